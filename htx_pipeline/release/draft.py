"""A release while it is being written: what its descriptions are made from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow

    from htx_pipeline.contracts import Contract
    from htx_pipeline.release.dataset import Dataset


@dataclass(frozen=True, slots=True)
class FileHash:
    """What identifies the bytes of a file: their number and their SHA-256 in hexadecimal digits."""

    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> FileHash:
        """The hash of the file at ``path``."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            return cls(file.tell(), digest.hexdigest())

    def document(self) -> dict[str, int | str]:
        """As the manifest has it."""
        return {"bytes": self.bytes, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Draft:
    """The tables of a release and the files that hold them, before anything describes them.

    ``tables`` and ``files`` have an entry for each contract, under its name.
    """

    dataset: Dataset
    contracts: Sequence[Contract]
    tables: Mapping[str, pyarrow.Table]
    files: Mapping[str, FileHash]
