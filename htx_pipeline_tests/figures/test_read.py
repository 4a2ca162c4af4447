"""Reading ``data/raw``: what the frame holds, and every kind of problem with its place."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from htx_pipeline.errors import InputError, UsageError
from htx_pipeline.figures import READINGS, read_corpus

if TYPE_CHECKING:
    from htx_pipeline.errors import Problem
    from htx_pipeline_tests.conftest import RawFolder

NOTEBOOK = "so-tay-2017"
PROMISE = "loi-hen-2018"
FIGURES = f"{NOTEBOOK}/figures.csv"
OTHERS = f"{NOTEBOOK}/other_numerals.csv"
ENTITIES = f"{NOTEBOOK}/named_entities.csv"
REPORT = f"{NOTEBOOK}/report.yml"
PROMISED = f"{PROMISE}/figures.csv"
CORRECTIONS = "corrections.yml"


def reads(problem: Problem, code: str, place: str, *, found: str, en: str, vi: str) -> None:
    """The problem has this code and place, and both languages tell all of it in one line."""
    assert problem.code == code
    assert problem.where == place
    assert found in problem.found
    assert en in problem.expected.en
    assert vi in problem.expected.vi
    assert problem.text("en") == (
        f"{place}: [{code}] found {problem.found}; expected {problem.expected.en}. "
        f"{problem.remedy.en}"
    )
    assert problem.text("vi") == (
        f"{place}: [{code}] gặp {problem.found_vi}; cần {problem.expected.vi}. {problem.remedy.vi}"
    )
    assert problem.remedy.en.endswith(".")
    assert problem.remedy.vi.endswith(".")
    assert "\n" not in problem.text("en") + problem.text("vi")


def figure(raw: RawFolder, printed: str, file: str = FIGURES) -> pd.Series:
    """The frame's row of the figure that is printed so."""
    readings = read_corpus(raw.path).readings
    of_report = readings["report_id"] == file.partition("/")[0]
    (row,) = (row for _, row in readings[of_report & (readings["printed"] == printed)].iterrows())
    return row


# What a folder without faults is read as.


def test_reports_stand_in_the_order_of_their_ids_with_all_their_lines(raw: RawFolder) -> None:
    corpus = read_corpus(raw.path)
    assert [found.report.id for found in corpus.reports] == [PROMISE, NOTEBOOK]
    assert [len(found.figures) for found in corpus.reports] == [4, 14]
    assert [len(found.others) for found in corpus.reports] == [2, 3]
    assert [len(found.entities) for found in corpus.reports] == [0, 1]


def test_the_frame_has_one_row_for_each_figure_in_the_order_of_the_text(raw: RawFolder) -> None:
    readings = read_corpus(raw.path).readings
    assert list(readings.columns) == [column.name for column in READINGS.fields]
    assert list(readings["printed"]) == [
        *("60", "4", "350", "200,5"),
        *("52", "47", "5", "90,4", "18.250", "1.204,5", "98,2", "1.310", "36", "2,415", "21"),
        *("3", "8", "120"),
    ]
    assert list(readings["line"]) == [*range(2, 6), *range(2, 16)]
    assert readings["figure_id"].is_unique


def test_the_rows_are_those_of_the_frame_in_plain_values(raw: RawFolder) -> None:
    corpus = read_corpus(raw.path)
    pd.testing.assert_frame_equal(READINGS.frame(corpus.rows[::-1]), corpus.readings)
    assert corpus.readings is corpus.readings
    assert [row["figure_id"] for row in corpus.rows] == list(corpus.readings["figure_id"])
    columns = [column.name for column in READINGS.fields]
    assert all(list(row) == columns for row in corpus.rows)
    kinds = {type(cell) for row in corpus.rows for cell in row.values()}
    assert kinds == {str, int, float, bool, dt.date, type(None)}


