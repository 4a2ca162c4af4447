"""The whole confrontation: every rule on every group, then on what follows from the figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from htx_pipeline.figures.operands import join_ranges, operands
from htx_pipeline.model import Label, Outcome
from htx_pipeline.rules import deduction, documents, grouping
from htx_pipeline.rules.catalogue import RULES
from htx_pipeline.rules.evaluation import Alternative, Evaluation, right_side
from htx_pipeline.rules.model import Derived, Documents, Form, NamedBase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from htx_pipeline.rules.deduction import Implied
    from htx_pipeline.rules.model import Rule

AnyEvaluation = Evaluation | documents.CitationEvaluation


@dataclass(frozen=True, slots=True)
class Confrontation:
    """All evaluations, in the order of the rules and of the text, and what the figures imply."""

    evaluations: tuple[AnyEvaluation, ...]
    implied: tuple[Implied, ...]


def confront_all(
    figures: pd.DataFrame | Iterable[Mapping[str, Any]],
    citations: Iterable[Mapping[str, Any]] = (),
    rules: Sequence[Rule] = RULES,
) -> Confrontation:
    """Apply each rule to each of its groups.

    ``figures`` has at least the columns of the contract ``READINGS``, ``citations`` those of
    ``legal_documents``. Values that are implied take part in bounds and jumps, marked as such.
    """
    printed = [figure.in_base_unit() for figure in join_ranges(operands(figures))]
    known = grouping.Figures(printed)
    cited = documents.read(citations)
    by_rule: dict[str, list[Evaluation]] = {}
    of_citations: dict[str, list[documents.CitationEvaluation]] = {}
    for rule in rules:
        if isinstance(rule.equations, Documents):
            of_citations[rule.name] = documents.evaluations(rule, cited)
        elif isinstance(rule.equations, NamedBase):
            of_citations[rule.name] = documents.named_bases(rule, known.taking_part(rule).all)
        else:
            by_rule[rule.name] = grouping.evaluations(rule, known)
    implied = deduction.deduce([e for found in by_rule.values() for e in found])
    with_implied = grouping.Figures(
        [*printed, *(one.as_operand() for one in implied if one.interval is not None)]
    )
    for rule in rules:
        if isinstance(rule.equations, Derived):
            by_rule[rule.name] = deduction.agreements(rule, implied)
        elif rule.takes_implied:
            by_rule[rule.name] += [
                e
                for e in grouping.evaluations(rule, with_implied)
                if any(member.is_implied for member in e.members)
            ]
    sums = complete_sums(e for found in by_rule.values() for e in found)
    told: list[AnyEvaluation] = []
    for rule in rules:
        told += [with_sum(e, sums) for e in grouping.in_order(by_rule.get(rule.name, ()))]
        told += of_citations.get(rule.name, ())
    return Confrontation(tuple(told), tuple(implied))


def evaluate(
    figures: pd.DataFrame | Iterable[Mapping[str, Any]], rules: Sequence[Rule] = RULES
) -> list[AnyEvaluation]:
    """The evaluations of ``confront_all`` for figures alone."""
    return list(confront_all(figures, rules=rules).evaluations)


def complete_sums(found: Iterable[Evaluation]) -> dict[Any, Evaluation]:
    """The complete sums, by the report and the cell that they are the sum of."""
    return {
        (e.operands[0].report_id, *sorted(e.whole.cell.items())): e
        for e in found
        if e.equation.form is Form.SUM
        and e.rule.relation == "linear"
        and not isinstance(e.whole, Fraction)
        and all(part.is_told for part in e.parts)
    }


def with_sum(e: Evaluation, sums: Mapping[Any, Evaluation]) -> Evaluation:
    """A share that its whole does not give may be one of the sum of the parts."""
    if e.outcome is not Outcome.FAIL or e.needed is not None:
        return e
    if e.equation.form is not Form.PERCENT:
        return e
    part, whole = e.parts
    total = sums.get((e.operands[0].report_id, *sorted(whole.cell.items())))
    if total is None or total.outcome is Outcome.PASS:
        return e
    computed = right_side(total.equation, total.parts)
    percent = part.known().over(computed).scaled(100)
    what = Label("so với tổng các phần", "of the sum of the parts")
    return replace(
        e,
        alternatives=(
            *e.alternatives,
            Alternative(what, percent, e.stated.intersects(percent)),
        ),
    )
