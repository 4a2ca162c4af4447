"""Table ``legal_documents``: the laws, decrees, decisions and plans that the reports cite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from htx_pipeline import contracts as c
from htx_pipeline.curation.common import AREA, AREA_CODE, area_name
from htx_pipeline.model import Label

if TYPE_CHECKING:
    import pandas as pd

    from htx_pipeline.figures import Corpus

CONTRACT = c.Contract(
    name="legal_documents",
    title=Label(vi="Văn bản được dẫn", en="Legal documents"),
    description=Label(
        vi="Mỗi dòng là một lần dẫn luật, nghị định, quyết định, kế hoạch hay văn bản khác: số "
        "và ngày như báo cáo in, có thể sai.",
        en="One row per citation of a law, decree, decision, plan or other document: its number "
        "and date as the report prints them, which may be wrong.",
    ),
    key=("citation_id",),
    fields=(
        c.text(
            "citation_id",
            "mã dẫn chiếu",
            "Citation",
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
            Label(vi="Báo cáo dẫn văn bản.", en="Report that cites the document."),
            refers_to="reports.report_id",
        ),
        AREA_CODE,
        AREA,
        c.count(
            "line",
            "dòng",
            "Line",
            Label(
                vi="Dòng của data/raw/<report_id>/legal_documents.csv chứa lần dẫn này.",
                en="Line of data/raw/<report_id>/legal_documents.csv that holds the citation.",
            ),
            unit="line",
            nullable=False,
        ),
        c.count(
            "start",
            "vị trí đầu",
            "Start",
            Label(
                vi="Vị trí của chữ in trong văn bản báo cáo.",
                en="Position of the print in the report's text.",
            ),
            unit="code point",
            nullable=False,
        ),
        c.text(
            "document",
            "văn bản",
            "Document",
            Label(
                vi="Mã của văn bản được nói đến; như nhau ở mọi nơi dẫn nó.",
                en="Id of the document that is meant; the same wherever it is cited.",
            ),
            pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        ),
        c.code(
            "kind",
            "loại văn bản",
            "Kind",
            Label(
                vi="Nghị định, quyết định, nghị quyết, kế hoạch, v.v.",
                en="Decree, decision, resolution, plan and so on.",
            ),
            codelist="document_kind",
        ),
        c.text(
            "number",
            "số văn bản",
            "Number",
            Label(
                vi="Số hiệu văn bản ở dạng thường dùng; trống nếu được dẫn mà không có số.",
                en="Number of the document in its usual form; null where it is cited without one.",
            ),
            nullable=True,
        ),
        c.text(
            "printed",
            "chữ in",
            "Printed",
            Label(
                vi="Số hiệu như được in, hoặc những chữ gọi tên văn bản.",
                en="The number as printed, or else the words that name the document.",
            ),
        ),
        c.text(
            "dated",
            "ngày in",
            "Dated",
            Label(
                vi="Ngày của văn bản như được in; trống nếu không in.",
                en="Date of the document as printed; null where none is.",
            ),
            nullable=True,
        ),
        c.day(
            "date",
            "ngày",
            "Date",
            Label(
                vi="Ngày mà cột dated chỉ; trống nếu không in ngày, hoặc không có ngày như vậy.",
                en="The day that dated names; null where none is printed, and where there is no "
                "such day.",
            ),
            nullable=True,
        ),
        c.text(
            "programme",
            "thời kỳ chương trình",
            "Programme",
            Label(
                vi="Thời kỳ của chương trình, kế hoạch hay chiến lược mà lần dẫn nêu, như "
                "2021/2030.",
                en="Span of the programme, plan or strategy that the citation names, such as "
                "2021/2030.",
            ),
            nullable=True,
        ),
        c.text(
            "phase",
            "giai đoạn",
            "Phase",
            Label(
                vi="Giai đoạn của chương trình đó mà lần dẫn nêu.",
                en="Span of the phase of that programme that the citation names.",
            ),
            nullable=True,
        ),
        c.text(
            "place",
            "đề mục",
            "Place",
            Label(
                vi="Đường dẫn đề mục của mục dẫn nó.", en="Label path of the section that cites it."
            ),
        ),
        c.text(
            "note",
            "ghi chú",
            "Note",
            Label(vi="Điều cần nói thêm.", en="What needs saying."),
            nullable=True,
        ),
    ),
    order=("report_id", "start"),
)


def build(corpus: Corpus) -> pd.DataFrame:
    """One row per citation; its area is that of the report."""
    return CONTRACT.frame(rows(corpus))


def rows(corpus: Corpus) -> list[dict[str, Any]]:
    """The same as plain rows."""
    return [{**citation, "area": area_name(citation["area_code"])} for citation in corpus.citations]
