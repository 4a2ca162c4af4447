"""The data dictionary: every table, column and code in both languages, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from htx_pipeline import codelists
from htx_pipeline.curation import CONTRACTS
from htx_pipeline.release.descriptors.about import codelists_of, file_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from htx_pipeline.contracts import Contract, Field, Kind
    from htx_pipeline.model import Label

_KINDS: dict[Kind, str] = {
    "text": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "day": "day",
    "texts": "list of texts",
    "records": "list of records",
}
_HEAD = """\
# Data dictionary · Từ điển dữ liệu

Made by `htx dictionary > docs/dictionary.md` from the contracts of the tables and the code lists.

Được tạo từ giao ước của các bảng và các danh mục mã.

A column may be null only where `null` stands. A code list is linked; `→` says in which column every
value (of a list: every element) stands. The same words are in the Arrow metadata of the files.

Một cột chỉ có thể trống khi có ghi `null`. Danh mục mã có liên kết; `→` chỉ cột chứa mọi giá trị
(với danh sách: mọi phần tử). Metadata Arrow của các tệp có cùng nội dung này.
"""


def dictionary(contracts: Sequence[Contract] = CONTRACTS) -> str:
    """The tables that ``contracts`` promise and the code lists that they use, as Markdown."""
    return "\n".join([_HEAD, *_lines(contracts)])


def _lines(contracts: Sequence[Contract]) -> Iterator[str]:
    yield "## Tables · Các bảng"
    yield ""
    for contract in contracts:
        yield f"- [`{contract.name}`](#{contract.name}) — {_both(contract.title)}"
    yield ""
    for contract in contracts:
        yield from _table(contract)
    yield "## Code lists · Danh mục mã"
    yield ""
    for name in codelists_of(contracts):
        yield f"### {name}"
        yield ""
        rows = codelists.rows(name).items()
        yield from _grid(
            ("code", "English", "Tiếng Việt"),
            ((f"`{code}`", row["en"], row["vi"]) for code, row in rows),
        )


def _table(contract: Contract) -> Iterator[str]:
    yield f"### {contract.name}"
    yield ""
    yield f"**{_both(contract.title)}** — `{file_of(contract)}`"
    yield ""
    yield contract.description.en
    yield ""
    yield contract.description.vi
    yield ""
    yield "Key · Khóa: " + ", ".join(f"`{name}`" for name in contract.key)
    yield ""
    yield from _grid(
        ("column", "type", "unit", "English", "Tiếng Việt"),
        (
            (
                f"`{field.name}`",
                _type(field),
                _unit(field),
                f"**{field.title.en}.** {field.description.en}",
                f"**{field.title.vi}.** {field.description.vi}",
            )
            for field in contract.fields
        ),
    )


def _type(field: Field) -> str:
    told = _KINDS[field.kind]
    if field.elements:
        told += ": " + ", ".join(f"`{name}` {_KINDS[kind]}" for name, kind in field.elements)
    if field.codelist:
        told = f"[{field.codelist}](#{field.codelist})"
    if field.refers_to:
        told += " → " + ", ".join(f"`{column}`" for column in field.refers_to)
    if field.pattern:
        told += f" `{field.pattern}`"
    if field.minimum is not None:
        told += f" ≥ {field.minimum:g}"
    if not field.may_be_empty:
        told += ", never empty"
    return f"{told}, null" if field.nullable else told


def _unit(field: Field) -> str:
    if field.unit in codelists.codes("unit"):
        return _both(codelists.label("unit", field.unit))
    return field.unit or ""


def _both(label: Label) -> str:
    return label.en if label.en == label.vi else f"{label.en} · {label.vi}"


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _row(head)
    yield _row(["---"] * len(head))
    for row in rows:
        yield _row(cell.replace("|", "\\|") for cell in row)
    yield ""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
