"""Figures as what they mean: exact intervals on a cell, out of rows of figures.

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

from htx_pipeline import codelists
from htx_pipeline.figures.meaning import truncated_interval_of
from htx_pipeline.model import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

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

COLUMNS = (
    *("figure_id", "report_id", "report_kind", "issued_on", "line", "start", "place", "printed"),
    *("printed_unit", "organization", "entity", "indicator", "sector", "status", "area_code"),
    *("period", "base_period", "printed_base", "share_of", "role", "relation", "qualifier", "unit"),
    *("value", "decimals", "value_low", "value_high", "low_inclusive", "high_inclusive"),
    "obs_status",
)
"""What operands are read from, of the columns of figures."""


@dataclass(frozen=True, slots=True)
class Operand:
    """One figure, ready to take part in a rule or a table.

    ``interval`` is ``None`` where the print bounds nothing (*khoảng*). ``upper`` is the figure of
    the upper end, where the two ends of a range have been joined. ``scale`` is what one printed
    unit, ``printed_in``, is in the unit of ``interval``, ``value`` and ``cell``.
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
    scale: Fraction = Fraction(1)
    printed_in: str = ""
    printed_base: str = ""
    """For a change: the year that is printed after it as what it is compared with."""
    implied_by: tuple[Operand, ...] = ()
    """The printed figures that it follows from, where it is not printed itself."""

    @property
    def figure_ids(self) -> tuple[str, ...]:
        """The figures that it stands for: one, the two ends of a range, or what it follows from."""
        if self.implied_by:
            return tuple(i for source in self.implied_by for i in source.figure_ids)
        return (self.figure_id, *(self.upper.figure_ids if self.upper else ()))

    @property
    def file(self) -> str:
        """The raw file of its report that holds it."""
        return "figures.csv"

    @property
    def sources(self) -> tuple[Operand, ...]:
        """Itself, or the printed figures that it follows from."""
        return self.implied_by or (self,)

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
        printed = truncated_interval_of(self.value_as_printed, decimals=self.decimals)
        return printed.scaled(self.scale)

    @property
    def unit(self) -> str:
        """The printed unit's code, of which ``cell`` holds the base unit where they differ."""
        return self.printed_in or self.cell["unit"]

    @property
    def value_as_printed(self) -> Decimal:
        """The number in its printed unit."""
        if self.scale == 1:
            return self.value
        exact = Fraction(self.value) / self.scale
        number = Decimal(exact.numerator) / Decimal(exact.denominator)
        return number.quantize(Decimal(1).scaleb(-self.decimals))

    def in_base_unit(self) -> Operand:
        """The same figure in the unit that all of its family are compared in.

        ``10 tỷ`` becomes 10000 million; what is printed stays beside it.
        """
        unit = codelists.rows("unit")[self.cell["unit"]]
        scale = Fraction(unit["scale"])
        if scale == 1:
            return self
        return replace(
            self,
            value=_decimal(Fraction(self.value) * scale),
            interval=None if self.interval is None else self.interval.scaled(scale),
            cell=MappingProxyType({**self.cell, "unit": unit["base"]}),
            upper=None if self.upper is None else self.upper.in_base_unit(),
            scale=scale,
            printed_in=self.cell["unit"],
        )


def operands(figures: pd.DataFrame | Iterable[Mapping[str, Any]]) -> list[Operand]:
    """Every row of figures that keep the contract ``READINGS``, in their order."""
    rows: Iterable[Any] = figures.to_dict("records") if hasattr(figures, "to_dict") else figures
    return [_operand(row) for row in rows]


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
    low = _exact(row["value_low"])
    high = low if row["value_low"] == row["value_high"] else _exact(row["value_high"])
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
        issued_on=_day(row["issued_on"]),
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
        printed_base=_text(row.get("printed_base")),
    )


def _day(cell: Any) -> dt.date:
    return cell.date() if isinstance(cell, dt.datetime) else cell


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _missing(cell: Any) -> bool:
    return cell is None or cell != cell or str(cell) == "<NA>"  # noqa: PLR0124 (NaN is not itself)


def _text(cell: Any) -> str:
    return "" if _missing(cell) else str(cell)


def _exact(cell: Any) -> Fraction | None:
    return None if _missing(cell) else Fraction(Decimal(repr(float(cell))))
