"""Which figures are probably wrong: the smallest sets whose change satisfies every relation.

The error-localisation problem of Fellegi and Holt (A systematic approach to automatic edit and
imputation, 1976), solved exactly. What the figures measure are variables; each printed figure
bounds one of them, a difference or a ratio of two; the relations of the catalogue tie them. All of
it is linear, because a share bounds ``100 · part - share · whole``. A set of figures *explains* the
contradictions if everything can hold once these figures are left out.

Sets are found by their conflicts: a contradiction in exact arithmetic names figures of which at
least one is wrong; a smallest set hits every conflict (Reiter, A theory of diagnosis from first
principles, 1987). Relations of severity ``notice`` convict nobody.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from htx_pipeline import codelists
from htx_pipeline.model import NOT_NEGATIVE, UNKNOWN, Interval, Outcome, Severity
from htx_pipeline.rules.evaluation import Evaluation, Member
from htx_pipeline.rules.model import Compare, Form
from htx_pipeline.rules.simplex import Constraint, Simplex, TooHardError, tableau

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from htx_pipeline.figures.operands import Operand

_MAX_TESTS = 400
_MAX_SIZE = 6
_MAX_SETS = 5000
"""Beyond so many tests, wrong figures or sets of them it cannot be told which are wrong."""

T = TypeVar("T", "Row", Constraint)
_LARGE = 10
"""A conflict of more figures is worth the time to find those that it does not need."""

Variable = tuple[str, ...]
Conflict = frozenset[str]
Ratio = tuple[Variable, Variable, int]
"""Part and whole of a printed percentage, and what is taken off it (100 of a change)."""
Factors = dict[Variable, Fraction]

_VARIABLE = (
    "organization",
    "entity",
    "indicator",
    "sector",
    "status",
    "area_code",
    "period",
    "side",
)


class _GivenUpError(Exception):
    """There is too much to search."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A figure of a smallest set, and the values that it would need to have."""

    figure: Operand
    need: Interval

    @property
    def need_as_printed(self) -> Interval:
        """The needed values in the printed unit, as far as its digits can say them."""
        figure, need = self.figure, self.need.scaled(1 / self.figure.scale)
        step = Fraction(1, 10**figure.decimals)
        half = step / 2 if figure.is_rounded else Fraction(0)
        wide = Interval(
            None if need.low is None else (need.low - half) / step,
            None if need.high is None else (need.high + half) / step,
            need.low_closed,
            need.high_closed,
        )
        printable = wide.whole_numbers()
        return need if printable is None else printable.scaled(step)


@dataclass(frozen=True, slots=True)
class Puzzle:
    """Contradictions that share figures, and the smallest sets that explain them all."""

    conflicts: tuple[Conflict, ...]
    explanations: tuple[tuple[Suspect, ...], ...]
    """Empty where it was too hard to find all of them."""

    @property
    def figure_ids(self) -> frozenset[str]:
        """Every figure of which a contradiction speaks."""
        return frozenset().union(*self.conflicts)


def localise(evaluations: Iterable[Evaluation]) -> list[Puzzle]:
    """The smallest explanations of all contradictions, each group of them on its own.

    Deterministic: constraints and figures are taken in the order of the text.
    """
    listed = [e for e in evaluations if e.rule.severity is not Severity.NOTICE]
    if not any(e.outcome is Outcome.FAIL for e in listed):
        return []
    system = _System.of(listed)
    return [puzzle for part in system.parts() if part.conflicts for puzzle in part.puzzles()]


@dataclass(slots=True)
class Row:
    """One linear constraint, and the figure that says it; nobody says a relation."""

    factors: Factors
    within: Interval
    figure_id: str = ""


