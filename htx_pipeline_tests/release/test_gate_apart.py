"""The gate in a process of its own: the same verdicts, and no process and no answer left over."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from htx_pipeline.curation import CONTRACTS
from htx_pipeline.curation.reports import REPORTS
from htx_pipeline.errors import HtxError
from htx_pipeline.release import gate
from htx_pipeline.release.changelog import Shrinkage
from htx_pipeline.release.gate.apart import Gatekeeper

if TYPE_CHECKING:
    from collections.abc import Iterator

CURATED = Path(__file__).parents[2] / "data" / "curated"
HALF = {"reports": 10}
DECIDED = Shrinkage.model_validate(
    {
        "table": "reports",
        "rows": {"from": 10, "to": 5},
        "reason": "five were taken in twice",
        "decided_on": "2026-11-22",
        "decided_by": "maintainers",
    }
)
KILLED = """
import os, signal
from htx_pipeline.release.gate.apart import Gatekeeper
keeper = Gatekeeper()
print(keeper.get_ready(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def keeper() -> Iterator[Gatekeeper]:
    found = Gatekeeper()
    yield found
    found.end()


def test_its_verdict_on_the_release_is_that_of_the_gate_in_this_process(keeper: Gatekeeper) -> None:
    rows = dict.fromkeys((contract.name for contract in CONTRACTS), 1)
    assert keeper.check(CURATED, CONTRACTS, previous=rows) == gate.check(
        CURATED, CONTRACTS, previous=rows
    )


def test_it_is_told_of_the_release_before_and_of_what_may_shrink(keeper: Gatekeeper) -> None:
    refused = keeper.check(CURATED, [REPORTS], previous=HALF)
    assert [failure.table for failure in refused.failures] == ["reports"]
    assert keeper.check(CURATED, [REPORTS], previous=HALF, shrinkages=[DECIDED]).passed


def test_the_process_stays_for_the_next_question(keeper: Gatekeeper) -> None:
    before = keeper.get_ready()
    keeper.check(CURATED, [REPORTS])
    assert keeper.get_ready() == before


def test_a_question_that_it_cannot_answer_is_told_and_the_next_one_answered(
    keeper: Gatekeeper,
) -> None:
    with pytest.raises(RuntimeError, match="KeyError: 'not_ours'"):
        keeper.check(CURATED, [replace(REPORTS, name="not_ours")])
    assert keeper.check(CURATED, [REPORTS]).passed


def test_a_process_that_was_killed_is_told_and_replaced(keeper: Gatekeeper) -> None:
    os.kill(keeper.get_ready(), signal.SIGKILL)
    with pytest.raises(HtxError, match=r"ended \(code -9\) before it answered"):
        keeper.check(CURATED, [REPORTS])
    assert keeper.check(CURATED, [REPORTS]).passed


def test_the_answer_to_a_question_that_was_interrupted_is_not_given_to_the_next(
    keeper: Gatekeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_pipe: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(pickle, "load", interrupted)
        with pytest.raises(KeyboardInterrupt):
            keeper.check(CURATED, [REPORTS], previous=HALF)
    assert keeper.check(CURATED, [REPORTS]).passed


def test_it_ends_when_asked_to() -> None:
    keeper = Gatekeeper()
    pid = keeper.get_ready()
    keeper.end()
    assert not is_alive(pid)


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed like this there")
def test_it_does_not_outlive_a_process_that_was_killed() -> None:
    done = subprocess.run([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, check=False)
    assert done.returncode == -signal.SIGKILL
    pid = int(done.stdout)
    deadline = time.monotonic() + 60
    while is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether a process works; one that ended and that nobody has asked about does not."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return told.rpartition(")")[2].split()[0] != "Z"
