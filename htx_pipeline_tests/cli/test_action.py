"""The GitHub action and the pre-commit hook: their commands run as they stand in the files."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from htx_pipeline.cli.check import check
from htx_pipeline.cli.faces import FORMATS
from htx_pipeline_tests.cli.conftest import (
    ACTIVE,
    BOOK,
    REPOSITORY,
    findings_of,
    reprint,
    waiver_of,
)

if TYPE_CHECKING:
    from htx_pipeline_tests.conftest import RawFolder

ACTION: dict[str, Any] = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))
(HOOK,) = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

_BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
"""How a runner calls the steps of ``shell: bash``."""
_INPUT = re.compile(r"\$\{\{ (inputs\.([a-z-]+)|github\.action_path) \}\}")
_BIN = Path(sys.executable).parent


def steps() -> dict[str, dict[str, Any]]:
    return {step["name"]: step for step in ACTION["runs"]["steps"] if "run" in step}


def run_step(name: str, folder: Path, path: str, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the commands of a step in ``folder``, with its inputs filled in as a runner does."""
    given = {key: about.get("default", "") for key, about in ACTION["inputs"].items()} | {
        key.replace("_", "-"): value for key, value in inputs.items()
    }

    def filled(found: re.Match[str]) -> str:
        return given[found[2]] if found[2] else str(REPOSITORY)

    step = steps()[name]
    assert "${{" not in step["run"], "an input in the text of a script can break out of it"
    environment = {key: _INPUT.sub(filled, value) for key, value in step["env"].items()}
    assert "${{" not in "".join(environment.values())
    return subprocess.run(
        [*_BASH, step["run"]],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@dataclass(frozen=True)
class Workspace:
    """A workspace with a data folder, in front of which the action runs."""

    raw: RawFolder

    @property
    def path(self) -> Path:
        return self.raw.path.parents[1]

    def check(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        path = f"{_BIN}{os.pathsep}{os.environ['PATH']}"
        return run_step("Confront the figures", self.path, path, **inputs)


@pytest.fixture
def workspace(raw: RawFolder) -> Workspace:
    raw.write("waivers.yml", waiver_of(findings_of(raw)["budget_lines_sum_to_heads"]))
    return Workspace(raw)


def test_every_input_is_described_and_used() -> None:
    text = (REPOSITORY / "action.yml").read_text(encoding="utf-8")
    for name, about in ACTION["inputs"].items():
        assert about["description"]
        assert isinstance(about["default"], str)
        assert f"${{{{ inputs.{name} }}}}" in text
    assert all(step["shell"] == "bash" for step in steps().values())


def test_the_formats_and_options_that_it_names_exist() -> None:
    described = ACTION["inputs"]["format"]["description"]
    assert all(form in described for form in FORMATS)
    assert ACTION["inputs"]["format"]["default"] in FORMATS
    options = {option for parameter in check.params for option in parameter.opts}
    script = steps()["Confront the figures"]["run"]
    assert set(re.findall(r"--[a-z]+", script)) <= options


def test_it_installs_the_checkout_that_it_stands_in(tmp_path: Path) -> None:
    called = tmp_path / "python"
    called.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >> "$HOME/called"\n', encoding="utf-8")
    called.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = run_step("Install htx", tmp_path, path)
    assert done.returncode == 0, done.stderr
    arguments = (tmp_path / "called").read_text(encoding="utf-8").splitlines()
    assert arguments[:3] == ["-m", "pip", "install"]
    assert arguments[-1] == str(REPOSITORY)
    assert (REPOSITORY / "pyproject.toml").is_file()


def test_figures_that_add_up_pass(workspace: Workspace) -> None:
    done = workspace.check()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 contradiction: 0 open, 1 waived")


def test_an_open_contradiction_fails_with_an_annotation_and_leaves_a_sarif_file(
    workspace: Workspace,
) -> None:
    reprint(workspace.raw, BOOK, ACTIVE, "48")
    done = workspace.check(sarif_file="out/htx.sarif", lang="vi")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"::error file=data/raw/{BOOK},line={ACTIVE},title=Đang hoạt")
    log = json.loads((workspace.path / "out" / "htx.sarif").read_text(encoding="utf-8"))
    assert log["runs"][0]["results"]


def test_input_that_cannot_be_read_fails_with_its_own_code(workspace: Workspace) -> None:
    workspace.raw.change(BOOK, ACTIVE, sector="Z")
    for inputs in ({}, {"sarif_file": "htx.sarif"}):
        done = workspace.check(**inputs)
        assert done.returncode == 3
        assert "[unknown-code]" in done.stderr
    assert not (workspace.path / "htx.sarif").exists()


def test_a_revision_that_is_given_is_compared_with(workspace: Workspace) -> None:
    done = workspace.check(changed="no such; revision")
    assert done.returncode == 2
    assert "--changed" in done.stderr
    assert "no such; revision" in done.stderr or "not in a git checkout" in done.stderr


def test_the_data_folder_may_lie_anywhere(workspace: Workspace) -> None:
    (workspace.path / "data").rename(workspace.path / "a $(folder)")
    done = workspace.check(data="a $(folder)", format="text")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("path", "matters"),
    [
        ("data/raw/lai-chau-2021-report/figures.csv", True),
        ("raw/waivers.yml", True),
        ("deep/in/it/raw/so-tay/report.yml", True),
        ("data/curated/figures.parquet", False),
        ("draw/figures.csv", False),
        ("raw/notes.csv.txt", False),
    ],
)
def test_the_hook_runs_when_raw_files_change(path: str, matters: bool) -> None:
    assert bool(re.search(HOOK["files"], path)) is matters


def test_the_hook_is_the_command(workspace: Workspace) -> None:
    assert HOOK["id"] == "htx-check"
    assert HOOK["language"] == "python"
    assert HOOK["pass_filenames"] is False
    command, *arguments = shlex.split(HOOK["entry"])
    for printed, code in (("47", 0), ("48", 1)):
        reprint(workspace.raw, BOOK, ACTIVE, printed)
        done = subprocess.run(
            [_BIN / command, *arguments, "--data", "data"],
            cwd=workspace.path,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == code, done.stderr
