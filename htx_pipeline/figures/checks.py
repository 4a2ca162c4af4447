"""What must hold within one line of a CSV file before it can be read at all.

These are questions of form: known codes, periods that exist, columns that belong together. Whether
figures agree with each other is for ``rules``.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from htx_pipeline import codelists
from htx_pipeline.figures.numerals import NUMERAL
from htx_pipeline.figures.periods import is_day, is_span_of_years, period_ends, read_day
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from htx_pipeline.errors import Problem
    from htx_pipeline.figures.files import Row

FIGURE_COLUMNS = (
    "start,end,page,place,printed,printed_unit,organization,entity,indicator,sector,status,area,"
    "period,base_period,share_of,role,relation,direction,qualifier,unit,note"
).split(",")
OTHER_COLUMNS = ["start", "end", "printed", "kind"]
ENTITY_COLUMNS = (
    "entity,start,end,place,printed,organization,district,commune,sector,trade,note"
).split(",")
CITATION_COLUMNS = (
    "start,end,place,printed,document,kind,number,dated_start,dated_end,dated,programme,phase,note"
).split(",")

WHOLE_DIMENSIONS = ("sector", "status", "organization")
"""What a share may be a share over, besides an indicator."""

_CODED = (
    "organization",
    "indicator",
    "sector",
    "status",
    "role",
    "relation",
    "qualifier",
    "unit",
)


def _add_or_mend(codelist: str) -> Label:
    path = f"htx_pipeline/codelists/{codelist}.csv"
    return Label(
        vi=f"Hãy sửa mã, hoặc thêm mã vào {path} kèm nhãn vi và en.",
        en=f"Mend the code, or add it to {path} with its labels.",
    )


_SEE_READING = Label(vi="Xem docs/reading.md.", en="See docs/reading.md.")


_WHOLE = re.compile(r"0|[1-9]\d{0,8}", re.ASCII)
"""A position or a page: more digits than any document has are a slip."""

_LINE_BREAK = 8
"""How much longer a space of a name may be in the text, where a line of a PDF breaks."""


def offset(row: Row, name: str) -> int | None:
    """The position in a cell, or ``None`` if it is none."""
    return int(row[name]) if _WHOLE.fullmatch(row[name]) else None


def check_offsets(row: Row, start: str = "start", end: str = "end") -> Iterator[Problem]:
    """The cells in columns ``start`` and ``end`` are positions in a text."""
    for name in (start, end):
        if offset(row, name) is None:
            yield row.problem(
                name,
                "not-an-offset",
                expected=Label(vi="số nguyên không âm", en="a whole number, not negative"),
                remedy=Label(
                    vi="Hãy ghi vị trí tính theo điểm mã trong văn bản.",
                    en="Give the position in code points of the text.",
                ),
            )


def check_span(row: Row, printed: str = "printed", prefix: str = "") -> Iterator[Problem]:
    """Offsets fit the print; white space within a print may be longer in the text.

    ``printed`` names the column of the print, ``prefix`` is before ``start`` and ``end`` in the
    columns of its offsets.
    """
    first, last = f"{prefix}start", f"{prefix}end"
    yield from check_offsets(row, first, last)
    start, end, length = offset(row, first), offset(row, last), len(row[printed])
    if start is None or end is None:
        return
    most = length + _LINE_BREAK * row[printed].count(" ")
    if not length <= end - start <= most:
        yield row.problem(
            last,
            "span-and-print-differ",
            found=f"{first} {start}, {last} {end}, {printed} {row[printed]!r}",
            expected=Label(vi=f"{last} = {first} + {length}", en=f"{last} = {first} + {length}"),
            remedy=Label(
                vi="Hãy sửa vị trí hoặc chữ số chép sai.", en="Mend the offsets or the print."
            ),
        )


def check_printed(row: Row) -> Iterator[Problem]:
    """What is called a numeral is one."""
    if not NUMERAL.fullmatch(row["printed"]):
        yield row.problem(
            "printed",
            "not-a-numeral",
            expected=Label(
                vi="chữ số, có thể có dấu chấm hoặc phẩy ở giữa",
                en="digits, with dots or commas between them",
            ),
            remedy=Label(vi="Hãy chép đúng như in.", en="Copy it as it is printed."),
        )


def check_code(row: Row, name: str, codelist: str) -> Iterator[Problem]:
    """The cell in column ``name`` is a code of ``codelist``."""
    known = codelists.codes(codelist)
    if row[name] in known:
        return
    near = difflib.get_close_matches(row[name], known, n=1)
    expected = Label(
        vi=f"một mã của danh mục {codelist}" + (f", có lẽ {near[0]!r}" if near else ""),
        en=f"a code of the list {codelist}" + (f", perhaps {near[0]!r}" if near else ""),
    )
    yield row.problem(name, "unknown-code", expected=expected, remedy=_add_or_mend(codelist))


def _check_id(row: Row, name: str, example: str) -> Iterator[Problem]:
    """The cell in column ``name`` is a slug, the same wherever the thing is meant."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row[name], re.ASCII):
        yield row.problem(
            name,
            "not-an-id",
            expected=Label(
                vi=f"chữ thường không dấu, số và gạch nối, như {example}",
                en=f"lower-case ASCII letters, digits and hyphens, such as {example}",
            ),
            remedy=_SEE_READING,
        )