def test_reading_waits_for_no_library_of_frames(own_raw: Path) -> None:
    code = (
        "import pathlib, sys\n"
        "from htx_pipeline.figures import read_corpus\n"
        f"assert read_corpus(pathlib.Path({str(own_raw)!r})).rows\n"
        "print(*sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "htx_pipeline" in loaded
    heavy = {"pandas", "numpy", "pyarrow", "pandera", "dagster", "great_expectations", "babel"}
    assert loaded & heavy == set()


def test_a_figure_carries_its_report_its_place_and_its_codes(raw: RawFolder) -> None:
    row = figure(raw, "52")
    start = int(raw.cell(FIGURES, 2, "start"))
    assert {name: row[name] for name in row.index if not pd.isna(row[name])} == {
        "figure_id": f"{NOTEBOOK}:{start}",
        "report_id": NOTEBOOK,
        "report_kind": "report",
        "issued_on": pd.Timestamp(2018, 1, 15),
        "line": 2,
        "start": start,
        "end": start + 2,
        "page": 1,
        "place": "p1",
        "printed": "52",
        "printed_unit": "HTX",
        "organization": "cooperative",
        "indicator": "cooperatives",
        "sector": "_T",
        "status": "_T",
        "area_code": "VN-01",
        "area": "Lai Châu",
        "period": "2017-12-31",
        "year": 2017,
        "as_of": pd.Timestamp(2017, 12, 31),
        "role": "actual",
        "relation": "value",
        "qualifier": "exact",
        "unit": "cooperative",
        "value": 52.0,
        "decimals": 0,
        "value_low": 52.0,
        "value_high": 52.0,
        "low_inclusive": True,
        "high_inclusive": True,
        "corrected": False,
        "obs_status": "A",
    }


def test_offsets_count_code_points_not_bytes_nor_utf_16_units(raw: RawFolder) -> None:
    text = (raw.documents / f"{NOTEBOOK}.txt").read_text(encoding="utf-8")
    row = figure(raw, "1.204,5")
    assert text[row["start"] : row["end"]] == "1.204,5"
    assert text[0] == "🌾"


def test_a_decrease_is_negative_and_keeps_its_base(raw: RawFolder) -> None:
    row = figure(raw, "36")
    assert (row["value"], row["value_low"], row["value_high"]) == (-36, -36, -36)
    assert (row["direction"], row["base_period"]) == ("down", "2016-12-31")


def test_a_measured_print_has_the_bounds_of_its_rounding(raw: RawFolder) -> None:
    row = figure(raw, "1.204,5")
    assert (row["value"], row["decimals"]) == (1204.5, 1)
    assert (row["value_low"], row["value_high"]) == (1204.45, 1204.55)


def test_words_of_distance_leave_one_side_unbounded(raw: RawFolder) -> None:
    row = figure(raw, "60", PROMISED)
    assert row["value_low"] == 60
    assert not row["low_inclusive"]
    assert pd.isna(row["value_high"])


def test_an_approximate_print_has_a_value_and_no_bounds(raw: RawFolder) -> None:
    row = figure(raw, "120")
    assert row["value"] == 120
    for name in ("value_low", "value_high", "low_inclusive", "high_inclusive"):
        assert pd.isna(row[name]), name


def test_an_estimate_of_a_year_that_was_over_is_estimated_and_of_one_to_come_a_forecast(
    raw: RawFolder,
) -> None:
    assert figure(raw, "1.204,5")["obs_status"] == "E"
    assert figure(raw, "52")["obs_status"] == "A"
    raw.change(FIGURES, raw.line(FIGURES, "1.204,5"), period="2018")
    assert figure(raw, "1.204,5")["obs_status"] == "F"


def test_an_actual_of_a_period_that_was_not_over_is_refused(raw: RawFolder) -> None:
    line = raw.line(FIGURES, "1.310")
    raw.change(FIGURES, line, period="2018-12-31")
    reads(
        raw.problem(),
        "actual-of-the-future",
        raw.place(FIGURES, line, "role"),
        found="role = 'actual'",
        en="estimate, because the report is of 2018-01-15 and the period ends 2018-12-31",
        vi="estimate, vì báo cáo ban hành 2018-01-15",
    )


@pytest.mark.parametrize("base", ["2017-12-31", "2035-12-31", "2016"])
def test_what_a_change_is_compared_with_is_earlier_and_of_the_same_form(
    raw: RawFolder, base: str
) -> None:
    raw.change(FIGURES, raw.line(FIGURES, "36"), base_period=base)
    assert raw.problem().code == "base-does-not-fit"


@pytest.mark.parametrize("entity", ["", "htx a", "HTX-Suoi-Tre", "htx-suối-tre", "a + b"])
def test_the_id_of_an_entity_is_a_slug(raw: RawFolder, entity: str) -> None:
    raw.change(ENTITIES, 2, entity=entity)
    assert "not-an-id" in {problem.code for problem in raw.problems()}


def test_folders_of_tools_are_no_reports(raw: RawFolder) -> None:
    (raw.path / ".ipynb_checkpoints").mkdir()
    (raw.path / "__pycache__").mkdir()
    assert len(read_corpus(raw.path).reports) == 2


def test_a_lower_area_keeps_its_printed_name(raw: RawFolder) -> None:
    row = figure(raw, "4", PROMISED)
    assert (row["area_code"], row["area"]) == ("VN-01/xã Đồi Chè", "xã Đồi Chè")


def test_a_named_entity_or_a_budget_line_stands_with_its_figure(raw: RawFolder) -> None:
    assert figure(raw, "21")["entity"] == "htx-suoi-tre"
    assert figure(raw, "21")["note"] == "told by the cooperative, not counted"
    assert figure(raw, "200,5", PROMISED)["entity"] == "local"
    assert pd.isna(figure(raw, "350", PROMISED)["entity"])


def test_a_corrected_print_is_kept_and_read_as_decided(raw: RawFolder) -> None:
    row = figure(raw, "2,415")
    assert (row["value"], row["decimals"]) == (2.415, 3)
    assert (row["value_low"], row["value_high"]) == (2.4145, 2.4155)
    corrected = read_corpus(raw.path).readings.query("corrected")
    assert list(corrected["printed"]) == ["2,415"]


def test_a_folder_without_corrections_is_read(raw: RawFolder) -> None:
    raw.change(FIGURES, raw.line(FIGURES, "2,415"), printed="24,15")
    (raw.path / CORRECTIONS).unlink()
    assert figure(raw, "24,15")["value"] == 24.15


def test_a_report_may_hold_no_figure_at_all(raw: RawFolder) -> None:
    for line in (5, 4, 3, 2):
        raw.remove(PROMISED, line)
    raw.replace(f"{PROMISE}/report.yml", "numerals: 6", "numerals: 2")
    corpus = read_corpus(raw.path)
    assert [len(found.figures) for found in corpus.reports] == [0, 14]
    assert set(corpus.readings["report_id"]) == {NOTEBOOK}


def test_a_change_of_a_percentage_may_be_in_points(raw: RawFolder) -> None:
    line = raw.line(FIGURES, "36")
    raw.change(FIGURES, line, unit="percentage_point", indicator="bad_debt_ratio")
    row = figure(raw, "36")
    assert (row["value_low"], row["value_high"]) == (-36.5, -35.5)


def test_figures_of_several_named_entities_are_joined_by_a_plus(raw: RawFolder) -> None:
    raw.repeat(ENTITIES, 2, entity="htx-doi-che")
    line = raw.line(FIGURES, "21")
    raw.change(FIGURES, line, entity="htx-doi-che + htx-suoi-tre")
    assert figure(raw, "21")["entity"] == "htx-doi-che + htx-suoi-tre"


# Faults of the folder and its files.


def test_a_folder_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none: no reports; expected one folder for each"):
        read_corpus(tmp_path / "none")


def test_a_folder_without_reports_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no reports"):
        read_corpus(tmp_path)


@pytest.mark.parametrize("name", ["report.yml", "figures.csv", "other_numerals.csv"])
def test_a_file_that_a_report_must_have_is_missed(raw: RawFolder, name: str) -> None:
    (raw.path / PROMISE / name).unlink()
    reads(
        raw.problem(),
        "unreadable-file",
        f"data/raw/{PROMISE}/{name}",
        found="No such file",
        en="a file that can be read",
        vi="một tệp đọc được",
    )


def test_a_missing_column_is_named(raw: RawFolder) -> None:
    raw.replace(PROMISED, ",base_period", "")
    reads(
        raw.problem(),
        "wrong-header",
        f"data/raw/{PROMISED}:1:1",
        found="no column base_period",
        en="exactly start,end,page,place,printed",
        vi="đúng các cột start,end,page,place,printed",
    )


def test_a_line_with_a_cell_too_many_is_found(raw: RawFolder) -> None:
    raw.replace(PROMISED, '"200,5"', "200,5")
    wrong = raw.text(PROMISED).split("\n")[4]
    reads(
        raw.problem(),
        "wrong-number-of-cells",
        f"data/raw/{PROMISED}:5:{len(wrong) + 1}",
        found="22 cells",
        en="21 cells",
        vi="21 ô",
    )


def test_the_id_of_a_report_is_the_name_of_its_folder(raw: RawFolder) -> None:
    raw.replace(f"{PROMISE}/report.yml", f"id: {PROMISE}", "id: loi-hen")
    reads(
        raw.problem(),
        "id-and-folder-differ",
        f"data/raw/{PROMISE}/report.yml",
        found=f"id 'loi-hen' in folder '{PROMISE}'",
        en=f"id '{PROMISE}'",
        vi=f"id '{PROMISE}'",
    )


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (f"id: {PROMISE}", "id: Lời hẹn", "id = 'Lời hẹn'"),
        ("kind: plan", "kind: poem", "kind = 'poem'"),
        ("area: VN-01", "area: VN-99", "area = 'VN-99'"),
        ('covers: ["2017", "2018"]', 'covers: ["2017", "2018-13"]', "covers.1 = '2018-13'"),
        ('covers: ["2017", "2018"]', "covers: []", "covers = []"),
        ("precision: day", "precision: hour", "issued_on.precision = 'hour'"),
        ("date: 2018-01-15", 'date: "2018-01-15"', "issued_on.date = '2018-01-15'"),
        ("format: txt", "format: doc", "document.format = 'doc'"),
        ("numerals: 6", "numerals: -6", "document.numerals = -6"),
    ],
)
def test_a_wrong_value_of_report_yml_is_found_at_its_line(
    raw: RawFolder, old: str, new: str, found: str
) -> None:
    file = f"{PROMISE}/report.yml"
    raw.replace(file, old, new)
    lines = raw.text(file).split("\n")
    (line,) = (number for number, text in enumerate(lines, start=1) if new in text)
    problem = raw.problem()
    assert (problem.code, problem.path, problem.line) == ("wrong-value", f"data/raw/{file}", line)
    assert problem.found == found
    assert problem.column is not None
    beginning = found.partition(" = ")[2].strip("'[")[:2]
    assert beginning in lines[line - 1][problem.column - 1 :]


