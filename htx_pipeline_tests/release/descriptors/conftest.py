"""A release of the repository's own tables in a temporary folder, with all that describes it."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.parquet
import pytest

from htx_pipeline.curation import CONTRACTS
from htx_pipeline.manifest import FileHash
from htx_pipeline.parquet import write_table
from htx_pipeline.release.dataset import read_dataset
from htx_pipeline.release.descriptors import DESCRIPTIONS
from htx_pipeline.release.draft import Draft
from htx_pipeline_tests.building import OWN_RAW, own_release

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Described:
    """A draft, and the folder that holds its tables and descriptions."""

    draft: Draft
    folder: Path

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_bytes())

    def rows(self, table: str) -> list[dict[str, Any]]:
        """What stands in the Parquet file of a table."""
        file = self.folder / f"{table}.parquet"
        return pyarrow.parquet.ParquetFile(file).read().to_pylist()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Second opinions are formed here, from what stands in the files."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("nothing is fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="session")
def described(tmp_path_factory: pytest.TempPathFactory) -> Described:
    folder = tmp_path_factory.mktemp("release")
    frames = own_release().tables
    draft = Draft(
        read_dataset(OWN_RAW),
        CONTRACTS,
        {one.name: one.to_arrow(frames[one.name]) for one in CONTRACTS},
        {one.name: FileHash.of(write_table(one, frames[one.name], folder)) for one in CONTRACTS},
    )
    for name, describe in DESCRIPTIONS.items():
        (folder / name).write_bytes(describe(draft))
    return Described(draft, folder)
