"""Rules on tables of any size: what is certain by expressions, and where an exact look is needed.

A table of figures is screened in the engine that it is in. Whatever does not surely hold there is
taken out with all that rules tie it to, a *region*, and evaluated exactly: so what does not pass is
what ``confront_all`` finds in the whole table, whatever the engine.

No rule ties two areas. Within an area rules tie figures of one period, and those periods whose
forms they name (years, their halves, ends and middles) across years: an area has a region for these
and one for each other period. Means and trees are not screened; an area that has some is a region
as a whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np

from htx_pipeline.rules.catalogue import RULES
from htx_pipeline.rules.coded import Coded
from htx_pipeline.rules.model import Derived, Documents, Means, NamedBase, Repeated, Tree
from htx_pipeline.rules.screening.columns import Frame, filtered, kinds, prepared, readable
from htx_pipeline.rules.screening.kinds import BASED, Kinds
from htx_pipeline.rules.screening.of_cells import OfCells
from htx_pipeline.rules.screening.of_terms import OfTerms
from htx_pipeline.rules.screening.passes import DOUBTS, Groups, Screen
from htx_pipeline.rules.screening.plan import Asked, Pass, alone, can_be_asked, filled, forms, plan

if TYPE_CHECKING:
    import pyarrow
    from narwhals.typing import IntoFrame

    from htx_pipeline.rules.model import Rule

__all__ = ["ALL_PERIODS", "Region", "Screened", "in_regions", "screen"]

NAMED_PERIODS, ALL_PERIODS = "", "*"
"""The slices of an area beside single periods: all periods that rules name, and all there are."""
_SPOKEN_OF = (Tree, Means, Repeated, Derived, NamedBase, Documents)
"""What rules can state beside equations. What is implied follows from groups that lack a term,
which never surely pass; documents are not in a table of figures."""
_AT_ONCE = 4
"""So many passes are asked of a cluster at once: while one is planned, others are computed."""
_Place = tuple[str, str | None]
_Answers = tuple[Counter[str], list[_Place]]
_ALWAYS = 1 << DOUBTS.index("beyond") | 1 << DOUBTS.index("spread")
"""The doubts that matter whatever is asked of a group."""


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """Figures of one area that rules may tie to each other: those of a period, of the periods that
    rules name, or of all."""

    area_code: str
    slice: str


@dataclass(frozen=True, slots=True)
class Screened:
    """The regions that need an exact look, and how many groups of each rule surely pass.

    ``passed`` counts all groups of the table, also those in ``regions``; ``named_periods`` are the
    periods of the table that rules name.
    """

    regions: tuple[Region, ...]
    passed: Mapping[str, int]
    named_periods: tuple[str, ...]


def screen(figures: IntoFrame, rules: Sequence[Rule] = RULES) -> Screened:
    """Screen a table of figures that keeps the contract ``READINGS``, in the engine it is in.

    ``figures`` is a frame or relation of pandas, PyArrow, Polars, DuckDB or Spark.
    """
    named = forms(rules)
    raw = readable(figures)
    there = kinds(raw, named)
    frame = prepared(raw, there)
    periods = there.periods("form", named)
    passed: dict[str, int] = defaultdict(int)
    beyond = []
    for rule, equation in alone(rules):
        chosen = there.applying(rule) & there.fitting(equation.terms[0])
        if chosen:
            passed[rule.name] += there.count(chosen)
            beyond.append((there.conditions(chosen), equation))
    regions: set[Region] = set()
    for rule in _without_equations(rules):
        those = there.applying(rule)
        if isinstance(rule.equations, Tree | Means) and those:
            regions |= {Region(area, ALL_PERIODS) for area in _areas(frame, those, there)}
        elif isinstance(rule.equations, NamedBase):
            passed[rule.name] += there.count(those & there.having(BASED, ["right"]))
            if those & there.having(BASED, ["wrong"]):
                regions |= {_region(area, period, periods) for area, period in _misnamed(frame)}

    def ask(one: Pass) -> tuple[Counter[str], list[_Place]]:
        asking = OfCells(one, frame, there, beyond) if one.cells else OfTerms(one, frame, there)
        return _answers(asking, there)

    is_remote = raw.implementation.is_spark_like()
    for sure, places in _each(plan(rules, there), ask, is_remote=is_remote):
        for name, count in sure.items():
            passed[name] += count
        regions |= {_region(area, period, periods) for area, period in places}
    whole = {region.area_code for region in regions if region.slice == ALL_PERIODS}
    regions -= {
        region for region in regions if region.slice != ALL_PERIODS and region.area_code in whole
    }
    return Screened(
        tuple(sorted(regions)),
        {name: count for name, count in passed.items() if count},
        tuple(sorted(periods)),
    )


def in_regions(figures: pyarrow.Table, screened: Screened) -> pyarrow.Table:
    """The figures of regions, out of those of their areas at least."""
    named = set(screened.named_periods)
    by_area: dict[str, set[str]] = defaultdict(set)
    for region in screened.regions:
        by_area[region.area_code].add(region.slice)
    coded = Coded(figures)
    area, areas = coded.codes("area_code")
    period, periods = coded.codes("period")
    pair, first = np.unique(area * len(periods) + period, return_index=True)
    chosen = [
        not {ALL_PERIODS, NAMED_PERIODS if at in named else at}.isdisjoint(by_area.get(where, ()))
        for where, at in ((areas[area[row]], periods[period[row]]) for row in first)
    ]
    wanted = np.isin(area * len(periods) + period, pair[np.array(chosen, bool)])
    return figures.filter(wanted)


def _each(
    passes: Sequence[Pass], ask: Callable[[Pass], _Answers], *, is_remote: bool
) -> Iterable[_Answers]:
    """All passes one after the other, or some at once where others do the work."""
    if not is_remote:
        return map(ask, passes)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(ask, passes))


def _answers(asking: Screen, there: Kinds) -> _Answers:
    """How often each rule surely passes in a pass, and where something is left open."""
    verdicts = _Verdicts(asking, there)
    passed: Counter[str] = Counter()
    places: list[_Place] = []
    untold = []
    for alike in asking.groups():
        sure, is_clear = verdicts.of(alike)
        for asked in sure:
            passed[asked.rule.name] += alike.count
        if is_clear:
            continue
        if alike.area_code:
            places.append((alike.area_code, alike.period))
        else:
            untold.append(alike)
    return passed, [*places, *asking.places(untold)]


def _without_equations(rules: Sequence[Rule]) -> list[Rule]:
    """The rules that state something else, all of which is known here."""
    found = [rule for rule in rules if not isinstance(rule.equations, tuple)]
    unknown = [rule.name for rule in found if not isinstance(rule.equations, _SPOKEN_OF)]
    if unknown:
        raise TypeError(f"screening does not know what these rules state: {', '.join(unknown)}")
    return found


def _areas(frame: Frame, those: int, there: Kinds) -> list[str]:
    """The areas with figures of some kinds."""
    found = filtered(frame, there.conditions(those), there).select("area_code").unique().collect()
    return [row["area_code"] for row in found.iter_rows(named=True)]


def _misnamed(frame: Frame) -> list[tuple[str, str]]:
    """Where a change prints another year than that of its base."""
    printed, base = nw.col("printed_base"), nw.col("base_period").str.slice(0, 4)
    found = frame.filter((printed != "") & (printed != base)).select("area_code", "period")
    rows = found.unique().collect().iter_rows(named=True)
    return [(row["area_code"], row["period"]) for row in rows]


def _region(area_code: str, period: str | None, named: Collection[str]) -> Region:
    if period is None or period in named:
        return Region(area_code, NAMED_PERIODS)
    return Region(area_code, period)


def _is_told(asked: Asked, present: Sequence[bool]) -> bool:
    """Whether it is told of a group that it lacks a term, though nothing in it contradicts."""
    return filled(asked.equation, present) >= asked.equation.needs_parts or None not in asked.slots


class _Verdicts:
    """What groups of a pass say, from which of their terms are there."""

    def __init__(self, asking: Screen, there: Kinds) -> None:
        self._asking = asking
        self._there = there
        self._present = lru_cache(maxsize=None)(self._present_among)

    def of(self, alike: Groups) -> tuple[list[Asked], bool]:
        """The equations that surely hold, and whether there is nothing else to say."""
        clear = not alike.has_repeats and not alike.doubt & _ALWAYS
        sure = []
        codes = tuple(alike.codes.items())
        for number, asked in enumerate(self._asking.asked.asked):
            present = self._present(number, alike.there, codes)
            if not can_be_asked(asked.equation, present):
                continue
            is_open = bool(alike.doubt) or not self._holds(number, alike, codes)
            if all(present) and not is_open:
                sure.append(asked)
            elif is_open or _is_told(asked, present):
                clear = False
        return sure, clear

    def _holds(self, number: int, alike: Groups, codes: tuple[tuple[str, str], ...]) -> bool:
        """Whether an equation surely holds as far as its terms are there."""
        stronger = self._asking.asked.asked[number].follows_from
        if stronger is None:
            return not alike.open & 1 << number
        complete = all(self._present(stronger, alike.there, codes))
        return complete and not alike.open & 1 << stronger

    def _present_among(
        self, number: int, there: int, codes: tuple[tuple[str, str], ...]
    ) -> tuple[bool, ...]:
        """Which terms of an equation are there."""
        asked, kinds = self._asking.asked.asked[number], self._there
        cells = self._asking.asked.cells
        if not cells:
            return tuple(
                slot is not None and bool(there & self._asking.bit(slot)) for slot in asked.slots
            )
        those = kinds.applying(asked.rule)
        for name, code in (*codes, *asked.fixed.items()):
            those &= kinds.having(name, [code])
        inside = 0
        for place, (sector, status) in enumerate(cells):
            if there & 1 << place:
                inside |= kinds.having("sector", [sector]) & kinds.having("status", [status])
        return tuple(bool(those & inside & kinds.fitting(term)) for term in asked.equation.terms)
