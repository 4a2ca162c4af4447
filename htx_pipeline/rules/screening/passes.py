"""Passes as Narwhals expressions: one grouped aggregation each, of few columns.

A pass over sectors and statuses keeps of each equation one sum, ``Σ factor · (low + high)`` with
the stated term on the other side, and where its figures are known within bounds, how far these lie
apart. All other passes keep the bounds of each term. Which terms are there is one number with a bit
for each. Doubles only screen: an equation surely holds if it does so by more than sums of doubles
can be wrong, or exactly among numbers that doubles tell apart.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import and_, or_
from typing import Any

import narwhals as nw

from htx_pipeline.rules.evaluation import NEVER_NEGATIVE
from htx_pipeline.rules.model import Compare, Equation, Form, Rule, Term
from htx_pipeline.rules.screening.columns import Frame, all_of, filtered, is_slot, one_of
from htx_pipeline.rules.screening.kinds import CODES, Conditions, Kinds
from htx_pipeline.rules.screening.plan import Asked, Pass, Slot

_RELATIVE = 1e-9
"""Sums of doubles differ by less than this part of their size, in whatever order they are taken."""
_EXACT = 2.0**50
"""Whole numbers of less than this are summed without error."""
_BITS = 52
"""So many bits are a number also where an engine divides whole numbers as doubles."""
_FIRM = ("actual", "target")
"""What another report says counts where it is one of these."""

DOUBTS = ("odd", "spread", "unfirm", "beyond")
"""Why a group needs a look whatever its sums are: a bound is missing or does not belong to the
figure, its figures come from several reports, a term is an estimate of another report, or a figure
is outside of what it can be."""
_PLACE = ("area_code", "period")


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of a pass that are alike, and how many there are.

    ``codes`` are what they have in common in the key, ``there`` a bit for each cell or term that is
    there and ``figures`` how many figures: more than bits if one is printed twice. ``open`` has a
    bit for each equation that does not surely hold, ``doubt`` one for each of ``DOUBTS``. Where
    there are such bits, ``area_code`` and ``period`` say where the groups are.
    """

    codes: Mapping[str, str]
    there: int
    figures: int
    open: int
    doubt: int
    area_code: str | None
    period: str | None
    count: int

    @property
    def has_repeats(self) -> bool:
        """Whether a figure is printed more than once."""
        return self.there.bit_count() != self.figures


