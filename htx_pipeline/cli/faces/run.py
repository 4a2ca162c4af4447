"""What one ``htx check`` tells, whatever the format: the model of all faces."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from htx_pipeline.model import Outcome, Severity
from htx_pipeline.rules.messages import denominators

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from htx_pipeline.cli.changed import Changed
    from htx_pipeline.figures.operands import Operand
    from htx_pipeline.rules import AnyEvaluation, Citation, Finding, Ledger, Rule, Waiver

    Printed = Operand | Citation


class Status(StrEnum):
    """What is to be done about a finding; in the order in which a person wants to read them."""

    BROKEN = "broken"
    """The rule itself failed: our fault."""
    OPEN = "open"
    """A contradiction that stands in the way of a merge."""
    NOTICE = "notice"
    """A contradiction that is worth a look."""
    WAIVED = "waived"
    """A contradiction that has been reviewed and stays as printed."""
    UNDECIDED = "undecided"
    """Something is missing: neither a pass nor a contradiction."""


def status(finding: Finding) -> Status:
    """The status of a finding."""
    if finding.evaluation.outcome is Outcome.ERROR:
        return Status.BROKEN
    if finding.evaluation.outcome is Outcome.UNVERIFIABLE:
        return Status.UNDECIDED
    if finding.waiver is not None:
        return Status.WAIVED
    return Status.NOTICE if finding.severity is Severity.NOTICE else Status.OPEN


@dataclass(frozen=True, slots=True)
class Stale:
    """A waiver that matches no contradiction any more, and its line in ``waivers.yml``."""

    waiver: Waiver
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One confrontation, as far as it is reported.

    ``evaluations`` are all that are counted, in the order of the rules and of the text;
    ``findings`` those of them that did not pass, in the order of ``Status``. ``raw`` is the raw
    folder as a person at this prompt would write it, with ``/`` between its parts. Where only
    ``changed`` figures are asked about, evaluations in which none of them takes part are left out.
    """

    raw: str
    rules: tuple[Rule, ...]
    topics: Mapping[str, str]
    """The topic of each rule, by its name."""
    reports: tuple[str, ...]
    evaluations: tuple[AnyEvaluation, ...]
    findings: tuple[Finding, ...]
    stale: tuple[Stale, ...]
    everything: bool = False
    """Whether what cannot be decided is listed, too."""
    changed: Changed | None = None
    data_option: str = ""
    """What a suggested command needs to find the same data: ``--data …``, if it was given."""

    @property
    def denominators(self) -> dict[str, dict[Outcome, int]]:
        """By rule name, how many groups came out how; a rule that met none is not in it."""
        return denominators(self.evaluations)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings have which status; ``contradictions`` are open, waived or notices."""
        found = dict.fromkeys(Status, 0)
        for finding in self.findings:
            found[status(finding)] += 1
        return {
            "contradictions": found[Status.OPEN] + found[Status.WAIVED] + found[Status.NOTICE],
            "open": found[Status.OPEN],
            "waived": found[Status.WAIVED],
            "notices": found[Status.NOTICE],
            "stale": len(self.stale),
            "undecided": found[Status.UNDECIDED],
            "broken": found[Status.BROKEN],
        }

    @property
    def is_broken(self) -> bool:
        """Whether a rule itself failed."""
        return any(evaluation.outcome is Outcome.ERROR for evaluation in self.evaluations)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.stale and not any(finding.is_open for finding in self.findings)

    def path(self, figure: Printed) -> str:
        """The raw file that holds a figure."""
        return f"{self.raw}/{figure.report_id}/{figure.file}"

    @property
    def waivers(self) -> str:
        """The file of the waivers."""
        return f"{self.raw}/waivers.yml"


def run_of(
    evaluations: Sequence[AnyEvaluation],
    ledger: Ledger,
    *,
    raw: Path,
    shown: str,
    reports: Sequence[str],
    topics: Mapping[str, Sequence[Rule]],
    everything: bool = False,
    changed: Changed | None = None,
    data_option: str = "",
) -> Run:
    """What is told of a confrontation of the figures in ``raw``, which ``shown`` calls.

    A broken rule is always told, and so is a stale waiver, whatever has changed.
    """
    findings = ledger.findings
    if changed is not None:
        findings = tuple(
            f
            for f in findings
            if f.evaluation.outcome is Outcome.ERROR
            or f.id in changed.findings
            or changed.takes_part_in(f.evaluation)
        )
        told = {id(finding.evaluation) for finding in findings}
        evaluations = [e for e in evaluations if id(e) in told or changed.takes_part_in(e)]
    order = list(Status)
    return Run(
        raw=shown,
        rules=tuple(rule for rules in topics.values() for rule in rules),
        topics={rule.name: topic for topic, rules in topics.items() for rule in rules},
        reports=tuple(reports),
        evaluations=tuple(evaluations),
        findings=tuple(sorted(findings, key=lambda finding: order.index(status(finding)))),
        stale=_placed(ledger.stale, raw / "waivers.yml"),
        everything=everything,
        changed=changed,
        data_option=data_option,
    )


def _placed(stale: Sequence[Waiver], path: Path) -> tuple[Stale, ...]:
    """Stale waivers with the lines that name their findings; a finding is named once."""
    if not stale:
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(
        Stale(waiver, next((n for n, line in enumerate(lines, 1) if waiver.finding in line), 1))
        for waiver in stale
    )


def pointed_at(finding: Finding) -> Printed:
    """The figure that an annotation stands at: the one that is probably wrong, else the stated."""
    if finding.convicted:
        return finding.convicted[0].figure
    return finding.evaluation.operands[0]


def prints(evaluation: AnyEvaluation) -> Iterator[Printed]:
    """Every print that takes part, the stated one first; the two ends of a range are two."""
    for figure in evaluation.operands:
        yield figure
        upper = getattr(figure, "upper", None)
        if upper is not None:
            yield upper
