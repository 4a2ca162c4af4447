"""Table ``revisions``: which quantity was stated again by which report, from what to what.

A quantity is a cell in its base unit, so that *10 tỷ* and *10.000 triệu* are one. Each report says
one thing of it (the preferred of its prints), and each report after the first is compared with the
one before it. What is confirmed is a row, too: that two reports print the same is worth knowing.
What one report prints twice is no revision; the rules compare that. Support and budgets are left
out, because there a cell does not identify one quantity (see ``observations``).
"""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from htx_pipeline import codelists
from htx_pipeline import contracts as c
from htx_pipeline.curation.common import (
    AREA,
    AREA_CODE,
    YEAR,
    Built,
    Facts,
    Source,
    TableOf,
    area_name,
)
from htx_pipeline.curation.implied import sources_of_print
from htx_pipeline.curation.observations import TOPICS
from htx_pipeline.figures.contract import figure_column
from htx_pipeline.figures.operands import DIMENSIONS, Operand, join_ranges, preferred
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.model import UNKNOWN, Interval, Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def _side(prefix: str, vi: str, en: str) -> tuple[c.Field, ...]:
    """The columns of what one of the two reports says."""
    of_vi, of_en = f"{vi}: ", f"{en}: "
    return (
        c.text(
            f"{prefix}report_id",
            f"báo cáo ({vi})",
            f"Report ({en})",
            Label(vi=f"{of_vi}báo cáo nêu đại lượng.", en=f"{of_en}the report that states it."),
            refers_to="reports.report_id",
        ),
        c.day(
            f"{prefix}issued_on",
            f"ngày ban hành ({vi})",
            f"Issued on ({en})",
            Label(vi=f"{of_vi}ngày ban hành báo cáo.", en=f"{of_en}when the report was issued."),
        ),
        c.text(
            f"{prefix}printed",
            f"chữ số in ({vi})",
            f"Printed ({en})",
            Label(
                vi=f"{of_vi}con số đúng như được in; hai đầu của một khoảng nối bằng dấu –.",
                en=f"{of_en}the numeral exactly as printed; the ends of a range joined by –.",
            ),
        ),
        c.code(
            f"{prefix}printed_in",
            f"đơn vị in ({vi})",
            f"Printed in ({en})",
            Label(vi=f"{of_vi}đơn vị của chữ số in.", en=f"{of_en}the unit of the print."),
            codelist="unit",
        ),
        c.code(
            f"{prefix}role",
            f"vai trò ({vi})",
            f"Role ({en})",
            Label(
                vi=f"{of_vi}thực hiện, ước, kế hoạch hay mức quy định.",
                en=f"{of_en}actual, estimate, target or legal limit.",
            ),
            codelist="role",
        ),
        c.code(
            f"{prefix}qualifier",
            f"từ kèm số ({vi})",
            f"Qualifier ({en})",
            Label(
                vi=f"{of_vi}những chữ chỉ mức độ quanh con số; của một khoảng là của đầu thấp.",
                en=f"{of_en}the words of distance around the numeral; of a range, of its low end.",
            ),
            codelist="qualifier",
        ),
        c.number(
            f"{prefix}value",
            f"giá trị ({vi})",
            f"Value ({en})",
            Label(
                vi=f"{of_vi}con số theo đơn vị ở cột unit; trống nếu là khoảng.",
                en=f"{of_en}the number in the unit of column unit; null for a range.",
            ),
            unit="see unit",
        ),
        c.number(
            f"{prefix}value_low",
            f"cận dưới ({vi})",
            f"Lower bound ({en})",
            Label(
                vi=f"{of_vi}giá trị nhỏ nhất sẽ được in như vậy; trống nếu không bị chặn.",
                en=f"{of_en}least value that would be printed so; null where unbounded.",
            ),
            unit="see unit",
        ),
        c.number(
            f"{prefix}value_high",
            f"cận trên ({vi})",
            f"Upper bound ({en})",
            Label(
                vi=f"{of_vi}giá trị lớn nhất sẽ được in như vậy; trống nếu không bị chặn.",
                en=f"{of_en}greatest value that would be printed so; null where unbounded.",
            ),
            unit="see unit",
        ),
        c.code(
            f"{prefix}obs_status",
            f"tình trạng quan sát ({vi})",
            f"Observation status ({en})",
            Label(
                vi=f"{of_vi}SDMX CL_OBS_STATUS: A bình thường, E ước tính, F dự báo.",
                en=f"{of_en}SDMX CL_OBS_STATUS: A normal, E estimated, F forecast.",
            ),
            codelist="obs_status",
        ),
    )


