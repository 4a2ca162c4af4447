"""The rates of poor and near-poor households, and their joint rate."""

from __future__ import annotations

import pytest

from htx_pipeline.model import Outcome
from htx_pipeline.rules.catalogue.households import POOR_AND_NEAR_POOR_SUM_TO_BOTH as RULE
from htx_pipeline_tests.building import outcomes, printed

PASS, FAIL, UNVERIFIABLE = Outcome.PASS, Outcome.FAIL, Outcome.UNVERIFIABLE

BOTH = printed("28,79", "poor_and_near_poor_rate")
POOR = printed("19,46", "poverty_rate")
NEAR_POOR = printed("9,33", "near_poverty_rate")


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
