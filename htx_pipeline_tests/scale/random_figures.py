"""Figures of every kind that tables are made from, at random: few areas, reports and periods, so
that much of it is said again, contradicted or left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
from hypothesis import strategies as st

from htx_pipeline.figures import READINGS
from htx_pipeline_tests.building import LATER, NEWS, PLAN, REPORT, figures, printed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    import pyarrow

AREAS = ("VN-01", "VN-01/huyện Đồi Chè", "VN-01/xã Suối Tre")


def as_arrow(frame: pd.DataFrame) -> pyarrow.Table:
    return READINGS.to_arrow(frame)


def in_duckdb(frame: pd.DataFrame) -> duckdb.DuckDBPyRelation:
    return duckdb.connect().from_arrow(as_arrow(frame))


ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "polars": lambda frame: pl.from_arrow(as_arrow(frame)),
    "pyarrow": as_arrow,
    "duckdb": in_duckdb,
}

_STOCKS = ["2020-12-31", "2021-12-31", "2021-06-30", "2021"]
_FLOWS = ["2020", "2021", "2021-S1", "2021/2025"]
_KINDS: list[dict[str, Any]] = [
    {"indicator": ["cooperatives", "members"], "period": _STOCKS, "status": ["_T", "active"]},
    {"indicator": ["cooperatives"], "period": _STOCKS, "sector": ["_T", "trade", "agriculture"]},
    {"indicator": ["groups"], "sector": ["_T", "agriculture"], "period": _STOCKS},
    {"indicator": ["unions", "member_cooperatives"], "period": _STOCKS, "organization": ["union"]},
    {"indicator": ["cooperatives_new", "cooperatives_dissolved"], "period": _FLOWS},
    {"indicator": ["members"], "entity": ["htx-suoi-tre", "htx-doi-che"]},
    {"indicator": ["charter_capital"], "unit": ["million_vnd", "billion_vnd"], "period": _STOCKS},
    {"indicator": ["revenue_mean", "income_mean"], "period": _FLOWS},
    {"indicator": ["cooperatives"], "relation": ["share"], "status": ["active"]},
    {"indicator": ["cooperatives"], "relation": ["attainment"], "period": ["2021-12-31"]},
    {"indicator": ["cooperatives"], "relation": ["change"], "period": ["2021-12-31"]},
    {"indicator": ["cooperatives", "trainees"], "role": ["target"], "period": ["2021", "2022"]},
    {"indicator": ["trainees", "training_classes", "budget_need"], "period": _FLOWS},
    {"indicator": ["population", "poverty_rate"], "role": ["actual", "target"]},
    {"indicator": ["poor_households"], "relation": ["value", "share"]},
]
_AMOUNTS = {"charter_capital", "revenue_mean", "income_mean", "budget_need", "poverty_rate"}
_QUALIFIERS = ["exact"] * 4 + ["estimated", "more_than", "approx"]


@st.composite
def descriptions(draw: st.DrawFn, areas: Sequence[str] = AREAS) -> list[dict[str, Any]]:
    """One figure, or the two ends of a range."""
    kind = draw(st.sampled_from(_KINDS))
    codes = {name: draw(st.sampled_from(those)) for name, those in kind.items()}
    indicator = codes.pop("indicator")
    codes["report"] = draw(st.sampled_from([REPORT, LATER, PLAN, NEWS]))
    codes["area_code"] = draw(st.sampled_from(areas))
    decimals = indicator in _AMOUNTS
    numerals = st.sampled_from(["0", "3", "10", "40", "100", *(["2,5", "10,0"] * decimals)])
    if draw(st.integers(0, 9)) == 0:
        ends = [draw(numerals), draw(numerals)]
        ends.sort(key=lambda one: float(one.replace(",", ".")))
        return [
            printed(end, indicator, **codes, qualifier=qualifier, note="một khoảng")
            for end, qualifier in zip(ends, ("range_low", "range_high"), strict=True)
        ]
    qualifier = draw(st.sampled_from(_QUALIFIERS))
    if codes.get("role") == "target" and qualifier == "estimated":
        qualifier = "at_least"
    if qualifier != "estimated" and draw(st.integers(0, 4)) == 0:
        codes.setdefault("role", "estimate")
    return [printed(draw(numerals), indicator, **codes, qualifier=qualifier)]


@st.composite
def tables(draw: st.DrawFn, most: int = 20, areas: Sequence[str] = AREAS) -> pd.DataFrame:
    """Some figures."""
    found = draw(st.lists(descriptions(areas), max_size=most))
    return figures(*(one for some in found for one in some))
