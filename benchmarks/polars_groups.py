"""The rules as Polars has them, for the peers that check Polars frames.

Each rule makes one row per group of figures, with its ``excess``: how far the group is outside what
the rule allows, at most 0 where it is kept. It is the peers that look for those that are above.
Queries are lazy, for the streaming engine; codes are read as categories, which makes grouping three
times faster.
"""  # noqa: INP001 (shared by scripts, not a package)

from __future__ import annotations

from pathlib import Path

import polars as pl

PLACE = ["area_code", "report_id", "period"]
CELL = ["indicator", "relation", "sector", "status"]
_EPSILON = 1e-6
_LOW, _HIGH = pl.col("value_low"), pl.col("value_high")
_INDICATOR, _RELATION = pl.col("indicator"), pl.col("relation")
_SECTOR, _STATUS = pl.col("sector"), pl.col("status")
_MONTH, _YEAR = pl.col("as_of").dt.month(), pl.col("as_of").dt.year()
_IS_HALF = _MONTH.is_in([6, 12])


def figures(path: Path) -> pl.LazyFrame:
    """The columns that the rules need, in memory."""
    codes = pl.col([*PLACE, *CELL]).cast(pl.Categorical)
    columns = pl.scan_parquet(path).select(codes, "as_of", "value_low", "value_high")
    return columns.collect(engine="streaming").lazy()


def _imbalance(values: pl.LazyFrame, total: pl.Expr, by: str) -> pl.LazyFrame:
    """The parts less the total, and less what all bounds are apart."""
    sign = pl.when(total == "_T").then(-1.0).otherwise(1.0)
    residual = (sign * (_LOW + _HIGH)).sum().abs()
    groups = values.group_by(*PLACE, "indicator", by)
    return groups.agg(excess=residual - (_HIGH - _LOW).sum() - _EPSILON)


def _by_sector(figures: pl.LazyFrame) -> pl.LazyFrame:
    values = figures.filter((_RELATION == "value") & (_STATUS != "_Z"))
    return _imbalance(values, _SECTOR, "status")


def _by_status(figures: pl.LazyFrame) -> pl.LazyFrame:
    counts = figures.filter(_INDICATOR.is_in(["cooperatives", "members", "employees"]))
    return _imbalance(counts, _STATUS, "sector")


def _copies(figures: pl.LazyFrame) -> pl.LazyFrame:
    return figures.group_by(*PLACE, *CELL).agg(excess=pl.len().cast(pl.Int64) - 1)


def _shares(figures: pl.LazyFrame) -> pl.LazyFrame:
    capital = figures.filter(_INDICATOR == "charter_capital")
    values = capital.filter(_RELATION == "value").select(*PLACE, "sector", low=_LOW, high=_HIGH)
    totals = values.filter(_SECTOR == "_T").drop("sector")
    too_large = 100 * pl.col("low") - _HIGH * pl.col("high_of_total")
    too_small = _LOW * pl.col("low_of_total") - 100 * pl.col("high")
    return (
        capital.filter(_RELATION == "share")
        .join(values, on=[*PLACE, "sector"])
        .join(totals, on=PLACE, suffix="_of_total")
        .select(*PLACE, excess=pl.max_horizontal(too_large, too_small) - _EPSILON)
    )


def _sums_of_shares(figures: pl.LazyFrame) -> pl.LazyFrame:
    shares = figures.filter(_RELATION == "share")
    percent = ((_LOW + _HIGH) / 2).sum()
    return shares.group_by(PLACE).agg(excess=(percent - 100).abs() - 0.35)


def _members(figures: pl.LazyFrame) -> pl.LazyFrame:
    both = figures.filter(_INDICATOR.is_in(["cooperatives", "members"]))
    least = pl.when(_SECTOR == "credit").then(30).otherwise(7) * _LOW
    lacking = pl.when(_INDICATOR == "cooperatives").then(least).otherwise(-_HIGH).sum()
    groups = both.group_by(*PLACE, "sector", "status")
    return groups.agg(excess=pl.when(pl.len() > 1).then(lacking).otherwise(0.0))


def _flows(figures: pl.LazyFrame) -> pl.LazyFrame:
    stated = ["cooperatives", "cooperatives_new", "cooperatives_dissolved"]
    ends = figures.filter(_IS_HALF & _STATUS.is_in(["_T", "_Z"]) & _INDICATOR.is_in(stated))
    ends = ends.with_columns(half=_YEAR * 2 + _MONTH // 12)
    keys = ["area_code", "sector", "half"]
    stocks = ends.filter(_INDICATOR == "cooperatives").select(*keys, stock=_LOW)
    sign = pl.when(_INDICATOR == "cooperatives_dissolved").then(-1.0).otherwise(1.0)
    net = ends.filter(_STATUS == "_Z").group_by(*keys, "period").agg(net=(sign * _LOW).sum())
    opening = stocks.select("area_code", "sector", pl.col("half") + 1, opening="stock")
    excess = (pl.col("opening") + pl.col("net") - pl.col("stock")).abs()
    return net.join(stocks, on=keys).join(opening, on=keys).with_columns(excess=excess)


def _jumps(figures: pl.LazyFrame) -> pl.LazyFrame:
    values = figures.filter(_IS_HALF & (_RELATION == "value") & (_STATUS != "_Z"))
    keys = ["area_code", "indicator", "sector", "status", "year"]
    one = values.with_columns(year=_YEAR)
    closing = one.filter(_MONTH == 12).select(*keys, low=_LOW, high=_HIGH)  # noqa: PLR2004
    before = pl.concat([closing.with_columns(pl.col("year") + later) for later in (1, 2)])
    fallen, risen = pl.col("low") / 2 - _HIGH, _LOW - pl.col("high") * 2
    pairs = one.join(before, on=keys)
    return pairs.select("area_code", "period", excess=pl.max_horizontal(fallen, risen))


RULES = {
    "sectors sum to total": _by_sector,
    "statuses sum to total": _by_status,
    "a cell is printed once": _copies,
    "shares are of the total": _shares,
    "shares sum to 100": _sums_of_shares,
    "enough members": _members,
    "flows give closing": _flows,
    "values do not jump": _jumps,
}
