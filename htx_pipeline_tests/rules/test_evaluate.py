"""Evaluation: four outcomes, groups that are never mixed, and verdicts that can be relied on.

The properties print true values in random ways and ask that the rules never call them wrong.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htx_pipeline.figures import READINGS
from htx_pipeline.model import UNKNOWN, Outcome, Severity
from htx_pipeline.rules import RULES, Evaluation, confront_all, denominators, evaluate, find
from htx_pipeline.rules.catalogue.budgets import BUDGET_LINES_SUM_TO_HEADS
from htx_pipeline.rules.catalogue.flows import FLOWS_GIVE_CHANGE, OPENING_AND_FLOWS_GIVE_CLOSING
from htx_pipeline.rules.catalogue.prints import REPEATED_PRINTS_AGREE
from htx_pipeline.rules.catalogue.sectors import (
    SECTOR_SHARES_SUM_TO_100,
    SECTORS,
    SECTORS_SUM_TO_TOTAL,
)
from htx_pipeline.rules.catalogue.status import ACTIVE_AND_STOPPED_SUM_TO_TOTAL
from htx_pipeline.rules.findings import finding_id
from htx_pipeline_tests.building import (
    LATER,
    NEWS,
    PLAN,
    broken_rule,
    evaluated,
    figures,
    outcomes,
    own_corpus,
    own_release,
    printed,
    read,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from htx_pipeline.rules import AnyEvaluation, Rule

PASS, FAIL, UNVERIFIABLE, ERROR = Outcome

MIXED = (
    printed("348"),
    printed("265", status="active"),
    printed("83", status="stopped"),
    printed("157", sector="agriculture"),
    printed("190", sector="non_agriculture"),
    printed("41", "cooperatives_new"),
    printed("12", relation="change"),
    printed("28,79", "poor_and_near_poor_rate"),
    printed("19,46", "poverty_rate"),
    printed("9,33", "near_poverty_rate"),
    printed("336", period="2020-12-31", report=LATER),
    printed("29", "cooperatives_dissolved", report=LATER),
    printed("425", role="target", report=PLAN, period="2024-12-31"),
    printed("426", role="target", report=PLAN, period="2024-12-31", status="active"),
)
"""Figures of several rules and reports, each printed once."""


def test_the_builder_keeps_the_contract_of_readings() -> None:
    frame = figures(*MIXED, printed("9", qualifier="approx", report=NEWS))
    pd.testing.assert_frame_equal(READINGS.validate(frame), frame)
    pd.testing.assert_frame_equal(READINGS.frame(frame.to_dict("records")), frame)


def test_rows_and_their_frame_are_evaluated_alike() -> None:
    hedged = printed("9", qualifier="approx", report=NEWS)
    expected = told(evaluate(figures(*MIXED, hedged)))
    assert told(evaluate(read(*MIXED, hedged))) == expected
    assert told(evaluate(tuple(read(*MIXED, hedged)))) == expected


# Outcomes.


def test_a_group_passes_fails_or_cannot_be_verified() -> None:
    found = evaluate(
        figures(
            printed("10"),
            printed("6", status="active"),
            printed("4", status="stopped"),
            printed("10", sector="agriculture"),
            printed("6", sector="agriculture", status="active"),
            printed("3", sector="agriculture", status="stopped"),
            printed("10", sector="trade"),
            printed("6", sector="trade", status="active"),
        ),
        [ACTIVE_AND_STOPPED_SUM_TO_TOTAL],
    )
    assert [evaluation.outcome for evaluation in found] == [PASS, FAIL, UNVERIFIABLE]


def test_a_broken_rule_is_an_error_and_never_a_failure() -> None:
    found = (printed("10"), printed("6", status="active"), printed("3", status="stopped"))
    broken = evaluated(broken_rule(), *found)
    assert broken.outcome is ERROR
    assert "TypeError" in broken.broken
    assert broken.computed == UNKNOWN
    assert broken.residual is None
    assert not broken.holds_if_truncated
    assert [figure.printed for figure in broken.operands] == ["10", "6", "3"]


def test_a_broken_rule_does_not_silence_the_others() -> None:
    found = figures(printed("10"), printed("6", status="active"), printed("3", status="stopped"))
    evaluations = evaluate(found, [broken_rule(), ACTIVE_AND_STOPPED_SUM_TO_TOTAL])
    assert [(e.rule.name, e.outcome) for e in evaluations] == [
        ("broken", ERROR),
        ("active_and_stopped_sum_to_total", FAIL),
    ]


def test_a_broken_rule_is_found_but_stands_in_nobody_s_way() -> None:
    found = (printed("10"), printed("6", status="active"), printed("3", status="stopped"))
    (finding,) = find([evaluated(broken_rule(), *found)]).findings
    assert not finding.is_contradiction
    assert not finding.is_open
    assert finding.severity is Severity.ERROR


def test_a_rule_that_is_not_broken_says_nothing_of_being_so() -> None:
    assert {e.broken for e in own_release().evaluations} == {""}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_that_is_asked_alone_says_no_more_than_in_the_whole_catalogue(rule: Rule) -> None:
    whole = {finding_id(e) for e in own_release().evaluations if e.rule is rule}
    alone = confront_all(own_corpus().rows, own_corpus().citations, [rule]).evaluations
    assert {finding_id(e) for e in alone} <= whole


# Groups.


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"report": LATER},
        {"area_code": "VN-01/huyện Than Uyên"},
        {"period": "2020-12-31"},
        {"organization": "union"},
        {"sector": "agriculture"},
        {"role": "target"},
        {"unit": "hectare"},
    ],
    ids=lambda elsewhere: next(iter(elsewhere)),
)
@pytest.mark.parametrize("moved", [0, 1, 2])
def test_figures_of_another_group_are_never_summed(elsewhere: dict, moved: int) -> None:
    found = [
        printed("10", "charter_capital"),
        printed("60", "charter_capital", status="active"),
        printed("50", "charter_capital", status="stopped"),
    ]
    found[moved] = found[moved] | elsewhere
    dimension = {"report": "report_id"}.get(next(iter(elsewhere)), next(iter(elsewhere)))
    for evaluation in evaluate(figures(*found), [ACTIVE_AND_STOPPED_SUM_TO_TOTAL]):
        assert len(evaluation.operands) == 2
        seen = {getattr(o, dimension, o.cell.get(dimension)) for o in evaluation.operands}
        assert len(seen) == 1


@pytest.mark.parametrize(("numeral", "expected"), [("110", PASS), ("112", FAIL)])
@pytest.mark.parametrize("moved", [0, 1, 2])
def test_amounts_in_units_of_one_family_are_summed_in_one_unit(
    moved: int, numeral: str, expected: Outcome
) -> None:
    thousands = [f"{numeral}.000", "60.000", "50.000"]
    billions = [numeral, "60", "50"]
    found = [
        printed(billions[n], "charter_capital", status=status, unit="billion_vnd")
        if n == moved
        else printed(thousands[n], "charter_capital", status=status)
        for n, status in enumerate(("_T", "active", "stopped"))
    ]
    evaluation = evaluated(ACTIVE_AND_STOPPED_SUM_TO_TOTAL, *found)
    assert evaluation.outcome is expected
    assert evaluation.common["unit"] == "million_vnd"


def test_actual_and_estimate_are_one_group() -> None:
    assert outcomes(
        ACTIVE_AND_STOPPED_SUM_TO_TOTAL,
        printed("10", role="estimate", qualifier="estimated"),
        printed("6", status="active"),
        printed("4", status="stopped", role="estimate"),
    ) == [PASS]


def test_of_two_prints_of_one_cell_the_one_that_says_more_is_taken() -> None:
    found = [printed("6", status="active"), printed("4", status="stopped")]
    vague = [printed("9", qualifier="approx"), printed("8", qualifier="more_than")]
    for first, second in ((*vague,), (*reversed(vague),)):
        (evaluation,) = evaluate(
            figures(first, second, printed("10"), *found), [ACTIVE_AND_STOPPED_SUM_TO_TOTAL]
        )
        assert evaluation.outcome is PASS
        assert evaluation.operands[0].printed == "10"


def test_common_is_what_all_members_share() -> None:
    evaluation = evaluated(
        ACTIVE_AND_STOPPED_SUM_TO_TOTAL, printed("10"), printed("6", status="active")
    )
    assert "status" not in evaluation.common
    assert evaluation.common["indicator"] == "cooperatives"
    assert evaluation.common["side"] == "observed"
    assert (evaluation.area_code, evaluation.period) == ("VN-01", "2021-12-31")


# Order.


def told(evaluations: Sequence[AnyEvaluation]) -> list[tuple[Any, ...]]:
    return [(e.rule.name, finding_id(e), e.outcome, e.period, *numbers(e)) for e in evaluations]


def numbers(evaluation: AnyEvaluation) -> tuple[Any, ...]:
    """What was computed; nothing for a citation."""
    if not isinstance(evaluation, Evaluation):
        return ()
    return (
        *(evaluation.residual, evaluation.computed, evaluation.slack, evaluation.gap),
        *(evaluation.needed, evaluation.holds_if_truncated, evaluation.alternatives),
    )


def test_evaluations_stand_in_the_order_of_the_rules_and_of_the_text() -> None:
    evaluations = own_release().evaluations
    by_name = [rule.name for rule in RULES]
    order = [
        (by_name.index(e.rule.name), min((o.report_id, o.start) for o in e.operands))
        for e in evaluations
    ]
    assert order == sorted(order)
    assert len({place for place, _ in order}) == len(RULES)


@given(st.permutations(range(len(MIXED))))
@settings(max_examples=10)
def test_the_order_of_the_rows_does_not_change_what_is_found(order: list[int]) -> None:
    frame = figures(*MIXED)
    expected = told(evaluate(frame))
    assert {outcome for _, _, outcome, *_ in expected} == {PASS, FAIL, UNVERIFIABLE}
    assert told(evaluate(frame.iloc[order])) == expected
    assert told(evaluate(frame.iloc[order].reset_index(drop=True))) == expected


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_repository_s_own_rows_does_not_change_what_is_found(seed: int) -> None:
    corpus = own_corpus()
    shuffled = corpus.readings.sample(frac=1, random_state=seed)
    assert not shuffled.index.is_monotonic_increasing
    found = confront_all(shuffled, corpus.citations).evaluations
    assert told(found) == told(own_release().evaluations)


def test_the_order_of_the_rows_does_not_change_which_print_comes_first() -> None:
    frame = figures(printed("348"), printed("347"))
    expected = told(evaluate(frame, [REPEATED_PRINTS_AGREE]))
    assert told(evaluate(frame.iloc[::-1], [REPEATED_PRINTS_AGREE])) == expected


def test_the_order_of_the_rows_does_not_change_which_print_takes_part_in_a_sum() -> None:
    frame = figures(
        printed("10"),
        printed("9"),
        printed("6", status="active"),
        printed("4", status="stopped"),
    )
    expected = told(evaluate(frame, [ACTIVE_AND_STOPPED_SUM_TO_TOTAL]))
    assert told(evaluate(frame.iloc[::-1], [ACTIVE_AND_STOPPED_SUM_TO_TOTAL])) == expected


def test_the_order_of_the_rows_does_not_change_the_order_of_budget_lines() -> None:
    frame = figures(
        *(
            printed(numeral, "budget_need", role="target", entity=entity)
            for numeral, entity in (("10", None), ("6", "central"), ("4", "local"))
        )
    )
    (expected,) = evaluate(frame, [BUDGET_LINES_SUM_TO_HEADS])
    (turned,) = evaluate(frame.iloc[::-1], [BUDGET_LINES_SUM_TO_HEADS])
    assert turned.operands == expected.operands


def test_what_is_added_elsewhere_does_not_change_what_is_found() -> None:
    frame = figures(*MIXED)
    more = figures(*MIXED, printed("7", "groups", area_code="VN-01/xã Nậm Tăm", report=NEWS))
    assert told(evaluate(more)) == told(evaluate(frame))


def test_figures_with_their_findings_are_evaluated_like_readings() -> None:
    made = own_release()
    found = confront_all(made.tables["figures"], own_corpus().citations).evaluations
    assert told(found) == told(made.evaluations)


def test_no_figures_are_no_groups() -> None:
    assert evaluate(figures()) == []


# Denominators.


def test_denominators_count_the_groups_of_each_rule_by_outcome() -> None:
    evaluations = evaluate(
        figures(
            printed("10"),
            printed("6", status="active"),
            printed("4", status="stopped"),
            printed("10", area_code="VN-01/xã Nậm Tăm"),
            printed("6", area_code="VN-01/xã Nậm Tăm", status="active"),
            printed("11"),
        )
    )
    counts = denominators(evaluations)
    assert counts == {
        "active_and_stopped_sum_to_total": {PASS: 1, FAIL: 0, UNVERIFIABLE: 1, ERROR: 0},
        "repeated_prints_agree": {PASS: 0, FAIL: 1, UNVERIFIABLE: 0, ERROR: 0},
    }
    assert sum(sum(of_rule.values()) for of_rule in counts.values()) == len(evaluations)


# Properties: what is true is never called wrong.

COUNTS = st.integers(min_value=0, max_value=10**6)
FEW = settings(max_examples=20)
AMOUNTS = st.integers(min_value=0, max_value=10**9).map(lambda n: Fraction(n, 1000))
EXACT = st.just("exact")
HEDGES = st.sampled_from(
    ["exact", "estimated", "approx", "more_than", "at_least", "nearly", "less_than", "up_to"]
)


def vn(value: Fraction | int, decimals: int = 0) -> str:
    """A number in Vietnamese notation; it must have no more decimals than that."""
    scaled = Fraction(value) * 10**decimals
    assert scaled.denominator == 1
    whole, rest = divmod(int(scaled), 10**decimals)
    fraction = f",{rest:0{decimals}}" if decimals else ""
    return f"{whole:,}".replace(",", ".") + fraction


def rounded(value: Fraction, decimals: int, *, ties_up: bool) -> str:
    scaled = value * 10**decimals
    whole = math.floor(scaled + Fraction(1, 2))
    if not ties_up and scaled - math.floor(scaled) == Fraction(1, 2):
        whole -= 1
    return vn(Fraction(whole, 10**decimals), decimals)


def cut_off(value: Fraction, decimals: int) -> str:
    return vn(Fraction(math.floor(value * 10**decimals), 10**decimals), decimals)


@st.composite
def prints(
    draw: st.DrawFn, value: Fraction, qualifiers: st.SearchStrategy[str] = EXACT
) -> dict[str, Any]:
    """One true way to print an amount: rounded, or with a word of distance that does not lie."""
    decimals = draw(st.integers(min_value=0, max_value=2))
    qualifier = draw(qualifiers)
    unit = Fraction(1, 10**decimals)
    below = Fraction(math.floor(value / unit)) * unit
    above = Fraction(math.ceil(value / unit)) * unit
    match qualifier:
        case "more_than" if value > 0:
            said = vn(below if below < value else below - unit, decimals)
        case "more_than" | "at_least":
            qualifier, said = "at_least", vn(below, decimals)
        case "nearly" | "less_than":
            said = vn(above if above > value else above + unit, decimals)
        case "up_to":
            said = vn(above, decimals)
        case _:
            said = rounded(value, decimals, ties_up=draw(st.booleans()))
    role = "estimate" if qualifier == "estimated" else "actual"
    return {"printed": said, "qualifier": qualifier, "role": role}


@given(st.lists(COUNTS, min_size=7, max_size=7))
@FEW
def test_counts_pass_with_their_sum_and_fail_with_one_more(parts: list[int]) -> None:
    lines = [printed(vn(n), sector=s) for n, s in zip(parts, SECTORS, strict=True)]
    assert outcomes(SECTORS_SUM_TO_TOTAL, printed(vn(sum(parts))), *lines) == [PASS]
    assert outcomes(SECTORS_SUM_TO_TOTAL, printed(vn(sum(parts) + 1)), *lines) == [FAIL]
    fewer = printed(vn(max(sum(parts) - 1, 0)))
    assert outcomes(SECTORS_SUM_TO_TOTAL, fewer, *lines) == [FAIL if any(parts) else PASS]


@given(st.lists(AMOUNTS, min_size=7, max_size=7), st.data())
@FEW
def test_amounts_that_round_to_their_prints_pass(amounts: list[Fraction], data: Any) -> None:
    total = printed("0", "charter_capital") | data.draw(prints(sum(amounts, Fraction(0))))
    parts = [
        printed("0", "charter_capital", sector=sector) | data.draw(prints(amount))
        for amount, sector in zip(amounts, SECTORS, strict=True)
    ]
    assert outcomes(SECTORS_SUM_TO_TOTAL, total, *parts) == [PASS]


@given(st.lists(AMOUNTS, min_size=7, max_size=7), st.data())
@FEW
def test_amounts_that_are_missing_or_hedged_never_fail_when_true(
    amounts: list[Fraction], data: Any
) -> None:
    total = printed("0", "charter_capital") | data.draw(prints(sum(amounts, Fraction(0)), HEDGES))
    parts = [
        printed("0", "charter_capital", sector=sector) | data.draw(prints(amount, HEDGES))
        for amount, sector in zip(amounts, SECTORS, strict=True)
    ]
    found = [figure for figure in (total, *parts) if data.draw(st.booleans(), "printed")]
    evaluations = evaluate(figures(*found), [SECTORS_SUM_TO_TOTAL])
    complete = len(found) == 8 and all(figure["qualifier"] != "approx" for figure in found)
    for evaluation in evaluations:
        assert evaluation.outcome is (PASS if complete else UNVERIFIABLE)


@given(st.lists(AMOUNTS, min_size=2, max_size=2), st.integers(0, 2), st.integers(0, 2))
@FEW
def test_amounts_that_are_cut_off_hold_at_least_if_truncated(
    amounts: list[Fraction], decimals: int, decimals_of_total: int
) -> None:
    evaluation = evaluated(
        SECTORS_SUM_TO_TOTAL,
        printed(cut_off(sum(amounts, Fraction(0)), decimals_of_total), "charter_capital"),
        printed(cut_off(amounts[0], decimals), "charter_capital", sector="agriculture"),
        printed(cut_off(amounts[1], decimals), "charter_capital", sector="non_agriculture"),
        parts=2,
    )
    assert evaluation.outcome is PASS or evaluation.holds_if_truncated


@given(st.lists(st.integers(1, 10**6), min_size=7, max_size=7), st.integers(0, 2), st.booleans())
@FEW
def test_shares_that_are_rounded_one_by_one_pass(
    parts: list[int], decimals: int, ties_up: bool
) -> None:
    shares = [
        printed(
            rounded(Fraction(100 * part, sum(parts)), decimals, ties_up=ties_up),
            relation="share",
            sector=sector,
        )
        for part, sector in zip(parts, SECTORS, strict=True)
    ]
    assert outcomes(SECTOR_SHARES_SUM_TO_100, *shares) == [PASS]


@given(COUNTS, COUNTS, COUNTS, st.lists(st.booleans(), min_size=5, max_size=5))
@FEW
def test_true_stocks_and_flows_never_fail_whichever_are_printed(
    closing: int, new: int, dissolved: int, shown: list[bool]
) -> None:
    opening = closing - new + dissolved
    if opening < 0:
        opening, dissolved = 0, new - closing
    change = closing - opening
    down = {"direction": "down"} if change < 0 else {}
    every = [
        printed(vn(closing)),
        printed(vn(opening), period="2020-12-31"),
        printed(vn(new), "cooperatives_new"),
        printed(vn(dissolved), "cooperatives_dissolved"),
        printed(vn(abs(change)), relation="change", **down),
    ]
    found = [figure for figure, is_shown in zip(every, shown, strict=True) if is_shown]
    for rule, complete in (
        (OPENING_AND_FLOWS_GIVE_CLOSING, shown[:4]),
        (FLOWS_GIVE_CHANGE, shown[2:]),
    ):
        allowed = {PASS} if all(complete) else {UNVERIFIABLE}
        assert set(outcomes(rule, *found)) <= allowed


@given(AMOUNTS, st.data())
@FEW
def test_true_prints_of_one_amount_never_disagree(amount: Fraction, data: Any) -> None:
    found = [printed("0", "charter_capital") | data.draw(prints(amount, HEDGES)) for _ in range(3)]
    assert FAIL not in outcomes(REPEATED_PRINTS_AGREE, *found)