def test_numerals_that_are_not_accounted_for_are_counted(raw: RawFolder) -> None:
    raw.remove(OTHERS, 3)
    reads(
        raw.problem(),
        "numerals-not-accounted-for",
        f"data/raw/{REPORT}",
        found="document.numerals = 17, but 14 figures and 2 other numerals",
        en="17 together",
        vi="tổng cộng 17",
    )


# Faults of offsets and prints.


@pytest.mark.parametrize("offset", ["", "-1", "6.5", "062", "1e3", " 62", "six"])
@pytest.mark.parametrize("name", ["start", "end"])
def test_an_offset_is_a_whole_number(raw: RawFolder, name: str, offset: str) -> None:
    raw.change(FIGURES, 2, **{name: offset})
    reads(
        raw.problem(),
        "not-an-offset",
        raw.place(FIGURES, 2, name),
        found=f"{name} = {offset!r}",
        en="a whole number, not negative",
        vi="số nguyên không âm",
    )


def test_an_offset_in_other_numerals_is_held_to_the_same(raw: RawFolder) -> None:
    raw.change(OTHERS, 3, end="x")
    reads(
        raw.problem(),
        "not-an-offset",
        raw.place(OTHERS, 3, "end"),
        found="end = 'x'",
        en="a whole number",
        vi="số nguyên",
    )


@pytest.mark.parametrize("file", [FIGURES, OTHERS])
def test_a_span_is_as_long_as_its_print(raw: RawFolder, file: str) -> None:
    start = int(raw.cell(file, 2, "start"))
    raw.change(file, 2, end=str(start + 3))
    reads(
        raw.problem(),
        "span-and-print-differ",
        raw.place(file, 2, "end"),
        found=f"start {start}, end {start + 3}, printed '{raw.cell(file, 2, 'printed')}'",
        en="end = start + 2",
        vi="end = start + 2",
    )


def test_a_print_is_one_numeral(raw: RawFolder) -> None:
    raw.change(FIGURES, raw.line(FIGURES, "47"), printed="4x")
    reads(
        raw.problem(),
        "not-a-numeral",
        raw.place(FIGURES, 3, "printed"),
        found="printed = '4x'",
        en="digits, with dots or commas between them",
        vi="chữ số, có thể có dấu chấm hoặc phẩy ở giữa",
    )


def test_an_ambiguous_numeral_is_refused(raw: RawFolder) -> None:
    (raw.path / CORRECTIONS).unlink()
    problem = raw.problem()
    reads(
        problem,
        "ambiguous-numeral",
        raw.place(FIGURES, raw.line(FIGURES, "2,415"), "printed"),
        found="printed = '2,415'",
        en="a numeral with one reading",
        vi="một số chỉ có một cách đọc",
    )
    assert "data/raw/corrections.yml" in problem.remedy.en
    assert "data/raw/corrections.yml" in problem.remedy.vi


def test_a_malformed_numeral_is_refused(raw: RawFolder) -> None:
    line = raw.line(FIGURES, "18.250")
    raw.change(FIGURES, line, printed="1.8250")
    reads(
        raw.problem(),
        "malformed-numeral",
        raw.place(FIGURES, line, "printed"),
        found="printed = '1.8250'",
        en="a numeral in Vietnamese notation",
        vi="số theo cách viết tiếng Việt",
    )


