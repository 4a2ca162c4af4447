"""``croissant.json``, by mlcroissant: it loads without a warning and gives the files' rows."""

from __future__ import annotations

import copy
import datetime as dt
import json
import logging
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from htx_pipeline import codelists
from htx_pipeline.curation import CONTRACTS
from htx_pipeline.release.descriptors.about import codelists_of

with warnings.catch_warnings():
    # What mlcroissant imports still uses names that its own dependencies have deprecated.
    warnings.simplefilter("ignore")
    import mlcroissant

if TYPE_CHECKING:
    from pathlib import Path

    from htx_pipeline.contracts import Field

# mlcroissant reads JSON-LD with what rdflib deprecates, and resets an index in place, which
# pandas 3.1 announces to end.
pytestmark = [
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def loaded(described: Any) -> mlcroissant.Dataset:
    return mlcroissant.Dataset(described.folder / "croissant.json")


def plain(cell: Any) -> Any:
    """A cell as Python has it: text from bytes, days from timestamps, numbers without a width."""
    if isinstance(cell, bytes):
        return cell.decode()
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, list):
        return [plain(one) for one in cell]
    if isinstance(cell, dict):
        return {name.rpartition("/")[2]: plain(one) for name, one in cell.items()}
    return cell.item() if hasattr(cell, "item") else cell


def records(dataset: mlcroissant.Dataset, name: str) -> list[dict[str, Any]]:
    return [plain(record) for record in dataset.records(name)]


def test_it_loads_without_an_error_or_a_warning(
    described: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        dataset = mlcroissant.Dataset(described.folder / "croissant.json")
    issues = dataset.metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())
    assert [record.getMessage() for record in caplog.records] == []
    assert dataset.metadata.ctx.is_v1_1()


@pytest.mark.parametrize("table", [contract.name for contract in CONTRACTS])
def test_a_record_set_gives_the_rows_of_its_file(
    described: Any, loaded: mlcroissant.Dataset, table: str
) -> None:
    rows = described.rows(table)
    assert rows
    assert records(loaded, table) == rows


@pytest.mark.parametrize("name", codelists_of(CONTRACTS))
def test_a_code_list_is_an_enumeration(loaded: mlcroissant.Dataset, name: str) -> None:
    expected = [
        {"code": code, "vi": row["vi"], "en": row["en"]}
        for code, row in codelists.rows(name).items()
    ]
    assert records(loaded, f"codes/{name}") == expected


def test_keys_references_and_hashes_are_those_of_the_contracts(described: Any) -> None:
    told = described.json("croissant.json")
    files = {one["@id"]: one["sha256"] for one in told["distribution"]}
    assert files == {f"{name}.parquet": f.sha256 for name, f in described.draft.files.items()}
    tables = {one["@id"]: one for one in told["recordSet"]}
    for contract in CONTRACTS:
        key = tables[contract.name]["key"]
        named = key if isinstance(key, list) else [key]
        assert [one["@id"] for one in named] == [f"{contract.name}/{n}" for n in contract.key]
        for field, one in zip(contract.fields, tables[contract.name]["field"], strict=True):
            assert one.get("references") == reference_of(contract.name, field)


def reference_of(table: str, field: Field) -> dict[str, Any] | None:
    if field.codelist:
        return {"field": {"@id": f"codes/{field.codelist}/code"}}
    if field.kind != "text" or len(field.refers_to) != 1:
        return None
    other, column = field.refers_to[0].split(".")
    source = {"fileObject": {"@id": f"{other}.parquet"}, "extract": {"column": column}}
    return None if other == table else source


def changed(described: Any, tmp_path: Path, change: Any) -> mlcroissant.Dataset:
    """The dataset with a changed description, beside the same files."""
    told = copy.deepcopy(described.json("croissant.json"))
    change(told)
    for file in described.folder.glob("*.parquet"):
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / "croissant.json").write_text(json.dumps(told), encoding="utf-8")
    return mlcroissant.Dataset(tmp_path / "croissant.json")


def groups(told: dict[str, Any]) -> dict[str, Any]:
    (found,) = (one for one in told["recordSet"] if one["@id"] == "groups")
    return found


def test_a_column_that_is_not_there_is_noticed(described: Any, tmp_path: Path) -> None:
    def change(told: dict[str, Any]) -> None:
        groups(told)["field"][-1]["source"]["extract"]["column"] = "no_such_column"

    dataset = changed(described, tmp_path, change)
    with pytest.raises(mlcroissant.GenerationError):
        records(dataset, "groups")


def test_a_wrong_type_is_noticed(described: Any, tmp_path: Path) -> None:
    def change(told: dict[str, Any]) -> None:
        groups(told)["field"][0]["dataType"] = "sc:Integer"

    dataset = changed(described, tmp_path, change)
    with pytest.raises(mlcroissant.GenerationError):
        records(dataset, "groups")


def test_a_context_that_lacks_a_term_is_noticed(
    described: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def change(told: dict[str, Any]) -> None:
        del told["@context"]["samplingRate"]

    with caplog.at_level(logging.WARNING):
        changed(described, tmp_path, change)
    assert "samplingRate" in caplog.text


def test_a_file_without_hash_is_noticed(described: Any, tmp_path: Path) -> None:
    def change(told: dict[str, Any]) -> None:
        del told["distribution"][0]["sha256"]

    with pytest.raises(mlcroissant.ValidationError, match="sha256"):
        changed(described, tmp_path, change)
