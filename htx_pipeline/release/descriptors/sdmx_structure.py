"""``structure.json``: code lists, concepts and data structure of ``observations`` (SDMX-JSON 2.0).

Everything has the version of the dataset. All concepts are our own, those of the cross-domain
concepts of SDMX (``REF_AREA``, ``OBS_STATUS``, …) by the same name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from htx_pipeline.curation.observations import CONTRACT
from htx_pipeline.release.descriptors.about import as_json, known_until
from htx_pipeline.release.descriptors.sdmx import (
    AGENCY,
    STRUCTURE,
    Component,
    codes,
    components,
    identifier,
)

if TYPE_CHECKING:
    from htx_pipeline.release.descriptors.about import InBothLanguages
    from htx_pipeline.release.draft import Draft

_SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/"
    "2.0.0/sdmx-json-structure-schema.json"
)
_CONCEPTS = "CONCEPTS"
_FORMATS = {"text": "String", "texts": "String", "number": "Double"}


def sdmx_structure(draft: Draft) -> bytes:
    """The bytes of ``structure.json``."""
    told, until = components(), known_until(draft)
    version = draft.dataset.version
    lists = list(dict.fromkeys(one.codelist for one in told if one.codelist is not None))
    document = {
        "meta": {
            "schema": _SCHEMA,
            "id": STRUCTURE,
            "prepared": f"{until.isoformat() if until else '1970-01-01'}T00:00:00Z",
            "contentLanguages": ["en", "vi"],
            "sender": {"id": AGENCY},
        },
        "data": {
            "codelists": [_codelist(name, draft) for name in lists],
            "conceptSchemes": [
                {
                    **_maintained(_CONCEPTS, CONTRACT.title, version),
                    "concepts": [_concept(one) for one in told],
                }
            ],
            "dataStructures": [
                {
                    **_maintained(STRUCTURE, CONTRACT.title, version),
                    **_localised("description", CONTRACT.description),
                    "dataStructureComponents": _parts(told, version),
                }
            ],
            "dataflows": [
                {
                    **_maintained(STRUCTURE, draft.dataset.title, version),
                    **_localised("description", draft.dataset.description),
                    "structure": _urn("datastructure.DataStructure", STRUCTURE, version),
                }
            ],
        },
    }
    return as_json(document)


def _localised(name: str, label: InBothLanguages) -> dict[str, Any]:
    return {name: label.en, f"{name}s": {"en": label.en, "vi": label.vi}}


def _maintained(name: str, title: InBothLanguages, version: str) -> dict[str, Any]:
    return {"id": name, "agencyID": AGENCY, "version": version, **_localised("name", title)}


def _urn(what: str, name: str, version: str) -> str:
    return f"urn:sdmx:org.sdmx.infomodel.{what}={AGENCY}:{name}({version})"


def _codelist(name: str, draft: Draft) -> dict[str, Any]:
    column = next(one.field for one in components() if one.codelist == name)
    return {
        **_maintained(_list_id(name), column.title, draft.dataset.version),
        "codes": [
            {"id": identifier(code), **_localised("name", label)}
            for code, label in codes(name, draft).items()
        ],
    }


def _list_id(name: str) -> str:
    return f"CL_{name.upper()}"


def _concept(one: Component) -> dict[str, Any]:
    return {
        "id": one.id,
        **_localised("name", one.field.title),
        **_localised("description", one.field.description),
    }


def _parts(told: list[Component], version: str) -> dict[str, Any]:
    by_role: dict[str, list[dict[str, Any]]] = {}
    for one in told:
        by_role.setdefault(one.role, []).append(_part(one, version))
    (time,) = by_role["time"]
    return {
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": by_role["dimension"],
            "timeDimension": time,
        },
        "measureList": {"id": "MeasureDescriptor", "measures": by_role["measure"]},
        "attributeList": {"id": "AttributeDescriptor", "attributes": by_role["attribute"]},
    }


def _part(one: Component, version: str) -> dict[str, Any]:
    part: dict[str, Any] = {
        "id": one.id,
        "conceptIdentity": f"{_urn('conceptscheme.Concept', _CONCEPTS, version)}.{one.id}",
        "localRepresentation": _representation(one, version),
    }
    if one.role in {"measure", "attribute"}:
        part["usage"] = "mandatory" if one.is_mandatory else "optional"
    if one.role == "attribute":
        part["attributeRelationship"] = {"observation": {}}
        part["measureRelationship"] = ["OBS_VALUE"]
    return part


def _representation(one: Component, version: str) -> dict[str, Any]:
    if one.role == "time":
        return {"format": {"dataType": "ObservationalTimePeriod"}}
    if one.codelist is not None:
        return {"enumeration": _urn("codelist.Codelist", _list_id(one.codelist), version)}
    return {"format": {"dataType": _FORMATS[one.field.kind]}}
