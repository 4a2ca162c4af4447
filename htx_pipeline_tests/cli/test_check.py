from __future__ import annotations

from typing import TYPE_CHECKING

from htx_pipeline import rules

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from htx_pipeline_tests.cli.conftest import Data, Said

REPORT = "raw/lai-chau-2021-report/figures.csv"
MEMBERS_OF_AGRICULTURE = "2190,2195,,P1.I.2.3,1.335,"


def test_the_repository_is_clean_because_every_contradiction_is_waived(
    htx: Callable[..., Said],
) -> None:
    said = htx("check")
    assert said.code == 0
    assert "5 contradictions, 0 open; 0 stale waivers" in said.out


def test_every_rule_is_listed_with_its_denominators(htx: Callable[..., Said]) -> None:
    said = htx("check")
    for rule in rules.RULES:
        line = next(line for line in said.out.splitlines() if line.startswith(f"{rule.name} "))
        assert sum(map(int, line.split()[1:])) > 0


def test_a_broken_figure_is_named_with_file_line_equation_prints_and_residual(
    htx: Callable[..., Said], data: Data
) -> None:
    line = data.replace(REPORT, "2124,2127,,P1.I.2.3,157,HTX", "2124,2127,,P1.I.2.3,175,HTX")
    said = htx("check")
    assert said.code == 1
    assert f"data/raw/lai-chau-2021-report/figures.csv:{line}" in said.out
    assert "175 ≠ 138 + 19; the right side is 157; difference +18" in said.out
    assert "348 ≠ 175 + 19 + 110 + 51 + 05 + 04 + 02" in said.out
    assert "7 contradictions, 2 open" in said.out


def test_open_contradictions_come_before_waived_ones(htx: Callable[..., Said], data: Data) -> None:
    data.replace(REPORT, "2124,2127,,P1.I.2.3,157,HTX", "2124,2127,,P1.I.2.3,175,HTX")
    said = htx("check")
    assert said.out.index("175 ≠ 138 + 19") < said.out.index("WAIVED")


def test_a_waiver_whose_prints_have_changed_is_stale_and_its_finding_open(
    htx: Callable[..., Said], data: Data
) -> None:
    data.replace(REPORT, MEMBERS_OF_AGRICULTURE, MEMBERS_OF_AGRICULTURE.replace("1.335", "1.336"))
    said = htx("check")
    assert said.code == 1
    assert "STALE" in said.out
    assert "data/raw/waivers.yml" in said.out
    assert "5 contradictions, 1 open; 1 stale waiver;" in said.out


def test_a_contradiction_that_is_gone_leaves_a_stale_waiver_that_fails(
    htx: Callable[..., Said], data: Data
) -> None:
    data.replace(REPORT, MEMBERS_OF_AGRICULTURE, MEMBERS_OF_AGRICULTURE.replace("1.335", "1.342"))
    said = htx("check")
    assert said.code == 1
    assert "4 contradictions, 0 open; 1 stale waiver;" in said.out


def test_what_cannot_be_decided_is_counted_and_listed_on_request(htx: Callable[..., Said]) -> None:
    assert "UNVERIFIABLE" not in htx("check").out
    everything = htx("check", "--all")
    assert everything.code == 0
    assert everything.out.count("UNVERIFIABLE") == 16
    assert "(not printed)" in everything.out


def test_messages_are_in_vietnamese_when_asked(htx: Callable[..., Said]) -> None:
    said = htx("check", "--lang", "vi")
    assert "ĐƯỢC MIỄN TRỪ" in said.out
    assert "Cộng các lĩnh vực bằng tổng số: số thành viên, hợp tác xã" in said.out
    assert "WAIVED" not in said.out


def test_messages_follow_the_locale(
    htx: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    assert "5 mâu thuẫn, 0 còn mở" in htx("check").out


def test_a_rule_that_breaks_is_our_fault_and_not_bad_data(
    htx: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> object:
        raise ArithmeticError("no sum today")

    monkeypatch.setattr("htx_pipeline.rules.evaluation._total", broken)
    said = htx("check")
    assert said.code == 4
    assert "FAIL" not in said.out
    assert "the rule itself is broken" in said.out


def test_a_folder_without_raw_data_is_a_wrong_call(htx: Callable[..., Said], data: Data) -> None:
    said = htx("check", "--data", str(data.root / "raw"))
    assert said.code == 2
    assert "no folder raw in it" in said.err


def test_an_unknown_option_is_a_wrong_call(htx: Callable[..., Said]) -> None:
    assert htx("check", "--nonsense").code == 2


def test_an_open_contradiction_comes_with_the_entry_that_would_waive_it(
    htx: Callable[..., Said], data: Data
) -> None:
    data.replace(REPORT, "2124,2127,,P1.I.2.3,157,HTX", "2124,2127,,P1.I.2.3,175,HTX")
    said = htx("check").out
    entries = [part.split("\n\n")[0] for part in said.split("add to data/raw/waivers.yml:\n")[1:]]
    assert len(entries) == 2
    filled = "".join(
        entry.replace("reason: ...", "reason: planted")
        .replace("decided_on: ...", "decided_on: 2026-11-22")
        .replace("decided_by: ...", "decided_by: the test")
        + "\n"
        for entry in entries
    )
    path = data.root / "raw" / "waivers.yml"
    waivers = path.read_text(encoding="utf-8")
    entry = "\n".join(line[4:] for line in filled.splitlines())
    path.write_text(waivers + entry + "\n", encoding="utf-8", newline="\n")
    again = htx("check")
    assert again.code == 0
    assert "7 contradictions, 0 open" in again.out


def test_problems_of_figures_and_of_waivers_are_told_in_one_run(
    htx: Callable[..., Said], data: Data
) -> None:
    data.replace(REPORT, ",group,,groups,_T,_T,", ",group,,grups,_T,_T,")
    data.replace("raw/waivers.yml", "rule: sectors_sum_to_total", "rules: sectors")
    said = htx("check")
    assert said.code == 3
    assert "[unknown-code]" in said.err
    assert "data/raw/waivers.yml" in said.err
