"""What the git checkout that holds the data says; nothing in it is changed or checked out."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from htx_pipeline.errors import UsageError
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from pathlib import Path

_OF_ANOTHER_REPOSITORY = {
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
}
"""A hook has these set for its own repository, which need not be that of the data."""

_NOT_A_REPOSITORY = 128


def commit_of(revision: str, inside: Path, *, asked: Label) -> str:
    """The commit that ``revision`` names in the checkout around the folder ``inside``.

    Raises ``UsageError``, which begins with what was ``asked``, if there is no checkout or no such
    revision.
    """
    done = _call(
        inside, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    if done.returncode == _NOT_A_REPOSITORY:
        said = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise UsageError(
            Label(
                vi=f"{asked.vi}: {inside} không nằm trong kho git ({said})",
                en=f"{asked.en}: {inside} is not in a git checkout ({said})",
            )
        )
    if done.returncode:
        raise UsageError(
            Label(
                vi=f"{asked.vi}: kho git của {inside} không có bản {revision!r}; nếu bản sao bị "
                "cắt bớt lịch sử, hãy lấy thêm (git fetch)",
                en=f"{asked.en}: the git checkout of {inside} has no revision {revision!r}; if its "
                "history is cut off, fetch more of it (git fetch)",
            )
        )
    return done.stdout.decode("ascii").strip()


def git(inside: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What git answers to ``arguments`` in the folder ``inside``; ``given`` is its input.

    Raises ``UsageError`` if it fails or is not installed.
    """
    done = _call(inside, *arguments, given=given)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise UsageError(
            Label(
                vi=f"git {arguments[0]} không chạy được: {said}",
                en=f"git {arguments[0]} failed: {said}",
            )
        )
    return done.stdout


def _call(inside: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {k: v for k, v in os.environ.items() if k not in _OF_ANOTHER_REPOSITORY}
    try:
        return subprocess.run(  # noqa: S603 (git, with arguments that are no options)
            ["git", "--no-optional-locks", "-C", str(inside), *arguments],  # noqa: S607
            input=given,
            env=environment | {"LC_ALL": "C"},
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise UsageError(Label(vi="không tìm thấy git", en="git is not installed")) from None
