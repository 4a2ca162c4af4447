"""The Dagster code location; only assembles."""

import dagster as dg

from htx_pipeline.orchestration.assets import ASSETS, Data
from htx_pipeline.orchestration.jobs import build

definitions = dg.Definitions(
    assets=ASSETS,
    jobs=[build],
    resources={"data": Data()},
    executor=dg.in_process_executor,
)
