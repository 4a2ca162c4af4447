"""Table ``targets``: what plans and strategies set, and what was later achieved.

A target is *met* when the achieved value is certainly what was asked for: a target without a
comparator ("đạt 425") asks for at least that much. Where the achieved figure is hedged or missing,
``met`` is null.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from htx_pipeline import codelists
from htx_pipeline import contracts as c
from htx_pipeline.figures.contract import figure_column
from htx_pipeline.figures.operands import DIMENSIONS, Operand, preferred
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.model import Interval, Label
from htx_pipeline.tables.common import (
    AREA,
    AREA_CODE,
    FINDING_IDS,
    OBS_STATUS,
    YEAR,
    Built,
    Facts,
    FigureTable,
    Source,
    area_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_COMPARATORS = {
    "exact": "=",
    "estimated": "=",
    "approx": "=",
    "more_than": ">",
    "at_least": ">=",
    "nearly": "<",
    "less_than": "<",
    "up_to": "<=",
}

_TURNED_ROUND = {"=": "=", ">": "<", ">=": "<=", "<": ">", "<=": ">="}
"""The comparator of a decrease, whose value is negative: more than 3 down is less than -3."""

CONTRACT = c.Contract(
    name="targets",
    title=Label(vi="Chỉ tiêu", en="Targets"),
    description="One target of one plan or strategy, with what was later achieved.",
    key=("target_id",),
    order=("area_code", "year", "organization", "indicator", "target_id"),
    columns=(
        c.text("target_id", "mã chỉ tiêu", "Target", "The figure that states the target first."),
        AREA_CODE,
        AREA,
        YEAR,
        c.text("period", "thời kỳ", "Period", "The year, day or span that the target is set for."),
        figure_column("organization"),
        figure_column("indicator"),
        figure_column("sector"),
        figure_column("status"),
        figure_column("relation"),
        figure_column("share_of"),
        c.code("comparator", "so sánh", "Comparator", "How the value is to be compared."),
        c.boolean(
            "approximate", "áng chừng", "Approximate", "Whether the plan says it approximately."
        ),
        c.number(
            "value", "giá trị", "Value", "The printed number; null for a range.", unit="see unit"
        ),
        c.number(
            "value_low",
            "cận dưới",
            "Lower bound",
            "Least value that keeps to the words of the target; null where unbounded.",
            unit="see unit",
        ),
        c.number(
            "value_high",
            "cận trên",
            "Upper bound",
            "Greatest value that keeps to the words of the target; null where unbounded.",
            unit="see unit",
        ),
        figure_column("unit"),
        c.code("origin", "nguồn gốc", "Origin", "Stated by the plan, or implied by other figures."),
        c.text("report_id", "mã báo cáo", "Report", "Plan or strategy that sets the target."),
        c.number(
            "achieved_value",
            "giá trị đạt được",
            "Achieved value",
            "What was later reported for the same quantity and period; null while it is not.",
            unit="see unit",
        ),
        c.texts(
            "achieved_figure_ids",
            "số liệu đạt được",
            "Achieved figures",
            "The figures that state the achieved value.",
        ),
        c.number(
            "attainment_percent",
            "tỷ lệ hoàn thành",
            "Attainment",
            "Achieved value in percent of the target, to two decimals; null for ranges.",
            unit="percent",
        ),
        c.boolean("met", "đạt chỉ tiêu", "Met", "Whether the target was met.", nullable=True),
        OBS_STATUS,
        c.texts(
            "figure_ids",
            "số liệu",
            "Figures",
            "The figures that state the target (two for a range).",
            may_be_empty=False,
        ),
        FINDING_IDS,
    ),
)


def build(facts: Facts) -> Built:
    """One row for each target; both ends of a range are one target. Budgets are in ``support``."""
    targets = [
        figure
        for figure in facts.figures
        if figure.role == "target"
        and codelists.rows("indicator")[figure.cell["indicator"]]["topic"] != "budget"
    ]
    observed: dict[tuple[str, ...], list[Operand]] = {}
    for figure in facts.figures:
        if figure.cell["side"] == "observed":
            observed.setdefault(_quantity(figure), []).append(figure)
    rows: list[dict[str, Any]] = []
    sources: list[Source] = []
    for low, high in _paired(targets):
        achieved = next(iter(preferred(observed.get(_quantity(low), ()))), None)
        row = _row(low, high, achieved, facts)
        rows.append(row)
        column = "value" if high is None else "value_low"
        sources.append(Source(low.figure_id, column, low.figure_id))
        if high is not None:
            sources.append(Source(low.figure_id, "value_high", high.figure_id))
        if achieved is not None:
            sources.append(Source(low.figure_id, "achieved_value", achieved.figure_id))
    return Built(rows, sources)


TARGETS = FigureTable(CONTRACT, build)


def _quantity(figure: Operand) -> tuple[str, ...]:
    return tuple(figure.cell[name] for name in DIMENSIONS if name != "side")


def _paired(targets: Iterable[Operand]) -> Iterator[tuple[Operand, Operand | None]]:
    """Each target with the upper end of its range, if it is one; the reader keeps them adjacent."""
    low: Operand | None = None
    for figure in targets:
        if figure.qualifier == "range_low":
            low = figure
        elif low is not None:
            yield low, figure
            low = None
        else:
            yield figure, None


def _row(
    low: Operand, high: Operand | None, achieved: Operand | None, facts: Facts
) -> dict[str, Any]:
    stated = [low] if high is None else [low, high]
    bounds = _bounds(low, high)
    return {
        "target_id": low.figure_id,
        "area_code": low.cell["area_code"],
        "area": area_name(low.cell["area_code"]),
        "year": period_ends(low.cell["period"]).year,
        "period": low.cell["period"],
        "organization": low.cell["organization"],
        "indicator": low.cell["indicator"],
        "sector": low.cell["sector"],
        "status": low.cell["status"],
        "relation": low.cell["relation"],
        "share_of": low.cell["share_of"] or None,
        "comparator": "range" if high is not None else _comparator(low),
        "approximate": low.qualifier == "approx",
        "value": float(low.value) if high is None else None,
        "value_low": _float(bounds.low),
        "value_high": _float(bounds.high),
        "unit": low.cell["unit"],
        "origin": "stated",
        "report_id": low.report_id,
        "achieved_value": float(achieved.value) if achieved is not None else None,
        "achieved_figure_ids": [achieved.figure_id] if achieved is not None else [],
        "attainment_percent": _attainment(low, high, achieved),
        "met": _met(low, high, achieved),
        "obs_status": low.obs_status,
        "figure_ids": sorted(figure.figure_id for figure in stated),
        "finding_ids": facts.finding_ids(stated),
    }


def _comparator(figure: Operand) -> str:
    comparator = _COMPARATORS[figure.qualifier]
    return _TURNED_ROUND[comparator] if figure.value.is_signed() else comparator


def _bounds(low: Operand, high: Operand | None) -> Interval:
    if high is not None:
        ends = Fraction(low.value), Fraction(high.value)
        return Interval(min(ends), max(ends))
    return low.interval or Interval(None, None)


def _float(bound: Fraction | None) -> float | None:
    return None if bound is None else float(bound)


def _attainment(low: Operand, high: Operand | None, achieved: Operand | None) -> float | None:
    if achieved is None or achieved.interval is None or high is not None or not low.value:
        return None
    return float((100 * achieved.value / low.value).quantize(Decimal("0.01")))


def _met(low: Operand, high: Operand | None, achieved: Operand | None) -> bool | None:
    if achieved is None or achieved.interval is None or low.interval is None:
        return None
    asked = _bounds(low, high)
    if high is None and low.qualifier in {"exact", "estimated"}:
        falls = low.value.is_signed()
        asked = Interval(None, asked.high) if falls else Interval(asked.low, None)
    if not asked.intersects(achieved.interval):
        return False
    return True if achieved.interval.is_within(asked) else None
