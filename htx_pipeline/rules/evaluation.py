"""Rules × figures → evaluations: each group of figures once, with one of four outcomes.

Arithmetic is exact and on intervals. A missing operand is not skipped: it stands as everything it
could still be (a count or an amount is at least zero), so parts that already exceed their whole
fail although one of them is missing, and nothing passes that is not complete.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from htx_pipeline import codelists
from htx_pipeline.figures.operands import DIMENSIONS, Operand, join_ranges, operands, preferred
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.model import NOT_NEGATIVE, UNKNOWN, Interval, Outcome
from htx_pipeline.rules.catalogue import RULES
from htx_pipeline.rules.model import AgreeRule, At, Equation, LinearRule, Rule, Term, Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd

Cell = dict[str, str]
GroupKey = tuple[tuple[str, str], ...]

_NEVER_NEGATIVE = {"value", "share", "attainment"}
"""Relations whose figures are counts, amounts or ratios of them; changes and gaps have a sign."""


@dataclass(frozen=True, slots=True)
class Member:
    """One term of an evaluated equation: the cell that is meant and the figure that fills it.

    ``operand`` is ``None`` where nothing is printed for the cell.
    """

    sign: int
    cell: Mapping[str, str]
    operand: Operand | None

    @property
    def is_told(self) -> bool:
        """Whether a figure is printed for it that says more than *khoảng*."""
        return self.operand is not None and self.operand.interval is not None

    def interval(self, *, truncated: bool = False) -> Interval:
        """What is known of the term, with its sign."""
        known: Interval | None = None
        if self.operand is not None:
            known = self.operand.if_truncated if truncated else self.operand.interval
        if known is None:
            known = NOT_NEGATIVE if self.cell["relation"] in _NEVER_NEGATIVE else UNKNOWN
        return known if self.sign > 0 else -known


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One rule applied to one group of figures.

    ``whole`` is the stated side (a figure or a constant), ``parts`` the other side. ``common`` are
    the dimensions that all members share. ``residual`` is stated less computed as printed,
    ``slack`` what rounding allows, ``gap`` how far apart the two sides certainly are.
    """

    rule: Rule
    outcome: Outcome
    area_code: str
    period: str
    common: Mapping[str, str]
    whole: Member | Fraction
    parts: tuple[Member, ...]
    computed: Interval = UNKNOWN
    residual: Decimal | None = None
    slack: Decimal | None = None
    gap: Decimal | None = None
    holds_if_truncated: bool = False
    broken: str = ""

    @property
    def members(self) -> tuple[Member, ...]:
        """Whole and parts, as far as the whole is not a constant."""
        return self.parts if isinstance(self.whole, Fraction) else (self.whole, *self.parts)

    @property
    def operands(self) -> tuple[Operand, ...]:
        """The printed figures that take part, the whole first."""
        return tuple(m.operand for m in self.members if m.operand is not None)


def evaluate(figures: pd.DataFrame, rules: Iterable[Rule] = RULES) -> list[Evaluation]:
    """Apply each rule to each of its groups, in the order of the rules and of the text.

    ``figures`` has at least the columns of the contract ``READINGS``.
    """
    found = join_ranges(operands(figures))
    return [evaluation for rule in rules for evaluation in _evaluations(rule, found)]


def _evaluations(rule: Rule, figures: Sequence[Operand]) -> list[Evaluation]:
    taking_part = [figure for figure in figures if _applies(rule, figure)]
    if isinstance(rule, AgreeRule):
        found = list(_repeated(rule, taking_part))
    elif isinstance(rule.equations, Tree):
        found = list(_tree_sums(rule, rule.equations, taking_part))
    else:
        found = _convicted_once(
            [e for equation in rule.equations for e in _sums(rule, equation, taking_part)]
        )
    return sorted(found, key=lambda e: min((o.report_id, o.start) for o in e.operands))


def _convicted_once(found: Sequence[Evaluation]) -> list[Evaluation]:
    """Without the contradictions that another equation of the rule finds among more figures."""
    kept: list[Evaluation] = []
    convicted: list[set[str]] = []
    for e in sorted(found, key=lambda e: -len(e.operands)):
        figure_ids = {operand.figure_id for operand in e.operands}
        if e.outcome is Outcome.FAIL:
            if any(figure_ids <= others for others in convicted):
                continue
            convicted.append(figure_ids)
        kept.append(e)
    return kept


