"""Every contract: its words, its units, its way through Arrow, and that broken promises are told.

The frames are those of the repository's own data.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow
import pytest

from htx_pipeline import codelists
from htx_pipeline import contracts as c
from htx_pipeline.contracts import Contract, Field
from htx_pipeline.curation import CONTRACTS, FIGURE_TABLES
from htx_pipeline.errors import ContractError, HtxError
from htx_pipeline.figures import READINGS
from htx_pipeline.model import Label
from htx_pipeline_tests.building import cells, own_release

if TYPE_CHECKING:
    from collections.abc import Callable


EVERY = (READINGS, *CONTRACTS)
WIDE = ("cooperatives", "cooperatives_by_sector", "groups", "unions")
each_contract = pytest.mark.parametrize("contract", EVERY, ids=lambda contract: contract.name)
each_published = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)


def each_with(chosen: Callable[[Field], bool]) -> pytest.MarkDecorator:
    """Every published table that has such a column."""
    having = [contract for contract in CONTRACTS if any(map(chosen, contract.fields))]
    return pytest.mark.parametrize("contract", having, ids=lambda contract: contract.name)


def kind(column: Field) -> str:
    return column.kind


def is_code(column: Field) -> bool:
    return column.codelist is not None


def is_count(column: Field) -> bool:
    return kind(column) == "integer"


def is_list(column: Field) -> bool:
    return kind(column) == "texts"


WRONG: dict[Callable[[Field], bool], Any] = {
    is_code: "no_such_code",
    is_count: -1,
    is_list: ["b", "a"],
}
"""A cell that a column of such a kind may not hold."""


def frame_of(contract: Contract) -> pd.DataFrame:
    """A copy of the table of the repository's own data."""
    made = own_release()
    own = made.readings if contract is READINGS else made.tables[contract.name]
    assert len(own) > 0
    return own.copy()


# Words.


def test_every_table_is_published_under_a_name_of_its_own() -> None:
    names = [contract.name for contract in EVERY]
    assert len(names) == len(set(names))
    assert all(table.contract in CONTRACTS for table in FIGURE_TABLES)
    assert set(own_release().tables) == {contract.name for contract in CONTRACTS}


@each_contract
def test_a_table_has_a_title_in_two_languages_and_a_description(contract: Contract) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", contract.name)
    assert contract.title.vi != contract.title.en
    assert contract.description.vi.endswith(".")
    assert contract.description.en.endswith(".")


