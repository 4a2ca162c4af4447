"""The faces of ``htx check``: one confrontation, written for a person or for a machine.

Each format is a module with a function ``face`` from a ``Run`` and a language to the text of the
whole document. What is told is decided in ``run``, how it looks in the module of the format; none
of them reads files, clocks or the environment.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from htx_pipeline.cli.faces.run import Run
    from htx_pipeline.model import Language

    Face = Callable[[Run, Language], str]

_MODULES = {
    "text": "text",
    "json": "json_document",
    "github": "github",
    "sarif": "sarif",
    "junit": "junit",
}

FORMATS = tuple(_MODULES)


def face(name: str) -> Face:
    """The face of one of ``FORMATS``; only its module is imported, because start-up counts."""
    found: Face = import_module(f"{__name__}.{_MODULES[name]}").face
    return found
