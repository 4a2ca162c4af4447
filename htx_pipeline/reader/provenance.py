"""From a cell of a table to the places where its figures are printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from htx_pipeline import codelists
from htx_pipeline.errors import UsageError
from htx_pipeline.model import Interval, Label, Language
from htx_pipeline.reader.days import AsOf, day_of
from htx_pipeline.reader.release import Location, Release, one_of, reading

if TYPE_CHECKING:
    import pyarrow

Key = str | tuple[Any, ...] | Mapping[str, Any]

_OF_THE_PRINT = (
    "printed",
    "printed_unit",
    "value",
    "decimals",
    "value_low",
    "value_high",
    "low_inclusive",
    "high_inclusive",
)
"""Columns of ``figures`` that follow from the print; the others are our reading or the report's."""

_TOLD_NEAR = 3


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A published contradiction that a figure takes part in."""

    finding_id: str
    rule: str
    outcome: str
    message: Label
    waived: bool


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure as a report prints it, and what it stands for.

    ``line`` is that of ``data/raw/<report_id>/figures.csv``; ``interval`` holds all values, in
    ``unit``, that would be printed so, and is ``None`` where the words around it leave them open.
    ``rules`` names the relations by which an implied cell follows from the figure, and is empty
    where the figure states the cell.
    """

    figure_id: str
    report_id: str
    report_title: Label
    issued_on: dt.date
    issued_on_precision: str
    page: int | None
    place: str
    line: int
    printed: str
    printed_unit: str | None
    qualifier: str
    unit: str
    interval: Interval | None
    rules: tuple[str, ...]
    findings: tuple[Contradiction, ...]

    @property
    def interval_text(self) -> str:
        """The interval as it is written: ``[41.45, 41.55]``, ``(400, ∞)``; a single value bare."""
        return "" if self.interval is None else _interval_text(self.interval)

    def text(self, lang: Language = "en") -> str:
        """All of it as lines to read."""
        return "\n".join(_lines(self, lang))

    def __str__(self) -> str:
        return self.text()


def where_printed(
    table: str,
    key: Key,
    column: str,
    *,
    as_of: AsOf | None = None,
    release: Release | Location | None = None,
) -> tuple[Printed, ...]:
    """Where the number in one cell is printed: the figures that it comes from, by their ids.

    ``key`` is that of the row: a mapping by key columns, a tuple in their order, or their text
    joined by ``|`` as ``lineage`` has it (``"VN-01|2021-12-31"``). ``as_of`` is as in ``load``. An
    implied cell has all figures that it follows from, each with the rules by which it does. Of
    table ``figures`` itself it is the figure.

    Raises ``UsageError`` for an unknown table, row or column, for a cell that is missing (no report
    states it, or bounds it on this side, or it cannot be told), and for a column that comes from no
    figure; ``ReleaseError`` if the release is not what its manifest says.
    """

    def look(found: Release) -> tuple[Printed, ...]:
        found.checked(table)
        tables = found.tables() if as_of is None else found.known_on(day_of(as_of))
        return _sources(tables, table, key, column)

    return reading(release, look)


def _sources(
    tables: Mapping[str, pyarrow.Table], name: str, key: Key, column: str
) -> tuple[Printed, ...]:
    table = tables[name]
    one_of(column, tuple(table.column_names), Label(vi=f"cột của {name}", en=f"column of {name}"))
    row_key, row = _row(table, name, key)
    if name == "figures":
        if column not in _OF_THE_PRINT:
            raise _from_no_figure(name, column, _OF_THE_PRINT)
        return (printed(tables, row_key),)
    lineage = _where(tables["lineage"], table=name)
    rules = {
        one["figure_id"]: tuple(one["rules"])
        for one in _where(lineage, row_key=row_key, column=column).to_pylist()
    }
    if rules:
        return tuple(printed(tables, figure_id, rules[figure_id]) for figure_id in sorted(rules))
    told = set(lineage["column"].to_pylist())
    if row[column] is None and (column in told or _is_number(table, column)):
        why = _why_missing(row, column)
        raise UsageError(
            Label(
                vi=f"{name} {row_key}: ô {column} trống; {why.vi}",
                en=f"{name} {row_key}: {column} is missing; {why.en}",
            )
        )
    raise _from_no_figure(name, column, tuple(one for one in table.column_names if one in told))


