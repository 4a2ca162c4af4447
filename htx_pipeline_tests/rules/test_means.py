"""Headline means, and the means of the sectors that they are taken of."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from htx_pipeline.model import UNKNOWN, Interval, Outcome, Severity
from htx_pipeline.rules.catalogue.means import (
    HEADLINE_INCOME_PER_EMPLOYEE,
    HEADLINE_MEANS_PER_COOPERATIVE,
)
from htx_pipeline.rules.catalogue.sectors import SECTORS
from htx_pipeline_tests.building import LATER, evaluated, evaluations, outcomes, printed
from htx_pipeline_tests.rules.cases import Case

PASS, FAIL, UNVERIFIABLE = Outcome.PASS, Outcome.FAIL, Outcome.UNVERIFIABLE
REVENUE = HEADLINE_MEANS_PER_COOPERATIVE
INCOME = HEADLINE_INCOME_PER_EMPLOYEE


def by_sector(numerals: str, indicator: str, **codes: Any) -> list[dict[str, Any]]:
    """The prints of the seven sectors in their order; ``?`` is not printed."""
    return [
        printed(numeral, indicator, sector=sector, **codes)
        for numeral, sector in zip(numerals.split(), SECTORS, strict=True)
        if numeral != "?"
    ]


def revenues(numerals: str) -> list[dict[str, Any]]:
    return by_sector(numerals, "revenue_mean")


def counts(numerals: str, **codes: Any) -> list[dict[str, Any]]:
    return by_sector(numerals, "cooperatives", **codes)


def headline(numeral: str, indicator: str = "revenue_mean", **codes: Any) -> dict[str, Any]:
    return printed(numeral, indicator, **codes)


VALUES = revenues("100 200 300 400 500 600 700")
ONES = counts("1 1 1 1 1 1 1")
UNEVEN = counts("6 1 1 1 1 1 1")
"""With these the mean is 3300 / 12, which is 275."""

CASES = {
    "headline_means_per_cooperative": Case(
        valid=(headline("400"), *VALUES, *ONES),
        invalid=(headline("402"), *VALUES, *ONES),
        undecided=(headline("400"), *VALUES, *counts("1 1 1 1 1 1 ?")),
        not_asked=(headline("400"), *VALUES),
    ),
    "headline_income_per_employee": Case(
        valid=(
            headline("40", "income_mean"),
            *by_sector("10 20 30 40 50 60 70", "income_mean"),
            *by_sector("1 1 1 1 1 1 1", "employees"),
        ),
        invalid=(
            headline("42", "income_mean"),
            *by_sector("10 20 30 40 50 60 70", "income_mean"),
            *by_sector("1 1 1 1 1 1 1", "employees"),
        ),
        undecided=(
            headline("40", "income_mean"),
            *by_sector("10 20 30 40 50 60 ?", "income_mean"),
            *by_sector("1 1 1 1 1 1 1", "employees"),
        ),
        not_asked=(headline("40", "income_mean"),),
    ),
}


@pytest.mark.parametrize(
    ("numeral", "expected"), [("275", PASS), ("274", PASS), ("273", FAIL), ("277", FAIL)]
)
def test_a_headline_is_the_mean_of_the_sectors_weighted_by_their_cooperatives(
    numeral: str, expected: Outcome
) -> None:
    # 3300 / 12; the headline and the mean may be off by a half each.
    evaluation = evaluated(REVENUE, headline(numeral), *VALUES, *UNEVEN)
    assert evaluation.outcome is expected
    assert evaluation.computed == Interval.around(Fraction(275), Fraction(1, 2))


@pytest.mark.parametrize("numeral", ["276", "400"])
def test_the_weights_that_reproduce_the_headline_are_told(numeral: str) -> None:
    evaluation = evaluated(REVENUE, headline(numeral), *VALUES, *UNEVEN)
    holds = {other.what.en: other.holds for other in evaluation.alternatives}
    assert holds["plain mean of the sectors"] is (numeral == "400")
    assert evaluation.outcome is (FAIL if numeral == "400" else PASS)


def test_the_plain_mean_is_tried_with_and_without_the_credit_funds() -> None:
    evaluation = evaluated(REVENUE, headline("350"), *VALUES, *UNEVEN)
    assert evaluation.outcome is FAIL
    assert {other.what.en: other.holds for other in evaluation.alternatives} == {
        "plain mean of the sectors": False,
        "plain mean of the sectors without credit": True,
    }


def test_the_active_ones_weigh_before_all_of_them() -> None:
    active = counts("6 1 1 1 1 1 1", status="active")
    evaluation = evaluated(REVENUE, headline("275"), *VALUES, *ONES, *active)
    assert evaluation.outcome is PASS
    assert {part.cell["status"] for part in evaluation.parts[1::2]} == {"active"}


def test_of_several_weights_the_one_that_gives_the_headline_is_taken() -> None:
    active = counts("6 1 1 1 1 1 1", status="active")
    evaluation = evaluated(REVENUE, headline("400"), *VALUES, *ONES, *active)
    assert evaluation.outcome is PASS
    assert {part.cell["status"] for part in evaluation.parts[1::2]} == {"_T"}
    (other,) = (o for o in evaluation.alternatives if "weighted" in o.what.en)
    assert other.what.en == "mean weighted by cooperatives (active)"
    assert not other.holds


@pytest.mark.parametrize("missing", range(1, 15))
def test_any_missing_mean_or_weight_leaves_the_headline_undecided(missing: int) -> None:
    found = [headline("999"), *VALUES, *ONES]
    del found[missing]
    assert outcomes(REVENUE, *found) == [UNVERIFIABLE]


def test_a_sector_without_cooperatives_needs_no_mean_to_weigh_nothing() -> None:
    found = (headline("350"), *VALUES, *counts("1 1 1 1 1 1 0"))
    assert outcomes(REVENUE, *found) == [PASS]


def test_weights_that_are_hedged_leave_the_headline_undecided() -> None:
    for hedge in ("approx", "more_than"):
        vague = [ONES[0] | {"qualifier": hedge}, *ONES[1:]]
        (evaluation,) = evaluations(REVENUE, headline("999"), *VALUES, *vague)
        assert evaluation.outcome is not FAIL
        assert evaluation.computed.high is UNKNOWN.high


def test_weights_of_the_middle_of_the_year_are_taken_where_more_of_them_are_printed() -> None:
    in_june = counts("6 1 1 1 1 1 1", period="2021-06-30")
    one_in_december = printed("9", sector="trade")
    evaluation = evaluated(REVENUE, headline("275"), *VALUES, *in_june, one_in_december)
    assert evaluation.outcome is PASS


@pytest.mark.parametrize("other", [{"period": "2020-12-31"}, {"report": LATER}, {"role": "target"}])
def test_weights_of_another_year_report_or_side_do_not_weigh(other: dict[str, Any]) -> None:
    assert outcomes(REVENUE, headline("999"), *VALUES, *counts("1 1 1 1 1 1 1", **other)) == []


def test_a_headline_with_the_mean_of_one_sector_is_not_asked() -> None:
    assert outcomes(REVENUE, headline("400"), VALUES[0], *ONES) == []


def test_a_target_is_no_mean_of_what_the_sectors_reached() -> None:
    assert outcomes(REVENUE, headline("999", role="target"), *VALUES, *ONES) == []


def test_income_is_weighted_by_employees_before_members_and_cooperatives() -> None:
    values = by_sector("10 20 30 40 50 60 70", "income_mean")
    employees = by_sector("6 1 1 1 1 1 1", "employees")
    found = (headline("40", "income_mean"), *values, *employees, *ONES)
    evaluation = evaluated(INCOME, *found)
    assert evaluation.outcome is PASS  # by cooperatives
    assert {o.what.en: o.holds for o in evaluation.alternatives} == {
        "mean weighted by regular employees": False,
        "plain mean of the sectors": True,
        "plain mean of the sectors without credit": False,
    }


def test_a_headline_that_no_weights_give_is_worth_a_look_and_no_error() -> None:
    evaluation = evaluated(REVENUE, headline("999"), *VALUES, *ONES)
    assert evaluation.outcome is FAIL
    assert evaluation.rule.severity is Severity.NOTICE
