"""What readers find after builds have been killed, and after the disk was full.

Each release is made by the shell's own ``htx build`` on a data folder in a temporary place, from
two states of the raw data in turn, so that each build that gets through changes the release:

1. whole builds, each killed (SIGKILL) at a random moment of the time that an unharmed build takes;
2. processes that do nothing but switch from one release to the other, killed at random moments:
   they spend most of their time where a kill could do harm;
3. builds on a file system that is too small, in steps up to one that is large enough (only where
   this process may mount one).

After each, the release is checked by its own manifest (files, contents, keys, references). All the
time another process reads the whole release again and again. ``python benchmarks/kills.py`` prints
the tables of ``docs/benchmarks.md``; it exits with 1 if any reader found anything but the old or
the new release, whole.
"""  # noqa: INP001 (a script, not a package)

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from htx_pipeline.errors import HtxError
from htx_pipeline.reader.release import Release, reading
from htx_pipeline.release.manifest import read_manifest
from htx_pipeline.release.verify import deviations
from htx_pipeline.switch import alone, switch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.synchronize import Event

ROOT = Path(__file__).parents[1]
_HTX = str(Path(sys.executable).with_name("htx"))
_LONGEST_SWITCHING = 0.2
_BETWEEN_READS = 0.02
_MEGABYTE = 2**20


@dataclass
class Tally:
    """How often the release was the one before the kill, or another, or not sound."""

    kept: int = 0
    changed: int = 0
    through: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many processes were killed, or had finished before they could be."""
        return self.kept + self.changed + len(self.broken)


def build(data: Path) -> subprocess.Popen[bytes]:
    """Start ``htx build`` in a process group of its own."""
    return subprocess.Popen(  # noqa: S603 (the project's own command)
        [_HTX, "build", "--data", str(data)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def states(place: Path) -> tuple[Path, Path]:
    """Two states of the raw data: the repository's, and one with another title of a report."""
    one, other = place / "one", place / "other"
    shutil.copytree(ROOT / "data" / "raw", one)
    shutil.copytree(one, other)
    described = min(other.glob("*/report.yml"))
    text = described.read_text(encoding="utf-8")
    marked = text.replace("  en: ", "  en: Revised - ", 1).replace('Revised - "', '"Revised - ', 1)
    if marked == text:
        raise click.ClickException(f"{described}: no English title to change")
    described.write_text(marked, encoding="utf-8")
    return one, other


def put(raw: Path, data: Path) -> None:
    """Make ``raw`` the raw data of the folder ``data``."""
    shutil.rmtree(data / "raw", ignore_errors=True)
    shutil.copytree(raw, data / "raw")


def look(curated: Path, before: str, known: set[str], tally: Tally) -> str:
    """Check the release after a kill; what it is called."""
    try:
        wrong = [found.text("en") for found in deviations(curated)]
        found = str(read_manifest(curated)["release"])
    except (HtxError, OSError) as failure:
        tally.broken.append(str(failure))
        return before
    if wrong or found not in known:
        tally.broken.append("; ".join(wrong) or f"unknown release {found}")
    elif found == before:
        tally.kept += 1
    else:
        tally.changed += 1
    return found


def killed_builds(place: Path, data: Path, raw: tuple[Path, Path], times: int, seed: int) -> Tally:
    """Kill ``times`` builds at random moments of the time that a whole one takes."""
    known, longest = set(), 0.0
    for state in (*raw, *raw):
        put(state, data)
        begun = time.perf_counter()
        if build(data).wait() != 0:
            raise click.ClickException("an unharmed build failed")
        longest = max(longest, time.perf_counter() - begun)
        release = str(read_manifest(data / "curated")["release"])
        if release not in known:
            shutil.copytree(data / "curated", place / f"release-{len(known)}")
        known.add(release)
    chance = random.Random(seed)  # noqa: S311 (moments, no secrets)
    tally, before = Tally(), release
    for number in range(times):
        put(raw[number % 2], data)
        process = build(data)
        try:
            process.wait(chance.uniform(0, longest))
            tally.through += 1
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        before = look(data / "curated", before, known, tally)
    put(raw[0], data)
    if build(data).wait() != 0:
        tally.broken.append("the build after the last kill failed")
    return tally


def _switch_for_ever(curated: Path, releases: tuple[Path, Path]) -> None:
    number = 0
    while True:
        number += 1
        with alone(curated) as fresh:
            shutil.copytree(releases[number % 2], fresh, dirs_exist_ok=True)
            switch(fresh, curated)


