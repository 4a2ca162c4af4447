"""Is the raw data what the documents print? Needs the documents, which stay outside."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from htx_pipeline.errors import InputError, Problem, UsageError
from htx_pipeline.figures.files import RawFile
from htx_pipeline.figures.numerals import NUMERAL
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from htx_pipeline.figures.files import Row
    from htx_pipeline.figures.read import Corpus, RawReport

_WRONG_DOCUMENT = Label(
    vi="Đây không phải văn bản đã đăng ký: hãy lấy đúng tệp, hoặc đăng ký lại báo cáo.",
    en="This is not the text that was registered: get that one, or register the report anew.",
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was compared: documents and numerals."""

    documents: int
    numerals: int


def verify_documents(corpus: Corpus, documents: Path, only: Collection[str] = ()) -> Verified:
    """Compare hashes, counts, offsets and prints with ``documents/<report_id>.txt``.

    ``only`` names reports; without it all of them are compared.

    Raises ``InputError`` with every difference, ``UsageError`` if there is no such folder.
    """
    if not documents.is_dir():
        raise UsageError(
            Label(
                vi=f"{documents}: không có thư mục này; cần <report_id>.txt cho mỗi báo cáo",
                en=f"{documents}: no such folder; expected <report_id>.txt for each report",
            )
        )
    problems: list[Problem] = []
    numerals = 0
    known = {raw.report.id for raw in corpus.reports}
    if unknown := sorted(set(only) - known):
        raise UsageError(
            Label(
                vi=f"không có báo cáo {', '.join(unknown)} trong data/raw",
                en=f"no report {', '.join(unknown)} in data/raw",
            )
        )
    chosen = [raw for raw in corpus.reports if not only or raw.report.id in only]
    for raw in chosen:
        path = documents / f"{raw.report.id}.{raw.report.document.format}"
        try:
            data = path.read_bytes()
        except OSError:
            problems.append(
                RawFile(path, path.name).problem(
                    "missing-document",
                    found=Label(vi="không có văn bản này", en="no such document"),
                    expected=Label(vi=f"tệp {path.name}", en=f"the file {path.name}"),
                    remedy=Label(
                        vi="Hãy đặt văn bản vào thư mục --documents.",
                        en="Put the document into the folder of --documents.",
                    ),
                )
            )
            continue
        problems += _differences(raw, RawFile(path, path.name), data)
        numerals += raw.report.document.numerals
    if problems:
        raise InputError(problems)
    return Verified(len(chosen), numerals)


def _differences(raw: RawReport, document_file: RawFile, data: bytes) -> Iterator[Problem]:
    document = raw.report.document
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as failure:
        yield document_file.problem(
            "not-utf-8",
            found=f"byte 0x{data[failure.start]:02x} at {failure.start}",
            expected=Label(vi="văn bản UTF-8", en="text in UTF-8"),
            remedy=_WRONG_DOCUMENT,
        )
        return
    facts = {
        "sha256": (hashlib.sha256(data).hexdigest(), document.sha256),
        "text_sha256": (hashlib.sha256(text.encode()).hexdigest(), document.text_sha256),
        "text_length": (len(text), document.text_length),
        "numerals": (len(NUMERAL.findall(text)), document.numerals),
    }
    for name, (there, registered) in facts.items():
        if there != registered:
            yield document_file.problem(
                "document-differs",
                found=f"{name} {there}",
                expected=Label(
                    vi=f"{name} {registered} như report.yml", en=f"{registered}, as report.yml says"
                ),
                remedy=_WRONG_DOCUMENT,
            )
    in_text = {match.start(): match.group() for match in NUMERAL.finditer(text)}
    accounted = {int(row["start"]): row for row in (*raw.figures, *raw.others)}
    for start, row in accounted.items():
        if in_text.get(start) != row["printed"]:
            yield _not_printed(row, "printed", text[start : int(row["end"])])
    for start in sorted(in_text.keys() - accounted.keys()):
        yield document_file.problem(
            "numeral-not-accounted-for",
            found=Label(
                vi=f"{in_text[start]!r} ở vị trí {start}", en=f"{in_text[start]!r} at {start}"
            ),
            expected=Label(
                vi="một dòng trong figures.csv hoặc other_numerals.csv",
                en="a line in figures.csv or other_numerals.csv",
            ),
            remedy=Label(vi="Hãy thêm dòng đó.", en="Add the line."),
        )
    for row in (*raw.entities, *raw.citations):
        yield from _words_differ(row, text)
    for row in raw.citations:
        if row["dated"]:
            yield from _words_differ(row, text, "dated", "dated_")


def _words_differ(
    row: Row, text: str, name: str = "printed", prefix: str = ""
) -> Iterator[Problem]:
    """What is copied with its white space folded, because a line may break within it."""
    there = text[int(row[f"{prefix}start"]) : int(row[f"{prefix}end"])]
    if " ".join(there.split()) != row[name]:
        yield _not_printed(row, name, there)


def _not_printed(row: Row, name: str, there: str) -> Problem:
    return row.problem(
        name,
        "not-printed-there",
        expected=Label(vi=f"{there!r} như văn bản in", en=f"{there!r}, as the document prints"),
        remedy=Label(
            vi="Hãy sửa vị trí hoặc chữ chép sai.", en="Mend the offsets or what was copied."
        ),
    )
