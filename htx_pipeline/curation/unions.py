"""Table ``unions``: the unions of cooperatives (liên hiệp hợp tác xã) of an area at a date."""

from __future__ import annotations

from htx_pipeline.curation.wide import WideTable, amount, count
from htx_pipeline.model import Label

UNIONS = WideTable(
    name="unions",
    title=Label(vi="Liên hiệp hợp tác xã", en="Unions of cooperatives"),
    description=Label(
        vi="Các liên hiệp HTX của một địa bàn tại một thời điểm.",
        en="The unions of cooperatives of an area at a date.",
    ),
    organization="union",
    measures=(
        count("unions_count", "số liên hiệp HTX", "Unions of cooperatives", "unions", unit="union"),
        count(
            "member_cooperatives_count",
            "số HTX thành viên",
            "Cooperatives that are members of a union",
            "member_cooperatives",
            unit="cooperative",
        ),
        amount(
            "charter_capital_vnd_million",
            "vốn điều lệ",
            "Charter capital",
            "charter_capital",
            unit="million_vnd",
        ),
    ),
)
