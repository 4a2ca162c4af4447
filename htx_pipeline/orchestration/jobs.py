"""The job that builds everything."""

import dagster as dg

build = dg.define_asset_job(
    "build",
    selection=dg.AssetSelection.all(),
    description="Read data/raw, confront the figures, build every table and release them.",
)
