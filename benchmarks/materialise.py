"""How long Dagster takes to materialise everything, beside as many assets that do nothing.

In one process and on an instance in memory, after a first run that imports what is imported when it
is used: the job ``build`` on the five reports, once with no release before it and once with the
release that it gives already in place; and a job of empty assets, once with as many assets and once
with as many assets, steps, checks and partitions. The jobs take turns, and what is told is the
median of the ratios within a round. ``--cold`` measures whole processes instead, from the start of
the interpreter to its end, which is what people wait for: ``htx build`` beside processes that
import Dagster and materialise the empty assets.
"""  # noqa: INP001 (a script, not a package)

import logging
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import click
import dagster as dg

ROOT = Path(__file__).parents[1]
_LOGGERS = {"quiet": dg.LoggerDefinition(lambda _: logging.Logger("quiet"))}  # noqa: LOG001
_QUIET = {"loggers": {"quiet": {}}}
_ASSETS = 20
_REPORTS = sorted(path.name for path in (ROOT / "data" / "raw").iterdir() if path.is_dir())
FLOOR, LIKE, FRESH, AGAIN = (
    "empty assets",
    "empty assets, with steps, checks and partitions",
    "five reports, no release before",
    "five reports, already released",
)
RATIOS = ((FRESH, FLOOR), (FRESH, LIKE), (AGAIN, FLOOR), (AGAIN, LIKE))


def empty(count: int) -> dg.JobDefinition:
    """A job of ``count`` assets in a row that do nothing."""

    def asset(number: int) -> dg.AssetsDefinition:
        @dg.asset(name=f"empty_{number}", deps=[f"empty_{number - 1}"] if number else [])
        def nothing() -> None:
            pass

        return nothing

    return _job(dg.Definitions(assets=[asset(number) for number in range(count)]))


def like(ours: dg.Definitions) -> dg.JobDefinition:
    """A job with the assets, steps and checks of ours, which do nothing."""
    made = [
        one
        for one in ours.resolve_asset_graph().assets_defs
        if one.is_executable and one.is_materializable and one.keys
    ]
    keys = {key for one in made for key in one.keys}
    return _job(dg.Definitions(assets=[_hollow(one, keys) for one in made]))


def _hollow(definition: dg.AssetsDefinition, made: set[dg.AssetKey]) -> dg.AssetsDefinition:
    def key_of(key: dg.AssetKey) -> dg.AssetKey:
        return key.with_prefix("hollow")

    specs = [
        dg.AssetSpec(
            key_of(spec.key),
            deps=[key_of(one.asset_key) for one in spec.deps if one.asset_key in made],
        )
        for spec in definition.specs
    ]
    checks = [
        dg.AssetCheckSpec(one.name, asset=key_of(one.asset_key)) for one in definition.check_specs
    ]
    partitioned = definition.partitions_def is not None

    @dg.multi_asset(name=definition.node_def.name, specs=specs, check_specs=checks)
    def nothing() -> Iterator[object]:
        for spec in specs:
            yield dg.MaterializeResult(asset_key=spec.key)
            if partitioned:
                for report in _REPORTS:
                    yield dg.AssetMaterialization(spec.key, partition=report)
                    for check in checks:
                        yield dg.AssetCheckEvaluation(
                            asset_key=spec.key,
                            check_name=check.name,
                            passed=True,
                            metadata={},
                            partition=report,
                        )
        for check in checks:
            yield dg.AssetCheckResult(asset_key=check.asset_key, check_name=check.name, passed=True)

    return nothing


def _job(definitions: dg.Definitions) -> dg.JobDefinition:
    job = dg.define_asset_job("all", selection=dg.AssetSelection.all())
    return dg.Definitions(
        assets=definitions.assets, jobs=[job], loggers=_LOGGERS, executor=dg.in_process_executor
    ).resolve_job_def("all")


def ours(data: Path) -> tuple[dg.Definitions, dg.JobDefinition]:
    """The code location on the data folder ``data``, and its job ``build``."""
    from htx_pipeline.definitions import definitions  # noqa: PLC0415 (cold runs count it)
    from htx_pipeline.orchestration.resources import Data, resources  # noqa: PLC0415

    found = dg.Definitions(
        assets=definitions.assets,
        asset_checks=definitions.asset_checks,
        jobs=definitions.jobs,
        resources=resources(Data(root=str(data))),
        loggers=_LOGGERS,
        executor=dg.in_process_executor,
    )
    return found, found.resolve_job_def("build")


