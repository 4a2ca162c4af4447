"""One folder at a time takes the place of the one before, all of it at one instant.

A release is such a folder, and so are tables that are built from figures of any size.

Where the system can exchange two folders in one step (Linux, on the usual file systems), a reader
finds the old release or the new one, at every instant, whatever is killed. Elsewhere the switch is
two renames; a process that is killed between them leaves a folder without a release, which the next
build puts back.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from htx_pipeline.errors import UsageError
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 300.0
"""How many seconds a build waits for another one to finish its release."""

_AT_WORKING_DIRECTORY = -100
_EXCHANGE = 2
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.EXDEV, errno.EOPNOTSUPP}
"""What a kernel or a file system says that has no exchange."""


@contextmanager
def alone(curated: Path, *, patience: float = PATIENCE) -> Iterator[Path]:
    """The only process that releases to ``curated``, and an empty folder for the new release.

    Whatever a killed process has left is cleared up first, and the folder is removed at the end.
    Raises ``UsageError`` if another process releases for longer than ``patience`` seconds.
    """
    curated = curated.resolve()
    lock = FileLock(curated.with_name(f".{curated.name}.lock"))
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        raise UsageError(
            Label(
                vi=f"{curated}: một tiến trình khác đang phát hành; hãy thử lại sau",
                en=f"{curated}: another process is releasing; try again later",
            )
        ) from None
    try:
        fresh, old = _beside(curated)
        if not curated.exists() and old.exists():
            old.rename(curated)
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        try:
            yield fresh
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    finally:
        lock.release()


def switch(fresh: Path, curated: Path) -> None:
    """Make ``fresh`` the release; what was there before is removed.

    Every file is on the disk before the switch, and the switch itself when this returns. Where
    ``curated`` is a link, what it leads to is switched.
    """
    curated = curated.resolve()
    for path in fresh.rglob("*"):
        _flush(path)
    _flush(fresh)
    if not curated.exists():
        fresh.rename(curated)
    elif not exchange(fresh, curated):
        _, old = _beside(curated)
        curated.rename(old)
        try:
            fresh.rename(curated)
        except OSError:
            old.rename(curated)
            raise
        shutil.rmtree(old, ignore_errors=True)
    _flush(curated.parent)


def _beside(curated: Path) -> tuple[Path, Path]:
    """Where a new release is written, and where the old one is between two renames."""
    return (
        curated.with_name(f".{curated.name}-new"),
        curated.with_name(f".{curated.name}-old"),
    )


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change names in one step; whether the system can."""
    renameat2 = _renameat2()
    if renameat2 is None:
        return False
    here = _AT_WORKING_DIRECTORY
    if renameat2(here, os.fsencode(one), here, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(other))


@cache
def _renameat2() -> Any:
    """The system's call, which Python does not offer; ``None`` where there is none."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return call


def _flush(path: Path) -> None:
    """Wait until a file, or the entries of a folder, are on the disk."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
