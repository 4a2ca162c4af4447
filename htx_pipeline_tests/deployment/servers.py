"""Servers as processes: started, waited for, and always ended."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

_PATIENCE = 60
_GRACE = 10


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listened on a moment ago, all different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True)
class Server:
    """A process that was started, and where it writes."""

    process: subprocess.Popen[bytes]
    log: Path
    signal: signal.Signals

    def wait(self, ready: Callable[[], bool]) -> None:
        """Until it is ready.

        Raises ``AssertionError`` with the end of its log if it ends before, or takes too long.
        """
        last = time.monotonic() + _PATIENCE
        while not ready():
            end = self.log.read_text(encoding="utf-8", errors="replace")[-3000:]
            assert self.process.poll() is None, f"{self.process.args!r} ended:\n{end}"
            assert time.monotonic() < last, f"{self.process.args!r} is not ready:\n{end}"
            time.sleep(0.1)

    def stop(self) -> None:
        """Ask it to end; does not wait."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(self.signal)


@contextlib.contextmanager
def running(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    log: Path,
    user: str | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[Server]:
    """A process in a group of its own; the whole group is ended with the block, whatever happens.

    ``user`` is whom it runs as, if not as this process; ``stop`` the signal that asks it to end.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
    server = Server(process, log, stop)
    try:
        yield server
    finally:
        server.stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
