"""``make ui`` as a person starts it, on a data folder and a home of its own, and always ended."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from htx_pipeline.orchestration.sources import RAW_TAG, RELEASE_TAG, short
from htx_pipeline.release import Inputs
from htx_pipeline_tests.deployment.servers import free_ports, listens
from htx_pipeline_tests.deployment.web import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).parents[2]
_PARTS = ("raw", "curated")
_PATIENCE = 120
_GRACE = 10
_NOT_PASSED_ON = ("HTX_", "DAGSTER_", "MAKE", "MFLAGS")
_ENDED = {"SUCCESS", "FAILURE", "CANCELED"}

_LOADED = "query { workspaceOrError { ... on Workspace { locationEntries { loadStatus } } } }"
_RUNS = "query { runsOrError { ... on Runs { results { runId status tags { key value } } } } }"
_TICKS = """
query ($sensor: String!) {
  sensorOrError(sensorSelector: {
    repositoryLocationName: "htx_pipeline", repositoryName: "__repository__", sensorName: $sensor
  }) { ... on Sensor { sensorState { ticks(limit: 1) { id } } } }
}
"""

T = TypeVar("T")


@dataclass(frozen=True)
class Run:
    id: str
    status: str
    tags: dict[str, str]

    @property
    def has_ended(self) -> bool:
        return self.status in _ENDED


@dataclass(frozen=True)
class Dev:
    """A UI at work; ``data`` holds copies of the repository's ``raw`` and ``curated``."""

    port: int
    data: Path
    home: Path
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def raw_tag(self) -> str:
        """How runs are marked that read ``data/raw`` as it lies there now."""
        return short(Inputs.under(self.data / "raw").raw_fingerprint)

    def runs(self) -> list[Run]:
        """All runs, the latest first."""
        return [
            Run(one["runId"], one["status"], {tag["key"]: tag["value"] for tag in one["tags"]})
            for one in self._ask(_RUNS)["runsOrError"]["results"]
        ]

    def run_after(self, before: Sequence[Run]) -> Run:
        """The first run that was not there ``before`` and reads what lies there now, at its end."""
        wanted = self.raw_tag
        return self._ended(before, lambda run: run.tags.get(RAW_TAG) == wanted)

    def release_after(self, before: Sequence[Run]) -> Run:
        """The first run that was not there ``before`` and made a release."""
        run = self._ended(before, lambda run: RELEASE_TAG in run.tags or run.status != "SUCCESS")
        assert run.status == "SUCCESS", f"{self.address}/runs/{run.id}"
        return run

    def _ended(self, before: Sequence[Run], wanted: Callable[[Run], bool]) -> Run:
        known = {run.id for run in before}

        def ended() -> list[Run]:
            new = [run for run in self.runs() if run.id not in known]
            return [run for run in new if run.has_ended and wanted(run)]

        return until(ended, "a run has ended")[-1]

    def is_at_rest(self) -> bool:
        """Whether no run waits or works."""
        return all(run.has_ended for run in self.runs())

    def is_built(self) -> bool:
        """Whether the last thing that happened is that what lies there now was released."""
        for run in self.runs()[:1]:
            released = run.status == "SUCCESS" and RELEASE_TAG in run.tags
            return released and run.tags[RAW_TAG] == self.raw_tag
        return False

    def last_tick(self, sensor: str) -> str | None:
        """The id of the last time at which a sensor was asked."""
        ticks = self._ask(_TICKS, sensor=sensor)["sensorOrError"]["sensorState"]["ticks"]
        return ticks[0]["id"] if ticks else None

    def is_loaded(self) -> bool:
        """Whether the webserver answers and has the code location."""
        if not listens(self.port):
            return False
        entries = self._ask(_LOADED)["workspaceOrError"]["locationEntries"]
        return [entry["loadStatus"] for entry in entries] == ["LOADED"]

    def _ask(self, query: str, **variables: object) -> Any:
        return Site(self.port).ask(query, **variables)


def until(found: Callable[[], T], what: str) -> T:
    """The first answer that is not empty."""
    last = time.monotonic() + _PATIENCE
    while not (answer := found()):
        assert time.monotonic() < last, f"not within {_PATIENCE} s: {what}"
        time.sleep(0.3)
    return answer


@contextlib.contextmanager
def at_work(folder: Path) -> Iterator[Dev]:
    """``make ui`` in a session of its own, which is ended as a whole, whatever happens."""
    (port,) = free_ports(1)
    dev = Dev(port, folder / "data", folder / "home", folder / "ui.log")
    copy(ROOT / "data", dev.data)
    dev.home.mkdir()
    shutil.copy(ROOT / ".dagster" / "dagster.yaml", dev.home)
    environment = Path(sys.prefix)
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(_NOT_PASSED_ON)
    }
    with dev.log.open("wb") as output:
        process = subprocess.Popen(
            [
                *("make", "--old-file", environment / ".ready", "ui"),
                *(f"VENV={environment}", f"PORT={port}", f"DAGSTER_HOME={dev.home}"),
            ],
            cwd=ROOT,
            env=inherited | {"HTX_DATA": str(dev.data)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until(lambda: process.poll() is not None or dev.is_loaded(), "the UI is there")
        assert process.poll() is None, f"make ui ended:\n{dev.log.read_text(encoding='utf-8')}"
        yield dev
    finally:
        _end(process)
        assert not _left(process.pid)


def copy(source: Path, target: Path) -> None:
    """Make ``raw`` and ``curated`` of a data folder what they are in another."""
    for part in _PARTS:
        shutil.rmtree(target / part, ignore_errors=True)
        shutil.copytree(source / part, target / part)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C, as a person would, and the end of what is left after it."""
    for stop in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, stop)
        last = time.monotonic() + _GRACE
        while _left(process.pid) and time.monotonic() < last:
            process.poll()
            time.sleep(0.2)
    process.wait()


def _left(session: int) -> list[str]:
    """The processes of a session that are still at work."""
    listed = subprocess.run(
        ["ps", "-e", "-o", "sess=,stat=,pid=,args="],  # noqa: S607 (ps, wherever the system has it)
        capture_output=True,
        text=True,
        check=True,
    )
    rows = (line.split(maxsplit=2) for line in listed.stdout.splitlines())
    return [rest for its, stat, rest in rows if its == str(session) and not stat.startswith("Z")]
