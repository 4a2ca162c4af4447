"""Whole processes in turn: how long each takes, how much memory, and what it says in the end.

The processes take turns, so that whatever else the machine does falls on all of them alike; what
is told as a ratio is the median of the ratios within a round.
"""  # noqa: INP001 (shared by scripts, not a package)

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PAUSE = 0.1
"""Seconds between two looks at a process that has limits."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may take before it is ended: seconds, bytes in memory (where /proc is)."""

    seconds: float
    memory: float


@dataclass(frozen=True, slots=True)
class Command:
    """What is run, the exit codes that it may have, and its limits."""

    words: Sequence[str]
    may_exit: Sequence[int] = (0,)
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds, bytes at most in memory, the last line said; or the limit that ended it."""

    wall: float
    memory: int
    said: str
    over: str = ""


def took(command: Command) -> Took:
    """Run a process to its end or to its limits; anything else it may not do is an exception."""
    over: list[str] = []
    begun = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as warned:
        process = subprocess.Popen(command.words, stdout=said, stderr=warned)  # noqa: S603 (ours)
        ended = threading.Event()
        if command.limits is not None:
            guard = threading.Thread(target=_guard, args=(process.pid, command.limits, ended, over))
            guard.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        ended.set()
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        warned.seek(0)
        lines, warnings = said.read().splitlines(), warned.read()
    if not over and process.returncode not in command.may_exit:
        told = f"{' '.join(command.words)} exited with {process.returncode}\n{warnings[-2000:]}"
        raise click.ClickException(told)
    return Took(wall, used.ru_maxrss * 1024, lines[-1] if lines else "", "".join(over))


def _guard(pid: int, limits: Limits, ended: threading.Event, over: list[str]) -> None:
    """End a process that takes too much, and say which limit it was."""
    deadline = time.monotonic() + limits.seconds
    while not ended.wait(_PAUSE):
        if time.monotonic() > deadline:
            over.append(f"more than {limits.seconds:.0f} s")
        elif _resident(pid) > limits.memory:
            over.append(f"more than {limits.memory / 1e9:.0f} GB")
        if over:
            os.kill(pid, signal.SIGKILL)
            return


def _resident(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def in_turn(commands: Mapping[str, Command], rounds: int) -> dict[str, list[Took]]:
    """Each process in each round, each round beginning with another; one over its limits once."""
    found: dict[str, list[Took]] = {name: [] for name in commands}
    names = list(commands)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            if not (found[name] and found[name][-1].over):
                found[name].append(took(commands[name]))
    return found


def told(found: Mapping[str, Sequence[Took]]) -> Iterator[str]:
    """A Markdown table."""
    yield "| process | median | fastest | slowest | memory | said |"
    yield "|---|---:|---:|---:|---:|---|"
    for name, runs in found.items():
        memory = f"{max(one.memory for one in runs) / 1e6:.0f} MB"
        if runs[-1].over:
            yield f"| {name} | {runs[-1].over} | | | {memory} | |"
            continue
        walls = [one.wall for one in runs]
        times = " | ".join(f"{one:.2f} s" for one in (median(walls), min(walls), max(walls)))
        yield f"| {name} | {times} | {memory} | {runs[-1].said.partition(':')[0]} |"


def ratio(ones: Sequence[Took], others: Sequence[Took]) -> float:
    """The median of the ratios within a round."""
    return median(one.wall / other.wall for one, other in zip(ones, others, strict=True))
