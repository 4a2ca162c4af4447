from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

from htx_pipeline import rules
from htx_pipeline.cli.faces import FORMATS, face
from htx_pipeline_tests.building import broken_rule
from htx_pipeline_tests.cli.conftest import (
    ACTIVE,
    BOOK,
    GONE,
    MEMBERS,
    findings_of,
    reprint,
    waiver_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from htx_pipeline.cli.faces.run import Run
    from htx_pipeline_tests.cli.conftest import Said
    from htx_pipeline_tests.conftest import RawFolder


def test_the_repository_is_clean_because_every_contradiction_is_waived(own_run: Run) -> None:
    assert own_run.counts["open"] == 0
    assert own_run.is_clean


def test_every_rule_meets_figures_of_the_repository(own_run: Run) -> None:
    assert {rule.name for rule in own_run.rules} == set(own_run.denominators)
    assert all(sum(counts.values()) > 0 for counts in own_run.denominators.values())


def test_figures_that_add_up_exit_with_0(small: Callable[..., Said], raw: RawFolder) -> None:
    raw.write("waivers.yml", waiver_of(findings_of(raw)["budget_lines_sum_to_heads"]))
    said = small("check")
    assert said.code == 0
    assert said.out.splitlines()[-1] == (
        "1 contradiction: 0 open, 1 waived, 0 notices; 0 stale waivers; 2 groups that cannot be "
        "decided (--all lists them)"
    )


def test_an_open_contradiction_exits_with_1(small: Callable[..., Said], raw: RawFolder) -> None:
    raw.write("waivers.yml", waiver_of(findings_of(raw)["budget_lines_sum_to_heads"]))
    reprint(raw, BOOK, ACTIVE, "48")
    assert small("check").code == 1


def test_a_notice_is_told_and_does_not_fail(small: Callable[..., Said], raw: RawFolder) -> None:
    raw.write("waivers.yml", waiver_of(findings_of(raw)["budget_lines_sum_to_heads"]))
    reprint(raw, BOOK, MEMBERS, "310")
    said = small("check")
    assert said.code == 0
    assert "NOTICE  cooperatives_have_seven_members" in said.out
    assert "2 contradictions: 0 open, 1 waived, 1 notice;" in said.out


def test_a_waiver_whose_prints_have_changed_is_stale_and_its_finding_open(
    small: Callable[..., Said], raw: RawFolder
) -> None:
    raw.write("waivers.yml", waiver_of(findings_of(raw)["budget_lines_sum_to_heads"]))
    reprint(raw, "loi-hen-2018/figures.csv", 4, "351")
    said = small("check")
    assert said.code == 1
    assert "1 contradiction: 1 open, 0 waived, 0 notices; 1 stale waiver;" in said.out


def test_a_contradiction_that_is_gone_leaves_a_stale_waiver_that_fails(
    small: Callable[..., Said], raw: RawFolder
) -> None:
    raw.write("waivers.yml", waiver_of(findings_of(raw)["budget_lines_sum_to_heads"]))
    reprint(raw, "loi-hen-2018/figures.csv", 4, "200,5")
    said = small("check")
    assert said.code == 1
    assert "0 contradictions: 0 open, 0 waived, 0 notices; 1 stale waiver;" in said.out


def test_messages_follow_the_locale(
    market: RawFolder, small: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    assert "7 mâu thuẫn: 5 còn mở, 1 được miễn trừ, 1 lưu ý" in small("check").out
    assert market.path.exists()


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_exits_with_the_same_code(
    market: RawFolder, small: Callable[..., Said], form: str
) -> None:
    said = small("check", "--format", form)
    assert said.code == 1
    assert said.err == ""
    market.write("waivers.yml", "")
    market.remove("le-lang-2017/legal_documents.csv", 6)
    market.remove("le-lang-2017/legal_documents.csv", 5)
    reprint(market, BOOK, ACTIVE, "47")
    reprint(market, "loi-hen-2018/figures.csv", 4, "200,5")
    assert small("check", "--format", form).code == 0


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_printed_is_the_face_and_nothing_else(
    run: Run, small: Callable[..., Said], form: str
) -> None:
    printed = small("check", "--format", form, "--lang", "vi").out
    shown = face(form)(run, "vi")
    assert printed == (shown if form != "text" else _without_style(shown))


@pytest.mark.parametrize("form", FORMATS)
def test_a_rule_that_breaks_is_our_fault_and_not_bad_data(
    raw: RawFolder, small: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    ask_only = partial(rules.confront_all, rules=(broken_rule(),))
    monkeypatch.setattr(rules, "confront_all", ask_only)
    monkeypatch.setattr(rules, "TOPICS", {"status": (broken_rule(),)})
    said = small("check", "--format", form)
    assert said.code == 4
    assert "the rule itself is broken" in said.out
    assert "FAIL" not in said.out
    assert raw.path.exists()


@pytest.mark.parametrize("form", FORMATS)
def test_input_that_cannot_be_read_exits_with_3_and_writes_nothing(
    raw: RawFolder, small: Callable[..., Said], form: str
) -> None:
    raw.change(BOOK, ACTIVE, sector="Z")
    raw.write("waivers.yml", "- rules: none\n")
    output = raw.path.parents[1] / "told"
    said = small("check", "--format", form, "--output", str(output))
    assert said.code == 3
    assert "[unknown-code]" in said.err
    assert "data/raw/waivers.yml" in said.err
    assert said.out == ""
    assert not output.exists()


@pytest.mark.parametrize("form", FORMATS)
def test_a_document_can_be_written_to_a_file_in_a_new_folder(
    run: Run, small: Callable[..., Said], tmp_path: Path, form: str
) -> None:
    output = tmp_path / "new" / "told"
    said = small("check", "--format", form, "--output", str(output))
    assert said.code == 1
    assert said.out.startswith("7 contradictions: 5 open, ")
    assert said.out.count("\n") == 1
    assert output.read_bytes() == _without_style(face(form)(run, "en")).encode()


def test_the_file_has_no_colours_even_where_the_terminal_has(
    market: RawFolder, tmp_path: Path
) -> None:
    call = [sys.executable, "-c", "from htx_pipeline.cli import main; main()", "check"]
    subprocess.run(
        [*call, "--output", tmp_path / "told"],
        cwd=market.path.parents[1],
        env={**os.environ, "FORCE_COLOR": "1"},
        capture_output=True,
        check=False,
    )
    assert b"\x1b" not in (tmp_path / "told").read_bytes()


def test_a_suggested_command_names_the_data_folder_that_was_given(
    market: RawFolder, small: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "a room"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    said = small("check", "--data", "../data")
    assert f"{market.path}/{BOOK}:{ACTIVE}" in said.out
    assert ' --data ../data --reason "..."' in said.out
    assert small("check", "--data", str(market.path.parent)).code == 1


def test_the_data_folder_may_be_named_by_the_environment(
    market: RawFolder, small: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(market.path)
    monkeypatch.setenv("HTX_DATA", "..")
    assert f"so-tay-2017/figures.csv:{ACTIVE}" in small("check").out


def test_a_folder_without_raw_data_is_a_wrong_call(
    raw: RawFolder, small: Callable[..., Said]
) -> None:
    said = small("check", "--data", str(raw.path))
    assert said.code == 2
    assert "no folder raw in it" in said.err


@pytest.mark.parametrize("option", ["--nonsense", "--format=xml"])
def test_an_unknown_option_is_a_wrong_call(small: Callable[..., Said], option: str) -> None:
    assert small("check", option).code == 2


_EVERY_FORMAT = """
import contextlib, sys
from htx_pipeline.cli import main
for form in sys.argv[1:]:
    sys.argv = ["htx", "check", "--all", "--format", form]
    with contextlib.suppress(SystemExit):
        main()
for name in sorted({name.partition(".")[0] for name in sys.modules}):
    print(name, file=sys.stderr)
"""


def _told_afresh(market: RawFolder, **environment: str) -> subprocess.CompletedProcess[str]:
    """Every format, one after the other, in a process of its own, and what it has imported."""
    return subprocess.run(
        [sys.executable, "-c", _EVERY_FORMAT, *FORMATS],
        cwd=market.path.parents[1],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )


def test_no_format_imports_what_takes_long_to_import(market: RawFolder) -> None:
    loaded = set(_told_afresh(market).stderr.split())
    assert "htx_pipeline" in loaded
    heavy = {"pandas", "numpy", "pandera", "pyarrow", "dagster", "rich", "great_expectations"}
    assert loaded & heavy == set()


def test_the_same_findings_are_the_same_bytes_whatever_the_seed_locale_and_zone(
    market: RawFolder,
) -> None:
    one = _told_afresh(market, PYTHONHASHSEED="0", LC_ALL="C", TZ="Asia/Ho_Chi_Minh")
    other = _told_afresh(market, PYTHONHASHSEED="4321", LC_ALL="C.UTF-8", COLUMNS="40")
    assert one.stdout == other.stdout
    assert GONE in one.stdout


def test_all_formats_tell_the_same_findings(everything: Run) -> None:
    told = {form: face(form)(everything, "en") for form in FORMATS}
    for finding in everything.findings:
        assert finding.id in told["text"]
        assert finding.id in told["json"]
        assert finding.id in told["sarif"]
        for form in ("github", "junit"):
            assert (finding.id in told[form]) == (
                finding.is_contradiction and not (form == "github" and finding.waiver)
            )
    assert json.loads(told["json"])["summary"]["open"] == told["github"].count("::error ") - 1


def _without_style(text: str) -> str:
    import click  # noqa: PLC0415

    return click.unstyle(text)
