"""Sums of sectors beside totals: what may differ, and only where it is published."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from htx_pipeline import contracts as c
from htx_pipeline.curation import CONTRACTS
from htx_pipeline.model import Label
from htx_pipeline.release.gate import check, sectors
from htx_pipeline.release.gate.published import read_published

CURATED = Path(__file__).parents[2] / "data" / "curated"
ABOUT = Label(vi="Cột của bảng thử.", en="A column of the table of the tests.")
AREA, DAY = (
    c.text("area_code", "địa bàn", "Area", ABOUT),
    c.day("as_of", "ngày", "Day", ABOUT),
)
MEASURES = (
    c.count("members_persons", "thành viên", "Members", ABOUT, unit="person"),
    c.number("charter_capital_vnd_million", "vốn", "Capital", ABOUT, unit="million_vnd"),
    c.number("income_mean_vnd_million", "thu nhập", "Income", ABOUT, unit="million_vnd_per_year"),
)


def contract(name: str, key: tuple[str, ...], *columns: Any) -> c.Contract:
    return c.Contract(name=name, title=ABOUT, description=ABOUT, key=key, fields=columns)


SMALL = (
    contract("cooperatives", ("area_code", "as_of"), AREA, DAY, *MEASURES),
    contract(
        "cooperatives_by_sector",
        ("area_code", "as_of", "sector"),
        AREA,
        DAY,
        c.code("sector", "lĩnh vực", "Sector", ABOUT),
        *MEASURES,
    ),
    contract(
        "findings",
        ("finding_id",),
        *(
            c.text(name, name, name, ABOUT)
            for name in ("finding_id", "rule", "outcome", "area_code", "period")
        ),
        c.texts("figure_ids", "số liệu", "Figures", ABOUT),
        *(
            c.number(name, name, name, ABOUT)
            for name in ("stated", "computed_low", "computed_high")
        ),
    ),
    contract(
        "lineage",
        ("table", "row_key", "column", "figure_id"),
        *(c.text(name, name, name, ABOUT) for name in ("table", "row_key", "column", "figure_id")),
    ),
)
DATE = dt.date(2017, 12, 31)
KEY = f"XX-1|{DATE}"
FINDING = {
    "finding_id": "f1",
    "rule": "sectors_sum_to_total",
    "outcome": "fail",
    "area_code": "XX-1",
    "period": "2017-12-31",
    "figure_ids": ["so-tay:1", "so-tay:2", "so-tay:3", "so-tay:4"],
    "stated": 31.0,
    "computed_low": 30.0,
    "computed_high": 30.0,
}
MEMBERS, CAPITAL = "members_persons", "charter_capital_vnd_million"


def row(members: int | None, capital: float | None, **more: Any) -> dict[str, Any]:
    about = {"area_code": "XX-1", "as_of": DATE, "income_mean_vnd_million": 1.0}
    return about | {MEMBERS: members, CAPITAL: capital} | more


def failures(
    folder: Path,
    total: dict[str, Any],
    parts: list[tuple[int | None, float | None]],
    findings: tuple[dict[str, Any], ...] = (),
) -> list[str]:
    """The columns that fail, all of which must be sums of sectors."""
    names = ("agriculture", "trade", "credit")[: len(parts)]
    rows: dict[str, list[dict[str, Any]]] = {
        "cooperatives": [total],
        "cooperatives_by_sector": [
            row(members, capital, sector=sector)
            for sector, (members, capital) in zip(names, parts, strict=True)
        ],
        "findings": list(findings),
        "lineage": [
            {"table": table, "row_key": key, "column": MEMBERS, "figure_id": figure}
            for table, key, figure in (
                ("cooperatives", KEY, "so-tay:1"),
                *(
                    ("cooperatives_by_sector", f"{KEY}|{sector}", f"so-tay:{number}")
                    for number, sector in enumerate(names, start=2)
                ),
            )
        ],
    }
    for one in SMALL:
        table = pyarrow.Table.from_pylist(rows[one.name], schema=one.arrow)
        pyarrow.parquet.write_table(table, folder / f"{one.name}.parquet")
    found = check(folder, SMALL).failures
    assert {one.table for one in found} <= {"sector_sums"}
    assert {one.expectation for one in found} <= {"expect_sectors_to_sum_to_total"}
    return [one.column for one in found]


def test_sums_that_are_the_total_pass(tmp_path: Path) -> None:
    assert failures(tmp_path, row(30, 0.6), [(10, 0.1), (15, 0.2), (5, 0.3)]) == []


def test_means_are_not_summed() -> None:
    assert sectors.measures(SMALL) == [MEMBERS, CAPITAL]


def test_every_measure_that_does_not_add_up_fails(tmp_path: Path) -> None:
    found = failures(tmp_path, row(31, 0.7), [(10, 0.1), (15, 0.2), (5, 0.3)])
    assert found == [MEMBERS, CAPITAL]


def test_a_difference_is_told_with_both_sides(tmp_path: Path) -> None:
    failures(tmp_path, row(31, 0.6), [(10, 0.1), (15, 0.2), (5, 0.3)])
    (failure,) = check(tmp_path, SMALL).failures
    assert failure.told.en == (
        "sector_sums.members_persons: the sectors must sum to the total, unless table findings "
        'publishes the contradiction; 1 value is not so: {"members_persons": 31.0, '
        '"members_persons.sectors": 30.0, "members_persons.gaps": 0, '
        '"members_persons.finding": null}'
    )


def test_a_missing_total_is_compared_with_nothing(tmp_path: Path) -> None:
    assert failures(tmp_path, row(None, None), [(10, 0.1), (15, 0.2)]) == []


def test_with_a_gap_the_sum_is_a_lower_bound(tmp_path: Path) -> None:
    parts = [(10, 1.0), (15, 2.0), (None, None)]
    assert failures(tmp_path, row(40, 4.0), parts) == []
    assert failures(tmp_path, row(24, 2.5), parts) == [MEMBERS, CAPITAL]


def test_a_date_without_sectors_is_compared_with_nothing(tmp_path: Path) -> None:
    assert failures(tmp_path, row(40, 4.0), []) == []
    assert failures(tmp_path, row(40, 4.0), [(None, None), (None, None)]) == []


def test_a_published_contradiction_of_these_figures_is_allowed(tmp_path: Path) -> None:
    parts = [(10, 0.1), (15, 0.2), (5, 0.3)]
    assert failures(tmp_path, row(31, 0.6), parts, (FINDING,)) == []


@pytest.mark.parametrize(
    "other",
    [
        {"rule": "stopped_and_active"},
        {"outcome": "unverifiable"},
        {"area_code": "XX-2"},
        {"period": "2016-12-31"},
        {"figure_ids": ["so-tay:1", "so-tay:2", "so-tay:3"]},
        {"stated": 32.0},
        {"computed_low": 28.0, "computed_high": 29.0},
        {"computed_low": 31.0, "computed_high": None},
    ],
)
def test_another_finding_excuses_nothing(tmp_path: Path, other: dict[str, Any]) -> None:
    parts = [(10, 0.1), (15, 0.2), (5, 0.3)]
    assert failures(tmp_path, row(31, 0.6), parts, (FINDING | other,)) == [MEMBERS]


def test_a_finding_on_the_year_speaks_of_its_last_day(tmp_path: Path) -> None:
    parts = [(10, 0.1), (15, 0.2), (5, 0.3)]
    assert failures(tmp_path, row(31, 0.6), parts, (FINDING | {"period": "2017"},)) == []


def test_rounding_leaves_the_sum_of_a_finding_an_interval(tmp_path: Path) -> None:
    parts = [(10, 0.1), (15, 0.2), (5, 0.3)]
    rounded = FINDING | {"computed_low": 29.5, "computed_high": 30.5}
    assert failures(tmp_path, row(31, 0.6), parts, (rounded,)) == []


def test_a_finding_on_one_measure_does_not_excuse_another(tmp_path: Path) -> None:
    parts = [(10, 0.1), (15, 0.2), (5, 0.3)]
    assert failures(tmp_path, row(31, 0.7), parts, (FINDING,)) == [CAPITAL]


def test_a_comparison_that_cannot_be_made_is_a_failure(tmp_path: Path) -> None:
    failures(tmp_path, row(30, 0.6), [(10, 0.1), (15, 0.2), (5, 0.3)])
    (tmp_path / "lineage.parquet").unlink()
    found = {(one.table, one.expectation) for one in check(tmp_path, SMALL).failures}
    assert found == {
        ("lineage", "expect_file_to_be_readable"),
        ("sector_sums", "expect_file_to_be_readable"),
    }


def test_the_published_tables_contradict_themselves_where_findings_say_so() -> None:
    measures = sectors.measures(CONTRACTS)
    assert len(measures) == 8
    published, unreadable = read_published(CURATED, sectors.NEEDED)
    assert unreadable == {}
    differ = []
    for found in sectors.sector_sums(published, measures).to_dict("records"):
        for measure in measures:
            total, of_sectors, gaps, finding = (found[name] for name in sectors.columns_of(measure))
            if None in (total, of_sectors):
                continue
            if of_sectors > total if gaps else of_sectors != total:
                differ.append((str(found["as_of"]), measure, finding))
    assert differ == [
        ("2021-12-31", "members_persons", "f163a7bab634f"),
        ("2021-12-31", "employees_persons", "f0b183f4c70d3"),
        ("2021-12-31", "charter_capital_vnd_million", "fd31d58f62b3a"),
        ("2023-06-30", "cooperatives_stopped_count", "f580af3f338e4"),
    ]
