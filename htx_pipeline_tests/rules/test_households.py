"""The rates of poor and near-poor households, their joint rate, and how many there are."""

from __future__ import annotations

import pytest

from htx_pipeline.model import Outcome
from htx_pipeline.rules.catalogue.households import POOR_AND_NEAR_POOR_SUM_TO_BOTH as RULE
from htx_pipeline.rules.catalogue.households import RATES_OF_HOUSEHOLDS
from htx_pipeline_tests.building import LATER, evaluated, outcomes, printed
from htx_pipeline_tests.rules.cases import Case

PASS, FAIL, UNVERIFIABLE = Outcome.PASS, Outcome.FAIL, Outcome.UNVERIFIABLE

BOTH = printed("28,79", "poor_and_near_poor_rate")
POOR = printed("19,46", "poverty_rate")
NEAR_POOR = printed("9,33", "near_poverty_rate")

POOR_ONES = printed("20.961", "poor_households")
ALL_HOUSEHOLDS = printed("107.710", "households")

CASES = {
    "poor_and_near_poor_sum_to_both": Case(
        valid=(BOTH, POOR, NEAR_POOR),
        invalid=(printed("28,81", "poor_and_near_poor_rate"), POOR, NEAR_POOR),
        undecided=(BOTH, POOR),
    ),
    "rates_of_households": Case(
        valid=(POOR, POOR_ONES, ALL_HOUSEHOLDS),
        invalid=(printed("19,47", "poverty_rate"), POOR_ONES, ALL_HOUSEHOLDS),
        undecided=(POOR, POOR_ONES),
    ),
}


def test_rates_that_add_up_to_the_joint_rate_pass() -> None:
    assert outcomes(RULE, BOTH, POOR, NEAR_POOR) == [PASS]


@pytest.mark.parametrize(
    ("joint", "expected"),
    [("28,80", PASS), ("28,78", PASS), ("28,81", FAIL), ("28,77", FAIL)],
)
def test_three_rounded_rates_may_miss_each_other_by_one_last_digit(
    joint: str, expected: Outcome
) -> None:
    # Three prints may be off by 0.015 together.
    assert outcomes(RULE, printed(joint, "poor_and_near_poor_rate"), POOR, NEAR_POOR) == [expected]


@pytest.mark.parametrize(
    "found", [(POOR, NEAR_POOR), (BOTH, NEAR_POOR), (BOTH, POOR)], ids=["both", "poor", "near"]
)
def test_any_missing_rate_leaves_the_sum_undecided(found: tuple[dict, dict]) -> None:
    assert outcomes(RULE, *found) == [UNVERIFIABLE]


@pytest.mark.parametrize("vague", [0, 1, 2])
def test_any_approximate_rate_leaves_the_sum_undecided(vague: int) -> None:
    rates = [BOTH, POOR, NEAR_POOR]
    rates[vague] = rates[vague] | {"qualifier": "approx"}
    assert outcomes(RULE, *rates) == [UNVERIFIABLE]


def test_a_rate_above_the_joint_rate_fails_although_the_other_is_missing() -> None:
    assert outcomes(RULE, BOTH, printed("28,81", "poverty_rate")) == [FAIL]
    assert outcomes(RULE, BOTH, printed("28,80", "poverty_rate")) == [UNVERIFIABLE]


def test_rates_of_another_day_or_place_are_not_added() -> None:
    for elsewhere in ({"period": "2023-12-31"}, {"area_code": "VN-01/huyện Than Uyên"}):
        far = printed("99", "near_poverty_rate", **elsewhere)
        assert outcomes(RULE, BOTH, POOR, far) == [UNVERIFIABLE]


def test_changes_of_rates_are_not_added() -> None:
    down = {"relation": "change", "direction": "down", "unit": "percentage_point"}
    assert (
        outcomes(
            RULE,
            printed("9", "poor_and_near_poor_rate", **down),
            printed("1", "poverty_rate", **down),
            printed("1", "near_poverty_rate", **down),
        )
        == []
    )


# The rates and the households that they count.


@pytest.mark.parametrize(
    ("households", "expected"),
    [("107.685", FAIL), ("107.686", PASS), ("107.740", PASS), ("107.741", FAIL)],
)
def test_a_rate_is_the_poor_in_percent_of_all_households(
    households: str, expected: Outcome
) -> None:
    all_of_them = printed(households, "households")
    assert outcomes(RATES_OF_HOUSEHOLDS, POOR, POOR_ONES, all_of_them) == [expected]


def test_poor_and_near_poor_are_counted_apart() -> None:
    near = printed("10.053", "near_poor_households")
    found = (POOR, NEAR_POOR, POOR_ONES, near, ALL_HOUSEHOLDS)
    assert outcomes(RATES_OF_HOUSEHOLDS, *found) == [PASS, PASS]
    swapped = (
        printed("9,33", "poverty_rate"),
        printed("19,46", "near_poverty_rate"),
        *(POOR_ONES, near, ALL_HOUSEHOLDS),
    )
    assert outcomes(RATES_OF_HOUSEHOLDS, *swapped) == [FAIL, FAIL]


@pytest.mark.parametrize("found", [(POOR, POOR_ONES), (POOR, ALL_HOUSEHOLDS)])
def test_a_rate_without_the_poor_or_the_households_is_undecided(
    found: tuple[dict, dict],
) -> None:
    assert outcomes(RATES_OF_HOUSEHOLDS, *found) == [UNVERIFIABLE]


def test_the_poor_of_so_few_households_that_no_whole_number_has_the_rate_are_a_contradiction() -> (
    None
):
    evaluation = evaluated(RATES_OF_HOUSEHOLDS, POOR, printed("7", "households"))
    assert evaluation.outcome is FAIL
    assert evaluation.needed is not None


def test_households_of_another_report_are_not_taken() -> None:
    elsewhere = printed("1", "households", report=LATER)
    assert outcomes(RATES_OF_HOUSEHOLDS, POOR, POOR_ONES, elsewhere) == [UNVERIFIABLE]
