"""Tables whose rows are the preferred print of each cell, as expressions over many figures.

``curation`` defines these tables row by row. Here the engine that holds the figures chooses the
prints, in the order of ``figures.operands.preferred``; what is then the same for many rows (names
of areas, ends of periods) is looked up once. What no report prints is not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import combinations
from operator import and_
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pyarrow
from pyarrow import compute

from htx_pipeline import codelists
from htx_pipeline.curation.common import area_name
from htx_pipeline.curation.observations import DIMENSIONS, NO_ENTITY, TOPICS
from htx_pipeline.curation.observations import OBSERVATIONS as _OBSERVATIONS
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.rules.screening.columns import one_of
from htx_pipeline.scale.marks import TEXTS, Marks, distinct, listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from htx_pipeline.curation.wide import Measure, WideTable
    from htx_pipeline.scale.batches import Frame

_BEFORE = ("_unbounded", "_estimated", "_quoted", "_issued", "_decimals", "report_id", "start")
"""What ``preferred`` asks, one after the other; least is first."""
_OBSERVED = ("actual", "estimate")
_STATED = ("exact", "estimated")
_ENDS = ("range_low", "range_high")
_DAY_DIGITS, _YEAR_DIGITS = 10, 4
_CERTAINTY = ("F", "E", "A")
"""The status of a row is the first of these that one of its cells has."""


def indicators_of(topics: Iterable[str]) -> list[str]:
    """The indicators of these topics."""
    wanted = set(topics)
    return [code for code, row in codelists.rows("indicator").items() if row["topic"] in wanted]


def observations(figures: Frame, marks: Marks, *, has_ranges: bool) -> pyarrow.Table:
    """The printed rows of table ``observations``, in their order."""
    observed = figures.filter(
        one_of(nw.col("role"), _OBSERVED)
        & (nw.col("relation") == "value")
        & one_of(nw.col("indicator"), indicators_of(TOPICS))
    ).with_columns(entity=_or(nw.col("entity"), NO_ENTITY))
    observed = _joined(observed) if has_ranges else observed.with_columns(upper_id=_no_text())
    names = (*DIMENSIONS, "figure_id", "upper_id", "value", "value_low", "value_high", "qualifier")
    found = _collected(
        preferred(observed, DIMENSIONS).select(*names, "obs_status", "report_id").sort(*DIMENSIONS)
    )
    rows, ids = _both_ends(found)
    cells = _cells(found, _OBSERVATIONS.contract.arrow.names) | {
        "value": _where(_is_missing(found["upper_id"]), _number(found["value"])),
        "value_low": _number(found["value_low"]),
        "value_high": _number(found["value_high"]),
        # one figure each needs no sorting, and it is nearly always one
        "figure_ids": (listed if len(rows) == found.num_rows else distinct)(
            found.num_rows, rows, ids
        ),
        "finding_ids": marks.lists(found.num_rows, rows, ids),
    }
    return _table(_OBSERVATIONS.contract.arrow, cells)


def wide(table: WideTable, figures: Frame, marks: Marks) -> pyarrow.Table:
    """The rows of a wide table, in their order."""
    by_sector = ("sector",) if table.sectors else ()
    key = ("area_code", "_as_of", *by_sector)
    period = nw.col("period")
    is_year = period.str.len_chars() == _YEAR_DIGITS
    chosen = figures.filter(
        (nw.col("organization") == table.organization)
        & one_of(nw.col("role"), _OBSERVED)
        & (nw.col("relation") == "value")
        & one_of(nw.col("qualifier"), _STATED)
        & (is_year | (period.str.len_chars() == _DAY_DIGITS))
    )
    if table.sectors:
        chosen = chosen.filter(one_of(nw.col("sector"), table.sectors))
    measure = _measure(table)
    chosen = chosen.with_columns(
        _measure=measure,
        _as_of=nw.when(is_year).then(nw.concat_str(period, nw.lit("-12-31"))).otherwise(period),
    ).filter(nw.col("_measure") >= 0)
    names = (*key, "_measure", "value", "figure_id", "obs_status", "report_id")
    found = _collected(
        preferred(chosen, (*key, "_measure")).select(*names).sort(*key, "_measure"),
    )
    rows, firsts = _runs(found, key)
    heads = found.select([*key]).take(firsts)
    count = heads.num_rows
    days = _looked_up(heads["_as_of"], period_ends, pyarrow.date32())
    cells: dict[str, Any] = {
        "area_code": heads["area_code"],
        "area": _looked_up(heads["area_code"], area_name, pyarrow.string()),
        "year": compute.year(days),
        "as_of": days,
        **{name: heads[name] for name in by_sector},
        "obs_status": _least_certain(found["obs_status"], firsts),
        "report_ids": distinct(count, rows, _whole(found["report_id"])),
        "finding_ids": marks.lists(count, rows, _whole(found["figure_id"])),
    }
    of, values = found["_measure"].to_numpy(), found["value"].to_numpy()
    for number, one in enumerate(table.measures):
        column, stated = np.zeros(count), np.zeros(count, dtype=bool)
        column[rows[of == number]] = values[of == number]
        stated[rows[of == number]] = True
        cells[one.column.name] = pyarrow.array(column + 0.0, mask=~stated)
    return _table(table.contract.arrow, cells)


def preferred(figures: Frame, cell: Sequence[str]) -> Frame:
    """Of each cell the print to take: the first in the order of ``figures.operands.preferred``."""
    low, high = (nw.col(name).cast(nw.Float64) for name in ("value_low", "value_high"))
    bounded = ~(low.is_null() | low.is_nan() | high.is_null() | high.is_nan())
    day = nw.col("issued_on").dt
    number = day.year() * 10_000 + day.month() * 100 + day.day()
    return figures.with_columns(
        _unbounded=_last_unless(bounded),
        _estimated=_last_unless(nw.col("role") == "actual"),
        _quoted=_last_unless(nw.col("report_kind") != "news"),
        _issued=-number.cast(nw.Int64),
        _decimals=-nw.col("decimals").cast(nw.Int64),
    ).unique([*cell], keep="first", order_by=[*_BEFORE])


def _last_unless(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(nw.lit(0)).otherwise(nw.lit(1))


def _joined(figures: Frame) -> Frame:
    """The two ends of each range as one figure, of which ``upper_id`` is the other end.

    As reading has it, a lower end is followed by the upper end with the same codes.
    """
    is_end = one_of(nw.col("qualifier"), _ENDS)

    def beside(name: str, step: int) -> nw.Expr:
        return nw.col(name).shift(step).over("report_id", order_by="start")

    ends = figures.filter(is_end).with_columns(
        _before=_or(beside("qualifier", 1), ""),
        _after=_or(beside("qualifier", -1), ""),
        upper_id=beside("figure_id", -1),
        _upper=beside("value", -1),
    )
    opens = (nw.col("qualifier") == "range_low") & (nw.col("_after") == "range_high")
    closes = (nw.col("qualifier") == "range_high") & (nw.col("_before") == "range_low")
    names = figures.collect_schema().names()
    ends = ends.filter(~closes).with_columns(
        upper_id=nw.when(opens).then(nw.col("upper_id")),
        value_low=nw.when(opens)
        .then(nw.min_horizontal("value", "_upper"))
        .otherwise(nw.col("value_low")),
        value_high=nw.when(opens)
        .then(nw.max_horizontal("value", "_upper"))
        .otherwise(nw.col("value_high")),
    )
    alone = figures.filter(~is_end).with_columns(upper_id=_no_text())
    return nw.concat([alone.select(*names, "upper_id"), ends.select(*names, "upper_id")])


def _measure(table: WideTable) -> nw.Expr:
    """The number of the measure that a figure may fill; -1 if there is none."""
    found: nw.Expr = nw.lit(-1)
    for number, measure in enumerate(table.measures):
        conditions = [
            one_of(nw.col(name), sorted(codes)) for name, codes in _picks(measure, table).items()
        ]
        found = nw.when(reduce(and_, conditions)).then(nw.lit(number)).otherwise(found)
    return found


def _picks(measure: Measure, table: WideTable) -> dict[str, frozenset[str]]:
    left_open = {"sector"} if table.sectors else set()
    return {name: codes for name, codes in measure.picks.items() if name not in left_open}


def share_figures(table: WideTable) -> bool:
    """Whether one figure may fill two columns, which expressions do not look for."""
    return any(
        all(one_pick & other[name] for name, one_pick in one.items())
        for one, other in combinations([_picks(each, table) for each in table.measures], 2)
    )


def _or(column: nw.Expr, otherwise: str) -> nw.Expr:
    return nw.when(column.is_null() | (column == "")).then(nw.lit(otherwise)).otherwise(column)


def _no_text() -> nw.Expr:
    return nw.lit(None, dtype=nw.String)


def _collected(frame: Frame) -> pyarrow.Table:
    """What an engine found, as Arrow: one chunk of each column, texts with short offsets."""
    found = frame.collect().to_arrow()
    fields = [
        pyarrow.field(field.name, pyarrow.string() if _is_text(field.type) else field.type)
        for field in found.schema
    ]
    return found.cast(pyarrow.schema(fields)).combine_chunks()


def _is_text(type_: pyarrow.DataType) -> bool:
    kinds = (pyarrow.types.is_large_string, pyarrow.types.is_string_view, pyarrow.types.is_null)
    return any(is_kind(type_) for is_kind in kinds)


def _cells(found: pyarrow.Table, wanted: Iterable[str]) -> dict[str, Any]:
    """The columns that are as they were found, and what follows from area and period."""
    days = _looked_up(found["period"], period_ends, pyarrow.date32())
    return {name: found[name] for name in wanted if name in found.column_names} | {
        "area": _looked_up(found["area_code"], area_name, pyarrow.string()),
        "year": compute.year(days),
        "as_of": days,
    }


def _looked_up(
    column: pyarrow.ChunkedArray, look_up: Callable[[str], Any], type_: pyarrow.DataType
) -> pyarrow.Array:
    """What belongs to each cell, looked up once for those that are the same."""
    encoded = _whole(column).dictionary_encode()
    found = pyarrow.array([look_up(cell) for cell in encoded.dictionary.to_pylist()], type_)
    return found.take(encoded.indices)


def _whole(column: pyarrow.ChunkedArray) -> pyarrow.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _is_missing(column: pyarrow.ChunkedArray) -> pyarrow.ChunkedArray:
    return compute.is_null(column, nan_is_null=True)


def _where(mask: pyarrow.ChunkedArray, column: pyarrow.ChunkedArray) -> pyarrow.ChunkedArray:
    return compute.if_else(mask, column, pyarrow.scalar(None, column.type))


def _number(column: pyarrow.ChunkedArray) -> pyarrow.ChunkedArray:
    """Doubles, of which those that are none are missing; zero has no sign."""
    cells = column.cast(pyarrow.float64())
    return compute.add(_where(compute.invert(_is_missing(cells)), cells), 0.0)


def _both_ends(found: pyarrow.Table) -> tuple[NDArray[np.int64], pyarrow.Array]:
    """The figures of each row: one, or the two ends of a range; rows rise."""
    upper = _whole(found["upper_id"])
    with_upper = np.flatnonzero(compute.is_valid(upper).to_numpy(zero_copy_only=False))
    rows = np.concatenate([np.arange(found.num_rows), with_upper])
    ids = pyarrow.concat_arrays([_whole(found["figure_id"]), upper.take(pyarrow.array(with_upper))])
    order = np.argsort(rows, kind="stable")
    return rows[order], ids.take(pyarrow.array(order))


def _runs(found: pyarrow.Table, key: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The number of the row that each line belongs to, and the first line of each row."""
    starts = np.zeros(found.num_rows, dtype=bool)
    starts[:1] = True
    for name in key:
        codes = _whole(found[name]).dictionary_encode().indices.to_numpy()
        starts[1:] |= codes[1:] != codes[:-1]
    return np.cumsum(starts) - 1, np.flatnonzero(starts)


