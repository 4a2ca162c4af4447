"""``htx check --figures``: the findings of a table are those of the reports, in every engine."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow.parquet
import pytest

from htx_pipeline.curation.findings import FINDINGS
from htx_pipeline.figures import READINGS
from htx_pipeline.rules import RULES
from htx_pipeline.rules.model import Documents

if TYPE_CHECKING:
    from collections.abc import Callable

    from htx_pipeline_tests.cli.conftest import Said

CURATED = Path(__file__).parents[2] / "data" / "curated"
FIGURES = CURATED / "figures.parquet"
ENGINES = ("duckdb", "pandas", "polars")
OF_DOCUMENTS = {rule.name for rule in RULES if isinstance(rule.equations, Documents)}
WAIVED = ("waiver_id", "waiver_reason")


def published() -> list[dict[str, Any]]:
    """The findings of the release that are of figures, without what was decided on them."""
    rows = pyarrow.parquet.read_table(CURATED / "findings.parquet").to_pylist()
    return [row | dict.fromkeys(WAIVED) for row in rows if row["rule"] not in OF_DOCUMENTS]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_findings_of_the_published_figures_are_the_published_findings(
    engine: str, htx: Callable[..., Said], tmp_path: Path
) -> None:
    output = tmp_path / "new" / "findings.parquet"
    said = htx("check", "--figures", str(FIGURES), "--engine", engine, "--output", str(output))
    assert said.err == ""
    assert said.code == 1
    assert said.out.endswith(f"that cannot be decided): {output}\n")
    table = pyarrow.parquet.read_table(output)
    assert table.schema.equals(FINDINGS.arrow)
    assert (table.schema.metadata or {}).items() > (FINDINGS.arrow.metadata or {}).items()
    assert table.to_pylist() == published()
    assert [path.name for path in output.parent.iterdir()] == ["findings.parquet"]


@pytest.mark.parametrize("engine", ENGINES)
def test_figures_may_lie_in_a_folder_that_is_partitioned_by_year(
    engine: str, htx: Callable[..., Said], tmp_path: Path
) -> None:
    folder = tmp_path / "figures"
    duckdb.read_parquet(str(FIGURES)).to_parquet(
        str(folder), partition_by=["year"], write_partition_columns=True
    )
    assert len(list(folder.iterdir())) > 3
    output = tmp_path / "findings.parquet"
    htx("check", "--figures", str(folder), "--engine", engine, "--output", str(output))
    assert pyarrow.parquet.read_table(output).to_pylist() == published()


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Figures of three areas in fifty months, in no order, of which some are wrong."""
    path = tmp_path_factory.mktemp("national") / "figures.parquet"
    months = 50
    rows = [
        _figure(area, month, status, count)
        for area in range(3)
        for month in range(months)
        for status, count in (("_T", 450), ("active", 337), ("stopped", 113))
    ]
    for place, count in ((20, 473), (199, 119), (301, 45)):
        rows[place] |= {"printed": str(count), "value": count}
        rows[place] |= {"value_low": count, "value_high": count}
    rows.sort(key=lambda row: hashlib.sha256(row["figure_id"].encode()).digest())
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, READINGS.arrow), path)
    return path


