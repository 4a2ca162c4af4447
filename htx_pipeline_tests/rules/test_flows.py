"""Opening and closing stocks, what came in and went out between them, and printed changes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from htx_pipeline.model import Outcome
from htx_pipeline.rules import evaluate, find
from htx_pipeline.rules.catalogue.flows import (
    CHANGES_NAME_THEIR_BASE,
    FLOWS_GIVE_CHANGE,
    HALVES_SUM_TO_YEAR,
    OPENING_AND_FLOWS_GIVE_CLOSING,
    PRINTED_CHANGES,
)
from htx_pipeline_tests.building import (
    LATER,
    NEWS,
    PLAN,
    Report,
    evaluated,
    outcomes,
    printed,
    read,
)
from htx_pipeline_tests.rules.cases import Case

PASS, FAIL, UNVERIFIABLE = Outcome.PASS, Outcome.FAIL, Outcome.UNVERIFIABLE
STOCKS = OPENING_AND_FLOWS_GIVE_CLOSING
CHANGE = FLOWS_GIVE_CHANGE

OF_2020 = Report("bao-cao-2020", issued_on=dt.date(2021, 1, 15))


def opening(numeral: str = "336", **codes: Any) -> dict[str, Any]:
    return printed(numeral, period="2020-12-31", **codes)


def closing(numeral: str = "348", **codes: Any) -> dict[str, Any]:
    return printed(numeral, **codes)


def new(numeral: str = "41", **codes: Any) -> dict[str, Any]:
    return printed(numeral, "cooperatives_new", **codes)


def dissolved(numeral: str = "29", **codes: Any) -> dict[str, Any]:
    return printed(numeral, "cooperatives_dissolved", **codes)


def change(numeral: str = "12", **codes: Any) -> dict[str, Any]:
    return printed(numeral, relation="change", **codes)


CASES = {
    "opening_and_flows_give_closing": Case(
        valid=(closing(), opening(), new(), dissolved()),
        invalid=(closing("349"), opening(), new(), dissolved()),
        undecided=(closing(), opening(), new()),
    ),
    "flows_give_change": Case(
        valid=(change(), new(), dissolved()),
        invalid=(change("13"), new(), dissolved()),
        undecided=(change(), new()),
    ),
    "halves_sum_to_year": Case(
        valid=(new(), new("20", period="2021-S1"), new("21", period="2021-S2")),
        invalid=(new(), new("20", period="2021-S1"), new("22", period="2021-S2")),
        undecided=(new(), new("20", period="2021-S1")),
    ),
    "printed_changes": Case(
        valid=(closing(), opening(), change()),
        invalid=(closing(), opening(), change("13")),
        undecided=(closing(), change()),
    ),
    "changes_name_their_base": Case(
        valid=(change(printed_base="2020"),),
        invalid=(change(printed_base="2021"),),
        not_asked=(change(),),
    ),
}

# Opening and closing stocks.


def test_opening_plus_new_less_dissolved_is_closing() -> None:
    evaluation = evaluated(STOCKS, closing(), opening(), new(), dissolved())
    assert evaluation.outcome is PASS
    assert [(m.factor, m.operand.printed) for m in evaluation.parts if m.operand] == [
        (+1, "336"),
        (+1, "41"),
        (-1, "29"),
    ]
    assert evaluation.period == "2021"


@pytest.mark.parametrize(("numeral", "residual"), [("347", -1), ("349", 1)])
def test_a_closing_that_does_not_follow_fails(numeral: str, residual: int) -> None:
    evaluation = evaluated(STOCKS, closing(numeral), opening(), new(), dissolved())
    assert evaluation.outcome is FAIL
    assert evaluation.residual == residual


@pytest.mark.parametrize(
    "found",
    [
        (opening(), new(), dissolved()),
        (closing(), new(), dissolved()),
        (closing(), opening(), dissolved()),
        (closing(), opening(), new()),
    ],
    ids=["closing", "opening", "new", "dissolved"],
)
def test_any_missing_one_leaves_the_closing_undecided(found: tuple[dict, ...]) -> None:
    assert outcomes(STOCKS, *found) == [UNVERIFIABLE]


@pytest.mark.parametrize(
    "found",
    [
        (closing("350", qualifier="approx"), opening(), new(), dissolved()),
        (closing(), opening("300", qualifier="approx"), new(), dissolved()),
        (closing(), opening(), new("40", qualifier="approx"), dissolved()),
        (closing(), opening(), new(), dissolved("30", qualifier="approx")),
    ],
    ids=["closing", "opening", "new", "dissolved"],
)
def test_any_approximate_one_leaves_the_closing_undecided(found: tuple[dict, ...]) -> None:
    assert outcomes(STOCKS, *found) == [UNVERIFIABLE]


def test_a_missing_opening_leaves_the_difference_to_be_told() -> None:
    assert evaluated(STOCKS, closing(), new(), dissolved()).residual == 336


@pytest.mark.parametrize(("numeral", "expected"), [("377", UNVERIFIABLE), ("378", FAIL)])
def test_a_closing_above_opening_and_new_fails_whatever_was_dissolved(
    numeral: str, expected: Outcome
) -> None:
    assert outcomes(STOCKS, closing(numeral), opening(), new()) == [expected]


@pytest.mark.parametrize(("numeral", "expected"), [("307", UNVERIFIABLE), ("306", FAIL)])
def test_a_closing_below_opening_less_dissolved_fails_whatever_was_new(
    numeral: str, expected: Outcome
) -> None:
    assert outcomes(STOCKS, closing(numeral), opening(), dissolved()) == [expected]


def test_stocks_without_flows_and_flows_without_stocks_are_no_group() -> None:
    assert outcomes(STOCKS, closing(), opening()) == []
    assert outcomes(STOCKS, new()) == []
    assert outcomes(STOCKS, new(), dissolved(period="2022")) == []


def test_the_flows_of_another_year_do_not_lead_to_the_closing() -> None:
    for year in ("2020", "2022"):
        assert outcomes(STOCKS, closing(), new(period=year)) == []


def test_a_stock_in_the_middle_of_the_year_is_neither_opening_nor_closing() -> None:
    in_june = printed("1", period="2021-06-30")
    assert outcomes(STOCKS, in_june, new()) == []
    assert outcomes(STOCKS, closing(), printed("1", period="2020-06-30"), new(), dissolved()) == [
        UNVERIFIABLE
    ]


@pytest.mark.parametrize("half", ["2021-S1", "2021-S2"])
def test_flows_of_half_a_year_do_not_lead_from_year_to_year(half: str) -> None:
    flows = (new("1", period=half), dissolved("1", period=half))
    assert outcomes(STOCKS, closing(), opening(), *flows) == [UNVERIFIABLE]  # June is missing


@pytest.mark.parametrize(("numeral", "expected"), [("340", PASS), ("341", FAIL)])
def test_flows_of_the_first_half_lead_to_the_middle_of_the_year(
    numeral: str, expected: Outcome
) -> None:
    half = {"period": "2021-S1"}
    in_june = printed(numeral, period="2021-06-30")
    found = (opening(), in_june, new("10", **half), dissolved("6", **half))
    assert outcomes(STOCKS, *found) == [expected]


@pytest.mark.parametrize(("numeral", "expected"), [("348", PASS), ("349", FAIL)])
def test_flows_of_the_second_half_lead_from_there_to_its_end(
    numeral: str, expected: Outcome
) -> None:
    half = {"period": "2021-S2"}
    in_june = printed("340", period="2021-06-30")
    found = (closing(numeral), in_june, new("10", **half), dissolved("2", **half))
    assert outcomes(STOCKS, *found) == [expected]


def test_the_middle_of_the_year_may_stand_in_another_report_too() -> None:
    in_june = printed("340", period="2021-06-30", report=LATER)
    half = {"period": "2021-S2"}
    found = (closing(), new("10", **half), dissolved("2", **half))
    assert outcomes(STOCKS, *found, in_june) == [PASS]


@pytest.mark.parametrize(("stock", "organization"), [("groups", "group"), ("unions", "union")])
@pytest.mark.parametrize(("numeral", "expected"), [("15", PASS), ("16", FAIL)])
def test_groups_and_unions_have_flows_too(
    stock: str, organization: str, numeral: str, expected: Outcome
) -> None:
    whose = {"organization": organization}
    assert outcomes(
        STOCKS,
        printed(numeral, stock, **whose),
        printed("10", stock, period="2020-12-31", **whose),
        printed("7", f"{stock}_new", **whose),
        printed("2", f"{stock}_dissolved", **whose),
    ) == [expected]


def test_a_sector_has_flows_of_its_own() -> None:
    farming = {"sector": "agriculture"}
    assert outcomes(
        STOCKS,
        *(closing(), opening(), new(), dissolved()),
        *(closing("9", **farming), opening("6", **farming)),
        *(new("4", **farming), dissolved("2", **farming)),
    ) == [PASS, FAIL]


# An opening that another report prints.


def test_the_opening_may_stand_in_another_report() -> None:
    before = opening(report=OF_2020)
    assert outcomes(STOCKS, closing(), new(), dissolved(), before) == [PASS]
    wrong = evaluated(STOCKS, closing(), new(), dissolved(), opening("337", report=OF_2020))
    assert wrong.outcome is FAIL
    assert {figure.report_id for figure in wrong.operands} == {"bao-cao-2020", "bao-cao-2021"}


def test_the_opening_that_the_report_itself_prints_comes_first() -> None:
    own = opening(role="estimate", qualifier="estimated")
    assert outcomes(STOCKS, closing(), new(), dissolved(), opening("300", report=OF_2020), own) == [
        PASS
    ]


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        (
            opening(report=OF_2020),
            opening("300", report=PLAN, role="estimate", qualifier="estimated"),
        ),
        (opening(report=OF_2020), opening("300", report=NEWS)),
        (opening(report=PLAN), opening("300", report=OF_2020)),
    ],
    ids=["actual over estimate", "administration over news", "later over earlier"],
)
@pytest.mark.parametrize("turned", [False, True])
def test_among_openings_of_several_reports_the_preferred_one_is_taken(
    taken: dict, left: dict, *, turned: bool
) -> None:
    others = (left, taken) if turned else (taken, left)
    evaluation = evaluated(STOCKS, closing(), new(), dissolved(), *others)
    assert evaluation.outcome is PASS
    assert "336" in {figure.printed for figure in evaluation.operands}


@pytest.mark.parametrize(
    "vague",
    [
        {"role": "estimate", "qualifier": "estimated"},
        {"role": "estimate"},
        {"qualifier": "approx"},
        {"qualifier": "more_than"},
        {"role": "target"},
    ],
    ids=["estimated", "a forecast", "approximate", "hedged", "planned"],
)
def test_only_an_opening_that_is_stated_as_an_actual_is_borrowed(vague: dict[str, Any]) -> None:
    found = (closing(), new(), dissolved())
    assert outcomes(STOCKS, *found, opening("1", report=PLAN, **vague)) == [UNVERIFIABLE]
    assert outcomes(
        STOCKS, *found, opening("1", report=PLAN, **vague), opening(report=OF_2020)
    ) == [PASS]


def test_only_the_opening_may_be_borrowed() -> None:
    borrowed = {"report": PLAN}
    assert outcomes(STOCKS, closing(), opening(), new(), dissolved(**borrowed)) == [UNVERIFIABLE]
    assert outcomes(STOCKS, closing(**borrowed), opening(), new(), dissolved()) == [UNVERIFIABLE]


def test_an_opening_of_another_area_or_sector_is_not_borrowed() -> None:
    for elsewhere in ({"area_code": "VN-01/huyện Than Uyên"}, {"sector": "agriculture"}):
        before = opening(report=OF_2020, **elsewhere)
        assert outcomes(STOCKS, closing(), new(), dissolved(), before) == [UNVERIFIABLE]


# A plan: what is to come, on what there was.

PLANNED = {"role": "target", "report": PLAN}


@pytest.mark.parametrize(("numeral", "expected"), [("345", FAIL), ("346", PASS), ("400", PASS)])
def test_a_planned_closing_follows_from_the_observed_opening(
    numeral: str, expected: Outcome
) -> None:
    # 336 at the start, at least 30 new, 20 dissolved.
    assert outcomes(
        STOCKS,
        closing(numeral, **PLANNED),
        opening(report=PLAN, role="estimate", qualifier="estimated"),
        new("30", qualifier="at_least", **PLANNED),
        dissolved("20", **PLANNED),
    ) == [expected]


def test_a_plan_may_borrow_its_opening_but_takes_no_planned_one() -> None:
    planned = [closing("346", **PLANNED), new("30", **PLANNED), dissolved("20", **PLANNED)]
    assert outcomes(STOCKS, *planned, opening()) == [PASS]
    assert outcomes(STOCKS, *planned, opening(**PLANNED)) == [UNVERIFIABLE]


def test_planned_and_observed_flows_are_not_mixed() -> None:
    assert outcomes(
        STOCKS, closing(), opening(), new(), dissolved(), dissolved("1", role="target")
    ) == [PASS]


# The printed change to the year before.


def test_new_less_dissolved_is_the_printed_change() -> None:
    assert outcomes(CHANGE, change(), new(), dissolved()) == [PASS]


@pytest.mark.parametrize("numeral", ["11", "13"])
def test_a_change_that_the_flows_do_not_give_fails(numeral: str) -> None:
    assert outcomes(CHANGE, change(numeral), new(), dissolved()) == [FAIL]


def test_a_decrease_is_a_negative_change() -> None:
    flows = (new("10"), dissolved("22"))
    assert outcomes(CHANGE, change(direction="down"), *flows) == [PASS]
    assert outcomes(CHANGE, change(direction="up"), *flows) == [FAIL]
    assert evaluated(CHANGE, change(direction="up"), *flows).residual == 24


@pytest.mark.parametrize(("gone", "expected"), [("22", PASS), ("21", FAIL), ("20", FAIL)])
def test_a_decrease_by_more_than_11_is_below_minus_11(gone: str, expected: Outcome) -> None:
    more = change("11", direction="down", qualifier="more_than")
    assert outcomes(CHANGE, more, new("10"), dissolved(gone)) == [expected]


@pytest.mark.parametrize(
    "found",
    [(new(), dissolved()), (change(), dissolved()), (change(), new())],
    ids=["change", "new", "dissolved"],
)
def test_any_missing_one_leaves_the_change_undecided(found: tuple[dict, dict]) -> None:
    assert outcomes(CHANGE, *found) == [UNVERIFIABLE]


@pytest.mark.parametrize("direction", ["up", "down"])
def test_nothing_is_known_of_a_missing_or_approximate_change_not_even_its_sign(
    direction: str,
) -> None:
    about = change(qualifier="approx", direction=direction)
    for flows in ((new("1"), dissolved("50")), (new("50"), dissolved("1"))):
        assert outcomes(CHANGE, *flows) == [UNVERIFIABLE]
        assert outcomes(CHANGE, about, *flows) == [UNVERIFIABLE]


@pytest.mark.parametrize(
    "flows",
    [(new("40", qualifier="approx"), dissolved()), (new(), dissolved("30", qualifier="approx"))],
    ids=["new", "dissolved"],
)
def test_an_approximate_flow_leaves_the_change_undecided(flows: tuple[dict, dict]) -> None:
    assert outcomes(CHANGE, change(), *flows) == [UNVERIFIABLE]


def test_a_change_above_all_that_was_new_fails_whatever_was_dissolved() -> None:
    assert outcomes(CHANGE, change("42"), new()) == [FAIL]
    assert outcomes(CHANGE, change("41"), new()) == [UNVERIFIABLE]


@pytest.mark.parametrize(
    "other",
    [
        {"unit": "percent"},
        {"base_period": "2019-12-31"},
        {"period": "2021-06-30", "base_period": "2020-06-30"},
        {"status": "active"},
    ],
    ids=["in percent", "over two years", "to June", "of the active"],
)
def test_another_change_is_not_what_the_flows_give(other: dict) -> None:
    with_flows = outcomes(CHANGE, change("99", **other), new(), dissolved())
    assert with_flows == [UNVERIFIABLE]  # the flows still lack their change


def test_a_change_over_two_years_belongs_to_the_flows_of_neither() -> None:
    flows = [flow(period=year) for flow in (new, dissolved) for year in ("2020", "2021")]
    over_two = change("99", base_period="2019-12-31")
    assert outcomes(CHANGE, over_two, *flows) == [UNVERIFIABLE, UNVERIFIABLE]


def test_the_change_of_the_members_has_no_flows() -> None:
    assert outcomes(CHANGE, printed("9", "members", relation="change"), new(), dissolved()) == [
        UNVERIFIABLE
    ]


@pytest.mark.parametrize(("stock", "organization"), [("groups", "group"), ("unions", "union")])
@pytest.mark.parametrize(("numeral", "expected"), [("5", PASS), ("6", FAIL)])
def test_groups_and_unions_change_by_their_flows(
    stock: str, organization: str, numeral: str, expected: Outcome
) -> None:
    whose = {"organization": organization}
    assert outcomes(
        CHANGE,
        printed(numeral, stock, relation="change", **whose),
        printed("7", f"{stock}_new", **whose),
        printed("2", f"{stock}_dissolved", **whose),
    ) == [expected]


# The halves of a year.


@pytest.mark.parametrize(
    ("numerals", "expected"),
    [
        ("41 20 21", PASS),
        ("41 20 22", FAIL),
        ("41 20 20", FAIL),
        ("41 41 ?", UNVERIFIABLE),
        ("41 42 ?", FAIL),
        ("? 20 21", UNVERIFIABLE),
    ],
)
def test_the_halves_add_up_to_the_year(numerals: str, expected: Outcome) -> None:
    found = [
        new(numeral, period=period)
        for numeral, period in zip(numerals.split(), ("2021", "2021-S1", "2021-S2"), strict=True)
        if numeral != "?"
    ]
    assert outcomes(HALVES_SUM_TO_YEAR, *found) == [expected]


def test_a_stock_is_not_the_sum_of_halves() -> None:
    found = [printed("1", period=period) for period in ("2021", "2021-S1", "2021-S2")]
    assert outcomes(HALVES_SUM_TO_YEAR, *found) == []


def test_half_of_another_year_is_not_added() -> None:
    found = (new(), new("20", period="2021-S1"), new("99", period="2020-S2"))
    assert outcomes(HALVES_SUM_TO_YEAR, *found) == [UNVERIFIABLE]


# A printed change, and both values that it lies between.


@pytest.mark.parametrize(
    ("numeral", "direction", "before", "expected"),
    [
        ("12", "up", "336", PASS),
        ("12", "up", "337", FAIL),
        ("12", "down", "360", PASS),
        ("12", "down", "336", FAIL),
        ("12", "up", "348", FAIL),
    ],
)
def test_a_change_is_the_value_less_the_value_before(
    numeral: str, direction: str, before: str, expected: Outcome
) -> None:
    found = (closing(), opening(before), change(numeral, direction=direction))
    assert outcomes(PRINTED_CHANGES, *found) == [expected]


def test_750_is_not_200_less_125() -> None:
    evaluation = evaluated(PRINTED_CHANGES, closing("200"), opening("125"), change("750"))
    assert evaluation.outcome is FAIL
    assert evaluation.residual == 675


@pytest.mark.parametrize("lag", [1, 2, 3, 4, 5, 10])
@pytest.mark.parametrize("form", ["{}", "{}-12-31", "{}-06-30"])
def test_a_change_may_look_back_some_years(lag: int, form: str) -> None:
    later, before = form.format(2021), form.format(2021 - lag)
    found = (
        closing(period=later),
        closing("336", period=before),
        change(period=later, base_period=before),
    )
    assert outcomes(PRINTED_CHANGES, *found) == [PASS]
    assert outcomes(
        PRINTED_CHANGES, *found[:2], change("13", period=later, base_period=before)
    ) == [FAIL]


@pytest.mark.parametrize(
    "found", [(closing(), change()), (opening(), change())], ids=["base", "value"]
)
def test_a_missing_value_leaves_the_change_undecided(found: tuple[dict, dict]) -> None:
    assert outcomes(PRINTED_CHANGES, *found) == [UNVERIFIABLE]


def test_two_values_without_a_change_are_not_asked() -> None:
    assert outcomes(PRINTED_CHANGES, closing(), opening()) == []
    assert outcomes(PRINTED_CHANGES, change()) == []


def test_the_value_before_may_stand_in_an_earlier_report() -> None:
    assert outcomes(PRINTED_CHANGES, closing(), change(), opening(report=OF_2020)) == [PASS]
    assert outcomes(PRINTED_CHANGES, closing(), change(), opening("99", report=OF_2020)) == [FAIL]


def test_the_later_value_is_that_of_the_report_that_prints_the_change() -> None:
    elsewhere = closing("1", report=OF_2020)
    assert outcomes(PRINTED_CHANGES, elsewhere, opening(), change()) == [UNVERIFIABLE]


def test_only_a_base_that_is_stated_as_an_actual_is_borrowed() -> None:
    estimated = opening("99", report=OF_2020, role="estimate", qualifier="estimated")
    assert outcomes(PRINTED_CHANGES, closing(), change(), estimated) == [UNVERIFIABLE]


@pytest.mark.parametrize(("numeral", "expected"), [("3,6", PASS), ("3,57", PASS), ("3,5", FAIL)])
def test_a_change_in_percent_is_one_of_the_value_before(numeral: str, expected: Outcome) -> None:
    found = (closing(), opening(), change(numeral, unit="percent"))  # 348 / 336 is 1.0357
    assert outcomes(PRINTED_CHANGES, *found) == [expected]


@pytest.mark.parametrize(("numeral", "expected"), [("80", PASS), ("79", FAIL)])
def test_a_decrease_in_percent_leaves_the_rest(numeral: str, expected: Outcome) -> None:
    def passengers(of: str, period: str) -> dict[str, Any]:
        return printed(of, "passengers", period=period, status="_Z")

    less = printed(
        numeral, "passengers", relation="change", unit="percent", direction="down", status="_Z"
    )
    found = (passengers("2.000", "2021"), passengers("10.000", "2020"), less)
    assert outcomes(PRINTED_CHANGES, *found) == [expected]


@pytest.mark.parametrize(("numeral", "expected"), [("4,42", PASS), ("4,44", FAIL)])
def test_a_change_in_percentage_points_is_the_difference_of_two_rates(
    numeral: str, expected: Outcome
) -> None:
    points = printed(
        numeral,
        "poverty_rate",
        relation="change",
        unit="percentage_point",
        direction="down",
    )
    found = (
        printed("19,46", "poverty_rate"),
        printed("23,88", "poverty_rate", period="2020-12-31"),
        points,
    )
    assert outcomes(PRINTED_CHANGES, *found) == [expected]


def test_changes_in_percent_and_in_numbers_are_told_apart() -> None:
    found = (closing(), opening(), change(), change("12", unit="percent"))
    assert sorted(outcomes(PRINTED_CHANGES, *found)) == [FAIL, PASS]


def test_a_change_of_means_is_one_of_years() -> None:
    mean = {"indicator": "revenue_mean"}
    down = {"direction": "down", "base_period": "2020", "period": "2021"}
    found = (
        printed("1.071", **mean),
        printed("1.294", **mean, period="2020"),
        printed("223", **mean, relation="change", **down),
    )
    assert outcomes(PRINTED_CHANGES, *found) == [PASS]


def test_amounts_in_millions_and_billions_give_one_change() -> None:
    capital = {"indicator": "charter_capital"}
    found = (
        printed("826.000", **capital),
        printed("720", **capital, period="2020-12-31", unit="billion_vnd"),
        printed("106", **capital, relation="change", unit="billion_vnd"),
    )
    assert outcomes(PRINTED_CHANGES, *found) == [PASS]
    assert outcomes(PRINTED_CHANGES, *found[:2], found[2] | {"printed": "108"}) == [FAIL]


# The year that is printed after a change.


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ({"printed_base": "2020"}, PASS),
        ({"printed_base": "2021"}, FAIL),
        ({"printed_base": "20219"}, FAIL),
        ({"printed_base": "2019", "base_period": "2019-12-31"}, PASS),
        ({"printed_base": "2020", "base_period": "2019-12-31"}, FAIL),
        ({"printed_base": "2020", "direction": "down", "unit": "percent"}, PASS),
    ],
)
def test_the_year_after_a_change_is_the_one_that_it_is_compared_with(
    codes: dict[str, Any], expected: Outcome
) -> None:
    found = evaluate(read(closing(), change(**codes)), [CHANGES_NAME_THEIR_BASE])
    assert [evaluation.outcome for evaluation in found] == [expected]


def test_a_year_that_is_not_the_base_is_told_with_what_was_read_instead() -> None:
    rows = read(change(printed_base="2021"))
    (finding,) = find(evaluate(rows, [CHANGES_NAME_THEIR_BASE])).findings
    assert finding.is_open
    assert finding.message.en.endswith(
        "(bao-cao-2021 P1.I, figures.csv:2): the change 12 of 2021-12-31 is printed as compared "
        "with 2021, and read as compared with 2020-12-31"
    )
    assert finding.message.vi.endswith(
        "(bao-cao-2021 P1.I, figures.csv:2): mức thay đổi 12 của 2021-12-31 được in là so với năm "
        "2021, đọc là so với 2020-12-31"
    )
