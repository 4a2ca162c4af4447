"""Tables ``cooperatives`` and ``cooperatives_by_sector``: the cooperatives of an area at a date."""

from __future__ import annotations

from htx_pipeline import contracts as c
from htx_pipeline.curation.wide import WideTable, amount, count
from htx_pipeline.model import Label
from htx_pipeline.rules.catalogue.sectors import SECTORS

_COUNTS = (
    count("cooperatives_count", "số HTX", "Cooperatives", "cooperatives", unit="cooperative"),
    count(
        "cooperatives_active_count",
        "số HTX đang hoạt động",
        "Active cooperatives",
        "cooperatives",
        unit="cooperative",
        status="active",
    ),
    count(
        "cooperatives_stopped_count",
        "số HTX ngừng hoạt động",
        "Stopped cooperatives",
        "cooperatives",
        unit="cooperative",
        status="stopped",
    ),
    count(
        "cooperatives_new_count",
        "số HTX thành lập mới trong năm",
        "Cooperatives founded in the year",
        "cooperatives_new",
        unit="cooperative",
    ),
    count(
        "cooperatives_dissolved_count",
        "số HTX giải thể trong năm",
        "Cooperatives dissolved in the year",
        "cooperatives_dissolved",
        unit="cooperative",
    ),
    count("members_persons", "số thành viên", "Members", "members", unit="person"),
    count("employees_persons", "số lao động", "Regular employees", "employees", unit="person"),
)
_AMOUNTS = (
    amount(
        "charter_capital_vnd_million",
        "vốn điều lệ",
        "Charter capital",
        "charter_capital",
        unit="million_vnd",
    ),
    amount(
        "revenue_mean_vnd_million",
        "doanh thu bình quân một HTX",
        "Mean revenue of a cooperative in the year",
        "revenue_mean",
        unit="million_vnd_per_year",
    ),
    amount(
        "profit_mean_vnd_million",
        "lợi nhuận bình quân một HTX",
        "Mean profit of a cooperative in the year",
        "profit_mean",
        unit="million_vnd_per_year",
    ),
    amount(
        "income_mean_vnd_million_per_year",
        "thu nhập bình quân một lao động trong năm",
        "Mean income of an employee, printed per year",
        "income_mean",
        unit="million_vnd_per_person_year",
    ),
    amount(
        "income_mean_vnd_million_per_month",
        "thu nhập bình quân một lao động trong tháng",
        "Mean income of an employee, printed per month",
        "income_mean",
        unit="million_vnd_per_person_month",
    ),
)

COOPERATIVES = WideTable(
    name="cooperatives",
    title=Label(vi="Hợp tác xã", en="Cooperatives"),
    description=Label(
        vi="Toàn bộ HTX của một địa bàn tại một thời điểm: tổng số và các phân tổ theo cột.",
        en="All cooperatives of an area at a date: totals and breakdowns as columns.",
    ),
    organization="cooperative",
    measures=(
        *_COUNTS,
        count(
            "cooperatives_effective_count",
            "số HTX hoạt động hiệu quả",
            "Cooperatives that work effectively",
            "cooperatives_effective",
            unit="cooperative",
        ),
        count(
            "members_new_persons",
            "số thành viên mới trong năm",
            "Members who joined in the year",
            "members_new",
            unit="person",
        ),
        count("managers_persons", "số cán bộ quản lý", "Managers", "managers", unit="person"),
        count(
            "managers_elementary_intermediate_persons",
            "số cán bộ quản lý trình độ sơ và trung cấp",
            "Managers with elementary or intermediate training",
            "managers_elementary_intermediate",
            unit="person",
        ),
        count(
            "managers_university_persons",
            "số cán bộ quản lý trình độ đại học trở lên",
            "Managers with a university degree",
            "managers_university",
            unit="person",
        ),
        count(
            "cooperatives_with_ocop_products_count",
            "số HTX có sản phẩm OCOP",
            "Cooperatives with OCOP products",
            "cooperatives_with_ocop_products",
            unit="cooperative",
        ),
        count(
            "ocop_products_count",
            "số sản phẩm OCOP",
            "OCOP products of cooperatives",
            "ocop_products",
            unit="product",
        ),
        *_AMOUNTS,
        amount(
            "revenue_from_members_mean_vnd_million",
            "doanh thu bình quân đối với thành viên",
            "Mean revenue of a cooperative from its members in the year",
            "revenue_from_members_mean",
            unit="million_vnd_per_year",
        ),
    ),
)

COOPERATIVES_BY_SECTOR = WideTable(
    name="cooperatives_by_sector",
    title=Label(vi="Hợp tác xã theo lĩnh vực", en="Cooperatives by sector"),
    description=Label(
        vi="HTX của một lĩnh vực tại một thời điểm. Chỉ có các phần, không có dòng tổng: cộng "
        "các lĩnh vực của một thời điểm là ra tổng số, ở cột không có ô trống tại thời điểm "
        "đó.",
        en="The cooperatives of a sector at a date. Only parts, never a total row: a plain sum "
        "over the sectors of a date is the total, in a column without gaps at that date.",
    ),
    organization="cooperative",
    measures=(*_COUNTS, *_AMOUNTS),
    sectors=SECTORS,
    sector_column=c.code(
        "sector", "lĩnh vực", "Sector", Label(vi="Lĩnh vực kinh tế.", en="Economic sector.")
    ),
)
