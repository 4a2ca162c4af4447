from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from htx_pipeline.curation.reports import REPORTS
from htx_pipeline.release.gate import docs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from htx_pipeline_tests.cli.conftest import Data, Said


@pytest.fixture(autouse=True)
def one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages of all tables take ten seconds."""
    monkeypatch.setattr(sys.modules["htx_pipeline.curation"], "CONTRACTS", (REPORTS,))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_pages_are_written_beside_the_release(htx: Callable[..., Said], data: Data) -> None:
    released = contents(data.root / "curated")
    said = htx("quality-docs")
    assert (said.code, said.err) == (0, "")
    assert said.out == "48 of 48 expectations met: data/quality-docs/index.html\n"
    index = (data.root / "quality-docs" / "index.html").read_text(encoding="utf-8")
    assert "<td>48</td><td>48</td>" in index
    assert contents(data.root / "curated") == released
    assert sorted(path.name for path in data.root.iterdir()) == ["curated", "quality-docs", "raw"]


def test_the_index_needs_no_network_and_links_each_table(
    htx: Callable[..., Said], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    assert htx("quality-docs", "--output", str(site), "--lang", "vi").code == 0
    index = (site / "index.html").read_text(encoding="utf-8")
    assert "http" not in index
    assert '<html lang="vi">' in index
    link = index.partition('<a href="')[2].partition('"')[0]
    page = (site / link).read_text(encoding="utf-8")
    assert "không được trống" in page
    assert "tệp phải khai báo cột là int64 not null" in page


def test_the_pages_do_not_tell_great_expectations_who_looks(
    htx: Callable[..., Said], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    assert htx("quality-docs", "--output", str(site)).code == 0
    pages = [text.decode() for name, text in contents(site).items() if name.endswith(".html")]
    assert len(pages) == 4
    assert not any("web-assets" in page or "dataContextId" in page for page in pages)
    assert any('src="../../../../static/images/logo-long.png"' in page for page in pages)


def test_what_is_not_met_is_told_and_shown(htx: Callable[..., Said], data: Data) -> None:
    (data.root / "curated" / "reports.parquet").unlink()
    said = htx("quality-docs")
    assert said.code == 1
    assert said.err == "reports: cannot be read, so nothing of it was checked (no such file)\n"
    assert said.out == "0 of 1 expectations met: data/quality-docs/index.html\n"
    index = (data.root / "quality-docs" / "index.html").read_text(encoding="utf-8")
    assert '<tr class="unmet"><td>reports</td>' in index


def test_pages_of_before_are_replaced_whole(htx: Callable[..., Said], data: Data) -> None:
    site = data.root / "quality-docs"
    (site / "validations").mkdir(parents=True)
    (site / "validations" / "old.html").touch()
    (site / "data_docs.html").touch()
    assert htx("quality-docs").code == 0
    assert not (site / "validations" / "old.html").exists()


def test_the_folder_that_the_caller_stands_in_is_filled_and_stays_the_same_folder(
    htx: Callable[..., Said], data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.chdir(site)
    folder = site.stat().st_ino
    for _ in range(2):
        said = htx("quality-docs", "--data", str(data.root), "--output", ".", "--lang", "en")
        assert (said.code, said.err) == (0, "")
        assert said.out == "48 of 48 expectations met: ./index.html\n"
        (site / "validations" / "old.html").touch()
    assert site.stat().st_ino == folder
    assert (site / "index.html").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "site"]


def test_pages_that_cannot_be_put_in_place_leave_those_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("new/index.html", "new/static", "site/index.html", "site/validations"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    rename = type(tmp_path).rename

    def fail(path: Path, target: Path) -> Path:
        if (path.name, target.parent.name) == ("static", "site"):
            raise OSError("no more room")
        return rename(path, target)

    monkeypatch.setattr(type(tmp_path), "rename", fail)
    before = contents(tmp_path)
    with pytest.raises(OSError, match="no more room"):
        docs._replace(tmp_path / "site", tmp_path / "new")
    assert contents(tmp_path) == before


def test_a_folder_of_something_else_is_left_alone(
    htx: Callable[..., Said], data: Data, tmp_path: Path
) -> None:
    released = contents(data.root / "curated")
    said = htx("quality-docs", "--output", str(data.root / "curated"))
    assert said.code == 2
    assert "curated: is no folder of Data Docs" in said.err
    assert contents(data.root / "curated") == released
    file = tmp_path / "notes.txt"
    file.write_text("mine", encoding="utf-8")
    assert htx("quality-docs", "--output", str(file)).code == 2
    assert file.read_text(encoding="utf-8") == "mine"


def test_without_a_release_it_says_what_to_do(htx: Callable[..., Said], data: Data) -> None:
    (data.root / "curated").rename(data.root / "elsewhere")
    said = htx("quality-docs", "--lang", "en")
    assert said.code == 3
    assert "there is no release yet; run htx build" in said.err
    assert not (data.root / "quality-docs").exists()


def test_help_says_that_pages_load_from_the_network(htx: Callable[..., Said]) -> None:
    told = " ".join(htx("quality-docs", "--help").out.split())
    assert "load styles and scripts from the network" in told
