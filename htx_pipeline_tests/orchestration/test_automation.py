from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from htx_pipeline.errors import ContractError, InputError, UsageError
from htx_pipeline.orchestration.automation import every_morning, say_what_to_do, watch_raw
from htx_pipeline.orchestration.register import register
from htx_pipeline.orchestration.resources import Data
from htx_pipeline.orchestration.shown.failures import what_to_do
from htx_pipeline.orchestration.sources import all_of
from htx_pipeline.release import Inputs, RefusedError
from htx_pipeline_tests.orchestration.runs import on, rewrite, run

ONE, NEW = "lai-chau-2021-report", "yen-bai-2021-report"
OWN_CURATED = Path(__file__).parents[2] / "data" / "curated"
CHECKED = ["report_readings", "readings", "reports", "named_entities", "legal_documents"]


@pytest.fixture
def tick(data: Path, instance: dg.DagsterInstance) -> Callable[[], dg.SensorResult | dg.SkipReason]:
    """Ask the sensor once, and do what it asks for as the daemon would."""
    cursor: list[str | None] = [None]

    def ask() -> dg.SensorResult | dg.SkipReason:
        with dg.build_sensor_context(
            instance=instance, cursor=cursor[0], resources={"data": Data(root=str(data))}
        ) as context:
            found = watch_raw(context)
        if isinstance(found, dg.SensorResult):
            cursor[0] = found.cursor
            for request in found.dynamic_partitions_requests or ():
                if isinstance(request, dg.AddDynamicPartitionsRequest):
                    instance.add_dynamic_partitions("report", request.partition_keys)
                else:
                    for key in request.partition_keys:
                        instance.delete_dynamic_partition("report", key)
            for event in found.asset_events:
                instance.report_runless_asset_event(event)
        return found

    return ask


def asked(found: dg.SensorResult | dg.SkipReason) -> list[dict[str, str]]:
    """The tags of the runs that a tick asks for."""
    if isinstance(found, dg.SkipReason):
        return []
    return [dict(request.tags) for request in found.run_requests or ()]


Tick = Callable[[], dg.SensorResult | dg.SkipReason]


def test_the_first_look_registers_all_reports_and_asks_for_a_build(
    tick: Tick, instance: dg.DagsterInstance
) -> None:
    (tags,) = asked(tick())
    assert len(tags["htx/raw"]) == 12
    assert ONE in tags["htx/because"]
    assert set(all_of([ONE, "lai-chau-2025-news"]).items()) <= set(tags.items())
    assert len(instance.get_dynamic_partitions("report")) == 5
    assert isinstance(tick(), dg.SkipReason)


def test_nothing_is_asked_for_while_the_release_is_of_what_lies_there(
    data: Path, tick: Tick, instance: dg.DagsterInstance
) -> None:
    shutil.copytree(OWN_CURATED, data / "curated")
    assert asked(tick()) == []
    assert len(instance.get_dynamic_partitions("report")) == 5
    found = tick()
    assert isinstance(found, dg.SkipReason)
    assert str(found.skip_message) == "nothing has changed; 5 reports"


def test_a_changed_byte_is_asked_for_once_and_says_where(data: Path, tick: Tick) -> None:
    tick()
    rewrite(data / "raw" / ONE / "figures.csv", ",P1.I.2.3,138,HTX", ",P1.I.2.3,183,HTX")
    (tags,) = asked(tick())
    assert tags["htx/because"] == f"changed: {ONE}"
    assert asked(tick()) == []
    rewrite(data / "raw" / ONE / "figures.csv", ",P1.I.2.3,183,HTX", ",P1.I.2.3,138,HTX")
    assert len(asked(tick())) == 1


def test_a_new_folder_becomes_a_partition_and_a_removed_one_is_reported(
    data: Path, tick: Tick, instance: dg.DagsterInstance
) -> None:
    tick()
    shutil.copytree(data / "raw" / ONE, data / "raw" / NEW)
    (tags,) = asked(tick())
    assert tags["htx/because"] == f"new: {NEW}"
    assert NEW in instance.get_dynamic_partitions("report")
    assert set(all_of([ONE, NEW]).items()) <= set(tags.items())
    shutil.rmtree(data / "raw" / NEW)
    (tags,) = asked(tick())
    assert tags["htx/because"] == f"removed: {NEW}"
    assert NEW not in instance.get_dynamic_partitions("report")


