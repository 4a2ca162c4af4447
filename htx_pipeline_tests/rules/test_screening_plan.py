"""What is asked of a table: as little as its figures allow, and never more than a pass can hold."""

from __future__ import annotations

from itertools import product
from typing import Any

from htx_pipeline import codelists
from htx_pipeline.rules import RULES
from htx_pipeline.rules.screening.kinds import Kinds
from htx_pipeline.rules.screening.plan import Pass, forms, plan

_PERIODS = ("2021", "2021-12-31")


def kind(indicator: str = "cooperatives", **codes: Any) -> dict[str, Any]:
    """A row of what is counted of a table."""
    return {
        "organization": "cooperative",
        "indicator": indicator,
        "sector": "_T",
        "status": "_T",
        "relation": "value",
        "share_of": "",
        "unit": codelists.rows("indicator")[indicator]["units"].split()[0],
        "role": "actual",
        "period": "2021-03-31",  # of a form that no rule names
        "base_period": "",
        "printed_base": "",
        "named": "",
        "soft": "",
        "odd": "",
        "count": 1,
    } | codes


def planned(*rows: dict[str, Any]) -> list[Pass]:
    return plan(RULES, Kinds.of(rows, forms(RULES)))


def asked(*rows: dict[str, Any]) -> set[str]:
    return {one.rule.name for each in planned(*rows) for one in each.asked}


def test_nothing_is_asked_of_figures_that_no_equation_ties() -> None:
    assert asked(kind()) == set()
    assert asked(kind(), kind("members", period="2021-06-30")) == {
        "cooperatives_have_seven_members"
    }


def test_an_equation_is_asked_where_enough_of_its_terms_are_there() -> None:
    total, active = kind(), kind(status="active")
    assert asked(total, active) == {"active_and_stopped_sum_to_total"}
    assert asked(total, kind("members", status="active")) == set()
    share = kind(status="active", relation="share", share_of="status", unit="percent")
    assert asked(total, active, share) == {"active_and_stopped_sum_to_total", "shares_by_status"}


def test_sectors_and_statuses_are_one_pass() -> None:
    cells = [
        kind(sector=sector, status=status)
        for sector, status in product(("_T", "agriculture", "trade"), ("_T", "active", "stopped"))
    ]
    (one,) = planned(*cells)
    assert {each.rule.name for each in one.asked} == {
        "active_and_stopped_sum_to_total",
        "sectors_sum_to_total",
    }
    assert len(one.cells) == len(cells)
    assert one.key == ("area_code", "period")


def test_groups_are_told_apart_by_what_can_differ_and_by_nothing_else() -> None:
    (one,) = planned(kind(), kind(status="active"), kind("employees"))
    assert one.key == ("indicator", "area_code", "period")
    (one,) = planned(kind(), kind(status="active", named="yes", base_period="2020"))
    assert one.key == ("entity", "area_code", "period", "base_period")


def test_a_table_of_every_indicator_sector_and_status_fits_into_passes() -> None:
    everywhere = [*product(codelists.codes("sector"), codelists.codes("status"))]
    few = [("_T", "_T"), ("_T", "_Z"), ("_Z", "_Z")]
    rows = [
        kind(
            indicator,
            sector=sector,
            status=status,
            relation=relation,
            share_of="sector" if relation == "share" else "",
            unit="percent" if relation == "share" else row["units"].split()[0],
            period=period,
        )
        for indicator, row in codelists.rows("indicator").items()
        for relation, period in product(("value", "share"), _PERIODS)
        for sector, status in (everywhere if indicator == "charter_capital" else few)
    ]
    passes = planned(*rows)
    assert len(passes[0].cells) == len(everywhere)
    assert len(passes) > 5
    for one in passes:
        slots = {slot.key for each in one.asked for slot in each.slots if slot is not None}
        assert max(len(one.cells), len(one.asked), 0 if one.cells else len(slots)) <= 52
