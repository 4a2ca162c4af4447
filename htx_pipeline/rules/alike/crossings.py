"""The crossings of a shape: which of its figures are told exactly and tied by whole numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from htx_pipeline import codelists
from htx_pipeline.model import Severity
from htx_pipeline.rules.alike.shapes import STEP
from htx_pipeline.rules.alike.singles import UNBOUNDED, Crossing
from htx_pipeline.rules.localisation import (
    Row,
    joined,
    of_figure,
    of_relation,
    part_and_whole,
)

if TYPE_CHECKING:
    from htx_pipeline.figures.operands import Operand
    from htx_pipeline.rules.alike.patterns import Pattern
    from htx_pipeline.rules.localisation import Ratio, Variable


def crossings(pattern: Pattern, figures: Sequence[Operand]) -> list[Crossing]:
    """The crossings of a shape, of which ``figures`` are those of one region."""
    ratios = {
        figure.figure_id: ratio
        for figure in figures
        if (ratio := part_and_whole(figure.cell)) is not None
    }
    relations = list(_relations(pattern, figures, ratios))
    told, loose = _told(figures)
    loose |= {variable for part, whole, _ in ratios.values() for variable in (part, whole)}
    root = joined([*(row.factors for _, row in relations), *((v,) for v in loose)])
    unfit = {root(variable) for variable in loose}
    ties: dict[object, list[tuple[int, Row]]] = defaultdict(list)
    for instance, row in relations:
        ties[root(next(iter(row.factors)))].append((instance, row))
    found = []
    for key, rows in ties.items():
        variables = dict.fromkeys(v for _, row in rows for v in row.factors)
        if key not in unfit and all(len(told[v]) == 1 for v in variables):
            one = _crossing(rows, {v: told[v][0] for v in variables}, figures)
            found += [one] if one is not None else []
    return found


def _told(figures: Sequence[Operand]) -> tuple[dict[Variable, list[int]], set[Variable]]:
    """The columns of the figures that tell exactly what something is, and what others speak of."""
    told: dict[Variable, list[int]] = defaultdict(list)
    loose: set[Variable] = set()
    for column, figure in enumerate(figures):
        for row in of_figure(figure):
            if len(row.factors) == 1 and row.within.low == row.within.high:
                told[next(iter(row.factors))].append(column)
            else:
                loose |= set(row.factors)
    return told, loose


def _relations(
    pattern: Pattern, figures: Sequence[Operand], ratios: dict[str, Ratio]
) -> Iterator[tuple[int, Row]]:
    """What the equations of a shape tie; what printed ratios say is added to ``ratios``."""
    columns = dict(enumerate(figures))
    for number, one in enumerate(pattern.instances):
        if one.is_told and one.rule.severity is not Severity.NOTICE:
            for row in of_relation(one.among(columns, {}), ratios):
                if not row.figure_id:
                    yield number, row


def _crossing(
    rows: Sequence[tuple[int, Row]], told: dict[Variable, int], figures: Sequence[Operand]
) -> Crossing | None:
    """Relations as a matrix; ``None`` where whole numbers do not do."""
    place = {variable: number for number, variable in enumerate(told)}
    columns = [told[variable] for variable in place]
    units = codelists.rows("unit")
    families = [units[figures[column].cell["unit"]]["family"] for column in columns]
    is_count = np.array([family == "count" for family in families])
    factors = np.zeros((len(rows), len(place)), np.int64)
    bounds = np.empty((len(rows), 2), np.int64)
    for number, (_, row) in enumerate(rows):
        for variable, factor in row.factors.items():
            at = place[variable]
            if factor.denominator != 1 or (abs(factor) != 1 and not is_count[at]):
                return None
            factors[number, at] = int(factor)
        for side, (bound, none) in enumerate(
            ((row.within.low, -UNBOUNDED), (row.within.high, UNBOUNDED))
        ):
            steps = Fraction(none) if bound is None else bound / STEP
            if steps.denominator != 1:
                return None
            bounds[number, side] = int(steps)
    return Crossing(
        np.array(columns),
        np.array([instance for instance, _ in rows]),
        factors,
        bounds[:, 0],
        bounds[:, 1],
        is_count,
    )
