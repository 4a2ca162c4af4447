"""Table ``targets``: what plans and strategies set, and what was later achieved.

A target is stated by a plan, or implied by a report that says how far it was attained. Achieved is
what a later report (for an implied target: any) states as an actual; a forecast achieves nothing. A
target is *met* when the achieved value is certainly what was asked for. A target without a
comparator ("đạt 425") asks for at least that much where more is better, for at most that much where
less is (see the list of indicators), and for neither where the list does not say: then ``met`` is
null.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from htx_pipeline import codelists
from htx_pipeline import contracts as c
from htx_pipeline.curation.common import (
    AREA,
    AREA_CODE,
    FINDING_IDS,
    OBS_STATUS,
    YEAR,
    Built,
    Facts,
    Source,
    TableOf,
    area_name,
)
from htx_pipeline.curation.implied import sources_of, sources_of_print
from htx_pipeline.figures.contract import figure_column
from htx_pipeline.figures.operands import DIMENSIONS, Operand, join_ranges, preferred
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.model import Interval, Label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from htx_pipeline.rules import Implied

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
    title=Label(vi="Chỉ tiêu kế hoạch", en="Targets"),
    description=Label(
        vi="Một chỉ tiêu của một kế hoạch hay chiến lược, cùng kết quả đạt được về sau.",
        en="One target of one plan or strategy, with what was later achieved.",
    ),
    key=("target_id",),
    order=("area_code", "year", "organization", "indicator", "target_id"),
    fields=(
        c.text(
            "target_id",
            "mã chỉ tiêu kế hoạch",
            "Target",
            Label(
                vi="Số liệu nêu chỉ tiêu lần đầu; mã của giá trị suy ra nếu không có.",
                en="The figure that states the target first; the id of the implied value where "
                "none does.",
            ),
        ),
        AREA_CODE,
        AREA,
        YEAR,
        c.text(
            "period",
            "thời kỳ",
            "Period",
            Label(
                vi="Năm, ngày hay giai đoạn mà chỉ tiêu được đặt ra.",
                en="The year, day or span that the target is set for.",
            ),
        ),
        figure_column("organization"),
        figure_column("indicator"),
        figure_column("sector"),
        figure_column("status"),
        figure_column("relation"),
        figure_column("share_of"),
        c.code(
            "comparator",
            "so sánh",
            "Comparator",
            Label(vi="Giá trị được so sánh như thế nào.", en="How the value is to be compared."),
        ),
        c.boolean(
            "approximate",
            "áng chừng",
            "Approximate",
            Label(
                vi="Kế hoạch có nói áng chừng hay không.",
                en="Whether the plan says it approximately.",
            ),
        ),
        c.number(
            "value",
            "giá trị",
            "Value",
            Label(
                vi="Số được in; trống nếu là khoảng; số tròn nhất có thể nếu là suy ra.",
                en="The printed number; null for a range; the roundest possible one where implied.",
            ),
            unit="see unit",
        ),
        c.number(
            "value_low",
            "cận dưới",
            "Lower bound",
            Label(
                vi="Giá trị nhỏ nhất đúng với lời của chỉ tiêu; trống nếu không bị chặn.",
                en="Least value that keeps to the words of the target; null where unbounded.",
            ),
            unit="see unit",
        ),
        c.number(
            "value_high",
            "cận trên",
            "Upper bound",
            Label(
                vi="Giá trị lớn nhất đúng với lời của chỉ tiêu; trống nếu không bị chặn.",
                en="Greatest value that keeps to the words of the target; null where unbounded.",
            ),
            unit="see unit",
        ),
        figure_column("unit"),
        c.code(
            "origin",
            "nguồn gốc",
            "Origin",
            Label(
                vi="Do kế hoạch nêu, hoặc suy ra từ số liệu khác.",
                en="Stated by the plan, or implied by other figures.",
            ),
        ),
        c.text(
            "report_id",
            "mã báo cáo",
            "Report",
            Label(
                vi="Kế hoạch đặt chỉ tiêu, hoặc báo cáo mà từ đó suy ra chỉ tiêu.",
                en="Plan that sets the target, or report that implies it.",
            ),
            refers_to="reports.report_id",
        ),
        c.number(
            "achieved_value",
            "giá trị đạt được",
            "Achieved value",
            Label(
                vi="Số thực hiện của cùng đại lượng mà báo cáo sau nêu; trống cho đến lúc đó.",
                en="What a later report states as an actual of the same quantity; null until then.",
            ),
            unit="see unit",
        ),
        c.texts(
            "achieved_figure_ids",
            "số liệu đạt được",
            "Achieved figures",
            Label(
                vi="Các số liệu nêu giá trị đạt được.",
                en="The figures that state the achieved value.",
            ),
            refers_to=("figures.figure_id",),
        ),
        c.number(
            "attainment_percent",
            "tỷ lệ hoàn thành",
            "Attainment",
            Label(
                vi="Giá trị đạt được theo phần trăm chỉ tiêu, hai chữ số thập phân; trống nếu một "
                "trong hai không rõ.",
                en="Achieved value in percent of the target, to two decimals; null where either is "
                "vague.",
            ),
            unit="percent",
        ),
        c.boolean(
            "met",
            "đạt chỉ tiêu",
            "Met",
            Label(vi="Chỉ tiêu có đạt hay không.", en="Whether the target was met."),
            nullable=True,
        ),
        OBS_STATUS,
        c.texts(
            "figure_ids",
            "số liệu",
            "Figures",
            Label(
                vi="Các số liệu nêu chỉ tiêu (hai nếu là khoảng), hoặc mà từ đó suy ra chỉ tiêu.",
                en="The figures that state the target (two for a range), or that imply it.",
            ),
            refers_to=("figures.figure_id",),
            may_be_empty=False,
        ),
        FINDING_IDS,
    ),
)


def build(facts: Facts) -> Built:
    """One row for each target; both ends of a range are one target, and so is a target that is
    printed again; then those that reports imply. Budgets are in ``support``."""
    figures = join_ranges(facts.figures)
    stated: dict[tuple[Any, ...], list[Operand]] = {}
    actuals: dict[tuple[str, ...], list[Operand]] = {}
    for figure in figures:
        topic = codelists.rows("indicator")[figure.cell["indicator"]]["topic"]
        if figure.role == "target" and topic != "budget":
            same = (figure.report_id, _quantity(figure), figure.qualifier, figure.interval)
            stated.setdefault((*same, figure.value), []).append(figure)
        elif figure.role == "actual":
            actuals.setdefault(_quantity(figure), []).append(figure)
    rows: list[dict[str, Any]] = []
    sources: list[Source] = []
    for prints in stated.values():
        target = prints[0]
        later = [
            figure
            for figure in actuals.get(_quantity(target), ())
            if figure.issued_on > target.issued_on
        ]
        achieved = next(iter(preferred(later)), None)
        row = _row(prints, achieved, facts)
        rows.append(row)
        sources += sources_of_print(target.figure_id, row, target)
        if achieved is not None:
            cells = {
                "achieved_value": [achieved],
                "attainment_percent": [target, achieved],
                "met": [target, achieved],
            }
            sources += [
                Source(target.figure_id, column, figure_id)
                for column, found in cells.items()
                if row[column] is not None
                for figure_id in sorted({i for figure in found for i in figure.figure_ids})
            ]
    behind = [_implied(one, actuals, facts) for one in facts.implied if _is_target(one)]
    rows += [row for row, _ in behind]
    sources += [source for _, found in behind for source in found]
    return Built(rows, sources)


def _is_target(one: Implied) -> bool:
    cell = one.member.cell
    return cell["side"] == "target" and cell["relation"] == "value"


def _implied(
    one: Implied, actuals: Mapping[tuple[str, ...], Sequence[Operand]], facts: Facts
) -> tuple[dict[str, Any], list[Source]]:
    """The plan behind an attainment, with what was achieved of it."""
    target = one.as_operand()
    achieved = next(iter(preferred(actuals.get(_quantity(target), ()))), None)
    row = _row([target], achieved, facts) | {"target_id": one.id, "origin": "implied"}
    sources = sources_of(one.id, row, one)
    for column in ("achieved_value", "attainment_percent", "met"):
        if achieved is not None and row[column] is not None:
            sources += [Source(one.id, column, figure_id) for figure_id in achieved.figure_ids]
    return row, sources


TARGETS = TableOf(CONTRACT, build)


def _quantity(figure: Operand) -> tuple[str, ...]:
    return tuple(figure.cell[name] for name in DIMENSIONS if name != "side")


def _row(prints: Sequence[Operand], achieved: Operand | None, facts: Facts) -> dict[str, Any]:
    target = prints[0]
    known = target.interval or Interval(None, None)
    is_range = target.upper is not None
    return {
        "target_id": target.figure_id,
        "area_code": target.cell["area_code"],
        "area": area_name(target.cell["area_code"]),
        "year": period_ends(target.cell["period"]).year,
        "period": target.cell["period"],
        "organization": target.cell["organization"],
        "indicator": target.cell["indicator"],
        "sector": target.cell["sector"],
        "status": target.cell["status"],
        "relation": target.cell["relation"],
        "share_of": target.cell["share_of"] or None,
        "comparator": "range" if is_range else _comparator(target),
        "approximate": target.qualifier == "approx",
        "value": None if is_range else float(target.value),
        "value_low": None if known.low is None else float(known.low),
        "value_high": None if known.high is None else float(known.high),
        "unit": target.cell["unit"],
        "origin": "stated",
        "report_id": target.report_id,
        "achieved_value": None if achieved is None or achieved.upper else float(achieved.value),
        "achieved_figure_ids": sorted(achieved.figure_ids) if achieved is not None else [],
        "attainment_percent": _attainment(target, achieved),
        "met": _met(target, achieved),
        "obs_status": target.obs_status,
        "figure_ids": sorted({i for figure in prints for i in figure.figure_ids}),
        "finding_ids": facts.finding_ids(prints),
    }


def _comparator(figure: Operand) -> str:
    comparator = _COMPARATORS[figure.qualifier]
    return _TURNED_ROUND[comparator] if figure.value.is_signed() else comparator


def _attainment(target: Operand, achieved: Operand | None) -> float | None:
    """Achieved in percent of the target, where both are stated and more is asked for."""
    if achieved is None or not achieved.is_bounded or achieved.upper or target.upper:
        return None
    if target.qualifier not in {"exact", "at_least", "more_than"} or not target.value:
        return None
    return float((100 * achieved.value / target.value).quantize(Decimal("0.01")))


def _met(target: Operand, achieved: Operand | None) -> bool | None:
    asked = _asked(target)
    if asked is None or achieved is None or achieved.interval is None:
        return None
    if not asked.intersects(achieved.interval):
        return False
    return True if achieved.interval.is_within(asked) else None


def _asked(target: Operand) -> Interval | None:
    """The values that meet a target; ``None`` where its words do not tell."""
    known = target.interval
    if known is None or target.upper is not None or target.qualifier != "exact":
        return known
    better = codelists.rows("indicator")[target.cell["indicator"]]["better"]
    if better == "none" or target.cell["status"] == "stopped":
        return None
    return Interval(known.low, None) if better == "higher" else Interval(None, known.high)
