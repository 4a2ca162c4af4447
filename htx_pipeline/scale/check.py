"""The rules on a table of figures, of any size and in any engine: ``htx check --figures``.

What does not pass is found and explained as in a folder of reports. Legal documents are not in such
a table, so their rules are not asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pyarrow

from htx_pipeline.curation.findings import FINDINGS, as_arrow
from htx_pipeline.figures.operands import COLUMNS, Operand, operands
from htx_pipeline.model import Outcome, Severity
from htx_pipeline.rules.alike import Confronter
from htx_pipeline.rules.catalogue import RULES
from htx_pipeline.rules.coded import Coded
from htx_pipeline.rules.evaluate import confront_all
from htx_pipeline.rules.evaluation import Evaluation
from htx_pipeline.rules.findings import find
from htx_pipeline.rules.localisation import localise
from htx_pipeline.rules.messages import denominators
from htx_pipeline.rules.screening import ALL_PERIODS, Region, Screened, in_regions, screen
from htx_pipeline.rules.screening.columns import FEW, one_of

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

    from htx_pipeline.rules.model import Rule

_CELL = ("area_code", "indicator", "sector", "status")
_FIRST = 100
"""So many areas are examined together at first; then as many as have about ``FIGURES``, so that
what is in memory does not grow with the errors."""
FIGURES = 400_000
Counts = Mapping[str, Mapping[Outcome, int]]
Progress = Callable[[int, int], None]
"""Told how many areas have been examined, and of how many."""


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

    ``figures`` is a frame or relation of pandas, PyArrow, Polars, DuckDB or Spark; what is open is
    evaluated in this process, and that of Spark on its executors.
    """
    return check_screened(figures, screen(figures, rules), rules, progress=progress)


def check_screened(
    figures: IntoFrame,
    screened: Screened,
    rules: Sequence[Rule] = RULES,
    *,
    progress: Progress | None = None,
) -> Checked:
    """The same, of a table that has been screened."""
    if nw.from_native(figures).implementation.is_spark_like():
        from htx_pipeline.scale.spark import examined_there  # noqa: PLC0415 (start-up counts)

        return _merged(screened, examined_there(figures, screened, rules, progress), rules)
    confronter = Confronter(rules)
    batches = _batches(figures, screened, progress)
    parts = (examined(rows, some, rules, confronter) for some, rows in batches)
    return _merged(screened, parts, rules)


def _merged(
    screened: Screened, parts: Iterable[tuple[Counts, pyarrow.Table]], rules: Sequence[Rule]
) -> Checked:
    """What surely passes together with what exact arithmetic says, in whatever parts."""
    counts: dict[str, dict[Outcome, int]] = defaultdict(lambda: dict.fromkeys(Outcome, 0))
    for name, count in screened.passed.items():
        counts[name][Outcome.PASS] += count
    tables = [FINDINGS.arrow.empty_table()]
    for added, found in parts:
        tables.append(found)
        for name, more in added.items():
            for outcome, count in more.items():
                counts[name][outcome] += count
    order = [(name, "ascending") for name in FINDINGS.order]
    return Checked(
        {rule.name: counts[rule.name] for rule in rules if any(counts[rule.name].values())},
        pyarrow.concat_tables(tables).sort_by(order),
    )


def _batches(
    figures: IntoFrame, screened: Screened, progress: Progress | None
) -> Iterator[tuple[Screened, pyarrow.Table]]:
    """Some regions at a time, with all figures of their areas: so much that memory holds it."""
    by_area: dict[str, list[Region]] = defaultdict(list)
    for region in screened.regions:
        by_area[region.area_code].append(region)
    areas = sorted(by_area)
    frame = nw.from_native(figures).lazy()
    done, size = 0, _FIRST
    while done < len(areas):
        if progress is not None:
            progress(done, len(areas))
        some = areas[done : done + size]
        rows = of_areas(frame, some)
        regions = tuple(region for area in some for region in by_area[area])
        yield replace(screened, regions=regions), rows
        done += len(some)
        size = min(max(1, FIGURES * len(some) // rows.num_rows), FEW)


def of_areas(
    figures: nw.LazyFrame[Any], areas: Sequence[str], columns: Sequence[str] = COLUMNS
) -> pyarrow.Table:
    """All figures of some areas."""
    chosen = figures.filter(one_of(nw.col("area_code"), areas)).select(*columns)
    return chosen.collect().to_arrow()


def examined(
    figures: pyarrow.Table,
    screened: Screened,
    rules: Sequence[Rule],
    confronter: Confronter | None = None,
) -> tuple[Counts, pyarrow.Table]:
    """What exact arithmetic adds to the counts of the screening, and what it finds.

    ``figures`` are all those of the areas of the regions, with the columns of operands.
    ``confronter`` knows the shapes of regions that were examined before.
    """
    confronter = confronter or Confronter(rules)
    rows = in_regions(figures, screened)
    whole = [(one.area_code,) for one in screened.regions if one.slice == ALL_PERIODS]
    is_whole = Coded(rows).among(["area_code"], whole)
    told = confronter.tell(rows.filter(~is_whole), screened.named_periods)
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


def _beside(figures: pyarrow.Table, suspects: Iterable[Operand]) -> list[Operand]:
    """The figures that can speak for suspects: of their area, and of their report or their cell."""
    listed = list(suspects)
    coded = Coded(figures)
    near = [(one.cell["area_code"], one.cell["indicator"], one.report_id) for one in listed]
    chosen = coded.among(["area_code", "indicator", "report_id"], near)
    chosen |= coded.among(_CELL, [[one.cell[name] for name in _CELL] for one in listed])
    found = operands(figures.filter(chosen).to_pylist())
    found.sort(key=lambda one: (one.report_id, one.start))  # no engine's order
    return [one.in_base_unit() for one in found]
