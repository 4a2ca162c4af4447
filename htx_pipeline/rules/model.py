"""What a rule is: a readable object, not code.

A linear rule has equations ``whole = ± part ± part …``. Whole and parts are cells that differ in a
few dimensions only; all other dimensions are the same in one *group* of figures. What a group is
follows from the equation: everything that its cells do not fix.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from htx_pipeline.figures.operands import DIMENSIONS
from htx_pipeline.figures.periods import is_day
from htx_pipeline.model import Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from fractions import Fraction

    from htx_pipeline.model import Label


class At(Enum):
    """A period by its position to the group's year."""

    YEAR = "{year}"
    END = "{year}-12-31"
    PREVIOUS_END = "{previous}-12-31"

    def year_of(self, period: str) -> int | None:
        """The year of the group in which ``period`` has this position, if in any."""
        match self:
            case At.YEAR:
                return int(period) if len(period) == 4 and period.isdigit() else None  # noqa: PLR2004
            case At.END | At.PREVIOUS_END:
                if not (is_day(period) and period.endswith("-12-31")):
                    return None
                return int(period[:4]) + (self is At.PREVIOUS_END)

    def in_year(self, year: int) -> str:
        """The period at this position to ``year``."""
        return self.value.format(year=year, previous=year - 1)


@dataclass(frozen=True, slots=True)
class Term:
    """One cell of an equation, with its sign.

    ``fixes`` says what the cell is in the dimensions that tell the cells of the equation apart.
    ``from_any_report``: when the group's report does not print it, another report may.
    """

    sign: int
    fixes: Mapping[str, str | At]
    from_any_report: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """``whole = Σ sign · part``, for every group in which enough of it is printed."""

    whole: Term | Fraction
    parts: tuple[Term, ...]
    needs_parts: int = 1
    """A group is looked at when so many parts, and two cells in all, are printed in it; with fewer
    parts only if what is printed contradicts itself already."""


_DESCRIBED = {*DIMENSIONS, "kind", "topic"}


def _known(names: Iterable[str], among: Collection[str], where: str) -> None:
    unknown = sorted(set(names) - set(among))
    if unknown:
        raise ValueError(f"{where}: no such dimension: {', '.join(unknown)}")


@dataclass(frozen=True, slots=True)
class Tree:
    """Equations that a dimension of paths spells out: each head is the sum of what is below it."""

    dimension: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearRule:
    """Signed cells that must sum up, in interval arithmetic."""

    name: str
    title: Label
    source: str
    applies_to: Mapping[str, frozenset[str]]
    """The figures that take part: allowed values by dimension (``kind`` and ``topic`` are those of
    the indicator)."""
    equations: tuple[Equation, ...] | Tree
    severity: Severity = Severity.ERROR
    relation: str = field(default="linear", init=False)

    def __post_init__(self) -> None:
        _known(self.applies_to, _DESCRIBED, self.name)
        if isinstance(self.equations, Tree):
            _known([self.equations.dimension], DIMENSIONS, self.name)
        else:
            for equation in self.equations:
                for term in (equation.whole, *equation.parts):
                    if isinstance(term, Term):
                        _known(term.fixes, DIMENSIONS, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeRule:
    """Prints of one cell in one report must not exclude each other."""

    name: str
    title: Label
    source: str
    applies_to: Mapping[str, frozenset[str]]
    severity: Severity = Severity.ERROR
    relation: str = field(default="agree", init=False)

    def __post_init__(self) -> None:
        _known(self.applies_to, _DESCRIBED, self.name)


Rule = LinearRule | AgreeRule
