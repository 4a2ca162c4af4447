"""What reads figures, by what identifies it: the catalogue, the code lists, the software."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from htx_pipeline import codelists, rules
from htx_pipeline.__about__ import __version__
from htx_pipeline.manifest import canonical
from htx_pipeline.rules.catalogue.none import NO_RULES
from htx_pipeline.rules.description import document

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def code_now() -> tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, str]]:
    """The rules, the code lists and the software as they are now, as manifests have them."""
    return _catalogue(), _codelists(), {"htx_pipeline": __version__}


def _catalogue() -> dict[str, Any]:
    told = canonical(document(rules.TOPICS, NO_RULES))
    return {"count": len(rules.RULES), "sha256": hashlib.sha256(told).hexdigest()}


def _codelists() -> dict[str, Any]:
    lists = sorted(
        (path for path in files(codelists.__name__).iterdir() if path.name.endswith(".csv")),
        key=lambda path: path.name,
    )
    rows = {path.name: path.read_text(encoding="utf-8").splitlines() for path in lists}
    return {"count": len(lists), "sha256": hashlib.sha256(canonical(rows)).hexdigest()}
