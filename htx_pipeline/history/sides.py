"""Two releases side by side: rows by their key, and what the schemas say of columns.

What a table's key is and what a column refers to is read from the Arrow metadata that travels with
the tables, so that a table needs to be known nowhere here.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow

    Row = Mapping[str, Any]
    Tables = Mapping[str, pyarrow.Table]

LINEAGE = "lineage"


@dataclass(frozen=True)
class Side:
    """One of the two releases: the rows of each table by key, and the lineage of its cells.

    ``sources`` holds, by table and key of the row, the figures that each of its cells comes from,
    each with the rules that lead there.
    """

    rows: Mapping[str, Mapping[str, Row]]
    sources: Mapping[tuple[str, str], Mapping[str, Mapping[str, tuple[str, ...]]]]

    def row(self, table: str, key: str) -> Row | None:
        """A row; ``None`` where this side has none of the key."""
        return self.rows.get(table, {}).get(key)


@dataclass(frozen=True)
class Sides:
    """Both releases, with the same key for the rows of a table on both sides.

    ``keys`` are the key columns by table, ``shared`` the columns that both sides have,
    ``references`` what each column refers to, as ``table.column``.
    """

    old: Side
    new: Side
    keys: Mapping[str, tuple[str, ...]]
    shared: Mapping[str, frozenset[str]]
    references: Mapping[str, Mapping[str, frozenset[str]]]

    def rows(self, table: str, key: str) -> tuple[Row, ...]:
        """The row on each side that has it, the old one first."""
        found = (self.old.row(table, key), self.new.row(table, key))
        return tuple(row for row in found if row is not None)


def side_by_side(old: Tables, new: Tables) -> Sides:
    """Both releases, however old: a table that one of them lacks has no rows there."""
    names = sorted({*old, *new})
    keys = {name: _key(old.get(name), new.get(name)) for name in names}
    shared = {
        name: frozenset(old[name].column_names) & frozenset(new[name].column_names)
        for name in names
        if name in old and name in new
    }
    references = {name: _references(old.get(name), new.get(name)) for name in names}
    return Sides(_side(old, keys), _side(new, keys), keys, shared, references)


def same(one: Any, other: Any) -> bool:
    """Whether two cells hold the same: numbers exactly, lists element by element.

    Missing is the same as missing only; NaN, which no table of ours holds, as NaN.
    """
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return bool(one == other)


def about(table: pyarrow.Table, key: str) -> str:
    """A text of the table's own metadata; empty where there is none."""
    return _text(table.schema.metadata, key)


def column_texts(table: pyarrow.Table, key: str) -> dict[str, str]:
    """A text of the metadata of each column that has it."""
    told = {field.name: _text(field.metadata, key) for field in table.schema}
    return {name: text for name, text in told.items() if text}


def label(titles: Mapping[str, str], titles_vi: Mapping[str, str], name: str) -> Label:
    """The title of a column in both languages, else its name."""
    english = titles.get(name, name)
    return Label(vi=titles_vi.get(name, english), en=english)


def _text(metadata: Mapping[bytes, bytes] | None, key: str) -> str:
    return (metadata or {}).get(key.encode(), b"").decode("utf-8", errors="replace")


def _key(*tables: pyarrow.Table | None) -> tuple[str, ...]:
    """The key that both sides keep, the newer one's first; else every column that both have."""
    present = [table for table in tables if table is not None]
    for table in reversed(present):
        key = tuple(name for name in about(table, "primary_key").split(",") if name)
        if key and all(_identifies(key, one) for one in present):
            return key
    names = present[-1].column_names
    return tuple(name for name in names if all(name in one.column_names for one in present))


def _identifies(key: tuple[str, ...], table: pyarrow.Table) -> bool:
    if not set(key) <= set(table.column_names):
        return False
    found = [_key_text(key, row) for row in table.select(list(key)).to_pylist()]
    return len(set(found)) == len(found)


def _key_text(key: tuple[str, ...], row: Row) -> str:
    return "|".join(str(row[name]) for name in key)


def _references(*tables: pyarrow.Table | None) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for table in tables:
        if table is not None:
            for name, text in column_texts(table, "refers_to").items():
                found[name] = found.get(name, frozenset()) | frozenset(text.split(","))
    return found


def _side(tables: Tables, keys: Mapping[str, tuple[str, ...]]) -> Side:
    rows = {name: _rows(table, keys[name]) for name, table in tables.items()}
    sources: dict[tuple[str, str], dict[str, dict[str, tuple[str, ...]]]] = {}
    for row in rows.get(LINEAGE, {}).values():
        if {"table", "row_key", "column", "figure_id"} <= row.keys():
            cells = sources.setdefault((row["table"], row["row_key"]), {})
            found = cells.setdefault(row["column"], {})
            found[row["figure_id"]] = tuple(row.get("rules") or ())
    return Side(rows, sources)


def _rows(table: pyarrow.Table, key: tuple[str, ...]) -> dict[str, Row]:
    """The rows by key; where no key tells them apart, the second of a kind is numbered."""
    times: Counter[str] = Counter()
    found: dict[str, Row] = {}
    for row in table.to_pylist():
        text = _key_text(key, row)
        times[text] += 1
        found[text if times[text] == 1 else f"{text} #{times[text]}"] = row
    return found
