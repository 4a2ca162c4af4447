"""Figures as what they mean: exact intervals on a cell, out of the rows of a figures frame.

A *cell* is what a figure measures: all its dimensions together. Rules and tables look figures up by
cell; when several figures stand for the same cell, ``preferred`` says which one to take.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from htx_pipeline import codelists
from htx_pipeline.figures.meaning import truncated_interval_of
from htx_pipeline.model import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DIMENSIONS = (
    "organization",
    "entity",
    "indicator",
    "sector",
    "status",
    "area_code",
    "period",
    "base_period",
    "share_of",
    "relation",
    "unit",
    "side",
)
"""What tells one cell from another. ``side`` is ``observed`` for actuals and estimates, else the
role; an empty dimension is ``""``."""


@dataclass(frozen=True, slots=True)
class Operand:
    """One figure, ready to take part in a rule or a table.

    ``interval`` is ``None`` where the print bounds nothing (*khoảng*). ``upper`` is the figure of
    the upper end, where the two ends of a range have been joined.
    """

    figure_id: str
    report_id: str
    report_kind: str
    issued_on: dt.date
    line: int
    start: int
    place: str
    printed: str
    printed_unit: str
    role: str
    qualifier: str
    obs_status: str
    decimals: int
    value: Decimal
    interval: Interval | None
    cell: Mapping[str, str]
    upper: Operand | None = None

    @property
    def figure_ids(self) -> tuple[str, ...]:
        """The figures that it stands for: one, or the two ends of a range."""
        return (self.figure_id, *(self.upper.figure_ids if self.upper else ()))

    @property
    def is_bounded(self) -> bool:
        """Whether the print tells the value, and not only a bound of it."""
        known = self.interval
        return known is not None and known.low is not None and known.high is not None

    @property
    def is_rounded(self) -> bool:
        """Whether the print may be rounded; counts and words of distance are not."""
        return self.qualifier in {"exact", "estimated"} and (
            codelists.rows("unit")[self.cell["unit"]]["family"] != "count"
        )

    @property
    def if_truncated(self) -> Interval | None:
        """The interval if the print was cut off instead of rounded."""
        if not self.is_rounded:
            return self.interval
        return truncated_interval_of(self.value, decimals=self.decimals)


def operands(figures: pd.DataFrame) -> list[Operand]:
    """Every row of a figures frame, in its order."""
    return [_operand(row) for row in figures.to_dict("records")]


def join_ranges(figures: Iterable[Operand]) -> list[Operand]:
    """``figures``, in the order of the text, with the two ends of each range as one operand."""
    joined: list[Operand] = []
    for figure in sorted(figures, key=lambda operand: (operand.report_id, operand.start)):
        if figure.qualifier == "range_high" and joined and joined[-1].qualifier == "range_low":
            low = joined[-1]
            ends = Fraction(low.value), Fraction(figure.value)
            joined[-1] = replace(low, interval=Interval(min(ends), max(ends)), upper=figure)
        else:
            joined.append(figure)
    return joined


def preferred(candidates: Iterable[Operand]) -> list[Operand]:
    """Figures of one cell, the one to take first.

    A print that tells the value before one that only bounds it; actual before estimate; a report of
    the administration before a news page, which quotes it; the later report before the earlier; the
    finer print before the coarser; then the order of the text.
    """
    return sorted(
        candidates,
        key=lambda o: (
            not o.is_bounded,
            o.role != "actual",
            o.report_kind == "news",
            -o.issued_on.toordinal(),
            -o.decimals,
            o.report_id,
            o.start,
        ),
    )


def _operand(row: Mapping[Any, Any]) -> Operand:
    low, high = _exact(row["value_low"]), _exact(row["value_high"])
    interval = None
    if low is not None or high is not None:
        interval = Interval(
            low,
            high,
            low is None or bool(row["low_inclusive"]),
            high is None or bool(row["high_inclusive"]),
        )
    side = "observed" if row["role"] in {"actual", "estimate"} else row["role"]
    cell = {name: _text(row[name]) for name in DIMENSIONS if name != "side"} | {"side": side}
    return Operand(
        figure_id=row["figure_id"],
        report_id=row["report_id"],
        report_kind=row["report_kind"],
        issued_on=pd.Timestamp(row["issued_on"]).date(),
        line=int(row["line"]),
        start=int(row["start"]),
        place=row["place"],
        printed=row["printed"],
        printed_unit=_text(row["printed_unit"]),
        role=row["role"],
        qualifier=row["qualifier"],
        obs_status=row["obs_status"],
        decimals=int(row["decimals"]),
        value=Decimal(repr(float(row["value"]))).quantize(Decimal(1).scaleb(-int(row["decimals"]))),
        interval=interval,
        cell=MappingProxyType(cell),
    )


def _missing(cell: Any) -> bool:
    return cell is None or cell != cell or str(cell) == "<NA>"  # noqa: PLR0124 (NaN is not itself)


def _text(cell: Any) -> str:
    return "" if _missing(cell) else str(cell)


def _exact(cell: Any) -> Fraction | None:
    return None if _missing(cell) else Fraction(Decimal(repr(float(cell))))
