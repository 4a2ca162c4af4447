"""Table ``observations``: every observed quantity once for each period, in the long form.

What identifies a quantity is its *cell* (``figures.operands``), so that a table of one value per
cell can only hold indicators whose cells mean one thing. Those on support and budgets do not: six
figures of one report on training classes are six courses, not six prints of one number. They stay
in ``support``, figure by figure.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from htx_pipeline import codelists
from htx_pipeline import contracts as c
from htx_pipeline.curation.common import (
    AREA,
    AREA_CODE,
    FINDING_IDS,
    YEAR,
    Built,
    Facts,
    Source,
    TableOf,
    area_name,
    row_key,
)
from htx_pipeline.curation.implied import bounds, sources_of, sources_of_print
from htx_pipeline.figures.contract import figure_column
from htx_pipeline.figures.operands import join_ranges, preferred
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from htx_pipeline.figures.operands import Operand
    from htx_pipeline.rules import Implied

TOPICS = frozenset({"statistic", "context"})
"""The topics of indicators that a cell identifies."""

DIMENSIONS = (
    "area_code",
    "organization",
    "entity",
    "indicator",
    "sector",
    "status",
    "unit",
    "period",
)
"""What tells one row from another; the unit is among them because nothing is converted."""

NO_ENTITY = "_Z"
"""What ``entity`` holds where a quantity is of no named entity: not applicable, as in SDMX."""

CONTRACT = c.Contract(
    name="observations",
    title=Label(vi="Quan sát", en="Observations"),
    description=Label(
        vi="Dạng dài gọn: mỗi đại lượng quan sát được (thực hiện hoặc ước) tại mỗi thời kỳ đúng "
        "một dòng, lấy bản in được ưu tiên. Nơi không báo cáo nào in, dòng là giá trị suy ra, "
        "obs_status I. Hỗ trợ và ngân sách nằm ở bảng support.",
        en="The tidy long form: each observed quantity (an actual or an estimate) in exactly one "
        "row for each period, by the preferred print. Where no report prints it, the row is an "
        "implied value, obs_status I. Support and budgets are in the table support.",
    ),
    key=DIMENSIONS,
    fields=(
        AREA_CODE,
        AREA,
        YEAR,
        figure_column("period"),
        figure_column("as_of"),
        figure_column("organization"),
        c.text(
            "entity",
            "tổ chức được nêu tên",
            "Entity",
            Label(
                vi="Các tổ chức được nêu tên (nối bằng ' + ') mà số liệu thuộc về; _Z không áp "
                "dụng.",
                en="The named entities (joined by ' + ') that the figure belongs to; _Z not "
                "applicable.",
            ),
        ),
        figure_column("indicator"),
        figure_column("sector"),
        figure_column("status"),
        figure_column("unit"),
        c.number(
            "value",
            "giá trị",
            "Value",
            Label(
                vi="Số như được đọc, theo thang in; của giá trị suy ra là số tròn nhất trong "
                "khoảng. Trống nếu bản in là một khoảng.",
                en="The number as read, in the printed scale; of an implied value the roundest "
                "number between its bounds. Null where a range is printed.",
            ),
            unit="see unit",
        ),
        figure_column("value_low"),
        figure_column("value_high"),
        figure_column("qualifier"),
        c.code(
            "obs_status",
            "tình trạng quan sát",
            "Observation status",
            Label(
                vi="SDMX CL_OBS_STATUS: A bình thường, E ước tính, F dự báo, I suy ra (không được "
                "in).",
                en="SDMX CL_OBS_STATUS: A normal, E estimated, F forecast, I implied (printed "
                "nowhere).",
            ),
        ),
        figure_column("report_id"),
        c.texts(
            "figure_ids",
            "số liệu",
            "Figures",
            Label(
                vi="Số liệu nêu giá trị (hai nếu là khoảng), hoặc các số liệu mà từ đó suy ra nó.",
                en="The figure that states the value (two for a range), or those that imply it.",
            ),
            refers_to=("figures.figure_id",),
            may_be_empty=False,
        ),
        FINDING_IDS,
    ),
)


def build(facts: Facts) -> Built:
    """One row for each cell of which a report states a value, and for each that is only implied.

    What is printed in any unit is not implied in another.
    """
    stated: dict[tuple[str, ...], list[Operand]] = defaultdict(list)
    for figure in join_ranges(facts.figures):
        if _is_observed(figure):
            stated[_key(figure)].append(figure)
    implied: dict[tuple[str, ...], list[tuple[Operand, Implied]]] = defaultdict(list)
    printed = {_key(prints[0].in_base_unit()) for prints in stated.values()}
    for one in facts.implied:
        figure = one.as_operand()
        if _is_observed(figure) and _key(figure.in_base_unit()) not in printed:
            implied[_key(figure)].append((figure, one))
    rows: list[dict[str, Any]] = []
    sources: list[Source] = []
    for prints in stated.values():
        figure = preferred(prints)[0]
        row = _row(figure, facts)
        rows.append(row)
        sources += sources_of_print(row_key(CONTRACT, row), row, figure)
    for ways in implied.values():
        figure = preferred(figure for figure, _ in ways)[0]
        one = next(one for found, one in ways if found is figure)
        row = _row(figure, facts)
        rows.append(row)
        sources += sources_of(row_key(CONTRACT, row), row, one)
    return Built(rows, sources)


def _is_observed(figure: Operand) -> bool:
    topic = codelists.rows("indicator")[figure.cell["indicator"]]["topic"]
    side, relation = figure.cell["side"], figure.cell["relation"]
    return side == "observed" and relation == "value" and topic in TOPICS


def _key(figure: Operand) -> tuple[str, ...]:
    return tuple(_dimensions(figure).values())


def _dimensions(figure: Operand) -> dict[str, str]:
    cell = {name: figure.cell[name] for name in DIMENSIONS}
    return cell | {"entity": cell["entity"] or NO_ENTITY}


def _row(figure: Operand, facts: Facts) -> dict[str, Any]:
    ends = period_ends(figure.cell["period"])
    return {
        **_dimensions(figure),
        "area": area_name(figure.cell["area_code"]),
        "year": ends.year,
        "as_of": ends,
        "value": None if figure.upper else float(figure.value),
        **bounds(figure),
        "qualifier": figure.qualifier,
        "obs_status": figure.obs_status,
        "report_id": figure.report_id,
        "figure_ids": sorted(set(figure.figure_ids)),
        "finding_ids": facts.finding_ids(figure.sources),
    }


OBSERVATIONS = TableOf(CONTRACT, build)
