"""``htx check --engine spark`` on national data, beside Spark SQL by hand for the same rules.

Whole applications in turn, on a standalone cluster of this machine (a master, two workers of one
core): from the start of Python to its end, so with the start of Java on both sides. Both have to
tell the same number of places, which stands beside their times.
"""  # noqa: INP001 (a script, not a package)

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

sys.path.append(str(Path(__file__).parents[1]))  # the cluster is that of the tests

from places import write
from processes import Command, in_turn, ratio, told
from tables import hand_written, made

from htx_pipeline.scale.spark import opened
from htx_pipeline_tests.scale import cluster

OURS, BY_HAND = "htx check --engine spark", "Spark SQL by hand"
_WORDS = {
    "filter (": "filter (where ",
    "::utinyint": "::int",
    "::varchar": "::string",
    "1::bigint << cell": "shiftleft(1L, cell)",
    ") // ": ") div ",
}


def in_spark_sql(path: Path) -> str:
    """The query by hand, in Spark's words."""
    query = hand_written(path).replace(f"read_parquet('{path}')", f"parquet.`{path}`")
    for old, new in _WORDS.items():
        query = query.replace(old, new)
    return query


def ask(path: Path, url: str, found: Path) -> None:
    """Run the query by hand in this process, in a session like that of ``htx``."""
    with opened(str(path), url) as figures:
        rows = figures.sparkSession.sql(in_spark_sql(path)).collect()
    write((tuple(row[:2]) for row in rows), found)


@click.command()
@click.argument("figures", type=float, default=1e6)
@click.option("--every", default=100_000, show_default=True, help="One error in so many figures.")
@click.option("--rounds", default=3, show_default=True, help="How often each process is run.")
@click.option("--once", nargs=3, hidden=True)
def main(figures: float, every: int, rounds: int, once: tuple[str, str, str] | None) -> None:
    """Time the check of at least FIGURES figures."""
    if once is not None:
        ask(Path(once[0]), once[1], Path(once[2]))
        return
    os.environ["SPARK_LOCAL_IP"] = cluster.HOST
    with made(figures, every) as path, cluster.standalone(path.parent) as url:
        hand = [sys.executable, __file__, "--once", str(path), url, str(path.parent / "hand.json")]
        htx = [str(Path(sys.executable).with_name("htx")), "check", "--figures", str(path)]
        output = ["--output", str(path.parent / "findings.parquet")]
        ours = [*htx, "--engine", "spark", "--spark-url", url, *output]
        commands = {BY_HAND: Command(hand), OURS: Command(ours, may_exit=(0, 1))}
        found = in_turn(commands, rounds)
    for line in told(found):
        click.echo(line)
    click.echo(f"{OURS} / {BY_HAND}: {ratio(found[OURS], found[BY_HAND]):.2f}")


if __name__ == "__main__":
    main()
