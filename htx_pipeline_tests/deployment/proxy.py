"""The proxy of ``deploy/compose.yaml``: Debian's Caddy with ``deploy/Caddyfile``."""

from __future__ import annotations

import contextlib
import ssl
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from htx_pipeline_tests.deployment.compose import DEPLOY, read_services
from htx_pipeline_tests.deployment.servers import free_ports, listens, running
from htx_pipeline_tests.deployment.team import plain_environment
from htx_pipeline_tests.deployment.web import Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_THERE = "/etc/caddy/Caddyfile"
READER = "reader"


@dataclass(frozen=True)
class Proxy:
    """Where it listens, and how a reader gets in."""

    https: int
    http: int
    health: int
    tls: ssl.SSLContext
    password: str

    def site(self, *, password: str | None = None) -> Site:
        """What the outside sees, as nobody or as the reader with a password."""
        return Site(self.https, self.tls, None if password is None else f"{READER}:{password}")


@contextlib.contextmanager
def guarding(upstream: int, folder: Path, password: str) -> Iterator[Proxy]:
    """The proxy before the webserver on the port ``upstream``, with one reader."""
    https, http, health = free_ports(3)
    readers = folder / "readers"
    readers.write_text(f"{READER} {hashed(password)}\n", encoding="utf-8")
    service = read_services()["proxy"]
    environment = plain_environment() | {
        **service.environment,
        "HTX_SITE": "localhost",
        "HTX_READERS": str(readers),
        "HTX_UPSTREAM": f"127.0.0.1:{upstream}",
        "PROXY_BIND": "127.0.0.1",
        "PROXY_HTTP_PORT": str(http),
        "PROXY_HTTPS_PORT": str(https),
        "PROXY_HEALTH_PORT": str(health),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    assert _THERE in service.command
    command = [word.replace(_THERE, str(DEPLOY / "Caddyfile")) for word in service.command]
    with running(command, env=environment, cwd=folder, log=folder / "log") as server:
        authority = folder / "data" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        server.wait(lambda: authority.is_file() and all(map(listens, (https, http, health))))
        tls = ssl.create_default_context(cafile=authority)
        yield Proxy(https, http, health, tls, password)


def accepts(readers: str, folder: Path) -> bool:
    """Whether the proxy would start with these lines as its readers."""
    file = folder / "readers"
    file.write_text(readers, encoding="utf-8")
    done = subprocess.run(
        ["caddy", "validate", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"],  # noqa: S607
        env=plain_environment() | {"HTX_READERS": str(file), "XDG_DATA_HOME": str(folder)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    return done.returncode == 0


def hashed(password: str) -> str:
    """What stands for a password in the file of the readers."""
    done = subprocess.run(
        ["caddy", "hash-password"],  # noqa: S607 (the reader's way to make it)
        input=f"{password}\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()
