"""Places, each an area and a period, in which figures contradict each other: told and compared."""  # noqa: INP001 (shared by scripts, not a package)

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Place = tuple[str, str]


def write(places: Iterable[Place], path: Path) -> None:
    """Write the places, sorted, and say how many there are."""
    found = sorted(set(places))
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    print(f"{len(found)} places")  # noqa: T201 (what a process says; click is not everywhere)


def read(path: Path) -> set[Place]:
    """What ``write`` wrote."""
    return {(area, period) for area, period in json.loads(path.read_text(encoding="utf-8"))}