def check_entity(row: Row) -> Iterator[Problem]:
    """Everything about one named entity."""
    yield from _check_id(row, "entity", "htx-phuong-nhung")
    yield from check_span(row)
    yield from check_place(row)
    yield from check_code(row, "organization", "organization")
    if row["sector"]:
        yield from check_code(row, "sector", "sector")


def check_citation(row: Row) -> Iterator[Problem]:
    """Everything about one legal document as a report cites it, but for its numerals."""
    yield from check_span(row)
    yield from check_place(row)
    yield from _check_folded(row, "printed")
    yield from _check_id(row, "document", "qd-1804-qd-ttg")
    yield from check_code(row, "kind", "document_kind")
    yield from _check_number(row)
    yield from _check_dated(row)
    yield from _check_programme(row)
    if not (NUMERAL.search(row["printed"]) or row["dated"] or row["programme"]):
        yield row.problem(
            "printed",
            "nothing-to-cite",
            expected=Label(
                vi="một số, một ngày hoặc thời kỳ của chương trình; văn bản khác không ghi vào đây",
                en="a number, a date or a programme's span; no other document is listed here",
            ),
            remedy=_SEE_READING,
        )


def _check_folded(row: Row, name: str) -> Iterator[Problem]:
    if row[name] != " ".join(row[name].split()) or not row[name]:
        yield row.problem(
            name,
            "not-folded",
            expected=Label(
                vi="chữ in, mỗi khoảng trắng là một dấu cách",
                en="what is printed, with one space for any white space",
            ),
            remedy=Label(vi="Hãy chép đúng như in.", en="Copy it as it is printed."),
        )


def _check_number(row: Row) -> Iterator[Problem]:
    """A number where one is printed, with its digits; none where the document is only named."""
    number, is_printed = row["number"], row["printed"][:1].isdigit()
    digits = NUMERAL.findall(row["printed"])
    if is_printed and not number:
        yield row.problem(
            "number",
            "missing-value",
            expected=Label(
                vi=f"số của văn bản, vì in {row['printed']!r}",
                en=f"the number of the document, because {row['printed']!r} is printed",
            ),
            remedy=_SEE_READING,
        )
    elif number and not is_printed:
        yield row.problem(
            "number",
            "value-out-of-place",
            expected=Label(
                vi="để trống, vì chữ in không bắt đầu bằng số của văn bản",
                en="nothing, because what is printed does not begin with a number",
            ),
            remedy=_SEE_READING,
        )
    elif number and (
        NUMERAL.findall(number)[: len(digits)] != digits or number != "".join(number.split())
    ):
        yield row.problem(
            "number",
            "number-does-not-fit",
            expected=Label(
                vi=f"{row['printed']!r} theo cách viết thông thường, không có khoảng trắng",
                en=f"{row['printed']!r} in the usual form, without white space",
            ),
            remedy=_SEE_READING,
        )


def _check_dated(row: Row) -> Iterator[Problem]:
    """A printed date has its offsets, and the form of a day; whether there is one is no matter."""
    names = ("dated_start", "dated_end", "dated")
    filled = [name for name in names if row[name]]
    if not filled:
        return
    for name in names:
        if name not in filled:
            yield row.problem(
                name,
                "missing-value",
                expected=Label(
                    vi=f"có giá trị, vì có {filled[0]}", en=f"a value, because {filled[0]} has one"
                ),
                remedy=_SEE_READING,
            )
    if len(filled) < len(names):
        return
    yield from check_span(row, "dated", "dated_")
    try:
        read_day(row["dated"])
    except ValueError:
        yield row.problem(
            "dated",
            "not-a-date",
            expected=Label(
                vi="ngày như in: 16/4/2021 hoặc 21 tháng 11 năm 2013",
                en="a date as printed: 16/4/2021 or 21 tháng 11 năm 2013",
            ),
            remedy=_SEE_READING,
        )


