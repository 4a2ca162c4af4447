"""Tables ``cooperatives`` and ``cooperatives_by_sector``: which figure each column holds."""

from __future__ import annotations

from typing import Any

import pytest

from htx_pipeline.curation import FIGURE_TABLES
from htx_pipeline.rules.catalogue.sectors import SECTORS
from htx_pipeline_tests.building import facts, printed, row, rows

TABLES = {t.contract.name: t for t in FIGURE_TABLES}
COOPERATIVES, BY_SECTOR = TABLES["cooperatives"], TABLES["cooperatives_by_sector"]
NOT_MEASURES = {
    *("area_code", "area", "year", "as_of", "sector", "obs_status", "report_ids", "finding_ids")
}

IN_BOTH: dict[str, dict[str, Any]] = {
    "cooperatives_count": printed("348"),
    "cooperatives_active_count": printed("265", status="active"),
    "cooperatives_stopped_count": printed("83", status="stopped"),
    "cooperatives_new_count": printed("41", "cooperatives_new"),
    "cooperatives_dissolved_count": printed("29", "cooperatives_dissolved"),
    "members_persons": printed("3.042", "members"),
    "employees_persons": printed("2.851", "employees"),
    "charter_capital_vnd_million": printed("826.000", "charter_capital"),
    "revenue_mean_vnd_million": printed("1.071", "revenue_mean"),
    "profit_mean_vnd_million": printed("92,5", "profit_mean"),
    "income_mean_vnd_million_per_year": printed(
        "52,6", "income_mean", unit="million_vnd_per_person_year"
    ),
    "income_mean_vnd_million_per_month": printed(
        "4,4", "income_mean", unit="million_vnd_per_person_month"
    ),
}
IN_ALL = IN_BOTH | {
    "cooperatives_effective_count": printed("89", "cooperatives_effective"),
    "members_new_persons": printed("173", "members_new"),
    "managers_persons": printed("1.124", "managers"),
    "managers_elementary_intermediate_persons": printed("340", "managers_elementary_intermediate"),
    "managers_university_persons": printed("35", "managers_university"),
    "cooperatives_with_ocop_products_count": printed("18", "cooperatives_with_ocop_products"),
    "ocop_products_count": printed("34", "ocop_products"),
    "revenue_from_members_mean_vnd_million": printed("140", "revenue_from_members_mean"),
}


def value(figure: dict[str, Any]) -> float:
    return float(figure["printed"].replace(".", "").replace(",", "."))


@pytest.mark.parametrize("column", IN_ALL)
def test_a_column_holds_its_figure_and_no_other_column_does(column: str) -> None:
    found = row(COOPERATIVES, IN_ALL[column])
    filled = {name for name in found if name not in NOT_MEASURES and found[name] is not None}
    assert filled == {column}
    assert found[column] == value(IN_ALL[column])


def test_all_columns_are_filled_by_their_figures_at_once() -> None:
    found = row(COOPERATIVES, *IN_ALL.values())
    assert {name: found[name] for name in IN_ALL} == {
        name: value(figure) for name, figure in IN_ALL.items()
    }
    assert set(found) == {*IN_ALL, *NOT_MEASURES} - {"sector"}


# By sector.


def test_a_sector_s_columns_are_filled_by_its_figures() -> None:
    farming = [figure | {"sector": "agriculture"} for figure in IN_BOTH.values()]
    found = row(BY_SECTOR, *farming)
    assert found["sector"] == "agriculture"
    assert {name: found[name] for name in IN_BOTH} == {
        name: value(figure) for name, figure in IN_BOTH.items()
    }
    assert set(found) == {*IN_BOTH, *NOT_MEASURES}


@pytest.mark.parametrize("sector", ["_T", "_Z", "non_agriculture", "non_credit"])
def test_totals_and_parts_that_hold_other_parts_have_no_row(sector: str) -> None:
    assert rows(BY_SECTOR, printed("348", sector=sector)) == []


def test_a_plain_sum_over_the_sectors_is_right() -> None:
    found = rows(
        BY_SECTOR,
        printed("28"),
        printed("27", sector="non_agriculture"),
        *(printed("4", sector=sector) for sector in SECTORS),
    )
    assert sorted(r["sector"] for r in found) == sorted(SECTORS)
    assert sum(r["cooperatives_count"] for r in found) == 28


def test_rows_stand_by_area_day_and_sector() -> None:
    found = rows(
        BY_SECTOR,
        printed("5", sector="trade"),
        printed("6", sector="agriculture", period="2023-06-30"),
        printed("7", sector="agriculture"),
    )
    assert [(r["year"], r["sector"]) for r in found] == [
        (2021, "agriculture"),
        (2021, "trade"),
        (2023, "agriculture"),
    ]


def test_the_source_of_a_cell_is_found_by_area_day_and_sector() -> None:
    built = BY_SECTOR.build(facts(printed("5", sector="trade")))
    assert [(s.row_key, s.column) for s in built.sources] == [
        ("VN-01|2021-12-31|trade", "cooperatives_count")
    ]
