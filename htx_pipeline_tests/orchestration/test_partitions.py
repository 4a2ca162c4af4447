from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import pytest

from htx_pipeline.orchestration.register import register
from htx_pipeline.orchestration.sources import DATA_VERSION
from htx_pipeline.orchestration.unstable import accepted
from htx_pipeline.release import Inputs
from htx_pipeline_tests.orchestration.runs import grave, on, rewrite, run

REPORTS = [
    "lai-chau-2021-report",
    "lai-chau-2021-strategy",
    "lai-chau-2023-news",
    "lai-chau-2024-plan",
    "lai-chau-2025-news",
]
ONE, OTHER = REPORTS[0], REPORTS[2]
INGEST = ["report_readings"]
KEY = dg.AssetKey("report_readings")


@pytest.fixture
def known(data: Path, instance: dg.DagsterInstance) -> dg.DagsterInstance:
    """An instance that knows the reports."""
    register(instance, Inputs.under(data / "raw"))
    return instance


def version(instance: dg.DagsterInstance, report: str) -> str:
    records = dg.AssetRecordsFilter(KEY, asset_partitions=[report])
    (last,) = instance.fetch_materializations(records, limit=1).records
    assert last.asset_materialization is not None
    return str((last.asset_materialization.tags or {})[DATA_VERSION])


def figures(instance: dg.DagsterInstance, report: str) -> object:
    records = dg.AssetRecordsFilter(KEY, asset_partitions=[report])
    (last,) = instance.fetch_materializations(records, limit=1).records
    assert last.asset_materialization is not None
    return last.asset_materialization.metadata["figures"].value


def read(instance: dg.DagsterInstance) -> set[str]:
    return set(instance.get_materialized_partitions(KEY))


def checked(result: dg.ExecuteInProcessResult) -> dict[tuple[str, str | None], bool]:
    return {
        (check.check_name, check.partition): check.passed
        for check in result.get_asset_check_evaluations()
    }


def test_one_report_is_read_alone(data: Path, known: dg.DagsterInstance) -> None:
    result = run(data, instance=known, assets=INGEST, partition=ONE)
    assert read(known) == {ONE}
    assert checked(result) == {("readable", ONE): True, ("adds_up_within", ONE): True}
    assert figures(known, ONE) == 138
    assert [path.name for path in (data / "staging" / "report").iterdir()] == [ONE]


def test_all_reports_are_read_in_one_run_each_with_its_own_version_and_checks(
    data: Path, known: dg.DagsterInstance
) -> None:
    result = run(data, instance=known, assets=INGEST)
    assert read(known) == set(REPORTS)
    assert checked(result) == {
        (check, report): True for check in ("readable", "adds_up_within") for report in REPORTS
    }
    versions = {report: version(known, report) for report in REPORTS}
    assert len(set(versions.values())) == len(REPORTS)
    assert figures(known, ONE) != figures(known, OTHER)
    run(data, instance=known, assets=INGEST, partition=OTHER)
    assert version(known, OTHER) == versions[OTHER]


def test_a_run_that_names_no_reports_says_how_to_name_them(
    data: Path, instance: dg.DagsterInstance
) -> None:
    with pytest.raises(dg.Failure, match="names no reports; launch it with partitions"):
        run(data, instance=instance, assets=INGEST, tags={})


def test_checks_that_are_asked_alone_are_asked_of_all_reports_and_stage_nothing(
    data: Path, known: dg.DagsterInstance
) -> None:
    checks = dg.AssetSelection.checks_for_assets("report_readings")
    jobs = dg.Definitions(jobs=[dg.define_asset_job("ask", selection=checks)])
    job = dg.Definitions.merge(on(data), jobs).resolve_job_def("ask")
    result = job.execute_in_process(instance=known, run_config={"loggers": {"quiet": {}}})
    assert checked(result) == {
        (check, report): True for check in ("readable", "adds_up_within") for report in REPORTS
    }
    assert read(known) == set()
    assert not (data / "staging").exists()


