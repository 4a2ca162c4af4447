"""Differences in words: keys, values with their units, and reasons with their evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from htx_pipeline import codelists

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from htx_pipeline.history.difference import CellChange, Reason, RowChange, TableChange
    from htx_pipeline.model import Language

_LONGEST = 160
_MOST_IDS = 4
_SUBJECT = ("organization", "entity", "indicator", "sector", "status", "relation", "period")
_AS_IT_IS = {"exact", "=", "range", "range_low", "range_high", None}
"""Words of distance that go without saying."""

_WORDS = {
    "missing": {"vi": "(trống)", "en": "(missing)"},
    "yes": {"vi": "có", "en": "yes"},
    "no": {"vi": "không", "en": "no"},
    "entries": {"vi": "mục", "en": "entries"},
    "more": {"vi": "và {0} nữa", "en": "and {0} more"},
    "before": {"vi": "trước là {0}", "en": "before {0}"},
    "rules": {"vi": "quy tắc {0}", "en": "rule {0}"},
    "findings": {"vi": "phát hiện {0}", "en": "finding {0}"},
    "through_rules": {"vi": "qua những gì quy tắc tìm ra", "en": "through what rules find"},
}


def word(name: str, language: Language, *given: object) -> str:
    """One of the words above, with what belongs into it."""
    return _WORDS[name][language].format(*given)


def key(row: RowChange, table: TableChange, language: Language) -> str:
    """The key of a row, for people: labels for codes, and what does not apply left out."""
    told = [
        coded(name, row.row[name], table, language, short=True)
        for name in table.key
        if not _goes_without_saying(row.row[name])
    ]
    return " · ".join(told) or row.key


def subject(row: Mapping[str, Any], table: TableChange, language: Language) -> str:
    """What a row is about, as far as its key does not say it."""
    for name in (f"message_{language}", f"title_{language}", "name"):
        if row.get(name):
            return cut(str(row[name]))
    told = [
        coded(name, row[name], table, language, short=True)
        for name in _SUBJECT
        if name not in table.key
        and not _goes_without_saying(row.get(name))
        and row[name] != "value"
    ]
    return ", ".join(told) or cut(str(row.get("printed") or ""))


def measured(row: Mapping[str, Any], table: TableChange, language: Language) -> list[str]:
    """The values that a row holds, with their units: its ``value``, else each of its measures."""
    if "value" in row:
        return [_one_value(row, table, language)]
    return [
        f"{titled(name, table, language)}: {value(name, row[name], unit, table, language)}"
        for name, unit in table.units.items()
        if row.get(name) is not None and unit in codelists.codes("unit")
    ]


def _one_value(row: Mapping[str, Any], table: TableChange, language: Language) -> str:
    """``more than 400 cooperatives``; of a range both ends; what no report states is marked."""
    cells = [row["value"]]
    if cells == [None]:
        cells = [row[name] for name in ("value_low", "value_high") if row.get(name) is not None]
    numbers = "–".join(number(cell, language) for cell in cells) or word("missing", language)
    words = [
        coded(name, row[name], table, language, short=True)
        for name in ("qualifier", "comparator")
        if row.get(name) not in _AS_IT_IS
    ]
    units = [_unit(row["unit"], language)] if row.get("unit") else []
    if row.get("origin") == "implied" or row.get("obs_status") == "I":
        units.append(f"({codelists.label('origin', 'implied').text(language)})")
    return " ".join([*words, numbers, *units])


def titled(column: str, table: TableChange, language: Language) -> str:
    """A column by its title, if it has one, and its name."""
    title = table.titles[column].text(language) if column in table.titles else column
    return column if title == column else f"{title} ({column})"


def value(column: str, cell: Any, unit: str | None, table: TableChange, language: Language) -> str:
    """A cell with its unit, or a code with its label."""
    if cell is None:
        return word("missing", language)
    if isinstance(cell, bool):
        return word("yes" if cell else "no", language)
    if isinstance(cell, (int, float)):
        return " ".join([number(cell, language), *([_unit(unit, language)] if unit else [])])
    if isinstance(cell, list):
        if all(isinstance(one, str) for one in cell):
            return cut(", ".join(cell)) or word("missing", language)
        return f"{len(cell)} {word('entries', language)}"
    return cut(coded(column, cell, table, language))


def change(cell: CellChange, table: TableChange, language: Language) -> tuple[str, str]:
    """What a cell held and holds; of two lists of ids only what is in one of them."""
    old, new = cell.old, cell.new
    if _is_ids(old) and _is_ids(new):
        gone = [one for one in old if one not in new]
        come = [one for one in new if one not in old]
        return listed(gone, language, "−"), listed(come, language, "+")
    return (
        value(cell.column, old, cell.unit, table, language),
        value(cell.column, new, cell.unit, table, language),
    )


def number(cell: float, language: Language) -> str:
    """A number without grouping, with the decimal sign of the language."""
    text = repr(cell).removesuffix(".0")
    return text.replace(".", ",") if language == "vi" else text


def coded(
    column: str, cell: Any, table: TableChange, language: Language, *, short: bool = False
) -> str:
    """A code with its label (``short``: the label only); anything else as text."""
    codelist = table.lists.get(column)
    try:
        label = codelists.label(codelist, cell).text(language) if codelist else ""
    except (FileNotFoundError, KeyError):
        label = ""
    if not label:
        return str(cell)
    return label if short else f"{cell} ({label})"


def why(reasons: Iterable[Reason], language: Language) -> str:
    """The reasons, each with its evidence."""
    return "; ".join(_reason(one, language) for one in reasons)


def counted(table: TableChange, language: Language) -> str:
    """How often each reason stands in a table."""
    return ", ".join(
        f"{codelists.label('reason', code).text(language)} {count}"
        for code, count in table.counts.items()
    )


def listed(ids: Sequence[str], language: Language, sign: str = "") -> str:
    """Ids, the first few of them by name."""
    shown = [f"{sign}{one}" for one in ids[:_MOST_IDS]]
    if len(ids) > _MOST_IDS:
        shown.append(word("more", language, len(ids) - _MOST_IDS))
    return ", ".join(shown)


def cut(text: str) -> str:
    """A text in one line that is not too long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"


def _reason(reason: Reason, language: Language) -> str:
    """``new report lai-chau-2024-plan:916``: what happened, by the ids of what it came by.

    The id of a figure begins with that of its report, which is named alone where no figure is.
    """
    printed = {figure.partition(":")[0] for figure in reason.figures}
    ids = [*(name for name in reason.reports if name not in printed), *reason.figures]
    told = [" ".join([reason.label.text(language), listed(ids, language)]).rstrip()]
    for name in ("rules", "findings"):
        found: tuple[str, ...] = getattr(reason, name)
        if found:
            told.append(word(name, language, listed(found, language)))
    if reason.instead_of:
        told.append(word("before", language, listed(reason.instead_of, language)))
    if reason.through_rules:
        told.append(word("through_rules", language))
    return ", ".join(told)


def _goes_without_saying(cell: object) -> bool:
    return cell is None or cell in ("_T", "_Z")


def _is_ids(cell: object) -> bool:
    return isinstance(cell, list) and all(isinstance(one, str) for one in cell)


def _unit(unit: str, language: Language) -> str:
    known = unit in codelists.codes("unit")
    return codelists.label("unit", unit).text(language) if known else unit
