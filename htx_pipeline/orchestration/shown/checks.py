"""What the UI says of a check: how often a rule was asked, what contradicts itself, and what to do.

The numbers are one of each kind, so that the UI plots them over the runs; the tables are small, and
everything is in table ``findings``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import dagster as dg

from htx_pipeline import codelists, rules
from htx_pipeline.figures.operands import Operand
from htx_pipeline.model import Outcome, Severity
from htx_pipeline.orchestration.shown import charts, tables
from htx_pipeline.rules import messages

_ROWS = 100
_STATES = {
    "open": "#b23a48",
    "waived": "#0b6e8a",
    "notice": "#e08e2b",
    "cannot be checked": "#8a8f98",
}
"""The states of a finding, and the colour of each."""
_CONTRADICTIONS = ("finding", "rule", "of", "equation", "probably wrong", "state", "reason")


class _Row(NamedTuple):
    """One figure of one contradiction."""

    finding: str
    of: str
    printed: str
    place: str
    line: str
    suspect: str
    evidence: str


def severity_of(severity: Severity) -> dg.AssetCheckSeverity:
    """A notice warns; everything graver is an error."""
    grave = severity in {Severity.BLOCK, Severity.ERROR}
    return dg.AssetCheckSeverity.ERROR if grave else dg.AssetCheckSeverity.WARN


def of_rule(
    rule: rules.Rule, asset: str, counts: Mapping[Outcome, int], ledger: rules.Ledger
) -> dg.AssetCheckResult:
    """A rule passes when it broke nowhere and every contradiction is waived."""
    own = [one for one in ledger.findings if one.evaluation.rule.name == rule.name]
    found = [one for one in own if one.is_contradiction]
    unwaived = [one for one in found if one.waiver is None]
    broken = [one.evaluation.broken for one in own if one.evaluation.broken]
    if broken:
        said: str | None = f"The rule itself is broken, not the data: {broken[0]}"
    elif unwaived:
        said = _said(unwaived)
    elif found:
        said = f"{len(found)} contradiction{'s' * (len(found) > 1)}, waived."
    else:
        said = None if counts else "The rule met no group of figures."
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=rule.name,
        passed=not unwaived and not broken,
        severity=severity_of(rule.severity),
        description=said,
        metadata={
            **_outcomes(counts),
            "waived": len(found) - len(unwaived),
            **contradictions(found),
            "reproduce": f"htx check --all; htx rules {rule.name}",
        },
    )


def of_report(
    asset: str, name: str, counts: Mapping[Outcome, int], ledger: rules.Ledger
) -> dict[str, Any]:
    """The arguments of a check that the figures of one report do not contradict each other."""
    found = [one for one in ledger.findings if one.is_contradiction]
    still = [one for one in found if one.is_open]
    return {
        "asset_key": dg.AssetKey(asset),
        "check_name": name,
        "passed": not still,
        "severity": dg.AssetCheckSeverity.ERROR,
        "description": _said(still) if still else None,
        "metadata": {
            **_outcomes(counts),
            "waived": sum(one.waiver is not None for one in found),
            **contradictions(found),
        },
    }


def of_waivers(asset: str, name: str, ledger: rules.Ledger) -> dg.AssetCheckResult:
    """Whether every waiver still matches a contradiction."""
    stale = ledger.stale
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=name,
        passed=not stale,
        description="; ".join(f"{one.finding} ({one.rule}) is stale" for one in stale) or None,
        metadata={
            "stale": len(stale),
            "waivers": sum(one.waiver is not None for one in ledger.findings) + len(stale),
        },
    )


def _said(found: Sequence[rules.Finding]) -> str:
    more = f" And {len(found) - 1} more, see the table." if len(found) > 1 else ""
    first = found[0].message
    return f"{first.en}.{more}\n\n{first.vi}.\n\nhtx explain {found[0].id}"


def _outcomes(counts: Mapping[Outcome, int]) -> dict[str, int]:
    return {outcome.value: counts.get(outcome, 0) for outcome in Outcome}


def contradictions(
    found: Sequence[rules.Finding], *, suspects_only: bool = False
) -> dict[str, Any]:
    """Contradictions with their state, and the figures that take part, with place and suspects.

    The figures that explain a contradiction come first; ``suspects_only`` leaves out the others.
    """
    if not found:
        return {}
    listed = [row for row in _figures(found) if row.suspect or not suspects_only]
    records = sorted(listed, key=lambda row: not row.suspect)
    left = len(records) - _ROWS
    return {
        "contradictions": tables.listed(
            _CONTRADICTIONS,
            (
                (
                    one.id,
                    one.evaluation.rule.name,
                    messages.subject(one.evaluation, "en"),
                    messages.equation(one.evaluation, "en"),
                    "; ".join(_convicted(accused) for accused in one.convicted) or "–",
                    state(one),
                    "" if one.waiver is None else one.waiver.reason,
                )
                for one in found[:_ROWS]
            ),
        ),
        "suspects" if suspects_only else "figures": tables.listed(_Row._fields, records[:_ROWS]),
        **({"figures not shown": left} if left > 0 else {}),
        "explain": f"htx explain {found[0].id}"
        + (" (likewise any other finding of the table)" if len(found) > 1 else ""),
    }


def state(finding: rules.Finding) -> str:
    """What is decided about a contradiction."""
    if finding.waiver is not None:
        return "waived"
    return "open" if finding.is_open else "notice"


def _figures(found: Iterable[rules.Finding]) -> Iterator[_Row]:
    for finding in found:
        suspects = {one.figure.figure_id: one for one in finding.suspects}
        convicted = {one.figure.figure_id for one in finding.convicted}
        for figure in finding.evaluation.operands:
            for one in getattr(figure, "sources", (figure,)):
                accused = suspects.get(one.figure_id)
                yield _Row(
                    finding.id,
                    _quantity(one.cell) if isinstance(one, Operand) else one.document,
                    one.printed,
                    f"{one.report_id} {one.place}",
                    f"{one.file}:{one.line}",
                    "" if accused is None else _need(accused, convicted=one.figure_id in convicted),
                    "" if accused is None else _evidence(accused),
                )


def _quantity(cell: Mapping[str, str]) -> str:
    """What a figure is a figure of: indicator, organization, sector, status, period."""
    named = [
        codelists.label(name, cell[name]).en
        for name in ("indicator", "organization", "sector", "status")
        if cell.get(name, "_T") not in {"_T", "_Z", ""}
    ]
    return ", ".join([*named, cell["period"]])


def _convicted(accused: rules.Accused) -> str:
    """A figure that is probably wrong: its print, what it is, where it stands, what it needs."""
    figure = accused.figure
    where = f"{figure.report_id} {figure.place}"
    return f"{figure.printed} ({_quantity(figure.cell)}; {where}): {_need(accused, convicted=True)}"


def _need(accused: rules.Accused, *, convicted: bool) -> str:
    need = accused.suspect.need_as_printed
    word = "probably wrong" if convicted else "suspected"
    if need.low is None and need.high is None:
        return word
    return f"{word}: would need {messages.span(need, 'en')}"


def _evidence(accused: rules.Accused) -> str:
    return ", ".join(messages.evidence(one, "en") for one in accused.evidence)


def by_rule(ledger: rules.Ledger) -> dict[str, Any]:
    """Findings by rule, as a picture; and all contradictions of severity error."""
    counts: dict[str, list[int]] = {}
    for finding in ledger.findings:
        count = counts.setdefault(finding.evaluation.rule.name, [0, 0, 0, 0])
        if not finding.is_contradiction:
            count[3] += 1
        elif finding.waiver is not None:
            count[1] += 1
        else:
            count[0 if finding.is_open else 2] += 1
    rows = dict(sorted(counts.items(), key=lambda one: (-sum(one[1][:3]), -one[1][3], one[0])))
    grave = [
        one
        for one in ledger.findings
        if one.is_contradiction and severity_of(one.severity) is dg.AssetCheckSeverity.ERROR
    ]
    return {
        "findings by rule": charts.stacked("Findings by rule", _STATES, rows),
        **contradictions(grave, suspects_only=True),
    }
