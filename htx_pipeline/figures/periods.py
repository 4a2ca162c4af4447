"""Periods in ISO 8601 and SDMX notation, and the one rule by which a period has a year.

A period is a year (``2021``), a day (``2021-12-31``), a half year (``2023-S1``) or a span of two
of these (``2021/2025``). **The year of a period is the year that it ends in**, and a table's
``as_of`` is the day on which it ends.

A day as a document prints it is read here too (``read_day``).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import cache

_HALF = re.compile(r"(\d{4})-S([12])", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEARS = re.compile(r"\d{4}/\d{4}", re.ASCII)
_PRINTED_DAY = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4})|(\d{1,2}) tháng (\d{1,2}) năm (\d{4})", re.ASCII
)


def is_day(period: str) -> bool:
    """Whether a period has the form of a single day."""
    return _DAY.fullmatch(period) is not None


def period_starts(period: str) -> dt.date:
    """The first day of a period. Raises ``ValueError`` for anything that is not one."""
    return _bounds(period)[0]


def is_span_of_years(period: str) -> bool:
    """Whether a period is a span of years, such as ``2021/2030``."""
    try:
        period_ends(period)
    except ValueError:
        return False
    return _YEARS.fullmatch(period) is not None


def read_day(printed: str) -> dt.date | None:
    """The day of a print such as ``16/4/2021`` or ``21 tháng 11 năm 2013``.

    ``None`` for a print of that form that is no day (``61/04/2021``): what a document says is data,
    also where it cannot be. Raises ``ValueError`` for anything that has not the form of a day.
    """
    match = _PRINTED_DAY.fullmatch(printed)
    if match is None:
        raise ValueError(f"not a printed day: {printed!r}")
    day, month, year = (int(part) for part in match.groups() if part is not None)
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def period_ends(period: str) -> dt.date:
    """The last day of a period. Raises ``ValueError`` for anything that is not one."""
    return _bounds(period)[1]


@cache
def _bounds(period: str) -> tuple[dt.date, dt.date]:
    first, slash, last = period.partition("/")
    if slash:
        begins, ends = _bounds_of_one(first)[0], _bounds_of_one(last)[1]
        if len(first) != len(last) or first >= last:
            raise ValueError(f"not a period: {period!r} does not span two periods of one kind")
        return begins, ends
    return _bounds_of_one(period)


def _bounds_of_one(period: str) -> tuple[dt.date, dt.date]:
    if _DAY.fullmatch(period):
        day = dt.date.fromisoformat(period)
        return day, day
    if _YEAR.fullmatch(period):
        return dt.date(int(period), 1, 1), dt.date(int(period), 12, 31)
    if half := _HALF.fullmatch(period):
        year, last_month = int(half[1]), 6 * int(half[2])
        last_day = calendar.monthrange(year, last_month)[1]
        return dt.date(year, last_month - 5, 1), dt.date(year, last_month, last_day)
    raise ValueError(f"not a period: {period!r}")
