"""Exact feasibility of linear constraints over rational numbers, with the reasons of a conflict.

The general simplex method of Dutertre and de Moura (A fast linear-arithmetic solver for DPLL(T),
CAV 2006), with Bland's rule, so that it ends and always takes the same way. Strict bounds are
carried by a second, infinitely small component. Variables that are whole numbers are branched on.
There is no floating point here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor, gcd, lcm
from typing import TYPE_CHECKING, Any

from htx_pipeline.model import Interval

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

Value = tuple[Fraction, Fraction]
"""A number and how many infinitely small steps it is beside it."""
Reasons = frozenset[str]

_ZERO = Fraction(0)
_MAX_BRANCHES = 60


class TooHardError(Exception):
    """Whole numbers could not be decided within the limit."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """``Σ factor · variable`` lies in ``within``; ``reasons`` say why."""

    factors: Mapping[Any, Fraction]
    within: Interval
    reasons: Reasons


@dataclass(slots=True)
class _Bound:
    value: Value
    reasons: Reasons


@dataclass(slots=True)
class _Row:
    """A basic variable: ``Σ factor / over · variable``, in integers, which are far cheaper."""

    over: int
    factors: dict[int, int]

    def reduced(self) -> _Row:
        """The same in lowest terms."""
        common = gcd(self.over, *self.factors.values())
        if common > 1:
            self.over //= common
            self.factors = {j: f // common for j, f in self.factors.items()}
        return self


@dataclass(slots=True)
class Simplex:
    """A tableau that grows by constraints; basic variables are rows over the others."""

    whole: frozenset[int] = frozenset()
    rows: dict[int, _Row] = field(default_factory=dict)
    lower: dict[int, _Bound] = field(default_factory=dict)
    upper: dict[int, _Bound] = field(default_factory=dict)
    at: dict[int, Value] = field(default_factory=dict)

    def add_variable(self) -> int:
        """A new variable, without bounds."""
        number = len(self.at)
        self.at[number] = (_ZERO, _ZERO)
        return number

    def add_row(self, factors: Mapping[int, Fraction]) -> int:
        """A new variable that is this sum of others."""
        number = self.add_variable()
        over = lcm(*(factor.denominator for factor in factors.values()))
        row = _Row(over, {})
        for variable, factor in factors.items():
            # what is put in may have changed the row's denominator
            times = factor.numerator * (over // factor.denominator) * (row.over // over)
            if variable in self.rows:
                self._substitute(row, times, self.rows[variable])
            else:
                _put(row.factors, variable, times)
        self.rows[number] = row.reduced()
        real = small = _ZERO
        for variable, times in row.factors.items():
            at = self.at[variable]
            real += times * at[0]
            small += times * at[1]
        self.at[number] = real / row.over, small / row.over
        return number

    @staticmethod
    def _substitute(row: _Row, times: int, other: _Row) -> None:
        """Add ``times / over`` times another row to a row."""
        if other.over != 1:
            row.over *= other.over
            row.factors = {j: f * other.over for j, f in row.factors.items()}
        for j, factor in other.factors.items():
            _put(row.factors, j, times * factor)

    def bound(self, variable: int, within: Interval, reasons: Reasons) -> Reasons | None:
        """Bound a variable; the reasons of a conflict with its other bounds, if there is one."""
        if within.low is not None:
            low = (within.low, _ZERO if within.low_closed else Fraction(1))
            old = self.lower.get(variable)
            if old is None or low > old.value:
                self.lower[variable] = _Bound(low, reasons)
                if variable not in self.rows and self.at[variable] < low:
                    self._move(variable, low)
        if within.high is not None:
            high = (within.high, _ZERO if within.high_closed else Fraction(-1))
            old = self.upper.get(variable)
            if old is None or high < old.value:
                self.upper[variable] = _Bound(high, reasons)
                if variable not in self.rows and self.at[variable] > high:
                    self._move(variable, high)
        lower, upper = self.lower.get(variable), self.upper.get(variable)
        if lower is not None and upper is not None and lower.value > upper.value:
            return lower.reasons | upper.reasons
        return None

    def solve(self) -> Reasons | None:
        """``None`` if all bounds can be kept together, else the reasons of a conflict."""
        while True:
            broken = self._first_broken()
            if broken is None:
                return None
            variable, up = broken
            row = self.rows[variable].factors
            column = next(
                (j for j in sorted(row) if self._may_move(j, up=(row[j] > 0) == up)), None
            )
            bounds = self.lower if up else self.upper
            if column is None:
                reasons = bounds[variable].reasons
                for j, factor in row.items():
                    reasons |= (self.upper if (factor > 0) == up else self.lower)[j].reasons
                return reasons
            self._pivot(variable, column, bounds[variable].value)

    def maximise(self, factors: Mapping[int, Fraction]) -> Value | None:
        """The greatest value of a sum, from a state that ``solve`` has left; ``None`` if unbounded.

        The state is the one in which it is reached.
        """
        goal = self.add_row(factors)
        try:
            while True:
                row = self.rows[goal].factors
                column = next((j for j in sorted(row) if self._may_move(j, up=row[j] > 0)), None)
                if column is None:
                    return self.at[goal]
                if not self._raise(column, up=row[column] > 0, goal=goal):
                    return None
        finally:
            del self.rows[goal], self.at[goal]

    def _raise(self, column: int, *, up: bool, goal: int) -> bool:
        """Move a free variable as far as the bounds allow; whether there is an end to it."""
        best: tuple[Value, int] | None = None
        own = (self.upper if up else self.lower).get(column)
        if own is not None:
            best = (_distance(self.at[column], own.value), column)
        for variable in sorted(self.rows):
            factor = self.rows[variable].factors.get(column)
            if factor is None or variable == goal:
                continue
            rises = (factor > 0) == up
            bound = (self.upper if rises else self.lower).get(variable)
            if bound is None:
                continue
            room = _distance(self.at[variable], bound.value)
            times = Fraction(self.rows[variable].over, abs(factor))
            step = (room[0] * times, room[1] * times)
            if best is None or step < best[0]:
                best = (step, variable)
        if best is None:
            return False
        step, variable = best
        if variable == column:
            sign = 1 if up else -1
            here = self.at[column]
            self._move(column, (here[0] + sign * step[0], here[1] + sign * step[1]))
        else:
            rises = (self.rows[variable].factors[column] > 0) == up
            bound = (self.upper if rises else self.lower)[variable]
            self._pivot(variable, column, bound.value)
        return True

    def _first_broken(self) -> tuple[int, bool] | None:
        for variable in sorted(self.rows):
            lower, upper = self.lower.get(variable), self.upper.get(variable)
            if lower is not None and self.at[variable] < lower.value:
                return variable, True
            if upper is not None and self.at[variable] > upper.value:
                return variable, False
        return None

    def _may_move(self, variable: int, *, up: bool) -> bool:
        bound = (self.upper if up else self.lower).get(variable)
        return bound is None or self.at[variable] != bound.value

    def _pivot(self, leaving: int, entering: int, value: Value) -> None:
        row = self.rows.pop(leaving)
        factor = row.factors.pop(entering)
        here = self.at[leaving]
        per = Fraction(row.over, factor)
        step = ((value[0] - here[0]) * per, (value[1] - here[1]) * per)
        sign = -1 if factor > 0 else 1
        solved = _Row(abs(factor), {j: sign * f for j, f in row.factors.items()})
        solved.factors[leaving] = -sign * row.over
        solved.reduced()
        for variable, other in self.rows.items():
            times = other.factors.pop(entering, 0)
            if times:
                self._shift(variable, Fraction(times, other.over), step)
                self._substitute(other, times, solved)
                other.reduced()
        self.rows[entering] = solved
        self.at[leaving] = value
        self._shift(entering, Fraction(1), step)

    def _move(self, variable: int, value: Value) -> None:
        here = self.at[variable]
        step = (value[0] - here[0], value[1] - here[1])
        self.at[variable] = value
        for basic, row in self.rows.items():
            if variable in row.factors:
                self._shift(basic, Fraction(row.factors[variable], row.over), step)

    def _shift(self, variable: int, times: Fraction, step: Value) -> None:
        real, small = self.at[variable]
        if step[0]:
            real += times * step[0]
        if step[1]:
            small += times * step[1]
        self.at[variable] = real, small

    def copy(self) -> Simplex:
        """The same tableau, to go on with separately."""
        return Simplex(
            self.whole,
            {v: _Row(row.over, dict(row.factors)) for v, row in self.rows.items()},
            dict(self.lower),
            dict(self.upper),
            dict(self.at),
        )

    def solve_whole(self, budget: list[int] | None = None) -> Reasons | None:
        """As ``solve``, with whole numbers where they are asked for.

        Raises ``TooHardError`` if the branches do not end.
        """
        budget = budget if budget is not None else [_MAX_BRANCHES]
        conflict = self.solve()
        if conflict is not None:
            return conflict
        broken = next(
            (v for v in sorted(self.whole) if self.at[v][0].denominator != 1 or self.at[v][1]), None
        )
        if broken is None:
            return None
        budget[0] -= 1
        if budget[0] < 0:
            raise TooHardError
        real, small = self.at[broken]
        below = floor(real) if real.denominator != 1 or small > 0 else int(real) - 1
        reasons: Reasons = frozenset()
        sides = [Interval(None, Fraction(below)), Interval(Fraction(below + 1), None)]
        if real - below > Fraction(1, 2):
            sides.reverse()
        for within in sides:
            branch = self.copy()
            conflict = branch.bound(broken, within, frozenset()) or branch.solve_whole(budget)
            if conflict is None:
                self.rows, self.at = branch.rows, branch.at
                self.lower, self.upper = branch.lower, branch.upper
                return None
            reasons |= conflict
        return reasons


def _put(row: dict[int, int], variable: int, factor: int) -> None:
    total = row.get(variable, 0) + factor
    if total:
        row[variable] = total
    else:
        row.pop(variable, None)


def _distance(here: Value, there: Value) -> Value:
    real, small = there[0] - here[0], there[1] - here[1]
    return (-real, -small) if (real, small) < (_ZERO, _ZERO) else (real, small)


def tableau(
    constraints: Iterable[Constraint], whole: Iterable[Hashable] = ()
) -> tuple[Simplex, dict[Hashable, int], Reasons | None]:
    """A tableau of constraints, the numbers of their variables, and a conflict met on the way."""
    listed = list(constraints)
    simplex = Simplex()
    numbers: dict[Hashable, int] = {}
    for constraint in listed:
        for variable in constraint.factors:
            if variable not in numbers:
                numbers[variable] = simplex.add_variable()
    wanted = set(whole)
    simplex.whole = frozenset(n for variable, n in numbers.items() if variable in wanted)
    for constraint in listed:
        if len(constraint.factors) == 1:
            ((variable, factor),) = constraint.factors.items()
            within = constraint.within.scaled(1 / factor)
            if variable in wanted:
                rounded = within.whole_numbers()
                if rounded is None:
                    return simplex, numbers, constraint.reasons
                within = rounded
            conflict = simplex.bound(numbers[variable], within, constraint.reasons)
        else:
            row = {numbers[v]: Fraction(f) for v, f in constraint.factors.items() if f}
            conflict = simplex.bound(simplex.add_row(row), constraint.within, constraint.reasons)
        if conflict is not None:
            return simplex, numbers, conflict
    return simplex, numbers, None
