"""A difference for programs: everything, as JSON, codes as they are and their labels beside them.

``format`` is the number of its form; another one when a reader of the old form would misread it.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from htx_pipeline import codelists

if TYPE_CHECKING:
    from collections.abc import Iterable

    from htx_pipeline.history.difference import Difference, Reason, RowChange, TableChange

FORMAT = 1


def document(difference: Difference, old: str, new: str) -> str:
    """The whole document, tables in which nothing differs included (``change`` is null)."""
    told = {
        "format": FORMAT,
        "old": old,
        "new": new,
        "changes": _labels("change"),
        "reasons": _labels("reason"),
        "tables": [_table(table) for table in difference.tables],
    }
    text = json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False, default=_day)
    return f"{text}\n"


def _labels(codelist: str) -> dict[str, dict[str, str]]:
    return {code: codelists.label(codelist, code).document() for code in codelists.codes(codelist)}


def _table(table: TableChange) -> dict[str, Any]:
    return {
        "table": table.name,
        "title": table.title.document(),
        "change": table.change,
        "key": list(table.key),
        "old_rows": table.old_rows,
        "new_rows": table.new_rows,
        "counts": table.counts,
        "reasons": _reasons(table.reasons),
        "columns": [
            {
                "change": column.change,
                "column": column.column or None,
                "old": column.old,
                "new": column.new,
                "reasons": _reasons(column.reasons),
            }
            for column in table.columns
        ],
        "rows": [_row(row, table) for row in table.rows],
    }


def _row(row: RowChange, table: TableChange) -> dict[str, Any]:
    told: dict[str, Any] = {
        "change": row.change,
        "row_key": row.key,
        "key": {name: row.row[name] for name in table.key},
    }
    if not row.cells:
        return told | {"row": dict(row.row), "reasons": _reasons(row.reasons)}
    return told | {
        "cells": [
            {
                "column": cell.column,
                "old": cell.old,
                "new": cell.new,
                "unit": cell.unit,
                "reasons": _reasons(cell.reasons),
            }
            for cell in row.cells
        ]
    }


def _reasons(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [asdict(reason) for reason in reasons]


def _day(cell: object) -> str:
    if isinstance(cell, dt.date):
        return cell.isoformat()
    raise TypeError(f"no JSON for {type(cell).__name__}")
