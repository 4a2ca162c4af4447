"""Periods: what is one, when it ends, what is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from htx_pipeline.figures.periods import (
    is_day,
    is_span_of_years,
    period_ends,
    period_starts,
    read_day,
)


@pytest.mark.parametrize(
    ("period", "ends"),
    [
        ("2021", dt.date(2021, 12, 31)),
        ("2021-12-31", dt.date(2021, 12, 31)),
        ("2024-02-29", dt.date(2024, 2, 29)),
        ("2023-S1", dt.date(2023, 6, 30)),
        ("2023-S2", dt.date(2023, 12, 31)),
        ("2021/2025", dt.date(2025, 12, 31)),
        ("2022-01-01/2023-06-30", dt.date(2023, 6, 30)),
        ("2022-S2/2023-S1", dt.date(2023, 6, 30)),
    ],
)
def test_a_period_ends_on_its_last_day(period: str, ends: dt.date) -> None:
    assert period_ends(period) == ends


@pytest.mark.parametrize(
    "period",
    [
        "",
        " 2021",
        "2021 ",
        "2021\n",
        "21",
        "20211",
        "0000",
        "2021-13-01",
        "2023-02-29",
        "2021-1-1",
        "20211231",
        "2021-12",
        "2021-Q1",
        "2021-S0",
        "2021-S3",
        "2021-s1",
        "31/12/2021",
        "2025/2021",
        "2023-S1/2022",
        "2021/2020-12-31",
        "2023-S2/2023-06-30",
        "2021/",
        "/2021",
        "2021/2022/2023",
        "2021/2023-S1",
        "2021/2021",
        "2023-S2/2023-07-01",
        "2022-03-04/2022-03-04",
        "2021-2025",
    ],
)
def test_anything_else_is_no_period(period: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (some messages are the library's own)
        period_ends(period)


@pytest.mark.parametrize("period", ["２０２１", "२०२१", "２０２３-S1", "2019/２０２１"])
def test_a_year_is_written_in_ascii_digits(period: str) -> None:
    with pytest.raises(ValueError, match="not a period"):
        period_ends(period)


@given(st.dates())
def test_a_day_ends_on_itself(day: dt.date) -> None:
    assert period_ends(day.isoformat()) == day
    assert is_day(day.isoformat())


@given(st.dates(), st.dates())
def test_a_span_ends_where_its_later_part_ends_and_never_before_it_begins(
    first: dt.date, last: dt.date
) -> None:
    assume(first != last)
    first, last = sorted((first, last))
    assert period_ends(f"{first}/{last}") == last
    with pytest.raises(ValueError, match="does not span two periods of one kind"):
        period_ends(f"{last}/{first}")


@pytest.mark.parametrize("period", ["2021", "2023-S1", "2021/2025", "2022-01-01/2022-01-02", ""])
def test_only_a_single_day_is_a_day(period: str) -> None:
    assert not is_day(period)


@pytest.mark.parametrize(
    ("period", "starts"),
    [
        ("2021", dt.date(2021, 1, 1)),
        ("2021-12-31", dt.date(2021, 12, 31)),
        ("2023-S2", dt.date(2023, 7, 1)),
        ("2021/2025", dt.date(2021, 1, 1)),
        ("2022-S2/2023-S1", dt.date(2022, 7, 1)),
    ],
)
def test_a_period_starts_on_its_first_day(period: str, starts: dt.date) -> None:
    assert period_starts(period) == starts


@pytest.mark.parametrize(
    ("period", "is_one"),
    [
        ("2021/2030", True),
        ("2021/2022", True),
        ("2021", False),
        ("2030/2021", False),
        ("2021/2021", False),
        ("2022-S2/2023-S1", False),
        ("2021-2030", False),
        ("", False),
    ],
)
def test_a_span_of_years_is_two_years_the_earlier_first(period: str, *, is_one: bool) -> None:
    assert is_span_of_years(period) is is_one


@pytest.mark.parametrize(
    "printed", ["16/4/2021", "16/04/2021", "16 tháng 4 năm 2021", "16 tháng 04 năm 2021"]
)
def test_a_printed_day_is_read_in_both_of_its_forms(printed: str) -> None:
    assert read_day(printed) == dt.date(2021, 4, 16)


@given(st.dates())
def test_every_day_is_read_back(day: dt.date) -> None:
    assert read_day(f"{day.day}/{day.month}/{day.year:04}") == day
    assert read_day(f"{day.day:02} tháng {day.month:02} năm {day.year:04}") == day


@pytest.mark.parametrize(
    "printed", ["61/04/2021", "16/13/2021", "29/2/2021", "0/4/2021", "31 tháng 4 năm 2021"]
)
def test_a_day_that_is_none_is_read_as_none(printed: str) -> None:
    assert read_day(printed) is None


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "4/2021",
        "16-4-2021",
        "2021-04-16",
        "16/4/21",
        "ngày 16/4/2021",
        "16/4/2021 ",
        "١/4/2021",
    ],
)
def test_anything_else_has_not_the_form_of_a_day(printed: str) -> None:
    with pytest.raises(ValueError, match="not a printed day"):
        read_day(printed)
