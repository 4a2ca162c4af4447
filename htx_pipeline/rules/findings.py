"""Evaluations that did not pass, with a stable name, and what has been decided about them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel

from htx_pipeline.errors import InputError, Problem
from htx_pipeline.figures.files import RawFile
from htx_pipeline.figures.reports import NoneIsEmpty
from htx_pipeline.figures.yaml_files import place_in_yaml, read_yaml
from htx_pipeline.model import Label, Outcome, Severity
from htx_pipeline.rules import messages
from htx_pipeline.rules.documents import CitationEvaluation
from htx_pipeline.rules.evaluation import Evaluation
from htx_pipeline.rules.evidence import Evidence, Prints, evidence, strength
from htx_pipeline.rules.localisation import Puzzle, Suspect, localise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from htx_pipeline.figures.operands import Operand
    from htx_pipeline.rules.evaluate import AnyEvaluation


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
class Accused:
    """A suspect of one finding, with what speaks for it."""

    suspect: Suspect
    evidence: tuple[Evidence, ...]

    @property
    def figure(self) -> Operand:
        """The figure that is suspected."""
        return self.suspect.figure


@dataclass(frozen=True, slots=True)
class Finding:
    """An evaluation that did not pass.

    ``id`` is a fingerprint of the rule, its figures, their prints and readings, and what is
    missing: it stays as long as these do, whatever else changes. ``explanations`` are the smallest
    ones, as far as they are figures of the evaluation, the likeliest first; ``puzzle`` holds all
    contradictions that were explained together.
    """

    id: str
    evaluation: AnyEvaluation
    waiver: Waiver | None = None
    explanations: tuple[tuple[Accused, ...], ...] = ()
    puzzle: Puzzle | None = None

    @property
    def suspects(self) -> tuple[Accused, ...]:
        """Every figure of an explanation, the likeliest first."""
        found = {a.figure.figure_id: a for one in self.explanations for a in one}
        return tuple(
            sorted(
                found.values(),
                key=lambda a: (strength(a.evidence), a.figure.report_id, a.figure.start),
            )
        )

    @property
    def convicted(self) -> tuple[Accused, ...]:
        """The figures that are probably wrong: the only explanation, or the only one of which the
        prints themselves give evidence; none if it cannot be told."""
        if len(self.explanations) == 1:
            return self.explanations[0]
        telling = [one for one in self.explanations if all(a.evidence for a in one)]
        return telling[0] if len(telling) == 1 else ()

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
        """What does not add up and what is probably wrong, in both languages."""
        said = messages.message(self.evaluation)
        told = messages.verdict(self)
        if not told.vi:
            return said
        return Label(vi=f"{said.vi}. {told.vi}", en=f"{said.en}. {told.en}")


@dataclass(frozen=True, slots=True)
class Ledger:
    """All findings of a run, and the waivers that no longer match one."""

    findings: tuple[Finding, ...]
    stale: tuple[Waiver, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.stale and not any(finding.is_open for finding in self.findings)


def finding_id(evaluation: AnyEvaluation) -> str:
    """The fingerprint of an evaluation: ``f`` and twelve hexadecimal digits.

    It holds the rule, and of each figure the print and the whole reading, so that a decision on a
    finding does not outlive a change of either.
    """
    if isinstance(evaluation, CitationEvaluation):
        evidence: list[object] = [
            evaluation.rule.name,
            evaluation.pinned,
        ]
    else:
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
            sorted(
                sorted(m.cell.items())
                for m in evaluation.members
                if m.operand is None or m.is_implied
            ),
        ]
    return "f" + hashlib.sha256(json.dumps(evidence).encode()).hexdigest()[:12]


def find(
    evaluations: Iterable[AnyEvaluation],
    waivers: Sequence[Waiver] = (),
    *,
    puzzles: Sequence[Puzzle] | None = None,
    beside: Callable[[Sequence[Operand]], Iterable[Operand]] | None = None,
) -> Ledger:
    """What did not pass, each with the waiver that covers it and its suspects.

    ``puzzles`` are the contradictions explained, where that has been done already. A waiver covers
    a contradiction only if finding, rule and prints are those that it names. What speaks for a
    suspect is looked for among the figures of all evaluations, or among those that ``beside`` gives
    for all suspects.
    """
    listed = list(evaluations)
    of_figures = [e for e in listed if isinstance(e, Evaluation)]
    found = localise(of_figures) if puzzles is None else puzzles
    if beside is None:
        figures = list({o.figure_id: o for e in of_figures for o in e.operands}.values())
    else:
        suspects = {s.figure.figure_id: s.figure for p in found for e in p.explanations for s in e}
        figures = list(beside(list(suspects.values())))
    prints = Prints(figures)
    explained = _Explained([_Told.of(one, prints) for one in found])
    by_id = {waiver.finding: waiver for waiver in waivers}
    used: set[str] = set()
    findings = []
    for evaluation in listed:
        if evaluation.outcome is Outcome.PASS:
            continue
        name = finding_id(evaluation)
        waiver = by_id.get(name)
        is_wrong = evaluation.outcome is Outcome.FAIL
        if waiver is not None and is_wrong and _covers(waiver, evaluation):
            used.add(waiver.finding)
        else:
            waiver = None
        explanations, puzzle = explained.of(evaluation) if is_wrong else ((), None)
        findings.append(Finding(name, evaluation, waiver, explanations, puzzle))
    stale = tuple(waiver for waiver in waivers if waiver.finding not in used)
    return Ledger(tuple(findings), stale)


@dataclass(frozen=True, slots=True)
class _Told:
    """A puzzle, with what speaks for each suspect of each explanation."""

    puzzle: Puzzle
    accused: tuple[tuple[Accused, ...], ...]

    @classmethod
    def of(cls, puzzle: Puzzle, prints: Prints) -> _Told:
        return cls(
            puzzle,
            tuple(
                tuple(Accused(one, evidence(one, prints)) for one in explanation)
                for explanation in puzzle.explanations
            ),
        )


class _Explained:
    """Puzzles by the figures of which they speak."""

    def __init__(self, puzzles: Iterable[_Told]) -> None:
        self._by_figure: dict[str, list[tuple[int, _Told]]] = defaultdict(list)
        for number, told in enumerate(puzzles):
            for figure_id in told.puzzle.figure_ids:
                self._by_figure[figure_id].append((number, told))

    def of(
        self, evaluation: AnyEvaluation
    ) -> tuple[tuple[tuple[Accused, ...], ...], Puzzle | None]:
        """The smallest explanations of the contradictions that an evaluation takes part in."""
        if evaluation.rule.severity is Severity.NOTICE:
            return (), None
        own = {figure.figure_id for figure in evaluation.operands}
        touched = dict(one for figure_id in own for one in self._by_figure.get(figure_id, ()))
        for _, told in sorted(touched.items(), key=lambda one: one[0]):
            found: dict[tuple[str, ...], tuple[Accused, ...]] = {}
            for explanation in sorted(told.accused, key=_plausibility):
                mine = tuple(a for a in explanation if a.figure.figure_id in own)
                if mine:
                    found.setdefault(tuple(a.figure.figure_id for a in mine), mine)
            if found or not told.accused:
                return tuple(found.values()), told.puzzle
        return (), None


def _plausibility(explanation: Sequence[Accused]) -> list[tuple[int, ...]]:
    return sorted(strength(accused.evidence) for accused in explanation)


def _covers(waiver: Waiver, evaluation: AnyEvaluation) -> bool:
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
