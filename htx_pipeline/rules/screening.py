"""Rules as Narwhals expressions: which groups of a large table of figures need an exact look.

The same expressions run on pandas, PyArrow, Polars and DuckDB. Equations that share a grouping are
one pass: each term becomes conditional columns, the groups their extremes, an equation a comparison
of sums. Floating point only screens: whatever is not certain is flagged, and exact arithmetic
decides it (``evaluate``). Values are cast before they are summed, a missing bound is a number
beyond all others, and no engine rounds.

Trees, means, repeated prints and implied values are left to the exact evaluation: an area that has
some, or in which anything is missing or in doubt, is taken out and evaluated exactly as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

import narwhals as nw

from htx_pipeline import codelists
from htx_pipeline.figures.operands import DIMENSIONS
from htx_pipeline.model import Outcome
from htx_pipeline.rules.catalogue import RULES
from htx_pipeline.rules.evaluate import confront_all
from htx_pipeline.rules.evaluation import NEVER_NEGATIVE
from htx_pipeline.rules.model import (
    At,
    Compare,
    Equation,
    Form,
    Means,
    Repeated,
    Rule,
    Term,
    Tree,
)

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

    from htx_pipeline.rules.evaluate import Confrontation

_BEYOND = 1e300
"""Stands for a bound that is not there; sums of it stay far from every figure."""
_RELATIVE = 1e-9
"""Sums of doubles differ by less than this part of their size, in whatever order they are taken."""
_LOOK = "look"
_MIN_CELLS = 2
_COLUMNS = (
    *(name for name in DIMENSIONS if name != "side"),
    "report_id",
    "role",
    "qualifier",
    "decimals",
    "value_low",
    "value_high",
    "as_of",
)


@dataclass(frozen=True, slots=True)
class Screened:
    """The areas in which something needs an exact look, and what passed for certain elsewhere.

    ``passed`` counts by rule the groups of all other areas; nothing else came out in these.
    """

    areas: tuple[str, ...]
    passed: Mapping[str, int]


def screen(figures: IntoFrame, rules: Sequence[Rule] = RULES) -> Screened:
    """Screen a table of figures that keeps the contract ``READINGS``, in the engine it is in.

    ``figures`` is a frame or relation of pandas, PyArrow, Polars or DuckDB.
    """
    told = outcomes(figures, rules)
    areas = {area for area, by_equation in told if set(by_equation.values()) - {Outcome.PASS.value}}
    areas |= _left_to_exactness(_prepared(nw.from_native(figures).lazy()), rules)
    passed: dict[str, int] = defaultdict(int)
    for area, by_equation in told:
        if area not in areas:
            for name in by_equation:
                passed[name.partition("__")[0]] += 1
    return Screened(tuple(sorted(areas)), dict(passed))


def confront_table(
    figures: IntoFrame, rules: Sequence[Rule] = RULES
) -> tuple[Screened, Confrontation]:
    """A large table: what is certain by expressions, and the rest in exact arithmetic."""
    screened = screen(figures, rules)
    return screened, confront_all(in_areas(figures, screened.areas), rules=rules)


def outcomes(figures: IntoFrame, rules: Sequence[Rule] = RULES) -> list[tuple[str, dict[str, str]]]:
    """For each group of each grouping its area and, for each equation that asks something of it,
    ``pass``, ``unverifiable`` or ``look``. Equations are named ``<rule>__<number>``."""
    frame = _prepared(nw.from_native(figures).lazy())
    kinds = [dict(row) for row in frame.select(*_KINDS).unique().collect().iter_rows(named=True)]
    asked = [rule for rule in rules if isinstance(rule.equations, tuple)]
    rows = (
        row
        for grouping in _groupings(asked, kinds)
        for row in grouping.of(frame).collect().iter_rows(named=True)
    )
    # an engine may tell a missing outcome as None, NaN or NA
    return [
        (row.pop("area_code"), {name: said for name, said in row.items() if isinstance(said, str)})
        for row in rows
    ]


def _left_to_exactness(frame: nw.LazyFrame[Any], rules: Sequence[Rule]) -> set[str]:
    """The areas with figures of trees and means, or with prints of one cell in two places."""
    few = [rule for rule in rules if isinstance(rule.equations, Tree | Means)]
    chosen = [
        frame.filter(reduce(and_, (_allowed(*pair) for pair in rule.applies_to.items())))
        for rule in few
    ]
    if any(isinstance(rule.equations, Repeated) for rule in rules):
        prints = frame.group_by(*DIMENSIONS).agg(prints=nw.len())
        chosen.append(prints.filter(nw.col("prints") > 1))
    return {
        row["area_code"]
        for found in chosen
        for row in found.select("area_code").unique().collect().iter_rows(named=True)
    }


def in_areas(figures: IntoFrame, areas: Iterable[str]) -> list[dict[str, Any]]:
    """The rows of the figures of these areas, for the exact evaluation."""
    frame = nw.from_native(figures).lazy()
    chosen = frame.filter(nw.col("area_code").is_in(list(areas))).collect()
    return [dict(row) for row in chosen.iter_rows(named=True)]


_KINDS = (
    "organization",
    "indicator",
    "sector",
    "status",
    "relation",
    "share_of",
    "unit",
    "side",
    "period",
    "base_period",
)
"""What terms are matched by: no term that fits none of the kinds there are is asked for."""


def _prepared(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The figures with what terms are matched by: base units, side, year, bounds without nulls."""
    units = codelists.rows("unit")
    scaled = {code: row for code, row in units.items() if row["scale"] != "1"}
    unit, scale = nw.col("unit"), nw.lit(1.0)
    for code, row in scaled.items():
        is_it = nw.col("unit") == code
        unit = nw.when(is_it).then(nw.lit(row["base"])).otherwise(unit)
        scale = nw.when(is_it).then(nw.lit(float(Fraction(row["scale"])))).otherwise(scale)
    observed = nw.col("role").is_in(["actual", "estimate"])
    empty = ("entity", "base_period", "share_of")
    whole = (
        (nw.col("decimals").cast(nw.Int64) == 0)
        & ~nw.col("unit").is_in(list(scaled))
        & ~nw.col("qualifier").is_in(["more_than", "less_than", "nearly"])
    )
    low, high = (nw.col(name).cast(nw.Float64) for name in ("value_low", "value_high"))
    return (
        frame.select(*_COLUMNS)
        .with_columns(
            *(nw.col(name).fill_null("") for name in empty),
            day=nw.col("as_of").dt.to_string("%Y-%m-%d"),
            side=nw.when(observed).then(nw.lit("observed")).otherwise(nw.col("role")),
            told=(~(low.is_null() & high.is_null())).cast(nw.Int64),
            exact=whole.cast(nw.Int64),
            scale=scale,
        )
        .with_columns(
            unit=unit,
            low=(low * nw.col("scale")).fill_null(-_BEYOND),
            high=(high * nw.col("scale")).fill_null(_BEYOND),
            year=nw.col("period").str.slice(0, 4).cast(nw.Int64),
        )
    )


