"""What the UI marks as out of date, asked of Dagster in the way in which the UI asks."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from htx_pipeline.orchestration.register import register
from htx_pipeline.release import Inputs
from htx_pipeline_tests.orchestration.runs import on, rewrite, run

ONE, OTHER = "lai-chau-2021-report", "lai-chau-2023-news"
COLLECTED = ["readings", "reports", "named_entities", "legal_documents"]


def stale(data: Path, instance: dg.DagsterInstance) -> set[str]:
    """What is marked; a report as ``report_readings/<report_id>``."""
    graph = on(data).resolve_asset_graph()
    resolver = CachingStaleStatusResolver(instance, graph, LoadingContextForTest(instance))
    found = set()
    for key in graph.materializable_asset_keys:
        name = key.to_user_string()
        partitioned = graph.get(key).is_partitioned
        partitions = instance.get_dynamic_partitions("report") if partitioned else [None]
        for partition in partitions:
            if resolver.get_status(key, partition) is StaleStatus.STALE:
                found.add(name if partition is None else f"{name}/{partition}")
    return found


@pytest.fixture
def fresh(data: Path, instance: dg.DagsterInstance) -> dg.DagsterInstance:
    """An instance in which everything is up to date."""
    register(instance, Inputs.under(data / "raw"))
    run(data, instance=instance)
    return instance


def see(data: Path, instance: dg.DagsterInstance) -> None:
    register(instance, Inputs.under(data / "raw"))


def test_only_what_a_change_reaches_is_marked_and_step_by_step(
    data: Path, fresh: dg.DagsterInstance
) -> None:
    assert stale(data, fresh) == set()
    run(data, instance=fresh)
    assert stale(data, fresh) == set()

    rewrite(data / "raw" / ONE / "figures.csv", ",P1.I.2.3,138,HTX", ",P1.I.2.3,183,HTX")
    see(data, fresh)
    assert stale(data, fresh) == {f"report_readings/{ONE}"}

    run(data, instance=fresh, assets=["report_readings"], partition=ONE)
    assert stale(data, fresh) == set(COLLECTED)
    run(data, instance=fresh, assets=COLLECTED)
    assert stale(data, fresh) == {"rules", "findings", "figures"}


def test_what_changes_nothing_that_is_read_marks_nothing_further(
    data: Path, fresh: dg.DagsterInstance
) -> None:
    path = data / "raw" / OTHER / "report.yml"
    path.write_text("# a remark\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    see(data, fresh)
    assert stale(data, fresh) == {f"report_readings/{OTHER}"}
    run(data, instance=fresh, assets=["report_readings"], partition=OTHER)
    assert stale(data, fresh) == set()


def test_a_shared_file_marks_what_reads_it(data: Path, fresh: dg.DagsterInstance) -> None:
    (data / "raw" / "changelog.yml").write_text("[]\n", encoding="utf-8")
    rewrite(data / "raw" / "waivers.yml", "ends in three zeros", "ends with three zeros")
    see(data, fresh)
    assert stale(data, fresh) == {"rules", "findings", "release"}


def test_a_new_logic_marks_its_table_alone(
    data: Path, fresh: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = on(data).resolve_asset_graph()
    groups = graph.get(dg.AssetKey("groups"))
    changed = dg.AssetKey("groups")
    monkeypatch.setattr(
        type(groups),
        "code_version",
        property(lambda node: "another" if node.key == changed else _own(node)),
    )
    assert stale(data, fresh) == {"groups"}


def _own(node: object) -> str | None:
    spec = node.assets_def.get_asset_spec(node.key)  # type: ignore[attr-defined]
    return spec.code_version
