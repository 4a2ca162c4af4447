"""The gate on small files: what is sound passes, and whatever is spoiled is told by name."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import TYPE_CHECKING, Any

import pyarrow
import pyarrow.parquet
import pytest

from htx_pipeline import contracts as c
from htx_pipeline.model import Label
from htx_pipeline.release.changelog import Shrinkage
from htx_pipeline.release.gate import check, refuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from htx_pipeline.release.gate import Verdict

    Spoil = Callable[[pyarrow.Table], pyarrow.Table]

ABOUT = Label(vi="Cột của bảng thử.", en="A column of the table of the tests.")
VILLAGES = c.Contract(
    name="villages",
    title=Label(vi="Bản", en="Villages"),
    description=ABOUT,
    key=("village_id",),
    fields=(
        c.text("village_id", "mã", "Id", ABOUT, pattern="^v[0-9]$"),
        c.text("headman", "trưởng bản", "Headman", ABOUT, nullable=True),
    ),
)
HARVESTS = c.Contract(
    name="harvests",
    title=Label(vi="Vụ mùa", en="Harvests"),
    description=ABOUT,
    key=("village_id", "day"),
    fields=(
        c.text("village_id", "mã", "Id", ABOUT, refers_to="villages.village_id"),
        c.day("day", "ngày", "Day", ABOUT),
        c.code("sector", "lĩnh vực", "Sector", ABOUT),
        c.count("members_persons", "thành viên", "Members", ABOUT, unit="person"),
        c.number("share_percent", "tỷ trọng", "Share", ABOUT, minimum=0),
        c.boolean("counted", "đã đếm", "Counted", ABOUT),
        c.texts(
            "helpers",
            "giúp đỡ",
            "Helpers",
            ABOUT,
            may_be_empty=False,
            refers_to=("villages.village_id",),
        ),
        c.records("prices", "giá", "Prices", ABOUT, {"crop": "text", "price": "number"}),
    ),
)
CONTRACTS = (VILLAGES, HARVESTS)
ROWS: dict[str, list[dict[str, Any]]] = {
    "villages": [
        {"village_id": "v1", "headman": None},
        {"village_id": "v2", "headman": "Lò Văn Sơn"},
        {"village_id": "v3", "headman": ""},
    ],
    "harvests": [
        {
            "village_id": village,
            "day": dt.date(2017, month, 1),
            "sector": "agriculture",
            "members_persons": members,
            "share_percent": share,
            "counted": True,
            "helpers": helpers,
            "prices": [{"crop": "chè", "price": 4.5}],
        }
        for village, month, members, share, helpers in (
            ("v1", 5, 12, 41.5, ["v2", "v3"]),
            ("v1", 9, None, None, ["v1"]),
            ("v2", 9, 2**53 + 1, 0.0, ["v1", "v2"]),
        )
    ],
}
DECLARED = "expect_column_to_be_declared"
NOT_NULL = "expect_column_values_to_not_be_null"
REFERENCES = "expect_column_references_to_exist"
SORTED = "expect_column_lists_to_be_sorted_and_distinct"
ORDER = "expect_table_columns_to_match_ordered_list"
BETWEEN = "expect_column_values_to_be_between"


def write(folder: Path, contract: c.Contract, spoil: Spoil = lambda table: table) -> None:
    table = pyarrow.Table.from_pylist(ROWS[contract.name], schema=contract.arrow)
    pyarrow.parquet.write_table(spoil(table), folder / f"{contract.name}.parquet")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for contract in CONTRACTS:
        write(tmp_path, contract)
    return tmp_path


def failed(verdict: Verdict) -> set[tuple[str, str, str]]:
    assert not verdict.passed
    assert verdict.evaluated - verdict.successful == len(verdict.failures)
    return {(one.table, one.column, one.expectation) for one in verdict.failures}


def cell(column: str, row: int, value: Any, *, nullable: bool | None = None) -> Spoil:
    """Put ``value`` into one cell."""

    def spoil(table: pyarrow.Table) -> pyarrow.Table:
        place = table.schema.get_field_index(column)
        field = table.schema.field(place)
        cells = table[column].to_pylist()
        cells[row] = value
        changed = field if nullable is None else field.with_nullable(nullable)
        return table.set_column(place, changed, pyarrow.array(cells, field.type))

    return spoil


def cast(column: str, kind: pyarrow.DataType) -> Spoil:
    """Give one column another type."""

    def spoil(table: pyarrow.Table) -> pyarrow.Table:
        place = table.schema.get_field_index(column)
        field = table.schema.field(place).with_type(kind)
        return table.set_column(place, field, table[column].cast(kind))

    return spoil


def list_of_records(text: str, number: str) -> pyarrow.DataType:
    record = pyarrow.struct([(text, pyarrow.string()), (number, pyarrow.float64())])
    return pyarrow.list_(pyarrow.field("element", record, nullable=False))


def test_sound_files_pass_and_nothing_is_skipped(folder: Path) -> None:
    verdict = check(folder, CONTRACTS)
    assert verdict.passed
    assert verdict.failures == ()
    # columns declared, columns never null, orders, keys, and what else the fields promise
    assert verdict.evaluated == verdict.successful == 10 + 7 + 2 + 2 + 8


def test_the_result_lists_every_expectation_with_its_outcome(folder: Path) -> None:
    told = json.loads(check(folder, CONTRACTS).result)
    assert told["success"] is True
    assert [table["table"] for table in told["tables"]] == ["villages", "harvests"]
    (found,) = (
        one
        for one in told["tables"][1]["expectations"]
        if one["expectation"] == BETWEEN and one["kwargs"]["column"] == "members_persons"
    )
    assert found == {
        "expectation": BETWEEN,
        "kwargs": {"column": "members_persons", "min_value": 0.0},
        "success": True,
        "unexpected_count": 0,
    }


def test_a_table_without_rows_passes(folder: Path) -> None:
    write(folder, HARVESTS, lambda table: table.slice(0, 0))
    assert check(folder, CONTRACTS).passed


SPOILED: dict[str, tuple[Spoil, set[tuple[str, str]]]] = {
    "a null in a column that is never null": (
        cell("counted", 1, None, nullable=True),
        {("counted", NOT_NULL), ("counted", DECLARED)},
    ),
    "a key twice": (
        cell("day", 1, dt.date(2017, 5, 1)),
        {("village_id, day", "expect_compound_columns_to_be_unique")},
    ),
    "a code that is in no list": (
        cell("sector", 0, "fishing"),
        {("sector", "expect_column_values_to_be_in_set")},
    ),
    "a negative count": (cell("members_persons", 0, -1), {("members_persons", BETWEEN)}),
    "a negative number": (cell("share_percent", 0, -0.5), {("share_percent", BETWEEN)}),
    "not a number": (
        cell("share_percent", 1, float("nan")),
        {("share_percent", "expect_column_values_to_be_finite"), ("share_percent", BETWEEN)},
    ),
    "an infinite number": (
        cell("share_percent", 1, float("inf")),
        {("share_percent", "expect_column_values_to_be_finite")},
    ),
    "whole numbers as floats": (
        lambda table: cast("members_persons", pyarrow.float64())(
            cell("members_persons", 2, 7)(table)
        ),
        {("members_persons", DECLARED)},
    ),
    "narrower whole numbers": (
        lambda table: cast("members_persons", pyarrow.int32())(
            cell("members_persons", 2, 7)(table)
        ),
        {("members_persons", DECLARED)},
    ),
    "days as times": (cast("day", pyarrow.timestamp("ms")), {("day", DECLARED)}),
    "a column that may not be null said to be nullable": (
        cell("counted", 1, False, nullable=True),
        {("counted", DECLARED)},
    ),
    "an additional column": (
        lambda table: table.append_column("extra", pyarrow.array([1, 2, 3])),
        {("", ORDER)},
    ),
    "columns in another order": (
        lambda table: table.select([*reversed(table.column_names)]),
        {("", ORDER)},
    ),
    "a key that is nowhere": (cell("village_id", 2, "v7"), {("village_id", REFERENCES)}),
    "a key in a list that is nowhere": (
        cell("helpers", 0, ["v2", "v8"]),
        {("helpers", REFERENCES)},
    ),
    "a list that is not sorted": (cell("helpers", 0, ["v3", "v2"]), {("helpers", SORTED)}),
    "a list that repeats itself": (cell("helpers", 0, ["v2", "v2"]), {("helpers", SORTED)}),
    "a list that is empty": (cell("helpers", 0, []), {("helpers", SORTED)}),
    "records of other fields": (
        cast("prices", list_of_records("crop", "cost")),
        {("prices", DECLARED)},
    ),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_file_fails_where_it_is_spoiled(folder: Path, name: str) -> None:
    spoil, expected = SPOILED[name]
    write(folder, HARVESTS, spoil)
    verdict = check(folder, CONTRACTS)
    assert failed(verdict) == {("harvests", *one) for one in expected}
    assert json.loads(verdict.result)["success"] is False
    assert json.loads(verdict.result)["successful"] == verdict.successful


@pytest.mark.parametrize("name", SPOILED)
def test_expectations_put_together_say_what_they_say_one_by_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    write(folder, HARVESTS, SPOILED[name][0])
    verdict = check(folder, CONTRACTS)
    group = sys.modules["htx_pipeline.release.gate.together"].Together
    monkeypatch.setattr(
        sys.modules["htx_pipeline.release.gate.validation"],
        "together",
        lambda asked: [group(one, [place]) for place, one in enumerate(asked)],
    )
    assert check(folder, CONTRACTS) == verdict


def test_columns_of_one_name_are_a_failure_and_no_fault(folder: Path) -> None:
    write(
        folder,
        HARVESTS,
        lambda table: table.append_column(table.schema.field("village_id"), table["village_id"]),
    )
    assert not check(folder, CONTRACTS).passed


def test_keys_that_are_no_texts_are_failures_and_no_fault(folder: Path) -> None:
    lists = pyarrow.array([["v1"], ["v2"], ["v3"]])
    write(folder, VILLAGES, lambda table: table.set_column(0, "village_id", lists))
    found = failed(check(folder, CONTRACTS))
    assert {("villages", "village_id", DECLARED), ("harvests", "helpers", REFERENCES)} <= found


def test_a_key_of_one_column_may_not_repeat(folder: Path) -> None:
    write(folder, VILLAGES, cell("village_id", 2, "v1"))
    assert ("villages", "village_id", "expect_column_values_to_be_unique") in failed(
        check(folder, CONTRACTS)
    )


def test_a_text_that_does_not_match_its_pattern_is_shown(folder: Path) -> None:
    write(folder, VILLAGES, cell("village_id", 0, "v1\n"))
    told = {
        one.expectation: one.told for one in check(folder, CONTRACTS).failures if one.column != ""
    }
    found = told["expect_column_values_to_match_regex"]
    assert found.en == ('villages.village_id: must match ^v[0-9]$; 1 value is not so: "v1\\n"')
    assert found.vi == ('villages.village_id: phải đúng mẫu ^v[0-9]$; 1 giá trị không đạt: "v1\\n"')


def test_a_column_that_is_missing_fails_all_that_is_asked_of_it(folder: Path) -> None:
    write(folder, HARVESTS, lambda table: table.drop_columns(["helpers"]))
    verdict = check(folder, CONTRACTS)
    assert failed(verdict) == {
        ("harvests", "", ORDER),
        ("harvests", "helpers", DECLARED),
        ("harvests", "helpers", NOT_NULL),
        ("harvests", "helpers", SORTED),
        ("harvests", "helpers", REFERENCES),
    }
    broken = next(one for one in verdict.failures if one.expectation == SORTED)
    assert 'The column "helpers" in BatchData does not exist' in broken.told.en
    assert "Traceback" not in verdict.result.decode()


def test_a_column_that_is_missing_hides_nothing_of_the_others(folder: Path) -> None:
    def spoil(table: pyarrow.Table) -> pyarrow.Table:
        return cell("members_persons", 0, -1)(table.drop_columns(["helpers"]))

    write(folder, HARVESTS, spoil)
    verdict = check(folder, CONTRACTS)
    assert {("harvests", "members_persons", BETWEEN), ("harvests", "helpers", SORTED)} <= failed(
        verdict
    )
    (told,) = (one.told.en for one in verdict.failures if one.expectation == BETWEEN)
    assert told == "harvests.members_persons: must be at least 0; 1 value is not so: -1"


@pytest.mark.parametrize("content", [None, b"", b"PAR1 no table PAR1"])
def test_a_file_that_cannot_be_read_is_a_failure(folder: Path, content: bytes | None) -> None:
    path = folder / "harvests.parquet"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    verdict = check(folder, CONTRACTS)
    assert failed(verdict) == {("harvests", "", "expect_file_to_be_readable")}
    (table,) = (t for t in json.loads(verdict.result)["tables"] if t["table"] == "harvests")
    assert set(table) == {"table", "unreadable"}
    assert str(folder) not in verdict.result.decode()


def shrinkage(table: str, before: int, after: int) -> Shrinkage:
    return Shrinkage.model_validate(
        {
            "table": table,
            "rows": {"from": before, "to": after},
            "reason": "the third village was counted twice",
            "decided_on": dt.date(2018, 3, 1),
            "decided_by": "readers",
        }
    )


def test_fewer_rows_than_before_need_an_entry(folder: Path) -> None:
    verdict = check(folder, CONTRACTS, previous={"villages": 4, "harvests": 3})
    assert failed(verdict) == {("villages", "", "expect_table_row_count_to_be_between")}
    (failure,) = verdict.failures
    assert failure.told.en == (
        "villages: must not have fewer than 4 rows (the release before has 4) without an entry in "
        "data/raw/changelog.yml (rows that were never committed: git restore data/curated first); "
        "found 3"
    )
    assert "gặp 3" in failure.told.vi


@pytest.mark.parametrize(
    ("entries", "passes"),
    [
        ([shrinkage("villages", 4, 3)], True),
        ([shrinkage("villages", 4, 2)], False),
        ([shrinkage("villages", 9, 1), shrinkage("villages", 4, 3)], True),
        ([shrinkage("villages", 5, 3)], False),
        ([shrinkage("harvests", 4, 3)], False),
    ],
)
def test_an_entry_excuses_exactly_what_it_says(
    folder: Path, entries: list[Shrinkage], *, passes: bool
) -> None:
    verdict = check(folder, CONTRACTS, previous={"villages": 4}, shrinkages=entries)
    assert verdict.passed is passes


def test_what_was_there_before_leaves_no_trace_in_the_result(folder: Path) -> None:
    alone = check(folder, CONTRACTS)
    beside = check(folder, CONTRACTS, previous={"villages": 4, "harvests": 1, "gone": 8})
    assert beside.result == alone.result
    assert (alone.compared, beside.compared) == (0, 2)
    assert beside.evaluated == alone.evaluated + 2


def test_a_refusal_tells_the_first_failures_in_both_languages(folder: Path) -> None:
    (folder / "villages.parquet").unlink()
    write(folder, HARVESTS, lambda table: table.rename_columns([f"x{i}" for i in range(8)]))
    verdict = check(folder, CONTRACTS)
    told = refuse(verdict).told
    total = len(verdict.failures)
    assert total > 20
    for text in (told.vi.splitlines(), told.en.splitlines()):
        assert len(text) == 22
        assert text[1].startswith("  villages: ")
    assert told.en.endswith(f"… and {total - 20} more")
    assert told.vi.endswith(f"… và {total - 20} kỳ vọng khác")
