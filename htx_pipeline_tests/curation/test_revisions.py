"""Table ``revisions``: what a later report makes of what an earlier one said."""

from __future__ import annotations

from typing import Any

import pytest

from htx_pipeline import codelists
from htx_pipeline.curation import Facts
from htx_pipeline.curation.revisions import REVISIONS
from htx_pipeline_tests.building import (
    LATER,
    NEWS,
    PLAN,
    REPORT,
    Report,
    cells,
    marked,
    own_release,
    printed,
    row,
    rows,
)

BOUNDS = ("value_low", "value_high")


def revision(before: str, now: str, **codes: Any) -> str:
    """What the later of two reports makes of a charter capital; ``before_…`` and ``now_…`` say
    what only one of them prints so."""
    sides = {
        side: {k.removeprefix(side): v for k, v in codes.items() if k.startswith(side)}
        for side in ("before_", "now_")
    }
    return str(
        row(
            REVISIONS,
            printed(before, "charter_capital", report=REPORT, **sides["before_"]),
            printed(now, "charter_capital", report=LATER, **sides["now_"]),
        )["revision"]
    )


# What the five reports give, read by hand in data/raw: the plan for 2024 of July 2023 and the news
# page that repeats it at the end of that year.

PLAN_2024, NEWS_2023 = "lai-chau-2024-plan", "lai-chau-2023-news"


def test_the_own_reports_restate_these_quantities() -> None:
    told = {
        (found["indicator"], found["sector"], found["previous_printed"], found["printed"]): (
            found["revision"],
            found["previous_figure_id"],
            found["figure_id"],
        )
        for found in cells(own_release().tables["revisions"])
    }
    active = "cooperatives"
    expected = {
        ("managers", "_T", "1.124", "1.124"): ("confirmed", 2064, 93),
        (active, "agriculture", "174", "174"): ("confirmed", 3141, 165),
        (active, "industry", "18", "18"): ("confirmed", 3639, 208),
        (active, "construction", "68", "68"): ("confirmed", 4147, 255),
        (active, "trade", "55", "55"): ("confirmed", 4630, 294),
        (active, "environment", "4", "5"): ("restated", 5493, 336),
        ("members_and_employees", "_T", "9.000", "9.000"): ("confirmed", 6869, 3288),
        ("income_members_and_employees_mean", "_T", "50,79", "50,79"): ("confirmed", 6367, 3447),
    }
    assert told == {
        quantity: (kind, f"{PLAN_2024}:{before}", f"{NEWS_2023}:{now}")
        for quantity, (kind, before, now) in expected.items()
    }


def test_the_environment_cooperatives_of_2023_are_restated_and_contradict_each_other() -> None:
    (found,) = (
        one for one in cells(own_release().tables["revisions"]) if one["revision"] == "restated"
    )
    assert (found["previous_value"], found["value"], found["difference"]) == (4, 5, 1)
    assert (found["previous_report_id"], found["report_id"]) == (PLAN_2024, NEWS_2023)
    assert (found["status"], found["period"], found["unit"]) == (
        "active",
        "2023-06-30",
        "cooperative",
    )
    named = {
        one["finding_id"]: one["rule"]
        for one in cells(own_release().tables["findings"])
        if {found["previous_figure_id"], found["figure_id"]} <= set(one["figure_ids"])
    }
    assert found["finding_ids"] == list(named)
    assert set(named.values()) == {"reports_agree"}


def test_a_forecast_that_is_repeated_after_the_year_is_confirmed_and_no_longer_a_forecast() -> None:
    (found,) = (
        one
        for one in cells(own_release().tables["revisions"])
        if one["indicator"] == "income_members_and_employees_mean"
    )
    assert (found["previous_obs_status"], found["obs_status"]) == ("F", "E")
    assert (found["previous_value_low"], found["previous_value_high"]) == (50.785, 50.795)


# What a later statement makes of an earlier one.


def test_each_way_of_stating_again_has_a_code() -> None:
    assert codelists.codes("revision") == (
        "confirmed",
        "refined",
        "rounded",
        "compatible",
        "estimated_again",
        "realised",
        "restated",
        "set_anew",
    )


@pytest.mark.parametrize(
    ("before", "now", "codes", "kind"),
    [
        ("10.000", "10.000", {}, "confirmed"),
        ("41,5", "41,52", {}, "refined"),
        ("41,52", "41,5", {}, "rounded"),
        ("41,5", "41,56", {}, "restated"),
        ("10.000", "10.001", {}, "compatible"),
        ("10.000", "10.002", {}, "restated"),
        ("400", "416", {"before_qualifier": "more_than"}, "refined"),
        ("416", "400", {"now_qualifier": "more_than"}, "rounded"),
        ("400", "390", {"before_qualifier": "more_than"}, "restated"),
        ("400", "400", {"before_qualifier": "approx"}, "refined"),
        ("400", "400", {"before_qualifier": "approx", "now_qualifier": "approx"}, "confirmed"),
        ("400", "420", {"before_qualifier": "approx", "now_qualifier": "approx"}, "compatible"),
        ("400", "410", {"before_role": "estimate"}, "realised"),
        ("400", "400", {"before_role": "estimate"}, "realised"),
        ("400", "410", {"before_role": "estimate", "now_role": "estimate"}, "estimated_again"),
        ("400", "400", {"before_role": "estimate", "now_role": "estimate"}, "confirmed"),
        ("400", "410", {"now_role": "estimate"}, "restated"),
        ("425", "430", {"before_role": "target", "now_role": "target"}, "set_anew"),
        ("425", "425", {"before_role": "target", "now_role": "target"}, "confirmed"),
    ],
)
def test_the_intervals_and_roles_decide_what_a_revision_is(
    before: str, now: str, codes: dict[str, Any], kind: str
) -> None:
    assert revision(before, now, **codes) == kind


