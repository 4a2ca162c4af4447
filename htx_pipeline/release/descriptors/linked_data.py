"""``dataset.jsonld``: the release in the words of schema.org and DCAT, for catalogues and searches.

The identifiers are relative to the folder of the release, unless the dataset has an address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from htx_pipeline import codelists
from htx_pipeline.release.dataset import LICENCES
from htx_pipeline.release.descriptors.about import (
    PARQUET,
    areas,
    as_json,
    covers,
    file_of,
    known_until,
    reports,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from htx_pipeline.contracts import Contract
    from htx_pipeline.release.descriptors.about import InBothLanguages
    from htx_pipeline.release.draft import Draft

_CONTEXT: Mapping[str, Any] = {
    "@vocab": "https://schema.org/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "license": {"@type": "@id"},
    "contentUrl": {"@type": "@id"},
    "url": {"@type": "@id"},
    "datePublished": {"@type": "xsd:date"},
    "dct:license": {"@type": "@id"},
    "dct:issued": {"@type": "xsd:date"},
    "dcat:startDate": {"@type": "xsd:date"},
    "dcat:endDate": {"@type": "xsd:date"},
    "dcat:downloadURL": {"@type": "@id"},
    "dcat:mediaType": {"@type": "@id"},
    "dcat:byteSize": {"@type": "xsd:nonNegativeInteger"},
    "spdx:algorithm": {"@type": "@id"},
    "spdx:checksumValue": {"@type": "xsd:hexBinary"},
}


def linked_data(draft: Draft) -> bytes:
    """The bytes of ``dataset.jsonld``."""
    dataset, until = draft.dataset, known_until(draft)
    title, description = _both(dataset.title), _both(dataset.description)
    licence = LICENCES[dataset.licence][1]
    keywords = list(dataset.keywords)
    files = [_distribution(contract, draft) for contract in draft.contracts]
    sources = [_report(report) for report in reports(draft)]
    node: dict[str, Any] = {
        "@id": dataset.address or "./",
        "@type": ["Dataset", "dcat:Dataset"],
        "identifier": dataset.id,
        "dct:identifier": dataset.id,
        "name": title,
        "dct:title": title,
        "description": description,
        "dct:description": description,
        "version": dataset.version,
        "dcat:version": dataset.version,
        "license": licence,
        "dct:license": licence,
        **({"url": dataset.address} if dataset.address else {}),
        **({"datePublished": until.isoformat()} if until else {}),
        "creator": [{"@type": "Organization", "name": name} for name in dataset.authors],
        "dct:creator": list(dataset.authors),
        "keywords": keywords,
        "dcat:keyword": keywords,
        "inLanguage": ["vi", "en"],
        "isAccessibleForFree": True,
        **_coverage(draft),
        "variableMeasured": _variables(draft),
        "isBasedOn": sources,
        "dct:source": [{"@id": source["@id"]} for source in sources],
        "distribution": files,
        "dcat:distribution": [{"@id": file["@id"]} for file in files],
    }
    return as_json({"@context": dict(_CONTEXT), "@graph": [node]})


def _both(label: InBothLanguages) -> list[dict[str, str]]:
    return [
        {"@language": "vi", "@value": label.vi},
        {"@language": "en", "@value": label.en},
    ]


def _coverage(draft: Draft) -> dict[str, Any]:
    places = [
        {
            "@id": f"#area/{quote(code)}",
            "@type": ["Place", "dct:Location"],
            "identifier": code,
            "name": name,
        }
        for code, name in areas(draft)
    ]
    told: dict[str, Any] = {
        "spatialCoverage": places,
        "dct:spatial": [{"@id": place["@id"]} for place in places],
    }
    days = covers(draft)
    if days is not None:
        first, last = (day.isoformat() for day in days)
        told |= {
            "temporalCoverage": f"{first}/{last}",
            "dct:temporal": {
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": first,
                "dcat:endDate": last,
            },
        }
    return told


def _variables(draft: Draft) -> list[dict[str, Any]]:
    """Each quantity that is observed, in each unit that it is printed in."""
    observed = draft.tables["observations"]
    pairs = sorted(
        set(zip(*(observed[name].to_pylist() for name in ("indicator", "unit")), strict=True))
    )
    return [
        {
            "@id": f"#variable/{indicator}/{unit}",
            "@type": "PropertyValue",
            "propertyID": indicator,
            "name": _both(codelists.label("indicator", indicator)),
            "unitText": _both(codelists.label("unit", unit)),
        }
        for indicator, unit in pairs
    ]


def _report(report: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@id": f"#report/{report['report_id']}",
        "@type": "CreativeWork",
        "identifier": report["number"] or report["report_id"],
        "name": [
            {"@language": "vi", "@value": report["title_vi"]},
            {"@language": "en", "@value": report["title_en"]},
        ],
        "publisher": {
            "@type": "Organization",
            "name": [
                {"@language": "vi", "@value": report["issuer_vi"]},
                {"@language": "en", "@value": report["issuer_en"]},
            ],
        },
        **_issued(report),
        "inLanguage": report["language"],
        **({"url": report["address"]} if report["address"] else {}),
    }


def _issued(report: Mapping[str, Any]) -> dict[str, str]:
    """The day of issue where it is known; what it was taken from is told in words."""
    day = report["issued_on"].isoformat()
    if report["issued_on_precision"] == "day":
        return {"datePublished": day, "dct:issued": day}
    return {"description": f"Issued about {day}: {report['issued_on_evidence']}"}


def _distribution(contract: Contract, draft: Draft) -> dict[str, Any]:
    name, file = file_of(contract), draft.files[contract.name]
    title, description = _both(contract.title), _both(contract.description)
    return {
        "@id": name,
        "@type": ["DataDownload", "dcat:Distribution"],
        "name": title,
        "dct:title": title,
        "description": description,
        "dct:description": description,
        "contentUrl": name,
        "dcat:downloadURL": name,
        "encodingFormat": PARQUET,
        "dcat:mediaType": f"https://www.iana.org/assignments/media-types/{PARQUET}",
        "contentSize": f"{file.bytes} B",
        "dcat:byteSize": str(file.bytes),
        "sha256": file.sha256,
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": "spdx:checksumAlgorithm_sha256",
            "spdx:checksumValue": file.sha256,
        },
    }
