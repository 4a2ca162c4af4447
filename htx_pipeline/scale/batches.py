"""Tables of figures some areas, or some reports, at a time: so many figures as memory has room for.

Nothing ties two areas: what some areas print makes their rows of the tables, and no others. Where
the cuts are depends on the figures alone, and not on the engine or on the order of the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

Frame = nw.LazyFrame[Any]

AT_ONCE = 1_000_000
"""So many figures are taken together, or those of one area or report where it has more."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """All figures of which a column is from ``first`` to ``last``, in the order of code points."""

    column: str
    first: str
    last: str
    figures: int

    @property
    def condition(self) -> nw.Expr:
        """Whether a figure is one of them."""
        cell = nw.col(self.column)
        return (cell >= self.first) & (cell <= self.last)


def counted(figures: Frame, column: str) -> list[tuple[str, int]]:
    """How many figures each cell of ``column`` has, in the order of the cells."""
    counts = figures.group_by(column).agg(count=nw.len()).collect()
    return sorted((row[column], int(row["count"])) for row in counts.iter_rows(named=True))


def stretches(figures: Frame, column: str, at_once: int | None = None) -> list[Stretch]:
    """All figures, cut between two cells of ``column`` (``area_code`` or ``report_id``).

    A stretch has at least ``at_once`` figures (``AT_ONCE``), but for the last one.
    """
    return cut(column, counted(figures, column), AT_ONCE if at_once is None else at_once)


def cut(column: str, counts: Sequence[tuple[str, int]], at_once: int) -> list[Stretch]:
    """The stretches of cells that have so many figures each."""
    found: list[Stretch] = []
    first, total = "", 0
    for place, (cell, count) in enumerate(counts):
        first = cell if not total else first
        total += count
        if total >= at_once or place == len(counts) - 1:
            found.append(Stretch(column, first, cell, total))
            total = 0
    return found


class Held:
    """Some figures in memory, which several questions are asked of in the engine they are in.

    What an engine gives as Arrow is asked by DuckDB.
    """

    def __init__(self, figures: Frame, columns: Sequence[str]) -> None:
        self._native: Any = figures.select(*columns).collect().to_native()
        self._connection: Any = None

    def __enter__(self) -> IntoFrame:
        import pyarrow  # noqa: PLC0415 (start-up counts)

        if not isinstance(self._native, pyarrow.Table):
            return self._native  # type: ignore[no-any-return]
        import duckdb  # noqa: PLC0415

        self._connection = duckdb.connect()
        self._connection.execute("set preserve_insertion_order = false")
        return self._connection.from_arrow(self._native)  # type: ignore[no-any-return]

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()


def rows_of(frame: Any) -> list[dict[str, Any]]:
    """The rows of a frame of any engine."""
    found: list[dict[str, Any]] = nw.from_native(frame).lazy().collect().to_arrow().to_pylist()
    return found


def batches(figures: Frame, cuts: Sequence[Stretch], columns: Sequence[str]) -> Iterator[Held]:
    """The figures of each stretch, one after the other."""
    for cut in cuts:
        yield Held(figures.filter(cut.condition), columns)
