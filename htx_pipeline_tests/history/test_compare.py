"""What differs between two releases, and why."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htx_pipeline.curation import CONTRACTS
from htx_pipeline.history import Difference, Reason, compare
from htx_pipeline_tests.building import LATER, REPORT, Report, own_corpus, printed
from htx_pipeline_tests.history.small_releases import (
    cell_of,
    of_readings,
    own_days,
    own_tables,
    own_tables_on,
    reasons_of,
    row_of,
    tables,
    told,
    with_cell,
)

if TYPE_CHECKING:
    import datetime as dt

OF_2021 = "VN-01|2021-12-31"
FIRST = f"{REPORT.id}:10"
SECOND = f"{REPORT.id}:20"
NOW = f"{LATER.id}:10"


# Nothing, and everything.


def test_a_release_does_not_differ_from_itself() -> None:
    found = compare(own_tables(), dict(own_tables()))
    assert found.differing == ()
    assert [table.name for table in found.tables] == [contract.name for contract in CONTRACTS]


@pytest.mark.parametrize(("old", "new"), list(itertools.permutations(own_days(), 2)))
def test_between_two_days_each_change_is_explained_by_reports(old: dt.date, new: dt.date) -> None:
    found = compare(own_tables_on(old), own_tables_on(new))
    expected = {"new_report", "restated"} if old < new else {"report_removed"}
    assert reasons_of(found) <= expected
    assert reasons_of(found)
    issued = own_tables()["reports"].to_pylist()
    since = {
        row["report_id"] for row in issued if min(old, new) < row["issued_on"] <= max(old, new)
    }
    for table in found.tables:
        for row in table.rows:
            for change in row.cells or (row,):
                assert change.reasons
                assert all(set(one.reports) <= since for one in change.reasons)
                assert all(one.reports for one in change.reasons)


@pytest.mark.parametrize(("old", "new"), list(itertools.pairwise(own_days())))
def test_what_differs_makes_the_new_tables_out_of_the_old(old: dt.date, new: dt.date) -> None:
    found = compare(own_tables_on(old), own_tables_on(new))
    assert patched(own_tables_on(old), found) == {
        name: {key_of(row, name): row for row in table.to_pylist()}
        for name, table in own_tables_on(new).items()
    }


def patched(old: Any, found: Difference) -> dict[str, dict[str, dict[str, Any]]]:
    """The rows of ``old`` with all that differs put into them."""
    made = {
        name: {key_of(row, name): dict(row) for row in table.to_pylist()}
        for name, table in old.items()
    }
    for table in found.tables:
        for row in table.rows:
            if row.change == "removed":
                del made[table.name][row.key]
            elif row.change == "added":
                made[table.name][row.key] = dict(row.row)
            for cell in row.cells:
                assert made[table.name][row.key][cell.column] == cell.old
                made[table.name][row.key][cell.column] = cell.new
    return made


def key_of(row: dict[str, Any], table: str) -> str:
    (key,) = (contract.key for contract in CONTRACTS if contract.name == table)
    return "|".join(str(row[name]) for name in key)


@settings(max_examples=25)
@given(st.data())
def test_one_altered_cell_is_the_one_change_and_nothing_but_software_explains_it(
    data: st.DataObject,
) -> None:
    derived = ["cooperatives", "groups", "unions", "targets", "support", "observations"]
    name = data.draw(st.sampled_from(derived))
    table = own_tables()[name]
    numbers = [f.name for f in table.schema if f.type in (pyarrow.int64(), pyarrow.float64())]
    column = data.draw(st.sampled_from(numbers))
    row = data.draw(st.integers(0, table.num_rows - 1))
    cell = table[column].to_pylist()[row]
    other = 1 if cell is None else None if data.draw(st.booleans()) else cell + 1
    found = compare(own_tables(), own_tables() | {name: with_cell(table, row, column, other)})
    ((only,),) = (one.rows for one in found.differing)
    (changed,) = only.cells
    assert (changed.column, changed.old, changed.new) == (column, cell, other)
    assert [reason.code for reason in changed.reasons] == ["software"]


@pytest.mark.parametrize(
    ("figure", "cells", "code"),
    [
        ("lai-chau-2021-report:2945", None, "reading_changed"),
        ("lai-chau-2021-report:3362", {"sector": "trade"}, "reading_changed"),
        (
            "lai-chau-2024-plan:5493",
            {"printed": "9", "value": 9.0, "value_low": 9.0, "value_high": 9.0},
            "print_changed",
        ),
    ],
)
def test_one_raw_line_explains_all_that_follows_from_it(
    figure: str, cells: dict[str, Any] | None, code: str
) -> None:
    """Of the repository's own data: values, findings, implied values, counts of the rules."""
    corpus = own_corpus()
    readings = corpus.readings.copy()
    line = readings["figure_id"] == figure
    assert line.sum() == 1
    for column, cell in (cells or {}).items():
        readings.loc[line, column] = cell
    if cells is None:
        readings = readings[~line].reset_index(drop=True)
    found = compare(
        of_readings(corpus.readings, corpus.citations), of_readings(readings, corpus.citations)
    )
    assert reasons_of(found) == {code}
    assert {"figures", "findings", "rules"} <= {one.name for one in found.differing}


