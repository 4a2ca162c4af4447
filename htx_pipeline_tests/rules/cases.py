"""What each rule has to say of three groups of figures: one that holds, one that does not, and one
that leaves it open or of which it is not asked.

The test file of each topic has a table ``CASES`` of these by rule name; ``test_cases`` asks for one
for every rule of the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from htx_pipeline.rules import confront_all
from htx_pipeline_tests.building import citations, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from htx_pipeline.model import Outcome

Descriptions = tuple[dict[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Figures, or mentions of legal documents, as ``printed`` and ``cited`` describe them."""

    valid: Descriptions
    invalid: Descriptions
    undecided: Descriptions = ()
    not_asked: Descriptions = ()


Cases = dict[str, Case]


def told(rule_name: str, descriptions: Descriptions) -> list[Outcome]:
    """What the rule says when the whole catalogue is asked."""
    mentions = [found for found in descriptions if is_mention(found)]
    prints = [found for found in descriptions if not is_mention(found)]
    found = confront_all(read(*prints), citations(*mentions)).evaluations
    return [evaluation.outcome for evaluation in found if evaluation.rule.name == rule_name]


def is_mention(description: Mapping[str, Any]) -> bool:
    """Whether it describes a mention of a legal document, and not a figure."""
    return "document" in description
