"""``htx export``, on the repository's own release."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from click.testing import CliRunner

from htx_pipeline.cli import htx
from htx_pipeline.cli.options import chosen
from htx_pipeline.errors import ReleaseError, UsageError
from htx_pipeline.reader import open_release
from htx_pipeline_tests.reader.releases import write_release

if TYPE_CHECKING:
    from collections.abc import Iterator

HTX = Path(sys.executable).with_name("htx")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_release(tmp_path_factory.mktemp("released") / "curated")


@pytest.fixture(autouse=True)
def here(released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("HTX_RELEASE", str(released))
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    yield tmp_path
    chosen.clear()


def said(*arguments: str) -> str:
    chosen.clear()
    result = CliRunner().invoke(htx, arguments, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.stdout


def test_a_workbook_is_written_and_told_in_both_languages(here: Path, released: Path) -> None:
    release = open_release(released).id
    assert said("export", "unions", "groups", "--xlsx", "x.xlsx") == (
        f"2 tables of release {release}, sources and columns: x.xlsx\n"
    )
    assert said("export", "unions", "--xlsx", "one.xlsx", "--lang", "en") == (
        f"1 table of release {release}, sources and columns: one.xlsx\n"
    )
    assert said("export", "--xlsx", "vi.xlsx", "--lang", "vi").endswith(
        f" bảng của bản phát hành {release}, nguồn và các cột: vi.xlsx\n"
    )
    book = openpyxl.load_workbook(here / "x.xlsx")
    assert book.sheetnames == ["unions", "groups", "sources", "columns"]
    assert book["unions"]["A1"].value == "Area code"
    assert book["unions"]["A2"].value == "area_code"
    assert book.properties.created == dt.datetime.combine(
        open_release(released).known_until, dt.time()
    )
    vi = openpyxl.load_workbook(here / "vi.xlsx", read_only=True)
    assert vi["unions"]["A1"].value == "mã địa bàn"
    assert vi.sheetnames == [*open_release(released).names, "sources", "columns"]


def test_csv_files_hold_the_tables_as_known_on_a_day(here: Path) -> None:
    said("export", "targets", "--csv", "out", "--as-of", "2022-06-30", "--labels", "--lang", "vi")
    assert sorted(path.name for path in (here / "out").iterdir()) == [
        "columns.csv",
        "sources.csv",
        "targets.csv",
    ]
    text = (here / "out" / "targets.csv").read_bytes().decode("utf-8-sig")
    assert "lai-chau-2024-plan" not in text
    assert '"tỷ trọng"' in text.lower()
    assert "lai-chau-2021-report" in text


def test_nothing_is_overwritten_without_force(here: Path) -> None:
    said("export", "unions", "--xlsx", "x.xlsx")
    before = (here / "x.xlsx").read_bytes()
    with pytest.raises(UsageError, match=r"already there: x\.xlsx; use --force"):
        said("export", "groups", "--xlsx", "x.xlsx")
    assert (here / "x.xlsx").read_bytes() == before
    said("export", "groups", "--xlsx", "x.xlsx", "--force")
    assert (here / "x.xlsx").read_bytes() != before


@pytest.mark.parametrize(
    ("arguments", "said_so"),
    [
        ((), "name one of --xlsx FILE and --csv DIR"),
        (("--xlsx", "x.xlsx", "--csv", "out"), "name one of"),
        (("union", "--xlsx", "x.xlsx"), "the nearest is unions"),
        (("--xlsx", "x.xlsx", "--as-of", "2020-01-01"), "nothing is known on 2020-01-01"),
        (("--xlsx", "no/x.xlsx"), "there is no folder no"),
        (("--xlsx", ""), "name one of"),
        (("--csv", ""), "name one of"),
    ],
)
def test_a_wrong_call_writes_nothing(here: Path, arguments: tuple[str, ...], said_so: str) -> None:
    with pytest.raises(UsageError, match=said_so):
        said("export", *arguments)
    assert list(here.iterdir()) == []


def test_a_folder_that_is_no_release_is_refused(here: Path) -> None:
    with pytest.raises(ReleaseError, match="so this is no release"):
        said("export", "--xlsx", "x.xlsx", "--release", str(here))


def test_the_bytes_do_not_depend_on_clock_zone_or_hash_seed(here: Path) -> None:
    for number, zone in enumerate(("UTC", "Asia/Ho_Chi_Minh")):
        done = subprocess.run(
            [HTX, "export", "unions", "findings", "--xlsx", f"{number}.xlsx"],
            env=os.environ | {"TZ": zone, "PYTHONHASHSEED": str(number)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        os.utime(here / f"{number}.xlsx", (0, 0))
    assert (here / "0.xlsx").read_bytes() == (here / "1.xlsx").read_bytes()


def test_exit_codes_tell_a_wrong_call_from_a_broken_release(here: Path, released: Path) -> None:
    broken = here / "broken"
    broken.mkdir()
    for path in released.iterdir():
        (broken / path.name).write_bytes(path.read_bytes())
    (broken / "unions.parquet").write_bytes(b"x")
    codes = [
        subprocess.run(
            [HTX, "export", "unions", "--xlsx", "x.xlsx", *more],
            capture_output=True,
            check=False,
            timeout=60,
        ).returncode
        for more in (["--csv", "x"], ["--release", str(broken)], [])
    ]
    assert codes == [2, 3, 0]
