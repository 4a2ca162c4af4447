"""The code lists are complete, and agree with the types that name the same codes."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest

from htx_pipeline import codelists
from htx_pipeline.figures.reports import IssuedOn, Report
from htx_pipeline.model import Outcome, Severity

LISTS = sorted(
    Path(entry.name).stem for entry in files(codelists).iterdir() if entry.name.endswith(".csv")
)


def lines_of(name: str) -> list[list[str]]:
    text = (files(codelists) / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()))


@pytest.fixture
def own_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that code lists are read from instead of the package."""
    monkeypatch.setattr(codelists, "files", lambda _package: tmp_path)
    return tmp_path


def test_there_is_a_list_for_each_coded_column() -> None:
    assert {
        "area",
        "direction",
        "indicator",
        "organization",
        "qualifier",
        "relation",
        "role",
        "sector",
        "status",
        "unit",
    } <= set(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_each_code_stands_once_and_in_the_order_of_the_file(name: str) -> None:
    written = [line[0] for line in lines_of(name)[1:]]
    assert [code for code, times in Counter(written).items() if times > 1] == []
    assert list(codelists.codes(name)) == written


@pytest.mark.parametrize("name", LISTS)
def test_each_code_has_a_label_in_both_languages(name: str) -> None:
    assert lines_of(name)[0][:3] == ["code", "vi", "en"]
    assert codelists.codes(name), "an empty list"
    for code in codelists.codes(name):
        label = codelists.label(name, code)
        for text in (label.vi, label.en):
            assert text, code
            assert text == text.strip(), code
            assert unicodedata.is_normalized("NFC", text), code


@pytest.mark.parametrize("name", LISTS)
def test_no_two_codes_share_a_label(name: str) -> None:
    for column in ("vi", "en"):
        labels = Counter(row[column] for row in codelists.rows(name).values())
        assert [label for label, times in labels.items() if times > 1] == []


@pytest.mark.parametrize(("code", "row"), codelists.rows("indicator").items())
def test_an_indicator_has_a_known_kind_and_topic_and_known_units(
    code: str, row: dict[str, str]
) -> None:
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", code)
    assert row["kind"] in {"stock", "flow", "mean", "ratio"}
    assert row["topic"] in {"statistic", "context", "support", "budget"}
    units = row["units"].split()
    assert len(units) == len(set(units)) > 0
    assert set(units) <= set(codelists.codes("unit"))


def test_a_unit_belongs_to_a_known_family_and_each_family_is_in_use() -> None:
    families = {row["family"] for row in codelists.rows("unit").values()}
    assert families == {"count", "ratio", "money", "measure"}


def test_a_ratio_is_in_percent_and_a_mean_in_money() -> None:
    families = {code: row["family"] for code, row in codelists.rows("unit").items()}
    for code, row in codelists.rows("indicator").items():
        if row["kind"] in {"ratio", "mean"}:
            wanted = {"ratio": "ratio", "mean": "money"}[row["kind"]]
            assert {families[unit] for unit in row["units"].split()} == {wanted}, code


def test_each_part_of_a_budget_line_has_its_head() -> None:
    lines = codelists.codes("budget_line")
    assert [line for line in lines if "/" in line], "no budget line has parts"
    for line in lines:
        head, slash, _ = line.rpartition("/")
        assert not slash or head in lines


def test_the_lists_hold_what_the_types_hold() -> None:
    assert codelists.codes("outcome") == tuple(Outcome)
    assert codelists.codes("severity") == tuple(Severity)
    assert codelists.codes("report_kind") == get_args(Report.model_fields["kind"].annotation)
    precision = IssuedOn.model_fields["precision"].annotation
    assert codelists.codes("date_precision") == get_args(precision)


def test_a_code_that_stands_twice_is_refused(own_lists: Path) -> None:
    (own_lists / "twice.csv").write_text("code,vi,en\na,một,one\na,hai,two\n", encoding="utf-8")
    with pytest.raises(ValueError, match="code list twice: a stands twice"):
        codelists.rows("twice")


@pytest.mark.parametrize("line", ["b,,two", "b,hai,", "b,hai"])
def test_a_code_without_a_label_is_refused(own_lists: Path, line: str) -> None:
    (own_lists / "bare.csv").write_text(f"code,vi,en\na,một,one\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="code list bare: b lacks a value"):
        codelists.rows("bare")


def test_an_unknown_code_and_an_unknown_list_are_refused() -> None:
    with pytest.raises(KeyError, match="no_such_role"):
        codelists.label("role", "no_such_role")
    with pytest.raises(FileNotFoundError):
        codelists.rows("no_such_list")


def test_the_rows_that_everybody_shares_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        codelists.rows("role")["actual"]["en"] = "changed"  # type: ignore[index]
