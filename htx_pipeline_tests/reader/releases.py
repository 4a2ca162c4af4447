"""Release folders for tests: the repository's own tables, or others, with a true manifest."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from htx_pipeline.curation import CONTRACTS
from htx_pipeline.manifest import FileHash
from htx_pipeline.release import Inputs, write_table
from htx_pipeline.release.dataset import read_dataset
from htx_pipeline.release.descriptors import DESCRIPTIONS
from htx_pipeline.release.draft import Draft
from htx_pipeline.release.manifest import manifest, write_manifest
from htx_pipeline_tests.building import OWN_RAW, own_release

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow


@cache
def own_tables() -> Mapping[str, pyarrow.Table]:
    """The repository's own tables."""
    frames = own_release().tables
    return {contract.name: contract.to_arrow(frames[contract.name]) for contract in CONTRACTS}


def write_release(folder: Path, tables: Mapping[str, pyarrow.Table] | None = None) -> Path:
    """``folder``, with the files of a release of ``tables`` (the repository's own)."""
    tables = own_tables() if tables is None else tables
    folder.mkdir(parents=True, exist_ok=True)
    for contract in CONTRACTS:
        write_table(contract, contract.from_arrow(tables[contract.name]), folder)
    files = {
        contract.name: FileHash.of(folder / f"{contract.name}.parquet") for contract in CONTRACTS
    }
    draft = Draft(read_dataset(OWN_RAW), CONTRACTS, tables, files)
    name = "datapackage.json"
    (folder / name).write_bytes(DESCRIPTIONS[name](draft))
    listed = {path.name: FileHash.of(path) for path in sorted(folder.iterdir())}
    listed.pop("manifest.json", None)
    write_manifest(manifest(draft, Inputs.under(OWN_RAW), listed), folder)
    return folder
