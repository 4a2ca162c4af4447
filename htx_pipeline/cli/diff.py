"""``htx diff``: what differs between two releases, revisions or days, and why."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from htx_pipeline.cli.options import OPEN, data_option, language_option, shown

if TYPE_CHECKING:
    from htx_pipeline.history import Difference
    from htx_pipeline.model import Language


@click.command()
@data_option
@language_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="How it is told (default: text): markdown is for a pull request, json holds everything.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to this file, and only the summary to standard output.",
)
@click.option(
    "--table",
    "tables",
    metavar="NAME",
    multiple=True,
    help="Tell only of this table, in full; may be given more than once.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 when something differs.")
@click.argument("old")
@click.argument("new", required=False)
@click.pass_context
def diff(
    context: click.Context,
    data: Path | None,
    language: Language,
    *,
    form: str,
    output: Path | None,
    tables: tuple[str, ...],
    exit_code: bool,
    old: str,
    new: str | None,
) -> None:
    """Tell what differs between OLD and NEW, row by row and value by value, each with its reason.

    OLD and NEW are each a day (YYYY-MM-DD: the current release as known on it), a release (a folder
    or an address), or a git revision (data/curated as that commit holds it). A day wins over a
    path, a path that exists over a revision. Without NEW it is the current release.

    The current release is data/curated of the data folder; unless --data is given, HTX_RELEASE
    names another, and without a data folder it is the one that is installed.

    Reasons: a new report, restated by one, a correction, a print or a reading mended, a rule or a
    waiver changed, other columns; software where none of these explains it.
    """
    from htx_pipeline.folder import DataFolder, locate  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.history import compare  # noqa: PLC0415
    from htx_pipeline.history.versions import at_hand, current, open_version  # noqa: PLC0415

    def curated() -> Path:
        return DataFolder(locate(data)).curated

    def released() -> Path | None:
        return _current(data)

    before = open_version(old, released, curated)
    if new is not None:
        now = open_version(new, released, curated)
    else:
        folder = released()
        now = at_hand() if folder is None else current(folder, shown(folder))
    found = compare(before.tables, now.tables)
    if tables:
        found = found.only(_known(tables, found))
    _tell(found, (before.name, now.name), form, output, language, in_full=bool(tables))
    if exit_code and found.differing:
        context.exit(OPEN)


def _current(data: Path | None) -> Path | None:
    """The folder of the current release; ``None`` where it is that of ``open_release``."""
    from htx_pipeline.errors import UsageError  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.folder import DataFolder, locate  # noqa: PLC0415
    from htx_pipeline.reader.places import VARIABLE  # noqa: PLC0415

    if data is None and os.environ.get(VARIABLE):
        return None
    try:
        return DataFolder(locate(data)).curated
    except UsageError:
        if data is not None or os.environ.get("HTX_DATA"):
            raise
        return None


def _tell(
    found: Difference,
    names: tuple[str, str],
    form: str,
    output: Path | None,
    language: Language,
    *,
    in_full: bool,
) -> None:
    from htx_pipeline.history.document import document  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.history.markdown import markdown  # noqa: PLC0415
    from htx_pipeline.history.text import summary, text  # noqa: PLC0415

    if form == "json":
        told = document(found, *names)
    elif form == "markdown":
        told = markdown(found, *names, language)
    else:
        told = text(found, *names, language, in_full=in_full)
    if output is None:
        click.echo(told.encode(), nl=False)
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(told, encoding="utf-8", newline="\n")
    click.echo(summary(found, *names, language).encode(), nl=False)


def _known(tables: tuple[str, ...], found: Difference) -> tuple[str, ...]:
    from htx_pipeline.model import Label  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.reader.release import one_of  # noqa: PLC0415

    names = tuple(table.name for table in found.tables)
    return tuple(one_of(name, names, Label(vi="bảng", en="table")) for name in tables)
