"""``htx check --figures`` on national data, beside what it cannot be faster than.

Whole processes in turn: reading the columns that are needed, hand-written DuckDB SQL for the rules
that the data meet (one grouped pass for sectors, statuses and duplicates, one for each other
grouping), and ours, which also explains what it finds and writes it down. What the last two found
is told beside their times.
"""  # noqa: INP001 (a script, not a package)

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import duckdb
import places
from processes import Command, in_turn, ratio, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

READING, BY_HAND, OURS = "reading", "DuckDB SQL by hand", "htx check"

_READ = """
select min(area_code), min(report_id), min(period), min(indicator), min(sector), min(status),
    min(relation), min(unit), min(role), sum(value_low), sum(value_high)
from read_parquet('{path}')
"""
_HAND = """
with cells as (
    select area_code, report_id, period, indicator, relation, value_low as low, value_high as high,
        (case sector {sector_case} end + case status when '_T' then 0 when 'active' then 1
            when 'stopped' then 2 else 3 end)::utinyint as cell
    from read_parquet('{path}')
)
select area_code, period, indicator from cells
group by area_code, report_id, period, indicator, relation
having {equations} or count(*) <> bit_count(bit_or(1::bigint << cell))
union all
select area_code, period, 'share' from read_parquet('{path}')
where indicator = 'charter_capital' group by area_code, report_id, period
having {shares} or abs(sum(value_low + value_high) filter (relation = 'share') / 2 - 100) > 0.35
union all
select area_code, period, 'legal' from read_parquet('{path}')
where indicator in ('cooperatives', 'members')
group by area_code, report_id, period, sector, status
having sum(value_high) filter (indicator = 'members')
    < 7 * sum(value_low) filter (indicator = 'cooperatives')
    or (sector = 'credit' and sum(value_high) filter (indicator = 'members')
    < 30 * sum(value_low) filter (indicator = 'cooperatives'))
union all
select area_code, period, 'flow' from (
    select area_code, period, stock, net, half - lag(half) over sectors as since,
        lag(stock) over sectors as opening
    from (
        select area_code, sector, year * 2 + month(as_of) // 12 as half,
            max(period) filter (status = '_Z') as period,
            sum(value) filter (indicator = 'cooperatives') as stock,
            sum(value) filter (indicator = 'cooperatives_new')
                - sum(value) filter (indicator = 'cooperatives_dissolved') as net
        from read_parquet('{path}')
        where indicator in ('cooperatives', 'cooperatives_new', 'cooperatives_dissolved')
            and status in ('_T', '_Z') and month(as_of) in (6, 12)
        group by area_code, sector, half
    )
    window sectors as (partition by area_code, sector order by half)
) where since = 1 and opening + net <> stock
union all
select area_code, one.period, 'jump' from (
    select area_code, indicator, sector, status, year, month(as_of) as month, period,
        value_low as low, value_high as high
    from read_parquet('{path}') where month(as_of) in (6, 12) and relation = 'value'
        and status <> '_Z'
) one join (
    select area_code, indicator, sector, status, year, value_low as low, value_high as high
    from read_parquet('{path}') where month(as_of) = 12 and relation = 'value' and status <> '_Z'
) before using (area_code, indicator, sector, status)
where before.year in (one.year - 1, one.year - 2)
    and (one.high < before.low / 2 or one.low > before.high * 2)
"""


def hand_written(path: Path) -> str:
    """The query, which tells the groups that break a rule."""
    from htx_pipeline.rules.catalogue.sectors import SECTORS  # noqa: PLC0415 (not in what is timed)

    def bits(cells: Sequence[int]) -> str:
        return f"cell in ({', '.join(map(str, cells))})"

    equations = []
    for status in range(3):
        parts = bits([4 * (place + 1) + status for place in range(7)])
        equations.append(
            (f"relation = 'value' and {bits([status])}", f"relation = 'value' and {parts}")
        )
    for sector in range(8):
        parts = bits([4 * sector + 1, 4 * sector + 2])
        whole = f"indicator <> 'charter_capital' and {bits([4 * sector])}"
        equations.append((whole, parts))
    # twice the distance of the middles is more than what all bounds are apart
    sums = [
        f"abs(sum(case when {parts} then low + high when {whole} then -(low + high) else 0 end))"
        f" > sum(case when {parts} or {whole} then high - low else 0 end) + 1e-6"
        for whole, parts in equations
    ]
    shares = [
        f"(100 * {_sum('low', 'value', sector)} > {_sum('high', 'share', sector)}"
        f" * {_sum('high', 'value', '_T')} + 1e-6 or 100 * {_sum('high', 'value', sector)}"
        f" < {_sum('low', 'share', sector)} * {_sum('low', 'value', '_T')} - 1e-6)"
        for sector in SECTORS
    ]
    return _HAND.format(
        path=path,
        sector_case=" ".join(f"when '{s}' then {4 * n}" for n, s in enumerate(("_T", *SECTORS))),
        equations=" or ".join(sums),
        shares=" or ".join(shares),
    )


def _sum(end: str, relation: str, sector: str) -> str:
    return f"sum(value_{end}) filter (relation = '{relation}' and sector = '{sector}')"


def ask(query: Path, found: Path) -> None:
    """Run a query in this process, and write the places that it tells."""
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        rows = connection.execute(query.read_text(encoding="utf-8")).fetchall()
    places.write((row[:2] for row in rows), found)


def commands(path: Path, folder: Path) -> dict[str, Command]:
    """The processes on a file of figures; what they find is written to the folder."""
    read, hand = (folder / f"{name}.sql" for name in ("read", "hand"))
    read.write_text(_READ.format(path=path), encoding="utf-8")
    hand.write_text(hand_written(path), encoding="utf-8")
    own = [sys.executable, __file__, "--once"]
    htx = [str(Path(sys.executable).with_name("htx")), "check", "--figures", str(path)]
    return {
        READING: Command([*own, str(read), str(folder / "read.json")]),
        BY_HAND: Command([*own, str(hand), str(folder / "hand.json")]),
        OURS: Command([*htx, "--output", str(folder / "findings.parquet")], may_exit=(0, 1)),
    }


@contextmanager
def made(figures: float, every: int) -> Iterator[Path]:
    """A file of at least so many figures, made in a process of its own.

    What is taken here would count as the memory of every process that is started.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.parquet"
        maker = [sys.executable, Path(__file__).with_name("national.py"), str(figures), path]
        subprocess.run([*maker, f"--every={every}"], check=True)  # noqa: S603 (ours)
        yield path


@click.command()
@click.argument("figures", type=float, default=1e6)
@click.option("--every", default=100_000, show_default=True, help="One error in so many figures.")
@click.option("--rounds", default=3, show_default=True, help="How often each process is run.")
@click.option("--once", type=click.Path(path_type=Path), nargs=2, hidden=True)
def main(figures: float, every: int, rounds: int, once: tuple[Path, Path] | None) -> None:
    """Time the check of at least FIGURES figures."""
    if once is not None:
        ask(*once)
        return
    with made(figures, every) as path:
        found = in_turn(commands(path, path.parent), rounds)
    for line in told(found):
        click.echo(line)
    for name in (BY_HAND, READING):
        click.echo(f"{OURS} / {name}: {ratio(found[OURS], found[name]):.2f}")


if __name__ == "__main__":
    main()