def test_a_shared_file_is_watched_too(data: Path, tick: Tick) -> None:
    tick()
    (data / "raw" / "waivers.yml").write_text("[]\n", encoding="utf-8")
    (tags,) = asked(tick())
    assert tags["htx/because"] == "changed: waivers"


def test_registering_once_more_tells_nothing_new(data: Path, instance: dg.DagsterInstance) -> None:
    inputs = Inputs.under(data / "raw")
    assert len(register(instance, inputs).new) == 5
    assert str(register(instance, inputs)) == "nothing has changed"
    assert list(register(instance, inputs).observations) == []


def test_the_schedule_asks_each_morning_in_vietnam_for_all_reports(
    data: Path, tmp_path: Path
) -> None:
    assert every_morning.execution_timezone == "Asia/Ho_Chi_Minh"
    assert every_morning.job_name == "check"
    with (
        dg.DagsterInstance.local_temp(str(tmp_path)) as instance,
        dg.build_schedule_context(
            instance=instance,
            scheduled_execution_time=dt.datetime(2026, 11, 22, 0, 0, tzinfo=dt.UTC),
        ) as context,
    ):
        assert "watch_raw" in str(every_morning.evaluate_tick(context).skip_message)
        register(instance, Inputs.under(data / "raw"))
        (request,) = every_morning.evaluate_tick(context).run_requests or ()
    names = {name: request.tags[name] for name in all_of(["first", "last"])}
    assert list(names.values()) == [ONE, "lai-chau-2025-news"]


@pytest.mark.parametrize(
    ("today", "late"),
    [("2023-03-31", 0), ("2023-04-01", 1), ("2026-11-22", 4)],
)
def test_annual_reports_are_asked_for_as_of_the_day(data: Path, today: str, late: int) -> None:
    result = run(data, "check", today=today)
    (found,) = [
        one
        for one in result.get_asset_check_evaluations()
        if one.check_name == "annual_reports_arrived"
    ]
    assert found.metadata["late"].value == late
    assert found.passed == (late == 0)
    assert found.severity is dg.AssetCheckSeverity.WARN
    assert ("for 2022 has not arrived (due by 2023-03-31)" in str(found.description)) == (late > 0)


def failed_run(
    data: Path, instance: dg.DagsterInstance, tags: dict[str, str] | None = None
) -> list[str]:
    """What the log of a failed build says after the advice was given."""
    result = run(data, instance=instance, tags=tags, raise_on_error=False)
    assert not result.success
    (event,) = [one for one in result.all_events if one.is_failure and not one.is_step_event]
    with (
        dg.build_run_status_sensor_context(
            sensor_name="say_what_to_do",
            dagster_event=event,
            dagster_instance=instance,
            dagster_run=result.dagster_run,
        ) as context,
        context.for_run_failure() as of_failure,
    ):
        say_what_to_do(of_failure)
    return [str(one.message) for one in instance.all_logs(result.run_id)]


def test_a_run_without_partitions_is_answered_with_how_to_launch_it(
    data: Path, instance: dg.DagsterInstance
) -> None:
    """Where the raw reports have been observed, Dagster itself fails before the step begins."""
    register(instance, Inputs.under(data / "raw"))
    *_, last = failed_run(data, instance, tags={})
    assert last.startswith("What to do: This run names no reports; launch it with partitions")
    assert "(All for all of them)" in last


def test_the_log_of_a_failed_run_ends_with_what_to_do(
    data: Path, instance: dg.DagsterInstance
) -> None:
    rewrite(data / "raw" / ONE / "figures.csv", ",2.010,", ',"2,010",')
    *_, last = failed_run(data, instance)
    assert last.startswith("What to do: Files of data/raw cannot be read as they stand.")


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (InputError, "every problem in its metadata"),
        (RefusedError, "data/raw/changelog.yml"),
        (UsageError, "To make all of them, in order, build everything"),
        (ContractError, "a fault of the code"),
        (OSError, "not foreseen"),
    ],
)
def test_there_is_advice_for_each_kind_of_failure(failure: type[Exception], told: str) -> None:
    said = what_to_do(["Failure", failure.__name__])
    assert told in said
    assert said.endswith("The release in data/curated is as it was.")


@pytest.mark.usefixtures("instance")
def test_resources_are_found_by_the_names_that_the_code_location_gives(data: Path) -> None:
    assert on(data).get_repository_def().get_top_level_resources().keys() == {
        "calendar",
        "data",
        "gate",
    }
