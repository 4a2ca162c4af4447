"""``datapackage.json``, by frictionless: as metadata, and against the rows of the files."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from frictionless import Package, system
from frictionless.resources import FileResource

from htx_pipeline import codelists
from htx_pipeline.curation import CONTRACTS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _trusted() -> Iterator[None]:
    """Frictionless reads the absolute paths of a temporary folder."""
    with system.use_context(trusted=True):
        yield


@pytest.fixture(scope="module")
def with_rows(described: Any) -> dict[str, Any]:
    """The descriptor with the rows of the files in it.

    Frictionless itself turns the lists of a Parquet file into arrays that it then refuses.
    """
    descriptor = described.json("datapackage.json")
    for resource in descriptor["resources"]:
        rows = described.rows(resource["name"])
        for name in ("path", "format", "mediatype", "bytes", "hash"):
            del resource[name]
        names = [field["name"] for field in resource["schema"]["fields"]]
        resource["data"] = [names, *([row[name] for name in names] for row in rows)]
    return descriptor


def resource(descriptor: dict[str, Any], table: str) -> dict[str, Any]:
    (found,) = (one for one in descriptor["resources"] if one["name"] == table)
    return found


def complaints(descriptor: dict[str, Any], table: str = "") -> set[tuple[str, str | None]]:
    """What frictionless finds wrong: the type of each error and the field that it names."""
    package = Package.from_descriptor(copy.deepcopy(descriptor))
    report = package.validate(name=table or None)
    return {tuple(found) for found in report.flatten(["type", "fieldName"])}


def spoilt(descriptor: dict[str, Any], table: str, column: str, cell: Any) -> dict[str, Any]:
    """The descriptor with one cell of the first row of a table changed."""
    changed = copy.deepcopy(descriptor)
    header, first, *_ = resource(changed, table)["data"]
    first[header.index(column)] = cell
    return changed


def test_frictionless_accepts_the_description(described: Any) -> None:
    package = Package.from_descriptor(described.json("datapackage.json"))
    assert package.to_descriptor(validate=True)
    assert [one.name for one in package.resources] == [one.name for one in CONTRACTS]


def test_the_rows_of_the_files_are_as_described(with_rows: dict[str, Any]) -> None:
    assert complaints(with_rows) == set()


@pytest.mark.parametrize(
    ("table", "column", "cell", "complaint"),
    [
        ("groups", "groups_count", "many", "type-error"),
        ("groups", "groups_count", -1, "constraint-error"),
        ("groups", "obs_status", "Q", "constraint-error"),
        ("groups", "area_code", None, "constraint-error"),
        ("groups", "report_ids", 7, "type-error"),
        ("groups", "report_ids", [], "constraint-error"),
        ("cooperatives", "as_of", "in autumn", "type-error"),
        ("findings", "finding_id", "no fingerprint", "constraint-error"),
    ],
)
def test_a_cell_that_is_not_as_described_is_noticed(
    with_rows: dict[str, Any], table: str, column: str, cell: Any, complaint: str
) -> None:
    assert (complaint, column) in complaints(spoilt(with_rows, table, column, cell), table)


def test_a_report_that_is_not_registered_is_noticed(with_rows: dict[str, Any]) -> None:
    changed = spoilt(with_rows, "context", "report_id", "no-such-report")
    assert ("foreign-key", None) in complaints(changed, "context")


def test_a_key_that_stands_twice_is_noticed(with_rows: dict[str, Any]) -> None:
    changed = copy.deepcopy(with_rows)
    rows = resource(changed, "groups")["data"]
    rows.append(rows[1])
    assert ("primary-key", None) in complaints(changed, "groups")


def test_a_column_that_is_missing_is_noticed(with_rows: dict[str, Any]) -> None:
    changed = copy.deepcopy(with_rows)
    for row in resource(changed, "groups")["data"]:
        del row[-1]
    assert ("missing-label", "finding_ids") in complaints(changed, "groups")


def test_size_and_hash_are_those_of_the_files(described: Any) -> None:
    for one in described.json("datapackage.json")["resources"]:
        file = {name: one[name] for name in ("name", "path", "bytes", "hash")}
        found = FileResource.from_descriptor(file, basepath=str(described.folder))
        assert found.validate().valid, one["name"]
        wrong = file | {"hash": "sha256:" + "0" * 64}
        spoilt = FileResource.from_descriptor(wrong, basepath=str(described.folder)).validate()
        assert spoilt.flatten(["type"]) == [["hash-count"]]


def test_every_column_says_what_its_contract_says(described: Any) -> None:
    descriptor = described.json("datapackage.json")
    for contract in CONTRACTS:
        told = resource(descriptor, contract.name)
        assert (told["title"], told["title_vi"]) == (contract.title.en, contract.title.vi)
        assert told["description_vi"] == contract.description.vi
        assert told["schema"]["primaryKey"] == list(contract.key)
        for field, column in zip(contract.fields, told["schema"]["fields"], strict=True):
            assert column["name"] == field.name
            assert column["title_vi"] == field.title.vi
            assert column["description"] == field.description.en
            assert column.get("unit") == field.unit
            assert column.get("constraints", {}).get("required", False) is not field.nullable
            if field.codelist:
                labels = {one["value"]: one["label"] for one in column["categories"]}
                rows = codelists.rows(field.codelist)
                assert labels == {code: row["en"] for code, row in rows.items()}


def test_every_scalar_reference_is_a_foreign_key_and_every_other_is_told(described: Any) -> None:
    descriptor = described.json("datapackage.json")
    for contract in CONTRACTS:
        schema = resource(descriptor, contract.name)["schema"]
        keys = {
            key["fields"][0]: (
                key["reference"].get("resource", contract.name),
                *key["reference"]["fields"],
            )
            for key in schema.get("foreignKeys", [])
        }
        told = {one["name"]: tuple(one.get("refersTo", ())) for one in schema["fields"]}
        for field in contract.fields:
            if field.kind == "text" and field.refers_to:
                assert ".".join(keys[field.name]) in field.refers_to
            else:
                assert told[field.name] == field.refers_to
        assert set(keys) == {f.name for f in contract.fields if f.kind == "text" and f.refers_to}


def test_a_report_s_address_is_told_only_where_it_is_public(described: Any) -> None:
    sources = described.json("datapackage.json")["sources"]
    public = {row["report_id"]: row["address"] for row in described.rows("reports")}
    assert {one["report_id"]: one.get("path") for one in sources} == public


def test_nothing_says_when_it_was_made(described: Any) -> None:
    assert "created" not in described.json("datapackage.json")
