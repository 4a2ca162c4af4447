"""Runs of the project's jobs on a data folder of a test, in this process."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import dagster as dg

from htx_pipeline.definitions import definitions
from htx_pipeline.orchestration.resources import Calendar, Data, resources
from htx_pipeline.orchestration.sources import all_of
from htx_pipeline.release import Inputs

TODAY = "2026-11-22"


def on(data: Path, today: str = TODAY) -> dg.Definitions:
    """The code location with the data folder and the day of a test."""
    return dg.Definitions(
        assets=definitions.assets,
        asset_checks=definitions.asset_checks,
        jobs=definitions.jobs,
        schedules=definitions.schedules,
        sensors=definitions.sensors,
        resources=resources(Data(root=str(data)), Calendar(today=today)),
        loggers={"quiet": dg.LoggerDefinition(lambda _: logging.Logger("quiet"))},  # noqa: LOG001
        executor=dg.in_process_executor,
    )


def run(
    data: Path,
    job: str = "build",
    *,
    instance: dg.DagsterInstance | None = None,
    assets: Sequence[str] | None = None,
    partition: str | None = None,
    tags: Mapping[str, str] | None = None,
    today: str = TODAY,
    raise_on_error: bool = True,
) -> dg.ExecuteInProcessResult:
    """Run a job, or some of its assets, over all reports unless ``partition`` or ``tags`` say."""
    kept: AbstractContextManager[dg.DagsterInstance] = (
        nullcontext(instance) if instance else dg.DagsterInstance.ephemeral()
    )
    with kept as used:
        used.add_dynamic_partitions("report", Inputs.under(data / "raw").report_ids)
        if tags is None and partition is None:
            tags = all_of(used.get_dynamic_partitions("report"))
        return (
            on(data, today)
            .resolve_job_def(job)
            .execute_in_process(
                instance=used,
                run_config={"loggers": {"quiet": {}}},
                asset_selection=None if assets is None else [dg.AssetKey(one) for one in assets],
                partition_key=partition,
                tags=dict(tags or {}),
                raise_on_error=raise_on_error,
            )
        )


def grave(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    """The checks that failed and are more than a notice."""
    return {
        check.check_name: check
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR
    }


def rewrite(path: Path, old: str, new: str) -> None:
    """Change one thing in a raw file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
