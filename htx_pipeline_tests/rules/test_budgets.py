"""Budget lines and their heads."""

from __future__ import annotations

from typing import Any

import pytest

from htx_pipeline.model import Outcome
from htx_pipeline.rules.catalogue.budgets import BUDGET_LINES_SUM_TO_HEADS as RULE
from htx_pipeline_tests.building import evaluated, outcomes, printed
from htx_pipeline_tests.rules.cases import Case

PASS, FAIL, UNVERIFIABLE = Outcome.PASS, Outcome.FAIL, Outcome.UNVERIFIABLE


def line(numeral: str, entity: str | None = None, **codes: Any) -> dict[str, Any]:
    return printed(numeral, "budget_need", role="target", entity=entity, **codes)


TREE = [
    line("32.618"),
    line("6.988", "central"),
    line("988", "central/capacity"),
    line("6.000", "central/livelihoods"),
    line("25.630", "local"),
    line("25.000", "local/inspection"),
    line("630", "local/trade_promotion"),
]


CASES = {
    "budget_lines_sum_to_heads": Case(
        valid=(*TREE,),
        invalid=(line("103"), line("50", "central"), line("51", "local")),
        undecided=(line("50", "central"), line("51", "local")),
    ),
}


def without(entity: str | None) -> list[dict[str, Any]]:
    return [found for found in TREE if found["entity"] != entity]


def test_each_head_is_the_sum_of_the_lines_right_below_it() -> None:
    assert outcomes(RULE, *TREE) == [PASS, PASS, PASS]
    total = evaluated(RULE, *TREE[:2], TREE[4])
    assert [figure.cell["entity"] for figure in total.operands] == ["", "central", "local"]


@pytest.mark.parametrize(
    ("entity", "wrong", "expected"),
    [
        (None, "32.621", [FAIL, PASS, PASS]),
        ("central", "6.991", [FAIL, FAIL, PASS]),
        ("local/inspection", "25.003", [PASS, PASS, FAIL]),
    ],
)
def test_a_wrong_line_fails_with_its_head_and_with_its_parts(
    entity: str | None, wrong: str, expected: list[Outcome]
) -> None:
    lines = [line(wrong, entity) if found["entity"] == entity else found for found in TREE]
    assert outcomes(RULE, *lines) == expected


@pytest.mark.parametrize(
    ("total", "local", "expected"),
    [
        ("103", "52", PASS),  # 50 and 52 are [101, 103]
        ("104", "52", FAIL),
        ("101", "52", PASS),
        ("100", "52", FAIL),
        ("103", "52,5", PASS),  # 50 and 52.5 are [101.95, 103.05]
        ("104", "52,5", FAIL),
        ("102", "52,5", PASS),
        ("101", "52,5", FAIL),
    ],
)
def test_rounding_is_allowed_half_a_last_digit_for_each_line(
    total: str, local: str, expected: Outcome
) -> None:
    assert outcomes(RULE, line(total), line("50", "central"), line(local, "local")) == [expected]


def test_a_missing_head_leaves_its_sum_undecided() -> None:
    assert outcomes(RULE, *without(None)) == [UNVERIFIABLE, PASS, PASS]


def test_a_head_that_is_missing_between_total_and_lines_leaves_both_sums_undecided() -> None:
    assert outcomes(RULE, line("100"), line("40", "local"), line("60", "central/capacity")) == [
        UNVERIFIABLE,
        UNVERIFIABLE,
    ]


@pytest.mark.parametrize("vague", [0, 1, 2])
def test_an_approximate_line_leaves_its_sum_undecided(vague: int) -> None:
    lines = [line("10"), line("6", "central"), line("4", "local")]
    lines[vague] = lines[vague] | {"qualifier": "approx"}
    assert outcomes(RULE, *lines) == [UNVERIFIABLE]


def test_lines_that_exceed_their_head_fail_although_one_is_approximate() -> None:
    lines = [line("10"), line("12", "central"), line("4", "local", qualifier="approx")]
    assert outcomes(RULE, *lines) == [FAIL]


def test_a_head_without_lines_is_no_group() -> None:
    assert outcomes(RULE, line("32.618")) == []


def test_lines_of_another_year_are_summed_apart() -> None:
    lines = [line("10"), line("6", "central"), line("5", "local", period="2022")]
    assert outcomes(RULE, *lines) == [FAIL, UNVERIFIABLE]


@pytest.mark.parametrize(("local", "expected"), [("26", PASS), ("27", FAIL)])
def test_lines_in_billions_are_summed_with_those_in_millions(local: str, expected: Outcome) -> None:
    lines = [line("33.000"), line("6.988", "central"), line(local, "local", unit="billion_vnd")]
    assert outcomes(RULE, *lines) == [expected]


def test_only_values_of_budgets_are_summed() -> None:
    share = {"relation": "share", "share_of": "budget_need", "unit": "percent"}
    assert outcomes(RULE, line("100", **share), line("60", "central", **share)) == []
    funding = printed("9", "support_funding", organization="named", entity="htx-a/htx-b")
    assert outcomes(RULE, funding) == []
