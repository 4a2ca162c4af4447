from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from htx_pipeline.curation import CONTRACTS
from htx_pipeline.release.manifest import read_manifest

if TYPE_CHECKING:
    from collections.abc import Callable

    from htx_pipeline_tests.cli.conftest import Data, Said

DOCUMENTS = os.environ.get("HTX_DOCUMENTS", "")
CURATED = Path(__file__).parents[2] / "data" / "curated"
RELEASE = read_manifest(CURATED)["release"]


def test_the_release_is_what_its_raw_data_give(htx: Callable[..., Said], data: Data) -> None:
    before = data.hashes()
    said = htx("verify")
    assert said.err == ""
    assert said.code == 0
    assert said.out.startswith(f"data/curated: release {RELEASE}, {len(CONTRACTS)} tables, ")
    assert said.out.endswith(" files of data/raw give\n")
    assert data.hashes() == before
    assert sorted(path.name for path in data.root.iterdir()) == ["curated", "raw"]


def test_raw_data_that_were_changed_since_are_told_with_what_differs(
    htx: Callable[..., Said], data: Data
) -> None:
    data.replace(
        "raw/lai-chau-2021-report/figures.csv",
        "2124,2127,,P1.I.2.3,157,HTX",
        "2124,2127,,P1.I.2.3,175,HTX",
    )
    before = data.hashes()
    said = htx("verify")
    assert said.code == 1
    assert said.out == ""
    first, *others, last = said.err.splitlines()
    assert first == (
        "raw/lai-chau-2021-report/figures.csv: it is not the file that the release was made from"
    )
    assert any(
        line.startswith("cooperatives_by_sector.parquet: another content") for line in others
    )
    assert last.startswith(f"htx: data/curated: {len(others) + 1} things differ")
    assert "htx diff HEAD" in last
    assert data.hashes() == before


def test_a_damaged_release_is_told_before_anything_is_built(
    htx: Callable[..., Said], data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data.root / "curated" / "groups.parquet").write_bytes(b"")
    monkeypatch.setattr(
        "htx_pipeline.orchestration.in_process.build_in_process",
        lambda *_, **__: pytest.fail("a build began"),
    )
    said = htx("verify", "--lang", "vi")
    assert said.code == 1
    assert "groups.parquet: các byte không phải như manifest.json ghi" in said.err


def test_a_release_is_checked_on_its_own_wherever_it_lies(
    htx: Callable[..., Said], tmp_path: Path
) -> None:
    copy = shutil.copytree(CURATED, tmp_path / "downloaded")
    said = htx("verify", "--release", str(copy))
    assert said.code == 0
    assert said.out.startswith(f"downloaded: release {RELEASE}, ")
    (Path(copy) / "datapackage.json").unlink()
    said = htx("verify", "--release", str(copy))
    assert said.code == 1
    assert said.err.splitlines() == [
        "datapackage.json: this file is missing",
        "htx: downloaded: 1 thing differs from what the release says",
    ]


def test_a_folder_that_is_no_release_is_told(htx: Callable[..., Said], tmp_path: Path) -> None:
    said = htx("verify", "--release", str(tmp_path))
    assert said.code == 3
    assert "there is no such file, so this is no release" in said.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--release", ".", "--documents", "."), "do not go together"),
        (("--report", "x"), "--report needs --documents"),
    ],
)
def test_options_that_do_not_go_together_are_a_wrong_call(
    htx: Callable[..., Said], arguments: tuple[str, ...], told: str
) -> None:
    said = htx("verify", *arguments)
    assert said.code == 2
    assert told in said.err


def test_a_folder_that_is_not_there_is_a_wrong_call(htx: Callable[..., Said]) -> None:
    said = htx("verify", "--documents", "nowhere")
    assert said.code == 2
    assert "nowhere: no such folder" in said.err


def test_every_missing_document_is_told(htx: Callable[..., Said], tmp_path: Path) -> None:
    said = htx("verify", "--documents", str(tmp_path))
    assert said.code == 3
    assert said.err.count("[missing-document]") == 5


@pytest.mark.skipif(not DOCUMENTS, reason="the documents are not here: set HTX_DOCUMENTS")
def test_the_raw_data_is_what_the_documents_print(htx: Callable[..., Said]) -> None:
    said = htx("verify", "--documents", DOCUMENTS)
    assert said.code == 0
    assert said.out == "5 documents, 827 numerals: as data/raw says\n"


def test_one_report_may_be_verified_alone(htx: Callable[..., Said], tmp_path: Path) -> None:
    said = htx("verify", "--documents", str(tmp_path), "--report", "lai-chau-2023-news")
    assert said.code == 3
    assert "lai-chau-2023-news.txt" in said.err
    assert said.err.count("[missing-document]") == 1


def test_a_report_that_is_not_registered_is_a_wrong_call(
    htx: Callable[..., Said], tmp_path: Path
) -> None:
    said = htx("verify", "--documents", str(tmp_path), "--report", "nope")
    assert said.code == 2
    assert "no report nope in data/raw" in said.err