def _check_programme(row: Row) -> Iterator[Problem]:
    """Spans of years; a phase is one of a programme. Whether it lies within is asked by a rule."""
    for name in ("programme", "phase"):
        if row[name] and not is_span_of_years(row[name]):
            yield row.problem(
                name,
                "not-a-period",
                expected=Label(vi="thời kỳ như 2021/2030", en="a span of years, such as 2021/2030"),
                remedy=_SEE_READING,
            )
    if row["phase"] and not row["programme"]:
        yield row.problem(
            "programme",
            "missing-value",
            expected=Label(vi="có giá trị, vì có phase", en="a value, because phase has one"),
            remedy=_SEE_READING,
        )


def check_figure(row: Row, entities: Container[str]) -> Iterator[Problem]:
    """Everything about the codes of one figure; ``entities`` are the report's named ones."""
    unknown: set[str] = set()
    for name in _CODED:
        for problem in check_code(row, name, name):
            unknown.add(name)
            yield problem
    yield from _check_page(row)
    yield from check_place(row)
    yield from _check_area(row)
    if "relation" not in unknown:
        yield from _check_companions(row)
    wrong_period = list(_check_period(row, "period"))
    yield from wrong_period
    if not unknown:
        yield from _check_entity(row, entities)
        yield from _check_unit(row)
        yield from _check_estimate(row)
        if not wrong_period:
            yield from _check_kind_of_period(row)


def _check_page(row: Row) -> Iterator[Problem]:
    if row["page"] and offset(row, "page") in {None, 0}:
        yield row.problem(
            "page",
            "not-a-page",
            expected=Label(vi="số trang hoặc để trống", en="a page number, or nothing"),
            remedy=_SEE_READING,
        )


def check_place(row: Row) -> Iterator[Problem]:
    """The place is a path of section labels."""
    if not re.fullmatch(r"\w+(\.\w+)*", row["place"]):
        yield row.problem(
            "place",
            "not-a-place",
            expected=Label(
                vi="đường dẫn đề mục, như P1.I.2.1", en="a label path, such as P1.I.2.1"
            ),
            remedy=_SEE_READING,
        )


def _check_area(row: Row) -> Iterator[Problem]:
    province, slash, lower = row["area"].partition("/")
    if (
        province not in codelists.rows("area")
        or (slash and lower != " ".join(lower.split()))
        or (slash and not lower)
    ):
        yield row.problem(
            "area",
            "unknown-code",
            expected=Label(
                vi="mã tỉnh của danh mục area, hoặc mã/tên địa bàn",
                en="a code of the list area, or the code, a slash and the printed name",
            ),
            remedy=_add_or_mend("area"),
        )


def _check_period(row: Row, name: str) -> Iterator[Problem]:
    try:
        period_ends(row[name])
    except ValueError:
        yield row.problem(
            name,
            "not-a-period",
            expected=Label(
                vi="2021, 2021-12-31, 2023-S1 hoặc 2021/2025 (và phải có thật)",
                en="2021, 2021-12-31, 2023-S1 or 2021/2025 (and one that exists)",
            ),
            remedy=_SEE_READING,
        )


def _check_base(row: Row) -> Iterator[Problem]:
    """What is compared with is of the same kind, and earlier."""
    try:
        ends = period_ends(row["period"])
    except ValueError:
        return
    same_kind = len(row["base_period"]) == len(row["period"])
    if not same_kind or period_ends(row["base_period"]) >= ends:
        yield row.problem(
            "base_period",
            "base-does-not-fit",
            expected=Label(
                vi=f"thời kỳ cùng dạng và trước {row['period']}",
                en=f"a period of the same form as {row['period']}, and before it",
            ),
            remedy=_SEE_READING,
        )


