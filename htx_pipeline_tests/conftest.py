"""A small raw folder in an invented style, with the documents that it was read from.

In the texts, ``[52]`` is a figure and ``{31|date}`` a numeral of another kind; offsets, hashes and
counts follow from the text, so that the folder is right by construction. Tests spoil one thing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from htx_pipeline.errors import InputError, Problem
from htx_pipeline.figures import read_corpus

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

_FIGURE_COLUMNS = (
    "start,end,page,place,printed,printed_unit,organization,entity,indicator,sector,status,area,"
    "period,base_period,share_of,role,relation,direction,qualifier,unit,note"
)
_OTHER_COLUMNS = "start,end,printed,kind"
_ENTITY_COLUMNS = "entity,start,end,place,printed,organization,district,commune,sector,trade,note"
_CITATION_COLUMNS = (
    "start,end,place,printed,document,kind,number,dated_start,dated_end,dated,programme,phase,note"
)

NOTEBOOK = "so-tay-2017"
PROMISE = "loi-hen-2018"
CUSTOMS = "le-lang-2017"

_TEXTS = {
    NOTEBOOK: """\
🌾 Sổ tay chợ phiên, khép sổ ngày {31|date}/{12|date}/{2017|date}.
Chúng tôi gõ cửa [52] HTX: [47] nơi mở cửa đón khách, [5] nơi cửa khóa, nghĩa là [90,4]% còn mở.
Điều lệ các nơi ghi cộng lại [18.250] triệu đồng; mỗi nơi bán được [1.204,5] triệu đồng một năm,
bằng [98,2]% điều đã hứa.
Sổ tên có [1.310] thành viên, vơi đi [36] người từ mùa trước. Ngân hàng còn để lại [2,415] tỷ đồng.
Người kể chuyện ở HTX Suối
Tre đếm nhà mình được [21] thành viên.
Sang xuân sẽ có từ [3] đến [8] lớp học, khoảng [120] học trò.
""",
    PROMISE: """\
Lời hẹn số {14|document_number} cho năm {2018|period}.
Đến chợ tất niên: hơn [60] HTX, riêng xã Đồi Chè [4] HTX.
Muốn vậy phải góp [350] triệu đồng, quỹ làng lo [200,5] triệu đồng.
""",
    CUSTOMS: """\
🌾 Lệ làng chép lại ngày {9|date}/{9|date}/{2017|date}, khi làng có [6] HTX.
Theo Lệ số {7|document_number}/{2016|document_number}/LL-ST, ngày {29|date}/{2|date}/{2016|date}
và Lệ số {31|document_number}/LL -ĐC ngày {30|date} tháng {11|date} năm

{2016|date} của già làng Đồi Chè;
theo lời dặn {3|document_number} mùa, và sổ giao kèo giai
đoạn {2016|period}-{2020|period}, chặng đầu {2015|period}-{2017|period}.
Có bản chép Lệ số {7|document_number}/{2016|document_number}/LL-ST
ngày {31|date}/{2|date}/{2016|date}.
Mời họp theo giấy {12|document_number}/GM-

