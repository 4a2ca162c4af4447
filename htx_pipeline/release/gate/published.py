"""The files of a release as readers find them: read with pandas, by no code that wrote them.

Cells keep the types of the file (Arrow's), so that a null stays a null and a whole number whole;
what the file itself declares of its columns is read from its footer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow
import pyarrow.parquet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Published:
    """One file of a release.

    ``declared`` gives type and nullability of each column (``int64 not null``) in the file's order.
    """

    frame: pd.DataFrame
    declared: Mapping[str, str]


def read_published(
    folder: Path, names: Iterable[str]
) -> tuple[dict[str, Published], dict[str, str]]:
    """The tables of these names in ``folder``, and of those that cannot be read, why not."""
    found: dict[str, Published] = {}
    unreadable: dict[str, str] = {}
    for name in names:
        path = folder / f"{name}.parquet"
        try:
            schema = pyarrow.parquet.read_schema(path)
            # partitions are read off folders' names, in which a release has no columns
            frame = pd.read_parquet(
                path, engine="pyarrow", dtype_backend="pyarrow", partitioning=None
            )
        except FileNotFoundError:
            unreadable[name] = "no such file"
        except (OSError, ValueError, pyarrow.ArrowException) as failure:
            unreadable[name] = type(failure).__name__
        else:
            found[name] = Published(frame, {field.name: declared(field) for field in schema})
    return found, unreadable


def declared(field: pyarrow.Field) -> str:
    """Type and nullability of a column, as Arrow writes them."""
    return str(field.type) + ("" if field.nullable else " not null")


def keys(published: Mapping[str, Published], place: str) -> list[str]:
    """The different texts in a column ``table.column``, sorted; none if there is no such column."""
    table, _, column = place.partition(".")
    found = published.get(table)
    if found is None or found.declared.get(column, "").removesuffix(" not null") != "string":
        return []
    return sorted(set(found.frame[column].dropna()))
