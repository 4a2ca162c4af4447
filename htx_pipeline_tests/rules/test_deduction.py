"""What is printed nowhere but follows: true, as narrow as the prints allow, and told with its way.

The properties leave figures out of true tables and ask that what is implied is what was left out.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from htx_pipeline.model import Interval, Outcome
from htx_pipeline.rules import Implied, confront_all
from htx_pipeline.rules.catalogue.sectors import SECTORS
from htx_pipeline.rules.deduction import roundest
from htx_pipeline_tests.building import LATER, PLAN, own_corpus, own_release, printed, read
from htx_pipeline_tests.rules.small_tables import Cell, printed_in_full, true_values

if TYPE_CHECKING:
    from collections.abc import Mapping


def implied(*descriptions: dict[str, Any]) -> list[Implied]:
    return list(confront_all(read(*descriptions)).implied)


def only(*descriptions: dict[str, Any], **cell: str) -> Implied:
    """The one implied value whose cell is that."""
    (found,) = (
        one
        for one in implied(*descriptions)
        if all(one.member.cell[name] == code for name, code in cell.items())
    )
    return found


def capital(numeral: str, sector: str = "_T", **codes: Any) -> dict[str, Any]:
    return printed(numeral, "charter_capital", sector=sector, **codes)


def share(numeral: str, sector: str) -> dict[str, Any]:
    return capital(numeral, sector, relation="share")


def between(low: str | int, high: str | int, **ends: bool) -> Interval:
    return Interval(Fraction(low), Fraction(high), **ends)


REVENUE = (
    printed("1.071", "revenue_mean"),
    printed("74,9", "revenue_mean", relation="attainment"),
)

# One relation with one unknown.


def test_the_plan_behind_an_attainment_is_implied_with_exact_bounds() -> None:
    (plan,) = implied(*REVENUE)
    assert plan.interval == Interval(
        Fraction(10705, 10) / Fraction(749_5, 10000), Fraction(10715, 10) / Fraction(748_5, 10000)
    )
    operand = plan.as_operand()
    assert operand.value == 1430
    assert operand.role == "target"
    assert operand.cell["side"] == "target"
    assert operand.cell["relation"] == "value"
    assert operand.cell["unit"] == "million_vnd_per_year"
    assert operand.obs_status == "I"
    assert [figure.printed for figure in operand.sources] == ["1.071", "74,9"]
    assert operand.figure_ids == ("bao-cao-2021:10", "bao-cao-2021:20")


@pytest.mark.parametrize(
    ("numeral", "direction", "before"), [("20", "up", 235), ("20", "down", 275)]
)
def test_last_year_s_value_follows_from_a_change(numeral: str, direction: str, before: int) -> None:
    found = (
        printed("255", "groups"),
        printed(numeral, "groups", relation="change", direction=direction),
    )
    last = only(*found, indicator="groups")
    assert last.interval == Interval.exactly(before)
    assert last.member.cell["period"] == "2020-12-31"
    assert last.as_operand().role == "actual"


def test_last_year_s_amount_is_as_wide_as_both_prints() -> None:
    found = (capital("826.000"), capital("105.800", relation="change"))
    assert only(*found).interval == between(720199, 720201)


def test_last_year_s_mean_follows_from_a_change_in_percent() -> None:
    less = printed("20", "revenue_mean", relation="change", unit="percent", direction="down")
    before = only(printed("800", "revenue_mean"), less)
    assert before.interval == between(
        str(Fraction(7995, 10) / Fraction(805, 1000)), str(Fraction(8005, 10) / Fraction(795, 1000))
    )


@pytest.mark.parametrize("missing", range(8))
def test_the_missing_part_or_total_of_a_sum_is_what_the_others_leave(missing: int) -> None:
    found = [
        printed("348"),
        *(
            printed(numeral, sector=sector)
            for numeral, sector in zip("157 19 110 51 5 4 2".split(), SECTORS, strict=True)
        ),
    ]
    left_out = found.pop(missing)
    one = only(*found, indicator="cooperatives", sector=left_out["sector"])
    assert one.interval == Interval.exactly(int(left_out["printed"]))


def test_the_whole_behind_a_share_and_the_part_behind_it_are_implied() -> None:
    assert only(capital("600", "agriculture"), share("60", "agriculture")).interval == between(
        str(Fraction(5995, 10) / Fraction(605, 1000)), str(Fraction(6005, 10) / Fraction(595, 1000))
    )
    assert only(capital("1.000"), share("60", "agriculture")).interval == between(
        str(Fraction(9995, 10) * Fraction(595, 1000)),
        str(Fraction(10005, 10) * Fraction(605, 1000)),
    )


def test_the_plan_that_a_distance_is_to_is_implied() -> None:
    plan = only(
        printed("83", status="stopped"), printed("37", status="stopped", relation="plan_gap")
    )
    assert plan.interval == Interval.exactly(46)
    assert plan.as_operand().role == "target"


def test_a_flow_that_is_not_printed_follows_from_the_stocks() -> None:
    found = (
        *(printed("415"), printed("409", period="2020-12-31")),
        printed("26", "cooperatives_new"),
    )
    assert only(*found, indicator="cooperatives_dissolved").interval == Interval.exactly(20)


def test_a_bound_implies_a_bound() -> None:
    at_least = printed("30", "cooperatives_new", role="target", qualifier="at_least", period="2021")
    gone = printed("20", "cooperatives_dissolved", role="target", period="2021")
    change = only(at_least, gone, relation="change")
    assert change.interval == Interval(Fraction(10), None)
    assert change.as_operand().value == 10


# What implies nothing.


@pytest.mark.parametrize(
    "found",
    [
        (printed("348"), printed("265", status="active"), printed("83", status="stopped")),
        (printed("348"), printed("260", status="active", qualifier="approx")),
        (printed("348"), printed("349", status="active")),
        (printed("17"), printed("348", period="2020-12-31", report=LATER)),
        (printed("70", "members"), printed("10")),
        (
            printed("20", "cooperatives_dissolved"),
            printed("75", "cooperatives_dissolved", relation="attainment"),
        ),
    ],
    ids=[
        "nothing is missing",
        "only approximate",
        "a contradiction",
        "a jump",
        "a bound",
        "no whole number",
    ],
)
def test_where_a_relation_cannot_tell_nothing_is_implied(found: tuple[dict, ...]) -> None:
    assert implied(*found) == []


def test_two_unknowns_imply_nothing() -> None:
    found = [capital("100", sector) for sector in SECTORS[:5]]
    assert implied(capital("900"), *found) == []


def test_what_two_reports_print_is_not_put_together() -> None:
    assert (
        implied(capital("600", "agriculture"), share("60", "agriculture") | {"report": LATER}) == []
    )
    both = implied(*REVENUE, *(figure | {"report": LATER} for figure in REVENUE))
    assert [one.report_id for one in both] == ["bao-cao-2021", "bao-cao-2022"]


def test_a_plan_that_another_report_prints_is_not_implied() -> None:
    plan = printed("1.430", "revenue_mean", role="target", report=PLAN)
    assert implied(*REVENUE, plan) == []


# Chains.


SIX = tuple(capital("100", sector) for sector in SECTORS[:6])
"""All sectors but credit."""


def test_what_is_implied_may_imply_more() -> None:
    total = only(*SIX, share("10", "agriculture"), sector="_T")
    credit = only(*SIX, share("10", "agriculture"), sector="credit", relation="value")
    whole = between(
        str(Fraction(995, 10) / Fraction(105, 1000)), str(Fraction(1005, 10) / Fraction(95, 1000))
    )
    assert total.interval == whole
    assert credit.interval == whole - between(597, 603)
    assert {figure.printed for figure in credit.sources} == {"100", "10"}
    assert len(credit.sources) == 7


def test_no_value_is_derived_from_itself() -> None:
    for one in implied(*SIX, share("10", "agriculture")):
        for way in one.derivations:
            cells = [figure.cell for figure in way.sources]
            assert dict(one.member.cell) not in [dict(cell) for cell in cells]


def test_a_share_of_which_neither_part_nor_whole_is_printed_implies_nothing() -> None:
    found = implied(capital("600", "agriculture"), share("60", "agriculture"), share("10", "trade"))
    assert [one.member.cell["sector"] for one in found] == ["_T"]


def test_several_ways_are_met_in_one_interval() -> None:
    found = (
        *(capital("600", "agriculture"), share("60", "agriculture")),
        *(capital("104", "trade"), share("10", "trade")),
    )
    total = only(*found, sector="_T")
    assert len(total.derivations) == 2
    first, second = (way.interval for way in total.derivations)
    assert total.interval == first.meet(second)


def test_ways_that_exclude_each_other_imply_nothing_and_are_a_contradiction() -> None:
    found = (
        *(capital("600", "agriculture"), share("60", "agriculture")),
        *(capital("100", "trade"), share("20", "trade")),
        share("5", "transport"),
    )
    told = confront_all(read(*found))
    (total,) = told.implied
    assert total.interval is None
    with pytest.raises(ValueError, match="exclude each other"):
        total.as_operand()
    assert [e.outcome for e in told.evaluations if e.rule.name == "implied_values_agree"] == [
        Outcome.FAIL
    ]


def test_an_estimate_among_the_sources_makes_an_estimate() -> None:
    found = [printed("409", period="2020-12-31"), printed("26", "cooperatives_new")]
    estimated = printed("20", "cooperatives_dissolved", role="estimate", qualifier="estimated")
    closing = only(*found, estimated, relation="value", period="2021-12-31")
    assert closing.as_operand().role == "estimate"
    actual = printed("20", "cooperatives_dissolved")
    assert only(*found, actual, relation="value", period="2021-12-31").as_operand().role == "actual"


# Counts are whole numbers.


@pytest.mark.parametrize(
    ("numeral", "percent", "interval"),
    [
        ("3.800", "95", between(3980, 4021)),
        ("89", "74,2", between(120, 120)),
        ("415", "115", between(360, 362)),
        ("41", "164", between(25, 25)),
    ],
)
def test_the_plan_of_a_count_is_among_the_whole_numbers(
    numeral: str, percent: str, interval: Interval
) -> None:
    found = (printed(numeral, "members"), printed(percent, "members", relation="attainment"))
    assert only(*found).interval == interval


# True tables.


def truth(cell: Mapping[str, str], values: Mapping[Cell, int]) -> Fraction | None:
    """What a cell truly is; ``None`` for a share of nothing."""
    at = (cell["sector"], cell["status"])
    if cell["relation"] != "share":
        return Fraction(values[at])
    whole = values[("_T", at[1]) if cell["share_of"] == "sector" else (at[0], "_T")]
    return Fraction(100 * values[at], whole) if whole else None


@given(true_values(), st.data())
@settings(max_examples=60)
def test_what_is_implied_by_true_prints_is_true(values: Mapping[Cell, int], data: Any) -> None:
    table = printed_in_full(values)
    shown = data.draw(
        st.lists(st.sampled_from(table), min_size=2, max_size=len(table), unique=True)
    )
    told = confront_all(read(*(figure.description() for figure in shown)))
    for one in told.implied:
        true = truth(one.member.cell, values)
        assert one.interval is not None
        assert true is None or true in one.interval
        if one.member.is_count:
            assert one.interval == one.interval.whole_numbers()
    assert Outcome.FAIL not in {evaluation.outcome for evaluation in told.evaluations}


@given(true_values(), st.data())
@settings(max_examples=30)
def test_the_order_of_the_rows_does_not_change_what_is_implied(
    values: Mapping[Cell, int], data: Any
) -> None:
    table = printed_in_full(values)
    shown = data.draw(st.lists(st.sampled_from(table), min_size=2, max_size=9, unique=True))
    rows = read(*(figure.description() for figure in shown))
    turned = data.draw(st.permutations(rows))
    assert confront_all(turned).implied == confront_all(rows).implied


# The roundest number.


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("1428.2855", "1431.5297", "1430"),
        ("93.9055", "94.1027", "94"),
        ("149.4376", "150.6702", "150"),
        ("3980", "4021", "4000"),
        ("184", "185", "184"),
        ("360", "362", "360"),
        ("107692", "107740", "107700"),
        ("0.131", "0.139", "0.135"),
        ("0.65", "2.15", "1"),
        ("17", "17", "17"),
        ("-26.1", "-24.2", "-25"),
        ("999.5", "1000.4", "1000"),
    ],
)
def test_a_plan_is_told_as_the_roundest_number_that_it_can_be(
    low: str, high: str, expected: str
) -> None:
    assert roundest(between(low, high)) == Decimal(expected)


@pytest.mark.parametrize(
    ("low", "high", "expected"), [("10", None, 10), (None, "15", 15), (None, None, 0)]
)
def test_of_what_is_bounded_on_one_side_the_bound_is_told(
    low: str | None, high: str | None, expected: int
) -> None:
    interval = Interval(
        None if low is None else Fraction(low), None if high is None else Fraction(high)
    )
    assert roundest(interval) == expected


ENDS = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=1000)


@given(ENDS, st.fractions(min_value="1/1000", max_value=10**4, max_denominator=1000))
def test_the_roundest_number_is_in_the_interval_and_none_has_fewer_digits(
    low: Fraction, width: Fraction
) -> None:
    interval = Interval(low, low + width)
    found = roundest(interval)
    assert Fraction(found) in interval
    assume(found != 0)
    exponent = next(e for e in range(12, -12, -1) if Fraction(found) % Fraction(10) ** e == 0)
    coarser = Fraction(10) ** (exponent + 1)
    assert -(-interval.low // coarser) * coarser > interval.high  # type: ignore[operator]
    step, middle = Fraction(10) ** exponent, low + width / 2
    for other in (Fraction(found) - step, Fraction(found) + step):
        assert other not in interval or abs(other - middle) >= abs(Fraction(found) - middle)


def test_nothing_is_the_roundest_number_where_it_is_possible() -> None:
    assert roundest(between(-3, 400)) == 0


# The repository's own figures.


def own(report_id: str, **cell: str) -> Implied:
    found = confront_all(own_corpus().rows).implied
    (one,) = (
        one
        for one in found
        if one.report_id == report_id
        and all(one.member.cell[name] == code for name, code in cell.items())
    )
    return one


def test_the_plans_behind_the_report_of_2021_are_implied() -> None:
    revenue = own("lai-chau-2021-report", indicator="revenue_mean", side="target")
    assert revenue.interval == Interval(
        Fraction(2141000, 1499), Fraction(2143000, 1497)
    )  # 1428.2855 … 1431.5297
    assert revenue.as_operand().value == 1430
    plans = {
        one.member.cell["indicator"]: one.as_operand().value
        for one in confront_all(own_corpus().rows).implied
        if one.report_id == "lai-chau-2021-report"
        and one.member.cell["side"] == "target"
        and one.member.cell["organization"] == "cooperative"
    }
    assert plans == {
        "members_new": 184,
        "cooperatives": 46,
        "cooperatives_new": 25,
        "revenue_mean": 1430,
        "profit_mean": 94,
    }


def test_the_values_of_2020_are_implied_by_the_changes_of_2021() -> None:
    last_year = {
        (one.member.cell["organization"], one.member.cell["indicator"]): one.as_operand().value
        for one in confront_all(own_corpus().rows).implied
        if one.member.cell["period"] in {"2020", "2020-12-31"}
    }
    assert last_year == {
        ("group", "groups"): 235,
        ("group", "members"): 1890,
        ("cooperative", "cooperatives"): 336,
        ("cooperative", "charter_capital"): 720200,
        ("cooperative", "revenue_mean"): 1294,
    }


def test_own_implied_values_do_not_depend_on_the_order_of_the_rows() -> None:
    corpus = own_corpus()
    assert confront_all(corpus.rows[::-1]).implied == confront_all(corpus.rows).implied


def test_own_implied_values_rest_on_figures_of_the_corpus_alone() -> None:
    ids = set(own_release().readings["figure_id"])
    for one in confront_all(own_corpus().rows).implied:
        assert {figure_id for figure in one.sources for figure_id in figure.figure_ids} <= ids
        assert one.derivations
