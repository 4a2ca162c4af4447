"""Why a row or a cell differs, from evidence: lineage, references, and what happened to the inputs.

A cell with a lineage differs because of its figures. A cell without one differs because of what
its row went through: the lineage of the other cells, the figures, reports, rules and findings that
the row refers to. What rules find in some figures may also change by a figure beside them that
completes or breaks a relation; then the nearest such figures of the area are the evidence. What
none of this explains was changed by the software.

No column is named here, but those of decisions on findings (``waiver…``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from htx_pipeline.history.difference import CONTRACT_CHANGED, SOFTWARE, Reason, merged
from htx_pipeline.history.events import FINDINGS, RULES, Events, differing, is_input
from htx_pipeline.history.near import Neighbourhood, neighbourhood
from htx_pipeline.history.sides import LINEAGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from htx_pipeline.history.sides import Row, Side, Sides

    Reasons = tuple[Reason, ...]

_PRINT, _REPORT, _RULE, _FINDING = "print", "report", "rule", "finding"
_REFERRED = {
    "figures.figure_id": _PRINT,
    "legal_documents.citation_id": _PRINT,
    "reports.report_id": _REPORT,
    "rules.rule": _RULE,
    "findings.finding_id": _FINDING,
}
_WAIVER = "waiver"


@dataclass(frozen=True)
class Explanation:
    """What explains a difference between two releases; everything is asked by table and key."""

    sides: Sides
    events: Events
    _findings: dict[str, Reasons] = field(default_factory=dict)
    _near: dict[frozenset[str], Reasons] = field(default_factory=dict)

    def of_row(self, table: str, key: str) -> Reasons:
        """Why a row was added or removed."""
        if is_input(table):
            return self.events.lines[table, key][""]
        if table == RULES:
            return (self.events.rules[key],)
        if table == LINEAGE:
            return self._of_source(self.sides.rows(table, key)[0])
        return self._of_what_it_rests_on(table, key) or self._near_by(table, key) or (SOFTWARE,)

    def of_cell(self, table: str, key: str, column: str) -> Reasons:
        """Why a cell differs, in a row that is on both sides."""
        old, new = (row[column] for row in self.sides.rows(table, key))
        known = self.events.lines.get((table, key), {}).get(column)
        if known:
            return known
        if table == LINEAGE:
            return self._of_source(self.sides.rows(table, key)[1])
        if table == RULES:
            return self._of_rule(key, old, new)
        if table == FINDINGS and column.startswith(_WAIVER):
            return (Reason(code="waiver", findings=(key,)),)
        if any(
            column in self._sources(side, table, key) for side in (self.sides.old, self.sides.new)
        ):
            return self._of_sources(table, key, column) or self._if_others(table, key, column)
        return self._of_derived(table, key, column, _elements(old) ^ _elements(new))

    def _of_derived(self, table: str, key: str, column: str, elements: Iterable[str]) -> Reasons:
        """Why a cell without a lineage differs, that names ``elements`` on one side only."""
        kinds = self._kinds(table, column)
        referred = self._of_references(kinds, elements)
        if _FINDING in kinds and referred:
            return referred
        return (
            self._of_other_cells(table, key)
            or referred
            or self._of_what_it_rests_on(table, key)
            or self._near_by(table, key)
            or (SOFTWARE,)
        )

    def _of_rule(self, rule: str, old: object, new: object) -> Reasons:
        """Why what the catalogue says of a rule, or what the rule counted, is another.

        Tables hold the groups that did not pass; which figures are in those that did is not known,
        so that of a count only the reports are named.
        """
        own = self.events.rules.get(rule)
        if not (isinstance(old, int) and isinstance(new, int)):
            return (own or SOFTWARE,)
        return merged([*self._of_reports, *([own] if own else [])]) or (SOFTWARE,)

    @cached_property
    def _of_reports(self) -> Reasons:
        """All that happened to prints, by their reports only."""
        return merged(
            replace(reason, figures=())
            for name in self.events.prints
            for reason in self._happened(name)
        )

    def _of_source(self, row: Row) -> Reasons:
        """Why a cell comes from a figure, or no longer does."""
        table, key, column = row["table"], row["row_key"], row["column"]
        if column not in self.sides.shared.get(table, ()):
            return (CONTRACT_CHANGED,)
        own = self._happened(row["figure_id"])
        if own:
            return own
        found = self._of_sources(table, key, column) or self._of_other_cells(table, key)
        if found:
            return found
        return self._of_what_it_rests_on(table, key) or self._near_by(table, key) or (SOFTWARE,)

    def _of_other_cells(self, table: str, key: str) -> Reasons:
        """What the cells of a row that have a lineage went through."""
        columns = {
            *self._sources(self.sides.old, table, key),
            *self._sources(self.sides.new, table, key),
        }
        return merged(
            reason for name in sorted(columns) for reason in self._of_sources(table, key, name)
        )

    def _of_sources(self, table: str, key: str, column: str) -> Reasons:
        """What the figures of a cell went through; nothing if they are the same and unchanged."""
        before = self._sources(self.sides.old, table, key).get(column, {})
        now = self._sources(self.sides.new, table, key).get(column, {})
        left = tuple(sorted(before.keys() - now.keys()))
        had = self._value(self.sides.old, table, key, column) is not None
        found: list[Reason] = []
        for figure in sorted({*before, *now}):
            for reason in self._happened(figure):
                is_new = reason.code == "new_report" and figure in now
                if is_new and had and left:
                    found.append(replace(reason, code="restated", instead_of=left))
                else:
                    found.append(reason)
        names = {name for side in (before, now) for rules in side.values() for name in rules}
        found += [self.events.rules[name] for name in sorted(names) if name in self.events.rules]
        return merged(found)

    def _if_others(self, table: str, key: str, column: str) -> Reasons:
        """What explains a cell whose own figures are unchanged: nothing, unless they are others.

        Values that rules imply may also follow from other figures of the row's area, or no longer;
        a value that a figure states may not.
        """
        before = self._sources(self.sides.old, table, key).get(column, {})
        now = self._sources(self.sides.new, table, key).get(column, {})
        if before == now:
            return (SOFTWARE,)
        is_implied = any((*before.values(), *now.values()))
        near = self._near_by(table, key) if is_implied else ()
        return self._of_other_cells(table, key) or near or (SOFTWARE,)

    def _of_what_it_rests_on(self, table: str, key: str) -> Reasons:
        """What happened to what a row refers to: figures first, then rules, reports, findings."""
        referred = self._referred(table, key)
        moved = table == FINDINGS  # whose messages say the lines
        prints = [one for i in referred[_PRINT] for one in self._happened(i, moved=moved)]
        if prints:
            return merged(prints)
        rules = [self.events.rules[i] for i in referred[_RULE] if i in self.events.rules]
        if rules:
            return merged(rules)
        reports = [self.events.reports[i] for i in referred[_REPORT] if i in self.events.reports]
        if reports or table == FINDINGS:
            return merged(reports)
        return merged(one for i in referred[_FINDING] for one in self._of_finding(i))

    def _of_references(self, kinds: Iterable[str], elements: Iterable[str]) -> Reasons:
        """What happened to what a cell names on one side only."""
        found: list[Reason] = []
        for element in sorted(elements):
            for kind in kinds:
                if kind == _PRINT:
                    found += self._happened(element)
                elif kind == _FINDING:
                    found += self._of_finding(element)
                else:
                    known = self.events.reports if kind == _REPORT else self.events.rules
                    found += [known[element]] if element in known else []
        return merged(found)

    def _of_finding(self, finding: str) -> Reasons:
        """Why a finding was made, is no longer, or is another; nothing if it is the same.

        Why it is waived is no part of that.
        """
        if finding not in self._findings:
            rows = self.sides.rows(FINDINGS, finding)
            reasons: Reasons = ()
            if len(rows) == 1:
                reasons = self.of_row(FINDINGS, finding)
            elif rows:
                columns = differing(self.sides, FINDINGS, finding)
                reasons = merged(
                    one
                    for name in columns
                    if not name.startswith(_WAIVER)
                    for one in self.of_cell(FINDINGS, finding, name)
                )
            self._findings[finding] = tuple(
                replace(one, findings=(*one.findings, finding)) for one in reasons
            )
        return self._findings[finding]

    def _near_by(self, table: str, key: str) -> Reasons:
        """What happened nearest to the figures of a row that rules have made what it is.

        That is evidence of what may have done it (see ``near``), and the reason says so.
        """
        if not self._is_made_by_rules(table, key):
            return ()
        prints = frozenset(self._referred(table, key)[_PRINT])
        if prints not in self._near:
            self._near[prints] = merged(
                replace(one, through_rules=True)
                for other in self._neighbourhood.nearest(prints)
                for one in self._happened(other)
            )
        return self._near[prints]

    @cached_property
    def _neighbourhood(self) -> Neighbourhood:
        """The prints that something happened to."""
        return neighbourhood(self.sides, (i for i in self.events.prints if self._happened(i)))

    def _happened(self, name: str, *, moved: bool = False) -> Reasons:
        """What happened to a print; that its line moved alters nothing that is made of it."""
        reasons = self.events.prints.get(name, ())
        return tuple(one for one in reasons if moved or one.code != "line_moved")

    def _is_made_by_rules(self, table: str, key: str) -> bool:
        if any(_RULE in self._kinds(table, name) for name in self.sides.references.get(table, {})):
            return True
        return any(
            any(figures.values())
            for side in (self.sides.old, self.sides.new)
            for figures in self._sources(side, table, key).values()
        )

    def _referred(self, table: str, key: str) -> Mapping[str, list[str]]:
        """The ids that a row names on either side, by what they are of, sorted."""
        found: dict[str, set[str]] = {kind: set() for kind in _REFERRED.values()}
        for side in (self.sides.old, self.sides.new):
            for figures in self._sources(side, table, key).values():
                found[_PRINT] |= figures.keys()
                found[_RULE] |= {name for rules in figures.values() for name in rules}
        for row in self.sides.rows(table, key):
            for column in self.sides.references.get(table, {}):
                for kind in self._kinds(table, column):
                    found[kind] |= _elements(row.get(column))
        return {kind: sorted(names) for kind, names in found.items()}

    def _kinds(self, table: str, column: str) -> tuple[str, ...]:
        referred = self.sides.references.get(table, {}).get(column, frozenset())
        return tuple(dict.fromkeys(_REFERRED[one] for one in sorted(referred) if one in _REFERRED))

    def _sources(
        self, side: Side, table: str, key: str
    ) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        return side.sources.get((table, key), {})

    def _value(self, side: Side, table: str, key: str, column: str) -> object:
        row = side.row(table, key)
        return None if row is None else row.get(column)


def _elements(cell: object) -> set[str]:
    if isinstance(cell, list):
        return {one for one in cell if isinstance(one, str)}
    return {cell} if isinstance(cell, str) else set()
