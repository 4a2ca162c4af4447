"""The Dagster code location; only assembles."""

import dagster as dg

from htx_pipeline.orchestration.assets import ASSETS
from htx_pipeline.orchestration.automation import CHECKS, JOBS, SCHEDULES, SENSORS
from htx_pipeline.orchestration.resources import resources
from htx_pipeline.orchestration.sources import SOURCES

definitions = dg.Definitions(
    assets=[*SOURCES, *ASSETS],
    asset_checks=CHECKS,
    jobs=JOBS,
    schedules=SCHEDULES,
    sensors=SENSORS,
    resources=resources(),
    executor=dg.in_process_executor,
)
