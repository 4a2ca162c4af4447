"""Raw files as they lie on disk: every fault is found with its line and column."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from htx_pipeline.errors import Problem
from htx_pipeline.figures.files import RawFile, Row, read_csv, read_text
from htx_pipeline.figures.yaml_files import read_yaml
from htx_pipeline.model import Label

SHOWN = "data/raw/cho-phien/file"
EXPECTED = Label(vi="một loại quả", en="a fruit")
REMEDY = Label(vi="Hãy sửa.", en="Mend it.")


class Stall(BaseModel):
    """A description of two levels with a list, such as reports have."""

    model_config = ConfigDict(extra="forbid")

    name: str
    goods: list[str]
    keeper: dict[str, str]
    seats: int


STALL = """\
name: chè
goods: [chè xanh, chè đen]
keeper:
  vi: bà Lan
  en: Mrs Lan
seats: 4
"""


@dataclass
class OneFile:
    """A file whose content a test gives, and the problems of reading it."""

    path: Path
    problems: list[Problem] = field(default_factory=list)

    def holds(self, content: str | bytes) -> RawFile:
        data = content.encode("utf-8") if isinstance(content, str) else content
        self.path.write_bytes(data)
        return RawFile(self.path, SHOWN)

    def text(self, content: str | bytes) -> str | None:
        return read_text(self.holds(content), self.problems)

    def csv(self, content: str | bytes, columns: str = "mã,tên,số") -> list[Row]:
        return read_csv(self.holds(content), columns.split(","), self.problems)

    def yaml(self, content: str | bytes) -> Stall | None:
        return read_yaml(self.holds(content), Stall, self.problems)

    def finds(self, code: str, place: str, *, found: str, en: str, vi: str) -> None:
        """The one problem is this, and both languages tell it in one line."""
        (problem,) = self.problems
        assert problem.code == code
        assert problem.where == SHOWN + place
        assert found in problem.found
        assert en in problem.expected.en
        assert vi in problem.expected.vi
        assert problem.text("en").startswith(f"{SHOWN}{place}: [{code}] found {problem.found}")
        assert problem.text("vi").startswith(f"{SHOWN}{place}: [{code}] gặp {problem.found_vi}")
        for language, expected, remedy in (
            ("en", problem.expected.en, problem.remedy.en),
            ("vi", problem.expected.vi, problem.remedy.vi),
        ):
            line = problem.text(language)
            assert expected in line
            assert remedy
            assert line.endswith(remedy)
            assert "\n" not in line


@pytest.fixture
def file(tmp_path: Path) -> OneFile:
    return OneFile(tmp_path / "file")


def test_a_file_is_named_from_the_last_folder_raw_and_the_one_above(tmp_path: Path) -> None:
    path = tmp_path / "raw" / "data" / "raw" / "cho-phien" / "report.yml"
    assert RawFile.under(path).shown == "data/raw/cho-phien/report.yml"
    assert RawFile.under(path).path == path


def test_a_file_outside_a_folder_raw_is_named_as_it_was_given() -> None:
    assert RawFile.under(Path("/cho-phien/report.yml")).shown == "/cho-phien/report.yml"


def test_a_folder_raw_at_the_root_is_named_with_one_slash() -> None:
    assert RawFile.under(Path("/raw/report.yml")).shown in {"/raw/report.yml", "raw/report.yml"}


def test_plain_utf_8_is_read_as_it_stands(file: OneFile) -> None:
    assert file.text("Hợp tác xã 🌾\n\tchè\n") == "Hợp tác xã 🌾\n\tchè\n"
    assert file.problems == []


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    problems: list[Problem] = []
    assert read_text(RawFile(tmp_path / "none.csv", SHOWN), problems) is None
    (problem,) = problems
    assert problem.code == "unreadable-file"
    assert problem.where == SHOWN
    assert "No such file" in problem.found
    assert "a file that can be read" in problem.text("en")
    assert "một tệp đọc được" in problem.text("vi")


@pytest.mark.parametrize(
    ("encoding", "named"), [("utf-16", "UTF-16"), ("utf-16-be", "UTF-16"), ("utf-8-sig", "UTF-8")]
)
def test_a_byte_order_mark_is_refused(file: OneFile, encoding: str, named: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    assert file.text((mark + "mã,tên\n").encode(encoding)) is None
    file.finds(
        "byte-order-mark",
        ":1:1",
        found=f"the byte-order mark of {named}",
        en="UTF-8 without a byte-order mark",
        vi="UTF-8 không BOM",
    )


def test_bytes_that_are_not_utf_8_are_found_at_line_and_column(file: OneFile) -> None:
    assert file.text("chè\nhợp tác x".encode() + b"\xe3 \n") is None
    file.finds("not-utf-8", ":2:10", found="byte 0xe3", en="text in UTF-8", vi="chữ theo mã UTF-8")


def test_bytes_of_another_encoding_on_the_first_line_are_found_there(file: OneFile) -> None:
    assert file.text(b"\xe8ch") is None
    file.finds("not-utf-8", ":1:1", found="byte 0xe8", en="text in UTF-8", vi="chữ theo mã UTF-8")


@pytest.mark.parametrize(
    ("content", "place"), [("chè\r\nđen\r\n", ":1:4"), ("chè\nđ\ren\n", ":2:2"), ("\r", ":1:1")]
)
def test_line_ends_other_than_lf_are_refused(file: OneFile, content: str, place: str) -> None:
    assert file.text(content) is None
    file.finds(
        "carriage-return",
        place,
        found="a carriage return",
        en="lines that end in LF",
        vi="xuống dòng bằng LF",
    )


def test_decomposed_letters_are_found_where_they_begin(file: OneFile) -> None:
    decomposed = unicodedata.normalize("NFD", "hợp")
    assert file.text(f"chè\ntổ {decomposed} tác\n") is not None
    file.finds(
        "not-nfc", ":2:5", found="decomposed letters at", en="composed letters (NFC)", vi="(NFC)"
    )


def test_each_line_with_decomposed_letters_is_reported(file: OneFile) -> None:
    file.text(unicodedata.normalize("NFD", "chè\nxanh\nđến") + "\nba\u0300")
    assert [problem.where for problem in file.problems] == [
        f"{SHOWN}:1:3",
        f"{SHOWN}:3:2",
        f"{SHOWN}:4:2",
    ]


def test_rows_know_their_line_and_where_each_cell_begins(file: OneFile) -> None:
    first, second = file.csv('mã,tên,số\nxoài,"mít, ""dai""",4\nổi,,\n')
    assert first.cells == {"mã": "xoài", "tên": 'mít, "dai"', "số": "4"}
    assert (first.line, first.columns) == (2, {"mã": 1, "tên": 6, "số": 21})
    assert second.cells == {"mã": "ổi", "tên": "", "số": ""}
    assert (second.line, second.columns) == (3, {"mã": 1, "tên": 4, "số": 5})
    assert file.problems == []


