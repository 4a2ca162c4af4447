"""What a comparison of two releases says: tables, columns, rows and cells that differ, and why.

Codes are those of the lists ``change`` and ``reason``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from htx_pipeline import codelists
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something differs, and the evidence: the ids of what it came by, sorted.

    ``instead_of`` are the figures that a restated value was taken from before. ``through_rules``:
    the evidence does not stand in the row; it changed what the rules find in the figures near it.
    """

    code: str
    reports: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    instead_of: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    through_rules: bool = False

    @property
    def label(self) -> Label:
        """What the code is called."""
        return codelists.label("reason", self.code)


SOFTWARE = Reason(code="software")
"""The last resort: nothing in what the releases were made of explains it."""
CONTRACT_CHANGED = Reason(code="contract_changed")


def merged(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """One reason for each code, in the order of the code list.

    What stands in the row itself outweighs what reached it through the rules; that a line moved
    counts only where nothing else happened.
    """
    by_code: dict[str, list[Reason]] = {}
    for reason in reasons:
        by_code.setdefault(reason.code, []).append(reason)
    if len(by_code) > 1:
        by_code.pop("line_moved", None)
    return tuple(_one(by_code[code]) for code in codelists.codes("reason") if code in by_code)


def _one(reasons: list[Reason]) -> Reason:
    chosen = [one for one in reasons if not one.through_rules] or reasons
    united = {
        field.name: tuple(sorted({name for one in chosen for name in getattr(one, field.name)}))
        for field in fields(Reason)
        if field.name not in {"code", "through_rules"}
    }
    return Reason(code=chosen[0].code, through_rules=chosen[0].through_rules, **united)


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that holds another value. ``unit`` is a code or a word, where it has one."""

    column: str
    old: Any
    new: Any
    unit: str | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that was added, removed or changed; ``row`` is it as it is now, or last was."""

    change: str
    key: str
    row: Mapping[str, Any]
    cells: tuple[CellChange, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column that was added or removed, has another type or is described otherwise.

    ``old`` and ``new`` are the types, or the first of the texts that differ. Where ``column`` is
    empty, the table itself is described otherwise.
    """

    change: str
    column: str
    old: Any
    new: Any
    reasons: tuple[Reason, ...] = (CONTRACT_CHANGED,)


@dataclass(frozen=True, slots=True)
class TableChange:
    """What differs in one table; ``change`` is ``None`` where nothing does.

    ``key`` are the columns that the key of a row is made of, ``units`` the units of columns that
    have one (``see unit``: the column ``unit`` says it), ``lists`` the code lists of coded ones.
    """

    name: str
    title: Label
    change: str | None
    key: tuple[str, ...]
    old_rows: int
    new_rows: int
    columns: tuple[ColumnChange, ...]
    rows: tuple[RowChange, ...]
    titles: Mapping[str, Label]
    units: Mapping[str, str]
    lists: Mapping[str, str]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the table itself was added or removed."""
        return (CONTRACT_CHANGED,) if self.change in {"added", "removed"} else ()

    def of(self, change: str) -> tuple[RowChange, ...]:
        """The rows that were ``added``, ``removed`` or ``changed``."""
        return tuple(row for row in self.rows if row.change == change)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows, cells and columns each reason stands for, in the order of the list.

        A row that was added or removed counts once, one that changed as many cells as did; what
        has two reasons counts for both.
        """
        told = Counter(reason.code for change in self._told() for reason in change)
        return {code: told[code] for code in codelists.codes("reason") if told[code]}

    def _told(self) -> Iterator[tuple[Reason, ...]]:
        yield self.reasons
        for column in self.columns:
            yield column.reasons
        for row in self.rows:
            if row.cells:
                for cell in row.cells:
                    yield cell.reasons
            else:
                yield row.reasons


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two releases, table by table, in the order of presentation."""

    tables: tuple[TableChange, ...]

    @property
    def differing(self) -> tuple[TableChange, ...]:
        """The tables in which something differs."""
        return tuple(table for table in self.tables if table.change is not None)

    def only(self, names: Iterable[str]) -> Difference:
        """The same for some tables only."""
        wanted = set(names)
        return Difference(tuple(table for table in self.tables if table.name in wanted))
