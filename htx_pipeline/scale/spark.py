"""Tables of figures on a Spark cluster.

The screening runs there as it is. What is open is brought together by area, and the executors look
at it closely. Counts, places and findings reach the driver; figures do not.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

import narwhals as nw
import pyarrow
import pyarrow.compute

from htx_pipeline.__about__ import __version__
from htx_pipeline.errors import UsageError
from htx_pipeline.figures.operands import COLUMNS
from htx_pipeline.model import Label, Outcome
from htx_pipeline.rules.screening.columns import one_of
from htx_pipeline.scale.check import FIGURES, examined
from htx_pipeline.scale.engines import not_installed, unreadable

if TYPE_CHECKING:
    from htx_pipeline.rules.model import Rule
    from htx_pipeline.rules.screening import Region, Screened
    from htx_pipeline.scale.check import Counts, Progress

LOCAL = "local[*]"
_CONNECT = "sc"
_PORTS = {"spark": 7077, _CONNECT: 15002}
_PATIENCE = 10.0
"""Seconds in which a cluster has to answer at all; Spark itself would ask for minutes."""
_AREAS = 100
"""So many areas are a task, unless more tasks run at the same time."""
_SENT = pyarrow.schema([("counts", pyarrow.string()), ("findings", pyarrow.binary())])
_SENT_AS = "counts string, findings binary"
_NO_TABLE = ("PATH_NOT_FOUND", "UNABLE_TO_INFER_SCHEMA", "FAILED_READ_FILE", "CANNOT_READ")
_OTHER_VERSION = "the worker has htx_pipeline "
_SETTINGS = {
    # folders such as period=2021-12-31 hold codes, which are text
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # Java interprets methods that are longer; Spark would make some for passes of many sums
    "spark.sql.codegen.hugeMethodLimit": "8000",
}
_CONTEXT = {
    **_SETTINGS,
    "spark.app.name": "htx check",
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",  # it would listen on all addresses, for nobody
    "spark.ui.showConsoleProgress": "false",
}
_ON_THIS_MACHINE = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}


@contextmanager
def opened(location: str, url: str = LOCAL) -> Iterator[Any]:
    """The figures at ``location`` as a frame of Spark, of a session that ends with the block.

    ``url`` is a master (``spark://…``, ``yarn``, ``local[2]``) or Spark Connect (``sc://…``). Where
    ``location`` has no scheme it is a path that each executor can read. Raises ``UsageError`` if
    there is no such table or cluster, or something is not installed.
    """
    try:
        import pyspark  # noqa: F401, PLC0415 (start-up counts)
    except ImportError as failure:
        raise not_installed("spark", "pyspark", "htx_pipeline[spark]") from failure
    with warnings.catch_warnings():
        # all data goes through Arrow, so pandas 3 is nothing to warn of
        warnings.filterwarnings("ignore", "PySpark does not yet fully support", FutureWarning)
        warnings.filterwarnings("ignore", "Unable to cleanly shutdown Spark", RuntimeWarning)
        with _stoppable() as sessions, _session(url) as session, _told(location, url):
            sessions.append(session)
            reader = session.read
            if Path(location).is_dir():
                reader = reader.option("pathGlobFilter", "*.parquet")
            yield reader.parquet(_address(location))


def _address(location: str) -> str:
    return location if "://" in location else f"file:{Path(location).absolute()}"


@contextmanager
def _session(url: str) -> Iterator[Any]:
    _expect(url)
    session = _connected(url) if urlsplit(url).scheme == _CONNECT else _classic(url)
    try:
        yield session
    finally:
        session.stop()


@contextmanager
def _stoppable() -> Iterator[list[Any]]:
    """Stop all jobs of the sessions where the user stops this process, which is no failure."""
    sessions: list[Any] = []
    stopped, logged = threading.Event(), logging.root.manager.disable

    def stop(_number: int, _frame: Any) -> None:
        stopped.set()
        logging.disable()  # of what breaks off now there is nothing to say
        for session in sessions:
            # from a thread: this one may be in the middle of a call of Spark
            threading.Thread(target=session.interruptAll, daemon=True).start()
        raise KeyboardInterrupt

    with _on_interrupt(stop):
        try:
            yield sessions
        except Exception as failure:
            if stopped.is_set():
                raise KeyboardInterrupt from failure
            raise
        finally:
            logging.disable(logged)


@contextmanager
def _on_interrupt(handler: Any) -> Iterator[None]:
    """Have something done when the user stops this process, or what was done, afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, handler or before)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _connected(url: str) -> Any:
    try:
        from pyspark.sql.connect.session import SparkSession  # noqa: PLC0415
    except ImportError as failure:  # PySpark without grpcio
        raise not_installed("spark", "pyspark[connect]", "htx_pipeline[spark]") from failure
    from pyspark.errors import PySparkException  # noqa: PLC0415

    _expect_grpc(url)
    try:
        session = SparkSession.builder.remote(url).create()
        for name, value in _SETTINGS.items():
            session.conf.set(name, value)
    except PySparkException as failure:
        raise _unreachable(url, str(failure)) from failure
    return session


