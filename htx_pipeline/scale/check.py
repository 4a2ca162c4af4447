"""The rules on a table of figures, of any size and in any engine: ``htx check --figures``.

What does not pass is found and explained as in a folder of reports. Legal documents are not in such
a table, so their rules are not asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

import narwhals as nw
import pyarrow
import pyarrow.compute as pc

from htx_pipeline.curation.findings import FINDINGS, as_arrow
from htx_pipeline.figures.operands import COLUMNS, Operand, operands
from htx_pipeline.model import Outcome, Severity
from htx_pipeline.rules.alike import Confronter
from htx_pipeline.rules.catalogue import RULES
from htx_pipeline.rules.evaluate import confront_all
from htx_pipeline.rules.evaluation import Evaluation
from htx_pipeline.rules.findings import find
from htx_pipeline.rules.localisation import localise
from htx_pipeline.rules.messages import denominators
from htx_pipeline.rules.screening import ALL_PERIODS, Screened, in_regions, screen
from htx_pipeline.rules.screening.columns import any_of, one_of

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

    from htx_pipeline.rules.model import Rule

_CELL = ("indicator", "sector", "status")
_AT_ONCE = 200
"""So many regions are examined together: what is in memory does not grow with the errors."""
Counts = Mapping[str, Mapping[Outcome, int]]
Progress = Callable[[int, int], None]
"""Told how many regions have been examined, and of how many."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules say of a table.

    ``counts`` says for each rule that met a group how many groups came out how; ``findings`` keep
    the contract ``FINDINGS``.
    """

    counts: Counts
    findings: pyarrow.Table

    @property
    def is_clean(self) -> bool:
        """Whether no finding stands in the way of a merge."""
        grave = {Severity.BLOCK.value, Severity.ERROR.value}
        columns = (self.findings[name].to_pylist() for name in ("outcome", "severity"))
        return not any(
            outcome == Outcome.FAIL.value and severity in grave
            for outcome, severity in zip(*columns, strict=True)
        )


def check_table(
    figures: IntoFrame, rules: Sequence[Rule] = RULES, *, progress: Progress | None = None
) -> Checked:
    """Confront a table of figures that has the columns of the contract ``READINGS``.

    ``figures`` is a frame or relation of pandas, PyArrow, Polars or DuckDB.
    """
    screened = screen(figures, rules)
    counts: dict[str, dict[Outcome, int]] = defaultdict(lambda: dict.fromkeys(Outcome, 0))
    for name, count in screened.passed.items():
        counts[name][Outcome.PASS] += count
    parts = [FINDINGS.arrow.empty_table()]
    for done, some in _batches(screened):
        if progress is not None:
            progress(done, len(screened.regions))
        added, found = examined(figures, some, rules)
        parts.append(found)
        for name, more in added.items():
            for outcome, count in more.items():
                counts[name][outcome] += count
    order = [(name, "ascending") for name in FINDINGS.order]
    return Checked(
        {rule.name: counts[rule.name] for rule in rules if any(counts[rule.name].values())},
        pyarrow.concat_tables(parts).sort_by(order),
    )


def _batches(screened: Screened) -> Iterator[tuple[int, Screened]]:
    """Some regions at a time, those of a period together, and how many were before."""
    ordered = sorted(screened.regions, key=lambda region: (region.slice, region.area_code))
    for done in range(0, len(ordered), _AT_ONCE):
        yield done, replace(screened, regions=tuple(ordered[done : done + _AT_ONCE]))


def examined(
    figures: IntoFrame, screened: Screened, rules: Sequence[Rule]
) -> tuple[Counts, pyarrow.Table]:
    """What exact arithmetic adds to the counts of the screening, and what it finds.

    ``figures`` may be all there are, or those of the areas of the regions.
    """
    rows = in_regions(figures, screened)
    whole = {region.area_code for region in screened.regions if region.slice == ALL_PERIODS}
    is_whole = pc.is_in(rows["area_code"], pyarrow.array(sorted(whole), pyarrow.string()))
    told = Confronter(rules).tell(rows.filter(pc.invert(is_whole)), screened.named_periods)
    left = pyarrow.concat_tables([rows.filter(is_whole), told.left])
    exact = confront_all(left.to_pylist(), rules=rules).evaluations
    evaluations = [*told.evaluations, *exact]
    counts: dict[str, dict[Outcome, int]] = defaultdict(lambda: dict.fromkeys(Outcome, 0))
    counts.update(denominators(evaluations))
    for name, count in told.passed.items():
        counts[name][Outcome.PASS] += count
    for name, count in screen(rows, rules).passed.items():
        counts[name][Outcome.PASS] -= count
    puzzles = [*told.puzzles, *localise(e for e in exact if isinstance(e, Evaluation))]
    ledger = find(evaluations, puzzles=puzzles, beside=lambda some: _beside(figures, some))
    return counts, as_arrow(ledger)


def _beside(figures: IntoFrame, suspects: Iterable[Operand]) -> list[Operand]:
    """The figures that can speak for suspects: of their area, and of their report or their cell."""
    by_report: dict[str, set[str]] = defaultdict(set)
    by_cell: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for one in suspects:
        by_report[one.cell["indicator"]].add(one.report_id)
        by_cell[tuple(one.cell[name] for name in _CELL)].add(one.cell["area_code"])
    if not by_report:
        return []
    areas = sorted(set().union(*by_cell.values()))
    chosen = [
        (nw.col("indicator") == indicator) & one_of(nw.col("report_id"), sorted(reports))
        for indicator, reports in by_report.items()
    ]
    for cell, those in by_cell.items():
        told = [nw.col(name) == code for name, code in zip(_CELL, cell, strict=True)]
        chosen.append(reduce(lambda a, b: a & b, told) & one_of(nw.col("area_code"), sorted(those)))
    frame = nw.from_native(figures).lazy().filter(one_of(nw.col("area_code"), areas))
    rows = frame.filter(any_of(chosen)).select(*COLUMNS).collect().to_arrow().to_pylist()
    found = sorted(operands(rows), key=lambda one: (one.report_id, one.start))  # no engine's order
    return [one.in_base_unit() for one in found]
