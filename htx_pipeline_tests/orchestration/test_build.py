from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pyarrow.parquet
import pytest

from htx_pipeline import rules
from htx_pipeline.curation import CONTRACTS
from htx_pipeline.model import Severity
from htx_pipeline.release.gate.apart import GATEKEEPER
from htx_pipeline.release.manifest import read_manifest
from htx_pipeline.release.verify import deviations
from htx_pipeline_tests.orchestration.conftest import OWN_RAW
from htx_pipeline_tests.orchestration.runs import grave, rewrite, run

TABLES = {contract.name for contract in CONTRACTS}
REPORT = "raw/lai-chau-2021-report/figures.csv"
COLLECTED = ("reports", "named_entities", "legal_documents", "readings")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, object]]:
    """A data folder after a whole build, and what came of it; not to be changed."""
    data = tmp_path_factory.mktemp("built") / "data"
    shutil.copytree(OWN_RAW, data / "raw")
    with dg.DagsterInstance.ephemeral() as instance:
        result = run(data, instance=instance)
        yield data, (result, instance.get_run_by_id(result.run_id))


@pytest.fixture
def copy(built: tuple[Path, object], tmp_path: Path) -> Path:
    """The same, to be changed."""
    shutil.copytree(built[0], tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def result(built: tuple[Path, tuple[dg.ExecuteInProcessResult, object]]) -> object:
    return built[1][0]


def shown(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, dg.MetadataValue]:
    (event,) = [
        one.materialization
        for one in result.get_asset_materialization_events()
        if one.asset_key == dg.AssetKey(asset)
    ]
    return dict(event.metadata)


def test_everything_is_built_checked_and_released(
    built: tuple[Path, tuple[dg.ExecuteInProcessResult, dg.DagsterRun]],
) -> None:
    data, (result, dagster_run) = built
    checks = result.get_asset_check_evaluations()
    of_reports = 5 * 2
    assert len(checks) == len(TABLES) + 1 + len(rules.RULES) + 1 + of_reports + 2
    notices = {rule.name for rule in rules.RULES if rule.severity is Severity.NOTICE}
    failed = {check.check_name: check.severity for check in checks if not check.passed}
    assert failed.keys() <= notices | {"annual_reports_arrived"}
    assert set(failed.values()) == {dg.AssetCheckSeverity.WARN}
    assert {path.stem for path in (data / "curated").glob("*.parquet")} == TABLES
    assert deviations(data / "curated") == ()
    release = read_manifest(data / "curated")["release"]
    assert dagster_run.tags["htx/release"] == release
    assert len(dagster_run.tags["htx/raw"]) == 12


def test_the_release_tells_what_the_gate_found_of_each_table(
    result: dg.ExecuteInProcessResult, built: tuple[Path, object]
) -> None:
    metadata = shown(result, "release")
    about = {name: value.value for name, value in metadata.items() if name != "validation"}
    assert about["release"] == read_manifest(built[0] / "curated")["release"]
    assert about["expectations"] == about["expectations_met"] > len(TABLES)
    tables = {record.data["table"]: record.data for record in metadata["validation"].records}
    assert tables.keys() == TABLES
    assert all(one["met"] == one["expectations"] > 0 for one in tables.values())
    of_sectors = about["expectations"] - sum(int(one["expectations"]) for one in tables.values())
    assert about["sector_sums"] == f"{of_sectors} of {of_sectors} expectations met"


def test_a_table_tells_its_rows_its_preview_and_where_its_columns_come_from(
    result: dg.ExecuteInProcessResult, built: tuple[Path, object]
) -> None:
    metadata = shown(result, "groups")
    written = pyarrow.parquet.read_table(built[0] / "curated" / "groups.parquet")
    assert metadata["dagster/row_count"].value == written.num_rows
    first = metadata["preview"].records[0].data
    assert first["area_code"] == "VN-01"
    assert len(first) <= 10
    lineage = metadata["dagster/column_lineage"].column_lineage.deps_by_column
    (source,) = lineage["groups_count"]
    assert (source.asset_key.to_user_string(), source.column_name) == ("figures", "value")
    assert lineage["area_code"][0].column_name == "area_code"


def test_every_preview_can_be_shown(result: dg.ExecuteInProcessResult) -> None:
    for name in TABLES:
        metadata = shown(result, name)
        assert len(metadata["preview"].records) == min(10, metadata["dagster/row_count"].value)


def test_figures_are_counted_by_status(result: dg.ExecuteInProcessResult) -> None:
    counts = {name: value.value for name, value in shown(result, "figures").items()}
    by_status = [counts[f"figures {word} value"] for word in ("normal", "estimated", "forecast")]
    assert sum(by_status) == counts["dagster/row_count"] == 351
    assert min(by_status) > 0
    assert 0 < counts["figures in contradictions"] < 351


def test_a_release_that_the_gate_refuses_fails_with_a_table_of_what_it_found(copy: Path) -> None:
    path = copy / "curated" / "manifest.json"
    found = json.loads(path.read_bytes())
    found["tables"]["groups"]["rows"] += 1
    path.write_text(json.dumps(found), encoding="utf-8")
    before = (copy / "curated" / "groups.parquet").read_bytes()
    with pytest.raises(dg.Failure) as failure:
        run(copy, "release")
    assert "does not pass the gate" in str(failure.value.description)
    (record,) = failure.value.metadata["failures"].records
    assert record.data["table"] == "groups"
    assert "changelog" in str(record.data["found"])
    assert (copy / "curated" / "groups.parquet").read_bytes() == before


def test_an_open_contradiction_fails_the_checks_of_its_rules_and_no_others(data: Path) -> None:
    rewrite(data / REPORT, ",P1.I.2.3,138,HTX", ",P1.I.2.3,183,HTX")
    failed = grave(run(data, "check"))
    assert failed.keys() == {
        "active_and_stopped_sum_to_total",  # 157 ≠ 183 + 19
        "sectors_sum_to_total",  # active: 265, but the sectors are at least 306
        "adds_up_within",  # both of them within one report
    }
    status = failed["active_and_stopped_sum_to_total"]
    assert status.severity is dg.AssetCheckSeverity.ERROR
    assert status.metadata["fail"].value == 1
    assert "157" in str(status.description)
    assert "183" in str(status.description)
    assert "htx explain f" in str(status.description)
    suspected = [
        record.data
        for record in status.metadata["figures"].records
        if record.data["suspect"] and record.data["printed"] == "183"
    ]
    assert suspected
    assert all("138" in str(one["suspect"]) for one in suspected)
    assert not (data / "curated").exists()


def test_a_single_table_can_be_materialised_from_what_is_staged(copy: Path) -> None:
    (copy / "staging" / "groups.parquet").unlink()
    assert run(copy, assets=["groups"]).success
    assert (copy / "staging" / "groups.parquet").is_file()


def test_the_gate_gets_ready_at_the_beginning_of_a_run_that_will_need_it_and_of_no_other(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps_before = []
    get_ready = GATEKEEPER.get_ready

    def noticed() -> int:
        steps_before.append(sorted((copy / "staging").iterdir()))
        return get_ready()

    monkeypatch.setattr(GATEKEEPER, "get_ready", noticed)
    assert run(copy, assets=["groups"]).success
    assert not steps_before
    shutil.rmtree(copy / "staging")
    (copy / "staging").mkdir()
    assert run(copy).success
    assert steps_before == [[]]


def test_a_release_says_which_tables_are_missing_or_out_of_date(copy: Path) -> None:
    (copy / "staging" / "groups.parquet").unlink()
    with pytest.raises(dg.Failure) as failure:
        run(copy, "release")
    assert "not built, or built from other inputs: groups;" in str(failure.value.description)
    assert "Materialize all" in failure.value.metadata["what to do"].value


def test_raw_data_that_cannot_be_read_is_told_as_a_table_and_releases_nothing(data: Path) -> None:
    rewrite(data / REPORT, ",2.010,", ',"2,010",')
    (data / "raw" / "waivers.yml").write_text("- finding: nope\n", encoding="utf-8")
    with pytest.raises(dg.Failure) as failure:
        run(data)
    problems = failure.value.metadata["problems"].records
    assert "problems in data/raw; nothing was changed" in str(failure.value.description)
    assert {"ambiguous-numeral", "wrong-value"} == {record.data["code"] for record in problems}
    assert all(str(record.data["vi"]).startswith("cần ") for record in problems)
    assert not (data / "curated").exists()
    assert not (data / "staging").exists()


def test_a_stale_waiver_fails_a_check_of_its_own(data: Path) -> None:
    rewrite(
        data / "raw" / "waivers.yml",
        "rule: sectors_sum_to_total",
        "rule: flows_give_change",
    )
    failed = grave(run(data, "check"))
    assert failed.keys() == {"waivers_match", "sectors_sum_to_total", "adds_up_within"}
    assert "(flows_give_change) is stale" in str(failed["waivers_match"].description)


def test_tables_of_an_earlier_reading_are_not_released_with_later_figures(copy: Path) -> None:
    rewrite(copy / REPORT, ",P1.I.2.3,138,HTX", ",P1.I.2.3,137,HTX")
    run(copy, assets=["report_readings", *COLLECTED, "rules", "findings", "figures"])
    before = (copy / "curated" / "figures.parquet").read_bytes()
    with pytest.raises(dg.Failure, match=r"groups \(figures\)"):
        run(copy, "release")
    assert (copy / "curated" / "figures.parquet").read_bytes() == before


def test_what_a_change_does_not_touch_need_not_be_built_again(copy: Path) -> None:
    """A waiver's reason is in the table of findings alone: the rest is released as it is staged."""
    rewrite(copy / "raw" / "waivers.yml", "ends in three zeros", "ends with three zeros")
    with pytest.raises(dg.Failure, match=r"findings \(raw/waivers.yml\)"):
        run(copy, "release")
    run(copy, assets=["rules", "findings"])
    with pytest.raises(dg.Failure, match=r"figures \(findings\)"):
        run(copy, "release")
    run(copy, assets=["figures"])
    assert run(copy, "release").success
    assert deviations(copy / "curated") == ()
