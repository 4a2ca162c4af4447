"""The contract of figures as read: one row per printed figure, before any rule has looked at it."""

from __future__ import annotations

import pandera.pandas as pa

from htx_pipeline import contracts as c
from htx_pipeline.model import Label

COLUMNS = (
    c.text(
        "figure_id",
        "mã số liệu",
        "Figure",
        "The report and the position of the print in its text: report_id:start.",
        pattern=r"^[a-z0-9-]+:\d+$",
    ),
    c.text("report_id", "mã báo cáo", "Report", "Report that prints the figure."),
    c.code("report_kind", "loại báo cáo", "Report kind", "Report, plan, strategy or news."),
    c.day(
        "issued_on",
        "ngày ban hành",
        "Issued on",
        "When the report was issued; the figures known on a day are those issued by then.",
    ),
    c.count(
        "line",
        "dòng",
        "Line",
        "Line of data/raw/<report_id>/figures.csv that holds the figure.",
        unit="line",
        nullable=False,
    ),
    c.count(
        "start",
        "vị trí đầu",
        "Start",
        "Position of the first digit in the document's text.",
        unit="code point",
        nullable=False,
    ),
    c.count(
        "end",
        "vị trí cuối",
        "End",
        "Position after the last digit in the document's text.",
        unit="code point",
        nullable=False,
    ),
    c.count("page", "trang", "Page", "Page of the document, where it has pages.", unit="page"),
    c.text("place", "đề mục", "Place", "Label path of the section, such as P1.I.2.1."),
    c.text("printed", "chữ số in", "Printed", "The numeral exactly as printed."),
    c.text(
        "printed_unit",
        "đơn vị in",
        "Printed unit",
        "The words of the unit as printed, where there are any.",
        nullable=True,
    ),
    c.code("organization", "tổ chức", "Organization", "Whose figure it is."),
    c.text(
        "entity",
        "tổ chức được nêu tên",
        "Entity",
        "The named entities (joined by ' + ') or the budget line that the figure belongs to.",
        nullable=True,
    ),
    c.code("indicator", "chỉ tiêu thống kê", "Indicator", "What is measured."),
    c.code("sector", "lĩnh vực", "Sector", "Economic sector; _T all, _Z not applicable."),
    c.code("status", "tình trạng", "Status", "Active or stopped; _T both, _Z not applicable."),
    c.text(
        "area_code",
        "mã địa bàn",
        "Area code",
        "ISO 3166-2 code of the province; a lower area is code/printed name.",
    ),
    c.text("area", "địa bàn", "Area", "Name of the area, as printed."),
    c.text(
        "period",
        "thời kỳ",
        "Period",
        "ISO 8601: a year, a day for a stock, a half year, or a span.",
    ),
    c.count(
        "year",
        "năm",
        "Year",
        "The year that the period ends in.",
        unit="year",
        nullable=False,
    ),
    c.day("as_of", "tính đến ngày", "As of", "The day on which the period ends."),
    c.text(
        "base_period",
        "thời kỳ gốc",
        "Base period",
        "For a change: the period that is compared with.",
        nullable=True,
    ),
    c.text(
        "printed_base",
        "năm gốc in",
        "Printed base",
        "For a change: the year that is printed right after it as what it is compared with.",
        nullable=True,
    ),
    c.text(
        "share_of",
        "tỷ trọng của",
        "Share of",
        "For a share: the dimension or the indicator that the whole is taken over.",
        nullable=True,
    ),
    c.code("role", "vai trò", "Role", "Actual, estimate, target or legal limit."),
    c.code(
        "relation",
        "quan hệ",
        "Relation",
        "A value, or a share, plan attainment, change or plan gap of one.",
    ),
    c.code(
        "direction",
        "chiều",
        "Direction",
        "For a change or a plan gap: up or down; value carries the sign.",
        nullable=True,
    ),
    c.code("qualifier", "từ kèm số", "Qualifier", "The words of distance around the numeral."),
    c.code("unit", "đơn vị", "Unit", "Unit of value, value_low and value_high."),
    c.number(
        "value",
        "giá trị",
        "Value",
        "The number as read, in the printed scale; negative for a decrease. The shortest decimal "
        "form of the double is the exact value.",
        unit="see unit",
        nullable=False,
    ),
    c.count(
        "decimals",
        "số chữ số thập phân",
        "Decimals",
        "How many decimals are printed.",
        unit="digit",
        nullable=False,
    ),
    c.number(
        "value_low",
        "cận dưới",
        "Lower bound",
        "Least value that would be printed so; null where unbounded.",
        unit="see unit",
    ),
    c.number(
        "value_high",
        "cận trên",
        "Upper bound",
        "Greatest value that would be printed so; null where unbounded.",
        unit="see unit",
    ),
    c.boolean(
        "low_inclusive",
        "gồm cận dưới",
        "Lower bound included",
        "Whether value_low itself is possible; null where there is no lower bound.",
        nullable=True,
    ),
    c.boolean(
        "high_inclusive",
        "gồm cận trên",
        "Upper bound included",
        "Whether value_high itself is possible; null where there is no upper bound.",
        nullable=True,
    ),
    c.boolean(
        "corrected",
        "đã hiệu chỉnh cách đọc",
        "Corrected",
        "Whether a reviewed correction settles how the print is read.",
    ),
    c.code(
        "obs_status",
        "tình trạng quan sát",
        "Observation status",
        "SDMX CL_OBS_STATUS: A normal, E estimated, F forecast.",
    ),
    c.text("note", "ghi chú", "Note", "Why it is read so, where that needs saying.", nullable=True),
)


def figure_column(name: str) -> pa.Column:
    """The column ``name`` of figures, for tables that hold the same: nothing is described twice."""
    return next(column for column in COLUMNS if column.name == name)


READINGS = c.Contract(
    name="readings",
    title=Label(vi="Số liệu đã đọc", en="Figures as read"),
    description="One row per printed figure with its reading and exact interval.",
    key=("figure_id",),
    order=("report_id", "start"),
    columns=COLUMNS,
)
