"""Rules on breakdowns by sector."""

from fractions import Fraction

from htx_pipeline.model import Label
from htx_pipeline.rules.model import Equation, Form, Rule, Term

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


def _value(code: str) -> Term:
    return Term(+1, {"relation": "value", "share_of": "", "sector": code})


def _share(code: str) -> Term:
    return Term(+1, {"relation": "share", "share_of": "sector", "sector": code, "unit": "percent"})


SECTORS_SUM_TO_TOTAL = Rule(
    name="sectors_sum_to_total",
    title=Label(
        vi="Cộng các lĩnh vực bằng tổng số",
        en="The sectors add up to the total",
    ),
    relation="linear",
    source="arithmetic",
    help=Label(
        vi="So lại tổng số và từng lĩnh vực với văn bản; nếu văn bản in như vậy thì miễn trừ.",
        en="Compare the total and each sector with the document; if it is printed so, waive it.",
    ),
    applies_to={"kind": frozenset({"stock", "flow"}), "relation": frozenset({"value"})},
    equations=tuple(
        Equation(whole=_sector("_T"), parts=tuple(_sector(code) for code in codes), needs_parts=2)
        for codes in _PARTITIONS
    ),
)

SECTOR_SHARES_SUM_TO_100 = Rule(
    name="sector_shares_sum_to_100",
    title=Label(
        vi="Cộng tỷ trọng các lĩnh vực bằng 100%",
        en="The shares of the sectors add up to 100 percent",
    ),
    relation="linear",
    source="arithmetic",
    help=Label(
        vi="So lại từng tỷ trọng với văn bản; chênh lệch lớn hơn mức làm tròn là có số sai.",
        en="Compare each share with the document; more than rounding means that one is wrong.",
    ),
    applies_to={"relation": frozenset({"share"}), "share_of": frozenset({"sector"})},
    equations=tuple(
        Equation(whole=Fraction(100), parts=tuple(_sector(code) for code in codes), needs_parts=2)
        for codes in _PARTITIONS
    ),
)

SHARES_OF_SECTORS = Rule(
    name="shares_of_sectors",
    title=Label(
        vi="Tỷ trọng của lĩnh vực bằng giá trị của lĩnh vực chia tổng số",
        en="The share of a sector is its value in percent of the total",
    ),
    relation="ratio",
    source="arithmetic",
    help=Label(
        vi="Xem tỷ trọng được tính trên tổng số nào: in trong văn bản, hay cộng từ các lĩnh vực.",
        en="See which total the share was taken of: the printed one, or the sum of the sectors.",
    ),
    applies_to={"relation": frozenset({"value", "share"})},
    equations=tuple(
        Equation(
            whole=_share(code),
            parts=(_value(code), _value("_T")),
            form=Form.PERCENT,
            needs_whole=True,
        )
        for code in dict.fromkeys(code for codes in _PARTITIONS for code in codes)
    ),
)

RULES = (SECTORS_SUM_TO_TOTAL, SECTOR_SHARES_SUM_TO_100, SHARES_OF_SECTORS)
