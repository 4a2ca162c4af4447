"""What a build starts from: the raw files, the rules, the code lists, the software.

Tables that were built from other inputs than these are not released; the manifest of a release
names them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from htx_pipeline import codelists, rules
from htx_pipeline.__about__ import __version__
from htx_pipeline.release.draft import FileHash
from htx_pipeline.rules.catalogue.none import NO_RULES
from htx_pipeline.rules.description import document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that the tables of a release are a function of.

    ``raw`` has the hash of each raw file by its path under ``data/raw``.
    """

    raw: Mapping[str, FileHash]
    rules: Mapping[str, Any]
    codelists: Mapping[str, Any]
    software: Mapping[str, str]

    @classmethod
    def under(cls, raw: Path) -> Inputs:
        """The inputs as they are now, with the raw files under ``raw``."""
        found = sorted(path for path in raw.rglob("*") if path.is_file())
        parts = {path: path.relative_to(raw).parts for path in found}
        return cls(
            {
                "/".join(parts[path]): FileHash.of(path)
                for path in found
                if not any(part.startswith((".", "_")) for part in parts[path])
            },
            _catalogue(),
            _codelists(),
            {"htx_pipeline": __version__},
        )

    def document(self) -> dict[str, Any]:
        """As the manifest has it."""
        return {
            "software": dict(self.software),
            "rules": dict(self.rules),
            "codelists": dict(self.codelists),
            "raw": {name: file.document() for name, file in self.raw.items()},
        }

    @property
    def fingerprint(self) -> str:
        """What identifies them: 64 hexadecimal digits."""
        return hashlib.sha256(canonical(self.document())).hexdigest()


def canonical(document: Any) -> bytes:
    """A JSON document as bytes that do not depend on the order of its keys."""
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _catalogue() -> dict[str, Any]:
    told = canonical(document(rules.TOPICS, NO_RULES))
    return {"count": len(rules.RULES), "sha256": hashlib.sha256(told).hexdigest()}


def _codelists() -> dict[str, Any]:
    lists = sorted(
        (path for path in files(codelists.__name__).iterdir() if path.name.endswith(".csv")),
        key=lambda path: path.name,
    )
    rows = {path.name: path.read_text(encoding="utf-8").splitlines() for path in lists}
    return {"count": len(lists), "sha256": hashlib.sha256(canonical(rows)).hexdigest()}
