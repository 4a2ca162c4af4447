"""What must hold between the lines of a report's files, and between them and its description."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING

from htx_pipeline.figures.checks import offset
from htx_pipeline.figures.numerals import NUMERAL, NumeralError, read_numeral
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from htx_pipeline.errors import Problem
    from htx_pipeline.figures.files import Row


def duplicates(rows: Sequence[Row], name: str) -> Iterator[Problem]:
    """Lines that have the same cell in column ``name``."""
    seen: dict[str, int] = {}
    for row in rows:
        if row[name] in seen:
            yield row.problem(
                name,
                "duplicate",
                expected=Label(
                    vi=f"mỗi {name} một dòng (đã có ở dòng {seen[row[name]]})",
                    en=f"each {name} once (it stands in line {seen[row[name]]})",
                ),
                remedy=Label(vi="Hãy bỏ dòng thừa.", en="Remove one of the lines."),
            )
        seen.setdefault(row[name], row.line)


def overlaps(rows: Sequence[Row]) -> Iterator[Problem]:
    """Numerals that share digits, and lines that are not in the order of the text."""
    placed = [
        (start, end, row)
        for row in rows
        if (start := offset(row, "start")) is not None and (end := offset(row, "end")) is not None
    ]
    for (start, _, one), (next_start, _, other) in pairwise(placed):
        if one.file is other.file and next_start < start:
            yield other.problem(
                "start",
                "out-of-order",
                expected=Label(
                    vi=f"lớn hơn start của dòng trước ({start})",
                    en=f"more than the start of the line before ({start})",
                ),
                remedy=Label(
                    vi="Hãy xếp các dòng theo thứ tự văn bản.",
                    en="Put the lines in the order of the text.",
                ),
            )
    widest: tuple[int, int, Row] | None = None
    for start, end, row in sorted(placed, key=lambda entry: entry[0]):
        if widest is not None and start < widest[1]:
            one = widest[2]
            yield row.problem(
                "start",
                "duplicate" if start == widest[0] else "overlap",
                expected=Label(
                    vi=f"một vị trí chưa dùng ({one.file.shown}:{one.line} đã ghi "
                    f"{one['start']}-{one['end']})",
                    en=f"digits that no other line holds ({one.file.shown}:{one.line} has "
                    f"{one['start']}-{one['end']})",
                ),
                remedy=Label(
                    vi="Hãy bỏ dòng thừa hoặc sửa vị trí.",
                    en="Remove one of the lines, or mend the offsets.",
                ),
            )
        if widest is None or end > widest[1]:
            widest = (start, end, row)


_MAY_DIFFER = {"start", "end", "page", "place", "printed", "printed_unit", "qualifier", "note"}


def ranges(figures: Sequence[Row]) -> Iterator[Problem]:
    """The lower end of a range is followed by its upper end."""
    expected = Label(
        vi="range_low rồi đến ngay range_high với cùng các mã",
        en="range_low and, in the next line, range_high with the same codes",
    )
    remedy = Label(vi="Hãy sửa qualifier hoặc mã.", en="Mend the qualifier or the codes.")
    open_end: Row | None = None
    for row in figures:
        closes = row["qualifier"] == "range_high"
        matches = open_end is not None and all(
            open_end[name] == row[name] for name in row.cells.keys() - _MAY_DIFFER
        )
        if open_end is not None and not (closes and matches):
            yield open_end.problem("qualifier", "open-range", expected=expected, remedy=remedy)
        elif closes and not matches:
            yield row.problem("qualifier", "open-range", expected=expected, remedy=remedy)
        elif closes and open_end is not None and _turned_round(open_end, row):
            yield row.problem(
                "printed",
                "range-turned-round",
                expected=Label(
                    vi=f"không nhỏ hơn {open_end['printed']}",
                    en=f"not less than {open_end['printed']}",
                ),
                remedy=remedy,
            )
        open_end = row if row["qualifier"] == "range_low" else None
    if open_end is not None:
        yield open_end.problem("qualifier", "open-range", expected=expected, remedy=remedy)


def _turned_round(low: Row, high: Row) -> bool:
    try:
        return read_numeral(low["printed"]).value > read_numeral(high["printed"]).value
    except NumeralError:
        return False


def beyond_the_text(rows: Sequence[Row], *, length: int, end: str = "end") -> Iterator[Problem]:
    """Positions (in column ``end``) that lie outside a text of ``length`` code points."""
    for row in rows:
        position = offset(row, end)
        if position is not None and position > length:
            yield row.problem(
                end,
                "beyond-the-text",
                expected=Label(
                    vi=f"nhiều nhất {length}, độ dài của văn bản",
                    en=f"at most {length}, the length of the text",
                ),
                remedy=Label(
                    vi="Hãy sửa vị trí, hoặc text_length trong report.yml.",
                    en="Mend the offsets, or text_length in report.yml.",
                ),
            )


def numerals_not_listed(citations: Sequence[Row], others: Sequence[Row]) -> Iterator[Problem]:
    """Numerals of a citation that ``other_numerals.csv`` does not have where they are printed.

    A figure is no part of a number or a date, and no numeral goes unaccounted for because a
    citation holds it.
    """
    placed = [
        (start, end, row["printed"])
        for row in others
        if (start := offset(row, "start")) is not None and (end := offset(row, "end")) is not None
    ]
    for row in citations:
        for name, prefix in (("printed", ""), ("dated", "dated_")):
            first, last = offset(row, f"{prefix}start"), offset(row, f"{prefix}end")
            if first is None or last is None:
                continue
            printed = NUMERAL.findall(row[name])
            listed = [numeral for start, end, numeral in placed if first <= start and end <= last]
            if listed != printed:
                told = ", ".join(printed)
                yield row.problem(
                    name,
                    "numeral-not-listed",
                    expected=Label(
                        vi=f"đúng các số {told} trong other_numerals.csv, từ {first} đến {last}",
                        en=f"exactly {told} in other_numerals.csv between {first} and {last}",
                    ),
                    remedy=Label(
                        vi="Hãy ghi các số ấy vào other_numerals.csv, hoặc sửa vị trí.",
                        en="List them in other_numerals.csv, or mend the offsets.",
                    ),
                )


def not_over_yet(figures: Sequence[Row], *, issued_on: dt.date) -> Iterator[Problem]:
    """Actuals of a period that was not over when the report was issued."""
    for row in figures:
        try:
            ends = period_ends(row["period"])
        except ValueError:
            continue
        if row["role"] == "actual" and ends > issued_on:
            yield row.problem(
                "role",
                "actual-of-the-future",
                expected=Label(
                    vi=f"estimate, vì báo cáo ban hành {issued_on} và thời kỳ kết thúc {ends}",
                    en=f"estimate, because the report is of {issued_on} and the period ends {ends}",
                ),
                remedy=Label(
                    vi="Hãy sửa role, period hoặc issued_on trong report.yml.",
                    en="Mend role or period, or issued_on in report.yml.",
                ),
            )