# Reports.


def test_a_new_report_fills_a_gap() -> None:
    old = tables(printed("348"))
    new = tables(printed("348"), printed("3.140", "members", report=LATER))
    found = compare(old, new)
    cell = cell_of(found, "cooperatives", OF_2021, "members_persons")
    assert (cell.old, cell.new, cell.unit) == (None, 3140, "person")
    assert told(cell) == Reason(code="new_report", reports=(LATER.id,), figures=(NOW,))
    assert told(cell_of(found, "cooperatives", OF_2021, "report_ids")) == told(cell)
    assert reasons_of(found) == {"new_report"}


def test_a_value_that_is_taken_from_a_new_report_is_restated() -> None:
    old = tables(printed("348"))
    new = tables(printed("348"), printed("350", report=LATER))
    cell = cell_of(compare(old, new), "cooperatives", OF_2021, "cooperatives_count")
    assert (cell.old, cell.new) == (348, 350)
    assert told(cell) == Reason(
        code="restated", reports=(LATER.id,), figures=(NOW,), instead_of=(FIRST,)
    )


def test_what_follows_from_a_restated_value_is_restated_too() -> None:
    old = tables(printed("348", role="estimate", qualifier="estimated"))
    new = tables(
        printed("348", role="estimate", qualifier="estimated"), printed("350", report=LATER)
    )
    found = compare(old, new)
    status = cell_of(found, "cooperatives", OF_2021, "obs_status")
    assert (status.old, status.new) == ("E", "A")
    assert told(status).code == "restated"


def test_a_value_falls_back_when_its_report_is_removed() -> None:
    old = tables(printed("348"), printed("350", report=LATER))
    found = compare(old, tables(printed("348")))
    cell = cell_of(found, "cooperatives", OF_2021, "cooperatives_count")
    assert (cell.old, cell.new) == (350, 348)
    assert told(cell) == Reason(code="report_removed", reports=(LATER.id,), figures=(NOW,))
    assert reasons_of(found) == {"report_removed"}


def test_a_report_that_is_dated_otherwise_is_named() -> None:
    redated = Report(REPORT.id, issued_on=REPORT.issued_on.replace(year=2021))
    estimate = {"role": "estimate", "qualifier": "estimated"}
    old = tables(printed("348", **estimate))
    found = compare(old, tables(printed("348", report=redated, **estimate)))
    assert told(cell_of(found, "reports", REPORT.id, "issued_on")).code == "report_changed"
    status = cell_of(found, "cooperatives", OF_2021, "obs_status")
    assert (status.old, status.new) == ("E", "F")
    assert told(status).code == "report_changed"
    assert reasons_of(found) == {"report_changed"}


# Raw lines.


def test_a_mended_print_explains_what_comes_from_it() -> None:
    found = compare(tables(printed("348")), tables(printed("384")))
    assert told(cell_of(found, "figures", FIRST, "printed")) == Reason(
        code="print_changed", reports=(REPORT.id,), figures=(FIRST,)
    )
    for table, key, column in (
        ("figures", FIRST, "value_low"),
        ("cooperatives", OF_2021, "cooperatives_count"),
    ):
        assert told(cell_of(found, table, key, column)).code == "print_changed"
    assert reasons_of(found) == {"print_changed"}


