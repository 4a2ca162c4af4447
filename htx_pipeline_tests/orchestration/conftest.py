from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

OWN_RAW = Path(__file__).parents[2] / "data" / "raw"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the repository's own raw data, and nothing built from it."""
    shutil.copytree(OWN_RAW, tmp_path / "data" / "raw")
    return tmp_path / "data"


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """An instance that outlives a run, and not the test."""
    with dg.DagsterInstance.ephemeral() as found:
        yield found
