"""``htx explain``: the whole story of one finding, or of one figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from htx_pipeline.cli.confronted import confronted
from htx_pipeline.cli.options import data_option, language_option

if TYPE_CHECKING:
    from pathlib import Path

    from htx_pipeline.model import Language


@click.command()
@data_option
@language_option
@click.argument("given", metavar="FINDING_ID|FIGURE_ID")
def explain(data: Path | None, language: Language, given: str) -> None:
    """Tell the whole story of a finding or a figure.

    Of a finding: what is asked, each figure, what is probably wrong, what else is asked of these
    figures, with which prints it would hold, and what to do. The beginning of its id will do, as
    long as it is the only one.

    Of a figure, which the table figures and `htx check --format json` call report:start: every rule
    that it takes part in, and what is implied with it.
    """
    case = confronted(data)
    from htx_pipeline.cli.story import of_figure, of_finding  # noqa: PLC0415 (start-up counts)

    if ":" in given:
        lines = of_figure(given, case, language)
    else:
        lines = of_finding(case.finding(given), case, language)
    click.echo("\n".join(lines))
