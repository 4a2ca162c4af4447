"""Which figures contradict each other: the catalogue of rules, their evaluation, the findings."""

from htx_pipeline.rules.catalogue import RULES
from htx_pipeline.rules.evaluation import Evaluation, Member, evaluate
from htx_pipeline.rules.findings import Finding, Ledger, Waiver, find, read_waivers
from htx_pipeline.rules.messages import denominators, message
from htx_pipeline.rules.model import AgreeRule, LinearRule, Rule

__all__ = [
    "RULES",
    "AgreeRule",
    "Evaluation",
    "Finding",
    "Ledger",
    "LinearRule",
    "Member",
    "Rule",
    "Waiver",
    "denominators",
    "evaluate",
    "find",
    "message",
    "read_waivers",
]