def test_a_figure_that_is_read_otherwise_moves_to_another_row() -> None:
    old = tables(printed("157", sector="agriculture"))
    new = tables(printed("157", sector="trade"))
    found = compare(old, new)
    gone = row_of(found, "cooperatives_by_sector", f"{OF_2021}|agriculture")
    come = row_of(found, "cooperatives_by_sector", f"{OF_2021}|trade")
    assert (gone.change, come.change) == ("removed", "added")
    assert told(gone).code == told(come).code == "reading_changed"
    assert told(come).figures == (FIRST,)


def test_a_line_that_is_added_to_a_known_report_is_a_reading() -> None:
    new = tables(printed("348"), printed("3.140", "members"))
    found = compare(tables(printed("348")), new)
    cell = cell_of(found, "cooperatives", OF_2021, "members_persons")
    assert told(cell) == Reason(code="reading_changed", reports=(REPORT.id,), figures=(SECOND,))


def test_a_correction_explains_a_value_whose_print_is_the_same() -> None:
    print_ = printed("63,41", "charter_capital")
    corrected = {"value": 6341.0, "decimals": 0, "value_low": 6340.5, "value_high": 6341.5}
    new = tables(print_, overrides={FIRST: corrected | {"corrected": True}})
    found = compare(tables(print_), new)
    cell = cell_of(found, "cooperatives", OF_2021, "charter_capital_vnd_million")
    assert (cell.old, cell.new) == (63.41, 6341)
    assert told(cell) == Reason(code="correction", reports=(REPORT.id,), figures=(FIRST,))
    assert reasons_of(found) == {"correction"}


def test_a_correction_that_reads_another_value_is_one() -> None:
    print_ = printed("63,41", "charter_capital")
    readings = (
        {FIRST: {"value": value, "value_low": value, "value_high": value, "corrected": True}}
        for value in (6341.0, 6342.0)
    )
    old, new = (tables(print_, overrides=one) for one in readings)
    assert reasons_of(compare(old, new)) == {"correction"}


def test_a_line_that_only_moved_changes_nothing_else() -> None:
    old, new = tables(printed("348", line=2)), tables(printed("348", line=3))
    found = compare(old, new)
    assert told(cell_of(found, "figures", FIRST, "line")).code == "line_moved"
    assert {table.name for table in found.differing} == {"figures"}


def test_a_line_that_moved_explains_no_value() -> None:
    old, new = tables(printed("348", line=2)), tables(printed("348", line=3))
    new["cooperatives"] = with_cell(new["cooperatives"], 0, "cooperatives_count", 349)
    cell = cell_of(compare(old, new), "cooperatives", OF_2021, "cooperatives_count")
    assert told(cell).code == "software"


# Rules, decisions, software.

CONTRADICTION = (
    printed("348"),
    printed("300", status="active"),
    printed("40", status="stopped"),
)


def finding(found: dict[str, pyarrow.Table], rule: str) -> int:
    """The line of the one finding of a rule."""
    (line,) = (n for n, row in enumerate(found["findings"].to_pylist()) if row["rule"] == rule)
    return line


def test_a_figure_that_completes_a_relation_explains_the_finding_that_goes() -> None:
    """Before, the sum could not be checked; what completes it stands in no row of the old one."""
    old, new = tables(*CONTRADICTION[:2]), tables(*CONTRADICTION)
    found = compare(old, new)
    gone = [
        r for t in found.tables if t.name == "findings" for r in t.rows if r.change == "removed"
    ]
    assert gone
    for row in gone:
        assert told(row).code == "reading_changed"
        assert told(row).figures == (f"{REPORT.id}:30",)
        assert told(row).through_rules


def test_a_new_contradiction_is_told_of_each_value_that_takes_part() -> None:
    found = compare(tables(printed("348")), tables(printed("348"), printed("350", report=LATER)))
    marks = cell_of(found, "figures", FIRST, "finding_ids")
    assert told(marks).code == "new_report"
    assert told(marks).figures == (NOW,)
    assert set(told(marks).findings) == set(marks.new) - set(marks.old)


