"""The rules in Pointblank, on Polars: one validation plan, one step per rule.

A step makes its groups from the table before it looks at them (``pre=``, by Polars:
``polars_groups.py``) and asks ``col_vals_le``. Of the rows that fail all are kept, and none of the
tables that were looked at.
"""  # noqa: INP001 (a script, not a package)

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import places
import pointblank as pb
from polars_groups import RULES, figures

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl


def _collected(groups_of: Callable[[pl.LazyFrame], pl.LazyFrame]) -> Callable[..., pl.DataFrame]:
    return lambda table: groups_of(table.lazy()).collect(engine="streaming")


def found_in(path: Path) -> set[places.Place]:
    """The places of the rows that fail."""
    table = figures(path).collect()
    plan = pb.Validate(table)
    for name, groups_of in RULES.items():
        plan = plan.col_vals_le("excess", 0, na_pass=True, pre=_collected(groups_of), brief=name)
    done = plan.interrogate(collect_tbl_checked=False, extract_limit=len(table))
    for step in done.validation_info:
        # to Pointblank a step that met no group is an error, too
        if step.eval_error and step.n != 0:
            raise RuntimeError(f"{step.brief}: the step could not be evaluated")
    extracts = [rows for rows in done.get_data_extracts().values() if rows is not None]
    return {row for rows in extracts for row in rows.select("area_code", "period").iter_rows()}


if __name__ == "__main__":
    places.write(found_in(Path(sys.argv[1])), Path(sys.argv[2]))