def test_the_last_line_may_lack_its_line_end(file: OneFile) -> None:
    rows = file.csv("mã,tên,số\na,b,c\nd,e,f")
    assert [row["mã"] for row in rows] == ["a", "d"]


def test_a_table_of_only_a_header_has_no_rows_and_no_problem(file: OneFile) -> None:
    assert file.csv("mã,tên,số\n") == []
    assert file.problems == []


@pytest.mark.parametrize(
    ("header", "column", "found"),
    [
        ("mã,số", 1, "no column tên"),
        ("mã,tên", 1, "no column số"),
        ("", 1, "no column mã, tên, số"),
        ("mã,tên,số,giá", 11, "unknown column 'giá'"),
        ("Mã,tên,số", 1, "no column mã; unknown column 'Mã'"),
        ("mã,ten,số", 4, "no column tên; unknown column 'ten'"),
        ("mã,giá,tên,số,ghi", 4, "unknown column 'giá', 'ghi'"),
        ("mã,tên, số", 8, "no column số; unknown column ' số'"),
        ("tên,mã,số", 1, "another order or twice"),
        ("mã,tên,tên,số", 1, "another order or twice"),
    ],
)
def test_a_header_must_be_exact_and_is_reported_once(
    file: OneFile, header: str, column: int, found: str
) -> None:
    assert file.csv(f"{header}\na,b\nc,d,e,f\n") == []
    file.finds(
        "wrong-header",
        f":1:{column}",
        found=found,
        en="exactly mã,tên,số",
        vi="đúng các cột mã,tên,số",
    )


def test_an_empty_file_lacks_its_header(file: OneFile) -> None:
    assert file.csv("") == []
    file.finds("wrong-header", ":1:1", found="no column mã", en="mã,tên,số", vi="mã,tên,số")


@pytest.mark.parametrize(
    ("line", "column", "found"),
    [
        ("a,b", 4, "2 cells"),
        ("a,b,c,d", 8, "4 cells"),
        ("a,41,5,c", 9, "4 cells"),
        ("", 1, "0 cells"),
    ],
)
def test_a_line_with_too_many_or_too_few_cells_is_left_out(
    file: OneFile, line: str, column: int, found: str
) -> None:
    rows = file.csv(f"mã,tên,số\n{line}\nx,y,z\n")
    assert [row["mã"] for row in rows] == ["x"]
    file.finds("wrong-number-of-cells", f":2:{column}", found=found, en="3 cells", vi="3 ô")


