"""A release while it is being written: what its descriptions are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow

    from htx_pipeline.contracts import Contract
    from htx_pipeline.manifest import FileHash
    from htx_pipeline.release.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Draft:
    """The tables of a release and the files that hold them, before anything describes them.

    ``tables`` and ``files`` have an entry for each contract, under its name.
    """

    dataset: Dataset
    contracts: Sequence[Contract]
    tables: Mapping[str, pyarrow.Table]
    files: Mapping[str, FileHash]
