from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from htx_pipeline.errors import UsageError
from htx_pipeline.reader.sheets import Sheet, sheet_names, sheets
from htx_pipeline.reader.workbook import workbook

if TYPE_CHECKING:
    from htx_pipeline.reader import Release
    from htx_pipeline.reader.sheets import Cell

CREATED = dt.date(2025, 3, 31)
TEXTS = [
    "=1+1",
    '=HYPERLINK("x")',
    "+84912",
    "-5",
    "@x",
    "00123",
    "1e5",
    "https://example.org",
    "mailto:x@example.org",
    "TRUE",
    "2021-12-31",
    " đầu và cuối ",
    "<r>x</r>",
    "{=A1}",
]
NUMBERS = [0, -1, 3042, 2**53, -(2**53), 0.1, 92.5, 0.1 + 0.2, 100 * 48 / 52, 1e22, 5e-324, -2.5]


def written(*cells: Cell) -> list[Any]:
    sheet = Sheet("cells", ("cell",), ("ô",), [(cell,) for cell in cells])
    book = openpyxl.load_workbook(
        io.BytesIO(workbook([sheet], created=CREATED, title="Ô")), rich_text=False
    )
    return [book["cells"].cell(row, 1) for row in range(3, 3 + len(cells))]


def test_texts_stay_texts_whatever_they_begin_with() -> None:
    found = written(*TEXTS)
    assert [cell.value for cell in found] == TEXTS
    assert {cell.data_type for cell in found} == {"s"}
    assert all(cell.hyperlink is None for cell in found)


def test_numbers_read_back_as_the_same_doubles() -> None:
    found = written(*NUMBERS)
    assert [cell.value for cell in found] == NUMBERS
    assert {cell.data_type for cell in found} == {"n"}


def test_missing_cells_are_empty_and_truth_and_days_keep_their_kind() -> None:
    missing, yes, no, day, old = written(
        None, True, False, dt.date(2021, 12, 31), dt.date(1885, 1, 2)
    )
    assert missing.value is None
    assert (yes.value, no.value) == (True, False)
    assert {yes.data_type, no.data_type} == {"b"}
    assert day.is_date
    assert day.value == dt.datetime(2021, 12, 31)  # noqa: DTZ001 (a spreadsheet has no zones)
    assert old.value == "1885-01-02"


@pytest.mark.parametrize("cell", [2**53 + 1, "x" * 32_768])
def test_what_a_spreadsheet_cannot_hold_is_refused(cell: Cell) -> None:
    with pytest.raises(UsageError, match="export to CSV"):
        written(cell)


def test_the_bytes_depend_on_the_cells_only(release: Release) -> None:
    made = [workbook(sheets(release, ["unions"]), created=CREATED, title="x") for _ in range(2)]
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = packed.read("docProps/core.xml").decode()
    assert core.count("2025-03-31T00:00:00Z") == 2


def test_names_of_sheets_are_distinct_and_short_enough() -> None:
    long = "x" * 40
    assert list(sheet_names([long, long, "a", "A"])) == ["x" * 31, "x" * 29 + "~2", "a", "A~2"]
    with pytest.raises(UsageError):
        list(sheet_names([""]))


def test_every_cell_of_every_table_is_in_the_workbook(release: Release) -> None:
    made = sheets(release, lang="vi")
    data = workbook(made, created=CREATED, title="x")
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    assert book.sheetnames == [*release.names, "sources", "columns"]
    for sheet in made:
        titles, names, *rows = book[sheet.name].iter_rows(values_only=True)
        assert (titles, names) == (sheet.titles, sheet.columns)
        assert rows == [tuple(map(_as_read, row)) for row in sheet.rows]


def _as_read(cell: Cell) -> Any:
    if isinstance(cell, dt.date):
        return dt.datetime.combine(cell, dt.time())
    return cell