@dataclass
class _System:
    """Constraints of figures and of relations over what they measure."""

    rows: list[Row]
    figures: dict[str, Operand]
    ratios: dict[str, Ratio]
    whole: frozenset[Variable]
    conflicts: list[Conflict]
    """What is known beforehand: the figures of each evaluation that failed."""
    tests: int = 0
    _kept: dict[frozenset[str], Conflict | None] = field(default_factory=dict)

    @classmethod
    def of(cls, evaluations: Sequence[Evaluation]) -> _System:
        rows: list[Row] = []
        figures: dict[str, Operand] = {}
        ratios: dict[str, Ratio] = {}
        counts: set[Variable] = set()
        conflicts: list[Conflict] = []
        for e in evaluations:
            if e.outcome is Outcome.FAIL:
                conflicts.append(_of_failure(e))
            for operand in e.operands:
                if operand.figure_id not in figures:
                    figures[operand.figure_id] = operand
                    rows += of_figure(operand)
                    if (ratio := part_and_whole(operand.cell)) is not None:
                        ratios[operand.figure_id] = ratio
                        rows += of_percent(operand, ratio)
            if any(member.is_implied for member in e.members):
                continue  # what it says follows from the relations that imply them
            for member in e.members:
                if member.cell["relation"] == "value" and member.is_count:
                    counts.add(_variable(member.cell))
            rows += of_relation(e, ratios)
        variables = {variable for row in rows for variable in row.factors}
        rows += [Row({v: Fraction(1)}, NOT_NEGATIVE) for v in sorted(variables)]
        return cls(rows, figures, ratios, frozenset(counts), conflicts)

    def parts(self) -> list[_System]:
        """The system in parts that have no variable, no figure and no known conflict in common."""
        root = joined(
            [
                *((*row.factors, *filter(None, [row.figure_id])) for row in self.rows),
                *self.conflicts,
            ]
        )
        parts: dict[object, _System] = {}

        def part_of(item: object) -> _System:
            return parts.setdefault(root(item), _System([], {}, self.ratios, self.whole, []))

        for figure_id, figure in self.figures.items():
            part_of(figure_id).figures[figure_id] = figure
        for row in self.rows:
            part_of(next(iter(row.factors))).rows.append(row)
        for conflict in self.conflicts:
            part_of(next(iter(conflict))).conflicts.append(conflict)
        return list(parts.values())

    @cached_property
    def _exact(self) -> dict[str, tuple[Variable, Fraction]]:
        """The figures that say exactly what one variable is."""
        return {
            row.figure_id: (next(iter(row.factors)), row.within.low)
            for row in self.rows
            if row.figure_id and row.within.low is not None and _is_point(row)
        }

    def puzzles(self) -> list[Puzzle]:
        """All contradictions of the part, in groups that share figures."""
        everyone = frozenset(self.figures)
        conflicts = list(self.conflicts)
        try:
            while True:
                groups = _clusters(conflicts)
                choices = [_smallest_hitting_sets(group) for group in groups]
                first = frozenset().union(*(sets[0] for sets in choices))
                new = self.conflict(everyone - first)
                if new is None:
                    new, explained = self._explanations(everyone, choices)
                    if new is None:
                        return [
                            Puzzle(
                                tuple(group),
                                tuple(self._told(found, everyone - rest) for found, rest in sets),
                            )
                            for group, sets in zip(groups, explained, strict=True)
                        ]
                conflicts.append(self._shrunk(new) if len(new) > _LARGE else new)
        except (TooHardError, _GivenUpError):
            return [Puzzle(tuple(group), ()) for group in _clusters(conflicts)]

    def _explanations(
        self, everyone: frozenset[str], choices: Sequence[Sequence[Conflict]]
    ) -> tuple[Conflict | None, list[list[tuple[Conflict, Conflict]]]]:
        """Each smallest set, beside the first of every other group; or a conflict it leaves."""
        explained = []
        for number, sets in enumerate(choices):
            beside = frozenset().union(
                *(others[0] for other, others in enumerate(choices) if other != number)
            )
            kept = []
            for found in sets:
                new = self.conflict(everyone - found - beside)
                if new is not None:
                    return new, []
                kept.append((found, found | beside))
            explained.append(kept)
        return None, explained

    def _told(self, found: Conflict, active: frozenset[str]) -> tuple[Suspect, ...]:
        return tuple(self._suspect(figure_id, active) for figure_id in self._sorted(found))

    def _sorted(self, figure_ids: Iterable[str]) -> list[str]:
        return sorted(figure_ids, key=lambda i: (self.figures[i].report_id, self.figures[i].start))

    def _shrunk(self, conflict: Conflict) -> Conflict:
        """The conflict without figures that it does not need."""
        for figure_id in self._sorted(conflict):
            if figure_id not in conflict:
                continue
            try:
                fewer = self.conflict(conflict - {figure_id})
            except TooHardError:  # then it stays: a larger conflict is one, too
                continue
            if fewer is not None:
                conflict = fewer
        return conflict

    def conflict(self, active: frozenset[str]) -> Conflict | None:
        """Figures among ``active`` that exclude each other; ``None`` if all can hold.

        Raises ``TooHardError`` if whole numbers cannot be decided, ``_GivenUpError`` if it was
        asked too often.
        """
        if active not in self._kept:
            self.tests += 1
            if self.tests > _MAX_TESTS:
                raise _GivenUpError
            self._kept[active] = self._conflict(active)
        return self._kept[active]

    def _conflict(self, active: frozenset[str]) -> Conflict | None:
        constraints, clash = self._reduced(active)
        if clash is not None:
            return clash
        for part in _components(constraints):
            simplex, _, reasons = tableau(part, self.whole)
            found = reasons if reasons is not None else simplex.solve_whole()
            if found is not None:
                return found
        return None

    def _reduced(self, active: frozenset[str]) -> tuple[list[Constraint], Conflict | None]:
        """The constraints with what is told exactly put in, and a clash met on the way."""
        told: dict[Variable, tuple[Fraction, str]] = {}
        for figure_id, (variable, value) in self._exact.items():
            if figure_id not in active:
                continue
            if variable in told and told[variable][0] != value:
                return [], frozenset({figure_id, told[variable][1]})
            told.setdefault(variable, (value, figure_id))
        constraints = []
        for row in self.rows:
            if row.figure_id and row.figure_id not in active:
                continue
            reasons = {row.figure_id} - {""}
            factors: Factors = {}
            constant = Fraction(0)
            for variable, factor in row.factors.items():
                if variable in told:
                    constant += factor * told[variable][0]
                    reasons.add(told[variable][1])
                else:
                    factors[variable] = factor
            if factors:
                within = row.within - Interval.exactly(constant)
                constraints.append(Constraint(factors, within, frozenset(reasons)))
            elif constant not in row.within:
                return [], frozenset(reasons)
        return constraints, None

    def _suspect(self, figure_id: str, active: frozenset[str]) -> Suspect:
        """What the figures that are kept ask of ``figure_id``."""
        figure = self.figures[figure_id]
        rows = of_figure(figure)
        need = self._range(active, rows[0].factors) if rows else UNKNOWN
        if figure_id in self.ratios:
            part, whole, less = self.ratios[figure_id]
            percent = self._percent(active, part, whole) - Interval.exactly(less)
            need = need.meet(percent) or percent
        if codelists.rows("unit")[figure.cell["unit"]]["family"] == "count":
            need = need.whole_numbers() or need
        return Suspect(figure, need)

    def _range(self, active: frozenset[str], factors: Factors) -> Interval:
        state = self._state(active, factors)
        if state is None:
            return UNKNOWN
        simplex, wanted, constant = state
        highest = simplex.maximise(wanted)
        lowest = simplex.maximise({v: -f for v, f in wanted.items()})
        return Interval(
            None if lowest is None else constant - lowest[0],
            None if highest is None else constant + highest[0],
            lowest is None or not lowest[1],
            highest is None or not highest[1],
        )

    def _percent(self, active: frozenset[str], part: Variable, whole: Variable) -> Interval:
        """All values of 100 · part / whole, by the method of Dinkelbach (1967)."""
        bounds: list[Fraction | None] = []
        for sign in (-1, +1):
            ratio: Fraction | None = Fraction(0) if sign > 0 else None
            if sign < 0:
                largest = (
                    self._range(active, {part: Fraction(1)}),
                    self._range(active, {whole: Fraction(1)}),
                )
                if largest[0].high is None or not largest[1].low:
                    bounds.append(None)
                    continue
                ratio = 100 * largest[0].high / largest[1].low
            bounds.append(self._dinkelbach(active, part, whole, sign, ratio or Fraction(0)))
        return Interval(bounds[0], bounds[1])

    def _dinkelbach(
        self,
        active: frozenset[str],
        part: Variable,
        whole: Variable,
        sign: int,
        ratio: Fraction,
    ) -> Fraction | None:
        while True:
            factors = {part: Fraction(100 * sign), whole: -ratio * sign}
            state = self._state(active, factors)
            if state is None:
                return None
            simplex, wanted, constant = state
            best = simplex.maximise(wanted)
            if best is None:
                return None
            if constant + best[0] <= 0:
                return ratio
            values = self._values(simplex, active)
            if not values.get(whole):
                return None
            ratio = 100 * values[part] / values[whole]

    def _values(self, simplex: Simplex, active: frozenset[str]) -> dict[Variable, Fraction]:
        told = {v: value for i, (v, value) in self._exact.items() if i in active}
        found = {variable: simplex.at[n][0] for variable, n in self._numbers.items()}
        return found | told

    _numbers: dict[Variable, int] = field(default_factory=dict)
    _solved: dict[frozenset[str], Simplex | None] = field(default_factory=dict)

    def _state(
        self, active: frozenset[str], factors: Factors
    ) -> tuple[Simplex, dict[int, Fraction], Fraction] | None:
        """A solved tableau, and the wanted sum in it: what varies and what is told already."""
        told = {v: value for i, (v, value) in self._exact.items() if i in active}
        varying = [variable for variable in factors if variable not in told]
        if active not in self._solved:
            self._solved = {active: self._tableau(active)}
        simplex = self._solved[active]
        if simplex is None or any(variable not in self._numbers for variable in varying):
            return None
        constant = sum((f * told[v] for v, f in factors.items() if v in told), Fraction(0))
        return simplex, {self._numbers[v]: factors[v] for v in varying}, constant

    def _tableau(self, active: frozenset[str]) -> Simplex | None:
        """The solved constraints that the figures which are left out are tied to."""
        constraints, clash = self._reduced(active)
        wanted = {
            variable
            for row in self.rows
            if row.figure_id and row.figure_id not in active
            for variable in row.factors
        }
        tied = [
            row
            for part in _components(constraints)
            if any(not wanted.isdisjoint(row.factors) for row in part)
            for row in part
        ]
        simplex, numbers, reasons = tableau(tied, self.whole)
        self._numbers = {v: n for v, n in numbers.items() if isinstance(v, tuple)}
        if clash is not None or reasons is not None or simplex.solve() is not None:
            return None
        return simplex


