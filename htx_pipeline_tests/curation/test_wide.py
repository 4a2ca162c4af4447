"""Which figure fills a cell of a wide table, and which never does."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from htx_pipeline import codelists
from htx_pipeline.curation import FIGURE_TABLES
from htx_pipeline_tests.building import (
    LATER,
    NEWS,
    PLAN,
    REPORT,
    Report,
    facts,
    printed,
    row,
    rows,
)

(COOPERATIVES,) = (t for t in FIGURE_TABLES if t.contract.name == "cooperatives")

ESTIMATE = {"role": "estimate", "qualifier": "estimated"}
UNSTATED = sorted(set(codelists.codes("qualifier")) - {"exact", "estimated"})


def total(*descriptions: dict[str, Any]) -> Any:
    """The number of cooperatives in the one row that these figures make."""
    return row(COOPERATIVES, *descriptions)["cooperatives_count"]


# Where several reports state a value.


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        (printed("348"), printed("350", **ESTIMATE)),
        (printed("348"), printed("350", report=LATER, **ESTIMATE)),
        (printed("348"), printed("350", report=NEWS)),
        (printed("348", report=LATER), printed("350")),
        (printed("348", **ESTIMATE), printed("350", report=NEWS, **ESTIMATE)),
        (printed("348", report=NEWS), printed("350", report=LATER, **ESTIMATE)),
    ],
    ids=[
        "actual over estimate",
        "actual over later estimate",
        "administration over later news",
        "later over earlier",
        "administration over news among estimates",
        "actual news over estimate of the administration",
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_preferred_figure_is_taken(taken: dict, left: dict, *, turned: bool) -> None:
    found = row(COOPERATIVES, *((left, taken) if turned else (taken, left)))
    assert found["cooperatives_count"] == 348
    assert found["report_ids"] == [taken["report"].id]


@pytest.mark.parametrize("turned", [False, True])
def test_the_finer_print_is_taken_among_equals(*, turned: bool) -> None:
    capital = [printed("826.000", "charter_capital"), printed("826.000,4", "charter_capital")]
    found = row(COOPERATIVES, *(reversed(capital) if turned else capital))
    assert found["charter_capital_vnd_million"] == 826000.4


def test_the_first_print_is_taken_among_prints_that_are_alike() -> None:
    built = COOPERATIVES.build(facts(printed("348"), printed("348", place="P3")))
    assert [source.figure_id for source in built.sources] == ["bao-cao-2021:10"]


def test_each_cell_is_chosen_by_itself() -> None:
    found = row(
        COOPERATIVES,
        printed("348", report=LATER),
        printed("9", report=REPORT),
        printed("3.042", "members", report=REPORT),
    )
    assert (found["cooperatives_count"], found["members_persons"]) == (348, 3042)
    assert found["report_ids"] == ["bao-cao-2021", "bao-cao-2022"]


# What never fills a cell.


@pytest.mark.parametrize("qualifier", UNSTATED)
def test_a_hedged_print_fills_no_cell(qualifier: str) -> None:
    assert rows(COOPERATIVES, printed("348", qualifier=qualifier)) == []


@pytest.mark.parametrize("qualifier", UNSTATED)
def test_a_hedged_print_does_not_hide_a_stated_value(qualifier: str) -> None:
    assert total(printed("400", report=LATER, qualifier=qualifier), printed("348")) == 348


@pytest.mark.parametrize("role", ["target", "threshold"])
def test_targets_and_limits_fill_no_cell(role: str) -> None:
    assert rows(COOPERATIVES, printed("425", role=role, report=PLAN)) == []


@pytest.mark.parametrize("relation", ["share", "attainment", "change", "plan_gap"])
def test_only_values_fill_a_cell(relation: str) -> None:
    for unit in ("percent", "cooperative"):
        assert rows(COOPERATIVES, printed("12", relation=relation, unit=unit)) == []


@pytest.mark.parametrize("period", ["2021-S1", "2021-S2", "2020/2021", "2021-01-01/2021-12-31"])
def test_flows_of_other_than_calendar_years_are_not_mixed_into_years(period: str) -> None:
    new = printed("20", "cooperatives_new", period=period)
    assert rows(COOPERATIVES, new) == []
    with_year = row(COOPERATIVES, new, printed("41", "cooperatives_new"))
    assert with_year["cooperatives_new_count"] == 41


def test_a_half_year_s_flow_is_not_mixed_into_the_stocks_of_its_last_day() -> None:
    found = row(
        COOPERATIVES,
        printed("416", period="2023-06-30"),
        printed("20", "cooperatives_new", period="2023-S1"),
    )
    assert found["as_of"] == dt.date(2023, 6, 30)
    assert found["cooperatives_count"] == 416
    assert found["cooperatives_new_count"] is None


@pytest.mark.parametrize(
    "organization", sorted(set(codelists.codes("organization")) - {"cooperative", "named"})
)
def test_figures_of_another_organization_fill_no_cell(organization: str) -> None:
    assert rows(COOPERATIVES, printed("9", "members", organization=organization)) == []


def test_a_named_cooperative_fills_no_cell() -> None:
    members = printed("21", "members", organization="named", entity="htx-suoi-tre")
    assert rows(COOPERATIVES, members) == []


def test_an_amount_in_another_unit_is_not_rescaled_into_the_column() -> None:
    assert rows(COOPERATIVES, printed("826", "charter_capital", unit="billion_vnd")) == []


def test_income_per_month_and_per_year_have_columns_of_their_own() -> None:
    found = row(
        COOPERATIVES,
        printed("52,6", "income_mean", unit="million_vnd_per_person_year"),
        printed("4,4", "income_mean", unit="million_vnd_per_person_month"),
    )
    assert found["income_mean_vnd_million_per_year"] == 52.6
    assert found["income_mean_vnd_million_per_month"] == 4.4


def test_a_sector_or_status_does_not_fill_the_cell_of_all() -> None:
    found = row(
        COOPERATIVES,
        printed("157", sector="agriculture"),
        printed("265", status="active"),
        printed("83", status="stopped"),
    )
    assert found["cooperatives_count"] is None
    assert found["cooperatives_active_count"] == 265
    assert found["cooperatives_stopped_count"] == 83


# Rows.


def test_stocks_of_a_year_s_last_day_and_flows_of_the_year_share_a_row() -> None:
    found = row(
        COOPERATIVES,
        printed("348"),
        printed("41", "cooperatives_new"),
        printed("1.071", "revenue_mean"),
    )
    assert (found["year"], found["as_of"]) == (2021, dt.date(2021, 12, 31))
    assert found["cooperatives_new_count"] == 41
    assert found["revenue_mean_vnd_million"] == 1071


def test_each_area_and_day_has_a_row_in_the_order_of_the_key() -> None:
    found = rows(
        COOPERATIVES,
        printed("4", area_code="VN-01/xã Nậm Tăm"),
        printed("416", period="2023-06-30"),
        printed("348"),
    )
    assert [(r["area_code"], r["area"], r["as_of"].year) for r in found] == [
        ("VN-01", "Lai Châu", 2021),
        ("VN-01", "Lai Châu", 2023),
        ("VN-01/xã Nậm Tăm", "xã Nậm Tăm", 2021),
    ]


def test_what_is_not_printed_is_null_and_what_is_printed_as_zero_is_zero() -> None:
    found = row(COOPERATIVES, printed("348"), printed("0", "cooperatives_new"))
    assert found["cooperatives_new_count"] == 0
    assert found["cooperatives_dissolved_count"] is None
    assert found["charter_capital_vnd_million"] is None


def test_figures_of_which_none_fills_a_cell_make_no_row() -> None:
    assert rows(COOPERATIVES, printed("255", "groups"), printed("12", relation="change")) == []


EARLY = Report("du-bao", issued_on=dt.date(2021, 10, 1))


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ((printed("348"),), "A"),
        ((printed("348", **ESTIMATE),), "E"),
        ((printed("348", report=EARLY, **ESTIMATE),), "F"),
        ((printed("348"), printed("3.042", "members", **ESTIMATE)), "E"),
        (
            (
                printed("348", **ESTIMATE),
                printed("3.042", "members", report=EARLY, **ESTIMATE),
                printed("41", "cooperatives_new"),
            ),
            "F",
        ),
        ((printed("348"), printed("350", report=EARLY, **ESTIMATE)), "A"),
    ],
    ids=["normal", "estimate", "forecast", "least certain of two", "of three", "of the taken only"],
)
def test_the_status_of_a_row_is_that_of_its_least_certain_value(
    found: tuple[dict, ...], status: str
) -> None:
    assert row(COOPERATIVES, *found)["obs_status"] == status


def test_each_filled_cell_has_one_source() -> None:
    built = COOPERATIVES.build(
        facts(printed("348"), printed("350", **ESTIMATE), printed("41", "cooperatives_new"))
    )
    assert [(s.row_key, s.column, s.figure_id) for s in built.sources] == [
        ("VN-01|2021-12-31", "cooperatives_count", "bao-cao-2021:10"),
        ("VN-01|2021-12-31", "cooperatives_new_count", "bao-cao-2021:30"),
    ]


def test_no_figures_make_a_table_without_rows() -> None:
    for table in FIGURE_TABLES:
        frame = table.contract.frame(table.build(facts()).rows)
        assert len(frame) == 0
        assert list(frame.columns) == [column.name for column in table.contract.fields]
