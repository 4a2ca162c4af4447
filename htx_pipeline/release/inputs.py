"""What a build starts from: the raw files, the rules, the code lists, the software.

Tables that were built from other inputs than these are not released; the manifest of a release
names them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache, cached_property
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


@dataclass(frozen=True)
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
            *_code_now(),
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

    @property
    def raw_fingerprint(self) -> str:
        """What identifies the raw files: 64 hexadecimal digits."""
        return _raw_fingerprint({name: file.document() for name, file in self.raw.items()})

    @property
    def report_ids(self) -> tuple[str, ...]:
        """The folders of reports, sorted."""
        return tuple(sorted({name.partition("/")[0] for name in self.raw if "/" in name}))

    @cached_property
    def versions(self) -> Mapping[str, str]:
        """Each input by a name of its own: what identifies it, as hexadecimal digits.

        ``raw/<report_id>`` is the folder of a report, ``raw/<name>.yml`` a file that all reports
        share, ``raw`` which reports there are; ``rules``, ``codelists`` and ``software`` are what
        reads them.
        """
        folders: dict[str, dict[str, str]] = {}
        for name, file in self.raw.items():
            folders.setdefault(name.partition("/")[0], {})[name] = file.sha256
        return {
            **{f"raw/{name}": _hash(files) for name, files in folders.items()},
            "raw": _hash(self.report_ids),
            **_code(self.rules, self.codelists, self.software),
        }

    def version(self, name: str) -> str:
        """One of ``versions``; for a raw file that is not there, that it is not."""
        return self.versions.get(name, ABSENT)


def released_from(manifest: Mapping[str, Any]) -> str:
    """The ``raw_fingerprint`` of the raw files that a release was made from, by its manifest."""
    return _raw_fingerprint(manifest["raw"])


def _raw_fingerprint(files: Mapping[str, Mapping[str, Any]]) -> str:
    return _hash({name: file["sha256"] for name, file in files.items()})


def code_versions() -> Mapping[str, str]:
    """The versions of what reads the raw files: ``rules``, ``codelists``, ``software``."""
    return _code(*_code_now())


def _code(*parts: Mapping[str, Any]) -> dict[str, str]:
    return dict(zip(("rules", "codelists", "software"), map(_hash, parts), strict=True))


@cache
def _code_now() -> tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, str]]:
    return _catalogue(), _codelists(), {"htx_pipeline": __version__}


ABSENT = "-"
"""The version of a raw file that is not there."""


def _hash(document: Any) -> str:
    return hashlib.sha256(canonical(document)).hexdigest()


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
