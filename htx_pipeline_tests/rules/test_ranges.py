"""What a single figure can be, and how fast it changes."""

from __future__ import annotations

from typing import Any

import pytest

from htx_pipeline.model import Outcome, Severity
from htx_pipeline.rules.catalogue.ranges import SHARES_WITHIN_100, VALUES_DO_NOT_JUMP
from htx_pipeline_tests.building import LATER, NEWS, Report, evaluated, outcomes, printed
from htx_pipeline_tests.rules.cases import Case

PASS, FAIL, UNVERIFIABLE = Outcome.PASS, Outcome.FAIL, Outcome.UNVERIFIABLE

OF_2020 = Report("bao-cao-2020")


def share(numeral: str, **codes: Any) -> dict[str, Any]:
    return printed(numeral, relation="share", sector="agriculture", **codes)


def before(numeral: str, **codes: Any) -> dict[str, Any]:
    return printed(numeral, **({"period": "2020-12-31", "report": OF_2020} | codes))


CASES = {
    "shares_within_100": Case(
        valid=(share("100"),),
        invalid=(share("101"),),
        undecided=(share("10", qualifier="approx"),),
        not_asked=(printed("101"),),
    ),
    "values_do_not_jump": Case(
        valid=(printed("348"), before("174")),
        invalid=(printed("349"), before("174")),
        undecided=(printed("300", qualifier="approx"), before("174")),
        not_asked=(printed("348"),),
    ),
}

# Shares and rates.


@pytest.mark.parametrize(
    ("numeral", "expected"),
    [("0", PASS), ("60", PASS), ("100", PASS), ("100,0", PASS), ("100,4", FAIL), ("134", FAIL)],
)
def test_a_share_lies_between_0_and_100_percent(numeral: str, expected: Outcome) -> None:
    assert outcomes(SHARES_WITHIN_100, share(numeral)) == [expected]


@pytest.mark.parametrize(
    ("qualifier", "numeral", "expected"),
    [
        ("more_than", "100", FAIL),
        ("more_than", "99", PASS),
        ("at_least", "100", PASS),
        ("less_than", "15", PASS),
    ],
)
def test_a_hedged_share_has_to_leave_room(qualifier: str, numeral: str, expected: Outcome) -> None:
    assert outcomes(SHARES_WITHIN_100, share(numeral, qualifier=qualifier)) == [expected]


@pytest.mark.parametrize(
    "rate", ["poverty_rate", "near_poverty_rate", "poor_and_near_poor_rate", "bad_debt_ratio"]
)
def test_a_rate_is_a_share(rate: str) -> None:
    assert outcomes(SHARES_WITHIN_100, printed("19,46", rate)) == [PASS]
    assert outcomes(SHARES_WITHIN_100, printed("194,6", rate)) == [FAIL]


def test_a_plan_may_be_attained_by_more_than_100_percent_and_things_may_double() -> None:
    attained = printed("164", relation="attainment")
    doubled = printed("150", relation="change", unit="percent")
    assert outcomes(SHARES_WITHIN_100, attained, doubled) == []


def test_each_share_is_asked_by_itself() -> None:
    assert outcomes(SHARES_WITHIN_100, share("60"), share("101")) == [PASS, FAIL]


# Jumps.


@pytest.mark.parametrize(
    ("numeral", "expected"),
    [("174", PASS), ("348", PASS), ("349", FAIL), ("87", PASS), ("86", FAIL), ("17", FAIL)],
)
def test_nothing_more_than_doubles_or_halves(numeral: str, expected: Outcome) -> None:
    assert outcomes(VALUES_DO_NOT_JUMP, printed(numeral), before("174")) == [expected]


@pytest.mark.parametrize(
    ("now", "then", "asked"),
    [
        ("2021-12-31", "2020-12-31", True),
        ("2021-12-31", "2019-12-31", True),
        ("2021-12-31", "2018-12-31", False),
        ("2021-06-30", "2020-12-31", True),
        ("2021-06-30", "2019-12-31", True),
        ("2021-12-31", "2021-06-30", False),
        ("2021-12-31", "2022-12-31", True),
    ],
)
def test_stocks_are_compared_over_a_year_or_two(now: str, then: str, *, asked: bool) -> None:
    found = outcomes(VALUES_DO_NOT_JUMP, printed("348", period=now), before("17", period=then))
    assert found == ([FAIL] if asked else [])


@pytest.mark.parametrize("mean", ["revenue_mean", "profit_mean", "income_mean"])
def test_means_are_compared_by_years(mean: str) -> None:
    now, then = printed("1.071", mean), before("107,1", indicator=mean, period="2020")
    assert outcomes(VALUES_DO_NOT_JUMP, now, then) == [FAIL]


def test_incomes_by_month_and_by_year_are_compared_in_one_unit() -> None:
    by_month = before(
        "3,65", indicator="income_mean", period="2020", unit="million_vnd_per_person_month"
    )
    for numeral, expected in (("44", PASS), ("3,65", FAIL)):
        by_year = printed(numeral, "income_mean")
        assert outcomes(VALUES_DO_NOT_JUMP, by_year, by_month) == [expected]


@pytest.mark.parametrize("indicator", ["cooperatives_new", "budget_contribution"])
def test_flows_may_change_as_they_like(indicator: str) -> None:
    now, then = printed("100", indicator), before("1", indicator=indicator, period="2020")
    assert outcomes(VALUES_DO_NOT_JUMP, now, then) == []


def test_a_plan_may_ask_for_more_than_twice_as_much() -> None:
    planned = printed("900", role="target", period="2021-12-31")
    assert outcomes(VALUES_DO_NOT_JUMP, planned, before("174")) == []


def test_the_step_is_taken_from_the_report_s_own_number_before_that_of_another() -> None:
    own = before("300", report=LATER)
    assert outcomes(VALUES_DO_NOT_JUMP, printed("348", report=LATER), own, before("9")) == [PASS]


def test_a_step_is_worth_a_look_and_no_error() -> None:
    evaluation = evaluated(VALUES_DO_NOT_JUMP, printed("349"), before("174"))
    assert evaluation.rule.severity is Severity.NOTICE


def test_a_news_page_is_compared_too() -> None:
    assert outcomes(VALUES_DO_NOT_JUMP, printed("349", report=NEWS), before("174")) == [FAIL]
