"""The catalogue itself: its words, that it is whole, and that each rule has work to do."""

from __future__ import annotations

import pkgutil
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from htx_pipeline import codelists
from htx_pipeline.rules import RULES, TOPICS, catalogue, denominators, description
from htx_pipeline.rules.catalogue.none import NO_RULES
from htx_pipeline.rules.catalogue.prints import REPEATED_PRINTS_AGREE
from htx_pipeline.rules.catalogue.sectors import SECTORS, SECTORS_SUM_TO_TOTAL
from htx_pipeline.rules.model import Equation, Term, Tree
from htx_pipeline_tests.building import own_release

if TYPE_CHECKING:
    from htx_pipeline.rules import Rule

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)

EQUATIONS = [
    pytest.param(equation, id=f"{rule.name}-{position}")
    for rule in RULES
    if isinstance(rule.equations, tuple)
    for position, equation in enumerate(rule.equations)
]
each_equation = pytest.mark.parametrize("equation", EQUATIONS)


def test_every_rule_of_every_module_is_in_the_catalogue_once() -> None:
    modules = {
        name: import_module(f"{catalogue.__name__}.{name}")
        for _, name, _ in pkgutil.iter_modules(catalogue.__path__)
        if name != "none"
    }
    assert {name: module.RULES for name, module in modules.items()} == TOPICS
    assert sorted(rule.name for rule in RULES) == sorted(
        rule.name for module in modules.values() for rule in module.RULES
    )


def test_every_topic_has_a_title_in_both_languages() -> None:
    for topic in TOPICS:
        title = description.topic_title(topic)
        assert title.vi != title.en != topic


@each_rule
def test_a_title_is_a_sentence_without_its_full_stop(rule: Rule) -> None:
    for text in (rule.title.vi, rule.title.en):
        assert len(text.split()) > 3
        assert text[0].isupper()
    assert not rule.title.vi.isascii()
    assert not rule.help.vi.isascii()


def test_no_two_rules_share_a_title() -> None:
    assert len({rule.title.vi for rule in RULES}) == len(RULES)
    assert len({rule.title.en for rule in RULES}) == len(RULES)


@each_rule
def test_the_source_of_a_rule_is_told_in_vietnamese_too(rule: Rule) -> None:
    assert description.source(rule, "vi") != description.source(rule, "en") == rule.source


def test_reasons_for_no_rule_are_told_once() -> None:
    assert len({entry.because.en for entry in NO_RULES}) == len(NO_RULES)


@each_equation
def test_the_cells_of_an_equation_differ(equation: Equation) -> None:
    cells = [tuple(sorted(term.fixes.items(), key=str)) for term in equation.terms]
    assert len(set(cells)) == len(cells)
    assert len(cells) > 1 or equation.plus is not None


@each_equation
def test_an_equation_asks_something(equation: Equation) -> None:
    assert all(term.factor for term in equation.terms)
    if equation.band is not None:
        assert 0 < equation.band[0] < equation.band[1]


def test_the_sectors_are_all_that_a_cooperative_can_be_in() -> None:
    coarser = {"non_agriculture", "non_credit", "_T", "_Z"}
    assert set(SECTORS) == set(codelists.codes("sector")) - coarser
    assert len(SECTORS) == len(set(SECTORS))


@each_rule
def test_a_rule_meets_a_group_in_the_repository_s_own_data(rule: Rule) -> None:
    assert sum(denominators(own_release().evaluations)[rule.name].values()) > 0


@each_rule
def test_no_rule_breaks_on_the_repository_s_own_data(rule: Rule) -> None:
    assert denominators(own_release().evaluations)[rule.name]["error"] == 0


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
