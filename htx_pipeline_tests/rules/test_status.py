"""Active, stopped and all; and their shares."""

from __future__ import annotations

from typing import Any

import pytest

from htx_pipeline.model import Outcome
from htx_pipeline.rules.catalogue.status import ACTIVE_AND_STOPPED_SUM_TO_TOTAL as RULE
from htx_pipeline.rules.catalogue.status import SHARES_BY_STATUS
from htx_pipeline_tests.building import evaluated, outcomes, printed
from htx_pipeline_tests.rules.cases import Case

PASS, FAIL, UNVERIFIABLE = Outcome.PASS, Outcome.FAIL, Outcome.UNVERIFIABLE

ALL = printed("348")
ACTIVE = printed("265", status="active")
STOPPED = printed("83", status="stopped")


def share(numeral: str, status: str = "stopped", **codes: Any) -> dict[str, Any]:
    return printed(numeral, relation="share", share_of="status", status=status, **codes)


CASES = {
    "active_and_stopped_sum_to_total": Case(
        valid=(ALL, ACTIVE, STOPPED),
        invalid=(ALL, ACTIVE, printed("84", status="stopped")),
        undecided=(ALL, ACTIVE),
    ),
    "shares_by_status": Case(
        valid=(ALL, STOPPED, share("23,9")),
        invalid=(ALL, STOPPED, share("23,8")),
        undecided=(STOPPED, share("23,9")),
    ),
}


def test_active_and_stopped_that_add_up_to_all_pass() -> None:
    assert outcomes(RULE, ALL, ACTIVE, STOPPED) == [PASS]


@pytest.mark.parametrize("stopped", ["82", "84"])
def test_active_and_stopped_that_do_not_add_up_fail(stopped: str) -> None:
    assert outcomes(RULE, ALL, ACTIVE, printed(stopped, status="stopped")) == [FAIL]


@pytest.mark.parametrize(
    "found", [(ALL, ACTIVE), (ALL, STOPPED), (ACTIVE, STOPPED)], ids=["stopped", "active", "all"]
)
def test_any_missing_one_leaves_the_sum_undecided(found: tuple[dict, dict]) -> None:
    assert outcomes(RULE, *found) == [UNVERIFIABLE]


@pytest.mark.parametrize(
    "found",
    [
        (printed("350", qualifier="approx"), ACTIVE, STOPPED),
        (ALL, printed("265", status="active", qualifier="approx"), STOPPED),
        (ALL, ACTIVE, printed("80", status="stopped", qualifier="approx")),
    ],
    ids=["all", "active", "stopped"],
)
def test_any_approximate_one_leaves_the_sum_undecided(found: tuple[dict, ...]) -> None:
    assert outcomes(RULE, *found) == [UNVERIFIABLE]


def test_more_active_ones_than_there_are_fail_although_nothing_is_said_of_the_stopped() -> None:
    evaluation = evaluated(RULE, ALL, printed("349", status="active"))
    assert evaluation.outcome is FAIL
    assert evaluation.residual == -1


def test_as_many_active_ones_as_there_are_leave_room_for_no_stopped_one() -> None:
    assert outcomes(RULE, ALL, printed("348", status="active")) == [UNVERIFIABLE]


def test_more_than_400_active_ones_do_not_fit_into_400() -> None:
    active = printed("400", status="active", qualifier="more_than")
    assert outcomes(RULE, printed("400"), active) == [FAIL]
    assert outcomes(RULE, printed("416"), active, printed("10", status="stopped")) == [PASS]
    assert outcomes(RULE, printed("416"), active, printed("16", status="stopped")) == [FAIL]


def test_each_sector_is_a_group_of_its_own() -> None:
    assert outcomes(
        RULE,
        ALL,
        ACTIVE,
        STOPPED,
        printed("157", sector="agriculture"),
        printed("138", sector="agriculture", status="active"),
        printed("20", sector="agriculture", status="stopped"),
    ) == [PASS, FAIL]


def test_planned_ones_are_confronted_with_the_plan() -> None:
    planned = {"role": "target", "period": "2024-12-31"}
    total = printed("425", **planned)
    assert outcomes(RULE, total, printed("426", status="active", **planned)) == [FAIL]
    assert outcomes(RULE, total, printed("426", status="active", period="2024-12-31")) == []


def test_shares_of_the_status_are_not_values() -> None:
    share = printed("76", relation="share", share_of="status", status="active")
    assert outcomes(RULE, printed("100", relation="share", share_of="status"), share) == []


def test_flows_have_no_status_that_they_could_be_broken_down_by() -> None:
    new = [
        printed(numeral, "cooperatives_new", status=status)
        for numeral, status in (("41", "_T"), ("40", "active"), ("9", "stopped"))
    ]
    assert outcomes(RULE, *new) == []


@pytest.mark.parametrize(
    ("stopped", "expected"), [("1", FAIL), ("2", PASS), ("7", PASS), ("8", FAIL)]
)
def test_a_range_is_one_total_that_bounds_the_sum_on_both_sides(
    stopped: str, expected: Outcome
) -> None:
    evaluation = evaluated(
        RULE,
        printed("3", qualifier="range_low"),
        printed("8", qualifier="range_high"),
        printed("1", status="active"),
        printed(stopped, status="stopped"),
    )
    assert evaluation.outcome is expected
    assert evaluation.operands[0].figure_ids == ("bao-cao-2021:10", "bao-cao-2021:20")


# The shares of the active and of the stopped.


@pytest.mark.parametrize(
    ("numeral", "expected"), [("23,85", PASS), ("23,9", PASS), ("24", PASS), ("23", FAIL)]
)
def test_the_share_of_the_stopped_is_their_number_in_percent_of_all(
    numeral: str, expected: Outcome
) -> None:
    assert outcomes(SHARES_BY_STATUS, ALL, STOPPED, share(numeral)) == [expected]


def test_a_share_whose_last_digit_was_cut_off_would_hold_so() -> None:
    evaluation = evaluated(SHARES_BY_STATUS, ALL, STOPPED, share("23,8"))
    assert evaluation.outcome is FAIL
    assert evaluation.holds_if_truncated


def test_active_and_stopped_have_a_share_each() -> None:
    found = (ALL, ACTIVE, STOPPED, share("76,1", "active"), share("23,8"))
    assert outcomes(SHARES_BY_STATUS, *found) == [PASS, FAIL]


def test_a_share_is_of_the_whole_of_its_own_sector() -> None:
    farming = {"sector": "agriculture"}
    found = (ALL, STOPPED, printed("19", status="stopped", **farming), share("12,1", **farming))
    assert outcomes(SHARES_BY_STATUS, *found) == [UNVERIFIABLE]
    assert outcomes(SHARES_BY_STATUS, *found, printed("157", **farming)) == [PASS]


def test_a_share_taken_over_sectors_is_not_one_of_the_status() -> None:
    over_sectors = share("50") | {"share_of": "sector"}
    assert outcomes(SHARES_BY_STATUS, ALL, STOPPED, over_sectors) == []
