"""Which annual reports ought to have arrived by a day, and have not.

A province reports on a year by the end of March of the next one. A report on a year is one that
states what was on its last day; a plan or a news page is none, whatever it states.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_DUE = (3, 31)


@dataclass(frozen=True, slots=True, order=True)
class Overdue:
    """An annual report that has not arrived, and the day by which it was due."""

    area_code: str
    year: int

    @property
    def due(self) -> dt.date:
        """The last day on which it was not late."""
        return due(self.year)


def due(year: int) -> dt.date:
    """The day by which the report on a year is due."""
    return dt.date(year + 1, *_DUE)


def next_due(today: dt.date) -> dt.date:
    """The next day by which annual reports are due."""
    return due(today.year - 1) if today <= due(today.year - 1) else due(today.year)


def overdue(reports: pd.DataFrame, readings: pd.DataFrame, today: dt.date) -> tuple[Overdue, ...]:
    """The annual reports that were due before ``today`` and are not among ``reports``.

    ``reports`` keeps the contract of that table, ``readings`` that of figures as read. Of each area
    that has ever sent one, all years since the first are looked at; it is not known which areas
    never did.
    """
    areas = dict(zip(reports["report_id"], reports["area_code"], strict=True))
    days = readings["as_of"].dt
    annual = readings[
        (readings["report_kind"] == "report")
        & (readings["role"] == "actual")
        & ((days.month == 12) & (days.day == 31))  # noqa: PLR2004 (the last day of a year)
    ]
    arrived: dict[str, set[int]] = {}
    for report, area, day in zip(
        annual["report_id"], annual["area_code"], annual["as_of"], strict=True
    ):
        if area == areas[report]:
            arrived.setdefault(str(area), set()).add(day.year)
    return tuple(
        sorted(
            Overdue(area, year)
            for area, years in arrived.items()
            for year in range(min(years), today.year)
            if year not in years and due(year) < today
        )
    )