def test_the_version_of_a_report_is_what_was_read_and_not_how_the_file_looks(
    data: Path, known: dg.DagsterInstance
) -> None:
    run(data, instance=known, assets=INGEST, partition=ONE)
    before = version(known, ONE)
    path = data / "raw" / ONE / "report.yml"
    path.write_text("# a remark\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    run(data, instance=known, assets=INGEST, partition=ONE)
    assert version(known, ONE) == before
    rewrite(data / "raw" / ONE / "figures.csv", ",P1.I.2.3,138,HTX", ",P1.I.2.3,183,HTX")
    result = run(data, instance=known, assets=INGEST, partition=ONE)
    assert version(known, ONE) != before
    failed = grave(result)
    assert failed.keys() == {"adds_up_within"}
    assert failed["adds_up_within"].partition == ONE
    assert "183" in str(failed["adds_up_within"].description)


def test_of_several_reports_those_that_cannot_be_read_are_told_and_none_is_taken_over(
    data: Path, known: dg.DagsterInstance
) -> None:
    rewrite(data / "raw" / ONE / "figures.csv", ",2.010,", ',"2,010",')
    result = run(data, instance=known, assets=INGEST, raise_on_error=False)
    assert not result.success
    told = {check.partition: check for check in result.get_asset_check_evaluations()}
    assert {report for report, check in told.items() if check.passed} == set(REPORTS) - {ONE}
    assert "ambiguous-numeral" in str(told[ONE].description)
    assert len(told[ONE].metadata["table"].records) == 1
    assert read(known) == set()
    assert not (data / "staging").exists()


def test_a_report_is_not_held_to_account_for_one_whose_name_ends_like_its_own(
    data: Path, known: dg.DagsterInstance
) -> None:
    longer = f"yen-bai-{ONE}"
    shutil.copytree(data / "raw" / ONE, data / "raw" / longer)
    rewrite(data / "raw" / longer / "report.yml", f"id: {ONE}", f"id: {longer}")
    rewrite(data / "raw" / longer / "figures.csv", ",2.010,", ',"2,010",')
    result = run(data, instance=known, assets=INGEST, raise_on_error=False)
    failed = {check.partition for check in result.get_asset_check_evaluations() if not check.passed}
    assert failed == {longer}


def test_a_report_that_is_not_there_any_more_is_told(data: Path, known: dg.DagsterInstance) -> None:
    shutil.rmtree(data / "raw" / ONE)
    with pytest.raises(dg.Failure, match=f"no folder in data/raw any more: {ONE}"):
        run(data, instance=known, assets=INGEST, partition=ONE)


def test_tables_are_not_built_while_a_report_has_not_been_read_since_it_changed(
    data: Path, known: dg.DagsterInstance
) -> None:
    run(data, instance=known, assets=INGEST)
    run(data, instance=known, assets=["readings", "reports", "named_entities", "legal_documents"])
    rewrite(data / "raw" / ONE / "figures.csv", ",P1.I.2.3,138,HTX", ",P1.I.2.3,183,HTX")
    shutil.copytree(data / "raw" / OTHER, data / "raw" / "a-copy")
    with pytest.raises(dg.Failure) as failure:
        run(data, assets=["readings", "reports", "named_entities", "legal_documents"])
    told = str(failure.value.description)
    assert f"not read since they changed: a-copy, {ONE}; materialise these partitions" in told


def test_a_removed_report_fails_a_check_until_the_changelog_says_why(data: Path) -> None:
    run(data)
    gone = REPORTS[-1]
    shutil.rmtree(data / "raw" / gone)
    failed = grave(run(data, "check"))
    assert gone in str(failed["no_report_removed"].description)
    assert failed["no_report_removed"].metadata["removed"].value == 1
    (data / "raw" / "changelog.yml").write_text(
        "- table: reports\n  rows: {from: 5, to: 4}\n  reason: it was registered twice\n"
        "  decided_on: 2026-11-22\n  decided_by: maintainers\n",
        encoding="utf-8",
    )
    result = run(data, "check")
    assert "no_report_removed" not in grave(result)
    (kept,) = [
        one for one in result.get_asset_check_evaluations() if one.check_name == "no_report_removed"
    ]
    assert "it was registered twice" in str(kept.description)


def test_observing_the_raw_reports_registers_new_folders(
    data: Path, instance: dg.DagsterInstance
) -> None:
    with accepted():
        raw = dg.AssetSelection.groups("raw", include_sources=True)
        jobs = dg.Definitions(jobs=[dg.define_asset_job("observe", selection=raw)])
        found = dg.Definitions.merge(on(data), jobs)
        observed = found.resolve_job_def("observe").execute_in_process(instance=instance)
    assert observed.success
    assert instance.get_dynamic_partitions("report") == REPORTS
    assert len(observed.asset_observations_for_node("raw_reports")) == len(REPORTS)
