"""Is the catalogue itself sound? Asked by a test, of the catalogue and the contracts alone.

Each problem is a sentence that names the rule or the column. Whether rules contradict each other is
in ``coherence``, which published numbers they leave out in ``coverage``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from htx_pipeline import codelists
from htx_pipeline.figures.checks import WHOLE_DIMENSIONS
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.rules import coherence, coverage
from htx_pipeline.rules.model import At, Means, Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from htx_pipeline.model import Label
    from htx_pipeline.rules.coverage import Contract
    from htx_pipeline.rules.model import Equation, NoRule, Rule

MAX_NAME = 60
"""The name of a rule is also that of its Dagster check, and stands in lists of them."""

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
_SIDES = {"observed", "target", "threshold"}
_ANY_YEAR = 2000


def problems(
    rules: Sequence[Rule],
    no_rules: Sequence[NoRule],
    contracts: Iterable[Contract],
    tables: Iterable[object],
) -> list[str]:
    """Everything that is wrong with the catalogue; nothing, if it is sound.

    ``contracts`` are those of the published tables, ``tables`` the tables that are built from
    figures: of the wide ones it is asked which figures fill a column.
    """
    found = [
        *_names([*rules, *no_rules]),
        *(problem for rule in rules for problem in _of_rule(rule)),
        *(problem for entry in no_rules for problem in _of_entry(entry)),
    ]
    if found:  # codes that do not exist cannot be reasoned about
        return found
    return [
        *(
            f"no figures can keep these together: {', '.join(names)}"
            for names in coherence.contradictions(rules)
        ),
        *coverage.problems(rules, no_rules, contracts, tables),
    ]


def _names(entries: Iterable[Rule | NoRule]) -> Iterator[str]:
    for name, times in Counter(entry.name for entry in entries).items():
        if times > 1:
            yield f"{name}: the name stands {times} times"
        if not _NAME.fullmatch(name):
            yield f"{name}: not a name in snake_case"
        if len(name) > MAX_NAME:
            yield f"{name}: longer than {MAX_NAME} characters"


def _of_rule(rule: Rule) -> Iterator[str]:
    yield from _words(rule.name, "title", rule.title)
    yield from _words(rule.name, "help", rule.help)
    if rule.title.vi.endswith(".") or rule.title.en.endswith("."):
        yield f"{rule.name}: the title ends in a full stop"
    if not rule.source.strip():
        yield f"{rule.name}: no source"
    if rule.relation not in codelists.codes("rule_relation"):
        yield f"{rule.name}: no such relation: {rule.relation}"
    if rule.since is not None and rule.until is not None and rule.since >= rule.until:
        yield f"{rule.name}: it ends before it begins"
    for dimension, codes in rule.applies_to.items():
        if not codes:
            yield f"{rule.name}: applies to no {dimension}"
        yield from _unknown(rule.name, dimension, codes)
    yield from _of_statement(rule)


def _of_statement(rule: Rule) -> Iterator[str]:
    match rule.equations:
        case tuple(equations):
            if not equations:
                yield f"{rule.name}: no equations"
            for equation in equations:
                yield from _of_equation(rule.name, equation)
        case Means(sectors, weights):
            yield from _unknown(rule.name, "sector", sectors)
            yield from _unknown(rule.name, "indicator", [indicator for indicator, _ in weights])
            yield from _unknown(rule.name, "status", [status for _, status in weights])
        case Tree(dimension) if dimension != "entity":
            yield f"{rule.name}: {dimension} is no dimension of paths"
        case _:
            pass


def _of_equation(name: str, equation: Equation) -> Iterator[str]:
    for term in equation.terms:
        for dimension, wanted in term.fixes.items():
            if isinstance(wanted, At):
                yield from _of_period(name, dimension, wanted)
            else:
                yield from _unknown(name, dimension, [wanted])
    if not 1 <= equation.needs_parts <= max(1, len(equation.parts)):
        yield f"{name}: an equation of {len(equation.parts)} parts needs {equation.needs_parts}"


def _of_period(name: str, dimension: str, at: At) -> Iterator[str]:
    if dimension not in {"period", "base_period"}:
        yield f"{name}: {dimension} is fixed to a period"
    try:
        period = at.in_year(_ANY_YEAR)
        period_ends(period)
        is_understood = at.year_of(period) == _ANY_YEAR
    except (ValueError, LookupError, re.error):
        is_understood = False
    if not is_understood:
        yield f"{name}: {at.form!r} is no period of a year"


def _unknown(name: str, dimension: str, codes: Iterable[str]) -> Iterator[str]:
    known = _known(dimension)
    for code in sorted(set(codes) - known):
        yield f"{name}: no such {dimension}: {code or 'empty'}"


def _known(dimension: str) -> set[str]:
    """The codes of a dimension, as far as figures may have them."""
    indicators = codelists.rows("indicator")
    match dimension:
        case "kind" | "topic":
            known: Iterable[str] = (row[dimension] for row in indicators.values())
        case "side":
            known = _SIDES
        case "share_of":
            known = (*WHOLE_DIMENSIONS, *indicators, "")
        case "entity":
            known = (*codelists.codes("budget_line"), "")
        case "area_code":
            known = codelists.codes("area")
        case "period" | "base_period":
            known = ("",)
        case _:
            known = codelists.codes(dimension)
    return set(known)


def _of_entry(entry: NoRule) -> Iterator[str]:
    yield from _words(entry.name, "reason", entry.because)


def _words(name: str, what: str, label: Label) -> Iterator[str]:
    for language, text in (("Vietnamese", label.vi), ("English", label.en)):
        if not text.strip():
            yield f"{name}: no {what} in {language}"
        elif text != text.strip() or not unicodedata.is_normalized("NFC", text):
            yield f"{name}: the {what} in {language} has stray spaces or decomposed letters"
    if label.vi == label.en and label.vi.strip():
        yield f"{name}: the {what} is the same in both languages"
