"""``deploy/compose.yaml`` as the tests read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = DEPLOY / "compose.yaml"

_VARIABLE = re.compile(r"\$\{(\w+)(?::[-?][^}]*)?\}")


@dataclass(frozen=True)
class Service:
    """One service; ``environment`` holds the values as they stand in the file."""

    name: str
    image: str
    command: tuple[str, ...]
    health: tuple[str, ...]
    environment: dict[str, str]
    ports: tuple[str, ...]
    networks: tuple[str, ...]
    volumes: tuple[str, ...]
    waits_for: tuple[str, ...]


def read_compose() -> dict[str, Any]:
    """The whole file, with its anchors resolved."""
    told: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return told


def read_services() -> dict[str, Service]:
    """Every service by its name."""
    return {name: _service(name, told) for name, told in read_compose()["services"].items()}


def variables() -> set[str]:
    """The names that are taken from ``deploy/.env``."""
    return set(_VARIABLE.findall(COMPOSE.read_text(encoding="utf-8")))


def _service(name: str, told: dict[str, Any]) -> Service:
    kind, *health = told.get("healthcheck", {"test": ["NONE"]})["test"]
    assert kind in {"CMD", "NONE"}, f"{name}: a healthcheck is a list that starts with CMD"
    assert all(how["condition"] == "service_healthy" for how in told.get("depends_on", {}).values())
    return Service(
        name=name,
        image=told["image"],
        command=tuple(told.get("command", ())),
        health=tuple(health),
        environment=told.get("environment", {}),
        ports=tuple(told.get("ports", ())),
        networks=tuple(told["networks"]),
        volumes=tuple(told.get("volumes", ())),
        waits_for=tuple(told.get("depends_on", ())),
    )
