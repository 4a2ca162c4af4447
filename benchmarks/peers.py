"""The rules of ``tables.py`` as other libraries for checking data state them, beside ``htx check``.

Whole processes in turn on national data: reading, DuckDB SQL by hand, ``htx check``, and a script
for each peer (``peer_*.py``; its docstring says how the rules are stated). Each tells the places,
area and period, where figures contradict each other, and it is an error if they are not the same.
The peers only tell where; ours also tells which figures are wrong, as far as that can be known, and
why. A peer over the limits is told as such; one that is not installed is left out.
"""  # noqa: INP001 (a script, not a package)

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
import duckdb
import places
from processes import Command, Limits, in_turn, ratio, told
from tables import BY_HAND, OURS, READING, commands, made

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_HAS = (
    "import importlib.util as u, sys; sys.exit(any(u.find_spec(n) is None for n in sys.argv[1:]))"
)
_EXTRA = "pip install --editable '.[bench]'"


@dataclass(frozen=True, slots=True)
class Peer:
    """A script, the modules that it imports, and how these are installed."""

    script: str
    modules: Sequence[str]
    install: str = _EXTRA
    python: str = sys.executable

    def is_installed(self) -> bool:
        """Whether its interpreter finds all modules."""
        asked = [self.python, "-c", _HAS, *self.modules]
        return subprocess.run(asked, check=False).returncode == 0  # noqa: S603 (ours)

    def command(self, figures: Path, folder: Path) -> Command:
        """The process on a file of figures."""
        script = Path(__file__).with_name(f"{self.script}.py")
        return Command(
            [self.python, str(script), str(figures), str(folder / f"{self.script}.json")]
        )


PEERS: Mapping[str, Peer] = {
    "pandera-pandas": Peer("peer_pandera_pandas", ["pandera", "pandas"]),
    "pandera-polars": Peer("peer_pandera_polars", ["pandera", "polars"]),
    "pointblank": Peer("peer_pointblank", ["pointblank", "polars"]),
    "great_expectations": Peer("peer_great_expectations", ["great_expectations", "pandas"]),
    "vtlengine": Peer(
        "peer_vtlengine",
        ["vtlengine", "duckdb"],
        install="in an environment of its own (it is AGPL), named by --vtl-python",
    ),
}


def found_by(names: Sequence[str], folder: Path) -> dict[str, set[places.Place]]:
    """The places that each process wrote."""
    written = {BY_HAND: "hand.json"} | {name: f"{one.script}.json" for name, one in PEERS.items()}
    found = {name: places.read(folder / written[name]) for name in names if name in written}
    with duckdb.connect() as connection:
        findings = connection.read_parquet(str(folder / "findings.parquet"))
        rows = findings.select("area_code, period").fetchall()
    return {OURS: {(area, period) for area, period in rows}} | found


def differences(found: Mapping[str, set[places.Place]]) -> Iterator[str]:
    """What is not the same as what ``htx check`` found."""
    ours = found[OURS]
    for name, theirs in found.items():
        for whose, only in ((name, theirs - ours), (OURS, ours - theirs)):
            if only:
                shown = ", ".join(f"{area} {period}" for area, period in sorted(only)[:5])
                yield f"{name} and {OURS}: {len(only)} only by {whose}: {shown}"


def compare(figures: Path, peers: Mapping[str, Peer], rounds: int, limits: Limits) -> Iterator[str]:
    """The lines of what was measured; or an exception where not the same was found."""
    folder = figures.parent
    every = commands(figures, folder) | {
        name: replace(peer.command(figures, folder), limits=limits) for name, peer in peers.items()
    }
    taken = in_turn(every, rounds)
    yield from told(taken)
    ended = [name for name, runs in taken.items() if not runs[-1].over and name != READING]
    for name in ended:
        if name != OURS:
            yield f"{name} / {OURS}: {ratio(taken[name], taken[OURS]):.2f}"
    found = found_by(ended, folder)
    if trouble := list(differences(found)):
        raise click.ClickException("\n".join(trouble))
    yield f"The same {len(found[OURS])} places are found by: {', '.join(ended)}."


@click.command()
@click.option("--figures", "sizes", type=float, multiple=True, default=[1e6], show_default=True)
@click.option("--every", default=100_000, show_default=True, help="One error in so many figures.")
@click.option("--rounds", default=3, show_default=True, help="How often each process is run.")
@click.option("--only", type=click.Choice(list(PEERS)), multiple=True, help="A peer; repeatable.")
@click.option("--seconds", default=600.0, show_default=True, help="No peer takes longer.")
@click.option("--memory", default=20.0, show_default=True, help="No peer takes more GB.")
@click.option("--vtl-python", default=sys.executable, help="An interpreter that has vtlengine.")
def main(
    *,
    sizes: Sequence[float],
    every: int,
    rounds: int,
    only: Sequence[str],
    seconds: float,
    memory: float,
    vtl_python: str,
) -> None:
    """Time ``htx check`` beside other libraries, on at least so many figures."""
    peers = {name: PEERS[name] for name in only or PEERS}
    if "vtlengine" in peers:
        peers["vtlengine"] = replace(peers["vtlengine"], python=vtl_python)
    for name in [name for name, peer in peers.items() if not peer.is_installed()]:
        click.echo(f"{name} is left out, as it is not installed: {peers.pop(name).install}")
    for size in sizes:
        with made(size, every) as path:
            for line in compare(path, peers, rounds, Limits(seconds, memory * 1e9)):
                click.echo(line)


if __name__ == "__main__":
    main()
