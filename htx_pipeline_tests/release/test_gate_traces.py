"""The gate leaves nothing behind: no file, no connection, no change of the process it runs in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CURATED = Path(__file__).parents[2] / "data" / "curated"
FORBIDDEN = """
import sys

def refuse(event, arguments):
    if event.startswith("socket.") and event != "socket.gethostname":
        raise RuntimeError(f"the gate does {event}")

sys.addaudithook(refuse)
"""
CHECK = """
from pathlib import Path
from htx_pipeline.release.gate import check
from htx_pipeline.curation.reports import REPORTS
before = state()
verdict = check(Path(sys.argv[1]), [REPORTS])
assert verdict.passed and verdict.evaluated > 40, verdict.failures
assert state() == before, [(a, b) for a, b in zip(before, state()) if a != b]
sys.stdout.buffer.write(verdict.result)
"""
STATE = """
import decimal, locale, logging, os, signal, sys, threading, warnings
import numpy, pandas

def state():
    loggers = logging.root.manager.loggerDict
    return [
        dict(os.environ),
        os.getcwd(),
        [str(one) for one in warnings.filters],
        warnings.showwarning is shown,
        (logging.root.level, list(logging.root.handlers), logging.root.manager.disable),
        {name: (loggers[name].level, len(loggers[name].handlers)) for name in known
         if isinstance(loggers[name], logging.Logger)},
        {name: pandas.get_option(name) for name in options},
        numpy.geterr(),
        str(decimal.getcontext().prec),
        locale.setlocale(locale.LC_ALL),
        (sys.excepthook is sys.__excepthook__, signal.getsignal(signal.SIGTERM)),
        threading.active_count(),
    ]

import pyarrow.parquet, pydantic, htx_pipeline.curation
warnings.filterwarnings("ignore", "of the caller")
shown = warnings.showwarning
known = sorted(logging.root.manager.loggerDict)
options = ["display.max_rows", "display.max_columns", "display.width", "mode.string_storage"]
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Path]:
    """What one process says whose home, temporary and current folder are empty and its own."""
    place = tmp_path_factory.mktemp("machine")
    folders = {name: place / name for name in ("home", "tmp", "here")}
    for folder in folders.values():
        folder.mkdir()
    folders["home"].chmod(0o500)
    said = run(folders, hash_seed="1")
    return said, place


def run(folders: dict[str, Path], *, hash_seed: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-c", FORBIDDEN + STATE + CHECK, str(CURATED)],
        capture_output=True,
        check=False,
        timeout=120,
        cwd=folders["here"],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folders["home"]),
            "TMPDIR": str(folders["tmp"]),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "PYTHONHASHSEED": hash_seed,
            "PYTHONDONTWRITEBYTECODE": "1",
            "GX_ANALYTICS_ENABLED": "said by the caller",
        },
    )
    assert done.stderr.decode() == ""
    assert done.returncode == 0
    return done.stdout


def test_it_works_without_network_and_changes_nothing_of_its_process(
    ran: tuple[bytes, Path],
) -> None:
    assert ran[0].startswith(b'{\n  "great_expectations": ')


def test_it_leaves_no_file_anywhere(ran: tuple[bytes, Path]) -> None:
    assert [path for path in ran[1].rglob("*") if path.is_file()] == []


def test_the_result_is_the_same_with_another_hash_seed(ran: tuple[bytes, Path]) -> None:
    folders = {name: ran[1] / name for name in ("home", "tmp", "here")}
    assert run(folders, hash_seed="2") == ran[0]


def test_importing_the_gate_does_not_import_great_expectations() -> None:
    code = "import sys, htx_pipeline.release.gate.docs; print('great_expectations' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "False\n"
