"""Tables of what a raw folder says beside its figures: ``reports`` and ``named_entities``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from htx_pipeline import contracts as c
from htx_pipeline.curation.common import AREA, AREA_CODE, area_name
from htx_pipeline.model import Label

if TYPE_CHECKING:
    import pandas as pd

    from htx_pipeline.figures import Corpus

_REPORT = (
    "report_id",
    "mã báo cáo",
    "Report",
    Label(vi="Mã của báo cáo: tên thư mục của nó.", en="Id of the report: its folder's name."),
)

REPORTS = c.Contract(
    name="reports",
    title=Label(vi="Báo cáo", en="Reports"),
    description=Label(
        vi="Các báo cáo đã đăng ký: ai ban hành, nói về thời kỳ nào, mã băm của văn bản.",
        en="The registered reports: who issued them, what they cover, the hash of their text.",
    ),
    key=("report_id",),
    fields=(
        c.text(*_REPORT),
        c.code(
            "kind",
            "loại",
            "Kind",
            Label(
                vi="Báo cáo, kế hoạch, chiến lược hay trang tin.",
                en="Report, plan, strategy or news page.",
            ),
            codelist="report_kind",
        ),
        c.text(
            "title_vi",
            "tên (vi)",
            "Title (vi)",
            Label(vi="Nhan đề tiếng Việt.", en="Title in Vietnamese."),
        ),
        c.text(
            "title_en",
            "tên (en)",
            "Title (en)",
            Label(vi="Nhan đề tiếng Anh.", en="Title in English."),
        ),
        c.text(
            "issuer_vi",
            "cơ quan (vi)",
            "Issuer (vi)",
            Label(vi="Cơ quan ban hành, tiếng Việt.", en="Who issued it, in Vietnamese."),
        ),
        c.text(
            "issuer_en",
            "cơ quan (en)",
            "Issuer (en)",
            Label(vi="Cơ quan ban hành, tiếng Anh.", en="Who issued it, in English."),
        ),
        c.text(
            "number",
            "số văn bản",
            "Number",
            Label(vi="Số hiệu văn bản.", en="Number of the document."),
            nullable=True,
        ),
        c.day(
            "issued_on",
            "ngày ban hành",
            "Issued on",
            Label(
                vi="Ngày ban hành; nếu không được in thì là ngày muộn nhất mà căn cứ cho phép.",
                en="Day of issue; where it is not printed, the latest day that the evidence "
                "supports.",
            ),
        ),
        c.code(
            "issued_on_precision",
            "độ chính xác",
            "Precision",
            Label(
                vi="Biết ngày ban hành chính xác đến mức nào.",
                en="How exactly the day of issue is known.",
            ),
            codelist="date_precision",
        ),
        c.text(
            "issued_on_evidence",
            "căn cứ",
            "Evidence",
            Label(vi="Căn cứ của ngày ban hành.", en="What the day of issue rests on."),
        ),
        c.texts(
            "covers",
            "thời kỳ",
            "Covers",
            Label(
                vi="Các thời kỳ mà nó báo cáo hoặc lập kế hoạch.",
                en="Periods that it reports on or plans for.",
            ),
        ),
        AREA_CODE,
        AREA,
        c.text(
            "language",
            "ngôn ngữ",
            "Language",
            Label(
                vi="Ngôn ngữ của văn bản (ISO 639-1).", en="Language of the document (ISO 639-1)."
            ),
        ),
        c.text(
            "address",
            "địa chỉ",
            "Address",
            Label(vi="Địa chỉ công khai, nếu có.", en="Public address, if any."),
            nullable=True,
        ),
        c.text(
            "document_format",
            "định dạng",
            "Format",
            Label(vi="Định dạng của văn bản đã đăng ký.", en="Format of the registered document."),
        ),
        c.text(
            "document_sha256",
            "sha256",
            "Document hash",
            Label(
                vi="SHA-256 của các byte trong văn bản gốc.", en="SHA-256 of the document's bytes."
            ),
        ),
        c.text(
            "text_sha256",
            "sha256 văn bản",
            "Text hash",
            Label(vi="SHA-256 của phần chữ, mã UTF-8.", en="SHA-256 of its text in UTF-8."),
        ),
        c.count(
            "text_length",
            "độ dài",
            "Text length",
            Label(vi="Độ dài phần chữ.", en="Length of its text."),
            unit="code point",
            nullable=False,
        ),
        c.count(
            "numerals_count",
            "số con số",
            "Numerals",
            Label(
                vi="Số con số trong phần chữ, tất cả đã được phân loại.",
                en="Numerals in its text, all of them accounted for.",
            ),
            unit="numeral",
            nullable=False,
        ),
        c.count(
            "figures_count",
            "số số liệu",
            "Figures",
            Label(vi="Số con số là số liệu.", en="Numerals that are figures."),
            unit="figure",
            nullable=False,
        ),
    ),
)

NAMED_ENTITIES = c.Contract(
    name="named_entities",
    title=Label(vi="Tổ chức được nêu tên", en="Named entities"),
    description=Label(
        vi="Các HTX và liên hiệp HTX được báo cáo nêu tên, kèm địa điểm, ngành nghề và số liệu.",
        en="Cooperatives and unions that a report names, with place, trade and figures.",
    ),
    key=("entity_id", "report_id"),
    fields=(
        c.text(
            "entity_id",
            "mã",
            "Entity",
            Label(vi="Mã của HTX hay liên hiệp HTX.", en="Id of the cooperative or union."),
        ),
        c.text(*_REPORT, refers_to="reports.report_id"),
        c.text("name", "tên", "Name", Label(vi="Tên như được in.", en="Name as printed.")),
        c.code(
            "organization",
            "tổ chức",
            "Organization",
            Label(vi="HTX hay liên hiệp HTX.", en="Cooperative or union."),
        ),
        AREA_CODE,
        AREA,
        c.text(
            "district",
            "huyện",
            "District",
            Label(vi="Huyện như được in.", en="District as printed."),
            nullable=True,
        ),
        c.text(
            "commune",
            "xã",
            "Commune",
            Label(vi="Xã như được in.", en="Commune as printed."),
            nullable=True,
        ),
        c.code(
            "sector",
            "lĩnh vực",
            "Sector",
            Label(vi="Lĩnh vực, nếu được nêu.", en="Sector, where one is told."),
            nullable=True,
        ),
        c.text(
            "trade",
            "ngành nghề",
            "Trade",
            Label(vi="Làm gì, trong vài chữ.", en="What it does, in a few words."),
            nullable=True,
        ),
        c.text(
            "place",
            "đề mục",
            "Place",
            Label(
                vi="Đường dẫn đề mục của mục nêu tên lần đầu.",
                en="Label path of the section that names it first.",
            ),
        ),
        c.texts(
            "figure_ids",
            "số liệu",
            "Figures",
            Label(
                vi="Các số liệu của tổ chức này trong báo cáo này.",
                en="Figures of this entity in this report.",
            ),
            refers_to=("figures.figure_id",),
        ),
        c.text(
            "note",
            "ghi chú",
            "Note",
            Label(vi="Điều cần nói thêm.", en="What needs saying."),
            nullable=True,
        ),
    ),
)


def build_reports(corpus: Corpus) -> pd.DataFrame:
    """One row per registered report."""
    return REPORTS.frame(report_rows(corpus))


def report_rows(corpus: Corpus) -> list[dict[str, Any]]:
    """The same as plain rows."""
    return [
        {
            "report_id": raw.report.id,
            "kind": raw.report.kind,
            "title_vi": raw.report.title.vi,
            "title_en": raw.report.title.en,
            "issuer_vi": raw.report.issuer.vi,
            "issuer_en": raw.report.issuer.en,
            "number": raw.report.number,
            "issued_on": raw.report.issued_on.date,
            "issued_on_precision": raw.report.issued_on.precision,
            "issued_on_evidence": raw.report.issued_on.evidence,
            "covers": sorted(set(raw.report.covers)),
            "area_code": raw.report.area,
            "area": area_name(raw.report.area),
            "language": raw.report.language,
            "address": raw.report.address,
            "document_format": raw.report.document.format,
            "document_sha256": raw.report.document.sha256,
            "text_sha256": raw.report.document.text_sha256,
            "text_length": raw.report.document.text_length,
            "numerals_count": raw.report.document.numerals,
            "figures_count": len(raw.figures),
        }
        for raw in corpus.reports
    ]


def build_named_entities(corpus: Corpus) -> pd.DataFrame:
    """One row per entity and report that names it."""
    return NAMED_ENTITIES.frame(named_entity_rows(corpus))


def named_entity_rows(corpus: Corpus) -> list[dict[str, Any]]:
    """The same as plain rows."""
    rows: list[dict[str, Any]] = []
    for raw in corpus.reports:
        figures: dict[str, list[str]] = {}
        for row in raw.figures:
            if row["organization"] == "named":
                for entity in row["entity"].split(" + "):
                    figures.setdefault(entity, []).append(f"{raw.report.id}:{row['start']}")
        rows += [
            {
                "entity_id": row["entity"],
                "report_id": raw.report.id,
                "name": row["printed"],
                "organization": row["organization"],
                "area_code": raw.report.area,
                "area": area_name(raw.report.area),
                "district": row["district"] or None,
                "commune": row["commune"] or None,
                "sector": row["sector"] or None,
                "trade": row["trade"] or None,
                "place": row["place"],
                "figure_ids": sorted(figures.get(row["entity"], [])),
                "note": row["note"] or None,
            }
            for row in raw.entities
        ]
    return rows
