"""Linear constraints over rational and whole numbers, judged by two other methods.

Feasibility and greatest values are compared with Fourier-Motzkin elimination, whole numbers with
all that there are in a small box.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htx_pipeline.model import UNKNOWN, Interval
from htx_pipeline.rules.simplex import Constraint, TooHardError, tableau

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from htx_pipeline.rules.simplex import Simplex

NAMES = ("x", "y", "z")
MANY = settings(max_examples=60)

Factors = dict[str, Fraction]


@dataclass(frozen=True)
class AtMost:
    """``Σ factor · variable ≤ bound``, or ``<`` where it is strict."""

    factors: tuple[tuple[str, Fraction], ...]
    bound: Fraction
    strict: bool

    def of(self, name: str) -> Fraction:
        return dict(self.factors).get(name, Fraction(0))


def at_most(factors: Mapping[str, Fraction], bound: Fraction, *, strict: bool) -> AtMost:
    kept = tuple(sorted((name, factor) for name, factor in factors.items() if factor))
    return AtMost(kept, bound, strict)


def halves(constraint: Constraint) -> list[AtMost]:
    """A constraint as inequalities."""
    found = []
    factors: dict[str, Fraction] = {str(name): f for name, f in constraint.factors.items()}
    within = constraint.within
    if within.high is not None:
        found.append(at_most(factors, within.high, strict=not within.high_closed))
    if within.low is not None:
        turned = {name: -factor for name, factor in factors.items()}
        found.append(at_most(turned, -within.low, strict=not within.low_closed))
    return found


def eliminated(inequalities: Iterable[AtMost], name: str) -> set[AtMost]:
    """What the inequalities say of the other variables (Fourier and Motzkin)."""
    rest: set[AtMost] = set()
    above, below = [], []
    for one in inequalities:
        factor = one.of(name)
        if not factor:
            rest.add(one)
        else:
            (above if factor > 0 else below).append(one)
    for upper, lower in product(above, below):
        up, down = 1 / upper.of(name), -1 / lower.of(name)
        names = {n for n, _ in (*upper.factors, *lower.factors)} - {name}
        factors = {n: upper.of(n) * up + lower.of(n) * down for n in names}
        bound = upper.bound * up + lower.bound * down
        rest.add(at_most(factors, bound, strict=upper.strict or lower.strict))
    return rest


def can_hold(constraints: Iterable[Constraint]) -> bool:
    inequalities = {half for constraint in constraints for half in halves(constraint)}
    for name in NAMES:
        inequalities = eliminated(inequalities, name)
    return not any(one.bound < 0 or (one.bound == 0 and one.strict) for one in inequalities)


def greatest(constraints: Iterable[Constraint], goal: Factors) -> tuple[Fraction, bool] | None:
    """The least upper bound of a sum, and whether it is reached; ``None`` if there is none."""
    defined = Constraint(
        {**{name: -factor for name, factor in goal.items()}, "goal": Fraction(1)},
        Interval.exactly(0),
        frozenset(),
    )
    inequalities = {half for one in (*constraints, defined) for half in halves(one)}
    for name in NAMES:
        inequalities = eliminated(inequalities, name)
    bounds = [
        (one.bound / one.of("goal"), not one.strict) for one in inequalities if one.of("goal") > 0
    ]
    return min(bounds, default=None)


NUMBERS = st.fractions(min_value=-6, max_value=6, max_denominator=3)
WHOLE = st.integers(-3, 3).map(Fraction)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, width = draw(st.none() | NUMBERS), draw(st.none() | st.integers(0, 4).map(Fraction))
    if low is None:
        return Interval(None, draw(NUMBERS), high_closed=draw(st.booleans()))
    if width is None:
        return Interval(low, None, low_closed=draw(st.booleans()))
    if width == 0:
        return Interval.exactly(low)
    return Interval(low, low + width, draw(st.booleans()), draw(st.booleans()))


@st.composite
def systems(draw: st.DrawFn) -> list[Constraint]:
    """A few constraints, each with its own reason."""
    found = []
    for number in range(draw(st.integers(1, 6))):
        factors = {name: draw(WHOLE) for name in NAMES}
        factors = {name: factor for name, factor in factors.items() if factor}
        if factors:
            found.append(Constraint(factors, draw(intervals()), frozenset({f"c{number}"})))
    return found


def solved(
    constraints: Sequence[Constraint], whole: Iterable[str] = ()
) -> tuple[Simplex, dict, frozenset[str] | None]:
    simplex, numbers, conflict = tableau(constraints, whole)
    if conflict is None:
        conflict = simplex.solve_whole()
    return simplex, numbers, conflict


def because(constraints: Iterable[Constraint], reasons: frozenset[str]) -> list[Constraint]:
    return [one for one in constraints if one.reasons <= reasons]


# Rational numbers.


@given(systems())
@MANY
def test_it_is_feasible_if_and_only_if_elimination_leaves_no_contradiction(
    constraints: list[Constraint],
) -> None:
    _, _, conflict = solved(constraints)
    assert (conflict is None) == can_hold(constraints)


@given(systems())
@MANY
def test_a_conflict_is_one_and_names_only_constraints_of_the_system(
    constraints: list[Constraint],
) -> None:
    _, _, conflict = solved(constraints)
    if conflict is not None:
        assert conflict <= {reason for one in constraints for reason in one.reasons}
        assert not can_hold(because(constraints, conflict))


@given(systems())
@MANY
def test_the_state_that_is_left_keeps_every_constraint(constraints: list[Constraint]) -> None:
    simplex, numbers, conflict = solved(constraints)
    if conflict is None:
        for one in constraints:
            real = sum((f * simplex.at[numbers[n]][0] for n, f in one.factors.items()), Fraction(0))
            small = sum(
                (f * simplex.at[numbers[n]][1] for n, f in one.factors.items()), Fraction(0)
            )
            low, high = one.within.low, one.within.high
            if low is not None:
                assert (real, small) >= (low, Fraction(0 if one.within.low_closed else 1))
            if high is not None:
                assert (real, small) <= (high, Fraction(0 if one.within.high_closed else -1))


@given(systems(), st.randoms(use_true_random=False))
@MANY
def test_the_order_of_the_constraints_does_not_change_the_verdict(
    constraints: list[Constraint], random: object
) -> None:
    turned = list(constraints)
    random.shuffle(turned)  # type: ignore[attr-defined]
    assert (solved(turned)[2] is None) == (solved(constraints)[2] is None)


@given(systems())
@MANY
def test_the_same_constraints_always_give_the_same_conflict_and_state(
    constraints: list[Constraint],
) -> None:
    one, _, first = solved(constraints)
    other, _, second = solved(constraints)
    assert first == second
    assert one.at == other.at


@given(systems(), st.fixed_dictionaries(dict.fromkeys(NAMES, WHOLE)))
@MANY
def test_the_greatest_value_of_a_sum_is_its_least_upper_bound(
    constraints: list[Constraint], goal: Factors
) -> None:
    simplex, numbers, conflict = solved(constraints)
    wanted = {name: factor for name, factor in goal.items() if factor and name in numbers}
    if conflict is not None or not wanted:
        return
    found = simplex.maximise({numbers[name]: factor for name, factor in wanted.items()})
    expected = greatest(constraints, wanted)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        value, is_reached = expected
        assert found[0] == value
        assert (found[1] == 0) == is_reached
        assert found[1] <= 0


@given(systems(), st.fixed_dictionaries(dict.fromkeys(NAMES, WHOLE)))
@MANY
def test_what_was_maximised_once_can_be_maximised_and_minimised_again(
    constraints: list[Constraint], goal: Factors
) -> None:
    simplex, numbers, conflict = solved(constraints)
    wanted = {numbers[name]: factor for name, factor in goal.items() if factor and name in numbers}
    if conflict is not None or not wanted:
        return
    turned = {number: -factor for number, factor in wanted.items()}
    first, lowest = simplex.maximise(wanted), simplex.maximise(turned)
    assert simplex.maximise(wanted) == first
    assert simplex.maximise(turned) == lowest
    assert simplex.solve() is None


def constraint(within: Interval, reason: str = "r", **factors: int) -> Constraint:
    return Constraint(
        {name: Fraction(factor) for name, factor in factors.items()}, within, frozenset({reason})
    )


def up_to(bound: int, *, closed: bool = True) -> Interval:
    return Interval(None, Fraction(bound), high_closed=closed)


def from_(bound: int, *, closed: bool = True) -> Interval:
    return Interval(Fraction(bound), None, low_closed=closed)


def test_nothing_is_feasible_and_has_no_greatest_value() -> None:
    simplex, numbers, conflict = solved([])
    assert (numbers, conflict) == ({}, None)
    simplex, numbers, conflict = solved([constraint(from_(0), x=1)])
    assert conflict is None
    assert simplex.maximise({numbers["x"]: Fraction(1)}) is None
    assert simplex.maximise({numbers["x"]: Fraction(-1)}) == (0, 0)


@pytest.mark.parametrize(("low", "high"), [(True, True), (True, False), (False, True)])
def test_bounds_that_touch_are_feasible_only_where_both_are_closed(
    *, low: bool, high: bool
) -> None:
    found = [
        constraint(from_(3, closed=low), "low", x=1, y=1),
        constraint(up_to(3, closed=high), "high", x=1, y=1),
    ]
    _, _, conflict = solved(found)
    assert conflict == (None if low and high else {"low", "high"})


def test_an_open_bound_is_approached_but_not_reached() -> None:
    simplex, numbers, _ = solved([constraint(up_to(3, closed=False), x=1)])
    value, small = simplex.maximise({numbers["x"]: Fraction(1)}) or (None, Fraction(0))
    assert value == 3
    assert small < 0


def test_a_sum_of_variables_that_are_fractions_of_others_is_told_right() -> None:
    found = [
        constraint(from_(-1, closed=False), x=1, y=1),
        constraint(up_to(0, closed=False), x=1, y=-1),
    ]
    simplex, numbers, _ = solved(found)
    less = {numbers[name]: Fraction(-1) for name in ("x", "y")}
    more = {numbers[name]: Fraction(1) for name in ("x", "y")}
    for _ in range(2):
        assert simplex.maximise(less) == (1, -1)
        assert simplex.maximise(more) is None


def test_750_is_not_200_less_125() -> None:
    found = [
        constraint(Interval.exactly(200), "later", x=1),
        constraint(Interval.exactly(125), "before", y=1),
        constraint(Interval.exactly(750), "change", x=1, y=-1),
    ]
    assert solved(found)[2] == {"later", "before", "change"}


def test_numbers_of_any_size_are_told_apart_by_one() -> None:
    large = 10**30
    found = [
        constraint(Interval.exactly(large), "x", x=1),
        constraint(Interval.exactly(large + 1), "sum", x=1, y=1),
        constraint(Interval.exactly(0), "y", y=1),
    ]
    assert solved(found)[2] == {"x", "y", "sum"}
    assert solved([*found[:2], constraint(Interval.exactly(1), "y", y=1)])[2] is None


def test_a_factor_that_is_nothing_is_no_factor() -> None:
    assert solved([constraint(Interval.exactly(1), x=1, y=0)])[2] is None
    _, _, conflict = solved([constraint(Interval.exactly(1), "r", x=0, y=0)])
    assert conflict == {"r"}


def test_a_variable_that_nothing_bounds_may_be_anything() -> None:
    assert solved([constraint(UNKNOWN, x=1, y=1)])[2] is None


# Whole numbers.

BOX = range(5)


@st.composite
def boxed(draw: st.DrawFn) -> list[Constraint]:
    """Constraints of numbers in a small box."""
    sides = [
        Constraint(
            {name: Fraction(1)},
            Interval(Fraction(BOX[0]), Fraction(BOX[-1])),
            frozenset({f"box {name}"}),
        )
        for name in NAMES
    ]
    return [*sides, *draw(systems())]


def keeps(constraint: Constraint, values: Mapping[str, int]) -> bool:
    total = sum((f * values[str(name)] for name, f in constraint.factors.items()), Fraction(0))
    return total in constraint.within


def can_hold_in_whole_numbers(constraints: Sequence[Constraint], whole: Sequence[str]) -> bool:
    """Whether they can all be kept; the variables that are not ``whole`` may be broken."""
    for numbers in product(BOX, repeat=len(whole)):
        values = dict(zip(whole, numbers, strict=True))
        if len(whole) == len(NAMES):
            if all(keeps(one, values) for one in constraints):
                return True
        else:
            told = [
                Constraint({name: Fraction(1)}, Interval.exactly(value), frozenset())
                for name, value in values.items()
            ]
            if can_hold([*constraints, *told]):
                return True
    return False


@given(boxed())
@MANY
def test_whole_numbers_are_found_if_and_only_if_there_are_some(
    constraints: list[Constraint],
) -> None:
    simplex, numbers, conflict = solved(constraints, NAMES)
    assert (conflict is None) == can_hold_in_whole_numbers(constraints, NAMES)
    if conflict is None:
        values = {name: simplex.at[numbers[name]] for name in NAMES}
        assert all(real.denominator == 1 and not small for real, small in values.values())
        found = {name: int(real) for name, (real, _) in values.items()}
        assert all(keeps(one, found) for one in constraints)


@given(boxed())
@MANY
def test_a_conflict_of_whole_numbers_is_one(constraints: list[Constraint]) -> None:
    _, _, conflict = solved(constraints, NAMES)
    if conflict is not None:
        # A conflict may leave a side of the box out: it is one in wholes of any size.
        kept = because(constraints, conflict | {f"box {name}" for name in NAMES})
        assert not can_hold_in_whole_numbers(kept, NAMES)


@given(boxed())
@settings(max_examples=40)
def test_some_variables_may_be_whole_and_others_broken(constraints: list[Constraint]) -> None:
    _, _, conflict = solved(constraints, ("x",))
    assert (conflict is None) == can_hold_in_whole_numbers(constraints, ("x",))


def test_a_bound_of_a_whole_number_is_rounded_inwards() -> None:
    narrow = Interval(Fraction(26, 10), Fraction(29, 10))
    assert solved([constraint(narrow, x=1)], ("x",))[2] == {"r"}
    simplex, numbers, conflict = solved([constraint(Interval(Fraction(26, 10), None), x=1)], ("x",))
    assert conflict is None
    assert simplex.maximise({numbers["x"]: Fraction(-1)}) == (-3, 0)


def test_what_holds_for_broken_numbers_only_is_a_conflict_of_all_that_it_takes() -> None:
    found = [
        constraint(Interval.exactly(1), "twice", x=2, y=-2),
        constraint(Interval(Fraction(0), Fraction(9)), "x", x=1),
        constraint(Interval(Fraction(0), Fraction(9)), "y", y=1),
    ]
    assert solved(found)[2] is None
    conflict = solved(found, ("x", "y"))[2]
    assert conflict is not None
    assert "twice" in conflict


def test_branches_that_do_not_end_are_given_up() -> None:
    found = [constraint(Interval.exactly(1), x=2, y=-2)]
    with pytest.raises(TooHardError):
        solved(found, ("x", "y"))
