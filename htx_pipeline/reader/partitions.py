"""Tables that lie in one file for each cell of a column, as Hive has it: ``year=2021/…``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow

_MISSING = "__HIVE_DEFAULT_PARTITION__"


def joined(
    files: Iterable[tuple[str, pyarrow.Table]], partition: Mapping[str, Any]
) -> pyarrow.Table:
    """The whole table, as it would lie in one file: with the column, in the order of its rows.

    ``files`` are the parts by their paths, ``partition`` is what the manifest says of them.
    """
    parts = [_with_column(path, part, partition) for path, part in files]
    whole = pyarrow.concat_tables(parts)
    if len(parts) > 1:
        whole = whole.sort_by([(name, "ascending") for name in partition["order"]])
    return whole


def _with_column(path: str, part: pyarrow.Table, partition: Mapping[str, Any]) -> pyarrow.Table:
    name, about = partition["column"], partition["about"]
    field = pyarrow.field(name, pyarrow.int64(), partition["nullable"], about)
    cell = _cell(path, name)
    column = pyarrow.repeat(pyarrow.scalar(cell, pyarrow.int64()), part.num_rows)
    return part.add_column(partition["place"], field, column)


def _cell(path: str, name: str) -> int | None:
    told = next(one for one in path.split("/") if one.startswith(f"{name}="))
    cell = told.removeprefix(f"{name}=")
    return None if cell == _MISSING else int(cell)
