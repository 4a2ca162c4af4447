from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet
import pytest

from htx_pipeline.errors import ContractError, UsageError
from htx_pipeline.folder import locate
from htx_pipeline.release import publish
from htx_pipeline.tables import CONTRACTS

CURATED = Path(__file__).parents[2] / "data" / "curated"


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(CURATED, tmp_path / "staging"))
    for contract in CONTRACTS:
        (folder / f"{contract.name}.source").write_text("the same figures", encoding="utf-8")
    return folder


@pytest.fixture
def curated(tmp_path: Path) -> Path:
    """A release before, which holds something else."""
    folder = tmp_path / "curated"
    folder.mkdir()
    (folder / "reports.parquet").write_bytes(b"the release before")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_staged_tables_become_the_release(staging: Path, curated: Path) -> None:
    assert publish(CONTRACTS, staging, curated) is True
    assert contents(curated) == contents(CURATED)
    assert sorted(path.name for path in curated.parent.iterdir()) == ["curated", "staging"]


def test_there_need_be_no_release_before(staging: Path, tmp_path: Path) -> None:
    assert publish(CONTRACTS, staging, tmp_path / "curated") is True
    assert contents(tmp_path / "curated") == contents(CURATED)


def test_the_same_bytes_do_not_touch_the_release(staging: Path, curated: Path) -> None:
    publish(CONTRACTS, staging, curated)
    before = {path.name: path.stat().st_ino for path in curated.iterdir()}
    assert publish(CONTRACTS, staging, curated) is False
    assert {path.name: path.stat().st_ino for path in curated.iterdir()} == before


def test_a_table_that_is_not_staged_is_named_and_nothing_changes(
    staging: Path, curated: Path
) -> None:
    (staging / "groups.parquet").unlink()
    with pytest.raises(UsageError, match="not built yet: groups;"):
        publish(CONTRACTS, staging, curated)
    assert contents(curated) == {"reports.parquet": b"the release before"}


def test_a_staged_file_that_breaks_its_contract_changes_nothing(
    staging: Path, curated: Path
) -> None:
    table = pyarrow.parquet.read_table(staging / "groups.parquet")
    twice = pyarrow.concat_tables([table, table])
    pyarrow.parquet.write_table(twice, staging / "groups.parquet")
    with pytest.raises(ContractError, match="table groups breaks its contract"):
        publish(CONTRACTS, staging, curated)
    assert contents(curated) == {"reports.parquet": b"the release before"}
    assert sorted(path.name for path in curated.parent.iterdir()) == ["curated", "staging"]


def test_tables_of_different_figures_are_not_released_together(
    staging: Path, curated: Path
) -> None:
    (staging / "groups.source").write_text("other figures", encoding="utf-8")
    with pytest.raises(UsageError, match="built from different figures") as told:
        publish(CONTRACTS, staging, curated)
    assert "| groups;" in str(told.value)
    assert contents(curated) == {"reports.parquet": b"the release before"}


@pytest.mark.parametrize("spoil", ["column", "type", "description"])
def test_a_staged_file_with_other_columns_types_or_descriptions_is_refused(
    staging: Path, curated: Path, spoil: str
) -> None:
    table = pyarrow.parquet.read_table(staging / "groups.parquet")
    year = table.schema.get_field_index("year")
    if spoil == "column":
        table = table.append_column("junk", pyarrow.array([1] * table.num_rows))
    elif spoil == "type":
        table = table.set_column(year, "year", table["year"].cast("int16"))
    else:
        table = table.replace_schema_metadata(None)
    pyarrow.parquet.write_table(table, staging / "groups.parquet")
    with pytest.raises(ContractError, match="other columns, types or descriptions"):
        publish(CONTRACTS, staging, curated)
    assert contents(curated) == {"reports.parquet": b"the release before"}


def test_a_switch_that_fails_puts_the_release_before_back(
    staging: Path, curated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def fails_into_place(self: Path, target: Path) -> Path:
        if "-new-" in self.name:
            raise OSError("planted")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails_into_place)
    with pytest.raises(OSError, match="planted"):
        publish(CONTRACTS, staging, curated)
    assert contents(curated) == {"reports.parquet": b"the release before"}


def test_the_data_folder_is_found_from_anywhere_in_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HTX_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    assert locate() == CURATED.parent
    (tmp_path / "data" / "raw").mkdir(parents=True)
    assert locate() == tmp_path / "data"
    monkeypatch.setenv("HTX_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="nowhere"):
        locate()