_DERIVED = frozenset({"met", "attainment_percent", "difference"})
"""Columns that are worked out of several values."""


def _why_missing(row: Mapping[str, Any], column: str) -> Label:
    side, _, bound = column.rpartition("value")
    if bound in {"_low", "_high"} and f"{side}value" in row:
        return Label(vi="giá trị không bị chặn về phía này", en="it is not bounded on this side")
    low, high = f"{column}_low", f"{column}_high"
    if row.get(low) is not None and row.get(high) is not None:
        return Label(
            vi=f"một khoảng được in: xem {low} và {high}",
            en=f"a range is printed: see {low} and {high}",
        )
    if column in _DERIVED:
        return Label(
            vi="điều này không xác định được từ những gì các báo cáo nêu",
            en="it cannot be told from what the reports state",
        )
    return Label(vi="không báo cáo nào nêu giá trị này", en="no report states it")


def _where(rows: pyarrow.Table, **cells: str) -> pyarrow.Table:
    """Those of ``rows`` that have these cells."""
    from pyarrow import compute  # noqa: PLC0415 (start-up counts)

    for column, cell in cells.items():
        rows = rows.filter(compute.equal(rows[column], cell))
    return rows


def _from_no_figure(name: str, column: str, told: tuple[str, ...]) -> UsageError:
    listed = Label(vi=", ".join(told) or "không cột nào", en=", ".join(told) or "none")
    return UsageError(
        Label(
            vi=f"cột {column} của bảng {name} không lấy từ số liệu nào; các cột lấy từ số liệu: "
            f"{listed.vi}",
            en=f"column {column} of table {name} comes from no figure; the columns that do: "
            f"{listed.en}",
        )
    )


def _is_number(table: pyarrow.Table, column: str) -> bool:
    from pyarrow import types  # noqa: PLC0415 (start-up counts)

    type_ = table.schema.field(column).type
    return bool(types.is_integer(type_) or types.is_floating(type_))


def _row(table: pyarrow.Table, name: str, key: Key) -> tuple[str, dict[str, Any]]:
    """The row of ``key`` and its key as one text."""
    columns = tuple(table.schema.metadata[b"primary_key"].decode().split(","))
    wanted = _joined(key, columns, name)
    parts = zip(*(table[one].to_pylist() for one in columns), strict=True)
    known = ["|".join(map(_cell, cells)) for cells in parts]
    if wanted in known:
        position = known.index(wanted)
        return wanted, table.slice(position, 1).to_pylist()[0]
    near = ", ".join(get_close_matches(wanted, known, n=_TOLD_NEAR, cutoff=0.5))
    near = near or ", ".join(known[:_TOLD_NEAR])
    raise UsageError(
        Label(
            vi=f"bảng {name} không có dòng {wanted!r} ({'|'.join(columns)}); gần nhất: {near}",
            en=f"table {name} has no row {wanted!r} ({'|'.join(columns)}); the nearest: {near}",
        )
    )


def _joined(key: Key, columns: tuple[str, ...], name: str) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, Mapping) and set(key) == set(columns):
        return "|".join(_cell(key[column]) for column in columns)
    if isinstance(key, tuple) and len(key) == len(columns):
        return "|".join(map(_cell, key))
    raise UsageError(
        Label(
            vi=f"khóa của bảng {name} gồm: {', '.join(columns)}; gặp {key!r}",
            en=f"the key of table {name} is: {', '.join(columns)}; not {key!r}",
        )
    )


def _cell(cell: Any) -> str:
    return str(cell.date()) if isinstance(cell, dt.datetime) else str(cell)


