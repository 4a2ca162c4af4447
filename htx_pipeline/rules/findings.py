"""Evaluations that did not pass, with a stable name, and what has been decided about them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel

from htx_pipeline.errors import InputError, Problem
from htx_pipeline.figures.files import RawFile
from htx_pipeline.figures.reports import NoneIsEmpty
from htx_pipeline.figures.yaml_files import place_in_yaml, read_yaml
from htx_pipeline.model import Label, Outcome, Severity
from htx_pipeline.rules.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from htx_pipeline.rules.evaluation import Evaluation


class Waiver(BaseModel):
    """A reviewed decision that one exact finding stays: an entry of ``data/raw/waivers.yml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    finding: Annotated[str, Field(pattern=re.compile("^f[0-9a-f]{12}$"))]
    rule: Annotated[str, Field(min_length=1)]
    printed: dict[str, str]
    reason: Annotated[str, Field(min_length=1)]
    decided_on: dt.date
    decided_by: Annotated[str, Field(min_length=1)]


class Waivers(RootModel[NoneIsEmpty[Waiver]]):
    """All waivers."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An evaluation that did not pass.

    ``id`` is a fingerprint of the rule, its figures, their prints and readings, and what is
    missing: it stays as long as these do, whatever else changes.
    """

    id: str
    evaluation: Evaluation
    waiver: Waiver | None = None

    @property
    def is_contradiction(self) -> bool:
        """Whether printed figures exclude each other (and not only leave something open)."""
        return self.evaluation.outcome is Outcome.FAIL

    @property
    def severity(self) -> Severity:
        """How grave it is; what cannot be decided is a notice."""
        if self.evaluation.outcome is Outcome.UNVERIFIABLE:
            return Severity.NOTICE
        return self.evaluation.rule.severity

    @property
    def is_open(self) -> bool:
        """Whether it stands in the way of a merge."""
        return (
            self.is_contradiction
            and self.waiver is None
            and self.severity in {Severity.BLOCK, Severity.ERROR}
        )

    @property
    def message(self) -> Label:
        """What does not add up, in both languages."""
        return message(self.evaluation)


@dataclass(frozen=True, slots=True)
class Ledger:
    """All findings of a run, and the waivers that no longer match one."""

    findings: tuple[Finding, ...]
    stale: tuple[Waiver, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.stale and not any(finding.is_open for finding in self.findings)


def finding_id(evaluation: Evaluation) -> str:
    """The fingerprint of an evaluation: ``f`` and twelve hexadecimal digits.

    It holds the rule, and of each figure the print and the whole reading, so that a decision on a
    finding does not outlive a change of either.
    """
    evidence = [
        evaluation.rule.name,
        sorted(
            [
                [*figure.figure_ids],
                figure.printed,
                str(figure.value),
                figure.qualifier,
                figure.role,
                sorted(figure.cell.items()),
            ]
            for figure in evaluation.operands
        ),
        sorted(sorted(m.cell.items()) for m in evaluation.members if m.operand is None),
    ]
    return "f" + hashlib.sha256(json.dumps(evidence).encode()).hexdigest()[:12]


def find(evaluations: Iterable[Evaluation], waivers: Sequence[Waiver] = ()) -> Ledger:
    """What did not pass, each with the waiver that covers it.

    A waiver covers a contradiction only if finding, rule and prints are those that it names.
    """
    by_id = {waiver.finding: waiver for waiver in waivers}
    used: set[str] = set()
    findings = []
    for evaluation in evaluations:
        if evaluation.outcome is Outcome.PASS:
            continue
        finding = Finding(finding_id(evaluation), evaluation)
        waiver = by_id.get(finding.id)
        if waiver is not None and finding.is_contradiction and _covers(waiver, evaluation):
            used.add(waiver.finding)
            finding = Finding(finding.id, evaluation, waiver)
        findings.append(finding)
    stale = tuple(waiver for waiver in waivers if waiver.finding not in used)
    return Ledger(tuple(findings), stale)


def _covers(waiver: Waiver, evaluation: Evaluation) -> bool:
    prints = {figure.figure_id: figure.printed for figure in evaluation.operands}
    return waiver.rule == evaluation.rule.name and waiver.printed == prints


def read_waivers(raw: Path) -> tuple[Waiver, ...]:
    """The waivers of ``raw/waivers.yml``; none if there is no such file.

    Raises ``InputError`` if the file cannot be read or names a finding twice.
    """
    path = raw / "waivers.yml"
    if not path.exists():
        return ()
    problems: list[Problem] = []
    file = RawFile.under(path)
    read = read_yaml(file, Waivers, problems)
    waivers = tuple(read.root) if read else ()
    seen: set[str] = set()
    for position, waiver in enumerate(waivers):
        if waiver.finding in seen:
            problems.append(
                file.problem(
                    "duplicate-waiver",
                    found=Label(
                        vi=f"miễn trừ thứ hai của {waiver.finding}",
                        en=f"a second waiver of {waiver.finding}",
                    ),
                    expected=Label(vi="mỗi phát hiện một miễn trừ", en="one for each finding"),
                    remedy=Label(vi="Hãy bỏ một trong hai.", en="Remove one of the two."),
                    **place_in_yaml(file, [position, "finding"]),
                )
            )
        seen.add(waiver.finding)
    if problems:
        raise InputError(problems)
    return waivers
