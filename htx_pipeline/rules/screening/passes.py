"""Passes as Narwhals expressions: one grouped aggregation each, of few columns.

Here is what all of them are: figures with what each adds to its group, groups with their sums, and
of each group which of its terms are there, as a number with a bit for each, and which equations do
not surely hold. ``of_cells`` and ``of_terms`` are the two ways to keep sums.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import narwhals as nw

from htx_pipeline.rules.screening.columns import Frame, filtered
from htx_pipeline.rules.screening.kinds import CODES, Kinds
from htx_pipeline.rules.screening.plan import Asked, Pass, Slot
from htx_pipeline.rules.screening.sums import either, total, whole

_BITS = 52
"""So many bits are a number also where an engine divides whole numbers as doubles."""
DOUBTS = ("odd", "spread", "unfirm", "beyond")
"""Why a group needs a look whatever its sums are: a bound is missing or does not belong to the
figure, its figures come from several reports, a term is an estimate of another report, or a figure
is outside of what it can be."""
_PLACE = ("area_code", "period")


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of a pass that are alike, and how many there are.

    ``codes`` are what they have in common in the key, ``there`` a bit for each cell or term that is
    there and ``figures`` how many figures: more than bits if one is printed twice. ``open`` has a
    bit for each equation that does not surely hold, ``doubt`` one for each of ``DOUBTS``. Where
    there are such bits, ``area_code`` and ``period`` say where the groups are.
    """

    codes: Mapping[str, str]
    there: int
    figures: int
    open: int
    doubt: int
    area_code: str | None
    period: str | None
    count: int

    @property
    def has_repeats(self) -> bool:
        """Whether a figure is printed more than once."""
        return self.there.bit_count() != self.figures


class Screen(ABC):
    """A pass over a frame."""

    def __init__(self, asked: Pass, frame: Frame, kinds: Kinds) -> None:
        self.asked = asked
        self.kinds = kinds
        if max(self.size, len(asked.asked)) > _BITS:
            raise ValueError(f"a pass of more than {_BITS} terms or equations: {asked.key}")
        rows = self.rows(filtered(frame, asked.only, kinds))
        self._grouped = self._judged(rows.group_by(*self.key).agg(**self._aggregated()))

    @property
    def key(self) -> tuple[str, ...]:
        """What figures are grouped by."""
        return self.asked.key

    @property
    @abstractmethod
    def size(self) -> int:
        """How many bits ``there`` has."""

    @abstractmethod
    def bit(self, slot: Slot) -> int:
        """The number that ``there`` has the bit of where the slot is there."""

    @abstractmethod
    def rows(self, frame: Frame) -> Frame:
        """Each figure with what it adds to its group: ``there`` and ``figures``, the columns of
        ``sums`` and ``reports``, and those of ``DOUBTS`` that can be."""

    @property
    @abstractmethod
    def sums(self) -> Sequence[str]:
        """The columns that are summed."""

    @property
    def reports(self) -> Mapping[str, tuple[Slot, ...]]:
        """Columns that hold the report of figures that have to be of one."""
        return {}

    @abstractmethod
    def is_sure(self, number: int, asked: Asked) -> nw.Expr:
        """Whether an equation holds for sure in a group that has all terms that there are."""

    def doubts(self) -> dict[str, nw.Expr]:
        """The doubts that a group of the pass can be in."""
        return {"odd": nw.col("odd") > 0} if self.kinds.having("odd", ["yes"]) else {}

    def groups(self) -> list[Groups]:
        """All groups, alike ones together."""
        codes = [name for name in self.asked.key if name in CODES]
        told = ["there", "figures", "open", "doubt"]
        doubtful = (nw.col("open") != 0) | (nw.col("doubt") != 0)
        where = {
            f"in_{name}": nw.when(doubtful).then(nw.col(name)).otherwise(nw.lit(""))
            for name in self._where
        }
        counted = (
            self._grouped.with_columns(**where)
            .group_by(*codes, *told, *where)
            .agg(count=nw.len())
            .collect()
        )
        return [
            Groups(
                codes={name: row[name] for name in codes},
                there=int(row["there"]),
                figures=int(row["figures"]),
                open=int(row["open"]),
                doubt=int(row["doubt"]),
                area_code=row["in_area_code"] or None,
                period=row.get("in_period") or None,
                count=int(row["count"]),
            )
            for row in counted.iter_rows(named=True)
        ]

    def places(self, alike: Sequence[Groups]) -> list[tuple[str, str | None]]:
        """Where the groups are that are like some of ``alike``, of which that was not told."""
        if not alike:
            return []
        wanted = (
            reduce(and_, (nw.col(n) == v for n, v in one.codes.items()), self._is_like(one))
            for one in alike
        )
        clear = (nw.col("open") == 0) & (nw.col("doubt") == 0)
        chosen = self._grouped.filter(clear & reduce(or_, wanted))
        found = chosen.select(*self._where).unique().collect()
        return [(row["area_code"], row.get("period")) for row in found.iter_rows(named=True)]

    @staticmethod
    def _is_like(one: Groups) -> nw.Expr:
        return (nw.col("there") == one.there) & (nw.col("figures") == one.figures)

    @property
    def _where(self) -> list[str]:
        return [name for name in _PLACE if name in self.asked.key]

    def _aggregated(self) -> dict[str, nw.Expr]:
        found = {name: nw.col(name).sum() for name in ("there", "figures", "odd", *self.sums)}
        for name in self.reports:
            found[f"first_{name}"] = nw.col(name).min()
            found[f"last_{name}"] = nw.col(name).max()
        return found

    def _judged(self, grouped: Frame) -> Frame:
        """The groups with their key, their bits and nothing else."""
        doubts = self.doubts()
        opened = (
            either(self.is_open(number, asked), whole(1 << number), whole(0))
            for number, asked in enumerate(self.asked.asked)
            if asked.follows_from is None
        )
        return grouped.select(
            *self.key,
            there=nw.col("there").cast(nw.Int64),
            figures=nw.col("figures").cast(nw.Int64),
            open=total(opened).cast(nw.Int64),
            doubt=total(
                either(doubts[name], whole(1 << place), whole(0))
                for place, name in enumerate(DOUBTS)
                if name in doubts
            ).cast(nw.Int64),
        )

    def is_open(self, number: int, asked: Asked) -> nw.Expr:
        """Whether an equation does not surely hold."""
        return self._is_asked(asked) & ~self.is_sure(number, asked)

    def _is_asked(self, asked: Asked) -> nw.Expr:
        """Whether the terms are there without which there is nothing to ask."""
        first = len(asked.slots) - len(asked.equation.parts)
        needed = [slot for slot in asked.slots[:first] if asked.equation.needs_whole]
        parts = [
            slot
            for slot, part in zip(asked.slots[first:], asked.equation.parts, strict=True)
            if asked.equation.needs_whole or not part.from_any_report
        ]
        some = [self._is_there(slot) for slot in parts if slot is not None]
        every = [self._is_there(slot) for slot in needed if slot is not None]
        return reduce(and_, [reduce(or_, some), *every])

    def _is_there(self, slot: Slot) -> nw.Expr:
        bit = self.bit(slot)
        return nw.col("there") % (2 * bit) >= bit
