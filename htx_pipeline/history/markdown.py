"""A difference for a pull request: a short table, and the details folded under it.

What does not fit into a comment is left out, and how much that is stands in its place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from htx_pipeline import codelists
from htx_pipeline.history import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from htx_pipeline.history.difference import Difference, RowChange, TableChange
    from htx_pipeline.model import Language

_MOST_LINES = 40
_LONGEST = 60_000
"""Characters: GitHub refuses a comment of more than 65,536."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]#~|])")

_SAID = {
    "none": {"vi": "Không có gì khác nhau.", "en": "No difference."},
    "summary": {
        "vi": "| bảng | dòng | thêm | bớt | đổi | vì |",
        "en": "| table | rows | added | removed | changed | why |",
    },
    "details": {
        "vi": "| dòng | cột | trước | nay | vì |",
        "en": "| row | column | before | now | why |",
    },
    "more": {"vi": "… và {0} thay đổi nữa", "en": "… and {0} more changes"},
    "too_long": {
        "vi": "Không đủ chỗ cho chi tiết của: {0}.",
        "en": "No room for the details of: {0}.",
    },
    "changes": {"vi": "{0} thay đổi", "en": "{0} changes"},
}


def markdown(difference: Difference, old: str, new: str, language: Language) -> str:
    """The whole document."""
    lines = [f"### {_escaped(old)} → {_escaped(new)}", ""]
    if not difference.differing:
        return "\n".join([*lines, _say("none", language), ""])
    lines += [_say("summary", language), "|---|---|---|---|---|---|"]
    for table in difference.differing:
        counts = [str(len(table.of(change)) or "") for change in ("added", "removed", "changed")]
        rows = f"{table.old_rows} → {table.new_rows}"
        cells = [f"`{table.name}`", rows, *counts, _escaped(words.counted(table, language))]
        lines.append(f"| {' | '.join(cells)} |")
    room = _LONGEST - sum(len(line) + 1 for line in lines)
    left_out: list[str] = []
    for table in difference.differing:
        block = ["", *_folded(table, language)]
        size = sum(len(line) + 1 for line in block)
        if size > room:
            left_out.append(f"`{table.name}`")
            continue
        room -= size
        lines += block
    if left_out:
        lines += ["", _say("too_long", language, ", ".join(left_out))]
    return "\n".join([*lines, ""])


def _say(name: str, language: Language, *given: object) -> str:
    return _SAID[name][language].format(*given)


def _folded(table: TableChange, language: Language) -> Iterator[str]:
    lines = [*_lines(table, language)]
    title = _escaped(table.title.text(language))
    said = _say("changes", language, len(lines))
    yield f"<details><summary>{title} <code>{table.name}</code>: {said}</summary>"
    yield ""
    yield _say("details", language)
    yield "|---|---|---|---|---|"
    yield from (f"| {' | '.join(map(_escaped, line))} |" for line in lines[:_MOST_LINES])
    yield ""
    if len(lines) > _MOST_LINES:
        yield _say("more", language, len(lines) - _MOST_LINES)
        yield ""
    yield "</details>"


def _lines(table: TableChange, language: Language) -> Iterator[tuple[str, ...]]:
    """Each change as row, column, before, now, why."""
    if table.reasons:
        label = codelists.label("change", table.change or "").text(language)
        yield "", "", "", label, words.why(table.reasons, language)
    for column in table.columns:
        label = codelists.label("change", column.change).text(language)
        old, new = (words.cut(str(one or "")) for one in (column.old, column.new))
        why = words.why(column.reasons, language)
        yield "", column.column or table.name, old, new or label, f"{label}: {why}"
    for row in table.rows:
        yield from _row(row, table, language)


def _row(row: RowChange, table: TableChange, language: Language) -> Iterator[tuple[str, ...]]:
    about = words.subject(row.row, table, language)
    name = words.key(row, table, language) + (f": {about}" if about else "")
    if not row.cells:
        told = words.cut("; ".join(words.measured(row.row, table, language)))
        label = codelists.label("change", row.change).text(language)
        old, new = (told or label, "") if row.change == "removed" else ("", told or label)
        yield name, "", old, new, words.why(row.reasons, language)
    for cell in row.cells:
        old, new = words.change(cell, table, language)
        title = words.titled(cell.column, table, language)
        yield name, title, old, new, words.why(cell.reasons, language)


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is, inside a cell of a table too; ``@`` calls nobody."""
    plain = " ".join(text.split())
    safe = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", safe).replace("@", "&#64;")
