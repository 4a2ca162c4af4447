"""Tables on their way to a release, each with the fingerprint of the figures it was built from.

Someone may materialise a single table in the UI; the fingerprints keep tables of different figures
from being released together.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from htx_pipeline.errors import UsageError
from htx_pipeline.model import Label
from htx_pipeline.release.parquet import read_table, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pandas as pd

    from htx_pipeline.contracts import Contract


def stage(contract: Contract, frame: pd.DataFrame, folder: Path, *, source: str) -> Path:
    """Write a table that was built from the figures with the fingerprint ``source``."""
    path = write_table(contract, frame, folder)
    path.with_suffix(".source").write_text(source, encoding="utf-8")
    return path


def fingerprint(contract: Contract, frame: pd.DataFrame) -> str:
    """What identifies the rows of a table, whatever file they lie in."""
    rows = contract.to_arrow(frame).to_pylist()
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def source_of(contracts: Iterable[Contract], folder: Path) -> str:
    """The fingerprint that all of these staged tables share.

    Raises ``UsageError`` if one is not staged, or if they were built from different figures.
    """
    sources: dict[str, list[str]] = {}
    missing = []
    for contract in contracts:
        path = folder / f"{contract.name}.source"
        if path.is_file() and path.with_suffix(".parquet").is_file():
            sources.setdefault(path.read_text(encoding="utf-8"), []).append(contract.name)
        else:
            missing.append(contract.name)
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
                vi=f"{folder}: tạo từ các số liệu khác nhau: {groups}; hãy materialise lại tất cả",
                en=f"{folder}: built from different figures: {groups}; materialise all again",
            )
        )
    return next(iter(sources))


def read_staged(contract: Contract, folder: Path) -> pd.DataFrame:
    """A staged table. Raises ``UsageError`` if it is not staged."""
    source_of([contract], folder)
    return read_table(contract, folder)
