"""``--format json``: everything in one document, for programs.

Keys stand in the order given here; what is not known is ``null``. Numbers of the data are strings,
because they are exact: plain decimal notation with a point, or ``numerator/denominator`` where that
has no end; ``fractions.Fraction`` of Python reads both. ::

    schema       1; higher when a key changes its meaning or goes away
    version      of htx
    raw          the raw folder, as it is called from where htx ran
    changed      null, or what the run was restricted to:
                 revision, figures (ids of those that differ)
    summary      how many: contradictions = open + waived + notices; stale (waivers); undecided;
                 broken (evaluations of rules that failed themselves)
    rules        each rule: name, topic, relation, severity, title, source, help, and groups: how
                 many groups of figures came out as pass, fail, unverifiable, error
    findings     each evaluation that did not pass, with:
      id             stable as long as the prints and readings of its figures are
      rule, relation, outcome (fail, unverifiable, error), severity (block, error, notice)
      status         open, notice, waived, undecided, broken
      area_code, period
      message        what does not add up and which figure is probably wrong
      operands       the printed figures, the stated one first: figure_id, report_id, file, line,
                     place, printed, value (signed, in the base unit of its family; null for a
                     citation)
      stated         the number that is held against the others
      computed_low, computed_high    the least and the greatest that the others allow
      residual       stated less computed, as printed
      slack          how far rounding alone may account for
      suspects       figures of a smallest explanation, the likeliest first: figure_id,
                     would_need_low, would_need_high (in the printed unit), evidence (codes)
      convicted      the ids of those that are probably wrong; empty if it cannot be told
      waiver         null, or reason, decided_on, decided_by
    stale        waivers that match nothing: finding, rule, reason, file, line

Texts for people (title, help, message) are objects with ``vi`` and ``en``.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from htx_pipeline import __version__
from htx_pipeline.cli.faces.run import prints, status
from htx_pipeline.model import Outcome
from htx_pipeline.rules import Citation, Evaluation

if TYPE_CHECKING:
    from decimal import Decimal

    from htx_pipeline.cli.faces.run import Printed, Run, Stale
    from htx_pipeline.model import Language
    from htx_pipeline.rules import Accused, Finding, Rule

SCHEMA = 1


def face(run: Run, _language: Language) -> str:
    """The document, which holds both languages."""
    counts = run.denominators
    document = {
        "schema": SCHEMA,
        "version": __version__,
        "raw": run.raw,
        "changed": None
        if run.changed is None
        else {"revision": run.changed.revision, "figures": sorted(run.changed.figures)},
        "summary": run.counts,
        "rules": [_rule(rule, run, counts.get(rule.name, {})) for rule in run.rules],
        "findings": [_finding(finding, run) for finding in run.findings],
        "stale": [_stale(stale, run) for stale in run.stale],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def exact(value: Fraction | Decimal | None) -> str | None:
    """A number as a string that loses nothing."""
    if value is None:
        return None
    if not isinstance(value, Fraction):
        return f"{value:f}"
    rest, decimals = value.denominator, 0
    for prime in (2, 5):
        times = 0
        while rest % prime == 0:
            rest //= prime
            times += 1
        decimals = max(decimals, times)
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = f"{abs(value.numerator) * 10**decimals // value.denominator:0{decimals + 1}}"
    point = len(digits) - decimals
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:point]}.{digits[point:]}" if decimals else f"{sign}{digits}"


def _rule(rule: Rule, run: Run, counts: dict[Outcome, int]) -> dict[str, Any]:
    return {
        "name": rule.name,
        "topic": run.topics[rule.name],
        "relation": rule.relation,
        "severity": rule.severity.value,
        "title": rule.title.document(),
        "source": rule.source,
        "help": rule.help.document(),
        "groups": {outcome.value: counts.get(outcome, 0) for outcome in Outcome},
    }


def _finding(finding: Finding, run: Run) -> dict[str, Any]:
    evaluation = finding.evaluation
    stated = low = high = residual = slack = None
    if isinstance(evaluation, Evaluation):
        stated, low, high = _stated(evaluation), evaluation.computed.low, evaluation.computed.high
        residual, slack = evaluation.residual, evaluation.slack
    return {
        "id": finding.id,
        "rule": evaluation.rule.name,
        "relation": evaluation.rule.relation,
        "outcome": evaluation.outcome.value,
        "severity": finding.severity.value,
        "status": status(finding).value,
        "area_code": evaluation.area_code,
        "period": evaluation.period,
        "message": finding.message.document(),
        "operands": [_operand(figure, run) for figure in prints(evaluation)],
        "stated": exact(stated),
        "computed_low": exact(low),
        "computed_high": exact(high),
        "residual": exact(residual),
        "slack": exact(slack),
        "suspects": [_suspect(one) for one in finding.suspects],
        "convicted": [one.figure.figure_id for one in finding.convicted],
        "waiver": None
        if finding.waiver is None
        else {
            "reason": finding.waiver.reason,
            "decided_on": finding.waiver.decided_on.isoformat(),
            "decided_by": finding.waiver.decided_by,
        },
    }


def _stated(evaluation: Evaluation) -> Fraction | Decimal | None:
    """The stated number; null where it is not printed, or no single one."""
    whole = evaluation.whole
    if isinstance(whole, Fraction):
        return whole
    if whole.operand is None or whole.is_implied or whole.operand.upper is not None:
        return None
    return whole.operand.value


def _operand(figure: Printed, run: Run) -> dict[str, Any]:
    return {
        "figure_id": figure.figure_id,
        "report_id": figure.report_id,
        "file": run.path(figure),
        "line": figure.line,
        "place": figure.place,
        "printed": figure.printed,
        "value": None if isinstance(figure, Citation) else exact(figure.value),
    }


def _suspect(one: Accused) -> dict[str, Any]:
    need = one.suspect.need_as_printed
    return {
        "figure_id": one.figure.figure_id,
        "would_need_low": exact(need.low),
        "would_need_high": exact(need.high),
        "evidence": [found.code for found in one.evidence],
    }


def _stale(stale: Stale, run: Run) -> dict[str, Any]:
    return {
        "finding": stale.waiver.finding,
        "rule": stale.waiver.rule,
        "reason": stale.waiver.reason,
        "file": run.waivers,
        "line": stale.line,
    }