def test_a_numeral_with_too_many_digits_is_refused(raw: RawFolder) -> None:
    line = raw.line(FIGURES, "1.310")
    start = int(raw.cell(FIGURES, line, "start"))
    raw.change(FIGURES, line, printed="1" * 15, end=str(start + 15))
    reads(
        raw.problem(),
        "too-many-digits",
        raw.place(FIGURES, line, "printed"),
        found="printed = '111111111111111'",
        en="at most 14 significant digits",
        vi="nhiều nhất 14 chữ số",
    )


def test_a_numeral_of_another_kind_may_have_any_form(raw: RawFolder) -> None:
    raw.change(OTHERS, 4, printed="1,23")
    assert read_corpus(raw.path).reports[1].others[2]["printed"] == "1,23"


def test_a_count_has_no_decimals(raw: RawFolder) -> None:
    line = raw.line(FIGURES, "1.310")
    raw.change(FIGURES, line, printed="131,0")
    reads(
        raw.problem(),
        "count-with-decimals",
        raw.place(FIGURES, line, "printed"),
        found="printed = '131,0'",
        en="a whole number, because person is counted",
        vi="số nguyên, vì person là số đếm",
    )


def test_a_line_that_stands_twice_is_found(raw: RawFolder) -> None:
    raw.repeat(FIGURES, 3)
    raw.replace(REPORT, "numerals: 17", "numerals: 18")
    start, end = raw.cell(FIGURES, 3, "start"), raw.cell(FIGURES, 3, "end")
    reads(
        raw.problem(),
        "duplicate",
        raw.place(FIGURES, 4, "start"),
        found=f"start = '{start}'",
        en=f"digits that no other line holds (data/raw/{FIGURES}:3 has {start}-{end})",
        vi=f"một vị trí chưa dùng (data/raw/{FIGURES}:3 đã ghi {start}-{end})",
    )


def test_a_numeral_cannot_be_a_figure_and_another_numeral(raw: RawFolder) -> None:
    start, end = raw.cell(FIGURES, 2, "start"), raw.cell(FIGURES, 2, "end")
    raw.change(OTHERS, 4, start=start, end=end, printed="52")
    reads(
        raw.problem(),
        "duplicate",
        raw.place(OTHERS, 4, "start"),
        found=f"start = '{start}'",
        en=f"data/raw/{FIGURES}:2 has {start}-{end}",
        vi=f"data/raw/{FIGURES}:2 đã ghi {start}-{end}",
    )


def test_numerals_that_share_digits_overlap(raw: RawFolder) -> None:
    start = int(raw.cell(FIGURES, 2, "start"))
    raw.change(FIGURES, 3, start=str(start + 1), end=str(start + 3))
    reads(
        raw.problem(),
        "overlap",
        raw.place(FIGURES, 3, "start"),
        found=f"start = '{start + 1}'",
        en=f"data/raw/{FIGURES}:2 has {start}-{start + 2}",
        vi=f"data/raw/{FIGURES}:2 đã ghi {start}-{start + 2}",
    )


def test_numerals_may_touch(raw: RawFolder) -> None:
    start = int(raw.cell(FIGURES, 2, "start"))
    raw.change(FIGURES, 3, start=str(start + 2), end=str(start + 4))
    assert figure(raw, "47")["start"] == start + 2


def test_lines_stand_in_the_order_of_the_text(raw: RawFolder) -> None:
    raw.swap(FIGURES, 3)
    before, start = raw.cell(FIGURES, 3, "start"), raw.cell(FIGURES, 4, "start")
    reads(
        raw.problem(),
        "out-of-order",
        raw.place(FIGURES, 4, "start"),
        found=f"start = '{start}'",
        en=f"more than the start of the line before ({before})",
        vi=f"lớn hơn start của dòng trước ({before})",
    )


# Faults of codes.


def test_an_unknown_code_is_reported_with_the_nearest_one(raw: RawFolder) -> None:
    raw.change(FIGURES, 3, indicator="cooperativs")
    reads(
        raw.problem(),
        "unknown-code",
        raw.place(FIGURES, 3, "indicator"),
        found="indicator = 'cooperativs'",
        en="a code of the list indicator, perhaps 'cooperatives'",
        vi="một mã của danh mục indicator, có lẽ 'cooperatives'",
    )


@pytest.mark.parametrize(
    "column", ["organization", "indicator", "sector", "status", "role", "qualifier", "unit"]
)
@pytest.mark.parametrize("code", ["???", ""])
def test_a_code_that_resembles_none_is_reported_without_a_guess(
    raw: RawFolder, column: str, code: str
) -> None:
    raw.change(FIGURES, 2, **{column: code})
    problem = raw.problem()
    reads(
        problem,
        "unknown-code",
        raw.place(FIGURES, 2, column),
        found=f"{column} = {code!r}",
        en=f"a code of the list {column}",
        vi=f"một mã của danh mục {column}",
    )
    assert "perhaps" not in problem.expected.en


def test_an_unknown_relation_is_reported(raw: RawFolder) -> None:
    raw.change(FIGURES, 2, relation="worth")
    reads(
        raw.problem(),
        "unknown-code",
        raw.place(FIGURES, 2, "relation"),
        found="relation = 'worth'",
        en="a code of the list relation",
        vi="một mã của danh mục relation",
    )


def test_codes_are_compared_as_they_are_written(raw: RawFolder) -> None:
    raw.change(FIGURES, 2, role="Actual")
    assert "perhaps 'actual'" in raw.problem().expected.en
    raw.change(FIGURES, 2, role="actual ")
    assert raw.problem().found == "role = 'actual '"


@pytest.mark.parametrize("area", ["VN-99", "", "Lai Châu", "VN-01/", "VN-01/ ", "/xã Đồi Chè"])
def test_an_unknown_area_is_reported(raw: RawFolder, area: str) -> None:
    raw.change(FIGURES, 2, area=area)
    reads(
        raw.problem(),
        "unknown-code",
        raw.place(FIGURES, 2, "area"),
        found=f"area = {area!r}",
        en="a code of the list area, or the code, a slash and the printed name",
        vi="mã tỉnh của danh mục area, hoặc mã/tên địa bàn",
    )


