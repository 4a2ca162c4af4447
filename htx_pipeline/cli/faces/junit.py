"""``--format junit``: JUnit XML, which most CI systems show as tests.

A suite is a report, a case is a rule that was asked of its figures; a group of figures of several
reports belongs to the report of the stated figure. A case fails with the open contradictions of
its rule, and is skipped where no group of the report could be decided. Waived contradictions and
notices stand in its output. There are no times in it: the same findings are the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from htx_pipeline import codelists
from htx_pipeline.cli.faces.run import Status, pointed_at, status
from htx_pipeline.cli.faces.text import stale_message
from htx_pipeline.model import Outcome
from htx_pipeline.rules.messages import equation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from htx_pipeline.cli.faces.run import Run, Stale
    from htx_pipeline.model import Language
    from htx_pipeline.rules import AnyEvaluation, Finding

_NOT_IN_XML = dict.fromkeys({*range(32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF} - {9, 10, 13})
"""Characters that no XML document can hold, however they are escaped."""


def face(run: Run, language: Language) -> str:
    """The whole document."""
    findings = {id(finding.evaluation): finding for finding in run.findings}
    grouped: dict[tuple[str, str], list[AnyEvaluation]] = defaultdict(list)
    for evaluation in run.evaluations:
        grouped[evaluation.operands[0].report_id, evaluation.rule.name].append(evaluation)
    root = ET.Element("testsuites", name="htx check")
    for report in run.reports:
        cases = [
            _case(report, rule.name, found, findings, run=run, language=language)
            for rule in run.rules
            if (found := grouped.get((report, rule.name)))
        ]
        _add_suite(root, report, cases)
    if run.stale:
        _add_suite(root, "waivers.yml", [_stale(stale, run, language) for stale in run.stale])
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode").translate(_NOT_IN_XML)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _add_suite(root: ET.Element, name: str, cases: Sequence[ET.Element]) -> None:
    suite = ET.SubElement(
        root,
        "testsuite",
        name=name,
        tests=str(len(cases)),
        failures=str(sum(case.find("failure") is not None for case in cases)),
        errors=str(sum(case.find("error") is not None for case in cases)),
        skipped=str(sum(case.find("skipped") is not None for case in cases)),
    )
    suite.extend(cases)


def _case(
    report: str,
    rule: str,
    asked: Iterable[AnyEvaluation],
    findings: dict[int, Finding],
    *,
    run: Run,
    language: Language,
) -> ET.Element:
    case = ET.Element("testcase", classname=report, name=rule)
    told: dict[Status, list[Finding]] = defaultdict(list)
    listed = list(asked)
    for evaluation in listed:
        finding = findings.get(id(evaluation))
        if finding is not None:
            told[status(finding)].append(finding)
    for found, kind in ((Status.BROKEN, "error"), (Status.OPEN, "failure")):
        if told[found]:
            first, *others = told[found]
            said = equation(first.evaluation, language) + (f" (+{len(others)})" * bool(others))
            result = ET.SubElement(case, kind, type=rule, message=said)
            result.text = "\n\n".join(_told(one, run, language) for one in told[found])
    if len(told[Status.UNDECIDED]) == len(listed):
        label = codelists.label("outcome", Outcome.UNVERIFIABLE).text(language)
        ET.SubElement(case, "skipped", message=f"{label}: {len(listed)}")
    aside = [*told[Status.NOTICE], *told[Status.WAIVED]]
    if aside:
        output = ET.SubElement(case, "system-out")
        output.text = "\n\n".join(_aside(finding, run, language) for finding in aside)
    return case


def _told(finding: Finding, run: Run, language: Language) -> str:
    figure = pointed_at(finding)
    return f"{run.path(figure)}:{figure.line}: {finding.id}: {finding.message.text(language)}"


def _aside(finding: Finding, run: Run, language: Language) -> str:
    told = _told(finding, run, language)
    if finding.waiver is None:
        word = codelists.label("severity", finding.severity).text(language)
        return f"{word}: {told}"
    word = {"vi": "được miễn trừ", "en": "waived"}[language]
    return f"{word}: {told}\n{finding.waiver.reason}"


def _stale(stale: Stale, run: Run, language: Language) -> ET.Element:
    case = ET.Element("testcase", classname="waivers.yml", name=stale.waiver.finding)
    result = ET.SubElement(case, "failure", type=stale.waiver.rule, message=stale_message(language))
    result.text = f"{run.waivers}:{stale.line}"
    return case
