"""A team at work: PostgreSQL, Dagster's processes and the proxy, started once for all tests."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from typing import TYPE_CHECKING, NoReturn

import pytest

from htx_pipeline.orchestration.sources import all_of
from htx_pipeline_tests.deployment import postgres as postgresql
from htx_pipeline_tests.deployment import proxy as caddy
from htx_pipeline_tests.deployment import team as dagster
from htx_pipeline_tests.deployment.compose import read_services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from htx_pipeline_tests.deployment.postgres import Postgres
    from htx_pipeline_tests.deployment.proxy import Proxy
    from htx_pipeline_tests.deployment.team import Team

REQUIRED = "HTX_REQUIRE_SERVICES"

LAUNCH = """
mutation ($job: String!, $tags: [ExecutionTag!]) {
  launchRun(executionParams: {
    selector: {
      repositoryLocationName: "htx_pipeline", repositoryName: "__repository__", jobName: $job
    }
    executionMetadata: {tags: $tags}
  }) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on UnauthorizedError { message }
  }
}
"""
STATUS = """
query ($run: ID!) { runOrError(runId: $run) { ... on Run { status } } }
"""
_ENDED = {"SUCCESS", "FAILURE", "CANCELED"}
_PATIENCE = 120


def missing(what: str, package: str) -> NoReturn:
    """Skip, or fail where services are required."""
    reason = f"{what} is not installed: apt-get install {package} (or .ci/install)"
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{reason}; {REQUIRED}=1 requires it")
    pytest.skip(reason)


@pytest.fixture(scope="package")
def database() -> Iterator[Postgres]:
    programs = postgresql.programs()
    if programs is None:
        missing("PostgreSQL", "postgresql")
    told = read_services()["code"].environment
    with postgresql.started(
        programs,
        user=told["HTX_POSTGRES_USER"],
        password=secrets.token_hex(32),
        database=told["HTX_POSTGRES_DB"],
    ) as server:
        yield server


@pytest.fixture(scope="package")
def team(database: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    with dagster.at_work(tmp_path_factory.mktemp("team"), database) as team:
        yield team


@pytest.fixture(scope="package")
def proxy(team: Team, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    if shutil.which("caddy") is None:
        missing("Caddy", "caddy")
    with caddy.guarding(
        team.ports["webserver-read-only"], tmp_path_factory.mktemp("proxy"), secrets.token_hex(8)
    ) as proxy:
        yield proxy


@pytest.fixture(scope="package")
def launched(team: Team) -> str:
    """The id of a run of the job ``build``, launched in the data team's UI."""
    done = team.run("code", "python", "-m", "htx_pipeline.orchestration.register")
    assert done.returncode == 0, done.stderr
    reports = sorted(path.name for path in (team.data / "raw").iterdir() if path.is_dir())
    tags = [{"key": key, "value": value} for key, value in all_of(reports).items()]
    told = team.webserver.ask(LAUNCH, job="build", tags=tags)["launchRun"]
    assert told["__typename"] == "LaunchRunSuccess", told
    run: str = told["run"]["runId"]
    return run


@pytest.fixture(scope="package")
def built(team: Team, launched: str) -> str:
    """That run, when the daemon has had it executed to its end."""
    last = time.monotonic() + _PATIENCE
    while (status := _status(team, launched)) not in _ENDED:
        assert time.monotonic() < last, f"still {status} after {_PATIENCE} s"
        time.sleep(0.5)
    assert status == "SUCCESS"
    return launched


def _status(team: Team, run: str) -> str:
    status: str = team.webserver.ask(STATUS, run=run)["runOrError"]["status"]
    return status
