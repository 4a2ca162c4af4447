"""Small tables, of which all that could have been printed can be tried.

Two sectors, active and stopped, their totals, and shares of sectors and of the status.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from htx_pipeline.figures.operands import operands
from htx_pipeline.model import Interval
from htx_pipeline.rules.simplex import Constraint
from htx_pipeline_tests.building import printed, read

if TYPE_CHECKING:
    from collections.abc import Mapping

Description = dict[str, Any]
Cell = tuple[str, str]

SECTORS = ("agriculture", "non_agriculture")
STATUSES = ("active", "stopped")
BASE: tuple[Cell, ...] = tuple(product(SECTORS, STATUSES))
"""Of these four numbers all others follow."""

ALL_CELLS: tuple[Cell, ...] = tuple(product((*SECTORS, "_T"), (*STATUSES, "_T")))


def under(cell: Cell) -> list[Cell]:
    """The base cells that add up to a cell."""
    sector, status = cell
    return [
        (one, other) for one, other in BASE if sector in {one, "_T"} and status in {other, "_T"}
    ]


@dataclass(frozen=True)
class Said:
    """What a figure says of the base cells: their sum, or the percentage of two sums."""

    parts: tuple[Cell, ...]
    of: tuple[Cell, ...]
    within: Interval

    def holds(self, values: Mapping[Cell, int]) -> bool:
        """Whether it is true of a table."""
        part = sum(values[cell] for cell in self.parts)
        if not self.of:
            return part in self.within
        whole = sum(values[cell] for cell in self.of)
        low, high = self.within.low or 0, self.within.high or 0
        return low * whole <= 100 * part <= high * whole

    def constraints(self) -> list[Constraint]:
        """As linear constraints of the base cells."""
        if not self.of:
            return [
                Constraint({cell: Fraction(1) for cell in self.parts}, self.within, frozenset())
            ]
        low, high = self.within.low or Fraction(0), self.within.high or Fraction(0)
        return [
            Constraint(self._ratio(low), Interval(Fraction(0), None), frozenset()),
            Constraint(self._ratio(high), Interval(None, Fraction(0)), frozenset()),
        ]

    def _ratio(self, percent: Fraction) -> dict[Any, Fraction]:
        factors = dict.fromkeys(self.of, -percent)
        for cell in self.parts:
            factors[cell] = factors.get(cell, Fraction(0)) + 100
        return factors


@dataclass(frozen=True)
class Told:
    """A print of a table: a number, or a share of a sector's or of a status' whole."""

    cell: Cell
    numeral: str
    share_of: str = ""
    indicator: str = "cooperatives"

    def description(self) -> Description:
        """As the builder takes it."""
        sector, status = self.cell
        codes: Description = {"sector": sector, "status": status}
        if self.share_of:
            codes |= {"relation": "share", "share_of": self.share_of}
        return printed(self.numeral, self.indicator, **codes)

    def said(self) -> Said:
        """What it says of the base cells."""
        (figure,) = operands(read(self.description()))
        assert figure.interval is not None
        sector, status = self.cell
        wholes = {"sector": ("_T", status), "status": (sector, "_T")}
        of = under(wholes[self.share_of]) if self.share_of else []
        return Said(tuple(under(self.cell)), tuple(of), figure.interval)


Table = list[Told]

GREATEST = 24
"""More than any number of a true table."""


def number(value: int | Fraction, decimals: int = 0) -> str:
    """In the notation of the reports."""
    text = f"{float(value):,.{decimals}f}"
    return text.translate(str.maketrans({",": ".", ".": ","}))


def percent(part: int, whole: int) -> str:
    """A share with one decimal."""
    tenths = round(Fraction(1000 * part, whole))
    return f"{tenths // 10},{tenths % 10}"


@st.composite
def true_values(draw: st.DrawFn) -> Mapping[Cell, int]:
    """Every count of a table."""
    base = {cell: draw(st.integers(0, 6)) for cell in BASE}
    return {cell: sum(base[one] for one in under(cell)) for cell in ALL_CELLS}


def printed_in_full(values: Mapping[Cell, int]) -> Table:
    """All counts of a table, and all shares that its wholes allow."""
    shares = [
        Told((sector, "_T"), percent(values[sector, "_T"], values["_T", "_T"]), "sector")
        for sector in SECTORS
        if values["_T", "_T"]
    ]
    shares += [
        Told((sector, status), percent(values[sector, status], values[sector, "_T"]), "status")
        for sector, status in product((*SECTORS, "_T"), STATUSES)
        if values[sector, "_T"]
    ]
    return [*(Told(cell, str(values[cell])) for cell in ALL_CELLS), *shares]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """All nine counts of a table, and some shares of sectors and of the status; all true."""
    table = printed_in_full(draw(true_values()))
    return [told for told in table if not told.share_of or draw(st.booleans())]
