"""The smallest sets of figures that explain a contradiction of a crossing, where one does not do.

As in ``localisation`` a set grows by a figure of a conflict that it leaves (Reiter, A theory of
diagnosis from first principles, 1987). Here a conflict is found among whole numbers: a relation
that is broken, or two that ask different things of one figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from htx_pipeline.model import Interval
from htx_pipeline.rules.alike.shapes import STEP
from htx_pipeline.rules.alike.singles import UNBOUNDED
from htx_pipeline.rules.simplex import Constraint, TooHardError, tableau

if TYPE_CHECKING:
    from htx_pipeline.rules.alike.singles import Crossing

Set = frozenset[int]
Needs = dict[int, Interval]
_MOST = 3
"""Larger sets, and more tests than these, are left to ``localisation``."""
_MAX_TESTS = 3000


@dataclass(frozen=True, slots=True)
class _Relation:
    """A relation of a crossing with its sum in one region."""

    factors: dict[int, int]
    total: int
    low: int | None
    high: int | None

    @property
    def is_broken(self) -> bool:
        """Whether it does not hold as printed."""
        below = self.low is not None and self.total < self.low
        return below or (self.high is not None and self.total > self.high)


@dataclass(frozen=True, slots=True)
class _Range:
    """What relations ask of one figure, in steps, and which of them do on either side."""

    low: int
    high: int | None
    because: tuple[Set, Set]


class Contradiction:
    """What one region prints of a crossing, and what has to be explained in it."""

    def __init__(
        self,
        crossing: Crossing,
        values: Sequence[int],
        counted: Sequence[bool],
        failed: Iterable[Set],
    ) -> None:
        self._values = values
        self._steps = [int(1 / STEP) if count else 1 for count in crossing.is_count.tolist()]
        relations = [
            _Relation(
                factors,
                sum(factor * values[at] for at, factor in factors.items()),
                None if low == -UNBOUNDED else low,
                None if high == UNBOUNDED else high,
            )
            for factors, low, high, is_counted in zip(
                crossing.by_relation,
                crossing.low.tolist(),
                crossing.high.tolist(),
                counted,
                strict=True,
            )
            if is_counted
        ]
        self._of: dict[int, list[_Relation]] = {at: [] for at in range(len(values))}
        for one in relations:
            for at in one.factors:
                self._of[at].append(one)
        broken = [frozenset(one.factors) for one in relations if one.is_broken]
        self._covers = sorted({*broken, *failed}, key=lambda one: (len(one), sorted(one)))

    def explanations(self) -> list[tuple[tuple[int, ...], Needs]] | None:
        """All smallest sets, each with what its figures would need to be; ``None`` if that takes
        too long to tell."""
        level: set[Set] = {frozenset()}
        tests = 0
        try:
            for _ in range(_MOST + 1):
                left = {chosen: self._conflict(chosen) for chosen in sorted(level, key=sorted)}
                found = [chosen for chosen, conflict in left.items() if conflict is None]
                if found:
                    return [(tuple(sorted(one)), self._needs(one)) for one in found]
                tests += len(level)
                level = {chosen | {at} for chosen, of in left.items() for at in of or ()}
                if tests + len(level) > _MAX_TESTS:
                    return None
        except TooHardError:
            pass
        return None

    def _conflict(self, chosen: Set) -> Set | None:
        """Figures beside ``chosen`` of which at least one is wrong; ``None`` if none has to be."""
        for cover in self._covers:
            if not cover & chosen:
                return cover
        ranges = {}
        for at in chosen:
            ranges[at] = found = self._range(at, chosen)
            if found.high is not None and found.low > found.high:
                return (found.because[0] | found.because[1]) - chosen
        shared = self._shared(chosen)
        if not shared or (len(shared) == 1 and self._fits(shared[0], ranges)):
            return None
        return self._reasons(chosen, shared, ranges)

    def _range(self, at: int, chosen: Set) -> _Range:
        """What the relations ask of a figure that speak of no other chosen one."""
        low, high = 0, None
        because: list[Set] = [frozenset(), frozenset()]
        step = self._steps[at]
        for one in self._of[at]:
            if len(chosen & one.factors.keys()) > 1:
                continue
            factor = one.factors[at]
            ends = (one.low, one.high) if factor > 0 else (one.high, one.low)
            rest = one.total - factor * self._values[at]
            if ends[0] is not None:
                least = -((rest - ends[0]) // factor)
                least = -(-least // step) * step
                if least > low:
                    low, because[0] = least, frozenset(one.factors)
            if ends[1] is not None:
                most = (ends[1] - rest) // factor
                most = most // step * step
                if high is None or most < high:
                    high, because[1] = most, frozenset(one.factors)
        return _Range(low, high, (because[0], because[1]))

    def _shared(self, chosen: Set) -> list[_Relation]:
        """The relations that speak of several chosen figures."""
        found = {id(one): one for at in chosen for one in self._of[at]}
        return [one for one in found.values() if len(chosen & one.factors.keys()) > 1]

    def _fits(self, one: _Relation, ranges: dict[int, _Range]) -> bool:
        """Whether a relation surely can hold, all its chosen figures being counted alike."""
        mine = [at for at in one.factors if at in ranges]
        alike = len({self._steps[at] for at in mine}) == 1
        if not alike or any(abs(one.factors[at]) != 1 for at in mine):
            return False
        least, most = self._reach(one, ranges)
        below = one.low is None or most is None or most >= one.low
        return below and (one.high is None or least is None or least <= one.high)

    def _reach(self, one: _Relation, ranges: dict[int, _Range]) -> tuple[int | None, int | None]:
        """What the sum of a relation can be."""
        least: int | None = one.total
        most: int | None = one.total
        for at, factor in one.factors.items():
            if at not in ranges:
                continue
            part = factor * self._values[at]
            low, high = ranges[at].low, ranges[at].high
            ends = [factor * low, None if high is None else factor * high]
            small, large = ends if factor > 0 else ends[::-1]
            least = None if least is None or small is None else least - part + small
            most = None if most is None or large is None else most - part + large
        return least, most

    def _constraints(
        self, chosen: Set, shared: Iterable[_Relation], ranges: dict[int, _Range]
    ) -> list[Constraint]:
        """What is asked of the chosen figures, in units of what they are counted in."""
        found = []
        for at in sorted(chosen):
            low, high = ranges[at].low, ranges[at].high
            step = self._steps[at]
            ends = Fraction(low, step), None if high is None else Fraction(high, step)
            for side, within in enumerate((Interval(ends[0], None), Interval(None, ends[1]))):
                if within.low is not None or within.high is not None:
                    because = frozenset(map(str, ranges[at].because[side] - chosen))
                    found.append(Constraint({at: Fraction(1)}, within, because))
        for one in shared:
            mine = {
                at: Fraction(f * self._steps[at]) for at, f in one.factors.items() if at in chosen
            }
            rest = one.total - sum(one.factors[at] * self._values[at] for at in mine)
            within = Interval(
                None if one.low is None else Fraction(one.low - rest),
                None if one.high is None else Fraction(one.high - rest),
            )
            found.append(Constraint(mine, within, frozenset(map(str, one.factors.keys() - chosen))))
        return found

    def _reasons(
        self, chosen: Set, shared: Iterable[_Relation], ranges: dict[int, _Range]
    ) -> Set | None:
        """The conflict that exact arithmetic finds where relations share chosen figures."""
        simplex, _, reasons = tableau(
            self._constraints(chosen, shared, ranges), self._whole(chosen)
        )
        found = reasons if reasons is not None else simplex.solve_whole()
        return None if found is None else frozenset(map(int, found))

    def _whole(self, chosen: Set) -> list[int]:
        return [at for at in chosen if self._steps[at] > 1]

    def _needs(self, chosen: Set) -> Needs:
        """What each figure of a set would need to be, whatever the others are."""
        ranges = {at: self._range(at, chosen) for at in chosen}
        shared = self._shared(chosen)
        if not shared:
            return {
                at: Interval(one.low * STEP, None if one.high is None else one.high * STEP)
                for at, one in ranges.items()
            }
        constraints = self._constraints(chosen, shared, ranges)
        simplex, numbers, _ = tableau(constraints, self._whole(chosen))
        simplex.solve()
        needs = {}
        for at in chosen:
            number = numbers[at]
            highest = simplex.maximise({number: Fraction(1)})
            lowest = simplex.maximise({number: Fraction(-1)})
            unit = self._steps[at] * STEP
            need = Interval(
                None if lowest is None else -lowest[0] * unit,
                None if highest is None else highest[0] * unit,
                lowest is None or not lowest[1],
                highest is None or not highest[1],
            )
            needs[at] = (need.whole_numbers() or need) if unit == 1 else need
        return needs
