"""Regions that print the same cells, confronted together.

A table of the whole country prints the same cells again and again. What rules put together in a
region is found once for each *shape* (``shapes``), the equations of a shape are asked of all its
regions as products of matrices (``patterns``), and a single wrong figure is looked for in all
contradictions at once (``singles``). Only what does not surely hold is evaluated, in exact
arithmetic; regions that this does not decide are left to ``confront_all`` and ``localise``, of
which it gives the evaluations and the explanations, no others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from htx_pipeline.model import Outcome
from htx_pipeline.rules.alike.crossings import crossings
from htx_pipeline.rules.alike.explanations import explanations
from htx_pipeline.rules.alike.patterns import Pattern
from htx_pipeline.rules.alike.regions import Region, operands_at, regions
from htx_pipeline.rules.alike.shapes import Shapes

if TYPE_CHECKING:
    import pyarrow

    from htx_pipeline.figures.operands import Operand
    from htx_pipeline.rules.alike.shapes import Alike
    from htx_pipeline.rules.alike.singles import Crossing
    from htx_pipeline.rules.evaluation import Evaluation
    from htx_pipeline.rules.localisation import Puzzle
    from htx_pipeline.rules.model import Rule


@dataclass(slots=True)
class Told:
    """What was told of regions that are alike.

    ``passed`` counts groups by rule; ``evaluations`` are all others, ``puzzles`` explain those that
    contradict themselves. ``left`` are the figures of which nothing was told.
    """

    left: pyarrow.Table

    passed: Counter[str] = field(default_factory=Counter)
    evaluations: list[Evaluation] = field(default_factory=list)
    puzzles: list[Puzzle] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Shape:
    """All that is the same in regions of one shape."""

    pattern: Pattern
    crossings: Sequence[Crossing]

    @classmethod
    def of(cls, rules: Sequence[Rule], figures: Sequence[Operand]) -> _Shape | None:
        pattern = Pattern.of(rules, figures)
        return None if pattern is None else cls(pattern, crossings(pattern, figures))


class Confronter:
    """Rules on many regions; shapes are kept from one table to the next."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._shapes = Shapes.of(rules)
        self._known: dict[Any, _Shape | None] = {}

    def tell(self, figures: pyarrow.Table, named: Sequence[str]) -> Told:
        """What the rules say of whole regions.

        ``figures`` have the columns of operands, ``named`` are the periods that rules name.
        """
        told = Told(figures)
        is_left = np.ones(figures.num_rows, bool)
        for alike in self._shapes.alike(figures, named):
            if alike.key not in self._known:
                first = operands_at(figures, alike.rows[0])
                self._known[alike.key] = _Shape.of(self._rules, first)
            shape = self._known[alike.key]
            if shape is not None:
                is_left[alike.rows] = False
                for line in _add(told, shape, figures, alike):
                    is_left[alike.rows[line]] = True
        told.left = figures.filter(is_left)
        return told


def _add(told: Told, shape: _Shape, figures: pyarrow.Table, alike: Alike) -> Iterator[int]:
    """What is told of regions of one shape; gives the lines of those of which nothing is."""
    pattern = shape.pattern
    found = regions(pattern, figures, alike)
    explained = explanations(pattern, shape.crossings, alike, found)
    settled = len(alike.rows)
    for region in found:
        puzzles = explained[region.line]
        if puzzles is None:
            yield region.line
            settled -= 1
        else:
            told.puzzles += puzzles
            told.evaluations += region.evaluations
            told.passed.subtract(_not_passed(pattern, region))
    for one in pattern.instances:
        if one.is_told and one.is_complete:
            told.passed[one.rule.name] += settled


def _not_passed(pattern: Pattern, region: Region) -> Counter[str]:
    """How many equations that are told in any case did not pass, by rule."""
    return Counter(
        pattern.instances[number].rule.name
        for number, one in region.tried.items()
        if one.outcome is not Outcome.PASS
        and pattern.instances[number].is_told
        and pattern.instances[number].is_complete
    )
