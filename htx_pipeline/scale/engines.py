"""Tables of figures in files, opened by the engine that is to screen them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import narwhals as nw

from htx_pipeline.errors import UsageError
from htx_pipeline.figures.operands import COLUMNS
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame


_LEAST, _MOST = 800_000_000, 4_000_000_000


@contextmanager
def opened(
    location: str, engine: str = "auto", *, memory: str = "", spark_url: str | None = None
) -> Iterator[IntoFrame]:
    """The figures at ``location``: a Parquet file, a glob, a partitioned folder, an address.

    ``auto`` is DuckDB, which takes no more than ``memory`` and puts the rest on disk: where that is
    not told four times what the files have, between 800 MB and 4 GB. An address (``s3://…``) is
    read by what fsspec has for it. ``spark_url`` says where ``spark`` runs. Raises ``UsageError``
    if there is no such table, it lacks columns, ``memory`` is no size or not enough, there is no
    such cluster, or something is not installed.
    """
    told = spark_url if engine == "spark" else memory
    with _OPEN[engine](location, told) as figures:
        there = nw.from_native(figures).lazy().collect_schema().names()
        missing = [name for name in COLUMNS if name not in there]
        if missing:
            raise lacking(location, missing)
        yield figures


@contextmanager
def _duckdb(location: str, memory: str) -> Iterator[Any]:
    import duckdb  # noqa: PLC0415 (start-up counts)

    with tempfile.TemporaryDirectory(prefix="htx-") as spilled, duckdb.connect() as connection:
        try:
            connection.execute("set memory_limit = ?", [memory or _enough(location)])
        except duckdb.Error as failure:
            raise _no_size(memory) from failure
        connection.execute("set temp_directory = ?", [spilled])
        connection.execute("set preserve_insertion_order = false")
        if "://" in location:
            connection.register_filesystem(_file_system(location))
        try:
            yield connection.read_parquet(_files(location))
        except duckdb.OutOfMemoryException as failure:
            raise _too_little(memory) from failure
        except (duckdb.IOException, duckdb.InvalidInputException) as failure:
            raise unreadable(location, failure) from failure


def _enough(location: str) -> str:
    """How much memory for these files."""
    from pathlib import Path  # noqa: PLC0415

    try:
        size = sum(Path(one).stat().st_size for one in _listed(location))
    except FileNotFoundError:  # an address, or the error of who reads it
        size = _MOST
    return f"{min(max(4 * size, _LEAST), _MOST) // 1_000_000}MB"


def _file_system(location: str) -> Any:
    import fsspec  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        return fsspec.filesystem(location.partition("://")[0])
    except (ImportError, ValueError) as failure:
        raise unreadable(location, failure) from failure


@contextmanager
def _polars(location: str, _memory: str) -> Iterator[Any]:
    try:
        import polars as pl  # noqa: PLC0415
    except ImportError as failure:
        raise not_installed("polars", "polars") from failure
    try:
        frame = pl.scan_parquet(_files(location))
        frame.collect_schema()
    except (OSError, pl.exceptions.PolarsError) as failure:
        raise unreadable(location, failure) from failure
    yield frame


@contextmanager
def _pandas(location: str, _memory: str) -> Iterator[Any]:
    import pandas as pd  # noqa: PLC0415
    import pyarrow.dataset  # noqa: PLC0415

    try:
        dataset = pyarrow.dataset.dataset(_listed(location), format="parquet")
        table = dataset.to_table(use_threads=False)
    except (OSError, pyarrow.ArrowException) as failure:
        raise unreadable(location, failure) from failure
    yield table.to_pandas(types_mapper=pd.ArrowDtype)


@contextmanager
def _spark(location: str, url: str | None) -> Iterator[Any]:
    from htx_pipeline.scale import spark  # noqa: PLC0415 (start-up counts)

    with spark.opened(location, url or spark.LOCAL) as figures:
        yield figures


_OPEN: dict[str, Callable[[str, Any], Any]] = {
    "auto": _duckdb,
    "duckdb": _duckdb,
    "polars": _polars,
    "pandas": _pandas,
    "spark": _spark,
}


def _files(location: str) -> str:
    """All Parquet files of a folder; else the location itself."""
    from pathlib import Path  # noqa: PLC0415

    return f"{location.rstrip('/')}/**/*.parquet" if Path(location).is_dir() else location


def _listed(location: str) -> list[str]:
    import glob  # noqa: PLC0415

    # a pattern may be absolute, which those of Path may not
    found = sorted(glob.glob(_files(location), recursive=True))  # noqa: PTH207
    if not found:
        raise FileNotFoundError(location)
    return found


def unreadable(location: str, failure: Exception) -> UsageError:
    """That there is no such table."""
    told = str(failure).partition("\n")[0]
    return UsageError(
        Label(
            vi=f"không đọc được bảng số liệu {location}: {told}; hãy nêu một tệp Parquet, một mẫu "
            "tên (glob) hoặc một thư mục có các tệp .parquet",
            en=f"cannot read the figures {location}: {told}; name a Parquet file, a glob or a "
            "folder with .parquet files",
        )
    )


def lacking(location: str, missing: list[str]) -> UsageError:
    """The error for figures that have not all columns that are needed."""
    told = ", ".join(missing)
    return UsageError(
        Label(
            vi=f"{location} thiếu cột {told}; cần các cột của bảng figures (htx dictionary)",
            en=f"{location} has no {'columns' if len(missing) > 1 else 'column'} {told}; the "
            "columns of the table figures are needed (htx dictionary)",
        )
    )


def not_installed(engine: str, package: str, wanted: str | None = None) -> UsageError:
    """That ``--engine`` needs a package, and what to install."""
    return UsageError(
        Label(
            vi=f"--engine {engine} cần gói {package}, chưa được cài: "
            f"pip install {wanted or package}",
            en=f"--engine {engine} needs the package {package}, which is not installed: "
            f"pip install {wanted or package}",
        )
    )


def _no_size(memory: str) -> UsageError:
    return UsageError(
        Label(
            vi=f"--memory {memory}: không phải một dung lượng; viết chẳng hạn 4GB",
            en=f"--memory {memory}: that is no size; write 4GB, say",
        )
    )


def _too_little(memory: str) -> UsageError:
    return UsageError(
        Label(
            vi=f"--memory {memory} không đủ cho bảng này; hãy cho nhiều hơn",
            en=f"--memory {memory} is not enough for this table; give it more",
        )
    )
