"""What an evaluation says: the whole equation and who is suspected, in Vietnamese and English."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from htx_pipeline.figures.operands import operands
from htx_pipeline.model import UNKNOWN, Interval, Label, Outcome, Severity
from htx_pipeline.rules import Accused, Evaluation, Finding, confront_all, find, message
from htx_pipeline.rules.catalogue.budgets import BUDGET_LINES_SUM_TO_HEADS
from htx_pipeline.rules.catalogue.flows import (
    FLOWS_GIVE_CHANGE,
    OPENING_AND_FLOWS_GIVE_CLOSING,
    PRINTED_CHANGES,
)
from htx_pipeline.rules.catalogue.means import HEADLINE_MEANS_PER_COOPERATIVE
from htx_pipeline.rules.catalogue.parts import PARTS_WITHIN_WHOLE
from htx_pipeline.rules.catalogue.plans import PLAN_ATTAINMENTS
from htx_pipeline.rules.catalogue.prints import IMPLIED_VALUES_AGREE, REPEATED_PRINTS_AGREE
from htx_pipeline.rules.catalogue.ranges import SHARES_WITHIN_100, VALUES_DO_NOT_JUMP
from htx_pipeline.rules.catalogue.sectors import (
    SECTOR_SHARES_SUM_TO_100,
    SECTORS,
    SECTORS_SUM_TO_TOTAL,
    SHARES_OF_SECTORS,
)
from htx_pipeline.rules.catalogue.status import ACTIVE_AND_STOPPED_SUM_TO_TOTAL
from htx_pipeline.rules.evidence import Evidence
from htx_pipeline.rules.localisation import Puzzle, Suspect
from htx_pipeline.rules.messages import (
    accused,
    equation,
    interval,
    number,
    span,
    subject,
    verdict,
)
from htx_pipeline_tests.building import LATER, evaluated, own_release, printed, read

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
    broken = replace(evaluation, outcome=Outcome.ERROR, broken="ZeroDivisionError()")
    told = message(broken)
    assert told.vi.endswith("): quy tắc bị lỗi, không phải dữ liệu: ZeroDivisionError()")
    assert told.en.endswith("): the rule itself is broken, not the data: ZeroDivisionError()")
    assert equation(broken, "en") == told.en.partition("): ")[2]


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
                where = f"{figure.report_id} {figure.place}"
                if isinstance(finding.evaluation, Evaluation):
                    where = rf"{re.escape(where)}, {figure.file}:{figure.line}[\])]"
                    shown = rf"(?<![\d.,]){re.escape(figure.printed)}[^\d]* [\[(][^\]]*{where}"
                    assert re.search(shown, text), (figure.figure_id, text)
                else:
                    assert where in text


def test_every_own_message_begins_with_the_rule_s_title_and_the_subject() -> None:
    for finding in own_release().ledger.findings:
        evaluation = finding.evaluation
        for language in ("vi", "en"):
            head = f"{evaluation.rule.title.text(language)} ({subject(evaluation, language)}): "
            assert finding.message.text(language).startswith(head)


def test_the_equation_is_told_in_prints_alone() -> None:
    evaluation = evaluated(STATUS, *members("1.335", "1.300", "34"))
    assert equation(evaluation, "en") == (
        "1.335 ≠ 1.300 + 34; the right side is 1.334; difference +1"
    )
    assert equation(evaluated(STATUS, *members("1.335", "?", "34")), "vi") == (
        "1.335 = ? + 34; văn bản không nêu: đang hoạt động"
    )
    assert equation(evaluated(STATUS, *members("10", "6", "4")), "vi") == "10 = 6 + 4"


# The equations of the other relations.


def equals(evaluation: Evaluation, *, vi: str, en: str) -> None:
    assert equation(evaluation, "vi") == vi
    assert equation(evaluation, "en") == en


def capital(numeral: str, sector: str = "_T", **codes: Any) -> dict[str, Any]:
    return printed(numeral, "charter_capital", sector=sector, **codes)


def test_a_share_is_told_as_a_quotient() -> None:
    found = (capital("826.000"), capital("221.988", "construction"))
    share = capital("26,8", "construction", relation="share")
    equals(
        evaluated(SHARES_OF_SECTORS, *found, share),
        vi="26,8 ≠ 100 × 221.988 / 826.000; vế phải bằng 26,8751 ±0,0001; chênh lệch -0,0751; "
        "làm tròn chỉ cho phép ±0,0501; khớp nếu số in bị cắt bớt chữ số",
        en="26,8 ≠ 100 × 221.988 / 826.000; the right side is 26,8751 ±0,0001; "
        "difference -0,0751; rounding allows ±0,0501; "
        "it holds if digits were cut off instead of rounded",
    )


def test_a_count_that_no_whole_number_can_be_is_told_with_what_it_would_have_to_be() -> None:
    found = (
        printed("20", "cooperatives_dissolved"),
        printed("75", "cooperatives_dissolved", relation="attainment"),
    )
    equals(
        evaluated(PLAN_ATTAINMENTS, *found),
        vi="75 = 100 × 20 / ?; chỉ tiêu phải là 26,6679 ±0,1778, không có số nguyên nào như vậy",
        en="75 = 100 × 20 / ?; target would have to be 26,6679 ±0,1778, and no whole number is",
    )


def test_a_change_in_percent_is_told_as_a_quotient_less_a_hundred() -> None:
    found = (printed("348"), printed("336", period="2020-12-31"))
    equals(
        evaluated(PRINTED_CHANGES, *found, printed("3", relation="change", unit="percent")),
        vi="3 ≠ 100 × 348 / 336 − 100; vế phải bằng 3,5714; chênh lệch -0,571; "
        "làm tròn chỉ cho phép ±0,5; khớp nếu số in bị cắt bớt chữ số",
        en="3 ≠ 100 × 348 / 336 − 100; the right side is 3,5714; difference -0,571; "
        "rounding allows ±0,5; it holds if digits were cut off instead of rounded",
    )


def test_a_mean_is_told_with_its_weights_and_the_other_weights_that_were_tried() -> None:
    values = [
        printed(f"{n}00", "revenue_mean", sector=sector) for n, sector in enumerate(SECTORS, 1)
    ]
    counts = [printed("2" if sector == "trade" else "1", sector=sector) for sector in SECTORS]
    equals(
        evaluated(HEADLINE_MEANS_PER_COOPERATIVE, printed("350", "revenue_mean"), *values, *counts),
        vi="350 ≠ (100 × 1 + 200 × 1 + 300 × 1 + 400 × 2 + 500 × 1 + 600 × 1 + 700 × 1) / "
        "(1 + 1 + 1 + 2 + 1 + 1 + 1); vế phải bằng 400 ±0,5; chênh lệch -50; "
        "làm tròn chỉ cho phép ±1; bình quân giản đơn các lĩnh vực: 400 ±0,5, không khớp; "
        "bình quân giản đơn trừ tín dụng: 350 ±0,5, khớp",
        en="350 ≠ (100 × 1 + 200 × 1 + 300 × 1 + 400 × 2 + 500 × 1 + 600 × 1 + 700 × 1) / "
        "(1 + 1 + 1 + 2 + 1 + 1 + 1); the right side is 400 ±0,5; difference -50; "
        "rounding allows ±1; plain mean of the sectors: 400 ±0,5, does not; "
        "plain mean of the sectors without credit: 350 ±0,5, gives it",
    )


@pytest.mark.parametrize(("part", "sign"), [("1.125", ">"), ("1.124", "≤")])
def test_a_part_is_told_with_the_sign_of_its_bound(part: str, sign: str) -> None:
    found = (printed("1.124", "managers"), printed(part, "managers_university"))
    told = equation(evaluated(PARTS_WITHIN_WHOLE, *found), "en")
    assert told.startswith(f"{part} {sign} 1.124")


def test_a_factor_is_told_before_its_part() -> None:
    rule = next(e.rule for e in own_release().evaluations if "seven_members" in e.rule.name)
    found = (printed("69", "members"), printed("10"))
    equals(
        evaluated(rule, *found),
        vi="69 < 7 × 10; vế phải bằng 70; chênh lệch -1",
        en="69 < 7 × 10; the right side is 70; difference -1",
    )


def test_a_jump_is_told_with_both_ends_of_what_it_may_be_and_no_word_of_rounding() -> None:
    evaluation = evaluated(VALUES_DO_NOT_JUMP, printed("349"), printed("174", period="2020-12-31"))
    equals(
        evaluation,
        vi="349 ∉ 0,5…2 × 174; vế phải bằng 87 … 348",
        en="349 ∉ 0,5…2 × 174; the right side is 87 … 348",
    )


def test_a_range_is_told_with_both_ends_alone() -> None:
    equals(
        evaluated(SHARES_WITHIN_100, capital("101", "agriculture", relation="share")),
        vi="101 ∉ trong khoảng 0 … 100",
        en="101 ∉ between 0 … 100",
    )


def test_derivations_that_clash_are_told_with_what_they_imply_and_what_by() -> None:
    rows = read(
        *(capital("600", "agriculture"), capital("60", "agriculture", relation="share")),
        *(capital("100", "trade"), capital("20", "trade", relation="share")),
    )
    (evaluation,) = (e for e in confront_all(rows).evaluations if e.rule is IMPLIED_VALUES_AGREE)
    assert equation(evaluation, "en") == (
        "1.000,0764 ±9,1673 ≠ 500,3752 ±15,0094; these exclude each other"
    )
    told = message(evaluation)
    assert (
        "1.000,0764 ±9,1673 [implied by 60 (bao-cao-2021 P1.I, figures.csv:3), "
        "600 (bao-cao-2021 P1.I, figures.csv:2)] ≠ " in told.en
    )
    assert (
        "1.000,0764 ±9,1673 [suy ra từ 60 (bao-cao-2021 P1.I, figures.csv:3), "
        "600 (bao-cao-2021 P1.I, figures.csv:2)] ≠ " in told.vi
    )
    assert told.vi.endswith("; các cách suy ra loại trừ nhau")


def test_a_print_in_another_unit_of_its_family_is_told_with_its_unit() -> None:
    found = (
        capital("826", unit="billion_vnd"),
        *(capital("500.000", status="active"), capital("300.000", status="stopped")),
    )
    equals(
        evaluated(STATUS, *found),
        vi="826 tỷ đồng ≠ 500.000 + 300.000; vế phải bằng 800.000 ±1; chênh lệch +26.000; "
        "làm tròn chỉ cho phép ±501",
        en="826 billion VND ≠ 500.000 + 300.000; the right side is 800.000 ±1; "
        "difference +26.000; rounding allows ±501",
    )


# Who is suspected.


def finding_of(*found: dict[str, Any]) -> Finding:
    (finding,) = (
        finding
        for finding in find(confront_all(read(*found)).evaluations).findings
        if finding.is_contradiction
    )
    return finding


def test_what_cannot_be_told_names_every_candidate_with_what_it_would_need() -> None:
    told = verdict(finding_of(*members("1.335", "1.300", "34")))
    assert told == Label(
        vi="Không thể biết số nào sai, một trong các số sau: "
        "1.300 (bao-cao-2021 P1.II, figures.csv:3), cần in là 1.301, khớp nếu sửa một chữ số, "
        "khớp nếu số in bị cắt bớt chữ số; "
        "1.335 (bao-cao-2021 P1.I, figures.csv:2), cần in là 1.334, khớp nếu sửa một chữ số; "
        "34 (bao-cao-2021 P1.III, figures.csv:4), cần in là 35, khớp nếu sửa một chữ số",
        en="It cannot be told which is wrong; one of: "
        "1.300 (bao-cao-2021 P1.II, figures.csv:3), would need to be printed as 1.301, "
        "one digit away from what is needed, it fits if digits were cut off; "
        "1.335 (bao-cao-2021 P1.I, figures.csv:2), would need to be printed as 1.334, "
        "one digit away from what is needed; "
        "34 (bao-cao-2021 P1.III, figures.csv:4), would need to be printed as 35, "
        "one digit away from what is needed",
    )


def test_the_only_one_that_the_prints_speak_against_is_probably_wrong() -> None:
    found = (
        capital("826.000"),
        *(capital("342.111", status="active"), capital("484.222", status="stopped")),
    )
    assert verdict(finding_of(*found)) == Label(
        vi="Có lẽ sai: 826.000 (bao-cao-2021 P1.I, figures.csv:2), cần in là 826.332 … 826.334, "
        "khớp nếu số in bị cắt bớt chữ số; cũng có thể giải thích bằng 2 cách khác",
        en="Probably wrong: 826.000 (bao-cao-2021 P1.I, figures.csv:2), "
        "would need to be printed as 826.332 … 826.334, it fits if digits were cut off; "
        "2 other explanations would do, too",
    )


def accused_figure(numeral: str, need: Interval, *evidence: Evidence) -> Accused:
    (figure,) = operands(read(printed(numeral, "charter_capital")))
    return Accused(Suspect(figure, need), evidence)


def test_a_suspect_of_which_nothing_is_needed_is_told_by_its_place_alone() -> None:
    assert accused(accused_figure("75", UNKNOWN), "en") == "75 (bao-cao-2021 P1.I, figures.csv:2)"


def test_a_suspect_is_told_with_what_it_needs_and_what_speaks_for_it() -> None:
    need = Interval(Fraction(11092), Fraction(12086))
    (other,) = operands(read(printed("14.640", "charter_capital", start=500, line=99)))
    one = accused_figure("14.640", need, Evidence("copied", other), Evidence("typing_slip"))
    assert accused(one, "en") == (
        "14.640 (bao-cao-2021 P1.I, figures.csv:2), would need to be printed as 11.092 … 12.086, "
        "the same number stands elsewhere in the report (bao-cao-2021 P1.I, figures.csv:99), "
        "one digit away from what is needed"
    )
    assert accused(one, "vi") == (
        "14.640 (bao-cao-2021 P1.I, figures.csv:2), cần in là 11.092 … 12.086, "
        "cùng con số in ở chỗ khác trong báo cáo (bao-cao-2021 P1.I, figures.csv:99), "
        "khớp nếu sửa một chữ số"
    )


FAILED = evaluated(STATUS, *members("10", "6", "3"))


def test_an_only_explanation_is_told_without_others() -> None:
    one = accused_figure("10", Interval.exactly(9))
    finding = Finding("f" + 12 * "0", FAILED, explanations=((one,),))
    assert verdict(finding).en == f"Probably wrong: {accused(one, 'en')}"
    assert finding.message.en == f"{message(FAILED).en}. {verdict(finding).en}"


def test_figures_that_are_wrong_together_are_told_together() -> None:
    one, other = (accused_figure(numeral, UNKNOWN) for numeral in ("10", "6"))
    finding = Finding("f" + 12 * "0", FAILED, explanations=((one, other),))
    assert verdict(finding).vi == (f"Có lẽ sai: {accused(one, 'vi')}; và {accused(other, 'vi')}")


def test_several_explanations_are_counted() -> None:
    slip = accused_figure("10", Interval.exactly(9), Evidence("typing_slip"))
    others = [accused_figure(numeral, UNKNOWN) for numeral in ("6", "3")]
    finding = Finding("f" + 12 * "0", FAILED, explanations=((slip,), *((o,) for o in others)))
    assert verdict(finding).en.endswith("; 2 other explanations would do, too")
    assert verdict(finding).vi.endswith("; cũng có thể giải thích bằng 2 cách khác")


def test_what_was_too_hard_to_tell_is_told_to_be_so() -> None:
    puzzle = Puzzle((frozenset({"bao-cao-2021:10"}),), ())
    told = verdict(Finding("f" + 12 * "0", FAILED, puzzle=puzzle))
    assert told.en == "It cannot be told which is wrong: there are too many possibilities"
    assert told.vi == "Không thể biết số nào sai: có quá nhiều khả năng"


def test_a_notice_and_what_is_undecided_accuse_nobody() -> None:
    one = accused_figure("10", UNKNOWN)
    notice = replace(FAILED, rule=replace(FAILED.rule, severity=Severity.NOTICE))
    undecided = evaluated(STATUS, *members("10", "6", "?"))
    for evaluation in (notice, undecided):
        finding = Finding("f" + 12 * "0", evaluation, explanations=((one,),))
        assert verdict(finding) == Label("", "")
        assert finding.message == message(evaluation)


@pytest.mark.parametrize(
    "shares",
    [("60", "45"), ("60", "20")],
)
def test_a_contradiction_of_shares_alone_has_suspects_too(shares: tuple[str, str]) -> None:
    finding = finding_of(
        *(
            printed(numeral, "groups", relation="share", sector=sector)
            for numeral, sector in zip(shares, ("agriculture", "non_agriculture"), strict=True)
        )
    )
    assert {one.figure.printed for one in finding.suspects} == set(shares)
    assert verdict(finding).en.startswith("It cannot be told which is wrong; one of: ")


# Numbers.


@pytest.mark.parametrize(
    ("values", "vi", "en"),
    [
        (Interval.exactly(1335), "1.335", "1.335"),
        (Interval(Fraction(10), Fraction(11)), "10,5 ±0,5", "10,5 ±0,5"),
        (Interval(Fraction(10), None), "ít nhất 10", "at least 10"),
        (Interval(Fraction(10), None, low_closed=False), "hơn 10", "more than 10"),
        (Interval(None, Fraction(10)), "nhiều nhất 10", "at most 10"),
        (Interval(None, Fraction(10), high_closed=False), "dưới 10", "less than 10"),
        (UNKNOWN, "không xác định", "not determined"),
    ],
)
def test_an_interval_is_told_as_a_print_would_have_it(values: Interval, vi: str, en: str) -> None:
    assert interval(values, "vi") == vi
    assert interval(values, "en") == en


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (Interval(Fraction(11092), Fraction(12086)), "11.092 … 12.086"),
        (Interval(Fraction("21.6"), Fraction("21.7")), "21,6 … 21,7"),
        (Interval.exactly(91), "91"),
        (Interval(Fraction(10), None), "at least 10"),
    ],
)
def test_a_span_is_told_by_its_ends(values: Interval, shown: str) -> None:
    assert span(values, "en") == shown


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
        (Decimal("0.5250"), "0,525"),
        (Decimal("2.000"), "2"),
        (Decimal(1000), "1.000"),
        (Decimal("1E+3"), "1.000"),
        (Fraction(1, 3), "0,3333"),
        (Fraction(-1, 3), "-0,3333"),
        (Fraction(-1, 10**9), "0"),
    ],
)
def test_numbers_are_written_as_the_reports_write_them(value: Any, shown: str) -> None:
    assert number(value) == shown
