"""Intervals are sets: their arithmetic is judged by their members."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from htx_pipeline.model import NOT_NEGATIVE, UNKNOWN, Interval, Label

NUMBERS = st.fractions(min_value=-1000, max_value=1000, max_denominator=100)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low = draw(st.none() | NUMBERS)
    width = draw(st.none() | st.fractions(min_value=0, max_value=500, max_denominator=100))
    if low is None:
        return Interval(None, draw(st.none() | NUMBERS), high_closed=draw(st.booleans()))
    if width is None:
        return Interval(low, None, low_closed=draw(st.booleans()))
    if width == 0:
        return Interval.exactly(low)
    return Interval(low, low + width, draw(st.booleans()), draw(st.booleans()))


@st.composite
def intervals_with_member(draw: st.DrawFn) -> tuple[Interval, Fraction]:
    interval = draw(intervals())
    inner = draw(st.fractions(min_value=0, max_value=1, max_denominator=50))
    if interval.low is not None and interval.high is not None:
        is_open_end = {Fraction(0): not interval.low_closed, Fraction(1): not interval.high_closed}
        if is_open_end.get(inner):
            inner = Fraction(1, 3)
        return interval, interval.low + inner * (interval.high - interval.low)
    if interval.low is not None:
        return interval, interval.low + (inner if interval.low_closed else inner + 1)
    if interval.high is not None:
        return interval, interval.high - (inner if interval.high_closed else inner + 1)
    return interval, draw(NUMBERS)


def witnesses(*given_intervals: Interval) -> list[Fraction]:
    """Enough values to tell any two sets that are bounded by these intervals' bounds apart."""
    bounds = sorted(
        {b for i in given_intervals for b in (i.low, i.high) if b is not None} or {Fraction(0)}
    )
    between = [(a + b) / 2 for a, b in pairwise(bounds)]
    return [bounds[0] - 1, *bounds, *between, bounds[-1] + 1]


@given(intervals_with_member())
def test_a_member_made_from_the_bounds_lies_in_the_interval(
    pair: tuple[Interval, Fraction],
) -> None:
    interval, member = pair
    assert member in interval


@given(intervals_with_member(), intervals_with_member())
def test_the_sum_of_members_lies_in_the_sum(
    one: tuple[Interval, Fraction], other: tuple[Interval, Fraction]
) -> None:
    assert one[1] + other[1] in one[0] + other[0]


@given(intervals_with_member(), intervals_with_member())
def test_the_difference_of_members_lies_in_the_difference(
    one: tuple[Interval, Fraction], other: tuple[Interval, Fraction]
) -> None:
    assert one[1] - other[1] in one[0] - other[0]


@given(intervals(), intervals())
def test_the_sum_is_no_wider_than_its_parts(one: Interval, other: Interval) -> None:
    total = one + other
    if one.low is None or other.low is None:
        assert total.low is None
    else:
        assert total.low == one.low + other.low
        assert (total.low in total) == (one.low in one and other.low in other)
    if one.high is None or other.high is None:
        assert total.high is None
    else:
        assert total.high == one.high + other.high
        assert (total.high in total) == (one.high in one and other.high in other)


@given(intervals())
def test_negation_mirrors_each_value(interval: Interval) -> None:
    for value in witnesses(interval):
        assert (-value in -interval) == (value in interval)
    mirrored = -interval
    assert -mirrored == interval


@given(intervals(), intervals())
def test_intervals_intersect_if_and_only_if_they_share_a_value(
    one: Interval, other: Interval
) -> None:
    shared = any(value in one and value in other for value in witnesses(one, other))
    assert one.intersects(other) == shared
    assert other.intersects(one) == shared


@pytest.mark.parametrize("low_closed", [True, False])
@pytest.mark.parametrize("high_closed", [True, False])
def test_an_end_belongs_to_the_interval_where_it_is_closed(
    *, low_closed: bool, high_closed: bool
) -> None:
    interval = Interval(Fraction(2), Fraction(5), low_closed, high_closed)
    assert (2 in interval) is low_closed
    assert (5 in interval) is high_closed
    assert 3 in interval
    assert Fraction(19, 10) not in interval
    assert Fraction(51, 10) not in interval


def test_intervals_that_touch_in_an_open_end_do_not_intersect() -> None:
    up_to_five = Interval(None, Fraction(5), high_closed=False)
    assert not up_to_five.intersects(Interval.exactly(5))
    assert Interval(None, Fraction(5)).intersects(Interval.exactly(5))


def test_a_rounded_value_reaches_half_a_unit_to_both_sides() -> None:
    around = Interval.around(Fraction("41.5"), Fraction("0.05"))
    assert around == Interval(Fraction("41.45"), Fraction("41.55"))
    assert Fraction("41.45") in around
    assert Fraction("41.55") in around


@pytest.mark.parametrize(
    ("low", "high", "low_closed", "high_closed"),
    [
        (Fraction(2), Fraction(1), True, True),
        (Fraction(2), Fraction(2), False, True),
        (Fraction(2), Fraction(2), True, False),
    ],
)
def test_an_empty_interval_cannot_be_made(
    *, low: Fraction, high: Fraction, low_closed: bool, high_closed: bool
) -> None:
    with pytest.raises(ValueError, match="empty interval"):
        Interval(low, high, low_closed, high_closed)


@given(NUMBERS)
def test_unknown_holds_every_value_and_not_negative_none_below_zero(value: Fraction) -> None:
    assert value in UNKNOWN
    assert (value in NOT_NEGATIVE) == (value >= 0)


def test_adding_the_unknown_leaves_nothing_known() -> None:
    assert Interval.exactly(3) + UNKNOWN == UNKNOWN


def test_a_label_is_told_in_the_language_that_is_asked_for() -> None:
    label = Label(vi="hợp tác xã", en="cooperative")
    assert label.text("vi") == "hợp tác xã"
    assert label.text("en") == "cooperative"
