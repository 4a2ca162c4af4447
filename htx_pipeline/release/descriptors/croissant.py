"""``croissant.json``: the release in Croissant 1.1, for those who load it with its tools.

Each table is a record set over its Parquet file, each code list an enumeration with inline data.
The context is written out, so that nothing has to be fetched to understand it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from htx_pipeline import codelists
from htx_pipeline.release.dataset import LICENCES
from htx_pipeline.release.descriptors.about import (
    as_json,
    citation,
    codelists_of,
    file_of,
    known_until,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from htx_pipeline.contracts import Contract, Field, Kind
    from htx_pipeline.release.descriptors.about import InBothLanguages
    from htx_pipeline.release.draft import Draft

_OF_CROISSANT = (
    "arrayShape citeAs column containedIn equivalentProperty extract field fileProperty fileObject "
    "fileSet format includes isArray isLiveDataset jsonPath key md5 parentField path recordSet "
    "references regex repeated replace samplingRate separator source subField transform"
).split()
_CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "name": {"@container": "@language"},
    "description": {"@container": "@language"},
    "data": {"@id": "cr:data", "@type": "@json"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    **{term: f"cr:{term}" for term in _OF_CROISSANT},
}
# The media type that the tools of Croissant know; the registered one is in the other descriptions.
_PARQUET = "application/x-parquet"
_TYPES: Mapping[Kind, str] = {
    "text": "sc:Text",
    "integer": "cr:Int64",
    "number": "cr:Float64",
    "boolean": "sc:Boolean",
    "day": "sc:Date",
    "texts": "sc:Text",
}


def croissant(draft: Draft) -> bytes:
    """The bytes of ``croissant.json``."""
    dataset, until = draft.dataset, known_until(draft)
    document: dict[str, Any] = {
        "@context": dict(_CONTEXT),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": _both(dataset.title),
        "description": _both(dataset.description),
        "license": LICENCES[dataset.licence][1],
        **({"url": dataset.address} if dataset.address else {}),
        "version": dataset.version,
        **({"datePublished": until.isoformat()} if until else {}),
        "creator": [{"@type": "sc:Organization", "name": name} for name in dataset.authors],
        "keywords": list(dataset.keywords),
        "inLanguage": ["vi", "en"],
        "isLiveDataset": False,
        "citeAs": citation(draft),
        "distribution": [_file(contract, draft) for contract in draft.contracts],
        "recordSet": [
            *(_codes(name) for name in codelists_of(draft.contracts)),
            *(_table(contract) for contract in draft.contracts),
        ],
    }
    return as_json(document)


def _both(label: InBothLanguages) -> dict[str, str]:
    return {"en": label.en, "vi": label.vi}


def _file(contract: Contract, draft: Draft) -> dict[str, Any]:
    name, file = file_of(contract), draft.files[contract.name]
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "description": _both(contract.title),
        "contentUrl": name,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": _PARQUET,
        "sha256": file.sha256,
    }


def _codes(name: str) -> dict[str, Any]:
    record_set = f"codes/{name}"
    columns = ("code", "vi", "en")
    return {
        "@type": "cr:RecordSet",
        "@id": record_set,
        "name": record_set,
        "dataType": "sc:Enumeration",
        "key": {"@id": f"{record_set}/code"},
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{record_set}/{column}",
                "name": column,
                "dataType": "sc:Text",
            }
            for column in columns
        ],
        "data": [
            {f"{record_set}/{column}": row[column] for column in columns}
            for row in codelists.rows(name).values()
        ],
    }


def _table(contract: Contract) -> dict[str, Any]:
    key = [{"@id": f"{contract.name}/{name}"} for name in contract.key]
    return {
        "@type": "cr:RecordSet",
        "@id": contract.name,
        "name": contract.name,
        "description": _both(contract.description),
        "key": key if len(key) > 1 else key[0],
        "field": [_field(contract, field) for field in contract.fields],
    }


def _field(contract: Contract, field: Field) -> dict[str, Any]:
    about: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{contract.name}/{field.name}",
        "name": field.name,
        "description": _both(field.description),
    }
    if field.kind == "records":
        return {**about, "repeated": True, "subField": _elements(contract, field)}
    return {
        **about,
        "dataType": _TYPES[field.kind],
        **({"isArray": True, "arrayShape": "-1"} if field.kind == "texts" else {}),
        **_references(contract, field),
        "source": _source(contract, field),
    }


def _elements(contract: Contract, field: Field) -> list[dict[str, Any]]:
    """The fields of each record of a list, found in it by name."""
    return [
        {
            "@type": "cr:Field",
            "@id": f"{contract.name}/{field.name}/{name}",
            "name": name,
            "dataType": _TYPES[kind],
            **({"isArray": True, "arrayShape": "-1"} if kind == "texts" else {}),
            "source": {**_source(contract, field), "transform": {"jsonPath": name}},
        }
        for name, kind in field.elements
    ]


def _source(contract: Contract, field: Field) -> dict[str, Any]:
    return {"fileObject": {"@id": file_of(contract)}, "extract": {"column": field.name}}


def _references(contract: Contract, field: Field) -> dict[str, Any]:
    """Where every value of a field stands: in a code list, or in a key of another table.

    The key is named by file and column, which is the same: with a reference to the field of a
    record set, mlcroissant 1.1.1 cannot read that record set and this one after each other.
    """
    if field.codelist is not None:
        return {"references": {"field": {"@id": f"codes/{field.codelist}/code"}}}
    if field.kind != "text" or len(field.refers_to) != 1:
        return {}
    table, _, column = field.refers_to[0].partition(".")
    if table == contract.name:
        return {}
    return {
        "references": {
            "fileObject": {"@id": f"{table}.parquet"},
            "extract": {"column": column},
        }
    }
