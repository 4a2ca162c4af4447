"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from htx_pipeline.errors import UsageError
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TOLD = 3


def write_file(path: Path, data: bytes, *, force: bool = False) -> None:
    """Write ``data`` as ``path``.

    Raises ``UsageError`` if the file is there and ``force`` is not set, or if its folder is not.
    """
    _refuse([path], force=force)
    if not path.parent.is_dir():
        raise UsageError(
            Label(vi=f"không có thư mục {path.parent}", en=f"there is no folder {path.parent}")
        )
    with tempfile.TemporaryDirectory(prefix=".htx-", dir=path.parent) as staging:
        fresh = _fresh(Path(staging) / path.name, data)
        fresh.replace(path)


def write_folder(folder: Path, files: Mapping[str, bytes], *, force: bool = False) -> None:
    """Write ``files`` into ``folder``, which is made if it is not there; other files in it stay.

    A new folder appears with all of them at once. In a folder that is there, they are put in place
    one by one, after all of them are written. Raises ``UsageError`` if one is there and ``force``
    is not set, or if there is no folder to make it in.
    """
    _refuse([folder / name for name in files], force=force)
    if folder.exists() and not folder.is_dir():
        raise UsageError(Label(vi=f"{folder} không phải thư mục", en=f"{folder} is not a folder"))
    if not folder.parent.is_dir():
        raise UsageError(
            Label(vi=f"không có thư mục {folder.parent}", en=f"there is no folder {folder.parent}")
        )
    staging = Path(tempfile.mkdtemp(prefix=".htx-", dir=folder.parent))
    try:
        fresh = [_fresh(staging / name, data) for name, data in files.items()]
        if folder.exists():
            for path in fresh:
                path.replace(folder / path.name)
        else:
            staging.chmod(0o777 & ~_umask())
            staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _fresh(path: Path, data: bytes) -> Path:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return path


def _refuse(paths: Iterable[Path], *, force: bool) -> None:
    there = [path for path in paths if path.is_dir() or (path.exists() and not force)]
    if there:
        listed = ", ".join(map(str, there[:_TOLD])) + (", …" if len(there) > _TOLD else "")
        raise UsageError(
            Label(
                vi=f"đã có {listed}; dùng --force để ghi đè tệp",
                en=f"already there: {listed}; use --force to overwrite files",
            )
        )


def _umask() -> int:
    """The process's mask of permissions, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
