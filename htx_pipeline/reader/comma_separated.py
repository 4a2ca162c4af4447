r"""Sheets → CSV files that spreadsheets open without harm, and programs read without loss.

UTF-8 with a byte order mark, because Excel takes a file without one for another encoding; comma,
CRLF and quotes as RFC 4180 has them. Texts are always quoted, numbers, days and true/false never:
an empty field is a missing cell, ``""`` an empty text. A text that a spreadsheet would take for a
formula (it begins with ``=``, ``+``, ``-``, ``@``, one of these in full width, a tab, a carriage
return or a line feed) gets an apostrophe before it. So that this can be undone, so does a text that
begins with apostrophes and then one of these signs: whoever removes one apostrophe where
apostrophes are followed by such a sign has the texts as they were (``docs/recipes.md`` does).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from htx_pipeline.reader.sheets import Cell, Sheet

_FORMULA = re.compile(r"'*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")
_END = "\r\n"


def comma_separated(sheet: Sheet) -> bytes:
    """The bytes of a CSV file with the names of columns as its header."""
    lines = [_line(sheet.columns), *map(_line, sheet.rows)]
    return "".join(lines).encode("utf-8-sig")


def guarded(text: str) -> str:
    """``text`` such that no spreadsheet takes it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _line(cells: Iterable[Cell]) -> str:
    return ",".join(map(_field, cells)) + _END


def _field(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return '"' + guarded(cell).replace('"', '""') + '"'
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)
