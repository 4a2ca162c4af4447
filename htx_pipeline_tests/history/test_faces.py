"""A difference as text, as Markdown and as JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pyarrow
import pytest

from htx_pipeline import codelists
from htx_pipeline.history import compare
from htx_pipeline.history.document import document
from htx_pipeline.history.markdown import markdown
from htx_pipeline.history.text import summary, text
from htx_pipeline_tests.building import LATER, REPORT, printed
from htx_pipeline_tests.history.small_releases import own_days, own_tables_on, tables

if TYPE_CHECKING:
    from htx_pipeline.history import Difference

OF_2021 = "VN-01|2021-12-31"


@pytest.fixture(scope="module")
def restated() -> Difference:
    """348 cooperatives become 350, and a charter capital of 41,5 comes with the same report."""
    return compare(
        tables(printed("348")),
        tables(
            printed("348"),
            printed("350", report=LATER),
            printed("41,5", "charter_capital", report=LATER),
        ),
    )


@pytest.fixture(scope="module")
def all_reports() -> Difference:
    days = own_days()
    return compare(own_tables_on(days[0]), own_tables_on(days[-1]))


def of_values(*pairs: tuple[Any, Any]) -> Difference:
    """Rows of a table ``t`` in which the cell of column ``v`` is another."""
    sides = [
        {
            "t": pyarrow.Table.from_pylist(
                [{"k": f"row {n}", "v": pair[side]} for n, pair in enumerate(pairs)]
            ).replace_schema_metadata({"primary_key": "k"})
        }
        for side in (0, 1)
    ]
    return compare(*sides)


def of_table(told: str, name: str) -> str:
    """The part of a text that is on one table."""
    (found,) = re.findall(rf"^[^\n]*\({name}\)\n(.*?)(?:\n\n|\Z)", told, re.DOTALL | re.MULTILINE)
    return str(found)


# Text.


def test_text_tells_the_value_its_unit_and_why(restated: Difference) -> None:
    told = of_table(text(restated, "old", "new", "en"), "cooperatives")
    assert "~ VN-01 · 2021-12-31\n" in told
    assert "Cooperatives (cooperatives_count): 348 cooperatives → 350 cooperatives\n" in told
    assert f"why: restated by a new report {LATER.id}:10, before {REPORT.id}:10" in told


def test_text_is_told_in_vietnamese_with_a_decimal_comma(restated: Difference) -> None:
    told = of_table(text(restated, "old", "new", "vi"), "cooperatives")
    assert "số HTX (cooperatives_count): 348 HTX → 350 HTX\n" in told
    assert f"vì: báo cáo mới nêu lại {LATER.id}:10, trước là {REPORT.id}:10" in told
    assert "(trống) → 41,5 triệu đồng" in told


def test_the_summary_stands_first_with_counts_by_reason(restated: Difference) -> None:
    told = text(restated, "2022", "2023", "en")
    assert told.startswith(summary(restated, "2022", "2023", "en"))
    first, *lines = summary(restated, "2022", "2023", "en").splitlines()
    assert first == "2022 → 2023"
    (line,) = (line for line in lines if line.split()[0] == "cooperatives")
    assert line.split()[1:6] == ["1", "→", "1", "rows", "~1"]
    assert line.endswith("  new report 3, restated by a new report 2")


def test_nothing_is_told_as_nothing() -> None:
    found = of_values((1, 1))
    assert text(found, "a", "b", "en") == "a → b\nNo difference.\n"
    assert text(found, "a", "b", "vi") == "a → b\nKhông có gì khác nhau.\n"
    assert markdown(found, "a", "b", "en") == "### a → b\n\nNo difference.\n"
    assert [table["change"] for table in json.loads(document(found, "a", "b"))["tables"]] == [None]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (0, None, "v: 0 → (missing)"),
        (1.0, 0.5, "v: 1 → 0.5"),
        (True, False, "v: yes → no"),
        (["f1", "f2"], ["f2", "f3"], "v: −f1 → +f3"),
        ([], ["f3"], "v: +f3"),
        ("a\nb", "x" * 200, f"v: a b → {'x' * 159}…"),
    ],
)
def test_each_kind_of_value_is_told(old: Any, new: Any, said: str) -> None:
    told = " ".join(text(of_values((old, new)), "a", "b", "en").split())
    assert f"{said} why: software or code lists changed" in told


def test_what_no_report_states_is_told_as_implied() -> None:
    first, *_, last = own_days()
    found = compare(own_tables_on(first), own_tables_on(last)).only(("targets",))
    told = " ".join(text(found, "old", "new", "en", in_full=True).split())
    _, *targets = told.split(" + ")
    implied = [one for one in targets if re.match(r"i[0-9a-f]{12} ", one)]
    assert 0 < len(implied) < len(targets)
    for one in targets:
        assert ("(implied)" in one) == (one in implied)


def test_long_tables_are_cut_and_say_by_how_much() -> None:
    found = of_values(*((n, n + 1) for n in range(100)))
    told = text(found, "a", "b", "en")
    assert told.count("~ row ") == 15
    assert "… and 85 more; to see all: --table t" in told
    assert text(found, "a", "b", "en", in_full=True).count("~ row ") == 100


def test_every_reason_and_change_has_a_code_in_both_languages() -> None:
    for name in ("reason", "change", "revision"):
        for code in codelists.codes(name):
            label = codelists.label(name, code)
            assert label.vi != label.en


# Markdown.


def test_markdown_has_a_summary_and_folds_the_details(restated: Difference) -> None:
    told = markdown(restated, "old", "new", "en")
    assert told.startswith("### old → new\n\n| table | rows | added | removed | changed | why |\n")
    assert "<details><summary>Cooperatives <code>cooperatives</code>: " in told
    assert told.count("<details>") == told.count("</details>") == len(restated.differing)
    assert "| 348 cooperatives | 350 cooperatives | restated by a new report " in told


def test_no_cell_breaks_out_of_its_table() -> None:
    evil = "a|b\n# `x` <img src=x> [y](z) @all &amp; **c**"
    told = markdown(of_values((evil, "plain")), "o|d", "n<w", "en")
    (line,) = (line for line in told.splitlines() if line.startswith("| row 0"))
    assert len(re.findall(r"(?<!\\)\|", line)) == 6
    assert "<img" not in line
    assert "@" not in line
    assert "&amp;amp;" in line
    assert r"\[y\](z)" in line
    assert r"\`x\`" in line
    assert told.startswith("### o\\|d → n&lt;w\n")


def test_markdown_is_cut_and_fits_into_a_comment(all_reports: Difference) -> None:
    told = markdown(all_reports, "old", "new", "vi")
    assert len(told) < 65_536
    total = {table.name: len(table.rows) for table in all_reports.differing}
    assert f"… và {total['named_entities'] - 40} thay đổi nữa" not in told
    assert f"… và {total['targets'] - 40} thay đổi nữa" in told
    assert "Không đủ chỗ cho chi tiết của: " in told
    for name in total:
        assert f"`{name}`" in told


# JSON.


def test_json_is_complete_and_the_same_each_time(all_reports: Difference) -> None:
    told = document(all_reports, "old", "new")
    assert told == document(all_reports, "old", "new")
    assert told.endswith("}\n")
    assert "\\u" not in told
    read = json.loads(told)
    assert (read["format"], read["old"], read["new"]) == (1, "old", "new")
    for table, expected in zip(read["tables"], all_reports.tables, strict=True):
        assert table["table"] == expected.name
        assert [row["row_key"] for row in table["rows"]] == [row.key for row in expected.rows]
        assert table["counts"] == expected.counts


def test_json_holds_what_a_cell_was_and_why(restated: Difference) -> None:
    read = json.loads(document(restated, "old", "new"))
    (table,) = (one for one in read["tables"] if one["table"] == "cooperatives")
    (row,) = table["rows"]
    assert row["key"] == {"area_code": "VN-01", "as_of": "2021-12-31"}
    (cell,) = (one for one in row["cells"] if one["column"] == "cooperatives_count")
    assert cell == {
        "column": "cooperatives_count",
        "old": 348,
        "new": 350,
        "unit": "cooperative",
        "reasons": [
            {
                "code": "restated",
                "reports": [LATER.id],
                "figures": [f"{LATER.id}:10"],
                "instead_of": [f"{REPORT.id}:10"],
                "rules": [],
                "findings": [],
                "through_rules": False,
            }
        ],
    }
    assert read["reasons"]["restated"]["vi"] == "báo cáo mới nêu lại"


def test_the_column_named_value_is_part_of_a_key_like_any_other(restated: Difference) -> None:
    told = of_table(text(restated, "old", "new", "en", in_full=True), "lineage")
    assert f"+ cooperatives · {OF_2021} · cooperatives_count · {LATER.id}:10" in told
    assert f"+ revisions · {LATER.id}:10 · previous_value · {REPORT.id}:10" in told
    assert f"+ revisions · {LATER.id}:10 · value · {LATER.id}:10" in told
