"""Which figures contradict each other: the catalogue of rules, their evaluation, the findings."""

from htx_pipeline.rules.catalogue import RULES, TOPICS
from htx_pipeline.rules.deduction import Implied
from htx_pipeline.rules.documents import Citation, CitationEvaluation
from htx_pipeline.rules.evaluate import AnyEvaluation, Confrontation, confront_all, evaluate
from htx_pipeline.rules.evaluation import Evaluation, Member
from htx_pipeline.rules.findings import Accused, Finding, Ledger, Waiver, find, read_waivers
from htx_pipeline.rules.messages import denominators, message
from htx_pipeline.rules.model import Rule

__all__ = [
    "RULES",
    "TOPICS",
    "Accused",
    "AnyEvaluation",
    "Citation",
    "CitationEvaluation",
    "Confrontation",
    "Evaluation",
    "Finding",
    "Implied",
    "Ledger",
    "Member",
    "Rule",
    "Waiver",
    "confront_all",
    "denominators",
    "evaluate",
    "find",
    "message",
    "read_waivers",
]
