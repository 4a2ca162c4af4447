"""Contradictions of regions as problems of crossings, and what explains them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from htx_pipeline.rules.alike.sets import Contradiction
from htx_pipeline.rules.alike.singles import Problems
from htx_pipeline.rules.localisation import Puzzle, Suspect, joined

if TYPE_CHECKING:
    from htx_pipeline.model import Interval
    from htx_pipeline.rules.alike.patterns import Pattern
    from htx_pipeline.rules.alike.regions import Region
    from htx_pipeline.rules.alike.shapes import Alike
    from htx_pipeline.rules.alike.singles import Crossing
    from htx_pipeline.rules.coded import Bits, Numbers


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

    def puzzle(self, explanations: Iterable[Mapping[int, Interval]]) -> Puzzle:
        """The contradictions with what explains them: figures by column, and what each would need
        to be."""
        figures = self.region.figures
        conflicts = [frozenset(figures[c].figure_id for c in those) for those in self.failed]
        found = [
            sorted(
                (Suspect(figures[column], need) for column, need in one.items()),
                key=lambda suspect: (suspect.figure.report_id, suspect.figure.start),
            )
            for one in explanations
        ]
        found.sort(key=lambda one: sorted(suspect.figure.figure_id for suspect in one))
        return Puzzle(tuple(conflicts), tuple(tuple(one) for one in found))


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
    several = np.bincount(of, minlength=len(lines)) > 1
    for number_of, (cluster, places) in enumerate(zip(clusters, alone, strict=True)):
        line = cluster.region.line
        puzzles = found[line]
        if puzzles is None:
            continue
        one: Puzzle | None = None
        if places:
            of_columns = crossing.columns[explained.column[places]].tolist()
            needs = [explained.need(place) for place in places]
            one = cluster.puzzle([{c: need} for c, need in zip(of_columns, needs, strict=True)])
        elif not several[of[number_of]]:
            one = _by_sets(crossing, values[of[number_of]], counted[of[number_of]], cluster)
        found[line] = None if one is None else [*puzzles, one]
    return found


def _by_sets(
    crossing: Crossing, values: Numbers, counted: Bits, cluster: _Cluster
) -> Puzzle | None:
    """What explains a cluster by several figures; ``None`` if that is not told here."""
    columns = crossing.columns.tolist()
    place = {column: at for at, column in enumerate(columns)}
    failed = [frozenset(place[column] for column in one) for one in cluster.failed]
    found = Contradiction(crossing, values.tolist(), counted.tolist(), failed).explanations()
    if found is None or not all(
        columns[at] in cluster.region.figures for one, _ in found for at in one
    ):
        return None
    return cluster.puzzle({columns[at]: need for at, need in needs.items()} for _, needs in found)
