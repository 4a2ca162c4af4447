"""The catalogue of rules, by topic. A rule is added to the module of its topic.

The name of a rule is also the name of its Dagster check, of its pandera check and of its entry in
SARIF files.
"""

from htx_pipeline.rules.catalogue import (
    budgets,
    citations,
    flows,
    households,
    legal,
    means,
    parts,
    plans,
    prints,
    ranges,
    sectors,
    status,
    support,
)
from htx_pipeline.rules.model import Rule

TOPICS: dict[str, tuple[Rule, ...]] = {
    "sectors": sectors.RULES,
    "status": status.RULES,
    "flows": flows.RULES,
    "plans": plans.RULES,
    "parts": parts.RULES,
    "means": means.RULES,
    "budgets": budgets.RULES,
    "households": households.RULES,
    "support": support.RULES,
    "ranges": ranges.RULES,
    "legal": legal.RULES,
    "prints": prints.RULES,
    "citations": citations.RULES,
}
"""The rules by topic, which is the module that holds them."""

RULES: tuple[Rule, ...] = tuple(rule for rules in TOPICS.values() for rule in rules)

__all__ = ["RULES", "TOPICS"]
