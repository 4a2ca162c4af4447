"""``htx export``: the tables as a workbook or as CSV files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from htx_pipeline.cli.options import language_option, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from htx_pipeline.model import Language
    from htx_pipeline.reader.release import Release
    from htx_pipeline.reader.sheets import Sheet

release_option = click.option(
    "--release",
    "location",
    metavar="LOCATION",
    help="Folder or address (https://, s3://, zip://…::…) of the release (default: HTX_RELEASE, "
    "else the one that is installed, else data/curated of the checkout). https:// needs aiohttp "
    "and requests, s3:// needs s3fs, which are to be installed with pip.",
)


@click.command()
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@click.option("--xlsx", type=click.Path(), metavar="FILE", help="Write a workbook.")
@click.option("--csv", "folder", type=click.Path(), metavar="DIR", help="Write CSV files.")
@click.option("--as-of", metavar="DAY", help="The tables as known on a day, such as 2022-06-30.")
@click.option("--labels", is_flag=True, help="Labels in place of codes, in the language of --lang.")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@release_option
@language_option
def export(
    tables: tuple[str, ...],
    xlsx: str | None,
    folder: str | None,
    language: Language,
    *,
    as_of: str | None,
    location: str | None,
    labels: bool,
    force: bool,
) -> None:
    """Write tables (all, unless some are named) for spreadsheets.

    A workbook has a sheet for each table, one of sources (reports, hashes, how to cite) and one
    that says what each column is. Titles are in the language of --lang; names of columns and codes
    stay as they are. Texts stay texts, whatever they begin with; numbers are not altered.

    CSV is UTF-8 with a byte order mark (Excel needs it). A text that begins with = + - @, also in
    full width, a tab, a carriage return or a line feed gets an apostrophe before it, so that no
    spreadsheet runs it as a formula.

    Exit codes: 0 written, 2 the call is wrong (an unknown table, a file that is there already),
    3 the release is not what its manifest says.
    """
    from htx_pipeline.errors import UsageError  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.model import Label  # noqa: PLC0415
    from htx_pipeline.reader.release import reading  # noqa: PLC0415
    from htx_pipeline.reader.sheets import sheets  # noqa: PLC0415

    if (xlsx is None) == (folder is None) or "" in {xlsx, folder}:
        raise UsageError(
            Label(
                vi="hãy chọn một: --xlsx FILE hoặc --csv DIR",
                en="name one of --xlsx FILE and --csv DIR",
            )
        )

    def gather(release: Release) -> tuple[Release, list[Sheet]]:
        return release, sheets(release, tables, as_of=as_of, lang=language, labels=labels)

    release, found = reading(location, gather)
    if xlsx is not None:
        _write_workbook(Path(xlsx), release, found, language, force=force)
    elif folder is not None:
        _write_folder(Path(folder), found, force=force)
    written = len(found) - len(("sources", "columns"))
    where = shown(Path(xlsx or folder or ""))
    said = {
        "en": f"{written} table{'s' * (written > 1)} of release {release.id}, "
        "sources and columns: ",
        "vi": f"{written} bảng của bản phát hành {release.id}, nguồn và các cột: ",
    }
    click.echo(said[language] + where)


def _write_workbook(
    path: Path, release: Release, found: Sequence[Sheet], language: Language, *, force: bool
) -> None:
    from htx_pipeline.reader.outputs import write_file  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.reader.workbook import workbook  # noqa: PLC0415

    title = release.manifest["dataset"]["title"][language]
    write_file(path, workbook(found, created=release.known_until, title=title), force=force)


def _write_folder(folder: Path, found: Sequence[Sheet], *, force: bool) -> None:
    from htx_pipeline.reader.comma_separated import comma_separated  # noqa: PLC0415
    from htx_pipeline.reader.outputs import write_folder  # noqa: PLC0415

    files = {f"{sheet.name}.csv": comma_separated(sheet) for sheet in found}
    write_folder(folder, files, force=force)
