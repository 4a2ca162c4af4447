"""Rules on breakdowns by status."""

from htx_pipeline.model import Label
from htx_pipeline.rules.model import Equation, LinearRule, Term

ACTIVE_AND_STOPPED_SUM_TO_TOTAL = LinearRule(
    name="active_and_stopped_sum_to_total",
    title=Label(
        vi="Đang hoạt động cộng ngừng hoạt động bằng tổng số",
        en="Active and stopped add up to all",
    ),
    source="arithmetic",
    applies_to={"kind": frozenset({"stock"}), "relation": frozenset({"value"})},
    equations=(
        Equation(
            whole=Term(+1, {"status": "_T"}),
            parts=(Term(+1, {"status": "active"}), Term(+1, {"status": "stopped"})),
        ),
    ),
)

RULES = (ACTIVE_AND_STOPPED_SUM_TO_TOTAL,)
