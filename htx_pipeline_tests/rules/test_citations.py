"""The legal documents that reports cite: days that do not exist, and dates that are not one."""

from __future__ import annotations

import pytest

from htx_pipeline.model import Outcome, Severity
from htx_pipeline.rules import TOPICS, find, message
from htx_pipeline_tests.building import LATER, NEWS, asked, cited
from htx_pipeline_tests.rules.cases import Case

PASS, FAIL = Outcome.PASS, Outcome.FAIL
RULES = {rule.name: rule for rule in TOPICS["citations"]}

CASES = {
    "cited_dates_exist": Case(
        valid=(cited("7/LL-ĐC", dated="29/2/2020"),),
        invalid=(cited("7/LL-ĐC", dated="29/2/2021"),),
        not_asked=(cited("7/LL-ĐC"),),
    ),
    "cited_dates_agree": Case(
        valid=(cited("7/LL-ĐC", dated="9/3/2020"), cited("7/LL-ĐC", dated="09/03/2020")),
        invalid=(cited("7/LL-ĐC", dated="9/3/2020"), cited("7/LL-ĐC", dated="9/4/2020")),
        not_asked=(cited("7/LL-ĐC", dated="9/3/2020"), cited("8/LL-ĐC", dated="9/4/2020")),
    ),
    "cited_numbers_hold_their_year": Case(
        valid=(cited("7/2020/LL-ĐC", dated="9/3/2020"),),
        invalid=(cited("7/2020/LL-ĐC", dated="9/3/2021"),),
        not_asked=(cited("7/LL-ĐC", dated="9/3/2021"), cited("7/2020/LL-ĐC")),
    ),
    "phases_lie_within_programmes": Case(
        valid=(cited("ct", programme="2021/2030", phase="2021/2025"),),
        invalid=(cited("ct", programme="2021/2030", phase="2020/2025"),),
        not_asked=(cited("ct", programme="2021/2030"), cited("ct", phase="2020/2025")),
    ),
}


def outcomes(rule_name: str, *mentions: dict) -> list[Outcome]:
    return [evaluation.outcome for evaluation in asked(RULES[rule_name], *mentions)]


@pytest.mark.parametrize(
    ("dated", "expected"),
    [
        ("31/12/2021", PASS),
        ("16/4/2021", PASS),
        ("61/04/2021", FAIL),
        ("31/4/2021", FAIL),
        ("29/02/2021", FAIL),
        ("29/02/2020", PASS),
        ("1/13/2021", FAIL),
        ("0/1/2021", FAIL),
        ("21 tháng 11 năm 2013", PASS),
        ("31 tháng 11 năm 2013", FAIL),
    ],
)
def test_a_day_is_one_of_the_calendar(dated: str, expected: Outcome) -> None:
    assert outcomes("cited_dates_exist", cited("7/LL-ĐC", dated=dated)) == [expected]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("16/4/2021", "16/04/2021", "16/4/2021"), PASS),
        (("16/4/2021", "16/4/2021", "16/4/2020"), FAIL),
        (("16/4/2021", "16/4/2020", "16/4/2021"), FAIL),
        (("61/04/2021", "16/4/2021"), FAIL),
        (("61/04/2021", "61/04/2021"), PASS),  # wrong, but not different
    ],
)
def test_a_document_has_one_date_wherever_it_is_cited(
    dates: tuple[str, ...], expected: Outcome
) -> None:
    mentions = [
        cited("7/LL-ĐC", dated=dated, report=report)
        for dated, report in zip(dates, (LATER, NEWS, LATER), strict=False)
    ]
    (evaluation,) = asked(RULES["cited_dates_agree"], *mentions)
    assert evaluation.outcome is expected
    assert len(evaluation.operands) == len(mentions)


def test_documents_that_are_cited_without_a_date_do_not_disagree() -> None:
    mentions = (cited("7/LL-ĐC", dated="9/3/2020"), cited("7/LL-ĐC"))
    assert outcomes("cited_dates_agree", *mentions) == []


def test_documents_of_one_number_are_told_apart_by_their_name() -> None:
    mentions = (
        cited("ke-hoach-66", number="66/KH-BCĐ", dated="9/3/2020"),
        cited("ke-hoach-66-cua-huyen", number="66/KH-BCĐ", dated="9/3/2021"),
    )
    assert outcomes("cited_dates_agree", *mentions) == []


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        ("2021/2025", PASS),
        ("2021/2030", PASS),
        ("2025", PASS),
        ("2020/2025", FAIL),
        ("2026/2031", FAIL),
        ("2031", FAIL),
    ],
)
def test_a_phase_neither_begins_before_its_programme_nor_ends_after_it(
    phase: str, expected: Outcome
) -> None:
    mention = cited("ct", programme="2021/2030", phase=phase)
    assert outcomes("phases_lie_within_programmes", mention) == [expected]


def test_what_is_wrong_with_a_citation_is_an_error_and_told_with_its_place() -> None:
    (evaluation,) = asked(RULES["cited_dates_exist"], cited("7/LL-ĐC", dated="61/04/2021"))
    (finding,) = find([evaluation]).findings
    assert finding.severity is Severity.ERROR
    assert finding.is_open
    assert finding.explanations == ()
    assert finding.message.en == (
        "The date of a citation exists (bao-cao-2021 P1.I, legal_documents.csv:2): "
        "7/LL-ĐC is dated 61/04/2021, a day that does not exist"
    )
    assert finding.message.vi == (
        "Ngày của văn bản được trích dẫn có thật (bao-cao-2021 P1.I, legal_documents.csv:2): "
        "7/LL-ĐC ghi ngày 61/04/2021, không có ngày này"
    )


@pytest.mark.parametrize("rule_name", RULES)
@pytest.mark.parametrize("case", ["valid", "invalid"])
def test_a_citation_says_that_it_is_wrong_only_if_it_is(rule_name: str, case: str) -> None:
    accusations = (
        "does not exist",
        "more than one date",
        "is not within",
        "không có",
        "nhiều ngày khác nhau",
    )
    for evaluation in asked(RULES[rule_name], *getattr(CASES[rule_name], case)):
        told = message(evaluation)
        accused = any(words in f"{told.vi} {told.en}" for words in accusations)
        if evaluation.outcome is PASS:
            assert not accused, told
        else:
            assert accused or rule_name == "cited_numbers_hold_their_year", told