def _of_failure(e: Evaluation) -> Conflict:
    """The figures of a failed evaluation; of clashing derivations, those of the two that clash."""
    if e.equation.form is Form.SAME and isinstance(e.whole, Member):
        clash = (member.operand for member in (e.whole, e.parts[0]))
        return frozenset(s.figure_id for o in clash if o is not None for s in o.sources)
    return frozenset(operand.figure_id for operand in e.operands)


def _is_point(row: Row) -> bool:
    is_one_value = row.within.low == row.within.high
    return is_one_value and list(row.factors.values()) == [Fraction(1)]


def _variable(cell: Mapping[str, str], **other: str) -> Variable:
    return tuple({**cell, **other}[name] for name in _VARIABLE)


def _form(cell: Mapping[str, str]) -> Factors | None:
    """What a cell is in variables; ``None`` for a ratio, which is no sum of them."""
    match cell["relation"]:
        case "value":
            return {_variable(cell): Fraction(1)}
        case "change" if cell["unit"] != "percent":
            base = _variable(cell, period=cell["base_period"], side="observed")
            return {_variable(cell): Fraction(1), base: Fraction(-1)}
        case "plan_gap":
            return {_variable(cell): Fraction(1), _variable(cell, side="target"): Fraction(-1)}
        case _:
            return None


