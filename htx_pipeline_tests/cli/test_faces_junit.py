"""The JUnit document, read back by a package that CI systems use."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from htx_pipeline.cli.faces.junit import face
from htx_pipeline.cli.faces.run import run_of
from htx_pipeline.rules import confront_all, find
from htx_pipeline_tests.building import broken_rule, figures, printed
from htx_pipeline_tests.cli.conftest import GONE, REASON

if TYPE_CHECKING:
    from pathlib import Path

    from junitparser import TestCase, TestSuite

    from htx_pipeline.cli.faces.run import Run
    from htx_pipeline.model import Language


def suites(run: Run, language: Language = "en") -> dict[str, TestSuite]:
    return {suite.name: suite for suite in JUnitXml.fromstring(face(run, language).encode())}


def cases(run: Run, language: Language = "en") -> dict[tuple[str, str], TestCase]:
    return {
        (case.classname, case.name): case
        for suite in suites(run, language).values()
        for case in suite
    }


def test_each_report_is_a_suite_and_each_rule_asked_of_it_a_case(own_run: Run) -> None:
    named = suites(own_run)
    assert tuple(named) == own_run.reports
    asked = {(e.operands[0].report_id, e.rule.name) for e in own_run.evaluations}
    assert set(cases(own_run)) == asked
    assert all(case.classname == name for name, suite in named.items() for case in suite)


def test_a_case_fails_with_the_messages_of_its_open_contradictions(run: Run) -> None:
    case = cases(run)["so-tay-2017", "shares_by_status"]
    (failure,) = case.result
    assert isinstance(failure, Failure)
    assert failure.message.startswith("90,4 ≠ 100 × 48 / 52; ")
    assert failure.type == "shares_by_status"
    assert failure.text.startswith("data/raw/so-tay-2017/figures.csv:3: f")
    assert "Probably wrong: 48" in failure.text


def test_contradictions_of_one_rule_are_told_together(own_run: Run) -> None:
    opened = [f for f in own_run.findings if f.is_contradiction and f.severity == "error"]
    unwaived = tuple(replace(finding, waiver=None) for finding in opened)
    for case in cases(replace(own_run, findings=unwaived)).values():
        mine = [
            f.id
            for f in unwaived
            if (f.evaluation.operands[0].report_id, f.evaluation.rule.name)
            == (case.classname, case.name)
        ]
        assert len(case.result) == bool(mine)
        for failure in case.result:
            assert all(name in failure.text for name in mine)
            assert (f" (+{len(mine) - 1})" in failure.message) == (len(mine) > 1)


def test_citations_are_cases_too(run: Run) -> None:
    assert isinstance(cases(run)["le-lang-2017", "cited_dates_exist"].result[0], Failure)
    assert cases(run)["le-lang-2017", "cited_numbers_hold_their_year"].is_passed


def test_a_case_is_skipped_where_nothing_could_be_decided(run: Run) -> None:
    (skipped,) = cases(run)["so-tay-2017", "printed_changes"].result
    assert isinstance(skipped, Skipped)
    assert skipped.message == "unverifiable: 1"


def test_waived_contradictions_and_notices_stand_in_the_output(run: Run) -> None:
    waived = cases(run)["loi-hen-2018", "budget_lines_sum_to_heads"]
    assert waived.is_passed
    assert waived.system_out.startswith("waived: data/raw/loi-hen-2018/figures.csv:4: ")
    assert waived.system_out.endswith(REASON)
    noticed = cases(run)["so-tay-2017", "cooperatives_have_seven_members"]
    assert noticed.is_passed
    assert noticed.system_out.startswith("notice: ")


def test_a_stale_waiver_is_a_failed_case_of_a_suite_of_its_own(run: Run) -> None:
    (failure,) = cases(run)["waivers.yml", GONE].result
    assert isinstance(failure, Failure)
    assert failure.text == "data/raw/waivers.yml:8"


def test_the_counts_are_those_of_the_cases(run: Run) -> None:
    document = JUnitXml.fromstring(face(run, "en").encode())
    assert document.tests == sum(suite.tests for suite in document) == len(cases(run))
    results = [result for case in cases(run).values() for result in case.result]
    assert document.failures == sum(isinstance(one, Failure) for one in results) == 6
    assert document.skipped == sum(isinstance(one, Skipped) for one in results) == 2
    assert document.errors == 0
    for suite in document:
        assert suite.failures == sum(isinstance(one, Failure) for c in suite for one in c.result)


def test_a_rule_that_broke_is_an_error(tmp_path: Path) -> None:
    told = confront_all(figures(printed("5"), printed("4", status="active")), (), [broken_rule()])
    run = run_of(
        told.evaluations,
        find(told.evaluations),
        raw=tmp_path,
        shown="data/raw",
        reports=["bao-cao-2021"],
        topics={"status": [broken_rule()]},
    )
    (error,) = cases(run)["bao-cao-2021", "broken"].result
    assert isinstance(error, Error)
    assert "the rule itself is broken" in error.message


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe"])
def test_a_character_that_no_document_can_hold_is_left_out(run: Run, character: str) -> None:
    evil = replace(run, raw=f"data{character}/raw<&>]]>")
    texts = [result.text for case in cases(evil).values() for result in case.result]
    assert any((text or "").startswith("data/raw<&>]]>/so-tay-2017/") for text in texts)


def test_it_tells_no_time(run: Run) -> None:
    assert "time" not in face(run, "en").replace("timestamp", "time")
