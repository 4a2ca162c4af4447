"""Releases in memory: all tables of a few figures, or the repository's own as known on a day."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow

from htx_pipeline.curation import CONTRACTS
from htx_pipeline.curation import findings as findings_table
from htx_pipeline.curation.vintage import known_on
from htx_pipeline.rules import RULES
from htx_pipeline_tests.building import figures, own_release, release

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from htx_pipeline.history import CellChange, Difference, Reason, RowChange

Tables = dict[str, pyarrow.Table]


def tables(
    *descriptions: Mapping[str, Any],
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
) -> Tables:
    """All tables that follow from these figures; ``overrides`` are other cells of readings, by the
    id of the figure."""
    asked = repr((descriptions, overrides))
    if asked not in _MADE:
        _MADE[asked] = _made(descriptions, overrides or {})
    return dict(_MADE[asked])


_MADE: dict[str, Tables] = {}
"""What was built already: tests ask for the same few releases again and again."""


def _made(
    descriptions: Sequence[Mapping[str, Any]],
    overrides: Mapping[str, Mapping[str, Any]],
) -> Tables:
    readings = figures(*descriptions)
    for figure, cells in overrides.items():
        for column, cell in cells.items():
            readings.loc[readings["figure_id"] == figure, column] = cell
    return {"reports": _reports([one["report"] for one in descriptions])} | of_readings(readings)


def of_readings(readings: pd.DataFrame, citations: Sequence[Mapping[str, Any]] = ()) -> Tables:
    """The tables that follow from these figures and citations, without any waiver."""
    made = release(readings, (), citations)
    frames = made.tables | {"rules": findings_table.build_rules(RULES, made.evaluations)}
    return {
        contract.name: contract.to_arrow(frames[contract.name])
        for contract in CONTRACTS
        if contract.name in frames
    }


def _reports(reports: Sequence[Any]) -> pyarrow.Table:
    """The reports that print them, as far as a comparison asks."""
    known = {report.id: report for report in reports}
    rows = [
        {"report_id": name, "kind": known[name].kind, "issued_on": known[name].issued_on}
        for name in sorted(known)
    ]
    schema = pyarrow.schema(
        [
            ("report_id", pyarrow.string()),
            ("kind", pyarrow.string()),
            ("issued_on", pyarrow.date32()),
        ],
        metadata={"primary_key": "report_id"},
    )
    return pyarrow.Table.from_pylist(rows, schema=schema)


@cache
def own_tables() -> Mapping[str, pyarrow.Table]:
    """The repository's own tables."""
    frames = own_release().tables
    return {contract.name: contract.to_arrow(frames[contract.name]) for contract in CONTRACTS}


def own_days() -> list[dt.date]:
    """The days on which a report of the repository was issued."""
    return sorted(set(own_tables()["reports"]["issued_on"].to_pylist()))


@cache
def own_tables_on(day: dt.date) -> Mapping[str, pyarrow.Table]:
    """The repository's own tables as known on a day."""
    return known_on(day, own_tables())


def with_cell(table: pyarrow.Table, row: int, column: str, cell: Any) -> pyarrow.Table:
    """``table`` with another value in one cell."""
    cells = table[column].to_pylist()
    cells[row] = cell
    field = table.schema.field(column)
    index = table.column_names.index(column)
    return table.set_column(index, field, pyarrow.array(cells, type=field.type))


def row_of(difference: Difference, table: str, key: str) -> RowChange:
    """The one changed row of this key."""
    (found,) = (
        row for one in difference.tables if one.name == table for row in one.rows if row.key == key
    )
    return found


def cell_of(difference: Difference, table: str, key: str, column: str) -> CellChange:
    """The one changed cell of this row and column."""
    (found,) = (cell for cell in row_of(difference, table, key).cells if cell.column == column)
    return found


def reasons_of(difference: Difference) -> set[str]:
    """The codes of all reasons."""
    return {code for table in difference.tables for code in table.counts}


def told(change: CellChange | RowChange) -> Reason:
    """The only reason of a change."""
    (reason,) = change.reasons
    return reason
