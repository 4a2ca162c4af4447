"""The code lists: which codes exist and what they are called in Vietnamese and English.

Each list is a CSV file in this folder, named after the column that holds its codes. The first
three columns are ``code,vi,en``; a list may have more.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def rows(name: str) -> Mapping[str, Mapping[str, str]]:
    """The rows of code list ``name`` by code, in the order of the file.

    Raises ``ValueError`` if a code stands twice or a label is missing, ``FileNotFoundError`` if
    there is no such list.
    """
    text = (files(__package__) / f"{name}.csv").read_text(encoding="utf-8")
    found: dict[str, Mapping[str, str]] = {}
    for row in csv.DictReader(text.splitlines()):
        if row["code"] in found:
            raise ValueError(f"code list {name}: {row['code']} stands twice")
        if not all(row.values()):
            raise ValueError(f"code list {name}: {row['code']} lacks a value")
        found[row["code"]] = MappingProxyType(row)
    return MappingProxyType(found)


def codes(name: str) -> tuple[str, ...]:
    """The codes of list ``name``, in the order of the file."""
    return tuple(rows(name))


def label(name: str, code: str) -> Label:
    """What ``code`` of list ``name`` is called. Raises ``KeyError`` for an unknown code."""
    row = rows(name)[code]
    return Label(vi=row["vi"], en=row["en"])


def area(area_code: str) -> Label:
    """What an area is called: below a province as printed, else the province's label.

    A province that the list does not have is called by its code: tables from elsewhere have many.
    """
    province, slash, lower = area_code.partition("/")
    if not slash and province in rows("area"):
        return label("area", province)
    return Label(vi=lower or province, en=lower or province)
