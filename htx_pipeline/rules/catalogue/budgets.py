"""Rules on budgets."""

from htx_pipeline.model import Label
from htx_pipeline.rules.model import Rule, Tree

BUDGET_LINES_SUM_TO_HEADS = Rule(
    name="budget_lines_sum_to_heads",
    title=Label(
        vi="Cộng các khoản kinh phí bằng mục trên",
        en="Budget lines add up to their head",
    ),
    relation="linear",
    source="arithmetic",
    help=Label(
        vi="So lại từng khoản với văn bản; xem có khoản nào không in ra.",
        en="Compare each line with the document; see whether one is not printed.",
    ),
    applies_to={"topic": frozenset({"budget"}), "relation": frozenset({"value"})},
    equations=Tree("entity"),
)

RULES = (BUDGET_LINES_SUM_TO_HEADS,)
