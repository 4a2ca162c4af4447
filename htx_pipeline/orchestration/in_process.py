"""How the command line runs the job: in its own process, without an instance that outlives it."""

from __future__ import annotations

import contextlib
import logging
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

import dagster as dg
from filelock import FileLock, Timeout

from htx_pipeline.errors import HtxError
from htx_pipeline.orchestration.assets import ASSETS
from htx_pipeline.orchestration.automation import build
from htx_pipeline.orchestration.resources import Data, resources
from htx_pipeline.orchestration.sources import REPORT, SOURCES, all_of
from htx_pipeline.release import Inputs

_PREFIX = "build-"


def build_in_process(
    data: Path, *, on_step: Callable[[str], None], log: logging.Handler | None = None
) -> None:
    """Materialise every asset in this process, without an instance that outlives it.

    ``on_step`` is called with the name of each step that has finished. ``log`` receives Dagster's
    own log; without it the log goes nowhere. Raises the ``HtxError`` that ended the build, if one
    did; ``data/curated`` is then as it was.
    """
    staging, lock = _own_staging(data / "staging")
    try:
        job = dg.Definitions(
            assets=[*SOURCES, *ASSETS],
            jobs=[build],
            resources=resources(Data(root=str(data), staging=f"staging/{staging.name}")),
            loggers={"progress": _reporter(on_step, log)},
            executor=dg.in_process_executor,
        ).resolve_job_def("build")
        with dg.DagsterInstance.ephemeral() as instance:
            reports = Inputs.under(data / "raw").report_ids
            instance.add_dynamic_partitions(str(REPORT.name), reports)
            job.execute_in_process(
                instance=instance,
                run_config={"loggers": {"progress": {}}},
                tags=all_of(reports),
            )
    except dg.Failure as failure:
        if isinstance(failure.__cause__, HtxError):
            raise failure.__cause__ from None
        raise
    except dg.DagsterExecutionInterruptedError:
        raise KeyboardInterrupt from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def steps() -> int:
    """How many steps a build has."""
    return len(ASSETS)


def _own_staging(folder: Path) -> tuple[Path, FileLock]:
    """A folder for this build alone; those of builds that were killed are removed.

    The system frees the lock beside a folder when the process that holds it dies.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{_PREFIX}*.lock"):
        with contextlib.suppress(Timeout), FileLock(left).acquire(timeout=0):
            shutil.rmtree(left.with_suffix(""), ignore_errors=True)
            left.unlink(missing_ok=True)
    staging = folder / f"{_PREFIX}{uuid.uuid4().hex}"
    lock = FileLock(staging.with_suffix(".lock"))
    lock.acquire()
    staging.mkdir()
    return staging, lock


class _Reporter(logging.Handler):
    """Turns the events of a run into calls, and hands everything on to ``log``."""

    def __init__(self, on_step: Callable[[str], None], log: logging.Handler | None) -> None:
        super().__init__()
        self.on_step = on_step
        self.log = log

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "dagster_meta", {}).get("dagster_event")
        if event is not None and event.event_type is dg.DagsterEventType.STEP_SUCCESS:
            self.on_step(event.step_key)
        if self.log is not None:
            self.log.handle(record)


def _reporter(on_step: Callable[[str], None], log: logging.Handler | None) -> dg.LoggerDefinition:
    def reporter(_context: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("htx_pipeline.build", level=logging.DEBUG)  # noqa: LOG001 (not global)
        logger.addHandler(_Reporter(on_step, log))
        return logger

    return dg.LoggerDefinition(reporter, description="Reports finished steps to the command line.")
