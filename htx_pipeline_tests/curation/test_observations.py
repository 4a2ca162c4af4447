"""Table ``observations``: which quantities it holds, which print of each, and where it leads."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from htx_pipeline import codelists
from htx_pipeline.curation.common import row_key
from htx_pipeline.curation.observations import CONTRACT, OBSERVATIONS, TOPICS
from htx_pipeline_tests.building import (
    LATER,
    NEWS,
    PLAN,
    cells,
    facts,
    own_release,
    printed,
    row,
    rows,
)


def own() -> list[dict[str, Any]]:
    return cells(own_release().tables["observations"])


def key(found: dict[str, Any]) -> tuple[str, ...]:
    return tuple(found[name] for name in CONTRACT.key)


# Which quantities are in it.


@pytest.mark.parametrize("role", ["target", "threshold"])
def test_only_what_is_observed_is_in_it(role: str) -> None:
    assert rows(OBSERVATIONS, printed("425", role=role, report=PLAN)) == []


@pytest.mark.parametrize("relation", ["share", "attainment", "change", "plan_gap"])
def test_only_values_are_in_it(relation: str) -> None:
    found = rows(OBSERVATIONS, printed("12", relation=relation, unit="percent"))
    assert [one["obs_status"] for one in found if one["unit"] == "percent"] == []


def test_six_courses_are_no_six_prints_of_one_number() -> None:
    courses = [printed(numeral, "training_classes") for numeral in ("16", "1", "2")]
    assert rows(OBSERVATIONS, *courses) == []


def test_what_is_in_it_is_of_topics_that_a_cell_identifies() -> None:
    topics = {codelists.rows("indicator")[one["indicator"]]["topic"] for one in own()}
    assert topics == TOPICS


def test_a_period_of_any_form_is_in_it() -> None:
    found = rows(
        OBSERVATIONS,
        printed("416", period="2023-06-30"),
        printed("20", "cooperatives_new", period="2023-S1"),
        printed("41", "cooperatives_new", period="2021/2025"),
    )
    assert {(one["period"], one["year"], one["as_of"]) for one in found} == {
        ("2023-06-30", 2023, dt.date(2023, 6, 30)),
        ("2023-S1", 2023, dt.date(2023, 6, 30)),
        ("2021/2025", 2025, dt.date(2025, 12, 31)),
    }


def test_a_lower_area_a_named_entity_and_a_unit_are_rows_of_their_own() -> None:
    named = {"organization": "named", "status": "_Z", "sector": "_Z"}
    found = rows(
        OBSERVATIONS,
        printed("3.042", "members"),
        printed("12", "members", area_code="VN-01/xã Đồi Chè"),
        printed("21", "members", entity="htx-suoi-tre", **named),
        printed("9", "members", entity="htx-doi-che", **named),
        printed("52,6", "income_mean", unit="million_vnd_per_person_year"),
        printed("4,4", "income_mean", unit="million_vnd_per_person_month"),
    )
    assert {one["entity"] for one in found} == {"_Z", "htx-suoi-tre", "htx-doi-che"}
    assert {one["value"] for one in found} == {3042, 12, 21, 9, 52.6, 4.4}
    assert "xã Đồi Chè" in {one["area"] for one in found}


# Which print is taken.


@pytest.mark.parametrize("turned", [False, True])
def test_one_print_of_a_quantity_is_taken_the_preferred_one(*, turned: bool) -> None:
    prints = [printed("348"), printed("350", report=NEWS), printed("347", report=LATER)]
    found = row(OBSERVATIONS, *(reversed(prints) if turned else prints))
    assert (found["value"], found["report_id"]) == (347, LATER.id)
    assert found["figure_ids"] == [f"{LATER.id}:10"]


def test_a_print_that_only_bounds_a_value_is_taken_where_there_is_no_other() -> None:
    hedged = printed("400", report=LATER, qualifier="more_than")
    alone = row(OBSERVATIONS, hedged)
    assert (alone["qualifier"], alone["value"]) == ("more_than", 400)
    assert (alone["value_low"], alone["value_high"]) == (400, None)
    assert row(OBSERVATIONS, hedged, printed("348"))["value"] == 348


def test_an_approximate_print_has_a_value_without_bounds() -> None:
    found = row(OBSERVATIONS, printed("400", qualifier="approx"))
    assert (found["value"], found["value_low"], found["value_high"]) == (400, None, None)
    assert found["obs_status"] == "E"


def test_a_range_is_one_row_without_a_single_value() -> None:
    ends = [printed("3", qualifier="range_low"), printed("8", qualifier="range_high")]
    built = OBSERVATIONS.build(facts(*ends))
    (found,) = built.rows
    assert (found["value"], found["value_low"], found["value_high"]) == (None, 3, 8)
    assert len(found["figure_ids"]) == 2
    led = {source.column: source.figure_id for source in built.sources}
    assert [led["value_low"], led["value_high"]] == found["figure_ids"]


# What is implied.

PARTS = (printed("265", status="active"), printed("348"))


def test_what_no_report_prints_is_filled_in_and_marked() -> None:
    built = OBSERVATIONS.build(facts(*PARTS))
    (found,) = (one for one in built.rows if one["status"] == "stopped")
    assert (found["value"], found["obs_status"]) == (83, "I")
    assert found["figure_ids"] == ["bao-cao-2021:10", "bao-cao-2021:20"]
    sources = [one for one in built.sources if one.row_key == row_key(CONTRACT, found)]
    assert {one.column for one in sources} == {"value", "value_low", "value_high"}
    assert all(one.rules for one in sources)


def test_what_is_printed_is_never_replaced_by_what_is_implied() -> None:
    hedged = printed("80", status="stopped", qualifier="more_than", report=NEWS)
    found = rows(OBSERVATIONS, *PARTS, hedged)
    (stopped,) = (one for one in found if one["status"] == "stopped")
    assert (stopped["obs_status"], stopped["value"]) == ("A", 80)


def test_what_is_printed_in_another_unit_is_not_implied_beside_it() -> None:
    opening = {"period": "2020-12-31"}
    change = printed("100.000", "charter_capital", relation="change")
    closing = printed("826.000", "charter_capital")
    implied = rows(OBSERVATIONS, change, closing)
    assert {one["period"] for one in implied} == {"2020-12-31", "2021-12-31"}
    hedged = printed("700", "charter_capital", unit="billion_vnd", qualifier="more_than", **opening)
    found = rows(OBSERVATIONS, change, closing, hedged)
    (before,) = (one for one in found if one["period"] == "2020-12-31")
    assert (before["unit"], before["obs_status"]) == ("billion_vnd", "A")


# The repository's own data.


def test_every_key_is_told_and_stands_once() -> None:
    found = [key(one) for one in own()]
    assert len(found) == len(set(found)) > 150
    assert all(part for one in found for part in one)


def test_every_observed_value_of_its_topics_has_its_row() -> None:
    figures = cells(own_release().tables["figures"])
    expected = {
        key(one | {"entity": one["entity"] or "_Z"})
        for one in figures
        if one["role"] in {"actual", "estimate"}
        and one["relation"] == "value"
        and codelists.rows("indicator")[one["indicator"]]["topic"] in TOPICS
    }
    assert {key(one) for one in own() if one["obs_status"] != "I"} == expected


def test_a_stated_value_is_that_of_its_figure_and_an_implied_one_has_no_print() -> None:
    values = own_release().tables["figures"].set_index("figure_id")["value"]
    implied = {
        key(one | {"entity": one["entity"] or "_Z"}): one["value"]
        for one in cells(own_release().tables["implied_values"])
    }
    statuses = set()
    for one in own():
        statuses.add(one["obs_status"])
        if one["obs_status"] == "I":
            assert implied[key(one)] == one["value"]
        else:
            (figure_id,) = one["figure_ids"]
            assert values[figure_id] == one["value"]
    assert statuses == {"A", "E", "F", "I"}


def test_lineage_leads_from_each_row_to_its_figures() -> None:
    lineage = own_release().tables["lineage"]
    of_value = lineage[(lineage["table"] == "observations") & (lineage["column"] == "value")]
    led = of_value.groupby("row_key")["figure_id"].agg(sorted).to_dict()
    assert led == {row_key(CONTRACT, one): one["figure_ids"] for one in own()}


def test_it_agrees_with_the_wide_tables() -> None:
    wide = {one["as_of"]: one["groups_count"] for one in cells(own_release().tables["groups"])}
    tidy = {
        one["as_of"]: one["value"]
        for one in own()
        if (one["indicator"], one["sector"], one["unit"]) == ("groups", "_T", "group")
        and one["obs_status"] != "I"
        and one["qualifier"] in {"exact", "estimated"}
    }
    assert tidy == {day: count for day, count in wide.items() if count is not None}
    assert tidy
