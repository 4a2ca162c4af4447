"""What differs between two releases, and why."""

from htx_pipeline.history.compare import compare
from htx_pipeline.history.difference import (
    CellChange,
    ColumnChange,
    Difference,
    Reason,
    RowChange,
    TableChange,
)

__all__ = [
    "CellChange",
    "ColumnChange",
    "Difference",
    "Reason",
    "RowChange",
    "TableChange",
    "compare",
]
