from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet
import pytest

from htx_pipeline.curation import CONTRACTS, Contract
from htx_pipeline.curation.lineage import CONTRACT
from htx_pipeline.errors import ContractError
from htx_pipeline.release import read_table, write_table

CURATED = Path(__file__).parents[2] / "data" / "curated"
ROW = {"table": "groups", "row_key": "VN-01|2021-12-31", "column": "members_persons"}


def frame(*figure_ids: str) -> pd.DataFrame:
    return CONTRACT.frame([ROW | {"figure_id": one, "rules": []} for one in figure_ids])


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    written = frame("a:1", "b:2")
    write_table(CONTRACT, written, tmp_path)
    pd.testing.assert_frame_equal(read_table(CONTRACT, tmp_path), written)


def test_the_order_of_rows_given_does_not_change_the_bytes(tmp_path: Path) -> None:
    one = write_table(CONTRACT, frame("a:1", "b:2"), tmp_path / "one").read_bytes()
    other = write_table(CONTRACT, frame("b:2", "a:1"), tmp_path / "other").read_bytes()
    assert one == other


def test_a_frame_that_breaks_its_contract_is_not_written(tmp_path: Path) -> None:
    good = write_table(CONTRACT, frame("a:1"), tmp_path)
    before = good.read_bytes()
    twice = pd.concat([frame("a:1"), frame("a:1")], ignore_index=True)
    with pytest.raises(ContractError, match="lineage"):
        write_table(CONTRACT, twice, tmp_path)
    assert good.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["lineage.parquet"]


def test_a_file_of_another_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lineage.parquet").write_bytes((CURATED / "rules.parquet").read_bytes())
    with pytest.raises((ContractError, KeyError)):
        read_table(CONTRACT, tmp_path)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_a_published_file_describes_itself(contract: Contract) -> None:
    schema = pyarrow.parquet.read_schema(CURATED / f"{contract.name}.parquet")
    assert schema.metadata[b"primary_key"].decode() == ",".join(contract.key)
    assert b"pandas" not in schema.metadata
    for field in schema:
        about = field.metadata
        assert {b"title", b"title_vi", b"description"} <= about.keys(), field.name
        if field.name.endswith(("_count", "_persons", "_percent")) or "_vnd_" in field.name:
            assert about[b"unit"], field.name


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_other_libraries_read_the_same_rows(contract: Contract) -> None:
    path = CURATED / f"{contract.name}.parquet"
    ours = pyarrow.parquet.read_table(path)
    assert pl.read_parquet(path).to_dicts() == ours.to_pylist()
    rows = duckdb.read_parquet(str(path)).fetchall()
    assert [dict(zip(ours.column_names, row, strict=True)) for row in rows] == ours.to_pylist()


TYPES: dict[str, tuple[str, object]] = {
    "text": ("VARCHAR", pl.String()),
    "integer": ("BIGINT", pl.Int64()),
    "number": ("DOUBLE", pl.Float64()),
    "boolean": ("BOOLEAN", pl.Boolean()),
    "day": ("DATE", pl.Date()),
    "texts": ("VARCHAR[]", pl.List(pl.String)),
}
"""What each kind of column is to DuckDB and to polars."""


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_other_libraries_read_the_right_types(contract: Contract) -> None:
    path = CURATED / f"{contract.name}.parquet"
    relation = duckdb.read_parquet(str(path))
    to_duckdb = dict(zip(relation.columns, map(str, relation.types), strict=True))
    to_polars = pl.read_parquet(path).schema
    for field in contract.fields:
        if field.kind == "records":
            assert to_duckdb[field.name].startswith("STRUCT(figure_id VARCHAR,")
            assert isinstance(to_polars[field.name], pl.List)
        else:
            assert (to_duckdb[field.name], to_polars[field.name]) == TYPES[field.kind], field.name


def test_a_reader_with_pandas_alone_gets_the_answers_of_2021() -> None:
    sectors = pd.read_parquet(CURATED / "cooperatives_by_sector.parquet")
    sectors = sectors[sectors["year"] == 2021].set_index("sector")
    agriculture = sectors.loc["agriculture"]
    assert agriculture["cooperatives_count"] == 157
    assert agriculture["cooperatives_active_count"] == 138
    assert agriculture["cooperatives_stopped_count"] == 19
    assert agriculture["members_persons"] == 1335
    assert agriculture["employees_persons"] == 1466
    assert agriculture["charter_capital_vnd_million"] == 342530
    assert sectors["cooperatives_count"].sum() == 348


def test_a_count_with_gaps_stays_a_whole_number_with_arrow_types() -> None:
    table = pd.read_parquet(CURATED / "cooperatives.parquet", dtype_backend="pyarrow")
    assert str(table["members_persons"].dtype) == "int64[pyarrow]"
    assert table["members_persons"].isna().any()
