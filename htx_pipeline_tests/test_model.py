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


FACTORS = st.fractions(min_value=-20, max_value=20, max_denominator=10).filter(bool)


@given(intervals(), FACTORS)
def test_scaling_takes_each_value_times_the_factor(interval: Interval, factor: Fraction) -> None:
    scaled = interval.scaled(factor)
    for value in witnesses(interval):
        assert (value * factor in scaled) == (value in interval)
    assert scaled.scaled(1 / factor) == interval


@given(intervals(), intervals())
def test_what_two_intervals_share_is_what_is_in_both(one: Interval, other: Interval) -> None:
    shared = one.meet(other)
    for value in witnesses(one, other):
        assert (shared is not None and value in shared) == (value in one and value in other)
    assert shared == other.meet(one)


@given(intervals())
def test_the_whole_numbers_of_an_interval_reach_from_the_first_to_the_last(
    interval: Interval,
) -> None:
    whole = interval.whole_numbers()
    around = [
        value for bound in witnesses(interval) for value in range(int(bound) - 2, int(bound) + 3)
    ]
    for value in around:
        assert (whole is not None and value in whole) == (value in interval)
    if whole is not None:
        for bound in (whole.low, whole.high):
            assert bound is None or (bound.denominator == 1 and bound in interval)
        assert whole.whole_numbers() == whole


@pytest.mark.parametrize(
    ("interval", "only"),
    [
        (Interval(Fraction("26.5"), Fraction("26.8")), None),
        (Interval(Fraction("26.5"), Fraction(27)), 27),
        (Interval(Fraction(3), Fraction(4), low_closed=False, high_closed=False), None),
        (Interval(Fraction(3), Fraction(5), low_closed=False, high_closed=False), 4),
        (Interval(Fraction("-0.5"), Fraction("0.5")), 0),
    ],
)
def test_an_interval_may_hold_one_whole_number_or_none(
    interval: Interval, only: int | None
) -> None:
    assert interval.whole_numbers() == (None if only is None else Interval.exactly(only))


NOT_BELOW_ZERO = intervals_with_member().filter(lambda pair: pair[1] >= 0)


@given(NOT_BELOW_ZERO, NOT_BELOW_ZERO.filter(lambda pair: pair[1] > 0))
def test_the_quotient_of_members_that_are_not_negative_lies_in_the_quotient(
    one: tuple[Interval, Fraction], other: tuple[Interval, Fraction]
) -> None:
    assert one[1] / other[1] in one[0].over(other[0])


POSITIVE = st.fractions(min_value="1/10", max_value=500, max_denominator=100)


@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE)
def test_a_quotient_of_bounded_values_is_no_wider_than_they_allow(
    low: Fraction, width: Fraction, least: Fraction, more: Fraction
) -> None:
    quotient = Interval(low, low + width).over(Interval(least, least + more))
    assert quotient == Interval(low / (least + more), (low + width) / least)


@pytest.mark.parametrize("nothing", ["0", "-0.05"])
def test_a_quotient_by_what_may_be_nothing_may_be_anything(nothing: str) -> None:
    almost_none = Interval(Fraction(nothing), Fraction("0.05"))
    assert Interval.exactly(0).over(almost_none) == NOT_NEGATIVE
    assert Interval.exactly(3).over(almost_none) == Interval(Fraction(60), None)


def open_at(low: int, high: int | None = None) -> Interval:
    return Interval(
        Fraction(low), None if high is None else Fraction(high), low_closed=False, high_closed=False
    )


@pytest.mark.parametrize(
    ("part", "of", "expected"),
    [
        (Interval.exactly(0), open_at(1), Interval.exactly(0)),
        (Interval.exactly(0), open_at(1, 2), Interval.exactly(0)),
        (
            Interval(Fraction(0), Fraction(4)),
            open_at(1, 2),
            Interval(Fraction(0), Fraction(4), high_closed=False),
        ),
        (open_at(2, 4), Interval.exactly(2), open_at(1, 2)),
        (Interval(None, Fraction(4)), Interval.exactly(2), Interval(Fraction(0), Fraction(2))),
        (
            open_at(-1, 4),
            Interval.exactly(2),
            Interval(Fraction(0), Fraction(2), high_closed=False),
        ),
    ],
)
def test_an_end_of_a_quotient_is_open_where_it_cannot_be_reached(
    part: Interval, of: Interval, expected: Interval
) -> None:
    assert part.over(of) == expected


def test_the_quotient_of_what_has_no_end_has_none() -> None:
    assert NOT_NEGATIVE.over(Interval.exactly(4)) == NOT_NEGATIVE
    assert Interval.exactly(4).over(Interval(Fraction(2), None)) == Interval(
        Fraction(0), Fraction(2)
    )


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
