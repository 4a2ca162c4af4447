"""Figures of Vietnamese cooperatives, read exactly, checked against each other and published.

``import htx_pipeline as htx`` is for readers of a release: ``htx.tables()``,
``htx.describe("cooperatives")``, ``htx.load("cooperatives")``, ``htx.where_printed(…)``,
``htx.cite()``. Importing costs next to nothing: each name is imported when it is first used, and
pandas, pandera and Dagster by what needs them.
"""

from typing import TYPE_CHECKING, Any

from htx_pipeline.__about__ import __version__

if TYPE_CHECKING:
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


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from htx_pipeline import reader  # noqa: PLC0415 (start-up counts)

    return getattr(reader, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
