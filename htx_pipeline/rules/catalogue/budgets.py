"""Rules on budgets."""

from htx_pipeline.model import Label
from htx_pipeline.rules.model import LinearRule, Tree

BUDGET_LINES_SUM_TO_HEADS = LinearRule(
    name="budget_lines_sum_to_heads",
    title=Label(
        vi="Cộng các khoản kinh phí bằng mục trên",
        en="Budget lines add up to their head",
    ),
    source="arithmetic",
    applies_to={"topic": frozenset({"budget"}), "relation": frozenset({"value"})},
    equations=Tree("entity"),
)

RULES = (BUDGET_LINES_SUM_TO_HEADS,)
