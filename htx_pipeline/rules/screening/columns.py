"""Figures as the columns that passes ask of: their kinds, base units, sides, bounds; who is who."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce
from operator import and_, or_
from typing import Any

import narwhals as nw
import pyarrow

from htx_pipeline import codelists
from htx_pipeline.rules.screening.kinds import (
    CODES,
    FORMS,
    NAMED,
    ODD,
    ROLE,
    SOFT,
    Conditions,
    Kinds,
)
from htx_pipeline.rules.screening.plan import Slot

Frame = nw.LazyFrame[Any]
FEW = 1000
"""So many comparisons are planned in no time."""
_MAY_BE_MISSING = ("entity", "base_period", "share_of", "printed_base")


def readable(figures: Any) -> Frame:
    """The figures as a lazy frame. Arrow makes doubles of whole numbers only where it need not
    round, unless it is told to."""
    if isinstance(figures, pyarrow.Table):
        for name in ("value_low", "value_high"):
            place = figures.schema.get_field_index(name)
            if pyarrow.types.is_integer(figures.schema.types[place]):
                rounded = figures[name].cast(pyarrow.float64(), safe=False)
                figures = figures.set_column(place, name, rounded)
    frame: Frame = nw.from_native(figures).lazy()
    return frame


def kinds(figures: Frame, forms: Sequence[str]) -> Kinds:
    """The kinds of figures that there are, with the periods they are of and how many of each."""
    closed = nw.col("low_inclusive") & nw.col("high_inclusive")
    by = (*(name for name in CODES if name != "side"), ROLE, "period", "base_period")
    counted = (
        figures.with_columns(
            named=_flag(~nw.col("entity").is_null() & (nw.col("entity") != "")),
            soft=_flag(nw.col("value_low") != nw.col("value_high")),
            odd=_flag(~(_known() & closed)),
            share_of=nw.col("share_of").fill_null(""),
            base_period=nw.col("base_period").fill_null(""),
            printed_base=nw.col("printed_base").fill_null(""),
        )
        .group_by(*by, "printed_base", NAMED, SOFT, ODD)
        .agg(count=nw.len())
        .collect()
    )
    return Kinds.of(counted.iter_rows(named=True), forms)


def _flag(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(nw.lit("yes")).otherwise(nw.lit(""))


def _known() -> nw.Expr:
    low, high = nw.col("value_low"), nw.col("value_high")
    return ~(low.is_null() | low.is_nan() | high.is_null() | high.is_nan())


def prepared(figures: Frame, kinds: Kinds) -> Frame:
    """The figures with what terms are matched by: base units, sides, bounds that are numbers.

    What no figure has is not looked for.
    """
    low, high = (nw.col(name).cast(nw.Float64) for name in ("value_low", "value_high"))
    odd: nw.Expr = nw.lit(0)
    if kinds.having(ODD, ["yes"]):
        known = _known()
        closed = nw.col("low_inclusive") & nw.col("high_inclusive")
        odd = nw.when(known & closed).then(nw.lit(0)).otherwise(nw.lit(1))
        low, high = (nw.when(known).then(end).otherwise(nw.lit(0.0)) for end in (low, high))
    unit: nw.Expr = nw.col("unit")
    for code, row in codelists.rows("unit").items():
        if row["scale"] != "1" and kinds.having("scale", [row["scale"]]):
            is_it, scale = nw.col("unit") == code, float(Fraction(row["scale"]))
            unit = nw.when(is_it).then(nw.lit(row["base"])).otherwise(unit)
            low, high = (nw.when(is_it).then(end * scale).otherwise(end) for end in (low, high))
    side: nw.Expr = nw.col("role")
    observed = ["actual", "estimate"]
    if kinds.having(ROLE, observed):
        side = nw.when(one_of(side, observed)).then(nw.lit("observed")).otherwise(side)
    return figures.select(
        *("report_id", "area_code", "period", "role"),
        *(name for name in CODES if name not in {"unit", "side", "share_of"}),
        *(nw.col(name).fill_null("") for name in _MAY_BE_MISSING),
        side=side,
        unit=unit,
        low=low,
        high=high,
        odd=odd,
    )


def filtered(frame: Frame, conditions: Conditions, kinds: Kinds) -> Frame:
    """The figures that keep the conditions."""
    return frame.filter(all_of(conditions, kinds)) if conditions else frame


def all_of(conditions: Conditions, kinds: Kinds) -> nw.Expr:
    """Whether a figure keeps the conditions."""
    if not conditions:
        return nw.col("odd") >= 0  # every figure; a literal has no length to filter by
    return reduce(and_, (_in(name, codes, kinds) for name, codes in conditions))


def _in(name: str, codes: Iterable[str], kinds: Kinds) -> nw.Expr:
    if name == NAMED:
        return (nw.col("entity") != "") if set(codes) == {"yes"} else (nw.col("entity") == "")
    if name in FORMS:
        return reduce(or_, (_has_form(name, form, kinds) for form in sorted(codes)))
    return one_of(nw.col(name), sorted(codes))


def _has_form(name: str, form: str, kinds: Kinds) -> nw.Expr:
    """Whether a period has a form: by its end, if only periods of the form end so."""
    column, those = nw.col(FORMS[name]), kinds.periods(name, [form])
    tail = form.removeprefix("{year}")
    if tail and tail != form and those == {p for p in kinds.periods(name) if p.endswith(tail)}:
        return column.str.ends_with(tail)
    return one_of(column, sorted(those))


def one_of(column: nw.Expr, values: Sequence[Any]) -> nw.Expr:
    """Whether a cell is one of some values; few are compared one by one, which DuckDB makes a
    look-up of, while it takes Narwhals' ``is_in`` as a list to be searched for each row."""
    if len(values) > FEW:
        return column.is_in(values)
    return any_of(column == value for value in values)


def any_of(conditions: Iterable[nw.Expr]) -> nw.Expr:
    """Whether one of the conditions holds, of which there may be hundreds.

    They are joined as a balanced tree: an expression is compiled by recursion.
    """
    level = list(conditions)
    while len(level) > 1:
        rest = level[len(level) // 2 * 2 :]
        level = [a | b for a, b in zip(level[::2], level[1::2], strict=False)] + rest
    return level[0]


def is_slot(slot: Slot, kinds: Kinds) -> nw.Expr:
    """Whether a figure of the pass can be the slot."""
    found = [all_of(slot.when, kinds)]
    if slot.base_lag is not None:
        year = nw.col("period").str.slice(0, 4).cast(nw.Int64) - slot.base_lag
        found.append(nw.col("base_period").str.slice(0, 4) == year.cast(nw.String))
    in_force = kinds.in_force(slot.rule)
    if in_force is not None:
        found.append(one_of(nw.col("period"), sorted(in_force)))
    return reduce(and_, found)
