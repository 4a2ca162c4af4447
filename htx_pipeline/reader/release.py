"""One release as its readers see it: its manifest, and tables that are what the manifest says.

A release may be replaced by a newer one at any moment, also between two reads. What is read is
therefore compared with the manifest every time: a file of another release is noticed, and a file
that is damaged is never parsed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from os import PathLike
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from htx_pipeline.errors import ReleaseError, UsageError
from htx_pipeline.manifest import (
    FORMAT,
    FROM_FIGURES,
    MANIFEST,
    files_of,
    no_manifest,
    parse_manifest,
)
from htx_pipeline.model import Label
from htx_pipeline.reader.places import Place, place_of

if TYPE_CHECKING:
    import pyarrow

Location = str | PathLike[str]
Result = TypeVar("Result")

_PAUSES = (0.0, 0.02, 0.1)
"""Seconds before a file that is missing or another one is looked for again: where folders cannot be
exchanged in one step, a release is absent for an instant while it is replaced."""
_ATTEMPTS = 5


class ReplacedError(ReleaseError):
    """The release was replaced by another one after it was opened; what was read of it is right."""


class Release:
    """One release: every table that it gives is of this release, and as its manifest says.

    Tables are read when they are asked for, and kept. Where the files of another release have taken
    the place of this one, a table that was not read before raises ``ReplacedError``: open it anew.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._manifest_bytes = _manifest_bytes(place)
        self.manifest: Mapping[str, Any] = MappingProxyType(
            parse_manifest(self._manifest_bytes, str(place), (FORMAT, FROM_FIGURES))
        )
        self._tables: dict[str, pyarrow.Table] = {}
        self._known: dict[dt.date, Mapping[str, pyarrow.Table]] = {}

    def __repr__(self) -> str:
        return f"<Release {self.id} of {len(self.names)} tables at {self._place}>"

    @property
    def id(self) -> str:
        """What identifies what the release holds, such as ``r0123456789ab``."""
        return str(self.manifest["release"])

    @property
    def known_until(self) -> dt.date:
        """The day on which the latest of its reports was issued."""
        return dt.date.fromisoformat(self.manifest["known_until"])

    @property
    def names(self) -> tuple[str, ...]:
        """The tables, in the order of presentation."""
        return tuple(self.manifest["tables"])

    def table(self, name: str) -> pyarrow.Table:
        """A table; each column has title, description, unit and code list in its metadata.

        Raises ``UsageError`` if the release has no such table, ``ReleaseError`` if its file is
        missing or is not what the manifest says.
        """
        if name not in self._tables:
            self._tables[name] = self._read(self.checked(name))
        return self._tables[name]

    def tables(self) -> Mapping[str, pyarrow.Table]:
        """All tables by name; each is read when it is looked up."""
        return _Tables(self)

    def known_on(self, day: dt.date) -> Mapping[str, pyarrow.Table]:
        """All tables as the reports issued by the end of ``day`` give them.

        Raises ``UsageError`` if no report was issued by then, ``ReleaseError`` if the release was
        made by a version of htx_pipeline that has other columns.
        """
        if day >= self.known_until:
            return self.tables()
        first = min(self.table("reports")["issued_on"].to_pylist())
        if day < first:
            raise UsageError(
                Label(
                    vi=f"đến ngày {day} chưa biết gì: báo cáo đầu tiên ban hành ngày {first}",
                    en=f"nothing is known on {day}: the first report was issued on {first}",
                )
            )
        if day not in self._known:
            self._known[day] = self._as_known_on(day)
        return self._known[day]

    def document(self, name: str) -> bytes:
        """The bytes of a file of the release.

        Raises ``ReleaseError`` if the manifest does not name it, or if it is not what the manifest
        says.
        """
        listed = self.manifest["files"].get(name)
        if not isinstance(listed, dict) or "sha256" not in listed:
            raise self._wrong(
                name, "manifest.json không kê tệp này", "the manifest lacks this file"
            )
        for pause in _PAUSES:
            time.sleep(pause)
            found = _read(self._place, name)
            if found is not None and hashlib.sha256(found).hexdigest() == listed["sha256"]:
                return found
            if _manifest_bytes(self._place) != self._manifest_bytes:
                raise ReplacedError(
                    Label(
                        vi=f"{self._place}: bản phát hành {self.id} đã được thay bằng bản khác từ "
                        "khi mở; hãy mở lại",
                        en=f"{self._place}: release {self.id} was replaced by another one since it "
                        "was opened; open it anew",
                    )
                )
        if found is None:
            raise self._wrong(name, "thiếu tệp", "the file is missing")
        raise self._wrong(
            name,
            "tệp bị hỏng hoặc bị sửa: sha256 khác trong manifest.json; hãy tải lại",
            "damaged or changed: its sha256 is not the one in manifest.json; fetch it again",
        )

    def checked(self, name: str) -> str:
        """``name``, if the release has a table of this name; else ``UsageError``."""
        return one_of(name, self.names, Label(vi="bảng", en="table"))

    def _read(self, name: str) -> pyarrow.Table:
        listed = self.manifest["tables"][name]
        if not isinstance(listed, dict) or not {"file", "files"} & listed.keys():
            raise self._wrong(MANIFEST, f"thiếu tệp của bảng {name}", f"no file of table {name}")
        files = files_of(listed)
        partition = listed.get("partition")
        if partition is None:
            (found,) = map(self._file, files)
        else:
            from htx_pipeline.reader.partitions import joined  # noqa: PLC0415 (start-up counts)

            found = joined(((file, self._file(file)) for file in files), partition)
        if found.num_rows != listed.get("rows"):
            raise self._wrong(
                files[0] if len(files) == 1 else name,
                f"có {found.num_rows} dòng, manifest.json nói {listed['rows']}",
                f"{found.num_rows} rows where manifest.json says {listed['rows']}",
            )
        return found

    def _file(self, file: str) -> pyarrow.Table:
        import pyarrow  # noqa: PLC0415 (start-up counts)
        from pyarrow import parquet  # noqa: PLC0415

        data = self.document(file)
        # one thread: a process that ends while Arrow's own threads start is aborted now and then
        try:
            return parquet.ParquetFile(pyarrow.BufferReader(data)).read(use_threads=False)
        except (pyarrow.ArrowException, OSError) as failure:
            raise self._wrong(
                file, f"không phải Parquet: {failure}", f"no Parquet: {failure}"
            ) from (failure)

    def _as_known_on(self, day: dt.date) -> Mapping[str, pyarrow.Table]:
        from htx_pipeline.curation import CONTRACTS  # noqa: PLC0415 (start-up counts)
        from htx_pipeline.curation.vintage import known_on  # noqa: PLC0415

        ours = {contract.name: contract.arrow for contract in CONTRACTS}
        released = self.tables()
        for name in ("reports", "named_entities", "legal_documents", "figures", "findings"):
            if not released[name].schema.equals(ours[name]):
                made_by = self.manifest.get("software", {}).get("htx_pipeline", "?")
                raise self._wrong(
                    f"{name}.parquet",
                    f"có cột khác với phần mềm này; hãy dùng htx_pipeline {made_by} để đọc theo "
                    "ngày",
                    "its columns are not those of this software; to read it as of a day, use "
                    f"htx_pipeline {made_by}",
                )
        return MappingProxyType(known_on(day, released))

    def _wrong(self, name: str, vi: str, en: str) -> ReleaseError:
        return _wrong(self._place, name, vi, en)


