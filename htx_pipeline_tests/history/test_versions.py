"""What a caller may compare: releases, folders of older versions, git revisions, days."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyarrow import parquet

from htx_pipeline.curation import CONTRACTS
from htx_pipeline.errors import ReleaseError, UsageError
from htx_pipeline.history.versions import Version, at_hand, open_version
from htx_pipeline.reader import open_release
from htx_pipeline_tests.history.small_releases import own_tables, own_tables_on
from htx_pipeline_tests.reader.releases import write_release

if TYPE_CHECKING:
    from collections.abc import Callable


def git(folder: Path, *arguments: str) -> str:
    named = ("-c", "user.name=reader", "-c", "user.email=reader@example.org")
    done = subprocess.run(
        ["git", *named, *arguments],  # noqa: S607
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's own settings of git, and no repository around the temporary folder."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def curated(tmp_path: Path) -> Path:
    """A folder of tables as older versions wrote it: without a manifest."""
    folder = tmp_path / "data" / "curated"
    folder.mkdir(parents=True)
    for name, table in own_tables().items():
        parquet.write_table(table, folder / f"{name}.parquet")
    return folder


@pytest.fixture(scope="module")
def release_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the repository's own tables."""
    return write_release(tmp_path_factory.mktemp("data") / "curated")


@pytest.fixture
def committed(curated: Path, tmp_path: Path) -> Path:
    """The same, committed; after which one table has gone and another is damaged."""
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "as it is")
    (curated / "unions.parquet").unlink()
    (curated / "groups.parquet").write_bytes(b"no table")
    return curated


def no_folder() -> Path:
    raise AssertionError("the data folder is not asked for")


def opened(given: str, folder: Callable[[], Path]) -> Version:
    """Both the release at hand and the checkout are at ``folder``."""
    return open_version(given, folder, folder)


def test_a_folder_without_a_manifest_is_read_in_the_order_of_presentation(curated: Path) -> None:
    (curated / "older.parquet").write_bytes((curated / "unions.parquet").read_bytes())
    found = opened("data/curated", no_folder)
    assert found.name == "data/curated"
    assert list(found.tables) == [*(contract.name for contract in CONTRACTS), "older"]
    assert found.tables["cooperatives"].equals(own_tables()["cooperatives"], check_metadata=True)


def test_a_commit_is_read_as_it_was(committed: Path) -> None:
    found = opened("HEAD", lambda: committed)
    assert dict(found.tables) == own_tables()
    assert found.name == "HEAD"


def test_a_commit_is_read_where_the_folder_has_gone_since(committed: Path) -> None:
    for path in committed.iterdir():
        path.unlink()
    committed.rmdir()
    assert dict(opened("HEAD", lambda: committed).tables) == own_tables()


def test_a_git_directory_of_a_hook_is_not_taken_for_that_of_the_data(
    committed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert dict(opened("HEAD", lambda: committed).tables) == own_tables()


def test_a_commit_without_the_folder_says_so(committed: Path, tmp_path: Path) -> None:
    git(tmp_path, "rm", "--quiet", "-r", "--cached", "data")
    git(tmp_path, "commit", "--quiet", "--message", "gone")
    with pytest.raises(ReleaseError, match=r"git revision HEAD has no curated/\*\.parquet"):
        opened("HEAD", lambda: committed)


@pytest.mark.parametrize("given", ["nowhere", "--all", "HEAD:data", "9999999"])
def test_what_is_nothing_says_so(committed: Path, given: str) -> None:
    with pytest.raises(UsageError, match="is no folder and no day"):
        opened(given, lambda: committed)


def test_without_a_repository_a_revision_says_so(curated: Path) -> None:
    with pytest.raises(UsageError, match="not in a git checkout"):
        opened("HEAD", lambda: curated)


def test_without_git_a_revision_says_so(curated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="git is not installed"):
        opened("HEAD", lambda: curated)


def test_a_damaged_file_is_named(committed: Path) -> None:
    with pytest.raises(ReleaseError, match=r"groups\.parquet: no Parquet"):
        opened(str(committed), no_folder)


def test_an_empty_folder_and_a_file_are_no_release(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(ReleaseError, match=r"neither manifest\.json nor any Parquet"):
        opened("empty", no_folder)
    with pytest.raises(UsageError, match="name the folder that holds the tables"):
        opened("file", no_folder)


def test_a_day_reads_what_was_known(release_folder: Path) -> None:
    found = opened("2022-06-30", lambda: release_folder)
    assert dict(found.tables) == own_tables_on(dt.date(2022, 6, 30))


def test_a_release_is_read_as_its_manifest_says(release_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    shutil.copytree(release_folder, folder)
    assert dict(opened("release", no_folder).tables) == own_tables()
    assert dict(opened(folder.as_uri(), no_folder).tables) == own_tables()
    with (folder / "groups.parquet").open("ab") as file:
        file.write(b"more")
    with pytest.raises(ReleaseError, match=r"groups\.parquet"):
        opened("release", no_folder)


def test_a_day_wins_over_a_folder_and_a_folder_over_a_revision(
    committed: Path, release_folder: Path, tmp_path: Path
) -> None:
    for name in ("2022-06-30", "HEAD"):
        (tmp_path / name).mkdir()
    with pytest.raises(ReleaseError, match=r"HEAD: neither manifest\.json"):
        opened("HEAD", lambda: committed)
    found = opened("2022-06-30", lambda: release_folder)
    assert found.tables["reports"].num_rows == 2


@pytest.mark.parametrize(
    ("day", "said"),
    [("2022-13-01", "is no day"), ("2019-12-31", "the first report was issued on 2021-04-28")],
)
def test_a_day_that_is_none_or_too_early_says_so(release_folder: Path, day: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        opened(day, lambda: release_folder)


def test_without_a_data_folder_days_and_the_current_release_are_those_at_hand(
    release_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTX_RELEASE", str(release_folder))
    found = open_version("2022-06-30", lambda: None, no_folder)
    assert dict(found.tables) == own_tables_on(dt.date(2022, 6, 30))
    now = at_hand()
    assert now.name == open_release(release_folder).id
    assert dict(now.tables) == own_tables()


def test_a_day_needs_a_release(curated: Path) -> None:
    with pytest.raises(ReleaseError, match=r"manifest\.json"):
        opened("2022-06-30", lambda: curated)


def test_an_address_is_opened_as_a_release(tmp_path: Path) -> None:
    address = (tmp_path / "nothing").as_uri()
    with pytest.raises(ReleaseError, match=r"manifest\.json"):
        opened(address, no_folder)
