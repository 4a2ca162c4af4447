"""The rules as named pandera checks, so that a notebook flags what ``htx check`` flags.

::

    figures = pandas.read_parquet("data/curated/figures.parquet")
    schema().validate(figures, lazy=True)

The failure cases name the rule and the rows that take part in a contradiction. Waived findings are
flagged too: a waiver is a decision about a finding, not a property of the figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from htx_pipeline.contracts import without_pyspark
from htx_pipeline.errors import HtxError
from htx_pipeline.model import Outcome
from htx_pipeline.rules.catalogue import RULES
from htx_pipeline.rules.evaluate import evaluate
from htx_pipeline.rules.model import Derived

with without_pyspark():
    import pandera.pandas as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from htx_pipeline.rules.model import Rule


def check(rule: Rule) -> pa.Check:
    """One rule as a check on a frame of figures: false on the rows of each contradiction."""

    def holds(figures: pd.DataFrame) -> pd.DataFrame:
        asked = [rule]
        if rule.takes_implied or isinstance(rule.equations, Derived):
            asked = [other for other in RULES if other.name != rule.name] + asked
        evaluations = [e for e in evaluate(figures, asked) if e.rule.name == rule.name]
        broken = [e.broken for e in evaluations if e.outcome is Outcome.ERROR]
        if broken:
            raise HtxError(f"rule {rule.name} is broken: {broken[0]}")
        wrong = {
            figure_id
            for evaluation in evaluations
            if evaluation.outcome is Outcome.FAIL
            for operand in evaluation.operands
            for figure_id in operand.figure_ids
        }
        fine = pd.DataFrame(True, index=figures.index, columns=figures.columns)
        fine["figure_id"] = [figure_id not in wrong for figure_id in figures["figure_id"]]
        return fine

    return pa.Check(holds, name=rule.name, title=rule.title.en, description=rule.title.vi)


def schema(rules: Sequence[Rule] = RULES) -> pa.DataFrameSchema:
    """A schema that lets a frame of figures pass only if it contradicts none of ``rules``."""
    return pa.DataFrameSchema(
        {"figure_id": pa.Column(unique=True)},
        checks=[check(rule) for rule in rules],
        name="figures",
        strict=False,
    )
