"""The exact evaluations of a region, as far as something does not surely hold in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from htx_pipeline.figures.operands import Operand, operands
from htx_pipeline.model import Outcome, Severity
from htx_pipeline.rules.evaluate import complete_sums, with_sum
from htx_pipeline.rules.grouping import convicted_once, in_order

if TYPE_CHECKING:
    import pyarrow

    from htx_pipeline.rules.alike.patterns import Pattern
    from htx_pipeline.rules.alike.shapes import Alike
    from htx_pipeline.rules.coded import Numbers
    from htx_pipeline.rules.evaluation import Evaluation


@dataclass(frozen=True, slots=True)
class Region:
    """A region with something open: its line among those of its shape.

    ``figures`` are those that were looked at, by column, ``tried`` the evaluations that were made,
    by the place of their equation. Of these, ``dropped`` are contradictions that another one of
    their rule holds already. ``evaluations`` are all that did not pass, as ``confront_all`` gives
    them.
    """

    line: int
    figures: Mapping[int, Operand]
    tried: Mapping[int, Evaluation]
    dropped: frozenset[int]
    evaluations: tuple[Evaluation, ...]

    @property
    def failed(self) -> list[int]:
        """The places of the equations that convict somebody."""
        return [
            number
            for number, one in self.tried.items()
            if one.outcome is Outcome.FAIL
            and one.rule.severity is not Severity.NOTICE
            and number not in self.dropped
        ]


def regions(pattern: Pattern, figures: pyarrow.Table, alike: Alike) -> list[Region]:
    """The regions of a shape in which something is open."""
    doubtful = pattern.sums.doubtful(alike.low, alike.high)
    lines = np.flatnonzero(doubtful.any(axis=1)).tolist()
    if not lines:
        return []
    numbers = [np.flatnonzero(doubtful[line]).tolist() for line in lines]
    columns = [sorted(_columns(pattern, those)) for those in numbers]
    places = [alike.rows[line, of] for line, of in zip(lines, columns, strict=True)]
    read = iter(operands_at(figures, np.concatenate(places)))
    found = []
    for line, those, of in zip(lines, numbers, columns, strict=True):
        own = {column: next(read) for column in of}
        found.append(_region(pattern, line, own, those, one_period=alike.one_period))
    return found


def operands_at(figures: pyarrow.Table, places: Numbers) -> list[Operand]:
    """Figures of a table by their places."""
    return [one.in_base_unit() for one in operands(figures.take(places).to_pylist())]


def _columns(pattern: Pattern, numbers: Iterable[int]) -> set[int]:
    """The figures of equations, and of the sums that a percentage may be of instead."""
    found: set[int] = set()
    for number in numbers:
        for one in (number, *pattern.sums_of_whole.get(number, ())):
            found |= pattern.instances[one].columns
    return found


def _region(
    pattern: Pattern,
    line: int,
    figures: Mapping[int, Operand],
    numbers: Iterable[int],
    *,
    one_period: bool,
) -> Region:
    """A region by the exact evaluations of the equations ``numbers``."""
    any_cell = next(iter(figures.values())).cell
    place = {"area_code": any_cell["area_code"]}
    if one_period:
        place["period"] = any_cell["period"]
    tried = {number: pattern.instances[number].among(figures, place) for number in numbers}
    by_rule: dict[str, list[Evaluation]] = {}
    for number, one in tried.items():
        failed = one.outcome is Outcome.FAIL
        if failed or (pattern.instances[number].is_told and one.outcome is not Outcome.PASS):
            by_rule.setdefault(one.rule.name, []).append(one)
    beside = [
        pattern.instances[other].among(figures, place)
        for number, one in tried.items()
        if one.outcome is Outcome.FAIL
        for other in pattern.sums_of_whole.get(number, ())
    ]
    sums = complete_sums(beside)
    kept = [one for found in by_rule.values() for one in in_order(convicted_once(found))]
    alone = {id(one) for one in kept}
    dropped = frozenset(
        number
        for number, one in tried.items()
        if one.outcome is Outcome.FAIL and id(one) not in alone
    )
    return Region(line, figures, tried, dropped, tuple(with_sum(one, sums) for one in kept))
