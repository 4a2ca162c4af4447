"""How many contradictions are explained in a second, and how often the wrong figure is named.

A *group* is what a commune prints in a month: cooperatives, members and employees by sector and
status with all sums, 72 figures in crossing equations. Slips of a typist are planted in a share of
all figures, at random but always the same. First the search among arrays is timed, on all
contradicting groups at once and with all that it leaves to larger sets; then groups are explained
as ``htx check --figures`` does, and who is named is compared with what was planted.
"""  # noqa: INP001 (a script, not a package)

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import click
import duckdb
import national
import numpy as np
import pyarrow

from htx_pipeline.figures.operands import COLUMNS
from htx_pipeline.rules import RULES, Evaluation, confront_all, find
from htx_pipeline.rules.alike import Confronter
from htx_pipeline.rules.alike.crossings import crossings
from htx_pipeline.rules.alike.patterns import Pattern
from htx_pipeline.rules.alike.regions import operands_at
from htx_pipeline.rules.alike.sets import Contradiction
from htx_pipeline.rules.alike.shapes import Shapes
from htx_pipeline.rules.alike.singles import Problems
from htx_pipeline.rules.localisation import localise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from htx_pipeline.rules.alike.singles import Crossing
    from htx_pipeline.rules.coded import Numbers

_FIGURES = 700_000
"""Of three months, of which rules name one."""
_ROUNDS = 3
_ROWS = """
select {columns} from read_parquet('{path}') where month(as_of) in (1, 2)
and indicator in ('cooperatives', 'members', 'employees')
"""


def groups() -> pyarrow.Table:
    """The figures of all groups, without an error."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "figures.parquet"
        national.write(path, _FIGURES, every=0)
        rows = _ROWS.format(columns=", ".join(f'"{name}"' for name in COLUMNS), path=path)
        table: pyarrow.Table = connection.sql(rows).to_arrow_table()
    return table


def slip(printed: str, chance: random.Random) -> str:
    """Another print that a typist could make of a count."""
    at = chance.randrange(len(printed))
    digit = chance.choice([one for one in "0123456789" if one != printed[at]])
    slips = [
        printed[:at] + digit + printed[at + 1 :],
        printed[:at] + printed[at] + printed[at:],
        printed[:at] + printed[at + 1 :],
        printed[: max(at - 1, 0)] + printed[max(at - 1, 0) : at + 1][::-1] + printed[at + 1 :],
    ]
    told = [one for one in slips if one and int(one) != int(printed)]
    return str(int(chance.choice(told)))


def slipped(table: pyarrow.Table, share: float, seed: int) -> tuple[pyarrow.Table, set[str]]:
    """The figures with a share of them misprinted, and which those are."""
    chance = random.Random(seed)  # noqa: S311 (nothing is secret here)
    prints, values = table["printed"].to_pylist(), table["value"].to_pylist()
    wrong = [number for number in range(len(prints)) if chance.random() < share]
    for number in wrong:
        prints[number] = slip(prints[number], chance)
        values[number] = float(prints[number])
    for name, column in (
        ("printed", prints),
        ("value", values),
        ("value_low", values),
        ("value_high", values),
    ):
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, pyarrow.array(column))
    return table, {table["figure_id"][number].as_py() for number in wrong}


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search among arrays took, in seconds, and what it met."""

    groups: int
    contradicting: int
    by_one: int
    by_several: int
    untold: int
    singles: float
    all_of_it: float
    longest: float


def crossing_of(table: pyarrow.Table) -> tuple[Crossing, Numbers]:
    """The largest crossing of the groups, and what each of them prints of it."""
    (alike,) = Shapes.of(RULES).alike(table, ())
    first = operands_at(table, alike.rows[0])
    pattern = Pattern.of(RULES, first)
    if pattern is None:
        raise click.ClickException("the groups are no crossing any more")
    largest = max(crossings(pattern, first), key=lambda one: len(one.columns))
    return largest, alike.low[:, largest.columns].astype(np.int64)


