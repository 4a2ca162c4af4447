"""The switch: staged tables become the release, all of them at once.

The new release is written beside the old one, read back and checked, and only then takes its place
by renaming. Whatever fails before that leaves the old release as it was.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from typing import TYPE_CHECKING

from htx_pipeline.release.parquet import read_table
from htx_pipeline.release.staging import source_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from htx_pipeline.contracts import Contract


def publish(contracts: Sequence[Contract], staging: Path, curated: Path) -> bool:
    """Make the staged tables the release; whether it differs from the one before.

    Raises ``UsageError`` if a table is not staged or was built from other figures than the rest,
    ``ContractError`` if a staged file does not hold what its contract promises.
    """
    names = [f"{contract.name}.parquet" for contract in contracts]
    source_of(contracts, staging)
    fresh = curated.with_name(f".{curated.name}-new-{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    try:
        for name in names:
            shutil.copyfile(staging / name, fresh / name)
        for contract in contracts:
            read_table(contract, fresh)
        if _same(fresh, curated, names):
            return False
        _switch(fresh, curated)
        return True
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _same(fresh: Path, curated: Path, names: Sequence[str]) -> bool:
    if not curated.is_dir() or sorted(path.name for path in curated.iterdir()) != sorted(names):
        return False
    return not any(filecmp.cmpfiles(fresh, curated, names, shallow=False)[1:])


def _switch(fresh: Path, curated: Path) -> None:
    old = curated.with_name(f".{curated.name}-old-{os.getpid()}")
    shutil.rmtree(old, ignore_errors=True)
    if curated.exists():
        curated.rename(old)
    try:
        fresh.rename(curated)
    except OSError:
        if old.exists():
            old.rename(curated)
        raise
    shutil.rmtree(old, ignore_errors=True)
