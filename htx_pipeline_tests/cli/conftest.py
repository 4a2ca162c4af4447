"""``htx`` as its user calls it, on a copy of the repository's data that a test may spoil."""

from __future__ import annotations

import hashlib
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from htx_pipeline.cli import main, options

if TYPE_CHECKING:
    from collections.abc import Callable

REPOSITORY = Path(__file__).parents[2]
REPORT = "raw/lai-chau-2021-report/figures.csv"


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Data:
    """A data folder in a temporary place."""

    root: Path

    def replace(self, file: str, old: str, new: str) -> int:
        """Put ``new`` where ``old`` stands first; the number of that line."""
        path = self.root / file
        before, found, after = path.read_text(encoding="utf-8").partition(old)
        assert found, f"{old!r} does not stand in {file}"
        path.write_text(before + new + after, encoding="utf-8", newline="\n")
        return before.count("\n") + 1

    def hashes(self) -> dict[str, str]:
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted((self.root / "curated").iterdir())
        }


@pytest.fixture
def data(tmp_path: Path) -> Data:
    shutil.copytree(REPOSITORY / "data" / "raw", tmp_path / "data" / "raw")
    shutil.copytree(REPOSITORY / "data" / "curated", tmp_path / "data" / "curated")
    return Data(tmp_path / "data")


@pytest.fixture
def htx(
    data: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Run ``htx`` in this process in front of the temporary data folder."""
    monkeypatch.chdir(data.root.parent)
    for name in ("HTX_DATA", "HTX_DOCUMENTS", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(options, "chosen", {})

    def run(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["htx", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        said = capsys.readouterr()
        return Said(int(stop.value.code or 0), said.out, said.err)

    return run
