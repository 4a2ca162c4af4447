"""A pass over groups of any other kind; a group keeps the bounds of each term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_

import narwhals as nw

from htx_pipeline.rules.model import Form
from htx_pipeline.rules.screening.columns import Frame, is_slot, one_of
from htx_pipeline.rules.screening.kinds import Kinds
from htx_pipeline.rules.screening.passes import Screen
from htx_pipeline.rules.screening.plan import Asked, Pass, Slot
from htx_pipeline.rules.screening.sums import (
    added,
    either,
    holds,
    holds_as_ratio,
    sides,
    total,
    whole,
)

_FIRM = ("actual", "target")
"""What another report says counts where it is one of these."""


class OfTerms(Screen):
    """Groups of any other kind."""

    def __init__(self, asked: Pass, frame: Frame, kinds: Kinds) -> None:
        slots = {slot.key: slot for one in asked.asked for slot in one.slots if slot is not None}
        self._slots = slots
        self._places = {key: place for place, key in enumerate(slots)}
        # a term of one equation that any report may print can be one of its own report in another
        elsewhere = {
            slot.key
            for one in asked.asked
            for slot in one.slots
            if slot is not None and slot.term.from_any_report
        }
        self._elsewhere = [key for key in slots if key in elsewhere]
        self._soft = any(one.soft for one in asked.asked)
        super().__init__(asked, frame, kinds)

    @property
    def size(self) -> int:
        """A bit for each term."""
        return len(self._slots)

    def bit(self, slot: Slot) -> int:
        """That of the term."""
        return 1 << self._places[slot.key]

    @property
    def sums(self) -> Sequence[str]:
        """Two for each term, or one where all figures are exact."""
        ends = ("low", "high") if self._soft else ("low",)
        found = [f"{end}_{place}" for place in self._places.values() for end in ends]
        return [*found, *(["unfirm"] if self._elsewhere else [])]

    @property
    def reports(self) -> Mapping[str, tuple[Slot, ...]]:
        """The terms of an equation that have to be of one report, where groups are not."""
        if "report_id" in self.asked.key:
            return {}
        asked = enumerate(self.asked.asked)
        return {f"report_of_{number}": one.own for number, one in asked if len(one.own) > 1}

    def doubts(self) -> dict[str, nw.Expr]:
        """Beside a missing bound: what another report only estimates."""
        found = super().doubts()
        return {**found, "unfirm": nw.col("unfirm") > 0} if self._elsewhere else found

    def rows(self, frame: Frame) -> Frame:
        """See ``Screen``. A figure may be of several years: it is there once for each lag."""
        if not self.asked.by_year:
            return self._of_lag(frame, 0)
        year = nw.col("period").str.slice(0, 4).cast(nw.Int64)
        parts = []
        for lag in sorted({slot.lag for slot in self._slots.values()}):
            anyone = [is_slot(s, self.kinds) for s in self._slots.values() if s.lag == lag]
            of_lag = frame.filter(reduce(or_, anyone)).with_columns(group_year=year + lag)
            parts.append(self._of_lag(of_lag, lag))
        return parts[0] if len(parts) == 1 else nw.concat(parts, how="vertical")

    def _of_lag(self, frame: Frame, lag: int) -> Frame:
        fits = {k: is_slot(s, self.kinds) for k, s in self._slots.items() if s.lag == lag}
        frame = frame.with_columns(**{f"is_{self._places[k]}": one for k, one in fits.items()})
        masks = {key: nw.col(f"is_{self._places[key]}") for key in fits}
        bits = {key: 1 << place for key, place in self._places.items()}
        columns = {
            "there": total(either(mask, whole(bits[key]), whole(0)) for key, mask in masks.items()),
            "figures": total(either(mask, whole(1), whole(0)) for mask in masks.values()),
        }
        for key, place in self._places.items():
            for end in ("low", "high") if self._soft else ("low",):
                value = nw.lit(0.0)
                if key in masks:
                    value = either(masks[key], nw.col(end), value)
                columns[f"{end}_{place}"] = value
        for name, own in self.reports.items():
            fitting = [masks[slot.key] for slot in own if slot.key in masks]
            none = nw.col("odd") < 0
            columns[name] = nw.when(reduce(or_, fitting, none)).then(nw.col("report_id"))
        if self._elsewhere:
            fitting = [masks[key] for key in self._elsewhere if key in masks]
            unfirm = reduce(or_, fitting, nw.col("odd") < 0) & ~one_of(nw.col("role"), _FIRM)
            columns["unfirm"] = either(unfirm, whole(1), whole(0))
        return frame.select(*self.asked.key, "odd", **columns)

    def is_sure(self, number: int, asked: Asked) -> nw.Expr:
        """See ``Screen``."""
        ends = [None if slot is None else self._bounds(slot) for slot in asked.slots]
        size = total(low.abs() + high.abs() for low, high in filter(None, ends))
        if asked.equation.form is Form.SUM:
            found = [nw.lit(value=True)]
            for side, factors in sides(asked).items():
                told = [(w, e) for w, e in zip(factors, ends, strict=True) if e is not None]
                middle = total((low + high) * factor for factor, (low, high) in told)
                apart = total((high - low) * abs(factor) for factor, (low, high) in told)
                apart = apart if self._soft else nw.lit(0.0)
                found.append(holds(side, middle, apart, added(asked, factors), size))
            sure = reduce(and_, found)
        else:
            sure = holds_as_ratio(asked.equation, ends, size)
        name = f"report_of_{number}"
        return sure & ~_spread(name) if name in self.reports else sure

    def _bounds(self, slot: Slot) -> tuple[nw.Expr, nw.Expr]:
        place = self._places[slot.key]
        return nw.col(f"low_{place}"), nw.col(f"{'high' if self._soft else 'low'}_{place}")


def _spread(column: str) -> nw.Expr:
    """Whether figures of several reports are there."""
    return nw.col(f"first_{column}") != nw.col(f"last_{column}")