def _figure(area: int, month: int, status: str, count: int) -> dict[str, Any]:
    as_of = dt.date(1996 + month // 12, month % 12 + 1, 28)
    report, start = f"report-{area}-{month:02d}", 10 + 10 * len(status)
    return {field.name: None for field in READINGS.fields} | {
        "figure_id": f"{report}:{start}",
        "report_id": report,
        "report_kind": "report",
        "issued_on": as_of,
        "line": 2,
        "start": start,
        "end": start + 3,
        "place": "P1",
        "printed": str(count),
        "organization": "cooperative",
        "indicator": "employees",
        "sector": "_T",
        "status": status,
        "area_code": f"VN-01/xã {area}",
        "area": f"xã {area}",
        "period": as_of.isoformat(),
        "year": as_of.year,
        "as_of": as_of,
        "role": "actual",
        "relation": "value",
        "qualifier": "exact",
        "unit": "person",
        "decimals": 0,
        "value": count,
        "value_low": count,
        "value_high": count,
        "corrected": False,
        "low_inclusive": True,
        "high_inclusive": True,
        "obs_status": "A",
    }


def test_the_order_of_the_rows_and_the_engine_make_no_difference(
    national: Path, htx: Callable[..., Said], tmp_path: Path
) -> None:
    written = set()
    for engine in ENGINES:
        output = tmp_path / f"{engine}.parquet"
        htx("check", "--figures", str(national), "--engine", engine, "--output", str(output))
        written.add(output.read_bytes())
    ordered = tmp_path / "ordered.parquet"
    table = pyarrow.parquet.read_table(national).sort_by([("report_id", "ascending")])
    pyarrow.parquet.write_table(table, ordered)
    output = tmp_path / "again.parquet"
    htx("check", "--figures", str(ordered), "--output", str(output))
    assert {*written, output.read_bytes()} == written
    assert len(written) == 1
    found = pyarrow.parquet.read_table(output).to_pylist()
    assert [row["outcome"] for row in found] == ["fail"] * 3
    assert all("other_report" in row["suspects"][0]["evidence"] for row in found)


def test_without_a_file_for_them_contradictions_are_told(htx: Callable[..., Said]) -> None:
    said = htx("check", "--figures", str(FIGURES))
    assert said.code == 1
    assert "14.640" in said.out
    assert "… all of them with --output FILE\n" in said.out
    assert said.out.splitlines()[0] == ("sectors_sum_to_total: 4 pass, 5 fail, 8 unverifiable")


def test_figures_that_do_not_contradict_each_other_pass(
    htx: Callable[..., Said], tmp_path: Path
) -> None:
    few = tmp_path / "few.parquet"
    duckdb.read_parquet(str(FIGURES)).filter("indicator = 'households'").to_parquet(str(few))
    assert htx("check", "--figures", str(few)).code == 0


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", ["missing", "text", "empty folder"])
def test_what_is_no_table_is_told_and_an_old_file_stays(
    kind: str, engine: str, htx: Callable[..., Said], tmp_path: Path
) -> None:
    location = tmp_path / "figures.parquet"
    if kind == "text":
        location.write_text("not Parquet", encoding="utf-8")
    if kind == "empty folder":
        location.mkdir()
    output = tmp_path / "findings.parquet"
    output.write_bytes(b"old")
    said = htx("check", "--figures", str(location), "--engine", engine, "--output", str(output))
    assert said.code == 2
    assert said.err.startswith(f"htx: cannot read the figures {location}: ")
    assert "Traceback" not in said.err
    assert output.read_bytes() == b"old"


@pytest.mark.parametrize("engine", ENGINES)
def test_columns_that_are_missing_are_named(
    engine: str, htx: Callable[..., Said], tmp_path: Path
) -> None:
    location = tmp_path / "figures.parquet"
    table = pyarrow.parquet.read_table(FIGURES).drop_columns(["role", "value_low"])
    pyarrow.parquet.write_table(table, location)
    said = htx("check", "--figures", str(location), "--engine", engine)
    assert said.code == 2
    assert said.err.startswith(f"htx: {location} has no columns role, value_low; ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--memory", "lots"], "htx: --memory lots: that is no size; write 4GB, say\n"),
        (["--memory", "1MB"], "htx: --memory 1MB is not enough for this table; give it more\n"),
        (["--changed", "HEAD"], "htx: --changed: not together with --figures\n"),
        (["--format", "json", "--all"], "htx: --all, --format: not together with --figures\n"),
    ],
)
def test_options_that_cannot_be_are_refused(
    arguments: list[str], told: str, htx: Callable[..., Said]
) -> None:
    said = htx("check", "--figures", str(FIGURES), *arguments)
    assert (said.code, said.err) == (2, told)


def test_options_of_a_table_are_refused_without_one(htx: Callable[..., Said]) -> None:
    said = htx("check", "--engine", "polars", "--memory", "1GB")
    assert (said.code, said.err) == (
        2,
        "htx: --engine, --memory: only together with --figures\n",
    )


def test_an_address_that_nothing_installed_reads_is_told(htx: Callable[..., Said]) -> None:
    said = htx("check", "--figures", "no-such-scheme://bucket/figures.parquet")
    assert said.code == 2
    assert said.err.startswith("htx: cannot read the figures no-such-scheme://bucket/")


def test_an_address_is_read_by_what_fsspec_has_for_it(
    htx: Callable[..., Said], tmp_path: Path
) -> None:
    output = tmp_path / "findings.parquet"
    htx("check", "--figures", f"file://{FIGURES}", "--output", str(output))
    assert pyarrow.parquet.read_table(output).to_pylist() == published()
