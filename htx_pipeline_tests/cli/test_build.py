from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from htx_pipeline.curation import CONTRACTS
from htx_pipeline.errors import ContractError
from htx_pipeline.release.descriptors import DESCRIPTIONS
from htx_pipeline.release.manifest import read_manifest

if TYPE_CHECKING:
    from collections.abc import Callable

    from htx_pipeline_tests.cli.conftest import Data, Said

REPOSITORY = Path(__file__).parents[2]
HTX = Path(sys.executable).with_name("htx")


def test_the_summary_names_what_went_in_and_what_came_out(htx: Callable[..., Said]) -> None:
    said = htx("build")
    assert said.code == 0
    release = read_manifest(REPOSITORY / "data" / "curated")["release"]
    assert said.out.splitlines() == [
        "5 reports, 827 numerals, all accounted for: 351 figures",
        "354 evaluations: 267 pass, 30 fail, 57 unverifiable, 0 error",
        "87 findings: 23 contradictions (23 waived, 0 open), 7 notices, 57 that cannot be decided",
        f"{len(CONTRACTS)} tables in data/curated/*.parquet: release {release}",
    ]
    assert said.err == ""


def test_a_build_gives_the_bytes_that_are_committed(htx: Callable[..., Said], data: Data) -> None:
    committed = data.hashes()
    for path in (data.root / "curated").iterdir():
        path.unlink()
    assert htx("build").code == 0
    assert data.hashes() == committed
    tables = {f"{contract.name}.parquet" for contract in CONTRACTS}
    assert set(committed) == {*tables, *DESCRIPTIONS, "validation.json", "manifest.json"}


def test_a_build_elsewhere_under_another_locale_zone_and_hash_seed_gives_the_same_bytes(
    data: Data,
) -> None:
    committed = data.hashes()
    for path in (data.root / "curated").iterdir():
        path.unlink()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(data.root.parent),
        "LC_ALL": "C",
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "4321",
    }
    done = subprocess.run(
        [HTX, "build", "--data", data.root],
        cwd=data.root.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert data.hashes() == committed


def test_an_open_contradiction_is_published_and_pointed_at(
    htx: Callable[..., Said], data: Data
) -> None:
    data.replace(
        "raw/lai-chau-2021-report/figures.csv",
        "2124,2127,,P1.I.2.3,157,HTX",
        "2124,2127,,P1.I.2.3,175,HTX",
    )
    said = htx("build")
    assert said.code == 0
    assert "25 contradictions (23 waived, 2 open)" in said.out
    assert "see: htx check" in said.out


def test_a_build_that_fails_half_way_leaves_the_release_and_no_rubbish(
    htx: Callable[..., Said], data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = data.hashes()

    def fails(*_: object) -> object:
        raise ContractError("lineage", "planted")

    monkeypatch.setattr("htx_pipeline.curation.lineage.rows", fails)
    said = htx("build")
    assert said.code == 4
    assert "table lineage breaks its contract" in said.err
    assert data.hashes() == before
    assert sorted(path.name for path in data.root.rglob("*") if path.name.startswith(".")) == []
    assert list((data.root / "staging").iterdir()) == []


def test_what_a_killed_build_has_staged_is_removed_and_not_what_another_one_stages(
    htx: Callable[..., Said], data: Data
) -> None:
    staging = data.root / "staging"
    for name in ("build-dead", "build-alive"):
        (staging / name).mkdir(parents=True)
        (staging / f"{name}.lock").touch()
    with FileLock(staging / "build-alive.lock"):
        assert htx("build").code == 0
        assert sorted(path.name for path in staging.iterdir()) == [
            "build-alive",
            "build-alive.lock",
        ]


def test_dagsters_own_log_is_shown_only_when_asked(htx: Callable[..., Said]) -> None:
    assert "STEP_SUCCESS" in htx("build", "--log").err


def test_the_summary_is_in_vietnamese_when_asked(htx: Callable[..., Said]) -> None:
    said = htx("build", "--lang", "vi")
    assert said.out.startswith("5 báo cáo, 827 con số")


def test_the_data_folder_may_be_named_by_the_environment(
    htx: Callable[..., Said], data: Data, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("HTX_DATA", str(data.root))
    assert str(data.root / "curated") in htx("build").out


def test_a_build_that_is_stopped_says_so_and_leaves_the_release(
    htx: Callable[..., Said], data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = data.hashes()

    def stops(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("htx_pipeline.curation.lineage.rows", stops)
    said = htx("build")
    assert said.code == 130
    assert said.err.strip() == "htx: stopped"
    assert data.hashes() == before


def test_a_rule_that_breaks_is_our_fault_and_releases_nothing(
    htx: Callable[..., Said], data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = data.hashes()

    def broken(*_: object, **__: object) -> object:
        raise ArithmeticError("no sum today")

    monkeypatch.setattr("htx_pipeline.rules.evaluation.right_side", broken)
    said = htx("build")
    assert said.code == 4
    assert re.search(r"rules are broken, not the data: .*sectors_sum_to_total.*nothing", said.err)
    assert "no sum today" in said.err
    assert data.hashes() == before