class _Tables(Mapping[str, Any]):
    """The tables of a release by name."""

    def __init__(self, release: Release) -> None:
        self._release = release

    def __getitem__(self, name: str) -> Any:
        if name not in self._release.names:
            raise KeyError(name)
        return self._release.table(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._release.names)

    def __len__(self) -> int:
        return len(self._release.names)


def open_release(location: Location | None = None) -> Release:
    """The release at ``location``: a folder, or an address that fsspec knows.

    Without one it is the release that the environment variable ``HTX_RELEASE`` names, else the one
    that the installed package ships, else ``data/curated`` of the checkout. Raises ``ReleaseError``
    if there is no ``manifest.json``, or one of a form that this version does not know;
    ``UsageError`` if an address needs a library that is not installed.
    """
    return Release(place_of(location))


def reading(release: Release | Location | None, work: Callable[[Release], Result]) -> Result:
    """What ``work`` makes of a release, all of it of one and the same.

    A release that is replaced meanwhile is opened again, a few times; one that the caller has
    opened is not, and raises ``ReplacedError``.
    """
    if isinstance(release, Release):
        return work(release)
    for _ in range(_ATTEMPTS - 1):
        try:
            return work(open_release(release))
        except ReplacedError:
            continue
    return work(open_release(release))


def one_of(given: str, known: tuple[str, ...], what: Label) -> str:
    """``given``, if it is known; else ``UsageError`` with the nearest and all that are known."""
    if given in known:
        return given
    near = get_close_matches(str(given), known, n=1)
    listed = ", ".join(known)
    raise UsageError(
        Label(
            vi=f"không có {what.vi} {given!r}; "
            + (f"gần nhất là {near[0]}; " if near else "")
            + f"có: {listed}",
            en=f"no {what.en} {given!r}; "
            + (f"the nearest is {near[0]}; " if near else "")
            + f"there are: {listed}",
        )
    )


def _manifest_bytes(place: Place) -> bytes:
    for pause in _PAUSES:
        time.sleep(pause)
        found = _read(place, MANIFEST)
        if found is not None:
            return found
    raise no_manifest(str(place))


def _read(place: Place, name: str) -> bytes | None:
    """The bytes of a file; ``None`` if it is not there. ``ReleaseError`` if it cannot be read."""
    try:
        return place.read(name)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as failure:
        raise _wrong(
            place, name, f"không đọc được: {failure}", f"cannot be read: {failure}"
        ) from failure


def _wrong(place: Place, name: str, vi: str, en: str) -> ReleaseError:
    return ReleaseError(Label(vi=f"{place}: {name}: {vi}", en=f"{place}: {name}: {en}"))
