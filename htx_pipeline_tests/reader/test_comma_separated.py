from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from htx_pipeline.reader.comma_separated import comma_separated, guarded
from htx_pipeline.reader.sheets import Sheet, sheets
from htx_pipeline_tests.reader.releases import own_tables

if TYPE_CHECKING:
    from pathlib import Path

    from htx_pipeline.reader import Release
    from htx_pipeline.reader.sheets import Cell

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\t\r\n"


def unguarded(text: str) -> str:
    """The text that was guarded, as docs/recipes.md has it."""
    return re.sub(f"^'('*[{re.escape(SIGNS)}])", r"\1", text)


def line(*cells: Cell) -> str:
    names = tuple(f"c{number}" for number in range(len(cells)))
    data = comma_separated(Sheet("cells", names, names, [cells]))
    assert data.startswith(b"\xef\xbb\xbf")
    _, found, nothing = data.decode("utf-8-sig").split("\r\n")
    assert nothing == ""
    return found


def test_texts_are_quoted_and_guarded_and_nothing_else_is() -> None:
    assert line("=1+1", "+84912", "-5", "@x", "00123", 'a "b", c') == (
        '"\'=1+1","\'+84912","\'-5","\'@x","00123","a ""b"", c"'
    )
    assert [guarded(f"{sign}1") for sign in SIGNS] == [f"'{sign}1" for sign in SIGNS]
    assert line(-5, 0.1 + 0.2, 3042, True, dt.date(2021, 12, 31)) == (
        "-5,0.30000000000000004,3042,true,2021-12-31"
    )


def test_a_missing_cell_is_not_an_empty_text() -> None:
    assert line(None, "", None) == ',"",'


@given(st.text(alphabet=f"'{SIGNS}a0"))
def test_a_guarded_text_is_no_formula_and_reads_back(text: str) -> None:
    assert not guarded(text).startswith(tuple(SIGNS))
    assert unguarded(guarded(text)) == text


def test_every_cell_of_a_table_reads_back(release: Release) -> None:
    for name in ("targets", "findings", "figures"):
        sheet = sheets(release, [name])[0]
        text = comma_separated(sheet).decode("utf-8-sig")
        names, *rows = csv.reader(io.StringIO(text, newline=""))
        assert tuple(names) == sheet.columns
        for row, cells in zip(rows, sheet.rows, strict=True):
            for found, cell in zip(row, cells, strict=True):
                if cell is None:
                    assert found == ""
                elif isinstance(cell, str):
                    assert unguarded(found) == cell
                elif isinstance(cell, float):
                    assert float(found) == cell
                else:
                    assert found == str(cell).replace("True", "true").replace("False", "false")


def test_pandas_and_duckdb_take_the_numbers_as_numbers(release: Release, tmp_path: Path) -> None:
    path = tmp_path / "cooperatives.csv"
    path.write_bytes(comma_separated(sheets(release, ["cooperatives"])[0]))
    wanted = own_tables()["cooperatives"]["cooperatives_active_count"].to_pylist()
    frame = pd.read_csv(path, dtype_backend="numpy_nullable", encoding="utf-8-sig")
    assert frame["cooperatives_active_count"].dtype == pd.Int64Dtype()
    assert [None if pd.isna(n) else n for n in frame["cooperatives_active_count"]] == wanted
    rows = duckdb.read_csv(str(path)).select("cooperatives_active_count").fetchall()
    assert [row[0] for row in rows] == wanted
