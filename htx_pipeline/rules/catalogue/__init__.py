"""The catalogue of rules, by topic. A rule is added to the module of its topic.

The name of a rule is also the name of its Dagster check and of its pandera check.
"""

from htx_pipeline.rules.catalogue import (
    budgets,
    flows,
    households,
    prints,
    sectors,
    status,
    support,
)
from htx_pipeline.rules.model import Rule

RULES: tuple[Rule, ...] = (
    *sectors.RULES,
    *status.RULES,
    *flows.RULES,
    *budgets.RULES,
    *households.RULES,
    *support.RULES,
    *prints.RULES,
)

__all__ = ["RULES"]
