"""The curated tables, and the check of what has changed, on national data.

Whole processes in turn: reading every column, ``htx tables`` in one file for each table and in one
for each year, and ``htx check --figures`` of everything beside that of what has changed. In each of
``--changed`` of a hundred areas one report prints its figures at other places. The file of the
check of what has changed has to be that of the whole check, or the benchmark fails.
"""  # noqa: INP001 (a script, not a package)

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import duckdb
from processes import Command, in_turn, ratio, told, took
from tables import made

if TYPE_CHECKING:
    from collections.abc import Mapping

READING, TABLES, BY_YEAR = "reading", "htx tables", "htx tables --by-year"
CHECK, CHANGES = "htx check", "htx check --before"

# the list of areas has one province, so the others are places of it here
_PLACED = """
copy (
    select * replace ('VN-01/tỉnh ' || substr(area_code, 4) as area_code) from '{path}'
) to '{to}' (format parquet, compression zstd)
"""
_CHANGED = """
copy (
    with areas as (
        select area_code, any_value(report_id) as report_id,
            row_number() over (order by hash(area_code)) as number, count(*) over () as of
        from '{path}' group by area_code
    )
    select figures.* replace (
        case when number is null then place else 'P2.' || place end as place
    )
    from '{path}' figures left join (
        select report_id, number from areas where number <= ceil(of * {changed} / 100)
    ) using (report_id)
) to '{to}' (format parquet, compression zstd)
"""


def ask(path: Path) -> None:
    """Read every column in this process."""
    with duckdb.connect() as connection:
        figures = connection.read_parquet(str(path))
        columns = ", ".join(f'min("{name}")' for name in figures.columns)
        click.echo(f"{len(figures.aggregate(columns).fetchall()[0])} columns")


def prepare(path: Path, percent: float) -> None:
    """The same figures in areas that are all known, before and after some have changed."""
    before, after = beside(path)
    with duckdb.connect() as connection:
        connection.execute(_PLACED.format(path=path, to=before))
        connection.execute(_CHANGED.format(path=before, to=after, changed=percent))


def beside(path: Path) -> tuple[Path, Path]:
    """Where these are."""
    return path.with_name("before.parquet"), path.with_name("after.parquet")


def commands(before: Path, after: Path) -> Mapping[str, Command]:
    """The processes on two files of figures; what they make lies beside them."""
    folder = before.parent
    htx = str(Path(sys.executable).with_name("htx"))
    check = [htx, "check", "--figures", str(after), "--output"]
    tables = [htx, "tables", "--figures", str(after), "--output"]
    earlier = ["--before", str(before), "--findings", str(folder / "before.findings")]
    return {
        READING: Command([sys.executable, __file__, "--once", str(after)]),
        TABLES: Command([*tables, str(folder / "tables")]),
        BY_YEAR: Command([*tables, str(folder / "by_year"), "--by-year"]),
        CHECK: Command([*check, str(folder / "all.findings")], may_exit=(0, 1)),
        CHANGES: Command([*check, str(folder / "some.findings"), *earlier], may_exit=(0, 1)),
    }


@click.command()
@click.argument("figures", type=float, default=1e6)
@click.option("--every", default=100_000, show_default=True, help="One error in so many figures.")
@click.option("--changed", "percent", default=1.0, show_default=True, help="Percent of the areas.")
@click.option("--rounds", default=3, show_default=True, help="How often each process is run.")
@click.option("--only", multiple=True, help="Run only these processes, and what is read.")
@click.option("--once", type=click.Path(path_type=Path), hidden=True)
@click.option("--prepare", "raw", type=click.Path(path_type=Path), hidden=True)
def main(
    figures: float,
    every: int,
    percent: float,
    rounds: int,
    only: tuple[str, ...],
    *,
    once: Path | None,
    raw: Path | None,
) -> None:
    """Time what is made of at least FIGURES figures."""
    if once is not None:
        ask(once)
        return
    if raw is not None:
        prepare(raw, percent)
        click.echo("prepared")
        return
    with made(figures, every) as path:
        # in a process of its own: what is taken here counts for every process that is started
        took(Command([sys.executable, __file__, f"--changed={percent}", f"--prepare={path}"]))
        before, after = beside(path)
        first = before.with_name("before.findings")
        htx = str(Path(sys.executable).with_name("htx"))
        words = [htx, "check", "--figures", str(before), "--output", str(first)]
        took(Command(words, may_exit=(0, 1)))
        wanted = {
            name: command
            for name, command in commands(before, after).items()
            if not only or name in {*only, READING}
        }
        found = in_turn(wanted, rounds)
        whole, some = (before.with_name(f"{name}.findings") for name in ("all", "some"))
        if {CHECK, CHANGES} <= found.keys() and whole.read_bytes() != some.read_bytes():
            raise click.ClickException("the check of what has changed tells something else")
    for line in told(found):
        click.echo(line)
    for name in found.keys() - {READING}:
        click.echo(f"{name} / {READING}: {ratio(found[name], found[READING]):.1f}")
    if {CHECK, CHANGES} <= found.keys():
        click.echo(f"{CHANGES} / {CHECK}: {ratio(found[CHANGES], found[CHECK]):.2f}")


if __name__ == "__main__":
    main()
