"""``htx tables``: the curated tables out of a table of figures of any size."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from htx_pipeline.cli.options import language_option, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from htx_pipeline.model import Language
    from htx_pipeline.scale.tables import Progress


@click.command()
@language_option
@click.option(
    "--figures",
    metavar="LOCATION",
    required=True,
    help="The figures: a Parquet file, a glob, a folder or an address (s3://…) with the columns of "
    "the table figures.",
)
@click.option(
    "--output",
    "folder",
    metavar="FOLDER",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the tables go. A folder that this command made is replaced, at once and when the "
    "new one is whole; any other that holds something is refused.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "duckdb", "pandas", "polars"]),
    default="auto",
    help="What reads the figures and chooses among them (default: auto, which is duckdb).",
)
@click.option(
    "--memory",
    metavar="SIZE",
    default="",
    help="What duckdb may take of the memory to read them (default: as htx check).",
)
@click.option(
    "--by-year",
    is_flag=True,
    help="Put each year of a table into a file of its own (TABLE/year=2021/…), and the table "
    "figures beside the others.",
)
@click.argument("names", metavar="[TABLE]...", nargs=-1)
def tables(  # noqa: PLR0917 (click gives all of them by name)
    language: Language,
    figures: str,
    folder: Path,
    engine: str,
    memory: str,
    names: tuple[str, ...],
    *,
    by_year: bool,
) -> None:
    """Build the curated tables TABLE (all of them) from a table of figures.

    htx_pipeline.load(TABLE, release=FOLDER) reads them. Contradictions do not stop it: they are in
    the table findings, and `htx check --figures` stops at them.

    Exits with 2 when the figures cannot be read, lack columns or hold unknown codes, or when FOLDER
    is something else; with 4 when rows break the contract of their table. Then FOLDER is as it was.
    """
    from htx_pipeline.scale.engines import opened  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.scale.folder import refuse_what_is_there  # noqa: PLC0415
    from htx_pipeline.scale.tables import build_tables  # noqa: PLC0415
    from htx_pipeline.switch import alone, switch  # noqa: PLC0415

    _refuse_unknown(names)
    refuse_what_is_there(folder)
    folder.absolute().parent.mkdir(parents=True, exist_ok=True)
    with alone(folder) as fresh:
        with (
            _progress(figures, language) as progress,
            opened(figures, engine, memory=memory) as table,
        ):
            made = build_tables(table, fresh, names, by_year=by_year, progress=progress)
        refuse_what_is_there(folder)
        switch(fresh, folder)
    for name, rows in made.rows.items():
        click.echo(f"{name}: {rows}")
    click.echo(
        {
            "en": f"{made.figures} figures, {len(made.rows)} tables in {shown(folder)}",
            "vi": f"{made.figures} số liệu, {len(made.rows)} bảng trong {shown(folder)}",
        }[language]
    )


def _refuse_unknown(names: tuple[str, ...]) -> None:
    from htx_pipeline.errors import UsageError  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.model import Label  # noqa: PLC0415
    from htx_pipeline.scale.tables import NAMES  # noqa: PLC0415

    unknown = [name for name in names if name not in NAMES]
    if unknown:
        told, known = ", ".join(unknown), ", ".join(NAMES)
        raise UsageError(
            Label(
                vi=f"không dựng được từ số liệu: {told}; có: {known}",
                en=f"not built from figures: {told}; there are: {known}",
            )
        )


@contextmanager
def _progress(location: str, language: Language) -> Iterator[Progress]:
    """How many figures are done, on the terminal."""
    from rich.console import Console  # noqa: PLC0415 (start-up counts)

    begun = {"en": "reading", "vi": "đang đọc"}[language]
    told = {"en": "{:.0f} % of the figures", "vi": "{:.0f} % số liệu"}[language]
    with Console(stderr=True).status(f"{location}: {begun}") as status:
        yield lambda done, of: status.update(f"{location}: {told.format(100 * done / max(of, 1))}")
