from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

import htx_pipeline as htx
from htx_pipeline import codelists
from htx_pipeline.errors import UsageError
from htx_pipeline.reader.sheets import sheets
from htx_pipeline.release.content import content_hash
from htx_pipeline_tests.reader.releases import own_tables

if TYPE_CHECKING:
    from htx_pipeline.reader import Release
    from htx_pipeline.reader.sheets import Sheet


def cells(sheet: Sheet, column: str) -> list[object]:
    return [row[sheet.columns.index(column)] for row in sheet.rows]


def test_the_named_tables_come_in_their_order_with_sources_and_dictionary(release: Release) -> None:
    made = sheets(release, ["unions", "groups", "unions"], lang="vi")
    assert [sheet.name for sheet in made] == ["unions", "groups", "sources", "columns"]
    unions, _, sources, columns = made
    assert list(unions.columns) == own_tables()["unions"].column_names
    about = htx.describe("unions", "vi", release=release)
    assert unions.titles == tuple(column.title for column in about.columns)
    assert set(cells(columns, "table")) == {"unions", "groups"}
    kinds = cells(sources, "kind")
    assert kinds == ["dataset"] + ["report"] * 5 + ["table"] * 2


def test_lists_become_texts_and_records_json(release: Release) -> None:
    findings = sheets(release, ["findings"])[0]
    rows = own_tables()["findings"].to_pylist()
    assert cells(findings, "figure_ids") == ["; ".join(row["figure_ids"]) for row in rows]
    assert [json.loads(str(cell)) for cell in cells(findings, "suspects") if cell] == [
        row["suspects"] for row in rows if row["suspects"]
    ]


def test_codes_stay_unless_labels_are_asked_for(release: Release) -> None:
    codes, labels = (
        cells(sheets(release, ["cooperatives_by_sector"], lang="vi", labels=asked)[0], "sector")
        for asked in (False, True)
    )
    assert labels == [codelists.rows("sector")[str(code)]["vi"] for code in codes]


def test_sources_say_which_release_which_reports_and_how_to_cite(release: Release) -> None:
    *_, sources, _ = sheets(release, ["unions"])
    dataset, *reports, table = [
        dict(zip(sources.columns, row, strict=True)) for row in sources.rows
    ]
    assert dataset["release"] == release.id
    assert dataset["date"] == release.known_until
    assert dataset["licence"] == "CC-BY-4.0"
    assert dataset["citation"] == htx.cite(release=release)
    expected = own_tables()["reports"].to_pylist()
    assert [(row["id"], row["title"], row["date"], row["precision"]) for row in reports] == [
        (row["report_id"], row["title_en"], row["issued_on"], row["issued_on_precision"])
        for row in expected
    ]
    assert table["content_sha256"] == content_hash(own_tables()["unions"])


def test_as_of_a_day_sources_are_those_of_then(release: Release) -> None:
    day = dt.date(2022, 6, 30)
    targets, sources, _ = sheets(release, ["targets"], as_of=day)
    known = release.known_on(day)["targets"]
    assert len(targets.rows) == known.num_rows < own_tables()["targets"].num_rows
    found = [dict(zip(sources.columns, row, strict=True)) for row in sources.rows]
    assert [row["id"] for row in found if row["kind"] == "report"] == [
        "lai-chau-2021-report",
        "lai-chau-2021-strategy",
    ]
    assert found[0]["date"] == day
    assert found[0]["citation"] == htx.cite(as_of=day, release=release)
    assert "as known on 2022-06-30" in found[0]["citation"]
    assert found[-1]["content_sha256"] == content_hash(known)


def test_an_unknown_table_is_refused(release: Release) -> None:
    with pytest.raises(UsageError, match="the nearest is unions"):
        sheets(release, ["groups", "union"])
