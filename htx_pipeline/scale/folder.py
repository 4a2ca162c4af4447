"""A folder of tables that were built from figures of any size, while it is written.

Files are those of a release (``<table>.parquet``), or where a table is partitioned one for each
year: ``<table>/year=2021/part-0.parquet``, without the column ``year``. ``manifest.json`` names
them all, and is read by ``htx_pipeline.load`` as that of a release is.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow
import pyarrow.parquet

from htx_pipeline.errors import ContractError, UsageError
from htx_pipeline.manifest import (
    FROM_FIGURES,
    MANIFEST,
    FileHash,
    canonical,
)
from htx_pipeline.model import Label
from htx_pipeline.parquet import FORMAT
from htx_pipeline.rules.versions import code_now

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from htx_pipeline.contracts import Contract

YEAR = "year"
NO_YEAR = "__HIVE_DEFAULT_PARTITION__"
"""What Hive, and whoever reads partitions as it does, calls the partition of missing cells."""

_TITLE = Label(vi="Các bảng dựng từ một bảng số liệu", en="Tables built from a table of figures")
_ROWS_AT_ONCE = 500_000


class Sink:
    """One table while it is written; rows come in the order of its contract."""

    def __init__(self, contract: Contract, folder: Path, *, by_year: bool) -> None:
        self.contract = contract
        self.rows = 0
        self._folder = folder
        self._by_year = by_year and YEAR in contract.arrow.names
        self._writers: dict[str, pyarrow.parquet.ParquetWriter] = {}

    def write(self, rows: pyarrow.Table) -> None:
        """Write some rows, the next ones; the last call in a file is a row group of its own.

        Raises ``ContractError`` if a cell is missing that may not be.
        """
        if not rows.num_rows:
            return
        self.rows += rows.num_rows
        try:
            for path, part in self._parts(rows):
                self._writer(path, part.schema).write_table(part.combine_chunks())
        except pyarrow.ArrowException as failure:
            raise ContractError(self.contract.name, str(failure)) from failure

    def close(self) -> dict[str, Any]:
        """What the manifest says of the table, when all of it is written."""
        if not self._writers:
            empty = self.contract.arrow.empty_table()
            if self._by_year:
                self._writer(self._path(NO_YEAR), _without_year(empty).schema)
            else:
                self._writer(f"{self.contract.name}.parquet", empty.schema)
        for writer in self._writers.values():
            writer.close()
        told = {
            "files": sorted(self._writers),
            "rows": self.rows,
            "columns": len(self.contract.arrow),
        }
        if self._by_year:
            told["partition"] = _partition(self.contract)
        return told

    def _parts(self, rows: pyarrow.Table) -> Iterator[tuple[str, pyarrow.Table]]:
        if not self._by_year:
            yield f"{self.contract.name}.parquet", rows
            return
        years = rows[YEAR].fill_null(-1).to_numpy()
        without = _without_year(rows)
        for year in np.unique(years):
            name = NO_YEAR if year < 0 else f"{year:04d}"
            yield self._path(name), without.filter(pyarrow.array(years == year))

    def _path(self, year: str) -> str:
        return f"{self.contract.name}/{YEAR}={year}/part-0.parquet"

    def _writer(self, path: str, schema: pyarrow.Schema) -> pyarrow.parquet.ParquetWriter:
        if path not in self._writers:
            target = self._folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            self._writers[path] = pyarrow.parquet.ParquetWriter(target, schema, **FORMAT)
        return self._writers[path]


class Unsorted:
    """Rows of one table in no order: on the disk, until they are all there and can be sorted."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._folder = tempfile.TemporaryDirectory(prefix="htx-")
        self._parts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _failure: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._folder.cleanup()

    def write(self, rows: pyarrow.Table) -> None:
        """Keep some rows."""
        if rows.num_rows:
            path = Path(self._folder.name) / f"{self._parts}.parquet"
            pyarrow.parquet.write_table(rows, path, compression="zstd")
            self._parts += 1

    def in_order(self) -> Iterator[pyarrow.Table]:
        """All rows in the order of the contract, so many at a time that they always are the same.

        DuckDB sorts them, on the disk where memory is short; texts are in the order of code points.
        """
        if not self._parts:
            return
        import duckdb  # noqa: PLC0415 (start-up counts)

        with duckdb.connect() as connection:
            connection.execute("set memory_limit = '2GB'")
            connection.execute("set temp_directory = ?", [self._folder.name])
            found = connection.read_parquet(f"{self._folder.name}/*.parquet")
            order = ", ".join(f'"{name}"' for name in self._contract.order or self._contract.key)
            waiting: list[pyarrow.Table] = []
            for batch in found.order(order).to_arrow_reader(_ROWS_AT_ONCE):
                waiting.append(pyarrow.Table.from_batches([batch]).cast(self._contract.arrow))
                while sum(part.num_rows for part in waiting) >= _ROWS_AT_ONCE:
                    joined = pyarrow.concat_tables(waiting)
                    yield joined.slice(0, _ROWS_AT_ONCE)
                    waiting = [joined.slice(_ROWS_AT_ONCE)]
            yield pyarrow.concat_tables(waiting)


