"""Codes → labels, in the cells of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from htx_pipeline import codelists

if TYPE_CHECKING:
    import pyarrow

    from htx_pipeline.model import Language


def codelist_of(field: pyarrow.Field) -> str | None:
    """The code list that the cells of a column are codes of, by the column's metadata."""
    name = (field.metadata or {}).get(b"codelist")
    return None if name is None else str(name.decode())


def labels_of(codelist: str, language: Language) -> dict[str, str]:
    """What each code of a list is called; empty if this version does not know the list."""
    try:
        return {code: row[language] for code, row in codelists.rows(codelist).items()}
    except FileNotFoundError:
        return {}


def labelled(table: pyarrow.Table, language: Language) -> pyarrow.Table:
    """``table`` with labels for the codes of coded columns; unknown codes stay.

    The names of columns stay, too. The metadata of such a column no longer names a code list.
    """
    import pyarrow  # noqa: PLC0415 (start-up counts)

    for position, field in enumerate(table.schema):
        codelist = codelist_of(field)
        if codelist is None or not pyarrow.types.is_string(field.type):
            continue
        labels = labels_of(codelist, language)
        coded = table.column(position).combine_chunks().dictionary_encode()
        told = pyarrow.array(
            [labels.get(code, code) for code in coded.dictionary.to_pylist()], pyarrow.string()
        )
        kept = {key: text for key, text in field.metadata.items() if key != b"codelist"}
        table = table.set_column(position, field.with_metadata(kept), told.take(coded.indices))
    return table