def _check_companions(row: Row) -> Iterator[Problem]:
    """Columns that are filled for some relations and empty for all others."""
    relation = row["relation"]
    wanted = {
        "base_period": relation == "change",
        "share_of": relation == "share",
        "direction": relation in {"change", "plan_gap"},
    }
    for name, needed in wanted.items():
        if needed and not row[name]:
            yield row.problem(
                name,
                "missing-value",
                expected=Label(
                    vi=f"có giá trị, vì relation là {relation}",
                    en=f"a value, because relation is {relation}",
                ),
                remedy=_SEE_READING,
            )
        elif row[name] and not needed:
            yield row.problem(
                name,
                "value-out-of-place",
                expected=Label(
                    vi=f"để trống, vì relation là {relation}",
                    en=f"nothing, because relation is {relation}",
                ),
                remedy=_SEE_READING,
            )
    if wanted["base_period"] and row["base_period"]:
        wrong = list(_check_period(row, "base_period"))
        yield from wrong or _check_base(row)
    if wanted["direction"] and row["direction"]:
        yield from check_code(row, "direction", "direction")
    if wanted["share_of"] and row["share_of"]:
        known = (*WHOLE_DIMENSIONS, *codelists.codes("indicator"))
        if row["share_of"] not in known:
            yield row.problem(
                "share_of",
                "unknown-code",
                expected=Label(
                    vi=f"{', '.join(WHOLE_DIMENSIONS)} hoặc một mã của danh mục indicator",
                    en=f"{', '.join(WHOLE_DIMENSIONS)} or a code of the list indicator",
                ),
                remedy=_add_or_mend("indicator"),
            )


def _check_entity(row: Row, entities: Container[str]) -> Iterator[Problem]:
    entity = row["entity"]
    if row["organization"] == "named":
        unknown = [part for part in entity.split(" + ") if part not in entities]
        if unknown:
            yield row.problem(
                "entity",
                "unknown-entity",
                expected=Label(
                    vi="mã có trong named_entities.csv của báo cáo này",
                    en="an id of this report's named_entities.csv",
                ),
                remedy=Label(
                    vi="Hãy thêm tổ chức vào named_entities.csv hoặc sửa mã.",
                    en="Add the entity to named_entities.csv, or mend the id.",
                ),
            )
    elif row["indicator"] == "budget_need":
        if entity:
            yield from check_code(row, "entity", "budget_line")
    elif entity:
        yield row.problem(
            "entity",
            "value-out-of-place",
            expected=Label(
                vi="để trống, trừ khi organization là named hoặc indicator là budget_need",
                en="nothing, unless organization is named or indicator is budget_need",
            ),
            remedy=_SEE_READING,
        )


def _check_unit(row: Row) -> Iterator[Problem]:
    relation, unit = row["relation"], row["unit"]
    allowed = set(codelists.rows("indicator")[row["indicator"]]["units"].split())
    if relation in {"share", "attainment"}:
        allowed = {"percent"}
    elif relation == "change":
        allowed |= {"percent", "percentage_point", "percentage_point_per_year"}
    if unit not in allowed:
        yield row.problem(
            "unit",
            "unit-does-not-fit",
            expected=Label(
                vi=f"{' hoặc '.join(sorted(allowed))} cho {relation} của {row['indicator']}",
                en=f"{' or '.join(sorted(allowed))} as the unit of {row['indicator']} ({relation})",
            ),
            remedy=Label(
                vi="Hãy sửa đơn vị hoặc chỉ tiêu thống kê; đơn vị mới thêm vào danh mục indicator.",
                en="Mend unit or indicator; a new unit goes into the list indicator.",
            ),
        )


def _check_kind_of_period(row: Row) -> Iterator[Problem]:
    """A stock has a day, a flow or a mean has not."""
    kind = codelists.rows("indicator")[row["indicator"]]["kind"]
    per_year = row["unit"].endswith("_per_year") and row["relation"] == "change"
    wants_day = kind in {"stock", "ratio"} and not per_year
    if is_day(row["period"]) != wants_day:
        yield row.problem(
            "period",
            "period-does-not-fit",
            expected=Label(
                vi=f"{'một ngày' if wants_day else 'một năm hay khoảng thời gian'}, "
                f"vì {row['indicator']} thuộc loại {kind}",
                en=f"{'a day' if wants_day else 'a year or a span'}, "
                f"because {row['indicator']} is a {kind}",
            ),
            remedy=_SEE_READING,
        )


def _check_estimate(row: Row) -> Iterator[Problem]:
    if row["qualifier"] == "estimated" and row["role"] != "estimate":
        yield row.problem(
            "role",
            "value-out-of-place",
            expected=Label(
                vi="estimate, vì qualifier là estimated",
                en="estimate, because qualifier is estimated",
            ),
            remedy=_SEE_READING,
        )
