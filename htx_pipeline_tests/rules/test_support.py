"""The cooperatives in each support programme, and in all of them."""

from __future__ import annotations

import pytest

from htx_pipeline.model import Outcome
from htx_pipeline.rules.catalogue.support import SUPPORT_PROGRAMMES_SUM_TO_TOTAL as RULE
from htx_pipeline_tests.building import LATER, outcomes, printed
from htx_pipeline_tests.rules.cases import Case

PASS, FAIL, UNVERIFIABLE = Outcome.PASS, Outcome.FAIL, Outcome.UNVERIFIABLE

ALL = printed("30", "cooperatives_in_support")
LINKAGE = printed("14", "cooperatives_in_support_linkage")
RESOLUTION = printed("10", "cooperatives_in_support_resolution")
SCHEME = printed("6", "cooperatives_in_support_scheme")

CASES = {
    "support_programmes_sum_to_total": Case(
        valid=(ALL, LINKAGE, RESOLUTION, SCHEME),
        invalid=(printed("29", "cooperatives_in_support"), LINKAGE, RESOLUTION, SCHEME),
        undecided=(LINKAGE, RESOLUTION, SCHEME),
    ),
}


def test_programmes_that_add_up_to_all_pass() -> None:
    assert outcomes(RULE, ALL, LINKAGE, RESOLUTION, SCHEME) == [PASS]


@pytest.mark.parametrize("total", ["29", "31"])
def test_programmes_that_do_not_add_up_fail(total: str) -> None:
    wrong = printed(total, "cooperatives_in_support")
    assert outcomes(RULE, wrong, LINKAGE, RESOLUTION, SCHEME) == [FAIL]


@pytest.mark.parametrize("missing", [0, 1, 2, 3])
def test_any_missing_one_leaves_the_sum_undecided(missing: int) -> None:
    found = [ALL, LINKAGE, RESOLUTION, SCHEME]
    del found[missing]
    assert outcomes(RULE, *found) == [UNVERIFIABLE]


@pytest.mark.parametrize("vague", [0, 1, 2, 3])
def test_any_approximate_one_leaves_the_sum_undecided(vague: int) -> None:
    found = [ALL, LINKAGE, RESOLUTION, SCHEME]
    found[vague] = found[vague] | {"qualifier": "approx"}
    assert outcomes(RULE, *found) == [UNVERIFIABLE]


def test_programmes_that_exceed_all_fail_although_one_is_missing() -> None:
    assert outcomes(RULE, printed("23", "cooperatives_in_support"), LINKAGE, RESOLUTION) == [FAIL]
    assert outcomes(RULE, printed("24", "cooperatives_in_support"), LINKAGE, RESOLUTION) == [
        UNVERIFIABLE
    ]


def test_more_than_5_in_a_programme_leave_too_few_for_the_rest() -> None:
    more = printed("6", "cooperatives_in_support_scheme", qualifier="more_than")
    assert outcomes(RULE, ALL, LINKAGE, RESOLUTION, more) == [FAIL]


def test_programmes_of_another_report_are_not_added() -> None:
    elsewhere = SCHEME | {"printed": "7", "report": LATER}
    assert outcomes(RULE, ALL, LINKAGE, RESOLUTION, elsewhere) == [UNVERIFIABLE]
