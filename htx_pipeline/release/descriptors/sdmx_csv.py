"""``observations.csv``: table ``observations`` as SDMX-CSV 2.0."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from htx_pipeline.release.descriptors.sdmx import (
    AGENCY,
    STRUCTURE,
    Component,
    components,
    identifier,
    time_period,
)

if TYPE_CHECKING:
    from htx_pipeline.release.draft import Draft


def sdmx_csv(draft: Draft) -> bytes:
    """The bytes of ``observations.csv``: one line for each observation, in the order of the table.

    An empty cell is a missing value; several figures or findings are separated by a space.
    """
    told = components()
    which = ("dataflow", f"{AGENCY}:{STRUCTURE}({draft.dataset.version})", "I")
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(["STRUCTURE", "STRUCTURE_ID", "ACTION", *(one.id for one in told)])
    for row in draft.tables["observations"].to_pylist():
        writer.writerow([*which, *(_cell(one, row[one.field.name]) for one in told)])
    return lines.getvalue().encode()


def _cell(component: Component, value: Any) -> str:
    if value is None:
        return ""
    if component.role == "time":
        return time_period(value)
    if component.codelist is not None:
        return identifier(value)
    if isinstance(value, list):
        return " ".join(value)
    return _plain(value) if isinstance(value, float) else str(value)


def _plain(value: float) -> str:
    """The shortest decimal form of a number, without an exponent."""
    exact = Decimal(repr(value))
    return str(int(exact)) if exact == exact.to_integral_value() else f"{exact:f}"