class Screen(ABC):
    """A pass over a frame."""

    def __init__(self, asked: Pass, frame: Frame, kinds: Kinds) -> None:
        self.asked = asked
        self.kinds = kinds
        if max(self.size, len(asked.asked)) > _BITS:
            raise ValueError(f"a pass of more than {_BITS} terms or equations: {asked.key}")
        rows = self.rows(filtered(frame, asked.only, kinds))
        self._grouped = self._judged(rows.group_by(*self.key).agg(**self._aggregated()))

    @property
    def key(self) -> tuple[str, ...]:
        """What figures are grouped by."""
        return self.asked.key

    @property
    @abstractmethod
    def size(self) -> int:
        """How many bits ``there`` has."""

    @abstractmethod
    def bit(self, slot: Slot) -> int:
        """The number that ``there`` has the bit of where the slot is there."""

    @abstractmethod
    def rows(self, frame: Frame) -> Frame:
        """Each figure with what it adds to its group: ``there`` and ``figures``, the columns of
        ``sums`` and ``reports``, and those of ``DOUBTS`` that can be."""

    @property
    @abstractmethod
    def sums(self) -> Sequence[str]:
        """The columns that are summed."""

    @property
    def reports(self) -> Mapping[str, tuple[Slot, ...]]:
        """Columns that hold the report of figures that have to be of one."""
        return {}

    @abstractmethod
    def is_sure(self, number: int, asked: Asked) -> nw.Expr:
        """Whether an equation holds for sure in a group that has all terms that there are."""

    def doubts(self) -> dict[str, nw.Expr]:
        """The doubts that a group of the pass can be in."""
        return {"odd": nw.col("odd") > 0} if self.kinds.having("odd", ["yes"]) else {}

    def groups(self) -> list[Groups]:
        """All groups, alike ones together."""
        codes = [name for name in self.asked.key if name in CODES]
        told = ["there", "figures", "open", "doubt"]
        doubtful = (nw.col("open") != 0) | (nw.col("doubt") != 0)
        where = {
            f"in_{name}": nw.when(doubtful).then(nw.col(name)).otherwise(nw.lit(""))
            for name in self._where
        }
        counted = (
            self._grouped.with_columns(**where)
            .group_by(*codes, *told, *where)
            .agg(count=nw.len())
            .collect()
        )
        return [
            Groups(
                codes={name: row[name] for name in codes},
                there=int(row["there"]),
                figures=int(row["figures"]),
                open=int(row["open"]),
                doubt=int(row["doubt"]),
                area_code=row["in_area_code"] or None,
                period=row.get("in_period") or None,
                count=int(row["count"]),
            )
            for row in counted.iter_rows(named=True)
        ]

    def places(self, alike: Groups) -> list[tuple[str, str | None]]:
        """Where the groups are that are like ``alike``, of which that was not told."""
        there, figures = alike.there, alike.figures
        wanted = {**alike.codes, "there": there, "figures": figures, "open": 0, "doubt": 0}
        chosen = self._grouped.filter(reduce(and_, (nw.col(n) == v for n, v in wanted.items())))
        found = chosen.select(*self._where).unique().collect()
        return [(row["area_code"], row.get("period")) for row in found.iter_rows(named=True)]

    @property
    def _where(self) -> list[str]:
        return [name for name in _PLACE if name in self.asked.key]

    def _aggregated(self) -> dict[str, nw.Expr]:
        found = {name: nw.col(name).sum() for name in ("there", "figures", "odd", *self.sums)}
        for name in self.reports:
            found[f"first_{name}"] = nw.col(name).min()
            found[f"last_{name}"] = nw.col(name).max()
        return found

    def _judged(self, grouped: Frame) -> Frame:
        """The groups with their key, their bits and nothing else."""
        doubts = self.doubts()
        opened = (
            _where(self.is_open(number, asked), whole(1 << number), whole(0))
            for number, asked in enumerate(self.asked.asked)
            if asked.follows_from is None
        )
        return grouped.select(
            *self.key,
            there=nw.col("there").cast(nw.Int64),
            figures=nw.col("figures").cast(nw.Int64),
            open=_sum(opened).cast(nw.Int64),
            doubt=_sum(
                nw.when(doubts[name]).then(whole(1 << place)).otherwise(whole(0))
                for place, name in enumerate(DOUBTS)
                if name in doubts
            ).cast(nw.Int64),
        )

    def is_open(self, number: int, asked: Asked) -> nw.Expr:
        """Whether an equation does not surely hold."""
        return self._is_asked(asked) & ~self.is_sure(number, asked)

    def _is_asked(self, asked: Asked) -> nw.Expr:
        """Whether the terms are there without which there is nothing to ask."""
        first = len(asked.slots) - len(asked.equation.parts)
        needed = [slot for slot in asked.slots[:first] if asked.equation.needs_whole]
        parts = [
            slot
            for slot, part in zip(asked.slots[first:], asked.equation.parts, strict=True)
            if asked.equation.needs_whole or not part.from_any_report
        ]
        some = [self._is_there(slot) for slot in parts if slot is not None]
        every = [self._is_there(slot) for slot in needed if slot is not None]
        return reduce(and_, [reduce(or_, some), *every])

    def _is_there(self, slot: Slot) -> nw.Expr:
        return (nw.col("there") // self.bit(slot)) % 2 == 1


class OfCells(Screen):
    """Groups that are spread over sectors and statuses; also finds what is printed twice."""

    def __init__(
        self,
        asked: Pass,
        frame: Frame,
        kinds: Kinds,
        beyond: Sequence[tuple[Conditions, Equation]] = (),
    ) -> None:
        self._beyond = beyond
        super().__init__(asked, frame, kinds)

    @property
    def size(self) -> int:
        """A bit for each cell."""
        return len(self.asked.cells)

    def bit(self, slot: Slot) -> int:
        """That of its cell; an equation has one for each term."""
        return 1 << slot.cells[0]

    @property
    def sums(self) -> Sequence[str]:
        """Two for each equation, or one where all its figures are exact."""
        return [*dict(self._all_terms()), "size", *(["beyond"] if self._beyond else [])]

    @property
    def key(self) -> tuple[str, ...]:
        """Equations are of one report."""
        return (*self.asked.key, "report_id")

    def doubts(self) -> dict[str, nw.Expr]:
        """Beside a missing bound: what cannot be by itself."""
        found = super().doubts()
        return {**found, "beyond": nw.col("beyond") > 0} if self._beyond else found

    def _judged(self, grouped: Frame) -> Frame:
        """As in ``Screen``, but figures that several reports print are in doubt."""
        spread = nw.col("reports") > 1
        judged = super()._judged(grouped).group_by(*self.asked.key)
        told = ("there", "figures", "open", "doubt")
        return judged.agg(reports=nw.len(), **{name: nw.col(name).max() for name in told}).select(
            *self.asked.key,
            *("there", "figures", "open"),
            doubt=nw.col("doubt") + _where(spread, whole(1 << DOUBTS.index("spread")), whole(0)),
        )

    def rows(self, frame: Frame) -> Frame:
        """See ``Screen``."""
        terms = dict(self._all_terms())
        if self._beyond:
            terms["beyond"] = self._is_beyond()
        return frame.with_columns(there=self._bit_of_cell()).select(
            *self.asked.key,
            "odd",
            "there",
            "report_id",
            figures=whole(1),
            size=_size(),
            **terms,
        )

    def is_open(self, number: int, asked: Asked) -> nw.Expr:
        """As in ``Screen``. Where no term is there, sums are 0, as they should be; but not 100."""
        is_open = ~self.is_sure(number, asked)
        if isinstance(asked.equation.whole, Fraction):
            return (nw.col(f"parts_{number}") > 0) & is_open
        return is_open

    def _all_terms(self) -> Iterator[tuple[str, nw.Expr]]:
        for number, asked in enumerate(self.asked.asked):
            if asked.follows_from is None:
                yield from self._terms(number, asked)

    def _terms(self, number: int, asked: Asked) -> Iterator[tuple[str, nw.Expr]]:
        """What a figure adds to the sums of an equation."""
        both, apart = nw.col("low") + nw.col("high"), nw.col("high") - nw.col("low")
        for side, factors in _sides(asked).items():
            value, width = nw.lit(0.0), nw.lit(0.0)
            for factor, fits in self._fitting(asked, factors):
                value = nw.when(fits).then(both * factor).otherwise(value)
                width = nw.when(fits).then(apart * abs(factor)).otherwise(width)
            yield f"{side}_{number}", value
            if asked.soft:
                yield f"{side}_apart_{number}", width
        if isinstance(asked.equation.whole, Fraction):
            fitting = [fits for _, fits in self._fitting(asked, [1.0 for _ in asked.slots])]
            yield f"parts_{number}", _where(reduce(or_, fitting), whole(1), whole(0))

    def _fitting(self, asked: Asked, factors: Sequence[float]) -> Iterator[tuple[float, nw.Expr]]:
        """The factors, and whether a figure is one of the terms with it."""
        alike: dict[tuple[Conditions, float], list[int]] = defaultdict(list)
        for slot, factor in zip(asked.slots, factors, strict=True):
            if slot is not None:
                alike[slot.when, factor] += [1 << cell for cell in slot.cells]
        for (when, factor), bits in alike.items():
            fits = one_of(nw.col("there"), bits)
            yield factor, all_of(when, self.kinds) & fits if when else fits

    def is_sure(self, number: int, asked: Asked) -> nw.Expr:
        """See ``Screen``."""
        found = [nw.lit(value=True)]
        for side, factors in _sides(asked).items():
            apart = nw.col(f"{side}_apart_{number}") if asked.soft else nw.lit(0.0)
            found.append(_holds(side, nw.col(f"{side}_{number}"), apart, _added(asked, factors)))
        return reduce(and_, found)

    def _is_beyond(self) -> nw.Expr:
        """Whether a figure is not surely within what it can be by itself."""
        found = []
        for conditions, equation in self._beyond:
            sure = nw.col("odd") == 0
            within = equation.plus
            if within is not None and within.low is not None:
                sure &= nw.col("high") - float(within.low) >= 0
            if within is not None and within.high is not None:
                sure &= float(within.high) - nw.col("low") >= 0
            found.append(all_of(conditions, self.kinds) & ~sure)
        return nw.when(reduce(or_, found)).then(whole(1)).otherwise(whole(0))

    def _bit_of_cell(self) -> nw.Expr:
        """The bit of a figure's sector and status; ``cells`` has every sector with every status."""
        sectors, statuses = (
            list(dict.fromkeys(one)) for one in zip(*self.asked.cells, strict=True)
        )
        by_sector, by_status = whole(1), whole(1)
        for place, sector in enumerate(sectors):
            is_it, bit = nw.col("sector") == sector, whole(1 << place * len(statuses))
            by_sector = nw.when(is_it).then(bit).otherwise(by_sector)
        for place, status in enumerate(statuses):
            is_it, bit = nw.col("status") == status, whole(1 << place)
            by_status = nw.when(is_it).then(bit).otherwise(by_status)
        return by_sector * by_status


class OfTerms(Screen):
    """Groups of any other kind."""

    def __init__(self, asked: Pass, frame: Frame, kinds: Kinds) -> None:
        slots = {slot.key: slot for one in asked.asked for slot in one.slots if slot is not None}
        self._slots = slots
        self._places = {key: place for place, key in enumerate(slots)}
        # a term of one equation that any report may print can be one of its own report in another
        elsewhere = {
            slot.key
            for one in asked.asked
            for slot in one.slots
            if slot is not None and slot.term.from_any_report
        }
        self._elsewhere = [key for key in slots if key in elsewhere]
        self._soft = any(one.soft for one in asked.asked)
        super().__init__(asked, frame, kinds)

    @property
    def size(self) -> int:
        """A bit for each term."""
        return len(self._slots)

    def bit(self, slot: Slot) -> int:
        """That of the term."""
        return 1 << self._places[slot.key]

    @property
    def sums(self) -> Sequence[str]:
        """Two for each term, or one where all figures are exact."""
        ends = ("low", "high") if self._soft else ("low",)
        found = [f"{end}_{place}" for place in self._places.values() for end in ends]
        return [*found, *(["unfirm"] if self._elsewhere else [])]

    @property
    def reports(self) -> Mapping[str, tuple[Slot, ...]]:
        """The terms of an equation that have to be of one report, where groups are not."""
        if "report_id" in self.asked.key:
            return {}
        asked = enumerate(self.asked.asked)
        return {f"report_of_{number}": one.own for number, one in asked if len(one.own) > 1}

    def doubts(self) -> dict[str, nw.Expr]:
        """Beside a missing bound: what another report only estimates."""
        found = super().doubts()
        return {**found, "unfirm": nw.col("unfirm") > 0} if self._elsewhere else found

    def rows(self, frame: Frame) -> Frame:
        """See ``Screen``. A figure may be of several years: it is there once for each lag."""
        if not self.asked.by_year:
            return self._of_lag(frame, 0)
        year = nw.col("period").str.slice(0, 4).cast(nw.Int64)
        parts = []
        for lag in sorted({slot.lag for slot in self._slots.values()}):
            anyone = [is_slot(s, self.kinds) for s in self._slots.values() if s.lag == lag]
            of_lag = frame.filter(reduce(or_, anyone)).with_columns(group_year=year + lag)
            parts.append(self._of_lag(of_lag, lag))
        return parts[0] if len(parts) == 1 else nw.concat(parts, how="vertical")

    def _of_lag(self, frame: Frame, lag: int) -> Frame:
        masks = {k: is_slot(s, self.kinds) for k, s in self._slots.items() if s.lag == lag}
        bits = {key: 1 << place for key, place in self._places.items()}
        columns = {
            "there": _sum(_where(mask, whole(bits[key]), whole(0)) for key, mask in masks.items()),
            "figures": _sum(_where(mask, whole(1), whole(0)) for mask in masks.values()),
        }
        for key, place in self._places.items():
            for end in ("low", "high") if self._soft else ("low",):
                value = nw.lit(0.0)
                if key in masks:
                    value = _where(masks[key], nw.col(end), value)
                columns[f"{end}_{place}"] = value
        for name, own in self.reports.items():
            fitting = [masks[slot.key] for slot in own if slot.key in masks]
            none = nw.col("odd") < 0
            columns[name] = nw.when(reduce(or_, fitting, none)).then(nw.col("report_id"))
        if self._elsewhere:
            fitting = [masks[key] for key in self._elsewhere if key in masks]
            unfirm = reduce(or_, fitting, nw.col("odd") < 0) & ~one_of(nw.col("role"), _FIRM)
            columns["unfirm"] = _where(unfirm, whole(1), whole(0))
        return frame.select(*self.asked.key, "odd", **columns)

    def is_sure(self, number: int, asked: Asked) -> nw.Expr:
        """See ``Screen``."""
        ends = [None if slot is None else self._bounds(slot) for slot in asked.slots]
        size = _sum(low.abs() + high.abs() for low, high in filter(None, ends))
        if asked.equation.form is Form.SUM:
            found = [nw.lit(value=True)]
            for side, factors in _sides(asked).items():
                told = [(w, e) for w, e in zip(factors, ends, strict=True) if e is not None]
                middle = _sum((low + high) * factor for factor, (low, high) in told)
                apart = _sum((high - low) * abs(factor) for factor, (low, high) in told)
                apart = apart if self._soft else nw.lit(0.0)
                found.append(_holds(side, middle, apart, _added(asked, factors), size))
            sure = reduce(and_, found)
        else:
            sure = _is_ratio(asked.equation, ends, size)
        name = f"report_of_{number}"
        return sure & ~_spread(name) if name in self.reports else sure

    def _bounds(self, slot: Slot) -> tuple[nw.Expr, nw.Expr]:
        place = self._places[slot.key]
        return nw.col(f"low_{place}"), nw.col(f"{'high' if self._soft else 'low'}_{place}")


def _sides(asked: Asked) -> dict[str, list[float]]:
    """The equation as sums that have to be 0 (``equal``) or at least 0 (``room``): a factor for
    each term.

    Where a term is never there, what is there must leave room for it.
    """
    equation = asked.equation
    parts = [float(term.factor) for term in equation.parts]
    stated = [] if isinstance(equation.whole, Fraction) else [1.0]
    less = [*(-one for one in stated), *parts]
    more = [-factor for factor in less]
    if equation.band is not None:
        least, most = (float(end) for end in equation.band)
        return {
            "room_low": [*stated, *(-least * part for part in parts)],
            "room_high": [*(-one for one in stated), *(most * part for part in parts)],
        }
    if equation.compare is Compare.AT_MOST:
        return {"room": less}
    if equation.compare is Compare.AT_LEAST:
        return {"room": more}
    missing = [n for n, slot in enumerate(asked.slots) if slot is None]
    if not missing:
        return {"equal": less}
    if any(_may_be_negative(asked.rule, equation.terms[n]) for n in missing):
        return {}
    sides = {}
    if not any(less[n] > 0 for n in missing):
        sides["room_below"] = less
    if not any(less[n] < 0 for n in missing):
        sides["room_above"] = more
    return sides


def _may_be_negative(rule: Rule, term: Term) -> bool:
    relation = term.fixes.get("relation")
    relations = {relation} if relation else rule.applies_to.get("relation", frozenset({"value"}))
    return not relations <= NEVER_NEGATIVE


def _added(asked: Asked, factors: Sequence[float]) -> float:
    """What stands in a sum as a number; it is on the other side of the parts."""
    stated = asked.equation.whole
    if not isinstance(stated, Fraction):
        return 0.0
    return -float(stated) * factors[0] / float(asked.equation.parts[0].factor)


def _holds(
    side: str, middle: nw.Expr, apart: nw.Expr, added: float, size: nw.Expr | None = None
) -> nw.Expr:
    """Whether a sum surely is what it has to be.

    ``middle`` is the sum of both bounds of each figure, so twice the sum; ``apart`` the sum of
    their distances, twice as far as it may be off.
    """
    size = nw.col("size") if size is None else size
    error, twice = (size + abs(added)) * _RELATIVE, middle + 2 * added
    if side == "equal":
        clearly, exactly = twice.abs() < apart - error, twice == 0
    else:
        clearly, exactly = twice + apart > error, twice >= 0
    return clearly | (exactly & (size < _EXACT))


def _is_ratio(
    equation: Equation, ends: Sequence[tuple[nw.Expr, nw.Expr] | None], size: nw.Expr
) -> nw.Expr:
    """``(stated + more) · whole`` against ``100 · part``, where nothing is negative."""
    if None in ends:
        return nw.lit(value=False)
    (stated_low, stated_high), (part_low, part_high), (low, high) = filter(None, ends)
    more = 100.0 if equation.form is Form.PERCENT_CHANGE else 0.0
    below, above = (stated_low + more) * low, (stated_high + more) * high
    error = (above.abs() + part_high.abs() * 100 + size) * _RELATIVE
    positive = (stated_low + more >= 0) & (part_low >= 0) & (low >= 0)
    return positive & (part_high * 100 - below > error) & (above - part_low * 100 > error)


def whole(number: int) -> nw.Expr:
    """A whole number of 64 bits."""
    return nw.lit(number, dtype=nw.Int64)


def _where(mask: nw.Expr, value: nw.Expr, otherwise: nw.Expr) -> nw.Expr:
    return nw.when(mask).then(value).otherwise(otherwise)


def _size() -> nw.Expr:
    return nw.col("low").abs() + nw.col("high").abs()


def _spread(column: str) -> nw.Expr:
    """Whether figures of several reports are there."""
    return nw.col(f"first_{column}") != nw.col(f"last_{column}")


def _sum(columns: Iterable[Any]) -> Any:
    listed = list(columns)
    return reduce(lambda one, other: one + other, listed) if listed else whole(0)
