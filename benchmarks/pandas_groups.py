"""The rules as pandas has them, for the peers that check pandas frames.

Each rule makes one row per group of figures, with its ``excess``: how far the group is outside what
the rule allows, at most 0 where it is kept. It is the peers that look for those that are above.
Sums are vectorised, by group; codes are read as categories, which makes grouping several times
faster.
"""  # noqa: INP001 (shared by scripts, not a package)

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet
from pyarrow import compute

PLACE = ["area_code", "report_id", "period"]
CELL = ["indicator", "relation", "sector", "status"]
_ENDS = ["value_low", "value_high"]
_EPSILON = 1e-6


def figures(path: Path) -> pd.DataFrame:
    """The columns that the rules need."""
    columns = [*PLACE, *CELL, "as_of", *_ENDS]
    table = pyarrow.parquet.read_table(path, columns=columns, read_dictionary=[*PLACE, *CELL])
    dates = table["as_of"]
    table = table.append_column("year", compute.year(dates))
    return table.append_column("month", compute.month(dates)).drop_columns("as_of").to_pandas()


def _imbalance(figures: pd.DataFrame, takes: pd.Series, total: str, by: str) -> pd.DataFrame:
    """The parts less the total, and less what all bounds are apart."""
    keys = [*PLACE, "indicator", by]
    values = figures.loc[takes, [*keys, total, *_ENDS]]
    sign = 1 - 2 * (values[total] == "_T")
    signed = values.assign(
        residual=sign * (values["value_low"] + values["value_high"]),
        width=values["value_high"] - values["value_low"],
    )
    groups = signed.groupby(keys, observed=True, sort=False)
    sums = groups[["residual", "width"]].sum()
    return (sums["residual"].abs() - sums["width"] - _EPSILON).reset_index(name="excess")


def _by_sector(figures: pd.DataFrame) -> pd.DataFrame:
    is_stock = (figures["relation"] == "value") & (figures["status"] != "_Z")
    return _imbalance(figures, is_stock, "sector", "status")


def _by_status(figures: pd.DataFrame) -> pd.DataFrame:
    is_count = figures["indicator"].isin(["cooperatives", "members", "employees"])
    return _imbalance(figures, is_count, "status", "sector")


def _copies(figures: pd.DataFrame) -> pd.DataFrame:
    copies = figures.duplicated([*PLACE, *CELL]).astype("int8")
    return figures[["area_code", "period"]].assign(excess=copies)


def _shares(figures: pd.DataFrame) -> pd.DataFrame:
    capital = figures.loc[figures["indicator"] == "charter_capital"]
    capital = capital[[*PLACE, "relation", "sector", *_ENDS]]
    values = capital[capital["relation"] == "value"].drop(columns="relation")
    totals = values[values["sector"] == "_T"].drop(columns="sector")
    one = (
        capital[capital["relation"] == "share"]
        .merge(values, on=[*PLACE, "sector"], suffixes=("_of_share", ""))
        .merge(totals, on=PLACE, suffixes=("", "_of_total"))
    )
    too_large = 100 * one["value_low"] - one["value_high_of_share"] * one["value_high_of_total"]
    too_small = one["value_low_of_share"] * one["value_low_of_total"] - 100 * one["value_high"]
    larger = too_large.where(too_large > too_small, too_small)
    return one[["area_code", "period"]].assign(excess=larger - _EPSILON)


def _sums_of_shares(figures: pd.DataFrame) -> pd.DataFrame:
    shares = figures[figures["relation"] == "share"]
    middles = shares.assign(middle=(shares["value_low"] + shares["value_high"]) / 2)
    sums = middles.groupby(PLACE, observed=True, sort=False)["middle"].sum()
    return ((sums - 100).abs() - 0.35).reset_index(name="excess")


def _members(figures: pd.DataFrame) -> pd.DataFrame:
    keys = [*PLACE, "sector", "status"]
    is_either = figures["indicator"].isin(["cooperatives", "members"])
    both = figures.loc[is_either, [*keys, "indicator", *_ENDS]]
    least = (7 + 23 * (both["sector"] == "credit")) * both["value_low"]
    lacking = least.where(both["indicator"] == "cooperatives", -both["value_high"])
    groups = both.assign(excess=lacking).groupby(keys, observed=True, sort=False)["excess"]
    return groups.sum(min_count=2).reset_index()


def _flows(figures: pd.DataFrame) -> pd.DataFrame:
    stated = ["cooperatives", "cooperatives_new", "cooperatives_dissolved"]
    ends = figures[
        figures["month"].isin([6, 12])
        & figures["indicator"].isin(stated)
        & figures["status"].isin(["_T", "_Z"])
    ]
    ends = ends.assign(half=ends["year"] * 2 + ends["month"] // 12)
    keys = ["area_code", "sector", "half"]
    stocks = ends.loc[ends["indicator"] == "cooperatives", [*keys, "value_low"]]
    flows = ends[ends["status"] == "_Z"]
    sign = 1 - 2 * (flows["indicator"] == "cooperatives_dissolved")
    signed = flows.assign(net=sign * flows["value_low"])
    net = signed.groupby([*keys, "period"], observed=True, sort=False)["net"].sum().reset_index()
    opening = stocks.assign(half=stocks["half"] + 1)
    one = net.merge(stocks, on=keys).merge(opening, on=keys, suffixes=("", "_before"))
    return one.assign(excess=(one["value_low_before"] + one["net"] - one["value_low"]).abs())


def _jumps(figures: pd.DataFrame) -> pd.DataFrame:
    values = figures[
        figures["month"].isin([6, 12])
        & (figures["relation"] == "value")
        & (figures["status"] != "_Z")
    ]
    keys = ["area_code", "indicator", "sector", "status", "year"]
    closing = values.loc[values["month"] == 12, [*keys, *_ENDS]]  # noqa: PLR2004 (December)
    before = pd.concat([closing.assign(year=closing["year"] + later) for later in (1, 2)])
    one = values[[*keys, "period", *_ENDS]].merge(before, on=keys, suffixes=("", "_before"))
    fallen = one["value_low_before"] / 2 - one["value_high"]
    risen = one["value_low"] - one["value_high_before"] * 2
    return one[["area_code", "period"]].assign(excess=fallen.where(fallen > risen, risen))


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
