"""``.ci/install`` on a system that has nothing but a pretended apt-get."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

INSTALL = Path(__file__).parents[2] / ".ci" / "install"
NEEDED = ("bash", "env", "mktemp", "rm", "tail")


@dataclass(frozen=True)
class System:
    """A folder that is all there is to ``PATH``."""

    programs: Path

    def add(self, name: str, script: str = "") -> None:
        program = self.programs / name
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)

    def install(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.programs / "bash", INSTALL],
            env={"PATH": str(self.programs)},
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    @property
    def calls(self) -> list[str]:
        log = self.programs / "calls"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


@pytest.fixture
def system(tmp_path: Path) -> System:
    """Root's, without a browser, a proxy or fonts."""
    for name in NEEDED:
        found = shutil.which(name)
        assert found is not None
        (tmp_path / name).symlink_to(found)
    system = System(tmp_path)
    system.add("id", "echo 0")
    system.add("install")
    system.add("apt-get", f'echo "$@" >>{tmp_path}/calls')
    return system


def test_what_is_missing_is_installed(system: System) -> None:
    done = system.install()
    assert done.returncode == 0, done.stderr
    update, install = system.calls
    assert update.endswith(" update")
    assert {"chromium", "caddy", "fontconfig", "fonts-dejavu-core"} <= set(install.split())
    assert not done.stdout


def test_what_is_there_is_not_installed_again(system: System) -> None:
    system.add("chromium")
    system.add("fc-list", "echo DejaVu Sans")
    system.install()
    _, install = system.calls
    assert "caddy" in install.split()
    assert not {"chromium", "fonts-dejavu-core"} & set(install.split())


def test_a_failure_says_what_could_not_be_installed_and_why(system: System) -> None:
    system.add("apt-get", "echo no route to the archive; exit 100")
    done = system.install()
    assert done.returncode == 1
    assert "no route to the archive" in done.stderr
    assert "could not install: chromium" in done.stderr


def test_without_root_or_sudo_nothing_is_tried(system: System) -> None:
    system.add("id", "echo 1000")
    done = system.install()
    assert done.returncode == 1
    assert "needs root" in done.stderr
    assert not system.calls


def test_without_apt_it_says_what_to_install_by_hand(system: System) -> None:
    (system.programs / "apt-get").unlink()
    done = system.install()
    assert done.returncode == 1
    assert "install by hand: chromium" in done.stderr