ĐC.
""",
}

_STOCK = {
    "organization": "cooperative",
    "sector": "_T",
    "status": "_T",
    "area": "VN-01",
    "period": "2017-12-31",
    "role": "actual",
    "relation": "value",
    "qualifier": "exact",
}
_YEAR = _STOCK | {"status": "_Z", "period": "2017"}
_PLANNED = _YEAR | {"sector": "_Z", "period": "2018", "role": "target"}
_COOPERATIVES = {"indicator": "cooperatives", "unit": "cooperative", "printed_unit": "HTX"}
_MEMBERS = {"indicator": "members", "unit": "person", "printed_unit": "thành viên"}
_REVENUE = {
    "indicator": "revenue_mean",
    "unit": "million_vnd_per_year",
    "printed_unit": "triệu đồng",
}
_PERCENT = {"unit": "percent", "printed_unit": "%"}
_CLASSES = {"indicator": "training_classes", "unit": "class", "printed_unit": "lớp"}
_BUDGET = {"indicator": "budget_need", "unit": "million_vnd", "printed_unit": "triệu đồng"}

_FIGURES = {
    NOTEBOOK: [
        _STOCK | _COOPERATIVES | {"place": "p1", "page": "1"},
        _STOCK | _COOPERATIVES | {"place": "p1", "status": "active"},
        _STOCK | _COOPERATIVES | {"place": "p1", "status": "stopped"},
        _STOCK
        | _COOPERATIVES
        | _PERCENT
        | {"place": "p1", "status": "active", "relation": "share", "share_of": "status"},
        _STOCK
        | {"indicator": "charter_capital", "unit": "million_vnd", "printed_unit": "triệu đồng"}
        | {"place": "p2"},
        _YEAR | _REVENUE | {"place": "p2", "role": "estimate", "qualifier": "estimated"},
        _YEAR | _REVENUE | _PERCENT | {"place": "p2", "role": "estimate", "relation": "attainment"},
        _STOCK | _MEMBERS | {"place": "p3"},
        _STOCK
        | _MEMBERS
        | {"printed_unit": "người", "relation": "change", "base_period": "2016-12-31"}
        | {"place": "p3", "direction": "down"},
        _STOCK
        | {"indicator": "loans_outstanding", "unit": "billion_vnd", "printed_unit": "tỷ đồng"}
        | {"place": "p3", "sector": "_Z", "status": "_Z"},
        _STOCK
        | _MEMBERS
        | {"place": "p4", "organization": "named", "entity": "htx-suoi-tre"}
        | {"note": "told by the cooperative, not counted"},
        _PLANNED | _CLASSES | {"place": "p5", "printed_unit": "", "qualifier": "range_low"},
        _PLANNED | _CLASSES | {"place": "p5", "qualifier": "range_high"},
        _PLANNED
        | {"indicator": "trainees", "unit": "person", "printed_unit": "học trò"}
        | {"place": "p5", "qualifier": "approx"},
    ],
    PROMISE: [
        _STOCK
        | _COOPERATIVES
        | {"place": "p1", "period": "2018-12-31", "role": "target", "qualifier": "more_than"},
        _STOCK
        | _COOPERATIVES
        | {"place": "p1", "period": "2018-12-31", "role": "target", "area": "VN-01/xã Đồi Chè"},
        _PLANNED | _BUDGET | {"place": "p2"},
        _PLANNED | _BUDGET | {"place": "p2", "entity": "local"},
    ],
    CUSTOMS: [
        _STOCK | _COOPERATIVES | {"place": "p1", "period": "2017-12-31", "role": "estimate"},
    ],
}

_ENTITIES = {
    NOTEBOOK: [
        {
            "entity": "htx-suoi-tre",
            "place": "p4",
            "printed": "HTX Suối Tre",
            "organization": "cooperative",
            "commune": "xã Đồi Chè",
            "sector": "agriculture",
            "trade": "bamboo shoots",
        }
    ]
}

_CITATIONS = {
    CUSTOMS: [
        {
            "place": "p2",
            "printed": "7/2016/LL-ST",
            "document": "le-7-2016-ll-st",
            "kind": "decree",
            "number": "7/2016/LL-ST",
            "dated": "29/2/2016",
        },
        {
            "place": "p2",
            "printed": "31/LL -ĐC",
            "document": "le-31-ll-dc",
            "kind": "decree",
            "number": "31/LL-ĐC",
            "dated": "30 tháng 11 năm 2016",
        },
        {
            "place": "p2",
            "printed": "lời dặn 3 mùa",
            "document": "loi-dan-3",
            "kind": "resolution",
            "note": "told, never numbered",
        },
        {
            "place": "p2",
            "printed": "sổ giao kèo",
            "document": "so-giao-keo",
            "kind": "programme",
            "programme": "2016/2020",
            "phase": "2015/2017",
        },
        {
            "place": "p3",
            "printed": "7/2016/LL-ST",
            "document": "le-7-2016-ll-st",
            "kind": "decree",
            "number": "7/2016/LL-ST",
            "dated": "31/2/2016",
        },
        {
            "place": "p4",
            "printed": "12/GM- ĐC",
            "document": "giay-12-gm-dc",
            "kind": "letter",
            "number": "12/GM-ĐC",
        },
    ]
}

_DESCRIPTION = """\
id: {id}
kind: {kind}
title:
  vi: Một trang sổ chợ phiên
  en: A page of the market's notebook
