from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from htx_pipeline.release import Inputs

if TYPE_CHECKING:
    from collections.abc import Callable

RAW = Path(__file__).parents[2] / "data" / "raw"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "raw" / "a-report").mkdir(parents=True)
    (tmp_path / "raw" / "a-report" / "figures.csv").write_bytes(b"start,end\n")
    (tmp_path / "raw" / "waivers.yml").write_bytes(b"# none\n")
    return tmp_path / "raw"


def test_every_raw_file_is_named_with_its_size_and_hash(raw: Path) -> None:
    assert Inputs.under(raw).document()["raw"] == {
        "a-report/figures.csv": {
            "bytes": 10,
            "sha256": hashlib.sha256(b"start,end\n").hexdigest(),
        },
        "waivers.yml": {"bytes": 7, "sha256": hashlib.sha256(b"# none\n").hexdigest()},
    }


def test_what_reading_passes_over_is_no_input(raw: Path) -> None:
    before = Inputs.under(raw)
    (raw / ".DS_Store").write_bytes(b"x")
    (raw / "_draft").mkdir()
    (raw / "_draft" / "figures.csv").write_bytes(b"x")
    assert Inputs.under(raw) == before


def _changed(raw: Path) -> None:
    (raw / "waivers.yml").write_bytes(b"# nine\n")


def _added(raw: Path) -> None:
    (raw / "a-report" / "legal_documents.csv").write_bytes(b"")


def _moved(raw: Path) -> None:
    (raw / "a-report").rename(raw / "b-report")


@pytest.mark.parametrize("change", [_changed, _added, _moved])
def test_another_raw_folder_has_another_fingerprint(
    raw: Path, change: Callable[[Path], None]
) -> None:
    before = Inputs.under(raw).fingerprint
    change(raw)
    assert Inputs.under(raw).fingerprint != before


@pytest.mark.parametrize("what", ["rules", "codelists", "software"])
def test_other_rules_code_lists_or_software_have_another_fingerprint(raw: Path, what: str) -> None:
    found = Inputs.under(raw)
    parts = {name: getattr(found, name) for name in ("raw", "rules", "codelists", "software")}
    assert Inputs(**parts | {what: {"another": "one"}}).fingerprint != found.fingerprint


def test_the_fingerprint_does_not_depend_on_the_hash_seed() -> None:
    code = (
        "import sys, pathlib\n"
        "from htx_pipeline.release import Inputs\n"
        "print(Inputs.under(pathlib.Path(sys.argv[1])).fingerprint)\n"
    )
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", code, str(RAW)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        )
        assert told.stdout.strip() == Inputs.under(RAW).fingerprint
