"""The files of ``data/curated`` as a commit holds them; nothing is checked out."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from htx_pipeline.errors import ReleaseError
from htx_pipeline.git import commit_of, git
from htx_pipeline.model import Label


def files_at(revision: str, folder: Path, suffix: str) -> dict[str, bytes]:
    """The files right in ``folder`` at a commit whose names end in ``suffix``, by name.

    Raises ``UsageError`` if the folder is in no git checkout, or if that has no such commit,
    ``ReleaseError`` if the commit has no such file there.
    """
    inside = next((parent for parent in (folder, *folder.parents) if parent.is_dir()), folder)
    asked = Label(
        vi=f"{revision!r} không phải thư mục, không phải ngày",
        en=f"{revision!r} is no folder and no day",
    )
    commit = commit_of(revision, inside, asked=asked)
    here = folder.relative_to(inside).as_posix()
    listed = git(inside, "ls-tree", "-z", "--name-only", commit, f"./{here}/")
    names = [os.fsdecode(path) for path in listed.split(b"\0") if path.endswith(suffix.encode())]
    if not names:
        raise ReleaseError(
            Label(
                vi=f"bản git {revision} không có {folder.name}/*{suffix}",
                en=f"git revision {revision} has no {folder.name}/*{suffix}",
            )
        )
    return {
        PurePosixPath(name).name: git(inside, "cat-file", "blob", f"{commit}:./{name}")
        for name in sorted(names)
    }
