"""A PostgreSQL server of its own, from the system's packages."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2  # type: ignore[import-untyped]

from htx_pipeline_tests.deployment.servers import free_ports, running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_INSTALLED = Path("/usr/lib/postgresql")
_OWNER = "postgres"  # PostgreSQL refuses to be root
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Postgres:
    """Where the server listens, and how to get in. ``programs`` holds pg_dump and the like."""

    programs: Path
    port: int
    user: str
    password: str
    database: str

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows that a statement gives, read over TCP with the password."""
        with (
            contextlib.closing(
                psycopg2.connect(
                    host="127.0.0.1",
                    port=self.port,
                    user=self.user,
                    password=self.password,
                    dbname=self.database,
                )
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def run(self, program: str, *arguments: str) -> None:
        """Call a program of PostgreSQL with this server as its server."""
        subprocess.run(
            [self.programs / program, *arguments],
            env=os.environ
            | {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGPASSWORD": self.password},
            check=True,
            capture_output=True,
            timeout=60,
        )


def programs() -> Path | None:
    """The folder of the newest PostgreSQL that is installed."""
    found = [path.parent for path in _INSTALLED.glob("*/bin/postgres")]
    return max(found, key=lambda path: int(path.parent.name), default=None)


@contextlib.contextmanager
def started(programs: Path, *, user: str, password: str, database: str) -> Iterator[Postgres]:
    """An empty database on a free local port, gone afterwards.

    The folder is not pytest's, which only root may enter when root runs the tests.
    """
    owner = _OWNER if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="htx-postgres-"))
    try:
        secret = folder / "password"
        secret.write_text(password, encoding="utf-8")
        if owner:
            shutil.chown(folder, owner)
            shutil.chown(secret, owner)
        _initialise(programs, folder, owner, user, secret)
        (port,) = free_ports(1)
        server = Postgres(programs, port, user, password, database)
        settings = (
            f"port={port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={folder}",
            *_QUICK,
        )
        with running(
            [str(programs / "postgres"), "-D", str(folder / "cluster"), *_options(settings)],
            env=_environment(),
            cwd=folder,
            log=folder / "log",
            user=owner,
            stop=signal.SIGINT,
        ) as process:
            process.wait(lambda: _accepts(server))
            server.run("createdb", "--username", user, database)
            yield server
    finally:
        shutil.rmtree(folder)


def _options(settings: Sequence[str]) -> list[str]:
    return [word for setting in settings for word in ("-c", setting)]


def _environment() -> dict[str, str]:
    return {"LC_ALL": "C", "TZ": "UTC", "PATH": os.environ["PATH"]}


def _initialise(programs: Path, folder: Path, owner: str | None, user: str, secret: Path) -> None:
    done = subprocess.run(
        [
            programs / "initdb",
            "--pgdata",
            folder / "cluster",
            "--username",
            user,
            "--pwfile",
            secret,
            "--auth",
            "scram-sha-256",
            "--encoding",
            "UTF8",
            "--no-locale",
            "--no-sync",
        ],
        env=_environment(),
        cwd=folder,
        user=owner,
        group=owner,
        extra_groups=[] if owner else None,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def _accepts(server: Postgres) -> bool:
    done = subprocess.run(
        [server.programs / "pg_isready", "--host", "127.0.0.1", "--port", str(server.port)],
        capture_output=True,
        check=False,
        timeout=10,
    )
    return done.returncode == 0
