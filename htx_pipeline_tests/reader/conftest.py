"""A release to read: the repository's own tables, written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from htx_pipeline.reader import Release, open_release
from htx_pipeline_tests.reader.releases import write_release

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release; not to be changed."""
    return write_release(tmp_path_factory.mktemp("released") / "curated")


@pytest.fixture(scope="session")
def release(released: Path) -> Release:
    """That release, opened."""
    return open_release(released)