def run(job: dg.JobDefinition, reports: Sequence[str] = ()) -> float:
    """Materialise everything once, and how many seconds that took."""
    begun = time.perf_counter()
    with dg.DagsterInstance.ephemeral() as instance:
        tags = {}
        if reports:
            from htx_pipeline.orchestration.sources import all_of  # noqa: PLC0415 (cold runs)

            instance.add_dynamic_partitions("report", reports)
            tags = all_of(reports)
        job.execute_in_process(instance=instance, run_config=_QUIET, tags=tags)
    return time.perf_counter() - begun


@contextmanager
def _raw() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "data" / "raw", Path(folder) / "raw")
        yield Path(folder)


def warm(count: int) -> dict[str, list[float]]:
    """Seconds of each job in each of ``count`` rounds, after one run of each."""
    with _raw() as first, _raw() as second:
        location, fresh = ours(first)
        _, again = ours(second)
        if len(fresh.asset_layer.executable_asset_keys) != _ASSETS:
            raise click.ClickException(f"the job build has not {_ASSETS} assets any more")

        def nothing_released() -> float:
            shutil.rmtree(first / "curated", ignore_errors=True)
            shutil.rmtree(first / "staging", ignore_errors=True)
            return run(fresh, _REPORTS)

        floor, hollow = empty(_ASSETS), like(location)
        jobs: Mapping[str, Callable[[], float]] = {
            FLOOR: lambda: run(floor),
            LIKE: lambda: run(hollow),
            FRESH: nothing_released,
            AGAIN: lambda: run(again, _REPORTS),
        }
        for job in jobs.values():
            job()
        return _rounds(jobs, count)


def cold(count: int) -> dict[str, list[float]]:
    """Seconds of whole processes that materialise once, in each of ``count`` rounds."""

    def took(*command: str | Path) -> float:
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 (those below)
        return time.perf_counter() - begun

    def fresh() -> float:
        with _raw() as data:
            return took(Path(sys.executable).with_name("htx"), "build", "--data", data)

    def hollow(what: str) -> Callable[[], float]:
        return lambda: took(sys.executable, __file__, "--once", what)

    return _rounds({FLOOR: hollow(FLOOR), LIKE: hollow(LIKE), FRESH: fresh}, count)


def once(what: str) -> None:
    """Materialise empty assets once."""
    if what == FLOOR:
        run(empty(_ASSETS))
    else:
        with _raw() as data:
            run(like(ours(data)[0]))


def _rounds(jobs: Mapping[str, Callable[[], float]], count: int) -> dict[str, list[float]]:
    names = list(jobs)
    found: dict[str, list[float]] = {name: [] for name in names}
    for number in range(count):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            found[name].append(jobs[name]())
    return found


def told(measured: Mapping[str, list[float]]) -> Iterator[str]:
    """Two Markdown tables: the medians, and the ratios."""
    yield "| materialised | median | fastest | slowest |"
    yield "|---|---:|---:|---:|"
    for name, times in measured.items():
        shown = (median(times), min(times), max(times))
        yield f"| {name} | {' | '.join(f'{1000 * one:.0f} ms' for one in shown)} |"
    yield ""
    yield "| ratio | median of the rounds |"
    yield "|---|---:|"
    for one, other in RATIOS:
        if one in measured:
            pairs = zip(measured[one], measured[other], strict=True)
            yield f"| {one} / {other} | {median(a / b for a, b in pairs):.2f} |"


@click.command()
@click.option("--rounds", "count", default=9, show_default=True, help="How often each is run.")
@click.option("--cold", "is_cold", is_flag=True, help="Measure first runs, a process each.")
@click.option("--once", "what", hidden=True)
def main(count: int, is_cold: bool, what: str | None) -> None:
    """Time a whole materialisation beside as many empty assets."""
    warnings.simplefilter("ignore")
    if what is not None:
        once(what)
        return
    for line in told(cold(count) if is_cold else warm(count)):
        click.echo(line)


if __name__ == "__main__":
    main()
