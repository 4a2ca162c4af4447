"""Tables ``reports`` and ``named_entities``."""

from __future__ import annotations

import csv
import datetime as dt
from typing import Any

import pytest

from htx_pipeline_tests.building import OWN_RAW, cells, own_corpus, own_release

FOLDERS = sorted(path.name for path in OWN_RAW.iterdir() if path.is_dir())


def reports() -> dict[str, dict[str, Any]]:
    return {row["report_id"]: row for row in cells(own_release().tables["reports"])}


def entities() -> list[dict[str, Any]]:
    return cells(own_release().tables["named_entities"])


def lines(file: str) -> list[dict[str, str]]:
    path = OWN_RAW / file
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_each_registered_report_has_a_row_in_the_order_of_its_id() -> None:
    assert list(reports()) == FOLDERS


@pytest.mark.parametrize("report", FOLDERS)
def test_a_report_counts_its_figures_and_all_its_numerals(report: str) -> None:
    figures, others = lines(f"{report}/figures.csv"), lines(f"{report}/other_numerals.csv")
    assert reports()[report]["figures_count"] == len(figures) > 0
    assert reports()[report]["numerals_count"] == len(figures) + len(others)


@pytest.mark.parametrize("report", FOLDERS)
def test_a_report_s_figures_are_in_the_table_of_figures(report: str) -> None:
    figures = own_release().tables["figures"]
    assert (figures["report_id"] == report).sum() == reports()[report]["figures_count"]


@pytest.mark.parametrize("report", FOLDERS)
def test_a_row_tells_what_report_yml_tells(report: str) -> None:
    (raw,) = (raw for raw in own_corpus().reports if raw.report.id == report)
    row = reports()[report]
    assert row["kind"] == raw.report.kind
    assert (row["title_vi"], row["title_en"]) == (raw.report.title.vi, raw.report.title.en)
    assert (row["issuer_vi"], row["issuer_en"]) == (raw.report.issuer.vi, raw.report.issuer.en)
    assert row["number"] == raw.report.number
    assert row["issued_on"].date() == raw.report.issued_on.date
    assert row["issued_on_precision"] == raw.report.issued_on.precision
    assert row["issued_on_evidence"] == raw.report.issued_on.evidence
    assert set(row["covers"]) == set(raw.report.covers)
    assert (row["area_code"], row["area"]) == ("VN-01", "Lai Châu")
    assert (row["language"], row["address"]) == (raw.report.language, raw.report.address)
    assert row["document_format"] == raw.report.document.format
    assert row["document_sha256"] == raw.report.document.sha256
    assert row["text_sha256"] == raw.report.document.text_sha256
    assert row["text_length"] == raw.report.document.text_length


def test_the_report_of_2021_is_told_as_it_is_registered() -> None:
    row = reports()["lai-chau-2021-report"]
    assert (row["kind"], row["issued_on_precision"]) == ("report", "estimated")
    assert row["issued_on"].date() == dt.date(2021, 12, 31)
    assert (row["covers"], row["number"]) == (["2021", "2022"], None)
    assert row["numerals_count"] == 307


# Named entities.


def test_each_named_entity_has_a_row_for_each_report_that_names_it() -> None:
    expected = [
        (line["entity"], report)
        for report in FOLDERS
        for line in lines(f"{report}/named_entities.csv")
    ]
    assert sorted((row["entity_id"], row["report_id"]) for row in entities()) == sorted(expected)
    assert len(expected) > 0


def test_an_entity_is_told_as_it_is_printed() -> None:
    by_key = {(row["entity_id"], row["report_id"]): row for row in entities()}
    for report in FOLDERS:
        for line in lines(f"{report}/named_entities.csv"):
            row = by_key[line["entity"], report]
            assert row["name"] == line["printed"]
            for column in ("district", "commune", "sector", "trade", "note"):
                assert row[column] == (line[column] or None)


def test_an_entity_s_figures_are_those_of_its_report_that_name_it() -> None:
    figures = cells(own_release().tables["figures"])
    for row in entities():
        assert row["figure_ids"] == sorted(
            figure["figure_id"]
            for figure in figures
            if figure["report_id"] == row["report_id"]
            and figure["organization"] == "named"
            and row["entity_id"] in figure["entity"].split(" + ")
        )


def test_a_figure_of_several_entities_belongs_to_each() -> None:
    shared = [
        figure
        for figure in cells(own_release().tables["figures"])
        if figure["organization"] == "named" and " + " in figure["entity"]
    ]
    assert shared
    for figure in shared:
        owners = [row for row in entities() if figure["figure_id"] in row["figure_ids"]]
        assert sorted(row["entity_id"] for row in owners) == sorted(figure["entity"].split(" + "))
