"""Contradictions of regions as problems of crossings, and what explains them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from htx_pipeline.rules.alike.singles import Problems
from htx_pipeline.rules.localisation import Puzzle, Suspect, joined

if TYPE_CHECKING:
    from htx_pipeline.model import Interval
    from htx_pipeline.rules.alike.patterns import Pattern
    from htx_pipeline.rules.alike.regions import Region
    from htx_pipeline.rules.alike.shapes import Alike
    from htx_pipeline.rules.alike.singles import Crossing


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Contradictions of a region that share figures: the columns of each."""

    region: Region
    failed: tuple[frozenset[int], ...]

    @property
    def columns(self) -> frozenset[int]:
        """All figures of which a contradiction speaks."""
        return frozenset().union(*self.failed)

    @property
    def shared(self) -> frozenset[int]:
        """The figures of which every contradiction speaks."""
        return self.failed[0].intersection(*self.failed)

    def puzzle(self, alone: Iterable[tuple[int, Interval]]) -> Puzzle:
        """The contradictions with the figures that explain them, and what each would need to be."""
        figures = self.region.figures
        conflicts = [frozenset(figures[c].figure_id for c in those) for those in self.failed]
        suspects = sorted(
            (Suspect(figures[column], need) for column, need in alone),
            key=lambda one: one.figure.figure_id,
        )
        return Puzzle(tuple(conflicts), tuple((one,) for one in suspects))


Puzzles = dict[int, list[Puzzle] | None]
"""What explains the contradictions of a region, by its line; ``None`` if this cannot tell."""


def explanations(
    pattern: Pattern, crossings: Sequence[Crossing], alike: Alike, regions: Iterable[Region]
) -> Puzzles:
    """For each region what explains its contradictions by one figure each.

    ``None`` where that takes more figures, or figures that are in no crossing.
    """
    found: Puzzles = {}
    of_crossing: dict[int, list[_Cluster]] = defaultdict(list)
    crossing_of = {c: n for n, one in enumerate(crossings) for c in one.columns.tolist()}
    for region in regions:
        clusters = _clusters(pattern, region)
        places = [{crossing_of.get(c) for c in cluster.columns} for cluster in clusters]
        is_known = all(len(of) == 1 and None not in of for of in places)
        is_known &= all(pattern.instances[number].is_told for number in region.failed)
        found[region.line] = [] if is_known else None
        if is_known:
            for cluster, of in zip(clusters, places, strict=True):
                of_crossing[next(iter(of)) or 0].append(cluster)
    for place, clusters in of_crossing.items():
        for line, puzzles in _puzzles(crossings[place], alike, clusters).items():
            told = found[line]
            found[line] = None if told is None or puzzles is None else [*told, *puzzles]
    return found


def _clusters(pattern: Pattern, region: Region) -> list[_Cluster]:
    """The contradictions of a region in groups that share figures."""
    failed = [pattern.instances[number].columns for number in region.failed]
    root = joined(failed)
    groups: dict[object, list[frozenset[int]]] = {}
    for columns in failed:
        groups.setdefault(root(next(iter(columns))), []).append(columns)
    return [_Cluster(region, tuple(group)) for group in groups.values()]


def _puzzles(crossing: Crossing, alike: Alike, clusters: Sequence[_Cluster]) -> Puzzles:
    """What explains clusters of one crossing."""
    lines = sorted({cluster.region.line for cluster in clusters})
    number = {line: n for n, line in enumerate(lines)}
    of = np.array([number[cluster.region.line] for cluster in clusters])
    values = alike.low[lines][:, crossing.columns].astype(np.int64)
    sums = crossing.residuals(values)
    counted = np.ones(sums.shape, bool)
    for cluster in clusters:
        dropped = list(cluster.region.dropped)
        counted[number[cluster.region.line], np.isin(crossing.instances, dropped)] = False
    broken = crossing.broken(sums) & counted
    inside = np.array([np.isin(crossing.columns, list(one.columns)) for one in clusters])
    shared = np.array([np.isin(crossing.columns, list(one.shared)) for one in clusters])
    reached = crossing.reached(inside)
    problems = Problems(values[of], sums[of], counted[of], broken[of] & reached, shared)
    explained = crossing.singles(problems)
    alone: list[list[int]] = [[] for _ in clusters]
    for place, problem in enumerate(explained.problem.tolist()):
        alone[problem].append(place)
    # what is broken has to belong to one cluster, and what mends one must not touch another
    owners = np.zeros(sums.shape, np.int64)
    np.add.at(owners, of, broken[of] & reached)
    winners = np.zeros((len(clusters), len(crossing.columns)), bool)
    winners[explained.problem, explained.column] = True
    touched = np.zeros(sums.shape, np.int64)
    np.add.at(touched, of, crossing.reached(winners))
    is_told = ~((broken & (owners != 1)).any(axis=1) | (touched > 1).any(axis=1))
    is_told &= ~(values < 0).any(axis=1)
    found: Puzzles = {line: [] if told else None for line, told in zip(lines, is_told, strict=True)}
    for cluster, places in zip(clusters, alone, strict=True):
        puzzles = found[cluster.region.line]
        if puzzles is not None and places:
            of_columns = crossing.columns[explained.column[places]].tolist()
            needs = [explained.need(place) for place in places]
            puzzles.append(cluster.puzzle(zip(of_columns, needs, strict=True)))
        else:
            found[cluster.region.line] = None
    return found
