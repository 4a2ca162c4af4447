"""Rules on the legal documents that reports cite."""

from typing import Literal

from htx_pipeline.model import Label
from htx_pipeline.rules.model import Documents, Rule


def _rule(
    name: str,
    title: Label,
    relation: str,
    question: Literal["date_exists", "dates_agree", "phase_within", "number_and_date_agree"],
) -> Rule:
    return Rule(
        name=name,
        title=title,
        relation=relation,
        source="arithmetic",
        help=Label(
            vi="So lại chỗ trích dẫn với văn bản được trích.",
            en="Compare the citation with the document that is cited.",
        ),
        applies_to={},
        equations=Documents(question),
    )


RULES = (
    _rule(
        "cited_dates_exist",
        Label(vi="Ngày của văn bản được trích dẫn có thật", en="The date of a citation exists"),
        "range",
        "date_exists",
    ),
    _rule(
        "cited_dates_agree",
        Label(
            vi="Một văn bản được trích dẫn với một ngày",
            en="A legal document is cited with one date",
        ),
        "agree",
        "dates_agree",
    ),
    _rule(
        "cited_numbers_hold_their_year",
        Label(
            vi="Năm trong số hiệu là năm ban hành",
            en="The year in the number of a document is that of its date",
        ),
        "agree",
        "number_and_date_agree",
    ),
    _rule(
        "phases_lie_within_programmes",
        Label(
            vi="Giai đoạn nằm trong thời gian của chương trình",
            en="A phase lies within the span of its programme",
        ),
        "bound",
        "phase_within",
    ),
)
