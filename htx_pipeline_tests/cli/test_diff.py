"""``htx diff``: two releases, revisions or days, as its user calls it."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from pyarrow import parquet

from htx_pipeline import folder
from htx_pipeline.curation import CONTRACTS
from htx_pipeline.errors import ReleaseError, UsageError
from htx_pipeline.reader import open_release, places
from htx_pipeline_tests.cli.test_changed import commit, git
from htx_pipeline_tests.history.small_releases import own_tables_on
from htx_pipeline_tests.reader.releases import write_release

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pyarrow

    from htx_pipeline_tests.cli.conftest import Said
    from htx_pipeline_tests.conftest import RawFolder

    Htx = Callable[..., Said]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the repository's own tables as this software builds them."""
    return write_release(tmp_path_factory.mktemp("built") / "curated")


@pytest.fixture
def htx(small: Htx, raw: RawFolder, built: Path) -> Htx:
    """``htx`` in front of that release; the folder ``older`` holds what was known of it before the
    news of 2025."""
    data = raw.path.parent
    shutil.copytree(built, data / "curated")
    write(own_tables_on(dt.date(2023, 12, 31)), data.parent / "older")
    return small


def write(tables: Mapping[str, pyarrow.Table], into: Path) -> None:
    into.mkdir()
    for name, table in tables.items():
        parquet.write_table(table, into / f"{name}.parquet")


def test_between_two_days_the_plan_for_2024_becomes_known(htx: Htx) -> None:
    said = htx("diff", "2022-06-30", "2023-07-31", "--lang", "en")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("2022-06-30 → 2023-07-31\n")
    assert "new report lai-chau-2024-plan" in said.out
    assert "software" not in said.out
    assert "lai-chau-2025-news" not in said.out


def test_without_new_it_is_the_current_release(htx: Htx) -> None:
    said = htx("diff", "older", "--table", "observations", "--lang", "vi")
    assert said.out.startswith("older → data/curated\n")
    assert "10 dòng thêm: báo cáo mới lai-chau-2025-news" in said.out


def test_a_commit_is_compared_with_what_is_built_since(htx: Htx, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    assert htx("diff", "HEAD", "--exit-code").out == "HEAD → data/curated\nNo difference.\n"
    (tmp_path / "older" / "unions.parquet").unlink()
    said = htx("diff", "HEAD", "older", "--exit-code", "--lang", "en")
    assert said.code == 1
    assert "Unions of cooperatives (unions)\n  table removed\n" in said.out


def test_without_a_data_folder_it_is_the_release_at_hand(
    htx: Htx, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(tmp_path / "data")
    monkeypatch.setattr(folder, "__file__", str(tmp_path / "htx_pipeline" / "folder.py"))
    monkeypatch.setattr(places, "_at_hand", lambda: built)
    current = open_release(built).id
    assert htx("diff", "older", "--lang", "en").out.startswith(f"older → {current}\n")
    assert htx("diff", "2022-06-30", "2023-07-31").code == 0
    said = htx("diff", "older", "--data", "nowhere")
    assert (said.code, said.out) == (UsageError.exit_code, "")
    monkeypatch.setenv("HTX_DATA", "nowhere")
    assert htx("diff", "older").code == UsageError.exit_code


def test_htx_release_names_the_current_release_unless_data_is_given(
    htx: Htx, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(tmp_path / "data" / "curated")
    monkeypatch.setenv("HTX_RELEASE", str(built))
    assert htx("diff", "older").out.startswith(f"older → {open_release(built).id}\n")
    assert htx("diff", "older", "--data", "data").code == ReleaseError.exit_code


def test_an_address_of_no_archive_is_told_without_a_traceback(htx: Htx, tmp_path: Path) -> None:
    (tmp_path / "notes.zip").write_text("no archive", encoding="utf-8")
    said = htx("diff", "zip://::notes.zip", "--lang", "en")
    assert (said.code, said.out) == (ReleaseError.exit_code, "")
    assert said.err == (
        "htx: zip://::notes.zip: cannot be opened: BadZipFile: File is not a zip file\n"
    )


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--exit-code",), 1)])
def test_a_difference_fails_only_when_asked(htx: Htx, options: tuple[str, ...], code: int) -> None:
    assert htx("diff", "older", *options).code == code


def test_two_folders_are_compared_without_a_data_folder(htx: Htx, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "data" / "curated", tmp_path / "other")
    shutil.rmtree(tmp_path / "data" / "raw")
    said = htx("diff", "data/curated", "other", "--data", "nowhere")
    assert (said.code, said.out) == (0, "data/curated → other\nNo difference.\n")


def test_json_is_one_document_of_all_tables(htx: Htx) -> None:
    read = json.loads(htx("diff", "older", "--format", "json").out)
    assert read["format"] == 1
    assert [table["table"] for table in read["tables"]] == [one.name for one in CONTRACTS]


def test_a_file_takes_the_document_and_the_summary_is_shown(htx: Htx, tmp_path: Path) -> None:
    said = htx("diff", "older", "--format", "markdown", "--output", "out/diff.md")
    assert said.out.startswith("older → data/curated\n  reports")
    told = (tmp_path / "out" / "diff.md").read_bytes().decode("utf-8")
    assert told.startswith("### older → data/curated\n\n| table |")
    assert told.endswith("\n")
    assert "\r" not in told


def test_an_unknown_table_names_the_nearest(htx: Htx) -> None:
    said = htx("diff", "older", "--table", "cooperative")
    assert said.code == UsageError.exit_code
    assert "cooperatives" in said.err


def test_what_is_nothing_says_so_in_the_language_of_the_call(
    htx: Htx, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    said = htx("diff", "nowhere", "--lang", "vi")
    assert (said.code, said.out) == (UsageError.exit_code, "")
    assert "không phải thư mục, không phải ngày" in said.err


def test_without_a_current_release_it_says_so(htx: Htx, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "data" / "curated")
    said = htx("diff", "older", "--lang", "en")
    assert said.code == ReleaseError.exit_code
    assert "neither manifest.json nor any Parquet file in it" in said.err


def test_the_help_says_what_wins(htx: Htx) -> None:
    said = " ".join(htx("diff", "--help").out.split())
    assert "A day wins over a path, a path that exists over a revision." in said


def test_the_same_call_says_the_same_bytes(htx: Htx) -> None:
    calls = {htx("diff", "older", "--format", "json").out for _ in range(2)}
    assert len(calls) == 1
    assert os.sep + "tmp" not in calls.pop()
