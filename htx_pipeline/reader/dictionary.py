"""What a release holds and what its columns mean, told by the files themselves."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from htx_pipeline.model import Label, Language
from htx_pipeline.reader.labels import codelist_of, labels_of
from htx_pipeline.reader.release import Location, Release, one_of, reading

if TYPE_CHECKING:
    import pyarrow

_WIDTH = 96


@dataclass(frozen=True, slots=True)
class TableSummary:
    """One table of a release: its name, its title in both languages, and how many rows it has."""

    name: str
    title: Label
    rows: int


class Catalogue(Mapping[str, TableSummary]):
    """The tables of a release by name, in the order of presentation; readable at a prompt."""

    def __init__(self, release_id: str, summaries: tuple[TableSummary, ...]) -> None:
        self.release_id = release_id
        self._by_name = {summary.name: summary for summary in summaries}

    def __getitem__(self, name: str) -> TableSummary:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        wide = max(map(len, self), default=0)
        lines = [
            f"{name:{wide}}  {one.rows:>6}  {one.title.en} · {one.title.vi}"
            for name, one in self.items()
        ]
        return "\n".join([f"{len(self)} tables of release {self.release_id}, with rows", *lines])


@dataclass(frozen=True, slots=True)
class ColumnDescription:
    """What a column is. ``codes`` gives the label of each code of its code list."""

    name: str
    kind: str
    title: str
    description: str
    unit: str | None
    nullable: bool
    codelist: str | None
    codes: Mapping[str, str]
    refers_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """What a table is, in one language; ``str()`` of it is a page to read."""

    name: str
    title: str
    description: str
    key: tuple[str, ...]
    rows: int
    columns: tuple[ColumnDescription, ...]
    release_id: str
    lang: Language

    def __getitem__(self, column: str) -> ColumnDescription:
        """The column of this name. Raises ``UsageError`` if there is none."""
        names = tuple(one.name for one in self.columns)
        return self.columns[names.index(one_of(column, names, Label(vi="cột", en="column")))]

    def __str__(self) -> str:
        return "\n".join(_page(self))


def tables(*, release: Release | Location | None = None) -> Catalogue:
    """The tables of a release: titles in both languages and numbers of rows, by name.

    Raises ``ReleaseError`` if the release is not what its manifest says.
    """

    def look(found: Release) -> Catalogue:
        return Catalogue(
            found.id,
            tuple(
                TableSummary(name, Label(*_both(table.schema.metadata, "title")), table.num_rows)
                for name, table in found.tables().items()
            ),
        )

    return reading(release, look)


def describe(
    name: str, lang: Language = "en", *, release: Release | Location | None = None
) -> Description:
    """What the table ``name`` is: title, description, key, columns with units and code lists.

    It is told by the metadata of the table's own file. Raises ``UsageError`` for an unknown table
    or language, ``ReleaseError`` if the release is not what its manifest says.
    """
    one_of(lang, ("vi", "en"), Label(vi="ngôn ngữ", en="language"))
    return reading(release, lambda found: described(found.table(name), name, found.id, lang))


def described(table: pyarrow.Table, name: str, release_id: str, lang: Language) -> Description:
    """What the metadata of a table say of it in ``lang``."""
    about = table.schema.metadata or {}
    return Description(
        name=name,
        title=_told(about, "title", lang),
        description=_told(about, "description", lang),
        key=tuple(about.get(b"primary_key", b"").decode().split(",")),
        rows=table.num_rows,
        columns=tuple(_column(field, lang) for field in table.schema),
        release_id=release_id,
        lang=lang,
    )


def _column(field: pyarrow.Field, lang: Language) -> ColumnDescription:
    about = field.metadata or {}
    codelist = codelist_of(field)
    return ColumnDescription(
        name=field.name,
        kind=_kind(field.type),
        title=_told(about, "title", lang),
        description=_told(about, "description", lang),
        unit=_told(about, "unit", "en") or None,
        nullable=field.nullable,
        codelist=codelist,
        codes={} if codelist is None else labels_of(codelist, lang),
        refers_to=tuple(filter(None, _told(about, "refers_to", "en").split(","))),
    )


def _kind(type_: pyarrow.DataType) -> str:
    from pyarrow import types  # noqa: PLC0415 (start-up counts)

    if types.is_list(type_):
        return "records" if types.is_struct(type_.value_type) else "texts"
    kinds = {
        "text": types.is_string,
        "integer": types.is_integer,
        "number": types.is_floating,
        "boolean": types.is_boolean,
        "day": types.is_date,
    }
    return next((kind for kind, is_kind in kinds.items() if is_kind(type_)), str(type_))


def _told(about: Mapping[bytes, bytes], what: str, lang: Language) -> str:
    vi, en = _both(about, what)
    return vi if lang == "vi" else en


def _both(about: Mapping[bytes, bytes], what: str) -> tuple[str, str]:
    en = about.get(what.encode(), b"").decode()
    return about.get(f"{what}_vi".encode(), en.encode()).decode(), en


_WORDS: Mapping[str, Mapping[Language, str]] = {
    "key": {"en": "key", "vi": "khóa"},
    "rows": {"en": "rows", "vi": "dòng"},
    "release": {"en": "release", "vi": "bản phát hành"},
    "nullable": {"en": "may be missing", "vi": "có thể trống"},
    "codelist": {"en": "codes of", "vi": "mã của"},
    "refers_to": {"en": "refers to", "vi": "trỏ đến"},
}


def _page(about: Description) -> Iterator[str]:
    words = {name: told[about.lang] for name, told in _WORDS.items()}
    yield f"{about.name}: {about.title}"
    yield from _wrapped(about.description, "")
    yield (
        f"{words['key']}: {', '.join(about.key)}; {words['rows']}: {about.rows}; "
        f"{words['release']}: {about.release_id}"
    )
    for column in about.columns:
        facts = [column.kind, column.unit, words["nullable"] if column.nullable else None]
        yield ""
        yield f"{column.name} ({', '.join(filter(None, facts))})"
        yield from _wrapped(f"{column.title}. {column.description}", "    ")
        if column.codelist:
            codes = "; ".join(f"{code} {label}" for code, label in column.codes.items())
            yield from _wrapped(f"{words['codelist']} {column.codelist}: {codes}", "    ")
        if column.refers_to:
            yield f"    {words['refers_to']} {', '.join(column.refers_to)}"


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
