"""``manifest.json``: what a release holds and what it was made from, each thing by its hash.

The manifest names every other file of the release, so that its own hash stands for the whole. It
holds no clock and no place: the same inputs give the same manifest.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from htx_pipeline.manifest import (
    FORMAT,
    IDENTITY,
    MANIFEST,
    canonical,
    no_manifest,
    parse_manifest,
    wrong_manifest,
)
from htx_pipeline.model import Label
from htx_pipeline.release.content import content_hash

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from htx_pipeline.manifest import FileHash
    from htx_pipeline.release.draft import Draft
    from htx_pipeline.release.inputs import Inputs


def manifest(draft: Draft, inputs: Inputs, files: Mapping[str, FileHash]) -> dict[str, Any]:
    """The manifest of a release that holds ``files`` beside it, by name."""
    dataset = draft.dataset
    issued = draft.tables["reports"]["issued_on"].to_pylist()
    found = {
        "dataset": {
            "id": dataset.id,
            "title": {"vi": dataset.title.vi, "en": dataset.title.en},
            "version": dataset.version,
            "licence": dataset.licence,
        },
        **inputs.document(),
        "tables": {
            contract.name: {
                "file": f"{contract.name}.parquet",
                "rows": draft.tables[contract.name].num_rows,
                "columns": draft.tables[contract.name].num_columns,
                "content_sha256": content_hash(draft.tables[contract.name]),
            }
            for contract in draft.contracts
        },
    }
    return {
        "format": FORMAT,
        "release": release_id(found),
        "known_until": max(issued).isoformat(),
        **found,
        "written_by": {name: version(name) for name in ("great_expectations", "pyarrow")},
        "files": {name: files[name].document() for name in sorted(files)},
    }


def release_id(found: Mapping[str, Any]) -> str:
    """What a release is called: ``r`` and twelve hexadecimal digits.

    It stands for the inputs and for what the tables hold, not for the bytes of the files: these
    change with the library that writes them.
    """
    identity = {name: found[name] for name in IDENTITY}
    return "r" + hashlib.sha256(canonical(identity)).hexdigest()[:12]


def write_manifest(found: Mapping[str, Any], folder: Path) -> Path:
    """Write it as ``folder/manifest.json``."""
    path = folder / MANIFEST
    told = json.dumps(found, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    path.write_text(told, encoding="utf-8", newline="\n")
    return path


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest in ``folder``.

    Raises ``ReleaseError`` if there is none, or if it has another form than this software knows.
    """
    try:
        data = (folder / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise no_manifest(str(folder)) from None
    except OSError as failure:
        why = Label(vi=f"không đọc được: {failure}", en=f"cannot be read: {failure}")
        raise wrong_manifest(str(folder), why) from failure
    return parse_manifest(data, str(folder))
