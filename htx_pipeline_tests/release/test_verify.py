from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow
import pyarrow.parquet
import pytest

from htx_pipeline.errors import ReleaseError
from htx_pipeline.manifest import FileHash
from htx_pipeline.release.content import content_hash
from htx_pipeline.release.manifest import release_id
from htx_pipeline.release.verify import deviations, differences

if TYPE_CHECKING:
    from collections.abc import Callable

CURATED = Path(__file__).parents[2] / "data" / "curated"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CURATED, tmp_path / "release"))


def edited(change: Callable[[dict[str, Any]], None]) -> bytes:
    """The manifest of the repository's release with a change."""
    found = json.loads((CURATED / "manifest.json").read_bytes())
    change(found)
    return json.dumps(found).encode()


def said(folder: Path) -> list[str]:
    return [deviation.text("en") for deviation in deviations(folder)]


def change_manifest(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / "manifest.json"
    found = json.loads(path.read_bytes())
    change(found)
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


def replace(folder: Path, name: str, table: pyarrow.Table) -> None:
    """Put another table in a release whose manifest says that all is well."""
    path = folder / f"{name}.parquet"
    pyarrow.parquet.write_table(table, path)

    def change(found: dict[str, Any]) -> None:
        found["tables"][name] |= {
            "rows": table.num_rows,
            "columns": table.num_columns,
            "content_sha256": content_hash(table),
        }
        found["files"][path.name] = FileHash.of(path).document()
        found["release"] = release_id(found)

    change_manifest(folder, change)


def test_the_release_of_the_repository_is_what_it_says() -> None:
    assert deviations(CURATED) == ()


def test_a_file_that_is_gone_or_changed_or_not_named_is_told(release: Path) -> None:
    (release / "datapackage.json").unlink()
    (release / "croissant.json").write_text("{}", encoding="utf-8")
    (release / "notes.txt").write_text("mine", encoding="utf-8")
    assert said(release) == [
        "croissant.json: its bytes are not those that manifest.json names",
        "datapackage.json: this file is missing",
        "notes.txt: manifest.json does not name this file",
    ]


def test_a_folder_or_a_dangling_link_in_the_place_of_a_file_is_told(release: Path) -> None:
    (release / "unions.parquet").unlink()
    (release / "unions.parquet").mkdir()
    (release / "croissant.json").unlink()
    (release / "croissant.json").symlink_to(release / "nowhere")
    assert set(said(release)) == {
        "unions.parquet: it is no file",
        "croissant.json: this file is missing",
    }


def test_a_day_until_which_things_are_known_that_is_not_the_last_report_s_is_told(
    release: Path,
) -> None:
    change_manifest(release, lambda found: found.update(known_until="2021-01-01"))
    assert said(release) == [
        "manifest.json: known_until is 2021-01-01, but the last report was issued on 2025-03-31"
    ]
    assert against(release) == ["manifest.json: known_until is another"]


def test_a_table_that_is_no_parquet_file_is_told_and_the_others_are_still_checked(
    release: Path,
) -> None:
    (release / "groups.parquet").write_bytes(b"PAR1 no more")
    told = said(release)
    assert told[0] == "groups.parquet: its bytes are not those that manifest.json names"
    assert told[1].startswith("groups.parquet: cannot be read: ")
    assert len(told) == 2


def test_the_same_content_in_other_bytes_is_told_of_the_file_only(release: Path) -> None:
    path = release / "groups.parquet"
    pyarrow.parquet.write_table(pyarrow.parquet.read_table(path), path, compression="none")
    assert said(release) == ["groups.parquet: its bytes are not those that manifest.json names"]


def test_another_content_is_told_of_file_and_content(release: Path) -> None:
    path = release / "groups.parquet"
    pyarrow.parquet.write_table(pyarrow.parquet.read_table(path).slice(1), path)
    assert said(release) == [
        "groups.parquet: its bytes are not those that manifest.json names",
        "groups.parquet: its content is not what manifest.json names",
    ]


def test_an_input_that_is_named_otherwise_does_not_fit_the_id(release: Path) -> None:
    def change(found: dict[str, Any]) -> None:
        found["raw"]["waivers.yml"]["sha256"] = "0" * 64

    change_manifest(release, change)
    (told,) = said(release)
    assert told.startswith("manifest.json: the id r")
    assert told.endswith(" does not fit what is listed")


def column(table: pyarrow.Table, name: str, cells: list[Any]) -> pyarrow.Table:
    field = table.schema.field(name)
    return table.set_column(
        table.schema.get_field_index(name),
        field,
        pyarrow.chunked_array([pyarrow.array(cells, field.type)]),
    )


def test_a_file_cannot_hold_a_missing_cell_where_none_may_be(release: Path) -> None:
    table = pyarrow.parquet.read_table(release / "groups.parquet")
    spoiled = column(table, "year", [None, *table["year"].to_pylist()[1:]])
    with pytest.raises(pyarrow.ArrowInvalid, match="non-nullable"):
        pyarrow.parquet.write_table(spoiled, release / "groups.parquet")


def test_a_key_that_stands_twice_is_told(release: Path) -> None:
    table = pyarrow.parquet.read_table(release / "unions.parquet")
    replace(release, "unions", pyarrow.concat_tables([table, table.slice(0, 1)]))
    assert said(release) == ["unions.parquet: the key area_code,as_of is not unique"]


def test_a_reference_that_leads_nowhere_is_told_from_cells_and_from_lists(release: Path) -> None:
    table = pyarrow.parquet.read_table(release / "targets.parquet")
    rows = table.num_rows
    table = column(table, "report_id", ["nowhere"] * rows)
    table = column(table, "figure_ids", [["a:1", "b:2", "c:3", "d:4"]] * rows)
    replace(release, "targets", table)
    assert said(release) == [
        "targets.parquet: column report_id: 1 values are not in reports.report_id: nowhere",
        (
            "targets.parquet: column figure_ids: 4 values are not in figures.figure_id: "
            "a:1, b:2, c:3 …"
        ),
    ]


def test_a_reference_to_a_table_that_the_release_has_not_is_told(release: Path) -> None:
    (release / "rules.parquet").unlink()

    def change(found: dict[str, Any]) -> None:
        del found["tables"]["rules"], found["files"]["rules.parquet"]
        found["release"] = release_id(found)

    change_manifest(release, change)
    assert {told.partition(" refers to ")[2] for told in said(release)} == {
        "rules.rule, which the release has not"
    }


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (None, "there is no such file, so this is no release"),
        (b"{", "no JSON"),
        (b'{"format": 3}', "form 1 is expected; update htx_pipeline"),
        (b'{"format": 2}', "made by htx tables, this is no release"),
        (b"[1]", "form 1 is expected"),
        (b'{"format": 1, "release": 5}', "form 1 is expected"),
        (edited(lambda found: found["tables"].update(unions={})), "form 1 is expected"),
        (edited(lambda found: found["dataset"].update(title=None)), "form 1 is expected"),
        (edited(lambda found: found["tables"].update({"x/y": {}})), "form 1 is expected"),
        (edited(lambda found: found["files"].update({"../x": {}})), "form 1 is expected"),
    ],
)
def test_a_folder_without_a_manifest_that_can_be_read_is_no_release(
    release: Path, held: bytes | None, told: str
) -> None:
    (release / "manifest.json").unlink()
    if held is not None:
        (release / "manifest.json").write_bytes(held)
    with pytest.raises(ReleaseError, match=told) as failure:
        deviations(release)
    assert failure.value.exit_code == 3
    assert str(release / "manifest.json") in failure.value.told.vi


