"""``structure.json`` and ``observations.csv``, by pysdmx, and how codes and periods are written."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysdmx.errors import Invalid
from pysdmx.io import get_datasets, read_sdmx
from pysdmx.model import DataStructureDefinition, Role

from htx_pipeline.curation.observations import CONTRACT
from htx_pipeline.release.descriptors.sdmx import components, identifier, time_period

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def structure(described: Any) -> DataStructureDefinition:
    """The data structure, after the message was validated by the schema of SDMX-JSON."""
    message = read_sdmx(described.folder / "structure.json", validate=True)
    (found,) = (one for one in message.structures if isinstance(one, DataStructureDefinition))
    return found


@pytest.fixture(scope="module")
def data(described: Any) -> pd.DataFrame:
    folder = described.folder
    (found,) = get_datasets(folder / "observations.csv", folder / "structure.json")
    return found.data


def unknown(structure: DataStructureDefinition, data: pd.DataFrame) -> set[tuple[str, str]]:
    """The cells that stand in no code list, or are missing where the structure wants one."""
    found = set()
    for one in structure.components:
        cells = data[one.id].astype("object").where(data[one.id].notna(), "").astype(str)
        if one.required:
            found |= {(one.id, cell) for cell in cells if cell == ""}
        if one.local_codes is not None:
            known = {code.id for code in one.local_codes}
            found |= {(one.id, cell) for cell in cells if cell and cell not in known}
    return found


def test_the_structure_is_that_of_the_contract(structure: DataStructureDefinition) -> None:
    told = {one.id: one for one in structure.components}
    assert list(told) == [one.id for one in components()]
    assert [one.id for one in structure.components.dimensions] == [
        one.id for one in components() if one.field.name in CONTRACT.key
    ]
    assert [one.id for one in structure.components.measures] == ["OBS_VALUE"]
    for one in components():
        assert told[one.id].concept.name == one.field.title.en
        assert told[one.id].concept.description == one.field.description.en
        assert (told[one.id].local_codes is not None) is (one.codelist is not None)
        if told[one.id].role is Role.ATTRIBUTE:
            assert told[one.id].required is one.is_mandatory


def test_every_code_of_the_data_is_in_its_code_list(
    structure: DataStructureDefinition, data: pd.DataFrame
) -> None:
    assert set(data.columns) == {one.id for one in structure.components}
    assert unknown(structure, data) == set()


def test_a_code_that_is_in_no_list_and_a_missing_one_are_noticed(
    described: Any, structure: DataStructureDefinition, tmp_path: Path
) -> None:
    text = (described.folder / "observations.csv").read_text(encoding="utf-8")
    header, first, *_ = csv.reader(io.StringIO(text))
    spoilt = dict(zip(header, first, strict=True)) | {"SECTOR": "fishing", "INDICATOR": ""}
    path = tmp_path / "observations.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, list(spoilt.values())])
    (found,) = get_datasets(path, described.folder / "structure.json")
    assert unknown(structure, found.data) == {("SECTOR", "fishing"), ("INDICATOR", "")}


def test_a_message_that_breaks_the_schema_is_noticed(described: Any) -> None:
    told = described.json("structure.json")
    told["data"]["codelists"][0]["codes"][0]["id"] = "not an id"
    with pytest.raises(Invalid):
        read_sdmx(json.dumps(told), validate=True)


def test_the_data_are_the_rows_of_the_table(described: Any, data: pd.DataFrame) -> None:
    rows = described.rows("observations")
    assert len(data) == len(rows)
    for row, (_, line) in zip(rows, data.iterrows(), strict=True):
        for column, name in (
            ("value", "OBS_VALUE"),
            ("value_low", "VALUE_LOW"),
            ("value_high", "VALUE_HIGH"),
        ):
            assert (None if pd.isna(line[name]) else line[name]) == row[column]
        assert line["OBS_STATUS"] == row["obs_status"]
        assert line["INDICATOR"] == row["indicator"]
        assert line["REPORT_ID"] == row["report_id"]
        assert line["FIGURE_IDS"].split() == row["figure_ids"]
        assert line["TIME_PERIOD"] == time_period(row["period"])


def test_no_two_observations_have_the_same_key(
    structure: DataStructureDefinition, data: pd.DataFrame
) -> None:
    assert not data.duplicated([one.id for one in structure.components.dimensions]).any()


def test_numbers_are_plain(described: Any) -> None:
    text = (described.folder / "observations.csv").read_text(encoding="utf-8")
    header, *lines = csv.reader(io.StringIO(text))
    at = header.index("OBS_VALUE")
    values = [line[at] for line in lines]
    assert all(set(value) <= set("-0123456789.") for value in values)
    assert not any(value.endswith(".0") for value in values)


@pytest.mark.parametrize(
    ("period", "told"),
    [
        ("2021", "2021"),
        ("2021-12-31", "2021-12-31"),
        ("2023-S1", "2023-S1"),
        ("2021/2025", "2021-01-01/P5Y"),
        ("2022-01-01/2023-06-30", "2022-01-01/P1Y6M"),
        ("2021-S1/2021-S2", "2021-01-01/P1Y"),
        ("2023-S1/2024-S1", "2023-01-01/P1Y6M"),
        ("2021-01-15/2021-02-14", "2021-01-15/P31D"),
        ("2021-01-01/2021-01-30", "2021-01-01/P30D"),
    ],
)
def test_a_period_is_written_as_sdmx_has_it(period: str, told: str) -> None:
    assert time_period(period) == told


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("VN-01", "VN-01"),
        ("_T", "_T"),
        ("VN-01/xã", "VN-01$2Fx$C3$A3"),
        ("a + b", "a$20$2B$20b"),
        ("$2F", "$242F"),
    ],
)
def test_a_code_is_written_as_sdmx_has_it(code: str, told: str) -> None:
    assert identifier(code) == told


@given(st.text())
def test_a_code_can_be_read_back(code: str) -> None:
    encodable = code.encode(errors="replace").decode()
    assert unquote(identifier(encodable).replace("$", "%")) == encodable