@pytest.mark.parametrize(
    ("line", "found"), [('a,"b,c', "unexpected end"), ('a,"b"b,c', "expected after")]
)
def test_quotes_that_do_not_close_around_a_cell_are_reported(
    file: OneFile, line: str, found: str
) -> None:
    rows = file.csv(f"mã,tên,số\nx,y,z\n{line}\nu,v,w\n")
    assert [row["mã"] for row in rows] == ["x", "u"]
    file.finds(
        "broken-quotes", ":3", found=found, en="quotes that open and close", vi="mở rồi đóng"
    )


def test_all_faults_of_a_table_are_reported_in_one_reading(file: OneFile) -> None:
    file.csv('mã,tên,số\na\n"b,c,d\ne,f,g\nh,i,j,k\n')
    assert [(problem.code, problem.line) for problem in file.problems] == [
        ("wrong-number-of-cells", 2),
        ("broken-quotes", 3),
        ("wrong-number-of-cells", 5),
    ]


def test_a_problem_of_a_cell_stands_at_its_column_and_shows_what_it_holds(file: OneFile) -> None:
    (row,) = file.csv('mã,tên,số\n"a,a",b,c\n')
    problem = row.problem("tên", "some-code", expected=EXPECTED, remedy=REMEDY)
    assert problem.where == f"{SHOWN}:2:7"
    assert problem.text("en") == (
        f"{SHOWN}:2:7: [some-code] found tên = 'b'; expected a fruit. Mend it."
    )
    assert problem.text("vi") == (
        f"{SHOWN}:2:7: [some-code] gặp tên = 'b'; cần một loại quả. Hãy sửa."
    )
    named = row.problem("số", "some-code", expected=EXPECTED, remedy=REMEDY, found="two things")
    assert named.where == f"{SHOWN}:2:9"
    assert named.found == "two things"


def test_well_formed_yaml_becomes_the_model(file: OneFile) -> None:
    stall = file.yaml(STALL)
    assert stall == Stall(
        name="chè",
        goods=["chè xanh", "chè đen"],
        keeper={"vi": "bà Lan", "en": "Mrs Lan"},
        seats=4,
    )
    assert file.problems == []


def test_broken_yaml_is_reported_where_the_parser_stopped(file: OneFile) -> None:
    assert file.yaml(STALL.replace("chè đen]", "chè đen")) is None
    file.finds("broken-yaml", ":3:7", found="','", en="well-formed YAML", vi="YAML đúng cú pháp")


def test_two_documents_in_one_file_are_refused(file: OneFile) -> None:
    assert file.yaml(STALL + "---\n" + STALL) is None
    file.finds("broken-yaml", ":7:1", found="another document", en="well-formed", vi="cú pháp")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("seats: 4\n", "seats: 4\nname: trà\n", ":7:1"),
        ("  en: Mrs Lan\n", "  en: Mrs Lan\n  vi: bà Hoa\n", ":6:3"),
    ],
)
def test_a_key_that_stands_twice_is_refused_at_any_depth(
    file: OneFile, old: str, new: str, place: str
) -> None:
    assert file.yaml(STALL.replace(old, new)) is None
    key = new.rpartition(":")[0].split()[-1]
    file.finds(
        "duplicate-key",
        place,
        found=f"the key {key!r} a second time",
        en="each key once",
        vi="mỗi khóa một lần",
    )


@pytest.mark.parametrize(
    ("anchored", "alias"),
    [
        (("goods: [", "goods: &a ["), ("keeper:\n  vi: bà Lan\n  en: Mrs Lan\n", "keeper: *a\n")),
        (("goods: [chè xanh", "goods: &a [*a"), ("seats: 4", "seats: 4")),
    ],
)
def test_an_alias_of_a_list_is_refused(
    file: OneFile, anchored: tuple[str, str], alias: tuple[str, str]
) -> None:
    assert file.yaml(STALL.replace(*anchored).replace(*alias)) is None
    (problem,) = file.problems
    assert problem.code == "yaml-alias"
    assert problem.line is not None
    assert "found an alias; expected the value written out" in problem.text("en")
    assert "gặp một bí danh; cần giá trị viết đầy đủ" in problem.text("vi")


ANCHORED = STALL.replace("goods: [", "goods: &a [") + "more: *a\n"


def test_an_alias_is_reported_where_it_stands(file: OneFile) -> None:
    file.yaml(ANCHORED)
    assert [problem.where for problem in file.problems] == [f"{SHOWN}:7:7"]


