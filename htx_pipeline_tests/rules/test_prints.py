"""One quantity that is told more than once: in a report, in two reports, or by two relations."""

from __future__ import annotations

from typing import Any

import pytest

from htx_pipeline.model import Outcome
from htx_pipeline.rules import Evaluation, confront_all
from htx_pipeline.rules.catalogue.prints import IMPLIED_VALUES_AGREE, REPORTS_AGREE
from htx_pipeline.rules.catalogue.prints import REPEATED_PRINTS_AGREE as RULE
from htx_pipeline.rules.catalogue.sectors import SECTORS
from htx_pipeline_tests.building import LATER, NEWS, Report, evaluated, outcomes, printed, read
from htx_pipeline_tests.rules.cases import Case

PASS, FAIL, UNVERIFIABLE = Outcome.PASS, Outcome.FAIL, Outcome.UNVERIFIABLE


def from_to(low: str, high: str, **codes: Any) -> list[dict[str, Any]]:
    return [
        printed(low, qualifier="range_low", **codes),
        printed(high, qualifier="range_high", **codes),
    ]


def capital(numeral: str, sector: str, **codes: Any) -> dict[str, Any]:
    return printed(numeral, "charter_capital", sector=sector, **codes)


def share(numeral: str, sector: str) -> dict[str, Any]:
    return capital(numeral, sector, relation="share")


CASES = {
    "repeated_prints_agree": Case(
        valid=(printed("348"), printed("348")),
        invalid=(printed("348"), printed("347")),
        undecided=(printed("348"), printed("350", qualifier="approx")),
    ),
    "reports_agree": Case(
        valid=(printed("348"), printed("348", report=LATER)),
        invalid=(printed("348"), printed("347", report=LATER)),
        undecided=(printed("348"), printed("350", report=LATER, qualifier="approx")),
    ),
    "implied_values_agree": Case(
        valid=(
            *(capital("600", "agriculture"), share("60", "agriculture")),
            *(capital("100", "trade"), share("10", "trade")),
        ),
        invalid=(
            *(capital("600", "agriculture"), share("60", "agriculture")),
            *(capital("100", "trade"), share("20", "trade")),
        ),
        not_asked=(capital("600", "agriculture"), share("60", "agriculture")),
    ),
}


def test_a_quantity_that_is_printed_alike_passes() -> None:
    assert outcomes(RULE, printed("348"), printed("348")) == [PASS]


def test_a_quantity_that_is_printed_differently_fails() -> None:
    evaluation = evaluated(RULE, printed("348"), printed("347"))
    assert evaluation.outcome is FAIL
    assert evaluation.residual == 1
    assert [figure.printed for figure in evaluation.operands] == ["348", "347"]


def test_a_quantity_that_is_printed_once_is_no_group() -> None:
    assert outcomes(RULE, printed("348"), printed("265", status="active")) == []


@pytest.mark.parametrize(
    ("coarse", "fine", "expected"),
    [
        ("42", "41,5", PASS),  # [41.5, 42.5] and [41.45, 41.55]
        ("42", "41,4", FAIL),  # [41.35, 41.45]
        ("42", "42,5", PASS),
        ("42", "42,6", FAIL),
        ("41,5", "41,45", PASS),
        ("41,5", "41,44", FAIL),
    ],
)
def test_a_finer_print_agrees_with_the_coarser_that_it_would_be_rounded_to(
    coarse: str, fine: str, expected: Outcome
) -> None:
    capital = "charter_capital"
    assert outcomes(RULE, printed(coarse, capital), printed(fine, capital)) == [expected]
    assert outcomes(RULE, printed(fine, capital), printed(coarse, capital)) == [expected]


def test_a_print_that_cut_digits_off_is_told_from_a_wrong_one() -> None:
    share = {"indicator": "charter_capital", "relation": "share"}
    cut = evaluated(RULE, printed("95,6", **share), printed("95,66", **share))
    wrong = evaluated(RULE, printed("95,6", **share), printed("95,70", **share))
    assert cut.outcome is wrong.outcome is FAIL
    assert cut.holds_if_truncated
    assert not wrong.holds_if_truncated


