"""Raw data against the documents that it was read from."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from htx_pipeline.errors import InputError, UsageError
from htx_pipeline.figures import Verified, read_corpus, verify_documents

if TYPE_CHECKING:
    from htx_pipeline.errors import Problem
    from htx_pipeline_tests.conftest import RawFolder

NOTEBOOK = "so-tay-2017"
PROMISE = "loi-hen-2018"
FIGURES = f"{NOTEBOOK}/figures.csv"
OTHERS = f"{NOTEBOOK}/other_numerals.csv"
ENTITIES = f"{NOTEBOOK}/named_entities.csv"
REPORT = f"{NOTEBOOK}/report.yml"


def verified(raw: RawFolder) -> Verified:
    return verify_documents(read_corpus(raw.path), raw.documents)


def differences(raw: RawFolder) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        verified(raw)
    return caught.value.problems


def difference(raw: RawFolder) -> Problem:
    problems = differences(raw)
    assert len(problems) == 1, "\n".join(problem.text() for problem in problems)
    return problems[0]


def reads(problem: Problem, code: str, place: str, *, found: str, en: str, vi: str) -> None:
    """The problem has this code and place, and both languages name what is there and wanted."""
    assert (problem.code, problem.where) == (code, place)
    assert f"{place}: [{code}] found {found}; expected {en}" in problem.text("en")
    assert f"{place}: [{code}] gặp {problem.found_vi}; cần {vi}" in problem.text("vi")
    assert problem.text("en").endswith(problem.remedy.en)
    assert problem.text("vi").endswith(problem.remedy.vi)


def rewrite(raw: RawFolder, report: str, old: str, new: str) -> None:
    """Change the document, and register the new bytes."""
    path = raw.documents / f"{report}.txt"
    before = path.read_text(encoding="utf-8")
    assert before.count(old) == 1
    after = before.replace(old, new)
    path.write_text(after, encoding="utf-8", newline="\n")
    file = f"{report}/report.yml"
    description = raw.text(file).replace(
        hashlib.sha256(before.encode()).hexdigest(), hashlib.sha256(after.encode()).hexdigest()
    )
    raw.write(file, description.replace(f"length: {len(before)}", f"length: {len(after)}"))


def test_documents_that_print_what_was_read_are_counted(raw: RawFolder) -> None:
    assert verified(raw) == Verified(documents=2, numerals=23)


def test_a_folder_that_is_not_there_is_a_wrong_call(raw: RawFolder) -> None:
    with pytest.raises(UsageError, match="none: no such folder; expected <report_id>"):
        verify_documents(read_corpus(raw.path), raw.documents / "none")


def test_a_missing_document_is_named(raw: RawFolder) -> None:
    (raw.documents / f"{PROMISE}.txt").unlink()
    reads(
        difference(raw),
        "missing-document",
        f"{PROMISE}.txt",
        found="no such document",
        en=f"the file {PROMISE}.txt",
        vi=f"tệp {PROMISE}.txt",
    )


def test_other_bytes_than_were_registered_are_told_by_each_fact(raw: RawFolder) -> None:
    path = raw.documents / f"{PROMISE}.txt"
    registered = path.read_bytes()
    path.write_bytes(registered + b"\n")
    there = hashlib.sha256(registered + b"\n").hexdigest()
    wanted = hashlib.sha256(registered).hexdigest()
    problems = differences(raw)
    assert {problem.found.split()[0] for problem in problems} == {
        "sha256",
        "text_sha256",
        "text_length",
    }
    (of_bytes,) = (problem for problem in problems if problem.found.startswith("sha256"))
    reads(
        of_bytes,
        "document-differs",
        f"{PROMISE}.txt",
        found=f"sha256 {there}",
        en=f"{wanted}, as report.yml says",
        vi=f"sha256 {wanted} như report.yml",
    )
    (of_length,) = (problem for problem in problems if problem.found.startswith("text_length"))
    length = len(registered.decode())
    assert of_length.found == f"text_length {length + 1}"
    assert str(length) in of_length.expected.en


def test_a_document_that_is_not_utf_8_is_reported_with_the_byte(raw: RawFolder) -> None:
    (raw.documents / f"{PROMISE}.txt").write_bytes("Lời".encode() + b"\xff")
    reads(
        difference(raw),
        "not-utf-8",
        f"{PROMISE}.txt",
        found="byte 0xff at 5",
        en="text in UTF-8",
        vi="văn bản UTF-8",
    )


def test_a_print_that_was_copied_wrong_is_found_at_its_cell(raw: RawFolder) -> None:
    line = raw.line(FIGURES, "47")
    raw.change(FIGURES, line, printed="41")
    reads(
        difference(raw),
        "not-printed-there",
        raw.place(FIGURES, line, "printed"),
        found="printed = '41'",
        en="'47', as the document prints",
        vi="'47' như văn bản in",
    )


def test_another_numeral_that_was_copied_wrong_is_found_too(raw: RawFolder) -> None:
    raw.change(OTHERS, 3, printed="11")
    reads(
        difference(raw),
        "not-printed-there",
        raw.place(OTHERS, 3, "printed"),
        found="printed = '11'",
        en="'12', as the document prints",
        vi="'12' như văn bản in",
    )


def test_a_part_of_a_numeral_is_not_what_is_printed(raw: RawFolder) -> None:
    line = raw.line(FIGURES, "1.310")
    start = int(raw.cell(FIGURES, line, "start"))
    raw.change(FIGURES, line, printed="1", end=str(start + 1))
    assert [(problem.code, problem.where) for problem in differences(raw)] == [
        ("not-printed-there", raw.place(FIGURES, line, "printed"))
    ]


def test_offsets_that_slipped_leave_the_print_uncounted(raw: RawFolder) -> None:
    line = raw.line(FIGURES, "47")
    start = int(raw.cell(FIGURES, line, "start"))
    raw.change(FIGURES, line, start=str(start + 1), end=str(start + 3))
    assert [(problem.code, problem.where) for problem in differences(raw)] == [
        ("not-printed-there", raw.place(FIGURES, line, "printed")),
        ("numeral-not-accounted-for", f"{NOTEBOOK}.txt"),
    ]


def test_a_numeral_that_no_line_holds_is_told_with_its_position(raw: RawFolder) -> None:
    start = raw.cell(OTHERS, 4, "start")
    raw.remove(OTHERS, 4)
    raw.replace(REPORT, "numerals: 17", "numerals: 16")
    count, uncounted = differences(raw)
    reads(
        count,
        "document-differs",
        f"{NOTEBOOK}.txt",
        found="numerals 17",
        en="16, as report.yml says",
        vi="numerals 16 như report.yml",
    )
    reads(
        uncounted,
        "numeral-not-accounted-for",
        f"{NOTEBOOK}.txt",
        found=f"'2017' at {start}",
        en="a line in figures.csv or other_numerals.csv",
        vi="một dòng trong figures.csv hoặc other_numerals.csv",
    )


def test_the_name_of_an_entity_is_compared_with_white_space_folded(raw: RawFolder) -> None:
    text = (raw.documents / f"{NOTEBOOK}.txt").read_text(encoding="utf-8")
    assert "HTX Suối\nTre" in text
    assert raw.cell(ENTITIES, 2, "printed") == "HTX Suối Tre"
    assert verified(raw).documents == 2


def test_the_name_of_an_entity_that_stands_elsewhere_is_found_at_its_cell(
    raw: RawFolder,
) -> None:
    raw.change(ENTITIES, 2, printed="HTX Suối Trà")
    reads(
        difference(raw),
        "not-printed-there",
        raw.place(ENTITIES, 2, "printed"),
        found="printed = 'HTX Suối Trà'",
        en=r"'HTX Suối\nTre', as the document prints",
        vi=r"'HTX Suối\nTre' như văn bản in",
    )


def test_a_document_that_prints_another_number_now_is_found_although_it_was_registered(
    raw: RawFolder,
) -> None:
    rewrite(raw, PROMISE, "hơn 60 HTX", "hơn 66 HTX")
    reads(
        difference(raw),
        "not-printed-there",
        raw.place(f"{PROMISE}/figures.csv", 2, "printed"),
        found="printed = '60'",
        en="'66', as the document prints",
        vi="'66' như văn bản in",
    )


def test_the_differences_of_all_documents_are_told_in_one_run(raw: RawFolder) -> None:
    (raw.documents / f"{PROMISE}.txt").unlink()
    raw.change(FIGURES, 2, printed="25")
    raw.change(ENTITIES, 2, printed="HTX Suối")
    assert [problem.where for problem in differences(raw)] == [
        raw.place(FIGURES, 2, "printed"),
        raw.place(ENTITIES, 2, "printed"),
        f"{PROMISE}.txt",
    ]


def test_uncounted_numerals_are_told_in_the_order_of_the_text(raw: RawFolder) -> None:
    rewrite(raw, PROMISE, "lo 200,5 triệu đồng.", "lo 200,5 triệu đồng." + (36 * " " + "7") * 12)
    positions = [
        int(problem.found.rpartition(" ")[2])
        for problem in differences(raw)
        if problem.code == "numeral-not-accounted-for"
    ]
    assert len(positions) == 12
    assert positions == sorted(positions)


@pytest.mark.skipif(
    "HTX_DOCUMENTS" not in os.environ,
    reason="the documents stay outside the repository: set HTX_DOCUMENTS to their folder",
)
def test_the_repositorys_own_data_is_what_the_documents_print(own_raw: Path) -> None:
    found = verify_documents(read_corpus(own_raw), Path(os.environ["HTX_DOCUMENTS"]))
    assert found == Verified(documents=5, numerals=827)
