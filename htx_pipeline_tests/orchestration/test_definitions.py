from __future__ import annotations

import json
import shutil
from pathlib import Path

import dagster as dg
import pyarrow.parquet
import pytest
import yaml

from htx_pipeline import rules
from htx_pipeline.curation import CONTRACTS
from htx_pipeline.definitions import definitions
from htx_pipeline.errors import UsageError
from htx_pipeline.model import Severity
from htx_pipeline.orchestration.assets import Data
from htx_pipeline.release.manifest import read_manifest
from htx_pipeline.release.verify import deviations

REPOSITORY = Path(__file__).parents[2]
TABLES = {contract.name for contract in CONTRACTS}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree(REPOSITORY / "data" / "raw", tmp_path / "data" / "raw")
    return tmp_path / "data"


def materialise(data: Path, **arguments: object) -> dg.ExecuteInProcessResult:
    job = dg.Definitions(
        assets=definitions.assets,
        jobs=definitions.jobs,
        resources={"data": Data(root=str(data))},
        loggers={"quiet": dg.LoggerDefinition(lambda _: __import__("logging").Logger("quiet"))},
    ).resolve_job_def("build")
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(
            instance=instance, run_config={"loggers": {"quiet": {}}}, **arguments
        )


def grave(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    """The checks that failed and are more than a notice."""
    return {
        check.check_name: check
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR
    }


def test_there_is_an_asset_for_each_table_and_one_for_the_release() -> None:
    keys = {key.to_user_string() for key in definitions.resolve_asset_graph().get_all_asset_keys()}
    assert keys == TABLES | {"readings", "release"}


def test_there_is_a_check_for_each_rule_and_each_contract() -> None:
    checks = {
        (key.asset_key.to_user_string(), key.name)
        for key in definitions.resolve_asset_graph().asset_check_keys
    }
    contracts = {(name, "contract") for name in TABLES | {"readings"}}
    assert checks == contracts | {("findings", rule.name) for rule in rules.RULES} | {
        ("findings", "waivers_match")
    }


def test_assets_are_grouped_described_and_show_their_columns_with_units() -> None:
    graph = definitions.resolve_asset_graph()
    for contract in CONTRACTS:
        node = graph.get(dg.AssetKey(contract.name))
        assert node.group_name in {"figures", "rules", "tables"}
        assert node.description == contract.description.en
        schema = node.metadata["dagster/column_schema"]
        assert [column.name for column in schema.columns] == [c.name for c in contract.columns]
    groups = graph.get(dg.AssetKey("groups")).metadata["dagster/column_schema"]
    members = next(column for column in groups.columns if column.name == "members_persons")
    assert "Unit: person." in members.description
    assert members.type == "int64"


def test_the_job_materialises_everything_and_every_check_passes(data: Path) -> None:
    result = materialise(data)
    checks = result.get_asset_check_evaluations()
    assert len(checks) == len(TABLES) + 1 + len(rules.RULES) + 1
    notices = {rule.name for rule in rules.RULES if rule.severity is Severity.NOTICE}
    failed = {check.check_name: check.severity for check in checks if not check.passed}
    assert failed.keys() <= notices
    assert set(failed.values()) == {dg.AssetCheckSeverity.WARN}
    (groups,) = result.asset_materializations_for_node("build_groups")
    written = pyarrow.parquet.read_table(data / "curated" / "groups.parquet")
    assert groups.metadata["dagster/row_count"].value == written.num_rows
    assert {path.stem for path in (data / "curated").glob("*.parquet")} == TABLES
    assert deviations(data / "curated") == ()
    (released,) = result.asset_materializations_for_node("release")
    about = {name: value.value for name, value in released.metadata.items() if name != "validation"}
    assert about["release"] == read_manifest(data / "curated")["release"]
    assert about["expectations"] == about["expectations_met"] > len(TABLES)
    shown = {
        record.data["table"]: record.data for record in released.metadata["validation"].records
    }
    assert shown.keys() == TABLES
    assert shown["groups"]["rows"] == written.num_rows
    assert all(one["met"] == one["expectations"] > 0 for one in shown.values())
    of_tables = sum(int(one["expectations"]) for one in shown.values())
    of_sectors = about["expectations"] - of_tables
    assert about["sector_sums"] == f"{of_sectors} of {of_sectors} expectations met"


def test_a_release_that_the_gate_refuses_fails_with_a_table_of_what_it_found(data: Path) -> None:
    materialise(data)
    path = data / "curated" / "manifest.json"
    found = json.loads(path.read_bytes())
    found["tables"]["groups"]["rows"] += 1
    path.write_text(json.dumps(found), encoding="utf-8")
    before = (data / "curated" / "groups.parquet").read_bytes()
    with pytest.raises(dg.Failure) as failure:
        materialise(data, asset_selection=[dg.AssetKey("release")])
    assert "does not pass the gate" in str(failure.value.description)
    (record,) = failure.value.metadata["failures"].records
    assert record.data["table"] == "groups"
    assert "changelog" in str(record.data["found"])
    assert (data / "curated" / "groups.parquet").read_bytes() == before


def test_an_open_contradiction_fails_the_checks_of_its_rules_and_no_others(data: Path) -> None:
    path = data / "raw" / "lai-chau-2021-report" / "figures.csv"
    text = path.read_text(encoding="utf-8")
    assert ",P1.I.2.3,138,HTX" in text
    path.write_text(
        text.replace(",P1.I.2.3,138,HTX", ",P1.I.2.3,183,HTX"), encoding="utf-8", newline="\n"
    )
    failed = grave(materialise(data)).values()
    assert {check.check_name for check in failed} == {
        "active_and_stopped_sum_to_total",  # 157 ≠ 183 + 19
        "sectors_sum_to_total",  # active: 265, but the sectors are at least 306
    }
    status = next(c for c in failed if c.check_name == "active_and_stopped_sum_to_total")
    assert status.severity is dg.AssetCheckSeverity.ERROR
    assert status.metadata["fail"].value == 1
    assert "157" in str(status.description)
    assert "183" in str(status.description)


def test_a_single_table_can_be_materialised_from_what_is_staged(data: Path) -> None:
    materialise(data)
    (data / "staging" / "groups.parquet").unlink()
    result = materialise(data, asset_selection=[dg.AssetKey("groups")])
    assert result.success
    assert (data / "staging" / "groups.parquet").is_file()


def test_the_workspace_names_the_code_location() -> None:
    workspace = yaml.safe_load((REPOSITORY / "workspace.yaml").read_text(encoding="utf-8"))
    (location,) = workspace["load_from"]
    assert location["python_module"]["module_name"] == "htx_pipeline.definitions"


def test_raw_data_that_cannot_be_read_is_told_as_a_table_and_releases_nothing(data: Path) -> None:
    path = data / "raw" / "lai-chau-2021-report" / "figures.csv"
    text = path.read_text(encoding="utf-8").replace(",2.010,", ',"2,010",', 1)
    path.write_text(text, encoding="utf-8", newline="\n")
    (data / "raw" / "waivers.yml").write_text("- finding: nope\n", encoding="utf-8")
    with pytest.raises(dg.Failure) as failure:
        materialise(data)
    problems = failure.value.metadata["problems"].records
    assert "problems in data/raw; nothing was changed" in str(failure.value.description)
    assert {"ambiguous-numeral", "wrong-value"} == {record.data["code"] for record in problems}
    assert not (data / "curated").exists()


def test_a_stale_waiver_fails_a_check_of_its_own(data: Path) -> None:
    path = data / "raw" / "waivers.yml"
    first = "rule: sectors_sum_to_total"
    text = path.read_text(encoding="utf-8").replace(first, "rule: flows_give_change", 1)
    path.write_text(text, encoding="utf-8", newline="\n")
    failed = grave(materialise(data))
    assert failed.keys() == {"waivers_match", "sectors_sum_to_total"}
    assert "(flows_give_change) is stale" in str(failed["waivers_match"].description)


def test_tables_of_an_earlier_reading_are_not_released_with_later_figures(data: Path) -> None:
    materialise(data)
    path = data / "raw" / "lai-chau-2021-report" / "figures.csv"
    text = path.read_text(encoding="utf-8").replace(",P1.I.2.3,138,HTX", ",P1.I.2.3,137,HTX")
    path.write_text(text, encoding="utf-8", newline="\n")
    materialise(
        data,
        asset_selection=[
            dg.AssetKey(name)
            for name in (
                *("reports", "named_entities", "legal_documents"),
                *("readings", "rules", "findings", "figures"),
            )
        ],
    )
    before = (data / "curated" / "figures.parquet").read_bytes()
    with pytest.raises(UsageError, match="built from different inputs"):
        materialise(data, asset_selection=[dg.AssetKey("release")])
    assert (data / "curated" / "figures.parquet").read_bytes() == before
