"""The gate in a process of its own, which gets ready while the tables are built.

great_expectations takes longer to import than everything else takes to build, and as long again to
be taken down when the interpreter ends. ``python -c`` with ``serve`` is that process.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import pickle
import subprocess
import sys
import threading
import traceback
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from htx_pipeline.errors import HtxError
from htx_pipeline.model import Label
from htx_pipeline.release.gate import check

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from htx_pipeline.contracts import Contract
    from htx_pipeline.release.changelog import Shrinkage
    from htx_pipeline.release.gate.verdict import Verdict

# what can be imported here can be imported there, and nothing else
_SERVE = f"import sys; sys.path[:] = sys.argv[1:]; from {__name__} import serve; serve()"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What ``check`` is given; contracts go by their names, for they hold functions."""

    folder: Path
    contracts: Sequence[str]
    previous: Mapping[str, int] | None
    shrinkages: Sequence[Shrinkage]


class Gatekeeper:
    """A process that answers what ``check`` would, for the contracts of the project.

    It ends with the process that started it, however that ends.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._started_by = 0
        self._one_at_a_time = threading.Lock()
        atexit.register(self.end)

    def get_ready(self) -> int:
        """Start the process if it is not there; returns its id at once."""
        with self._one_at_a_time:
            return self._running().pid

    def check(
        self,
        folder: Path,
        contracts: Sequence[Contract],
        *,
        previous: Mapping[str, int] | None = None,
        shrinkages: Sequence[Shrinkage] = (),
    ) -> Verdict:
        """As ``gate.check``. Raises ``HtxError`` if the process ends before it has answered."""
        asked = _Asked(folder, [one.name for one in contracts], previous, shrinkages)
        with self._one_at_a_time:
            process = self._running()
            try:
                pickle.dump(asked, _pipe(process.stdin))
                _pipe(process.stdin).flush()
                verdict, failure = pickle.load(_pipe(process.stdout))  # noqa: S301 (our own process)
            except (EOFError, OSError, pickle.UnpicklingError) as error:
                self.end()
                raise _ended(process.returncode) from error
            except BaseException:
                # an answer that nobody waits for any more must not become that of the next question
                self.end()
                raise
        if failure:
            raise RuntimeError(failure)
        found: Verdict = verdict
        return found

    def end(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None and self._started_by == os.getpid():
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    _pipe(pipe).close()

    def _running(self) -> subprocess.Popen[bytes]:
        # pipes that came with a fork belong to the process that was forked
        if self._process is None or self._started_by != os.getpid():
            self._started_by = os.getpid()
            self._process = subprocess.Popen(  # noqa: S603 (this interpreter, this module)
                [sys.executable, "-c", _SERVE, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # who stops the build at the terminal stops this process by ending the build
                start_new_session=True,
            )
        return self._process


GATEKEEPER = Gatekeeper()
"""The one of this process: it stays for the next build."""


def serve() -> None:
    """Answer until nobody asks any more."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # most of what the import makes stays: looking through it for garbage takes a quarter of it
    gc.disable()
    _import()
    gc.freeze()
    gc.enable()
    while True:
        try:
            asked = pickle.load(sys.stdin.buffer)  # noqa: S301 (who asks has started us)
        except EOFError:
            # there is nothing to put away, and interpreters take long to end
            os._exit(0)
        pickle.dump(_answer(asked), answers)
        answers.flush()


def _import() -> None:
    from htx_pipeline.contracts import without_pyspark  # noqa: PLC0415
    from htx_pipeline.release.gate.quiet import quiet  # noqa: PLC0415

    with quiet(), without_pyspark():
        from htx_pipeline.release.gate import validation  # noqa: F401, PLC0415 (for what it imports)


def _answer(asked: _Asked) -> tuple[Verdict | None, str]:
    from htx_pipeline.curation import CONTRACTS  # noqa: PLC0415

    try:
        by_name = {contract.name: contract for contract in CONTRACTS}
        contracts = [by_name[name] for name in asked.contracts]
        verdict = check(
            asked.folder, contracts, previous=asked.previous, shrinkages=asked.shrinkages
        )
    except Exception:  # noqa: BLE001 (whatever it is, who asked is told)
        return None, traceback.format_exc()
    return verdict, ""


def _pipe(pipe: IO[bytes] | None) -> Any:
    """A pipe of a process that was started with pipes."""
    return pipe


def _ended(code: int | None) -> HtxError:
    return HtxError(
        Label(
            vi=f"tiến trình kiểm tra bản phát hành đã dừng (mã {code}) trước khi trả lời, có thể "
            "do thiếu bộ nhớ; không phát hành gì. Hãy chạy lại",
            en=f"the process that checks the release ended (code {code}) before it answered, "
            "perhaps for want of memory; nothing is released. Run the build again",
        )
    )
