"""Table ``lineage``: which figures a cell of a table comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from htx_pipeline import contracts as c
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from htx_pipeline.curation.common import Built

CONTRACT = c.Contract(
    name="lineage",
    title=Label(vi="Nguồn gốc từng ô", en="Lineage"),
    description=Label(
        vi="Mỗi ô của bảng lấy từ những số liệu nào.",
        en="Which figures a cell of a table comes from.",
    ),
    key=("table", "row_key", "column", "figure_id"),
    fields=(
        c.text("table", "bảng", "Table", Label(vi="Tên bảng.", en="Name of the table.")),
        c.text(
            "row_key",
            "khóa dòng",
            "Row key",
            Label(
                vi="Các ô khóa của dòng, nối bằng dấu |.",
                en="The key cells of the row, joined by |.",
            ),
        ),
        c.text("column", "cột", "Column", Label(vi="Cột của ô.", en="Column of the cell.")),
        c.text(
            "figure_id",
            "mã số liệu",
            "Figure",
            Label(vi="Một số liệu mà ô lấy từ đó.", en="A figure that the cell comes from."),
            refers_to="figures.figure_id",
        ),
        c.texts(
            "rules",
            "quy tắc",
            "Rules",
            Label(
                vi="Các quan hệ mà từ đó ô suy ra được từ số liệu; rỗng nếu số liệu nêu thẳng.",
                en="Relations by which an implied cell follows from the figure; empty where it "
                "states it.",
            ),
            refers_to=("rules.rule",),
        ),
    ),
)


def build(built: Mapping[str, Built]) -> pd.DataFrame:
    """The sources of all cells of the tables ``built``, by table name."""
    return CONTRACT.frame(row for table, found in built.items() for row in rows(table, found))


def rows(table: str, built: Built) -> Iterator[dict[str, Any]]:
    """The sources of the cells of one table, as plain rows."""
    for source in built.sources:
        yield {
            "table": table,
            "row_key": source.row_key,
            "column": source.column,
            "figure_id": source.figure_id,
            "rules": sorted(source.rules),
        }
