"""``datapackage.json``: the release as a Data Package, version 2.

Beside the properties of the standard there are those for which it has none: ``title_vi`` and
``description_vi``; of a field ``unit`` (a code of the list ``unit``, or what is counted),
``codelist``, ``refersTo`` (the columns in which every element of a list stands) and ``elements``
(the fields of a record); of a category ``label_vi``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from htx_pipeline import codelists
from htx_pipeline.release.dataset import LICENCES
from htx_pipeline.release.descriptors.about import PARQUET, as_json, file_of, reports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from htx_pipeline.contracts import Contract, Field, Kind
    from htx_pipeline.release.descriptors.about import InBothLanguages
    from htx_pipeline.release.draft import Draft

_PROFILES = "https://datapackage.org/profiles/2.0"
_TYPES: Mapping[Kind, str] = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "day": "date",
    "texts": "list",
    "records": "array",
}


def data_package(draft: Draft) -> bytes:
    """The bytes of ``datapackage.json``."""
    dataset = draft.dataset
    title, address = LICENCES[dataset.licence]
    package: dict[str, Any] = {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": dataset.id,
        **_words(dataset.title, dataset.description),
        **({"homepage": dataset.address} if dataset.address else {}),
        "version": dataset.version,
        "keywords": list(dataset.keywords),
        "licenses": [{"name": dataset.licence, "title": title, "path": address}],
        "contributors": [{"title": name, "roles": ["author"]} for name in dataset.authors],
        "sources": [_source(report) for report in reports(draft)],
        "resources": [_resource(contract, draft) for contract in draft.contracts],
    }
    return as_json(package)


def _words(title: InBothLanguages, description: InBothLanguages) -> dict[str, str]:
    return {
        "title": title.en,
        "title_vi": title.vi,
        "description": description.en,
        "description_vi": description.vi,
    }


def _source(report: Mapping[str, Any]) -> dict[str, str]:
    return {
        "title": report["title_en"],
        "title_vi": report["title_vi"],
        "report_id": report["report_id"],
        "issuer": report["issuer_en"],
        "issued_on": report["issued_on"].isoformat(),
        "issued_on_precision": report["issued_on_precision"],
        **({"path": report["address"]} if report["address"] else {}),
    }


def _resource(contract: Contract, draft: Draft) -> dict[str, Any]:
    file = draft.files[contract.name]
    return {
        "$schema": f"{_PROFILES}/dataresource.json",
        "name": contract.name,
        "type": "table",
        "path": file_of(contract),
        "format": "parquet",
        "mediatype": PARQUET,
        **_words(contract.title, contract.description),
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "schema": _schema(contract),
    }


def _schema(contract: Contract) -> dict[str, Any]:
    foreign = [_foreign_key(contract, field) for field in contract.fields if _has_one_target(field)]
    return {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(contract, field) for field in contract.fields],
        # Parquet has nulls of its own: no text stands for one.
        "missingValues": [],
        "primaryKey": list(contract.key),
        **({"foreignKeys": foreign} if foreign else {}),
    }


def _has_one_target(field: Field) -> bool:
    return field.kind == "text" and len(field.refers_to) == 1


def _foreign_key(contract: Contract, field: Field) -> dict[str, Any]:
    table, _, column = field.refers_to[0].partition(".")
    own = table == contract.name
    return {
        "fields": [field.name],
        "reference": {**({} if own else {"resource": table}), "fields": [column]},
    }


def _field(contract: Contract, field: Field) -> dict[str, Any]:
    constraints = {
        "required": not field.nullable or None,
        "unique": contract.key == (field.name,) or None,
        "minimum": field.minimum,
        "minLength": None if field.may_be_empty else 1,
        "pattern": field.pattern,
        # The labels stand in the categories; what validates data asks for the enum.
        "enum": list(codelists.codes(field.codelist)) if field.codelist else None,
    }
    kept = {name: told for name, told in constraints.items() if told is not None}
    about = {
        "name": field.name,
        "type": _TYPES[field.kind],
        **({"itemType": "string"} if field.kind == "texts" else {}),
        **_words(field.title, field.description),
        "unit": field.unit,
        "codelist": field.codelist,
        "categories": _categories(field.codelist) if field.codelist else None,
        "refersTo": list(field.refers_to) if not _has_one_target(field) else None,
        "elements": [{"name": name, "type": _TYPES[kind]} for name, kind in field.elements],
        "constraints": kept,
    }
    return {name: told for name, told in about.items() if told}


def _categories(codelist: str) -> list[dict[str, str]]:
    return [
        {"value": code, "label": row["en"], "label_vi": row["vi"]}
        for code, row in codelists.rows(codelist).items()
    ]
