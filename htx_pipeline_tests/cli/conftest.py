"""``htx`` as its user calls it, on data that a test may spoil: a copy of the repository's own, or
the small folder of the tests with one finding of each status planted in it."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from htx_pipeline import rules
from htx_pipeline.cli import main, options
from htx_pipeline.cli.check import told
from htx_pipeline.figures import read_corpus

if TYPE_CHECKING:
    from collections.abc import Callable

    from htx_pipeline.cli.faces.run import Run
    from htx_pipeline.rules import Finding
    from htx_pipeline_tests.conftest import RawFolder

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


def _in_front_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    _stand_in(folder, monkeypatch)

    def run(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["htx", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        said = capsys.readouterr()
        return Said(int(stop.value.code or 0), said.out, said.err)

    return run


def _stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for name in ("HTX_DATA", "HTX_DOCUMENTS", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(options, "chosen", {})


@pytest.fixture
def htx(
    data: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Run ``htx`` in this process in front of the temporary data folder."""
    return _in_front_of(data.root.parent, monkeypatch, capsys)


@pytest.fixture
def small(
    raw: RawFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Run ``htx`` in this process in front of the small folder of the tests."""
    return _in_front_of(raw.path.parents[1], monkeypatch, capsys)


BOOK = "so-tay-2017/figures.csv"
ACTIVE, SHARE, MEMBERS = 3, 5, 9
"""Lines of the notebook: 47 active cooperatives, their share, 1.310 members."""
GONE = "f0123456789ab"
"""The finding of a waiver that is stale."""
REASON = "The keeper lost the pages between; it stays as printed."


def reprint(raw: RawFolder, file: str, line: int, printed: str) -> None:
    """Put another print in the place of one, whatever its length."""
    end = int(raw.cell(file, line, "start")) + len(printed)
    raw.change(file, line, printed=printed, end=str(end))


def findings_of(raw: RawFolder) -> dict[str, Finding]:
    """The last finding of each rule, without waivers."""
    corpus = read_corpus(raw.path)
    found = rules.confront_all(corpus.rows, corpus.citations).evaluations
    return {f.evaluation.rule.name: f for f in rules.find(found).findings}


def waiver_of(finding: Finding, reason: str = REASON) -> str:
    """The entry of ``waivers.yml`` that leaves a finding as printed."""
    prints = {figure.figure_id: figure.printed for figure in finding.evaluation.operands}
    return waiver(finding.id, finding.evaluation.rule.name, prints, reason)


def waiver(finding: str, rule: str, prints: dict[str, str], reason: str = REASON) -> str:
    return (
        f"- finding: {finding}\n"
        f"  rule: {rule}\n"
        f"  printed: {json.dumps(prints)}\n"
        f"  reason: {json.dumps(reason)}\n"
        "  decided_on: 2018-03-01\n"
        "  decided_by: readers\n"
    )


@pytest.fixture
def market(citing: RawFolder) -> RawFolder:
    """The small folder with findings of each status.

    Open: 48 active cooperatives do not fit their share and the 5 stopped of 52, and what is wrong
    with the citations. Notice: too few members. Waived: the budget. Undecided: the change of the
    members. A stale waiver stands in line 8.
    """
    reprint(citing, BOOK, ACTIVE, "48")
    reprint(citing, BOOK, MEMBERS, "310")
    budget = findings_of(citing)["budget_lines_sum_to_heads"]
    stale = waiver(GONE, "sectors_sum_to_total", {"so-tay-2017:1": "1"})
    citing.write("waivers.yml", f"# decided\n{waiver_of(budget)}{stale}")
    return citing


@pytest.fixture
def run(market: RawFolder, monkeypatch: pytest.MonkeyPatch) -> Run:
    """What is told of ``market``."""
    _stand_in(market.path.parents[1], monkeypatch)
    return told()


@pytest.fixture
def everything(market: RawFolder, monkeypatch: pytest.MonkeyPatch) -> Run:
    """What is told of ``market`` with ``--all``."""
    _stand_in(market.path.parents[1], monkeypatch)
    return told(everything=True)


@pytest.fixture(scope="session")
def own_run() -> Run:
    """What is told of the repository's own data with ``--all``."""
    return told(REPOSITORY / "data", everything=True)
