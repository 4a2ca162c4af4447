"""A release as sheets of plain cells: one for each table, its sources and its dictionary.

What a cell looks like in a file is said by ``workbook`` and ``comma_separated``.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from htx_pipeline.errors import UsageError
from htx_pipeline.model import Label, Language
from htx_pipeline.reader.citation import authors, cite
from htx_pipeline.reader.days import AsOf, day_of
from htx_pipeline.reader.dictionary import Description, described
from htx_pipeline.reader.labels import labelled
from htx_pipeline.reader.loading import as_known

if TYPE_CHECKING:
    import pyarrow

    from htx_pipeline.reader.release import Release

Cell = str | int | float | bool | dt.date | None

SEPARATOR = "; "
"""Between the items of a list that becomes one text."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of cells under names of columns, which have a title each."""

    name: str
    columns: tuple[str, ...]
    titles: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def sheets(
    release: Release,
    names: Sequence[str] = (),
    *,
    as_of: AsOf | None = None,
    lang: Language = "en",
    labels: bool = False,
) -> list[Sheet]:
    """The tables ``names`` (all, if there are none), then ``sources`` and ``columns``.

    ``lang`` is the language of titles, and with ``labels`` also of coded cells. Lists become texts
    joined by ``"; "``, lists of records JSON. Raises as ``load`` does.
    """
    wanted = [release.checked(name) for name in dict.fromkeys(names)]
    day = None if as_of is None else day_of(as_of)
    known = release.tables() if day is None else release.known_on(day)
    found = {
        name: as_known(release, day, name)
        for name in wanted or [name for name in release.names if name in known]
    }
    about = {name: described(table, name, release.id, lang) for name, table in found.items()}
    return [
        *(
            _sheet(labelled(table, lang) if labels else table, about[name])
            for name, table in found.items()
        ),
        _sources(release, found, about, day, lang),
        _dictionary(about.values(), lang),
    ]


def _sheet(table: pyarrow.Table, about: Description) -> Sheet:
    columns = [[_cell(cell) for cell in column.to_pylist()] for column in table.columns]
    return Sheet(
        about.name,
        tuple(table.column_names),
        tuple(column.title for column in about.columns),
        list(zip(*columns, strict=True)),
    )


def _cell(cell: Any) -> Cell:
    if isinstance(cell, list):
        if any(isinstance(item, Mapping) for item in cell):
            return json.dumps(cell, ensure_ascii=False)
        return SEPARATOR.join(cell)
    plain: Cell = cell
    return plain


_SOURCES: Mapping[str, Label] = {
    "kind": Label(vi="loại (dataset, report, table)", en="Kind (dataset, report, table)"),
    "id": Label(vi="mã", en="Id"),
    "title": Label(vi="tên", en="Title"),
    "issuer": Label(vi="tác giả, cơ quan ban hành", en="Authors, issuer"),
    "number": Label(vi="phiên bản, số văn bản", en="Version, number"),
    "date": Label(
        vi="ngày ban hành; của bộ dữ liệu: gồm các báo cáo ban hành đến ngày này",
        en="Issued on; of the data set: reports issued until this day are in it",
    ),
    "precision": Label(vi="độ chính xác của ngày", en="Precision of the date"),
    "release": Label(vi="bản phát hành", en="Release"),
    "licence": Label(vi="giấy phép", en="Licence"),
    "rows": Label(vi="số dòng", en="Rows"),
    "content_sha256": Label(
        vi="sha256 của nội dung bảng như được phát hành (kèm mã, không kèm nhãn)",
        en="SHA-256 of the table's content as released (with codes, without labels)",
    ),
    "citation": Label(vi="trích dẫn", en="Citation"),
}


def _sources(
    release: Release,
    found: Mapping[str, pyarrow.Table],
    about: Mapping[str, Description],
    day: dt.date | None,
    lang: Language,
) -> Sheet:
    dataset = release.manifest["dataset"]
    rows: list[dict[str, Cell]] = [
        {
            "kind": "dataset",
            "id": dataset["id"],
            "title": dataset["title"][lang],
            "issuer": SEPARATOR.join(authors(release)),
            "number": dataset["version"],
            "date": min(day or release.known_until, release.known_until),
            "release": release.id,
            "licence": dataset["licence"],
            "citation": cite(as_of=day, lang=lang, release=release),
        }
    ]
    rows += [
        {
            "kind": "report",
            "id": report["report_id"],
            "title": report[f"title_{lang}"],
            "issuer": report[f"issuer_{lang}"],
            "number": report["number"],
            "date": report["issued_on"],
            "precision": report["issued_on_precision"],
        }
        for report in as_known(release, day, "reports").to_pylist()
    ]
    rows += [
        {
            "kind": "table",
            "id": name,
            "title": about[name].title,
            "rows": table.num_rows,
            "release": release.id,
            "content_sha256": _hash(release, name, table, day),
        }
        for name, table in found.items()
    ]
    return _of("sources", _SOURCES, rows, lang)


def _hash(release: Release, name: str, table: pyarrow.Table, day: dt.date | None) -> str:
    if day is None:
        return str(release.manifest["tables"][name]["content_sha256"])
    from htx_pipeline.release.content import content_hash  # noqa: PLC0415 (start-up counts)

    return content_hash(table)


_COLUMNS: Mapping[str, Label] = {
    "table": Label(vi="bảng", en="Table"),
    "column": Label(vi="cột", en="Column"),
    "title": Label(vi="tên", en="Title"),
    "kind": Label(vi="kiểu", en="Kind"),
    "unit": Label(vi="đơn vị", en="Unit"),
    "may_be_missing": Label(vi="có thể trống", en="May be missing"),
    "key": Label(vi="thuộc khóa", en="Part of the key"),
    "description": Label(vi="mô tả", en="Description"),
    "codelist": Label(vi="danh mục mã", en="Code list"),
    "codes": Label(vi="các mã", en="Codes"),
    "refers_to": Label(vi="trỏ đến", en="Refers to"),
}


def _dictionary(about: Iterable[Description], lang: Language) -> Sheet:
    rows: list[dict[str, Cell]] = [
        {
            "table": table.name,
            "column": column.name,
            "title": column.title,
            "kind": column.kind,
            "unit": column.unit,
            "may_be_missing": column.nullable,
            "key": column.name in table.key,
            "description": column.description,
            "codelist": column.codelist,
            "codes": SEPARATOR.join(f"{code}: {label}" for code, label in column.codes.items()),
            "refers_to": SEPARATOR.join(column.refers_to),
        }
        for table in about
        for column in table.columns
    ]
    return _of("columns", _COLUMNS, rows, lang)


def _of(
    name: str,
    columns: Mapping[str, Label],
    rows: Iterable[Mapping[str, Cell]],
    lang: Language,
) -> Sheet:
    return Sheet(
        name,
        tuple(columns),
        tuple(title.text(lang) for title in columns.values()),
        [tuple(row.get(column) for column in columns) for row in rows],
    )


def sheet_names(names: Iterable[str], longest: int = 31) -> Iterator[str]:
    """Names of sheets: distinct, also without regard to case, and no longer than a spreadsheet
    allows. Raises ``UsageError`` if a name is empty."""
    taken: set[str] = set()
    for name in names:
        if not name:
            raise UsageError(Label(vi="bảng không có tên", en="a table without a name"))
        short, number = name[:longest], 1
        while short.lower() in taken:
            number += 1
            short = f"{name[: longest - len(str(number)) - 1]}~{number}"
        taken.add(short.lower())
        yield short
