"""Rules on one quantity that is printed more than once."""

from htx_pipeline.model import Label
from htx_pipeline.rules.model import AgreeRule

REPEATED_PRINTS_AGREE = AgreeRule(
    name="repeated_prints_agree",
    title=Label(
        vi="Một số liệu in nhiều lần trong một báo cáo phải khớp nhau",
        en="A quantity that a report prints more than once is the same each time",
    ),
    source="arithmetic",
    applies_to={"topic": frozenset({"statistic", "context", "budget"})},
)

RULES = (REPEATED_PRINTS_AGREE,)
