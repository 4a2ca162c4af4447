"""Which figures each equation of a rule speaks of: the groups, and who is who in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from htx_pipeline import codelists
from htx_pipeline.figures.operands import DIMENSIONS, Operand, preferred
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.model import Interval, Label, Outcome
from htx_pipeline.rules.evaluation import Alternative, Evaluation, Member, confront
from htx_pipeline.rules.model import At, Equation, Form, Means, Repeated, Rule, Term, Tree

if TYPE_CHECKING:
    import datetime as dt

Cell = dict[str, str]
GroupKey = tuple[tuple[str, str], ...]
_SAME = Equation(whole=Term(1, {}), parts=(Term(1, {}),))
_MEAN = replace(_SAME, form=Form.MEAN, needs_whole=True)
_MIN_CELLS = 2


class Figures:
    """Figures by what they measure, so that a term finds those that fit it at once."""

    def __init__(self, figures: Iterable[Operand]) -> None:
        self.all = tuple(figures)
        self._by: dict[tuple[str, str], list[Operand]] = defaultdict(list)
        self._at: dict[tuple[str, ...], list[Operand]] = defaultdict(list)
        self._own: set[int] | None = None
        for figure in self.all:
            indicator = codelists.rows("indicator")[figure.cell["indicator"]]
            for pair in figure.cell.items():
                self._by[pair].append(figure)
            self._by["kind", indicator["kind"]].append(figure)
            self._by["topic", indicator["topic"]].append(figure)
            self._at[_place(figure.cell)].append(figure)

    def taking_part(self, rule: Rule) -> Figures:
        """Those that ``rule`` applies to."""
        chosen: list[Operand] | tuple[Operand, ...] = self.all
        for name, allowed in rule.applies_to.items():
            here = {id(f) for code in allowed for f in self._by.get((name, code), ())}
            chosen = [figure for figure in chosen if id(figure) in here]
        if rule.since or rule.until:
            chosen = [f for f in chosen if in_force(rule, period_ends(f.cell["period"]))]
        return self._only(chosen)

    def _only(self, chosen: Iterable[Operand]) -> Figures:
        """The same index, of which only these are told."""
        own = copy(self)
        own.all = tuple(chosen)
        own._own = {id(figure) for figure in own.all}  # noqa: SLF001 (of its own class)
        return own

    def fitting(self, term: Term) -> Iterator[tuple[Operand, int]]:
        """The figures that can be ``term``, each with the year of its group.

        A term that fixes no period fits in every year: its group is kept apart by the period.
        """
        fixed = [(name, wanted) for name, wanted in term.fixes.items() if isinstance(wanted, str)]
        places = [(name, wanted) for name, wanted in term.fixes.items() if isinstance(wanted, At)]
        candidates = min((self._by.get(pair, []) for pair in fixed), key=len, default=self.all)
        own = self._own
        for figure in candidates:
            if own is not None and id(figure) not in own:
                continue
            if any(figure.cell[name] != wanted for name, wanted in fixed):
                continue
            years = {wanted.year_of(figure.cell[name]) for name, wanted in places}
            if None in years or len(years) > 1:
                continue
            yield figure, next(iter(years), None) or 0

    def in_cell(self, cell: Mapping[str, str]) -> list[Operand]:
        """The figures of one cell; dimensions that ``cell`` leaves out may be anything."""
        if all(name in cell for name in _PLACE):
            candidates = self._at.get(_place(cell), [])
        else:
            candidates = min((self._by.get(pair, []) for pair in cell.items()), key=len)
        own = self._own
        return [
            f
            for f in candidates
            if (own is None or id(f) in own) and all(f.cell[name] == cell[name] for name in cell)
        ]


_PLACE = ("area_code", "indicator", "sector", "period")
"""Dimensions that few figures have in common."""


def _place(cell: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(cell[name] for name in _PLACE)


def in_force(rule: Rule, day: dt.date) -> bool:
    """Whether a rule of law is in force on a day."""
    begun = rule.since is None or day >= rule.since
    return begun and (rule.until is None or day < rule.until)


def evaluations(rule: Rule, figures: Figures) -> list[Evaluation]:
    """The rule applied to each of its groups, in the order of the text."""
    own = figures.taking_part(rule)
    match rule.equations:
        case Repeated(across_reports):
            found = list(_repeated(rule, own.all, across_reports=across_reports))
        case Tree(dimension):
            found = list(_tree_sums(rule, dimension, own.all))
        case Means():
            found = list(_means(rule, rule.equations, figures, own))
        case tuple(equations):
            found = convicted_once(
                [e for equation in equations for e in _groups(rule, equation, own)]
            )
        case _:
            found = []
    return in_order(found)


def in_order(found: Iterable[Evaluation]) -> list[Evaluation]:
    """Evaluations in the order of the text."""
    return sorted(found, key=lambda e: min((o.report_id, o.start) for o in e.operands))


def convicted_once(found: Sequence[Evaluation]) -> list[Evaluation]:
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


class Group(NamedTuple):
    """Who is who in an equation: its stated side and its parts, and whether that is told in any
    case, or only if it contradicts itself."""

    whole: Member | Fraction
    parts: tuple[Member, ...]
    is_told: bool


def _groups(rule: Rule, equation: Equation, figures: Figures) -> Iterator[Evaluation]:
    for group in groups(equation, figures):
        found = confront(rule, equation, group.whole, group.parts)
        if group.is_told or found.outcome is Outcome.FAIL:
            yield found


def groups(equation: Equation, figures: Figures) -> Iterator[Group]:
    """The groups of an equation among the figures that take part in its rule."""
    own = [term for term in equation.terms if not term.from_any_report]
    varied = {name for term in own for name in term.fixes}
    kept_apart = [name for name in DIMENSIONS if name not in varied]
    found: dict[tuple[str, int, GroupKey], dict[int, list[Operand]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for term in own:
        for figure, year in figures.fitting(term):
            rest = tuple((name, figure.cell[name]) for name in kept_apart)
            found[figure.report_id, year, rest][id(term)].append(figure)
        if term is equation.whole and equation.needs_whole and not found:
            return
    for (report_id, year, rest), printed in found.items():
        whole_is_known = isinstance(equation.whole, Fraction) or id(equation.whole) in printed
        if equation.needs_whole and not whole_is_known:
            continue
        if not equation.parts and whole_is_known and isinstance(equation.whole, Term):
            for figure in printed[id(equation.whole)]:
                yield Group(Member(1, figure.cell, figure), (), is_told=True)
            continue
        chosen = {
            id(term): _from_any_report(_cell(term, rest, year), report_id, figures)
            if term.from_any_report
            else _narrowest(printed.get(id(term), ()))
            for term in equation.terms
        }
        filled = sum(
            bool(printed.get(id(part)))
            if not equation.needs_whole
            else chosen[id(part)] is not None
            for part in equation.parts
        )
        if not filled or filled + whole_is_known < _MIN_CELLS:
            continue
        members = {
            id(term): Member(
                term.factor,
                _completed(_cell(term, rest, year), chosen[id(term)], chosen.values()),
                chosen[id(term)],
            )
            for term in equation.terms
        }
        whole = (
            equation.whole if isinstance(equation.whole, Fraction) else members[id(equation.whole)]
        )
        parts = tuple(members[id(part)] for part in equation.parts)
        yield Group(whole, parts, filled >= equation.needs_parts)


def _cell(term: Term, rest: GroupKey, year: int) -> Cell:
    fixed = {
        name: wanted.in_year(year) if isinstance(wanted, At) else wanted
        for name, wanted in term.fixes.items()
    }
    return dict(rest) | fixed


def _completed(cell: Cell, operand: Operand | None, others: Iterable[Operand | None]) -> Cell:
    """The cell with the dimensions that its term leaves open."""
    if operand is not None:
        return dict(operand.cell)
    if "unit" not in cell:
        allowed = codelists.rows("indicator")[cell["indicator"]]["units"].split()
        units = [codelists.rows("unit")[unit]["base"] for unit in allowed]
        beside = [other.cell["unit"] for other in others if other is not None]
        cell = cell | {"unit": next((unit for unit in beside if unit in units), units[0])}
    return {name: cell.get(name, "") for name in DIMENSIONS}


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


def _from_any_report(cell: Cell, report_id: str, figures: Figures) -> Operand | None:
    fitting = figures.in_cell(cell)
    at_home = _narrowest(f for f in fitting if f.report_id == report_id)
    # an estimate that turned out otherwise is no contradiction: of others' only actuals count,
    # and targets, which are what they are
    elsewhere = [f for f in fitting if f.role in {"actual", "target"} and f.is_bounded]
    return at_home or next(iter(preferred(elsewhere)), None)


def _tree_sums(rule: Rule, dimension: str, figures: Sequence[Operand]) -> Iterator[Evaluation]:
    groups: dict[tuple[str, GroupKey], dict[str, list[Operand]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for figure in figures:
        rest = tuple((n, figure.cell[n]) for n in DIMENSIONS if n != dimension)
        groups[figure.report_id, rest][figure.cell[dimension]].append(figure)
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
                cell = dict(rest) | {dimension: path}
                return Member(+1, cell, _narrowest(by_path.get(path, ())))

            equation = replace(_SAME, parts=tuple(Term(1, {}) for _ in children))
            yield confront(rule, equation, member(head), tuple(member(path) for path in children))


def _repeated(
    rule: Rule, figures: Sequence[Operand], *, across_reports: bool
) -> Iterator[Evaluation]:
    groups: dict[GroupKey, list[Operand]] = defaultdict(list)
    for figure in figures:
        groups[tuple((n, figure.cell[n]) for n in DIMENSIONS)].append(figure)
    for prints in groups.values():
        for one, other in combinations(prints, 2):
            # what was estimated may turn out otherwise; what a later report restates may not
            restated = one.role == other.role == "actual"
            if (one.report_id != other.report_id) == across_reports and (
                restated or not across_reports
            ):
                yield confront(
                    rule, _SAME, Member(1, one.cell, one), (Member(1, other.cell, other),)
                )


def _means(rule: Rule, means: Means, figures: Figures, own: Figures) -> Iterator[Evaluation]:
    for headline in own.all:
        if headline.cell["sector"] != "_T":
            continue
        cells = [dict(headline.cell) | {"sector": sector} for sector in means.sectors]
        values = [_narrowest(_at_home(figures, cell, headline)) for cell in cells]
        if sum(value is not None for value in values) < _MIN_CELLS:
            continue
        tried = [
            found
            for weight in means.weights
            if (found := _weighted(rule, headline, cells, values, figures, weight)) is not None
        ]
        if not tried:
            continue
        best = min(tried, key=lambda e: (e.outcome is not Outcome.PASS, tried.index(e)))
        others = [e for e in tried if e is not best]
        stated = best.stated
        alternatives = [
            Alternative(_weighted_by(e), e.computed, stated.intersects(e.computed))
            for e in others
            if all(member.is_told for member in e.members)
        ]
        alternatives += _unweighted(stated, means.sectors, values)
        yield replace(best, alternatives=tuple(alternatives))


def _at_home(figures: Figures, cell: Mapping[str, str], beside: Operand) -> list[Operand]:
    return [f for f in figures.in_cell(cell) if f.report_id == beside.report_id]


def _weighted(  # noqa: PLR0917 (the five say what is weighed, the last by what)
    rule: Rule,
    headline: Operand,
    cells: Sequence[Cell],
    values: Sequence[Operand | None],
    figures: Figures,
    weight: tuple[str, str],
) -> Evaluation | None:
    """The headline against the mean weighted by the counts of its year that stand in its report."""
    indicator, status = weight
    unit = codelists.rows("indicator")[indicator]["units"].split()[0]
    year = headline.cell["period"][:4]
    fixed = {
        "organization": headline.cell["organization"],
        "entity": "",
        "area_code": headline.cell["area_code"],
        "indicator": indicator,
        "status": status,
        "relation": "value",
        "side": "observed",
        "unit": unit,
    }
    periods = {
        f.cell["period"]
        for f in _at_home(figures, fixed, headline)
        if f.cell["period"].startswith(year)
    }
    if not periods:
        return None
    printed = {p: len(_at_home(figures, fixed | {"period": p}, headline)) for p in periods}
    period = max(periods, key=lambda p: (printed[p], p))
    parts: list[Member] = []
    for cell, value in zip(cells, values, strict=True):
        counted = {
            **dict.fromkeys(DIMENSIONS, ""),
            **fixed,
            "period": period,
            "sector": cell["sector"],
        }
        found = _narrowest(_at_home(figures, counted, headline))
        parts += [Member(1, cell, value), Member(1, counted, found)]
    return confront(rule, _MEAN, Member(1, headline.cell, headline), tuple(parts))


def _weighted_by(evaluation: Evaluation) -> Label:
    cell = evaluation.parts[1].cell
    what, status = codelists.label("indicator", cell["indicator"]), cell["status"]
    if status in {"_T", "_Z"}:
        return Label(f"bình quân theo {what.vi}", f"mean weighted by {what.en}")
    which = codelists.label("status", status)
    return Label(f"bình quân theo {what.vi} {which.vi}", f"mean weighted by {what.en} ({which.en})")


def _unweighted(
    stated: Interval, sectors: Sequence[str], values: Sequence[Operand | None]
) -> Iterator[Alternative]:
    """The plain mean of the sectors that are printed, with and without the credit funds."""
    printed = {
        sector: value.interval
        for sector, value in zip(sectors, values, strict=True)
        if value is not None and value.interval is not None
    }
    choices = [
        (Label("bình quân giản đơn các lĩnh vực", "plain mean of the sectors"), set(printed)),
        (
            Label("bình quân giản đơn trừ tín dụng", "plain mean of the sectors without credit"),
            set(printed) - {"credit"},
        ),
    ]
    for what, chosen in choices[: 1 + ("credit" in printed)]:
        total = Interval.exactly(0)
        for sector in sorted(chosen):
            total += printed[sector]
        mean = total.scaled(Fraction(1, len(chosen)))
        yield Alternative(what, mean, stated.intersects(mean))
