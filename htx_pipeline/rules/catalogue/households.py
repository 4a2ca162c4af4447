"""Rules on the households of the area."""

from htx_pipeline.model import Label
from htx_pipeline.rules.model import Equation, LinearRule, Term


def _indicator(code: str) -> Term:
    return Term(+1, {"indicator": code})


POOR_AND_NEAR_POOR_SUM_TO_BOTH = LinearRule(
    name="poor_and_near_poor_sum_to_both",
    title=Label(
        vi="Tỷ lệ hộ nghèo cộng tỷ lệ hộ cận nghèo bằng tổng tỷ lệ",
        en="The rates of poor and of near-poor households add up to their joint rate",
    ),
    source="arithmetic",
    applies_to={"kind": frozenset({"ratio"}), "relation": frozenset({"value"})},
    equations=(
        Equation(
            whole=_indicator("poor_and_near_poor_rate"),
            parts=(_indicator("poverty_rate"), _indicator("near_poverty_rate")),
        ),
    ),
)

RULES = (POOR_AND_NEAR_POOR_SUM_TO_BOTH,)
