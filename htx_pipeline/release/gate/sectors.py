"""Totals of cooperatives beside the sums of their sectors, as the published files have them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from htx_pipeline.contracts import Contract
    from htx_pipeline.release.gate.published import Published

NAME = "sector_sums"
TOTALS, SECTORS = "cooperatives", "cooperatives_by_sector"
NEEDED = (TOTALS, SECTORS, "findings", "lineage")
"""The tables that the comparison reads."""

_RULE = "sectors_sum_to_total"
_LAST_DAY = "12-31"


def columns_of(measure: str) -> list[str]:
    """The columns of ``sector_sums`` on one measure.

    They are the total, the sum of the sectors, the number of sectors without a value, and the
    finding that publishes a contradiction between them.
    """
    return [measure, *(f"{measure}.{part}" for part in ("sectors", "gaps", "finding"))]


def measures(contracts: Sequence[Contract]) -> list[str]:
    """What both tables have as counts or as charter capital: what may be added up."""
    fields = {contract.name: contract.fields for contract in contracts}
    if not all(name in fields for name in NEEDED):
        return []
    in_total = {field.name for field in fields[TOTALS]}
    return [
        field.name
        for field in fields[SECTORS]
        if field.name in in_total
        and field.nullable
        and (field.kind == "integer" or field.unit == "million_vnd")
    ]


@dataclass(frozen=True, slots=True)
class _Contradiction:
    """A published finding that sectors do not sum to their total, with both sides of it."""

    finding_id: str
    area_code: str
    period: str
    figure_ids: frozenset[str]
    stated: Decimal | None
    least: Decimal | None
    most: Decimal | None

    def is_of(self, area_code: str, as_of: str, figure_ids: set[str]) -> bool:
        """Whether it speaks of these figures at this day, or in the year that ends with it."""
        of_year = as_of.endswith(_LAST_DAY) and self.period == as_of[:4]
        return (
            self.area_code == area_code
            and (self.period == as_of or of_year)
            and bool(figure_ids)
            and figure_ids <= self.figure_ids
        )

    def tells(self, total: Decimal | None, of_sectors: Decimal | None) -> bool:
        """Whether it is this total and this sum that it finds to differ."""
        return (
            self.stated == total
            and of_sectors is not None
            and (self.least is None or self.least <= of_sectors)
            and (self.most is None or of_sectors <= self.most)
        )


def sector_sums(published: Mapping[str, Published], of: Sequence[str]) -> pd.DataFrame:
    """A row for each area and day of ``cooperatives`` with the sums of its sectors.

    Sums are exact. A sector has a gap in a measure if its row has no value there; a sum of no value
    at all is missing.
    """
    contradictions = _contradictions(published["findings"].frame)
    sources = _sources(published["lineage"].frame)
    parts: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in _rows(published[SECTORS].frame):
        parts.setdefault((row["area_code"], str(row["as_of"])), []).append(row)
    rows = []
    for row in _rows(published[TOTALS].frame):
        area_code, as_of = row["area_code"], str(row["as_of"])
        key = f"{area_code}|{as_of}"
        sectors = parts.get((area_code, as_of), [])
        cells: dict[str, Any] = {"area_code": area_code, "as_of": as_of}
        for measure in of:
            total = _exact(row[measure])
            values = [_exact(sector[measure]) for sector in sectors]
            known = [value for value in values if value is not None]
            of_sectors = sum(known, start=Decimal(0)) if known else None
            figure_ids = sources.get((TOTALS, key, measure), set()).union(
                *(
                    sources.get((SECTORS, f"{key}|{sector['sector']}", measure), set())
                    for sector in sectors
                )
            )
            finding_id = next(
                (
                    one.finding_id
                    for one in contradictions
                    if one.is_of(area_code, as_of, figure_ids) and one.tells(total, of_sectors)
                ),
                None,
            )
            found = total, of_sectors, len(values) - len(known), finding_id
            cells |= dict(zip(columns_of(measure), found, strict=True))
        rows.append(cells)
    names = ["area_code", "as_of", *(name for measure in of for name in columns_of(measure))]
    return pd.DataFrame(
        {name: pd.Series([row[name] for row in rows], dtype=object) for name in names}
    )


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    whole = frame.astype(object)
    return [
        {str(name): cell for name, cell in row.items()}
        for row in whole.where(whole.notna(), None).to_dict("records")
    ]


def _exact(value: Any) -> Decimal | None:
    """A number as its shortest print, in which sums do not drift."""
    return None if value is None else Decimal(str(value))


def _contradictions(findings: pd.DataFrame) -> list[_Contradiction]:
    told = findings[(findings["rule"] == _RULE) & (findings["outcome"] == "fail")]
    return [
        _Contradiction(
            row["finding_id"],
            row["area_code"],
            row["period"],
            frozenset(row["figure_ids"]),
            _exact(row["stated"]),
            _exact(row["computed_low"]),
            _exact(row["computed_high"]),
        )
        for row in _rows(told)
    ]


def _sources(lineage: pd.DataFrame) -> dict[tuple[str, str, str], set[str]]:
    """The figures behind each cell: by table, row key and column."""
    found: dict[tuple[str, str, str], set[str]] = {}
    told = lineage[lineage["table"].isin([TOTALS, SECTORS])]
    columns = ("table", "row_key", "column", "figure_id")
    for table, key, column, figure_id in zip(*(told[name] for name in columns), strict=True):
        found.setdefault((table, key, column), set()).add(figure_id)
    return found