@dataclass
class Folder:
    """The folder, and what its manifest says so far."""

    path: Path
    by_year: bool
    _tables: dict[str, dict[str, Any]] = field(default_factory=dict)

    def sink(self, contract: Contract) -> Sink:
        """Where rows of a table go."""
        return Sink(contract, self.path, by_year=self.by_year)

    def keep(self, sink: Sink) -> int:
        """Finish a table; gives its rows."""
        self._tables[sink.contract.name] = sink.close()
        return sink.rows

    def finish(self, figures: int, known_until: dt.date) -> None:
        """Write the manifest: the same tables give the same one."""
        files = {
            path.relative_to(self.path).as_posix(): FileHash.of(path).document()
            for path in sorted(self.path.rglob("*.parquet"))
        }
        rules, lists, software = code_now()
        identity = {
            "software": dict(software),
            "rules": dict(rules),
            "codelists": dict(lists),
            "figures": {"rows": figures},
            "tables": self._tables,
        }
        named = hashlib.sha256(canonical(identity | {"files": files})).hexdigest()
        found = {
            "format": FROM_FIGURES,
            "release": f"t{named[:12]}",
            "known_until": known_until.isoformat(),
            "dataset": {
                "id": "tables",
                "title": _TITLE.document(),
                "version": "-",
                "licence": "-",
            },
            **identity,
            "written_by": {"pyarrow": version("pyarrow")},
            "files": files,
        }
        told = json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        (self.path / MANIFEST).write_text(told, encoding="utf-8", newline="\n")


def refuse_what_is_there(folder: Path) -> None:
    """Raise ``UsageError`` if ``folder`` is something else than such a folder, or an empty one."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if folder.is_dir() and _was_built_from_figures(folder / MANIFEST):
        return
    raise UsageError(
        Label(
            vi=f"{folder}: đã có, và không phải thư mục do htx tables tạo ra; không ghi đè. Hãy "
            "nêu một thư mục khác",
            en=f"{folder}: it is there, and htx tables did not make it, so it is not replaced; "
            "name another folder",
        )
    )


def _was_built_from_figures(manifest: Path) -> bool:
    try:
        found = json.loads(manifest.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("format") == FROM_FIGURES


def _without_year(rows: pyarrow.Table) -> pyarrow.Table:
    return rows.drop_columns([YEAR])


def _partition(contract: Contract) -> Mapping[str, Any]:
    """What a reader needs to put the column back where it was, and the rows in their order."""
    column = contract.arrow.field(YEAR)
    return {
        "column": YEAR,
        "place": contract.arrow.get_field_index(YEAR),
        "nullable": column.nullable,
        "about": {key.decode(): text.decode() for key, text in (column.metadata or {}).items()},
        "order": [*(contract.order or contract.key)],
    }
