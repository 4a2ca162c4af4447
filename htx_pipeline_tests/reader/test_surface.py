"""What ``import htx_pipeline as htx`` offers, and what it costs."""

from __future__ import annotations

import importlib.util
import inspect
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import htx_pipeline as htx

if TYPE_CHECKING:
    from pathlib import Path

VALIDATORS = {"dagster", "pandera", "great_expectations"}
LIBRARIES = {"pandas", "numpy", "pyarrow", "duckdb", "polars", "fsspec", "pydantic", "xlsxwriter"}


def loaded_by(code: str, release: Path | None = None) -> set[str]:
    found = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sorted(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=os.environ | ({"HTX_RELEASE": str(release)} if release else {}),
    )
    return {name.partition(".")[0] for name in found.stdout.split()}


def test_the_public_surface_is_what_it_is_meant_to_be() -> None:
    assert htx.__all__ == [
        "Printed",
        "Release",
        "__version__",
        "cite",
        "describe",
        "load",
        "open_release",
        "tables",
        "where_printed",
    ]
    parameters = {
        name: list(inspect.signature(getattr(htx, name)).parameters)
        for name in ("cite", "describe", "load", "open_release", "tables", "where_printed")
    }
    assert parameters == {
        "cite": ["figure_id", "as_of", "lang", "form", "release"],
        "describe": ["name", "lang", "release"],
        "load": ["name", "as_of", "lang", "backend", "release"],
        "open_release": ["location"],
        "tables": ["release"],
        "where_printed": ["table", "key", "column", "as_of", "release"],
    }
    assert all(getattr(htx, name).__doc__ for name in parameters)


def test_the_import_loads_no_library() -> None:
    assert loaded_by("import htx_pipeline") & (VALIDATORS | LIBRARIES) == set()


def test_reading_loads_no_validator_unless_as_of_a_day(released: Path) -> None:
    code = (
        "import htx_pipeline as htx\n"
        "htx.tables(); htx.describe('cooperatives'); htx.cite()\n"
        "htx.load('cooperatives', lang='vi')\n"
        "htx.where_printed('cooperatives', 'VN-01|2021-12-31', 'members_persons')\n"
    )
    loaded = loaded_by(code, released)
    assert "pandas" in loaded
    assert loaded & VALIDATORS == set()


def test_a_table_as_of_a_day_needs_no_dagster_and_no_gate(released: Path) -> None:
    code = "import htx_pipeline as htx\nhtx.load('unions', as_of='2022-06-30', backend='arrow')"
    loaded = loaded_by(code, released)
    assert "pandera" in loaded
    assert loaded & {"dagster", "great_expectations"} == set()


def test_no_submodule_has_a_public_name() -> None:
    """Importing it would put the module in the place of the function."""
    for name in htx.__all__:
        assert importlib.util.find_spec(f"htx_pipeline.{name}") is None
