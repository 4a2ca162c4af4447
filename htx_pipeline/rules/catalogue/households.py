"""Rules on the households of the area."""

from htx_pipeline.model import Label
from htx_pipeline.rules.model import Equation, Form, Rule, Term


def _indicator(code: str) -> Term:
    return Term(+1, {"indicator": code})


POOR_AND_NEAR_POOR_SUM_TO_BOTH = Rule(
    name="poor_and_near_poor_sum_to_both",
    title=Label(
        vi="Tỷ lệ hộ nghèo cộng tỷ lệ hộ cận nghèo bằng tổng tỷ lệ",
        en="The rates of poor and of near-poor households add up to their joint rate",
    ),
    relation="linear",
    source="arithmetic",
    help=Label(vi="So lại ba tỷ lệ với văn bản.", en="Compare the three rates with the document."),
    applies_to={"kind": frozenset({"ratio"}), "relation": frozenset({"value"})},
    equations=(
        Equation(
            whole=_indicator("poor_and_near_poor_rate"),
            parts=(_indicator("poverty_rate"), _indicator("near_poverty_rate")),
        ),
    ),
)

_RATES = {"poverty_rate": "poor_households", "near_poverty_rate": "near_poor_households"}

RATES_OF_HOUSEHOLDS = Rule(
    name="rates_of_households",
    title=Label(
        vi="Tỷ lệ hộ nghèo, cận nghèo bằng số hộ đó chia tổng số hộ",
        en="The rate of poor or near-poor households is their number in percent of all",
    ),
    relation="ratio",
    source="arithmetic",
    help=Label(
        vi="So lại số hộ và tỷ lệ với văn bản.",
        en="Compare the households and the rates with the document.",
    ),
    applies_to={"relation": frozenset({"value"}), "topic": frozenset({"context"})},
    equations=tuple(
        Equation(
            whole=Term(+1, {"indicator": rate, "unit": "percent"}),
            parts=(
                Term(+1, {"indicator": counted, "unit": "household"}),
                Term(+1, {"indicator": "households", "unit": "household"}),
            ),
            form=Form.PERCENT,
            needs_whole=True,
        )
        for rate, counted in _RATES.items()
    ),
)

RULES = (POOR_AND_NEAR_POOR_SUM_TO_BOTH, RATES_OF_HOUSEHOLDS)