def _expect_grpc(url: str) -> None:
    import grpc  # noqa: PLC0415
    from pyspark.errors import PySparkException  # noqa: PLC0415
    from pyspark.sql.connect.client import DefaultChannelBuilder  # noqa: PLC0415

    try:
        channel = DefaultChannelBuilder(url).toChannel()
        grpc.channel_ready_future(channel).result(timeout=_PATIENCE)
        channel.close()
    except (grpc.FutureTimeoutError, PySparkException) as failure:
        raise _unreachable(url, str(failure)) from failure


def _classic(url: str) -> Any:
    from py4j.protocol import Py4JError  # noqa: PLC0415
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415
    from pyspark.errors import PySparkException  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        raise _no_java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # the one that has htx_pipeline
    settings = {"spark.master": url, **_CONTEXT}
    if url.startswith("local"):
        settings |= _ON_THIS_MACHINE
    configuration = SparkConf(loadDefaults=False).setAll(list(settings.items()))
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        try:
            # one Java process for all sessions of this one; what it logs is not for the terminal
            gateway = SparkContext._gateway or _java(configuration, log)  # noqa: SLF001
            with _on_interrupt(None):  # Spark leaves a handler of its own
                context = SparkContext(conf=configuration, gateway=gateway)
            return SparkSession(context)
        except (PySparkException, Py4JError) as failure:
            raise _unreachable(url, _reason(failure) or _last_line(log)) from failure


def _java(configuration: Any, log: IO[str]) -> Any:
    """A Java process, which reads names of files in the encoding of its locale.

    Who stops this process meanwhile waits for it: half started, it would stay behind.
    """
    from pyspark.java_gateway import launch_gateway  # noqa: PLC0415

    launch: Any = launch_gateway
    before, stops = os.environ.get("LC_ALL"), list[int]()
    os.environ["LC_ALL"] = "C.UTF-8"
    try:
        with _on_interrupt(lambda number, _frame: stops.append(number)):
            gateway = launch(configuration, {"stdout": log, "stderr": log})
        if stops:
            raise KeyboardInterrupt
        return gateway
    finally:
        if before is None:
            del os.environ["LC_ALL"]
        else:
            os.environ["LC_ALL"] = before


def _reason(failure: Exception) -> str:
    thrown = getattr(failure, "java_exception", None)
    if thrown is not None:
        return str(thrown.getMessage()).strip()
    is_exit = "JAVA_GATEWAY_EXITED" in str(failure)
    return "" if is_exit else str(failure)


def _last_line(log: IO[str]) -> str:
    log.seek(0)
    return (log.read().strip().splitlines() or ["Java"])[-1]


def _expect(url: str) -> None:
    """Ask whether anyone is there, as far as the address says where."""
    scheme, _, rest = url.partition("://")
    if scheme not in _PORTS:
        return
    failure: Exception | None = None
    for address in rest.partition("/")[0].split(","):
        try:
            parsed = urlsplit(f"//{address}")
            where = parsed.hostname or "", parsed.port or _PORTS[scheme]
            socket.create_connection(where, timeout=_PATIENCE).close()
        except (OSError, ValueError) as one:
            failure = one
        else:
            return
    raise _unreachable(url, str(failure)) from failure


@contextmanager
def _told(location: str, url: str) -> Iterator[None]:
    """What Spark has to say, as far as the caller can do something about it."""
    from py4j.protocol import Py4JError  # noqa: PLC0415
    from pyspark.errors import AnalysisException, PySparkException  # noqa: PLC0415

    try:
        yield
    except (PySparkException, Py4JError) as failure:
        said = str(failure)
        if any(one in said for one in _NO_TABLE):
            raise unreadable(location, failure) from failure
        if "No module named" in said or _OTHER_VERSION in said:
            raise _not_on_workers(said) from failure
        if isinstance(failure, AnalysisException) or "Traceback" in said:
            raise  # our own fault
        raise _unreachable(url, _reason(failure)) from failure


