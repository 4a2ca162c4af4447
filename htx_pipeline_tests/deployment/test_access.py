"""The team's processes, over HTTP: what readers see, what they cannot do, what the team can."""

from __future__ import annotations

import http
import time
from typing import TYPE_CHECKING

import pytest

from htx_pipeline.curation import CONTRACTS
from htx_pipeline_tests.deployment.conftest import LAUNCH
from htx_pipeline_tests.deployment.proxy import READER, accepts, hashed
from htx_pipeline_tests.deployment.web import Site

if TYPE_CHECKING:
    from pathlib import Path

    from htx_pipeline_tests.deployment.proxy import Proxy
    from htx_pipeline_tests.deployment.team import Team

# The build goes on while the tests look that do not wait for it.
pytestmark = pytest.mark.usefixtures("launched")

ASSETS = """
query {
  repositoriesOrError {
    ... on RepositoryConnection {
      nodes { name location { name } assetNodes { assetKey { path } } jobs { name } }
    }
  }
}
"""
RUNS = "query { runsOrError { ... on Runs { results { runId status } } } }"
SETTINGS = "query { instance { info } }"
LOGS = """
subscription ($run: ID!) {
  pipelineRunLogs(runId: $run) {
    ... on PipelineRunLogsSubscriptionSuccess { messages { __typename } }
  }
}
"""

CHANGES = {
    "delete a run": """
        mutation ($run: String!) { told: deleteRun(runId: $run) { __typename } }""",
    "wipe an asset": """
        mutation ($asset: [String!]!) {
          told: wipeAssets(assetPartitionRanges: [{assetKey: {path: $asset}}]) { __typename }
        }""",
    "reload the code": """
        mutation ($location: String!) {
          told: reloadRepositoryLocation(repositoryLocationName: $location) { __typename }
        }""",
    "stop the code": """
        mutation ($location: String!) {
          told: shutdownRepositoryLocation(repositoryLocationName: $location) { __typename }
        }""",
    "add a partition": """
        mutation ($location: String!) {
          told: addDynamicPartition(
            repositorySelector: {
              repositoryName: "__repository__", repositoryLocationName: $location
            }
            partitionsDefName: "report"
            partitionKey: "invented"
          ) { __typename }
        }""",
}
END = """
mutation ($run: String!) {
  terminateRun(runId: $run) { __typename ... on TerminateRunFailure { message } }
}
"""


def launched_so_far(team: Team) -> set[str]:
    return {run["runId"] for run in team.webserver.ask(RUNS)["runsOrError"]["results"]}


@pytest.fixture
def outside(proxy: Proxy) -> Site:
    """What somebody without a password sees."""
    return proxy.site()


@pytest.fixture
def reader(proxy: Proxy) -> Site:
    return proxy.site(password=proxy.password)


@pytest.mark.parametrize("path", ["/", "/server_info", "/graphql", "/assets", "/nothing"])
def test_without_a_password_nothing_is_shown(outside: Site, path: str) -> None:
    answer = outside.get(path)
    assert answer.status == http.HTTPStatus.UNAUTHORIZED
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert not answer.body


def test_a_wrong_password_is_no_password(proxy: Proxy) -> None:
    assert proxy.site(password=proxy.password[:-1]).get("/").status == http.HTTPStatus.UNAUTHORIZED


def test_without_a_reader_the_proxy_does_not_start(proxy: Proxy, tmp_path: Path) -> None:
    assert accepts(f"{READER} {hashed(proxy.password)}\n", tmp_path)
    assert not accepts("", tmp_path)


def test_readers_get_the_page_with_the_headers_of_both_servers(reader: Site) -> None:
    answer = reader.get("/")
    assert answer.status == http.HTTPStatus.OK
    assert 'id="initialization-data"' in answer.body
    assert "object-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Strict-Transport-Security"]


def test_plain_http_leads_to_https(proxy: Proxy) -> None:
    answer = Site(proxy.http).get("/assets")
    assert answer.status == http.HTTPStatus.PERMANENT_REDIRECT
    assert answer.headers["Location"] == "https://localhost/assets"


def test_readers_see_the_code_location_with_all_assets_and_jobs(reader: Site) -> None:
    (found,) = reader.ask(ASSETS)["repositoriesOrError"]["nodes"]
    assert found["location"]["name"] == "htx_pipeline"
    names = {node["assetKey"]["path"][-1] for node in found["assetNodes"]}
    assert {contract.name for contract in CONTRACTS} | {"release"} <= names
    assert "build" in {job["name"] for job in found["jobs"]}


def test_readers_launch_nothing(reader: Site, team: Team) -> None:
    before = launched_so_far(team)
    assert reader.ask(LAUNCH, job="build")["launchRun"]["__typename"] == "UnauthorizedError"
    assert launched_so_far(team) == before


def test_the_settings_that_the_ui_shows_hold_no_password(reader: Site, team: Team) -> None:
    told = reader.ask(SETTINGS)["instance"]["info"]
    assert "DefaultRunLauncher" in told
    assert team.database.password not in told


@pytest.mark.parametrize("service", ["code", "daemon", "webserver", "webserver-read-only"])
def test_the_healthcheck_of_a_process_at_work_passes(team: Team, service: str) -> None:
    last = time.monotonic() + 30
    while not team.healthy(service):
        assert time.monotonic() < last
        time.sleep(1)
    assert team.healthy(service)


def test_the_healthcheck_of_the_proxy_is_for_this_host_only(proxy: Proxy) -> None:
    assert Site(proxy.health).get("/").status == http.HTTPStatus.OK


@pytest.mark.parametrize("change", CHANGES)
def test_readers_change_nothing(reader: Site, built: str, change: str) -> None:
    told = reader.ask(CHANGES[change], run=built, asset=["findings"], location="htx_pipeline")
    assert told["told"]["__typename"] == "UnauthorizedError"


def test_readers_end_no_run(reader: Site, built: str) -> None:
    told = reader.ask(END, run=built)["terminateRun"]
    assert "permission" in told["message"]


def test_readers_see_what_the_team_ran(reader: Site, built: str) -> None:
    runs = reader.ask(RUNS)["runsOrError"]["results"]
    assert {"runId": built, "status": "SUCCESS"} in runs


def test_subscriptions_reach_the_readers(reader: Site, built: str) -> None:
    told = reader.subscribe(LOGS, run=built)
    kinds = {message["__typename"] for message in told["pipelineRunLogs"]["messages"]}
    assert "RunStartEvent" in kinds
