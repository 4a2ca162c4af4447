"""Table ``implied_values``: what no report prints but its figures imply.

Plans behind attainments, last year's values behind changes, missing parts and totals. Each comes
from figures of one report (and actuals of others); derivations that exclude each other imply
nothing and are a finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from htx_pipeline.figures.contract import figure_column
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from htx_pipeline.figures.operands import Operand
    from htx_pipeline.rules import Implied

CONTRACT = c.Contract(
    name="implied_values",
    title=Label(vi="Giá trị suy ra", en="Implied values"),
    description=Label(
        vi="Các đại lượng không báo cáo nào in nhưng suy ra chính xác được từ các số liệu đã "
        "in, kèm khoảng giá trị mà các số liệu đó cho phép.",
        en="Quantities that no report prints but that follow exactly from figures which it does "
        "print, with the interval of values that these allow.",
    ),
    key=("implied_id",),
    order=("report_id", "organization", "indicator", "period", "implied_id"),
    fields=(
        c.text(
            "implied_id",
            "mã",
            "Implied value",
            Label(
                vi="Dấu vân tay của báo cáo và của điều được nói đến.",
                en="Fingerprint of the report and of what is meant.",
            ),
            pattern="^i[0-9a-f]{12}$",
        ),
        AREA_CODE,
        AREA,
        YEAR,
        c.text(
            "period",
            "thời kỳ",
            "Period",
            Label(vi="Năm, ngày, nửa năm hay giai đoạn.", en="The year, day, half year or span."),
        ),
        figure_column("base_period"),
        figure_column("organization"),
        figure_column("entity"),
        figure_column("indicator"),
        figure_column("sector"),
        figure_column("status"),
        figure_column("relation"),
        figure_column("share_of"),
        figure_column("role"),
        figure_column("qualifier"),
        c.number(
            "value",
            "giá trị",
            "Value",
            Label(
                vi="Số tròn nhất trong khoảng, gần giữa khoảng nhất; là cận duy nhất nếu chỉ có "
                "một cận. Các cận là chắc chắn, giá trị này thì không.",
                en="The roundest number of the interval, nearest to its middle; its only bound "
                "where it has one. The bounds are certain, the value is not.",
            ),
            unit="see unit",
            nullable=False,
        ),
        c.number(
            "value_low",
            "cận dưới",
            "Lower bound",
            Label(vi="Giá trị nhỏ nhất có thể.", en="Least value that is possible."),
            unit="see unit",
        ),
        c.number(
            "value_high",
            "cận trên",
            "Upper bound",
            Label(vi="Giá trị lớn nhất có thể.", en="Greatest value that is possible."),
            unit="see unit",
        ),
        figure_column("unit"),
        c.code(
            "origin",
            "nguồn gốc",
            "Origin",
            Label(vi="Suy ra từ số liệu khác.", en="Implied by other figures."),
        ),
        figure_column("report_id"),
        c.texts(
            "rules",
            "quy tắc",
            "Rules",
            Label(vi="Các quan hệ mà từ đó nó được suy ra.", en="Relations by which it follows."),
            refers_to=("rules.rule",),
            may_be_empty=False,
        ),
        c.texts(
            "figure_ids",
            "số liệu",
            "Figures",
            Label(vi="Các số liệu in mà nó dựa vào.", en="The printed figures that it rests on."),
            refers_to=("figures.figure_id",),
            may_be_empty=False,
        ),
        OBS_STATUS,
        FINDING_IDS,
    ),
)


def build(facts: Facts) -> Built:
    """One row for each implied quantity of each report."""
    rows = [_row(one, facts) for one in facts.implied]
    sources = [
        source
        for row, one in zip(rows, facts.implied, strict=True)
        for source in sources_of(row["implied_id"], row, one)
    ]
    return Built(rows, sources)


def sources_of(row_key: str, row: dict[str, Any], one: Implied) -> list[Source]:
    """The figures that the value and its bounds follow from, and by which relations."""
    rules: dict[str, set[str]] = {}
    for way in one.derivations:
        for operand in way.sources:
            for figure_id in operand.figure_ids:
                rules.setdefault(figure_id, set()).add(way.evaluation.rule.name)
    return [
        Source(row_key, column, figure_id, tuple(sorted(names)))
        for column in ("value", "value_low", "value_high")
        if row[column] is not None
        for figure_id, names in sorted(rules.items())
    ]


def sources_of_print(
    row_key: str, row: dict[str, Any], figure: Operand, prefix: str = ""
) -> list[Source]:
    """The figure that states the value and its bounds: of a range, each bound by its own end.

    A falling range is printed with its greater end first.
    """
    ends = sorted((figure, figure.upper or figure), key=lambda end: end.value)
    by_column = {"value": figure, "value_low": ends[0], "value_high": ends[-1]}
    return [
        Source(row_key, f"{prefix}{column}", end.figure_id)
        for column, end in by_column.items()
        if row[f"{prefix}{column}"] is not None
    ]


def bounds(operand: Operand) -> dict[str, float | None]:
    """The two bounds of a value as columns."""
    known = operand.interval
    low = known.low if known else None
    high = known.high if known else None
    return {
        "value_low": None if low is None else float(low),
        "value_high": None if high is None else float(high),
    }


def _row(one: Implied, facts: Facts) -> dict[str, Any]:
    operand = one.as_operand()
    cell = operand.cell
    return {
        "implied_id": one.id,
        "area_code": cell["area_code"],
        "area": area_name(cell["area_code"]),
        "year": period_ends(cell["period"]).year,
        "period": cell["period"],
        "base_period": cell["base_period"] or None,
        "organization": cell["organization"],
        "entity": cell["entity"] or None,
        "indicator": cell["indicator"],
        "sector": cell["sector"],
        "status": cell["status"],
        "relation": cell["relation"],
        "share_of": cell["share_of"] or None,
        "role": operand.role,
        "qualifier": operand.qualifier,
        "value": float(operand.value),
        **bounds(operand),
        "unit": cell["unit"],
        "origin": "implied",
        "report_id": one.report_id,
        "rules": sorted({way.evaluation.rule.name for way in one.derivations}),
        "figure_ids": sorted({i for source in one.sources for i in source.figure_ids}),
        "obs_status": "I",
        "finding_ids": facts.finding_ids(one.sources),
    }


IMPLIED_VALUES = TableOf(CONTRACT, build)