def killed_switches(place: Path, times: int, seed: int, curated: Path) -> Tally:
    """Kill ``times`` processes that do nothing but switch between two releases."""
    releases = (place / "release-0", place / "release-1")
    known = {str(read_manifest(release)["release"]) for release in releases}
    chance = random.Random(seed)  # noqa: S311
    tally = Tally()
    before = str(read_manifest(curated)["release"])
    for _ in range(times):
        process = multiprocessing.Process(target=_switch_for_ever, args=(curated, releases))
        process.start()
        time.sleep(chance.uniform(0, _LONGEST_SWITCHING))
        process.kill()
        process.join()
        before = look(curated, before, known, tally)
    return tally


def full_disks(place: Path, raw: tuple[Path, Path], release: Path) -> Tally | None:
    """Build on file systems of growing size; ``None`` where this process may not mount one."""
    tally = Tally()
    known = {str(read_manifest(place / f"release-{number}")["release"]) for number in (0, 1)}
    for size in range(2, 60):
        data = place / "small"
        data.mkdir(exist_ok=True)
        mounted = subprocess.run(  # noqa: S603
            ["mount", "-t", "tmpfs", "-o", f"size={size * _MEGABYTE // 4}", "none", str(data)],  # noqa: S607
            check=False,
            stderr=subprocess.DEVNULL,
        )
        if mounted.returncode != 0:
            return None
        try:
            try:
                shutil.copytree(raw[1], data / "raw")
                shutil.copytree(release, data / "curated")
            except (shutil.Error, OSError):
                continue
            before = str(read_manifest(data / "curated")["release"])
            code = build(data).wait()
            look(data / "curated", before, known, tally)
            tally.through += code == 0
            if code == 0:
                break
        finally:
            subprocess.run(["umount", str(data)], check=True)  # noqa: S603, S607
    return tally


def _read_for_ever(curated: Path, stop: Event, found: Path) -> None:
    seen: Counter[str] = Counter()

    def whole(release: Release) -> str:
        for name in release.names:
            release.table(name)
        return release.id

    while not stop.is_set():
        try:
            seen[reading(curated, whole)] += 1
        except Exception as failure:  # noqa: BLE001 (whatever a reader meets is told)
            seen[f"broken: {failure!r}"] += 1
        time.sleep(_BETWEEN_READS)
    found.write_text("\n".join(f"{count} {what}" for what, count in seen.items()))


@contextmanager
def reader(curated: Path, found: Path) -> Iterator[Callable[[], dict[str, int]]]:
    """A process that reads the whole release again and again; what it found, when it has ended."""
    stop = multiprocessing.Event()
    process = multiprocessing.Process(target=_read_for_ever, args=(curated, stop, found))
    process.start()
    try:
        yield lambda: {
            what: int(count)
            for count, _, what in (line.partition(" ") for line in found.read_text().splitlines())
        }
    finally:
        stop.set()
        process.join()


@click.command()
@click.option("--builds", default=100, help="How many whole builds are killed.")
@click.option("--switches", default=1000, help="How many switching processes are killed.")
@click.option("--seed", default=1, help="Where the random moments start.")
def main(builds: int, switches: int, seed: int) -> None:
    """Kill builds at random moments and look at what is left."""
    with tempfile.TemporaryDirectory(prefix="htx-kills-") as named:
        place = Path(named)
        data, raw = place / "data", states(place)
        curated = data / "curated"
        put(raw[0], data)
        if build(data).wait() != 0:
            raise click.ClickException("an unharmed build failed")
        with reader(curated, place / "builds.txt") as seen_by_builds:
            of_builds = killed_builds(place, data, raw, builds, seed)
        with reader(curated, place / "switches.txt") as seen_by_switches:
            of_switches = killed_switches(place, switches, seed, curated)
        of_disks = full_disks(place, raw, place / "release-0")
        reads = seen_by_builds(), seen_by_switches()
    _tell(of_builds, of_switches, of_disks, reads)


def _tell(
    builds: Tally, switches: Tally, disks: Tally | None, reads: tuple[dict[str, int], ...]
) -> None:
    click.echo(
        "| what was done | times | old release, whole | new release, whole | anything else |"
    )
    click.echo("|---|---:|---:|---:|---:|")
    rows = {
        f"build killed ({builds.through} had finished)": builds,
        "switching process killed": switches,
    }
    if disks is not None:
        rows["build on a disk that is too small (the last was large enough)"] = disks
    for what, tally in rows.items():
        click.echo(
            f"| {what} | {tally.total} | {tally.kept} | {tally.changed} | {len(tally.broken)} |"
        )
    broken = [problem for tally in rows.values() for problem in tally.broken]
    whole = 0
    for found in reads:
        whole += sum(count for what, count in found.items() if not what.startswith("broken"))
        broken += [f"{count} reads {what}" for what, count in found.items() if what[:6] == "broken"]
    click.echo(f"\n{whole} reads of the whole release meanwhile, each of one release")
    if disks is None:
        click.echo("the full disk was left out: this process may not mount a file system")
    for problem in broken:
        click.echo(f"BROKEN: {problem}")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
