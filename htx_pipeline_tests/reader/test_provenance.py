from __future__ import annotations

import csv
import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import htx_pipeline as htx
from htx_pipeline.errors import UsageError
from htx_pipeline.model import Interval
from htx_pipeline_tests.reader.releases import own_tables

if TYPE_CHECKING:
    from pathlib import Path

    from htx_pipeline.reader import Release

MEMBERS = "lai-chau-2021-report:1335"
OPEN_ABOVE, RANGE = "lai-chau-2021-strategy:2700", "lai-chau-2021-report:19705"
"""Targets: at least 200; from 1 to 2."""


@pytest.mark.parametrize(
    "key",
    [
        "VN-01|2021-12-31",
        ("VN-01", "2021-12-31"),
        ("VN-01", dt.date(2021, 12, 31)),
        ("VN-01", pd.Timestamp("2021-12-31")),
        {"as_of": dt.date(2021, 12, 31), "area_code": "VN-01"},
    ],
)
def test_a_cell_leads_to_its_print_however_its_row_is_named(key: Any, release: Release) -> None:
    (found,) = htx.where_printed("cooperatives", key, "members_persons", release=release)
    assert found.figure_id == MEMBERS
    assert (found.report_id, found.place, found.page) == ("lai-chau-2021-report", "P1.I.2.1", None)
    assert (found.issued_on, found.issued_on_precision) == (dt.date(2021, 12, 31), "estimated")
    assert (found.printed, found.printed_unit, found.qualifier) == ("3.042", "thành viên", "exact")
    assert found.interval == Interval.exactly(3042)
    assert found.rules == ()
    assert [one.waived for one in found.findings] == [True]
    assert "3.042" in found.findings[0].message.vi


def test_the_line_is_that_of_the_raw_file(release: Release, own_raw: Path) -> None:
    (found,) = htx.where_printed(
        "cooperatives", "VN-01|2021-12-31", "members_persons", release=release
    )
    with (own_raw / found.report_id / "figures.csv").open(encoding="utf-8", newline="") as lines:
        row = list(csv.DictReader(lines))[found.line - 2]
    assert f"{found.report_id}:{row['start']}" == found.figure_id
    assert (row["printed"], row["place"]) == (found.printed, found.place)


def test_every_cell_of_the_lineage_leads_to_its_figures(release: Release) -> None:
    wanted: dict[tuple[str, str, str], set[str]] = {}
    for row in own_tables()["lineage"].to_pylist():
        cell = row["table"], row["row_key"], row["column"]
        wanted.setdefault(cell, set()).add(row["figure_id"])
    one_of_each = {(table, column): (table, key, column) for table, key, column in wanted}
    assert len(one_of_each) > 40
    for cell in one_of_each.values():
        found = htx.where_printed(*cell, release=release)
        assert {one.figure_id for one in found} == wanted[cell]


def test_an_implied_cell_has_all_its_figures_with_the_rules(release: Release) -> None:
    implied = htx.load("implied_values", release=release)
    for key in implied["implied_id"]:
        found = htx.where_printed("implied_values", key, "value", release=release)
        row = implied[implied["implied_id"] == key].iloc[0]
        assert [one.figure_id for one in found] == row["figure_ids"]
        assert sorted({rule for one in found for rule in one.rules}) == row["rules"]


def test_a_figure_leads_to_itself(release: Release) -> None:
    (found,) = htx.where_printed("figures", MEMBERS, "value", release=release)
    assert found.figure_id == MEMBERS
    (same,) = htx.where_printed(
        "cooperatives", "VN-01|2021-12-31", "members_persons", release=release
    )
    assert found == same


