"""``htx check --figures … --before … --findings …``: only what has changed is examined again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet
import pytest

from htx_pipeline.figures import READINGS
from htx_pipeline_tests.building import figures, printed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from htx_pipeline_tests.cli.conftest import Said

VILLAGE = "VN-01/xã Suối Tre"


def written(path: Path, stopped: str) -> Path:
    """Figures of two areas; the province contradicts itself, the village as ``stopped`` has it."""
    wrong = [printed("10"), printed("6", status="active"), printed("3", status="stopped")]
    village = [printed("10"), printed("6", status="active"), printed(stopped, status="stopped")]
    frame = figures(*wrong, *(one | {"area_code": VILLAGE} for one in village))
    pyarrow.parquet.write_table(READINGS.to_arrow(frame), path)
    return path


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_the_file_is_that_of_a_check_of_everything(
    engine: str, htx: Callable[..., Said], tmp_path: Path
) -> None:
    old, new = written(tmp_path / "old.parquet", "4"), written(tmp_path / "new.parquet", "5")
    was, full, found = (tmp_path / f"{name}.findings" for name in ("was", "full", "found"))
    htx("check", "--figures", str(old), "--output", str(was))
    everything = htx("check", "--figures", str(new), "--output", str(full))
    call = ("check", "--figures", str(new), "--engine", engine, "--output", str(found))
    said = htx(*call, "--before", str(old), "--findings", str(was))
    assert (said.code, said.err) == (1, "")
    first, rest = said.out.split("\n", 1)
    assert first == "areas with other figures than before, examined again: 1"
    assert rest.replace(str(found), str(full)) == everything.out
    assert found.read_bytes() == full.read_bytes()
    again = htx(*call, "--before", str(new), "--findings", str(found), "--lang", "vi")
    assert again.out.startswith("địa bàn có số liệu khác trước, được xem lại: 0\n")
    assert found.read_bytes() == full.read_bytes()


def test_findings_that_are_none_are_refused(htx: Callable[..., Said], tmp_path: Path) -> None:
    old = written(tmp_path / "old.parquet", "4")
    said = htx("check", "--figures", str(old), "--before", str(old), "--findings", str(old))
    assert said.code == 2
    assert said.err.startswith(f"htx: --findings {old}: not a file that htx check")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--before", "old"], "htx: --before: only together with --findings\n"),
        (["--findings", "old"], "htx: --findings: only together with --before\n"),
    ],
)
def test_one_is_of_no_use_without_the_other(
    arguments: list[str], told: str, htx: Callable[..., Said]
) -> None:
    said = htx("check", "--figures", "new", *arguments)
    assert (said.code, said.err) == (2, told)
