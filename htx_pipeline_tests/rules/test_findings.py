"""Findings keep their name, waivers cover one exact finding, and what is open is open."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from htx_pipeline.errors import InputError, Problem
from htx_pipeline.figures.operands import operands
from htx_pipeline.model import UNKNOWN, Outcome, Severity
from htx_pipeline.rules import (
    TOPICS,
    Accused,
    AnyEvaluation,
    Finding,
    Waiver,
    confront_all,
    evaluate,
    find,
    read_waivers,
)
from htx_pipeline.rules.catalogue.status import ACTIVE_AND_STOPPED_SUM_TO_TOTAL
from htx_pipeline.rules.evidence import Evidence
from htx_pipeline.rules.findings import finding_id
from htx_pipeline.rules.localisation import Suspect
from htx_pipeline_tests.building import (
    LATER,
    OWN_RAW,
    asked,
    cited,
    evaluated,
    figures,
    own_release,
    printed,
    read,
)

RULE = ACTIVE_AND_STOPPED_SUM_TO_TOTAL
WRONG = (printed("348"), printed("265", status="active"), printed("82", status="stopped"))
RIGHT = (*WRONG[:2], printed("83", status="stopped"))
OPEN_END = WRONG[:2]


def placed(found: tuple[dict[str, Any], ...], **places: Any) -> list[dict[str, Any]]:
    """The same prints at their offsets, whatever else is said of their places."""
    return [{"start": 10 * n} | figure | places for n, figure in enumerate(found, start=1)]


def waiver_of(evaluation: AnyEvaluation, **other: Any) -> Waiver:
    return Waiver(
        **{
            "finding": finding_id(evaluation),
            "rule": evaluation.rule.name,
            "printed": {figure.figure_id: figure.printed for figure in evaluation.operands},
            "reason": "the notebook says so",
            "decided_on": dt.date(2022, 2, 1),
            "decided_by": "readers",
        }
        | other
    )


# The name of a finding.


def test_a_finding_is_named_by_f_and_twelve_hexadecimal_digits() -> None:
    name = finding_id(evaluated(RULE, *WRONG))
    assert len(name) == 13
    assert name[0] == "f"
    assert set(name) <= set("0123456789abcdef")


def test_the_name_is_the_same_in_every_process() -> None:
    # Pinned: waivers in data/raw name findings so.
    assert finding_id(evaluated(RULE, *WRONG)) == "f314c8e8a118f"


def test_the_name_stays_when_lines_and_places_change() -> None:
    name = finding_id(evaluated(RULE, *placed(WRONG)))
    assert finding_id(evaluated(RULE, *placed(WRONG, line=99, place="P3.IV"))) == name
    assert finding_id(evaluated(RULE, *placed(WRONG, note="seen again"))) == name


def test_the_name_stays_when_the_rows_come_in_another_order() -> None:
    frame = figures(*WRONG)
    (turned,) = evaluate(frame.iloc[::-1], [RULE])
    assert finding_id(turned) == finding_id(evaluated(RULE, *WRONG))


def test_the_name_stays_when_other_figures_are_added() -> None:
    evaluations = evaluate(figures(*WRONG, printed("1", "groups"), printed("2", report=LATER)))
    assert finding_id(evaluated(RULE, *WRONG)) in {finding_id(e) for e in evaluations}


@pytest.mark.parametrize("changed", [0, 1, 2])
def test_the_name_changes_with_any_print(changed: int) -> None:
    found = [dict(figure) for figure in WRONG]
    found[changed]["printed"] = f"0{found[changed]['printed']}"  # the same value, printed otherwise
    assert finding_id(evaluated(RULE, *found)) != finding_id(evaluated(RULE, *WRONG))


def test_the_name_changes_with_the_position_of_a_print() -> None:
    moved = [*placed(WRONG[:2]), WRONG[2] | {"start": 31}]
    assert finding_id(evaluated(RULE, *moved)) != finding_id(evaluated(RULE, *WRONG))


def test_the_name_changes_with_the_rule() -> None:
    evaluation = evaluated(RULE, *WRONG)
    renamed = replace(evaluation, rule=replace(evaluation.rule, name="another"))
    assert finding_id(renamed) != finding_id(evaluation)


@pytest.mark.parametrize(
    "reading",
    [
        {"qualifier": "nearly"},
        {"qualifier": "estimated", "role": "estimate"},
        {"organization": "union"},
        {"sector": "trade"},
    ],
    ids=["word of distance", "role", "organization", "sector"],
)
def test_the_name_changes_with_the_reading_of_the_same_prints(reading: dict[str, Any]) -> None:
    read_otherwise = [figure | reading for figure in WRONG]
    assert finding_id(evaluated(RULE, *read_otherwise)) != finding_id(evaluated(RULE, *WRONG))


def test_the_name_tells_what_is_missing() -> None:
    evaluation = evaluated(RULE, *OPEN_END)
    active, stopped = evaluation.parts
    assert stopped.operand is None
    elsewhere = replace(stopped, cell={**stopped.cell, "sector": "trade"})
    assert finding_id(replace(evaluation, parts=(active, elsewhere))) != finding_id(evaluation)


# Of citations, and of what is implied.

DATES_AGREE = next(rule for rule in TOPICS["citations"] if rule.name == "cited_dates_agree")
TWO_DATES = (cited("7/LL-ĐC", dated="9/3/2020"), cited("7/LL-ĐC", dated="9/4/2020"))


def of_citations(*mentions: dict[str, Any]) -> AnyEvaluation:
    (evaluation,) = asked(DATES_AGREE, *mentions)
    return evaluation


def at(start: int, mention: dict[str, Any], **other: Any) -> dict[str, Any]:
    return mention | {"start": start} | other


def test_the_name_of_a_citation_s_finding_stays_when_lines_and_places_change() -> None:
    name = finding_id(of_citations(*TWO_DATES))
    moved = [mention | {"line": 99, "place": "P3.IV"} for mention in TWO_DATES]
    assert finding_id(of_citations(*moved)) == name
    assert (
        finding_id(of_citations(*(at(n, m) for n, m in zip((10, 20), TWO_DATES, strict=True))))
        == name
    )


@pytest.mark.parametrize(
    "changed",
    [{"dated": "9/5/2020"}, {"printed": "7/LL -ĐC"}, {"start": 15}],
    ids=["date", "print", "position"],
)
def test_the_name_of_a_citation_s_finding_changes_with_what_is_printed(
    changed: dict[str, Any],
) -> None:
    name = finding_id(of_citations(*TWO_DATES))
    assert finding_id(of_citations(TWO_DATES[0] | changed, TWO_DATES[1])) != name


def test_a_waiver_covers_a_citation_s_finding() -> None:
    evaluation = of_citations(*TWO_DATES)
    ledger = find([evaluation], [waiver_of(evaluation)])
    assert ledger.is_clean
    assert ledger.findings[0].waiver is not None
    other = of_citations(TWO_DATES[0], TWO_DATES[1] | {"dated": "9/5/2020"})
    assert not find([other], [waiver_of(evaluation)]).is_clean


def clash(second: str = "20") -> AnyEvaluation:
    """Two shares that imply different totals."""
    capital = {"indicator": "charter_capital"}
    rows = read(
        printed("600", **capital, sector="agriculture"),
        printed("60", **capital, sector="agriculture", relation="share"),
        printed("100", **capital, sector="trade"),
        printed(second, **capital, sector="trade", relation="share"),
    )
    found = confront_all(rows).evaluations
    (evaluation,) = (e for e in found if e.rule.name == "implied_values_agree")
    return evaluation


def test_a_finding_of_implied_values_is_named_by_the_prints_that_they_follow_from() -> None:
    assert finding_id(clash()) == finding_id(clash())
    assert finding_id(clash()) != finding_id(clash("21"))
    assert sorted(waiver_of(clash()).printed.values()) == ["100", "20", "60", "600"]


def test_a_waiver_covers_a_finding_of_implied_values_even_if_it_is_asked_for_alone() -> None:
    evaluation = clash()
    ledger = find([evaluation], [waiver_of(evaluation)])
    assert ledger.is_clean
    assert ledger.findings[0].waiver is not None


def test_the_repository_s_own_findings_have_names_of_their_own() -> None:
    names = [finding.id for finding in own_release().ledger.findings]
    assert len(names) == len(set(names)) > 5


# What becomes a finding, and how grave it is.


def test_what_passes_is_no_finding() -> None:
    ledger = find([evaluated(RULE, *RIGHT)])
    assert ledger.findings == ()
    assert ledger.is_clean


def test_a_contradiction_is_open_until_it_is_decided() -> None:
    ledger = find([evaluated(RULE, *WRONG)])
    (finding,) = ledger.findings
    assert finding.is_contradiction
    assert finding.severity is Severity.ERROR
    assert finding.is_open
    assert not ledger.is_clean


def test_what_cannot_be_verified_is_a_notice_and_never_open() -> None:
    ledger = find([evaluated(RULE, *OPEN_END)])
    (finding,) = ledger.findings
    assert not finding.is_contradiction
    assert finding.severity is Severity.NOTICE
    assert not finding.is_open
    assert ledger.is_clean


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_contradictions_of_a_grave_rule_are_open(severity: Severity, outcome: Outcome) -> None:
    evaluation = evaluated(RULE, *WRONG)
    graded = replace(evaluation, outcome=outcome, rule=replace(evaluation.rule, severity=severity))
    is_grave = severity is not Severity.NOTICE
    assert Finding("f" + 12 * "0", graded).is_open == (outcome is Outcome.FAIL and is_grave)


def test_a_finding_tells_its_message_in_both_languages() -> None:
    message = Finding("f" + 12 * "0", evaluated(RULE, *WRONG)).message
    assert message.vi != message.en
    for text in (message.vi, message.en):
        assert "348" in text


# Who is suspected.

SLIP, COPY = Evidence("typing_slip"), Evidence("copied")


def accused(numeral: str, *evidence: Evidence, start: int = 10) -> Accused:
    (figure,) = operands(read(printed(numeral, start=start)))
    return Accused(Suspect(figure, UNKNOWN), evidence)


def finding(*explanations: tuple[Accused, ...]) -> Finding:
    return Finding("f" + 12 * "0", evaluated(RULE, *WRONG), explanations=explanations)


def test_the_only_explanation_convicts_with_or_without_evidence() -> None:
    one = accused("348")
    assert finding((one,)).convicted == (one,)
    other = accused("83", SLIP)
    assert finding((one, other)).convicted == (one, other)


def test_the_only_explanation_that_the_prints_speak_for_convicts() -> None:
    one, other = accused("348"), accused("83", SLIP)
    assert finding((one,), (other,)).convicted == (other,)


@pytest.mark.parametrize(
    "explanations",
    [
        (),
        ((accused("348"),), (accused("83"),)),
        ((accused("348", SLIP),), (accused("83", COPY),)),
        ((accused("348", SLIP), accused("265")), (accused("83"),)),
    ],
    ids=["none", "no evidence", "evidence for both", "evidence for a part of one"],
)
def test_otherwise_nobody_is_convicted(explanations: tuple[tuple[Accused, ...], ...]) -> None:
    assert finding(*explanations).convicted == ()


def test_suspects_are_listed_once_the_likeliest_first_and_then_by_their_place() -> None:
    first, second = accused("1", start=30), accused("2", start=20)
    slip, copy = accused("3", SLIP, start=40), accused("4", COPY, start=50)
    found = finding((first, slip), (second, slip), (copy,), (second,))
    assert found.suspects == (copy, slip, second, first)


def test_what_is_waived_keeps_its_suspects() -> None:
    evaluation = evaluated(RULE, *WRONG)
    (found,) = find([evaluation], [waiver_of(evaluation)]).findings
    assert found.waiver is not None
    assert {one.figure.printed for one in found.suspects} == {"348", "265", "82"}


def test_what_cannot_be_verified_has_no_suspects() -> None:
    members = (printed("9", "members"), printed("8", "members", status="active"))
    for found in find(evaluate(read(*WRONG, *members))).findings:
        is_error = found.is_contradiction and found.severity is Severity.ERROR
        assert bool(found.suspects) == is_error


def test_explanations_are_told_of_the_finding_s_own_figures_alone() -> None:
    found = (
        *(printed("416"), printed("90", status="stopped")),
        printed("21,9", relation="share", share_of="status", status="stopped"),
        printed("27", sector="agriculture", status="stopped"),
        printed("64", sector="non_agriculture", status="stopped"),
    )
    ledger = find(evaluate(read(*found)))
    contradictions = [one for one in ledger.findings if one.is_contradiction]
    assert len(contradictions) == 2
    for one in contradictions:
        own = {figure.figure_id for figure in one.evaluation.operands}
        assert {a.figure.figure_id for a in one.suspects} <= own
        assert [a.figure.printed for a in one.convicted] == ["90"]
        assert one.puzzle is contradictions[0].puzzle


# Waivers.


def test_a_waiver_covers_the_exact_finding() -> None:
    evaluation = evaluated(RULE, *WRONG)
    waiver = waiver_of(evaluation)
    ledger = find([evaluation], [waiver])
    (finding,) = ledger.findings
    assert finding.waiver == waiver
    assert finding.is_contradiction
    assert not finding.is_open
    assert ledger.stale == ()
    assert ledger.is_clean


def test_a_waiver_of_one_finding_leaves_the_others_open() -> None:
    elsewhere = [figure | {"sector": "trade"} for figure in WRONG]
    one, other = evaluate(figures(*WRONG, *elsewhere), [RULE])
    ledger = find([one, other], [waiver_of(one)])
    assert [finding.is_open for finding in ledger.findings] == [False, True]
    assert not ledger.is_clean


@pytest.mark.parametrize(
    "other",
    [
        {"finding": "f" + 12 * "0"},
        {"rule": "sectors_sum_to_total"},
        {"printed": {}},
        {"printed": {"bao-cao-2021:10": "348", "bao-cao-2021:20": "265"}},
        {
            "printed": {
                "bao-cao-2021:10": "348",
                "bao-cao-2021:20": "265",
                "bao-cao-2021:30": "82",
                "bao-cao-2021:40": "1",
            }
        },
        {
            "printed": {
                "bao-cao-2021:10": "348",
                "bao-cao-2021:20": "265",
                "bao-cao-2021:30": "082",
            }
        },
    ],
    ids=["finding", "rule", "no prints", "a print too few", "a print too many", "another print"],
)
def test_a_waiver_that_differs_in_anything_covers_nothing_and_is_stale(
    other: dict[str, Any],
) -> None:
    evaluation = evaluated(RULE, *WRONG)
    waiver = waiver_of(evaluation, **other)
    ledger = find([evaluation], [waiver])
    assert [finding.is_open for finding in ledger.findings] == [True]
    assert ledger.stale == (waiver,)


@pytest.mark.parametrize("mended", [RIGHT, OPEN_END], ids=["adds up", "no longer printed"])
def test_a_waiver_of_what_is_no_longer_a_contradiction_is_stale(
    mended: tuple[dict, ...],
) -> None:
    waiver = waiver_of(evaluated(RULE, *WRONG))
    ledger = find([evaluated(RULE, *mended)], [waiver])
    assert ledger.stale == (waiver,)
    assert not ledger.is_clean
    assert all(finding.waiver is None for finding in ledger.findings)


def test_a_waiver_cannot_cover_what_cannot_be_verified() -> None:
    evaluation = evaluated(RULE, *OPEN_END)
    waiver = waiver_of(evaluation)
    ledger = find([evaluation], [waiver])
    assert ledger.findings[0].waiver is None
    assert ledger.stale == (waiver,)


def test_no_findings_leave_every_waiver_stale() -> None:
    waiver = waiver_of(evaluated(RULE, *WRONG))
    assert find([], [waiver]).stale == (waiver,)


# The file of waivers.

ENTRY = """\
- finding: f0123456789ab
  rule: sectors_sum_to_total
  printed:
    "bao-cao-2021:10": "826.000"
    "bao-cao-2021:20": "342.530"
  reason: the headline is cut off
  decided_on: 2022-02-01
  decided_by: readers
