"""Regions that print the same cells, and their figures as arrays of whole numbers.

What rules put together follows from the cells that are printed, by how many reports and in which
roles, and from how exact the prints are: the *shape* of a region. Values have no part in it, nor
has the area, nor a period that no rule names.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from htx_pipeline import codelists
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.rules.coded import Bits, Coded, Floats, Numbers, numbered

if TYPE_CHECKING:
    import pyarrow

    from htx_pipeline.rules.model import Rule

_STEPS = 10_000.0
STEP = Fraction(1, int(_STEPS))
"""Values are counted in these: the finest print that arrays take."""
_MOST = 10.0**13
"""Larger numbers of steps are left to exact arithmetic."""
_CELL = (
    *("organization", "entity", "indicator", "sector", "status", "base_period", "share_of"),
    *("relation", "unit", "role"),
)
_MANNER = ("qualifier", "printed_base", "low_inclusive", "high_inclusive")
_OBSERVED = {"actual", "estimate"}


@dataclass(frozen=True, slots=True)
class Alike:
    """Regions of one shape.

    ``rows`` has a line for each region and a column for each figure: its place in the table.
    ``low`` and ``high`` are the bounds in steps of the base unit. ``key`` names the shape,
    ``one_period`` tells whether its figures are all of one period, that no rule names.
    """

    key: tuple[Any, ...]
    rows: Numbers
    low: Floats
    high: Floats
    one_period: bool


@dataclass(slots=True)
class Shapes:
    """The shapes met so far."""

    _days: Sequence[Any]
    _kinds: dict[tuple[Any, ...], int] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Sequence[Rule]) -> Shapes:
        """For a catalogue, of which some rules hold from a day on or up to one."""
        return cls(sorted({day for rule in rules for day in (rule.since, rule.until) if day}))

    def alike(self, figures: pyarrow.Table, named: Sequence[str]) -> Iterator[Alike]:
        """The regions of ``figures`` that arrays can hold, by shape.

        ``named`` are the periods that rules name: those of an area are one region, each other one
        is by itself. Left out are regions with a cell that is printed twice, with bounds that are
        missing or open, or too fine.
        """
        table = Coded(figures)
        period, periods = table.codes("period")
        is_named = np.isin(periods, list(named))[period]
        region = numbered(table.codes("area_code")[0], np.where(is_named, -1, period))
        kind = self._kind(table, period, periods, is_named)
        low, high, fits = _bounds(table)
        report = _order_of_reports(table)
        # lines of a region together, in an order that is that of all regions of its shape
        order = np.lexsort((kind, report, region))
        region, kind, report = region[order], kind[order], report[order]
        starts = np.flatnonzero(np.diff(region, prepend=-1))
        ends = np.append(starts[1:], len(region))
        good = np.logical_and.reduceat(fits[order], starts) if len(starts) else starts
        cell = numbered(region, _cells(table, period)[order])
        repeated = np.zeros(len(starts), bool)
        first = np.unique(cell, return_index=True)[1]
        twice = np.ones(len(cell), bool)
        twice[first] = False
        repeated[np.searchsorted(starts, np.flatnonzero(twice), side="right") - 1] = True
        rank = _dense(region, report)
        found: dict[tuple[Any, ...], list[int]] = {}
        for number in np.flatnonzero(good & ~repeated).tolist():
            one = slice(starts[number], ends[number])
            key = (bool(is_named[order[starts[number]]]), rank[one].tobytes(), kind[one].tobytes())
            found.setdefault(key, []).append(number)
        for key, numbers in found.items():
            size = ends[numbers[0]] - starts[numbers[0]]
            rows = order[starts[numbers][:, None] + np.arange(size)]
            yield Alike(key, rows, low[rows], high[rows], not key[0])

    def _kind(
        self, table: Coded, period: Numbers, periods: Sequence[str], is_named: Bits
    ) -> Numbers:
        """A number for all that rules ask of a figure but its area, report and value."""
        law = np.array([bisect.bisect(self._days, period_ends(p)) if p else 0 for p in periods])
        when = np.where(is_named, period, -1 - law[period]) if len(periods) else period
        is_point = table.numbers("value_low") == table.numbers("value_high")
        named = [*_CELL, *_MANNER]
        coded = [table.codes(name) for name in named]
        local = numbered(*(codes for codes, _ in coded), when, is_point)
        _, first = np.unique(local, return_index=True)
        told = np.empty(len(first), np.int64)
        for place, row in enumerate(first):
            at = periods[period[row]] if is_named[row] else int(law[period[row]])
            kind = (*(values[codes[row]] for codes, values in coded), at, bool(is_point[row]))
            told[place] = self._kinds.setdefault(kind, len(self._kinds))
        return told[local]


def _bounds(table: Coded) -> tuple[Floats, Floats, Bits]:
    """The bounds in steps of the base unit, and for which figures they are whole and closed."""
    codes, units = table.codes("unit")
    rows = codelists.rows("unit")
    scales = [Fraction(rows[unit]["scale"]) if unit in rows else Fraction(1) for unit in units]
    more = np.array([float(scale.numerator) for scale in scales])[codes]
    less = np.array([float(scale.denominator) for scale in scales])[codes]
    fits = np.ones(len(codes), bool)
    ends = []
    for name, inclusive in (("value_low", "low_inclusive"), ("value_high", "high_inclusive")):
        printed = table.numbers(name)
        steps = np.rint(printed * _STEPS)
        with np.errstate(invalid="ignore"):
            fits &= steps / _STEPS == printed  # the double that is nearest to so many steps
            fits &= np.abs(steps * more) < _MOST
            fits &= np.fmod(steps * more, less) == 0
        closed, values = table.codes(inclusive)
        fits &= np.array([bool(one) for one in values])[closed]
        ends.append(steps * more / less)
    return ends[0], ends[1], fits


def _order_of_reports(table: Coded) -> Numbers:
    """For each figure the place of its report among all, by issue."""
    codes, reports = table.codes("report_id")
    days, issued = table.codes("issued_on")
    _, first = np.unique(codes, return_index=True)
    when = {reports[codes[row]]: str(issued[days[row]]) for row in first}
    ordered = {one: n for n, one in enumerate(sorted(when, key=lambda r: (when[r], r)))}
    return np.array([ordered.get(one, -1) for one in reports], np.int64)[codes]


def _cells(table: Coded, period: Numbers) -> Numbers:
    """A number for each cell, its area left out."""
    role, roles = table.codes("role")
    side = np.array([-1 if one in _OBSERVED else n for n, one in enumerate(roles)], np.int64)[role]
    return numbered(*(table.codes(name)[0] for name in _CELL if name != "role"), side, period)


def _dense(group: Numbers, value: Numbers) -> Numbers:
    """In each group, of which the lines stand together in order of ``value``: 0, 1 and so on."""
    same = np.diff(group, prepend=-1) == 0
    step = ((np.diff(value, prepend=-1) != 0) & same).astype(np.int64)
    total: Numbers = np.cumsum(step)
    starts = np.flatnonzero(~same)
    base: Numbers = np.repeat(total[starts], np.diff(np.append(starts, len(group))))
    return total - base
