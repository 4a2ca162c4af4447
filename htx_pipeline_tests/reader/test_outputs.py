from __future__ import annotations

from pathlib import Path

import pytest

from htx_pipeline.errors import UsageError
from htx_pipeline.reader import outputs
from htx_pipeline.reader.outputs import write_file, write_folder

FILES = {"a.csv": b"a", "b.csv": b"b"}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fail_at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    written = outputs._fresh  # noqa: SLF001

    def fresh(path: Path, data: bytes) -> Path:
        if path.name == name:
            raise OSError(28, "No space left on device", str(path))
        return written(path, data)

    monkeypatch.setattr(outputs, "_fresh", fresh)


def test_a_file_is_not_overwritten_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write_file(path, b"old")
    with pytest.raises(UsageError, match="already there"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    write_file(path, b"new", force=True)
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["x.xlsx"]


def test_a_folder_in_place_of_a_file_is_never_overwritten(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="already there"):
        write_file(tmp_path, b"x", force=True)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        write_file(tmp_path / "no" / "x", b"")
    with pytest.raises(UsageError, match="there is no folder"):
        write_folder(tmp_path / "no" / "out", FILES)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_at(monkeypatch, "b.csv")
    with pytest.raises(OSError, match="No space left"):
        write_folder(tmp_path / "out", FILES)
    assert names(tmp_path) == []
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.csv").write_bytes(b"old")
    with pytest.raises(OSError, match="No space left"):
        write_folder(tmp_path / "out", FILES, force=True)
    assert (tmp_path / "out" / "a.csv").read_bytes() == b"old"
    assert names(tmp_path) == ["out"]


def test_files_join_those_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    write_folder(tmp_path, FILES)
    assert names(tmp_path) == ["a.csv", "b.csv", "mine.txt"]
    with pytest.raises(UsageError, match=r"a\.csv, .*b\.csv; use --force"):
        write_folder(tmp_path, FILES)
    write_folder(tmp_path, {"a.csv": b"new"}, force=True)
    assert (tmp_path / "a.csv").read_bytes() == b"new"


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"")
    with pytest.raises(UsageError, match="is not a folder"):
        write_folder(path, FILES, force=True)