def test_intervals_are_exact_and_say_which_ends_belong(release: Release) -> None:
    shown: dict[str, str] = {}
    for row in own_tables()["figures"].to_pylist():
        (found,) = htx.where_printed("figures", row["figure_id"], "printed", release=release)
        interval = found.interval
        if interval is None:
            assert (row["value_low"], row["value_high"]) == (None, None)
            assert found.interval_text == ""
            continue
        for bound, cell in ((interval.low, row["value_low"]), (interval.high, row["value_high"])):
            assert (bound is None) == (cell is None)
            assert bound is None or (float(bound) == cell and bound == Fraction(repr(cell)))
        assert interval.low is None or interval.low_closed == row["low_inclusive"]
        assert interval.high is None or interval.high_closed == row["high_inclusive"]
        shown.setdefault(row["qualifier"] + str(row["decimals"]), found.interval_text)
    assert shown["exact0"].lstrip("-").isdigit()
    assert shown["more_than0"].startswith("(")
    assert shown["more_than0"].endswith(", ∞)")
    assert shown["exact1"].startswith("[")
    assert shown["exact1"].endswith("]")
    assert ", " in shown["exact1"]


def test_a_place_is_told_in_both_languages(release: Release) -> None:
    (found,) = htx.where_printed("figures", MEMBERS, "value", release=release)
    first, second, third, contradiction = str(found).splitlines()
    assert first == "“3.042 thành viên” (as printed); stands for 3042 persons"
    assert second.startswith("  Report on the collective economy")
    assert second.endswith(", 2021-12-31 (estimated)")
    assert third == f"  P1.I.2.1; data/raw/lai-chau-2021-report/figures.csv:{found.line}; {MEMBERS}"
    assert " (fail, waived): " in contradiction
    vi = found.text("vi")
    assert vi.startswith("“3.042 thành viên” (")
    assert "nghĩa là 3042 " in vi
    assert "Báo cáo tình hình" in vi
    assert "được miễn trừ" in vi


def test_as_of_a_day_later_prints_are_not_known(release: Release) -> None:
    table, key, column = "cooperatives", "VN-01|2022-12-31", "cooperatives_count"
    (now,) = htx.where_printed(table, key, column, release=release)
    assert now.report_id == "lai-chau-2024-plan"
    with pytest.raises(UsageError, match=r"has no row 'VN-01\|2022-12-31'"):
        htx.where_printed(table, key, column, as_of="2022-06-30", release=release)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("cooperative", "x", "y"), "the nearest is cooperatives"),
        (
            ("cooperatives", "VN-01|2021-12-30", "members_persons"),
            "no row 'VN-01|2021-12-30' (area_code|as_of); the nearest: VN-01|20",
        ),
        (("cooperatives", ("VN-01",), "members_persons"), "the key of table cooperatives is: area"),
        (("cooperatives", {"area": "VN-01"}, "members_persons"), "is: area_code, as_of; not {"),
        (("cooperatives", "VN-01|2021-12-31", "member_persons"), "the nearest is members_persons"),
        (("cooperatives", "VN-01|2022-12-31", "members_persons"), "missing; no report states it"),
        (("targets", OPEN_ABOVE, "value_high"), "value_high is missing; it is not bounded on this"),
        (("targets", RANGE, "value"), "is missing; a range is printed: see value_low and value_hi"),
        (("targets", OPEN_ABOVE, "met"), "met is missing; it cannot be told from what the reports"),
        (("targets", OPEN_ABOVE, "attainment_percent"), "is missing; it cannot be told from what"),
        (("targets", OPEN_ABOVE, "achieved_value"), "is missing; no report states it"),
        (
            ("cooperatives", "VN-01|2021-12-31", "area"),
            "column area of table cooperatives comes fr",
        ),
        (("cooperatives", "VN-01|2021-12-31", "year"), "the columns that do: cooperatives_count, "),
        (("cooperatives", "VN-01|2021-12-31", "obs_status"), "comes from no figure"),
        (("figures", MEMBERS, "sector"), "the columns that do: printed, printed_unit, value, "),
        (("reports", "lai-chau-2021-report", "title_vi"), "the columns that do: none"),
    ],
)
def test_a_cell_that_leads_nowhere_says_why(
    call: tuple[str, Any, str], said: str, release: Release
) -> None:
    with pytest.raises(UsageError) as caught:
        htx.where_printed(*call, release=release)
    assert said in caught.value.told.en
    assert caught.value.told.vi != caught.value.told.en
