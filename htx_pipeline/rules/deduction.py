"""What is printed nowhere but follows: implied values with exact intervals.

A relation with one unknown leaves an interval for it: the plan behind an attainment, last year's
value behind a change, the total behind a share. What follows from one report is not mixed with what
follows from another. Derivations of one quantity that exclude each other are a contradiction.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING

from htx_pipeline.figures.operands import DIMENSIONS, Operand
from htx_pipeline.model import Outcome, Severity
from htx_pipeline.rules.evaluation import Evaluation, Member, confront, solved
from htx_pipeline.rules.model import Equation, Form, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from htx_pipeline.model import Interval
    from htx_pipeline.rules.model import Rule

_ROUNDS = 3
"""How many relations a derivation may pass through; longer chains tell little."""

Key = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Derivation:
    """One way in which a quantity follows: the relation, and the figures that it rests on."""

    evaluation: Evaluation
    interval: Interval
    sources: tuple[Operand, ...]
    through: frozenset[int]
    """The relations passed through, so that no value is derived from itself."""


@dataclass(frozen=True, slots=True)
class Implied:
    """A quantity that ``report_id`` does not print, and everything that it follows from."""

    report_id: str
    member: Member
    derivations: tuple[Derivation, ...]
    interval: Interval | None
    """What all derivations allow together; ``None`` if they exclude each other."""

    @property
    def id(self) -> str:
        """A fingerprint of the report and of what is meant: ``i`` and twelve hexadecimal digits."""
        meant = [self.report_id, sorted(self.member.cell.items())]
        return "i" + hashlib.sha256(json.dumps(meant).encode()).hexdigest()[:12]

    @property
    def sources(self) -> tuple[Operand, ...]:
        """The printed figures that it rests on, in the order of the text."""
        found = {o.figure_id: o for d in self.derivations for o in d.sources}
        return tuple(sorted(found.values(), key=lambda o: (o.report_id, o.start)))

    def as_operand(self, derivation: Derivation | None = None) -> Operand:
        """It as a figure that is not printed; by one of its derivations, or by all."""
        sources = derivation.sources if derivation else self.sources
        interval = derivation.interval if derivation else self.interval
        if interval is None:
            raise ValueError("derivations that exclude each other imply nothing")
        qualifier, value = _as_said(interval)
        return replace(
            sources[0],
            figure_id=f"{self.report_id}:implied",
            upper=None,
            scale=Fraction(1),
            printed="",
            printed_unit="",
            role=self._role(sources),
            qualifier=qualifier,
            obs_status="I",
            decimals=max(0, -int(value.as_tuple().exponent)),
            value=value,
            interval=interval,
            cell=MappingProxyType(dict(self.member.cell)),
            implied_by=tuple(sources),
        )

    def _role(self, sources: Sequence[Operand]) -> str:
        if self.member.cell["side"] != "observed":
            return self.member.cell["side"]
        return "actual" if all(source.role == "actual" for source in sources) else "estimate"


def deduce(evaluations: Sequence[Evaluation]) -> list[Implied]:
    """Everything that follows from relations that lack one operand, in the order of the text."""
    lacking = [
        (number, e)
        for number, e in enumerate(evaluations)
        if e.outcome is Outcome.UNVERIFIABLE
        and e.missing
        and e.rule.severity is not Severity.NOTICE
    ]
    found: dict[Key, list[Derivation]] = defaultdict(list)
    members: dict[Key, Member] = {}
    for _ in range(_ROUNDS):
        known = {key: implied(key, members[key], ways) for key, ways in found.items()}
        before = sum(map(len, found.values()))
        for number, e in lacking:
            for missing in e.missing:
                key = _key(e, missing)
                if any(number in way.through for way in found.get(key, ())):
                    continue
                way = _derived(number, e, missing, known)
                if way is not None:
                    found[key].append(way)
                    members.setdefault(key, missing)
        if sum(map(len, found.values())) == before:
            break
    everything = [implied(key, members[key], ways) for key, ways in found.items()]
    return sorted(
        everything,
        key=lambda i: (i.report_id, i.sources[0].start, sorted(i.member.cell.items())),
    )


def _key(evaluation: Evaluation, missing: Member) -> Key:
    report_id = evaluation.operands[0].report_id
    return report_id, tuple((name, missing.cell[name]) for name in DIMENSIONS)


def implied(key: Key, member: Member, ways: Iterable[Derivation]) -> Implied:
    """A quantity by all the ways in which it follows."""
    derivations = tuple(ways)
    interval: Interval | None = derivations[0].interval
    for way in derivations[1:]:
        interval = interval and interval.meet(way.interval)
    return Implied(key[0], member, derivations, interval)


def _derived(
    number: int, evaluation: Evaluation, missing: Member, known: dict[Key, Implied]
) -> Derivation | None:
    """``missing`` from all others, printed or themselves implied by other relations."""
    through = {number}
    filled: dict[int, Member] = {}
    for member in evaluation.members:
        if member is missing:
            continue
        if member.operand is None:
            other = known.get(_key(evaluation, member))
            if other is None or other.interval is None:
                return None
            through |= {n for way in other.derivations for n in way.through}
            filled[id(member)] = replace(member, operand=other.as_operand())
        elif not member.is_told:
            return None
    if len(through) > 1 and number in through - {number}:
        return None
    completed = replace(
        evaluation,
        whole=evaluation.whole
        if isinstance(evaluation.whole, Fraction)
        else filled.get(id(evaluation.whole), evaluation.whole),
        parts=tuple(filled.get(id(part), part) for part in evaluation.parts),
    )
    interval = solved(completed, missing)
    if interval is not None and missing.is_count:
        interval = interval.whole_numbers()
    if interval is None:
        return None
    return Derivation(evaluation, interval, completed.operands, frozenset(through))


def agreements(rule: Rule, found: Iterable[Implied]) -> list[Evaluation]:
    """Each quantity that several relations imply: do they imply the same?"""
    told = []
    for one in found:
        if len(one.derivations) < 2:  # noqa: PLR2004 (one way alone contradicts nothing)
            continue
        ways = sorted(one.derivations, key=_width)
        operands = [one.as_operand(way) for way in ways]
        pair = next(
            (
                (a, b)
                for a, b in combinations(operands, 2)
                if a.interval and b.interval and not a.interval.intersects(b.interval)
            ),
            None,
        )
        ordered = operands if pair is None else [pair[0], pair[1], *operands]
        ordered = list({id(operand): operand for operand in ordered}.values())
        members = [Member(1, one.member.cell, operand) for operand in ordered]
        equation = Equation(
            whole=Term(1, {}), parts=tuple(Term(1, {}) for _ in members[1:]), form=Form.SAME
        )
        told.append(confront(rule, equation, members[0], tuple(members[1:])))
    return told


def _width(way: Derivation) -> tuple[bool, Fraction, int]:
    low, high = way.interval.low, way.interval.high
    if low is None or high is None:
        return True, Fraction(0), min(way.through)
    return False, high - low, min(way.through)


def _as_said(interval: Interval) -> tuple[str, Decimal]:
    """How a plan would say an interval: one number, at least so much, or at most so much."""
    low, high = interval.low, interval.high
    if high is None and low is not None:
        return ("at_least" if interval.low_closed else "more_than"), _decimal(low)
    if high is not None and not low and low != high:
        return ("up_to" if interval.high_closed else "less_than"), _decimal(high)
    return "exact", roundest(interval)


def roundest(interval: Interval) -> Decimal:
    """The number of an interval with the fewest digits; of these the one nearest its middle.

    Plans are round numbers: [1428.3, 1431.5] gives 1430.
    """
    low, high = interval.low, interval.high
    if low is None or high is None:
        bound = low if low is not None else high
        return _decimal(bound or Fraction(0))
    if low == high:
        return _decimal(low)
    middle = (low + high) / 2
    exponent = len(str(int(max(abs(low), abs(high))))) + 1
    while True:
        step = Fraction(10) ** exponent
        nearest = round(middle / step)
        candidates = [step * n for n in (nearest, nearest - 1, nearest + 1) if step * n in interval]
        if candidates:
            return _decimal(min(candidates, key=lambda value: (abs(value - middle), value)))
        exponent -= 1


def _decimal(value: Fraction) -> Decimal:
    number = Decimal(value.numerator) / Decimal(value.denominator)
    is_whole = number == number.to_integral_value()
    return number.quantize(Decimal(1)) if is_whole else number.normalize()
