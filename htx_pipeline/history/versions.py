"""The tables that a caller names: a release, a git revision, or the current release as of a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow
from pyarrow import parquet

from htx_pipeline.curation import CONTRACTS
from htx_pipeline.errors import ReleaseError, UsageError
from htx_pipeline.history.commits import files_at
from htx_pipeline.manifest import MANIFEST
from htx_pipeline.model import Label
from htx_pipeline.reader.days import day_of
from htx_pipeline.reader.release import Location, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Tables = Mapping[str, pyarrow.Table]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PARQUET = ".parquet"


@dataclass(frozen=True, slots=True)
class Version:
    """The tables of one side of a comparison, and what the caller called it."""

    name: str
    tables: Tables


def open_version(
    given: str, at_hand: Callable[[], Location | None], curated: Callable[[], Path]
) -> Version:
    """What ``given`` names: a day, else a path or address that exists, else a git revision.

    A day is read from the release ``at_hand`` (``None``: see ``open_release``), a revision from the
    git checkout that ``curated`` lies in; each is asked for only then. A release is compared with
    its manifest; a folder without one, as older versions wrote it, is read as it is. Raises
    ``UsageError`` if nothing is called so, ``ReleaseError`` if it cannot be read.
    """
    if _DAY.fullmatch(given):
        day = day_of(given)
        return Version(given, reading(at_hand(), lambda release: dict(release.known_on(day))))
    if "://" in given or "::" in given:
        return Version(given, reading(given, lambda release: dict(release.tables())))
    folder = Path(given)
    if folder.is_dir():
        return Version(given, _of_folder(folder))
    if folder.exists():
        raise UsageError(
            Label(
                vi=f"{given}: là một tệp; hãy chỉ thư mục chứa các bảng",
                en=f"{given}: a file; name the folder that holds the tables",
            )
        )
    return Version(given, _parsed(files_at(given, curated(), _PARQUET), given))


def current(curated: Path, name: str) -> Version:
    """The release in ``curated``. Raises ``ReleaseError`` if there is none."""
    return Version(name, _of_folder(curated))


def at_hand() -> Version:
    """The release that ``open_release`` opens where none is named, called by its id."""
    return reading(None, lambda release: Version(release.id, dict(release.tables())))


def _of_folder(folder: Path) -> Tables:
    if (folder / MANIFEST).is_file():
        return reading(folder, lambda release: dict(release.tables()))
    files = {path.name: path.read_bytes() for path in sorted(folder.glob(f"*{_PARQUET}"))}
    if not files:
        raise ReleaseError(
            Label(
                vi=f"{folder}: không có {MANIFEST} và không có tệp Parquet nào",
                en=f"{folder}: neither {MANIFEST} nor any Parquet file in it",
            )
        )
    return _parsed(files, str(folder))


def _parsed(files: Mapping[str, bytes], where: str) -> Tables:
    """The tables in the order of presentation; those that this version does not know come last."""
    found: dict[str, pyarrow.Table] = {}
    for name, data in files.items():
        try:
            table = parquet.ParquetFile(pyarrow.BufferReader(data)).read(use_threads=False)
        except (pyarrow.ArrowException, OSError) as failure:
            raise ReleaseError(
                Label(
                    vi=f"{where}: {name}: không phải Parquet: {failure}",
                    en=f"{where}: {name}: no Parquet: {failure}",
                )
            ) from failure
        found[name.removesuffix(_PARQUET)] = table
    order = [contract.name for contract in CONTRACTS if contract.name in found]
    return {name: found[name] for name in dict.fromkeys([*order, *sorted(found)])}
