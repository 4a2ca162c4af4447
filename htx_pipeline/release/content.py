"""What a table holds, apart from the file that holds it.

A Parquet file has other bytes after every upgrade of the library that writes it; the hash here has
not. Anyone can compute it again: SHA-256 over lines of UTF-8 that end in a line feed. The first
line is a JSON array of ``[name, kind]`` for each column, each further line a row as a JSON array of
its cells, in the order of the file; no spaces, no escapes but those that JSON demands. Days are
texts such as ``2021-12-31``, missing cells ``null``, doubles the shortest decimal that reads back
as the same double, with a point or an exponent, as Python writes them (``157.0``, ``0.5``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pyarrow
from pyarrow import types

if TYPE_CHECKING:
    from collections.abc import Callable

_ROWS_AT_ONCE = 10_000

_KINDS: tuple[tuple[Callable[[pyarrow.DataType], bool], str], ...] = (
    (types.is_string, "text"),
    (types.is_int64, "integer"),
    (types.is_float64, "number"),
    (types.is_boolean, "boolean"),
    (types.is_date32, "day"),
)


def content_hash(table: pyarrow.Table) -> str:
    """The SHA-256 of the columns and rows of ``table``, in hexadecimal digits.

    Raises ``TypeError`` for a column of a type that no table of ours has, ``ValueError`` for a cell
    that is not a number.
    """
    digest = hashlib.sha256(_line([[field.name, kind_of(field.type)] for field in table.schema]))
    for batch in table.to_batches(_ROWS_AT_ONCE):
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            digest.update(_line(cells))
    return digest.hexdigest()


def kind_of(type_: pyarrow.DataType) -> Any:
    """The kind of a column: its name, for a list ``[kind]``, for a record its fields by name."""
    if types.is_list(type_):
        return [kind_of(type_.value_type)]
    if types.is_struct(type_):
        return {field.name: kind_of(field.type) for field in type_}
    for matches, kind in _KINDS:
        if matches(type_):
            return kind
    raise TypeError(f"no table has a column of type {type_}")


def _line(cells: Any) -> bytes:
    told = json.dumps(
        cells, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_day
    )
    return f"{told}\n".encode()


def _day(cell: Any) -> str:
    if isinstance(cell, dt.date) and not isinstance(cell, dt.datetime):
        return cell.isoformat()
    raise TypeError(f"no table has a cell such as {cell!r}")
