"""The contract of figures as read: one row per printed figure, before any rule has looked at it."""

from __future__ import annotations

from htx_pipeline import contracts as c
from htx_pipeline.model import Label

COLUMNS = (
    c.text(
        "figure_id",
        "mã số liệu",
        "Figure",
        Label(
            vi="Báo cáo và vị trí của chữ in trong văn bản: report_id:start.",
            en="The report and the position of the print in its text: report_id:start.",
        ),
        pattern=r"^[a-z0-9-]+:\d+$",
    ),
    c.text(
        "report_id",
        "mã báo cáo",
        "Report",
        Label(vi="Báo cáo in số liệu này.", en="Report that prints the figure."),
        refers_to="reports.report_id",
    ),
    c.code(
        "report_kind",
        "loại báo cáo",
        "Report kind",
        Label(vi="Báo cáo, kế hoạch, chiến lược hay tin.", en="Report, plan, strategy or news."),
    ),
    c.day(
        "issued_on",
        "ngày ban hành",
        "Issued on",
        Label(
            vi="Báo cáo được ban hành khi nào; số liệu biết được vào một ngày là số liệu ban hành "
            "đến ngày đó.",
            en="When the report was issued; the figures known on a day are those issued by then.",
        ),
    ),
    c.count(
        "line",
        "dòng",
        "Line",
        Label(
            vi="Dòng của data/raw/<report_id>/figures.csv chứa số liệu.",
            en="Line of data/raw/<report_id>/figures.csv that holds the figure.",
        ),
        unit="line",
        nullable=False,
    ),
    c.count(
        "start",
        "vị trí đầu",
        "Start",
        Label(
            vi="Vị trí chữ số đầu tiên trong văn bản.",
            en="Position of the first digit in the document's text.",
        ),
        unit="code point",
        nullable=False,
    ),
    c.count(
        "end",
        "vị trí cuối",
        "End",
        Label(
            vi="Vị trí ngay sau chữ số cuối cùng trong văn bản.",
            en="Position after the last digit in the document's text.",
        ),
        unit="code point",
        nullable=False,
    ),
    c.count(
        "page",
        "trang",
        "Page",
        Label(
            vi="Trang của văn bản, nếu có số trang.", en="Page of the document, where it has pages."
        ),
        unit="page",
    ),
    c.text(
        "place",
        "đề mục",
        "Place",
        Label(
            vi="Đường dẫn đề mục, như P1.I.2.1.", en="Label path of the section, such as P1.I.2.1."
        ),
    ),
    c.text(
        "printed",
        "chữ số in",
        "Printed",
        Label(vi="Con số đúng như được in.", en="The numeral exactly as printed."),
    ),
    c.text(
        "printed_unit",
        "đơn vị in",
        "Printed unit",
        Label(
            vi="Chữ chỉ đơn vị như được in, nếu có.",
            en="The words of the unit as printed, where there are any.",
        ),
        nullable=True,
    ),
    c.code(
        "organization",
        "tổ chức",
        "Organization",
        Label(vi="Số liệu này của ai.", en="Whose figure it is."),
    ),
    c.text(
        "entity",
        "tổ chức được nêu tên",
        "Entity",
        Label(
            vi="Các tổ chức được nêu tên (nối bằng ' + ') hoặc dòng ngân sách mà số liệu thuộc về.",
            en="The named entities (joined by ' + ') or the budget line that the figure belongs "
            "to.",
        ),
        nullable=True,
    ),
    c.code(
        "indicator",
        "chỉ tiêu thống kê",
        "Indicator",
        Label(vi="Cái được đo.", en="What is measured."),
    ),
    c.code(
        "sector",
        "lĩnh vực",
        "Sector",
        Label(
            vi="Lĩnh vực kinh tế; _T tất cả, _Z không áp dụng.",
            en="Economic sector; _T all, _Z not applicable.",
        ),
    ),
    c.code(
        "status",
        "tình trạng",
        "Status",
        Label(
            vi="Đang hoạt động hay ngừng; _T cả hai, _Z không áp dụng.",
            en="Active or stopped; _T both, _Z not applicable.",
        ),
    ),
    c.text(
        "area_code",
        "mã địa bàn",
        "Area code",
        Label(
            vi="Mã ISO 3166-2 của tỉnh; địa bàn thấp hơn là mã/tên như được in.",
            en="ISO 3166-2 code of the province; a lower area is code/printed name.",
        ),
    ),
    c.text(
        "area",
        "địa bàn",
        "Area",
        Label(vi="Tên địa bàn như được in.", en="Name of the area, as printed."),
    ),
    c.text(
        "period",
        "thời kỳ",
        "Period",
        Label(
            vi="ISO 8601: một năm, một ngày đối với số thời điểm, nửa năm, hoặc một giai đoạn.",
            en="ISO 8601: a year, a day for a stock, a half year, or a span.",
        ),
    ),
    c.count(
        "year",
        "năm",
        "Year",
        Label(vi="Năm mà thời kỳ kết thúc.", en="The year that the period ends in."),
        unit="year",
        nullable=False,
    ),
    c.day(
        "as_of",
        "tính đến ngày",
        "As of",
        Label(vi="Ngày mà thời kỳ kết thúc.", en="The day on which the period ends."),
    ),
    c.text(
        "base_period",
        "thời kỳ gốc",
        "Base period",
        Label(
            vi="Với mức tăng giảm: thời kỳ được so sánh.",
            en="For a change: the period that is compared with.",
        ),
        nullable=True,
    ),
    c.text(
        "printed_base",
        "năm gốc in",
        "Printed base",
        Label(
            vi="Với mức tăng giảm: năm được in ngay sau đó làm gốc so sánh.",
            en="For a change: the year that is printed right after it as what it is compared with.",
        ),
        nullable=True,
    ),
    c.text(
        "share_of",
        "tỷ trọng của",
        "Share of",
        Label(
            vi="Với tỷ trọng: chiều hoặc chỉ tiêu mà tổng thể được lấy theo.",
            en="For a share: the dimension or the indicator that the whole is taken over.",
        ),
        nullable=True,
    ),
    c.code(
        "role",
        "vai trò",
        "Role",
        Label(
            vi="Thực hiện, ước, kế hoạch hay mức quy định.",
            en="Actual, estimate, target or legal limit.",
        ),
    ),
    c.code(
        "relation",
        "quan hệ",
        "Relation",
        Label(
            vi="Một giá trị, hoặc tỷ trọng, mức hoàn thành, mức tăng giảm hay khoảng cách kế hoạch "
            "của nó.",
            en="A value, or a share, plan attainment, change or plan gap of one.",
        ),
    ),
    c.code(
        "direction",
        "chiều",
        "Direction",
        Label(
            vi="Với mức tăng giảm hay khoảng cách kế hoạch: tăng hay giảm; value mang dấu.",
            en="For a change or a plan gap: up or down; value carries the sign.",
        ),
        nullable=True,
    ),
    c.code(
        "qualifier",
        "từ kèm số",
        "Qualifier",
        Label(
            vi="Những chữ chỉ mức độ quanh con số.", en="The words of distance around the numeral."
        ),
    ),
    c.code(
        "unit",
        "đơn vị",
        "Unit",
        Label(
            vi="Đơn vị của value, value_low và value_high.",
            en="Unit of value, value_low and value_high.",
        ),
    ),
    c.number(
        "value",
        "giá trị",
        "Value",
        Label(
            vi="Số như được đọc, theo thang in; âm khi giảm. Dạng thập phân ngắn nhất của số "
            "double là giá trị chính xác.",
            en="The number as read, in the printed scale; negative for a decrease. The shortest "
            "decimal form of the double is the exact value.",
        ),
        unit="see unit",
        nullable=False,
    ),
    c.count(
        "decimals",
        "số chữ số thập phân",
        "Decimals",
        Label(vi="Số chữ số thập phân được in.", en="How many decimals are printed."),
        unit="digit",
        nullable=False,
    ),
    c.number(
        "value_low",
        "cận dưới",
        "Lower bound",
        Label(
            vi="Giá trị nhỏ nhất sẽ được in như vậy; trống nếu không bị chặn.",
            en="Least value that would be printed so; null where unbounded.",
        ),
        unit="see unit",
    ),
    c.number(
        "value_high",
        "cận trên",
        "Upper bound",
        Label(
            vi="Giá trị lớn nhất sẽ được in như vậy; trống nếu không bị chặn.",
            en="Greatest value that would be printed so; null where unbounded.",
        ),
        unit="see unit",
    ),
    c.boolean(
        "low_inclusive",
        "gồm cận dưới",
        "Lower bound included",
        Label(
            vi="Bản thân value_low có thể xảy ra không; trống nếu không có cận dưới.",
            en="Whether value_low itself is possible; null where there is no lower bound.",
        ),
        nullable=True,
    ),
    c.boolean(
        "high_inclusive",
        "gồm cận trên",
        "Upper bound included",
        Label(
            vi="Bản thân value_high có thể xảy ra không; trống nếu không có cận trên.",
            en="Whether value_high itself is possible; null where there is no upper bound.",
        ),
        nullable=True,
    ),
    c.boolean(
        "corrected",
        "đã hiệu chỉnh cách đọc",
        "Corrected",
        Label(
            vi="Có quyết định hiệu chỉnh đã xét duyệt về cách đọc chữ in hay không.",
            en="Whether a reviewed correction settles how the print is read.",
        ),
    ),
    c.code(
        "obs_status",
        "tình trạng quan sát",
        "Observation status",
        Label(
            vi="SDMX CL_OBS_STATUS: A bình thường, E ước tính, F dự báo.",
            en="SDMX CL_OBS_STATUS: A normal, E estimated, F forecast.",
        ),
    ),
    c.text(
        "note",
        "ghi chú",
        "Note",
        Label(
            vi="Vì sao đọc như vậy, khi cần nói.", en="Why it is read so, where that needs saying."
        ),
        nullable=True,
    ),
)


def figure_column(name: str) -> c.Field:
    """The column ``name`` of figures, for tables that hold the same: nothing is described twice."""
    return next(column for column in COLUMNS if column.name == name)


READINGS = c.Contract(
    name="readings",
    title=Label(vi="Số liệu đã đọc", en="Figures as read"),
    description=Label(
        vi="Mỗi dòng là một số liệu được in cùng cách đọc và khoảng chính xác.",
        en="One row per printed figure with its reading and exact interval.",
    ),
    key=("figure_id",),
    order=("report_id", "start"),
    fields=COLUMNS,
)
