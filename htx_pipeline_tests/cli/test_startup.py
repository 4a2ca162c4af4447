"""What is imported when: start-up counts, and is measured by what it loads, not by a clock."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import htx_pipeline

HTX = Path(sys.executable).with_name("htx")


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize("module", ["htx_pipeline", "htx_pipeline.cli"])
def test_the_package_and_its_commands_load_nothing_heavy(module: str) -> None:
    heavy = {"pandas", "numpy", "pyarrow", "pandera", "dagster", "pydantic", "babel", "rich"}
    assert loaded_by(f"import {module}") & heavy == set()


def test_the_core_does_not_load_dagster() -> None:
    assert "dagster" not in loaded_by("import htx_pipeline.release, htx_pipeline.curation")


def test_the_code_location_does_not_load_great_expectations() -> None:
    loaded = loaded_by("import htx_pipeline.definitions")
    assert "dagster" in loaded
    assert "great_expectations" not in loaded


def test_the_command_tells_its_version_and_commands() -> None:
    version = subprocess.run([HTX, "--version"], capture_output=True, text=True, check=True)
    assert htx_pipeline.__version__ in version.stdout
    told = subprocess.run([HTX, "--help"], capture_output=True, text=True, check=True)
    for command in ("build", "check", "verify"):
        assert f"  {command} " in told.stdout
