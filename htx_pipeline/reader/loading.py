"""A table of a release in the form that a reader works with."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, overload

from htx_pipeline.errors import UsageError
from htx_pipeline.model import Label, Language
from htx_pipeline.reader.days import AsOf, day_of
from htx_pipeline.reader.labels import labelled
from htx_pipeline.reader.release import Location, Release, one_of, reading

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow

Backend = Literal["pandas", "arrow", "polars", "duckdb"]
BACKENDS: tuple[Backend, ...] = ("pandas", "arrow", "polars", "duckdb")
LANGUAGES: tuple[Language, ...] = ("vi", "en")


@overload
def load(
    name: str,
    *,
    as_of: AsOf | None = None,
    lang: Language | None = None,
    backend: Literal["pandas"] = "pandas",
    release: Release | Location | None = None,
) -> pd.DataFrame: ...
@overload
def load(
    name: str,
    *,
    as_of: AsOf | None = None,
    lang: Language | None = None,
    backend: Literal["arrow"],
    release: Release | Location | None = None,
) -> pyarrow.Table: ...
@overload
def load(
    name: str,
    *,
    as_of: AsOf | None = None,
    lang: Language | None = None,
    backend: Literal["polars"],
    release: Release | Location | None = None,
) -> pl.DataFrame: ...
@overload
def load(
    name: str,
    *,
    as_of: AsOf | None = None,
    lang: Language | None = None,
    backend: Literal["duckdb"],
    release: Release | Location | None = None,
) -> duckdb.DuckDBPyRelation: ...
def load(
    name: str,
    *,
    as_of: AsOf | None = None,
    lang: Language | None = None,
    backend: Backend = "pandas",
    release: Release | Location | None = None,
) -> Any:
    """The table ``name``, with missing cells missing and whole numbers whole.

    ``as_of`` gives the table as the reports issued by the end of that day give it: a date, a
    datetime, a pandas Timestamp, or text such as ``"2022-06-30"``.

    ``lang`` is the language of coded cells: ``None`` leaves the codes as published, ``"vi"`` and
    ``"en"`` put labels in their place. Names of columns never change, so that a program works with
    either; codes that this version does not know stay. Join with other tables by codes, not by
    labels.

    ``backend`` ``"pandas"`` has Int64 for whole numbers, float64, str, boolean, datetime64[s] for
    days, and Python lists; ``"arrow"`` is a pyarrow.Table, ``"polars"`` a DataFrame, ``"duckdb"`` a
    relation of DuckDB's default connection.

    ``release`` is an open ``Release``, or where one lies (see ``open_release``).

    Raises ``UsageError`` for an unknown table, language or backend, one that is not installed, or a
    day before the first report; ``ReleaseError`` if the release is not what its manifest says.
    """
    one_of(backend, BACKENDS, Label(vi="dạng đọc", en="backend"))
    if lang is not None:
        one_of(lang, LANGUAGES, Label(vi="ngôn ngữ", en="language"))
    table = reading(release, lambda found: as_known(found, as_of, name))
    return _IN_FORM[backend](table if lang is None else labelled(table, lang))


def as_known(release: Release, as_of: AsOf | None, name: str) -> pyarrow.Table:
    """The table ``name`` as published, or as known on the day ``as_of``."""
    release.checked(name)
    if as_of is None:
        return release.table(name)
    known = release.known_on(day_of(as_of))
    if name not in known:
        raise UsageError(
            Label(
                vi=f"bảng {name} không có bản theo ngày; hãy đọc không kèm ngày",
                en=f"table {name} is not made as of a day; read it without one",
            )
        )
    return known[name]


def _pandas(table: pyarrow.Table) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 (start-up counts)

    return pd.DataFrame({field.name: _series(table.column(field.name)) for field in table.schema})


def _series(column: pyarrow.ChunkedArray) -> pd.Series[Any]:
    import numpy as np  # noqa: PLC0415 (start-up counts)
    import pandas as pd  # noqa: PLC0415
    from pyarrow import timestamp, types  # noqa: PLC0415

    if types.is_date32(column.type):
        return pd.Series(column.cast(timestamp("s")).to_numpy())
    if types.is_floating(column.type):
        return pd.Series(column.to_numpy())
    with_gaps: dict[Any, Any] = {
        types.is_integer: pd.Int64Dtype(),
        types.is_boolean: pd.BooleanDtype(),
        types.is_string: pd.StringDtype(na_value=np.nan),
    }
    for is_kind, dtype in with_gaps.items():
        if is_kind(column.type):
            return pd.Series(dtype.__from_arrow__(column))
    return pd.Series(column.to_pylist(), dtype=object)


def _arrow(table: pyarrow.Table) -> pyarrow.Table:
    return table


def _polars(table: pyarrow.Table) -> pl.DataFrame:
    found: pl.DataFrame = _library("polars").from_arrow(table)
    return found


def _duckdb(table: pyarrow.Table) -> duckdb.DuckDBPyRelation:
    found: duckdb.DuckDBPyRelation = _library("duckdb").from_arrow(table)
    return found


_IN_FORM = {"pandas": _pandas, "arrow": _arrow, "polars": _polars, "duckdb": _duckdb}


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise UsageError(
            Label(
                vi=f"chưa cài {name}; hãy chạy: pip install {name}",
                en=f"{name} is not installed; run: pip install {name}",
            )
        ) from None
