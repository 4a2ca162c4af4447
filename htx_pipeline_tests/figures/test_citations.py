"""Legal documents as reports cite them: what is read, and every kind of problem with its place."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from htx_pipeline.errors import InputError
from htx_pipeline.figures import read_corpus, verify_documents

if TYPE_CHECKING:
    from pathlib import Path

    from htx_pipeline.errors import Problem
    from htx_pipeline_tests.conftest import RawFolder

CUSTOMS = "le-lang-2017"
CITATIONS = f"{CUSTOMS}/legal_documents.csv"
OTHERS = f"{CUSTOMS}/other_numerals.csv"
DECREE, DECISION, WORDS, PROGRAMME, COPY, LETTER = range(2, 8)
"""The lines of the file."""


def reads(problem: Problem, code: str, place: str, *, found: str, en: str, vi: str) -> None:
    """The problem has this code and place, and both languages tell what is there and wanted."""
    assert (problem.code, problem.where) == (code, place)
    assert found in problem.found
    assert en in problem.expected.en
    assert vi in problem.expected.vi
    assert "\n" not in problem.text("en") + problem.text("vi")
    assert problem.remedy.en.endswith(".")
    assert problem.remedy.vi.endswith(".")


def cited(citing: RawFolder) -> list[dict[str, Any]]:
    return [dict(citation) for citation in read_corpus(citing.path).citations]


# What a file without faults is read as.


def test_a_report_that_cites_nothing_needs_no_file(raw: RawFolder) -> None:
    corpus = read_corpus(raw.path)
    assert corpus.citations == ()
    assert [found.citations for found in corpus.reports] == [(), ()]


def test_a_citation_carries_its_report_its_place_its_number_and_its_date(
    citing: RawFolder,
) -> None:
    start = int(citing.cell(CITATIONS, DECREE, "start"))
    assert cited(citing)[0] == {
        "citation_id": f"{CUSTOMS}:{start}",
        "report_id": CUSTOMS,
        "issued_on": dt.date(2018, 1, 15),
        "area_code": "VN-01",
        "line": 2,
        "start": start,
        "end": start + 12,
        "place": "p2",
        "printed": "7/2016/LL-ST",
        "document": "le-7-2016-ll-st",
        "kind": "decree",
        "number": "7/2016/LL-ST",
        "dated": "29/2/2016",
        "date": dt.date(2016, 2, 29),
        "date_exists": True,
        "programme": None,
        "phase": None,
        "note": None,
    }


def test_citations_stand_in_the_order_of_the_reports_and_their_texts(citing: RawFolder) -> None:
    corpus = read_corpus(citing.path)
    assert [found.report.id for found in corpus.reports if found.citations] == [CUSTOMS]
    assert [citation["line"] for citation in corpus.citations] == [2, 3, 4, 5, 6, 7]
    (report,) = (found for found in corpus.reports if found.report.id == CUSTOMS)
    assert [row["printed"] for row in report.citations] == [
        citation["printed"] for citation in corpus.citations
    ]


def test_a_date_in_words_is_a_day_and_one_that_does_not_exist_is_none(citing: RawFolder) -> None:
    _, decision, words, _, copy, _ = cited(citing)
    assert (decision["dated"], decision["date"]) == ("30 tháng 11 năm 2016", dt.date(2016, 11, 30))
    assert (copy["dated"], copy["date"], copy["date_exists"]) == ("31/2/2016", None, False)
    assert (words["dated"], words["date"], words["date_exists"]) == (None, None, None)


def test_the_print_keeps_its_spelling_and_the_number_has_the_usual_one(citing: RawFolder) -> None:
    _, decision, words, _, _, letter = cited(citing)
    assert (decision["printed"], decision["number"]) == ("31/LL -ĐC", "31/LL-ĐC")
    assert (letter["printed"], letter["number"]) == ("12/GM- ĐC", "12/GM-ĐC")
    assert (words["printed"], words["number"]) == ("lời dặn 3 mùa", None)
    assert words["note"] == "told, never numbered"


def test_a_programme_and_its_phase_are_spans_whether_or_not_they_fit(citing: RawFolder) -> None:
    programme = cited(citing)[3]
    assert (programme["programme"], programme["phase"]) == ("2016/2020", "2015/2017")


def test_a_number_of_which_only_the_digits_are_printed_may_be_completed(citing: RawFolder) -> None:
    start = citing.cell(CITATIONS, LETTER, "start")
    citing.change(CITATIONS, LETTER, printed="12", end=str(int(start) + 2))
    assert cited(citing)[5]["number"] == "12/GM-ĐC"


# Faults of a line.


def test_a_header_that_differs_is_found(citing: RawFolder) -> None:
    citing.replace(CITATIONS, "dated,programme", "date,programme")
    problem = citing.problem()
    assert (problem.code, problem.path) == ("wrong-header", f"data/raw/{CITATIONS}")


@pytest.mark.parametrize("document", ["", "Le-7", "lệ-7", "le 7", "le--7", "7/2016/LL-ST"])
def test_the_id_of_a_document_is_a_slug(citing: RawFolder, document: str) -> None:
    citing.change(CITATIONS, DECREE, document=document)
    reads(
        citing.problem(),
        "not-an-id",
        citing.place(CITATIONS, DECREE, "document"),
        found=f"document = {document!r}",
        en="such as qd-1804-qd-ttg",
        vi="như qd-1804-qd-ttg",
    )


def test_the_kind_of_a_document_is_a_code(citing: RawFolder) -> None:
    citing.change(CITATIONS, DECREE, kind="decre")
    reads(
        citing.problem(),
        "unknown-code",
        citing.place(CITATIONS, DECREE, "kind"),
        found="kind = 'decre'",
        en="a code of the list document_kind, perhaps 'decree'",
        vi="một mã của danh mục document_kind, có lẽ 'decree'",
    )


def test_the_place_of_a_citation_is_a_path_of_labels(citing: RawFolder) -> None:
    citing.change(CITATIONS, DECREE, place="p 2")
    assert citing.problem().code == "not-a-place"


@pytest.mark.parametrize("name", ["start", "end", "dated_start", "dated_end"])
@pytest.mark.parametrize("offset", ["-1", "4.0", "x", "007"])
def test_an_offset_of_a_citation_is_a_whole_number(
    citing: RawFolder, name: str, offset: str
) -> None:
    citing.change(CITATIONS, DECREE, **{name: offset})
    reads(
        citing.problem(),
        "not-an-offset",
        citing.place(CITATIONS, DECREE, name),
        found=f"{name} = {offset!r}",
        en="a whole number",
        vi="số nguyên",
    )


@pytest.mark.parametrize(("name", "start"), [("end", "start"), ("dated_end", "dated_start")])
def test_the_spans_of_a_citation_are_as_long_as_its_prints(
    citing: RawFolder, name: str, start: str
) -> None:
    end = int(citing.cell(CITATIONS, DECREE, name))
    citing.change(CITATIONS, DECREE, **{name: str(end + 1)})
    length = end - int(citing.cell(CITATIONS, DECREE, start))
    reads(
        citing.problem(),
        "span-and-print-differ",
        citing.place(CITATIONS, DECREE, name),
        found=f"{name} {end + 1}",
        en=f"{name} = {start} + {length}",
        vi=f"{name} = {start} + {length}",
    )


@pytest.mark.parametrize("name", ["end", "dated_end"])
def test_a_citation_does_not_lie_beyond_the_text(citing: RawFolder, name: str) -> None:
    begins = {"end": "start", "dated_end": "dated_start"}[name]
    length = len(citing.cell(CITATIONS, COPY, {"end": "printed", "dated_end": "dated"}[name]))
    citing.change(CITATIONS, COPY, **{begins: "9000", name: str(9000 + length)})
    assert ("beyond-the-text", citing.place(CITATIONS, COPY, name)) in {
        (problem.code, problem.where) for problem in citing.problems()
    }


def test_a_print_is_folded(citing: RawFolder) -> None:
    citing.change(CITATIONS, DECISION, printed="31/LL  -ĐC")
    reads(
        next(problem for problem in citing.problems() if problem.code == "not-folded"),
        "not-folded",
        citing.place(CITATIONS, DECISION, "printed"),
        found="printed = '31/LL  -ĐC'",
        en="one space for any white space",
        vi="mỗi khoảng trắng là một dấu cách",
    )


def test_a_printed_number_has_its_usual_form_beside_it(citing: RawFolder) -> None:
    citing.change(CITATIONS, DECREE, number="")
    reads(
        citing.problem(),
        "missing-value",
        citing.place(CITATIONS, DECREE, "number"),
        found="number = ''",
        en="because '7/2016/LL-ST' is printed",
        vi="vì in '7/2016/LL-ST'",
    )


def test_a_document_that_is_only_named_has_no_number(citing: RawFolder) -> None:
    citing.change(CITATIONS, WORDS, number="3/LD")
    reads(
        citing.problem(),
        "value-out-of-place",
        citing.place(CITATIONS, WORDS, "number"),
        found="number = '3/LD'",
        en="nothing, because what is printed does not begin with a number",
        vi="để trống",
    )


@pytest.mark.parametrize("number", ["8/2016/LL-ST", "7/2015/LL-ST", "7/LL-ST", "7/2016/LL -ST"])
def test_a_number_has_the_printed_digits_and_no_white_space(citing: RawFolder, number: str) -> None:
    citing.change(CITATIONS, DECREE, number=number)
    reads(
        citing.problem(),
        "number-does-not-fit",
        citing.place(CITATIONS, DECREE, "number"),
        found=f"number = {number!r}",
        en="'7/2016/LL-ST' in the usual form",
        vi="'7/2016/LL-ST' theo cách viết thông thường",
    )


@pytest.mark.parametrize("name", ["dated_start", "dated_end", "dated"])
def test_a_date_and_its_offsets_stand_together(citing: RawFolder, name: str) -> None:
    citing.change(CITATIONS, DECREE, **{name: ""})
    filled = "dated_end" if name == "dated_start" else "dated_start"
    reads(
        citing.problem(),
        "missing-value",
        citing.place(CITATIONS, DECREE, name),
        found=f"{name} = ''",
        en=f"a value, because {filled} has one",
        vi=f"có giá trị, vì có {filled}",
    )


def test_offsets_without_a_date_are_found_one_by_one(citing: RawFolder) -> None:
    citing.change(CITATIONS, DECREE, dated="", dated_end="")
    assert [(problem.code, problem.where) for problem in citing.problems()] == [
        ("missing-value", citing.place(CITATIONS, DECREE, "dated_end")),
        ("missing-value", citing.place(CITATIONS, DECREE, "dated")),
    ]


@pytest.mark.parametrize("dated", ["29-2-2016", "29.2.2016", "29/02/206"])
def test_a_date_has_the_form_of_one(citing: RawFolder, dated: str) -> None:
    citing.change(CITATIONS, DECREE, dated=dated)
    reads(
        citing.problem(),
        "not-a-date",
        citing.place(CITATIONS, DECREE, "dated"),
        found=f"dated = {dated!r}",
        en="a date as printed: 16/4/2021 or 21 tháng 11 năm 2013",
        vi="ngày như in",
    )


@pytest.mark.parametrize("name", ["programme", "phase"])
@pytest.mark.parametrize("period", ["2016", "2016-2020", "2020/2016", "2016-S1/2017-S1"])
def test_a_programme_and_its_phase_are_spans_of_years(
    citing: RawFolder, name: str, period: str
) -> None:
    citing.change(CITATIONS, PROGRAMME, **{name: period})
    reads(
        citing.problem(),
        "not-a-period",
        citing.place(CITATIONS, PROGRAMME, name),
        found=f"{name} = {period!r}",
        en="a span of years, such as 2021/2030",
        vi="thời kỳ như 2021/2030",
    )


def test_a_phase_is_one_of_a_programme(citing: RawFolder) -> None:
    citing.change(CITATIONS, DECREE, phase="2016/2017")
    reads(
        citing.problem(),
        "missing-value",
        citing.place(CITATIONS, DECREE, "programme"),
        found="programme = ''",
        en="a value, because phase has one",
        vi="có giá trị, vì có phase",
    )


def test_a_document_without_number_date_and_span_is_not_listed(citing: RawFolder) -> None:
    citing.change(CITATIONS, PROGRAMME, programme="", phase="")
    reads(
        citing.problem(),
        "nothing-to-cite",
        citing.place(CITATIONS, PROGRAMME, "printed"),
        found="printed = 'sổ giao kèo'",
        en="a number, a date or a programme's span",
        vi="một số, một ngày hoặc thời kỳ của chương trình",
    )


# Faults between lines and files.


def test_citations_stand_once_and_in_the_order_of_the_text(citing: RawFolder) -> None:
    citing.swap(CITATIONS, DECREE)
    assert [(problem.code, problem.where) for problem in citing.problems()] == [
        ("out-of-order", citing.place(CITATIONS, DECISION, "start"))
    ]
    citing.swap(CITATIONS, DECREE)
    citing.repeat(CITATIONS, LETTER)
    assert [(problem.code, problem.where) for problem in citing.problems()] == [
        ("duplicate", citing.place(CITATIONS, LETTER + 1, "start"))
    ]


@pytest.mark.parametrize(
    ("line", "name", "told"),
    [(DECREE, "printed", "7, 2016"), (DECREE, "dated", "29, 2, 2016"), (WORDS, "printed", "3")],
)
def test_a_numeral_of_a_citation_that_is_a_figure_is_found(
    citing: RawFolder, line: int, name: str, told: str
) -> None:
    prefix = "dated_" if name == "dated" else ""
    first = int(citing.cell(CITATIONS, line, f"{prefix}start"))
    last = int(citing.cell(CITATIONS, line, f"{prefix}end"))
    others = citing.text(OTHERS).splitlines()
    number = next(
        n for n, row in enumerate(others[1:], start=2) if first <= int(row.partition(",")[0])
    )
    start, end = citing.cell(OTHERS, number, "start"), citing.cell(OTHERS, number, "end")
    printed = citing.cell(OTHERS, number, "printed")
    citing.remove(OTHERS, number)
    figures = f"{CUSTOMS}/figures.csv"
    citing.repeat(figures, 2, start=start, end=end, printed=printed)
    reads(
        citing.problem(),
        "numeral-not-listed",
        citing.place(CITATIONS, line, name),
        found=f"{name} = ",
        en=f"exactly {told} in other_numerals.csv between {first} and {last}",
        vi=f"đúng các số {told} trong other_numerals.csv, từ {first} đến {last}",
    )


def test_a_numeral_of_a_citation_that_no_line_holds_is_found(citing: RawFolder) -> None:
    citing.remove(OTHERS, citing.line(OTHERS, "30"))
    assert [problem.code for problem in citing.problems()] == [
        "numeral-not-listed",
        "numerals-not-accounted-for",
    ]


def test_a_citation_that_cuts_a_numeral_in_two_is_found(citing: RawFolder) -> None:
    start = int(citing.cell(CITATIONS, DECREE, "start"))
    citing.change(CITATIONS, DECREE, printed="7/20", number="7/20", end=str(start + 4))
    assert citing.problem().code == "numeral-not-listed"


def test_a_file_that_cannot_be_read_makes_no_numeral_of_a_citation_missing(
    citing: RawFolder,
) -> None:
    (citing.path / OTHERS).unlink()
    assert [problem.code for problem in citing.problems()] == ["unreadable-file"]


# Against the documents.


def test_prints_and_dates_are_compared_with_the_document(citing: RawFolder) -> None:
    assert verify_documents(read_corpus(citing.path), citing.documents).documents == 3
    citing.change(CITATIONS, DECREE, printed="7/2016/LL-SR", number="7/2016/LL-SR")
    with pytest.raises(InputError) as caught:
        verify_documents(read_corpus(citing.path), citing.documents)
    (problem,) = caught.value.problems
    reads(
        problem,
        "not-printed-there",
        citing.place(CITATIONS, DECREE, "printed"),
        found="printed = '7/2016/LL-SR'",
        en="'7/2016/LL-ST', as the document prints",
        vi="'7/2016/LL-ST' như văn bản in",
    )


def test_a_date_that_is_printed_otherwise_is_found_at_its_cell(citing: RawFolder) -> None:
    document = citing.documents / f"{CUSTOMS}.txt"
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("29/2/2016", "29-2-2016"), encoding="utf-8", newline="\n")
    with pytest.raises(InputError) as caught:
        verify_documents(read_corpus(citing.path), citing.documents)
    (problem,) = (one for one in caught.value.problems if one.code == "not-printed-there")
    reads(
        problem,
        "not-printed-there",
        citing.place(CITATIONS, DECREE, "dated"),
        found="dated = '29/2/2016'",
        en="'29-2-2016', as the document prints",
        vi="'29-2-2016' như văn bản in",
    )


# The repository's own data and page.


def own(own_raw: Path, **cells: Any) -> list[Any]:
    return [
        citation
        for citation in read_corpus(own_raw).citations
        if all(citation[name] == cell for name, cell in cells.items())
    ]


def test_the_documents_that_the_reports_cite_are_listed(own_raw: Path) -> None:
    citations = read_corpus(own_raw).citations
    assert Counter(citation["report_id"] for citation in citations) == {
        "lai-chau-2021-report": 23,
        "lai-chau-2021-strategy": 2,
        "lai-chau-2023-news": 1,
        "lai-chau-2024-plan": 33,
    }
    assert len({citation["citation_id"] for citation in citations}) == 59
    assert len({citation["document"] for citation in citations}) == 34
    assert sum(citation["dated"] is not None for citation in citations) == 44


def test_a_document_has_one_kind_and_where_it_has_a_number_one_number(own_raw: Path) -> None:
    kinds: dict[str, set[str]] = {}
    numbers: dict[str, set[str]] = {}
    for citation in read_corpus(own_raw).citations:
        kinds.setdefault(citation["document"], set()).add(citation["kind"])
        if citation["number"] is not None:
            numbers.setdefault(citation["document"], set()).add(citation["number"])
    assert [document for document, found in kinds.items() if len(found) > 1] == []
    assert [document for document, found in numbers.items() if len(found) > 1] == []
    assert len({number for found in numbers.values() for number in found}) == len(numbers)


def test_one_printed_date_does_not_exist(own_raw: Path) -> None:
    (citation,) = own(own_raw, date_exists=False)
    assert citation["report_id"] == "lai-chau-2021-report"
    assert (citation["number"], citation["dated"]) == ("994/KH-UBND", "61/04/2021")


def test_dates_that_do_not_agree_are_kept_as_printed(own_raw: Path) -> None:
    def dates(document: str) -> list[tuple[str, str]]:
        found = own(own_raw, document=document)
        return [(citation["report_id"], citation["dated"]) for citation in found]

    assert dates("qd-1804-qd-ttg") == [
        ("lai-chau-2021-report", "13/11/2020"),
        ("lai-chau-2024-plan", "13/01/2020"),
    ]
    assert dates("nq-07-nq-hdnd-lai-chau") == [
        ("lai-chau-2024-plan", "23/7/2021"),
        ("lai-chau-2024-plan", "23/7/2019"),
    ]
    assert {"16/4/2021", "61/04/2021"} <= {date for _, date in dates("kh-994-kh-ubnd-lai-chau")}


def test_one_phase_is_named_and_begins_before_its_programme(own_raw: Path) -> None:
    citations = read_corpus(own_raw).citations
    assert [
        (citation["document"], citation["programme"], citation["phase"])
        for citation in citations
        if citation["phase"] is not None
    ] == [("qd-1719-qd-ttg", "2021/2030", "2020/2025")]


def test_every_document_number_but_that_of_a_law_that_is_only_named_is_cited(
    own_raw: Path,
) -> None:
    for report in read_corpus(own_raw).reports:
        spans = [(int(row["start"]), int(row["end"])) for row in report.citations]
        left = [
            row["printed"]
            for row in report.others
            if row["kind"] == "document_number"
            and not any(first <= int(row["start"]) < last for first, last in spans)
        ]
        assert set(left) <= {"2012"}, report.report.id


def test_the_page_on_reading_names_the_columns_of_the_file(
    citing: RawFolder, own_raw: Path
) -> None:
    page = (own_raw.parents[1] / "docs" / "reading.md").read_text(encoding="utf-8")
    assert f"`{citing.text(CITATIONS).partition(chr(10))[0]}`" in page
