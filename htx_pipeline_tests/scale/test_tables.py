"""Tables of any size are what the builders of single rows make of the same figures."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pyarrow
import pyarrow.dataset
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import htx_pipeline as htx
from htx_pipeline.contracts import Contract
from htx_pipeline.curation import CONTRACTS, FIGURE_TABLES, Facts
from htx_pipeline.curation import figures as audit
from htx_pipeline.curation.findings import FINDINGS, as_arrow
from htx_pipeline.curation.wide import WideTable
from htx_pipeline.errors import ReleaseError, UsageError
from htx_pipeline.figures import READINGS
from htx_pipeline.figures.operands import operands
from htx_pipeline.release.manifest import read_manifest
from htx_pipeline.rules import RULES, evaluate, find
from htx_pipeline.rules.model import Documents
from htx_pipeline.rules.screening import Screened
from htx_pipeline.scale import chosen
from htx_pipeline.scale.engines import opened
from htx_pipeline.scale.folder import NO_YEAR, Sink, Unsorted
from htx_pipeline.scale.marks import Marks
from htx_pipeline.scale.tables import NAMES, Areas, build_tables
from htx_pipeline_tests.building import figures, printed
from htx_pipeline_tests.scale import random_figures
from htx_pipeline_tests.scale.random_figures import ENGINES

if TYPE_CHECKING:
    import pandas as pd

CURATED = Path(__file__).parents[2] / "data" / "curated"
FIGURES = CURATED / "figures.parquet"
BY_NAME = {contract.name: contract for contract in CONTRACTS}
OF_DOCUMENTS = {rule.name for rule in RULES if isinstance(rule.equations, Documents)}
WAIVED = ("waiver_id", "waiver_reason")

quiet = pytest.mark.filterwarnings("ignore::pandas.errors.PerformanceWarning")


def published(name: str) -> pyarrow.Table:
    table = pyarrow.parquet.read_table(CURATED / f"{name}.parquet")
    if name != FINDINGS.name:
        return table
    rows = [row for row in table.to_pylist() if row["rule"] not in OF_DOCUMENTS]
    return pyarrow.Table.from_pylist([row | dict.fromkeys(WAIVED) for row in rows], FINDINGS.arrow)


@pytest.fixture(scope="module", params=["duckdb", "pandas", "polars"])
def by_year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the published figures, partitioned, by each engine."""
    folder = tmp_path_factory.mktemp("tables")
    with opened(str(FIGURES), request.param) as table:
        build_tables(table, folder, by_year=True)
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the published figures, in the opposite order."""
    folder = tmp_path_factory.mktemp("tables")
    rows = pyarrow.parquet.read_table(FIGURES)
    turned = rows.take(list(range(rows.num_rows))[::-1])
    build_tables(pl.from_arrow(turned), folder, NAMES)
    return folder


@quiet
def test_the_tables_of_the_published_figures_are_the_published_ones(by_year: Path) -> None:
    release = htx.open_release(by_year)
    assert release.names == tuple(sorted(NAMES, key=release.names.index))
    assert set(release.names) == set(NAMES)
    for name in NAMES:
        found = htx.load(name, backend="arrow", release=release)
        assert found.schema.equals(BY_NAME[name].arrow, check_metadata=True), name
        assert found.to_pylist() == published(name).to_pylist(), name


@quiet
def test_in_one_file_each_they_are_the_published_files(plain: Path) -> None:
    for name in {*NAMES} - {FINDINGS.name}:
        file = f"{name}.parquet"
        assert (plain / file).read_bytes() == (CURATED / file).read_bytes(), name
    assert pyarrow.parquet.read_table(plain / "findings.parquet").equals(published("findings"))


@quiet
def test_other_readers_take_the_partitions_for_those_of_hive(by_year: Path) -> None:
    years = sorted({row["year"] for row in published("observations").to_pylist()})
    folder = by_year / "observations"
    assert sorted(path.name for path in folder.iterdir()) == [f"year={year}" for year in years]
    relation = duckdb.read_parquet(f"{folder}/year=*/*.parquet", hive_partitioning=True)
    found = relation.aggregate("year, count(*)").fetchall()
    lazily = pl.scan_parquet(folder / "year=*/*.parquet", hive_partitioning=True)
    counted = lazily.group_by("year").len().collect().rows()
    dataset = pyarrow.dataset.dataset(folder, partitioning="hive")
    assert dict(found) == dict(counted)
    assert dict(found)[2021] == dataset.count_rows(filter=pyarrow.dataset.field("year") == 2021)
    assert sum(dict(found).values()) == published("observations").num_rows


def test_rows_without_a_year_go_where_hive_has_them(tmp_path: Path) -> None:
    schema = pyarrow.schema([("area_code", pyarrow.string()), ("year", pyarrow.int64())])
    sink = Sink(_stand_in(schema), tmp_path, by_year=True)
    sink.write(pyarrow.table({"area_code": ["a", "b", "c"], "year": [None, 2021, None]}, schema))
    told = sink.close()
    assert told["files"] == [
        "observations/year=2021/part-0.parquet",
        f"observations/year={NO_YEAR}/part-0.parquet",
    ]
    found = pl.read_parquet(tmp_path / "observations", hive_partitioning=True)
    assert sorted(found.rows()) == [("a", None), ("b", 2021), ("c", None)]


def _stand_in(schema: pyarrow.Schema) -> Any:
    class Standing:
        name, arrow, order, key = "observations", schema, (), ("area_code",)

    return Standing


@pytest.mark.parametrize("partitioned", [False, True])
def test_no_figures_make_empty_tables(partitioned: bool, tmp_path: Path) -> None:
    made = build_tables(READINGS.arrow.empty_table(), tmp_path, NAMES, by_year=partitioned)
    assert set(made.rows.values()) == {0}
    for name in NAMES:
        found = htx.load(name, backend="arrow", release=tmp_path)
        assert found.equals(BY_NAME[name].arrow.empty_table())


def test_a_part_that_was_changed_is_not_read(tmp_path: Path) -> None:
    table = random_figures.as_arrow(figures(printed("3"), printed("4", period="2020-12-31")))
    build_tables(table, tmp_path, ["observations"], by_year=True)
    path = tmp_path / "observations/year=2020/part-0.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"0")
    with pytest.raises(ReleaseError, match="year=2020"):
        htx.load("observations", release=tmp_path)
    with pytest.raises(ReleaseError, match="this is no release"):
        read_manifest(tmp_path)


def test_a_province_that_no_list_has_is_called_by_its_code(tmp_path: Path) -> None:
    build_tables(figures(printed("3")).assign(area_code="VN-99"), tmp_path, ["cooperatives"])
    (row,) = pyarrow.parquet.read_table(tmp_path / "cooperatives.parquet").to_pylist()
    assert (row["area_code"], row["area"]) == ("VN-99", "VN-99")


def test_unknown_codes_are_named(tmp_path: Path) -> None:
    frame = figures(printed("3")).assign(unit="sack")
    with pytest.raises(UsageError, match="unit has codes that no list has: sack"):
        build_tables(frame, tmp_path)


def test_rows_that_come_in_no_order_are_sorted_on_the_disk() -> None:
    contract = BY_NAME["figures"]
    rows = pyarrow.parquet.read_table(FIGURES)
    order = [(n * 97) % rows.num_rows for n in range(rows.num_rows)]
    with Unsorted(contract) as unsorted:
        for place in range(0, len(order), 100):
            unsorted.write(rows.take(order[place : place + 100]))
        assert pyarrow.concat_tables(unsorted.in_order()).equals(rows)


def test_no_figure_fills_two_columns() -> None:
    tables = [table for table in FIGURE_TABLES if isinstance(table, WideTable)]
    assert len(tables) == 4
    assert not any(chosen.share_figures(table) for table in tables)


def _marks(draw: st.DrawFn, frame: pd.DataFrame) -> Marks:
    """Contradictions that some of the figures are said to take part in."""
    ids = sorted(frame["figure_id"])
    found = draw(st.lists(st.lists(st.sampled_from(ids), max_size=3), max_size=3)) if ids else []
    rows = [
        {
            "finding_id": f"f{number:012x}",
            "figure_ids": figure_ids,
            "outcome": draw(st.sampled_from(["fail", "fail", "unverifiable"])),
            "severity": draw(st.sampled_from(["error", "error", "notice"])),
        }
        for number, figure_ids in enumerate(found)
    ]
    fields = [FINDINGS.arrow.field(n) for n in ("finding_id", "figure_ids", "outcome", "severity")]
    return Marks(pyarrow.Table.from_pylist(rows, pyarrow.schema(fields)))


@quiet
@pytest.mark.parametrize("engine", ["duckdb", "pandas", "polars"])
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_printed_makes_the_rows_that_the_builders_make(
    engine: str, data: st.DataObject
) -> None:
    frame = data.draw(random_figures.tables())
    marks = data.draw(st.composite(_marks)(frame))
    texts = frame.select_dtypes("str")
    codes = {str(name): frozenset(texts[name].dropna()) for name in texts}
    areas = Areas(
        ENGINES[engine](frame),
        Screened((), {}, ()),
        FINDINGS.arrow.empty_table(),
        marks,
        dt.date.min,
        codes,
    )
    rows = READINGS.to_arrow(frame).to_pylist()
    notes = {row["figure_id"]: row["note"] for row in rows if row["note"] is not None}
    facts = Facts(operands(rows), marks, notes, ())
    for table in FIGURE_TABLES:
        expected = table.contract.part(table.build(facts).rows)
        assert areas.rows(table).to_pylist() == expected.to_pylist(), table.contract.name


@quiet
@pytest.mark.parametrize("engine", ["duckdb", "pandas"])
@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_all_that_follows_from_figures_is_the_same_area_by_area(
    engine: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    frame = data.draw(random_figures.tables(most=10))
    findings = as_arrow(find(evaluate(frame)))
    facts = Facts.of(audit.CONTRACT.from_arrow(_with(frame, Marks(findings)), validated=True))
    folder = tmp_path_factory.mktemp("tables")
    build_tables(ENGINES[engine](frame), folder, NAMES, at_once=1)
    assert _held(folder, FINDINGS) == findings.to_pylist()
    for table in FIGURE_TABLES:
        expected = table.contract.part(table.build(facts).rows)
        assert _held(folder, table.contract) == expected.to_pylist(), table.contract.name


def _with(frame: pd.DataFrame, marks: Marks) -> pyarrow.Table:
    rows = READINGS.to_arrow(frame).to_pylist()
    marked = [row | {"finding_ids": list(marks[row["figure_id"]])} for row in rows]
    return pyarrow.Table.from_pylist(marked, audit.CONTRACT.arrow)


def _held(folder: Path, contract: Contract) -> list[dict[str, Any]]:
    path = folder / f"{contract.name}.parquet"
    return list(pyarrow.parquet.read_table(path).to_pylist())


@quiet
@settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_same_figures_give_the_same_bytes(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    frame = data.draw(random_figures.tables(most=10))
    turned = frame.sample(frac=1, random_state=1)
    made = []
    for engine, some in (("duckdb", frame), ("pandas", turned), ("polars", turned)):
        folder = tmp_path_factory.mktemp("tables")
        build_tables(ENGINES[engine](some), folder, by_year=True, at_once=5)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        made.append({path.relative_to(folder): path.read_bytes() for path in files})
    assert made[0] == made[1] == made[2]
