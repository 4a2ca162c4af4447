"""Is a release what it says of itself? And is it what the raw data give?

The first needs the release alone: hashes of files and of contents, and what the tables promise in
their own metadata (keys are unique, references lead somewhere; that no cell is missing where none
may be, Parquet itself sees to).
The second compares it with a release that has just been built.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow
import pyarrow.parquet

from htx_pipeline.manifest import MANIFEST, FileHash
from htx_pipeline.model import Label
from htx_pipeline.release import manifest
from htx_pipeline.release.content import content_hash

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from htx_pipeline.model import Language

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing in which a release is not what it should be, and the file that it is about.

    A note says what is different and yet holds the same.
    """

    file: str
    said: Label
    is_note: bool = False

    def text(self, language: Language) -> str:
        """File and what is wrong with it, in one line."""
        return f"{self.file}: {self.said.text(language)}"


def deviations(folder: Path) -> tuple[Deviation, ...]:
    """In what the release in ``folder`` is not what it says of itself; nothing if it is sound.

    Raises ``ReleaseError`` if there is no manifest that could say anything.
    """
    found = manifest.read_manifest(folder)
    told = tuple(_files(folder, found["files"]))
    return (*told, *_identity(found), *_tables(folder, found, {one.file for one in told}))


def _files(folder: Path, listed: Mapping[str, Any]) -> Iterator[Deviation]:
    present = {path.name: path for path in sorted(folder.iterdir())}
    for name, told in listed.items():
        path = present.pop(name, None)
        if path is None or not path.exists():
            yield Deviation(name, Label(vi="thiếu tệp này", en="this file is missing"))
        elif not path.is_file():
            yield Deviation(name, Label(vi="không phải một tệp", en="it is no file"))
        elif FileHash.of(path).document() != told:
            yield Deviation(
                name,
                Label(
                    vi="các byte không phải như manifest.json ghi",
                    en="its bytes are not those that manifest.json names",
                ),
            )
    present.pop(MANIFEST, None)
    for name in present:
        yield Deviation(
            name,
            Label(vi="manifest.json không có tệp này", en="manifest.json does not name this file"),
        )


def _identity(found: Mapping[str, Any]) -> Iterator[Deviation]:
    if manifest.release_id(found) != found["release"]:
        yield Deviation(
            MANIFEST,
            Label(
                vi=f"mã {found['release']} không khớp với nội dung được ghi",
                en=f"the id {found['release']} does not fit what is listed",
            ),
        )


def _tables(folder: Path, found: Mapping[str, Any], wrong: set[str]) -> Iterator[Deviation]:
    """What is wrong with the tables; ``wrong`` are files that have been told of already."""
    listed = found["tables"]
    tables: dict[str, pyarrow.Table] = {}
    for name, told in listed.items():
        if told["file"] in wrong and not (folder / told["file"]).is_file():
            continue
        try:
            table = pyarrow.parquet.ParquetFile(folder / told["file"]).read(use_threads=False)
            held = {
                "file": told["file"],
                "rows": table.num_rows,
                "columns": table.num_columns,
                "content_sha256": content_hash(table),
            }
        except (OSError, pyarrow.ArrowException, TypeError, ValueError) as failure:
            yield Deviation(
                told["file"],
                Label(vi=f"không đọc được: {failure}", en=f"cannot be read: {failure}"),
            )
            continue
        tables[name] = table
        if held != told:
            yield Deviation(
                told["file"],
                Label(
                    vi="nội dung không phải như manifest.json ghi",
                    en="its content is not what manifest.json names",
                ),
            )
    for name, table in tables.items():
        yield from _promises(listed[name]["file"], table, tables)
    if "reports" in tables:
        yield from _known_until(found["known_until"], tables["reports"])


def _known_until(told: str, reports: pyarrow.Table) -> Iterator[Deviation]:
    latest = max(map(str, reports["issued_on"].to_pylist()), default=None)
    if latest != told:
        yield Deviation(
            MANIFEST,
            Label(
                vi=f"known_until là {told}, nhưng báo cáo cuối ban hành ngày {latest}",
                en=f"known_until is {told}, but the last report was issued on {latest}",
            ),
        )


def _promises(
    file: str, table: pyarrow.Table, tables: Mapping[str, pyarrow.Table]
) -> Iterator[Deviation]:
    """In what a table breaks what its own metadata say."""
    for field in table.schema:
        targets = (field.metadata or {}).get(b"refers_to", b"").decode()
        if targets:
            yield from _dangling(file, field.name, table[field.name], targets.split(","), tables)
    key = (table.schema.metadata or {}).get(b"primary_key", b"").decode()
    names = key.split(",")
    if not set(names) <= set(table.column_names):
        yield Deviation(
            file,
            Label(
                vi=f"khóa {key!r} mà tệp ghi không phải các cột của bảng",
                en=f"the key {key!r} that the file names is not made of its columns",
            ),
        )
        return
    rows = list(zip(*(table[name].to_pylist() for name in names), strict=True))
    if len(set(rows)) < len(rows):
        yield Deviation(file, Label(vi=f"khóa {key} bị lặp", en=f"the key {key} is not unique"))


