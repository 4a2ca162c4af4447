"""The repository's own data: what the reports of Lai Châu say, table by table."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from htx_pipeline.model import Outcome, Severity
from htx_pipeline.rules import Evaluation, find
from htx_pipeline.rules.catalogue.sectors import SECTORS
from htx_pipeline_tests.building import (
    Release,
    cells,
    own_corpus,
    own_release,
    release,
)

END_OF_2021 = pd.Timestamp("2021-12-31")
MIDDLE_OF_2023 = pd.Timestamp("2023-06-30")


def only(table: str, **cell: Any) -> dict[str, Any]:
    """The one row of an own table that has these cells."""
    (found,) = (
        row
        for row in cells(own_release().tables[table])
        if all(row[name] == wanted for name, wanted in cell.items())
    )
    return found


def by_sector(as_of: pd.Timestamp) -> pd.DataFrame:
    found = own_release().tables["cooperatives_by_sector"]
    return found[found["as_of"] == as_of]


# Cooperatives.


def test_agriculture_in_2021_is_as_printed() -> None:
    row = only("cooperatives_by_sector", sector="agriculture", as_of=END_OF_2021)
    assert row["cooperatives_count"] == 157
    assert row["cooperatives_active_count"] == 138
    assert row["cooperatives_stopped_count"] == 19
    assert row["members_persons"] == 1335
    assert row["employees_persons"] == 1466
    assert row["charter_capital_vnd_million"] == 342530
    assert (row["area"], row["year"], row["obs_status"]) == ("Lai Châu", 2021, "A")
    assert row["report_ids"] == ["lai-chau-2021-report"]


def test_a_plain_sum_over_the_sectors_of_2021_is_all_cooperatives() -> None:
    sectors = by_sector(END_OF_2021)
    assert sorted(sectors["sector"]) == sorted(SECTORS)
    assert sectors["cooperatives_count"].sum() == 348
    assert only("cooperatives", as_of=END_OF_2021)["cooperatives_count"] == 348


def test_all_cooperatives_in_2021_are_as_printed() -> None:
    row = only("cooperatives", as_of=END_OF_2021)
    assert row["cooperatives_active_count"] == 265
    assert row["cooperatives_stopped_count"] == 83
    assert row["cooperatives_new_count"] == 41
    assert row["cooperatives_dissolved_count"] == 29
    assert row["members_persons"] == 3042
    assert row["employees_persons"] == 2851
    assert row["charter_capital_vnd_million"] == 826000


def test_the_headline_of_more_than_400_is_not_a_number_of_cooperatives() -> None:
    row = only("cooperatives", as_of=MIDDLE_OF_2023)
    assert row["cooperatives_count"] == 416
    assert row["cooperatives_active_count"] is None
    assert row["report_ids"] == ["lai-chau-2024-plan"]


def test_the_sectors_of_2023_are_taken_from_the_plan_before_the_news() -> None:
    sectors = by_sector(MIDDLE_OF_2023).set_index("sector")
    assert sectors.loc["environment", "cooperatives_active_count"] == 4  # the news says 5
    assert sectors.loc["agriculture", "cooperatives_active_count"] == 174


def test_what_was_not_over_when_it_was_planned_is_a_forecast() -> None:
    assert only("cooperatives", as_of=pd.Timestamp("2023-12-31"))["obs_status"] == "F"


def test_half_of_2023_has_no_flows() -> None:
    row = only("cooperatives", as_of=MIDDLE_OF_2023)
    assert row["cooperatives_new_count"] is None
    assert row["cooperatives_dissolved_count"] is None


# Groups.


def test_groups_and_their_members_in_2021_are_as_printed() -> None:
    row = only("groups", as_of=END_OF_2021)
    assert (row["groups_count"], row["members_persons"]) == (255, 2010)
    assert row["groups_agriculture_count"] == 153
    assert row["groups_non_agriculture_count"] == 102


# Targets.


def test_the_plan_of_2024_sets_425_cooperatives_and_380_active_ones() -> None:
    of_2024 = {"organization": "cooperative", "indicator": "cooperatives", "sector": "_T"}
    for status, value in (("_T", 425), ("active", 380)):
        row = only("targets", year=2024, relation="value", status=status, **of_2024)
        assert (row["value"], row["comparator"]) == (value, "=")
        assert row["report_id"] == "lai-chau-2024-plan"
        assert row["met"] is None


def test_the_strategy_asks_for_more_than_200_active_agricultural_cooperatives() -> None:
    row = only("targets", year=2030, sector="agriculture", indicator="cooperatives")
    assert (row["comparator"], row["value"], row["status"]) == (">", 200, "active")
    assert (row["value_low"], row["value_high"]) == (200, None)
    assert row["report_id"] == "lai-chau-2021-strategy"


def test_the_employees_planned_for_2025_are_a_range() -> None:
    row = only("targets", year=2025, indicator="employees")
    assert (row["comparator"], row["value"]) == ("range", None)
    assert (row["value_low"], row["value_high"]) == (5000, 6000)


# Contradictions.


def test_exactly_the_known_sums_do_not_add_up_and_all_contradictions_are_waived() -> None:
    ledger = own_release().ledger
    contradictions = [
        f for f in ledger.findings if f.is_contradiction and f.severity is not Severity.NOTICE
    ]
    found = sorted(
        (
            finding.evaluation.rule.name,
            finding.evaluation.common["indicator"],
            finding.evaluation.common["status"],
            finding.evaluation.period,
            finding.evaluation.residual,
        )
        for finding in contradictions
        if isinstance(finding.evaluation, Evaluation)
        and finding.evaluation.rule.relation == "linear"
    )
    assert found == [
        ("sectors_sum_to_total", "charter_capital", "_T", "2021-12-31", -626),
        ("sectors_sum_to_total", "cooperatives", "active", "2023-06-30", 74),
        ("sectors_sum_to_total", "cooperatives", "stopped", "2023-06-30", -1),
        ("sectors_sum_to_total", "employees", "_T", "2021-12-31", -11),
        ("sectors_sum_to_total", "members", "_T", "2021-12-31", 7),
    ]
    assert all(finding.waiver is not None for finding in contradictions)
    assert ledger.stale == ()
    assert ledger.is_clean


def test_without_their_waivers_all_contradictions_are_open() -> None:
    ledger = find(own_release().evaluations)
    assert sum(finding.is_open for finding in ledger.findings) == 23


def test_the_plan_behind_the_mean_revenue_of_2021_is_implied_and_was_not_met() -> None:
    row = only("targets", year=2021, indicator="revenue_mean", organization="cooperative")
    assert (row["origin"], row["value"], row["comparator"]) == ("implied", 1430, "=")
    assert row["value_low"] == pytest.approx(1428.2855, abs=1e-4)
    assert row["value_high"] == pytest.approx(1431.5297, abs=1e-4)
    assert (row["achieved_value"], row["attainment_percent"], row["met"]) == (1071, 74.90, False)


def test_the_year_before_follows_from_the_changes_of_2021() -> None:
    implied = own_release().tables["implied_values"]
    of_2020 = implied[(implied["period"] == "2020-12-31") & (implied["relation"] == "value")]
    names = of_2020["organization"] + " " + of_2020["indicator"]
    found = dict(zip(names, of_2020["value"], strict=True))
    assert found == {
        "group groups": 235,
        "group members": 1890,
        "cooperative cooperatives": 336,
        "cooperative charter_capital": 720200,
    }


def test_the_capital_of_the_environment_sector_is_convicted_as_a_copied_number() -> None:
    row = only("findings", rule="implied_values_agree", outcome="fail")
    assert row["convicted"] == ["lai-chau-2024-plan:5560"]
    (suspect,) = row["suspects"]
    assert suspect["would_need_low"] == pytest.approx(11092.234, abs=1e-3)
    assert suspect["would_need_high"] == pytest.approx(12085.566, abs=1e-3)
    assert suspect["evidence"] == ["copied", "typing_slip"]
    assert "lai-chau-2024-plan P1.I.2.7" in row["message_en"]


def test_no_rule_breaks_on_the_repository_s_own_data() -> None:
    assert Outcome.ERROR not in {e.outcome for e in own_release().evaluations}


def test_contradictions_are_marked_in_the_tables_that_take_their_figures() -> None:
    findings = own_release().tables["findings"]
    row = only("cooperatives", as_of=END_OF_2021)
    marked = findings[findings["finding_id"].isin(row["finding_ids"])]
    assert set(marked["rule"]) == {
        *("sectors_sum_to_total", "shares_of_sectors"),
        *("shares_by_status", "owners_have_products"),
    }
    assert set(marked["outcome"]) == {"fail"}
    assert only("groups", as_of=END_OF_2021)["finding_ids"] == []


# As of a day.


@pytest.fixture(scope="module")
def known_in_june_2022() -> Release:
    readings = own_corpus().readings
    return release(readings[readings["issued_on"] <= pd.Timestamp("2022-06-30")])


def test_in_june_2022_the_plan_for_2024_was_not_known(known_in_june_2022: Release) -> None:
    known = {"lai-chau-2021-report", "lai-chau-2021-strategy"}
    for name, frame in known_in_june_2022.tables.items():
        for column in ("report_ids", "report_id", "figure_ids", "figure_id"):
            if column in frame and len(frame):
                named = frame[column].explode().dropna().str.partition(":")[0]
                assert set(named) <= known, (name, column)
    assert set(known_in_june_2022.tables["targets"]["report_id"]) == known


def test_in_june_2022_nothing_was_known_of_2023(known_in_june_2022: Release) -> None:
    for name in ("cooperatives", "cooperatives_by_sector", "groups"):
        assert set(known_in_june_2022.tables[name]["year"]) == {2021}
    assert set(known_in_june_2022.tables["findings"]["outcome"]) == {"fail", "unverifiable"}
    targets = known_in_june_2022.tables["targets"]
    achieved = targets[targets["achieved_value"].notna()]
    assert set(achieved["year"]) == {2021}
    assert set(achieved["origin"]) == {"implied"}


def test_what_was_known_of_2021_has_not_changed_since(known_in_june_2022: Release) -> None:
    for name in ("cooperatives", "cooperatives_by_sector", "groups"):
        now = own_release().tables[name]
        pd.testing.assert_frame_equal(
            known_in_june_2022.tables[name],
            now[now["as_of"] == END_OF_2021].reset_index(drop=True),
        )


def test_before_the_first_report_nothing_was_known() -> None:
    readings = own_corpus().readings
    made = release(readings[readings["issued_on"] < readings["issued_on"].min()])
    assert {name: len(frame) for name, frame in made.tables.items()} == dict.fromkeys(
        made.tables, 0
    )
