"""``--format sarif``: SARIF 2.1.0 (OASIS), for code scanning.

A contradiction is a result of level ``error``, a notice one of level ``note``; what is waived is
suppressed with the reason as justification. With ``--all``, what cannot be decided is a result of
kind ``open``. A stale waiver is a result of a rule of its own; a rule that broke is no result but
a notification of the invocation, because it says nothing about the data.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from htx_pipeline import __version__
from htx_pipeline.cli.faces.run import Status, pointed_at, prints, status
from htx_pipeline.cli.faces.text import stale_message
from htx_pipeline.model import Label, Severity
from htx_pipeline.rules.messages import equation

if TYPE_CHECKING:
    from htx_pipeline.cli.faces.run import Printed, Run, Stale
    from htx_pipeline.model import Language
    from htx_pipeline.rules import Finding, Rule

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"
_FINGERPRINT = "findingId/v1"

_STALE = "stale_waiver"
_STALE_TITLE = Label(
    vi="Miễn trừ phải khớp với một mâu thuẫn", en="A waiver matches a contradiction"
)
_STALE_HELP = Label(vi=stale_message("vi"), en=stale_message("en"))


def face(run: Run, language: Language) -> str:
    """The log of one run."""
    order = {rule.name: index for index, rule in enumerate(run.rules)}
    listed = {Status.OPEN, Status.NOTICE, Status.WAIVED} | (
        {Status.UNDECIDED} if run.everything else set()
    )
    results = [
        _result(finding, order, run, language)
        for finding in run.findings
        if status(finding) in listed
    ]
    results += [_stale(stale, len(order), run, language) for stale in run.stale]
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "htx",
                        "version": __version__,
                        "language": language,
                        "rules": [
                            *(_rule(rule, run.topics[rule.name], language) for rule in run.rules),
                            _stale_rule(language),
                        ],
                    }
                },
                "language": language,
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {
                    _ROOT: {"description": {"text": "The folder that htx check was called in."}}
                },
                "invocations": [_invocation(run, order, language)],
                "results": results,
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(rule: Rule, topic: str, language: Language) -> dict[str, Any]:
    sources = {"vi": "Căn cứ", "en": "Source"}
    title, source = rule.title.text(language), f"{sources[language]}: {rule.source}"
    return {
        "id": rule.name,
        "name": "".join(word.capitalize() for word in rule.name.split("_")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": f"{title}. {source}."},
        "help": _help(rule.title, rule.help),
        "defaultConfiguration": {"level": _level(rule.severity)},
        "properties": {"tags": [topic, rule.relation]},
    }


def _stale_rule(language: Language) -> dict[str, Any]:
    return {
        "id": _STALE,
        "name": "StaleWaiver",
        "shortDescription": {"text": _STALE_TITLE.text(language)},
        "fullDescription": {"text": _STALE_HELP.text(language)},
        "help": _help(_STALE_TITLE, _STALE_HELP),
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["waivers"]},
    }


def _help(title: Label, told: Label) -> dict[str, str]:
    """Both languages, because a viewer shows one text to everybody."""
    return {
        "text": f"{title.vi}. {told.vi}\n\n{title.en}. {told.en}",
        "markdown": f"**{title.vi}.** {told.vi}\n\n**{title.en}.** {told.en}",
    }


def _level(severity: Severity) -> str:
    return "note" if severity is Severity.NOTICE else "error"


def _result(
    finding: Finding, order: dict[str, int], run: Run, language: Language
) -> dict[str, Any]:
    evaluation = finding.evaluation
    figure = pointed_at(finding)
    found = status(finding)
    is_open = found is Status.UNDECIDED
    said = finding.message
    result: dict[str, Any] = {
        "ruleId": evaluation.rule.name,
        "ruleIndex": order[evaluation.rule.name],
        "kind": "open" if is_open else "fail",
        "level": "none" if is_open else _level(finding.severity),
        "message": {"text": said.text(language)},
        "locations": [_location(run, figure, language)],
        "partialFingerprints": {_FINGERPRINT: finding.id},
    }
    others = [one for one in prints(evaluation) if one.figure_id != figure.figure_id]
    if others:
        result["relatedLocations"] = [
            _location(run, one, language) | {"id": number} for number, one in enumerate(others, 1)
        ]
    if finding.waiver is not None:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": finding.waiver.reason}
        ]
    result["properties"] = {
        "message": {"vi": said.vi, "en": said.en},
        "status": found.value,
    }
    return result


def _location(run: Run, figure: Printed, language: Language) -> dict[str, Any]:
    what = {"vi": "in ở", "en": "printed in"}[language]
    return {
        "physicalLocation": _physical(run.path(figure), figure.line),
        "message": {"text": f"{figure.printed}, {what} {figure.report_id} {figure.place}".rstrip()},
    }


def _physical(path: str, line: int) -> dict[str, Any]:
    """A line of a file under the folder that htx was called in, or of one elsewhere."""
    artifact = {"uri": quote(path), "uriBaseId": _ROOT}
    if PurePosixPath(path).is_absolute():
        artifact = {"uri": f"file://{quote(path)}"}
    return {"artifactLocation": artifact, "region": {"startLine": line}}


def _stale(stale: Stale, index: int, run: Run, language: Language) -> dict[str, Any]:
    waiver = stale.waiver
    about = f"{waiver.finding} ({waiver.rule})"
    said = Label(vi=f"{about}: {_STALE_HELP.vi}", en=f"{about}: {_STALE_HELP.en}")
    return {
        "ruleId": _STALE,
        "ruleIndex": index,
        "kind": "fail",
        "level": "error",
        "message": {"text": said.text(language)},
        "locations": [{"physicalLocation": _physical(run.waivers, stale.line)}],
        "partialFingerprints": {_FINGERPRINT: waiver.finding},
        "properties": {"message": {"vi": said.vi, "en": said.en}, "status": "stale"},
    }


def _invocation(run: Run, order: dict[str, int], language: Language) -> dict[str, Any]:
    broken = [finding for finding in run.findings if status(finding) is Status.BROKEN]
    invocation: dict[str, Any] = {"executionSuccessful": not broken}
    if broken:
        invocation["toolExecutionNotifications"] = [
            {
                "level": "error",
                "message": {"text": equation(finding.evaluation, language)},
                "associatedRule": {
                    "id": finding.evaluation.rule.name,
                    "index": order[finding.evaluation.rule.name],
                },
            }
            for finding in broken
        ]
    return invocation
