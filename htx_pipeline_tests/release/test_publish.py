from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet
import pytest

from htx_pipeline.curation import CONTRACTS
from htx_pipeline.errors import ContractError, HtxError, InputError, ReleaseError, UsageError
from htx_pipeline.folder import DataFolder, locate
from htx_pipeline.release import Inputs, gate, publish, stage
from htx_pipeline.release.verify import deviations
from htx_pipeline_tests.building import own_release

publishing = importlib.import_module("htx_pipeline.release.publish")
DATA = Path(__file__).parents[2] / "data"
BEFORE = {"reports.parquet": b"the release before"}


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's raw data, and the tables that were built from it."""
    root = tmp_path_factory.mktemp("staged")
    folder = DataFolder(root)
    shutil.copytree(DATA / "raw", folder.raw)
    inputs = Inputs.under(folder.raw).versions
    for contract in CONTRACTS:
        stage(contract, own_release().tables[contract.name], folder.staging, inputs=inputs)
    return root


@pytest.fixture
def folder(staged: Path, tmp_path: Path) -> DataFolder:
    """The same with a release before, which holds something else."""
    shutil.copytree(staged, tmp_path / "data")
    found = DataFolder(tmp_path / "data")
    found.curated.mkdir()
    for name, held in BEFORE.items():
        (found.curated / name).write_bytes(held)
    return found


