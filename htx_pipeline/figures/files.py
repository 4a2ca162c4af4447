"""Raw files as they lie on disk: strict text, and CSV in which every cell knows its place.

Nothing here knows what a cell means. Readers append to a list of problems and go on, so that one
run reports all that is wrong.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from htx_pipeline.errors import Problem
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Sequence
_FIELD = re.compile(r'(?:"(?:[^"]|"")*"|[^,]*)(?:,|$)')


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file of the raw folder: where it is and what problems call it."""

    path: Path
    shown: str

    @classmethod
    def under(cls, path: Path) -> Self:
        """A file that problems call ``data/raw/…``, wherever the checkout lies."""
        parts = path.absolute().parts
        roots = [index for index, part in enumerate(parts) if part == "raw"]
        shown = Path(*parts[max(roots[-1] - 1, 0) :]) if roots else path
        return cls(path, str(shown))

    def problem(
        self,
        code: str,
        *,
        found: str | Label,
        expected: Label,
        remedy: Label,
        line: int | None = None,
        column: int | None = None,
    ) -> Problem:
        """A problem with this file."""
        said = found if isinstance(found, Label) else Label(vi=found, en=found)
        return Problem(code, self.shown, line, column, said.en, expected, remedy, said.vi)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a CSV file: its cells by column name, and where each begins."""

    file: RawFile
    line: int
    cells: dict[str, str]
    columns: dict[str, int]

    def __getitem__(self, name: str) -> str:
        return self.cells[name]

    def problem(
        self, name: str, code: str, *, expected: Label, remedy: Label, found: str | None = None
    ) -> Problem:
        """A problem with the cell in column ``name``."""
        shown = f"{name} = {self.cells[name]!r}" if found is None else found
        return self.file.problem(
            code,
            found=shown,
            expected=expected,
            remedy=remedy,
            line=self.line,
            column=self.columns[name],
        )


def read_text(file: RawFile, problems: list[Problem]) -> str | None:
    """The text of a file: UTF-8 without a byte-order mark, LF line ends, NFC; else ``None``."""
    save_as_utf8 = Label(
        vi="Hãy lưu lại tệp với mã UTF-8, không BOM.",
        en="Save the file as UTF-8 without a byte-order mark.",
    )
    try:
        data = file.path.read_bytes()
    except OSError as failure:
        problems.append(
            file.problem(
                "unreadable-file",
                found=failure.strerror or type(failure).__name__,
                expected=Label(vi="một tệp đọc được", en="a file that can be read"),
                remedy=Label(
                    vi="Hãy thêm tệp hoặc cho quyền đọc.", en="Add it, or make it readable."
                ),
            )
        )
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        encoding = "UTF-8" if data.startswith(b"\xef") else "UTF-16"
        problems.append(
            file.problem(
                "byte-order-mark",
                found=Label(vi=f"dấu BOM của {encoding}", en=f"the byte-order mark of {encoding}"),
                expected=Label(vi="UTF-8 không BOM", en="UTF-8 without a byte-order mark"),
                remedy=save_as_utf8,
                line=1,
                column=1,
            )
        )
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as failure:
        before = data[: failure.start].decode("utf-8")
        problems.append(
            file.problem(
                "not-utf-8",
                found=f"byte 0x{data[failure.start]:02x}",
                expected=Label(vi="chữ theo mã UTF-8", en="text in UTF-8"),
                remedy=save_as_utf8,
                line=before.count("\n") + 1,
                column=len(before) - before.rfind("\n"),
            )
        )
        return None
    for number, line in enumerate(text.split("\n"), start=1):
        if "\r" in line:
            problems.append(
                file.problem(
                    "carriage-return",
                    found=Label(vi="ký tự CR", en="a carriage return"),
                    expected=Label(vi="xuống dòng bằng LF", en="lines that end in LF"),
                    remedy=Label(
                        vi="Hãy lưu lại tệp với kiểu xuống dòng LF.",
                        en="Save the file with LF line ends.",
                    ),
                    line=number,
                    column=line.index("\r") + 1,
                )
            )
            return None
        if not unicodedata.is_normalized("NFC", line):
            composed = unicodedata.normalize("NFC", line)
            column = next(i for i, (a, b) in enumerate(zip(line, composed + " ")) if a != b)  # noqa: B905 (NFC may be shorter)
            problems.append(
                file.problem(
                    "not-nfc",
                    found=Label(
                        vi=f"chữ tổ hợp ở {line[column : column + 6]!r}",
                        en=f"decomposed letters at {line[column : column + 6]!r}",
                    ),
                    expected=Label(vi="chữ Việt dựng sẵn (NFC)", en="composed letters (NFC)"),
                    remedy=Label(
                        vi="Hãy chuẩn hóa tệp sang Unicode NFC.", en="Normalize the file to NFC."
                    ),
                    line=number,
                    column=column + 1,
                )
            )
    return text


def read_csv(file: RawFile, columns: Sequence[str], problems: list[Problem]) -> list[Row]:
    """The rows of a CSV file with exactly these columns in this order.

    A header that differs is one problem and gives no rows; a line with too many or too few cells
    is one problem and is left out.
    """
    text = read_text(file, problems)
    if text is None:
        return []
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    header = lines[0].split(",") if lines else []
    if header != list(columns):
        problems.append(_header_problem(file, header, columns))
        return []
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        places = [match.start() + 1 for match in _FIELD.finditer(line)][: line.count(",") + 1]
        try:
            cells = next(csv.reader([line], strict=True), [])
        except csv.Error as failure:
            problems.append(
                file.problem(
                    "broken-quotes",
                    found=str(failure),
                    expected=Label(
                        vi='dấu " mở rồi đóng trong cùng một dòng',
                        en='quotes that open and close around a cell, "" for one inside it',
                    ),
                    remedy=Label(vi="Hãy sửa dấu ngoặc kép.", en="Mend the quotes."),
                    line=number,
                )
            )
            continue
        if len(cells) != len(columns):
            problems.append(
                file.problem(
                    "wrong-number-of-cells",
                    found=Label(vi=f"{len(cells)} ô", en=f"{len(cells)} cells"),
                    expected=Label(vi=f"{len(columns)} ô", en=f"{len(columns)} cells"),
                    remedy=Label(
                        vi="Hãy đếm lại dấu phẩy; ô có dấu phẩy phải nằm trong ngoặc kép.",
                        en="Count the commas; a cell that holds one stands in quotes.",
                    ),
                    line=number,
                    column=len(line) + 1,
                )
            )
            continue
        rows.append(
            Row(
                file,
                number,
                dict(zip(columns, cells, strict=True)),
                dict(zip(columns, places, strict=False)),
            )
        )
    return rows


def _header_problem(file: RawFile, header: Sequence[str], columns: Sequence[str]) -> Problem:
    missing = [name for name in columns if name not in header]
    unknown = [name for name in header if name not in columns]
    said_vi, said_en = [], []
    if missing:
        said_vi.append(f"thiếu cột {', '.join(missing)}")
        said_en.append(f"no column {', '.join(missing)}")
    if unknown:
        said_vi.append(f"cột lạ {', '.join(map(repr, unknown))}")
        said_en.append(f"unknown column {', '.join(map(repr, unknown))}")
    for mark, name_vi, name_en in ((";", "dấu chấm phẩy", "semicolons"), ("\t", "tab", "tabs")):
        if len(header) == 1 and mark in header[0]:
            said_vi, said_en = [f"các ô cách nhau bằng {name_vi}"], [f"cells apart by {name_en}"]
    found = Label(
        vi="; ".join(said_vi) or "các cột sai thứ tự hoặc lặp lại",
        en="; ".join(said_en) or "the columns in another order or twice",
    )
    column = 1
    if unknown:
        column = (
            len(",".join(header[: header.index(unknown[0])])) + 1 + bool(header.index(unknown[0]))
        )
    return file.problem(
        "wrong-header",
        found=found,
        expected=Label(vi=f"đúng các cột {','.join(columns)}", en=f"exactly {','.join(columns)}"),
        remedy=Label(
            vi="Hãy sửa dòng đầu (xem docs/reading.md).",
            en="Mend the first line (see docs/reading.md).",
        ),
        line=1,
        column=column,
    )