"""


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "raw"
    folder.mkdir(parents=True)
    return folder


def problems_of(raw: Path, text: str) -> tuple[Problem, ...]:
    (raw / "waivers.yml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_waivers(raw)
    return caught.value.problems


def problem_of(raw: Path, text: str) -> Problem:
    (problem,) = problems_of(raw, text)
    return problem


def test_no_file_is_no_waivers(raw: Path) -> None:
    assert read_waivers(raw) == ()


def test_a_waiver_is_read_with_its_prints_as_text(raw: Path) -> None:
    (raw / "waivers.yml").write_text(ENTRY, encoding="utf-8")
    (waiver,) = read_waivers(raw)
    assert waiver == Waiver(
        finding="f0123456789ab",
        rule="sectors_sum_to_total",
        printed={"bao-cao-2021:10": "826.000", "bao-cao-2021:20": "342.530"},
        reason="the headline is cut off",
        decided_on=dt.date(2022, 2, 1),
        decided_by="readers",
    )


def test_the_repository_s_own_waivers_are_read_in_the_order_of_the_file() -> None:
    names = [waiver.finding for waiver in read_waivers(OWN_RAW)]
    text = (OWN_RAW / "waivers.yml").read_text(encoding="utf-8")
    assert len(names) == len(set(names)) > 5
    assert sorted(names, key=text.index) == names


def test_an_unknown_field_is_named_with_its_line(raw: Path) -> None:
    problem = problem_of(raw, f"{ENTRY}  because: I like it\n")
    assert problem.where == "data/raw/waivers.yml:9:12"
    assert problem.code == "wrong-value"
    assert "because" in problem.found


@pytest.mark.parametrize(
    "name", ["f0123456789a", "f0123456789abc", "0123456789ab", "f0123456789AB", "'xyz'"]
)
def test_a_finding_that_is_no_fingerprint_is_named_with_its_line(raw: Path, name: str) -> None:
    problem = problem_of(raw, ENTRY.replace("f0123456789ab", name))
    assert problem.where == "data/raw/waivers.yml:1:12"
    assert problem.code == "wrong-value"
    assert name.strip("'") in problem.found


def test_a_fingerprint_of_digits_alone_is_text_to_yaml_because_it_begins_with_f(raw: Path) -> None:
    entry = ENTRY.replace("f0123456789ab", "f123456789012")
    (raw / "waivers.yml").write_text(entry, encoding="utf-8")
    assert read_waivers(raw)[0].finding == "f123456789012"


@pytest.mark.parametrize("field", ["finding", "rule", "printed", "reason", "decided_by"])
def test_a_missing_field_is_named(raw: Path, field: str) -> None:
    entry = ENTRY.replace("- ", "-\n  ", 1).splitlines(keepends=True)
    kept = "".join(line for line in entry if not line.startswith((f"  {field}:", "    ")))
    kept = kept if field == "printed" else kept.replace("  printed:", "  printed: {a: b}")
    problem = problem_of(raw, kept)
    assert f"0.{field}" in problem.found
    assert problem.line is not None


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("the headline is cut off", '""', 6),
        ("decided_by: readers", 'decided_by: ""', 8),
        ("2022-02-01", "yesterday", 7),
        ('"826.000"', "826.000", 4),
    ],
    ids=["no reason", "nobody", "no day", "a print that is a number"],
)
def test_a_field_that_does_not_hold_what_it_must_is_named_with_its_line(
    raw: Path, old: str, new: str, line: int
) -> None:
    problem = problem_of(raw, ENTRY.replace(old, new))
    assert (problem.path, problem.line) == ("data/raw/waivers.yml", line)


def test_two_waivers_of_one_finding_are_refused(raw: Path) -> None:
    problem = problem_of(raw, ENTRY * 2)
    assert problem.code == "duplicate-waiver"
    assert "f0123456789ab" in problem.found
    assert problem.path == "data/raw/waivers.yml"


def test_the_second_of_two_waivers_is_named_with_its_line(raw: Path) -> None:
    assert problem_of(raw, ENTRY * 2).line == 9


def test_all_problems_are_reported_in_one_run(raw: Path) -> None:
    other = ENTRY.replace("f0123456789ab", "nope").replace("decided_by", "decider")
    lines = [problem.line for problem in problems_of(raw, ENTRY + other)]
    assert len(lines) == 3
    assert min(line for line in lines if line is not None) == 9
