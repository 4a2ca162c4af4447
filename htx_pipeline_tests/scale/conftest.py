"""A Spark cluster and a Spark Connect server of the tests' own; ``htx`` as its user calls it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from htx_pipeline.cli import main, options
from htx_pipeline_tests.deployment.conftest import REQUIRED
from htx_pipeline_tests.scale import cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session", autouse=True)
def _at_home() -> Iterator[None]:
    """Drivers listen where the cluster does."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("SPARK_LOCAL_IP", cluster.HOST)
        yield


def installed() -> None:
    """Skip where there can be no cluster, or fail where services are required."""
    if what := cluster.missing():
        reason = f"there is no {what}"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{reason}; {REQUIRED}=1 requires it")
        pytest.skip(reason)


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    installed()
    with cluster.standalone(tmp_path_factory.mktemp("spark")) as url:
        yield url


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    installed()
    with cluster.connect(tmp_path_factory.mktemp("connect")) as url:
        yield url


@pytest.fixture
def htx(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run ``htx`` in this process: its exit code and all that reached the terminal, whoever's."""
    monkeypatch.setattr(options, "chosen", {})
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["htx", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        said = capfd.readouterr()
        return int(stop.value.code or 0), said.out, said.err

    return run