def printed(
    tables: Mapping[str, pyarrow.Table], figure_id: str, rules: tuple[str, ...] = ()
) -> Printed:
    """The figure ``figure_id`` of ``tables`` as its report prints it.

    Raises ``UsageError`` if there is no such figure.
    """
    _, figure = _row(tables["figures"], "figures", figure_id)
    _, report = _row(tables["reports"], "reports", figure["report_id"])
    return Printed(
        figure_id=figure_id,
        report_id=figure["report_id"],
        report_title=Label(vi=report["title_vi"], en=report["title_en"]),
        issued_on=report["issued_on"],
        issued_on_precision=report["issued_on_precision"],
        page=figure["page"],
        place=figure["place"],
        line=figure["line"],
        printed=figure["printed"],
        printed_unit=figure["printed_unit"],
        qualifier=figure["qualifier"],
        unit=figure["unit"],
        interval=_interval(figure),
        rules=rules,
        findings=tuple(
            Contradiction(
                finding_id=one["finding_id"],
                rule=one["rule"],
                outcome=one["outcome"],
                message=Label(vi=one["message_vi"], en=one["message_en"]),
                waived=one["waiver_id"] is not None,
            )
            for finding_id in figure["finding_ids"]
            for one in _where(tables["findings"], finding_id=finding_id).to_pylist()
        ),
    )


def _interval(figure: Mapping[str, Any]) -> Interval | None:
    low, high = (_exact(figure[name]) for name in ("value_low", "value_high"))
    if low is None and high is None:
        return None
    return Interval(
        low, high, figure["low_inclusive"] is not False, figure["high_inclusive"] is not False
    )


def _exact(bound: float | None) -> Fraction | None:
    """The decimal that a double was made from: the shortest that reads back as it."""
    return None if bound is None else Fraction(repr(bound))


def _interval_text(interval: Interval) -> str:
    if interval.low is not None and interval.low == interval.high:
        return _decimal(interval.low)
    low = "-∞" if interval.low is None else _decimal(interval.low)
    high = "∞" if interval.high is None else _decimal(interval.high)
    opens = "[" if interval.low is not None and interval.low_closed else "("
    closes = "]" if interval.high is not None and interval.high_closed else ")"
    return f"{opens}{low}, {high}{closes}"


def _decimal(value: Fraction) -> str:
    """A fraction that is a decimal, in plain notation."""
    return f"{(Decimal(value.numerator) / Decimal(value.denominator)).normalize():f}"


_WORDS: Mapping[str, Mapping[Language, str]] = {
    "unit": {"en": "unit", "vi": "đơn vị"},
    "stands_for": {"en": "stands for", "vi": "nghĩa là"},
    "page": {"en": "page", "vi": "trang"},
    "implied": {"en": "implied by", "vi": "suy ra theo"},
    "waived": {"en": "waived", "vi": "được miễn trừ"},
    "open": {"en": "open", "vi": "còn mở"},
}


def _lines(one: Printed, lang: Language) -> Iterator[str]:
    words = {name: told[lang] for name, told in _WORDS.items()}
    unit = f" {one.printed_unit}" if one.printed_unit else ""
    stands_for = f"; {words['stands_for']} {one.interval_text}" if one.interval else ""
    yield (
        f"“{one.printed}{unit}” ({_label('qualifier', one.qualifier, lang)}){stands_for} "
        f"{_label('unit', one.unit, lang)}"
    )
    precision = _label("date_precision", one.issued_on_precision, lang)
    yield f"  {one.report_title.text(lang)}, {one.issued_on} ({precision})"
    page = f", {words['page']} {one.page}" if one.page is not None else ""
    yield (f"  {one.place}{page}; data/raw/{one.report_id}/figures.csv:{one.line}; {one.figure_id}")
    if one.rules:
        yield f"  {words['implied']}: {', '.join(one.rules)}"
    for finding in one.findings:
        state = words["waived"] if finding.waived else words["open"]
        outcome = _label("outcome", finding.outcome, lang)
        yield f"  {finding.finding_id} ({outcome}, {state}): {finding.message.text(lang)}"


def _label(codelist: str, code: str, lang: Language) -> str:
    found = codelists.rows(codelist).get(code)
    return code if found is None else found[lang]
