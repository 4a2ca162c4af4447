"""What a print stands for: the values that would be printed so."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from htx_pipeline import codelists
from htx_pipeline.figures.meaning import (
    interval_of,
    obs_status_of,
    truncated_interval_of,
    value_of,
)
from htx_pipeline.figures.numerals import read_numeral
from htx_pipeline.model import Interval

ISSUED = dt.date(2023, 11, 30)


def interval(
    printed: str, *, qualifier: str = "exact", unit: str = "percent", direction: str | None = None
) -> Interval | None:
    return interval_of(read_numeral(printed), qualifier=qualifier, unit=unit, direction=direction)


def between(low: str | None, high: str | None, *, open_at: str = "") -> Interval:
    return Interval(
        None if low is None else Fraction(low),
        None if high is None else Fraction(high),
        low_closed="low" not in open_at,
        high_closed="high" not in open_at,
    )


def published(exact: Fraction) -> Fraction:
    """What a reader of the table gets back from the double that is written."""
    return Fraction(Decimal(repr(float(exact))))


@pytest.mark.parametrize(
    ("printed", "unit", "expected"),
    [
        ("41,5", "percent", between("41.45", "41.55")),
        ("41", "percent", between("40.5", "41.5")),
        ("41,50", "percent", between("41.495", "41.505")),
        ("342.530", "million_vnd", between("342529.5", "342530.5")),
        ("4,2", "billion_vnd", between("4.15", "4.25")),
        ("0", "percent", between("-0.5", "0.5")),
        ("12,5", "hectare", between("12.45", "12.55")),
    ],
)
def test_a_measured_print_stands_for_what_rounds_to_it(
    printed: str, unit: str, expected: Interval
) -> None:
    assert interval(printed, unit=unit) == expected
    assert interval(printed, unit=unit, qualifier="estimated") == expected


@pytest.mark.parametrize("qualifier", ["exact", "estimated"])
@pytest.mark.parametrize("unit", ["cooperative", "person", "model_per_district"])
def test_a_count_stands_for_itself(unit: str, qualifier: str) -> None:
    assert interval("1.335", unit=unit, qualifier=qualifier) == Interval.exactly(1335)


@pytest.mark.parametrize(
    ("qualifier", "expected"),
    [
        ("more_than", between("400", None, open_at="low")),
        ("at_least", between("400", None)),
        ("range_low", between("400", None)),
        ("nearly", between(None, "400", open_at="high")),
        ("less_than", between(None, "400", open_at="high")),
        ("up_to", between(None, "400")),
        ("range_high", between(None, "400")),
    ],
)
@pytest.mark.parametrize("unit", ["cooperative", "million_vnd"])
def test_words_of_distance_bound_one_side_and_replace_the_rounding(
    qualifier: str, unit: str, expected: Interval
) -> None:
    assert interval("400", qualifier=qualifier, unit=unit) == expected


@pytest.mark.parametrize("unit", ["cooperative", "percent"])
def test_approximately_bounds_nothing(unit: str) -> None:
    assert interval("400", qualifier="approx", unit=unit) is None
    assert interval("400", qualifier="approx", unit=unit, direction="down") is None


def test_every_qualifier_of_the_list_has_a_meaning_and_no_other_has() -> None:
    unbounded = {
        qualifier
        for qualifier in codelists.codes("qualifier")
        if interval("400", qualifier=qualifier) is None
    }
    assert unbounded == {"approx"}
    with pytest.raises(ValueError, match="unknown qualifier 'about'"):
        interval("400", qualifier="about")


@pytest.mark.parametrize(
    ("qualifier", "unit", "expected"),
    [
        ("exact", "percent", between("-36.5", "-35.5")),
        ("exact", "person", Interval.exactly(-36)),
        ("more_than", "person", between(None, "-36", open_at="high")),
        ("nearly", "person", between("-36", None, open_at="low")),
        ("up_to", "person", between("-36", None)),
    ],
)
def test_a_decrease_is_negative(qualifier: str, unit: str, expected: Interval) -> None:
    assert interval("36", qualifier=qualifier, unit=unit, direction="down") == expected


def test_value_carries_the_sign_of_the_direction() -> None:
    numeral = read_numeral("1.204,5")
    assert value_of(numeral, "down") == Decimal("-1204.5")
    assert value_of(numeral, "up") == Decimal("1204.5")
    assert value_of(numeral, None) == Decimal("1204.5")


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        ("95.6", 1, between("95.6", "95.7", open_at="high")),
        ("-95.6", 1, between("-95.7", "-95.6", open_at="low")),
        ("95", 0, between("95", "96", open_at="high")),
        ("0", 1, between("0", "0.1", open_at="high")),
    ],
)
def test_a_truncated_print_stands_for_what_is_cut_to_it(
    value: str, decimals: int, expected: Interval
) -> None:
    assert truncated_interval_of(Decimal(value), decimals=decimals) == expected


def test_a_truncated_print_holds_values_that_rounding_excludes() -> None:
    rounded = interval("95,6")
    assert rounded is not None
    assert Fraction("95.652") not in rounded
    assert Fraction("95.652") in truncated_interval_of(Decimal("95.6"), decimals=1)


@pytest.mark.parametrize(
    ("role", "qualifier", "period_ends", "status"),
    [
        ("actual", "exact", dt.date(2022, 12, 31), "A"),
        ("actual", "approx", dt.date(2022, 12, 31), "E"),
        ("estimate", "estimated", dt.date(2023, 12, 31), "F"),
        ("estimate", "exact", dt.date(2023, 12, 31), "F"),
        ("estimate", "approx", dt.date(2023, 12, 31), "F"),
        ("estimate", "estimated", dt.date(2022, 12, 31), "E"),
        ("estimate", "estimated", ISSUED, "E"),
        ("estimate", "estimated", ISSUED + dt.timedelta(days=1), "F"),
        ("target", "exact", dt.date(2025, 12, 31), "A"),
        ("threshold", "at_least", dt.date(2025, 12, 31), "A"),
    ],
)
def test_an_estimate_of_a_period_that_was_not_over_is_a_forecast(
    role: str, qualifier: str, period_ends: dt.date, status: str
) -> None:
    found = obs_status_of(role=role, qualifier=qualifier, period_ends=period_ends, issued_on=ISSUED)
    assert found == status
    assert found in codelists.codes("obs_status")


@st.composite
def readable_prints(draw: st.DrawFn) -> str:
    """Numerals that ``read_numeral`` accepts, up to its last digit."""
    digits = draw(st.text("0123456789", min_size=1, max_size=14))
    decimals = draw(st.integers(min_value=0, max_value=len(digits)))
    whole, fraction = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    if not whole:
        return "0," + draw(st.text("0", max_size=6)) + fraction
    if decimals == 3 and re.fullmatch(r"[1-9]\d{0,2}", whole):
        return whole + fraction
    return f"{whole},{fraction}" if fraction else whole


@given(
    readable_prints(),
    st.sampled_from(codelists.codes("qualifier")),
    st.sampled_from(["person", "percent", "million_vnd"]),
    st.sampled_from([None, "up", "down"]),
)
def test_published_bounds_and_values_read_back_as_the_exact_ones(
    printed: str, qualifier: str, unit: str, direction: str | None
) -> None:
    numeral = read_numeral(printed)
    value = Fraction(value_of(numeral, direction))
    assert published(value) == value
    found = interval_of(numeral, qualifier=qualifier, unit=unit, direction=direction)
    bounds = [] if found is None else [found.low, found.high]
    for bound in bounds:
        assert bound is None or published(bound) == bound


@pytest.mark.parametrize("last", ["0", "1"])
def test_published_bounds_are_exact_however_many_decimals_are_printed(last: str) -> None:
    found = interval("0," + "0" * 19 + last)
    assert found is not None
    assert found.high is not None
    assert published(found.high) == found.high
