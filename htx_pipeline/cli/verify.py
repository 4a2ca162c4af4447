"""``htx verify``: is the raw data what the documents print?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from htx_pipeline.cli.options import data_option, language_option

if TYPE_CHECKING:
    from htx_pipeline.model import Language


@click.command()
@data_option
@language_option
@click.option(
    "--documents",
    type=click.Path(path_type=Path),
    envvar="HTX_DOCUMENTS",
    required=True,
    help="The folder with <report_id>.txt for each report (or HTX_DOCUMENTS).",
)
@click.option(
    "--report", "only", multiple=True, metavar="ID", help="Only this report; may be repeated."
)
def verify(data: Path | None, language: Language, documents: Path, only: tuple[str, ...]) -> None:
    """Compare data/raw with the documents: hashes, counts, offsets and every print."""
    from htx_pipeline.figures import read_corpus, verify_documents  # noqa: PLC0415
    from htx_pipeline.folder import DataFolder, locate  # noqa: PLC0415

    found = verify_documents(read_corpus(DataFolder(locate(data)).raw), documents, only)
    said = {
        "vi": f"{found.documents} văn bản, {found.numerals} con số: khớp với data/raw",
        "en": f"{found.documents} documents, {found.numerals} numerals: as data/raw says",
    }
    click.echo(said[language])
