"""A release told in the words of others: what each file that describes it holds.

Everything here is a pure function of a ``Draft``: of the contracts, the code lists, what is said of
the dataset, and the tables. Nothing is described a second time. There is no clock: where a standard
asks for a day, it gets the day on which the latest report was issued.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from htx_pipeline.release.descriptors.croissant import croissant
from htx_pipeline.release.descriptors.data_package import data_package
from htx_pipeline.release.descriptors.dictionary import dictionary
from htx_pipeline.release.descriptors.linked_data import linked_data
from htx_pipeline.release.descriptors.sdmx_csv import sdmx_csv
from htx_pipeline.release.descriptors.sdmx_structure import sdmx_structure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from htx_pipeline.release.draft import Draft

DESCRIPTIONS: Mapping[str, Callable[[Draft], bytes]] = MappingProxyType(
    {
        "datapackage.json": data_package,
        "croissant.json": croissant,
        "dataset.jsonld": linked_data,
        "structure.json": sdmx_structure,
        "observations.csv": sdmx_csv,
    }
)
"""The bytes of each file that describes a release, by its name."""

__all__ = ["DESCRIPTIONS", "dictionary"]
