"""The curated tables out of a table of figures of any size: ``htx tables``.

What the figures of an area give is independent of other areas. So areas are taken some at a time:
their figures are checked, the prints that tables prefer are chosen by expressions (``chosen``), and
what may be in any other table is taken out by expressions and built row by row, by the builders of
``curation``, which define all of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pyarrow

from htx_pipeline import codelists
from htx_pipeline.curation import FIGURE_TABLES, Facts
from htx_pipeline.curation import figures as audit
from htx_pipeline.curation.findings import FINDINGS
from htx_pipeline.curation.implied import IMPLIED_VALUES
from htx_pipeline.curation.long import CONTEXT, SUPPORT
from htx_pipeline.curation.observations import OBSERVATIONS, TOPICS
from htx_pipeline.curation.revisions import REVISIONS
from htx_pipeline.curation.targets import TARGETS
from htx_pipeline.curation.wide import WideTable
from htx_pipeline.errors import ContractError, UsageError
from htx_pipeline.figures.contract import READINGS
from htx_pipeline.figures.operands import COLUMNS, DIMENSIONS, operands
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.model import Label, Outcome, Severity
from htx_pipeline.rules.catalogue import RULES
from htx_pipeline.rules.screening import Screened, in_regions, screen
from htx_pipeline.rules.screening.columns import one_of
from htx_pipeline.scale import chosen
from htx_pipeline.scale.batches import Frame, batches, rows_of, stretches
from htx_pipeline.scale.check import check_screened, of_areas
from htx_pipeline.scale.engines import lacking
from htx_pipeline.scale.folder import Folder, Unsorted
from htx_pipeline.scale.marks import Marks

if TYPE_CHECKING:
    from pathlib import Path

    from narwhals.typing import IntoFrame

    from htx_pipeline.curation import FigureTable

NAMES = (*(table.contract.name for table in FIGURE_TABLES), FINDINGS.name, audit.CONTRACT.name)
"""The tables that can be built so, in the order of presentation."""

_MAY_IMPLY = (OBSERVATIONS, TARGETS, IMPLIED_VALUES)
"""The tables that also hold what is printed nowhere."""
_NEEDED = (*COLUMNS, "note")
_FOLLOWS = frozenset({"year"})
"""What a table ``figures`` may lack: it follows from the period."""
_AT_ONCE = 200
"""So many regions are looked at together."""
_SHOWN = 5
_IMPLYING = frozenset(rule.name for rule in RULES if rule.severity is not Severity.NOTICE)

Progress = Callable[[int, int], None]
"""Told how many figures are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Made:
    """How many figures there were, and how many rows each table has."""

    figures: int
    rows: Mapping[str, int]


def build_tables(
    figures: IntoFrame,
    folder: Path,
    names: Sequence[str] = (),
    *,
    by_year: bool = False,
    progress: Progress | None = None,
    at_once: int | None = None,
) -> Made:
    """Write the tables ``names`` (all) that ``figures`` give into the empty ``folder``.

    ``figures`` is a frame or relation of pandas, PyArrow, Polars or DuckDB with the columns of the
    contract ``READINGS``. With ``by_year`` each table that has years is partitioned, ``figures``
    among them, which else are built only where they are named. ``at_once`` is about how many
    figures are in memory together. Raises ``UsageError`` where columns are missing or codes are
    unknown, ``ContractError`` where rows do not keep their contract.
    """
    wanted = {*names} or {*NAMES} - ({audit.CONTRACT.name} if not by_year else set())
    frame = nw.from_native(figures).lazy()
    _refuse_missing_columns(frame, wanted)
    cuts = stretches(frame, "area_code", at_once)
    total = sum(cut.figures for cut in cuts)
    steps = total * (2 if audit.CONTRACT.name in wanted else 1)
    done = 0
    known_until = dt.date.min
    found = [FINDINGS.arrow.empty_table()]
    made = Folder(folder, by_year)
    tables = [table for table in FIGURE_TABLES if table.contract.name in wanted]
    with ExitStack() as stack:
        sinks = {table.contract.name: made.sink(table.contract) for table in tables}
        unsorted = {
            name: stack.enter_context(Unsorted(sink.contract))
            for name, sink in sinks.items()
            if (sink.contract.order or sink.contract.key)[0] != "area_code"
        }
        for cut, held in zip(cuts, batches(frame, cuts, _NEEDED), strict=True):
            with held as some:
                area = Areas.of(some)
                known_until = max(known_until, area.known_until)
                found.append(area.findings)
                for table in tables:
                    name = table.contract.name
                    (unsorted.get(name) or sinks[name]).write(area.rows(table))
            done += cut.figures
            if progress is not None:
                progress(done, steps)
        for name, rows in unsorted.items():
            for part in rows.in_order():
                sinks[name].write(part)
        counts = {name: made.keep(sink) for name, sink in sinks.items()}
    findings = pyarrow.concat_tables(found)
    if FINDINGS.name in wanted:
        sink = made.sink(FINDINGS)
        sink.write(findings.sort_by([(name, "ascending") for name in FINDINGS.order]))
        counts[FINDINGS.name] = made.keep(sink)
    if audit.CONTRACT.name in wanted:
        sink = made.sink(audit.CONTRACT)
        for some_figures in _audited(frame, Marks(findings), at_once):
            sink.write(some_figures)
            done += some_figures.num_rows
            if progress is not None:
                progress(done, steps)
        counts[audit.CONTRACT.name] = made.keep(sink)
    made.finish(total, known_until)
    return Made(total, {name: counts[name] for name in NAMES if name in counts})


