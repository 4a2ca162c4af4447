"""The pass over groups that are spread over sectors and statuses; it also finds repeated prints.

A group keeps of each equation one sum, ``Σ factor · (low + high)`` with the stated term on the
other side, and where its figures are known within bounds, how far these lie apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import reduce
from operator import and_, or_

import narwhals as nw

from htx_pipeline.rules.model import Equation
from htx_pipeline.rules.screening.columns import Frame, all_of, one_of
from htx_pipeline.rules.screening.kinds import Conditions, Kinds
from htx_pipeline.rules.screening.passes import DOUBTS, Screen
from htx_pipeline.rules.screening.plan import Asked, Pass, Slot
from htx_pipeline.rules.screening.sums import added, either, holds, sides, whole


class OfCells(Screen):
    """Groups that are spread over sectors and statuses; also finds what is printed twice."""

    def __init__(
        self,
        asked: Pass,
        frame: Frame,
        kinds: Kinds,
        beyond: Sequence[tuple[Conditions, Equation]] = (),
    ) -> None:
        self._beyond = beyond
        super().__init__(asked, frame, kinds)

    @property
    def size(self) -> int:
        """A bit for each cell."""
        return len(self.asked.cells)

    def bit(self, slot: Slot) -> int:
        """That of its cell; an equation has one for each term."""
        return 1 << slot.cells[0]

    @property
    def sums(self) -> Sequence[str]:
        """Two for each equation, or one where all its figures are exact."""
        return [*dict(self._all_terms()), "size", *(["beyond"] if self._beyond else [])]

    @property
    def key(self) -> tuple[str, ...]:
        """Equations are of one report."""
        return (*self.asked.key, "report_id")

    def doubts(self) -> dict[str, nw.Expr]:
        """Beside a missing bound: what cannot be by itself."""
        found = super().doubts()
        return {**found, "beyond": nw.col("beyond") > 0} if self._beyond else found

    def _judged(self, grouped: Frame) -> Frame:
        """As in ``Screen``, but figures that several reports print are in doubt."""
        spread = nw.col("reports") > 1
        judged = super()._judged(grouped).group_by(*self.asked.key)
        told = ("there", "figures", "open", "doubt")
        return judged.agg(reports=nw.len(), **{name: nw.col(name).max() for name in told}).select(
            *self.asked.key,
            *("there", "figures", "open"),
            doubt=nw.col("doubt") + either(spread, whole(1 << DOUBTS.index("spread")), whole(0)),
        )

    def rows(self, frame: Frame) -> Frame:
        """See ``Screen``."""
        terms = dict(self._all_terms())
        if self._beyond:
            terms["beyond"] = self._is_beyond()
        return frame.with_columns(there=self._bit_of_cell()).select(
            *self.asked.key,
            "odd",
            "there",
            "report_id",
            figures=whole(1),
            size=nw.col("low").abs() + nw.col("high").abs(),
            **terms,
        )

    def is_open(self, number: int, asked: Asked) -> nw.Expr:
        """As in ``Screen``. Where no term is there, sums are 0, as they should be; but not 100."""
        is_open = ~self.is_sure(number, asked)
        if isinstance(asked.equation.whole, Fraction):
            return (nw.col(f"parts_{number}") > 0) & is_open
        return is_open

    def _all_terms(self) -> Iterator[tuple[str, nw.Expr]]:
        for number, asked in enumerate(self.asked.asked):
            if asked.follows_from is None:
                yield from self._terms(number, asked)

    def _terms(self, number: int, asked: Asked) -> Iterator[tuple[str, nw.Expr]]:
        """What a figure adds to the sums of an equation."""
        both, apart = nw.col("low") + nw.col("high"), nw.col("high") - nw.col("low")
        for side, factors in sides(asked).items():
            value, width = nw.lit(0.0), nw.lit(0.0)
            for factor, fits in self._fitting(asked, factors):
                value = nw.when(fits).then(both * factor).otherwise(value)
                width = nw.when(fits).then(apart * abs(factor)).otherwise(width)
            yield f"{side}_{number}", value
            if asked.soft:
                yield f"{side}_apart_{number}", width
        if isinstance(asked.equation.whole, Fraction):
            fitting = [fits for _, fits in self._fitting(asked, [1.0 for _ in asked.slots])]
            yield f"parts_{number}", either(reduce(or_, fitting), whole(1), whole(0))

    def _fitting(self, asked: Asked, factors: Sequence[float]) -> Iterator[tuple[float, nw.Expr]]:
        """The factors, and whether a figure is one of the terms with it."""
        alike: dict[tuple[Conditions, float], list[int]] = defaultdict(list)
        for slot, factor in zip(asked.slots, factors, strict=True):
            if slot is not None:
                alike[slot.when, factor] += [1 << cell for cell in slot.cells]
        for (when, factor), bits in alike.items():
            fits = one_of(nw.col("there"), bits)
            yield factor, all_of(when, self.kinds) & fits if when else fits

    def is_sure(self, number: int, asked: Asked) -> nw.Expr:
        """See ``Screen``."""
        found = [nw.lit(value=True)]
        for side, factors in sides(asked).items():
            apart = nw.col(f"{side}_apart_{number}") if asked.soft else nw.lit(0.0)
            found.append(holds(side, nw.col(f"{side}_{number}"), apart, added(asked, factors)))
        return reduce(and_, found)

    def _is_beyond(self) -> nw.Expr:
        """Whether a figure is not surely within what it can be by itself."""
        found = []
        for conditions, equation in self._beyond:
            sure = nw.col("odd") == 0
            within = equation.plus
            if within is not None and within.low is not None:
                sure &= nw.col("high") - float(within.low) >= 0
            if within is not None and within.high is not None:
                sure &= float(within.high) - nw.col("low") >= 0
            found.append(all_of(conditions, self.kinds) & ~sure)
        return either(reduce(or_, found), whole(1), whole(0))

    def _bit_of_cell(self) -> nw.Expr:
        """The bit of a figure's sector and status; ``cells`` has every sector with every status."""
        sectors, statuses = (
            list(dict.fromkeys(one)) for one in zip(*self.asked.cells, strict=True)
        )
        by_sector, by_status = whole(1), whole(1)
        for place, sector in enumerate(sectors):
            is_it, bit = nw.col("sector") == sector, whole(1 << place * len(statuses))
            by_sector = nw.when(is_it).then(bit).otherwise(by_sector)
        for place, status in enumerate(statuses):
            is_it, bit = nw.col("status") == status, whole(1 << place)
            by_status = nw.when(is_it).then(bit).otherwise(by_status)
        return by_sector * by_status
