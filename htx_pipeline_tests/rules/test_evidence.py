"""What speaks for a suspect: slips of the typist, copies, other reports, and who tells it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from htx_pipeline import codelists
from htx_pipeline.figures.numerals import read_numeral
from htx_pipeline.figures.operands import Operand, operands
from htx_pipeline.model import UNKNOWN, Interval
from htx_pipeline.rules.evidence import Evidence, Prints, evidence, one_slip_away, strength
from htx_pipeline.rules.localisation import Suspect
from htx_pipeline_tests.building import LATER, NEWS, Report, printed, read

OF_2020 = Report("bao-cao-2020")


def figure(description: dict[str, Any]) -> Operand:
    (found,) = operands(read(description))
    return found.in_base_unit()


def codes(description: dict[str, Any], need: Interval, *others: dict[str, Any]) -> list[str]:
    """The evidence for a figure that would need to be so, among these other figures."""
    beside = operands(read(description, *others))
    suspect = Suspect(figure(description | {"start": 10}), need)
    return [found.code for found in evidence(suspect, Prints(beside))]


def exactly(value: str | int) -> Interval:
    return Interval.exactly(Fraction(value))


def between(low: str | int, high: str | int) -> Interval:
    return Interval(Fraction(low), Fraction(high))


# Slips of the typist.


def test_a_slip_changes_drops_adds_or_swaps_one_digit() -> None:
    slips = one_slip_away("123")
    assert {Fraction(n) for n in (223, 103, 129)} <= slips  # changed
    assert {Fraction(n) for n in (12, 13, 23)} <= slips  # dropped
    assert {Fraction(n) for n in (1123, 1223, 1233, 1230, 9123)} <= slips  # twice or too many
    assert {Fraction(n) for n in (213, 132)} <= slips  # swapped
    assert not {Fraction(n) for n in (123, 321, 1, 3, 234, 12345)} & slips


def test_points_between_thousands_are_no_digits_and_decimals_stay_decimals() -> None:
    assert Fraction(14650) in one_slip_away("14.640")
    assert Fraction(1464) in one_slip_away("14.640")
    assert Fraction("41.6") in one_slip_away("41,5")
    assert Fraction("14.5") in one_slip_away("41,5")
    assert Fraction(416) not in one_slip_away("41,5")


@given(st.integers(0, 99999), st.integers(0, 2))
def test_no_number_is_a_slip_away_from_itself(number: int, decimals: int) -> None:
    text = f"{number:0{decimals + 1}}"
    numeral = f"{text[:-decimals]},{text[-decimals:]}" if decimals else text
    slips = one_slip_away(numeral)
    assert Fraction(read_numeral(numeral).value) not in slips
    assert all(slip >= 0 for slip in slips)


@given(st.integers(100, 9999), st.integers(100, 9999))
def test_slips_go_both_ways(one: int, other: int) -> None:
    assert (Fraction(other) in one_slip_away(str(one))) == (
        Fraction(one) in one_slip_away(str(other))
    )


@pytest.mark.parametrize(
    ("numeral", "need", "expected"),
    [
        ("90", exactly(91), True),
        ("90", exactly(9), True),
        ("90", exactly(81), False),
        ("348", exactly(438), True),
        ("1.335", exactly(1342), False),
        ("14.640", between(11092, 12086), True),  # 11.640 would do
    ],
)
def test_what_is_needed_may_be_a_slip_away(numeral: str, need: Interval, *, expected: bool) -> None:
    assert ("typing_slip" in codes(printed(numeral, "members"), need)) is expected


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_slip_in_a_decrease_is_one_too(direction: str) -> None:
    sign = 1 if direction == "up" else -1
    change = printed("223", "members", relation="change", direction=direction)
    assert codes(change, exactly(sign * 233)) == ["typing_slip"]
    assert codes(change, exactly(sign * 447)) == []
    assert codes(change, exactly(-sign * 233)) == []


def test_a_share_may_be_a_slip_away_from_what_rounds_to_what_is_needed() -> None:
    share = printed("23,8", relation="share", share_of="status", status="stopped")
    assert "typing_slip" in codes(share, exactly(Fraction(8300, 348)))  # 23,9


def test_what_could_be_nearly_anything_speaks_for_no_slip() -> None:
    assert codes(printed("90"), between(80, 99)) == []
    assert codes(printed("90"), UNKNOWN) == []
    assert codes(printed("90"), Interval(Fraction(91), None)) == []


# Scales, and digits that were cut off.


@pytest.mark.parametrize(
    ("numeral", "need", "expected"),
    [("63", 63000, True), ("63.000", 63, True), ("63", 6300, False), ("0", 0, False)],
)
def test_a_number_may_be_off_by_a_thousand(numeral: str, need: int, *, expected: bool) -> None:
    found = codes(printed(numeral, "charter_capital"), exactly(need))
    assert ("factor_1000" in found) is expected


@pytest.mark.parametrize(
    ("numeral", "need", "expected"),
    [
        ("826.000", between(826622, 826630), True),
        ("826.000", between(825622, 825630), False),
        ("826.100", between(826150, 826160), True),
        ("826.110", between(826150, 826160), False),
        ("26,8", between("26.85", "26.89"), True),
        ("26,8", between("26.91", "26.95"), False),
        ("2.400", between(2401, 2410), True),
    ],
)
def test_digits_may_have_been_cut_off(numeral: str, need: Interval, *, expected: bool) -> None:
    found = codes(printed(numeral, "charter_capital"), need)
    assert ("cut_off" in found) is expected


def test_digits_of_billions_are_cut_off_in_billions() -> None:
    told = printed("826", "charter_capital", unit="billion_vnd")
    assert "cut_off" in codes(told, between(826622, 826630))
    assert "cut_off" not in codes(told, between(827001, 827100))


def test_digits_of_a_decrease_are_cut_off_towards_nothing() -> None:
    less = printed("4,4", "poverty_rate", relation="change", unit="percentage_point")
    down = less | {"direction": "down"}
    assert "cut_off" in codes(less, between("4.42", "4.42"))
    assert "cut_off" in codes(down, between("-4.42", "-4.42"))
    assert "cut_off" not in codes(down, between("-4.38", "-4.38"))


# The same number elsewhere.


def capital(numeral: str, sector: str = "environment", **other: Any) -> dict[str, Any]:
    return printed(numeral, "charter_capital", sector=sector, **other)


def test_a_number_that_stands_elsewhere_in_the_report_may_have_been_copied() -> None:
    need = between(11092, 12086)
    found = codes(capital("14.640"), need, capital("14.640", "credit"))
    assert found == ["copied", "typing_slip"]


@pytest.mark.parametrize(
    "other",
    [
        capital("14.641", "credit"),
        capital("14.640", "credit", report=LATER),
        capital("14.640"),
        capital("14.640", "credit", relation="change", unit="billion_vnd"),
        printed("14.640", "members", sector="credit"),
        capital("14.640", "credit", area_code="VN-01/huyện Đồi Chè"),
    ],
    ids=[
        "another number",
        "another report",
        "the same cell",
        "another unit",
        "something else",
        "another area",
    ],
)
def test_another_number_report_or_quantity_is_no_copy(other: dict[str, Any]) -> None:
    assert "copied" not in codes(capital("14.640"), between(1, 2000), other)


def test_small_numbers_stand_everywhere_and_are_no_copies() -> None:
    assert codes(printed("19", sector="industry"), exactly(40), printed("19")) == []


def test_the_other_place_is_told() -> None:
    (found, *_) = evidence(
        Suspect(figure(capital("14.640", start=10)), between(11092, 12086)),
        Prints(operands(read(capital("14.640", start=10), capital("14.640", "credit", start=20)))),
    )
    assert found.figure is not None
    assert found.figure.figure_id == "bao-cao-2021:20"


# Other reports.


def test_another_report_may_print_what_is_needed() -> None:
    other = printed("348", "members", report=LATER)
    assert "other_report" in codes(printed("843", "members"), exactly(348), other)
    assert "other_report" not in codes(printed("843", "members"), exactly(349), other)
    assert "other_report" not in codes(printed("843", "members"), between(340, 350), other)


def test_another_place_of_the_same_report_is_no_other_report() -> None:
    other = printed("348", "members")
    assert "other_report" not in codes(printed("843", "members"), exactly(348), other)


def test_the_number_of_an_earlier_period_may_not_have_been_renewed() -> None:
    before = printed("634", "members", period="2020-12-31", report=OF_2020)
    assert codes(printed("634", "members"), exactly(700), before) == ["stale"]
    later = before | {"period": "2022-12-31"}
    assert codes(printed("634", "members"), exactly(700), later) == []
    own = before | {"report": printed("1")["report"]}
    assert "stale" not in codes(printed("634", "members"), exactly(700), own)


def test_a_small_number_of_an_earlier_period_is_not_called_stale() -> None:
    before = printed("4", "members", period="2020-12-31", report=OF_2020)
    assert codes(printed("4", "members"), exactly(30), before) == []


def test_a_news_page_quotes_and_is_trusted_less() -> None:
    assert codes(printed("348", report=NEWS), UNKNOWN) == ["less_trusted"]
    assert codes(printed("348", report=LATER), UNKNOWN) == []


# Order.


def test_evidence_is_told_in_the_order_of_the_list_each_kind_once() -> None:
    told = printed("14.640", "charter_capital", sector="environment", report=NEWS)
    copies = [told | {"sector": sector, "start": 50} for sector in ("credit", "trade")]
    copies[1] |= {"start": 60}
    found = codes(told, between(11092, 12086), *copies)
    assert found == ["copied", "typing_slip", "less_trusted"]
    listed = list(codelists.codes("evidence"))
    assert found == sorted(found, key=listed.index)


def test_stronger_evidence_counts_before_more_of_it() -> None:
    copied, slip, news = (Evidence(code) for code in ("copied", "typing_slip", "less_trusted"))
    found = [(), (news,), (slip,), (slip, news), (copied,), (copied, slip)]
    assert sorted(found, key=strength) == found[::-1]
