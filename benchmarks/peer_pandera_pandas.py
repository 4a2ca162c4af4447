"""The rules in pandera, on pandas: a schema for the groups of each, validated lazily.

pandera's checks by group get a dict of frames, one per group: half a million here. So the groups
are made before, by pandas (``pandas_groups.py``), and a column of their frame is checked.
"""  # noqa: INP001 (a script, not a package)

from __future__ import annotations

import sys
from pathlib import Path

import pandera.pandas as pa
import places
from pandas_groups import RULES, figures


def found_in(path: Path) -> set[places.Place]:
    """The places of the groups that the schema does not let pass."""
    frame = figures(path)
    found: set[places.Place] = set()
    for groups_of in RULES.values():
        groups = groups_of(frame)
        schema = pa.DataFrameSchema({"excess": pa.Column(checks=pa.Check.le(0), nullable=True)})
        try:
            schema.validate(groups, lazy=True, inplace=True)
        except pa.errors.SchemaErrors as errors:
            broken = groups.loc[errors.failure_cases["index"]]
            found.update(zip(broken["area_code"], broken["period"], strict=True))
    return found


if __name__ == "__main__":
    places.write(found_in(Path(sys.argv[1])), Path(sys.argv[2]))