def search(crossing: Crossing, values: Numbers) -> Searched:
    """Explain all contradictions of a crossing."""
    begun = time.perf_counter()
    sums = crossing.residuals(values)
    broken = crossing.broken(sums)
    open_ = np.flatnonzero(broken.any(axis=1))
    every = np.ones((len(open_), len(crossing.columns)), bool)
    counted = np.ones((len(open_), sums.shape[1]), bool)
    problems = Problems(values[open_], sums[open_], counted, broken[open_], every)
    found = crossing.singles(problems)
    singles = time.perf_counter() - begun
    left = np.setdiff1d(np.arange(len(open_)), found.problem)
    several, longest = 0, 0.0
    for problem in left.tolist():
        started = time.perf_counter()
        line = values[open_[problem]].tolist()
        told = Contradiction(crossing, line, counted[problem].tolist(), ()).explanations()
        several += told is not None
        longest = max(longest, time.perf_counter() - started)
    return Searched(
        len(values),
        len(open_),
        len(open_) - len(left),
        several,
        len(left) - several,
        singles,
        time.perf_counter() - begun,
        longest,
    )


def named(table: pyarrow.Table, planted: set[str], most: int) -> Counter[str]:
    """For groups with a contradiction, who is named first: what was planted, or not."""
    by_area: dict[tuple[str, str], list[int]] = defaultdict(list)
    keys = zip(table["area_code"].to_pylist(), table["period"].to_pylist(), strict=True)
    for number, key in enumerate(keys):
        by_area[key].append(number)
    ids = table["figure_id"].to_pylist()
    chosen = [rows for rows in by_area.values() if any(ids[row] in planted for row in rows)][:most]
    rows = table.take([row for group in chosen for row in group])
    told = Confronter(RULES).tell(rows, ())
    left = confront_all(told.left.to_pylist()).evaluations
    exact = localise(one for one in left if isinstance(one, Evaluation))
    beside = operands_at(rows, np.arange(rows.num_rows))
    ledger = find(
        [*told.evaluations, *left], puzzles=[*told.puzzles, *exact], beside=lambda _: beside
    )
    wrong: dict[tuple[str, str], set[str]] = defaultdict(set)
    for group in chosen:
        key = (table["area_code"][group[0]].as_py(), table["period"][group[0]].as_py())
        wrong[key] = {ids[row] for row in group} & planted
    first: dict[tuple[str, str], list[bool | None]] = defaultdict(list)
    for one in ledger.findings:
        if one.is_contradiction and one.severity.value != "notice":
            here = wrong[one.evaluation.area_code, one.evaluation.period]
            guess = [a.figure.figure_id for a in one.explanations[0]] if one.explanations else []
            verdict = None if not guess else set(guess) <= here
            first[one.evaluation.area_code, one.evaluation.period].append(verdict)
    return Counter(
        "not told" if None in of else "named first" if all(of) else "another first"
        for of in first.values()
    )


def lines(table: pyarrow.Table, shares: Sequence[float], seeds: int, most: int) -> Iterator[str]:
    """The table of what was measured."""
    yield (
        "| figures wrong | contradicting groups | by one figure | by several | not told | "
        "one figure: groups/s | all: groups/s | longest | named first | another | not told |"
    )
    yield "|" + "---:|" * 11
    for share in shares:
        planted_at = [slipped(table, share, seed) for seed in range(seeds)]
        crossing, first = crossing_of(planted_at[0][0])
        others = [crossing_of(wrong)[1] for wrong, _ in planted_at[1:]]
        values = np.concatenate([first, *others])
        runs = [search(crossing, values) for _ in range(_ROUNDS)]
        counts = named(*planted_at[0], most)
        one = runs[0]
        total = sum(counts.values())
        told = [
            f"{100 * counts[n] / total:.1f} %" for n in ("named first", "another first", "not told")
        ]
        yield (
            " | ".join(
                [
                    f"| {100 * share:g} %",
                    f"{one.contradicting} of {one.groups}",
                    str(one.by_one),
                    str(one.by_several),
                    str(one.untold),
                    f"{median(run.contradicting / run.singles for run in runs):.0f}",
                    f"{median(run.contradicting / run.all_of_it for run in runs):.0f}",
                    f"{1000 * max(run.longest for run in runs):.0f} ms",
                    *told,
                ]
            )
            + " |"
        )


@click.command()
@click.option("--share", "shares", type=float, multiple=True, default=[0.001, 0.01, 0.05])
@click.option("--seeds", default=10, show_default=True, help="How often errors are planted.")
@click.option("--most", default=1000, show_default=True, help="Groups of which names are compared.")
def main(shares: Sequence[float], seeds: int, most: int) -> None:
    """Plant slips in groups of crossing sums, and look for them."""
    for line in lines(groups(), shares, seeds, most):
        click.echo(line)


if __name__ == "__main__":
    sys.exit(main())
