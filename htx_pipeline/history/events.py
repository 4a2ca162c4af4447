"""What happened to the inputs between two releases: reports, raw lines and rules.

Inputs are seen in the tables that show them one to one: ``reports``, ``figures``,
``legal_documents``, ``named_entities``, and the catalogue's columns of ``rules``. Everything else
follows from these, and is explained by what happened here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from htx_pipeline.figures.checks import CITATION_COLUMNS, ENTITY_COLUMNS, FIGURE_COLUMNS
from htx_pipeline.history.difference import SOFTWARE, Reason, merged
from htx_pipeline.history.sides import same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from htx_pipeline.history.sides import Row, Side, Sides

REPORTS, RULES, FINDINGS = "reports", "rules", "findings"
PRINTS = ("figures", "legal_documents")
"""The tables whose rows are prints; their keys are what ids of figures refer to."""

_LINES = {
    "figures": {*FIGURE_COLUMNS, "area_code", "printed_base"},
    "legal_documents": {*CITATION_COLUMNS},
    "named_entities": {*ENTITY_COLUMNS, "name"},
}
"""The columns that a raw line, or the text around it, says; all others are worked out."""
_SAID_BY = {
    "line": "line_moved",
    "printed": "print_changed",
    "printed_unit": "print_changed",
    "name": "print_changed",
    "corrected": "correction",
}
"""What some columns tell when they differ."""
_OF_THE_REPORT = {"report_kind", "issued_on", "area_code"}
_WORKED_OUT = {"area", "figures_count"}
"""The columns of ``reports`` that report.yml does not say."""


@dataclass(frozen=True)
class Events:
    """What happened, by id: to reports, to prints (figures and citations), and to rules.

    ``lines`` holds it for each row of a table of raw lines that was added or removed or in which a
    cell differs, by table and key: the reasons of each column, those of the whole row under ``""``.
    """

    reports: Mapping[str, Reason]
    prints: Mapping[str, tuple[Reason, ...]]
    rules: Mapping[str, Reason]
    lines: Mapping[tuple[str, str], Mapping[str, tuple[Reason, ...]]]


def events(sides: Sides) -> Events:
    """What happened to the inputs of two releases."""
    reports = _of_reports(sides.old, sides.new)
    lines = {
        (table, key): _of_line(table, key, sides, reports)
        for table in _LINES
        for key in {*sides.old.rows.get(table, {}), *sides.new.rows.get(table, {})}
    }
    lines = {where: told for where, told in lines.items() if told}
    prints = {key: told[""] for (table, key), told in lines.items() if table in PRINTS}
    lines |= {
        (REPORTS, key): told
        for key in {*sides.old.rows.get(REPORTS, {}), *sides.new.rows.get(REPORTS, {})}
        if (told := _of_report_row(key, sides, reports, prints))
    }
    return Events(reports, prints, _of_rules(sides), lines)


def is_input(table: str) -> bool:
    """Whether the rows of a table are inputs themselves."""
    return table in _LINES or table == REPORTS


def differing(sides: Sides, table: str, key: str) -> list[str]:
    """The columns in which the two rows of a key differ, as far as both sides have them."""
    old, new = sides.rows(table, key)
    return [name for name in new if name in old and not same(old[name], new[name])]


def _of_reports(old: Side, new: Side) -> dict[str, Reason]:
    before, now = old.rows.get(REPORTS, {}), new.rows.get(REPORTS, {})
    found = {key: Reason(code="new_report", reports=(key,)) for key in now if key not in before}
    found |= {
        key: Reason(code="report_removed", reports=(key,)) for key in before if key not in now
    }
    for key in now:
        if key in before and any(
            name in before[key] and not same(before[key][name], now[key][name])
            for name in now[key]
            if name not in _WORKED_OUT
        ):
            found[key] = Reason(code="report_changed", reports=(key,))
    return found


def _of_line(
    table: str, key: str, sides: Sides, reports: Mapping[str, Reason]
) -> dict[str, tuple[Reason, ...]]:
    found = sides.rows(table, key)
    report = reports.get(found[-1].get("report_id", ""))
    evidence = (key,) if table in PRINTS else ()

    def reason(code: str) -> Reason:
        return Reason(code=code, reports=(found[-1].get("report_id", ""),), figures=evidence)

    if len(found) == 1:
        if report is not None and report.code in {"new_report", "report_removed"}:
            return {"": (replace(report, figures=evidence),)}
        return {"": (reason("reading_changed"),)}
    told: dict[str, tuple[Reason, ...]] = {}
    references = sides.references.get(table, {})
    changed = [name for name in differing(sides, table, key) if name not in references]
    codes = {name: _code(table, name, changed, found) for name in changed}
    if report is None:
        codes = {n: None if code == "report_changed" else code for n, code in codes.items()}
    known = merged(reason(code) for code in codes.values() if code)
    behind = tuple(one for one in known if one.code != "line_moved")
    for name, code in codes.items():
        told[name] = (reason(code),) if code else behind or (replace(SOFTWARE, figures=evidence),)
    return told | {"": merged(one for cell in told.values() for one in cell)} if told else {}


def _code(table: str, column: str, changed: Iterable[str], rows: tuple[Row, ...]) -> str | None:
    """What a differing cell of a raw line tells by itself; ``None`` where it is worked out."""
    if column in _SAID_BY:
        return _SAID_BY[column]
    if column in _LINES[table]:
        return "reading_changed"
    if column in _OF_THE_REPORT:
        return "report_changed"
    is_corrected = any(row.get("corrected") for row in rows)
    if column == "value" and is_corrected and _LINES[table].isdisjoint(changed):
        return "correction"
    return None


def _of_report_row(
    key: str,
    sides: Sides,
    reports: Mapping[str, Reason],
    prints: Mapping[str, tuple[Reason, ...]],
) -> dict[str, tuple[Reason, ...]]:
    if len(sides.rows(REPORTS, key)) == 1:
        return {"": (reports[key],)}
    changed = differing(sides, REPORTS, key)
    told: dict[str, tuple[Reason, ...]] = {}
    for name in changed:
        if name == "area":
            told[name] = (reports[key],) if "area_code" in changed else (SOFTWARE,)
        elif name == "figures_count":
            lines = [one for reasons in prints.values() for one in reasons if one.reports == (key,)]
            counted = merged(one for one in lines if one.code == "reading_changed")
            told[name] = counted or (SOFTWARE,)
        else:
            told[name] = (reports[key],)
    return told | {"": merged(one for cell in told.values() for one in cell)} if told else {}


def _of_rules(sides: Sides) -> dict[str, Reason]:
    """The rules that the catalogue of one side lacks, or describes otherwise.

    What a rule counted is not what it is: columns of whole numbers are left out.
    """
    found: dict[str, Reason] = {}
    for key in {*sides.old.rows.get(RULES, {}), *sides.new.rows.get(RULES, {})}:
        rows = sides.rows(RULES, key)
        if len(rows) == 1 or any(
            not _is_count(rows, name) for name in differing(sides, RULES, key)
        ):
            found[key] = Reason(code="rule_changed", rules=(key,))
    return found


def _is_count(rows: Iterable[Mapping[str, Any]], column: str) -> bool:
    return any(isinstance(row[column], int) for row in rows)
