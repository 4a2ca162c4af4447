"""A build of the team's Dagster is in PostgreSQL, where every process finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dagster as dg
import pytest
from dagster_postgres import (
    PostgresEventLogStorage,
    PostgresRunStorage,
    PostgresScheduleStorage,
)

from htx_pipeline import rules
from htx_pipeline.curation import CONTRACTS, findings
from htx_pipeline.release.verify import deviations
from htx_pipeline_tests.deployment.compose import read_services

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from htx_pipeline_tests.deployment.postgres import Postgres
    from htx_pipeline_tests.deployment.team import Team


@pytest.fixture
def instance(team: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """The team's instance as one more process opens it: this one."""
    for name, value in team.environment("daemon").items():
        if name.startswith("HTX_"):
            monkeypatch.setenv(name, value)
    with dg.DagsterInstance.from_config(str(team.home)) as instance:
        yield instance


def test_everything_is_stored_in_postgresql(instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.run_storage, PostgresRunStorage)
    assert isinstance(instance.event_log_storage, PostgresEventLogStorage)
    assert isinstance(instance.schedule_storage, PostgresScheduleStorage)


def test_the_healthcheck_of_the_database_passes(database: Postgres) -> None:
    database.run(*read_services()["postgres"].health)


def test_telemetry_is_off_and_one_run_at_a_time_is_watched(instance: dg.DagsterInstance) -> None:
    assert not instance.telemetry_enabled
    assert instance.run_monitoring_enabled
    queue = instance.get_concurrency_config().run_queue_config
    assert queue is not None
    assert queue.max_concurrent_runs == 1


def test_the_run_its_events_and_the_tables_are_found_again(
    instance: dg.DagsterInstance, built: str
) -> None:
    run = instance.get_run_by_id(built)
    assert run is not None
    assert run.is_success
    for contract in CONTRACTS:
        event = instance.get_latest_materialization_event(dg.AssetKey(contract.name))
        assert event is not None
        assert event.run_id == built


def test_the_result_of_each_rule_is_found_again(instance: dg.DagsterInstance, built: str) -> None:
    asset = dg.AssetKey(findings.FINDINGS.name)
    keys = [dg.AssetCheckKey(asset, rule.name) for rule in rules.RULES]
    found = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    assert {key.name for key in found} == {rule.name for rule in rules.RULES}
    assert {record.run_id for record in found.values()} == {built}


def test_the_rows_are_there_without_dagster(team: Team, built: str) -> None:
    ((runs,),) = team.database.query(f"SELECT count(*) FROM runs WHERE run_id = '{built}'")  # noqa: S608
    assert runs == 1
    ((checks,),) = team.database.query(
        f"SELECT count(*) FROM asset_check_executions WHERE run_id = '{built}'"  # noqa: S608
    )
    assert checks >= len(rules.RULES)


def test_nothing_of_the_history_lies_in_files(team: Team, built: str) -> None:
    assert built
    assert not list(team.home.rglob("*.db"))


def test_the_build_released_the_tables(team: Team, built: str) -> None:
    assert built
    assert not deviations(team.data / "curated")


def test_what_steps_printed_lies_where_the_webservers_look(team: Team, built: str) -> None:
    kept = list((team.home / "logs").rglob(f"{built}/**/*.complete"))
    assert kept


def test_a_backup_that_is_restored_holds_the_same_history(
    team: Team, built: str, tmp_path: Path
) -> None:
    database, user = team.database, team.database.user
    dump = tmp_path / "dagster.dump"
    database.run(
        "pg_dump", "--username", user, "--format", "custom", "--file", str(dump), "dagster"
    )
    database.run("createdb", "--username", user, "restored")
    database.run("pg_restore", "--username", user, "--dbname", "restored", str(dump))
    restored = type(database)(database.programs, database.port, user, database.password, "restored")
    runs = "SELECT run_id, status FROM runs ORDER BY run_id"
    assert (built, "SUCCESS") in restored.query(runs)
    for table in ("event_logs", "asset_check_executions", "asset_keys"):
        count = f"SELECT count(*) FROM {table}"  # noqa: S608
        assert restored.query(count) == database.query(count)


def test_the_reports_are_registered_by_a_command(team: Team, instance: dg.DagsterInstance) -> None:
    done = team.run("code", "python", "-m", "htx_pipeline.orchestration.register")
    assert done.returncode == 0, done.stderr
    folders = {path.name for path in (team.data / "raw").iterdir() if path.is_dir()}
    assert set(instance.get_dynamic_partitions("report")) == folders


def test_migrating_an_instance_that_is_up_to_date_succeeds(team: Team, built: str) -> None:
    done = team.run("daemon", "dagster", "instance", "migrate")
    assert done.returncode == 0, done.stderr
    assert team.database.query(f"SELECT 1 FROM runs WHERE run_id = '{built}'")  # noqa: S608
