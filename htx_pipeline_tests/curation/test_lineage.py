"""Table ``lineage``: every measure of the repository's data leads to a figure with its value."""

from __future__ import annotations

import re
from typing import Any

import pytest

from htx_pipeline.contracts import Contract
from htx_pipeline.curation import FIGURE_TABLES
from htx_pipeline.rules import RULES
from htx_pipeline_tests.building import LATER, PLAN, cells, figures, own_release, printed, release

WIDE = {"cooperatives", "cooperatives_by_sector", "groups", "unions"}
NOT_MEASURES = {
    *("area_code", "area", "year", "as_of", "sector", "obs_status", "report_ids", "finding_ids")
}
MEASURES = {
    "targets": {"value", "achieved_value"},
    "support": {"value"},
    "context": {"value"},
}
CONTRACTS = {table.contract.name: table.contract for table in FIGURE_TABLES}

OF_THEIR_OWN = {"implied_values", "observations", "revisions"}
"""Tables whose cells come from several figures, or from none; their own tests ask whence."""

each_table = pytest.mark.parametrize("table", sorted(CONTRACTS.keys() - OF_THEIR_OWN))


def is_implied(row_key: str) -> bool:
    return re.fullmatch("i[0-9a-f]{12}", row_key) is not None


def measures(contract: Contract) -> set[str]:
    if contract.name in WIDE:
        return {str(column.name) for column in contract.fields} - NOT_MEASURES
    return MEASURES[contract.name]


def key_of(contract: Contract, row: dict[str, Any]) -> str:
    """How lineage names a row."""
    keys = [row["as_of"].date() if name == "as_of" else row[name] for name in contract.key]
    return "|".join(map(str, keys))


def measured(table: str) -> dict[tuple[str, str], float]:
    """Every non-null measure of a table of the repository's data, by row key and column."""
    contract = CONTRACTS[table]
    found = {}
    for row in cells(own_release().tables[table]):
        for column in measures(contract):
            if row[column] is not None and row.get("origin") != "implied":
                found[key_of(contract, row), column] = float(row[column])
    return found


def led(table: str) -> dict[tuple[str, str], list[str]]:
    """The figures that each cell of a table of the repository's data leads to."""
    lineage = own_release().tables["lineage"]
    found: dict[tuple[str, str], list[str]] = {}
    of_table = lineage[(lineage["table"] == table) & ~lineage["row_key"].map(is_implied)]
    for line in of_table.itertuples():
        found.setdefault((line.row_key, line.column), []).append(line.figure_id)
    return found


@each_table
def test_each_measure_leads_to_one_figure_whose_value_it_is(table: str) -> None:
    values = own_release().tables["figures"].set_index("figure_id")["value"]
    sources = led(table)
    cells_measured = measured(table)
    assert cells_measured
    for cell, value in cells_measured.items():
        (figure_id,) = sources[cell]
        assert values[figure_id] == value, cell


@pytest.mark.parametrize("table", sorted(CONTRACTS))
def test_of_a_column_in_the_lineage_all_cells_are_in_it_but_those_that_are_null(table: str) -> None:
    lineage = own_release().tables["lineage"]
    of_table = lineage[lineage["table"] == table]
    columns = sorted(set(of_table["column"]))
    assert columns
    assert set(zip(of_table["row_key"], of_table["column"], strict=True)) == {
        (key_of(CONTRACTS[table], row), column)
        for row in cells(own_release().tables[table])
        for column in columns
        if row[column] is not None
    }


def test_of_a_falling_range_each_bound_leads_to_its_own_end() -> None:
    ends = printed("9", qualifier="range_low"), printed("5", qualifier="range_high")
    for role in ("actual", "target"):
        made = release(figures(*(end | {"role": role} for end in ends)))
        lineage = made.tables["lineage"]
        table = "targets" if role == "target" else "observations"
        of_table = lineage[lineage["table"] == table]
        low, high = (
            next(one for one in cells(made.tables["figures"]) if one["printed"] == numeral)
            for numeral in ("5", "9")
        )
        assert dict(zip(of_table["column"], of_table["figure_id"], strict=True)) == {
            "value_low": low["figure_id"],
            "value_high": high["figure_id"],
        }


def test_the_ends_of_a_range_lead_to_their_figures() -> None:
    values = own_release().tables["figures"].set_index("figure_id")["value"]
    targets = own_release().tables["targets"]
    ranges = targets[targets["comparator"] == "range"]
    sources = led("targets")
    assert len(ranges) > 0
    for target in ranges.itertuples():
        for column in ("value_low", "value_high"):
            (figure_id,) = sources[target.target_id, column]
            assert values[figure_id] == getattr(target, column)
            assert figure_id in target.figure_ids


def test_every_table_of_figures_is_in_the_lineage_and_no_other() -> None:
    assert set(own_release().tables["lineage"]["table"]) == set(CONTRACTS)


@pytest.mark.parametrize("table", sorted(WIDE))
def test_a_row_s_reports_are_those_of_the_figures_that_it_leads_to(table: str) -> None:
    reports = own_release().tables["figures"].set_index("figure_id")["report_id"]
    contract = CONTRACTS[table]
    sources = led(table)
    for row in cells(own_release().tables[table]):
        key = key_of(contract, row)
        taken = {reports[f] for (k, _), figures in sources.items() if k == key for f in figures}
        assert row["report_ids"] == sorted(taken)


@each_table
def test_a_row_s_findings_are_those_of_the_figures_that_it_leads_to(table: str) -> None:
    marked = own_release().tables["figures"].set_index("figure_id")["finding_ids"]
    contract = CONTRACTS[table]
    sources = led(table)
    for row in cells(own_release().tables[table]):
        if row.get("origin") == "implied":
            continue
        key = key_of(contract, row)
        taken = {
            name
            for (k, column), figures in sources.items()
            if k == key and column != "achieved_value"
            for figure in figures
            for name in marked[figure]
        }
        assert row["finding_ids"] == sorted(taken)


@pytest.mark.parametrize("table", ["implied_values", "targets"])
def test_an_implied_cell_leads_to_the_figures_and_rules_that_it_follows_from(table: str) -> None:
    lineage = own_release().tables["lineage"]
    named = {rule.name for rule in RULES}
    implied = [r for r in cells(own_release().tables[table]) if r["origin"] == "implied"]
    assert implied
    for row in implied:
        key = row[CONTRACTS[table].key[0]]
        sources = lineage[(lineage["row_key"] == key) & (lineage["table"] == table)]
        of_value = sources[sources["column"] == "value"]
        assert sorted(of_value["figure_id"]) == row["figure_ids"]
        assert all(rules and set(rules) <= named for rules in of_value["rules"])
        assert {"value_low", "value_high"} & set(sources["column"])


def test_lineage_stands_in_the_order_of_its_key() -> None:
    lineage = own_release().tables["lineage"]
    key = list(zip(lineage["table"], lineage["row_key"], lineage["column"], strict=True))
    assert key == sorted(key)


def test_a_figure_may_be_led_to_by_several_tables() -> None:
    made = release(figures(printed("9", report=PLAN, role="target"), printed("10", report=LATER)))
    lineage = made.tables["lineage"]
    leading = lineage[lineage["figure_id"] == "bao-cao-2022:10"]
    assert set(zip(leading["table"], leading["column"], strict=True)) == {
        ("cooperatives", "cooperatives_count"),
        ("observations", "value"),
        ("observations", "value_high"),
        ("observations", "value_low"),
        ("targets", "achieved_value"),
        ("targets", "attainment_percent"),
        ("targets", "met"),
    }
