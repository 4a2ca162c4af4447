"""What a screening asks of a table: few passes over it, each with many equations.

Made from the catalogue and the *kinds* of figures that there are (every combination of codes, a few
hundred of them in a table of any size). An equation that no kinds can fill is not asked; what all
figures of a pass have in common is neither compared nor grouped by; equations that share their
groups, or that vary over sectors and over statuses of the same groups, are one pass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product
from operator import and_, or_
from typing import TYPE_CHECKING

from htx_pipeline.figures.operands import DIMENSIONS
from htx_pipeline.rules.model import At, Compare, Form, Repeated, Rule
from htx_pipeline.rules.screening.kinds import CODES, KIND, NAMED, SOFT, Conditions, Kinds

if TYPE_CHECKING:
    from htx_pipeline.rules.model import Equation, Term

_PIVOTED = frozenset({"sector", "status"})
_MIN_CELLS = 2
_Pair = tuple[Rule, "Equation"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A term of an equation: which figures can be it.

    ``when`` tells them from the other figures of the pass, or of ``cells`` (places in those of the
    pass) where it has cells; ``lag`` is how many years before the group's year they are and
    ``base_lag`` how many before their own year the year they are compared with; ``rule`` may ask
    for a time in which a law is in force.
    """

    term: Term
    rule: Rule
    when: Conditions
    lag: int
    base_lag: int | None
    cells: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """The same for slots that the same figures can be."""
        return self.when, self.cells, self.lag, self.base_lag, self.rule.since, self.rule.until


@dataclass(frozen=True, slots=True)
class Asked:
    """An equation in a pass; ``None`` for a term that no figure can be.

    ``fixed`` says which sector or status the equation is asked of here, where it leaves that open
    and the groups of the pass do not. ``slots`` are the terms in their order. ``soft`` says whether
    figures that are known within bounds only can take part. ``follows_from`` is the place of an
    equation that has all its terms and more: where that one holds, with nothing missing, so does
    this one, and it is not asked by itself.
    """

    rule: Rule
    equation: Equation
    fixed: Mapping[str, str]
    slots: tuple[Slot | None, ...]
    soft: bool
    follows_from: int | None = None

    @property
    def own(self) -> tuple[Slot, ...]:
        """The slots that one report has to fill."""
        return tuple(s for s in self.slots if s is not None and not s.term.from_any_report)


@dataclass(frozen=True, slots=True)
class Pass:
    """Equations that are asked in one grouping of the figures.

    ``key`` names the columns of a group, ``only`` the figures that take part. ``cells`` are the
    sectors and statuses that a group is spread over, where the pass is also there to find figures
    that are printed twice; then, and where a term may stand in any report, groups have figures of
    several reports.
    """

    key: tuple[str, ...]
    only: Conditions
    asked: tuple[Asked, ...]
    cells: tuple[tuple[str, str], ...] = ()

    @property
    def by_year(self) -> bool:
        """Whether its groups are those of a year, and not of a period."""
        return "group_year" in self.key


def plan(rules: Sequence[Rule], kinds: Kinds) -> list[Pass]:
    """The passes over a table with figures of these kinds."""
    together: list[_Pair] = []
    others: dict[tuple[frozenset[str], bool], list[_Pair]] = defaultdict(list)
    for rule in rules:
        if isinstance(rule.equations, tuple) and kinds.applying(rule):
            for equation in rule.equations:
                varied = _varied(equation)
                if equation.parts and varied <= _PIVOTED:
                    together.append((rule, equation))
                elif equation.parts:
                    others[varied, _looks_elsewhere(equation)].append((rule, equation))
    everything = any(isinstance(rule.equations, Repeated) for rule in rules) or any(alone(rules))
    passes = []
    if together or everything:
        passes.append(_pass(_PIVOTED, together, kinds, everything=everything))
    passes += [_pass(varied, pairs, kinds) for (varied, _), pairs in others.items()]
    return [one for one in passes if one.asked or one.cells]