@dataclass(frozen=True)
class Areas:
    """The figures of some areas, and what their rules say of them."""

    figures: IntoFrame
    screened: Screened
    findings: pyarrow.Table
    marks: Marks
    known_until: dt.date
    codes: Mapping[str, frozenset[str]]
    _implied: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)

    @classmethod
    def of(cls, figures: IntoFrame) -> Areas:
        """Check these figures. Raises ``UsageError`` for codes that no list has."""
        frame = nw.from_native(figures).lazy()
        codes = _codes(frame)
        screened = screen(figures)
        findings = check_screened(figures, screened).findings
        latest = rows_of(frame.select(nw.col("issued_on").max()))[0]["issued_on"]
        day = latest.date() if isinstance(latest, dt.datetime) else latest
        return cls(figures, screened, findings, Marks(findings), day, codes)

    @property
    def frame(self) -> Frame:
        """The figures, to ask them."""
        return nw.from_native(self.figures).lazy()

    def rows(self, table: FigureTable) -> pyarrow.Table:
        """The rows of a table, in its order."""
        contract = table.contract
        try:
            if table is OBSERVATIONS:
                has_ranges = "range_high" in self.codes["qualifier"]
                stated = chosen.observations(self.frame, self.marks, has_ranges=has_ranges)
            elif isinstance(table, WideTable):
                stated = chosen.wide(table, self.frame, self.marks)
            else:
                stated = self._by_rows(table)
        except pyarrow.ArrowException as failure:
            raise ContractError(contract.name, str(failure)) from failure
        if table not in _MAY_IMPLY:
            return stated
        implied = contract.part(self._all_implied()[contract.name])
        if not implied.num_rows:
            return stated
        order = [(name, "ascending") for name in contract.order or contract.key]
        return pyarrow.concat_tables([stated, implied]).sort_by(order)

    def _by_rows(self, table: FigureTable) -> pyarrow.Table:
        """What the builder of a table makes of the figures that may be in it."""
        if table is IMPLIED_VALUES:
            return table.contract.arrow.empty_table()
        taken_from = _TAKEN_FROM.get(table.contract.name, _everything)
        rows = rows_of(taken_from(self.frame, self.codes))
        return table.contract.part(table.build(self._facts(rows)).rows)

    def _facts(self, rows: Sequence[Mapping[str, Any]]) -> Facts:
        """Figures without what they imply, which needs more than these."""
        notes = {row["figure_id"]: row["note"] for row in rows if row.get("note") is not None}
        return Facts(operands(rows), self.marks, notes, ())

    def _all_implied(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """What is printed nowhere, by table: it follows from groups that lack a term, and these
        are in regions, with all that could print it."""
        if not self._implied:
            self._implied.update({table.contract.name: [] for table in _MAY_IMPLY})
            for some in self._regions():
                areas = sorted({region.area_code for region in some.regions})
                rows = in_regions(of_areas(self.frame, areas, _NEEDED), some).to_pylist()
                facts = replace(self._facts(rows), rows=rows)
                if not facts.implied:
                    continue
                for table in _MAY_IMPLY:
                    built = table.build(facts).rows
                    self._implied[table.contract.name] += filter(_is_implied, built)
        return self._implied

    def _regions(self) -> Iterator[Screened]:
        """Some regions at a time of those areas in which anything is implied: ``deduce`` asks what
        cannot be decided, by rules that may imply, and all of that is a finding."""
        columns = (self.findings[name].to_pylist() for name in ("area_code", "outcome", "rule"))
        areas = {
            area
            for area, outcome, rule in zip(*columns, strict=True)
            if outcome == Outcome.UNVERIFIABLE.value and rule in _IMPLYING
        }
        regions = tuple(one for one in self.screened.regions if one.area_code in areas)
        for done in range(0, len(regions), _AT_ONCE):
            yield replace(self.screened, regions=regions[done : done + _AT_ONCE])


def _is_implied(row: Mapping[str, Any]) -> bool:
    return (row.get("origin") or ("implied" if row["obs_status"] == "I" else "")) == "implied"


Codes = Mapping[str, frozenset[str]]


def _everything(figures: Frame, _codes: Codes) -> Frame:
    return figures


def _support(figures: Frame, codes: Codes) -> Frame:
    found = _of_topics(figures, codes, {"support", "budget"})
    return found.filter(nw.col("relation") == "value")


def _context(figures: Frame, codes: Codes) -> Frame:
    found = _of_topics(figures, codes, {"context"})
    is_value = one_of(nw.col("relation"), ("value", "share"))
    return found.filter(is_value & (nw.col("role") != "target"))


def _targets(figures: Frame, _codes: Codes) -> Frame:
    """The targets, and what was achieved of the same quantities."""
    cell = [name for name in DIMENSIONS if name != "side"]
    known = _with_cells(figures)
    targets = known.filter(nw.col("role") == "target")
    quantities = targets.select(*(f"_{name}" for name in cell)).unique()
    achieved = known.filter(nw.col("role") == "actual").join(
        quantities, on=[f"_{name}" for name in cell], how="semi"
    )
    return nw.concat([one.select(*_NEEDED) for one in (targets, achieved)])


def _revisions(figures: Frame, codes: Codes) -> Frame:
    """The figures of which more than one report speaks."""
    cell = [*(f"_{name}" for name in DIMENSIONS if name != "unit"), "_base"]
    known = _with_cells(_of_topics(figures, codes, TOPICS))
    known = known.with_columns(_base=_base_unit(codes["unit"]))
    report = nw.col("report_id")
    restated = known.group_by(*cell).agg(_first=report.min(), _last=report.max())
    restated = restated.filter(nw.col("_first") != nw.col("_last")).select(*cell)
    return known.join(restated, on=cell, how="semi").select(*_NEEDED)


_TAKEN_FROM: Mapping[str, Callable[[Frame, Codes], Frame]] = {
    SUPPORT.contract.name: _support,
    CONTEXT.contract.name: _context,
    TARGETS.contract.name: _targets,
    REVISIONS.contract.name: _revisions,
}
"""The figures that may be in a table that is built row by row, with all that its builder asks."""


def _of_topics(figures: Frame, codes: Codes, topics: set[str] | frozenset[str]) -> Frame:
    wanted = sorted({*chosen.indicators_of(topics)} & codes["indicator"])
    return figures.filter(one_of(nw.col("indicator"), wanted or [""]))


def _with_cells(figures: Frame) -> Frame:
    """The dimensions of cells beside the columns, so that none is missing."""
    role = nw.col("role")
    side = nw.when(one_of(role, ("actual", "estimate"))).then(nw.lit("observed")).otherwise(role)
    return figures.with_columns(
        *(nw.col(name).fill_null("").alias(f"_{name}") for name in DIMENSIONS if name != "side"),
        _side=side,
    )


def _base_unit(units: frozenset[str]) -> nw.Expr:
    unit: nw.Expr = nw.col("unit")
    for code in sorted(units):
        base = codelists.rows("unit")[code]["base"]
        if base != code:
            unit = nw.when(nw.col("unit") == code).then(nw.lit(base)).otherwise(unit)
    return unit


def _audited(figures: Frame, marks: Marks, at_once: int | None) -> Iterator[pyarrow.Table]:
    """The table ``figures``, some reports at a time, in its order."""
    schema = audit.CONTRACT.arrow
    names = [name for name in READINGS.arrow.names if name not in _FOLLOWS]
    for held in batches(figures, stretches(figures, "report_id", at_once), names):
        with held as some:
            frame = nw.from_native(some).lazy().sort(*audit.CONTRACT.order)
            yield chosen.audited(frame, schema, marks)


def _refuse_missing_columns(figures: Frame, wanted: set[str]) -> None:
    there = figures.collect_schema().names()
    needed = list(_NEEDED)
    if audit.CONTRACT.name in wanted:
        needed = [name for name in READINGS.arrow.names if name not in _FOLLOWS]
    missing = [name for name in needed if name not in there]
    if missing:
        raise lacking("--figures", missing)


def _codes(figures: Frame) -> dict[str, frozenset[str]]:
    """The codes that there are, by column. Raises ``UsageError`` for those that no list has."""
    found: dict[str, frozenset[str]] = {}
    for column in READINGS.fields:
        if column.codelist is not None and column.name in _NEEDED:
            found[column.name] = _different(figures, column.name)
            _refuse(column.name, found[column.name] - {*codelists.codes(column.codelist)})
    _refuse("period", {one for one in _different(figures, "period") if not _is_period(one)})
    return found


def _different(figures: Frame, column: str) -> frozenset[str]:
    return frozenset(str(row[column]) for row in rows_of(figures.select(column).unique()))


def _is_period(period: str) -> bool:
    try:
        period_ends(period)
    except ValueError:
        return False
    return True


def _refuse(column: str, unknown: set[str] | frozenset[str]) -> None:
    if unknown:
        told = ", ".join(sorted(unknown)[:_SHOWN]) + (" …" if len(unknown) > _SHOWN else "")
        raise UsageError(
            Label(
                vi=f"--figures: cột {column} có mã không có trong danh mục: {told}",
                en=f"--figures: column {column} has codes that no list has: {told}",
            )
        )