@pytest.mark.parametrize(
    ("numeral", "expected"), [("416", PASS), ("401", PASS), ("400", FAIL), ("399", FAIL)]
)
def test_a_hedged_print_agrees_with_what_its_word_allows(numeral: str, expected: Outcome) -> None:
    more_than_400 = printed("400", qualifier="more_than")
    assert outcomes(RULE, more_than_400, printed(numeral)) == [expected]
    assert outcomes(RULE, printed(numeral), more_than_400) == [expected]


def test_an_approximate_print_can_neither_agree_nor_disagree() -> None:
    assert outcomes(RULE, printed("348"), printed("400", qualifier="approx")) == [UNVERIFIABLE]


def test_an_approximate_decrease_can_neither_agree_nor_disagree() -> None:
    down = {"relation": "change", "direction": "down"}
    about = printed("30", qualifier="approx", **down)
    assert outcomes(RULE, printed("29", **down), about) == [UNVERIFIABLE]


def test_an_approximate_distance_below_the_plan_can_neither_agree_nor_disagree() -> None:
    below = {"relation": "plan_gap", "direction": "down"}
    about = printed("30", qualifier="approx", **below)
    assert outcomes(RULE, printed("29", **below), about) == [UNVERIFIABLE]


def test_an_increase_and_a_decrease_by_the_same_number_disagree() -> None:
    up = printed("12", relation="change", direction="up")
    down = printed("12", relation="change", direction="down")
    assert evaluated(RULE, up, down).residual == 24


def test_estimate_and_actual_of_one_report_are_one_quantity() -> None:
    estimate = printed("350", role="estimate", qualifier="estimated")
    assert outcomes(RULE, printed("348"), estimate) == [FAIL]


def test_each_print_is_compared_with_each_other() -> None:
    assert outcomes(RULE, printed("348"), printed("348"), printed("347")) == [PASS, FAIL, FAIL]


@pytest.mark.parametrize("vague", ["approx", "more_than"])
def test_later_prints_that_disagree_fail_although_the_first_is_vague(vague: str) -> None:
    first = printed("300", qualifier=vague)
    assert FAIL in outcomes(RULE, first, printed("348"), printed("347"))


# Ranges.


def test_the_two_ends_of_a_range_are_one_print() -> None:
    assert outcomes(RULE, *from_to("3", "8")) == []


def test_a_range_agrees_with_what_lies_within_it() -> None:
    for numeral in ("3", "5", "8"):
        assert set(outcomes(RULE, printed(numeral), *from_to("3", "8"))) == {PASS}


@pytest.mark.parametrize("numeral", ["2", "9"])
def test_a_range_disagrees_with_what_lies_outside_it(numeral: str) -> None:
    assert FAIL in outcomes(RULE, printed(numeral), *from_to("3", "8"))


def test_a_print_above_a_range_that_stands_before_it_disagrees() -> None:
    assert FAIL in outcomes(RULE, *from_to("3", "8"), printed("9"))


def test_two_ranges_that_do_not_meet_disagree() -> None:
    assert FAIL in outcomes(RULE, *from_to("10", "20"), *from_to("3", "8"))


# What is not one quantity.