def alone(rules: Sequence[Rule]) -> Iterator[tuple[Rule, Equation]]:
    """The equations that are asked of one figure at a time."""
    for rule in rules:
        for equation in rule.equations if isinstance(rule.equations, tuple) else ():
            if not equation.parts:
                yield rule, equation


def forms(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The forms of periods that the rules know."""
    return tuple(
        dict.fromkeys(
            wanted.form
            for rule in rules
            if isinstance(rule.equations, tuple)
            for equation in rule.equations
            for term in equation.terms
            for wanted in term.fixes.values()
            if isinstance(wanted, At)
        )
    )


def can_be_asked(equation: Equation, present: Sequence[bool]) -> bool:
    """Whether there is something to ask where these terms are there; see ``grouping``."""
    whole = present[0] if len(present) > len(equation.parts) else True
    if equation.needs_whole and not whole:
        return False
    parts = filled(equation, present)
    return parts > 0 and parts + whole >= _MIN_CELLS


def filled(equation: Equation, present: Sequence[bool]) -> int:
    """How many parts are there that count as printed: not those that any report may print, unless
    there is a whole to compare with."""
    parts = zip(equation.parts, present[len(present) - len(equation.parts) :], strict=True)
    anywhere = equation.needs_whole
    return sum(there and (anywhere or not part.from_any_report) for part, there in parts)


def _looks_elsewhere(equation: Equation) -> bool:
    return any(term.from_any_report for term in equation.terms)


def _varied(equation: Equation) -> frozenset[str]:
    return frozenset(n for term in equation.terms if not term.from_any_report for n in term.fixes)


def _pass(
    varied: frozenset[str],
    pairs: Sequence[_Pair],
    kinds: Kinds,
    *,
    everything: bool = False,
) -> Pass:
    """One pass for equations that vary in some or all of ``varied``."""
    shared = [name for name in DIMENSIONS if name not in varied]
    found: list[tuple[Rule, Equation, Mapping[str, str], tuple[int, ...]]] = []
    for rule, equation in pairs:
        left_open = sorted(varied - _varied(equation))
        for fixed in product(*(kinds.values(name) for name in left_open)):
            instance = dict(zip(left_open, fixed, strict=True))
            taking_part = _taking_part(rule, equation, instance, shared, kinds)
            if any(taking_part):
                found.append((rule, equation, instance, taking_part))
    only: Conditions = ()
    if not everything:
        only = kinds.conditions(reduce(or_, (of for *_, each in found for of in each), 0))
    around = kinds.allowed(only)
    cells = _cells(kinds) if everything else {}
    asked = tuple(_asked(*one, around, kinds, cells) for one in found)
    key = _key(shared, around, kinds)
    if "period" in varied:
        key += ("group_year",)
    if not everything and not any(_looks_elsewhere(equation) for _, equation in pairs):
        key += ("report_id",)
    asked = tuple(replace(one, follows_from=_stronger(one, asked)) for one in asked)
    return Pass(key, only, asked, tuple(cells))


def _taking_part(
    rule: Rule,
    equation: Equation,
    instance: Mapping[str, str],
    shared: Sequence[str],
    kinds: Kinds,
) -> tuple[int, ...]:
    """The kinds of each term, as far as there is something to ask of them."""
    there = reduce(
        and_, (kinds.having(name, [code]) for name, code in instance.items()), kinds.applying(rule)
    )
    terms = [there & kinds.fitting(term) for term in equation.terms]
    if not can_be_asked(equation, [bool(of) for of in terms]):
        return tuple(0 for _ in terms)
    codes = [name for name in shared if name in CODES]
    alike: dict[tuple[str, ...], int] = {}
    for kind in kinds.among(reduce(or_, terms)):
        key = tuple(kind[name] for name in codes)
        if key not in alike:
            alike[key] = reduce(
                and_, (kinds.having(*one) for one in zip(codes, zip(key), strict=True))
            )
    usable = 0
    for those in alike.values():
        if can_be_asked(equation, [bool(of & those) for of in terms]):
            usable |= those
    return tuple(of & usable for of in terms)


def _asked(  # noqa: PLR0917 (the first four are one)
    rule: Rule,
    equation: Equation,
    fixed: Mapping[str, str],
    of: Sequence[int],
    around: int,
    kinds: Kinds,
    cells: Mapping[tuple[str, str], int],
) -> Asked:
    slots: list[Slot | None] = []
    for term, those in zip(equation.terms, of, strict=True):
        at = {name: wanted for name, wanted in term.fixes.items() if isinstance(wanted, At)}
        period, base = at.get("period"), at.get("base_period")
        base_lag = None if base is None or period is None else base.lag - period.lag
        if not those:
            slots.append(None)
            continue
        lag = 0 if period is None else period.lag
        own = sorted({cells[k["sector"], k["status"]] for k in kinds.among(those)}) if cells else []
        beside = [_in_cell(kinds, *cell) for cell, place in cells.items() if place in own]
        when = kinds.conditions(those, around & reduce(or_, beside) if own else around)
        slots.append(Slot(term, rule, when, lag, base_lag, tuple(own)))
    soft = bool(reduce(or_, of) & kinds.having(SOFT, ["yes"]))
    return Asked(rule, equation, fixed, tuple(slots), soft)


def _stronger(weak: Asked, among: Sequence[Asked]) -> int | None:
    """Where a sum stands that has all terms of ``weak`` and those that it lacks, too."""
    if None not in weak.slots or not _is_plain_sum(weak.equation):
        return None
    terms = {slot.key for slot in weak.slots[_first_part(weak) :] if slot is not None}
    for place, strong in enumerate(among):
        if (
            strong.rule is weak.rule
            and strong.fixed == weak.fixed
            and None not in strong.slots
            and _is_plain_sum(strong.equation)
            and strong.equation.whole == weak.equation.whole
            and terms <= {slot.key for slot in strong.slots[_first_part(strong) :] if slot}
        ):
            return place
    return None


def _is_plain_sum(equation: Equation) -> bool:
    """Whether an equation says that parts add up to a whole, and nothing else."""
    return (
        equation.form is Form.SUM
        and equation.compare is Compare.EQUAL
        and equation.band is None
        and equation.plus is None
        and all(part.factor > 0 for part in equation.parts)
    )


def _first_part(asked: Asked) -> int:
    return len(asked.slots) - len(asked.equation.parts)


def _cells(kinds: Kinds) -> dict[tuple[str, str], int]:
    """Every sector with every status, and which it is."""
    return {
        cell: place
        for place, cell in enumerate(product(kinds.values("sector"), kinds.values("status")))
    }


def _in_cell(kinds: Kinds, sector: str, status: str) -> int:
    return kinds.having("sector", [sector]) & kinds.having("status", [status])


def _key(shared: Sequence[str], around: int, kinds: Kinds) -> tuple[str, ...]:
    """The dimensions that tell groups apart: not those that are the same in all figures of the
    pass, nor codes that follow from others."""
    key = [name for name in shared if _differs(name, around, kinds)]
    for name in [name for name in reversed(key) if name in CODES]:
        rest = [other for other in key if other in CODES and other != name]
        there = {tuple(kind[n] for n in (*rest, name)) for kind in kinds.among(around)}
        if len({told[:-1] for told in there}) == len(there):
            key.remove(name)
    return tuple(key)


def _differs(name: str, those: int, kinds: Kinds) -> bool:
    """Whether figures of these kinds can differ in a dimension."""
    column = {"entity": NAMED, "base_period": "base_form"}.get(name, name)
    if column in CODES:
        return len(kinds.values(column, those)) > 1
    if column in KIND:
        return kinds.values(column, those) != [""]
    return True
