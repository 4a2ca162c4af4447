"""Table ``groups``: the cooperative groups (tổ hợp tác) of an area at a date."""

from __future__ import annotations

from htx_pipeline.curation.wide import WideTable, amount, count
from htx_pipeline.model import Label

GROUPS = WideTable(
    name="groups",
    title=Label(vi="Tổ hợp tác", en="Cooperative groups"),
    description=Label(
        vi="Các tổ hợp tác của một địa bàn tại một thời điểm.",
        en="The cooperative groups of an area at a date.",
    ),
    organization="group",
    measures=(
        count("groups_count", "số THT", "Cooperative groups", "groups", unit="group"),
        count(
            "groups_agriculture_count",
            "số THT nông nghiệp",
            "Cooperative groups in agriculture",
            "groups",
            unit="group",
            sector="agriculture",
        ),
        count(
            "groups_non_agriculture_count",
            "số THT phi nông nghiệp",
            "Cooperative groups outside agriculture",
            "groups",
            unit="group",
            sector="non_agriculture",
        ),
        count(
            "groups_new_count",
            "số THT thành lập mới trong năm",
            "Cooperative groups founded in the year",
            "groups_new",
            unit="group",
        ),
        count("members_persons", "số thành viên THT", "Members", "members", unit="person"),
        amount(
            "revenue_mean_vnd_million",
            "doanh thu bình quân một THT",
            "Mean revenue of a group in the year",
            "revenue_mean",
            unit="million_vnd_per_year",
        ),
        amount(
            "profit_mean_vnd_million",
            "lợi nhuận bình quân một THT",
            "Mean profit of a group in the year",
            "profit_mean",
            unit="million_vnd_per_year",
        ),
        amount(
            "income_mean_vnd_million_per_year",
            "thu nhập bình quân một thành viên trong năm",
            "Mean income of a member, printed per year",
            "income_mean",
            unit="million_vnd_per_person_year",
        ),
        amount(
            "income_mean_vnd_million_per_month",
            "thu nhập bình quân một thành viên trong tháng",
            "Mean income of a member, printed per month",
            "income_mean",
            unit="million_vnd_per_person_month",
        ),
    ),
)
