"""The rules on a table of figures, of any size and in any engine: ``htx check --figures``.

What does not pass is found and explained as in a folder of reports. Legal documents are not in such
a table, so their rules are not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import narwhals as nw

from htx_pipeline.figures.operands import COLUMNS, Operand, operands
from htx_pipeline.model import Outcome
from htx_pipeline.rules.catalogue import RULES
from htx_pipeline.rules.findings import Ledger, find
from htx_pipeline.rules.messages import denominators
from htx_pipeline.rules.screening import confront_table
from htx_pipeline.rules.screening.columns import one_of

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

    from htx_pipeline.rules.model import Rule

_CELL = ("indicator", "sector", "status")


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules say of a table.

    ``counts`` says for each rule that met a group how many groups came out how.
    """

    counts: Mapping[str, Mapping[Outcome, int]]
    ledger: Ledger


def check_table(figures: IntoFrame, rules: Sequence[Rule] = RULES) -> Checked:
    """Confront a table of figures that has the columns of the contract ``READINGS``.

    ``figures`` is a frame or relation of pandas, PyArrow, Polars or DuckDB.
    """
    passed, exact = confront_table(figures, rules)
    counts = denominators(exact.evaluations)
    for name, count in passed.items():
        counts.setdefault(name, dict.fromkeys(Outcome, 0))[Outcome.PASS] += count
    ledger = find(exact.evaluations, beside=lambda suspects: _beside(figures, suspects))
    return Checked({r.name: counts[r.name] for r in rules if r.name in counts}, ledger)


def _beside(figures: IntoFrame, suspects: Iterable[Operand]) -> list[Operand]:
    """The figures that can speak for suspects: of the same report, or of the same cell."""
    by_report: dict[str, set[str]] = {}
    by_cell: dict[tuple[str, ...], set[str]] = {}
    for one in suspects:
        area = one.cell["area_code"]
        by_report.setdefault(one.cell["indicator"], set()).add(one.report_id)
        by_cell.setdefault(tuple(one.cell[name] for name in _CELL), set()).add(area)
    if not by_report:
        return []
    areas = sorted(set().union(*by_cell.values()))
    chosen = [
        (nw.col("indicator") == indicator) & one_of(nw.col("report_id"), sorted(reports))
        for indicator, reports in by_report.items()
    ]
    for cell, those in by_cell.items():
        told = [nw.col(name) == code for name, code in zip(_CELL, cell, strict=True)]
        chosen.append(reduce(lambda a, b: a & b, told) & one_of(nw.col("area_code"), sorted(those)))
    frame = nw.from_native(figures).lazy().filter(one_of(nw.col("area_code"), areas))
    rows = frame.filter(reduce(or_, chosen)).select(*COLUMNS).collect().to_arrow().to_pylist()
    found = sorted(operands(rows), key=lambda one: (one.report_id, one.start))  # no engine's order
    return [one.in_base_unit() for one in found]