@each_contract
def test_a_table_names_each_column_once_and_its_key_among_them(contract: Contract) -> None:
    names = [column.name for column in contract.fields]
    assert len(names) == len(set(names))
    assert {*contract.key, *contract.order} <= set(names)
    assert contract.key
    assert all(re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", str(name)) for name in names)


@each_contract
def test_each_column_has_a_title_in_two_languages_and_a_description(contract: Contract) -> None:
    for column in contract.fields:
        field = column
        told = contract.schema.columns[field.name]
        assert (told.title, told.description) == (field.title.en, field.description.en)
        for words in (field.title, field.description):
            for text in (words.vi, words.en):
                assert text, column.name
                assert text == text.strip()
                assert unicodedata.is_normalized("NFC", text)
        assert field.title.en[0].isupper()
        for text in (field.description.vi, field.description.en):
            assert text.endswith(".")
            assert len(text.split()) > 1
        assert field.description.vi != field.description.en


@each_published
def test_what_a_column_refers_to_is_a_key_of_a_published_table(contract: Contract) -> None:
    keys = {f"{other.name}.{name}" for other in CONTRACTS for name in other.key}
    for field in contract.fields:
        assert set(field.refers_to) <= keys
        assert f"{contract.name}.{field.name}" not in field.refers_to


@each_contract
def test_a_key_column_is_never_null(contract: Contract) -> None:
    by_name = {column.name: column for column in contract.fields}
    assert not any(by_name[name].nullable for name in contract.key)


# Units.

SUFFIXES = {
    "cooperative": "_count",
    "group": "_count",
    "union": "_count",
    "product": "_count",
    "person": "_persons",
    "million_vnd": "_vnd_million",
    "million_vnd_per_year": "_vnd_million",
    "million_vnd_per_person_year": "_vnd_million_per_year",
    "million_vnd_per_person_month": "_vnd_million_per_month",
    "percent": "_percent",
}
OF_THE_WORK_ITSELF = {
    "evaluation",
    "line",
    "code point",
    "page",
    "year",
    "digit",
    "numeral",
    "figure",
}


@each_contract
def test_a_measure_ends_in_its_unit(contract: Contract) -> None:
    for column in contract.fields:
        unit = column.unit
        if unit is None or unit == "see unit":
            is_measure = kind(column) in {"integer", "number"}
            assert not (is_measure and contract.name in WIDE), column.name
        elif unit not in OF_THE_WORK_ITSELF:
            assert unit in codelists.codes("unit")
            assert str(column.name).endswith(SUFFIXES[unit])


@each_with(lambda column: column.unit == "see unit")
def test_a_column_that_says_see_unit_stands_in_a_table_with_units(contract: Contract) -> None:
    (units,) = (column for column in contract.fields if column.name == "unit")
    assert units.codelist == "unit"


@pytest.mark.parametrize("name", WIDE)
def test_counts_of_a_wide_table_are_whole_numbers_and_amounts_are_not(name: str) -> None:
    (contract,) = (contract for contract in CONTRACTS if contract.name == name)
    for column in contract.fields:
        unit = column.unit
        if unit in SUFFIXES:
            family = codelists.rows("unit")[unit]["family"]
            assert kind(column) == ("integer" if family == "count" else "number")
            assert column.nullable


# Arrow.


@each_contract
def test_a_frame_comes_back_from_arrow_unchanged(contract: Contract) -> None:
    frame = frame_of(contract)
    table = contract.to_arrow(frame)
    back = contract.from_arrow(table)
    pd.testing.assert_frame_equal(back, frame)
    assert contract.to_arrow(back).equals(table, check_metadata=True)


@each_contract
def test_a_frame_without_rows_comes_back_from_arrow_unchanged(contract: Contract) -> None:
    frame = contract.frame([])
    assert list(frame.columns) == [column.name for column in contract.fields]
    pd.testing.assert_frame_equal(contract.from_arrow(contract.to_arrow(frame)), frame)
    assert frame.dtypes.to_dict() == frame_of(contract).dtypes.to_dict()


@each_contract
def test_arrow_has_nulls_where_the_frame_has_and_no_nan(contract: Contract) -> None:
    frame = frame_of(contract)
    table = contract.to_arrow(frame)
    table.validate(full=True)
    for name in frame:
        assert table[name].null_count == frame[name].isna().sum()
        if pyarrow.types.is_floating(table.schema.field(name).type):
            assert not pyarrow.compute.any(pyarrow.compute.is_nan(table[name])).as_py()


@each_contract
def test_arrow_fields_carry_the_words_of_the_contract(contract: Contract) -> None:
    schema = contract.to_arrow(frame_of(contract)).schema
    assert schema.pandas_metadata is None
    assert schema.metadata == {
        b"name": contract.name.encode(),
        b"title": contract.title.en.encode(),
        b"title_vi": contract.title.vi.encode(),
        b"description": contract.description.en.encode(),
        b"description_vi": contract.description.vi.encode(),
        b"primary_key": ",".join(contract.key).encode(),
    }
    for field, column in zip(schema, contract.fields, strict=True):
        assert (field.name, field.nullable) == (column.name, column.nullable)
        about = {key.decode(): text.decode() for key, text in field.metadata.items()}
        told = column
        assert (about["title"], about["title_vi"]) == (told.title.en, told.title.vi)
        assert about["description"] == told.description.en
        assert about["description_vi"] == told.description.vi
        assert about.get("unit") == told.unit
        assert about.get("codelist") == told.codelist
        assert about.get("refers_to", "") == ",".join(told.refers_to)


@pytest.mark.parametrize(
    ("of", "type_"),
    [
        ("text", pyarrow.string()),
        ("integer", pyarrow.int64()),
        ("number", pyarrow.float64()),
        ("boolean", pyarrow.bool_()),
        ("day", pyarrow.date32()),
        ("texts", pyarrow.list_(pyarrow.field("element", pyarrow.string(), nullable=False))),
    ],
)
def test_each_kind_of_column_has_one_arrow_type(of: str, type_: pyarrow.DataType) -> None:
    found = {
        contract.arrow.field(str(column.name)).type
        for contract in EVERY
        for column in contract.fields
        if kind(column) == of
    }
    assert found == {type_}


# Frames.


@each_contract
def test_rows_are_sorted_whatever_order_they_come_in(contract: Contract) -> None:
    frame = frame_of(contract).head(8)
    turned = cells(frame.iloc[::-1])
    pd.testing.assert_frame_equal(contract.frame(turned), frame)


# Broken promises.


def failures(contract: Contract, frame: pd.DataFrame) -> tuple[str, set[tuple[str, str]]]:
    """What the error says, and each column with the check that it fails."""
    with pytest.raises(ContractError) as caught:
        contract.validate(frame)
    assert isinstance(caught.value, HtxError)
    assert caught.value.exit_code == 4
    assert caught.value.table == contract.name
    message = str(caught.value)
    assert message.startswith(f"table {contract.name} breaks its contract:\n")
    cause: Any = caught.value.__cause__
    cases = cause.failure_cases
    return message, set(zip(cases["column"], cases["check"], strict=True))


def put(frame: pd.DataFrame, row: int, column: str, cell: Any) -> None:
    """Put a cell, which may be a list."""
    frame.at[row, column] = cell


@each_published
def test_a_null_where_there_may_be_none_is_told(contract: Contract) -> None:
    frame = frame_of(contract).head(1)
    never_null = [str(column.name) for column in contract.fields if not column.nullable]
    for name in never_null:
        put(frame, 0, name, None)
    message, found = failures(contract, frame)
    assert found >= {(name, "not_nullable") for name in never_null}
    assert re.search(rf"\b{never_null[0]}\s+not_nullable\b", message)


@each_published
def test_a_null_where_there_may_be_one_is_fine(contract: Contract) -> None:
    frame = frame_of(contract).head(1)
    for column in contract.fields:
        if column.nullable:
            put(frame, 0, str(column.name), None)
    contract.validate(frame)


@each_with(lambda column: any(of_kind(column) for of_kind in WRONG))
def test_an_unknown_code_a_negative_count_and_an_unsorted_list_are_told(
    contract: Contract,
) -> None:
    frame = frame_of(contract).head(1)
    broken = {}
    for column in contract.fields:
        for of_kind, cell in WRONG.items():
            if of_kind(column):
                put(frame, 0, str(column.name), cell)
                broken[column.name] = str(cell).replace("'", "")
    message, found = failures(contract, frame)
    assert {column for column, _ in found} == set(broken)
    for name, cell in broken.items():
        assert re.search(rf"\b{name}\b.*{re.escape(cell)}", message)


@pytest.mark.parametrize(
    ("table", "column"),
    [*((name, "report_ids") for name in WIDE), ("targets", "figure_ids")],
)
def test_an_empty_list_is_told_where_something_must_be_named(table: str, column: str) -> None:
    (contract,) = (contract for contract in CONTRACTS if contract.name == table)
    frame = frame_of(contract)
    put(frame, 0, column, [])
    _, found = failures(contract, frame)
    assert found == {(column, "sorted_distinct_texts")}


@each_published
def test_a_key_that_stands_twice_is_told(contract: Contract) -> None:
    frame = frame_of(contract).head(1)
    _, found = failures(contract, pd.concat([frame, frame], ignore_index=True))
    assert {column for column, _ in found} == set(contract.key)
    assert all("unique" in check for _, check in found)


@pytest.mark.parametrize(
    ("table", "column", "cell"),
    [
        ("findings", "finding_id", "0123456789AB"),
        ("findings", "finding_id", "0123456789abc"),
        ("rules", "rule", "sectors-sum-to-total"),
        ("figures", "figure_id", "Báo cáo:12"),
        ("figures", "figure_id", "bao-cao:12x"),
    ],
)
def test_an_identifier_that_is_none_is_told(table: str, column: str, cell: str) -> None:
    (contract,) = (contract for contract in CONTRACTS if contract.name == table)
    frame = frame_of(contract)
    frame.loc[0, column] = cell
    message, found = failures(contract, frame)
    assert {column for column, _ in found} == {column}
    assert cell in message


def test_all_broken_promises_are_told_in_one_error() -> None:
    (contract,) = (contract for contract in CONTRACTS if contract.name == "cooperatives")
    frame = frame_of(contract)
    frame.loc[0, "cooperatives_count"] = -1
    frame.loc[1, "obs_status"] = "Q"
    put(frame, 2, "report_ids", [])
    _, found = failures(contract, frame)
    assert {column for column, _ in found} == {"cooperatives_count", "obs_status", "report_ids"}


SAID = Label(vi="Để thử.", en="For these tests.")

# What is the same for every contract is asked of a small one.

SMALL = Contract(
    name="small",
    title=Label(vi="Bảng nhỏ", en="A small table"),
    description=SAID,
    key=("name",),
    fields=(
        c.text("name", "tên", "Name", SAID),
        c.count("eggs_count", "số trứng", "Eggs", SAID, unit="product"),
        c.number("weight", "cân nặng", "Weight", SAID, minimum=0.5),
        c.code("role", "vai trò", "Role", SAID, nullable=True),
        c.boolean("awake", "đang thức", "Awake", SAID),
        c.day("as_of", "ngày", "Day", SAID),
        c.texts("chick_ids", "gà con", "Chicks", SAID),
    ),
)
HEN = {
    "name": "gà mái",
    "eggs_count": 3,
    "weight": 1.5,
    "role": None,
    "awake": True,
    "as_of": dt.date(2021, 12, 31),
    "chick_ids": ["chiếp", "tập đi"],
}


def test_a_frame_that_keeps_its_contract_is_handed_back() -> None:
    frame = SMALL.frame([HEN])
    pd.testing.assert_frame_equal(SMALL.validate(frame), frame)
    assert cells(frame) == [HEN | {"as_of": pd.Timestamp("2021-12-31")}]


@pytest.mark.parametrize("listed", [["a", "a"], [1], "a", ("a",)], ids=str)
def test_what_is_no_list_of_distinct_texts_is_told(listed: Any) -> None:
    with pytest.raises(ContractError, match=r"chick_ids\s+sorted_distinct_texts"):
        SMALL.frame([HEN | {"chick_ids": listed}])


def test_a_missing_a_foreign_and_a_misplaced_column_are_told() -> None:
    frame = SMALL.frame([HEN])
    missing, _ = failures(SMALL, frame.drop(columns="awake"))
    assert re.search(r"column_in_dataframe\s+awake\b", missing)
    foreign, _ = failures(SMALL, frame.assign(remark="mine"))
    assert re.search(r"column_in_schema\s+remark\b", foreign)
    misplaced, _ = failures(SMALL, frame[["awake", *frame.columns.drop("awake")]])
    assert re.search(r"column_ordered\s+awake\b", misplaced)


@pytest.mark.parametrize("name", ["name", "eggs_count", "weight", "role", "awake", "as_of"])
def test_a_column_of_another_type_is_told(name: str) -> None:
    frame = SMALL.frame([HEN])
    frame[name] = pd.Series([3 + 4j])
    _, found = failures(SMALL, frame)
    assert name in {column for column, check in found if check.startswith("dtype")}


def test_a_file_of_other_columns_types_or_words_is_told() -> None:
    table = SMALL.to_arrow(SMALL.frame([HEN]))
    weights = table["weight"].cast(pyarrow.float32())
    small = table.field("weight").with_type(pyarrow.float32())
    for other, told in (
        (table.drop_columns("weight"), "weight"),
        (table.append_column("remark", [["mine"]]), "remark"),
        (table.set_column(2, small, weights), "weight"),
        (table.select([*reversed(table.column_names)]), "order"),
        (table.replace_schema_metadata({}), "those of the table"),
    ):
        with pytest.raises(ContractError, match=rf"small breaks its contract:\n.*{told}"):
            SMALL.from_arrow(other)


def test_a_number_below_its_minimum_is_told() -> None:
    SMALL.frame([HEN | {"weight": 0.5}])
    with pytest.raises(ContractError, match=r"weight.*0\.4"):
        SMALL.frame([HEN | {"weight": 0.4}])


def test_rows_that_break_the_contract_make_no_frame() -> None:
    with pytest.raises(ContractError, match="eggs_count"):
        SMALL.frame([HEN, HEN | {"name": "gà trống", "eggs_count": -1}])
    with pytest.raises(ContractError, match="unique"):
        SMALL.frame([HEN, HEN])


@pytest.mark.parametrize(
    ("cell", "check"),
    [
        ({"eggs_count": -1}, "not_negative"),
        ({"weight": 0.4}, "minimum"),
        ({"role": "cook"}, "code_of_role"),
    ],
)
def test_a_broken_promise_is_told_by_the_name_that_the_contract_gives_it(
    cell: dict[str, Any], check: str
) -> None:
    with pytest.raises(ContractError, match=check):
        SMALL.frame([HEN | cell])


@pytest.mark.parametrize(
    "row",
    [
        HEN | {"eggs_count": 1.5},
        HEN | {"eggs_count": "many"},
        HEN | {"eggs_count": 2**63},
        HEN | {"weight": 10**400},
        {name: cell for name, cell in HEN.items() if name != "weight"},
    ],
    ids=["half an egg", "text", "too many", "too heavy", "missing"],
)
def test_a_row_that_fits_no_frame_breaks_the_contract(row: dict[str, Any]) -> None:
    with pytest.raises(ContractError, match="small"):
        SMALL.frame([row])


def test_a_day_with_a_time_of_day_breaks_the_contract() -> None:
    frame = SMALL.frame([HEN])
    frame["as_of"] += pd.Timedelta(hours=5)
    with pytest.raises(ContractError, match="as_of"):
        SMALL.validate(frame)
