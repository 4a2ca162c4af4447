"""The catalogue itself: names, words and codes of the rules, and that each has work to do."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from htx_pipeline import codelists
from htx_pipeline.figures.checks import WHOLE_DIMENSIONS
from htx_pipeline.figures.operands import DIMENSIONS
from htx_pipeline.model import Severity
from htx_pipeline.rules import RULES, LinearRule, catalogue, denominators
from htx_pipeline.rules.catalogue.prints import REPEATED_PRINTS_AGREE
from htx_pipeline.rules.catalogue.sectors import SECTORS, SECTORS_SUM_TO_TOTAL
from htx_pipeline.rules.model import At, Equation, Term, Tree
from htx_pipeline_tests.building import own_release

if TYPE_CHECKING:
    from htx_pipeline.rules import Rule

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


EQUATIONS = [
    pytest.param(equation, id=f"{rule.name}-{position}")
    for rule in RULES
    if isinstance(rule, LinearRule) and not isinstance(rule.equations, Tree)
    for position, equation in enumerate(rule.equations)
]
each_equation = pytest.mark.parametrize("equation", EQUATIONS)


def terms(equation: Equation) -> list[Term]:
    return [term for term in (equation.whole, *equation.parts) if isinstance(term, Term)]


def codes_of(dimension: str) -> set[str]:
    """What a figure may have in a dimension, as far as that is a matter of codes."""
    indicators = codelists.rows("indicator").values()
    known = {
        "kind": {row["kind"] for row in indicators},
        "topic": {row["topic"] for row in indicators},
        "side": {"observed", *codelists.codes("role")} - {"actual", "estimate"},
        "share_of": {*WHOLE_DIMENSIONS, *codelists.codes("indicator"), ""},
        "entity": {*codelists.codes("budget_line"), ""},
    }
    return known[dimension] if dimension in known else set(codelists.codes(dimension))


def test_every_rule_of_every_topic_is_in_the_catalogue_once() -> None:
    modules = [m for m in vars(catalogue).values() if hasattr(m, "RULES") and m is not catalogue]
    assert len(modules) == 7
    assert sorted(rule.name for module in modules for rule in module.RULES) == sorted(
        rule.name for rule in RULES
    )


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


@each_rule
def test_a_name_is_snake_case_as_pandera_dagster_and_the_contract_want_it(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", rule.name)


@each_rule
def test_a_title_is_told_in_two_languages_without_a_full_stop(rule: Rule) -> None:
    assert rule.title.vi != rule.title.en
    for text in (rule.title.vi, rule.title.en):
        assert len(text.split()) > 3
        assert unicodedata.is_normalized("NFC", text)
        assert text == text.strip()
        assert text[0].isupper()
        assert not text.endswith(".")
    assert not rule.title.vi.isascii()


def test_no_two_rules_share_a_title() -> None:
    assert len({rule.title.vi for rule in RULES}) == len({rule.title.en for rule in RULES})
    assert len({rule.title.en for rule in RULES}) == len(RULES)


@each_rule
def test_relation_severity_and_source_are_known(rule: Rule) -> None:
    assert rule.relation in codelists.codes("rule_relation")
    assert rule.severity in Severity
    assert rule.source


@each_rule
def test_a_rule_applies_to_codes_that_exist(rule: Rule) -> None:
    for dimension, allowed in rule.applies_to.items():
        assert dimension in {*DIMENSIONS, "kind", "topic"}
        assert allowed
        assert allowed <= codes_of(dimension), dimension


@each_equation
def test_an_equation_fixes_cells_with_codes_that_exist(equation: Equation) -> None:
    for term in terms(equation):
        assert term.sign in {+1, -1}
        for dimension, wanted in term.fixes.items():
            assert dimension in DIMENSIONS
            if isinstance(wanted, At):
                assert dimension in {"period", "base_period"}
            elif dimension in {"period", "base_period"}:
                assert wanted == ""
            else:
                assert wanted in codes_of(dimension)


@each_equation
def test_the_cells_of_an_equation_differ(equation: Equation) -> None:
    cells = [tuple(sorted(term.fixes.items(), key=str)) for term in terms(equation)]
    assert len(set(cells)) == len(cells) > 1
    assert 1 <= equation.needs_parts <= len(equation.parts)


@each_equation
def test_the_own_cells_of_an_equation_fix_the_same_dimensions(
    equation: Equation,
) -> None:
    # Otherwise a dimension that one cell leaves open would tell nothing of the others' group.
    own = [term for term in terms(equation) if not term.from_any_report]
    assert len({frozenset(term.fixes) for term in own}) == 1


def test_the_sectors_are_all_that_a_cooperative_can_be_in() -> None:
    coarser = {"non_agriculture", "non_credit", "_T", "_Z"}
    assert set(SECTORS) == set(codelists.codes("sector")) - coarser
    assert len(SECTORS) == len(set(SECTORS))


@each_rule
def test_a_rule_meets_a_group_in_the_repository_s_own_data(rule: Rule) -> None:
    assert sum(denominators(own_release().evaluations)[rule.name].values()) > 0


@each_rule
def test_a_rule_decides_at_least_one_group_of_the_repository_s_own_data(rule: Rule) -> None:
    counts = denominators(own_release().evaluations)[rule.name]
    assert counts["pass"] + counts["fail"] > 0
    assert counts["error"] == 0


NO_SUCH = {"colour": "green"}


@pytest.mark.parametrize(
    "broken",
    [
        {"applies_to": {"colour": frozenset({"green"})}},
        {"equations": Tree("colour")},
        {"equations": (Equation(whole=Term(+1, NO_SUCH), parts=(Term(+1, {}),)),)},
        {"equations": (Equation(whole=Fraction(100), parts=(Term(+1, NO_SUCH),)),)},
    ],
    ids=["applies to", "tree", "whole", "part"],
)
def test_a_rule_on_a_dimension_that_does_not_exist_cannot_be_made(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no such dimension: colour"):
        replace(SECTORS_SUM_TO_TOTAL, **broken)


def test_an_agreement_on_a_dimension_that_does_not_exist_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="no such dimension: colour"):
        replace(REPEATED_PRINTS_AGREE, applies_to={"colour": frozenset({"green"})})
