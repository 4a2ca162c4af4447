"""Tables on their way to a release, each with the fingerprint of the inputs it was built from.

Someone may materialise a single table in the UI; the fingerprints keep tables of different inputs
from being released together. A table and its fingerprint are two files; the second names the hash
of the first, so that a half-written pair, or one of two builds at once, counts as not built.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from htx_pipeline.errors import UsageError
from htx_pipeline.model import Label
from htx_pipeline.release.draft import FileHash
from htx_pipeline.release.parquet import read_table, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pandas as pd

    from htx_pipeline.contracts import Contract


def stage(contract: Contract, frame: pd.DataFrame, folder: Path, *, source: str) -> Path:
    """Write a table that was built from the inputs with the fingerprint ``source``."""
    path = write_table(contract, frame, folder)
    unfinished = folder / f".{contract.name}.source.{os.getpid()}"
    try:
        unfinished.write_text(f"{source} {FileHash.of(path).sha256}\n", encoding="utf-8")
        unfinished.replace(path.with_suffix(".source"))
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def source_of(contracts: Iterable[Contract], folder: Path) -> str:
    """The fingerprint that all of these staged tables share.

    Raises ``UsageError`` if one is not staged, or if they were built from different inputs.
    """
    sources: dict[str, list[str]] = {}
    missing = []
    for contract in contracts:
        source = _source(folder / f"{contract.name}.parquet")
        if source is None:
            missing.append(contract.name)
        else:
            sources.setdefault(source, []).append(contract.name)
    if missing:
        names = ", ".join(missing)
        raise UsageError(
            Label(
                vi=f"{folder}: chưa tạo: {names}; hãy materialise các bảng này trước",
                en=f"{folder}: not built yet: {names}; materialise these tables first",
            )
        )
    if len(sources) > 1:
        groups = " | ".join(", ".join(names) for names in sources.values())
        raise UsageError(
            Label(
                vi=f"{folder}: tạo từ các dữ liệu khác nhau: {groups}; hãy materialise lại tất cả",
                en=f"{folder}: built from different inputs: {groups}; materialise all again",
            )
        )
    return next(iter(sources))


def _source(path: Path) -> str | None:
    """The fingerprint beside a staged file; ``None`` if it is not there or is another file's."""
    beside = path.with_suffix(".source")
    if not (path.is_file() and beside.is_file()):
        return None
    source, _, digest = beside.read_text(encoding="utf-8").strip().rpartition(" ")
    return source if digest == FileHash.of(path).sha256 else None


def read_staged(contract: Contract, folder: Path) -> pd.DataFrame:
    """A staged table. Raises ``UsageError`` if it is not staged."""
    source_of([contract], folder)
    return read_table(contract, folder)
