"""What rules put together in every region of one shape: found in one region, asked of all.

Equations become rows of a matrix over the figures of a region, which tells for all regions at once
where an equation surely holds. Where it does not, exact arithmetic decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from htx_pipeline.model import Severity
from htx_pipeline.rules.alike.shapes import STEP
from htx_pipeline.rules.coded import Bits, Floats
from htx_pipeline.rules.evaluation import NEVER_NEGATIVE, Evaluation, Member, confront
from htx_pipeline.rules.grouping import Figures, groups
from htx_pipeline.rules.model import Compare, Form, Means, Tree

if TYPE_CHECKING:
    from htx_pipeline.figures.operands import Operand
    from htx_pipeline.rules.model import Equation, Rule

_RATIOS = {Form.PERCENT, Form.PERCENT_CHANGE}
_RELATIVE = 1e-9
"""Products of doubles are off by less than this part of their size."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of an equation in a region: the column of its figure, or the cell of which there is
    none."""

    factor: int | Fraction
    column: int | None
    cell: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Instance:
    """An equation in a region. ``is_told``: also where it holds."""

    rule: Rule
    equation: Equation
    whole: Term | Fraction
    parts: tuple[Term, ...]
    is_told: bool

    @property
    def terms(self) -> tuple[Term, ...]:
        """Stated side and parts, as far as they are cells."""
        return self.parts if isinstance(self.whole, Fraction) else (self.whole, *self.parts)

    @property
    def columns(self) -> frozenset[int]:
        """The figures that take part."""
        return frozenset(term.column for term in self.terms if term.column is not None)

    @property
    def is_complete(self) -> bool:
        """Whether no term is missing."""
        return all(term.column is not None for term in self.terms)

    def among(self, figures: Mapping[int, Operand], place: Mapping[str, str]) -> Evaluation:
        """The exact evaluation, of a region's figures by column; ``place`` is what the cells of
        the region have that those of its shape have not."""

        def member(term: Term) -> Member:
            if term.column is None:
                return Member(term.factor, {**term.cell, **place}, None)
            figure = figures[term.column]
            return Member(term.factor, figure.cell, figure)

        whole = self.whole if isinstance(self.whole, Fraction) else member(self.whole)
        parts = tuple(member(part) for part in self.parts)
        return confront(self.rule, self.equation, whole, parts)


@dataclass(frozen=True, slots=True)
class Pattern:
    """The equations of a shape.

    ``sums_of_whole`` tells for the place of a percentage those of the sums of its whole.
    """

    instances: tuple[Instance, ...]
    sums: Sums
    sums_of_whole: Mapping[int, Sequence[int]]

    @classmethod
    def of(cls, rules: Sequence[Rule], figures: Sequence[Operand]) -> Pattern | None:
        """What holds for all regions that print what this one does, column by column.

        ``None`` where more than that depends on values: what figures imply, means, trees, the two
        ends of a range, years that are named.
        """
        if any(_says_more(figure) for figure in figures):
            return None
        column = {figure.figure_id: number for number, figure in enumerate(figures)}
        known = Figures(figures)
        instances: list[Instance] = []
        for rule in rules:
            if isinstance(rule.equations, tuple):
                instances += _instances(rule, known.taking_part(rule), column)
            elif isinstance(rule.equations, Tree | Means) and known.taking_part(rule).all:
                return None
        # what lacks a term and is told implies a value, of which other rules may speak
        if any(i.is_told and not i.is_complete and _implies(i.rule) for i in instances):
            return None
        return cls(tuple(instances), Sums.of(instances, len(figures)), _sums_of_whole(instances))


def _sums_of_whole(instances: Sequence[Instance]) -> dict[int, list[int]]:
    """For each complete percentage the complete sums of its whole."""
    sums: dict[int | None, list[int]] = defaultdict(list)
    for number, one in enumerate(instances):
        is_sum = one.equation.form is Form.SUM and one.rule.relation == "linear"
        if is_sum and one.is_complete and isinstance(one.whole, Term):
            sums[one.whole.column].append(number)
    return {
        number: sums[one.parts[1].column]
        for number, one in enumerate(instances)
        if one.equation.form is Form.PERCENT and one.is_complete
    }


def _says_more(figure: Operand) -> bool:
    """Whether it is an end of a range, names the year that it compares with, or bounds nothing."""
    is_end = figure.qualifier.startswith("range")
    return is_end or bool(figure.printed_base) or figure.interval is None


def _implies(rule: Rule) -> bool:
    return rule.severity is not Severity.NOTICE


def _instances(rule: Rule, figures: Figures, column: Mapping[str, int]) -> Iterator[Instance]:
    def term(member: Member) -> Term:
        own = None if member.operand is None else column[member.operand.figure_id]
        return Term(member.factor, own, member.cell)

    if isinstance(rule.equations, tuple):
        for equation in rule.equations:
            for group in groups(equation, figures):
                whole = group.whole if isinstance(group.whole, Fraction) else term(group.whole)
                parts = tuple(term(part) for part in group.parts)
                yield Instance(rule, equation, whole, parts, group.is_told)


@dataclass(frozen=True, slots=True)
class _Sum:
    """Stated less computed as a sum, and what it has to be; ``added`` is what it has beside
    figures, from so much to so much, and infinite where a term is missing."""

    instance: int
    factors: Mapping[int, int]
    added: tuple[float, float]
    is_open: tuple[bool, bool]
    compare: Compare


@dataclass(frozen=True, slots=True)
class Sums:
    """Equations over the figures of a shape, as arrays.

    ``more`` and ``less`` are the positive and the negative factors, a line for each figure and a
    column for each sum.
    """

    count: int
    instance: np.ndarray[tuple[int], np.dtype[np.int64]]
    more: Floats
    less: Floats
    low: Floats
    high: Floats
    asked_low: Bits
    asked_high: Bits
    strict_low: Bits
    strict_high: Bits
    ratios: tuple[tuple[int, Instance], ...]
    unsure: tuple[int, ...]
    """The instances that arrays do not tell."""

    @classmethod
    def of(cls, instances: Sequence[Instance], figures: int) -> Sums:
        """The equations of a shape with so many figures."""
        sums: list[_Sum] = []
        ratios: list[tuple[int, Instance]] = []
        unsure: list[int] = []
        for number, one in enumerate(instances):
            form = one.equation.form
            if one.is_told and not one.is_complete:
                unsure.append(number)
            elif form is Form.SUM:
                sums += _sums(number, one)
            elif form in _RATIOS and one.is_complete:
                ratios.append((number, one))
            else:
                unsure.append(number)
        factors = np.zeros((figures, len(sums)))
        for place, one_sum in enumerate(sums):
            for column, factor in one_sum.factors.items():
                factors[column, place] = factor
        added = np.array([one.added for one in sums]).reshape(-1, 2)
        is_open = np.array([one.is_open for one in sums], bool).reshape(-1, 2)
        return cls(
            len(instances),
            np.array([one.instance for one in sums], np.int64),
            np.maximum(factors, 0),
            np.minimum(factors, 0),
            added[:, 0],
            added[:, 1],
            np.array([one.compare is not Compare.AT_LEAST for one in sums], bool),
            np.array([one.compare is not Compare.AT_MOST for one in sums], bool),
            is_open[:, 0],
            is_open[:, 1],
            tuple(ratios),
            tuple(unsure),
        )

    def doubtful(self, low: Floats, high: Floats) -> Bits:
        """For each region and instance whether it does not surely hold.

        ``low`` and ``high`` have a line for each region and a column for each figure; whole numbers
        of which sums are exact.
        """
        found = np.zeros((len(low), self.count), bool)
        least = low @ self.more + high @ self.less + self.low
        most = high @ self.more + low @ self.less + self.high
        wrong = self.asked_low & ((least > 0) | (self.strict_low & (least == 0)))
        wrong |= self.asked_high & ((most < 0) | (self.strict_high & (most == 0)))
        lines, places = np.nonzero(wrong)
        found[lines, self.instance[places]] = True
        for number, one in self.ratios:
            found[:, number] = ~_surely(one, low, high)
        found[:, list(self.unsure)] = True
        return found


def _sums(number: int, one: Instance) -> Iterator[_Sum]:
    """A sum as what it has to be; two where the stated side lies in a band."""
    equation = one.equation
    if equation.band is None:
        yield _sum(number, one, Fraction(1), equation.compare)
        return
    low, high = equation.band
    yield _sum(number, one, low, Compare.AT_LEAST)
    yield _sum(number, one, high, Compare.AT_MOST)


def _sum(number: int, one: Instance, times: Fraction, compare: Compare) -> _Sum:
    """The stated side less so many times the other one, in whole numbers."""
    factors: dict[int, int] = {}
    least = most = Fraction(0)
    boundless = [False, False]
    sides = [(part, -times.numerator * part.factor) for part in one.parts]
    if isinstance(one.whole, Fraction):
        least = most = one.whole / STEP * times.denominator
    else:
        sides.append((one.whole, times.denominator))
    is_open = False, False
    if (plus := one.equation.plus) is not None:
        boundless = [plus.high is None, plus.low is None]
        least -= (plus.high or 0) / STEP * times.numerator
        most -= (plus.low or 0) / STEP * times.numerator
        is_open = not plus.high_closed, not plus.low_closed
    for term, factor in sides:
        if term.column is not None:
            factors[term.column] = factors.get(term.column, 0) + int(factor)
        else:
            unknown = term.cell["relation"] not in NEVER_NEGATIVE
            boundless[0] |= unknown or factor < 0
            boundless[1] |= unknown or factor > 0
    added = (
        -np.inf if boundless[0] else float(least),
        np.inf if boundless[1] else float(most),
    )
    return _Sum(number, factors, added, is_open, compare)


def _surely(one: Instance, low: Floats, high: Floats) -> Bits:
    """Where a percentage surely is that of its part in its whole."""
    stated, part, whole = (term.column for term in one.terms)
    less = 100.0 if one.equation.form is Form.PERCENT_CHANGE else 0.0
    step = float(STEP)
    least, most = low[:, stated] * step + less, high[:, stated] * step + less
    below, above = least * low[:, whole], most * high[:, whole]
    error = (np.abs(above) + np.abs(high[:, part]) * 100) * _RELATIVE
    positive = (least >= 0) & (low[:, part] >= 0) & (low[:, whole] > 0)
    fits = (high[:, part] * 100 - below > error) & (above - low[:, part] * 100 > error)
    sure: Bits = positive & fits & (one.equation.compare is Compare.EQUAL)
    return sure
