"""Two releases compared: table by table, row by row, cell by cell, each difference with why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from htx_pipeline.history.difference import (
    CellChange,
    ColumnChange,
    Difference,
    RowChange,
    TableChange,
    merged,
)
from htx_pipeline.history.events import differing, events
from htx_pipeline.history.reasons import Explanation
from htx_pipeline.history.sides import about, column_texts, label, side_by_side
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow

_SEE_UNIT = "see unit"


def compare(old: Mapping[str, pyarrow.Table], new: Mapping[str, pyarrow.Table]) -> Difference:
    """What differs between the tables of two releases, and why.

    Both may be of any age: tables and columns that one side lacks are told as such, and what both
    have is compared. Numbers are compared exactly, lists by their elements. Each difference has at
    least one reason; ``software`` where the inputs explain nothing.
    """
    sides = side_by_side(old, new)
    explanation = Explanation(sides, events(sides))
    order = dict.fromkeys([*new, *old])
    return Difference(
        tuple(_table(name, old.get(name), new.get(name), explanation) for name in order)
    )


def _table(
    name: str,
    old: pyarrow.Table | None,
    new: pyarrow.Table | None,
    explanation: Explanation,
) -> TableChange:
    present = new if new is not None else old
    assert present is not None  # noqa: S101 (a name is of one side at least)
    change = "removed" if new is None else "added" if old is None else None
    columns: tuple[ColumnChange, ...] = ()
    rows: tuple[RowChange, ...] = ()
    if old is not None and new is not None:
        columns = tuple(_columns(old.schema, new.schema))
        if columns or not old.equals(new):
            rows = tuple(_rows(name, old, new, explanation))
        change = "changed" if columns or rows else None
    titles, titles_vi = column_texts(present, "title"), column_texts(present, "title_vi")
    return TableChange(
        name=name,
        title=Label(
            vi=about(present, "title_vi") or name,
            en=about(present, "title") or name,
        ),
        change=change,
        key=explanation.sides.keys[name],
        old_rows=0 if old is None else old.num_rows,
        new_rows=0 if new is None else new.num_rows,
        columns=columns,
        rows=rows,
        titles={column: label(titles, titles_vi, column) for column in present.column_names},
        units=column_texts(present, "unit"),
        lists=column_texts(present, "codelist"),
    )


def _columns(old: pyarrow.Schema, new: pyarrow.Schema) -> Iterator[ColumnChange]:
    for name in dict.fromkeys([*new.names, *old.names]):
        if name not in old.names:
            yield ColumnChange("added", name, None, str(new.field(name).type))
        elif name not in new.names:
            yield ColumnChange("removed", name, str(old.field(name).type), None)
        else:
            before, now = old.field(name), new.field(name)
            if before.type != now.type:
                yield ColumnChange("retyped", name, str(before.type), str(now.type))
            told = [*_told(before.metadata, now.metadata)]
            if before.nullable != now.nullable:
                told.append((f"nullable: {before.nullable}", f"nullable: {now.nullable}"))
            if told:
                yield ColumnChange("described", name, *told[0])
    for texts in [*_told(old.metadata, new.metadata)][:1]:
        yield ColumnChange("described", "", *texts)


def _told(
    old: Mapping[bytes, bytes] | None, new: Mapping[bytes, bytes] | None
) -> Iterator[tuple[str, str]]:
    """The texts of two metadata that differ, in the order of their names."""
    before, now = old or {}, new or {}
    for name in sorted({*before, *now}):
        texts = [side.get(name, b"").decode("utf-8", errors="replace") for side in (before, now)]
        if texts[0] != texts[1]:
            yield texts[0], texts[1]


def _rows(
    name: str, old: pyarrow.Table, new: pyarrow.Table, explanation: Explanation
) -> Iterator[RowChange]:
    """Rows that differ: those of the new side in its order, then those that are gone."""
    sides = explanation.sides
    before, now = sides.old.rows[name], sides.new.rows[name]
    units = column_texts(old, "unit") | column_texts(new, "unit")
    for key, row in now.items():
        if key not in before:
            yield RowChange("added", key, row, (), explanation.of_row(name, key))
            continue
        cells = tuple(
            CellChange(
                column,
                before[key][column],
                row[column],
                _unit(units.get(column), row),
                explanation.of_cell(name, key, column),
            )
            for column in differing(sides, name, key)
        )
        if cells:
            reasons = merged(reason for cell in cells for reason in cell.reasons)
            yield RowChange("changed", key, row, cells, reasons)
    for key, row in before.items():
        if key not in now:
            yield RowChange("removed", key, row, (), explanation.of_row(name, key))


def _unit(unit: str | None, row: Mapping[str, Any]) -> str | None:
    """The unit of a cell: the column's, or what the column ``unit`` of its row says."""
    return row.get("unit") if unit == _SEE_UNIT else unit
