"""One wrong figure for each contradiction, looked for in all of them at once.

The figures of a *crossing* are told exactly, one each for what they measure, so its relations are
rows of whole numbers. A figure explains a contradiction by itself if every relation that is broken
speaks of it, and some value that it could have keeps every relation that speaks of it. That is the
whole search for explanations of one figure, and it is exact; ``localisation`` finds the larger
ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from htx_pipeline.model import Interval
from htx_pipeline.rules.alike.shapes import STEP
from htx_pipeline.rules.coded import Bits, Numbers

UNBOUNDED = 2**62
"""Stands for a bound that is not there."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Figures that explain contradictions by themselves: the problem that each is of, its column,
    and the steps that it would need to be, ``UNBOUNDED`` on a side without bound."""

    problem: Numbers
    column: Numbers
    low: Numbers
    high: Numbers

    def need(self, number: int) -> Interval:
        """What one of them would need to be, in its base unit."""
        low, high = int(self.low[number]), int(self.high[number])
        return Interval(low * STEP, None if high == UNBOUNDED else high * STEP)


@dataclass(frozen=True, slots=True)
class Problems:
    """Contradictions to be explained: all arrays have a line for each.

    ``values`` of the figures, ``sums`` of the relations, which relations are ``counted``, which of
    them are ``broken`` and to be explained, and which figures are ``allowed`` to be wrong.
    """

    values: Numbers
    sums: Numbers
    counted: Bits
    broken: Bits
    allowed: Bits


@dataclass(frozen=True)
class Crossing:
    """Figures of a shape that relations tie, all of them told exactly.

    ``columns`` are those of the figures in the region, ``instances`` the places of the relations
    among the equations of the shape. ``factors`` has a line for each relation and
    a column for each figure; a relation's sum lies between ``low`` and ``high``. ``is_count`` says
    which figures are whole numbers of units.
    """

    columns: Numbers
    instances: Numbers
    factors: Numbers
    low: Numbers
    high: Numbers
    is_count: Bits

    @cached_property
    def _takes_part(self) -> Bits:
        found: Bits = self.factors != 0
        return found

    @cached_property
    def by_relation(self) -> list[dict[int, int]]:
        """The figures of each relation, each with its factor."""
        return [{int(at): int(line[at]) for at in np.flatnonzero(line)} for line in self.factors]

    @cached_property
    def _relations(self) -> tuple[Numbers, Bits]:
        """For each figure the relations that speak of it, filled up to the same length."""
        most = int(self._takes_part.sum(axis=0).max(initial=0))
        those = np.argsort(~self._takes_part, axis=0, kind="stable")[:most].T
        return those, np.take_along_axis(self._takes_part.T, those, axis=1)

    def residuals(self, values: Numbers) -> Numbers:
        """The sum of each relation: a line for each region."""
        # whole numbers as doubles: exact, and multiplied by the processor's own routines
        sums: Numbers = (values.astype(np.float64) @ self.factors.T.astype(np.float64)).astype(
            np.int64
        )
        return sums

    def broken(self, sums: Numbers) -> Bits:
        """Which relations do not hold."""
        found: Bits = (sums < self.low) | (sums > self.high)
        return found

    def reached(self, figures: Bits) -> Bits:
        """Which relations speak of one of the figures: a line for each set of them."""
        found: Bits = figures.astype(np.float64) @ self._takes_part.T.astype(np.float64) > 0
        return found

    def singles(self, problems: Problems) -> Explained:
        """Every figure that explains a problem by itself."""
        values, sums, broken = problems.values, problems.sums, problems.broken
        speaking = broken.astype(np.float64) @ self._takes_part.astype(np.float64)
        of_all = speaking == broken.sum(axis=1, keepdims=True)
        problem, figure = np.nonzero(problems.allowed & of_all)
        relation, is_one = self._relations
        those = relation[figure]
        filled = is_one[figure] & problems.counted[problem[:, None], those]
        factor = np.where(filled, self.factors[those, figure[:, None]], 1)
        sum_of = sums[problem[:, None], those]
        room = [self._room(self.low, those, sum_of), self._room(self.high, those, sum_of)]
        least, most = (np.where(factor > 0, room[end], room[1 - end]) for end in (0, 1))
        value = values[problem, figure]
        lows = np.where(filled & (abs(least) < UNBOUNDED), -(-least // factor), -UNBOUNDED)
        highs = np.where(filled & (abs(most) < UNBOUNDED), most // factor, UNBOUNDED)
        low = np.maximum(value + lows.max(axis=1, initial=-UNBOUNDED), 0)
        high = highs.min(axis=1, initial=UNBOUNDED)
        high = np.where(high < UNBOUNDED, value + high, UNBOUNDED)
        unit = np.where(self.is_count[figure], int(1 / STEP), 1)
        low = -(-low // unit) * unit
        high = np.where(high < UNBOUNDED, high // unit * unit, UNBOUNDED)
        fits = low <= high
        return Explained(problem[fits], figure[fits], low[fits], high[fits])

    @staticmethod
    def _room(bound: Numbers, those: Numbers, sums: Numbers) -> Numbers:
        """How much a sum lacks of a bound."""
        ends = bound[those]
        found: Numbers = np.where(abs(ends) < UNBOUNDED, ends - sums, ends)
        return found
