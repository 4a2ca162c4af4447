"""``htx check --changed REV``: what the figures take part in that differ from a revision."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from htx_pipeline.cli.changed import changed_since
from htx_pipeline.cli.faces import FORMATS
from htx_pipeline_tests.cli.conftest import (
    ACTIVE,
    BOOK,
    GONE,
    MEMBERS,
    findings_of,
    reprint,
    waiver,
    waiver_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from htx_pipeline_tests.cli.conftest import Said
    from htx_pipeline_tests.conftest import RawFolder

PLAN = "loi-hen-2018/figures.csv"
LAWS = "le-lang-2017/legal_documents.csv"


def git(folder: Path, *arguments: str) -> str:
    named = ("-c", "user.name=reader", "-c", "user.email=reader@example.org")
    done = subprocess.run(
        ["git", *named, *arguments],  # noqa: S607
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.strip()


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "as it is")


def put_aside(raw: RawFolder, file: str, printed: str) -> None:
    """Take a numeral out of the figures and list it as another numeral."""
    line = raw.line(file, printed)
    row = ",".join([raw.cell(file, line, "start"), raw.cell(file, line, "end"), printed, "other"])
    raw.remove(file, line)
    others = file.replace("figures.csv", "other_numerals.csv")
    header, *rows = raw.text(others).splitlines()
    rows = sorted([*rows, row], key=lambda one: int(one.partition(",")[0]))
    raw.write(others, "\n".join([header, *rows, ""]))


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's own settings of git, and no repository around the temporary folder."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)


@dataclass(frozen=True)
class Checkout:
    """A committed raw folder, and ``htx check --changed`` in front of it."""

    raw: RawFolder
    htx: Callable[..., Said]

    def told(self, *options: str, since: str = "HEAD") -> dict[str, Any]:
        """The JSON document; its exit code as ``code``."""
        said = self.htx("check", "--format", "json", "--changed", since, *options)
        assert said.err == ""
        read: dict[str, Any] = json.loads(said.out)
        return read | {"code": said.code}

    def rules(self, since: str = "HEAD") -> list[str]:
        """The rules of the findings that are told."""
        return sorted(found["rule"] for found in self.told(since=since)["findings"])


@pytest.fixture
def checkout(citing: RawFolder, small: Callable[..., Said]) -> Checkout:
    """Committed with an open contradiction in the budget and in the citations."""
    git(citing.path.parents[1], "init", "--quiet", "--initial-branch=main")
    commit(citing.path.parents[1])
    return Checkout(citing, small)


def test_what_nobody_changed_is_not_told(checkout: Checkout) -> None:
    assert checkout.htx("check").code == 1
    told = checkout.told()
    assert told["code"] == 0
    assert told["findings"] == []
    assert told["changed"] == {"revision": "HEAD", "figures": []}
    assert sum(sum(rule["groups"].values()) for rule in told["rules"]) == 0


def test_a_changed_figure_is_told_with_the_unchanged_ones_that_it_contradicts(
    checkout: Checkout,
) -> None:
    reprint(checkout.raw, BOOK, ACTIVE, "48")
    told = checkout.told()
    assert told["code"] == 1
    found = {finding["rule"]: finding["status"] for finding in told["findings"]}
    assert found == {"active_and_stopped_sum_to_total": "open", "shares_by_status": "open"}
    assert len(told["changed"]["figures"]) == 1


def test_a_changed_figure_that_contradicts_nothing_is_clean(checkout: Checkout) -> None:
    reprint(checkout.raw, BOOK, MEMBERS, "1.311")
    told = checkout.told()
    assert told["code"] == 0
    assert {finding["status"] for finding in told["findings"]} == {"undecided"}


def test_a_line_that_only_moves_has_not_changed(checkout: Checkout) -> None:
    put_aside(checkout.raw, PLAN, "60")
    assert "budget_lines_sum_to_heads" not in checkout.rules()
    assert checkout.told()["changed"]["figures"] == []


def test_a_figure_that_is_taken_away_takes_part_where_it_is_missed(checkout: Checkout) -> None:
    assert "active_and_stopped_sum_to_total" not in checkout.rules()
    put_aside(checkout.raw, BOOK, "5")
    assert "active_and_stopped_sum_to_total" in checkout.rules()
    assert checkout.told()["changed"]["figures"] == []


def test_a_changed_citation_is_told(checkout: Checkout) -> None:
    checkout.raw.change(LAWS, 6, note="read twice")
    assert checkout.rules() == ["cited_dates_agree", "cited_dates_exist"]


def test_a_folder_that_git_does_not_know_has_changed_all_over(checkout: Checkout) -> None:
    git(checkout.raw.path, "rm", "-r", "--quiet", "--cached", "le-lang-2017")
    git(checkout.raw.path, "commit", "--quiet", "--message", "without the customs")
    assert checkout.rules() == [
        "cited_dates_agree",
        "cited_dates_exist",
        "phases_lie_within_programmes",
    ]
    git(checkout.raw.path, "add", "--all")
    assert "cited_dates_exist" in checkout.rules()


def test_a_renamed_folder_has_changed_all_over(checkout: Checkout) -> None:
    old, new = checkout.raw.path / "loi-hen-2018", checkout.raw.path / "loi-hua-2018"
    old.rename(new)
    description = new / "report.yml"
    text = description.read_text(encoding="utf-8").replace("loi-hen-2018", "loi-hua-2018")
    description.write_text(text, encoding="utf-8", newline="\n")
    assert "budget_lines_sum_to_heads" in checkout.rules()


def test_another_description_of_a_report_changes_all_its_figures(checkout: Checkout) -> None:
    checkout.raw.replace("loi-hen-2018/report.yml", "kind: plan", "kind: strategy")
    assert "budget_lines_sum_to_heads" in checkout.rules()
    assert "cited_dates_exist" not in checkout.rules()


def test_a_correction_changes_the_figure_that_it_names(checkout: Checkout) -> None:
    checkout.raw.replace("corrections.yml", "2018-02-01", "2018-02-02")
    (changed,) = checkout.told()["changed"]["figures"]
    assert changed in checkout.raw.text("corrections.yml")


def test_a_waiver_that_is_taken_back_opens_its_finding(checkout: Checkout) -> None:
    checkout.raw.write("waivers.yml", waiver_of(findings_of(checkout.raw)["cited_dates_exist"]))
    told = checkout.told()
    assert [found["status"] for found in told["findings"]] == ["waived"]
    commit(checkout.raw.path)
    assert checkout.rules() == []
    (checkout.raw.path / "waivers.yml").unlink()
    told = checkout.told()
    assert [found["status"] for found in told["findings"]] == ["open"]
    assert told["code"] == 1


def test_what_was_unreadable_at_the_revision_does_not_matter(checkout: Checkout) -> None:
    decided = waiver_of(findings_of(checkout.raw)["cited_dates_exist"])
    broken = checkout.raw.path / BOOK
    right = broken.read_bytes()
    broken.write_bytes(b'\xff\xfe"broken')
    checkout.raw.write("waivers.yml", "- {finding: [")
    commit(checkout.raw.path)
    broken.write_bytes(right)
    checkout.raw.write("waivers.yml", decided)
    told = checkout.told()
    assert "waived" in {found["status"] for found in told["findings"]}
    assert len(told["changed"]["figures"]) == right.count(b"\n") - 1


def test_a_stale_waiver_is_told_whatever_has_changed(checkout: Checkout) -> None:
    checkout.raw.write("waivers.yml", waiver(GONE, "sectors_sum_to_total", {"a:1": "1"}))
    commit(checkout.raw.path)
    told = checkout.told()
    assert told["code"] == 1
    assert told["findings"] == []
    assert [stale["finding"] for stale in told["stale"]] == [GONE]


@pytest.mark.parametrize("revision", ["HEAD~1", "before", "main~1"])
def test_any_name_of_a_commit_is_a_revision(checkout: Checkout, revision: str) -> None:
    git(checkout.raw.path, "tag", "before")
    reprint(checkout.raw, BOOK, ACTIVE, "48")
    commit(checkout.raw.path)
    assert checkout.rules() == []
    assert "shares_by_status" in checkout.rules(revision)


@pytest.mark.parametrize("revision", ["nowhere", "", "--help", "HEAD:data", "main..main"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_revision_that_is_not_there_is_a_wrong_call(
    checkout: Checkout, revision: str, language: str
) -> None:
    said = checkout.htx("check", f"--changed={revision}", "--lang", language)
    assert said.code == 2
    assert {"vi": "không có bản", "en": "has no revision"}[language] in said.err
    assert repr(revision) in said.err


def test_a_folder_outside_of_git_is_a_wrong_call(
    raw: RawFolder, small: Callable[..., Said]
) -> None:
    said = small("check", "--changed", "HEAD")
    assert said.code == 2
    assert f"{raw.path} is not in a git checkout" in said.err


def test_without_git_it_is_a_wrong_call(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    said = checkout.htx("check", "--changed", "HEAD")
    assert said.code == 2
    assert "git is not installed" in said.err


def test_the_data_may_lie_in_another_repository_even_in_a_hook(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet", "--initial-branch=main")
    monkeypatch.chdir(other)
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    reprint(checkout.raw, BOOK, ACTIVE, "48")
    told = checkout.told("--data", str(checkout.raw.path.parent))
    assert len(told["findings"]) == 2


def test_the_data_may_be_a_folder_within_the_repository(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deep = tmp_path / "repository" / "a folder" / "dữ liệu"
    shutil.copytree(checkout.raw.path, deep / "raw")
    git(tmp_path / "repository", "init", "--quiet", "--initial-branch=main")
    commit(tmp_path / "repository")
    (deep / "raw" / LAWS).unlink()
    changed = changed_since("HEAD", deep / "raw")
    assert changed.figures == changed.findings == frozenset()
    monkeypatch.chdir(tmp_path / "repository")
    path = deep / "raw" / BOOK
    path.write_text(path.read_text(encoding="utf-8").replace(",47,", ",48,"), encoding="utf-8")
    assert len(checkout.told("--data", "a folder/dữ liệu")["findings"]) == 2


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_only_what_has_changed(checkout: Checkout, form: str) -> None:
    budget = findings_of(checkout.raw)["budget_lines_sum_to_heads"].id
    reprint(checkout.raw, BOOK, ACTIVE, "48")
    told = findings_of(checkout.raw)["shares_by_status"].id
    said = checkout.htx("check", "--format", form, "--changed", "HEAD")
    assert told in said.out
    assert budget not in said.out


def test_a_person_is_told_that_it_is_not_all(checkout: Checkout) -> None:
    reprint(checkout.raw, BOOK, ACTIVE, "48")
    said = checkout.htx("check", "--changed", "HEAD").out
    assert "1 figure differs from HEAD; only what it takes part in is told." in said
    assert "met no group" not in said
    said = checkout.htx("check", "--changed", "HEAD", "--lang", "vi").out
    assert "1 số liệu khác với HEAD; chỉ nêu những gì có chúng tham gia." in said
