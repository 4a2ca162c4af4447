"""Rules on breakdowns by sector."""

from fractions import Fraction

from htx_pipeline.model import Label
from htx_pipeline.rules.model import Equation, LinearRule, Term

SECTORS = (
    "agriculture",
    "industry",
    "construction",
    "trade",
    "transport",
    "environment",
    "credit",
)
"""The sectors that together are all cooperatives, each cooperative in one."""

_PARTITIONS = (
    SECTORS,
    ("agriculture", "non_agriculture"),
    ("credit", "non_credit"),
)


def _sector(code: str) -> Term:
    return Term(+1, {"sector": code})


SECTORS_SUM_TO_TOTAL = LinearRule(
    name="sectors_sum_to_total",
    title=Label(
        vi="Cộng các lĩnh vực bằng tổng số",
        en="The sectors add up to the total",
    ),
    source="arithmetic",
    applies_to={"kind": frozenset({"stock", "flow"}), "relation": frozenset({"value"})},
    equations=tuple(
        Equation(whole=_sector("_T"), parts=tuple(_sector(code) for code in codes), needs_parts=2)
        for codes in _PARTITIONS
    ),
)

SECTOR_SHARES_SUM_TO_100 = LinearRule(
    name="sector_shares_sum_to_100",
    title=Label(
        vi="Cộng tỷ trọng các lĩnh vực bằng 100%",
        en="The shares of the sectors add up to 100 percent",
    ),
    source="arithmetic",
    applies_to={"relation": frozenset({"share"}), "share_of": frozenset({"sector"})},
    equations=tuple(
        Equation(whole=Fraction(100), parts=tuple(_sector(code) for code in codes), needs_parts=2)
        for codes in _PARTITIONS
    ),
)

RULES = (SECTORS_SUM_TO_TOTAL, SECTOR_SHARES_SUM_TO_100)