def test_a_rule_that_says_something_else_explains_its_findings() -> None:
    old, new = tables(*CONTRADICTION), tables(*CONTRADICTION)
    rule = "active_and_stopped_sum_to_total"
    line = new["rules"]["rule"].to_pylist().index(rule)
    new["rules"] = with_cell(new["rules"], line, "severity", "notice")
    new["findings"] = with_cell(new["findings"], finding(new, rule), "severity", "notice")
    found = compare(old, new)
    assert reasons_of(found) == {"rule_changed"}
    assert told(cell_of(found, "rules", rule, "severity")).rules == (rule,)
    (row,) = (r for t in found.tables if t.name == "findings" for r in t.rows)
    assert told(row).rules == (rule,)


def test_a_rule_that_is_new_is_a_changed_catalogue() -> None:
    old, new = tables(printed("348")), tables(printed("348"))
    old["rules"] = old["rules"].slice(1)
    found = compare(old, new)
    (row,) = (r for t in found.differing for r in t.rows)
    assert (row.change, told(row).code) == ("added", "rule_changed")


def test_a_waiver_is_a_decision() -> None:
    old, new = tables(*CONTRADICTION), tables(*CONTRADICTION)
    line = finding(new, "active_and_stopped_sum_to_total")
    name = new["findings"]["finding_id"].to_pylist()[line]
    for column, cell in (("waiver_id", name), ("waiver_reason", "printed so")):
        new["findings"] = with_cell(new["findings"], line, column, cell)
    found = compare(old, new)
    assert told(row_of(found, "findings", name)) == Reason(code="waiver", findings=(name,))
    assert reasons_of(found) == {"waiver"}


def test_a_finding_that_nothing_in_the_inputs_explains_is_the_softwares() -> None:
    old, new = tables(*CONTRADICTION), tables(*CONTRADICTION)
    line = finding(new, "active_and_stopped_sum_to_total")
    new["findings"] = with_cell(new["findings"], line, "residual", 9.0)
    assert reasons_of(compare(old, new)) == {"software"}


def test_a_new_report_does_not_hide_what_the_software_changed() -> None:
    new = tables(printed("348"), printed("3.140", "members", report=LATER))
    new["cooperatives"] = with_cell(new["cooperatives"], 0, "cooperatives_count", 349)
    found = compare(tables(printed("348")), new)
    count = cell_of(found, "cooperatives", OF_2021, "cooperatives_count")
    members = cell_of(found, "cooperatives", OF_2021, "members_persons")
    assert told(count).code == "software"
    assert told(members).code == "new_report"


def test_counts_of_a_rule_that_change_without_figures_are_the_softwares() -> None:
    old, new = tables(printed("348")), tables(printed("348"))
    new["rules"] = with_cell(new["rules"], 0, "groups_count", 7)
    assert reasons_of(compare(old, new)) == {"software"}


# Cells and columns.


@pytest.mark.parametrize(
    ("old", "new"),
    [(None, 0), (0, None), (1, 2)],
)
def test_missing_is_not_zero(old: int | None, new: int | None) -> None:
    (change,) = only_rows([{"k": "a", "v": old}], [{"k": "a", "v": new}])
    ((cell,),) = (change.cells,)
    assert (cell.old, cell.new) == (old, new)


def test_numbers_are_compared_exactly_and_lists_by_elements() -> None:
    assert only_rows([{"k": "a", "v": 0.1 + 0.2}], [{"k": "a", "v": 0.3}])
    assert only_rows([{"k": "a", "v": ["x", "y"]}], [{"k": "a", "v": ["y", "x"]}])
    assert not only_rows([{"k": "a", "v": ["x"]}], [{"k": "a", "v": ["x"]}])
    assert not only_rows([{"k": "a", "v": float("nan")}], [{"k": "a", "v": float("nan")}])


def test_rows_without_a_key_are_compared_whole() -> None:
    old = pyarrow.Table.from_pylist([{"v": 1}, {"v": 1}, {"v": 2}])
    new = pyarrow.Table.from_pylist([{"v": 1}, {"v": 3}])
    (table,) = compare({"old_one": old}, {"old_one": new}).tables
    assert sorted((row.change, row.key) for row in table.rows) == [
        ("added", "3"),
        ("removed", "1 #2"),
        ("removed", "2"),
    ]


