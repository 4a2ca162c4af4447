"""What a printed figure stands for: its sign, its interval, its observation status."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from htx_pipeline import codelists
from htx_pipeline.model import Interval

if TYPE_CHECKING:
    import datetime as dt

    from htx_pipeline.figures.numerals import Numeral


def value_of(numeral: Numeral, direction: str | None) -> Decimal:
    """The signed value: a decrease is negative."""
    return numeral.value.copy_negate() if direction == "down" else numeral.value


def interval_of(
    numeral: Numeral, *, qualifier: str, unit: str, direction: str | None = None
) -> Interval | None:
    """The values that would be printed so, or ``None`` where the print does not bound them.

    A count is exact. Anything else is rounded to the last printed digit, both ends included: 41.5
    percent is [41.45, 41.55]. Words of distance replace the rounding: *hơn 400* is (400, ∞).
    *Khoảng* gives no bound at all. The interval of a decrease is negative.
    """
    value = Fraction(numeral.value)
    interval: Interval | None
    match qualifier:
        case "exact" | "estimated":
            if codelists.rows("unit")[unit]["family"] == "count":
                interval = Interval.exactly(value)
            else:
                interval = Interval.around(value, Fraction(1, 2 * 10**numeral.decimals))
        case "more_than":
            interval = Interval(value, None, low_closed=False)
        case "at_least" | "range_low":
            interval = Interval(value, None)
        case "nearly" | "less_than":
            interval = Interval(None, value, high_closed=False)
        case "up_to" | "range_high":
            interval = Interval(None, value)
        case "approx":
            interval = None
        case _:
            raise ValueError(f"unknown qualifier {qualifier!r}")
    return -interval if interval is not None and direction == "down" else interval


def truncated_interval_of(value: Decimal, *, decimals: int) -> Interval:
    """The values that would be printed so by cutting digits off instead of rounding."""
    step = Fraction(1, 10**decimals)
    exact = Fraction(value)
    if value.is_signed():
        return Interval(exact - step, exact, low_closed=False)
    return Interval(exact, exact + step, high_closed=False)


def obs_status_of(*, role: str, qualifier: str, period_ends: dt.date, issued_on: dt.date) -> str:
    """The SDMX observation status of a figure.

    ``F`` for an estimate of a period that was not over when the report was issued, ``E`` for any
    other estimate and for *khoảng*, ``A`` otherwise.
    """
    if role == "estimate":
        return "F" if period_ends > issued_on else "E"
    return "E" if qualifier == "approx" else "A"
