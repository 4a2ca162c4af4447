"""Figures of Vietnamese cooperatives, read exactly, checked against each other and published.

``import htx_pipeline as htx`` is for readers of a release: ``htx.tables()``,
``htx.describe("cooperatives")``, ``htx.load("cooperatives")``, ``htx.where_printed(…)``,
``htx.cite()``. Importing costs next to nothing: pandas, pandera and Dagster are imported by what
needs them.
"""

from htx_pipeline.__about__ import __version__
from htx_pipeline.reader import (
    Printed,
    Release,
    cite,
    describe,
    load,
    open_release,
    tables,
    where_printed,
)

__all__ = [
    "Printed",
    "Release",
    "__version__",
    "cite",
    "describe",
    "load",
    "open_release",
    "tables",
    "where_printed",
]
