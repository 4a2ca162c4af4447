"""Tables ``rules`` and ``findings``: what was asked, and what did not pass."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from htx_pipeline.curation.findings import build_findings, build_rules
from htx_pipeline.model import Outcome
from htx_pipeline.rules import RULES, Waiver, evaluate, find
from htx_pipeline.rules.catalogue.budgets import BUDGET_LINES_SUM_TO_HEADS
from htx_pipeline.rules.catalogue.status import ACTIVE_AND_STOPPED_SUM_TO_TOTAL
from htx_pipeline_tests.building import (
    LATER,
    broken_rule,
    cells,
    figures,
    own_release,
    printed,
)

WRONG = (printed("10"), printed("6", status="active"), printed("3", status="stopped"))


def findings(*descriptions: dict, waivers: tuple[Waiver, ...] = ()) -> list[dict[str, Any]]:
    return cells(build_findings(find(evaluate(figures(*descriptions)), waivers)))


def finding(*descriptions: dict, waivers: tuple[Waiver, ...] = ()) -> dict[str, Any]:
    (only,) = findings(*descriptions, waivers=waivers)
    return only


# Rules.


def test_each_rule_has_a_row_with_its_words_and_grade() -> None:
    rows = {row["rule"]: row for row in cells(build_rules(RULES, []))}
    assert set(rows) == {rule.name for rule in RULES}
    for rule in RULES:
        row = rows[rule.name]
        assert (row["title_vi"], row["title_en"]) == (rule.title.vi, rule.title.en)
        assert (row["relation"], row["severity"]) == (rule.relation, rule.severity.value)
        assert row["source"] == rule.source


def test_a_rule_that_met_no_group_is_listed_with_zeros() -> None:
    (row,) = cells(build_rules([BUDGET_LINES_SUM_TO_HEADS], evaluate(figures(*WRONG))))
    counts = {name: n for name, n in row.items() if name.endswith("_count")}
    assert counts == dict.fromkeys(
        ("groups_count", "pass_count", "fail_count", "unverifiable_count", "error_count"), 0
    )


def test_the_groups_of_a_rule_are_counted_by_outcome() -> None:
    rules = [ACTIVE_AND_STOPPED_SUM_TO_TOTAL, broken_rule()]
    evaluations = evaluate(figures(*WRONG, printed("5", sector="trade", status="active")), rules)
    evaluations += evaluate(figures(printed("10"), printed("6", status="active")), rules[:1])
    rows = {row["rule"]: row for row in cells(build_rules(rules, evaluations))}
    assert (
        rows["active_and_stopped_sum_to_total"]
        | {
            "groups_count": 2,
            "pass_count": 0,
            "fail_count": 1,
            "unverifiable_count": 1,
            "error_count": 0,
        }
        == rows["active_and_stopped_sum_to_total"]
    )
    assert (rows["broken"]["groups_count"], rows["broken"]["error_count"]) == (1, 1)


def test_the_outcomes_of_a_rule_are_all_its_groups() -> None:
    rules = own_release().tables["rules"]
    outcomes = sum(rules[f"{outcome}_count"] for outcome in Outcome)
    assert (outcomes == rules["groups_count"]).all()
    assert rules["groups_count"].sum() == len(own_release().evaluations)


# Findings.


def test_a_contradiction_is_told_with_its_figures_and_its_arithmetic() -> None:
    row = finding(*WRONG)
    assert row["rule"] == "active_and_stopped_sum_to_total"
    assert (row["relation"], row["outcome"], row["severity"]) == ("linear", "fail", "error")
    assert (row["area_code"], row["period"]) == ("VN-01", "2021-12-31")
    assert row["report_ids"] == ["bao-cao-2021"]
    assert row["figure_ids"] == [f"bao-cao-2021:{n}" for n in (10, 20, 30)]
    assert (row["stated"], row["computed_low"], row["computed_high"]) == (10, 9, 9)
    assert row["residual"] == 1
    assert row["holds_if_truncated"] is False
    assert (row["waiver_id"], row["waiver_reason"]) == (None, None)


def test_the_messages_are_those_of_the_finding() -> None:
    ledger = find(evaluate(figures(*WRONG)))
    (row,) = cells(build_findings(ledger))
    message = ledger.findings[0].message
    assert (row["message_vi"], row["message_en"]) == (message.vi, message.en)


def test_what_cannot_be_verified_is_told_with_the_bounds_that_are_known() -> None:
    row = finding(printed("10"), printed("6", status="active"))
    assert (row["outcome"], row["severity"]) == ("unverifiable", "notice")
    assert (row["stated"], row["computed_low"], row["computed_high"]) == (10, 6, None)
    assert row["residual"] == 4


def test_a_missing_total_states_nothing() -> None:
    row = finding(*WRONG[1:])
    assert (row["stated"], row["residual"]) == (None, None)
    assert (row["computed_low"], row["computed_high"]) == (9, 9)


def test_a_constant_whole_is_the_stated_value() -> None:
    row = finding(
        printed("60", "groups", relation="share", sector="agriculture"),
        printed("42", "groups", relation="share", sector="non_agriculture"),
    )
    assert (row["stated"], row["computed_low"], row["computed_high"]) == (100, 101, 103)
    assert len(row["figure_ids"]) == 2


def test_a_failure_that_truncation_explains_is_marked() -> None:
    capital = "charter_capital"
    row = finding(
        printed("10", capital),
        printed("5,4", capital, status="active"),
        printed("5,4", capital, status="stopped"),
    )
    assert row["holds_if_truncated"] is True
    assert row["residual"] == -0.8


def test_all_reports_of_a_finding_are_named() -> None:
    rows = findings(
        printed("348"),
        printed("41", "cooperatives_new"),
        printed("29", "cooperatives_dissolved"),
        printed("330", period="2020-12-31", report=LATER),
        printed("12", relation="change"),
    )
    row = next(row for row in rows if row["rule"] == "opening_and_flows_give_closing")
    assert row["report_ids"] == ["bao-cao-2021", "bao-cao-2022"]
    assert row["period"] == "2021"


def test_a_broken_rule_is_a_finding_of_nothing_known() -> None:
    (row,) = cells(build_findings(find(evaluate(figures(*WRONG), [broken_rule()]))))
    assert (row["outcome"], row["severity"]) == ("error", "error")
    assert (row["computed_low"], row["computed_high"], row["residual"]) == (None, None, None)


def test_a_waived_finding_tells_why() -> None:
    before = finding(*WRONG)
    waiver = Waiver(
        finding=before["finding_id"],
        rule=before["rule"],
        printed=dict(zip(before["figure_ids"], ("10", "6", "3"), strict=True)),
        reason="the notebook says so",
        decided_on=dt.date(2022, 2, 1),
        decided_by="readers",
    )
    after = finding(*WRONG, waivers=(waiver,))
    assert (after["waiver_id"], after["waiver_reason"]) == (
        before["finding_id"],
        "the notebook says so",
    )
    unchanged = set(before) - {"waiver_id", "waiver_reason"}
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}


def test_nothing_that_passed_is_a_finding() -> None:
    assert findings(*WRONG[:2], printed("4", status="stopped")) == []


def test_contradictions_stand_before_what_cannot_be_verified() -> None:
    outcomes = list(own_release().tables["findings"]["outcome"])
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {"fail", "unverifiable"}


@pytest.mark.parametrize("column", ["figure_ids", "report_ids"])
def test_every_own_finding_names_figures_and_reports_that_exist(column: str) -> None:
    known = set(own_release().tables["figures"][column.removesuffix("s")])
    if column == "figure_ids":
        known |= set(own_release().tables["legal_documents"]["citation_id"])
    for names in own_release().tables["findings"][column]:
        assert names
        assert set(names) <= known
