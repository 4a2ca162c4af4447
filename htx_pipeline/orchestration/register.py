"""Tells Dagster what lies in ``data/raw``: ``python -m htx_pipeline.orchestration.register``.

``make ui`` calls it before the UI starts, so that the reports are there to be materialised; while
Dagster runs, the sensor ``watch_raw`` does the same.
"""

from __future__ import annotations

import dagster as dg

from htx_pipeline.folder import locate
from htx_pipeline.orchestration.sources import REPORT, Look, look
from htx_pipeline.release import Inputs


def register(instance: dg.DagsterInstance, inputs: Inputs) -> Look:
    """Make the partitions of an instance the reports that there are, and observe what is new."""
    found = look(instance, inputs)
    if found.new:
        instance.add_dynamic_partitions(str(REPORT.name), list(found.new))
    for removed in found.removed:
        instance.delete_dynamic_partition(str(REPORT.name), removed)
    for observation in found.observations:
        instance.report_runless_asset_event(observation)
    return found


if __name__ == "__main__":
    with dg.DagsterInstance.get() as home:
        register(home, Inputs.under(locate() / "raw"))