def of_figure(figure: Operand) -> list[Row]:
    """What a printed figure bounds by itself."""
    factors = _form(figure.cell)
    if factors is None or figure.interval is None:
        return []
    return [Row(factors, figure.interval, figure.figure_id)]


def of_relation(e: Evaluation, ratios: dict[str, Ratio]) -> Iterator[Row]:
    """What a relation ties, or what a printed ratio bounds."""
    if e.equation.form in {Form.PERCENT, Form.PERCENT_CHANGE}:
        yield from _of_ratio(e, ratios)
        return
    if e.equation.form is not Form.SUM or e.rule.relation not in {"linear", "bound", "agree"}:
        return
    shares = [member for member in e.members if member.cell["relation"] == "share"]
    if shares:
        yield from _of_shares(e, shares)
        return
    total: Factors = defaultdict(Fraction)
    sides: list[tuple[Member, int | Fraction]] = [(part, -part.factor) for part in e.parts]
    if isinstance(e.whole, Member):
        sides.append((e.whole, 1))
    for member, factor in sides:
        form = _form(member.cell)
        if form is None:
            return
        for variable, times in form.items():
            total[variable] += times * factor
    stated = -e.whole if isinstance(e.whole, Fraction) else Fraction(0)
    factors = {variable: factor for variable, factor in total.items() if factor}
    if factors:
        yield Row(factors, _within(e.equation.compare, stated))


