"""``htx cite``: how to cite the dataset, or one figure of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from htx_pipeline.cli.export import release_option
from htx_pipeline.cli.options import language_option

if TYPE_CHECKING:
    from htx_pipeline.model import Language
    from htx_pipeline.reader.citation import Form


@click.command()
@click.argument("figure_id", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "bibtex"]),
    default="text",
    show_default=True,
    help="A sentence, or BibTeX.",
)
@click.option("--as-of", metavar="DAY", help="What was known on a day, such as 2022-06-30.")
@release_option
@language_option
def cite(
    figure_id: str | None,
    form: Form,
    language: Language,
    *,
    as_of: str | None,
    location: str | None,
) -> None:
    """Say how to cite the dataset, or a figure (report:start, as in table figures) of it.

    Exit codes: 0 told, 2 no such figure or day, 3 the release is not what its manifest says.
    """
    from htx_pipeline.reader.citation import cite as citation  # noqa: PLC0415 (start-up counts)

    click.echo(citation(figure_id, as_of=as_of, lang=language, form=form, release=location))
