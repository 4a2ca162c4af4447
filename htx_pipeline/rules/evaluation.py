"""One rule, one group of figures, one of four outcomes.

Arithmetic is exact and on intervals. A missing operand is not skipped: it stands as everything it
could still be (a count or an amount is at least zero), so parts that already exceed their whole
fail although one of them is missing, and nothing passes that is not complete.

Which figures form a group is not here (``grouping``), nor what follows from an outcome.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from htx_pipeline import codelists
from htx_pipeline.figures.operands import DIMENSIONS, Operand
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.model import NOT_NEGATIVE, UNKNOWN, Interval, Outcome
from htx_pipeline.rules.model import Compare, Equation, Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from htx_pipeline.model import Label
    from htx_pipeline.rules.model import Rule

NEVER_NEGATIVE = {"value", "share", "attainment"}
"""Relations whose figures are counts, amounts or ratios of them; changes and gaps have a sign."""


@dataclass(frozen=True, slots=True)
class Member:
    """One term of an evaluated equation: the cell that is meant and the figure that fills it.

    ``operand`` is ``None`` where nothing is printed for the cell.
    """

    factor: int | Fraction
    cell: Mapping[str, str]
    operand: Operand | None

    @property
    def is_told(self) -> bool:
        """Whether a figure is printed for it that says more than *khoảng*."""
        return self.operand is not None and self.operand.interval is not None

    @property
    def is_implied(self) -> bool:
        """Whether no report prints it, but others of its figures tell it."""
        return self.operand is not None and bool(self.operand.implied_by)

    @property
    def is_count(self) -> bool:
        """Whether only whole numbers make sense."""
        return codelists.rows("unit")[self.cell["unit"]]["family"] == "count"

    def known(self, *, truncated: bool = False) -> Interval:
        """What is known of the cell, without its factor."""
        told = None
        if self.operand is not None:
            told = self.operand.if_truncated if truncated else self.operand.interval
        if told is not None:
            return told
        return NOT_NEGATIVE if self.cell["relation"] in NEVER_NEGATIVE else UNKNOWN

    def interval(self, *, truncated: bool = False) -> Interval:
        """What is known of the term, with its factor."""
        return self.known(truncated=truncated).scaled(self.factor)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another right side that could be meant, and whether the stated side fits it."""

    what: Label
    computed: Interval
    holds: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One rule applied to one group of figures.

    ``whole`` is the stated side (a figure or a constant), ``parts`` the other side, from which
    ``equation`` says how ``computed`` follows. ``needed`` are the values of a missing count that
    would fit, where there is no whole number among them.
    """

    rule: Rule
    outcome: Outcome
    area_code: str
    period: str
    equation: Equation
    whole: Member | Fraction
    parts: tuple[Member, ...]
    computed: Interval = UNKNOWN
    holds_if_truncated: bool = False
    needed: Interval | None = None
    alternatives: tuple[Alternative, ...] = ()
    broken: str = ""

    @property
    def members(self) -> tuple[Member, ...]:
        """Whole and parts, as far as the whole is not a constant."""
        return self.parts if isinstance(self.whole, Fraction) else (self.whole, *self.parts)

    @property
    def operands(self) -> tuple[Operand, ...]:
        """The printed figures that take part, the whole first, each once."""
        sources = (
            source
            for member in self.members
            if member.operand is not None
            for source in member.operand.sources
        )
        return tuple({source.figure_id: source for source in sources}.values())

    @property
    def missing(self) -> tuple[Member, ...]:
        """The members for which nothing is printed."""
        return tuple(member for member in self.members if member.operand is None)

    @property
    def stated(self) -> Interval:
        """What is known of the stated side."""
        whole = self.whole
        return Interval.exactly(whole) if isinstance(whole, Fraction) else whole.known()

    @property
    def common(self) -> Mapping[str, str]:
        """The dimensions that all members share."""
        first, *others = (member.cell for member in self.members)
        return {
            name: first[name]
            for name in DIMENSIONS
            if all(other[name] == first[name] for other in others)
        }

    @property
    def residual(self) -> Decimal | None:
        """Stated less computed, as printed; ``None`` where that is no single number."""
        return None if self.broken else _residual(self.equation, self.whole, self.parts)

    @property
    def slack(self) -> Decimal | None:
        """How far the prints may be off by rounding alone; ``None`` if that cannot be said."""
        return None if self.broken else _slack(self.stated, self.computed, self.members)

    @property
    def gap(self) -> Decimal | None:
        """How far apart the two sides certainly are; ``None`` if they meet."""
        return None if self.broken else _gap(self.stated, self.computed)


def confront(
    rule: Rule, equation: Equation, whole: Member | Fraction, parts: tuple[Member, ...]
) -> Evaluation:
    """What ``equation`` of ``rule`` says of these members."""
    members = parts if isinstance(whole, Fraction) else (whole, *parts)
    untried = Evaluation(
        rule=rule,
        outcome=Outcome.ERROR,
        area_code=members[0].cell["area_code"],
        period=max(
            {member.cell["period"] for member in members},
            key=lambda period: (period_ends(period), -len(period)),
        ),
        equation=equation,
        whole=whole,
        parts=parts,
    )
    try:
        return _judged(untried)
    except Exception as failure:  # noqa: BLE001 (a broken rule must never look like bad data)
        return replace(untried, broken=repr(failure))


def _judged(untried: Evaluation) -> Evaluation:
    equation, whole, parts = untried.equation, untried.whole, untried.parts
    stated, computed = untried.stated, right_side(equation, parts)
    needed = _unreachable(untried)
    if needed is not None or not _holds(stated, computed, equation.compare):
        outcome = Outcome.FAIL
    elif all(member.is_told for member in untried.members):
        outcome = Outcome.PASS
    else:
        outcome = Outcome.UNVERIFIABLE
    cut = stated if isinstance(whole, Fraction) else whole.known(truncated=True)
    return replace(
        untried,
        outcome=outcome,
        computed=computed,
        needed=needed,
        holds_if_truncated=outcome is Outcome.FAIL
        and needed is None
        and _holds(cut, right_side(equation, parts, truncated=True), equation.compare),
    )


def _holds(stated: Interval, computed: Interval, compare: Compare) -> bool:
    """Whether some value of each fits the other."""
    apart = stated - computed
    match compare:
        case Compare.EQUAL:
            return 0 in apart
        case Compare.AT_MOST:
            return apart.low is None or apart.low < 0 or (apart.low == 0 and apart.low_closed)
        case Compare.AT_LEAST:
            return apart.high is None or apart.high > 0 or (apart.high == 0 and apart.high_closed)


def right_side(equation: Equation, parts: Sequence[Member], *, truncated: bool = False) -> Interval:
    """Everything that the right side can be."""
    match equation.form:
        case Form.SUM:
            total = equation.plus or Interval.exactly(0)
            for part in parts:
                total += part.interval(truncated=truncated)
            if equation.band is None:
                return total
            low, high = (total.scaled(factor) for factor in equation.band)
            return Interval(low.low, high.high, low.low_closed, high.high_closed)
        case Form.PERCENT | Form.PERCENT_CHANGE:
            one, of = parts
            percent = one.known(truncated=truncated).over(of.known(truncated=truncated)).scaled(100)
            if equation.form is Form.PERCENT:
                return percent
            return percent - Interval.exactly(100)
        case Form.SAME:
            first = parts[0].known(truncated=truncated)
            common: Interval | None = first
            for part in parts[1:]:
                if common is not None:
                    common = common.meet(part.known(truncated=truncated))
            return first if common is None else common
        case Form.MEAN:
            return weighted_mean(
                [part.known(truncated=truncated) for part in parts[::2]],
                [part.known() for part in parts[1::2]],
            )


def weighted_mean(values: Sequence[Interval], weights: Sequence[Interval]) -> Interval:
    """All means of ``values`` with these weights, which are exact counts.

    Unbounded where a weight is not told exactly.
    """
    exact = [weight.low for weight in weights if weight.low is not None]
    if len(exact) < len(weights) or any(w.low != w.high for w in weights) or not sum(exact):
        return NOT_NEGATIVE
    total = Interval.exactly(0)
    for value, weight in zip(values, exact, strict=True):
        total += value.scaled(weight) if weight else Interval.exactly(0)
    return total.scaled(1 / Fraction(sum(exact)))


def solved(evaluation: Evaluation, missing: Member) -> Interval | None:
    """What the other members leave for ``missing``; ``None`` if the equation cannot tell."""
    equation, whole, parts = evaluation.equation, evaluation.whole, evaluation.parts
    if equation.compare is not Compare.EQUAL or equation.band or equation.form is Form.MEAN:
        return None
    stated = evaluation.stated
    if missing is whole:
        found = right_side(equation, parts)
    elif equation.form is Form.SUM:
        others = right_side(equation, [part for part in parts if part is not missing])
        found = (stated - others).scaled(1 / Fraction(missing.factor))
    elif equation.form is Form.SAME:
        return None
    else:
        part, of = parts
        if equation.form is Form.PERCENT_CHANGE:
            stated += Interval.exactly(100)
        hundredth = stated.scaled(Fraction(1, 100))
        if hundredth.high is not None and hundredth.high <= 0:
            return None
        found = part.known().over(hundredth) if missing is of else _times(hundredth, of.known())
    if missing.cell["relation"] in NEVER_NEGATIVE:
        clipped = found.meet(NOT_NEGATIVE)
        if clipped is None:
            return None
        found = clipped
    return None if found in (UNKNOWN, NOT_NEGATIVE) else found


def _times(one: Interval, other: Interval) -> Interval:
    """All products of two intervals of values that are not negative."""
    low = max(one.low or Fraction(0), Fraction(0)) * max(other.low or Fraction(0), Fraction(0))
    high = None if one.high is None or other.high is None else one.high * other.high
    return Interval(
        low,
        high,
        one.low_closed and other.low_closed,
        high is None or (one.high_closed and other.high_closed),
    )


def _unreachable(evaluation: Evaluation) -> Interval | None:
    """What a missing count would have to be, if no whole number is among it."""
    if evaluation.equation.form is not Form.PERCENT or len(evaluation.missing) != 1:
        return None
    (missing,) = evaluation.missing
    if missing is evaluation.whole or not missing.is_count:
        return None
    if not all(member.is_told for member in evaluation.members if member is not missing):
        return None
    needed = solved(evaluation, missing)
    return needed if needed is not None and needed.whole_numbers() is None else None


def _residual(
    equation: Equation, whole: Member | Fraction, parts: tuple[Member, ...]
) -> Decimal | None:
    """Stated less computed, as printed; a part of a sum that is not printed counts as nothing.

    ``None`` where the stated side is missing, a range takes part (it has no single value), or the
    right side is no single number.
    """
    members = parts if isinstance(whole, Fraction) else (whole, *parts)
    if any(member.operand is not None and member.operand.upper for member in members):
        return None
    if isinstance(whole, Fraction):
        stated = _decimal(whole)
    elif whole.operand is not None:
        stated = whole.operand.value
    else:
        return None
    values = [None if part.operand is None else part.operand.value for part in parts]
    if equation.form is Form.SUM and equation.band is None and equation.plus is None:
        return stated - sum(
            (
                _decimal(Fraction(part.factor) * Fraction(value))
                for part, value in zip(parts, values, strict=True)
                if value is not None
            ),
            Decimal(0),
        )
    if any(value is None for value in values):
        return None
    told = [value for value in values if value is not None]
    match equation.form:
        case Form.PERCENT | Form.PERCENT_CHANGE if told[1]:
            less = 100 if equation.form is Form.PERCENT_CHANGE else 0
            computed = 100 * Fraction(told[0]) / Fraction(told[1]) - less
        case Form.MEAN if sum(told[1::2]):
            pairs = zip(told[::2], told[1::2], strict=True)
            computed = sum((Fraction(v) * Fraction(w) for v, w in pairs), Fraction(0)) / Fraction(
                sum(told[1::2])
            )
        case Form.SAME:
            computed = Fraction(told[0])
        case _:
            return None
    return _rounded(Fraction(stated) - computed, 3 - int(stated.as_tuple().exponent))


def _rounded(value: Fraction, decimals: int) -> Decimal:
    return _decimal(value).quantize(Decimal(1).scaleb(-decimals))


def _slack(stated: Interval, computed: Interval, members: Iterable[Member]) -> Decimal | None:
    """How far the prints may be off by rounding alone; ``None`` if one is missing or hedged."""
    for member in members:
        if not member.is_told or (member.operand is not None and member.operand.upper):
            return None
    total = Fraction(0)
    for side in (stated, computed):
        if side.low is None or side.high is None:
            return None
        total += (side.high - side.low) / 2
    return _decimal(total)


def _gap(stated: Interval, computed: Interval) -> Decimal | None:
    """How far apart the two sides certainly are; ``None`` if they meet."""
    for upper, lower in ((stated, computed), (computed, stated)):
        if upper.low is not None and lower.high is not None and upper.low >= lower.high:
            return None if upper.intersects(lower) else _decimal(upper.low - lower.high)
    return None


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
