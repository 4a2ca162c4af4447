"""The rules in great_expectations, on pandas: an expectation for the groups of each.

Its expectations compare the columns of a row, not rows, so that the groups are made before, by
pandas (``pandas_groups.py``), and a column of each frame is expected to be at most 0. Queries of
one's own need SQLAlchemy: its dialect for DuckDB (duckdb-engine 0.17) loses the rows when
great_expectations 1.24 closes the connection before it fetches them, so that it gets none.
"""  # noqa: INP001 (a script, not a package)

from __future__ import annotations

import sys
from pathlib import Path

import great_expectations as gx
import places
from pandas_groups import RULES, figures


def found_in(path: Path) -> set[places.Place]:
    """The places of the rows that are not as expected."""
    frame = figures(path)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("pandas")
    found: set[places.Place] = set()
    for name, groups_of in RULES.items():
        groups = groups_of(frame)
        asset = source.add_dataframe_asset(name)
        whole = asset.add_batch_definition_whole_dataframe("all")
        batch = whole.get_batch(batch_parameters={"dataframe": groups})
        expected = gx.expectations.ExpectColumnValuesToBeBetween(column="excess", max_value=0)
        result = batch.validate(expected, result_format="COMPLETE")
        if result.exception_info.get("raised_exception", True):
            raise RuntimeError(f"{name}: {result.exception_info}")
        broken = groups.loc[result.result.get("unexpected_index_list") or []]
        found.update(zip(broken["area_code"], broken["period"], strict=True))
    return found


if __name__ == "__main__":
    places.write(found_in(Path(sys.argv[1])), Path(sys.argv[2]))
