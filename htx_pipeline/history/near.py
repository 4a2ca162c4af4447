"""Prints that rules may have brought together, though no row names them both.

A relation lacks one figure and cannot be checked; a report prints it, and the finding goes. The
figures of the finding are what they were, and the one that did it is in no row any more. Rules
relate figures of one area that measure the same, or belong to one organization at one time, and
mentions of one document: among such prints, the nearest is the likeliest.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from htx_pipeline.figures.operands import DIMENSIONS
from htx_pipeline.history.events import PRINTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from htx_pipeline.history.sides import Row, Sides

    Codes = frozenset[tuple[str, str]]

_RELATED_BY = (("indicator",), ("organization", "period"), ("document",))
_NEAR_BY = (*(name for name in DIMENSIONS if name not in {"area_code", "side"}), "document")


@dataclass(frozen=True)
class Neighbourhood:
    """Prints by what rules may relate them by."""

    sides: Sides
    by_relation: Mapping[tuple[str, ...], list[tuple[str, Codes]]]

    def nearest(self, prints: Iterable[str]) -> list[str]:
        """Of the prints here, those that share most with one of ``prints``, sorted; those
        themselves are left out."""
        asked = set(prints)
        shared: dict[str, int] = {}
        for name in sorted(asked):
            for row in _rows(self.sides, name):
                codes = _codes(row)
                for relation in _relations(row):
                    for other, theirs in self.by_relation.get(relation, ()):
                        if other not in asked:
                            shared[other] = max(shared.get(other, 0), len(codes & theirs))
        most = max(shared.values(), default=0)
        return sorted(name for name, count in shared.items() if count == most)


def neighbourhood(sides: Sides, names: Iterable[str]) -> Neighbourhood:
    """The prints ``names`` of either side."""
    found: dict[tuple[str, ...], list[tuple[str, Codes]]] = defaultdict(list)
    for name in sorted(names):
        for row in _rows(sides, name):
            for relation in _relations(row):
                found[relation].append((name, _codes(row)))
    return Neighbourhood(sides, found)


def _rows(sides: Sides, name: str) -> Iterator[Row]:
    for table in PRINTS:
        yield from sides.rows(table, name)


def _relations(row: Row) -> Iterator[tuple[str, ...]]:
    """What a print may be related to others by, within its province: lower areas add up to it."""
    province = str(row.get("area_code", "")).partition("/")[0]
    for columns in _RELATED_BY:
        cells = [row.get(name) for name in columns]
        if None not in cells:
            yield province, *columns, *map(str, cells)


def _codes(row: Row) -> Codes:
    return frozenset((name, row[name]) for name in _NEAR_BY if row.get(name) is not None)