def test_the_kind_of_another_numeral_is_a_code(raw: RawFolder) -> None:
    raw.change(OTHERS, 2, kind="dates")
    reads(
        raw.problem(),
        "unknown-code",
        raw.place(OTHERS, 2, "kind"),
        found="kind = 'dates'",
        en="a code of the list other_numeral, perhaps 'date'",
        vi="một mã của danh mục other_numeral, có lẽ 'date'",
    )


@pytest.mark.parametrize(("column", "code"), [("organization", "union "), ("sector", "farming")])
def test_the_codes_of_a_named_entity_are_checked(raw: RawFolder, column: str, code: str) -> None:
    raw.change(ENTITIES, 2, **{column: code})
    reads(
        raw.problem(),
        "unknown-code",
        raw.place(ENTITIES, 2, column),
        found=f"{column} = {code!r}",
        en=f"a code of the list {column}",
        vi=f"một mã của danh mục {column}",
    )


def test_a_named_entity_stands_once(raw: RawFolder) -> None:
    raw.repeat(ENTITIES, 2)
    reads(
        raw.problem(),
        "duplicate",
        raw.place(ENTITIES, 3, "entity"),
        found="entity = 'htx-suoi-tre'",
        en="each entity once (it stands in line 2)",
        vi="mỗi entity một dòng (đã có ở dòng 2)",
    )


@pytest.mark.parametrize("entity", ["htx-suoi-che", "", "htx-suoi-tre + htx-suoi-che"])
def test_a_figure_of_a_named_entity_names_one_of_the_report(raw: RawFolder, entity: str) -> None:
    line = raw.line(FIGURES, "21")
    raw.change(FIGURES, line, entity=entity)
    reads(
        raw.problem(),
        "unknown-entity",
        raw.place(FIGURES, line, "entity"),
        found=f"entity = {entity!r}",
        en="an id of this report's named_entities.csv",
        vi="mã có trong named_entities.csv của báo cáo này",
    )


def test_any_other_figure_has_no_entity(raw: RawFolder) -> None:
    raw.change(FIGURES, 2, entity="htx-suoi-tre")
    reads(
        raw.problem(),
        "value-out-of-place",
        raw.place(FIGURES, 2, "entity"),
        found="entity = 'htx-suoi-tre'",
        en="nothing, unless organization is named or indicator is budget_need",
        vi="để trống, trừ khi organization là named hoặc indicator là budget_need",
    )


def test_an_unknown_budget_line_is_reported(raw: RawFolder) -> None:
    raw.change(PROMISED, 5, entity="locale")
    reads(
        raw.problem(),
        "unknown-code",
        raw.place(PROMISED, 5, "entity"),
        found="entity = 'locale'",
        en="a code of the list budget_line, perhaps 'local'",
        vi="một mã của danh mục budget_line, có lẽ 'local'",
    )


@pytest.mark.parametrize("page", ["0", "-1", "01", "IV", "2-3"])
def test_a_page_is_a_number_or_nothing(raw: RawFolder, page: str) -> None:
    raw.change(FIGURES, 2, page=page)
    reads(
        raw.problem(),
        "not-a-page",
        raw.place(FIGURES, 2, "page"),
        found=f"page = {page!r}",
        en="a page number, or nothing",
        vi="số trang hoặc để trống",
    )


@pytest.mark.parametrize("place", ["", "P1.", ".I", "P1..I", "P1 I", "P1/I"])
def test_a_place_is_a_path_of_labels(raw: RawFolder, place: str) -> None:
    raw.change(FIGURES, 2, place=place)
    reads(
        raw.problem(),
        "not-a-place",
        raw.place(FIGURES, 2, "place"),
        found=f"place = {place!r}",
        en="a label path, such as P1.I.2.1",
        vi="đường dẫn đề mục, như P1.I.2.1",
    )


# Columns that must fit each other.


@pytest.mark.parametrize(
    ("printed", "unit", "en", "vi"),
    [
        (
            "52",
            "group",
            "cooperative as the unit of cooperatives (value)",
            "cooperative cho value của",
        ),
        (
            "18.250",
            "person",
            "billion_vnd or million_vnd as the unit of",
            "billion_vnd hoặc million_vnd",
        ),
        (
            "90,4",
            "million_vnd",
            "percent as the unit of cooperatives (share)",
            "percent cho share của",
        ),
        (
            "98,2",
            "million_vnd",
            "percent as the unit of revenue_mean (attainment)",
            "percent cho attainment của",
        ),
        ("36", "group", "percent or percentage_point or", "percent hoặc percentage_point hoặc"),
    ],
)
def test_a_unit_fits_its_indicator_and_relation(
    raw: RawFolder, printed: str, unit: str, en: str, vi: str
) -> None:
    line = raw.line(FIGURES, printed)
    raw.change(FIGURES, line, unit=unit)
    reads(
        raw.problem(),
        "unit-does-not-fit",
        raw.place(FIGURES, line, "unit"),
        found=f"unit = '{unit}'",
        en=en,
        vi=vi,
    )


@pytest.mark.parametrize(
    ("printed", "period", "en", "vi"),
    [
        ("52", "2017", "a day, because cooperatives is a stock", "một ngày, vì cooperatives"),
        ("52", "2016-12-31/2017-12-31", "a day, because", "một ngày, vì cooperatives"),
        ("1.204,5", "2017-12-31", "a year or a span, because revenue_mean is a mean", "một năm"),
        ("120", "2018-06-30", "a year or a span, because trainees is a flow", "một năm"),
    ],
)
def test_a_stock_has_a_day_and_a_flow_or_a_mean_a_span(
    raw: RawFolder, printed: str, period: str, en: str, vi: str
) -> None:
    line = raw.line(FIGURES, printed)
    raw.change(FIGURES, line, period=period)
    reads(
        raw.problem(),
        "period-does-not-fit",
        raw.place(FIGURES, line, "period"),
        found=f"period = '{period}'",
        en=en,
        vi=vi,
    )


