"""Rules on support measures."""

from htx_pipeline.model import Label
from htx_pipeline.rules.model import Equation, Rule, Term


def _indicator(code: str) -> Term:
    return Term(+1, {"indicator": code})


SUPPORT_PROGRAMMES_SUM_TO_TOTAL = Rule(
    name="support_programmes_sum_to_total",
    title=Label(
        vi="Cộng số HTX của từng chương trình hỗ trợ bằng tổng số",
        en="The cooperatives in each support programme add up to those in all",
    ),
    relation="linear",
    source="arithmetic",
    help=Label(
        vi="So lại ba chương trình và tổng số với văn bản.",
        en="Compare the programmes and the total with the document.",
    ),
    applies_to={"topic": frozenset({"support"}), "relation": frozenset({"value"})},
    equations=(
        Equation(
            whole=_indicator("cooperatives_in_support"),
            parts=(
                _indicator("cooperatives_in_support_linkage"),
                _indicator("cooperatives_in_support_resolution"),
                _indicator("cooperatives_in_support_scheme"),
            ),
        ),
    ),
)

RULES = (SUPPORT_PROGRAMMES_SUM_TO_TOTAL,)
