"""Table ``targets``: what is asked for, what came of it, and when that can be told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from htx_pipeline import codelists
from htx_pipeline.curation import FIGURE_TABLES
from htx_pipeline_tests.building import LATER, NEWS, PLAN, REPORT, Report, facts, printed, row, rows

(TARGETS,) = (t for t in FIGURE_TABLES if t.contract.name == "targets")
ESTIMATE = {"role": "estimate", "qualifier": "estimated"}


def target(numeral: str, indicator: str = "cooperatives", **codes: Any) -> dict[str, Any]:
    return printed(numeral, indicator, **{"report": PLAN, "role": "target"} | codes)


def achieved(numeral: str, indicator: str = "cooperatives", **codes: Any) -> dict[str, Any]:
    return printed(numeral, indicator, **{"report": LATER} | codes)


def from_to(low: str, high: str, **codes: Any) -> list[dict[str, Any]]:
    return [
        target(low, qualifier="range_low", **codes),
        target(high, qualifier="range_high", **codes),
    ]


# What is asked for.


@pytest.mark.parametrize(
    ("qualifier", "comparator", "low", "high"),
    [
        ("exact", "=", 425, 425),
        ("more_than", ">", 425, None),
        ("at_least", ">=", 425, None),
        ("nearly", "<", None, 425),
        ("less_than", "<", None, 425),
        ("up_to", "<=", None, 425),
        ("approx", "=", None, None),
    ],
)
def test_the_words_of_a_target_are_its_comparator_and_bounds(
    qualifier: str, comparator: str, low: float | None, high: float | None
) -> None:
    found = row(TARGETS, target("425", qualifier=qualifier))
    assert found["value"] == 425
    assert found["comparator"] == comparator
    assert (found["value_low"], found["value_high"]) == (low, high)
    assert found["approximate"] == (qualifier == "approx")


def test_a_rounded_target_bounds_what_would_be_printed_so() -> None:
    found = row(TARGETS, target("1.300", "revenue_mean"))
    assert (found["value"], found["value_low"], found["value_high"]) == (1300, 1299.5, 1300.5)


def test_an_estimated_target_is_an_equal_one() -> None:
    found = row(TARGETS, target("425", qualifier="estimated"))
    assert (found["comparator"], found["value_low"], found["value_high"]) == ("=", 425, 425)


def test_a_planned_decrease_by_more_than_3_is_less_than_minus_3() -> None:
    found = row(
        TARGETS,
        target(
            *("3", "poverty_rate"),
            relation="change",
            direction="down",
            qualifier="more_than",
            unit="percentage_point",
        ),
    )
    assert (found["value"], found["value_low"], found["value_high"]) == (-3, None, -3)
    assert found["comparator"] == "<"


def test_the_two_ends_of_a_range_are_one_target() -> None:
    found = row(TARGETS, *from_to("5.000", "6.000", indicator="employees"))
    assert found["comparator"] == "range"
    assert found["value"] is None
    assert (found["value_low"], found["value_high"]) == (5000, 6000)
    assert found["figure_ids"] == ["ke-hoach-2022:10", "ke-hoach-2022:20"]
    assert found["target_id"] == "ke-hoach-2022:10"


def test_a_planned_decrease_may_be_a_range() -> None:
    down = {"relation": "change", "direction": "down", "unit": "percentage_point"}
    found = row(TARGETS, *from_to("3", "5", indicator="poverty_rate", **down))
    assert (found["comparator"], found["value_low"], found["value_high"]) == ("range", -5, -3)


def test_ranges_one_after_another_are_paired_in_the_order_of_the_text() -> None:
    found = rows(
        TARGETS,
        target("7", sector="trade"),
        *from_to("1", "2", sector="agriculture"),
        *from_to("3", "4", sector="credit"),
        target("8", sector="transport"),
    )
    bounds = {r["sector"]: (r["comparator"], r["value_low"], r["value_high"]) for r in found}
    assert bounds == {
        "trade": ("=", 7, 7),
        "agriculture": ("range", 1, 2),
        "credit": ("range", 3, 4),
        "transport": ("=", 8, 8),
    }


def test_a_target_tells_what_it_is_set_for() -> None:
    found = row(
        TARGETS,
        target(
            "50", "cooperatives_new", period="2021/2025", sector="agriculture", relation="share"
        ),
    )
    assert (found["year"], found["period"], found["area"]) == (2025, "2021/2025", "Lai Châu")
    assert (found["relation"], found["share_of"]) == ("share", "sector")
    assert (found["unit"], found["origin"]) == ("percent", "stated")
    assert (found["report_id"], found["obs_status"]) == ("ke-hoach-2022", "A")
    assert row(TARGETS, target("425"))["share_of"] is None


def test_only_targets_are_targets() -> None:
    assert rows(TARGETS, printed("348"), printed("350", **ESTIMATE)) == []
    assert rows(TARGETS, printed("3", "registration_days", role="threshold")) == []


def test_budgets_are_no_targets() -> None:
    assert rows(TARGETS, target("32.618", "budget_need")) == []


def test_targets_of_several_plans_for_one_quantity_are_all_kept() -> None:
    for numeral in ("425", "400"):
        assert len(rows(TARGETS, target("425"), target(numeral, report=REPORT))) == 2


# What came of it.


def test_without_a_later_report_nothing_is_achieved_and_nothing_judged() -> None:
    found = row(TARGETS, target("425"))
    assert found["achieved_value"] is None
    assert found["achieved_figure_ids"] == []
    assert found["attainment_percent"] is None
    assert found["met"] is None


def test_what_was_achieved_is_the_same_quantity_in_the_same_period() -> None:
    found = row(TARGETS, target("425"), achieved("430"))
    assert found["achieved_value"] == 430
    assert found["achieved_figure_ids"] == ["bao-cao-2022:10"]
    assert found["met"] is True
    assert found["attainment_percent"] == 101.18


@pytest.mark.parametrize(
    "other",
    [
        {"period": "2020-12-31"},
        {"sector": "agriculture"},
        {"status": "active"},
        {"area_code": "VN-01/xã Nậm Tăm"},
        {"indicator": "cooperatives_effective"},
        {"relation": "attainment", "unit": "percent"},
        {"role": "threshold"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_quantity_is_not_what_was_achieved(other: dict) -> None:
    found = row(TARGETS, target("425"), achieved("430") | other)
    assert found["achieved_value"] is None
    assert found["met"] is None


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        (achieved("430"), achieved("400", **ESTIMATE)),
        (achieved("430"), achieved("400", report=NEWS)),
        (achieved("430"), achieved("400", report=REPORT)),
    ],
    ids=["actual", "administration", "later"],
)
def test_of_several_reports_the_preferred_one_tells_what_was_achieved(
    taken: dict, left: dict
) -> None:
    for order in ((taken, left), (left, taken)):
        found = row(TARGETS, target("425"), *order)
        assert (found["achieved_value"], found["met"]) == (430, True)


@pytest.mark.parametrize(
    ("qualifier", "numeral", "met"),
    [
        ("exact", "425", True),
        ("exact", "500", True),  # "đạt 425" asks for at least that
        ("exact", "424", False),
        ("more_than", "426", True),
        ("more_than", "425", False),
        ("at_least", "425", True),
        ("at_least", "424", False),
        ("less_than", "424", True),
        ("less_than", "425", False),
        ("nearly", "425", False),
        ("up_to", "425", True),
        ("up_to", "426", False),
        ("approx", "425", None),
        ("approx", "1", None),
    ],
)
def test_a_count_meets_what_the_words_of_the_target_ask_for(
    qualifier: str, numeral: str, *, met: bool | None
) -> None:
    assert row(TARGETS, target("425", qualifier=qualifier), achieved(numeral))["met"] is met


@pytest.mark.parametrize(
    ("numeral", "met"), [("4", False), ("5", True), ("6", True), ("8", True), ("9", False)]
)
def test_a_range_is_met_within_its_ends(numeral: str, *, met: bool) -> None:
    found = row(TARGETS, *from_to("5", "8"), achieved(numeral))
    assert found["met"] is met
    assert found["attainment_percent"] is None


@pytest.mark.parametrize(
    ("qualifier", "numeral", "hedge", "met"),
    [
        ("at_least", "430", "approx", None),
        ("at_least", "400", "more_than", None),
        ("at_least", "425", "more_than", True),
        ("more_than", "425", "more_than", True),
        ("more_than", "426", "more_than", True),
        ("more_than", "425", "at_least", None),
        ("at_least", "425", "nearly", False),
        ("at_least", "430", "nearly", None),
        ("up_to", "425", "nearly", True),
        ("less_than", "425", "up_to", None),
    ],
)
def test_a_hedged_achievement_is_judged_only_where_its_words_leave_no_doubt(
    qualifier: str, numeral: str, hedge: str, *, met: bool | None
) -> None:
    found = row(TARGETS, target("425", qualifier=qualifier), achieved(numeral, qualifier=hedge))
    assert found["met"] is met


@pytest.mark.parametrize(
    ("qualifier", "numeral", "met"),
    [
        ("exact", "1.301", True),
        ("exact", "1.300", True),
        ("exact", "1.299", None),  # [1298.5, 1299.5] touches [1299.5, 1300.5]
        ("exact", "1.298", False),
        ("at_least", "1.300", None),  # [1299.5, 1300.5]
        ("at_least", "1.300,5", True),
        ("more_than", "1.300,5", True),
        ("more_than", "1.299", False),
    ],
)
def test_a_rounded_achievement_is_met_only_if_it_certainly_is(
    qualifier: str, numeral: str, *, met: bool | None
) -> None:
    found = row(
        TARGETS,
        target("1.300", "revenue_mean", qualifier=qualifier),
        achieved(numeral, "revenue_mean"),
    )
    assert found["met"] is met


@pytest.mark.parametrize(("numeral", "met"), [("1", False), ("5", True)])
def test_a_planned_decrease_is_met_by_a_decrease_that_is_at_least_as_great(
    numeral: str, *, met: bool
) -> None:
    down = {"relation": "change", "direction": "down", "unit": "percentage_point"}
    found = row(
        TARGETS, target("3", "poverty_rate", **down), achieved(numeral, "poverty_rate", **down)
    )
    assert found["met"] is met


@pytest.mark.parametrize(
    ("asked", "numeral", "attainment"),
    [("60", "41", 68.33), ("3", "2", 66.67), ("400", "400", 100), ("1", "400", 40000)],
)
def test_the_attainment_is_told_in_percent_to_two_decimals(
    asked: str, numeral: str, attainment: float
) -> None:
    assert row(TARGETS, target(asked), achieved(numeral))["attainment_percent"] == attainment


def test_an_approximate_achievement_or_a_target_of_none_has_no_attainment() -> None:
    about = achieved("430", qualifier="approx")
    assert row(TARGETS, target("425"), about)["attainment_percent"] is None
    assert row(TARGETS, target("0"), achieved("4"))["attainment_percent"] is None


# Where it comes from.


def test_the_cells_of_a_target_lead_to_their_figures() -> None:
    built = TARGETS.build(facts(*from_to("5", "8"), target("9", "members"), achieved("6")))
    assert {(s.row_key, s.column, s.figure_id) for s in built.sources} == {
        ("ke-hoach-2022:10", "value_low", "ke-hoach-2022:10"),
        ("ke-hoach-2022:10", "value_high", "ke-hoach-2022:20"),
        ("ke-hoach-2022:10", "achieved_value", "bao-cao-2022:10"),
        ("ke-hoach-2022:10", "met", "bao-cao-2022:10"),
        ("ke-hoach-2022:10", "met", "ke-hoach-2022:10"),
        ("ke-hoach-2022:10", "met", "ke-hoach-2022:20"),
        ("ke-hoach-2022:30", "value", "ke-hoach-2022:30"),
        ("ke-hoach-2022:30", "value_low", "ke-hoach-2022:30"),
        ("ke-hoach-2022:30", "value_high", "ke-hoach-2022:30"),
    }


def test_every_comparator_of_the_code_list_is_in_use() -> None:
    every = [
        target("1", qualifier=qualifier, sector=sector)
        for qualifier, sector in (
            ("exact", "agriculture"),
            ("more_than", "industry"),
            ("at_least", "construction"),
            ("less_than", "trade"),
            ("up_to", "transport"),
        )
    ]
    found = rows(TARGETS, *every, *from_to("1", "2"))
    assert {r["comparator"] for r in found} == set(codelists.codes("comparator"))


def test_a_later_hedged_print_does_not_hide_a_stated_achievement() -> None:
    later = Report("bao-cao-2023", issued_on=dt.date(2024, 1, 15))
    hedged = achieved("400", qualifier="more_than", report=later)
    found = row(TARGETS, target("425"), achieved("430"), hedged)
    assert (found["achieved_value"], found["met"]) == (430, True)


@pytest.mark.parametrize("qualifier", ["approx", "up_to", "less_than", "nearly"])
def test_a_target_that_is_vague_or_asks_for_less_has_no_attainment(qualifier: str) -> None:
    found = row(TARGETS, target("425", qualifier=qualifier), achieved("420"))
    assert found["attainment_percent"] is None


def test_more_or_fewer_stopped_cooperatives_than_planned_are_neither_good_nor_bad() -> None:
    stopped = {"status": "stopped"}
    for numeral in ("80", "90", "100"):
        assert row(TARGETS, target("90", **stopped), achieved(numeral, **stopped))["met"] is None


def test_an_achieved_range_is_no_achieved_value_but_is_judged() -> None:
    ends = [
        achieved("430", qualifier="range_low"),
        achieved("440", qualifier="range_high"),
    ]
    found = row(TARGETS, target("425"), *ends)
    assert found["met"] is True
    assert found["attainment_percent"] is None
    assert found["achieved_figure_ids"] == ["bao-cao-2022:10", "bao-cao-2022:20"]
    assert found["achieved_value"] is None


def test_a_forecast_achieves_nothing() -> None:
    found = row(TARGETS, target("425"), achieved("430", **ESTIMATE))
    assert (found["achieved_value"], found["attainment_percent"], found["met"]) == (None,) * 3


def test_what_was_known_before_the_plan_is_no_achievement() -> None:
    found = row(TARGETS, target("425"), achieved("430", report=REPORT))
    assert found["achieved_value"] is None


@pytest.mark.parametrize(
    ("indicator", "numeral", "met"),
    [
        ("cooperatives", "430", True),
        ("cooperatives_weak", "430", False),
        ("cooperatives_weak", "420", True),
        ("cooperatives_dissolved", "430", None),
        ("cooperatives_dissolved", "425", None),
    ],
)
def test_whether_more_is_better_tells_what_a_plain_target_asks_for(
    indicator: str, numeral: str, *, met: bool | None
) -> None:
    about = {"indicator": indicator}
    if indicator == "cooperatives_dissolved":
        about |= {"period": "2022", "status": "_Z"}
    assert row(TARGETS, target("425", **about), achieved(numeral, **about))["met"] is met


def test_a_target_that_is_printed_again_is_one_target() -> None:
    (found,) = rows(TARGETS, target("425"), target("425"))
    assert found["figure_ids"] == ["ke-hoach-2022:10", "ke-hoach-2022:20"]
    assert len(rows(TARGETS, target("425"), target("430"))) == 2


def test_two_approximate_targets_are_two_though_neither_is_bounded() -> None:
    about = [target(numeral, qualifier="approx") for numeral in ("400", "500")]
    assert [r["value"] for r in rows(TARGETS, *about)] == [400, 500]
