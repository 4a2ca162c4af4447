"""What the modules of several tables share: columns that mean the same everywhere, and how a table
is built from figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from htx_pipeline import codelists
from htx_pipeline import contracts as c
from htx_pipeline.figures.contract import figure_column
from htx_pipeline.figures.operands import Operand, operands
from htx_pipeline.model import Label
from htx_pipeline.rules import confront_all

if TYPE_CHECKING:
    import pandas as pd

    from htx_pipeline.rules import Implied

AREA_CODE = figure_column("area_code")
AREA = figure_column("area")
YEAR = figure_column("year")
AS_OF = c.day(
    "as_of",
    "tính đến ngày",
    "As of",
    Label(
        vi="Ngày của số thời điểm; với số trong năm và số bình quân năm là ngày cuối năm.",
        en="The day of a stock; for flows and means of a year, its last day.",
    ),
)
OBS_STATUS = c.code(
    "obs_status",
    "tình trạng quan sát",
    "Observation status",
    Label(
        vi="SDMX CL_OBS_STATUS: A bình thường, E ước tính, F dự báo; của giá trị kém chắc chắn "
        "nhất trong dòng.",
        en="SDMX CL_OBS_STATUS: A normal, E estimated, F forecast; of the least certain value "
        "in the row.",
    ),
)
REPORT_IDS = c.texts(
    "report_ids",
    "báo cáo",
    "Reports",
    Label(
        vi="Các báo cáo mà giá trị của dòng được lấy từ đó.",
        en="Reports that the values of the row are taken from.",
    ),
    refers_to=("reports.report_id",),
    may_be_empty=False,
)
FINDING_IDS = c.texts(
    "finding_ids",
    "phát hiện",
    "Findings",
    Label(
        vi="Các mâu thuẫn mà số liệu của dòng tham gia, kể cả đã được miễn trừ.",
        en="Contradictions that figures of the row take part in, waived ones included.",
    ),
    refers_to=("findings.finding_id",),
)


@dataclass(frozen=True)
class Facts:
    """Figures to build tables from, and the findings that each takes part in."""

    figures: Sequence[Operand]
    findings: Mapping[str, Sequence[str]]
    notes: Mapping[str, str]
    rows: Sequence[Mapping[str, Any]] = field(repr=False)

    @classmethod
    def of(cls, figures: pd.DataFrame) -> Facts:
        """The facts in a frame that keeps the contract of table ``figures``."""
        ids = figures["figure_id"]
        return cls(
            operands(figures),
            dict(zip(ids, figures["finding_ids"], strict=True)),
            {i: n for i, n in zip(ids, figures["note"], strict=True) if isinstance(n, str)},
            [{str(name): cell for name, cell in row.items()} for row in figures.to_dict("records")],
        )

    @cached_property
    def implied(self) -> tuple[Implied, ...]:
        """What follows from the figures by one relation or several, where these agree."""
        found = confront_all(self.rows).implied
        return tuple(one for one in found if one.interval is not None)

    def finding_ids(self, figures: Iterable[Operand]) -> list[str]:
        """The findings that any of ``figures`` takes part in, sorted."""
        return sorted(
            {name for figure in figures for i in figure.figure_ids for name in self.findings[i]}
        )


@dataclass(frozen=True, slots=True)
class Source:
    """One cell of a table and one figure that it comes from."""

    row_key: str
    column: str
    figure_id: str
    rules: tuple[str, ...] = ()
    """The relations by which the cell follows from it; none where the figure states it."""


@dataclass(frozen=True, slots=True)
class Built:
    """The rows of a table and where their cells come from."""

    rows: Sequence[Mapping[str, Any]]
    sources: Sequence[Source]


class FigureTable(Protocol):
    """A table that is a pure function of figures: its contract, and how its rows are built."""

    @property
    def contract(self) -> c.Contract:
        """What the table promises."""

    def build(self, facts: Facts, /) -> Built:
        """The rows, and where their cells come from."""


@dataclass(frozen=True, slots=True)
class TableOf:
    """A figure table made of a contract and a function."""

    contract: c.Contract
    build: Callable[[Facts], Built]


def row_key(contract: c.Contract, row: Mapping[str, Any]) -> str:
    """The key of a row as one text: its key cells, joined by ``|``."""
    return "|".join(str(row[name]) for name in contract.key)


def area_name(area_code: str) -> str:
    """The name of an area, in Vietnamese."""
    return codelists.area(area_code).vi


def least_certain(figures: Iterable[Operand]) -> str:
    """The observation status of a row: F before E before A."""
    statuses = {figure.obs_status for figure in figures}
    return next(status for status in ("F", "E", "A") if status in statuses)
