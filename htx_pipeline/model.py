"""Values that several stages share: labels, intervals, outcomes.

What a table holds is not here (see the contracts), nor how a numeral is read (``figures``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Literal, Self

Language = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Label:
    """One text in the two languages of the project."""

    vi: str
    en: str

    def text(self, language: Language) -> str:
        """The text in ``language``."""
        return self.vi if language == "vi" else self.en

    def document(self) -> dict[str, str]:
        """Both texts by language, as JSON documents have them."""
        return {"vi": self.vi, "en": self.en}


class Outcome(StrEnum):
    """What one rule says of one group of figures. A missing operand is never a pass."""

    PASS = "pass"  # noqa: S105 (an outcome, not a password)
    FAIL = "fail"
    UNVERIFIABLE = "unverifiable"
    ERROR = "error"


class Severity(StrEnum):
    """What a failed rule means for whoever wants to merge or publish."""

    BLOCK = "block"
    ERROR = "error"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Interval:
    """The set of values that a printed number stands for, with exact bounds.

    A bound of ``None`` is unbounded on that side. Arithmetic follows the sets: the sum of two
    intervals is the set of all sums.
    """

    low: Fraction | None
    high: Fraction | None
    low_closed: bool = True
    high_closed: bool = True

    def __post_init__(self) -> None:
        low, high = self.low, self.high
        # most are of one value, and the same object at both ends is found at once
        if low is None or high is None or (low is high and self.low_closed and self.high_closed):
            return
        if low > high:
            raise ValueError(f"empty interval: {low} > {high}")
        if low == high and not (self.low_closed and self.high_closed):
            raise ValueError(f"empty interval: open at its only value {low}")

    @classmethod
    def exactly(cls, value: Fraction | int) -> Self:
        """The set of one value."""
        only = Fraction(value)
        return cls(only, only)

    @classmethod
    def around(cls, value: Fraction, half_width: Fraction) -> Self:
        """All values within ``half_width`` of ``value``, both ends included."""
        return cls(value - half_width, value + half_width)

    def __neg__(self) -> Interval:
        low = None if self.high is None else -self.high
        high = low if self.low is self.high else None if self.low is None else -self.low
        return Interval(low, high, self.high_closed, self.low_closed)

    def __add__(self, other: Interval) -> Interval:
        low = None if self.low is None or other.low is None else self.low + other.low
        if self.low is self.high and other.low is other.high:
            high = low
        else:
            high = None if self.high is None or other.high is None else self.high + other.high
        return Interval(
            low,
            high,
            self.low_closed and other.low_closed,
            self.high_closed and other.high_closed,
        )

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def scaled(self, factor: Fraction | int) -> Interval:
        """All values times ``factor``, which is not 0."""
        if factor == 1:
            return self
        if factor < 0:
            return -self.scaled(-factor)
        low = None if self.low is None else self.low * factor
        high = self.high
        if high is not None:
            high = low if self.low is high else high * factor
        return Interval(low, high, self.low_closed, self.high_closed)

    def over(self, other: Interval) -> Interval:
        """All quotients of a value of this interval and a positive one of ``other``.

        Both are of values that are not negative, whatever rounding around 0 leaves of an interval
        below it; a quotient by nothing is unbounded.
        """
        low, high = max(self.low or Fraction(0), Fraction(0)), self.high
        least, greatest = max(other.low or Fraction(0), Fraction(0)), other.high
        low_closed = self.low_closed or self.low is None or self.low < 0
        return Interval(
            Fraction(0) if greatest is None else low / greatest if greatest else None,
            high / least if high is not None and least else None,
            greatest is None or (low_closed and (other.high_closed or not low)),
            self.high_closed and (other.low_closed or not high),
        )

    def meet(self, other: Interval) -> Interval | None:
        """The values in both; ``None`` if there are none."""
        if not self.intersects(other):
            return None
        low, low_closed = max(
            ((i.low, i.low_closed) for i in (self, other) if i.low is not None),
            key=lambda bound: (bound[0], not bound[1]),
            default=(None, True),
        )
        high, high_closed = min(
            ((i.high, i.high_closed) for i in (self, other) if i.high is not None),
            key=lambda bound: (bound[0], bound[1]),
            default=(None, True),
        )
        return Interval(low, high, low_closed, high_closed)

    def whole_numbers(self) -> Interval | None:
        """From the least to the greatest whole number in it; ``None`` if there is none."""
        low = None if self.low is None else Fraction(ceil(self.low))
        if low is not None and low == self.low and not self.low_closed:
            low += 1
        high = None if self.high is None else Fraction(floor(self.high))
        if high is not None and high == self.high and not self.high_closed:
            high -= 1
        if low is not None and high is not None and low > high:
            return None
        return Interval(low, high)

    def __contains__(self, value: Fraction | int) -> bool:
        above = self.low is None or value > self.low or (self.low_closed and value == self.low)
        below = self.high is None or value < self.high or (self.high_closed and value == self.high)
        return above and below

    def is_within(self, other: Interval) -> bool:
        """Whether every value of this interval is in ``other``."""
        above = other.low is None or (
            self.low is not None
            and (
                self.low > other.low
                or (self.low == other.low and (other.low_closed or not self.low_closed))
            )
        )
        below = other.high is None or (
            self.high is not None
            and (
                self.high < other.high
                or (self.high == other.high and (other.high_closed or not self.high_closed))
            )
        )
        return above and below

    def intersects(self, other: Interval) -> bool:
        """Whether some value is in both."""
        return 0 in self - other


UNKNOWN = Interval(None, None)
"""Nothing is known of the value."""

NOT_NEGATIVE = Interval(Fraction(0), None)
"""All that is known of a count or an amount which is not printed."""
