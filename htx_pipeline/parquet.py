"""One writer and one reader of Parquet files: the same rows give the same bytes anywhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pyarrow.parquet

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from htx_pipeline.contracts import Contract

FORMAT = {
    "version": "2.6",
    # zstd gives the same bytes on every processor; snappy chooses its hash by what the CPU offers
    "compression": "zstd",
    "compression_level": 9,
    "use_dictionary": True,
    "write_statistics": True,
    "data_page_version": "1.0",
    "store_schema": True,
}
"""How every Parquet file of ours is written."""


def write_table(contract: Contract, frame: pd.DataFrame, folder: Path) -> Path:
    """Write ``frame`` as ``folder/<table>.parquet``, whole or not at all.

    Raises ``ContractError`` if the frame does not keep the contract; then nothing is written.
    """
    return write_arrow(contract, contract.to_arrow(contract.validate(frame)), folder)


def write_arrow(contract: Contract, table: pyarrow.Table, folder: Path) -> Path:
    """Write rows that are known to keep the contract, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{contract.name}.parquet"
    unfinished = folder / f".{contract.name}.parquet.{os.getpid()}"
    try:
        pyarrow.parquet.write_table(table, unfinished, **FORMAT)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def read_table(contract: Contract, folder: Path, *, validated: bool = False) -> pd.DataFrame:
    """The frame in ``folder/<table>.parquet``; ``validated`` if its rows are known to be sound.

    Raises ``FileNotFoundError`` if it is not there, ``ContractError`` if it is another table.
    """
    return contract.from_arrow(read_arrow(contract, folder), validated=validated)


def read_arrow(contract: Contract, folder: Path) -> pyarrow.Table:
    """``folder/<table>.parquet`` as it is. Raises ``FileNotFoundError`` if it is not there."""
    path = folder / f"{contract.name}.parquet"
    return pyarrow.parquet.ParquetFile(path).read(use_threads=False)
