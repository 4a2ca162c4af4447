"""A Spark cluster of one master and two workers, and a Spark Connect server, on 127.0.0.1."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from htx_pipeline_tests.deployment.servers import free_ports, listens, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from htx_pipeline_tests.deployment.servers import Server

_MASTER = "org.apache.spark.deploy.master.Master"
_WORKER = "org.apache.spark.deploy.worker.Worker"
_CONNECT = "org.apache.spark.sql.connect.service.SparkConnectServer"
HOST = "127.0.0.1"


def missing() -> str:
    """What there has to be for a cluster and is not; empty if all is there."""
    if importlib.util.find_spec("pyspark") is None:
        return "PySpark (pip install htx_pipeline[spark])"
    return "" if shutil.which("java") else "Java (openjdk-17-jre-headless)"


@contextlib.contextmanager
def standalone(folder: Path) -> Iterator[str]:
    """The address of a master with two workers of one core each."""
    with contextlib.ExitStack() as stack:
        master = stack.enter_context(
            _daemon(folder, "master", _MASTER, "--host", HOST, "--port", "0", "--webui-port", "0")
        )
        master.wait(lambda: _listening(master) is not None)
        url = f"spark://{HOST}:{_listening(master)}"
        for number in range(2):
            work = ("--work-dir", str(folder / f"work-{number}"), "--webui-port", "0")
            size = ("--cores", "1", "--memory", "1g", "--host", HOST)
            stack.enter_context(_daemon(folder, f"worker-{number}", _WORKER, *size, *work, url))
        master.wait(lambda: master.log.read_text(errors="replace").count("Registering worker") == 2)
        yield url


@contextlib.contextmanager
def connect(folder: Path) -> Iterator[str]:
    """The address of a Spark Connect server that works by itself, on one core."""
    (port,) = free_ports(1)
    settings = {
        "spark.connect.grpc.binding.address": HOST,
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.host": HOST,
        "spark.driver.bindAddress": HOST,
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
    }
    told = [part for one in settings.items() for part in ("--conf", "=".join(one))]
    submit = ("org.apache.spark.deploy.SparkSubmit", "--master", "local[1]", "--class", _CONNECT)
    with _daemon(folder, "connect", *submit, *told, "spark-internal", memory="1g") as server:
        server.wait(lambda: listens(port))
        yield f"sc://{HOST}:{port}"


def _daemon(
    folder: Path, name: str, *arguments: str, memory: str = "256m"
) -> contextlib.AbstractContextManager[Server]:
    found = importlib.util.find_spec("pyspark")
    assert found is not None
    assert found.origin is not None
    home = Path(found.origin).parent
    kept = ("PATH", "JAVA_HOME", "HOME", "LANG", "LC_ALL", "TMPDIR")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    env |= {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": HOST, "PYSPARK_PYTHON": sys.executable}
    env |= {"SPARK_DAEMON_MEMORY": memory, "SPARK_LOCAL_DIRS": str(folder / "local")}
    command = [str(home / "bin" / "spark-class"), *arguments]
    return running(command, env=env, cwd=folder, log=folder / f"{name}.log")


def _listening(master: Server) -> str | None:
    told = master.log.read_text(errors="replace")
    found = re.search(r"Starting Spark master at spark://127\.0\.0\.1:(\d+)", told)
    return found[1] if found else None
