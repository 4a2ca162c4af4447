"""Opening and closing stocks, and what came in and went out between them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from htx_pipeline.model import Outcome
from htx_pipeline.rules.catalogue.flows import FLOWS_GIVE_CHANGE, OPENING_AND_FLOWS_GIVE_CLOSING
from htx_pipeline_tests.building import NEWS, PLAN, Report, evaluated, outcomes, printed

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


# Opening and closing stocks.


def test_opening_plus_new_less_dissolved_is_closing() -> None:
    evaluation = evaluated(STOCKS, closing(), opening(), new(), dissolved())
    assert evaluation.outcome is PASS
    assert [(m.sign, m.operand.printed) for m in evaluation.parts if m.operand] == [
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


def test_flows_of_half_a_year_do_not_lead_to_the_closing() -> None:
    half = {"period": "2021-S1"}
    assert outcomes(STOCKS, closing(), opening(), new("1", **half), dissolved("1", **half)) == []


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
