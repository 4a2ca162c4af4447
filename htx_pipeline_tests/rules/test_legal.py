"""What the law asks of every cooperative, group, union and credit fund."""

from __future__ import annotations

from typing import Any

import pytest

from htx_pipeline.model import Outcome, Severity
from htx_pipeline.rules import TOPICS
from htx_pipeline_tests.building import LATER, outcomes, printed
from htx_pipeline_tests.rules.cases import Case

PASS, FAIL, UNVERIFIABLE = Outcome.PASS, Outcome.FAIL, Outcome.UNVERIFIABLE
RULES = {rule.name: rule for rule in TOPICS["legal"]}
COOPERATIVES = RULES["cooperatives_have_seven_members"]


def members(numeral: str, organization: str = "cooperative", **codes: Any) -> dict[str, Any]:
    return printed(numeral, "members", organization=organization, **codes)


def union(numeral: str, **codes: Any) -> dict[str, Any]:
    return printed(numeral, "unions", sector="_Z", **codes)


def of_union(numeral: str, **codes: Any) -> dict[str, Any]:
    return printed(numeral, "member_cooperatives", organization="union", sector="_Z", **codes)


CREDIT = {"sector": "credit"}

CASES = {
    "cooperatives_have_seven_members": Case(
        valid=(members("70"), printed("10")),
        invalid=(members("69"), printed("10")),
        undecided=(members("70", qualifier="approx"), printed("10")),
        not_asked=(members("70"),),
    ),
    "groups_have_two_members": Case(
        valid=(members("20", "group"), printed("10", "groups")),
        invalid=(members("19", "group"), printed("10", "groups")),
        undecided=(members("20", "group"), printed("10", "groups", qualifier="approx")),
        not_asked=(printed("10", "groups"),),
    ),
    "unions_have_four_cooperatives": Case(
        valid=(union("1"), of_union("4")),
        invalid=(union("1"), of_union("3")),
        undecided=(union("1", qualifier="approx"), of_union("4")),
        not_asked=(of_union("4"),),
    ),
    "credit_funds_have_thirty_members": Case(
        valid=(members("60", **CREDIT), printed("2", **CREDIT)),
        invalid=(members("59", **CREDIT), printed("2", **CREDIT)),
        undecided=(members("59", **CREDIT, qualifier="approx"), printed("2", **CREDIT)),
        not_asked=(members("59", sector="trade"), printed("2", sector="trade")),
    ),
}

IN_FORCE = {
    "cooperatives_have_seven_members": ("2024-06-30", "2024-07-01"),
    "unions_have_four_cooperatives": ("2024-06-30", "2024-07-01"),
}
"""The last day on which the Law of 2012 applies, and the first of the Law of 2023."""


@pytest.mark.parametrize("rule_name", IN_FORCE)
def test_a_rule_of_a_law_ends_with_the_law(rule_name: str) -> None:
    last, next_day = IN_FORCE[rule_name]
    for day, expected in ((last, [FAIL]), (next_day, []), ("2025-12-31", [])):
        found = [figure | {"period": day} for figure in CASES[rule_name].invalid]
        assert outcomes(RULES[rule_name], *found) == expected


@pytest.mark.parametrize("rule_name", sorted(RULES.keys() - IN_FORCE.keys()))
def test_a_rule_that_is_still_in_force_goes_on(rule_name: str) -> None:
    found = [figure | {"period": "2025-12-31"} for figure in CASES[rule_name].invalid]
    assert outcomes(RULES[rule_name], *found) == [FAIL]


@pytest.mark.parametrize("rule_name", RULES)
def test_too_few_members_are_worth_a_look_and_no_error(rule_name: str) -> None:
    assert RULES[rule_name].severity is Severity.NOTICE
    assert "article" in RULES[rule_name].source or "Circular" in RULES[rule_name].source


def test_each_sector_is_asked_by_itself() -> None:
    farming = {"sector": "agriculture"}
    found = (
        *(members("700"), printed("100")),
        *(members("69", **farming), printed("10", **farming)),
    )
    assert outcomes(COOPERATIVES, *found) == [PASS, FAIL]


@pytest.mark.parametrize(
    ("qualifier", "numeral", "expected"),
    [("more_than", "69", PASS), ("less_than", "70", FAIL), ("up_to", "70", PASS)],
)
def test_members_that_are_hedged_have_to_leave_room(
    qualifier: str, numeral: str, expected: Outcome
) -> None:
    found = (members(numeral, qualifier=qualifier), printed("10"))
    assert outcomes(COOPERATIVES, *found) == [expected]


@pytest.mark.parametrize(
    "other", [{"report": LATER}, {"period": "2020-12-31"}, {"role": "target"}, {"status": "active"}]
)
def test_members_and_cooperatives_are_of_one_report_day_and_status(other: dict) -> None:
    assert outcomes(COOPERATIVES, members("1") | other, printed("10")) == []


def test_planned_members_are_not_asked() -> None:
    planned = {"role": "target"}
    assert outcomes(COOPERATIVES, members("1", **planned), printed("10", **planned)) == []