# Against a build.


def against(release: Path) -> list[str]:
    return [difference.text("en") for difference in differences(release, CURATED)]


def test_the_same_release_does_not_differ() -> None:
    assert differences(CURATED, CURATED) == ()


def test_other_bytes_by_another_version_of_a_library_are_a_note(release: Path) -> None:
    table = pyarrow.parquet.read_table(release / "groups.parquet")
    replace(release, "groups", table)
    assert against(release) == ["groups.parquet: it is not what has just been built"]
    now = json.loads((CURATED / "manifest.json").read_bytes())["written_by"]["pyarrow"]
    change_manifest(release, lambda found: found["written_by"].update(pyarrow="1.0.0"))
    (note,) = differences(release, CURATED)
    assert note.is_note
    assert note.text("en") == (
        f"groups.parquet: other bytes, by other versions of libraries: pyarrow 1.0.0 / {now}"
    )


def test_another_content_is_told_once_with_its_rows(release: Path) -> None:
    replace(release, "groups", pyarrow.parquet.read_table(release / "groups.parquet").slice(1))
    assert against(release) == [
        "groups.parquet: another content than what has just been built (3 rows, built 4)"
    ]


def test_inputs_that_are_others_are_told_by_name(release: Path) -> None:
    def change(found: dict[str, Any]) -> None:
        found["raw"]["gone.csv"] = found["raw"].pop("corrections.yml")
        found["rules"]["count"] = 1
        found["software"]["htx_pipeline"] = "0.0.1"

    change_manifest(release, change)
    assert against(release) == [
        "raw/corrections.yml: it is not the file that the release was made from",
        "raw/gone.csv: it is not the file that the release was made from",
        "manifest.json: the catalogue of rules is another",
        "manifest.json: the software has another version",
    ]


def test_tables_and_files_that_are_missing_or_too_many_are_told(release: Path) -> None:
    def change(found: dict[str, Any]) -> None:
        found["tables"]["extra"] = found["tables"].pop("unions") | {"file": "extra.parquet"}
        found["files"]["extra.parquet"] = found["files"].pop("unions.parquet")
        found["files"]["datapackage.json"]["bytes"] = 1
        del found["files"]["croissant.json"]
        found["files"]["extra.json"] = {"bytes": 1, "sha256": ""}

    change_manifest(release, change)
    assert set(against(release)) == {
        "unions.parquet: this table is missing",
        "extra.parquet: this table is not built",
        "croissant.json: this file is missing",
        "datapackage.json: it is not what has just been built",
        "extra.json: this file is not built",
        "unions.parquet: this file is missing",
    }
