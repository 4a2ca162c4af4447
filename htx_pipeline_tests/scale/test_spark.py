"""``htx check --engine spark``: on a cluster the same findings, to the byte."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pyarrow.compute
import pyarrow.parquet
import pytest

from htx_pipeline.__about__ import __version__
from htx_pipeline.model import Outcome
from htx_pipeline.rules.screening import Region, Screened
from htx_pipeline.scale import spark
from htx_pipeline.scale.engines import opened
from htx_pipeline_tests.scale.conftest import installed

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "data" / "curated" / "figures.parquet"
Htx = Callable[..., tuple[int, str, str]]


def both(
    htx: Htx, figures: Path, url: str, tmp_path: Path
) -> tuple[tuple[int, str, str], tuple[int, str, str]]:
    """What DuckDB and Spark say; asserts that both wrote the same bytes."""
    said, written = [], set()
    for engine in (["duckdb"], ["spark", "--spark-url", url]):
        output = tmp_path / "findings.parquet"
        arguments = ("--figures", str(figures), "--output", str(output), "--engine", *engine)
        said.append(htx("check", *arguments))
        written.add(output.read_bytes())
        output.unlink()
    assert len(written) == 1
    return said[0], said[1]


def test_the_published_figures_have_the_same_findings(
    htx: Htx, master: str, tmp_path: Path
) -> None:
    duckdb, there = both(htx, FIGURES, master, tmp_path)
    assert there == duckdb
    assert there[0] == 1
    assert there[2] == ""  # neither Spark nor Java says a word


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = importlib.util.spec_from_file_location("national", ROOT / "benchmarks" / "national.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    path = tmp_path_factory.mktemp("national") / "figures.parquet"
    assert module.write(path, 1_000_000, 33_000) >= 1_000_000
    return path


def test_a_million_figures_have_the_same_findings(
    htx: Htx, master: str, national: Path, tmp_path: Path
) -> None:
    duckdb, there = both(htx, national, master, tmp_path)
    assert there == duckdb
    assert "56 contradictions" in there[1]


def few(path: Path, *, indicator: str = "members", rows: int | None = None) -> Path:
    """Some of the published figures."""
    table = pyarrow.parquet.read_table(FIGURES)
    table = table.filter(pyarrow.compute.field("indicator") == indicator)
    pyarrow.parquet.write_table(table[:rows], path)
    return path


def test_spark_connect_gives_the_same_findings(htx: Htx, server: str, tmp_path: Path) -> None:
    duckdb, there = both(htx, few(tmp_path / "few.parquet"), server, tmp_path)
    assert there == duckdb


def test_a_file_name_may_have_blanks_and_letters_and_a_folder_may_be_partitioned(
    tmp_path: Path,
) -> None:
    installed()
    folder = tmp_path / "số liệu" / "period=2021-12-31"
    folder.mkdir(parents=True)
    few(folder / "a.parquet", rows=3)
    (folder / "read me.txt").write_text("no table", encoding="utf-8")
    with opened(str(folder.parent), "spark", spark_url="local[1]") as frame:
        assert frame.count() == 3
        assert dict(frame.dtypes)["period"] == "string"


@pytest.mark.parametrize("kind", ["missing", "text", "empty folder"])
def test_what_is_no_table_is_told_and_an_old_file_stays(
    kind: str, htx: Htx, tmp_path: Path
) -> None:
    installed()
    location = tmp_path / "figures.parquet"
    if kind == "text":
        location.write_text("not Parquet", encoding="utf-8")
    if kind == "empty folder":
        location.mkdir()
    output = tmp_path / "findings.parquet"
    output.write_bytes(b"old")
    arguments = ("--figures", str(location), "--output", str(output), "--engine", "spark")
    code, out, err = htx("check", *arguments, "--spark-url", "local[1]")
    assert (code, out) == (2, "")
    assert err.startswith(f"htx: cannot read the figures {location}: ")
    assert "Traceback" not in err
    assert output.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1 + (kind != "missing")


def test_columns_that_are_missing_are_named(htx: Htx, tmp_path: Path) -> None:
    installed()
    location = tmp_path / "figures.parquet"
    table = pyarrow.parquet.read_table(FIGURES).drop_columns(["role", "value_low"])
    pyarrow.parquet.write_table(table, location)
    arguments = ("--figures", str(location), "--engine", "spark", "--spark-url", "local[1]")
    code, _, err = htx("check", *arguments)
    assert code == 2
    assert err.startswith(f"htx: {location} has no columns role, value_low; ")


@pytest.mark.parametrize("scheme", ["spark", "sc"])
@pytest.mark.parametrize("kind", ["nobody", "somebody else"])
def test_a_cluster_that_does_not_answer_is_told_soon(
    scheme: str, kind: str, htx: Htx, monkeypatch: pytest.MonkeyPatch
) -> None:
    if (scheme, kind) == ("spark", "somebody else"):
        pytest.skip("Spark itself gives up, after a minute")
    installed()
    monkeypatch.setattr(spark, "_PATIENCE", 1.0)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        url = f"{scheme}://127.0.0.1:{other.getsockname()[1]}"
        if kind == "somebody else":
            other.listen()
        begun = time.monotonic()
        code, _, err = htx(
            "check", "--figures", str(FIGURES), "--engine", "spark", "--spark-url", url
        )
    assert time.monotonic() - begun < 30
    assert code == 2
    assert err.startswith(f"htx: --spark-url {url}: cannot work with this Spark cluster: ")


def test_who_stops_it_finds_nothing_half_written(tmp_path: Path) -> None:
    installed()
    output = tmp_path / "new" / "findings.parquet"
    program = [str(Path(sys.executable).with_name("htx")), "check", "--figures", str(FIGURES)]
    options = ["--engine", "spark", "--spark-url", "local[1]", "--output", str(output)]
    heeds = ["env", "--default-signal=INT"]  # who runs tests in the background has it ignored
    local = tmp_path / "local"
    local.mkdir()
    with subprocess.Popen(
        [*heeds, *program, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"SPARK_LOCAL_DIRS": str(local)},
    ) as process:
        while process.poll() is None and not any(local.iterdir()):
            time.sleep(0.1)  # until Spark works, which takes longer by far than to get there
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert (out, err.strip()) == ("", "htx: stopped")
    assert not output.parent.exists()


def test_a_master_that_there_is_no_such_kind_of_is_told(htx: Htx) -> None:
    installed()
    arguments = ("--figures", str(FIGURES), "--engine", "spark", "--spark-url", "sparks")
    code, _, err = htx("check", *arguments)
    assert code == 2
    assert err.startswith("htx: --spark-url sparks: cannot work with this Spark cluster: ")


def test_without_pyspark_it_is_told_what_to_install(
    htx: Htx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    code, _, err = htx("check", "--figures", str(FIGURES), "--engine", "spark")
    assert code == 2
    assert err.startswith("htx: --engine spark needs the package pyspark, which is not installed: ")
    assert err.endswith("pip install htx_pipeline[spark]\n")


def test_without_java_it_is_told_what_to_install(
    htx: Htx, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("java") is None
    code, _, err = htx("check", "--figures", str(FIGURES), "--engine", "spark", "--lang", "vi")
    assert code == 2
    assert err.startswith("htx: --engine spark cần Java 17 trở lên, không tìm thấy; ")


def test_an_address_of_a_cluster_is_refused_without_the_engine(htx: Htx) -> None:
    arguments = ("--figures", str(FIGURES), "--spark-url", "local[1]")
    code, _, err = htx("check", *arguments)
    assert (code, err) == (2, "htx: --spark-url: only together with --engine spark\n")


def batches(*areas: str) -> list[pyarrow.RecordBatch]:
    schema = pyarrow.schema([("area_code", pyarrow.string()), ("n", pyarrow.int64())])
    rows = [{"area_code": area, "n": n} for n, area in enumerate(areas)]
    table = pyarrow.Table.from_pylist(rows, schema)
    return table.to_batches(max_chunksize=2)  # type: ignore[no-any-return]


def test_areas_come_whole_and_some_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "FIGURES", 3)
    come = spark._whole_areas(batches("a", "b", "b", "b", "b", "c", "d", "d"))  # noqa: SLF001
    told = [(areas, table["n"].to_pylist()) for areas, table in come]
    assert told == [(["a", "b"], [0, 1, 2, 3, 4]), (["c", "d"], [5, 6, 7])]
    assert list(spark._whole_areas([])) == []  # noqa: SLF001


def test_what_executors_say_comes_as_they_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = pyarrow.parquet.read_table(FIGURES.with_name("findings.parquet"))[:2]
    counts = {"broken": {Outcome.ERROR: 1, Outcome.PASS: 2}}
    asked = []

    def examined(figures: pyarrow.Table, screened: Screened, _rules: object) -> object:
        asked.append((figures["n"].to_pylist(), screened.regions))
        return counts, found

    monkeypatch.setattr(spark, "examined", examined)
    regions = tuple(Region(area, "") for area in ("a", "b", "elsewhere"))
    task = spark._Task(Screened(regions, {}, ()), (), __version__)  # noqa: SLF001
    sent = pyarrow.Table.from_batches(spark._look(batches("a", "b", "b"), task=task))  # noqa: SLF001
    assert asked == [([0, 1, 2], regions[:2])]
    ((told, rows),) = spark._received(sent)  # noqa: SLF001
    assert told == counts
    assert rows.equals(found, check_metadata=True)


def test_an_executor_of_another_version_refuses() -> None:
    task = spark._Task(Screened((), {}, ()), (), "0.0.0")  # noqa: SLF001
    with pytest.raises(RuntimeError, match=r"^the worker has htx_pipeline .*, not 0\.0\.0$"):
        next(spark._look([], task=task))  # noqa: SLF001