def test_a_period_that_does_not_exist_is_reported(raw: RawFolder) -> None:
    raw.change(FIGURES, 2, period="2017-02-29")
    reads(
        raw.problem(),
        "not-a-period",
        raw.place(FIGURES, 2, "period"),
        found="period = '2017-02-29'",
        en="2021, 2021-12-31, 2023-S1 or 2021/2025 (and one that exists)",
        vi="2021, 2021-12-31, 2023-S1 hoặc 2021/2025 (và phải có thật)",
    )


def test_a_base_period_exists_too(raw: RawFolder) -> None:
    line = raw.line(FIGURES, "36")
    raw.change(FIGURES, line, base_period="mùa trước")
    reads(
        raw.problem(),
        "not-a-period",
        raw.place(FIGURES, line, "base_period"),
        found="base_period = 'mùa trước'",
        en="and one that exists",
        vi="và phải có thật",
    )


@pytest.mark.parametrize(
    ("printed", "column", "relation"),
    [("36", "base_period", "change"), ("36", "direction", "change"), ("90,4", "share_of", "share")],
)
def test_a_relation_wants_its_companions(
    raw: RawFolder, printed: str, column: str, relation: str
) -> None:
    line = raw.line(FIGURES, printed)
    raw.change(FIGURES, line, **{column: ""})
    reads(
        raw.problem(),
        "missing-value",
        raw.place(FIGURES, line, column),
        found=f"{column} = ''",
        en=f"a value, because relation is {relation}",
        vi=f"có giá trị, vì relation là {relation}",
    )


def test_a_plan_gap_wants_a_direction(raw: RawFolder) -> None:
    raw.change(FIGURES, 2, relation="plan_gap")
    reads(
        raw.problem(),
        "missing-value",
        raw.place(FIGURES, 2, "direction"),
        found="direction = ''",
        en="a value, because relation is plan_gap",
        vi="có giá trị, vì relation là plan_gap",
    )


@pytest.mark.parametrize(
    ("printed", "column", "cell", "relation"),
    [
        ("52", "base_period", "2016-12-31", "value"),
        ("52", "share_of", "status", "value"),
        ("52", "direction", "up", "value"),
        ("90,4", "direction", "up", "share"),
        ("98,2", "base_period", "2016", "attainment"),
        ("36", "share_of", "status", "change"),
    ],
)
def test_any_other_relation_has_no_such_companion(
    raw: RawFolder, printed: str, column: str, cell: str, relation: str
) -> None:
    line = raw.line(FIGURES, printed)
    raw.change(FIGURES, line, **{column: cell})
    reads(
        raw.problem(),
        "value-out-of-place",
        raw.place(FIGURES, line, column),
        found=f"{column} = '{cell}'",
        en=f"nothing, because relation is {relation}",
        vi=f"để trống, vì relation là {relation}",
    )


def test_a_direction_is_a_code(raw: RawFolder) -> None:
    line = raw.line(FIGURES, "36")
    raw.change(FIGURES, line, direction="dow")
    reads(
        raw.problem(),
        "unknown-code",
        raw.place(FIGURES, line, "direction"),
        found="direction = 'dow'",
        en="a code of the list direction, perhaps 'down'",
        vi="một mã của danh mục direction, có lẽ 'down'",
    )


@pytest.mark.parametrize("whole", ["sector", "organization", "managers"])
def test_a_share_is_taken_over_a_dimension_or_an_indicator(raw: RawFolder, whole: str) -> None:
    raw.change(FIGURES, raw.line(FIGURES, "90,4"), share_of=whole)
    assert figure(raw, "90,4")["share_of"] == whole


def test_a_share_of_anything_else_is_reported(raw: RawFolder) -> None:
    line = raw.line(FIGURES, "90,4")
    raw.change(FIGURES, line, share_of="area")
    reads(
        raw.problem(),
        "unknown-code",
        raw.place(FIGURES, line, "share_of"),
        found="share_of = 'area'",
        en="sector, status, organization or a code of the list indicator",
        vi="sector, status, organization hoặc một mã của danh mục indicator",
    )


def test_what_is_printed_as_estimated_has_the_role_of_an_estimate(raw: RawFolder) -> None:
    line = raw.line(FIGURES, "1.204,5")
    raw.change(FIGURES, line, role="actual")
    reads(
        raw.problem(),
        "value-out-of-place",
        raw.place(FIGURES, line, "role"),
        found="role = 'actual'",
        en="estimate, because qualifier is estimated",
        vi="estimate, vì qualifier là estimated",
    )


@pytest.mark.parametrize(
    ("changed", "qualifier", "reported"),
    [
        pytest.param("8", "exact", "3", id="a low end that no high end follows"),
        pytest.param("3", "exact", "8", id="a high end without a low end"),
        pytest.param("120", "range_low", "120", id="a low end in the last line"),
        pytest.param("21", "range_low", "21", id="two low ends in a row"),
        pytest.param("120", "range_high", "120", id="two high ends in a row"),
    ],
)
def test_a_range_has_both_ends(raw: RawFolder, changed: str, qualifier: str, reported: str) -> None:
    raw.change(FIGURES, raw.line(FIGURES, changed), qualifier=qualifier)
    line = raw.line(FIGURES, reported)
    reads(
        raw.problem(),
        "open-range",
        raw.place(FIGURES, line, "qualifier"),
        found=f"qualifier = '{raw.cell(FIGURES, line, 'qualifier')}'",
        en="range_low and, in the next line, range_high with the same codes",
        vi="range_low rồi đến ngay range_high với cùng các mã",
    )


@pytest.mark.parametrize(
    ("column", "code"), [("period", "2019"), ("status", "_T"), ("area", "VN-01/xã Đồi Chè")]
)
def test_the_ends_of_a_range_have_the_same_codes(raw: RawFolder, column: str, code: str) -> None:
    raw.change(FIGURES, raw.line(FIGURES, "8"), **{column: code})
    reads(
        raw.problem(),
        "open-range",
        raw.place(FIGURES, raw.line(FIGURES, "3"), "qualifier"),
        found="qualifier = 'range_low'",
        en="with the same codes",
        vi="với cùng các mã",
    )


