"""Tables with one row per area and day and one column per measure.

A cell holds a value that a report states as such: words of distance (*hơn*, *gần*, *khoảng*),
targets, shares and changes are not values and stay in table ``figures``. Where several reports
state it, ``preferred`` decides. Flows and means are those of calendar years.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from htx_pipeline import contracts as c
from htx_pipeline.curation.common import (
    AREA,
    AREA_CODE,
    AS_OF,
    FINDING_IDS,
    OBS_STATUS,
    REPORT_IDS,
    YEAR,
    Built,
    Facts,
    Source,
    area_name,
    least_certain,
    row_key,
)
from htx_pipeline.figures.operands import Operand, preferred
from htx_pipeline.figures.periods import is_day, period_ends
from htx_pipeline.model import Label

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence


_STATED = {"exact", "estimated"}
_YEAR_DIGITS = 4
_STATED_BY_A_REPORT = Label(
    vi="Như một báo cáo nêu; trống nếu không báo cáo nào nêu.",
    en="As a report states it; null where none does.",
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One column of a wide table and the figures that may fill it.

    ``picks`` gives the allowed codes by dimension; ``sector`` is fixed by the row where the table
    has sectors.
    """

    column: c.Field
    picks: Mapping[str, frozenset[str]]

    def fits(self, figure: Operand, *, any_sector: bool) -> bool:
        """Whether ``figure`` may fill the column, in a row of its own sector or of all."""
        return all(
            figure.cell[name] in allowed
            for name, allowed in self.picks.items()
            if not (any_sector and name == "sector")
        )


def count(
    name: str, vi: str, en: str, indicator: str, *, unit: str, sector: str = "_T", status: str = ""
) -> Measure:
    """A count: ``status`` is by default all, or not applicable."""
    column = c.count(name, vi, en, _STATED_BY_A_REPORT, unit=unit)
    return Measure(column, _picks(indicator, sector, status, unit))


def amount(
    name: str,
    vi: str,
    en: str,
    indicator: str,
    *,
    unit: str,
    sector: str = "_T",
) -> Measure:
    """An amount of money."""
    column = c.number(name, vi, en, _STATED_BY_A_REPORT, unit=unit)
    return Measure(column, _picks(indicator, sector, "", unit))


def _picks(indicator: str, sector: str, status: str, unit: str) -> dict[str, frozenset[str]]:
    return {
        "indicator": frozenset({indicator}),
        "sector": frozenset({sector, "_Z"} if sector == "_T" else {sector}),
        "status": frozenset({status} if status else {"_T", "_Z"}),
        "unit": frozenset({unit}),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class WideTable:
    """The declaration of a wide table; ``contract`` and ``build`` follow from it."""

    name: str
    title: Label
    description: Label
    organization: str
    measures: Sequence[Measure]
    sectors: Sequence[str] = ()
    sector_column: c.Field | None = None
    contract: c.Contract = field(init=False)

    def __post_init__(self) -> None:
        sector = (self.sector_column,) if self.sector_column is not None else ()
        contract = c.Contract(
            name=self.name,
            title=self.title,
            description=self.description,
            key=("area_code", "as_of", *(("sector",) if sector else ())),
            fields=(
                AREA_CODE,
                AREA,
                YEAR,
                AS_OF,
                *sector,
                *(measure.column for measure in self.measures),
                OBS_STATUS,
                REPORT_IDS,
                FINDING_IDS,
            ),
        )
        object.__setattr__(self, "contract", contract)

    def build(self, facts: Facts) -> Built:
        """One row for each area and day (and sector) of which a report states a value."""
        cells: dict[tuple[str, dt.date, str], dict[str, list[Operand]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for figure in facts.figures:
            if not self._may_fill_a_cell(figure):
                continue
            sector = figure.cell["sector"] if self.sectors else ""
            key = figure.cell["area_code"], period_ends(figure.cell["period"]), sector
            for measure in self.measures:
                if measure.fits(figure, any_sector=bool(self.sectors)):
                    cells[key][str(measure.column.name)].append(figure)
        rows: list[dict[str, Any]] = []
        sources: list[Source] = []
        for (area_code, as_of, sector), by_column in cells.items():
            chosen = {name: preferred(found)[0] for name, found in by_column.items()}
            row: dict[str, Any] = {
                "area_code": area_code,
                "area": area_name(area_code),
                "year": as_of.year,
                "as_of": as_of,
                **({"sector": sector} if self.sectors else {}),
                **{str(measure.column.name): None for measure in self.measures},
                **{name: _value(figure) for name, figure in chosen.items()},
                "obs_status": least_certain(chosen.values()),
                "report_ids": sorted({figure.report_id for figure in chosen.values()}),
                "finding_ids": facts.finding_ids(chosen.values()),
            }
            rows.append(row)
            key_text = row_key(self.contract, row)
            sources += [Source(key_text, name, figure.figure_id) for name, figure in chosen.items()]
        return Built(rows, sources)

    def _may_fill_a_cell(self, figure: Operand) -> bool:
        period = figure.cell["period"]
        return (
            figure.cell["organization"] == self.organization
            and figure.cell["side"] == "observed"
            and figure.cell["relation"] == "value"
            and figure.qualifier in _STATED
            and (is_day(period) or len(period) == _YEAR_DIGITS)
            and (not self.sectors or figure.cell["sector"] in self.sectors)
        )


def _value(figure: Operand) -> int | float:
    if figure.value == figure.value.to_integral_value():
        return int(figure.value)
    return float(figure.value)