def test_a_target_is_no_restatement_of_what_was_achieved() -> None:
    assert rows(REVISIONS, printed("425", report=PLAN, role="target"), printed("420")) == []


def test_what_one_report_prints_twice_is_no_revision() -> None:
    assert rows(REVISIONS, printed("348"), printed("349")) == []


def test_the_preferred_print_speaks_for_its_report() -> None:
    found = row(
        REVISIONS,
        printed("41,5", "charter_capital"),
        printed("41,52", "charter_capital"),
        printed("41,52", "charter_capital", report=LATER),
    )
    assert (found["previous_printed"], found["revision"]) == ("41,52", "confirmed")


def test_prints_in_two_units_are_compared_in_the_base_unit() -> None:
    found = row(
        REVISIONS,
        printed("10", "charter_capital", unit="billion_vnd"),
        printed("10.200", "charter_capital", unit="million_vnd", report=LATER),
    )
    assert (found["revision"], found["unit"]) == ("refined", "million_vnd")
    assert (found["previous_value"], found["value"], found["difference"]) == (10000, 10200, 200)
    assert (found["previous_printed"], found["previous_printed_in"]) == ("10", "billion_vnd")
    assert (found["printed"], found["printed_in"]) == ("10.200", "million_vnd")


def test_prints_in_one_unit_stay_in_it() -> None:
    found = row(
        REVISIONS,
        printed("10", "charter_capital", unit="billion_vnd"),
        printed("12", "charter_capital", unit="billion_vnd", report=LATER),
    )
    assert (found["unit"], found["previous_value"], found["value"]) == ("billion_vnd", 10, 12)


def test_each_report_is_compared_with_the_one_before_it() -> None:
    later = Report("bao-cao-2024", issued_on=NEWS.issued_on.replace(year=2025))
    found = rows(
        REVISIONS,
        printed("350", report=later),
        printed("348"),
        printed("348", report=LATER),
        printed("349", report=NEWS),
    )
    assert [(one["previous_report_id"], one["report_id"], one["revision"]) for one in found] == [
        (REPORT.id, LATER.id, "confirmed"),
        (LATER.id, NEWS.id, "restated"),
        (NEWS.id, later.id, "restated"),
    ]


def test_the_ends_of_a_range_are_one_statement_without_a_single_value() -> None:
    low, high = {"role": "target", "qualifier": "range_low"}, {"role": "target"}
    found = row(
        REVISIONS,
        printed("10", report=REPORT, **low),
        printed("15", report=REPORT, **high, qualifier="range_high"),
        printed("12", report=LATER, **low),
        printed("15", report=LATER, **high, qualifier="range_high"),
    )
    assert (found["previous_printed"], found["printed"]) == ("10–15", "12–15")
    assert (found["value"], found["value_low"], found["value_high"]) == (None, 12, 15)
    assert (found["difference"], found["revision"]) == (None, "set_anew")


def test_support_is_left_out_because_its_cells_are_not_one_quantity() -> None:
    assert rows(REVISIONS, printed("3", "fairs"), printed("5", "fairs", report=LATER)) == []


def test_only_findings_that_name_both_figures_stand_in_a_row() -> None:
    _, audited = marked(
        printed("348"),
        printed("157", sector="agriculture"),
        printed("350", report=LATER),
    )
    (found,) = REVISIONS.build(Facts.of(audited)).rows
    both = set.intersection(
        *(set(ids) for ids in audited[audited["printed"] != "157"]["finding_ids"])
    )
    assert both
    assert found["finding_ids"] == sorted(both)


def sources_of(*descriptions: Any) -> set[tuple[str, str]]:
    """The columns of the only revision of these figures, and the figure that each comes from."""
    _, audited = marked(*descriptions)
    built = REVISIONS.build(Facts.of(audited))
    (found,) = built.rows
    assert {one.row_key for one in built.sources} == {found["figure_id"]}
    return {(one.column, one.figure_id) for one in built.sources}


def test_each_value_leads_back_to_its_figure() -> None:
    assert sources_of(printed("348"), printed("350", report=LATER)) == {
        (f"{side}{column}", f"{report.id}:10")
        for side, report in (("previous_", REPORT), ("", LATER))
        for column in ("value", *BOUNDS)
    }


def test_the_bounds_of_a_range_lead_back_to_their_own_ends() -> None:
    plan = {"role": "target"}
    assert sources_of(
        printed("12", **plan),
        printed("10", report=LATER, qualifier="range_low", **plan),
        printed("15", report=LATER, qualifier="range_high", **plan),
    ) == {
        *((f"previous_{column}", f"{REPORT.id}:10") for column in ("value", *BOUNDS)),
        ("value_low", f"{LATER.id}:10"),
        ("value_high", f"{LATER.id}:20"),
    }
