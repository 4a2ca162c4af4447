"""Tables ``support`` and ``context``: one row per figure, or per quantity of the area."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from htx_pipeline.curation import FIGURE_TABLES
from htx_pipeline_tests.building import LATER, NEWS, PLAN, facts, printed, row, rows

TABLES = {t.contract.name: t for t in FIGURE_TABLES}
SUPPORT, CONTEXT = TABLES["support"], TABLES["context"]

# Support.


def test_a_support_measure_is_told_with_its_kind_and_place() -> None:
    found = row(SUPPORT, printed("05", "fairs", place="P1.II.3", note="spring fairs"))
    assert found["support_id"] == "bao-cao-2021:10"
    assert (found["measure"], found["indicator"]) == ("trade_promotion", "fairs")
    assert (found["value"], found["value_low"], found["value_high"]) == (5, 5, 5)
    assert (found["unit"], found["role"], found["qualifier"]) == ("fair", "actual", "exact")
    assert (found["report_id"], found["place"]) == ("bao-cao-2021", "P1.II.3")
    assert (found["note"], found["entity"]) == ("spring fairs", None)
    assert (found["year"], found["period"], found["area"]) == (2021, "2021", "Lai Châu")


def test_every_occasion_has_a_row_of_its_own() -> None:
    classes = [printed("1", "training_classes"), printed("2", "training_classes")]
    assert [r["value"] for r in rows(SUPPORT, *classes)] == [1, 2]


def test_hedged_and_planned_support_is_told_with_what_is_known_of_it() -> None:
    found = rows(
        SUPPORT,
        printed("900", "trainees", qualifier="more_than"),
        printed("300", "trainees", qualifier="approx"),
        printed("10", "cooperatives_at_fairs", role="target", period="2022", report=PLAN),
    )
    assert {(r["value"], r["value_low"], r["value_high"], r["role"]) for r in found} == {
        (900, 900, None, "actual"),
        (300, None, None, "actual"),
        (10, 10, 10, "target"),
    }


def test_the_two_ends_of_a_range_are_two_rows_with_a_bound_each() -> None:
    found = rows(
        SUPPORT,
        printed("1", "fairs", qualifier="range_low"),
        printed("2", "fairs", qualifier="range_high"),
    )
    assert [(r["value_low"], r["value_high"]) for r in found] == [(1, None), (None, 2)]


def test_budget_lines_and_named_cooperatives_are_told_by_their_entity() -> None:
    found = rows(
        SUPPORT,
        printed("988", "budget_need", role="target", entity="central/capacity"),
        printed("350", "support_funding", organization="named", entity="htx-duong-yen"),
    )
    assert {(r["measure"], r["entity"]) for r in found} == {
        ("budget", "central/capacity"),
        ("funding", "htx-duong-yen"),
    }


@pytest.mark.parametrize("relation", ["share", "attainment", "change", "plan_gap"])
def test_only_values_of_support_are_told(relation: str) -> None:
    assert rows(SUPPORT, printed("9", "fairs", relation=relation)) == []


@pytest.mark.parametrize("indicator", ["cooperatives", "population"])
def test_statistics_and_context_are_no_support(indicator: str) -> None:
    assert rows(SUPPORT, printed("9", indicator)) == []


def test_rows_stand_by_area_year_and_measure() -> None:
    found = rows(
        SUPPORT,
        printed("1", "training_classes"),
        printed("2", "loans_disbursed"),
        printed("3", "fairs", period="2020"),
    )
    assert [(r["year"], r["measure"]) for r in found] == [
        (2020, "trade_promotion"),
        (2021, "credit"),
        (2021, "training"),
    ]


def test_each_row_of_support_leads_to_its_figure() -> None:
    built = SUPPORT.build(facts(printed("348"), printed("5", "fairs")))
    assert [(s.row_key, s.column, s.figure_id) for s in built.sources] == [
        ("bao-cao-2021:20", "value", "bao-cao-2021:20")
    ]


# Context.


def test_a_quantity_of_the_area_is_told_with_its_bounds_and_figure() -> None:
    found = row(CONTEXT, printed("19,46", "poverty_rate", note="by the new standard"))
    assert found["indicator"] == "poverty_rate"
    assert (found["value"], found["value_low"], found["value_high"]) == (19.46, 19.455, 19.465)
    assert (found["unit"], found["note"]) == ("percent", "by the new standard")
    assert (found["as_of"], found["year"]) == (dt.date(2021, 12, 31), 2021)
    assert (found["figure_id"], found["report_id"]) == ("bao-cao-2021:10", "bao-cao-2021")


@pytest.mark.parametrize(
    "left",
    [
        printed("20", "poverty_rate", role="estimate", qualifier="estimated"),
        printed("20", "poverty_rate", report=NEWS),
        printed("19", "poverty_rate"),
    ],
    ids=["estimate", "news", "coarser"],
)
def test_of_several_prints_of_a_quantity_the_preferred_one_is_told(left: dict) -> None:
    taken = printed("19,5", "poverty_rate")
    for order in ((taken, left), (left, taken)):
        assert row(CONTEXT, *order)["value"] == 19.5


def test_the_later_report_tells_a_quantity() -> None:
    found = row(CONTEXT, printed("470.000", "population"), printed("9", "population", report=LATER))
    assert found["value"] == 9


def test_hedged_prints_and_legal_limits_are_context_too() -> None:
    found = rows(
        CONTEXT,
        printed("50", "income_per_capita", qualifier="nearly"),
        printed("3", "registration_days", role="threshold", qualifier="up_to"),
    )
    assert {(r["indicator"], r["role"], r["value_low"], r["value_high"]) for r in found} == {
        ("income_per_capita", "actual", None, 50),
        ("registration_days", "threshold", None, 3),
    }


def test_a_share_is_context_and_a_change_is_not() -> None:
    share = {"relation": "share", "share_of": "population"}
    assert row(CONTEXT, printed("85", "ethnic_minority_population", **share))["unit"] == "percent"
    change = {"relation": "change", "direction": "down", "unit": "percentage_point"}
    assert rows(CONTEXT, printed("4,42", "poverty_rate", **change)) == []


def test_a_number_and_its_share_are_two_quantities() -> None:
    share = {"relation": "share", "share_of": "population"}
    found = rows(
        CONTEXT,
        printed("400.000", "ethnic_minority_population"),
        printed("85", "ethnic_minority_population", **share),
    )
    assert {r["value"] for r in found} == {400000, 85}


@pytest.mark.parametrize(
    "other",
    [
        printed("15", "poverty_rate", role="target"),
        printed("348"),
        printed("5", "fairs"),
    ],
    ids=["target", "statistic", "support"],
)
def test_targets_statistics_and_support_are_no_context(other: dict[str, Any]) -> None:
    assert rows(CONTEXT, other) == []


def test_each_day_and_area_has_a_row_of_context() -> None:
    found = rows(
        CONTEXT,
        printed("19", "poverty_rate"),
        printed("23", "poverty_rate", period="2020-12-31"),
        printed("31", "poverty_rate", area_code="VN-01/huyện Mường Tè"),
    )
    assert [(r["area"], r["year"], r["value"]) for r in found] == [
        ("Lai Châu", 2020, 23),
        ("Lai Châu", 2021, 19),
        ("huyện Mường Tè", 2021, 31),
    ]


def test_each_row_of_context_leads_to_its_figure() -> None:
    built = CONTEXT.build(facts(printed("19", "poverty_rate")))
    assert [(s.row_key, s.column, s.figure_id) for s in built.sources] == [
        ("bao-cao-2021:10", "value", "bao-cao-2021:10")
    ]
