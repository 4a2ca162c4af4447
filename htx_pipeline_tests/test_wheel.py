"""The wheel, as someone gets it who has no checkout: it ships a release and reads it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

READ = """
import json
import htx_pipeline as htx

release = htx.open_release()
print(json.dumps({
    "package": htx.__file__,
    "release": release.id,
    "rows": {name: len(htx.load(name)) for name in htx.tables()},
    "early": len(htx.load("reports", as_of="2022-06-30")),
}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an installer makes of the wheel: it is unpacked, and its libraries are those here."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return folder


def test_the_wheel_ships_the_release_of_the_checkout_byte_for_byte(wheel: Path) -> None:
    curated = ROOT / "data" / "curated"
    with zipfile.ZipFile(wheel) as packed:
        shipped = {
            name.removeprefix("htx_pipeline/curated/"): packed.read(name)
            for name in packed.namelist()
            if name.startswith("htx_pipeline/curated/")
        }
    assert shipped == {path.name: path.read_bytes() for path in curated.iterdir()}


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        tops = {name.partition("/")[0] for name in packed.namelist()}
        assert "htx_pipeline/py.typed" in packed.namelist()
    assert {top for top in tops if not top.endswith(".dist-info")} == {"htx_pipeline"}


def test_every_table_is_loaded_from_the_release_that_is_installed(
    installed: Path, tmp_path: Path
) -> None:
    environment = {name: told for name, told in os.environ.items() if not name.startswith("HTX_")}
    code = f"import sys\nsys.path.insert(0, {str(installed)!r})\n{READ}"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert Path(told["package"]).is_relative_to(installed)
    manifest = json.loads((ROOT / "data" / "curated" / "manifest.json").read_text(encoding="utf-8"))
    assert told["release"] == manifest["release"]
    assert told["rows"] == {name: table["rows"] for name, table in manifest["tables"].items()}
    assert 0 < told["early"] < told["rows"]["reports"]
