"""Every rule of the catalogue can pass, can fail, and knows when it cannot tell."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from htx_pipeline.model import Outcome
from htx_pipeline.rules import RULES, TOPICS
from htx_pipeline_tests.rules.cases import told

if TYPE_CHECKING:
    from htx_pipeline_tests.rules.cases import Case, Cases

TOPIC_OF = {rule.name: topic for topic, rules in TOPICS.items() for rule in rules}


def cases_of(topic: str) -> Cases:
    """The table of the topic's test file. Imported when asked, after pytest has collected it."""
    cases: Cases = import_module(f"htx_pipeline_tests.rules.test_{topic}").CASES
    return cases


def case_of(rule_name: str) -> Case:
    return cases_of(TOPIC_OF[rule_name])[rule_name]


@pytest.mark.parametrize("topic", TOPICS)
def test_the_test_file_of_a_topic_has_a_case_for_each_of_its_rules_and_for_no_other(
    topic: str,
) -> None:
    assert list(cases_of(topic)) == [rule.name for rule in TOPICS[topic]]


def test_every_rule_has_a_topic() -> None:
    assert list(TOPIC_OF) == [rule.name for rule in RULES]


@pytest.mark.parametrize("rule_name", TOPIC_OF)
def test_what_is_valid_passes(rule_name: str) -> None:
    assert set(told(rule_name, case_of(rule_name).valid)) == {Outcome.PASS}


@pytest.mark.parametrize("rule_name", TOPIC_OF)
def test_what_is_invalid_fails(rule_name: str) -> None:
    assert Outcome.FAIL in told(rule_name, case_of(rule_name).invalid)


@pytest.mark.parametrize("rule_name", TOPIC_OF)
def test_what_is_incomplete_is_left_open_or_not_asked(rule_name: str) -> None:
    case = case_of(rule_name)
    assert case.undecided or case.not_asked
    if case.undecided:
        assert set(told(rule_name, case.undecided)) == {Outcome.UNVERIFIABLE}
    if case.not_asked:
        assert told(rule_name, case.not_asked) == []