def _within(compare: Compare, value: Fraction) -> Interval:
    return {
        Compare.EQUAL: Interval.exactly(value),
        Compare.AT_MOST: Interval(None, value),
        Compare.AT_LEAST: Interval(value, None),
    }[compare]


def _of_ratio(e: Evaluation, ratios: dict[str, Ratio]) -> Iterator[Row]:
    part, whole = (_variable(member.cell) for member in e.parts)
    figure = e.whole.operand if isinstance(e.whole, Member) else None
    if figure is None or figure.figure_id in ratios:
        return
    ratios[figure.figure_id] = part, whole, 100 * (e.equation.form is Form.PERCENT_CHANGE)
    yield from of_percent(figure, ratios[figure.figure_id])


def part_and_whole(cell: Mapping[str, str]) -> Ratio | None:
    """What a share over a dimension is a share of; ``None`` where its rule has to tell."""
    if cell["relation"] != "share" or cell["share_of"] not in {"sector", "status"}:
        return None
    return _variable(cell), _variable(cell, **{cell["share_of"]: "_T"}), 0


def of_percent(figure: Operand, ratio: Ratio) -> Iterator[Row]:
    """The part is between so and so many percent of the whole."""
    part, whole, more = ratio
    if figure.interval is None:
        return
    for bound, closed, upper in (
        (figure.interval.low, figure.interval.low_closed, False),
        (figure.interval.high, figure.interval.high_closed, True),
    ):
        if bound is None:
            continue
        within = (
            Interval(None, Fraction(0), high_closed=closed)
            if upper
            else Interval(Fraction(0), None, low_closed=closed)
        )
        factors = {part: Fraction(100), whole: -(bound + more)}
        yield Row({v: f for v, f in factors.items() if f}, within, figure.figure_id)


def _of_shares(e: Evaluation, shares: Sequence[Member]) -> Iterator[Row]:
    """Shares that add up to 100: their parts add up to their whole."""
    if e.whole != Fraction(100) or any(m.cell["share_of"] != "sector" for m in shares):
        return
    total: Factors = {_variable(shares[0].cell, sector="_T"): Fraction(-1)}
    for member in shares:
        total[_variable(member.cell)] = Fraction(1)
    yield Row(total, Interval.exactly(0))


def _components(rows: Iterable[T]) -> list[list[T]]:
    """Rows in groups that share variables, in the order of their first row."""
    listed = list(rows)
    root = joined(row.factors for row in listed)
    groups: dict[object, list[T]] = {}
    for row in listed:
        groups.setdefault(root(next(iter(row.factors))), []).append(row)
    return list(groups.values())


def joined(ties: Iterable[Iterable[object]]) -> Callable[[object], object]:
    """For each item what stands for its group: the items of a tie are in one."""
    parent: dict[object, object] = {}

    def root(item: object) -> object:
        while parent.setdefault(item, item) != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for tie in ties:
        first, *others = tie
        for other in others:
            parent[root(other)] = root(first)
    return root


def _clusters(conflicts: Sequence[Conflict]) -> list[list[Conflict]]:
    """Conflicts in groups that share figures, in the order in which they were met."""
    groups: list[list[Conflict]] = []
    for conflict in conflicts:
        touched = [group for group in groups if any(conflict & other for other in group)]
        merged = [other for group in touched for other in group] + [conflict]
        groups = [group for group in groups if group not in touched] + [merged]
    return groups


def _smallest_hitting_sets(conflicts: Sequence[Conflict]) -> list[Conflict]:
    """All smallest sets that have a figure in each conflict, in a fixed order.

    A set grows by one figure of the smallest conflict that it misses, so each one is reached.
    Raises ``_GivenUpError`` if there are more, or larger ones, than what can be told.
    """
    level: set[Conflict] = {frozenset()}
    for _ in range(_MAX_SIZE + 1):
        missed = {chosen: _smallest_missed(conflicts, chosen) for chosen in level}
        found = [chosen for chosen, conflict in missed.items() if conflict is None]
        if found:
            return sorted(found, key=sorted)
        level = {chosen | {i} for chosen, conflict in missed.items() for i in conflict or ()}
        if len(level) > _MAX_SETS:
            break
    raise _GivenUpError


def _smallest_missed(conflicts: Sequence[Conflict], chosen: Conflict) -> Conflict | None:
    return min((c for c in conflicts if not c & chosen), key=len, default=None)
