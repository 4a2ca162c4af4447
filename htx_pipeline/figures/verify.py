"""Is the raw data what the documents print? Needs the documents, which stay outside."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from htx_pipeline.errors import InputError, Problem, UsageError
from htx_pipeline.figures.numerals import NUMERAL
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Iterator
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


def verify_documents(corpus: Corpus, documents: Path) -> Verified:
    """Compare hashes, counts, offsets and prints with ``documents/<report_id>.txt``.

    Raises ``InputError`` with every difference, ``UsageError`` if there is no such folder.
    """
    if not documents.is_dir():
        raise UsageError(f"{documents}: no such folder; expected <report_id>.txt for each report")
    problems: list[Problem] = []
    numerals = 0
    for raw in corpus.reports:
        path = documents / f"{raw.report.id}.{raw.report.document.format}"
        try:
            data = path.read_bytes()
        except OSError:
            problems.append(
                _problem(
                    path.name,
                    "missing-document",
                    "no such document",
                    Label(vi=f"tệp {path.name}", en=f"the file {path.name}"),
                    Label(
                        vi="Hãy đặt văn bản vào thư mục --documents.",
                        en="Put the document into the folder of --documents.",
                    ),
                )
            )
            continue
        found = list(_differences(raw, path.name, data))
        problems += found
        numerals += raw.report.document.numerals
    if problems:
        raise InputError(problems)
    return Verified(len(corpus.reports), numerals)


def _problem(shown: str, code: str, found: str, expected: Label, remedy: Label) -> Problem:
    return Problem(code, shown, None, None, found, expected, remedy)


def _differences(raw: RawReport, shown: str, data: bytes) -> Iterator[Problem]:
    document = raw.report.document
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as failure:
        yield _problem(
            shown,
            "not-utf-8",
            f"byte 0x{data[failure.start]:02x} at {failure.start}",
            Label(vi="văn bản UTF-8", en="text in UTF-8"),
            _WRONG_DOCUMENT,
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
            yield _problem(
                shown,
                "document-differs",
                f"{name} {there}",
                Label(
                    vi=f"{name} {registered} như report.yml", en=f"{registered}, as report.yml says"
                ),
                _WRONG_DOCUMENT,
            )
    in_text = {match.start(): match.group() for match in NUMERAL.finditer(text)}
    accounted = {int(row["start"]): row for row in (*raw.figures, *raw.others)}
    for start, row in accounted.items():
        if in_text.get(start) != row["printed"]:
            yield _not_printed(row, "printed", text[start : int(row["end"])])
    for start in sorted(in_text.keys() - accounted.keys()):
        yield _problem(
            shown,
            "numeral-not-accounted-for",
            f"{in_text[start]!r} at {start}",
            Label(
                vi="một dòng trong figures.csv hoặc other_numerals.csv",
                en="a line in figures.csv or other_numerals.csv",
            ),
            Label(vi="Hãy thêm dòng đó.", en="Add the line."),
        )
    for row in raw.entities:
        there = text[int(row["start"]) : int(row["end"])]
        if " ".join(there.split()) != row["printed"]:
            yield _not_printed(row, "printed", there)


def _not_printed(row: Row, name: str, there: str) -> Problem:
    return row.problem(
        name,
        "not-printed-there",
        expected=Label(vi=f"{there!r} như văn bản in", en=f"{there!r}, as the document prints"),
        remedy=Label(
            vi="Hãy sửa vị trí hoặc chữ chép sai.", en="Mend the offsets or what was copied."
        ),
    )
