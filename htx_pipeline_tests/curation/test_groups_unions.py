"""Tables ``groups`` and ``unions``."""

from __future__ import annotations

from typing import Any

import pytest

from htx_pipeline.curation import FIGURE_TABLES
from htx_pipeline_tests.building import printed, row, rows

TABLES = {t.contract.name: t for t in FIGURE_TABLES}
GROUPS, UNIONS = TABLES["groups"], TABLES["unions"]
OF_GROUPS, OF_UNIONS = {"organization": "group"}, {"organization": "union"}

IN_GROUPS: dict[str, dict[str, Any]] = {
    "groups_count": printed("255", "groups"),
    "groups_agriculture_count": printed("153", "groups", sector="agriculture"),
    "groups_non_agriculture_count": printed("102", "groups", sector="non_agriculture"),
    "groups_new_count": printed("20", "groups_new"),
    "members_persons": printed("2010", "members", **OF_GROUPS),
    "revenue_mean_vnd_million": printed("270", "revenue_mean", **OF_GROUPS),
    "profit_mean_vnd_million": printed("26", "profit_mean", **OF_GROUPS),
    "income_mean_vnd_million_per_year": printed(
        "45", "income_mean", unit="million_vnd_per_person_year", **OF_GROUPS
    ),
    "income_mean_vnd_million_per_month": printed(
        "3", "income_mean", unit="million_vnd_per_person_month", **OF_GROUPS
    ),
}
IN_UNIONS: dict[str, dict[str, Any]] = {
    "unions_count": printed("1", "unions", sector="_Z"),
    "member_cooperatives_count": printed("4", "member_cooperatives", sector="_Z", **OF_UNIONS),
    "charter_capital_vnd_million": printed("600", "charter_capital", sector="_Z", **OF_UNIONS),
}
NOT_MEASURES = {"area_code", "area", "year", "as_of", "obs_status", "report_ids", "finding_ids"}


def test_the_columns_of_groups_are_filled_by_their_figures() -> None:
    found = row(GROUPS, *IN_GROUPS.values())
    assert {name: found[name] for name in set(found) - NOT_MEASURES} == {
        name: int(figure["printed"]) for name, figure in IN_GROUPS.items()
    }


def test_the_columns_of_unions_are_filled_by_their_figures() -> None:
    found = row(UNIONS, *IN_UNIONS.values())
    assert {name: found[name] for name in set(found) - NOT_MEASURES} == {
        name: int(figure["printed"]) for name, figure in IN_UNIONS.items()
    }


def test_unions_whose_sector_is_all_of_them_are_counted_as_well() -> None:
    assert row(UNIONS, printed("1", "unions", sector="_T"))["unions_count"] == 1


@pytest.mark.parametrize("figure", IN_UNIONS.values(), ids=IN_UNIONS)
def test_figures_of_unions_are_not_those_of_groups(figure: dict) -> None:
    assert rows(GROUPS, figure) == []


@pytest.mark.parametrize("figure", IN_GROUPS.values(), ids=IN_GROUPS)
def test_figures_of_groups_are_not_those_of_unions(figure: dict) -> None:
    assert rows(UNIONS, figure) == []


def test_members_of_cooperatives_are_not_those_of_groups() -> None:
    assert rows(GROUPS, printed("3.042", "members")) == []


def test_a_part_of_the_unions_is_not_all_of_them() -> None:
    assert rows(UNIONS, printed("3", "unions", sector="agriculture")) == []
