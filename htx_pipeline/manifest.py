"""The form of ``manifest.json``, for those who write it and those who read it.

What stands in it is made by ``release.manifest``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from htx_pipeline.errors import ReleaseError
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "manifest.json"
FORMAT = 1
"""Number of the form; another one when whoever knows the old form would misread the new."""
FROM_FIGURES = 2
"""The form for tables that were built from figures of any size (``scale``). A table is one file or
several; their hashes stand for what they hold. Of a table that is partitioned, ``partition`` names
the column that its files lack, and the order of its rows."""

IDENTITY = ("dataset", "software", "rules", "codelists", "raw", "tables")
"""What the id of a release stands for: its inputs, and what its tables hold."""

_SHAPE = dict.fromkeys((*IDENTITY, "files", "written_by"), dict) | {
    "release": str,
    "known_until": str,
}
_OF_A_TABLE = {"file": str, "rows": int, "columns": int, "content_sha256": str}
_OF_FILES = {"files": list, "rows": int, "columns": int}
_OF_A_PARTITION = {"column": str, "place": int, "nullable": bool, "about": dict, "order": list}
_OF_A_FILE = {"bytes": int, "sha256": str}
_OF_THE_DATASET = {"id": str, "title": dict, "version": str, "licence": str}


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


def canonical(document: Any) -> bytes:
    """A JSON document as bytes that do not depend on the order of its keys."""
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def parse_manifest(data: bytes, where: str, forms: Collection[int] = (FORMAT,)) -> dict[str, Any]:
    """What the manifest ``data`` of the release at ``where`` says, if it is of one of ``forms``.

    Raises ``ReleaseError`` if it is no JSON, or of a form that this version does not know.
    """
    try:
        found = json.loads(data)
    except ValueError as failure:
        raise wrong_manifest(
            where, Label(vi=f"không phải JSON: {failure}", en=f"no JSON: {failure}")
        ) from None
    form = found.get("format") if isinstance(found, dict) else None
    if form == FROM_FIGURES and form not in forms:
        raise wrong_manifest(
            where,
            Label(
                vi="do htx tables tạo ra, không phải một bản phát hành",
                en="made by htx tables, this is no release",
            ),
        )
    if not isinstance(found, dict) or form not in forms or not _has_shape(found):
        raise wrong_manifest(
            where,
            Label(
                vi=f"cần dạng {FORMAT}; hãy cập nhật htx_pipeline hoặc tải lại bản phát hành",
                en=f"form {FORMAT} is expected; update htx_pipeline, or fetch the release again",
            ),
        )
    return found


def no_manifest(where: str) -> ReleaseError:
    """The error for a place that has no manifest."""
    return wrong_manifest(
        where,
        Label(
            vi="không có tệp này, nên đây không phải một bản phát hành",
            en="there is no such file, so this is no release",
        ),
    )


def wrong_manifest(where: str, why: Label) -> ReleaseError:
    """The error for a manifest that cannot be read."""
    path = f"{where.rstrip('/')}/{MANIFEST}"
    return ReleaseError(Label(vi=f"{path}: {why.vi}", en=f"{path}: {why.en}"))


def files_of(table: Mapping[str, Any]) -> tuple[str, ...]:
    """The files that hold a table, by what the manifest says of it."""
    return tuple(table["files"]) if "files" in table else (table["file"],)


def _has_shape(found: dict[str, Any]) -> bool:
    form = found["format"]
    shape = {name: kind for name, kind in _SHAPE.items() if form == FORMAT or name != "raw"}
    if not _has(found, shape):
        return False
    if not _has(found["dataset"], _OF_THE_DATASET):
        return False
    try:
        dt.date.fromisoformat(found["known_until"])
    except ValueError:
        return False
    return (
        _has(found["dataset"]["title"], {"vi": str, "en": str})
        and all(map(_is_table if form == FORMAT else _is_of_files, found["tables"].values()))
        and all(_has(told, _OF_A_FILE) for told in found["files"].values())
        and all(map(_is_plain, found["tables"]))
        and all(map(_is_plain if form == FORMAT else _is_inside, found["files"]))
    )


def _is_table(told: object) -> bool:
    return _has(told, _OF_A_TABLE)


def _is_of_files(told: Any) -> bool:
    """Whether a table has at least one file, and says how it is partitioned where it is."""
    return (
        _has(told, _OF_FILES)
        and bool(told["files"])
        and all(isinstance(name, str) for name in told["files"])
        and ("partition" not in told or _has(told["partition"], _OF_A_PARTITION))
    )


def _is_inside(name: str) -> bool:
    """Whether it names something in the folder, or below it."""
    return all(map(_is_plain, name.split("/")))


def _has(told: object, shape: Mapping[str, type]) -> bool:
    return isinstance(told, dict) and all(
        isinstance(told.get(name), type_) for name, type_ in shape.items()
    )


def _is_plain(name: str) -> bool:
    """Whether it names something right in the folder: a manifest may come from anywhere."""
    return name not in {"", ".", ".."} and not set(name) & set("/\\:")
