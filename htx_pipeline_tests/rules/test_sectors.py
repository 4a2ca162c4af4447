"""The sectors and their total; the shares of the sectors, 100 percent and the total."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from htx_pipeline.model import Interval, Outcome
from htx_pipeline.rules import Evaluation, evaluate
from htx_pipeline.rules.catalogue.sectors import (
    SECTOR_SHARES_SUM_TO_100,
    SECTORS,
    SECTORS_SUM_TO_TOTAL,
    SHARES_OF_SECTORS,
)
from htx_pipeline_tests.building import LATER, evaluated, outcomes, printed, read
from htx_pipeline_tests.rules.cases import Case

PASS, FAIL, UNVERIFIABLE = Outcome.PASS, Outcome.FAIL, Outcome.UNVERIFIABLE


def sectors(numerals: str, indicator: str = "cooperatives", **codes: Any) -> list[dict[str, Any]]:
    """The prints of the seven sectors in their order; ``?`` is not printed."""
    return [
        printed(numeral, indicator, sector=sector, **codes)
        for numeral, sector in zip(numerals.split(), SECTORS, strict=True)
        if numeral != "?"
    ]


def shares(numerals: str) -> list[dict[str, Any]]:
    return sectors(numerals, "charter_capital", relation="share")


def capital(numeral: str, sector: str = "_T", **codes: Any) -> dict[str, Any]:
    return printed(numeral, "charter_capital", sector=sector, **codes)


def share(numeral: str, sector: str = "agriculture", **codes: Any) -> dict[str, Any]:
    return capital(numeral, sector, relation="share", **codes)


CASES = {
    "sectors_sum_to_total": Case(
        valid=(printed("348"), *sectors("157 19 110 51 5 4 2")),
        invalid=(printed("347"), *sectors("157 19 110 51 5 4 2")),
        undecided=(printed("348"), *sectors("157 19 110 51 5 4 ?")),
    ),
    "sector_shares_sum_to_100": Case(
        valid=(*shares("45,3 4,2 22,3 24,7 1 1,1 1,4"),),
        invalid=(*shares("45,3 4,2 22,3 24,7 1 1,1 2,4"),),
        undecided=(*shares("45,3 4,2 22,3 24,7 1 1,1 ?"),),
    ),
    "shares_of_sectors": Case(
        valid=(capital("826.000"), capital("342.530", "agriculture"), share("41,5")),
        invalid=(capital("826.000"), capital("342.530", "agriculture"), share("41,4")),
        undecided=(capital("342.530", "agriculture"), share("41,5")),
    ),
}

# The sectors and their total.


def test_sectors_that_add_up_to_the_total_pass() -> None:
    evaluation = evaluated(SECTORS_SUM_TO_TOTAL, printed("348"), *sectors("157 19 110 51 5 4 2"))
    assert evaluation.outcome is PASS
    assert evaluation.residual == 0
    assert evaluation.computed == Interval.exactly(348)


@pytest.mark.parametrize(("total", "residual"), [("347", -1), ("349", 1)])
def test_counts_that_are_off_by_one_fail(total: str, residual: int) -> None:
    evaluation = evaluated(SECTORS_SUM_TO_TOTAL, printed(total), *sectors("157 19 110 51 5 4 2"))
    assert evaluation.outcome is FAIL
    assert evaluation.residual == residual
    assert not evaluation.holds_if_truncated


def test_the_total_is_the_stated_side_and_the_sectors_stand_in_their_order() -> None:
    evaluation = evaluated(SECTORS_SUM_TO_TOTAL, *reversed(sectors("7 6 5 4 3 2 1")), printed("28"))
    assert [figure.printed for figure in evaluation.operands] == "28 7 6 5 4 3 2 1".split()


@pytest.mark.parametrize("total", ["342", "343", "400"])
def test_a_missing_sector_leaves_the_sum_undecided(total: str) -> None:
    # The printed sectors add up to 342: the missing ones may be zero, and are not taken to be.
    assert outcomes(SECTORS_SUM_TO_TOTAL, printed(total), *sectors("157 19 110 51 5 ? ?")) == [
        UNVERIFIABLE
    ]


def test_sectors_that_exceed_the_total_fail_although_one_is_missing() -> None:
    evaluation = evaluated(SECTORS_SUM_TO_TOTAL, printed("341"), *sectors("157 19 110 51 5 ? ?"))
    assert evaluation.outcome is FAIL
    assert evaluation.residual == -1
    assert evaluation.computed == Interval(Fraction(342), None)


def test_a_missing_total_leaves_the_sum_undecided_but_computed() -> None:
    evaluation = evaluated(SECTORS_SUM_TO_TOTAL, *sectors("157 19 110 51 5 4 2"))
    assert evaluation.outcome is UNVERIFIABLE
    assert evaluation.computed == Interval.exactly(348)
    assert evaluation.residual is None


def test_an_approximate_sector_leaves_the_sum_undecided() -> None:
    rest = sectors("157 19 110 51 5 4 ?")
    about_two = printed("2", sector="credit", qualifier="approx")
    assert outcomes(SECTORS_SUM_TO_TOTAL, printed("348"), *rest, about_two) == [UNVERIFIABLE]


def test_sectors_that_exceed_the_total_fail_although_one_is_approximate() -> None:
    rest = sectors("157 19 110 51 5 4 ?")
    about_two = printed("2", sector="credit", qualifier="approx")
    assert outcomes(SECTORS_SUM_TO_TOTAL, printed("345"), *rest, about_two) == [FAIL]


def test_an_approximate_total_leaves_the_sum_undecided() -> None:
    about = printed("500", qualifier="approx")
    assert outcomes(SECTORS_SUM_TO_TOTAL, about, *sectors("157 19 110 51 5 4 2")) == [UNVERIFIABLE]


@pytest.mark.parametrize(
    ("qualifier", "at_the_bound", "one_less", "one_more"),
    [
        ("more_than", FAIL, FAIL, PASS),
        ("at_least", PASS, FAIL, PASS),
        ("nearly", FAIL, PASS, FAIL),
        ("less_than", FAIL, PASS, FAIL),
        ("up_to", PASS, PASS, FAIL),
    ],
)
def test_a_total_with_a_word_of_distance_excludes_what_the_word_excludes(
    qualifier: str, at_the_bound: Outcome, one_less: Outcome, one_more: Outcome
) -> None:
    total = printed("400", qualifier=qualifier)
    for numerals, expected in (
        ("394 1 1 1 1 1 1", at_the_bound),
        ("393 1 1 1 1 1 1", one_less),
        ("395 1 1 1 1 1 1", one_more),
    ):
        assert outcomes(SECTORS_SUM_TO_TOTAL, total, *sectors(numerals)) == [expected], numerals


def test_a_sector_with_a_comparator_bounds_the_sum_on_one_side() -> None:
    more_than_two = printed("2", sector="credit", qualifier="more_than")
    rest = sectors("10 10 10 10 10 10 ?")
    assert outcomes(SECTORS_SUM_TO_TOTAL, printed("63"), *rest, more_than_two) == [PASS]
    assert outcomes(SECTORS_SUM_TO_TOTAL, printed("62"), *rest, more_than_two) == [FAIL]


def test_rounding_is_allowed_half_a_unit_for_each_print_and_no_more() -> None:
    total = printed("826.622", "charter_capital")
    capitals = "342.530 31.800 221.988 195.418 10.850 9.400 {}"
    # Eight prints may be off by four together.
    just_holds = sectors(capitals.format("14.640"), "charter_capital")
    just_fails = sectors(capitals.format("14.641"), "charter_capital")
    assert outcomes(SECTORS_SUM_TO_TOTAL, total, *just_holds) == [PASS]
    assert outcomes(SECTORS_SUM_TO_TOTAL, total, *just_fails) == [FAIL]


@pytest.mark.parametrize(
    ("non_agriculture", "expected"), [("5,1", PASS), ("5,2", FAIL), ("3,9", PASS), ("3,8", FAIL)]
)
def test_prints_of_different_precision_may_touch_at_the_edge_of_their_intervals(
    non_agriculture: str, expected: Outcome
) -> None:
    # The total is [9.5, 10.5]; 5.5 + 5.1 is [10.5, 10.7] and 5.5 + 3.9 is [9.3, 9.5].
    evaluation = evaluated(
        SECTORS_SUM_TO_TOTAL,
        printed("10", "charter_capital"),
        printed("5,5", "charter_capital", sector="agriculture"),
        printed(non_agriculture, "charter_capital", sector="non_agriculture"),
        parts=2,
    )
    assert evaluation.outcome is expected


@pytest.mark.parametrize(
    ("parts", "holds_if_truncated"),
    [
        (("5,4", "5,4"), True),  # [10.8, 11) meets [10, 11)
        (("5,5", "5,4"), True),  # [10.9, 11.1)
        (("5,5", "5,5"), False),  # [11, 11.2), and 11 would not be cut to 10
        (("6,5", "5,5"), False),
    ],
)
def test_a_failure_says_whether_it_would_hold_if_digits_were_cut_off(
    parts: tuple[str, str], *, holds_if_truncated: bool
) -> None:
    evaluation = evaluated(
        SECTORS_SUM_TO_TOTAL,
        printed("10", "charter_capital"),
        printed(parts[0], "charter_capital", sector="agriculture"),
        printed(parts[1], "charter_capital", sector="non_agriculture"),
        parts=2,
    )
    assert evaluation.outcome is FAIL
    assert evaluation.holds_if_truncated is holds_if_truncated


def test_what_passes_is_never_said_to_hold_only_if_truncated() -> None:
    evaluation = evaluated(
        SECTORS_SUM_TO_TOTAL,
        printed("10", "charter_capital"),
        printed("5,2", "charter_capital", sector="agriculture"),
        printed("5,1", "charter_capital", sector="non_agriculture"),
        parts=2,
    )
    assert evaluation.outcome is PASS
    assert not evaluation.holds_if_truncated


@pytest.mark.parametrize(
    ("one", "other"), [("agriculture", "non_agriculture"), ("credit", "non_credit")]
)
@pytest.mark.parametrize(("second", "expected"), [("102", PASS), ("101", FAIL)])
def test_two_parts_that_are_all_there_is_add_up_to_the_total(
    one: str, other: str, second: str, expected: Outcome
) -> None:
    evaluation = evaluated(
        SECTORS_SUM_TO_TOTAL,
        printed("255", "groups"),
        printed("153", "groups", sector=one),
        printed(second, "groups", sector=other),
        parts=2,
    )
    assert evaluation.outcome is expected


@pytest.mark.parametrize("rest", ["non_agriculture", "non_credit", *SECTORS])
def test_one_part_beside_the_total_is_a_group_only_if_it_exceeds_it(rest: str) -> None:
    total = printed("255", "groups")
    for numeral, expected in (("255", []), ("256", [FAIL])):
        part = printed(numeral, "groups", sector=rest)
        assert outcomes(SECTORS_SUM_TO_TOTAL, total, part) == expected


def test_one_figure_too_large_is_found_once_with_all_that_it_contradicts() -> None:
    total, farming = printed("10"), printed("11", sector="agriculture")
    trade, rest = printed("1", sector="trade"), printed("1", sector="non_agriculture")
    with_sectors = evaluated(SECTORS_SUM_TO_TOTAL, total, farming, trade)
    assert [figure.printed for figure in with_sectors.operands] == ["10", "11", "1"]
    assert len(with_sectors.parts) == len(SECTORS)
    assert len(evaluated(SECTORS_SUM_TO_TOTAL, total, farming, rest).parts) == 2


def test_a_breakdown_that_fails_does_not_hide_another_that_fails() -> None:
    assert outcomes(
        SECTORS_SUM_TO_TOTAL,
        printed("28"),
        *sectors("7 6 5 4 3 2 9"),
        printed("22", sector="non_agriculture"),
        printed("20", sector="non_credit"),
    ) == [FAIL, FAIL, FAIL]


@pytest.mark.parametrize("sector", SECTORS)
def test_a_single_share_is_no_breakdown(sector: str) -> None:
    share = printed("40", relation="share", sector=sector)
    assert outcomes(SECTOR_SHARES_SUM_TO_100, share) == []


@pytest.mark.parametrize(
    ("one", "other"), [("agriculture", "non_agriculture"), ("credit", "non_credit")]
)
def test_two_parts_without_their_total_are_undecided(one: str, other: str) -> None:
    assert outcomes(
        SECTORS_SUM_TO_TOTAL,
        printed("153", "groups", sector=one),
        printed("102", "groups", sector=other),
    ) == [UNVERIFIABLE]


def test_a_sector_that_belongs_to_two_breakdowns_takes_part_in_both() -> None:
    found = outcomes(
        SECTORS_SUM_TO_TOTAL,
        printed("28"),
        *sectors("7 6 5 4 3 2 1"),
        printed("20", sector="non_agriculture"),
        printed("27", sector="non_credit"),
    )
    assert found == [PASS, FAIL, PASS]  # 7 + 20 is not 28


def test_a_total_or_a_single_sector_alone_is_no_group() -> None:
    assert outcomes(SECTORS_SUM_TO_TOTAL, printed("348")) == []
    assert outcomes(SECTORS_SUM_TO_TOTAL, printed("2", sector="credit")) == []


def test_totals_of_active_and_of_all_are_broken_down_apart() -> None:
    found = outcomes(
        SECTORS_SUM_TO_TOTAL,
        printed("28"),
        *sectors("7 6 5 4 3 2 1"),
        printed("15", status="active"),
        *sectors("2 2 2 2 2 2 2", status="active"),
    )
    assert found == [PASS, FAIL]


def test_flows_are_broken_down_too() -> None:
    new = "cooperatives_new"
    assert outcomes(SECTORS_SUM_TO_TOTAL, printed("8", new), *sectors("2 1 1 1 1 1 1", new)) == [
        PASS
    ]


@pytest.mark.parametrize("indicator", ["revenue_mean", "bad_debt_ratio"])
def test_means_and_ratios_are_not_summed(indicator: str) -> None:
    assert (
        outcomes(
            SECTORS_SUM_TO_TOTAL, printed("1", indicator), *sectors("1 1 1 1 1 1 1", indicator)
        )
        == []
    )


@pytest.mark.parametrize("relation", ["share", "attainment", "change", "plan_gap"])
def test_only_values_are_summed(relation: str) -> None:
    assert (
        outcomes(
            SECTORS_SUM_TO_TOTAL,
            printed("1", relation=relation),
            *sectors("1 1 1 1 1 1 1", relation=relation),
        )
        == []
    )


def test_targets_are_confronted_with_targets() -> None:
    planned = {"role": "target", "period": "2024-12-31"}
    assert outcomes(
        SECTORS_SUM_TO_TOTAL, printed("29", **planned), *sectors("7 6 5 4 3 2 1", **planned)
    ) == [FAIL]


# The shares of the sectors.


def test_shares_that_add_up_to_a_hundred_pass() -> None:
    evaluation = evaluated(SECTOR_SHARES_SUM_TO_100, *shares("45,3 4,2 22,3 24,7 1 1,1 1,4"))
    assert evaluation.outcome is PASS
    assert evaluation.whole == Fraction(100)
    assert len(evaluation.operands) == 7
    assert evaluation.residual == 0


def test_shares_that_are_too_small_together_fail() -> None:
    evaluation = evaluated(SECTOR_SHARES_SUM_TO_100, *shares("45,3 4,2 22,3 24,7 1 0,1 0,1"))
    assert evaluation.outcome is FAIL
    assert str(evaluation.residual) == "2.3"


def test_a_missing_share_leaves_the_sum_undecided() -> None:
    assert outcomes(SECTOR_SHARES_SUM_TO_100, *shares("45,3 4,2 22,3 24,7 1 1,1 ?")) == [
        UNVERIFIABLE
    ]


def test_an_approximate_share_leaves_the_sum_undecided() -> None:
    about_60 = printed("60", "groups", relation="share", sector="agriculture", qualifier="approx")
    rest = printed("30", "groups", relation="share", sector="non_agriculture")
    assert outcomes(SECTOR_SHARES_SUM_TO_100, about_60, rest) == [UNVERIFIABLE]


def test_shares_beyond_a_hundred_fail_although_one_is_missing() -> None:
    assert outcomes(SECTOR_SHARES_SUM_TO_100, *shares("60 40,6 ? ? ? ? ?")) == [FAIL]
    assert outcomes(SECTOR_SHARES_SUM_TO_100, *shares("60 40,5 ? ? ? ? ?")) == [UNVERIFIABLE]


@pytest.mark.parametrize(
    ("second", "expected"), [("40", PASS), ("41", PASS), ("39", PASS), ("42", FAIL), ("38", FAIL)]
)
@pytest.mark.parametrize(
    ("one", "other"), [("agriculture", "non_agriculture"), ("credit", "non_credit")]
)
def test_two_whole_percents_may_miss_a_hundred_by_one(
    one: str, other: str, second: str, expected: Outcome
) -> None:
    assert outcomes(
        SECTOR_SHARES_SUM_TO_100,
        printed("60", "groups", relation="share", sector=one),
        printed(second, "groups", relation="share", sector=other),
    ) == [expected]


def test_cut_off_shares_are_told_from_wrong_ones() -> None:
    cut = evaluated(SECTOR_SHARES_SUM_TO_100, *shares("14,9 14,2 14,2 14,2 14,2 13,9 13,9"))
    wrong = evaluated(SECTOR_SHARES_SUM_TO_100, *shares("14,9 14,2 14,2 14,2 14,2 13,9 13,7"))
    assert cut.outcome is wrong.outcome is FAIL
    assert cut.holds_if_truncated  # [99.5, 100.2)
    assert not wrong.holds_if_truncated  # [99.3, 100)


def test_shares_of_another_whole_are_not_summed_over_sectors() -> None:
    assert (
        outcomes(
            SECTOR_SHARES_SUM_TO_100,
            *sectors("9 9 9 9 9 9 9", relation="share", share_of="status"),
        )
        == []
    )


# A sector in percent of the total.


@pytest.mark.parametrize(
    ("numeral", "expected"),
    [("33,3", PASS), ("33", PASS), ("33,33", PASS), ("33,4", FAIL), ("34", FAIL), ("33,34", FAIL)],
)
def test_a_share_is_rounded_to_as_many_digits_as_it_has(numeral: str, expected: Outcome) -> None:
    total, farming = printed("3"), printed("1", sector="agriculture")
    part = printed(numeral, relation="share", sector="agriculture")
    assert outcomes(SHARES_OF_SECTORS, total, farming, part) == [expected]


@pytest.mark.parametrize(("numeral", "expected"), [("12,5", PASS), ("12", PASS), ("13", PASS)])
def test_a_share_that_lies_half_way_may_be_rounded_either_way(
    numeral: str, expected: Outcome
) -> None:
    total, farming = printed("8"), printed("1", sector="agriculture")
    part = printed(numeral, relation="share", sector="agriculture")
    assert outcomes(SHARES_OF_SECTORS, total, farming, part) == [expected]


def test_a_share_whose_digits_were_cut_off_is_told_from_a_wrong_one() -> None:
    found = capital("826.000"), capital("221.988", "construction")  # 26,875
    cut = evaluated(SHARES_OF_SECTORS, *found, share("26,8", "construction"))
    wrong = evaluated(SHARES_OF_SECTORS, *found, share("26,7", "construction"))
    assert cut.outcome is wrong.outcome is FAIL
    assert cut.holds_if_truncated
    assert not wrong.holds_if_truncated
    assert cut.residual is not None
    assert round(cut.residual, 3) == Decimal("-0.075")


@pytest.mark.parametrize("missing", [0, 1])
def test_a_share_without_its_part_or_whole_is_undecided(missing: int) -> None:
    found = [capital("826.000"), capital("342.530", "agriculture"), share("41,5")]
    del found[missing]
    assert outcomes(SHARES_OF_SECTORS, *found) == [UNVERIFIABLE]


def test_a_part_and_its_whole_without_a_share_are_not_asked() -> None:
    assert outcomes(SHARES_OF_SECTORS, capital("826.000"), capital("342.530", "agriculture")) == []
    assert outcomes(SHARES_OF_SECTORS, share("41,5")) == []


@pytest.mark.parametrize(
    ("numeral", "expected"), [("50", PASS), ("50,1", PASS), ("49,9", PASS), ("51", FAIL)]
)
def test_a_whole_that_is_hedged_bounds_the_share(numeral: str, expected: Outcome) -> None:
    up_to_200 = capital("200", qualifier="at_least")
    farming = capital("100", "agriculture")
    assert outcomes(SHARES_OF_SECTORS, up_to_200, farming, share(numeral)) == [expected]


@pytest.mark.parametrize("hedge", ["more_than", "at_least", "less_than", "up_to"])
def test_nothing_of_a_whole_that_is_hedged_is_no_percent_of_it(hedge: str) -> None:
    found = (printed("400", qualifier=hedge), printed("0", sector="agriculture"))
    for numeral, expected in (("0", PASS), ("2", FAIL)):
        none = printed(numeral, relation="share", sector="agriculture")
        told = outcomes(SHARES_OF_SECTORS, *found, none)
        assert told == [expected if hedge in {"more_than", "at_least"} else PASS]


def test_the_total_of_another_report_is_no_whole_of_a_share() -> None:
    elsewhere = capital("826.000", report=LATER)
    found = (capital("342.530", "agriculture"), share("41,5"))
    assert outcomes(SHARES_OF_SECTORS, *found, elsewhere) == [UNVERIFIABLE]


@pytest.mark.parametrize(
    ("total", "part", "percent", "needed"),
    [
        ("?", "20", "75", Interval(Fraction(4000, 151), Fraction(4000, 149))),  # 26.5 to 26.8
        ("7", "?", "20", Interval(Fraction(273, 200), Fraction(287, 200))),  # 1.37 to 1.43
    ],
)
def test_a_count_that_no_whole_number_can_be_contradicts_its_share(
    total: str, part: str, percent: str, needed: Interval
) -> None:
    found = [
        printed(numeral, sector=sector)
        for numeral, sector in ((total, "_T"), (part, "agriculture"))
        if numeral != "?"
    ]
    evaluation = evaluated(
        SHARES_OF_SECTORS, *found, printed(percent, relation="share", sector="agriculture")
    )
    assert evaluation.outcome is FAIL
    assert evaluation.needed == needed
    assert not evaluation.holds_if_truncated


def test_an_amount_may_be_any_number_and_so_may_a_count_that_one_whole_number_fits() -> None:
    assert outcomes(SHARES_OF_SECTORS, capital("20", "agriculture"), share("75")) == [UNVERIFIABLE]
    farming = printed("15", sector="agriculture")
    of_count = printed("75", relation="share", sector="agriculture")
    assert outcomes(SHARES_OF_SECTORS, farming, of_count) == [UNVERIFIABLE]


def test_a_failed_share_says_whether_the_sum_of_the_parts_gives_it() -> None:
    found = evaluate(
        read(
            capital("90.000"),
            *sectors("40.000 10.000 10.000 10.000 10.000 10.000 10.000", "charter_capital"),
            share("40"),
            share("10", "industry"),
            share("12", "trade"),
        ),
        [SECTORS_SUM_TO_TOTAL, SHARES_OF_SECTORS],
    )
    total, farming, industry, trade = found
    assert [e.outcome for e in found] == [FAIL, FAIL, FAIL, FAIL]
    for evaluation, holds in ((farming, True), (industry, True), (trade, False)):
        assert isinstance(evaluation, Evaluation)
        (other,) = evaluation.alternatives
        assert other.what.en == "of the sum of the parts"
        assert other.holds is holds
    assert isinstance(total, Evaluation)
    assert total.alternatives == ()


def test_a_share_of_a_total_that_adds_up_has_no_other_whole() -> None:
    parts = sectors("40.000 10.000 10.000 10.000 10.000 10.000 10.000", "charter_capital")
    found = evaluate(
        read(capital("100.000"), *parts, share("41")), [SECTORS_SUM_TO_TOTAL, SHARES_OF_SECTORS]
    )
    assert [e.outcome for e in found] == [PASS, FAIL]
    assert isinstance(found[1], Evaluation)
    assert found[1].alternatives == ()