@pytest.mark.parametrize(
    "other",
    [
        {"report": LATER},
        {"area_code": "VN-01/huyện Than Uyên"},
        {"period": "2020-12-31"},
        {"sector": "agriculture"},
        {"status": "active"},
        {"role": "target"},
        {"organization": "union"},
        {"indicator": "cooperatives_weak"},
        {"relation": "attainment", "unit": "percent"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_prints_that_differ_in_what_they_measure_are_not_compared(other: dict) -> None:
    assert outcomes(RULE, printed("348"), printed("1") | other) == []


def test_the_same_measure_of_support_may_be_printed_for_several_occasions() -> None:
    assert outcomes(RULE, printed("1", "fairs"), printed("2", "fairs")) == []


@pytest.mark.parametrize("indicator", ["population", "budget_need"])
def test_context_and_budgets_are_compared_too(indicator: str) -> None:
    assert outcomes(RULE, printed("5", indicator), printed("9", indicator)) == [FAIL]


# Two reports.


@pytest.mark.parametrize("other", [LATER, NEWS], ids=["a later report", "a news page"])
def test_an_actual_that_another_report_states_otherwise_is_a_contradiction(other: Report) -> None:
    evaluation = evaluated(REPORTS_AGREE, printed("348"), printed("347", report=other))
    assert evaluation.outcome is FAIL
    assert len({figure.report_id for figure in evaluation.operands}) == 2


@pytest.mark.parametrize(
    "revised",
    [
        {"role": "estimate"},
        {"role": "estimate", "qualifier": "estimated"},
        {"role": "target"},
    ],
    ids=["forecast", "estimated", "planned"],
)
def test_an_estimate_that_turned_out_otherwise_is_no_contradiction(
    revised: dict[str, str],
) -> None:
    assert outcomes(REPORTS_AGREE, printed("350", **revised), printed("348", report=LATER)) == []
    both = printed("350", **revised), printed("348", **revised, report=LATER)
    assert outcomes(REPORTS_AGREE, *both) == []


def test_two_prints_of_one_report_are_not_two_reports() -> None:
    assert outcomes(REPORTS_AGREE, printed("348"), printed("347")) == []


@pytest.mark.parametrize(
    ("numeral", "unit", "expected"),
    [("826", "billion_vnd", PASS), ("827", "billion_vnd", FAIL), ("826.000", "million_vnd", PASS)],
)
def test_amounts_of_two_reports_are_compared_in_one_unit(
    numeral: str, unit: str, expected: Outcome
) -> None:
    elsewhere = capital(numeral, "_T", unit=unit, report=LATER)
    assert outcomes(REPORTS_AGREE, capital("826.000", "_T"), elsewhere) == [expected]


def test_a_hedged_actual_agrees_with_what_its_word_allows() -> None:
    more_than = printed("400", qualifier="more_than", report=NEWS)
    assert outcomes(REPORTS_AGREE, printed("416"), more_than) == [PASS]
    assert outcomes(REPORTS_AGREE, printed("348"), more_than) == [FAIL]


def test_each_pair_of_three_reports_is_compared() -> None:
    found = (printed("348"), printed("348", report=LATER), printed("347", report=NEWS))
    assert sorted(outcomes(REPORTS_AGREE, *found)) == [FAIL, FAIL, PASS]


# What is implied by more than one relation.


def implied(*descriptions: dict[str, Any]) -> list[Evaluation]:
    found = confront_all(read(*descriptions)).evaluations
    return [e for e in found if isinstance(e, Evaluation) and e.rule is IMPLIED_VALUES_AGREE]


def test_a_total_that_two_shares_imply_is_one_total() -> None:
    (evaluation,) = implied(
        *(capital("600", "agriculture"), share("60", "agriculture")),
        *(capital("104", "trade"), share("10", "trade")),
    )
    # 600 is 60 % of 991 … 1009, 104 is 10 % of 985 … 1100
    assert evaluation.outcome is PASS
    assert all(member.is_implied for member in evaluation.members)
    assert evaluation.operands[0].figure_id.startswith("bao-cao-2021:")


def test_the_two_derivations_that_clash_stand_first() -> None:
    (evaluation,) = implied(
        *(capital("600", "agriculture"), share("60", "agriculture")),
        *(capital("100", "trade"), share("10", "trade")),
        *(capital("100", "transport"), share("20", "transport")),
    )
    assert evaluation.outcome is FAIL
    first, second, third = (member.operand for member in evaluation.members)
    assert first is not None
    assert second is not None
    assert third is not None
    assert [figure.printed for figure in first.sources] == ["60", "600"]
    assert [figure.printed for figure in second.sources] == ["20", "100"]
    assert [figure.printed for figure in third.sources] == ["10", "100"]


def test_a_printed_total_is_confronted_with_each_share_and_nothing_is_implied() -> None:
    found = (
        capital("1.000", "_T"),
        *(capital("600", "agriculture"), share("60", "agriculture")),
        *(capital("100", "trade"), share("20", "trade")),
    )
    assert implied(*found) == []


def test_a_total_that_the_sectors_and_a_share_imply_is_one_total() -> None:
    sectors = [capital("100", sector) for sector in SECTORS]
    assert [e.outcome for e in implied(*sectors, share("14", "agriculture"))] == [PASS]
    assert [e.outcome for e in implied(*sectors, share("15", "agriculture"))] == [FAIL]


def test_what_is_implied_of_another_report_is_not_compared() -> None:
    elsewhere = [
        capital("100", "trade", report=LATER),
        capital("20", "trade", relation="share", report=LATER),
    ]
    assert implied(capital("600", "agriculture"), share("60", "agriculture"), *elsewhere) == []