@pytest.fixture
def no_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate has its own tests, and takes seconds."""
    passed = gate.Verdict(result=b"{}", failures=(), evaluated=0, successful=0, compared=0)
    monkeypatch.setattr(gate, "check", lambda *_, **__: passed)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def left_beside(folder: DataFolder) -> set[str]:
    names = {path.name for path in folder.root.iterdir()}
    return names - {"raw", "staging", "curated", ".curated.lock"}


def restage(folder: DataFolder, name: str, table: pyarrow.Table) -> None:
    """Put another file in the place of a staged one, as if it had been staged so."""
    path = folder.staging / f"{name}.parquet"
    pyarrow.parquet.write_table(table, path)
    beside = path.with_suffix(".receipt.json")
    receipt = json.loads(beside.read_bytes())
    receipt["file"] = publishing.FileHash.of(path).sha256
    beside.write_text(json.dumps(receipt), encoding="utf-8")


def test_staged_tables_become_the_release_of_the_repository(folder: DataFolder) -> None:
    published = publish(CONTRACTS, folder)
    assert published.changed
    assert contents(folder.curated) == contents(DATA / "curated")
    assert deviations(folder.curated) == ()
    assert published.manifest == json.loads((folder.curated / "manifest.json").read_bytes())
    assert published.verdict.passed
    assert (folder.curated / "validation.json").read_bytes() == published.verdict.result
    assert left_beside(folder) == set()
    inodes = {path.name: path.stat().st_ino for path in folder.curated.iterdir()}
    assert not publish(CONTRACTS, folder).changed
    assert {path.name: path.stat().st_ino for path in folder.curated.iterdir()} == inodes


@pytest.mark.usefixtures("no_gate")
def test_there_need_be_no_release_before(folder: DataFolder) -> None:
    shutil.rmtree(folder.curated)
    assert publish(CONTRACTS, folder).changed
    assert deviations(folder.curated) == ()


def test_a_table_that_is_not_staged_is_named_and_nothing_changes(folder: DataFolder) -> None:
    (folder.staging / "groups.parquet").unlink()
    with pytest.raises(UsageError, match="not built, or built from other inputs: groups;"):
        publish(CONTRACTS, folder)
    assert contents(folder.curated) == BEFORE
    assert left_beside(folder) == set()


def test_a_staged_file_that_was_changed_afterwards_counts_as_not_built(folder: DataFolder) -> None:
    path = folder.staging / "groups.parquet"
    pyarrow.parquet.write_table(pyarrow.parquet.read_table(path).slice(1), path)
    with pytest.raises(UsageError, match="not built, or built from other inputs: groups;"):
        publish(CONTRACTS, folder)
    assert contents(folder.curated) == BEFORE


def test_a_staged_file_that_breaks_its_contract_changes_nothing(folder: DataFolder) -> None:
    table = pyarrow.parquet.read_table(folder.staging / "groups.parquet")
    restage(folder, "groups", pyarrow.concat_tables([table, table]))
    with pytest.raises(ReleaseError, match="groups"):
        publish(CONTRACTS, folder)
    assert contents(folder.curated) == BEFORE
    assert left_beside(folder) == set()


def test_tables_of_different_inputs_are_not_released_together(folder: DataFolder) -> None:
    (groups,) = (contract for contract in CONTRACTS if contract.name == "groups")
    others = {**Inputs.under(folder.raw).versions, "rules": "others"}
    stage(groups, own_release().tables["groups"], folder.staging, inputs=others)
    with pytest.raises(UsageError, match=r"built from other inputs: groups \(rules\); materialise"):
        publish(CONTRACTS, folder)
    assert contents(folder.curated) == BEFORE


def test_tables_of_raw_data_that_has_changed_since_are_not_released(folder: DataFolder) -> None:
    waivers = folder.raw / "waivers.yml"
    waivers.write_text(waivers.read_text(encoding="utf-8") + "# a word more\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"groups \(raw/waivers.yml\)"):
        publish(CONTRACTS, folder)
    assert contents(folder.curated) == BEFORE


def test_a_dataset_that_nothing_is_said_of_is_not_released(folder: DataFolder) -> None:
    (folder.raw / "dataset.yml").unlink()
    inputs = Inputs.under(folder.raw).versions
    for contract in CONTRACTS:
        stage(contract, own_release().tables[contract.name], folder.staging, inputs=inputs)
    with pytest.raises(InputError, match=r"dataset\.yml: \[missing-file\]"):
        publish(CONTRACTS, folder)
    assert contents(folder.curated) == BEFORE


@pytest.mark.parametrize("spoil", ["column", "type", "description"])
def test_a_staged_file_with_other_columns_types_or_descriptions_is_refused(
    folder: DataFolder, spoil: str
) -> None:
    table = pyarrow.parquet.read_table(folder.staging / "groups.parquet")
    year = table.schema.get_field_index("year")
    if spoil == "column":
        table = table.append_column("junk", pyarrow.array([1] * table.num_rows))
    elif spoil == "type":
        table = table.set_column(year, "year", table["year"].cast("int16"))
    else:
        table = table.replace_schema_metadata(None)
    restage(folder, "groups", table)
    with pytest.raises(ContractError, match="other columns, types or descriptions"):
        publish(CONTRACTS, folder)
    assert contents(folder.curated) == BEFORE


def test_a_release_that_the_gate_refuses_changes_nothing(folder: DataFolder) -> None:
    """Rows that are gone without an entry in the changelog, though no manifest tells of them."""
    groups = pyarrow.parquet.read_table(folder.staging / "groups.parquet")
    pyarrow.parquet.write_table(
        pyarrow.concat_tables([groups, groups]), folder.curated / "groups.parquet"
    )
    before = contents(folder.curated)
    with pytest.raises(ReleaseError, match="groups: must not have fewer than 8 rows"):
        publish(CONTRACTS, folder)
    assert contents(folder.curated) == before
    assert left_beside(folder) == set()


@pytest.mark.usefixtures("no_gate")
def test_raw_data_that_change_while_the_release_is_written_are_not_released(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = publishing.read_dataset

    def changes(raw: Path) -> object:
        found = described(raw)
        (raw / "waivers.yml").write_bytes(b"# gone\n")
        return found

    monkeypatch.setattr(publishing, "read_dataset", changes)
    with pytest.raises(UsageError, match="changed while they were released"):
        publish(CONTRACTS, folder)
    assert contents(folder.curated) == BEFORE


@pytest.mark.usefixtures("no_gate")
def test_a_release_that_is_not_as_it_was_written_is_our_fault_and_changes_nothing(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = publishing.manifest.write_manifest

    def spoils(found: dict[str, object], place: Path) -> Path:
        (place / "datapackage.json").write_bytes(b"{}")
        return write(found, place)

    monkeypatch.setattr(publishing.manifest, "write_manifest", spoils)
    with pytest.raises(HtxError, match=r"datapackage\.json: its bytes are not those") as told:
        publish(CONTRACTS, folder)
    assert told.value.exit_code == 4
    assert contents(folder.curated) == BEFORE


_PUBLISH = """\
import resource, sys
from pathlib import Path
from htx_pipeline.folder import DataFolder
from htx_pipeline.release import gate, publish
from htx_pipeline.curation import CONTRACTS
passed = gate.Verdict(result=b"{}", failures=(), evaluated=0, successful=0, compared=0)
gate.check = lambda *_, **__: passed
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
publish(CONTRACTS, DataFolder(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("limit", [0, 20_000, 100_000, 300_000])
def test_a_disk_that_takes_no_more_changes_nothing(folder: DataFolder, limit: int) -> None:
    """A limit on the size of a file breaks a write half-way, as a full disk does."""
    said = subprocess.run(
        [sys.executable, "-c", _PUBLISH, str(folder.root), str(limit)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 1
    assert "File too large" in said.stderr
    assert contents(folder.curated) == BEFORE
    assert left_beside(folder) == set()


def test_two_builds_at_once_both_end_in_a_sound_release(folder: DataFolder) -> None:
    shutil.rmtree(folder.curated)
    both = [
        subprocess.Popen([sys.executable, "-c", _PUBLISH, str(folder.root), str(2**40)])
        for _ in range(2)
    ]
    assert [process.wait() for process in both] == [0, 0]
    assert deviations(folder.curated) == ()
    assert left_beside(folder) == set()


def test_the_data_folder_is_found_from_anywhere_in_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HTX_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    assert locate() == DATA
    (tmp_path / "data" / "raw").mkdir(parents=True)
    assert locate() == tmp_path / "data"
    monkeypatch.setenv("HTX_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="nowhere"):
        locate()