def only_rows(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Any:
    """What differs in the rows of a table with the key ``k``."""
    sides = [
        {
            "t": pyarrow.Table.from_pylist(rows).replace_schema_metadata({"primary_key": "k"}),
        }
        for rows in (old, new)
    ]
    (table,) = compare(*sides).tables
    return table.rows


def test_columns_and_tables_are_told_as_changes_of_the_contract() -> None:
    old, new = dict(own_tables()), dict(own_tables())
    old["groups"] = old["groups"].drop_columns(["members_persons"])
    new["unions"] = new["unions"].drop_columns(["unions_count"])
    del old["context"]
    found = {table.name: table for table in compare(old, new).differing}
    assert [(one.change, one.column) for one in found["groups"].columns] == [
        ("added", "members_persons")
    ]
    assert [(one.change, one.column) for one in found["unions"].columns] == [
        ("removed", "unions_count")
    ]
    assert (found["context"].change, found["context"].counts) == ("added", {"contract_changed": 1})
    assert all(table.rows == () for table in found.values())
    assert set(found) == {"groups", "unions", "context"}


def test_lineage_of_a_column_that_is_new_is_explained_by_the_contract() -> None:
    old, new = dict(own_tables()), dict(own_tables())
    old["groups"] = old["groups"].drop_columns(["members_persons"])
    lines = old["lineage"].to_pylist()
    kept = [row for row in lines if (row["table"], row["column"]) != ("groups", "members_persons")]
    assert len(kept) < len(lines)
    old["lineage"] = pyarrow.Table.from_pylist(kept, schema=old["lineage"].schema)
    assert reasons_of(compare(old, new)) == {"contract_changed"}


def test_another_type_and_another_description_are_told() -> None:
    table = own_tables()["unions"]
    field = table.schema.field("unions_count")
    other = field.with_type(pyarrow.float64()).with_metadata({**field.metadata, b"title": b"Other"})
    index = table.column_names.index(field.name)
    new = table.set_column(index, other, table[field.name].cast(pyarrow.float64()))
    found = compare(own_tables(), own_tables() | {"unions": new})
    assert [(one.change, one.old, one.new) for t in found.differing for one in t.columns] == [
        ("retyped", "int64", "double"),
        ("described", field.metadata[b"title"].decode(), "Other"),
    ]
    assert [row for t in found.differing for row in t.rows] == []


def test_a_table_that_is_described_otherwise_is_told() -> None:
    table = own_tables()["unions"]
    new = table.replace_schema_metadata({**table.schema.metadata, b"description": b"Other"})
    ((only,),) = (
        one.columns for one in compare(own_tables(), own_tables() | {"unions": new}).differing
    )
    assert (only.change, only.column, only.new) == ("described", "", "Other")


def test_what_has_nothing_to_do_with_a_finding_does_not_explain_it() -> None:
    """A new report prints something of another organization at another time."""
    unrelated = printed("120", "groups", report=LATER, period="2022-12-31")
    old, new = tables(*CONTRADICTION), tables(*CONTRADICTION, unrelated)
    line = finding(new, "active_and_stopped_sum_to_total")
    name = new["findings"]["finding_id"].to_pylist()[line]
    new["findings"] = with_cell(new["findings"], line, "suspects", [])
    found = compare(old, new)
    assert told(cell_of(found, "findings", name, "suspects")).code == "software"
    assert told(row_of(found, "groups", "VN-01|2022-12-31")).code == "new_report"


def test_the_figures_of_findings_are_named_where_only_what_is_suspected_changes() -> None:
    """What another report prints speaks for a suspect; the finding itself is the same."""
    related = printed("340", report=LATER, period="2022-12-31")
    old, new = tables(*CONTRADICTION), tables(*CONTRADICTION, related)
    line = finding(new, "active_and_stopped_sum_to_total")
    name = new["findings"]["finding_id"].to_pylist()[line]
    new["findings"] = with_cell(new["findings"], line, "suspects", [])
    reason = told(cell_of(compare(old, new), "findings", name, "suspects"))
    assert (reason.code, reason.figures, reason.through_rules) == ("new_report", (NOW,), True)
