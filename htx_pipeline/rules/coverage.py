"""Which published numbers are under a rule.

A number is *under* a rule if the rule singles out figures of its kind: some cell of the rule names
its indicator, its kind or topic, its sector or status, its organization or its plan, and nothing
that the rule says keeps such figures out. What holds of any number does not count: the same print
twice, two derivations, a printed change or attainment beside it. These ask something only where a
second print happens to stand there.

- A measure of a wide table stands for the figures that may fill it.
- ``support`` and ``context`` hold one kind of number for each indicator of their topics: such a
  number is named ``support.value[fairs]``.
- ``targets`` hold figures of plans, ``observations`` values that are observed, ``figures`` all
  figures; ``implied_values`` what relations imply, so that for them the comparison of derivations
  is a rule.
- ``value_low`` and ``value_high`` are the bounds of ``value`` and go with it.
- Every other column of whole or decimal numbers holds no figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from htx_pipeline import codelists
from htx_pipeline.rules.model import At, Derived, Means, Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from htx_pipeline.rules.model import NoRule, Rule

    Figures = Mapping[str, frozenset[str]]
    """The codes that the figures of a number may have; a dimension that is missing may be any."""

_NUMERIC = {"integer", "number"}
_BOUNDS = {"value_low", "value_high"}
_SINGLING_OUT = {"organization", "entity", "indicator", "sector", "status", "kind", "topic"}
_TOPICS = {"support": {"support", "budget"}, "context": {"context"}}
_RELATIONS = {"support": frozenset({"value"}), "context": frozenset({"value", "share"})}
_SIDES = {
    "support": frozenset({"observed", "target", "threshold"}),
    "context": frozenset({"observed", "threshold"}),
}
_NOT_APPLICABLE = frozenset({"_Z"})
_EMPTY = frozenset({""})


class Contract(Protocol):
    """A contract, as far as its columns are asked for."""

    @property
    def name(self) -> str:
        """The name of the table."""

    @property
    def fields(self) -> Sequence[Any]:
        """Its columns, each with ``name`` and ``kind``."""


class Measure(Protocol):
    """A column of a wide table and the figures that may fill it."""

    @property
    def column(self) -> Any:
        """The column."""

    @property
    def picks(self) -> Mapping[str, frozenset[str]]:
        """The allowed codes by dimension."""


@runtime_checkable
class WideTable(Protocol):
    """A table with a column for each measure."""

    @property
    def contract(self) -> Contract:
        """What the table promises."""

    @property
    def organization(self) -> str:
        """Whose figures it holds."""

    @property
    def measures(self) -> Sequence[Measure]:
        """Its measures."""

    @property
    def sectors(self) -> Sequence[str]:
        """The sectors that have a row of their own; none where the table has no sectors."""


def problems(
    rules: Sequence[Rule],
    no_rules: Sequence[NoRule],
    contracts: Iterable[Contract],
    tables: Iterable[object],
) -> Iterator[str]:
    """Numbers under no rule that are not listed with a reason, and lists that are wrong."""
    published = numbers(contracts, tables)
    covering = {name: under(figures, rules) for name, figures in published.items()}
    covering |= _covering_of_implied(covering, rules)
    listed: dict[str, str] = {}
    for entry in no_rules:
        for pattern in entry.columns:
            meant = [name for name in published if _is_meant(name, pattern)]
            if not meant:
                yield f"{entry.name}: no published number is called {pattern}"
            for name in meant:
                if covering[name]:
                    yield f"{entry.name}: {name} is under a rule: {', '.join(covering[name])}"
                if name in listed:
                    yield f"{entry.name}: {name} is listed by {listed[name]}, too"
                listed[name] = entry.name
    for name, names in covering.items():
        if not names and name not in listed:
            yield f"{name} is under no rule, and no entry says why"


def _is_meant(name: str, pattern: str) -> bool:
    if pattern.endswith(".*"):
        return name.startswith(pattern[:-1])
    return name == pattern


def _covering_of_implied(
    covering: Mapping[str, Sequence[str]], rules: Sequence[Rule]
) -> dict[str, list[str]]:
    asked = [r.name for r in rules if r.takes_implied or isinstance(r.equations, Derived)]
    return {"implied_values.value": asked} if "implied_values.value" in covering else {}


def numbers(contracts: Iterable[Contract], tables: Iterable[object]) -> dict[str, Figures | None]:
    """Every published number by name, and its figures; ``None`` where it holds none."""
    measures = {
        f"{table.contract.name}.{measure.column.name}": _of_measure(table, measure)
        for table in tables
        if isinstance(table, WideTable)
        for measure in table.measures
    }
    found: dict[str, Figures | None] = {}
    for contract in contracts:
        for field in contract.fields:
            name = f"{contract.name}.{field.name}"
            if field.kind not in _NUMERIC:
                continue
            holds_values = any(other.name == "value" for other in contract.fields)
            if field.name in _BOUNDS and holds_values:
                continue
            if field.name == "value" and contract.name in _TOPICS:
                found |= _by_indicator(contract.name)
            else:
                found[name] = measures.get(name) or _LONG.get(name)
    return found


_LONG: dict[str, Figures] = {
    "targets.value": {"side": frozenset({"target"})},
    "targets.achieved_value": {"side": frozenset({"observed"})},
    "figures.value": {},
    "observations.value": {"side": frozenset({"observed"}), "relation": frozenset({"value"})},
    "implied_values.value": {},
}


def _of_measure(table: WideTable, measure: Measure) -> Figures:
    (indicator,) = measure.picks["indicator"]
    picks = {**measure.picks, "unit": _bases(measure.picks["unit"])}
    if table.sectors:
        picks["sector"] = frozenset(table.sectors)
    return {
        **_described(indicator),
        **picks,
        "organization": frozenset({table.organization}),
        "relation": frozenset({"value"}),
        "side": frozenset({"observed"}),
        "share_of": _EMPTY,
        "base_period": _EMPTY,
    }


def _by_indicator(table: str) -> dict[str, Figures | None]:
    return {
        f"{table}.value[{code}]": {
            **_described(code),
            "unit": _bases(row["units"].split()),
            "sector": _NOT_APPLICABLE,
            "status": _NOT_APPLICABLE,
            "relation": _RELATIONS[table],
            "side": _SIDES[table],
            "base_period": _EMPTY,
        }
        for code, row in codelists.rows("indicator").items()
        if row["topic"] in _TOPICS[table]
    }


def _described(indicator: str) -> dict[str, frozenset[str]]:
    row = codelists.rows("indicator")[indicator]
    return {
        "indicator": frozenset({indicator}),
        "kind": frozenset({row["kind"]}),
        "topic": frozenset({row["topic"]}),
    }


def _bases(units: Iterable[str]) -> frozenset[str]:
    """Rules compare in base units."""
    return frozenset(codelists.rows("unit")[unit]["base"] for unit in units)


def under(figures: Figures | None, rules: Iterable[Rule]) -> list[str]:
    """The names of the rules that single out such figures."""
    if figures is None:
        return []
    return [rule.name for rule in rules if _singles_out(rule, figures)]


def _singles_out(rule: Rule, figures: Figures) -> bool:
    match rule.equations:
        case Tree():
            cells: list[dict[str, frozenset[str]]] = [{}]
        case Means(_, weights):
            counts = [
                {"indicator": frozenset({indicator}), "status": frozenset({status})}
                for indicator, status in weights
            ]
            if any(_fits(count, figures) for count in counts):
                return True
            cells = [{}]
        case tuple(equations):
            cells = [
                {name: _codes(wanted) for name, wanted in term.fixes.items() if name != "period"}
                for equation in equations
                for term in equation.terms
            ]
        case _:
            return False
    if not _fits(rule.applies_to, figures):
        return False
    return any(
        _fits(cell, figures) and _is_named({**rule.applies_to, **cell}, figures) for cell in cells
    )


def _codes(wanted: str | At) -> frozenset[str]:
    """What a cell may be in a dimension; a period by its position is no code, and never empty."""
    return frozenset({wanted if isinstance(wanted, str) else wanted.form})


def _fits(allowed: Mapping[str, frozenset[str]], figures: Figures) -> bool:
    return all(
        not codes.isdisjoint(figures[name]) for name, codes in allowed.items() if name in figures
    )


def _is_named(cell: Mapping[str, frozenset[str]], figures: Figures) -> bool:
    """Whether a cell says more of such figures than that they are printed."""
    is_of_plans = "observed" not in figures.get("side", {"observed"})
    return not _SINGLING_OUT.isdisjoint(cell) or (is_of_plans and "side" in cell)
