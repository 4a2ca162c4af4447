"""``htx quality-docs``: the gate's expectations and what came of them, as pages to look at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from htx_pipeline.cli.options import OPEN, data_option, language_option, shown

if TYPE_CHECKING:
    from htx_pipeline.model import Language


@click.command("quality-docs")
@data_option
@language_option
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to (default: quality-docs in the data folder); replaced whole.",
)
@click.pass_context
def quality_docs(
    context: click.Context, data: Path | None, language: Language, *, output: Path | None
) -> None:
    """Put the gate's expectations to data/curated and write them and their results as pages.

    Nothing is sent anywhere, but the pages of Great Expectations load styles and scripts from the
    network when they are opened; index.html does not. Exits with 1 if an expectation is not met.
    """
    from htx_pipeline.curation import CONTRACTS  # noqa: PLC0415
    from htx_pipeline.errors import ReleaseError  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.folder import DataFolder, locate  # noqa: PLC0415
    from htx_pipeline.model import Label  # noqa: PLC0415
    from htx_pipeline.release.gate.docs import write_docs  # noqa: PLC0415

    folder = DataFolder(locate(data))
    if not folder.curated.is_dir():
        raise ReleaseError(
            Label(
                vi=f"{shown(folder.curated)}: chưa có bản phát hành nào; hãy chạy htx build",
                en=f"{shown(folder.curated)}: there is no release yet; run htx build",
            )
        )
    site = output or folder.root / "quality-docs"
    verdict = write_docs(folder.curated, CONTRACTS, site, language)
    for failure in verdict.failures:
        click.echo(failure.told.text(language), err=True)
    said = {
        "vi": f"{verdict.successful}/{verdict.evaluated} kỳ vọng đạt: {shown(site)}/index.html",
        "en": f"{verdict.successful} of {verdict.evaluated} expectations met: "
        f"{shown(site)}/index.html",
    }
    click.echo(said[language])
    if not verdict.passed:
        context.exit(OPEN)
