"""What the five reports of the repository contradict themselves in: all of it, and nothing else.

A change of these lists is a change of what users read; it is brought up to date by hand.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from htx_pipeline.model import Outcome, Severity
from htx_pipeline.rules import Evaluation
from htx_pipeline_tests.building import OWN_RAW, own_corpus, own_release
from htx_pipeline_tests.rules.told_in_bytes import bytes_of

if TYPE_CHECKING:
    from htx_pipeline.rules import Finding, Ledger

Told = tuple[str, str, str, str, str]

ERRORS: list[Told] = [
    # rule, period, indicator, sector, what is stated: a print, or the document
    ("sectors_sum_to_total", "2021-12-31", "charter_capital", "_T", "826.000"),
    ("sectors_sum_to_total", "2021-12-31", "members", "_T", "3.042"),
    ("sectors_sum_to_total", "2021-12-31", "employees", "_T", "2.851"),
    ("sectors_sum_to_total", "2023-06-30", "cooperatives", "_T", "400"),
    ("sectors_sum_to_total", "2023-06-30", "cooperatives", "_T", "90"),
    ("shares_of_sectors", "2021-12-31", "charter_capital", "construction", "26,8"),
    ("shares_of_sectors", "2021-12-31", "charter_capital", "trade", "23,6"),
    ("shares_of_sectors", "2021-12-31", "charter_capital", "transport", "1,30"),
    ("shares_by_status", "2021-12-31", "cooperatives", "_T", "23,8"),
    ("shares_by_status", "2023-06-30", "cooperatives", "_T", "21,9"),
    ("changes_name_their_base", "2021-12-31", "members", "_T", "120"),
    ("changes_name_their_base", "2021-12-31", "cooperatives", "_T", "12"),
    ("changes_name_their_base", "2021-12-31", "charter_capital", "_T", "105.800"),
    ("changes_name_their_base", "2021", "revenue_mean", "_T", "223"),
    ("plan_attainments", "2023", "cooperatives_dissolved", "_T", "75"),
    ("owners_have_products", "2021-12-31", "ocop_products", "_T", "34"),
    ("reports_agree", "2023-06-30", "cooperatives", "environment", "5"),
    ("implied_values_agree", "2023-06-30", "charter_capital", "_T", ""),
    ("cited_dates_exist", "", "", "", "994/KH-UBND"),
    ("cited_dates_agree", "2021", "", "", "994/KH-UBND"),
    ("cited_dates_agree", "2020", "", "", "1804/QĐ-TTg"),
    ("cited_dates_agree", "2021", "", "", "07/NQ-HĐND"),
    ("phases_lie_within_programmes", "2021", "", "", "1719/QĐ-TTg"),
]
"""In the order of the catalogue and of the texts."""

NOTICES: list[Told] = [
    ("targets_above_what_is_reached", "2021-12-31", "groups", "_T", ""),
    ("targets_above_what_is_reached", "2023-12-31", "cooperatives", "_T", ""),
    ("university_within_college_and_university", "2023-06-30", "managers_university", "_T", "35"),
    ("headline_income_per_employee", "2023", "income_mean", "_T", "52,6"),
    ("values_do_not_jump", "2023-06-30", "employees", "credit", "09"),
    ("cooperatives_have_seven_members", "2021-12-31", "members", "construction", "554"),
    ("cooperatives_have_seven_members", "2021-12-31", "members", "trade", "284"),
]


def told(finding: Finding) -> Told:
    evaluation = finding.evaluation
    name = evaluation.rule.name
    if not isinstance(evaluation, Evaluation):
        first = evaluation.operands[0]
        cell = getattr(first, "cell", {"indicator": "", "sector": ""})
        return name, evaluation.period, cell["indicator"], cell["sector"], first.printed
    member = evaluation.members[0]
    stated = "" if member.operand is None else member.operand.printed
    return name, member.cell["period"], member.cell["indicator"], member.cell["sector"], stated


def contradictions(ledger: Ledger, severity: Severity) -> list[Finding]:
    return [f for f in ledger.findings if f.is_contradiction and f.severity is severity]


def test_these_and_no_others_are_the_contradictions_of_the_reports() -> None:
    assert [told(f) for f in contradictions(own_release().ledger, Severity.ERROR)] == ERRORS


def test_these_and_no_others_are_worth_a_look() -> None:
    assert [told(f) for f in contradictions(own_release().ledger, Severity.NOTICE)] == NOTICES


def test_every_contradiction_has_been_decided_on() -> None:
    ledger = own_release().ledger
    assert ledger.stale == ()
    assert ledger.is_clean
    assert all(f.waiver is not None for f in contradictions(ledger, Severity.ERROR))


def test_nothing_is_broken_and_every_rule_is_asked() -> None:
    outcomes = Counter(e.outcome for e in own_release().evaluations)
    assert outcomes[Outcome.ERROR] == 0
    assert outcomes[Outcome.FAIL] == len(ERRORS) + len(NOTICES)


# The same bytes, whatever the hash seed and the order of the rows.


@cache
def own_bytes() -> bytes:
    corpus = own_corpus()
    return bytes_of(corpus.rows, corpus.citations)


def test_the_findings_are_the_same_bytes_under_any_hash_seed() -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "htx_pipeline_tests.rules.told_in_bytes", str(OWN_RAW)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for seed in ("0", "1", "7")
    ]
    told_by = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert told_by == [own_bytes()] * 3


@pytest.mark.parametrize("seed", range(3))
def test_the_findings_are_the_same_bytes_for_rows_in_any_order(seed: int) -> None:
    corpus = own_corpus()
    shuffle = random.Random(seed).shuffle  # noqa: S311 (an order, not a secret)
    rows, citations = list(corpus.rows), list(corpus.citations)
    shuffle(rows)
    shuffle(citations)
    assert bytes_of(rows, citations) == own_bytes()


def test_the_findings_are_the_same_bytes_for_rows_and_their_frame() -> None:
    corpus = own_corpus()
    assert bytes_of(corpus.readings, corpus.citations) == own_bytes()
