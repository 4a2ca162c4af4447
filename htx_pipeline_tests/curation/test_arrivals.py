from __future__ import annotations

import datetime as dt
from typing import Any

from htx_pipeline.curation.arrivals import Overdue, due, next_due, overdue
from htx_pipeline_tests.building import NEWS, PLAN, Report, figures, printed

LATER = Report("bao-cao-2023", issued_on=dt.date(2024, 1, 15))


def late(day: str, *rows: Any) -> list[tuple[str, int]]:
    readings = figures(*rows)
    reports = readings[["report_id"]].drop_duplicates().assign(area_code="VN-01")
    found = overdue(reports, readings, dt.date.fromisoformat(day))
    return [(one.area_code, one.year) for one in found]


def test_a_report_is_late_from_the_first_of_april_of_the_next_year() -> None:
    of_2021 = printed("348")
    assert late("2022-03-31", of_2021) == []
    assert late("2023-03-31", of_2021) == []
    assert late("2023-04-01", of_2021) == [("VN-01", 2022)]
    assert Overdue("VN-01", 2022).due == due(2022) == dt.date(2023, 3, 31)


def test_every_year_since_the_first_report_is_asked_for() -> None:
    rows = (printed("348"), printed("400", report=LATER, period="2023-12-31"))
    assert late("2026-11-22", *rows) == [("VN-01", 2022), ("VN-01", 2024), ("VN-01", 2025)]


def test_plans_news_and_targets_are_no_annual_reports() -> None:
    rows = (
        printed("348"),
        printed("400", report=PLAN, period="2022-12-31"),
        printed("400", report=NEWS, period="2022-12-31"),
        printed("400", report=LATER, period="2022-12-31", role="target"),
        printed("400", report=LATER, period="2022-06-30"),
    )
    assert late("2023-04-01", *rows) == [("VN-01", 2022)]


def test_what_a_report_says_of_a_district_is_no_report_of_the_district() -> None:
    rows = (printed("348"), printed("12", area="VN-01/Sìn Hồ", period="2020-12-31"))
    assert late("2022-11-22", *rows) == []


def test_an_area_that_never_sent_one_is_not_asked_for() -> None:
    assert late("2026-11-22", printed("400", report=PLAN)) == []


def test_the_next_day_on_which_reports_are_due() -> None:
    assert next_due(dt.date(2026, 3, 31)) == dt.date(2026, 3, 31)
    assert next_due(dt.date(2026, 4, 1)) == dt.date(2027, 3, 31)