CONTRACT = c.Contract(
    name="revisions",
    title=Label(vi="Số liệu được nêu lại", en="Revisions"),
    description=Label(
        vi="Mỗi dòng là một lần một báo cáo nêu lại đại lượng mà báo cáo trước đã nêu: trước nói "
        "gì, nay nói gì; kể cả khi nêu lại đúng như trước.",
        en="One row for each time that a report states a quantity which a report before it has "
        "stated: what was said, what is said now; also where it is said again unchanged.",
    ),
    key=("figure_id",),
    order=("area_code", "organization", "indicator", "period", "issued_on", "figure_id"),
    fields=(
        c.text(
            "figure_id",
            "số liệu nêu lại",
            "Figure",
            Label(vi="Số liệu nêu lại đại lượng.", en="The figure that states the quantity again."),
            refers_to="figures.figure_id",
        ),
        c.text(
            "previous_figure_id",
            "số liệu trước",
            "Previous figure",
            Label(
                vi="Số liệu của báo cáo ngay trước đó về cùng đại lượng.",
                en="The figure of the report just before it that states the same quantity.",
            ),
            refers_to="figures.figure_id",
        ),
        c.code(
            "revision",
            "loại nêu lại",
            "Revision",
            Label(
                vi="Lần nêu sau làm gì với lần nêu trước.",
                en="What the later statement makes of the earlier.",
            ),
        ),
        AREA_CODE,
        AREA,
        YEAR,
        figure_column("period"),
        figure_column("base_period"),
        figure_column("organization"),
        figure_column("entity"),
        figure_column("indicator"),
        figure_column("sector"),
        figure_column("status"),
        figure_column("relation"),
        figure_column("share_of"),
        *_side("previous_", "trước", "before"),
        *_side("", "nay", "now"),
        c.code(
            "unit",
            "đơn vị",
            "Unit",
            Label(
                vi="Đơn vị của mọi giá trị trong dòng: đơn vị in nếu hai bên in cùng đơn vị, nếu "
                "không là đơn vị gốc chung.",
                en="Unit of all values of the row: the printed one where both print in the same, "
                "else the base unit that they share.",
            ),
        ),
        c.number(
            "difference",
            "chênh lệch",
            "Difference",
            Label(
                vi="Giá trị nay trừ giá trị trước; trống nếu một bên là khoảng.",
                en="The value now less the value before; null where either is a range.",
            ),
            unit="see unit",
        ),
        c.texts(
            "finding_ids",
            "phát hiện",
            "Findings",
            Label(
                vi="Các mâu thuẫn nêu tên cả hai số liệu, kể cả đã được miễn trừ.",
                en="Contradictions that name both figures, waived ones included.",
            ),
            refers_to=("findings.finding_id",),
        ),
    ),
)


def build(facts: Facts) -> Built:
    """One row for each report that states a quantity after another report did."""
    rows: list[dict[str, Any]] = []
    sources: list[Source] = []
    for before, now in _restatements(join_ranges(facts.figures)):
        row = _row(before, now, facts)
        rows.append(row)
        key = now.figure_id
        sources += sources_of_print(key, row, before, "previous_")
        sources += sources_of_print(key, row, now)
    return Built(rows, sources)


def kind_of(before: Operand, now: Operand) -> str:
    """What the later of two statements makes of the earlier: a code of list ``revision``.

    Both are in one unit. An actual takes the place of an estimate, whatever it says; an estimate
    that is another is a new estimate. Of what is left the intervals decide.
    """
    old, new = before.interval or UNKNOWN, now.interval or UNKNOWN
    same = old == new and (before.value, before.upper is None) == (now.value, now.upper is None)
    if before.cell["side"] != "observed":
        return "confirmed" if same else "set_anew"
    if before.role == "estimate" and now.role == "actual":
        return "realised"
    if same:
        return "confirmed"
    return "estimated_again" if before.role == "estimate" else _of_intervals(old, new)


def _of_intervals(old: Interval, new: Interval) -> str:
    if not old.intersects(new):
        return "restated"
    if old == new or not (old.is_within(new) or new.is_within(old)):
        return "compatible"
    return "refined" if new.is_within(old) else "rounded"


def _restatements(figures: Iterable[Operand]) -> Iterator[tuple[Operand, Operand]]:
    """What a report says of a quantity, with what the report before it said."""
    stated: dict[tuple[str, ...], list[Operand]] = {}
    for figure in figures:
        cell = figure.in_base_unit().cell
        if codelists.rows("indicator")[cell["indicator"]]["topic"] not in TOPICS:
            continue
        stated.setdefault(tuple(cell[name] for name in DIMENSIONS), []).append(figure)
    for same in stated.values():
        said = sorted(same, key=_report)
        chosen = [preferred(prints)[0] for _, prints in groupby(said, key=_report)]
        for before, now in pairwise(chosen):
            alike = before.unit == now.unit
            yield (before, now) if alike else (before.in_base_unit(), now.in_base_unit())


def _report(figure: Operand) -> tuple[str, str]:
    return figure.issued_on.isoformat(), figure.report_id


def _row(before: Operand, now: Operand, facts: Facts) -> dict[str, Any]:
    cell = now.cell
    is_range = before.upper is not None or now.upper is not None
    return {
        "figure_id": now.figure_id,
        "previous_figure_id": before.figure_id,
        "revision": kind_of(before, now),
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
        **_said("previous_", before),
        **_said("", now),
        "unit": cell["unit"],
        "difference": None if is_range else float(now.value - before.value),
        "finding_ids": sorted({*facts.finding_ids([before])} & {*facts.finding_ids([now])}),
    }


def _said(prefix: str, figure: Operand) -> dict[str, Any]:
    known = figure.interval or UNKNOWN
    prints = [figure.printed, *([figure.upper.printed] if figure.upper else [])]
    return {
        f"{prefix}report_id": figure.report_id,
        f"{prefix}issued_on": figure.issued_on,
        f"{prefix}printed": "–".join(prints),
        f"{prefix}printed_in": figure.unit,
        f"{prefix}role": figure.role,
        f"{prefix}qualifier": figure.qualifier,
        f"{prefix}value": None if figure.upper else float(figure.value),
        f"{prefix}value_low": None if known.low is None else float(known.low),
        f"{prefix}value_high": None if known.high is None else float(known.high),
        f"{prefix}obs_status": figure.obs_status,
    }


REVISIONS = TableOf(CONTRACT, build)