def _dangling(
    file: str,
    name: str,
    column: pyarrow.ChunkedArray,
    targets: list[str],
    tables: Mapping[str, pyarrow.Table],
) -> Iterator[Deviation]:
    there: set[Any] = set()
    for target in targets:
        table, _, other = target.partition(".")
        if table not in tables or other not in tables[table].column_names:
            yield Deviation(
                file,
                Label(
                    vi=f"cột {name} dẫn tới {target}, mà bản phát hành không có",
                    en=f"column {name} refers to {target}, which the release has not",
                ),
            )
            return
        there.update(tables[table][other].to_pylist())
    is_list = pyarrow.types.is_list(column.type)
    cells = column.to_pylist()
    named = {i for cell in cells for i in cell} if is_list else set(cells) - {None}
    lost = sorted(named - there)
    if lost:
        shown = ", ".join(lost[:_SHOWN]) + (" …" if len(lost) > _SHOWN else "")
        where = " hoặc ".join(targets), " or ".join(targets)
        yield Deviation(
            file,
            Label(
                vi=f"cột {name}: {len(lost)} giá trị không có trong {where[0]}: {shown}",
                en=f"column {name}: {len(lost)} values are not in {where[1]}: {shown}",
            ),
        )


def differences(published: Path, rebuilt: Path) -> tuple[Deviation, ...]:
    """In what a release is not the one that has just been built.

    Other bytes of the same content are a note where another version of the libraries that write
    and check the files explains them.
    """
    theirs, ours = manifest.read_manifest(published), manifest.read_manifest(rebuilt)
    return (
        *_other_inputs(theirs, ours),
        *_other_tables(theirs["tables"], ours["tables"]),
        *_other_files(theirs, ours),
    )


_SAID = {
    "dataset": Label(vi="mô tả bộ dữ liệu khác", en="the dataset is described otherwise"),
    "rules": Label(vi="danh mục quy tắc khác", en="the catalogue of rules is another"),
    "codelists": Label(vi="danh mục mã khác", en="the code lists are others"),
    "software": Label(vi="phiên bản phần mềm khác", en="the software has another version"),
}
_TOLD_OTHERWISE = {"files", "raw", "release", "tables", "written_by"}


def _other_inputs(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Deviation]:
    for name in sorted({*theirs["raw"], *ours["raw"]}):
        if theirs["raw"].get(name) != ours["raw"].get(name):
            yield Deviation(
                f"raw/{name}",
                Label(
                    vi="không phải tệp mà bản phát hành được tạo từ đó",
                    en="it is not the file that the release was made from",
                ),
            )
    for name in sorted({*theirs, *ours} - _TOLD_OTHERWISE - _SAID.keys()):
        if theirs.get(name) != ours.get(name):
            yield Deviation(MANIFEST, Label(vi=f"{name} khác", en=f"{name} is another"))
    for name, said in _SAID.items():
        if theirs[name] != ours[name]:
            yield Deviation(MANIFEST, said)


def _other_tables(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Deviation]:
    for name in {**ours, **theirs}:
        if name not in ours or name not in theirs:
            which = Label(vi="bảng thừa", en="this table is not built")
            missing = Label(vi="thiếu bảng này", en="this table is missing")
            yield Deviation(f"{name}.parquet", which if name in theirs else missing)
        elif theirs[name]["content_sha256"] != ours[name]["content_sha256"]:
            rows = theirs[name]["rows"], ours[name]["rows"]
            yield Deviation(
                theirs[name]["file"],
                Label(
                    vi=f"nội dung khác với bản vừa tạo ({rows[0]} dòng, vừa tạo {rows[1]})",
                    en=f"another content than what has just been built ({rows[0]} rows, built "
                    f"{rows[1]})",
                ),
            )


def _other_files(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Deviation]:
    told = {
        theirs["tables"][name]["file"]
        for name in theirs["tables"]
        if name not in ours["tables"] or theirs["tables"][name] != ours["tables"][name]
    }
    others = [
        f"{name} {theirs['written_by'].get(name)} / {ours['written_by'].get(name)}"
        for name in sorted({*theirs["written_by"], *ours["written_by"]})
        if theirs["written_by"].get(name) != ours["written_by"].get(name)
    ]
    for name in sorted({*theirs["files"], *ours["files"]} - told):
        if theirs["files"].get(name) == ours["files"].get(name):
            continue
        if name not in ours["files"] or name not in theirs["files"]:
            gone = Label(vi="thiếu tệp này", en="this file is missing")
            extra = Label(vi="tệp thừa", en="this file is not built")
            yield Deviation(name, extra if name in theirs["files"] else gone)
        elif others:
            versions = ", ".join(others)
            yield Deviation(
                name,
                Label(
                    vi=f"byte khác, do phiên bản khác của thư viện: {versions}",
                    en=f"other bytes, by other versions of libraries: {versions}",
                ),
                is_note=True,
            )
        else:
            yield Deviation(
                name,
                Label(vi="khác với bản vừa tạo", en="it is not what has just been built"),
            )