# Faults of corrections.


def test_a_correction_of_another_print_is_stale(raw: RawFolder) -> None:
    raw.replace(CORRECTIONS, 'expect: "2,415"', 'expect: "2,451"')
    problem = raw.problem()
    reads(
        problem,
        "stale-correction",
        raw.place(FIGURES, raw.line(FIGURES, "2,415"), "printed"),
        found="printed = '2,415'",
        en="'2,451', as corrections.yml says",
        vi="'2,451', như corrections.yml đã ghi",
    )
    assert "the print has changed" in problem.remedy.en


@pytest.mark.parametrize("figure_id", [f"{NOTEBOOK}:1", "so-tay-2016:2"])
def test_a_correction_of_no_figure_is_stale(raw: RawFolder, figure_id: str) -> None:
    raw.write(
        CORRECTIONS,
        raw.text(CORRECTIONS)
        + f"- figure: {figure_id}\n"
        + '  expect: "1,234"\n  read_as: "1.234"\n  reason: none\n'
        + "  decided_on: 2018-02-01\n  decided_by: readers\n",
    )
    reads(
        raw.problem(),
        "stale-correction",
        f"data/raw/{CORRECTIONS}:7:11",
        found=f"a correction of {figure_id}",
        en="a figure that figures.csv holds",
        vi="một số liệu đang có trong figures.csv",
    )


def test_a_figure_has_one_correction(raw: RawFolder) -> None:
    raw.write(CORRECTIONS, raw.text(CORRECTIONS) * 2)
    start = raw.cell(FIGURES, raw.line(FIGURES, "2,415"), "start")
    reads(
        raw.problem(),
        "duplicate-correction",
        f"data/raw/{CORRECTIONS}:7:11",
        found=f"a second correction of {NOTEBOOK}:{start}",
        en="one for each figure",
        vi="mỗi số liệu một hiệu chỉnh",
    )


@pytest.mark.parametrize("read_as", ['"2,415"', "2.415", '"-2.4"'])
def test_a_correction_reads_as_a_plain_number_in_quotes(raw: RawFolder, read_as: str) -> None:
    raw.replace(CORRECTIONS, 'read_as: "2.415"', f"read_as: {read_as}")
    wrong = [problem for problem in raw.problems() if problem.path.endswith(CORRECTIONS)]
    assert [(problem.code, problem.where) for problem in wrong] == [
        ("wrong-value", f"data/raw/{CORRECTIONS}:3:12")
    ]
    assert wrong[0].found.startswith("0.read_as = ")


# All in one run.


def test_all_problems_of_all_files_are_reported_in_one_run_in_order(raw: RawFolder) -> None:
    raw.change(PROMISED, 2, indicator="cooperativs", area="VN-99")
    raw.change(PROMISED, 4, unit="person")
    raw.change(FIGURES, 5, share_of="")
    raw.change(FIGURES, 6, printed="1.8250")
    raw.change(OTHERS, 2, kind="dates")
    raw.change(ENTITIES, 2, sector="farming")
    raw.replace(REPORT, "numerals: 17", "numerals: 18")
    raw.replace(CORRECTIONS, 'expect: "2,415"', 'expect: "2,451"')
    problems = raw.problems()
    assert [(problem.code, problem.where) for problem in problems] == [
        ("unknown-code", raw.place(PROMISED, 2, "indicator")),
        ("unknown-code", raw.place(PROMISED, 2, "area")),
        ("unit-does-not-fit", raw.place(PROMISED, 4, "unit")),
        ("missing-value", raw.place(FIGURES, 5, "share_of")),
        ("malformed-numeral", raw.place(FIGURES, 6, "printed")),
        ("stale-correction", raw.place(FIGURES, 11, "printed")),
        ("unknown-code", raw.place(ENTITIES, 2, "sector")),
        ("unknown-code", raw.place(OTHERS, 2, "kind")),
        ("numerals-not-accounted-for", f"data/raw/{REPORT}"),
    ]


def test_the_error_tells_every_problem_and_has_an_exit_code_of_its_own(raw: RawFolder) -> None:
    raw.change(FIGURES, 2, role="acted", status="open")
    with pytest.raises(InputError) as caught:
        read_corpus(raw.path)
    lines = str(caught.value).split("\n")
    assert lines == [problem.text("en") for problem in caught.value.problems]
    assert len(lines) == 2
    assert caught.value.exit_code == 3


def test_files_are_named_from_data_raw_wherever_the_checkout_is(
    raw: RawFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw.change(FIGURES, 2, role="acted")
    named = raw.problem().path
    monkeypatch.chdir(raw.path)
    with pytest.raises(InputError) as caught:
        read_corpus(Path())
    assert caught.value.problems[0].path == named == f"data/raw/{FIGURES}"


# What once went wrong, each with its report.


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param({"start": "²"}, id="a superscript digit"),
        pytest.param({"start": "9" * 5000}, id="more digits than int() reads"),
        pytest.param({"page": "9" * 20}, id="a page beyond 64 bits"),
    ],
)
def test_an_offset_or_page_of_any_form_is_a_problem_not_a_crash(
    raw: RawFolder, cells: dict[str, str]
) -> None:
    raw.change(FIGURES, 2, **cells)
    assert {problem.line for problem in raw.problems()} == {2}


@pytest.mark.parametrize(
    "cells", [{"start": "x"}, {"end": ""}, {"end": "1"}, {"start": "0"}, {"place": ""}]
)
def test_the_offsets_and_the_place_of_a_named_entity_are_checked(
    raw: RawFolder, cells: dict[str, str]
) -> None:
    raw.change(ENTITIES, 2, **cells)
    assert raw.problem().path == f"data/raw/{ENTITIES}"


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        (REPORT, "kind: report", "kind: poem", "wrong-value"),
        (REPORT, f"id: {NOTEBOOK}", "id: so-tay", "id-and-folder-differ"),
        (FIGURES, ",base_period", "", "wrong-header"),
        (OTHERS, "2017,date", "2017", "wrong-number-of-cells"),
    ],
)
def test_a_correction_is_not_stale_because_its_report_cannot_be_read(
    raw: RawFolder, file: str, old: str, new: str, code: str
) -> None:
    raw.replace(file, old, new)
    assert [problem.code for problem in raw.problems()] == [code]