@dataclass(frozen=True, slots=True)
class _Slot:
    """A term of a rule as a set of conditional columns; the same for all that mean the same."""

    name: str
    term: Term
    rule: Rule

    def mask(self) -> nw.Expr:
        """The figures that can be the term."""
        wanted = [_allowed(name, codes) for name, codes in self.rule.applies_to.items()]
        for name, value in self.term.fixes.items():
            wanted.append(_at(name, value) if isinstance(value, At) else nw.col(name) == value)
        if self.rule.since is not None:
            wanted.append(nw.col("day") >= self.rule.since.isoformat())
        if self.rule.until is not None:
            wanted.append(nw.col("day") < self.rule.until.isoformat())
        return reduce(and_, wanted)

    def fits_any(self, kinds: Iterable[dict[str, str]]) -> bool:
        """Whether some kind of figure can be the term."""
        return any(self._fits(kind) for kind in kinds)

    def _fits(self, kind: dict[str, str]) -> bool:
        indicator = codelists.rows("indicator")[kind["indicator"]]
        described = kind | {"kind": indicator["kind"], "topic": indicator["topic"]}
        if any(
            described[name] not in allowed
            for name, allowed in self.rule.applies_to.items()
            if name in described
        ):
            return False
        return all(
            (value.year_of(kind[name]) is not None)
            if isinstance(value, At)
            else kind[name] == value
            for name, value in self.term.fixes.items()
            if name in kind
        )

    def lag(self) -> int | None:
        """How many years before the group's year it is; ``None`` if it fixes no period."""
        lags = [v.lag for n, v in self.term.fixes.items() if isinstance(v, At) and n == "period"]
        return lags[0] if lags else None


