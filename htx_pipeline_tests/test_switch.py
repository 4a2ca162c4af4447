from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, NoReturn

import pytest

from htx_pipeline import switch as module
from htx_pipeline.errors import UsageError
from htx_pipeline.switch import alone, exchange, switch

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def curated(tmp_path: Path) -> Path:
    folder = tmp_path / "curated"
    filled(folder, "old")
    return folder


def filled(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    for name in ("one", "two"):
        (folder / name).write_text(text, encoding="utf-8")


def held(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def beside(folder: Path) -> set[str]:
    return {path.name for path in folder.parent.iterdir() if not path.name.endswith(".lock")}


NEW = {"one": "new", "two": "new"}
OLD = {"one": "old", "two": "old"}

each_way = pytest.mark.parametrize("can_exchange", [True, False], ids=["exchange", "two renames"])


@pytest.fixture
def way(can_exchange: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not can_exchange:
        monkeypatch.setattr(module, "_renameat2", lambda: None)
    elif not sys.platform.startswith("linux"):
        pytest.skip("only Linux exchanges two folders in one step")


@each_way
@pytest.mark.usefixtures("way")
def test_the_new_folder_takes_the_place_of_the_old_one(curated: Path) -> None:
    with alone(curated) as fresh:
        filled(fresh, "new")
        switch(fresh, curated)
        assert held(curated) == NEW
    assert beside(curated) == {"curated"}


@each_way
@pytest.mark.usefixtures("way")
def test_there_need_be_no_old_one(tmp_path: Path) -> None:
    with alone(tmp_path / "curated") as fresh:
        filled(fresh, "new")
        switch(fresh, tmp_path / "curated")
    assert held(tmp_path / "curated") == NEW


@each_way
@pytest.mark.usefixtures("way")
def test_a_link_stays_a_link_and_what_it_leads_to_is_switched(
    curated: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere" / "held"
    elsewhere.parent.mkdir()
    curated.rename(elsewhere)
    curated.symlink_to(elsewhere)
    for text in ("new", "newer"):
        with alone(curated) as fresh:
            filled(fresh, text)
            switch(fresh, curated)
        assert held(curated) == dict.fromkeys(NEW, text)
        assert curated.is_symlink()
        assert beside(elsewhere) == {"held"}


def test_without_a_switch_nothing_changes_and_nothing_is_left(curated: Path) -> None:
    def half_way() -> NoReturn:
        with alone(curated) as fresh:
            filled(fresh, "new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half_way()
    assert held(curated) == OLD
    assert beside(curated) == {"curated"}


def test_what_a_killed_build_has_left_is_cleared_up(curated: Path) -> None:
    filled(curated.with_name(".curated-new"), "half")
    with alone(curated) as fresh:
        assert list(fresh.iterdir()) == []
    assert held(curated) == OLD
    assert beside(curated) == {"curated"}


def test_a_release_that_was_moved_away_by_a_killed_build_is_put_back(curated: Path) -> None:
    curated.rename(curated.with_name(".curated-old"))
    with alone(curated):
        assert held(curated) == OLD
    assert beside(curated) == {"curated"}


def test_what_is_left_of_the_old_release_after_a_switch_is_removed(curated: Path) -> None:
    filled(curated.with_name(".curated-old"), "older")
    with alone(curated):
        assert held(curated) == OLD
    assert beside(curated) == {"curated"}


def test_a_second_rename_that_fails_puts_the_old_release_back(
    curated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_renameat2", lambda: None)
    rename = type(curated).rename

    def fails_into_place(self: Path, target: Path) -> Path:
        if self.name == ".curated-new":
            raise OSError("planted")
        return rename(self, target)

    monkeypatch.setattr(type(curated), "rename", fails_into_place)
    with alone(curated) as fresh:
        filled(fresh, "new")
        with pytest.raises(OSError, match="planted"):
            switch(fresh, curated)
    assert held(curated) == OLD


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the exchange is Linux's")
def test_an_exchange_that_fails_for_another_reason_is_told_and_nothing_changes(
    curated: Path,
) -> None:
    with pytest.raises(FileNotFoundError):
        exchange(curated.with_name("nowhere"), curated)
    assert held(curated) == OLD


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the exchange is Linux's")
def test_a_reader_never_finds_the_folder_missing_or_mixed(curated: Path) -> None:
    """A reader that holds the folder itself open sees one release."""
    stop = threading.Event()
    seen: list[set[str]] = []

    def read() -> None:
        while not stop.is_set():
            folder = os.open(curated, os.O_RDONLY)
            try:
                texts = set()
                for name in ("one", "two"):
                    with os.fdopen(os.open(name, os.O_RDONLY, dir_fd=folder)) as file:
                        texts.add(file.read())
                seen.append(texts)
            except FileNotFoundError:
                seen.append({"removed while it was read"})
            finally:
                os.close(folder)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(60):
        with alone(curated) as fresh:
            filled(fresh, str(number))
            switch(fresh, curated)
    stop.set()
    reader.join()
    assert len(seen) > 1
    assert all(len(texts) == 1 for texts in seen)


def test_a_second_build_waits_and_is_told_when_it_has_waited_long_enough(curated: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from htx_pipeline.switch import alone\n"
        "with alone(pathlib.Path(sys.argv[1])):\n"
        "    print('in', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(curated)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline().strip() == b"in"
        with pytest.raises(UsageError, match="another process is releasing"):
            alone(curated, patience=0.05).__enter__()
        other.stdin.close()
        with alone(curated) as fresh:
            filled(fresh, "new")
            switch(fresh, curated)
    assert held(curated) == NEW


def test_the_lock_of_a_killed_build_is_free(curated: Path) -> None:
    code = (
        "import os, signal, sys, pathlib\n"
        "from htx_pipeline.switch import alone\n"
        "with alone(pathlib.Path(sys.argv[1])):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(curated)], check=False)
    assert killed.returncode < 0
    with alone(curated, patience=1) as fresh:
        assert list(fresh.iterdir()) == []
    assert held(curated) == OLD
