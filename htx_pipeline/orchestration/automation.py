"""What runs and when: jobs, the sensor on ``data/raw``, the schedule, advice when a run fails.

The sensor and the schedule are shipped stopped; whoever runs Dagster turns them on in the UI.
"""

from collections.abc import Iterator

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from htx_pipeline import codelists, release
from htx_pipeline.curation import arrivals, reports
from htx_pipeline.errors import HtxError, ReleaseError
from htx_pipeline.figures import READINGS
from htx_pipeline.orchestration.resources import Calendar, Data
from htx_pipeline.orchestration.shown import failures
from htx_pipeline.orchestration.sources import RAW_TAG, REPORT, all_of, look, short
from htx_pipeline.release import Inputs
from htx_pipeline.release.inputs import released_from
from htx_pipeline.release.manifest import read_manifest

ARRIVED = "annual_reports_arrived"

build = dg.define_asset_job(
    "build",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("raw"),
    description="Read data/raw, confront the figures, build every table and release them.",
)
check = dg.define_asset_job(
    "check",
    selection=dg.AssetSelection.groups("reports", "rules")
    | dg.AssetSelection.assets("reports", "named_entities", "legal_documents", "readings"),
    description="Read data/raw and confront the figures; nothing is built or released.",
)
publish = dg.define_asset_job(
    "release",
    selection=dg.AssetSelection.assets("release"),
    description="Publish the tables as they are staged, if all of them are up to date.",
)
JOBS = [build, check, publish]


@dg.asset_check(
    asset=reports.REPORTS.name,
    name=ARRIVED,
    additional_deps=[READINGS.name],
    description="The annual report on each year has arrived by 31 March of the next, of every "
    "area that has ever sent one. It is asked anew each morning by the schedule.",
)
def annual_reports_arrived(data: Data, calendar: Calendar) -> dg.AssetCheckResult:
    """Whether annual reports are late, as of the day on which it is asked."""
    today = calendar.day
    try:
        registered, readings = (
            release.read_staged(one, data.folder.staging) for one in (reports.REPORTS, READINGS)
        )
    except HtxError as failure:
        raise failures.told(failure) from failure
    late = arrivals.overdue(registered, readings, today)
    return dg.AssetCheckResult(
        passed=not late,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(
            f"The annual report of {codelists.area(one.area_code).en} for {one.year} has not "
            f"arrived (due by {one.due})"
            for one in late
        )
        or None,
        metadata={
            "late": len(late),
            "asked on": str(today),
            "next due": str(arrivals.next_due(today)),
        },
    )


CHECKS = [annual_reports_arrived]


@dg.sensor(
    name="watch_raw",
    job=build,
    minimum_interval_seconds=30,
    description="Watches data/raw by the hashes of its files: registers new folders as reports, "
    "reports those that are removed, and asks for a build when bytes have changed.",
)
def watch_raw(context: dg.SensorEvaluationContext, data: Data) -> dg.SensorResult | dg.SkipReason:
    """Ask for a build of what ``data/raw`` holds now, once."""
    inputs = Inputs.under(data.folder.raw)
    now = inputs.raw_fingerprint
    known = context.instance.get_dynamic_partitions(str(REPORT.name))
    if context.cursor == now and set(known) == set(inputs.report_ids):
        return dg.SkipReason(f"nothing has changed; {len(known)} reports")
    found = look(context.instance, inputs)
    if found.removed:
        context.log.warning(
            "removed from data/raw: %s; the gate refuses a release that has fewer rows unless "
            "data/raw/changelog.yml says why",
            ", ".join(found.removed),
        )
    context.log.info(str(found))
    request = dg.RunRequest(
        tags={
            RAW_TAG: short(now),
            "htx/because": str(found),
            **all_of([*found.kept, *found.new]),
        }
    )
    built = context.cursor or _released(data)
    return dg.SensorResult(
        run_requests=[request] if built != now else [],
        dynamic_partitions_requests=[
            REPORT.build_add_request(list(found.new)),
            REPORT.build_delete_request(list(found.removed)),
        ],
        asset_events=list(found.observations),
        cursor=now,
    )


def _released(data: Data) -> str:
    """What the raw files were that the release was made from; nothing if there is no release."""
    try:
        return released_from(read_manifest(data.folder.curated))
    except ReleaseError:
        return ""


@dg.schedule(
    name="every_morning",
    job=check,
    cron_schedule="0 7 * * *",
    execution_timezone="Asia/Ho_Chi_Minh",
    description="Reads and checks everything each morning, and says which annual reports are late.",
)
def every_morning(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Ask for a check of all reports that are registered."""
    known = context.instance.get_dynamic_partitions(str(REPORT.name))
    if not known:
        return dg.SkipReason("no report is registered yet: turn the sensor watch_raw on")
    return dg.RunRequest(tags=all_of(known))


@dg.run_failure_sensor(
    name="say_what_to_do",
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Writes into the log of a failed run what to do about it.",
)
def say_what_to_do(context: dg.RunFailureSensorContext) -> None:
    """Put advice at the end of the log of a failed run."""
    errors = [
        error
        for event in context.get_step_failure_events()
        for error in _causes(event.step_failure_data.error)
    ]
    advice = failures.what_to_do(
        [str(one.cls_name) for one in errors], "".join(one.message for one in errors)
    )
    context.instance.report_engine_event(f"What to do: {advice}", context.dagster_run)


def _causes(error: SerializableErrorInfo | None) -> Iterator[SerializableErrorInfo]:
    while error is not None:
        yield error
        error = error.cause


SENSORS = [watch_raw, say_what_to_do]
SCHEDULES = [every_morning]
