"""One writer and one reader of Parquet files: the same rows give the same bytes anywhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pyarrow.parquet

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from htx_pipeline.contracts import Contract

_FORMAT = {
    "version": "2.6",
    # zstd gives the same bytes on every processor; snappy chooses its hash by what the CPU offers
    "compression": "zstd",
    "compression_level": 9,
    "use_dictionary": True,
    "write_statistics": True,
    "data_page_version": "1.0",
    "store_schema": True,
}


def write_table(contract: Contract, frame: pd.DataFrame, folder: Path) -> Path:
    """Write ``frame`` as ``folder/<table>.parquet``, whole or not at all.

    Raises ``ContractError`` if the frame does not keep the contract; then nothing is written.
    """
    table = contract.to_arrow(contract.validate(frame))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{contract.name}.parquet"
    unfinished = folder / f".{contract.name}.parquet.{os.getpid()}"
    try:
        pyarrow.parquet.write_table(table, unfinished, **_FORMAT)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def read_table(contract: Contract, folder: Path) -> pd.DataFrame:
    """The frame in ``folder/<table>.parquet``.

    Raises ``FileNotFoundError`` if it is not there, ``ContractError`` if it is another table.
    """
    path = folder / f"{contract.name}.parquet"
    return contract.from_arrow(pyarrow.parquet.ParquetFile(path).read(use_threads=False))
