"""What an evaluation says: the whole equation, in Vietnamese and in English."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from htx_pipeline.model import Label, Outcome
from htx_pipeline.rules import Evaluation, message
from htx_pipeline.rules.catalogue.budgets import BUDGET_LINES_SUM_TO_HEADS
from htx_pipeline.rules.catalogue.flows import FLOWS_GIVE_CHANGE, OPENING_AND_FLOWS_GIVE_CLOSING
from htx_pipeline.rules.catalogue.prints import REPEATED_PRINTS_AGREE
from htx_pipeline.rules.catalogue.sectors import SECTOR_SHARES_SUM_TO_100, SECTORS_SUM_TO_TOTAL
from htx_pipeline.rules.catalogue.status import ACTIVE_AND_STOPPED_SUM_TO_TOTAL
from htx_pipeline.rules.messages import number, place, subject, verdict
from htx_pipeline_tests.building import LATER, evaluated, own_release, printed

STATUS = ACTIVE_AND_STOPPED_SUM_TO_TOTAL


def members(*numerals: str) -> list[dict[str, Any]]:
    """All, active and stopped; ``?`` is not printed."""
    return [
        printed(numeral, "members", status=status, place=where)
        for numeral, status, where in zip(
            numerals, ("_T", "active", "stopped"), ("P1.I", "P1.II", "P1.III"), strict=True
        )
        if numeral != "?"
    ]


def says(evaluation: Evaluation, *, vi: str, en: str) -> None:
    assert message(evaluation) == Label(vi=vi, en=en)


# Whole messages.


def test_a_failure_tells_the_equation_with_its_places_and_what_is_wrong() -> None:
    says(
        evaluated(STATUS, *members("1.335", "1.300", "34")),
        vi="Đang hoạt động cộng ngừng hoạt động bằng tổng số (số thành viên, hợp tác xã, Lai Châu, "
        "2021-12-31): 1.335 [tất cả, bao-cao-2021 P1.I, figures.csv:2] ≠ "
        "1.300 [đang hoạt động, bao-cao-2021 P1.II, figures.csv:3] + "
        "34 [ngừng hoạt động, bao-cao-2021 P1.III, figures.csv:4]; "
        "vế phải bằng 1.334; chênh lệch +1",
        en="Active and stopped add up to all (members, cooperative, Lai Châu, 2021-12-31): "
        "1.335 [all, bao-cao-2021 P1.I, figures.csv:2] ≠ "
        "1.300 [active, bao-cao-2021 P1.II, figures.csv:3] + "
        "34 [stopped, bao-cao-2021 P1.III, figures.csv:4]; "
        "the right side is 1.334; difference +1",
    )


def test_what_cannot_be_verified_tells_what_is_not_printed() -> None:
    says(
        evaluated(STATUS, *members("1.335", "1.300", "?")),
        vi="Đang hoạt động cộng ngừng hoạt động bằng tổng số (số thành viên, hợp tác xã, Lai Châu, "
        "2021-12-31): 1.335 [tất cả, bao-cao-2021 P1.I, figures.csv:2] = "
        "1.300 [đang hoạt động, bao-cao-2021 P1.II, figures.csv:3] + ? [ngừng hoạt động]; "
        "văn bản không nêu: ngừng hoạt động",
        en="Active and stopped add up to all (members, cooperative, Lai Châu, 2021-12-31): "
        "1.335 [all, bao-cao-2021 P1.I, figures.csv:2] = "
        "1.300 [active, bao-cao-2021 P1.II, figures.csv:3] + ? [stopped]; not printed: stopped",
    )


def test_what_cannot_be_verified_tells_what_is_only_approximate() -> None:
    found = members("1.335", "1.300", "30")
    found[2]["qualifier"] = "approx"
    told = message(evaluated(STATUS, *found))
    assert told.vi.endswith(
        "khoảng 30 [ngừng hoạt động, bao-cao-2021 P1.III, figures.csv:4]; "
        "chỉ nêu áng chừng: khoảng 30"
    )
    assert told.en.endswith(
        "approximately 30 [stopped, bao-cao-2021 P1.III, figures.csv:4]; "
        "only approximate: approximately 30"
    )


def test_a_failure_with_a_missing_part_tells_the_least_that_the_parts_are() -> None:
    told = message(evaluated(STATUS, *members("1.335", "1.400", "?")))
    assert told.vi.endswith(
        "+ ? [ngừng hoạt động]; vế phải bằng ít nhất 1.400; cách nhau từ 65 trở lên; "
        "văn bản không nêu: ngừng hoạt động"
    )
    assert told.en.endswith(
        "+ ? [stopped]; the right side is at least 1.400; apart by 65 or more; not printed: stopped"
    )


def test_a_failure_that_truncation_explains_says_so() -> None:
    told = message(
        evaluated(
            SECTORS_SUM_TO_TOTAL,
            printed("10", "charter_capital"),
            printed("5,4", "charter_capital", sector="agriculture"),
            printed("5,4", "charter_capital", sector="non_agriculture"),
            parts=2,
        )
    )
    assert told.vi.endswith(
        "vế phải bằng 10,8 ±0,1; chênh lệch -0,8; làm tròn chỉ cho phép ±0,6; "
        "khớp nếu số in bị cắt bớt chữ số"
    )
    assert told.en.endswith(
        "the right side is 10,8 ±0,1; difference -0,8; rounding allows ±0,6; "
        "it holds if digits were cut off instead of rounded"
    )


def test_a_failure_that_truncation_does_not_explain_says_nothing_of_it() -> None:
    told = message(evaluated(STATUS, *members("1.335", "1.300", "34")))
    assert "cắt bớt" not in told.vi
    assert "cut off" not in told.en


def test_a_constant_whole_is_told_as_a_number() -> None:
    told = message(
        evaluated(
            SECTOR_SHARES_SUM_TO_100,
            printed("60", "groups", relation="share", sector="agriculture"),
            printed("42", "groups", relation="share", sector="non_agriculture"),
        )
    )
    assert "): 100 ≠ 60 [nông nghiệp, bao-cao-2021 P1.I, figures.csv:2] + 42 [" in told.vi
    assert told.en.endswith("the right side is 102 ±1; difference -2; rounding allows ±1")


def test_what_is_subtracted_and_a_decrease_have_a_minus() -> None:
    told = message(
        evaluated(
            FLOWS_GIVE_CHANGE,
            printed("12", relation="change", direction="down"),
            printed("10", "cooperatives_new"),
            printed("21", "cooperatives_dissolved"),
        )
    )
    assert "−12 [số HTX tất cả 2021-12-31 thay đổi, bao-cao-2021" in told.vi
    assert "] ≠ 10 [new cooperatives 2021, bao-cao-2021 P1.I, figures.csv:3] − 21 [" in told.en


def test_a_borrowed_opening_is_told_with_its_own_report_and_date() -> None:
    told = message(
        evaluated(
            OPENING_AND_FLOWS_GIVE_CLOSING,
            printed("348"),
            printed("41", "cooperatives_new"),
            printed("29", "cooperatives_dissolved"),
            printed("337", period="2020-12-31", report=LATER, place="P2"),
        )
    )
    assert "337 [cooperatives all 2020-12-31, bao-cao-2022 P2, figures.csv:2]" in told.en
    assert "(hợp tác xã, Lai Châu, 2021)" in told.vi


def test_budget_lines_are_told_by_their_names() -> None:
    told = message(
        evaluated(
            BUDGET_LINES_SUM_TO_HEADS,
            printed("13", "budget_need", role="target"),
            printed("6", "budget_need", role="target", entity="central"),
            printed("5", "budget_need", role="target", entity="local"),
        )
    )
    assert "13 [tổng nhu cầu, " in told.vi
    assert "6 [ngân sách trung ương, " in told.vi
    assert "13 [all needs, " in told.en
    assert "5 [local budget, " in told.en


def test_two_prints_of_one_quantity_are_told_by_their_places_alone() -> None:
    told = message(evaluated(REPEATED_PRINTS_AGREE, printed("348"), printed("347", place="P3.IV")))
    for text in (told.vi, told.en):
        assert "348 [bao-cao-2021 P1.I, figures.csv:2] ≠ 347 [bao-cao-2021 P3.IV, " in text


def test_words_of_distance_stand_before_their_numbers() -> None:
    found = members("400", "300", "50")
    found[0]["qualifier"], found[2]["qualifier"] = "more_than", "nearly"
    told = message(evaluated(STATUS, *found))
    assert "): hơn 400 [" in told.vi
    assert " + gần 50 [" in told.vi
    assert "): more than 400 [" in told.en
    assert " + nearly 50 [" in told.en


def test_a_bound_that_is_not_reached_is_not_told_as_reached() -> None:
    found = members("400", "400", "?")
    found[1]["qualifier"] = "more_than"
    evaluation = evaluated(STATUS, *found)
    assert evaluation.outcome is Outcome.FAIL
    assert "at least 400" not in message(evaluation).en
    assert "ít nhất 400" not in message(evaluation).vi


WRONG_RANGE = (
    printed("3", "members", qualifier="range_low"),
    printed("8", "members", qualifier="range_high"),
    printed("6", "members", status="active"),
    printed("3", "members", status="stopped"),
)


def test_a_range_is_told_with_both_ends() -> None:
    told = message(evaluated(STATUS, *WRONG_RANGE))
    for text in (told.vi, told.en):
        assert "): 3 - 8 [" in text


def test_a_range_of_a_decrease_is_told_with_a_minus() -> None:
    down = {"relation": "change", "direction": "down"}
    told = message(
        evaluated(
            REPEATED_PRINTS_AGREE,
            printed("3", qualifier="range_low", **down),
            printed("5", qualifier="range_high", **down),
            printed("6", **down),
        )
    )
    for text in (told.vi, told.en):
        assert "): −" in text


def test_the_width_of_a_range_is_not_told_as_rounding() -> None:
    told = message(evaluated(STATUS, *WRONG_RANGE)).en
    assert "rounding" not in told
    assert "difference -6" not in told


@pytest.mark.parametrize(
    "found",
    [
        # 346 and about 2 are at least 346.
        (
            printed("345"),
            printed("346", status="active"),
            printed("2", status="stopped", qualifier="approx"),
        ),
        # 10 may be 10.5, and 12 may be 11.5.
        (printed("10", "charter_capital"), printed("12", "charter_capital", status="active")),
    ],
    ids=["approximate", "rounded"],
)
def test_prints_are_not_told_to_be_further_apart_than_they_certainly_are(
    found: tuple[dict[str, Any], ...],
) -> None:
    told = message(evaluated(STATUS, *found))
    assert "apart by 1 or more" in told.en
    assert "cách nhau từ 1 trở lên" in told.vi


def test_a_broken_rule_is_told_apart_from_wrong_data() -> None:
    evaluation = evaluated(STATUS, *members("10", "6", "3"))
    broken = Evaluation(
        rule=evaluation.rule,
        outcome=Outcome.ERROR,
        area_code="VN-01",
        period="2021-12-31",
        common=evaluation.common,
        whole=evaluation.whole,
        parts=evaluation.parts,
        broken="ZeroDivisionError()",
    )
    told = message(broken)
    assert told.vi.endswith("): quy tắc bị lỗi, không phải dữ liệu: ZeroDivisionError()")
    assert told.en.endswith("): the rule itself is broken, not the data: ZeroDivisionError()")
    assert verdict(broken, "en") == told.en.partition("): ")[2]


# What every message has.


def test_every_print_of_an_own_finding_is_in_its_message_with_its_place() -> None:
    findings = own_release().ledger.findings
    assert {finding.evaluation.outcome for finding in findings} == {
        Outcome.FAIL,
        Outcome.UNVERIFIABLE,
    }
    for finding in findings:
        for text in (finding.message.vi, finding.message.en):
            assert "\n" not in text
            for figure in finding.evaluation.operands:
                shown = (
                    rf"(?<![\d.,]){re.escape(figure.printed)} \[[^\]]*{re.escape(place(figure))}\]"
                )
                assert re.search(shown, text), (figure.figure_id, text)


def test_every_own_message_begins_with_the_rule_s_title_and_the_subject() -> None:
    for finding in own_release().ledger.findings:
        evaluation = finding.evaluation
        for language in ("vi", "en"):
            head = f"{evaluation.rule.title.text(language)} ({subject(evaluation, language)}): "
            assert finding.message.text(language).startswith(head)


def test_the_verdict_is_the_equation_in_prints_alone() -> None:
    evaluation = evaluated(STATUS, *members("1.335", "1.300", "34"))
    assert verdict(evaluation, "en") == (
        "1.335 ≠ 1.300 + 34; the right side is 1.334; difference +1"
    )
    assert verdict(evaluated(STATUS, *members("1.335", "?", "34")), "vi") == (
        "1.335 = ? + 34; văn bản không nêu: đang hoạt động"
    )
    assert verdict(evaluated(STATUS, *members("10", "6", "4")), "vi") == "10 = 6 + 4"


def test_the_subject_names_only_what_the_figures_are_of() -> None:
    codes = {"sector": "agriculture", "area_code": "VN-01/xã Nậm Tăm"}
    evaluation = evaluated(STATUS, printed("9", **codes), printed("8", status="active", **codes))
    assert subject(evaluation, "vi") == "số HTX, hợp tác xã, nông nghiệp, xã Nậm Tăm, 2021-12-31"
    assert (
        subject(evaluation, "en")
        == "cooperatives, cooperative, agriculture, xã Nậm Tăm, 2021-12-31"
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal(1335), "1.335"),
        (Decimal("1234567.89"), "1.234.567,89"),
        (Decimal("41.50"), "41,5"),
        (Decimal("-0.8"), "-0,8"),
        (Decimal(0), "0"),
        (Fraction(829, 20), "41,45"),
        (Fraction(12345678901234567, 100), "123.456.789.012.345,67"),
    ],
)
def test_numbers_are_written_as_the_reports_write_them(value: Any, shown: str) -> None:
    assert number(value) == shown