def examined_there(
    figures: Any, screened: Screened, rules: Sequence[Rule], progress: Progress | None = None
) -> Iterator[tuple[Counts, pyarrow.Table]]:
    """What ``check.examined`` says of all regions, asked where the figures are."""
    areas = sorted({region.area_code for region in screened.regions})
    if not areas:
        return
    if progress is not None:
        progress(0, len(areas))
    tasks = max(_at_once(figures.sparkSession), len(areas) // _AREAS)
    rows = nw.from_native(figures).filter(one_of(nw.col("area_code"), areas)).select(*COLUMNS)
    brought = rows.to_native().repartition(min(tasks, len(areas)), "area_code")
    look = partial(_look, task=_Task(screened, tuple(rules), __version__))
    # in their order areas are whole one after the other, however many there are
    sent = brought.sortWithinPartitions("area_code").mapInArrow(look, _SENT_AS)
    yield from _received(sent.toArrow())


def _received(sent: pyarrow.Table) -> Iterator[tuple[Counts, pyarrow.Table]]:
    """What executors sent, as they had it."""
    for row in sent.to_pylist():
        counts = {
            rule: {Outcome(one): count for one, count in of.items()}
            for rule, of in json.loads(row["counts"]).items()
        }
        yield counts, pyarrow.ipc.open_stream(row["findings"]).read_all()


def _at_once(session: Any) -> int:
    """How many tasks run at the same time."""
    try:
        return int(session.sparkContext.defaultParallelism)
    except Exception:  # noqa: BLE001 (Spark Connect has no context, and says so in several ways)
        from pyspark.sql.connect.functions import spark_partition_id  # noqa: PLC0415

        spread = session.range(1 << 16).select(spark_partition_id()).distinct()
        return int(spread.count())


@dataclass(frozen=True, slots=True)
class _Task:
    """What executors have to know."""

    screened: Screened
    rules: tuple[Rule, ...]
    version: str


def _look(batches: Iterable[pyarrow.RecordBatch], *, task: _Task) -> Iterator[pyarrow.RecordBatch]:
    """On an executor: what exact arithmetic says of areas, as the driver reads it."""
    if task.version != __version__:
        raise RuntimeError(f"{_OTHER_VERSION}{__version__}, not {task.version}")
    regions: dict[str, list[Region]] = defaultdict(list)
    for region in task.screened.regions:
        regions[region.area_code].append(region)
    for areas, figures in _whole_areas(batches):
        those = tuple(region for area in areas for region in regions[area])
        counts, found = examined(figures, replace(task.screened, regions=those), task.rules)
        stream = pyarrow.BufferOutputStream()
        with pyarrow.ipc.new_stream(stream, found.schema) as writer:
            writer.write_table(found)
        sent = {
            "counts": json.dumps({rule: dict(of) for rule, of in counts.items()}),
            "findings": stream.getvalue().to_pybytes(),
        }
        yield pyarrow.RecordBatch.from_pylist([sent], _SENT)


def _whole_areas(
    batches: Iterable[pyarrow.RecordBatch],
) -> Iterator[tuple[list[str], pyarrow.Table]]:
    """Figures that come in the order of their areas, as tables of some areas each."""
    areas: list[str] = []
    held: list[pyarrow.RecordBatch] = []
    for batch in batches:
        runs = pyarrow.compute.run_end_encode(batch["area_code"])
        start = 0
        for area, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
            if area not in areas[-1:]:
                if areas and sum(map(len, held)) >= FIGURES:
                    yield areas, pyarrow.Table.from_batches(held)
                    areas, held = [], []
                areas.append(area)
            held.append(batch.slice(start, end - start))
            start = end
    if held:
        yield areas, pyarrow.Table.from_batches(held)


def _no_java() -> UsageError:
    return UsageError(
        Label(
            vi="--engine spark cần Java 17 trở lên, không tìm thấy; hãy cài (Debian: "
            "apt-get install openjdk-17-jre-headless) hoặc đặt JAVA_HOME",
            en="--engine spark needs Java 17 or newer, and there is none; install it (Debian: "
            "apt-get install openjdk-17-jre-headless) or set JAVA_HOME",
        )
    )


def _unreachable(url: str, reason: str) -> UsageError:
    told = reason.strip().partition("\n")[0] or "…"
    return UsageError(
        Label(
            vi=f"--spark-url {url}: không làm việc được với cụm Spark này: {told}",
            en=f"--spark-url {url}: cannot work with this Spark cluster: {told}",
        )
    )


def _not_on_workers(said: str) -> UsageError:
    told = next(
        (line.strip() for line in reversed(said.splitlines()) if "Error" in line), said.strip()
    )
    return UsageError(
        Label(
            vi=f"các máy thực thi (executor) cần htx_pipeline {__version__}: {told}; hãy chạy "
            f"'pip install htx_pipeline[spark]=={__version__}' trên từng máy",
            en=f"the executors need htx_pipeline {__version__}: {told}; run "
            f"'pip install htx_pipeline[spark]=={__version__}' on each machine",
        )
    )
