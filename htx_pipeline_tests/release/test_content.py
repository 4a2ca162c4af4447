from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING

import polars as pl
import pyarrow
import pyarrow.parquet
import pytest

from htx_pipeline.curation import CONTRACTS
from htx_pipeline.release.content import content_hash
from htx_pipeline_tests.building import own_release

if TYPE_CHECKING:
    from pathlib import Path

    from htx_pipeline.contracts import Contract

SMALL = pyarrow.table(
    {
        "place": ["Mường Tè", None],
        "hens": pyarrow.array([3, None], pyarrow.int64()),
        "weight": [1.5, 157.0],
        "awake": [True, False],
        "day": [dt.date(2021, 12, 31), None],
        "names": [["a", "b"], []],
    }
)


def test_the_hash_is_that_of_the_lines_which_the_module_describes() -> None:
    lines = (
        '[["place","text"],["hens","integer"],["weight","number"],["awake","boolean"],'
        '["day","day"],["names",["text"]]]\n'
        '["Mường Tè",3,1.5,true,"2021-12-31",["a","b"]]\n'
        "[null,null,157.0,false,null,[]]\n"
    )
    assert content_hash(SMALL) == hashlib.sha256(lines.encode()).hexdigest()


def test_the_hash_does_not_depend_on_how_the_file_is_written(tmp_path: Path) -> None:
    for number, options in enumerate(
        (
            {"compression": "none", "version": "1.0"},
            {"compression": "zstd", "row_group_size": 1, "use_dictionary": False},
        )
    ):
        path = tmp_path / f"{number}.parquet"
        pyarrow.parquet.write_table(SMALL, path, **options)
        assert content_hash(pyarrow.parquet.read_table(path)) == content_hash(SMALL)


def test_the_hash_does_not_depend_on_what_the_columns_say_of_themselves() -> None:
    assert content_hash(SMALL.replace_schema_metadata({"title": "x"})) == content_hash(SMALL)


@pytest.mark.parametrize(
    "other",
    [
        SMALL.slice(0, 1),
        SMALL.take([1, 0]),
        SMALL.rename_columns(["spot", *SMALL.column_names[1:]]),
        SMALL.set_column(1, "hens", pyarrow.array([3.0, None])),
        SMALL.set_column(1, "hens", pyarrow.array([3, 0], pyarrow.int64())),
        SMALL.set_column(2, "weight", pyarrow.array([1.5000000000000002, 157.0])),
        SMALL.set_column(5, "names", pyarrow.array([["b", "a"], []])),
        SMALL.select(SMALL.column_names[::-1]),
    ],
    ids=["a row less", "row order", "name", "type", "null and zero", "last digit", "list", "order"],
)
def test_another_content_has_another_hash(other: pyarrow.Table) -> None:
    assert content_hash(other) != content_hash(SMALL)


def test_a_cell_that_is_not_a_number_has_no_hash() -> None:
    with pytest.raises(ValueError, match="JSON"):
        content_hash(pyarrow.table({"weight": [float("nan")]}))


@pytest.mark.parametrize("type_", [pyarrow.int32(), pyarrow.timestamp("s"), pyarrow.float32()])
def test_a_type_that_no_table_has_is_refused(type_: pyarrow.DataType) -> None:
    with pytest.raises(TypeError, match="no table has a column of type"):
        content_hash(pyarrow.table({"x": pyarrow.array([], type_)}))


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_another_reader_of_parquet_computes_the_same_hash(
    contract: Contract, tmp_path: Path
) -> None:
    table = contract.to_arrow(own_release().tables[contract.name])
    path = tmp_path / "table.parquet"
    pyarrow.parquet.write_table(table, path)
    kinds = {
        pl.String: "text",
        pl.Int64: "integer",
        pl.Float64: "number",
        pl.Boolean: "boolean",
        pl.Date: "day",
    }

    def kind(type_: pl.DataType) -> object:
        if isinstance(type_, pl.List):
            return [kind(type_.inner)]
        if isinstance(type_, pl.Struct):
            return {field.name: kind(field.dtype) for field in type_.fields}
        return kinds[type(type_)]

    frame = pl.read_parquet(path)
    lines = [
        [[name, kind(type_)] for name, type_ in frame.schema.items()],
        *(list(row) for row in frame.iter_rows()),
    ]
    told = "".join(
        json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=str) + "\n"
        for line in lines
    )
    assert content_hash(table) == hashlib.sha256(told.encode()).hexdigest()
