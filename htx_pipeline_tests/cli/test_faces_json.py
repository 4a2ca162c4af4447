from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from htx_pipeline.cli.faces import json_document
from htx_pipeline.cli.faces.json_document import exact, face
from htx_pipeline.cli.faces.run import Status
from htx_pipeline.model import Outcome
from htx_pipeline_tests.cli.conftest import GONE, REASON

if TYPE_CHECKING:
    from htx_pipeline.cli.faces.run import Run


def document(run: Run) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(face(run, "en"))
    return read


def finding(run: Run, rule: str) -> dict[str, Any]:
    return next(found for found in document(run)["findings"] if found["rule"] == rule)


def test_an_open_finding_holds_all_that_is_known_of_it(run: Run) -> None:
    found = finding(run, "shares_by_status")
    assert found.pop("id").startswith("f")
    message = found.pop("message")
    assert message["en"].endswith("one digit away from what is needed")
    assert message["vi"].startswith("Tỷ trọng theo tình trạng")
    active = {
        "figure_id": found["operands"][1]["figure_id"],
        "report_id": "so-tay-2017",
        "file": "data/raw/so-tay-2017/figures.csv",
        "line": 3,
        "place": "p1",
        "printed": "48",
        "value": "48",
    }
    assert found["operands"][1] == active
    assert [one["line"] for one in found.pop("operands")] == [5, 3, 2]
    assert found == {
        "rule": "shares_by_status",
        "relation": "ratio",
        "outcome": "fail",
        "severity": "error",
        "status": "open",
        "area_code": "VN-01",
        "period": "2017-12-31",
        "stated": "90.4",
        "computed_low": "1200/13",
        "computed_high": "1200/13",
        "residual": "-1.9077",
        "slack": "0.05",
        "suspects": [
            {
                "figure_id": active["figure_id"],
                "would_need_low": "47",
                "would_need_high": "47",
                "evidence": ["typing_slip"],
            }
        ],
        "convicted": [active["figure_id"]],
        "waiver": None,
    }


def test_what_cannot_be_told_has_suspects_and_no_convict(run: Run) -> None:
    found = finding(run, "budget_lines_sum_to_heads")
    assert len(found["suspects"]) == 2
    assert found["convicted"] == []


def test_a_waived_finding_holds_the_decision(run: Run) -> None:
    found = finding(run, "budget_lines_sum_to_heads")
    assert found["status"] == "waived"
    assert found["waiver"] == {
        "reason": REASON,
        "decided_on": "2018-03-01",
        "decided_by": "readers",
    }


def test_a_citation_has_no_value(run: Run) -> None:
    found = finding(run, "cited_dates_exist")
    assert found["operands"][0]["value"] is None
    assert found["operands"][0]["file"].endswith("/legal_documents.csv")
    assert found["stated"] is None


def test_what_cannot_be_decided_is_in_it_whether_or_not_everything_is_asked_for(
    run: Run, everything: Run
) -> None:
    assert finding(run, "printed_changes")["status"] == "undecided"
    assert face(run, "en") == face(everything, "vi")


def test_the_rules_come_with_the_groups_that_they_met(run: Run) -> None:
    rules = {rule["name"]: rule for rule in document(run)["rules"]}
    assert list(rules) == [rule.name for rule in run.rules]
    assert rules["active_and_stopped_sum_to_total"]["groups"] == {
        "pass": 0,
        "fail": 1,
        "unverifiable": 0,
        "error": 0,
    }
    assert sum(rules["sectors_sum_to_total"]["groups"].values()) == 0
    assert rules["sectors_sum_to_total"]["topic"] == "sectors"


def test_the_summary_counts_what_is_listed(own_run: Run) -> None:
    read = document(own_run)
    listed = [found["status"] for found in read["findings"]]
    summary = read["summary"]
    for name, key in (
        ("open", Status.OPEN),
        ("waived", Status.WAIVED),
        ("notices", Status.NOTICE),
        ("undecided", Status.UNDECIDED),
        ("broken", Status.BROKEN),
    ):
        assert summary[name] == listed.count(key)
    outcomes = [found["outcome"] for found in read["findings"]]
    assert summary["contradictions"] == outcomes.count(Outcome.FAIL)
    groups = [rule["groups"] for rule in read["rules"]]
    assert sum(group["fail"] for group in groups) == outcomes.count("fail")


def test_a_stale_waiver_is_listed_with_its_line(run: Run) -> None:
    (stale,) = document(run)["stale"]
    assert (stale["finding"], stale["file"], stale["line"]) == (GONE, "data/raw/waivers.yml", 8)


def test_every_key_is_described(run: Run) -> None:
    described = json_document.__doc__ or ""
    read = document(run)
    found = read["findings"][0]
    keys = {*read, *found, *found["operands"][0], *found["suspects"][0], *read["stale"][0]}
    for key in keys | set(read["rules"][0]):
        assert key in described, key


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(5), "5"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(41, 2), "20.5"),
        (Fraction(1, 3), "1/3"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.0580"), "-0.0580"),
        (None, None),
    ],
)
def test_numbers_are_exact(value: Fraction | Decimal | None, text: str | None) -> None:
    assert exact(value) == text


@given(st.fractions())
def test_any_number_reads_back_as_itself(value: Fraction) -> None:
    assert Fraction(str(exact(value))) == value
