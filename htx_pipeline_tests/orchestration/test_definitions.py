from __future__ import annotations

from pathlib import Path

import dagster as dg
import yaml

from htx_pipeline import rules
from htx_pipeline.curation import CONTRACTS
from htx_pipeline.definitions import definitions

REPOSITORY = Path(__file__).parents[2]
TABLES = {contract.name for contract in CONTRACTS}
SOURCES = {"raw_reports", "corrections", "waivers", "dataset", "changelog"}
MADE = TABLES | {"report_readings", "readings", "release"}
GRAPH = definitions.resolve_asset_graph()


def node(name: str) -> dg.AssetNode:
    return GRAPH.get(dg.AssetKey(name))


def test_there_is_an_asset_for_each_table_the_ingestion_the_release_and_what_people_write() -> None:
    assert {key.to_user_string() for key in GRAPH.get_all_asset_keys()} == MADE | SOURCES
    assert {one for one in MADE | SOURCES if node(one).is_external} == SOURCES


def test_there_is_a_check_for_each_rule_each_contract_and_each_report() -> None:
    checks = {(key.asset_key.to_user_string(), key.name) for key in GRAPH.asset_check_keys}
    assert checks == {
        *((name, "contract") for name in TABLES | {"readings"}),
        *(("findings", rule.name) for rule in rules.RULES),
        ("findings", "waivers_match"),
        ("report_readings", "readable"),
        ("report_readings", "adds_up_within"),
        ("reports", "no_report_removed"),
        ("reports", "annual_reports_arrived"),
    }


def test_only_the_ingestion_is_partitioned_and_all_its_partitions_are_one_run() -> None:
    assert {one for one in MADE | SOURCES if node(one).is_partitioned} == {
        "raw_reports",
        "report_readings",
    }
    assert {node(one).backfill_policy for one in MADE} == {dg.BackfillPolicy.single_run()}
    partitioned = {
        key.name for key in GRAPH.asset_check_keys if GRAPH.get(key).partitions_def is not None
    }
    assert partitioned == {"readable", "adds_up_within"}


def test_every_asset_speaks() -> None:
    for name in MADE:
        about = node(name)
        assert about.owners == ["team:maintainers"], name
        assert about.group_name in {"reports", "figures", "rules", "tables", "release"}
        assert about.kinds
        assert about.code_version
        assert about.tags["published"] == ("yes" if name in TABLES | {"release"} else "no")
    for name in SOURCES:
        assert node(name).group_name == "raw"
        assert "data/raw" in str(node(name).description)


def test_tables_show_their_columns_with_units_in_both_languages() -> None:
    for contract in CONTRACTS:
        about = node(contract.name)
        assert str(about.description).startswith(contract.description.en)
        assert contract.description.vi in str(about.description)
        schema = about.metadata["dagster/column_schema"]
        assert [column.name for column in schema.columns] == [c.name for c in contract.fields]
    groups = node("groups").metadata["dagster/column_schema"]
    members = next(column for column in groups.columns if column.name == "members_persons")
    assert "Unit: person." in members.description
    assert "số thành viên" in members.description
    assert members.type == "int64"
    assert members.tags == {"unit": "person"}


def test_tables_lead_to_the_lines_that_declare_and_describe_them() -> None:
    for contract in CONTRACTS:
        references = node(contract.name).metadata["dagster/code_references"].code_references
        assert [one.label for one in references] == ["contract", "dictionary"]
        declared, described = (
            Path(one.file_path).read_text(encoding="utf-8").splitlines()[one.line_number - 1]
            for one in references
        )
        assert f'name="{contract.name}"' in declared
        assert described == f"### {contract.name}"


def test_what_runs_by_itself_is_shipped_stopped_but_for_the_advice_on_failures() -> None:
    repository = definitions.get_repository_def()
    stopped = {
        one.name: one.default_status.value
        for one in (*repository.sensor_defs, *repository.schedule_defs)
    }
    assert stopped == {
        "watch_raw": "STOPPED",
        "every_morning": "STOPPED",
        "say_what_to_do": "RUNNING",
    }


def test_the_jobs_build_everything_check_without_publishing_and_publish() -> None:
    def assets(job: str) -> set[str]:
        keys = definitions.resolve_job_def(job).asset_layer.executable_asset_keys
        return {key.to_user_string() for key in keys}

    assert assets("build") == MADE
    assert assets("check") == {
        *("report_readings", "readings", "reports", "named_entities", "legal_documents"),
        *("rules", "findings"),
    }
    assert assets("release") == {"release"}


def test_the_workspace_names_the_code_location() -> None:
    workspace = yaml.safe_load((REPOSITORY / "workspace.yaml").read_text(encoding="utf-8"))
    (location,) = workspace["load_from"]
    assert location["python_module"]["module_name"] == "htx_pipeline.definitions"
