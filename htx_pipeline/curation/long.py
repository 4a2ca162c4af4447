"""Tables with one row per figure: ``support`` and ``context``."""

from __future__ import annotations

from typing import Any

from htx_pipeline import codelists
from htx_pipeline import contracts as c
from htx_pipeline.curation.common import (
    AREA,
    AREA_CODE,
    AS_OF,
    FINDING_IDS,
    OBS_STATUS,
    YEAR,
    Built,
    Facts,
    Source,
    TableOf,
    area_name,
    row_key,
)
from htx_pipeline.figures.contract import figure_column
from htx_pipeline.figures.operands import Operand, preferred
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.model import Label

_VALUES = tuple(
    figure_column(name)
    for name in ("role", "qualifier", "value", "value_low", "value_high", "unit", "report_id")
)

SUPPORT_CONTRACT = c.Contract(
    name="support",
    title=Label(vi="Hỗ trợ", en="Support"),
    description=Label(
        vi="Các biện pháp hỗ trợ, mỗi dòng là một đại lượng mà báo cáo nêu: đào tạo, hội chợ, "
        "cho vay, đất đai, quỹ, dòng ngân sách. Các dòng của một biện pháp có chung báo cáo "
        "và đề mục.",
        en="Support measures, one row for each quantity that a report states of one: training, "
        "fairs, loans, land, funds, budget lines. Rows of a measure share report and place.",
    ),
    key=("support_id",),
    order=("area_code", "year", "measure", "support_id"),
    fields=(
        c.text(
            "support_id",
            "mã",
            "Support",
            Label(vi="Số liệu nêu đại lượng.", en="The figure that states the quantity."),
            refers_to="figures.figure_id",
        ),
        AREA_CODE,
        AREA,
        YEAR,
        c.text(
            "period",
            "thời kỳ",
            "Period",
            Label(
                vi="Năm, ngày hay giai đoạn của biện pháp.", en="Year, day or span of the measure."
            ),
        ),
        c.code("measure", "biện pháp", "Measure", Label(vi="Loại hỗ trợ.", en="Kind of support.")),
        figure_column("organization"),
        figure_column("entity"),
        figure_column("indicator"),
        *_VALUES,
        figure_column("place"),
        figure_column("note"),
        OBS_STATUS,
        FINDING_IDS,
    ),
)

CONTEXT_CONTRACT = c.Contract(
    name="context",
    title=Label(vi="Bối cảnh", en="Context"),
    description=Label(
        vi="Dân số, hộ nghèo, thu nhập, số xã và mức phí của địa bàn.",
        en="Population, poverty, income, communes and fees of the area.",
    ),
    key=("figure_id",),
    order=("area_code", "as_of", "indicator", "figure_id"),
    fields=(
        AREA_CODE,
        AREA,
        YEAR,
        AS_OF,
        figure_column("indicator"),
        figure_column("organization"),
        figure_column("relation"),
        figure_column("share_of"),
        *_VALUES,
        c.text(
            "figure_id",
            "mã số liệu",
            "Figure",
            Label(vi="Số liệu nêu giá trị.", en="The figure that states the value."),
            refers_to="figures.figure_id",
        ),
        figure_column("note"),
        OBS_STATUS,
        FINDING_IDS,
    ),
)


def build_support(facts: Facts) -> Built:
    """Every figure on a support measure, targets and budgets of plans included."""
    rows: list[dict[str, Any]] = []
    sources: list[Source] = []
    for figure in facts.figures:
        indicator = codelists.rows("indicator")[figure.cell["indicator"]]
        if indicator["topic"] not in {"support", "budget"} or figure.cell["relation"] != "value":
            continue
        rows.append(
            {
                "support_id": figure.figure_id,
                "period": figure.cell["period"],
                "measure": indicator["measure"],
                "organization": figure.cell["organization"],
                "entity": figure.cell["entity"] or None,
                "place": figure.place,
                **_common(figure, facts),
            }
        )
        sources.append(Source(figure.figure_id, "value", figure.figure_id))
    return Built(rows, sources)


def build_context(facts: Facts) -> Built:
    """The preferred value of each quantity of the area; changes stay in ``figures``."""
    found: dict[tuple[str, ...], list[Operand]] = {}
    for figure in facts.figures:
        indicator = codelists.rows("indicator")[figure.cell["indicator"]]
        is_value = figure.cell["relation"] in {"value", "share"}
        if indicator["topic"] == "context" and is_value and figure.role != "target":
            found.setdefault(tuple(figure.cell.values()), []).append(figure)
    rows: list[dict[str, Any]] = []
    sources: list[Source] = []
    for candidates in found.values():
        figure = preferred(candidates)[0]
        row = {
            "as_of": period_ends(figure.cell["period"]),
            "organization": figure.cell["organization"],
            "relation": figure.cell["relation"],
            "share_of": figure.cell["share_of"] or None,
            "figure_id": figure.figure_id,
            **_common(figure, facts),
        }
        rows.append(row)
        sources.append(Source(row_key(CONTEXT_CONTRACT, row), "value", figure.figure_id))
    return Built(rows, sources)


def _common(figure: Operand, facts: Facts) -> dict[str, Any]:
    known = figure.interval
    low = known.low if known else None
    high = known.high if known else None
    return {
        "area_code": figure.cell["area_code"],
        "area": area_name(figure.cell["area_code"]),
        "year": period_ends(figure.cell["period"]).year,
        "indicator": figure.cell["indicator"],
        "role": figure.role,
        "qualifier": figure.qualifier,
        "value": float(figure.value),
        "value_low": None if low is None else float(low),
        "value_high": None if high is None else float(high),
        "unit": figure.cell["unit"],
        "report_id": figure.report_id,
        "note": facts.notes.get(figure.figure_id),
        "obs_status": figure.obs_status,
        "finding_ids": facts.finding_ids([figure]),
    }


SUPPORT = TableOf(SUPPORT_CONTRACT, build_support)
CONTEXT = TableOf(CONTEXT_CONTRACT, build_context)
