"""What people do in Dagster's UI who have ``make ui``, a browser and the files of data/raw."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow.parquet
import pytest
from playwright.sync_api import expect

from htx_pipeline import codelists, rules
from htx_pipeline.definitions import definitions
from htx_pipeline.errors import InputError
from htx_pipeline.figures import read_corpus
from htx_pipeline.orchestration.automation import watch_raw
from htx_pipeline.orchestration.ingestion import ADDS_UP, KEPT, READABLE
from htx_pipeline.release.manifest import read_manifest
from htx_pipeline_tests.browser.dev import until
from htx_pipeline_tests.browser.person import SENSOR
from htx_pipeline_tests.conftest import PROMISE
from htx_pipeline_tests.orchestration.runs import rewrite

if TYPE_CHECKING:
    from pathlib import Path

    from htx_pipeline_tests.browser.dev import Dev
    from htx_pipeline_tests.browser.person import Person
    from htx_pipeline_tests.conftest import RawFolder

GROUPS = {
    "raw_reports": "raw",
    "waivers": "raw",
    "report_readings": "reports",
    "readings": "figures",
    "findings": "rules",
    "cooperatives_by_sector": "tables",
    "release": "release",
}
REPORT = "lai-chau-2021-report"
STATUS = "active_and_stopped_sum_to_total"
ENVIRONMENT = {"sector": "environment", "indicator": "charter_capital", "printed": "14.640"}
TWO_MINUTES = 120_000


def test_before_anything_has_run_the_reports_are_there_and_missing(
    first_look: str, own_raw: Path
) -> None:
    reports = {path.parent.name for path in own_raw.glob("*/report.yml")}
    assert len(reports) == 5
    assert reports <= set(first_look.split())
    assert "Materialized (0)" in first_look
    assert "Missing (5)" in first_look


# The first materialisation goes on while the next tests look.


@pytest.mark.usefixtures("launched")
def test_every_asset_is_in_the_catalogue_with_its_group(person: Person) -> None:
    page = person.goes_to("/assets", height=2000)
    for asset, group in GROUPS.items():
        row = page.get_by_title(asset, exact=True).locator(
            "xpath=ancestor::div[.//a[contains(@href, 'asset-groups')]][1]"
        )
        expect(row).to_contain_text(group)
    for key in definitions.resolve_asset_graph().get_all_asset_keys():
        expect(page.get_by_title(key.to_user_string(), exact=True)).to_be_visible()
    person.keeps("catalogue")


@pytest.mark.usefixtures("launched")
def test_findings_have_a_check_for_each_rule(person: Person) -> None:
    page = person.goes_to("/assets/findings?view=checks", height=2400)
    for rule in rules.RULES:
        expect(page.get_by_title(rule.name, exact=True)).to_be_visible()
    person.keeps("checks")


@pytest.mark.usefixtures("launched")
def test_a_check_says_in_both_languages_what_it_is_about(person: Person) -> None:
    rule = the_rule(STATUS)
    page = person.opens_check("findings", rule.name)
    for told in (rule.title.en, rule.title.vi, rule.help.en):
        expect(page.get_by_text(f"{told.removesuffix('.')}.", exact=True)).to_be_visible()


def the_rule(name: str) -> rules.Rule:
    (found,) = (rule for rule in rules.RULES if rule.name == name)
    return found


@pytest.mark.usefixtures("built")
def test_a_table_shows_its_rows_its_owners_and_where_it_is_declared(
    person: Person, dev: Dev
) -> None:
    table = pyarrow.parquet.read_table(dev.data / "curated" / "cooperatives_by_sector.parquet")
    page = person.goes_to("/assets/cooperatives_by_sector")
    for label, told in (
        ("Row count", str(table.num_rows)),
        ("Owners", "maintainers"),
        ("Group", "tables"),
    ):
        expect(page.get_by_text(label, exact=True).locator("..")).to_contain_text(told)
    for linked in ("contract", "dictionary"):
        link = page.get_by_role("link", name=re.compile(rf"Open.*\b{linked}\b"))
        expect(link).to_have_attribute("href", re.compile(r"^vscode://file/.+:\d+$"))
    person.keeps("table")

    first = table.to_pylist()[0]
    named = " ".join(str(first[name]) for name in ("area_code", "area", "year", "as_of", "sector"))
    row = page.get_by_role("row", name=named).last
    expect(row).to_contain_text(str(first["cooperatives_count"]))
    person.keeps("table-preview", row)


@pytest.mark.usefixtures("built")
def test_a_table_has_a_picture(person: Person) -> None:
    page = person.goes_to("/assets/cooperatives_by_sector")
    page.get_by_text("[Show Markdown]").click()
    picture = page.get_by_role("dialog").get_by_role("img", name="Cooperatives by sector and date")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    person.keeps("table-picture")


@pytest.mark.usefixtures("built")
def test_the_release_shows_its_id_and_what_the_gate_found_of_each_table(
    person: Person, dev: Dev
) -> None:
    manifest = read_manifest(dev.data / "curated")
    page = person.goes_to("/assets/release")
    expect(page.get_by_text(manifest["release"], exact=True)).to_be_visible()
    for name, about in manifest["tables"].items():
        row = page.get_by_role("row", name=re.compile(rf"^{name} {about['rows']} "))
        expected, met = row.get_by_role("cell").all_inner_texts()[2:4]
        assert int(met) == int(expected) > 0
    person.keeps("release")


@pytest.fixture
def figure(dev: Dev) -> pd.Series:
    """The charter capital of the environment sector that is probably wrong."""
    figures = pd.read_parquet(dev.data / "curated" / "figures.parquet")
    for column, value in ENVIRONMENT.items():
        figures = figures[figures[column] == value]
    (found,) = (row for _, row in figures.iterrows())
    return found


@pytest.fixture
def finding(dev: Dev, figure: pd.Series) -> pd.Series:
    """The contradiction in which it is."""
    findings = pd.read_parquet(dev.data / "curated" / "findings.parquet")
    (found,) = (row for _, row in findings.iterrows() if figure["figure_id"] in row["convicted"])
    return found


@pytest.mark.usefixtures("built")
def test_a_known_contradiction_is_found_with_its_place_its_suspect_and_its_waiver(
    person: Person, figure: pd.Series, finding: pd.Series
) -> None:
    needed = re.search(r"would need to be printed as ([\d.]+ … [\d.]+)", finding["message_en"])
    assert needed is not None
    sector = codelists.label("sector", figure["sector"]).en

    page = person.goes_to("/assets/findings")
    listed = page.get_by_role("row", name=re.compile(rf"^{finding['finding_id']} ")).first
    expect(listed).to_contain_text(figure["printed"])
    person.keeps("contradictions", listed)

    page = person.opens_check("findings", finding["rule"])
    row = page.get_by_role("row").filter(has_text=f"would need {needed[1]}").last
    for told in (figure["printed"], sector, f"{figure['report_id']} {figure['place']}"):
        expect(row).to_contain_text(told)
    expect(page.get_by_text(finding["waiver_reason"]).first).to_be_visible()
    person.keeps("contradiction", row)


def test_the_materialisation_of_everything_is_watched_until_it_has_succeeded(
    person: Person, materialised: str
) -> None:
    page = person.goes_to(materialised)
    status = page.get_by_text("Status", exact=True).locator("..")
    expect(status).to_contain_text("Succeeded", timeout=TWO_MINUTES)
    expect(page.get_by_text("0% completed", exact=True)).to_have_count(0)
    person.keeps("everything-is-materialised")


def test_a_figure_that_is_broken_while_the_sensor_watches_fails_a_check_that_explains_it(
    person: Person, dev: Dev, data: Path
) -> None:
    last = dev.last_tick(watch_raw.name)
    with person.watching():
        until(lambda: dev.last_tick(watch_raw.name) != last, "the sensor has been asked")
        until(dev.is_at_rest, "no run is at work")
        before = dev.runs()
        rewrite(data / "raw" / REPORT / "figures.csv", ",P1.I.2.3,138,HTX", ",P1.I.2.3,183,HTX")
        dev.run_after(before)

    page = person.goes_to("/runs")
    expect(page.get_by_text(f"htx/because: changed: {REPORT}").first).to_be_visible()
    person.keeps("runs")

    page = person.opens_check("findings", STATUS)
    expect(page.get_by_text("Evaluation result").locator("..")).to_contain_text("Failed")
    told = page.get_by_text(re.compile(rf"^{re.escape(the_rule(STATUS).title.en)} \("))
    for words in ("157", "183", "19", "would need to be printed as 138"):
        expect(told).to_contain_text(words)
    expect(page.get_by_text(re.compile(r"^htx explain f[0-9a-f]{12}$")).first).to_be_visible()
    person.keeps("broken-figure")
    row = page.get_by_role("row").filter(has_text="would need 138").last
    for words in ("183", f"{REPORT} P1.I.2.3", "probably wrong"):
        expect(row).to_contain_text(words)
    person.keeps("broken-figure-suspect", row)


def test_a_new_report_folder_is_picked_up_and_a_removed_one_is_told(
    person: Person, dev: Dev, data: Path, raw: RawFolder
) -> None:
    before = dev.runs()
    shutil.copytree(raw.path / PROMISE, data / "raw" / PROMISE)
    with person.watching():
        added = dev.run_after(before)
        sees_the_new_report(person, added.id)

        before = dev.runs()
        shutil.rmtree(data / "raw" / PROMISE)
        removed = dev.run_after(before)
    sees_what_became_of_it(person, removed.id)


def sees_the_new_report(person: Person, run: str) -> None:
    page = person.goes_to(SENSOR)
    expect(page.get_by_text("1 run requested").first).to_be_visible()
    person.keeps("sensor")

    page = person.goes_to(f"/runs/{run}")
    expect(page.get_by_text("Success", exact=True).first).to_be_visible()
    person.keeps("new-report-run")

    page = person.goes_to(f"/assets/report_readings?view=partitions&partition={PROMISE}")
    expect(page.get_by_text("Materialized (6)")).to_be_visible()
    expect(page.get_by_text("Một trang sổ chợ phiên")).to_be_visible()
    person.keeps("new-report")

    page = person.goes_to("/assets/reports")
    expect(page.get_by_text("Row count", exact=True).locator("..")).to_contain_text("6")
    person.keeps("six-reports")

    page = person.opens_check("report_readings", ADDS_UP)
    page.get_by_role("tab", name="Partitions", exact=True).last.click()
    for told in ("Passed (5)", "Failed (1)"):
        expect(page.get_by_text(told)).to_be_visible()
    person.keeps("new-report-check")


def sees_what_became_of_it(person: Person, run: str) -> None:
    page = person.goes_to("/assets/report_readings?view=partitions")
    expect(page.get_by_text("Materialized (5)")).to_be_visible()
    expect(page.get_by_text(PROMISE)).to_have_count(0)

    page = person.opens_check("reports", KEPT)
    expect(page.get_by_text("Evaluation result").locator("..")).to_contain_text("Failed")
    expect(page.get_by_text(f"since the last release: {PROMISE}")).to_be_visible()
    person.keeps("removed-report-check")

    page = person.goes_to(f"/runs/{run}")
    expect(page.get_by_text("Failure", exact=True).first).to_be_visible()
    advice = page.get_by_text(re.compile("^What to do: .*data/raw/changelog.yml"))
    expect(advice).to_be_visible(timeout=TWO_MINUTES)
    person.keeps("removed-report-run")


def test_a_report_that_cannot_be_read_fails_with_where_and_what_to_do(
    person: Person, dev: Dev, data: Path
) -> None:
    rewrite(data / "raw" / REPORT / "figures.csv", ",2.010,", ',"2,010",')
    with pytest.raises(InputError) as caught:
        read_corpus(data / "raw")
    (problem,) = caught.value.problems

    before = dev.runs()
    person.materialises(REPORT)
    run = dev.run_after(before)
    page = person.goes_to(f"/runs/{run.id}?logs=type%3ASTEP_FAILURE")
    page.get_by_text("View full message").click()
    row = page.get_by_role("dialog").get_by_role("row").filter(has_text=problem.where).last
    for told in (problem.found, problem.expected.en, problem.remedy.en):
        expect(row).to_contain_text(told)
    person.keeps("unreadable-report")

    page = person.opens_check("report_readings", READABLE)
    expect(page.get_by_text("Evaluation result").locator("..")).to_contain_text("Failed")
    expect(page.get_by_text(problem.text())).to_be_visible()
    person.keeps("unreadable-report-check")
