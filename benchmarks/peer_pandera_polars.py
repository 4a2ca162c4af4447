"""The rules in pandera, on Polars: a schema for the groups of each, validated lazily.

pandera has no checks by group on Polars, so that the groups are made before, by Polars
(``polars_groups.py``), and a column of their frame is checked. It is collected before: pandera
looks at the types of a lazy frame, not at its data.
"""  # noqa: INP001 (a script, not a package)

from __future__ import annotations

import sys
from pathlib import Path

import pandera.polars as pa
import places
import polars as pl
from polars_groups import RULES, figures


def found_in(path: Path) -> set[places.Place]:
    """The places of the groups that the schema does not let pass."""
    table = figures(path)
    found: set[places.Place] = set()
    for groups_of in RULES.values():
        groups = groups_of(table).collect(engine="streaming")
        schema = pa.DataFrameSchema({"excess": pa.Column(checks=pa.Check.le(0), nullable=True)})
        try:
            schema.validate(groups, lazy=True)
        except pa.errors.SchemaErrors as errors:
            broken = groups[errors.failure_cases["index"].to_list()]
            found.update(broken.select(pl.col("area_code", "period")).iter_rows())
    return found


if __name__ == "__main__":
    places.write(found_in(Path(sys.argv[1])), Path(sys.argv[2]))
