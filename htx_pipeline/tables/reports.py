"""Tables of what a raw folder says beside its figures: ``reports`` and ``named_entities``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from htx_pipeline import contracts as c
from htx_pipeline.model import Label
from htx_pipeline.tables.common import AREA, AREA_CODE, area_name

if TYPE_CHECKING:
    import pandas as pd

    from htx_pipeline.figures import Corpus

_REPORT_ID = c.text("report_id", "mã báo cáo", "Report", "Id of the report: its folder's name.")

REPORTS = c.Contract(
    name="reports",
    title=Label(vi="Báo cáo", en="Reports"),
    description="The registered reports: who issued them, what they cover, the hash of their text.",
    key=("report_id",),
    columns=(
        _REPORT_ID,
        c.code(
            "kind", "loại", "Kind", "Report, plan, strategy or news page.", codelist="report_kind"
        ),
        c.text("title_vi", "tên (vi)", "Title (vi)", "Title in Vietnamese."),
        c.text("title_en", "tên (en)", "Title (en)", "Title in English."),
        c.text("issuer_vi", "cơ quan (vi)", "Issuer (vi)", "Who issued it, in Vietnamese."),
        c.text("issuer_en", "cơ quan (en)", "Issuer (en)", "Who issued it, in English."),
        c.text("number", "số văn bản", "Number", "Number of the document.", nullable=True),
        c.day(
            "issued_on",
            "ngày ban hành",
            "Issued on",
            "Day of issue; where it is not printed, the latest day that the evidence supports.",
        ),
        c.code(
            "issued_on_precision",
            "độ chính xác",
            "Precision",
            "How exactly the day of issue is known.",
            codelist="date_precision",
        ),
        c.text("issued_on_evidence", "căn cứ", "Evidence", "What the day of issue rests on."),
        c.texts("covers", "thời kỳ", "Covers", "Periods that it reports on or plans for."),
        AREA_CODE,
        AREA,
        c.text("language", "ngôn ngữ", "Language", "Language of the document (ISO 639-1)."),
        c.text("address", "địa chỉ", "Address", "Public address, if any.", nullable=True),
        c.text("document_format", "định dạng", "Format", "Format of the registered document."),
        c.text("document_sha256", "sha256", "Document hash", "SHA-256 of the document's bytes."),
        c.text("text_sha256", "sha256 văn bản", "Text hash", "SHA-256 of its text in UTF-8."),
        c.count(
            "text_length",
            "độ dài",
            "Text length",
            "Length of its text.",
            unit="code point",
            nullable=False,
        ),
        c.count(
            "numerals_count",
            "số con số",
            "Numerals",
            "Numerals in its text, all of them accounted for.",
            unit="numeral",
            nullable=False,
        ),
        c.count(
            "figures_count",
            "số số liệu",
            "Figures",
            "Numerals that are figures.",
            unit="figure",
            nullable=False,
        ),
    ),
)

NAMED_ENTITIES = c.Contract(
    name="named_entities",
    title=Label(vi="Tổ chức được nêu tên", en="Named entities"),
    description="Cooperatives and unions that a report names, with place, trade and figures.",
    key=("entity_id", "report_id"),
    columns=(
        c.text("entity_id", "mã", "Entity", "Id of the cooperative or union."),
        _REPORT_ID,
        c.text("name", "tên", "Name", "Name as printed."),
        c.code("organization", "tổ chức", "Organization", "Cooperative or union."),
        AREA_CODE,
        AREA,
        c.text("district", "huyện", "District", "District as printed.", nullable=True),
        c.text("commune", "xã", "Commune", "Commune as printed.", nullable=True),
        c.code("sector", "lĩnh vực", "Sector", "Sector, where one is told.", nullable=True),
        c.text("trade", "ngành nghề", "Trade", "What it does, in a few words.", nullable=True),
        c.text("place", "đề mục", "Place", "Label path of the section that names it first."),
        c.texts("figure_ids", "số liệu", "Figures", "Figures of this entity in this report."),
        c.text("note", "ghi chú", "Note", "What needs saying.", nullable=True),
    ),
)


def build_reports(corpus: Corpus) -> pd.DataFrame:
    """One row per registered report."""
    return REPORTS.frame(
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
    )


def build_named_entities(corpus: Corpus) -> pd.DataFrame:
    """One row per entity and report that names it."""
    rows = []
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
    return NAMED_ENTITIES.frame(rows)