def test_an_alias_of_a_plain_value_is_refused(file: OneFile) -> None:
    text = STALL.replace("vi: bà Lan", "vi: &lan bà Lan").replace("en: Mrs Lan", "en: *lan")
    assert file.yaml(text) is None


@pytest.mark.parametrize(
    ("old", "new", "place", "found"),
    [
        ("seats: 4", "seats: '4'", ":6:8", "seats = '4'"),
        ("seats: 4", "seats: true", ":6:8", "seats = True"),
        ("seats: 4", "seats: 4.0", ":6:8", "seats = 4.0"),
        ("seats: 4", "seats:", ":6:7", "seats = None"),
        ("name: chè", "name: 5", ":1:7", "name = 5"),
        ("chè đen]", "7]", ":2:19", "goods.1 = 7"),
        ("  en: Mrs Lan", "  en: 2017-12-31", ":5:7", "keeper.en = datetime.date(2017, 12, 31)"),
        ("seats: 4", "seats: 4\ncolour: red", ":7:9", "colour = 'red'"),
    ],
)
def test_a_value_of_the_wrong_type_is_found_at_its_place(
    file: OneFile, old: str, new: str, place: str, found: str
) -> None:
    assert file.yaml(STALL.replace(old, new)) is None
    (problem,) = file.problems
    assert problem.code == "wrong-value"
    assert problem.where == SHOWN + place
    assert problem.found == found
    assert problem.expected.en in problem.text("en")
    assert problem.remedy.vi in problem.text("vi")


def test_a_key_that_is_missing_is_reported_at_the_mapping_that_lacks_it(file: OneFile) -> None:
    assert file.yaml(STALL.replace("name: chè\n", "")) is None
    (problem,) = file.problems
    assert problem.code == "wrong-value"
    assert problem.where == f"{SHOWN}:1:1"
    assert problem.found == "no key name"
    assert problem.expected.en == "this key"


def test_all_wrong_values_of_a_file_are_reported_in_one_reading(file: OneFile) -> None:
    file.yaml("name: 1\ngoods: [2, a, 3]\nkeeper: {}\nseats: x\n")
    assert [problem.where for problem in file.problems] == [
        f"{SHOWN}:1:7",
        f"{SHOWN}:2:9",
        f"{SHOWN}:2:15",
        f"{SHOWN}:4:8",
    ]


@pytest.mark.parametrize("content", ["", "# only a remark\n", "- a\n- b\n", "chè\n"])
def test_a_file_without_the_keys_of_its_model_is_refused(file: OneFile, content: str) -> None:
    assert file.yaml(content) is None
    assert {problem.code for problem in file.problems} == {"wrong-value"}


def test_what_a_wrong_value_should_be_is_said_in_vietnamese_too(file: OneFile) -> None:
    file.yaml(STALL.replace("seats: 4", "seats: '4'"))
    (problem,) = file.problems
    assert problem.expected.vi != problem.expected.en


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(STALL.replace("name: chè", "name: 2023-02-30"), id="a day that is not"),
        pytest.param(STALL.replace("name: chè", "name: ch\x07è"), id="a control character"),
        pytest.param("name: tea\n".encode("utf-16-le"), id="UTF-16 without a mark"),
        pytest.param(STALL.replace("seats: 4", "seats: !!int four"), id="a tag that does not fit"),
        pytest.param(STALL.replace("seats: 4", "seats: !chair 4"), id="an unknown tag"),
        pytest.param(STALL + "? [a, b]\n: c\n", id="a list as a key"),
    ],
)
def test_any_other_fault_of_yaml_is_a_problem_with_a_line(
    file: OneFile, content: str | bytes
) -> None:
    assert file.yaml(content) is None
    (problem,) = file.problems
    assert problem.line is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("goods: [", "goods: !chair [", id="an unknown tag of a list"),
        pytest.param("keeper:\n", "keeper: !chair\n", id="an unknown tag of a mapping"),
        pytest.param("seats: 4", "seats: 4\n2023-02-30: x", id="a key that is no day"),
        pytest.param("seats: 4", "seats: 4\n<<: 5", id="a merge of a single value"),
    ],
)
def test_a_tag_a_key_or_a_merge_that_cannot_be_constructed_is_a_problem(
    file: OneFile, old: str, new: str
) -> None:
    assert file.yaml(STALL.replace(old, new)) is None
    (problem,) = file.problems
    assert problem.line is not None


def test_a_merge_brings_in_no_key_a_second_time(file: OneFile) -> None:
    assert file.yaml(STALL + "<<: {seats: 5}\n") is None