def _least_certain(statuses: pyarrow.ChunkedArray, firsts: NDArray[np.int64]) -> pyarrow.Array:
    """The status of rows that begin at ``firsts``; see ``curation.common.least_certain``."""
    ranks = _looked_up(statuses, _CERTAINTY.index, pyarrow.int64()).to_numpy()
    least = np.minimum.reduceat(ranks, firsts) if len(firsts) else ranks
    return pyarrow.array(_CERTAINTY).take(pyarrow.array(least))


def _table(schema: pyarrow.Schema, cells: dict[str, Any]) -> pyarrow.Table:
    """The columns as their contract has them; no cell is rounded or cut off."""
    columns = [
        cells[field.name] if field.type == TEXTS else _cast(cells[field.name], field.type)
        for field in schema
    ]
    return pyarrow.Table.from_arrays(columns, schema=schema)


def _cast(column: Any, type_: pyarrow.DataType) -> Any:
    return column if column.type == type_ else column.cast(type_)


def audited(figures: Frame, schema: pyarrow.Schema, marks: Marks) -> pyarrow.Table:
    """The table ``figures`` out of readings in its order: with years and findings."""
    found = _collected(figures)
    rows = np.arange(found.num_rows)
    cells = {name: found[name] for name in found.column_names} | {
        "year": compute.year(_looked_up(found["period"], period_ends, pyarrow.date32())),
        "finding_ids": marks.lists(found.num_rows, rows, _whole(found["figure_id"])),
    }
    for number in ("value", "value_low", "value_high"):
        cells[number] = _number(found[number])
    return _table(schema, cells)
