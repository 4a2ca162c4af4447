"""``htx check --figures`` on national data, beside what it cannot be faster than.

Whole processes in turn: reading the columns that are needed, hand-written DuckDB SQL for the rules
that the data meet (one grouped pass for sectors, statuses and duplicates, one for each other
grouping), and ours, which also explains what it finds and writes it down. What the last two found
is told beside their times.
"""  # noqa: INP001 (a script, not a package)

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import click
import duckdb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


def ask(query: Path) -> None:
    """Run a query in this process."""
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        rows = connection.execute(query.read_text(encoding="utf-8")).fetchall()
    click.echo(f"{len({row[:2] for row in rows})} places")


def took(command: Sequence[str], may_exit: Sequence[int] = (0,)) -> tuple[float, int, str]:
    """Seconds, bytes at most in memory, and the last line of what a process said."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdout=said)  # noqa: S603 (those below)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - begun
        said.seek(0)
        lines = said.read().splitlines()
    if process.returncode not in may_exit:
        raise click.ClickException(f"{' '.join(command)} exited with {process.returncode}")
    return wall, used.ru_maxrss * 1024, lines[-1]


def measured(path: Path, rounds: int) -> Mapping[str, list[tuple[float, int, str]]]:
    """Each process in each round, in turn."""
    own = [sys.executable, __file__, "--once"]
    with tempfile.TemporaryDirectory() as folder:
        output = str(Path(folder) / "findings.parquet")
        htx = str(Path(sys.executable).with_name("htx"))
        read, hand = (Path(folder) / name for name in ("read.sql", "hand.sql"))
        read.write_text(_READ.format(path=path), encoding="utf-8")
        hand.write_text(hand_written(path), encoding="utf-8")
        commands = {
            "reading": ([*own, str(read)], (0,)),
            "DuckDB SQL by hand": ([*own, str(hand)], (0,)),
            "htx check": ([htx, "check", "--figures", str(path), "--output", output], (0, 1)),
        }
        found: dict[str, list[tuple[float, int, str]]] = {name: [] for name in commands}
        for number in range(rounds):
            names = list(commands)
            for name in names[number % 3 :] + names[: number % 3]:
                found[name].append(took(*commands[name]))
    return found


@click.command()
@click.argument("figures", type=float, default=1e6)
@click.option("--every", default=100_000, show_default=True, help="One error in so many figures.")
@click.option("--rounds", default=3, show_default=True, help="How often each process is run.")
@click.option("--once", type=click.Path(path_type=Path), hidden=True)
def main(figures: float, every: int, rounds: int, once: Path | None) -> None:
    """Time the check of at least FIGURES figures."""
    if once is not None:
        ask(once)
        return
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "figures.parquet"
        # in a process of its own: what is taken here counts for every process that is started
        maker = [sys.executable, Path(__file__).with_name("national.py"), str(figures), made]
        subprocess.run([*maker, f"--every={every}"], check=True)  # noqa: S603 (ours)
        found = measured(made, rounds)
    click.echo("| process | median | fastest | slowest | memory | said |")
    click.echo("|---|---:|---:|---:|---:|---|")
    for name, runs in found.items():
        walls = [wall for wall, _, _ in runs]
        memory = max(used for _, used, _ in runs) / 1e6
        times = " | ".join(f"{one:.2f} s" for one in (median(walls), min(walls), max(walls)))
        click.echo(f"| {name} | {times} | {memory:.0f} MB | {runs[-1][2].partition(':')[0]} |")
    ours = [wall for wall, _, _ in found["htx check"]]
    for name in ("DuckDB SQL by hand", "reading"):
        others = [wall for wall, _, _ in found[name]]
        ratio = median(one / other for one, other in zip(ours, others, strict=True))
        click.echo(f"htx check / {name}: {ratio:.2f}")


if __name__ == "__main__":
    main()