def _allowed(name: str, codes: frozenset[str]) -> nw.Expr:
    if name in {"kind", "topic"}:
        rows = codelists.rows("indicator")
        return nw.col("indicator").is_in([c for c, row in rows.items() if row[name] in codes])
    return nw.col(name).is_in(sorted(codes))


def _at(name: str, at: At) -> nw.Expr:
    """Whether a period has the form of ``at``; for a base also that it lies as far back."""
    head, _, tail = at.form.partition("{year}")
    column = nw.col(name)
    fits = (column.str.len_chars() == len(head) + 4 + len(tail)) & column.str.ends_with(tail)
    if name != "period":
        year = column.str.slice(0, 4)
        fits &= (year != "") & (year == (nw.col("year") - at.lag).cast(nw.String))
    return fits


@dataclass(frozen=True, slots=True)
class _Asked:
    """An equation with the slots of its terms; ``None`` where no figure can be the term."""

    name: str
    rule: Rule
    equation: Equation
    slots: tuple[_Slot | None, ...]


@dataclass(frozen=True, slots=True)
class _Grouping:
    """Equations that share their groups."""

    group: tuple[str, ...]
    equations: tuple[_Asked, ...]

    def of(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """A row for each group, a column for each equation's outcome."""
        slots = {s.name: s for asked in self.equations for s in asked.slots if s is not None}
        found = _extremes(
            frame, [s for s in slots.values() if not s.term.from_any_report], self.group
        )
        bounded = (nw.col("low") > -_BEYOND) & (nw.col("high") < _BEYOND)
        firm = frame.filter(nw.col("role").is_in(["actual", "target"]) & bounded)
        for slot in slots.values():
            if slot.term.from_any_report:
                here = tuple(n for n in self.group if n not in slot.term.fixes)
                there = tuple(n for n in here if n != "report_id")
                away = _Slot(f"{slot.name}__any", slot.term, slot.rule)
                found = found.join(_extremes(frame, [slot], here), on=list(here), how="left")
                found = found.join(_extremes(firm, [away], there), on=list(there), how="left")
        # step by step: engines plan long expressions much slower than many short columns
        found = found.with_columns(**{n: e for s in slots.values() for n, e in _seen(s)})
        found = found.with_columns(**{n: e for s in slots.values() for n, e in _known(s)})
        found = found.with_columns(**{n: e for a in self.equations for n, e in _sides(a)})
        found = found.with_columns(**{n: e for a in self.equations for n, e in _judged(a)})
        return found.select("area_code", **{a.name: _outcome(a) for a in self.equations})


def _groupings(rules: Sequence[Rule], kinds: Sequence[dict[str, str]]) -> Iterator[_Grouping]:
    shared: dict[tuple[str, ...], list[_Asked]] = defaultdict(list)
    slots: dict[Any, _Slot | None] = {}
    for rule in rules:
        equations = rule.equations if isinstance(rule.equations, tuple) else ()
        for number, equation in enumerate(equations):
            own = [term for term in equation.terms if not term.from_any_report]
            varied = {name for term in own for name in term.fixes}
            group = [name for name in DIMENSIONS if name not in varied] + ["report_id"]
            group += ["group_year"] if "period" in varied else []
            found = tuple(_slot(rule, term, slots, kinds) for term in equation.terms)
            if _can_be_asked(equation, found):
                asked = _Asked(f"{rule.name}__{number}", rule, equation, found)
                shared[tuple(group)].append(asked)
    for keys, together in shared.items():
        yield _Grouping(keys, tuple(together))


def _slot(
    rule: Rule, term: Term, slots: dict[Any, _Slot | None], kinds: Sequence[dict[str, str]]
) -> _Slot | None:
    key = (
        tuple(sorted((n, tuple(sorted(codes))) for n, codes in rule.applies_to.items())),
        tuple(sorted((n, str(value)) for n, value in term.fixes.items())),
        term.from_any_report,
        rule.since,
        rule.until,
    )
    if key not in slots:
        slot = _Slot(f"slot_{len(slots)}", term, rule)
        slots[key] = slot if slot.fits_any(kinds) else None
    return slots[key]


def _can_be_asked(equation: Equation, slots: Sequence[_Slot | None]) -> bool:
    stated = slots[: len(slots) - len(equation.parts)]
    parts = slots[len(stated) :]
    if equation.needs_whole or not parts:
        return all(stated) and (not parts or any(parts))
    whole = not stated or stated[0] is not None
    at_home = sum(slot is not None and not slot.term.from_any_report for slot in parts)
    return at_home >= 1 and at_home + whole >= _MIN_CELLS


def _extremes(
    frame: nw.LazyFrame[Any], slots: Sequence[_Slot], group: Sequence[str]
) -> nw.LazyFrame[Any]:
    """For each group and slot: the extremes of its bounds, how many prints, whether told, exact.

    A figure can be of several years (as the closing of one and the opening of the next): slots of
    one lag are one frame, and the frames are put under each other.
    """
    parts = []
    by_lag: dict[int | None, list[_Slot]] = defaultdict(list)
    for slot in slots:
        by_lag[slot.lag()].append(slot)
    names = [f"{slot.name}__{what}" for slot in slots for what in _WHAT]
    for lag, alike in by_lag.items():
        columns: dict[str, nw.Expr] = {}
        masks = {slot.name: slot.mask() for slot in alike}
        for slot in slots:
            mask = masks.get(slot.name)
            for what, source in _WHAT.items():
                kind = nw.Float64 if source in {"low", "high"} else nw.Int64
                value = nw.lit(None).cast(kind)
                if mask is not None:
                    value = nw.when(mask).then(nw.col(source).cast(kind))
                columns[f"{slot.name}__{what}"] = value
        anyone = reduce(or_, masks.values())
        part = frame.filter(anyone)
        if "group_year" in group:
            part = part.with_columns(group_year=nw.col("year") + (lag or 0))
        parts.append(part.with_columns(**columns).select(*group, *names))
    merged = parts[0] if len(parts) == 1 else nw.concat(parts, how="vertical")
    ends = {"low": "min", "low_max": "max", "high_min": "min", "high": "max"}
    aggregated = [
        getattr(nw.col(f"{slot.name}__{what}"), ends.get(what, "min"))()
        for slot in slots
        for what in _WHAT
    ]
    return merged.group_by(*group).agg(*aggregated)


_WHAT = {
    "low": "low",
    "low_max": "low",
    "high_min": "high",
    "high": "high",
    "told": "told",
    "exact": "exact",
}
"""What a group keeps of a slot, and the column of the figures that it is taken from."""


Columns = Iterator[tuple[str, nw.Expr]]


def _seen(slot: _Slot) -> Columns:
    """What the group keeps of a slot: of its own report, else of another."""
    here = ~nw.col(f"{slot.name}__told").is_null()
    for what in _WHAT:
        own = nw.col(f"{slot.name}__{what}")
        if slot.term.from_any_report:
            own = nw.when(here).then(own).otherwise(nw.col(f"{slot.name}__any__{what}"))
        yield f"{slot.name}_{what}", own


def _known(slot: _Slot) -> Columns:
    """Whether a slot is printed, told, told in one way, exact; and its bounds in any case."""
    name = slot.name
    printed = ~nw.col(f"{name}_told").is_null()
    told = printed & (nw.col(f"{name}_told") == 1)
    same_low = nw.col(f"{name}_low") == nw.col(f"{name}_low_max")
    same_high = nw.col(f"{name}_high") == nw.col(f"{name}_high_min")
    yield f"{name}_is", printed.cast(nw.Int64)
    yield f"{name}_tells", told
    yield f"{name}_clear", ~printed | (same_low & same_high)
    yield f"{name}_sharp", ~printed | (nw.col(f"{name}_exact") == 1)
    low = nw.when(told).then(nw.col(f"{name}_low")).otherwise(nw.lit(_least(slot.rule, slot.term)))
    high = nw.when(told).then(nw.col(f"{name}_high")).otherwise(nw.lit(_BEYOND))
    yield f"{name}_from", low
    yield f"{name}_to", high


def _least(rule: Rule, term: Term) -> float:
    relation = term.fixes.get("relation")
    relations = {relation} if relation else rule.applies_to.get("relation", frozenset({"value"}))
    return 0.0 if relations <= NEVER_NEGATIVE else -_BEYOND


def _bounds(asked: _Asked, number: int) -> tuple[nw.Expr, nw.Expr]:
    slot = asked.slots[number]
    if slot is not None:
        return nw.col(f"{slot.name}_from"), nw.col(f"{slot.name}_to")
    return nw.lit(_least(asked.rule, asked.equation.terms[number])), nw.lit(_BEYOND)


def _size(bound: nw.Expr) -> nw.Expr:
    """How large a bound is, as far as it is one."""
    return nw.when(bound.abs() < _BEYOND / 2).then(bound.abs()).otherwise(nw.lit(0.0))


def _sides(asked: _Asked) -> Columns:
    """Both sides of an equation, and the size of the numbers in it."""
    equation = asked.equation
    first = len(asked.slots) - len(equation.parts)
    if isinstance(equation.whole, Fraction):
        stated = nw.lit(float(equation.whole)), nw.lit(float(equation.whole))
    else:
        stated = _bounds(asked, 0)
    bounds = [_bounds(asked, first + n) for n in range(len(equation.parts))]
    size = nw.lit(1.0)
    if equation.form is Form.SUM:
        for bound in (*stated, *(end for ends in bounds for end in ends)):
            size = size + _size(bound)
        low, high = _sum(equation, bounds)
        yield from zip(_side_names(asked), (*stated, low, high, size), strict=True)
    else:
        more = 100.0 if equation.form is Form.PERCENT_CHANGE else 0.0
        (part_low, part_high), (whole_low, whole_high) = bounds
        sides = (stated[0] + more) * whole_low, (stated[1] + more) * whole_high
        parts = part_low * 100, part_high * 100
        for side in (*sides, *parts):
            size = size + _size(side)
        yield from zip(_side_names(asked), (*sides, *parts, size), strict=True)


def _side_names(asked: _Asked) -> tuple[str, ...]:
    ends = ("stated_low", "stated_high", "computed_low", "computed_high", "size")
    return tuple(f"{asked.name}_{end}" for end in ends)


def _sum(equation: Equation, bounds: Sequence[tuple[nw.Expr, nw.Expr]]) -> tuple[nw.Expr, nw.Expr]:
    low, high = nw.lit(0.0), nw.lit(0.0)
    for term, (part_low, part_high) in zip(equation.parts, bounds, strict=True):
        factor = float(term.factor)
        ends = (part_low, part_high) if factor > 0 else (part_high, part_low)
        low, high = low + ends[0] * factor, high + ends[1] * factor
    if equation.plus is not None:
        low = low + (-_BEYOND if equation.plus.low is None else float(equation.plus.low))
        high = high + (_BEYOND if equation.plus.high is None else float(equation.plus.high))
    if equation.band is not None:
        least, most = (float(factor) for factor in equation.band)
        low, high = low * least, high * most
    return low, high


def _judged(asked: _Asked) -> Columns:
    """Whether there is something to ask, enough of it, all of it, and a certain answer."""
    equation, slots = asked.equation, asked.slots
    first = len(slots) - len(equation.parts)
    here = [slot for slot in slots[first:] if slot is not None]
    if not equation.needs_whole:
        here = [slot for slot in here if not slot.term.from_any_report]
    filled = nw.lit(0)
    for slot in here:
        filled = filled + nw.col(f"{slot.name}_is")
    whole = nw.lit(1)
    if first:
        whole = nw.lit(0) if slots[0] is None else nw.col(f"{slots[0].name}_is")
    if equation.parts:
        there = (filled >= 1) & (filled + whole >= _MIN_CELLS)
        there = there & (whole == 1) if equation.needs_whole else there
    else:
        there = whole == 1
    known = [slot for slot in slots if slot is not None]
    yield f"{asked.name}_there", there
    yield f"{asked.name}_enough", filled >= (equation.needs_parts if equation.parts else 0)
    yield (
        f"{asked.name}_complete",
        nw.lit(False)
        if None in slots
        else reduce(and_, (nw.col(f"{slot.name}_tells") for slot in known)),
    )
    clear = reduce(and_, (nw.col(f"{slot.name}_clear") for slot in known))
    certain = clear & _meets(asked, known)
    if equation.form is Form.PERCENT:
        certain = certain & ~_may_have_no_whole_number(slots[-2], slots[-1])
    yield f"{asked.name}_certain", certain


def _meets(asked: _Asked, known: Sequence[_Slot]) -> nw.Expr:
    """Whether the two sides surely meet, whatever rounding does to sums of doubles."""
    equation = asked.equation
    stated_low, stated_high, low, high, size = (nw.col(name) for name in _side_names(asked))
    rooms = {
        Compare.EQUAL: [high - stated_low, stated_high - low],
        Compare.AT_MOST: [high - stated_low],
        Compare.AT_LEAST: [stated_high - low],
    }[equation.compare]
    surely = [room > size * _RELATIVE for room in rooms]
    if equation.form is Form.SUM and equation.band is None:
        sharp = reduce(and_, (nw.col(f"{slot.name}_sharp") for slot in known))
        surely = [sure | (sharp & (room >= 0)) for sure, room in zip(surely, rooms, strict=True)]
    return reduce(and_, surely)


def _may_have_no_whole_number(part: _Slot | None, whole: _Slot | None) -> nw.Expr:
    """A ratio that leaves one count open may leave no whole number for it."""
    one, other = (
        nw.lit(False) if slot is None else nw.col(f"{slot.name}_tells") for slot in (part, whole)
    )
    return (one & ~other) | (other & ~one)


def _outcome(asked: _Asked) -> nw.Expr:
    """pass, unverifiable or look; null for a group in which there is nothing to ask."""
    there, enough, complete, certain = (
        nw.col(f"{asked.name}_{what}") for what in ("there", "enough", "complete", "certain")
    )
    said = nw.when(complete).then(nw.lit(Outcome.PASS.value))
    told = said.otherwise(nw.lit(Outcome.UNVERIFIABLE.value))
    sure = nw.when(there & certain & enough).then(told)
    return nw.when(there & ~certain).then(nw.lit(_LOOK)).otherwise(sure)
