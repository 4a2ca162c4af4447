"""Equations as sums of doubles, and when these say for sure that an equation holds.

Doubles only screen: an equation surely holds if it does so by more than sums of doubles can be
wrong, or exactly among numbers that doubles tell apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

import narwhals as nw

from htx_pipeline.rules.evaluation import NEVER_NEGATIVE
from htx_pipeline.rules.model import Compare, Equation, Form, Rule, Term
from htx_pipeline.rules.screening.plan import Asked

_RELATIVE = 1e-9
"""Sums of doubles differ by less than this part of their size, in whatever order they are taken."""
_EXACT = 2.0**50
"""Whole numbers of less than this are summed without error."""


def sides(asked: Asked) -> dict[str, list[float]]:
    """The equation as sums that have to be 0 (``equal``) or at least 0 (``room``): a factor for
    each term.

    Where a term is never there, what is there must leave room for it.
    """
    equation = asked.equation
    parts = [float(term.factor) for term in equation.parts]
    stated = [] if isinstance(equation.whole, Fraction) else [1.0]
    less = [*(-one for one in stated), *parts]
    more = [-factor for factor in less]
    if equation.band is not None:
        least, most = (float(end) for end in equation.band)
        return {
            "room_low": [*stated, *(-least * part for part in parts)],
            "room_high": [*(-one for one in stated), *(most * part for part in parts)],
        }
    if equation.compare is Compare.AT_MOST:
        return {"room": less}
    if equation.compare is Compare.AT_LEAST:
        return {"room": more}
    missing = [n for n, slot in enumerate(asked.slots) if slot is None]
    if not missing:
        return {"equal": less}
    if any(_may_be_negative(asked.rule, equation.terms[n]) for n in missing):
        return {}
    sides = {}
    if not any(less[n] > 0 for n in missing):
        sides["room_below"] = less
    if not any(less[n] < 0 for n in missing):
        sides["room_above"] = more
    return sides


def _may_be_negative(rule: Rule, term: Term) -> bool:
    relation = term.fixes.get("relation")
    relations = {relation} if relation else rule.applies_to.get("relation", frozenset({"value"}))
    return not relations <= NEVER_NEGATIVE


def added(asked: Asked, factors: Sequence[float]) -> float:
    """What stands in a sum as a number; it is on the other side of the parts."""
    stated = asked.equation.whole
    if not isinstance(stated, Fraction):
        return 0.0
    return -float(stated) * factors[0] / float(asked.equation.parts[0].factor)


def holds(
    side: str, middle: nw.Expr, apart: nw.Expr, added: float, size: nw.Expr | None = None
) -> nw.Expr:
    """Whether a sum surely is what it has to be.

    ``middle`` is the sum of both bounds of each figure, so twice the sum; ``apart`` the sum of
    their distances, twice as far as it may be off.
    """
    size = nw.col("size") if size is None else size
    error, twice = (size + abs(added)) * _RELATIVE, middle + 2 * added
    if side == "equal":
        clearly, exactly = twice.abs() < apart - error, twice == 0
    else:
        clearly, exactly = twice + apart > error, twice >= 0
    return clearly | (exactly & (size < _EXACT))


def holds_as_ratio(
    equation: Equation, ends: Sequence[tuple[nw.Expr, nw.Expr] | None], size: nw.Expr
) -> nw.Expr:
    """``(stated + more) · whole`` against ``100 · part``, where nothing is negative."""
    if None in ends:
        return nw.lit(value=False)
    (stated_low, stated_high), (part_low, part_high), (low, high) = filter(None, ends)
    more = 100.0 if equation.form is Form.PERCENT_CHANGE else 0.0
    below, above = (stated_low + more) * low, (stated_high + more) * high
    error = (above.abs() + part_high.abs() * 100 + size) * _RELATIVE
    positive = (stated_low + more >= 0) & (part_low >= 0) & (low >= 0)
    return positive & (part_high * 100 - below > error) & (above - part_low * 100 > error)


def whole(number: int) -> nw.Expr:
    """A whole number of 64 bits."""
    return nw.lit(number, dtype=nw.Int64)


def either(mask: nw.Expr, value: nw.Expr, otherwise: nw.Expr) -> nw.Expr:
    """``value`` where ``mask`` holds."""
    return nw.when(mask).then(value).otherwise(otherwise)


def total(columns: Iterable[Any]) -> Any:
    """The sum of columns; 0 of none."""
    listed = list(columns)
    return reduce(lambda one, other: one + other, listed) if listed else whole(0)
