"""Can all rules hold at once? Asked of the catalogue alone, without any figure.

Every equation of a rule that may stop a merge is written out over the cells of one area and one
year, and exact arithmetic looks for values of at least 1 that keep all of them. Where there are
none, rules contradict each other, and whatever a report printed, one of them would fail.

What is written out: sums, bounds and ranges as they stand; a ratio as far as it says that a part is
within its whole. A rule that speaks of every sector or status is asked of each, with the other of
the two left at its total. Rules on repeated prints, trees, means and citations tie no two cells
that other rules speak of, and are left out; so are notices.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from htx_pipeline import codelists
from htx_pipeline.figures.operands import DIMENSIONS
from htx_pipeline.model import Interval, Severity
from htx_pipeline.rules.model import END, YEAR, At, Compare, Form, Term
from htx_pipeline.rules.simplex import Constraint, tableau

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from htx_pipeline.rules.model import Equation, Rule

Cell = dict[str, str]
Factors = dict[tuple[str, ...], Fraction]

_A_YEAR = 2000
_POSITIVE = Interval(Fraction(1), None)
_TOTALS = {"_T", "_Z", ""}


def contradictions(rules: Sequence[Rule]) -> list[tuple[str, ...]]:
    """The names of rules that no values can keep together; several if there are several."""
    grave = [rule for rule in rules if rule.severity is not Severity.NOTICE]
    named = _organizations(grave)
    rows = [row for rule in grave for row in _rows(rule, named)]
    order = [rule.name for rule in grave]
    found: list[tuple[str, ...]] = []
    while True:
        names = _conflict(rows)
        if names is None:
            return found
        found.append(tuple(sorted(names, key=order.index)))
        rows = [row for row in rows if found[-1][-1] not in row.reasons]


def _conflict(rows: Sequence[Constraint]) -> frozenset[str] | None:
    """The rules that exclude each other; ``None`` if all can be kept."""
    for row in rows:
        if not row.factors and 0 not in row.within:
            return row.reasons
    for tied in _components([row for row in rows if row.factors]):
        cells = {cell: None for row in tied for cell in row.factors}
        bounds = [Constraint({cell: Fraction(1)}, _POSITIVE, frozenset()) for cell in cells]
        simplex, _, reasons = tableau([*bounds, *tied])
        found = reasons if reasons is not None else simplex.solve()
        if found is not None:
            return found
    return None


def _components(rows: Sequence[Constraint]) -> list[list[Constraint]]:
    """Rows in groups that have no cell in common: each is small, and solved on its own."""
    of_cell: dict[Hashable, list[Constraint]] = defaultdict(list)
    for row in rows:
        for cell in row.factors:
            of_cell[cell].append(row)
    groups = []
    reached: set[Hashable] = set()
    for first in of_cell:
        if first in reached:
            continue
        reached.add(first)
        waiting, group = [first], {}
        while waiting:
            for row in of_cell[waiting.pop()]:
                group[id(row)] = row
                waiting += [cell for cell in row.factors if cell not in reached]
                reached.update(row.factors)
        groups.append(list(group.values()))
    return groups


def _rows(rule: Rule, named: Mapping[str, frozenset[str]]) -> Iterator[Constraint]:
    """The rule as constraints on cells."""
    if not isinstance(rule.equations, tuple):
        return
    reasons = frozenset({rule.name})
    for equation in rule.equations:
        seen = set()
        for shared in _groups(rule, equation, named):
            told = list(_constraints(rule, equation, shared))
            for factors, within in told:
                key = tuple(sorted(factors.items())), within
                if key not in seen:
                    seen.add(key)
                    yield Constraint(factors, within, reasons)
            if not any(factors for factors, _ in told):  # then of no other group either
                break


def _groups(rule: Rule, equation: Equation, named: Mapping[str, frozenset[str]]) -> Iterator[Cell]:
    """What the cells of an equation may share: the dimensions that its terms leave open."""
    fixed = {name for term in equation.terms for name in term.fixes}
    indicators = [""] if "indicator" in fixed else _indicators(rule, equation)
    for indicator in indicators:
        spoken_of = {indicator} if indicator else _codes(equation, "indicator")
        organizations = {"cooperative"}.union(*(named.get(code, ()) for code in spoken_of))
        for organization in sorted(rule.applies_to.get("organization", organizations)):
            for sector, status in _crosses(min(spoken_of), fixed):
                shared = {
                    "organization": organization,
                    "indicator": indicator,
                    "sector": sector,
                    "status": status,
                }
                if all(name in fixed or _is_allowed(rule, name, shared[name]) for name in shared):
                    yield shared | {"relation": "value", "side": "observed"}


def _codes(equation: Equation, name: str) -> set[str]:
    """What the cells of an equation are fixed to in a dimension."""
    return {str(term.fixes[name]) for term in equation.terms if name in term.fixes}


def _is_allowed(rule: Rule, name: str, code: str) -> bool:
    return name not in rule.applies_to or code in rule.applies_to[name]


def _organizations(rules: Iterable[Rule]) -> dict[str, frozenset[str]]:
    """The organizations that some rule names together with an indicator."""
    named: dict[str, frozenset[str]] = defaultdict(frozenset)
    for rule in rules:
        if not isinstance(rule.equations, tuple):
            continue
        of_rule = rule.applies_to.get("organization", frozenset())
        for equation in rule.equations:
            for code in _codes(equation, "indicator") or set(_indicators(rule, equation)):
                named[code] |= of_rule | _codes(equation, "organization")
    return named


def _indicators(rule: Rule, equation: Equation) -> list[str]:
    """The indicators that an equation which names none speaks of."""
    units = {str(term.fixes["unit"]) for term in equation.terms if "unit" in term.fixes}
    ratios = {"percent", "percentage_point"}
    found = []
    for code, row in codelists.rows("indicator").items():
        bases = {codelists.rows("unit")[unit]["base"] for unit in row["units"].split()}
        about = {"kind": {row["kind"]}, "topic": {row["topic"]}, "indicator": {code}, "unit": bases}
        fits = all(
            not codes.isdisjoint(rule.applies_to.get(name, codes)) for name, codes in about.items()
        )
        if fits and (not units or units <= ratios or units & bases):
            found.append(code)
    return found


def _crosses(indicator: str, fixed: Iterable[str]) -> list[tuple[str, str]]:
    """The sectors with the total of status, and each status with the total of sectors."""
    row = codelists.rows("indicator")[indicator]
    if row["topic"] != "statistic":
        return [("_Z", "_Z")]
    sectors, statuses = ["_T"], ["_T"] if row["kind"] == "stock" else ["_Z"]
    total = statuses[0]
    if "sector" not in fixed and "status" not in fixed:
        sectors = [code for code in codelists.codes("sector") if code != "_Z"]
        if total == "_T":
            statuses = [code for code in codelists.codes("status") if code != "_Z"]
    crosses = [(sector, total) for sector in sectors]
    return crosses + [("_T", status) for status in statuses if status != total]


def _constraints(
    rule: Rule, equation: Equation, shared: Mapping[str, str]
) -> Iterator[tuple[Factors, Interval]]:
    cells = {id(term): _cell(rule, term, shared) for term in equation.terms}
    if equation.form in {Form.PERCENT, Form.PERCENT_CHANGE}:
        whole = equation.whole
        is_share = isinstance(whole, Term) and cells[id(whole)]["relation"] in {"share", "value"}
        if is_share and equation.form is Form.PERCENT:
            part, of = (cells[id(part)] for part in equation.parts)
            yield _sum([(part, 1), (of, -1)]), Interval(None, Fraction(0))
        return
    if equation.form is not Form.SUM:
        return
    stated: Factors = {}
    constant = Fraction(0)
    if isinstance(equation.whole, Fraction):
        constant = equation.whole
    else:
        stated = _sum([(cells[id(equation.whole)], 1)])
    right = _sum([(cells[id(part)], part.factor) for part in equation.parts])
    for times, compare in _sides(equation):
        factors: Factors = defaultdict(Fraction, stated)
        for cell, factor in right.items():
            factors[cell] -= times * factor
        within = _within(compare, equation.plus) - Interval.exactly(constant)
        yield {cell: factor for cell, factor in factors.items() if factor}, within


def _sides(equation: Equation) -> list[tuple[Fraction, Compare]]:
    """How the stated side is to the right side, and to how many times of it."""
    if equation.band is None:
        return [(Fraction(1), equation.compare)]
    low, high = equation.band
    return [(low, Compare.AT_LEAST), (high, Compare.AT_MOST)]


def _within(compare: Compare, plus: Interval | None) -> Interval:
    """What stated less computed may be."""
    nothing = plus or Interval.exactly(0)
    match compare:
        case Compare.EQUAL:
            return nothing
        case Compare.AT_MOST:
            return Interval(None, nothing.high)
        case Compare.AT_LEAST:
            return Interval(nothing.low, None)


def _cell(rule: Rule, term: Term, shared: Mapping[str, str]) -> Cell:
    """The cell that a term means in a group; what nothing says is as it mostly is."""
    cell = {name: "" for name in DIMENSIONS if name != "unit"} | dict(shared)
    for name, wanted in term.fixes.items():
        cell[name] = wanted.in_year(_A_YEAR) if isinstance(wanted, At) else wanted
    for name, allowed in rule.applies_to.items():
        if name in {"relation", "side", "share_of"} and name not in term.fixes:
            cell[name] = cell[name] if cell[name] in allowed else min(allowed)
    if cell["relation"] == "share" and not cell["share_of"]:
        cell["share_of"] = next((n for n in ("sector", "status") if cell[n] not in _TOTALS), "")
    if not cell["period"]:
        kind = codelists.rows("indicator")[cell["indicator"]]["kind"]
        cell["period"] = At(END if kind == "stock" else YEAR).in_year(_A_YEAR)
    cell["unit"] = str(term.fixes.get("unit", ""))
    return cell


def _sum(cells: Iterable[tuple[Cell, int]]) -> Factors:
    """A sum of cells in values: a change is a difference of two, a gap to the plan another."""
    total: Factors = defaultdict(Fraction)
    for cell, factor in cells:
        value = {**cell, "relation": "value", "base_period": "", "share_of": ""}
        match cell["relation"]:
            case "change" if cell["unit"] != "percent":
                total[_key(value)] += factor
                total[_key({**value, "period": cell["base_period"], "side": "observed"})] -= factor
            case "plan_gap":
                total[_key(value)] += factor
                total[_key({**value, "side": "target"})] -= factor
            case _:
                total[_key(cell)] += factor
    return {cell: factor for cell, factor in total.items() if factor}


def _key(cell: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(cell[name] for name in DIMENSIONS if name != "unit")
