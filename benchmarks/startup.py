"""How long whole processes take from the shell: ``htx`` beside what it cannot be faster than.

The commands take turns, so that whatever else the machine does falls on all of them alike, and what
is told is the median of the ratios within a round. ``python benchmarks/startup.py`` prints the
tables of ``docs/benchmarks.md``.
"""  # noqa: INP001 (a script, not a package)

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).parents[1]
_PYTHON = sys.executable
_HTX = str(Path(sys.executable).with_name("htx"))
_TABLE = "data/curated/groups.parquet"
_EMPTY = "import click; click.command()(lambda: None)(['--help'])"
_LOCATION = "from htx_pipeline.definitions import definitions; definitions.get_repository_def()"

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "python -c pass": (_PYTHON, "-c", "pass"),
    "empty click program": (_PYTHON, "-c", _EMPTY),
    "htx --help": (_HTX, "--help"),
    'python -c "import pandas"': (_PYTHON, "-c", "import pandas"),
    "htx check": (_HTX, "check"),
    'python -c "import dagster, pandas"': (_PYTHON, "-c", "import dagster, pandas"),
    "code location": (_PYTHON, "-c", _LOCATION),
    "pandas.read_parquet": (_PYTHON, "-c", f"import pandas; pandas.read_parquet({_TABLE!r})"),
    "htx.load": (_PYTHON, "-c", "import htx_pipeline as htx; htx.load('groups')"),
}
RATIOS = (
    ("htx check", 'python -c "import pandas"'),
    ("htx --help", "empty click program"),
    ("code location", 'python -c "import dagster, pandas"'),
    ("htx.load", "pandas.read_parquet"),
)
_MAY_EXIT = {0, 1}
"""``htx check`` exits with 1 where something is left to decide."""


@dataclass(frozen=True, slots=True)
class Took:
    """What one process took, in seconds: by the clock, and of the processors."""

    wall: float
    cpu: float


def took(command: Sequence[str]) -> Took:
    """Run a command in the repository, without its output."""
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 (the commands are those above)
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in _MAY_EXIT:
        raise click.ClickException(f"{' '.join(command)} exited with {process.returncode}")
    return Took(wall, used.ru_utime + used.ru_stime)


def rounds(
    count: int, commands: Mapping[str, Sequence[str]] = COMMANDS
) -> dict[str, tuple[Took, ...]]:
    """Run each command once to warm up, then ``count`` times, each round beginning with another."""
    names = list(commands)
    for command in commands.values():
        took(command)
    found: dict[str, list[Took]] = {name: [] for name in names}
    for number in range(count):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            found[name].append(took(commands[name]))
    return {name: tuple(measured) for name, measured in found.items()}


def told(measured: Mapping[str, Sequence[Took]]) -> Iterator[str]:
    """Two Markdown tables: the medians, and the ratios."""
    yield "| command | median | fastest | slowest | processor time |"
    yield "|---|---:|---:|---:|---:|"
    for name, times in measured.items():
        walls = [one.wall for one in times]
        shown = (median(walls), min(walls), max(walls), median(one.cpu for one in times))
        yield f"| `{name}` | {' | '.join(f'{1000 * one:.0f} ms' for one in shown)} |"
    yield ""
    yield "| ratio | median of the rounds | of the medians | of processor time |"
    yield "|---|---:|---:|---:|"
    for one, other in RATIOS:
        if one in measured and other in measured:
            paired = list(zip(measured[one], measured[other], strict=True))
            ratios = (
                median(a.wall / b.wall for a, b in paired),
                median(a.wall for a, _ in paired) / median(b.wall for _, b in paired),
                median(a.cpu for a, _ in paired) / median(b.cpu for _, b in paired),
            )
            yield f"| `{one}` / `{other}` | {' | '.join(f'{ratio:.2f}' for ratio in ratios)} |"


@click.command()
@click.option("--rounds", "count", default=15, show_default=True, help="How often each is run.")
def main(count: int) -> None:
    """Time ``htx`` from the shell beside importing pandas and beside an empty program."""
    for line in told(rounds(count)):
        click.echo(line)


if __name__ == "__main__":
    main()
