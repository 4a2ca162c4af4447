"""The kinds of figures of a table: every combination of codes, hundreds in a table of any size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial, reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from htx_pipeline import codelists
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.rules.grouping import in_force
from htx_pipeline.rules.model import At

if TYPE_CHECKING:
    from htx_pipeline.rules.model import Rule, Term

CODES = ("organization", "indicator", "sector", "status", "relation", "share_of", "unit", "side")
"""The dimensions that are codes: those of a kind. The others are open (areas, names, periods)."""
FORMS = {"form": "period", "base_form": "base_period"}
"""What a kind says of ``period`` and ``base_period``: the form in which rules know them, ``other``,
or nothing where there is none."""
OTHER = "other"
NAMED = "named"
"""Whether a figure of the kind has an ``entity``."""
SOFT = "soft"
"""Whether a figure of the kind is known within bounds only, not exactly."""
ODD = "odd"
"""Whether a figure of the kind lacks a bound, or has one that does not belong to it."""
BASED = "based"
"""Whether a figure of the kind prints the year that it is compared with: ``right``, ``wrong``, or
nothing where it prints none."""
ROLE = "role"
_BESIDE = (ODD, BASED, "scale")
KIND = (*CODES, *FORMS, NAMED, SOFT, ROLE)
_TOLD = frozenset({*KIND, *_BESIDE, "kind", "topic"})
Kind = Mapping[str, Any]
Conditions = tuple[tuple[str, frozenset[str]], ...]
"""Allowed values by column; all conditions hold together."""


class Kinds:
    """The kinds of a table; a set of them is a number with a bit for each."""

    def __init__(
        self, kinds: Sequence[Kind], periods: Mapping[tuple[str, str], frozenset[str]]
    ) -> None:
        self.all = tuple(kinds)
        self.everyone = (1 << len(kinds)) - 1
        self._periods = periods
        self._having: dict[tuple[str, str], int] = defaultdict(int)
        for place, kind in enumerate(kinds):
            indicator = codelists.rows("indicator")[kind["indicator"]]
            for name in ("kind", "topic"):
                self._having[name, indicator[name]] |= 1 << place
            for name in (*KIND, *_BESIDE):
                self._having[name, kind[name]] |= 1 << place

    @classmethod
    def of(cls, counted: Iterable[Mapping[str, Any]], forms: Sequence[str]) -> Kinds:
        """From rows with raw codes and periods, and ``count``, how many figures have them."""
        units = codelists.rows("unit")
        counts: dict[tuple[str, ...], int] = defaultdict(int)
        periods: dict[tuple[str, str], set[str]] = defaultdict(set)
        names = (*KIND, *_BESIDE)
        form_of = cache(partial(_form, forms=forms))
        for row in counted:
            unit, role = units[row["unit"]], row["role"]
            kind = {
                **row,
                "unit": unit["base"],
                "scale": unit["scale"],
                "side": "observed" if role in {"actual", "estimate"} else role,
                BASED: _based(row["printed_base"], row["base_period"]),
                **{name: form_of(row[period]) for name, period in FORMS.items()},
            }
            for name, period in FORMS.items():
                periods[name, kind[name]].add(row[period])
            counts[tuple(kind[name] for name in names)] += row["count"]
        return cls(
            [{**dict(zip(names, one, strict=True)), "count": n} for one, n in counts.items()],
            {key: frozenset(found) for key, found in periods.items()},
        )

    def periods(self, name: str, forms: Iterable[str] | None = None) -> frozenset[str]:
        """The periods of these forms that there are, or all; ``name`` is one of ``FORMS``."""
        found = (
            those
            for (n, form), those in self._periods.items()
            if n == name and (forms is None or form in forms)
        )
        return frozenset().union(*found)

    def in_force(self, rule: Rule) -> frozenset[str] | None:
        """The periods in which a rule is in force; ``None`` if it is in all that there are."""
        if rule.since is None and rule.until is None:
            return None
        every = self.periods("form")
        found = frozenset(period for period in every if in_force(rule, period_ends(period)))
        return None if found == every else found

    def among(self, chosen: int) -> Iterator[Kind]:
        """The kinds of a set."""
        while chosen:
            lowest = chosen & -chosen
            yield self.all[lowest.bit_length() - 1]
            chosen ^= lowest

    def count(self, chosen: int) -> int:
        """How many figures the kinds of a set have."""
        return sum(kind["count"] for kind in self.among(chosen))

    def having(self, name: str, codes: Iterable[str]) -> int:
        """Those with one of these codes. Raises ``ValueError`` if kinds do not tell of ``name``."""
        if name not in _TOLD:
            raise ValueError(f"screening cannot tell figures by {name}")
        return reduce(or_, (self._having.get((name, code), 0) for code in codes), 0)

    def values(self, name: str, chosen: int | None = None) -> list[str]:
        """What there is in a column."""
        among = self.everyone if chosen is None else chosen
        return sorted(v for (n, v), those in self._having.items() if n == name and those & among)

    def applying(self, rule: Rule) -> int:
        """Those that take part in a rule, apart from when it is in force."""
        return reduce(and_, (self.having(*one) for one in rule.applies_to.items()), self.everyone)

    def fitting(self, term: Term) -> int:
        """Those that can be a term, in some year, as far as the rule lets them take part."""
        found = self.everyone
        for name, wanted in term.fixes.items():
            column = {"period": "form", "base_period": "base_form"}.get(name, name)
            if column in KIND:
                found &= self.having(column, [wanted.form if isinstance(wanted, At) else wanted])
        return found

    def conditions(self, chosen: int, around: int | None = None) -> Conditions:
        """As few conditions on columns as tell ``chosen`` from the rest, as far as columns can."""
        around = self.everyone if around is None else around
        allowed = {name: self.values(name, chosen) for name in KIND if name != SOFT}
        those = {name: self.having(name, codes) & around for name, codes in allowed.items()}
        told = reduce(and_, those.values(), around)
        for name in list(those):
            rest = {other: mask for other, mask in those.items() if other != name}
            if reduce(and_, rest.values(), around) == told:
                those = rest
        return tuple((name, frozenset(allowed[name])) for name in those)

    def allowed(self, conditions: Conditions) -> int:
        """Those that keep conditions."""
        return reduce(and_, (self.having(*one) for one in conditions), self.everyone)


def _based(printed_base: str, base_period: str) -> str:
    if not printed_base:
        return ""
    return "right" if printed_base == base_period[:4] else "wrong"


def _form(period: str, *, forms: Sequence[str]) -> str:
    """The form in which rules know a period."""
    if not period:
        return ""
    return next((form for form in forms if At(form).year_of(period) is not None), OTHER)
