"""A difference for a person at a terminal: a summary, then what changed, value by value."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from htx_pipeline import codelists
from htx_pipeline.history import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from htx_pipeline.history.difference import Difference, RowChange, TableChange
    from htx_pipeline.model import Language

_WIDTH = 110
_MOST_ROWS = 15
_SIGNS = {"added": "+", "removed": "−", "changed": "~"}

_SAID = {
    "none": {"vi": "Không có gì khác nhau.", "en": "No difference."},
    "rows": {"vi": "{0} → {1} dòng", "en": "{0} → {1} rows"},
    "columns": {"vi": "cột {0} ({1}): {2}", "en": "columns {0} ({1}): {2}"},
    "more": {
        "vi": "… và {0} dòng nữa; xem hết: --table {1}",
        "en": "… and {0} more; to see all: --table {1}",
    },
    "one": {"vi": "{0} dòng {1}: {2}", "en": "{0} row {1}: {2}"},
    "alike": {"vi": "{0} dòng {1}: {2}", "en": "{0} rows {1}: {2}"},
    "why": {"vi": "vì: {0}", "en": "why: {0}"},
    "table": {"vi": "bảng {0}", "en": "table {0}"},
}


def text(
    difference: Difference, old: str, new: str, language: Language, *, in_full: bool = False
) -> str:
    """The whole document; of each table the first rows of each kind and reason, all of them
    ``in_full``."""
    lines = [*_head(difference, old, new, language)]
    for table in difference.differing:
        lines += ["", *_table(table, language, in_full=in_full)]
    return "\n".join([*lines, ""])


def summary(difference: Difference, old: str, new: str, language: Language) -> str:
    """What differs in each table, and why: a line for each."""
    return "\n".join([*_head(difference, old, new, language), ""])


def _say(name: str, language: Language, *given: object) -> str:
    return _SAID[name][language].format(*given)


def _head(difference: Difference, old: str, new: str, language: Language) -> Iterator[str]:
    yield f"{old} → {new}"
    if not difference.differing:
        yield _say("none", language)
        return
    cells = [
        (
            table.name,
            _say("rows", language, table.old_rows, table.new_rows),
            " ".join(
                f"{sign}{len(rows)}"
                for change, sign in _SIGNS.items()
                if (rows := table.of(change))
            ),
            words.counted(table, language),
        )
        for table in difference.differing
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(3)]
    for row in cells:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        yield "  ".join(["", *padded, row[-1]]).rstrip()


def _table(table: TableChange, language: Language, *, in_full: bool) -> Iterator[str]:
    title = table.title.text(language)
    yield f"{title} ({table.name})" if title != table.name else title
    if table.change in {"added", "removed"}:
        label = codelists.label("change", table.change).text(language)
        yield f"  {_say('table', language, label)}"
    columns = sorted(table.columns, key=lambda one: one.change)
    for change, described in groupby(columns, key=lambda one: one.change):
        names = [one.column or table.name for one in described]
        label = codelists.label("change", change).text(language)
        listed = words.listed(names, language)
        yield from _wrapped(_say("columns", language, label, len(names), listed), 2)
    for row in _first(table.of("changed"), in_full=in_full):
        yield from _changed(row, table, language)
    yield from _left(table.of("changed"), table, language, in_full=in_full)
    for change in ("added", "removed"):
        rows = sorted(table.of(change), key=lambda row: _short(row, language))
        label = codelists.label("change", change).text(language)
        for why, group in groupby(rows, key=lambda row: _short(row, language)):
            alike = tuple(group)
            head = "one" if len(alike) == 1 else "alike"
            yield from _wrapped(_say(head, language, len(alike), label, why), 2)
            for row in _first(alike, in_full=in_full):
                yield from _whole(row, table, language)
            yield from _left(alike, table, language, in_full=in_full)


def _first(rows: tuple[RowChange, ...], *, in_full: bool) -> tuple[RowChange, ...]:
    return rows if in_full else rows[:_MOST_ROWS]


def _left(
    rows: tuple[RowChange, ...], table: TableChange, language: Language, *, in_full: bool
) -> Iterator[str]:
    left = len(rows) - len(_first(rows, in_full=in_full))
    if left:
        yield f"    {_say('more', language, left, table.name)}"


def _short(row: RowChange, language: Language) -> str:
    """Why a row was added or removed, without the figures, which tell one row from another."""
    return words.why((replace(one, figures=(), findings=()) for one in row.reasons), language)


def _whole(row: RowChange, table: TableChange, language: Language) -> Iterator[str]:
    told = words.measured(row.row, table, language)
    if len(told) == 1:
        yield from _wrapped(f"{_named(row, table, language)}: {told[0]}", 4)
        return
    yield from _wrapped(_named(row, table, language), 4)
    for measure in told:
        yield from _wrapped(measure, 8)


def _changed(row: RowChange, table: TableChange, language: Language) -> Iterator[str]:
    yield from _wrapped(_named(row, table, language), 2)
    for reasons, group in groupby(row.cells, key=lambda cell: cell.reasons):
        for cell in group:
            old, new = words.change(cell, table, language)
            told = f"{old} → {new}" if old and new else old or new
            yield from _wrapped(f"{words.titled(cell.column, table, language)}: {told}", 6)
        yield from _wrapped(_say("why", language, words.why(reasons, language)), 8)


def _named(row: RowChange, table: TableChange, language: Language) -> str:
    about = words.subject(row.row, table, language)
    return f"{_SIGNS[row.change]} {words.key(row, table, language)}" + (
        f"  {about}" if about else ""
    )


def _wrapped(line: str, indent: int) -> list[str]:
    return textwrap.wrap(
        line,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 4),
        break_long_words=False,
        break_on_hyphens=False,
    )
