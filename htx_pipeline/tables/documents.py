"""Table ``legal_documents``: the laws, decrees, decisions and plans that the reports cite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from htx_pipeline import contracts as c
from htx_pipeline.model import Label
from htx_pipeline.tables.common import AREA, AREA_CODE, area_name

if TYPE_CHECKING:
    import pandas as pd

    from htx_pipeline.figures import Corpus

CONTRACT = c.Contract(
    name="legal_documents",
    title=Label(vi="Văn bản được dẫn", en="Legal documents"),
    description="One row per citation of a law, decree, decision, plan or other document: its "
    "number and date as the report prints them, which may be wrong.",
    key=("citation_id",),
    columns=(
        c.text(
            "citation_id",
            "mã dẫn chiếu",
            "Citation",
            "The report and the position of the print in its text: report_id:start.",
            pattern=r"^[a-z0-9-]+:\d+$",
        ),
        c.text("report_id", "mã báo cáo", "Report", "Report that cites the document."),
        AREA_CODE,
        AREA,
        c.count(
            "line",
            "dòng",
            "Line",
            "Line of data/raw/<report_id>/legal_documents.csv that holds the citation.",
            unit="line",
            nullable=False,
        ),
        c.count(
            "start",
            "vị trí đầu",
            "Start",
            "Position of the print in the report's text.",
            unit="code point",
            nullable=False,
        ),
        c.text(
            "document",
            "văn bản",
            "Document",
            "Id of the document that is meant; the same wherever it is cited.",
            pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        ),
        c.code(
            "kind",
            "loại văn bản",
            "Kind",
            "Decree, decision, resolution, plan and so on.",
            codelist="document_kind",
        ),
        c.text(
            "number",
            "số văn bản",
            "Number",
            "Number of the document in its usual form; null where it is cited without one.",
            nullable=True,
        ),
        c.text(
            "printed",
            "chữ in",
            "Printed",
            "The number as printed, or else the words that name the document.",
        ),
        c.text(
            "dated",
            "ngày in",
            "Dated",
            "Date of the document as printed; null where none is.",
            nullable=True,
        ),
        c.day(
            "date",
            "ngày",
            "Date",
            "The day that dated names; null where none is printed, and where there is no such day.",
            nullable=True,
        ),
        c.text(
            "programme",
            "thời kỳ chương trình",
            "Programme",
            "Span of the programme, plan or strategy that the citation names, such as 2021/2030.",
            nullable=True,
        ),
        c.text(
            "phase",
            "giai đoạn",
            "Phase",
            "Span of the phase of that programme that the citation names.",
            nullable=True,
        ),
        c.text("place", "đề mục", "Place", "Label path of the section that cites it."),
        c.text("note", "ghi chú", "Note", "What needs saying.", nullable=True),
    ),
    order=("report_id", "start"),
)


def build(corpus: Corpus) -> pd.DataFrame:
    """One row per citation; its area is that of the report."""
    return CONTRACT.frame(
        {**citation, "area": area_name(citation["area_code"])} for citation in corpus.citations
    )
