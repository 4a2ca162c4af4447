"""What a rule is: a readable object, not code.

A rule has *equations*. An equation says how a stated cell follows from other cells: ``whole = ±
part ± part …``, ``share = 100 · part / whole``, ``part ≤ whole``. Its cells differ in a few
dimensions only; all other dimensions are the same in one *group* of figures. What a group is
follows from the equation: everything that its terms do not fix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Literal

from htx_pipeline.figures.operands import DIMENSIONS
from htx_pipeline.model import Severity

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping
    from fractions import Fraction

    from htx_pipeline.model import Interval, Label

YEAR, END, MIDDLE = "{year}", "{year}-12-31", "{year}-06-30"
FIRST_HALF, SECOND_HALF = "{year}-S1", "{year}-S2"


@dataclass(frozen=True, slots=True)
class At:
    """A period by its position to the group's year: ``form``, ``lag`` years before it."""

    form: str
    lag: int = 0

    def year_of(self, period: str) -> int | None:
        """The year of the group in which ``period`` has this position, if in any."""
        found = _pattern(self.form).fullmatch(period)
        return int(found["year"]) + self.lag if found else None

    def in_year(self, year: int) -> str:
        """The period at this position to ``year``."""
        return self.form.format(year=year - self.lag)


@cache
def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(form.replace("{year}", r"(?P<year>\d{4})"), re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """One cell of an equation, with its factor.

    ``fixes`` says what the cell is in the dimensions that tell the cells of the equation apart.
    ``from_any_report``: when the group's report does not print it, another report may.
    """

    factor: int
    fixes: Mapping[str, str | At]
    from_any_report: bool = False


class Form(StrEnum):
    """How the right side of an equation follows from its parts."""

    SUM = "sum"
    """The parts, each times its factor."""
    PERCENT = "percent"
    """100 · first part / second part."""
    PERCENT_CHANGE = "percent_change"
    """100 · first part / second part - 100."""
    MEAN = "mean"
    """Parts in pairs, value and weight: Σ value · weight / Σ weight."""
    SAME = "same"
    """One quantity, told several times: each part is what the whole is."""


class Compare(StrEnum):
    """How the stated cell is to the right side."""

    EQUAL = "="
    AT_MOST = "<="
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """``whole = Σ factor · part``, or as ``form`` and ``compare`` say, for every group in which
    enough of it is printed."""

    whole: Term | Fraction
    parts: tuple[Term, ...]
    needs_parts: int = 1
    """A group is looked at when so many parts, and two cells in all, are printed in it; with fewer
    parts only if what is printed contradicts itself already."""
    needs_whole: bool = False
    """Whether there is nothing to compare where the whole is not printed."""
    form: Form = Form.SUM
    compare: Compare = Compare.EQUAL
    band: tuple[Fraction, Fraction] | None = None
    """For a jump: the stated cell lies between so many times and so many times the right side."""
    plus: Interval | None = None
    """For a range: what is added to the parts, or is the whole right side where there are none."""

    @property
    def terms(self) -> tuple[Term, ...]:
        """All its cells, the stated one first."""
        return (self.whole, *self.parts) if isinstance(self.whole, Term) else self.parts


DESCRIBED = (*DIMENSIONS, "kind", "topic")
"""By what a rule may say which figures take part."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Equations that a dimension of paths spells out: each head is the sum of what is below it."""

    dimension: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """Each pair of prints of one cell is the same; within a report, or of two reports."""

    across_reports: bool = False


@dataclass(frozen=True, slots=True)
class Derived:
    """Each quantity that no report prints is the same whichever relation it is implied by."""


@dataclass(frozen=True, slots=True)
class Means:
    """A headline mean is the mean of its sectors, weighted by what it is a mean of.

    ``weights`` are tried one after the other: indicator and status of the counts that weigh.
    """

    sectors: tuple[str, ...]
    weights: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Documents:
    """A question to the legal documents that reports cite."""

    question: Literal["date_exists", "dates_agree", "phase_within", "number_and_date_agree"]


@dataclass(frozen=True, slots=True)
class NamedBase:
    """The year that is printed after a change is the one that it is compared with."""


Statement = tuple[Equation, ...] | Tree | Repeated | Derived | Means | Documents | NamedBase


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the catalogue.

    ``relation`` is a code of the list ``rule_relation``; ``source`` says what makes it true:
    arithmetic, or the article of a law; ``help`` what to do when it fails.
    """

    name: str
    title: Label
    relation: str
    source: str
    help: Label
    applies_to: Mapping[str, frozenset[str]]
    """The figures that take part: allowed values by dimension (``kind`` and ``topic`` are those of
    the indicator)."""
    equations: Statement
    severity: Severity = Severity.ERROR
    takes_implied: bool = False
    """Whether it is asked of values that are implied, too, and not printed."""
    since: dt.date | None = None
    until: dt.date | None = None
    """For a rule of law: the figures of periods that end from ``since`` on and before ``until``."""

    def __post_init__(self) -> None:
        _known(self.applies_to, DESCRIBED, self.name)
        if isinstance(self.equations, Tree):
            _known([self.equations.dimension], DIMENSIONS, self.name)
        if isinstance(self.equations, tuple):
            for equation in self.equations:
                for term in equation.terms:
                    _known(term.fixes, DIMENSIONS, self.name)


def _known(names: Iterable[str], among: Collection[str], where: str) -> None:
    unknown = sorted(set(names) - set(among))
    if unknown:
        raise ValueError(f"{where}: no such dimension: {', '.join(unknown)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRule:
    """Published numbers that no rule confronts with others, and why."""

    name: str
    because: Label
    columns: tuple[str, ...]
    """As ``table.column``; ``table.*`` for all of a table."""