issuer: {{vi: Người giữ sổ, en: The keeper of the notebook}}
number: null
issued_on:
  date: 2018-01-15
  precision: day
  evidence: written on the cover
covers: ["2017", "2018"]
area: VN-01
language: vi
address: null
document:
  format: txt
  sha256: {sha256}
  text_sha256: {sha256}
  text_length: {length}
  numerals: {numerals}
"""

_CORRECTIONS = """\
- figure: {figure}
  expect: "2,415"
  read_as: "2.415"
  reason: the keeper writes decimals with a comma
  decided_on: 2018-02-01
  decided_by: readers
"""

_MARK = re.compile(r"\[([\d.,]+)\]|\{([\d.,]+)\|(\w+)\}")


@dataclass(frozen=True)
class RawFolder:
    """``data/raw`` in a temporary place, and the documents beside it.

    A file is named by its path under ``data/raw``, a line by its number.
    """

    path: Path
    documents: Path

    def text(self, file: str) -> str:
        return (self.path / file).read_text(encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        (self.path / file).write_text(text, encoding="utf-8", newline="\n")

    def replace(self, file: str, old: str, new: str) -> None:
        """Put ``new`` in the one place of the file where ``old`` stands."""
        text = self.text(file)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        self.write(file, text.replace(old, new))

    def line(self, file: str, printed: str) -> int:
        """The number of the one line that has ``printed`` as its print."""
        rows = self._rows(file)
        (number,) = (n for n, row in rows.items() if row["printed"] == printed)
        return number

    def cell(self, file: str, line: int, column: str) -> str:
        return self._rows(file)[line][column]

    def change(self, file: str, line: int, **cells: str) -> None:
        rows = self._rows(file)
        assert cells.keys() <= rows[line].keys()
        rows[line] |= cells
        self._write_rows(file, list(rows.values()))

    def remove(self, file: str, line: int) -> None:
        rows = self._rows(file)
        del rows[line]
        self._write_rows(file, list(rows.values()))

    def repeat(self, file: str, line: int, **cells: str) -> None:
        """Put a copy of a line behind it, with other ``cells``."""
        rows = self._rows(file)
        numbers = sorted([*rows, line])
        copies = [dict(rows[number]) for number in numbers]
        copies[numbers.index(line) + 1] |= cells
        self._write_rows(file, copies)

    def swap(self, file: str, line: int) -> None:
        """Exchange a line with the next."""
        rows = self._rows(file)
        rows[line], rows[line + 1] = rows[line + 1], rows[line]
        self._write_rows(file, list(rows.values()))

    def place(self, file: str, line: int, column: str) -> str:
        """``data/raw/…:line:column`` of a cell, as problems name it."""
        row = self._rows(file)[line]
        before = list(row)[: list(row).index(column)]
        written = _csv_line([row[name] for name in before] + ["x"])
        return f"data/raw/{file}:{line}:{len(written)}"

    def problems(self) -> tuple[Problem, ...]:
        """What reading the folder reports."""
        with pytest.raises(InputError) as caught:
            read_corpus(self.path)
        return caught.value.problems

    def problem(self) -> Problem:
        """The one thing that reading the folder reports."""
        problems = self.problems()
        assert len(problems) == 1, "\n".join(problem.text() for problem in problems)
        return problems[0]

    def _rows(self, file: str) -> dict[int, dict[str, str]]:
        with (self.path / file).open(encoding="utf-8", newline="") as lines:
            return dict(enumerate(csv.DictReader(lines), start=2))

    def _write_rows(self, file: str, rows: list[dict[str, str]]) -> None:
        header = self.text(file).partition("\n")[0]
        lines = [header, *(_csv_line(row.values()) for row in rows)]
        self.write(file, "".join(line + "\n" for line in lines))


def _csv_line(cells: object) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _csv_text(header: str, rows: list[dict[str, str]]) -> str:
    lines = [_csv_line(row.get(name, "") for name in header.split(",")) for row in rows]
    return "".join(line + "\n" for line in [header, *lines])


def _numerals(marked: str) -> tuple[str, list[dict[str, str]], list[dict[str, str]]]:
    """The text without its marks, and the marked figures and other numerals with offsets."""
    text, last = "", 0
    figures, others = [], []
    for mark in _MARK.finditer(marked):
        text += marked[last : mark.start()]
        last = mark.end()
        printed = mark[1] or mark[2]
        found = {"start": str(len(text)), "end": str(len(text) + len(printed)), "printed": printed}
        if mark[3]:
            others.append(found | {"kind": mark[3]})
        else:
            figures.append(found)
        text += printed
    return text + marked[last:], figures, others


def _span(text: str, words: str, after: int = 0) -> tuple[int, int]:
    """Where ``words`` stand first behind ``after``, whatever white space is between them."""
    found = re.compile(r"\s+".join(map(re.escape, words.split()))).search(text, after)
    assert found is not None, words
    return found.span()


def _citations(text: str, citations: list[dict[str, str]]) -> list[dict[str, str]]:
    """``citations``, which stand in the order of the text, with their offsets."""
    placed, last = [], 0
    for cells in citations:
        start, last = _span(text, cells["printed"], last)
        offsets = {"start": str(start), "end": str(last)}
        if "dated" in cells:
            start, last = _span(text, cells["dated"], last)
            offsets |= {"dated_start": str(start), "dated_end": str(last)}
        placed.append(cells | offsets)
    return placed


def _write_report(folder: RawFolder, report: str) -> None:
    text, figures, others = _numerals(_TEXTS[report])
    figures = [found | codes for found, codes in zip(figures, _FIGURES[report], strict=True)]
    (folder.path / report).mkdir(parents=True)
    folder.write(f"{report}/figures.csv", _csv_text(_FIGURE_COLUMNS, figures))
    folder.write(f"{report}/other_numerals.csv", _csv_text(_OTHER_COLUMNS, others))
    if entities := _ENTITIES.get(report):
        start, end = _span(text, entities[0]["printed"])
        span = {"start": str(start), "end": str(end)}
        folder.write(
            f"{report}/named_entities.csv", _csv_text(_ENTITY_COLUMNS, [entities[0] | span])
        )
    if citations := _CITATIONS.get(report):
        folder.write(
            f"{report}/legal_documents.csv",
            _csv_text(_CITATION_COLUMNS, _citations(text, citations)),
        )
    folder.write(
        f"{report}/report.yml",
        _DESCRIPTION.format(
            id=report,
            kind="report" if report == NOTEBOOK else "plan",
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            length=len(text),
            numerals=len(figures) + len(others),
        ),
    )
    document = folder.documents / f"{report}.txt"
    document.write_text(text, encoding="utf-8", newline="\n")
    for found in figures:
        if found["printed"] == "2,415":
            folder.write(
                "corrections.yml", _CORRECTIONS.format(figure=f"{report}:{found['start']}")
            )


@pytest.fixture
def raw(tmp_path: Path) -> RawFolder:
    folder = RawFolder(tmp_path / "data" / "raw", tmp_path / "documents")
    folder.documents.mkdir()
    for report in (NOTEBOOK, PROMISE):
        _write_report(folder, report)
    return folder


@pytest.fixture
def citing(raw: RawFolder) -> RawFolder:
    """``raw`` with a third report, which cites documents."""
    _write_report(raw, CUSTOMS)
    return raw


@pytest.fixture(scope="session")
def own_raw() -> Path:
    """The repository's own ``data/raw``."""
    return Path(__file__).parents[1] / "data" / "raw"
