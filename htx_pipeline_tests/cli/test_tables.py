"""``htx tables``: a folder of tables is whole, and only ever replaces one of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet
import pytest

import htx_pipeline as package
from htx_pipeline.figures import READINGS
from htx_pipeline_tests.building import figures, printed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from htx_pipeline_tests.cli.conftest import Said


@pytest.fixture
def location(tmp_path: Path) -> Path:
    """Three figures that contradict each other."""
    frame = figures(printed("10"), printed("6", status="active"), printed("3", status="stopped"))
    path = tmp_path / "figures.parquet"
    pyarrow.parquet.write_table(READINGS.to_arrow(frame), path)
    return path


def test_it_builds_tables_that_load_reads(
    htx: Callable[..., Said], location: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "tables"
    said = htx("tables", "--figures", str(location), "--output", str(folder), "--by-year")
    assert (said.code, said.err) == (0, "")
    assert "observations: 3\n" in said.out
    assert said.out.endswith("3 figures, 12 tables in new/tables\n")
    found = package.load("observations", release=folder)
    assert found["value"].tolist() == [10, 6, 3]
    assert all(package.load("figures", release=folder)["finding_ids"])
    assert sorted(path.name for path in folder.parent.iterdir()) == [".tables.lock", "tables"]


def test_only_the_tables_that_are_named_are_built(
    htx: Callable[..., Said], location: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "tables"
    call = ("tables", "--figures", str(location), "--output", str(folder), "--engine", "polars")
    htx(*call)
    said = htx(*call, "groups", "findings", "--lang", "vi")
    assert said.out.endswith("3 số liệu, 2 bảng trong tables\n")
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["findings.parquet", "groups.parquet", "manifest.json"]


def test_what_it_did_not_make_is_not_replaced(
    htx: Callable[..., Said], location: Path, tmp_path: Path
) -> None:
    release = tmp_path / "data" / "curated"
    before = sorted(release.iterdir())
    for folder in (release, tmp_path / "data"):
        said = htx("tables", "--figures", str(location), "--output", str(folder))
        assert said.code == 2
        assert "is not replaced" in said.err
    assert sorted(release.iterdir()) == before


def test_what_cannot_be_read_leaves_the_folder_as_it_was(
    htx: Callable[..., Said], location: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "tables"
    htx("tables", "--figures", str(location), "--output", str(folder), "unions")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    table = pyarrow.parquet.read_table(location)
    pyarrow.parquet.write_table(table.drop_columns(["note"]), location)
    said = htx("tables", "--figures", str(location), "--output", str(folder))
    assert said.code == 2
    assert "has no column note" in said.err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_tables_that_figures_do_not_give_are_named(
    htx: Callable[..., Said], location: Path, tmp_path: Path
) -> None:
    call = ("tables", "--figures", str(location), "--output", str(tmp_path / "tables"))
    said = htx(*call, "lineage")
    assert said.code == 2
    assert "not built from figures: lineage; there are: observations" in said.err
