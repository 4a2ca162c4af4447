"""Table ``figures``: the audit trail, one row per printed figure with its findings."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from htx_pipeline import contracts as c
from htx_pipeline.curation.common import FINDING_IDS
from htx_pipeline.figures.contract import COLUMNS, READINGS
from htx_pipeline.model import Label, Outcome, Severity

if TYPE_CHECKING:
    import pandas as pd

CONTRACT = c.Contract(
    name="figures",
    title=Label(vi="Số liệu", en="Figures"),
    description=Label(
        vi="Mỗi dòng là một số liệu được in: nằm ở đâu, đọc thế nào, khoảng chính xác của các "
        "giá trị sẽ được in như vậy, và các mâu thuẫn mà nó tham gia.",
        en="One row per printed figure: where it stands, how it is read, the exact interval of "
        "values that would be printed so, and the contradictions that it takes part in.",
    ),
    key=("figure_id",),
    order=("report_id", "start"),
    fields=(*COLUMNS, FINDING_IDS),
)


def build(readings: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """``readings`` with ``finding_ids``: the contradictions, waived ones included, notices not."""
    found: dict[str, list[str]] = defaultdict(list)
    contradictions = findings[
        (findings["outcome"] == Outcome.FAIL) & (findings["severity"] != Severity.NOTICE)
    ]
    for name, figure_ids in zip(
        contradictions["finding_id"], contradictions["figure_ids"], strict=True
    ):
        for figure_id in figure_ids:
            found[figure_id].append(name)
    return CONTRACT.frame(
        row | {"finding_ids": sorted(found[row["figure_id"]])}
        for row in READINGS.to_arrow(readings).to_pylist()
    )
