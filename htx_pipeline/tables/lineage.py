"""Table ``lineage``: which figures a cell of a table comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from htx_pipeline import contracts as c
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from htx_pipeline.tables.common import Built

CONTRACT = c.Contract(
    name="lineage",
    title=Label(vi="Nguồn gốc từng ô", en="Lineage"),
    description="Which figures a cell of a table comes from.",
    key=("table", "row_key", "column", "figure_id"),
    columns=(
        c.text("table", "bảng", "Table", "Name of the table."),
        c.text("row_key", "khóa dòng", "Row key", "The key cells of the row, joined by |."),
        c.text("column", "cột", "Column", "Column of the cell."),
        c.text("figure_id", "mã số liệu", "Figure", "A figure that the cell comes from."),
        c.texts(
            "rules",
            "quy tắc",
            "Rules",
            "Relations by which an implied cell follows from the figure; empty where it states it.",
        ),
    ),
)


def build(built: Mapping[str, Built]) -> pd.DataFrame:
    """The sources of all cells of the tables ``built``, by table name."""
    return CONTRACT.frame(
        {
            "table": table,
            "row_key": source.row_key,
            "column": source.column,
            "figure_id": source.figure_id,
            "rules": sorted(source.rules),
        }
        for table, found in built.items()
        for source in found.sources
    )
