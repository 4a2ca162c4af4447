from __future__ import annotations

import json
import os
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import fsspec
import pytest

from htx_pipeline.errors import ReleaseError, UsageError
from htx_pipeline.reader import Release, load, open_release
from htx_pipeline.reader import release as module
from htx_pipeline.reader.places import Folder, place_of
from htx_pipeline.reader.release import ReplacedError, reading
from htx_pipeline_tests.reader.releases import own_tables, write_release

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAUSES", (0.0, 0.0))


@pytest.fixture
def own(released: Path, tmp_path: Path) -> Path:
    """A copy of the release that a test may spoil."""
    return shutil.copytree(released, tmp_path / "curated")


@pytest.fixture(scope="session")
def fewer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another release: it lacks a finding."""
    findings = own_tables()["findings"].slice(1)
    folder = tmp_path_factory.mktemp("fewer") / "curated"
    return write_release(folder, {**own_tables(), "findings": findings})


def change(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "manifest.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    edit(found)
    path.write_text(json.dumps(found), encoding="utf-8")


def replace(folder: Path, by: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(by, folder)


def test_a_release_has_the_tables_that_were_written(release: Release) -> None:
    assert release.names == tuple(own_tables())
    for name, table in release.tables().items():
        assert table.equals(own_tables()[name])
        assert table.schema.equals(own_tables()[name].schema, check_metadata=True)
    assert release.known_until.isoformat() == release.manifest["known_until"]
    assert release.id in repr(release)


def test_a_release_is_read_from_addresses_of_many_kinds(released: Path, tmp_path: Path) -> None:
    archive = tmp_path / "release.zip"
    memory = fsspec.filesystem("memory")
    memory.makedirs("/htx-tests/curated", exist_ok=True)
    with zipfile.ZipFile(archive, "w") as packed:
        for path in released.iterdir():
            packed.write(path, path.name)
            packed.write(path, f"inner/{path.name}")
            memory.pipe_file(f"/htx-tests/curated/{path.name}", path.read_bytes())
    try:
        places = [
            released,
            str(released),
            released.as_uri(),
            f"{released.as_uri()}/",
            "memory://htx-tests/curated",
            f"zip://::{archive}",
            f"zip://inner::{archive.as_uri()}",
        ]
        for place in places:
            assert open_release(place).table("unions").equals(own_tables()["unions"]), place
    finally:
        memory.rm("/htx-tests", recursive=True)


def test_an_address_that_nothing_can_read_is_a_wrong_call() -> None:
    with pytest.raises(UsageError, match="nowhere://x: this address cannot be read"):
        open_release("nowhere://x")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("zip://::{folder}/notes.zip", "cannot be opened: BadZipFile"),
        ("github://x", "cannot be opened: TypeError"),
    ],
)
def test_an_address_that_its_file_system_does_not_open_is_no_fault_of_the_software(
    address: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "notes.zip").write_text("no archive", encoding="utf-8")
    with pytest.raises(ReleaseError, match=said):
        open_release(address.format(folder=tmp_path))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://example.org/release", "pip install aiohttp requests"),
        ("zip://::s3://bucket/release.zip", "pip install s3fs"),
    ],
)
def test_an_address_that_needs_a_library_says_what_to_install(
    address: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_how: object, **_more: object) -> None:
        raise ImportError("a library is missing")

    monkeypatch.setattr("fsspec.core.url_to_fs", fail)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=f"a library is missing; run: {said}$"):
        open_release(address)


@pytest.mark.parametrize("named", [5, b"curated", ["curated"]])
def test_a_location_that_is_neither_path_nor_text_is_a_wrong_call(named: Any) -> None:
    with pytest.raises(UsageError, match="names no release"):
        load("targets", release=named)


class Failing:
    """A place whose server is out of order."""

    def read(self, name: str) -> bytes:
        raise TimeoutError(f"no answer for {name}")

    def __str__(self) -> str:
        return "https://example.org/release"


def test_a_server_that_does_not_answer_is_no_fault_of_the_software() -> None:
    with pytest.raises(ReleaseError, match=r"example\.org/release: manifest\.json: cannot be read"):
        Release(Failing())


def test_what_a_file_system_raises_in_its_own_way_is_told_as_one_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_self: object, _path: str, **_how: object) -> bytes:
        raise LookupError("503")

    monkeypatch.setattr(fsspec.get_filesystem_class("memory"), "cat_file", fail)
    with pytest.raises(ReleaseError, match="cannot be read: LookupError: 503"):
        open_release("memory://x")


def test_an_archive_without_a_manifest_is_no_release(tmp_path: Path) -> None:
    archive = tmp_path / "release.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("other.txt", "x")
    with pytest.raises(ReleaseError, match="so this is no release"):
        open_release(f"zip://::{archive}")


def test_without_a_location_the_environment_names_the_release(
    released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTX_RELEASE", str(released))
    assert str(place_of()) == str(released)
    monkeypatch.delenv("HTX_RELEASE")
    checkout = place_of()
    assert isinstance(checkout, Folder)
    assert os.fspath(str(checkout)).replace(os.sep, "/").endswith("data/curated")


def test_a_folder_without_a_manifest_is_no_release(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(ReleaseError, match=r"manifest\.json: there is no such file"):
            open_release(place)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda found: found.update(format=2), "form 1 is expected"),
        (lambda found: found.pop("tables"), "form 1 is expected"),
        (lambda found: found.update(known_until="soon"), "form 1 is expected"),
    ],
)
def test_a_manifest_of_another_form_is_not_read(
    own: Path, edit: Callable[[dict[str, Any]], object], said: str
) -> None:
    change(own, edit)
    with pytest.raises(ReleaseError, match=said):
        open_release(own)


def test_a_manifest_that_is_no_json_is_not_read(own: Path) -> None:
    (own / "manifest.json").write_bytes(b"{")
    with pytest.raises(ReleaseError, match="no JSON"):
        open_release(own)


def test_a_damaged_file_is_named_and_the_others_are_read(own: Path) -> None:
    path = own / "groups.parquet"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(bytes(data))
    release = open_release(own)
    with pytest.raises(ReleaseError, match=r"groups\.parquet: damaged or changed") as caught:
        release.table("groups")
    assert not isinstance(caught.value, ReplacedError)
    assert release.table("unions").num_rows


def test_a_missing_file_is_named(own: Path) -> None:
    (own / "groups.parquet").unlink()
    with pytest.raises(ReleaseError, match=r"groups\.parquet: the file is missing"):
        open_release(own).table("groups")


def test_a_file_that_is_no_parquet_though_its_hash_is_right_is_named(own: Path) -> None:
    listed = json.loads((own / "manifest.json").read_text(encoding="utf-8"))["files"]
    change(own, lambda found: found["tables"]["groups"].update(file="datapackage.json"))
    assert "datapackage.json" in listed
    with pytest.raises(ReleaseError, match=r"datapackage\.json: no Parquet"):
        open_release(own).table("groups")


def test_a_table_with_other_rows_than_the_manifest_says_is_an_error(own: Path) -> None:
    change(own, lambda found: found["tables"]["groups"].update(rows=99))
    with pytest.raises(ReleaseError, match=r"rows where manifest\.json says 99"):
        open_release(own).table("groups")


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a\\b", "..", ""])
def test_a_manifest_cannot_lead_out_of_its_folder(own: Path, name: str) -> None:
    change(own, lambda found: found["tables"]["groups"].update(file=name))
    with pytest.raises(ReleaseError, match="the manifest lacks this file"):
        open_release(own).table("groups")
    change(own, lambda found: found["files"].update({name: found["files"]["groups.parquet"]}))
    with pytest.raises(ReleaseError, match=r"manifest\.json: form 1 is expected"):
        open_release(own)


def test_a_release_that_was_replaced_is_noticed_and_never_mixed(own: Path, fewer: Path) -> None:
    release = open_release(own)
    rows = release.table("findings").num_rows
    replace(own, fewer)
    assert release.table("findings").num_rows == rows
    assert release.table("unions").equals(own_tables()["unions"])
    with pytest.raises(ReplacedError, match="open it anew"):
        release.document("datapackage.json") and open_release(own) and release.document(
            "findings.parquet"
        )
    assert open_release(own).table("findings").num_rows == rows - 1


def test_a_reading_starts_again_when_the_release_is_replaced_meanwhile(
    own: Path, fewer: Path
) -> None:
    seen = []

    def work(release: Release) -> tuple[str, int]:
        seen.append(release.id)
        if len(seen) == 1:
            replace(own, fewer)
        return release.id, release.table("findings").num_rows

    found = reading(own, work)
    assert len(seen) == 2
    assert seen[0] != seen[1]
    assert found == (seen[1], own_tables()["findings"].num_rows - 1)


def test_a_reading_gives_up_when_it_is_replaced_again_and_again(
    own: Path, released: Path, fewer: Path
) -> None:
    seen = []

    def work(release: Release) -> int:
        seen.append(release.id)
        replace(own, fewer if len(seen) % 2 else released)
        return int(release.table("findings").num_rows)

    with pytest.raises(ReplacedError):
        reading(own, work)
    assert len(seen) == 5


def test_an_unknown_table_is_told_with_the_nearest(release: Release) -> None:
    with pytest.raises(UsageError) as caught:
        release.table("cooperative")
    assert "the nearest is cooperatives; there are: reports, " in caught.value.told.en
    assert "gần nhất là cooperatives; có: reports, " in caught.value.told.vi
    with pytest.raises(KeyError):
        release.tables()["cooperative"]


def test_tables_of_a_release_with_other_columns_cannot_be_read_as_of_a_day(own: Path) -> None:
    def confuse(found: dict[str, Any]) -> None:
        found["tables"]["findings"] |= {"file": "unions.parquet", "rows": 2}
        found["software"]["htx_pipeline"] = "0.0.1"

    change(own, confuse)
    with pytest.raises(ReleaseError, match=r"use htx_pipeline 0\.0\.1"):
        open_release(own).known_on(open_release(own).known_until.replace(year=2022))
