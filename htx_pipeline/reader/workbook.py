"""Sheets → a workbook (.xlsx), in which every cell is what it was.

Texts are texts, whatever they begin with: no formula, no link, no number is made of them. Numbers
are written with all digits of their shortest decimal form. The bytes depend on the sheets only.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from htx_pipeline.errors import UsageError
from htx_pipeline.model import Label
from htx_pipeline.reader.sheets import Sheet, sheet_names

if TYPE_CHECKING:
    from xlsxwriter.format import Format  # type: ignore[import-untyped]

    from htx_pipeline.reader.sheets import Cell

_FIRST_DAY = dt.date(1900, 3, 1)
"""Spreadsheets have a 29 February 1900; the days before it are texts."""
_EXACT = 2**53
"""Spreadsheets hold numbers as doubles: whole numbers are exact up to here."""
_LONGEST_TEXT = 32_767
_MOST_ROWS = 1_048_576
_HEAD = 2
_NARROWEST, _WIDEST = 8, 60


class _ExactSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter is not typed
    """A worksheet whose numbers read back as the same doubles: the library writes 16 digits."""

    def _xml_number_element(
        self, number: float, attributes: Sequence[tuple[str, Any]] = ()
    ) -> None:
        if float(f"{number:.16G}") == number:
            super()._xml_number_element(number, attributes)
        else:
            told = "".join(f' {name}="{value}"' for name, value in attributes)
            self.fh.write(f"<c{told}><v>{number!r}</v></c>")


def workbook(sheets: Sequence[Sheet], *, created: dt.date, title: str) -> bytes:
    """The bytes of a workbook with these sheets; above the names of columns stand their titles.

    ``created`` is the date that the workbook's properties tell, instead of a clock's. Raises
    ``UsageError`` if a sheet has more rows, a text more characters or a whole number more digits
    than a spreadsheet can hold.
    """
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    midnight = dt.datetime.combine(created, dt.time())
    book.set_properties({"title": title, "created": midnight})
    bold = book.add_format({"bold": True})
    muted = book.add_format({"italic": True, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, sheet in zip(sheet_names(one.name for one in sheets), sheets, strict=True):
        _fill(book.add_worksheet(name, worksheet_class=_ExactSheet), sheet, (muted, bold, day))
    book.close()
    return out.getvalue()


def _fill(page: Worksheet, sheet: Sheet, formats: tuple[Format, Format, Format]) -> None:
    muted, bold, day = formats
    if len(sheet.rows) + _HEAD > _MOST_ROWS:
        raise _too_much(sheet, f"{len(sheet.rows)} dòng", f"{len(sheet.rows)} rows")
    for column, (name, title) in enumerate(zip(sheet.columns, sheet.titles, strict=True)):
        page.write_string(0, column, title, muted)
        page.write_string(1, column, name, bold)
        longest = max((len(str(row[column])) for row in sheet.rows), default=0)
        page.set_column(column, column, min(max(longest, len(name), _NARROWEST) + 2, _WIDEST))
    for number, row in enumerate(sheet.rows, start=_HEAD):
        for column, cell in enumerate(row):
            try:
                _write(page, (number, column), cell, day)
            except _TooMuchError as failure:
                raise _too_much(sheet, *failure.args) from None
    page.freeze_panes(_HEAD, 0)
    if sheet.columns:
        page.autofilter(1, 0, max(len(sheet.rows) + 1, 1), len(sheet.columns) - 1)


class _TooMuchError(Exception):
    """A spreadsheet cannot hold a cell; its arguments say why in Vietnamese and English."""


def _write(page: Worksheet, where: tuple[int, int], cell: Cell, day: Format) -> None:
    if isinstance(cell, str):
        if len(cell.encode("utf-16-le")) // 2 > _LONGEST_TEXT:
            raise _TooMuchError("một ô quá dài", "a text that is too long")
        if cell.startswith("<r>"):
            # the library takes this for markup of its own; text in several runs is not
            page.write_rich_string(*where, cell[0], cell[1], cell[2:])
        else:
            page.write_string(*where, cell)
    elif isinstance(cell, bool):
        page.write_boolean(*where, cell)
    elif isinstance(cell, dt.date):
        if cell < _FIRST_DAY:
            page.write_string(*where, cell.isoformat())
        else:
            page.write_datetime(*where, dt.datetime.combine(cell, dt.time()), day)
    elif cell is not None:
        if isinstance(cell, int) and abs(cell) > _EXACT:
            raise _TooMuchError(f"số {cell}", f"the number {cell}")
        page.write_number(*where, cell)


def _too_much(sheet: Sheet, vi: str, en: str) -> UsageError:
    return UsageError(
        Label(
            vi=f"bảng tính không chứa được {vi} của {sheet.name}; hãy xuất ra CSV",
            en=f"a spreadsheet cannot hold {en} of {sheet.name}; export to CSV",
        )
    )
