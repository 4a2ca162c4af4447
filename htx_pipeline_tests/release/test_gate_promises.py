"""Each promise of each contract: a release in which it is not kept is refused, and told so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow
import pyarrow.parquet
import pytest

from htx_pipeline.curation import CONTRACTS
from htx_pipeline.release.gate import check, sectors

if TYPE_CHECKING:
    from collections.abc import Callable

    from htx_pipeline.contracts import Contract, Field
    from htx_pipeline.release.gate import Failure

    Spoil = Callable[[Contract, pyarrow.Table], pyarrow.Table]

CURATED = Path(__file__).parents[2] / "data" / "curated"
OTHER_TYPES = {
    "text": pyarrow.large_string(),
    "integer": pyarrow.float64(),
    "number": pyarrow.float32(),
    "boolean": pyarrow.int8(),
    "day": pyarrow.timestamp("s"),
    "texts": pyarrow.large_list(pyarrow.string()),
}


@pytest.fixture(scope="module")
def tables() -> dict[str, pyarrow.Table]:
    return {
        contract.name: pyarrow.parquet.read_table(CURATED / f"{contract.name}.parquet")
        for contract in CONTRACTS
    }


def failures(
    folder: Path, tables: dict[str, pyarrow.Table], spoil: Spoil, expectation: str, **more: Any
) -> list[Failure]:
    """What fails under this name in a release whose every table is spoiled."""
    for contract in CONTRACTS:
        spoiled = spoil(contract, tables[contract.name])
        pyarrow.parquet.write_table(spoiled, folder / f"{contract.name}.parquet")
    verdict = check(folder, CONTRACTS, **more)
    assert not verdict.passed
    return [one for one in verdict.failures if one.expectation == expectation]


def in_first_row(wrong: Callable[[Field], Any], concerned: Callable[[Field], bool]) -> Spoil:
    def spoil(contract: Contract, table: pyarrow.Table) -> pyarrow.Table:
        for place, field in enumerate(contract.fields):
            if concerned(field):
                column = table.schema.field(place)
                cells = [wrong(field), *table[field.name].to_pylist()[1:]]
                nullable = column.with_nullable(column.nullable or cells[0] is None)
                table = table.set_column(place, nullable, pyarrow.array(cells, column.type))
        return table

    return spoil


ON_CELLS: dict[str, tuple[Callable[[Field], bool], Callable[[Field], Any], str]] = {
    "expect_column_values_to_not_be_null": (
        lambda field: not field.nullable,
        lambda _: None,
        "null",
    ),
    "expect_column_values_to_be_in_set": (
        lambda field: field.codelist is not None,
        lambda _: "no such code",
        '"no such code"',
    ),
    "expect_column_values_to_be_between": (
        lambda field: field.minimum is not None,
        lambda field: field.minimum - 3,
        "-3",
    ),
    "expect_column_values_to_be_finite": (
        lambda field: field.kind == "number",
        lambda _: float("inf"),
        '"inf"',
    ),
    "expect_column_values_to_match_regex": (
        lambda field: field.pattern is not None,
        lambda _: "of no pattern",
        '"of no pattern"',
    ),
    "expect_column_lists_to_be_sorted_and_distinct": (
        lambda field: field.kind == "texts",
        lambda _: ["second", "first"],
        '["second", "first"]',
    ),
    "expect_column_references_to_exist": (
        lambda field: bool(field.refers_to),
        lambda field: ["nowhere"] if field.kind == "texts" else "nowhere",
        '"nowhere"',
    ),
}


@pytest.mark.parametrize("expectation", ON_CELLS)
def test_a_wrong_cell_in_every_column_is_refused_in_every_column(
    tmp_path: Path, tables: dict[str, pyarrow.Table], expectation: str
) -> None:
    concerned, wrong, shown = ON_CELLS[expectation]
    promised = {
        (contract.name, field.name)
        for contract in CONTRACTS
        for field in contract.fields
        if concerned(field)
    }
    found = failures(tmp_path, tables, in_first_row(wrong, concerned), expectation)
    assert promised
    assert {(one.table, one.column) for one in found} == promised
    assert len(found) == len(promised)
    for one in found:
        assert one.told.en.startswith(f"{one.table}.{one.column}: ")
        assert shown in one.told.en
        assert shown in one.told.vi


def of_other_types(contract: Contract, table: pyarrow.Table) -> pyarrow.Table:
    def other(field: Field, column: pyarrow.Field) -> pyarrow.Field:
        return column.with_type(
            OTHER_TYPES.get(field.kind) or pyarrow.large_list(column.type.value_field)
        )

    return table.cast(pyarrow.schema(map(other, contract.fields, table.schema)), safe=False)


def of_other_nullability(_: Contract, table: pyarrow.Table) -> pyarrow.Table:
    return pyarrow.schema(
        [column.with_nullable(not column.nullable) for column in table.schema]
    ).empty_table()


@pytest.mark.parametrize("spoil", [of_other_types, of_other_nullability])
def test_another_declaration_of_every_column_is_refused_in_every_column(
    tmp_path: Path, tables: dict[str, pyarrow.Table], spoil: Spoil
) -> None:
    found = failures(tmp_path, tables, spoil, "expect_column_to_be_declared")
    assert [(one.table, one.column) for one in found] == [
        (contract.name, field.name) for contract in CONTRACTS for field in contract.fields
    ]
    for one in found:
        told = pyarrow.parquet.read_schema(tmp_path / f"{one.table}.parquet").field(one.column)
        assert f'found "{told.type}' in one.told.en


@pytest.mark.parametrize("columns", [1, 2])
def test_a_row_twice_is_refused_in_every_table(
    tmp_path: Path, tables: dict[str, pyarrow.Table], columns: int
) -> None:
    name = {
        1: "expect_column_values_to_be_unique",
        2: "expect_compound_columns_to_be_unique",
    }[columns]
    found = failures(
        tmp_path,
        tables,
        lambda _, table: pyarrow.concat_tables([table, table.slice(len(table) - 1)]),
        name,
    )
    assert [(one.table, one.column) for one in found] == [
        (contract.name, ", ".join(contract.key))
        for contract in CONTRACTS
        if min(len(contract.key), 2) == columns
    ]


def test_columns_in_another_order_are_refused_in_every_table(
    tmp_path: Path, tables: dict[str, pyarrow.Table]
) -> None:
    found = failures(
        tmp_path,
        tables,
        lambda _, table: table.select([*reversed(table.column_names)]),
        "expect_table_columns_to_match_ordered_list",
    )
    assert [one.table for one in found] == [contract.name for contract in CONTRACTS]


def test_a_row_less_than_before_is_refused_in_every_table(
    tmp_path: Path, tables: dict[str, pyarrow.Table]
) -> None:
    found = failures(
        tmp_path,
        tables,
        lambda _, table: table,
        "expect_table_row_count_to_be_between",
        previous={name: len(table) + 1 for name, table in tables.items()},
    )
    assert [one.table for one in found] == [contract.name for contract in CONTRACTS]


def test_totals_that_are_not_the_sum_of_their_sectors_are_refused_in_every_measure(
    tmp_path: Path, tables: dict[str, pyarrow.Table]
) -> None:
    measures = sectors.measures(CONTRACTS)

    values = {sectors.TOTALS: 1, sectors.SECTORS: 2}

    def apart(contract: Contract, table: pyarrow.Table) -> pyarrow.Table:
        for measure in measures if contract.name in values else ():
            place = table.schema.get_field_index(measure)
            column = table.schema.field(place)
            cells = [values[contract.name]] * len(table)
            table = table.set_column(place, column, pyarrow.array(cells, column.type))
        return table

    found = failures(tmp_path, tables, apart, "expect_sectors_to_sum_to_total")
    assert [(one.table, one.column) for one in found] == [
        (sectors.NAME, measure) for measure in measures
    ]