def test_a_fault_of_one_correction_does_not_make_its_print_ambiguous(raw: RawFolder) -> None:
    raw.replace(CORRECTIONS, "decided_by: readers", "decided_by: 7")
    assert [problem.code for problem in raw.problems()] == ["wrong-value"]


@pytest.mark.parametrize("spoiled", ["kind: report", f"id: {NOTEBOOK}"])
def test_a_fault_of_report_yml_hides_no_fault_of_its_figures(raw: RawFolder, spoiled: str) -> None:
    raw.replace(REPORT, spoiled, f"{spoiled}x")
    raw.change(FIGURES, 6, printed="1.8250")
    raw.change(FIGURES, 3, start=raw.cell(FIGURES, 2, "start"), end=raw.cell(FIGURES, 2, "end"))
    assert {"malformed-numeral", "duplicate"} <= {problem.code for problem in raw.problems()}


def test_every_numeral_inside_a_longer_one_is_an_overlap(raw: RawFolder) -> None:
    line = raw.line(FIGURES, "1.204,5")
    start = int(raw.cell(FIGURES, line, "start"))
    raw.change(FIGURES, line + 1, printed="2", start=str(start + 2), end=str(start + 3))
    raw.change(FIGURES, line + 2, printed="4", start=str(start + 4), end=str(start + 5))
    assert [problem.line for problem in raw.problems() if problem.code == "overlap"] == [
        line + 1,
        line + 2,
    ]


def test_an_unknown_relation_is_one_problem(raw: RawFolder) -> None:
    raw.change(FIGURES, raw.line(FIGURES, "90,4"), relation="shar")
    assert raw.problem().code == "unknown-code"


def test_a_period_that_is_none_is_one_problem(raw: RawFolder) -> None:
    raw.change(FIGURES, 2, period="2017-S3")
    assert raw.problem().code == "not-a-period"


def test_stale_corrections_are_told_in_the_order_of_the_file(raw: RawFolder) -> None:
    entry = raw.text(CORRECTIONS)
    known = entry.partition("\n")[0]
    stale = [f"- figure: {NOTEBOOK}:{number}" for number in range(1001, 1031)]
    raw.write(CORRECTIONS, entry + "".join(entry.replace(known, line) for line in stale))
    assert [problem.found for problem in raw.problems()] == [
        f"a correction of {line.partition(': ')[2]}" for line in stale
    ]


@pytest.mark.parametrize(
    ("printed", "read_as"),
    [
        pytest.param("2,415", "2.41500000000000000001", id="more digits than a double holds"),
        pytest.param("52", "5.2", id="decimals of a count"),
    ],
)
def test_a_corrected_reading_is_held_to_what_a_print_is_held_to(
    raw: RawFolder, printed: str, read_as: str
) -> None:
    entry = raw.text(CORRECTIONS)
    start = raw.cell(FIGURES, raw.line(FIGURES, printed), "start")
    spoiled = (
        entry.replace(entry.partition("\n")[0], f"- figure: {NOTEBOOK}:{start}")
        .replace('expect: "2,415"', f'expect: "{printed}"')
        .replace('read_as: "2.415"', f'read_as: "{read_as}"')
    )
    raw.write(CORRECTIONS, spoiled if printed == "2,415" else entry + spoiled)
    assert {problem.path for problem in raw.problems()} <= {
        f"data/raw/{FIGURES}",
        f"data/raw/{CORRECTIONS}",
    }


# The repository's own data and page.


def test_the_repositorys_own_data_is_read(own_raw: Path) -> None:
    corpus = read_corpus(own_raw)
    assert len(corpus.reports) == 5
    assert sum(len(found.figures) + len(found.others) for found in corpus.reports) == 827
    assert sum(found.report.document.numerals for found in corpus.reports) == 827
    assert len(corpus.readings) == sum(len(found.figures) for found in corpus.reports)
    assert corpus.readings["figure_id"].is_unique
    assert (corpus.readings["issued_on"] > pd.Timestamp(dt.date(2021, 1, 1))).all()
    bounded = corpus.readings.dropna(subset=["value_low", "value_high"])
    assert (bounded["value_low"] <= bounded["value"]).all()
    assert (bounded["value"] <= bounded["value_high"]).all()


def test_the_page_on_reading_names_the_columns_that_are_read(raw: RawFolder, own_raw: Path) -> None:
    page = (own_raw.parents[1] / "docs" / "reading.md").read_text(encoding="utf-8")
    for file in (FIGURES, OTHERS, ENTITIES):
        assert f"`{raw.text(file).partition(chr(10))[0]}`" in page


def test_a_position_beyond_the_text_is_found(raw: RawFolder) -> None:
    line = raw.line(FIGURES, "120")
    raw.change(FIGURES, line, start="9000", end="9003")
    reads(
        raw.problem(),
        "beyond-the-text",
        raw.place(FIGURES, line, "end"),
        found="end = '9003'",
        en="the length of the text",
        vi="độ dài của văn bản",
    )


def test_a_range_does_not_end_below_its_beginning(raw: RawFolder) -> None:
    raw.change(FIGURES, raw.line(FIGURES, "3"), printed="9")
    problem = raw.problem()
    assert (problem.code, problem.found) == ("range-turned-round", "printed = '8'")


def test_a_range_has_one_role_and_one_relation(raw: RawFolder) -> None:
    raw.change(FIGURES, raw.line(FIGURES, "8"), role="estimate")
    assert {problem.code for problem in raw.problems()} == {"open-range"}


def test_corrections_that_are_all_gone_are_none(raw: RawFolder) -> None:
    raw.write(CORRECTIONS, "# none is needed any more\n")
    assert [problem.code for problem in raw.problems()] == ["ambiguous-numeral"]