def _applies(rule: Rule, figure: Operand) -> bool:
    indicator = codelists.rows("indicator")[figure.cell["indicator"]]
    described = {**figure.cell, "kind": indicator["kind"], "topic": indicator["topic"]}
    return all(described[name] in allowed for name, allowed in rule.applies_to.items())


def _sums(rule: LinearRule, equation: Equation, figures: Sequence[Operand]) -> Iterator[Evaluation]:
    terms = [t for t in (equation.whole, *equation.parts) if isinstance(t, Term)]
    own = [term for term in terms if not term.from_any_report]
    varied = {name for term in own for name in term.fixes}
    groups: dict[tuple[str, int, GroupKey], dict[int, list[Operand]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for figure in figures:
        rest = tuple((n, figure.cell[n]) for n in DIMENSIONS if n not in varied)
        for term in own:
            year = _year_if_fits(term, figure.cell)
            if year is not None:
                groups[figure.report_id, year, rest][id(term)].append(figure)
    for (report_id, year, rest), printed in groups.items():
        filled = sum(1 for part in equation.parts if id(part) in printed)
        cells_in_all = filled + (
            isinstance(equation.whole, Fraction) or id(equation.whole) in printed
        )
        if not filled or cells_in_all < 2:  # noqa: PLR2004
            continue

        def member(
            term: Term,
            report_id: str = report_id,
            year: int = year,
            rest: GroupKey = rest,
            printed: dict[int, list[Operand]] = printed,
        ) -> Member:
            cell = _cell(term, rest, year)
            if term.from_any_report:
                return Member(term.sign, cell, _from_any_report(cell, report_id, figures))
            return Member(term.sign, cell, _narrowest(printed.get(id(term), ())))

        whole = equation.whole if isinstance(equation.whole, Fraction) else member(equation.whole)
        evaluation = _confront(rule, whole, tuple(member(term) for term in equation.parts))
        if filled >= equation.needs_parts or evaluation.outcome is Outcome.FAIL:
            yield evaluation


def _year_if_fits(term: Term, cell: Mapping[str, str]) -> int | None:
    """The year of the group in which ``cell`` is this term; ``None`` if it is not.

    A term that fixes no period fits in every year: its group is kept apart by the period itself.
    """
    years = set()
    for name, wanted in term.fixes.items():
        if isinstance(wanted, At):
            year = wanted.year_of(cell[name])
            if year is None:
                return None
            years.add(year)
        elif cell[name] != wanted:
            return None
    if len(years) > 1:
        return None
    return years.pop() if years else 0


def _cell(term: Term, rest: GroupKey, year: int) -> Cell:
    fixed = {
        name: wanted.in_year(year) if isinstance(wanted, At) else wanted
        for name, wanted in term.fixes.items()
    }
    return dict(rest) | fixed


def _narrowest(figures: Iterable[Operand]) -> Operand | None:
    """Of several prints of one cell the one that says most; the first of equals."""

    def width(figure: Operand) -> tuple[bool, bool, Fraction]:
        known = figure.interval
        if known is None:
            return True, True, Fraction(0)
        if known.low is None or known.high is None:
            return False, True, Fraction(0)
        return False, False, known.high - known.low

    return min(figures, key=width, default=None)


def _from_any_report(cell: Cell, report_id: str, figures: Iterable[Operand]) -> Operand | None:
    fitting = [f for f in figures if all(f.cell[name] == cell[name] for name in cell)]
    at_home = _narrowest(f for f in fitting if f.report_id == report_id)
    # an estimate that turned out otherwise is no contradiction, so only actuals cross reports
    elsewhere = [f for f in fitting if f.role == "actual" and f.is_bounded]
    return at_home or next(iter(preferred(elsewhere)), None)


def _tree_sums(rule: LinearRule, tree: Tree, figures: Sequence[Operand]) -> Iterator[Evaluation]:
    groups: dict[tuple[str, GroupKey], dict[str, list[Operand]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for figure in figures:
        rest = tuple((n, figure.cell[n]) for n in DIMENSIONS if n != tree.dimension)
        groups[figure.report_id, rest][figure.cell[tree.dimension]].append(figure)
    for (_, rest), by_path in groups.items():
        # a line that has lines below it exists, printed or not
        paths = {
            "/".join(steps[:depth])
            for steps in (path.split("/") for path in by_path if path)
            for depth in range(1, len(steps) + 1)
        }
        first_seen = {path: position for position, path in enumerate(by_path)}
        for head in sorted({path.rpartition("/")[0] for path in paths}):
            children = sorted(
                (path for path in paths if path.rpartition("/")[0] == head),
                key=lambda path: (first_seen.get(path, len(first_seen)), path),
            )

            def member(
                path: str,
                rest: GroupKey = rest,
                by_path: dict[str, list[Operand]] = by_path,
            ) -> Member:
                cell = dict(rest) | {tree.dimension: path}
                return Member(+1, cell, _narrowest(by_path.get(path, ())))

            yield _confront(rule, member(head), tuple(member(path) for path in children))


def _repeated(rule: AgreeRule, figures: Sequence[Operand]) -> Iterator[Evaluation]:
    groups: dict[tuple[str, GroupKey], list[Operand]] = defaultdict(list)
    for figure in figures:
        key = tuple((n, figure.cell[n]) for n in DIMENSIONS)
        groups[figure.report_id, key].append(figure)
    for prints in groups.values():
        for one, other in combinations(prints, 2):
            yield _confront(rule, Member(+1, one.cell, one), (Member(+1, other.cell, other),))


def _confront(rule: Rule, whole: Member | Fraction, parts: tuple[Member, ...]) -> Evaluation:
    members = parts if isinstance(whole, Fraction) else (whole, *parts)
    common = {
        name: members[0].cell[name]
        for name in DIMENSIONS
        if len({member.cell[name] for member in members}) == 1
    }
    periods = {member.cell["period"] for member in members}
    untried = Evaluation(
        rule=rule,
        outcome=Outcome.ERROR,
        area_code=members[0].cell["area_code"],
        period=max(periods, key=lambda period: (period_ends(period), -len(period))),
        common=common,
        whole=whole,
        parts=parts,
    )
    try:
        computed = _total(parts)
        stated = Interval.exactly(whole) if isinstance(whole, Fraction) else whole.interval()
        if not stated.intersects(computed):
            outcome = Outcome.FAIL
        elif all(member.is_told for member in members):
            outcome = Outcome.PASS
        else:
            outcome = Outcome.UNVERIFIABLE
        truncated_whole = stated if isinstance(whole, Fraction) else whole.interval(truncated=True)
        return replace(
            untried,
            outcome=outcome,
            computed=computed,
            residual=_residual(whole, parts),
            slack=_slack(members),
            gap=_gap(stated, computed),
            holds_if_truncated=outcome is Outcome.FAIL
            and truncated_whole.intersects(_total(parts, truncated=True)),
        )
    except Exception as failure:  # noqa: BLE001 (a broken rule must never look like bad data)
        return replace(untried, broken=repr(failure))


def _total(parts: Iterable[Member], *, truncated: bool = False) -> Interval:
    total = Interval.exactly(0)
    for part in parts:
        total += part.interval(truncated=truncated)
    return total


def _residual(whole: Member | Fraction, parts: tuple[Member, ...]) -> Decimal | None:
    """Stated less computed, as printed; a part that is not printed counts as nothing.

    ``None`` where the stated side is missing, or a range takes part: it has no single value.
    """
    members = parts if isinstance(whole, Fraction) else (whole, *parts)
    if any(member.operand is not None and member.operand.upper for member in members):
        return None
    if isinstance(whole, Fraction):
        stated = _decimal(whole)
    elif whole.operand is not None:
        stated = whole.operand.value
    else:
        return None
    return stated - sum(
        (part.sign * part.operand.value for part in parts if part.operand is not None), Decimal(0)
    )


def _slack(members: Iterable[Member]) -> Decimal | None:
    """How far the prints may be off by rounding alone; ``None`` if one is missing or hedged."""
    total = Fraction(0)
    for member in members:
        known = member.operand.interval if member.operand else None
        if known is None or known.low is None or known.high is None:
            return None
        if member.operand is not None and member.operand.upper is not None:
            return None
        total += (known.high - known.low) / 2
    return _decimal(total)


def _gap(stated: Interval, computed: Interval) -> Decimal | None:
    """How far apart the two sides certainly are; ``None`` if they meet."""
    for upper, lower in ((stated, computed), (computed, stated)):
        if upper.low is not None and lower.high is not None and upper.low >= lower.high:
            return None if upper.intersects(lower) else _decimal(upper.low - lower.high)
    return None


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
