"""Rules on what is printed beside the figures: dates that cannot be, or not both; base years.

Of the legal documents that a report cites, a date or two spans are confronted; of a change, the
year that is printed after it. None of it is a quantity, and its evaluation is told apart from that
of figures by its type.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from htx_pipeline.figures.periods import period_ends, period_starts
from htx_pipeline.model import Label, Outcome
from htx_pipeline.rules.model import Documents

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from htx_pipeline.figures.operands import Operand
    from htx_pipeline.rules.model import Rule

_YEAR_IN_NUMBER = re.compile(r"/(\d{4})/", re.ASCII)


@dataclass(frozen=True, slots=True)
class Citation:
    """One mention of a legal document, with what is printed about it."""

    figure_id: str
    report_id: str
    area_code: str
    line: int
    start: int
    place: str
    printed: str
    document: str
    number: str
    dated: str
    date: dt.date | None
    programme: str
    phase: str

    @property
    def figure_ids(self) -> tuple[str, ...]:
        """Its own id: a citation stands for nothing else."""
        return (self.figure_id,)

    @property
    def file(self) -> str:
        """The raw file of its report that holds it."""
        return "legal_documents.csv"


@dataclass(frozen=True, slots=True)
class CitationEvaluation:
    """One rule applied to one citation, to all of one document, or to the base of one change."""

    rule: Rule
    outcome: Outcome
    area_code: str
    period: str
    """Of a citation the year of the document, as far as a date that exists tells it."""
    operands: tuple[Citation | Operand, ...]
    said: Label
    """What the citations say, and what is wrong with it."""
    broken: str = ""

    @property
    def pinned(self) -> list[list[str]]:
        """All that is printed of it, by which a decision about it is pinned."""
        return sorted(
            [one.figure_id, one.printed, one.dated, one.document, one.programme, one.phase]
            if isinstance(one, Citation)
            else [one.figure_id, one.printed, one.printed_base, one.cell["base_period"]]
            for one in self.operands
        )


def read(rows: Iterable[Mapping[str, Any]]) -> list[Citation]:
    """Citations out of rows that keep the contract of ``legal_documents``."""
    found = [
        Citation(
            figure_id=row["citation_id"],
            report_id=row["report_id"],
            area_code=row["area_code"],
            line=int(row["line"]),
            start=int(row["start"]),
            place=row["place"],
            printed=row["printed"],
            document=row["document"],
            number=row["number"] or "",
            dated=row["dated"] or "",
            date=row["date"],
            programme=row["programme"] or "",
            phase=row["phase"] or "",
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.report_id, one.start))


def _told(
    rule: Rule, holds: bool, cited: Sequence[Citation], said: Label, wrong: Label | None = None
) -> CitationEvaluation:
    """The evaluation of citations: what they say and, if it does not hold, what is wrong."""
    if wrong is not None and not holds:
        said = Label(f"{said.vi}{wrong.vi}", f"{said.en}{wrong.en}")
    years = [str(one.date.year) for one in cited if one.date is not None]
    outcome = Outcome.PASS if holds else Outcome.FAIL
    period = max(years, default="")
    return CitationEvaluation(rule, outcome, cited[0].area_code, period, tuple(cited), said)


def named_bases(rule: Rule, figures: Iterable[Operand]) -> list[CitationEvaluation]:
    """For each change after which a year is printed: is it the year compared with?"""
    return [_named_base(rule, figure) for figure in figures if figure.printed_base]


def _named_base(rule: Rule, figure: Operand) -> CitationEvaluation:
    period, base = figure.cell["period"], figure.cell["base_period"]
    outcome = Outcome.PASS if figure.printed_base == base[:4] else Outcome.FAIL
    said = Label(
        f"mức thay đổi {figure.printed} của {period} được in là so với năm "
        f"{figure.printed_base}, đọc là so với {base}",
        f"the change {figure.printed} of {period} is printed as compared with "
        f"{figure.printed_base}, and read as compared with {base}",
    )
    area = figure.cell["area_code"]
    return CitationEvaluation(rule, outcome, area, period, (figure,), said)


def evaluations(rule: Rule, cited: Sequence[Citation]) -> list[CitationEvaluation]:
    """The rule applied to the citations, in the order of the reports and texts."""
    match rule.equations:
        case Documents("date_exists"):
            found = _date_exists(rule, cited)
        case Documents("dates_agree"):
            found = _dates_agree(rule, cited)
        case Documents("phase_within"):
            found = _phase_within(rule, cited)
        case Documents():
            found = _number_and_date_agree(rule, cited)
        case _:
            raise ValueError(f"{rule.name} asks nothing of legal documents")
    return list(found)


def _date_exists(rule: Rule, cited: Sequence[Citation]) -> Iterator[CitationEvaluation]:
    for one in cited:
        if one.dated:
            wrong = Label(", không có ngày này", ", a day that does not exist")
            said = Label(
                f"{one.printed} ghi ngày {one.dated}", f"{one.printed} is dated {one.dated}"
            )
            yield _told(rule, one.date is not None, (one,), said, wrong)


def _dates_agree(rule: Rule, cited: Sequence[Citation]) -> Iterator[CitationEvaluation]:
    by_document: dict[str, list[Citation]] = defaultdict(list)
    for one in cited:
        if one.dated:
            by_document[one.document].append(one)
    for same in by_document.values():
        if len(same) < 2:  # noqa: PLR2004 (one mention agrees with itself)
            continue
        dates = [one.date or one.dated for one in same]
        listed = "; ".join(f"{one.dated} ({one.report_id} {one.place})" for one in same)
        name = same[0].number or same[0].printed
        said = Label(f"{name} được ghi ngày {listed}", f"{name} is dated {listed}")
        wrong = Label(", là nhiều ngày khác nhau", ", which is more than one date")
        holds = all(one == other for one, other in pairwise(dates))
        yield _told(rule, holds, same, said, wrong)


def _phase_within(rule: Rule, cited: Sequence[Citation]) -> Iterator[CitationEvaluation]:
    for one in cited:
        if one.programme and one.phase:
            begins = period_starts(one.phase) >= period_starts(one.programme)
            ends = period_ends(one.phase) <= period_ends(one.programme)
            said = Label(
                f"giai đoạn {_span(one.phase)} của chương trình {_span(one.programme)}",
                f"the phase {_span(one.phase)} of the programme {_span(one.programme)}",
            )
            wrong = Label(" không có trong thời gian của chương trình", " is not within its span")
            yield _told(rule, begins and ends, (one,), said, wrong)


def _number_and_date_agree(rule: Rule, cited: Sequence[Citation]) -> Iterator[CitationEvaluation]:
    for one in cited:
        found = _YEAR_IN_NUMBER.search(one.number)
        if found is not None and one.date is not None:
            said = Label(
                f"số {one.number} mang năm {found[1]}, ngày ghi là {one.dated}",
                f"the number {one.number} holds the year {found[1]}, the date is {one.dated}",
            )
            yield _told(rule, int(found[1]) == one.date.year, (one,), said)


def _span(period: str) -> str:
    return period.replace("/", "-")
