"""Why one suspect is likelier than another: what in the prints themselves speaks for a slip.

Evidence orders suspects; it convicts nobody by itself. How strong a piece of evidence is follows
the order of the list ``evidence``.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from htx_pipeline import codelists
from htx_pipeline.figures.numerals import NumeralError, read_numeral
from htx_pipeline.figures.operands import DIMENSIONS
from htx_pipeline.model import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from htx_pipeline.figures.operands import Operand
    from htx_pipeline.rules.localisation import Suspect

_DIGITS = "0123456789"
_TELLING = 10
"""What is needed speaks for a slip if it is narrow: within a tenth of the number."""
_MIN_DIGITS = 3
"""Numbers of fewer digits stand everywhere: that one is printed twice says nothing."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for a suspect; ``figure`` is the other figure, if there is one."""

    code: str
    figure: Operand | None = None


class Prints:
    """Figures, to be looked through for what speaks for one of them: those of its area and
    indicator."""

    def __init__(self, figures: Iterable[Operand]) -> None:
        self._by: dict[tuple[str, str], list[Operand]] = defaultdict(list)
        for figure in figures:
            self._by[figure.cell["area_code"], figure.cell["indicator"]].append(figure)

    def beside(self, figure: Operand) -> Sequence[Operand]:
        """All other figures that could speak for ``figure``."""
        near = self._by.get((figure.cell["area_code"], figure.cell["indicator"]), ())
        return [other for other in near if other.figure_id != figure.figure_id]


def evidence(suspect: Suspect, prints: Prints) -> tuple[Evidence, ...]:
    """Everything that speaks for the suspect, the strongest first."""
    found = [*_by_itself(suspect), *_beside(suspect, prints.beside(suspect.figure))]
    order = {code: number for number, code in enumerate(codelists.codes("evidence"))}
    first: dict[str, Evidence] = {}
    for one in found:
        first.setdefault(one.code, one)
    return tuple(sorted(first.values(), key=lambda one: order[one.code]))


def strength(found: Sequence[Evidence]) -> tuple[int, ...]:
    """A sort key: the strongest evidence first, more of it before less."""
    order = {code: number for number, code in enumerate(codelists.codes("evidence"))}
    return (*(order[one.code] for one in found), len(order))


def _by_itself(suspect: Suspect) -> Iterator[Evidence]:
    figure, need = suspect.figure, suspect.need
    if figure.report_kind == "news":
        yield Evidence("less_trusted")
    value = abs(Fraction(figure.value))
    if need.low is None or need.high is None or need.high - need.low > value / _TELLING:
        return
    printable = suspect.need_as_printed
    sign = -1 if figure.value.is_signed() else 1
    if any(sign * value in printable for value in one_slip_away(figure.printed)):
        yield Evidence("typing_slip")
    if value and any(sign * value * factor in need for factor in (1000, Fraction(1, 1000))):
        yield Evidence("factor_1000")
    if _cut_off(figure).intersects(need):
        yield Evidence("cut_off")


def _beside(suspect: Suspect, figures: Iterable[Operand]) -> Iterator[Evidence]:
    figure, need = suspect.figure, suspect.need
    for other in figures:
        same_cell = all(other.cell[name] == figure.cell[name] for name in DIMENSIONS)
        if other.report_id == figure.report_id and not same_cell:
            alike = other.cell["unit"] == figure.cell["unit"]
            if alike and other.printed == figure.printed and _digits(other) >= _MIN_DIGITS:
                yield Evidence("copied", other)
        differs = [name for name in DIMENSIONS if other.cell[name] != figure.cell[name]]
        if other.report_id != figure.report_id and set(differs) <= {"period"}:
            exact = need.low is not None and need.low == need.high
            if exact and Fraction(other.value) in need:
                yield Evidence("other_report", other)
            elif (
                differs
                and other.cell["period"] < figure.cell["period"]
                and other.value == figure.value
                and _digits(other) >= _MIN_DIGITS
            ):
                yield Evidence("stale", other)


def _digits(figure: Operand) -> int:
    return sum(character in _DIGITS for character in figure.printed)


def _cut_off(figure: Operand) -> Interval:
    """What the print could stand for if it was cut off at its last digit that is not zero."""
    value = abs(figure.value_as_printed)
    step = Decimal(1).scaleb(-figure.decimals)
    if value and figure.decimals == 0 and value % 100 == 0:
        while value % (step * 10) == 0:
            step *= 10
    low = Fraction(value) * figure.scale
    cut = Interval(low, low + Fraction(step) * figure.scale, high_closed=False)
    return -cut if figure.value.is_signed() else cut


def one_slip_away(printed: str) -> set[Fraction]:
    """The numbers whose print is one slip of the typist from ``printed``.

    A digit changed, dropped, put in twice or too many, or two neighbours swapped.
    """
    digits = [index for index, character in enumerate(printed) if character in _DIGITS]
    bare = "".join(printed[index] for index in digits)
    decimals = len(printed.rpartition(",")[2]) if "," in printed else 0
    slips: set[str] = set()
    for index in range(len(bare)):
        slips.add(bare[:index] + bare[index + 1 :])
        for digit in _DIGITS:
            slips.add(bare[:index] + digit + bare[index + 1 :])
            slips.add(bare[:index] + digit + bare[index:])
        if index + 1 < len(bare):
            slips.add(bare[:index] + bare[index + 1] + bare[index] + bare[index + 2 :])
    slips |= {bare + digit for digit in _DIGITS}
    slips -= {bare, ""}
    found = {Fraction(int(slip), 10**decimals) for slip in slips}
    with suppress(NumeralError):
        found.discard(Fraction(read_numeral(printed).value))
    return found
