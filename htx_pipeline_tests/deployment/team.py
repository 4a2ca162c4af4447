"""The processes of ``deploy/compose.yaml`` without their containers.

Commands, healthchecks, variables and order are those of the file; hosts, ports and folders are this
machine's. Each process gets the variables that the file gives it, and no others of the project.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from htx_pipeline_tests.deployment.compose import DEPLOY, Service, read_services
from htx_pipeline_tests.deployment.servers import Server, free_ports, listens, running
from htx_pipeline_tests.deployment.web import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from htx_pipeline_tests.deployment.postgres import Postgres

RAW = DEPLOY.parent / "data" / "raw"

_PORTS = {"code": 4000, "webserver": 3000, "webserver-read-only": 3000}
_PROCESSES = ("code", "daemon", "webserver", "webserver-read-only")
_OURS = ("HTX_", "DAGSTER_", "PROXY_")


@dataclass(frozen=True)
class Team:
    """``home`` is Dagster's home, ``data`` the data folder; both are this team's alone."""

    home: Path
    data: Path
    database: Postgres
    ports: dict[str, int]

    @property
    def webserver(self) -> Site:
        """The UI of the data team."""
        return Site(self.ports["webserver"])

    def environment(self, service: str) -> dict[str, str]:
        """What the process of a service is told."""
        here = {
            "HTX_POSTGRES_HOST": "127.0.0.1",
            "HTX_POSTGRES_PORT": str(self.database.port),
            "HTX_POSTGRES_PASSWORD": self.database.password,
            "HTX_COMPUTE_LOGS": str(self.home / "logs"),
            "HTX_DATA": str(self.data),
        }
        told = read_services()[service].environment
        return plain_environment() | {
            "DAGSTER_HOME": str(self.home),
            **{name: here.get(name, value) for name, value in told.items()},
        }

    def run(self, service: str, *command: str) -> subprocess.CompletedProcess[str]:
        """``docker compose exec SERVICE COMMAND``, as it were."""
        return subprocess.run(
            command,
            cwd=self.home,
            env=self.environment(service),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def healthy(self, service: str) -> bool:
        """Whether the healthcheck of a service passes."""
        return self.run(service, *self._here(service, "health")).returncode == 0

    def command(self, service: str) -> list[str]:
        """How the service is started."""
        return self._here(service, "command")

    def _here(self, service: str, kind: str) -> list[str]:
        words: tuple[str, ...] = getattr(read_services()[service], kind)
        ports = {str(_PORTS[service]): str(self.ports[service])} if service in _PORTS else {}
        for there, here in {"0.0.0.0": "127.0.0.1", **ports}.items():  # noqa: S104 (is replaced)
            words = tuple(word.replace(there, here) for word in words)
        return list(words)


def plain_environment() -> dict[str, str]:
    """This process's environment without the project's variables, and with its programs first."""
    told = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return told | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), told["PATH"]])}


@contextlib.contextmanager
def at_work(folder: Path, database: Postgres) -> Iterator[Team]:
    """All processes but the proxy, with a copy of ``data/raw`` and an empty database.

    A server is ready when it listens; whether its healthcheck agrees is for a test to say.
    """
    ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    team = Team(folder / "home", folder / "data", database, ports)
    team.home.mkdir()
    shutil.copy(DEPLOY / "dagster.yaml", team.home)
    _write_workspace(team)
    shutil.copytree(RAW, team.data / "raw")
    with contextlib.ExitStack() as stack:
        for wave in _waves(read_services()):
            servers = {name: stack.enter_context(_started(team, name, folder)) for name in wave}
            for name in servers.keys() & ports.keys():
                servers[name].wait(partial(listens, ports[name]))
            # asked to end all at once, before each is waited for
            for server in servers.values():
                stack.callback(server.stop)
        yield team


def _started(team: Team, service: str, folder: Path) -> contextlib.AbstractContextManager[Server]:
    return running(
        team.command(service),
        env=team.environment(service),
        cwd=team.home,
        log=folder / f"{service}.log",
    )


def _write_workspace(team: Team) -> None:
    told = yaml.safe_load((DEPLOY / "workspace.yaml").read_text(encoding="utf-8"))
    (location,) = told["load_from"]
    server = location["grpc_server"]
    assert (server["host"], server["port"]) == ("code", _PORTS["code"])
    server |= {"host": "127.0.0.1", "port": team.ports["code"]}
    (team.home / "workspace.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")


def _waves(services: dict[str, Service]) -> Iterator[list[str]]:
    """The processes in the order of ``depends_on``; those of a wave start together."""
    order = TopologicalSorter({name: services[name].waits_for for name in _PROCESSES})
    order.prepare()
    while order.is_active():
        ready = order.get_ready()
        yield [name for name in ready if name in _PROCESSES]
        order.done(*ready)
