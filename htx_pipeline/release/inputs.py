"""What a build starts from: the raw files, the rules, the code lists, the software.

Tables that were built from other inputs than these are not released; the manifest of a release
names them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from htx_pipeline.manifest import FileHash, canonical
from htx_pipeline.rules.versions import code_now

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
            *code_now(),
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
    return _code(*code_now())


def _code(*parts: Mapping[str, Any]) -> dict[str, str]:
    return dict(zip(("rules", "codelists", "software"), map(_hash, parts), strict=True))


ABSENT = "-"
"""The version of a raw file that is not there."""


def _hash(document: Any) -> str:
    return hashlib.sha256(canonical(document)).hexdigest()
