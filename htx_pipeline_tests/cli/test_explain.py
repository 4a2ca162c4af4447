from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import click
import pytest

from htx_pipeline.cli.confronted import Confronted, confronted
from htx_pipeline.cli.story import of_figure, of_finding
from htx_pipeline_tests.cli.conftest import (
    ACTIVE,
    BOOK,
    GONE,
    REASON,
    REPOSITORY,
    findings_of,
    reprint,
    waiver,
)
from htx_pipeline_tests.conftest import NOTEBOOK

if TYPE_CHECKING:
    from collections.abc import Callable

    from htx_pipeline.model import Language
    from htx_pipeline.rules import Finding
    from htx_pipeline_tests.cli.conftest import Said
    from htx_pipeline_tests.conftest import RawFolder

SUM, SHARE = "active_and_stopped_sum_to_total", "shares_by_status"


def id_of(raw: RawFolder, rule: str) -> str:
    return findings_of(raw)[rule].id


def paragraphs(told: str) -> dict[str, str]:
    """What stands under each heading; the head of the story under ``""``."""
    parts = re.split(r"^([A-Z][A-Z ]+)$", told, flags=re.MULTILINE)
    return {"": parts[0]} | dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture
def story(small: Callable[..., Said], market: RawFolder) -> dict[str, str]:
    """The story of the share that 48 active cooperatives do not give."""
    said = small("explain", id_of(market, SHARE))
    assert said.code == 0
    return paragraphs(said.out)


def test_a_story_begins_with_what_was_found_and_what_is_asked(story: dict[str, str]) -> None:
    assert story[""].startswith(f"FAIL  {SHARE}  f")
    assert "cooperatives, cooperative, Lai Châu, 2017-12-31" in story[""]
    asked = story["WHAT IS ASKED"]
    assert "  share (active) = 100 × value (active) / value (all)\n" in asked
    assert "relation: ratio; severity: error\n" in asked
    assert "source: arithmetic\n" in asked
    assert "see whether digits were cut off" in asked


def test_each_figure_is_told_with_its_place_and_what_it_stands_for(
    story: dict[str, str], market: RawFolder
) -> None:
    told = story["THE FIGURES"]
    start = market.cell(BOOK, ACTIVE, "start")
    assert "(2)  48  active\n" in told
    assert f"data/raw/{BOOK}:{ACTIVE}  p1  {NOTEBOOK}:{start}\n" in told
    assert "actual; as printed; stands for 48 cooperatives\n" in told
    assert "stands for 90,35 … 90,45 percent\n" in told


def test_the_equation_comes_with_residual_band_truncation_and_alternatives(
    story: dict[str, str],
) -> None:
    lines = [line.strip() for line in story["THE EQUATION"].strip().splitlines()]
    assert lines == [
        "90,4 ≠ 100 × 48 / 52",
        "right side: 92,3077",
        "difference: -1,9077",
        "rounding allows: ±0,05",
        "the sides are apart by at least: 1,8577",
        "if digits were cut off, not rounded: it does not hold",
        "of the sum of the parts: 90,566; it does not hold",
    ]


def test_the_suspect_is_told_with_what_it_would_need_and_why(story: dict[str, str]) -> None:
    told = story["WHICH FIGURE IS WRONG"]
    assert "Probably wrong, as nothing else does:" in told
    assert "→ (2) 48: would need to be printed as 47, one digit away from what is needed" in told


def test_other_rules_of_each_figure_are_told_with_their_outcome(story: dict[str, str]) -> None:
    told = story["WHAT ELSE IS ASKED OF THESE FIGURES"]
    assert "(1) 90,4  1 pass\n      pass  shares_within_100\n" in told
    assert "(2) 48  1 fail\n" in told
    assert "52 ≠ 48 + 5; the right side is 53; difference -1\n" in told
    assert re.search(r"fail  active_and_stopped_sum_to_total  f\w{12}  as at \(2\)\n", told)
    assert SHARE not in told


def test_contradictions_that_are_explained_together_are_named(
    story: dict[str, str], market: RawFolder
) -> None:
    assert f"fail  {SUM}  {id_of(market, SUM)}" in story["EXPLAINED TOGETHER"]
    assert "in 1 way:\n    • 48 (2) were printed as 47\n" in story["IT WOULD HOLD IF"]


def test_an_open_contradiction_ends_with_the_command_that_waives_it(
    story: dict[str, str], market: RawFolder
) -> None:
    told = story["DECISION"]
    assert f"mend data/raw/{BOOK}." in told
    assert f'htx waive {id_of(market, SHARE)} --reason "..."' in told


def test_a_suggested_command_names_the_data_that_was_asked_for(
    small: Callable[..., Said], market: RawFolder
) -> None:
    data = str(market.path.parent)
    said = small("explain", id_of(market, SHARE), "--data", data)
    assert f"{id_of(market, SHARE)} --data {data} --reason" in said.out


def test_a_waived_contradiction_ends_with_its_waiver(
    small: Callable[..., Said], market: RawFolder
) -> None:
    told = small("explain", id_of(market, "budget_lines_sum_to_heads")).out
    assert told.startswith("WAIVED")
    assert "Waived on 2018-03-01 by readers." in told
    assert REASON in told
    assert "htx waive" not in told


def test_where_either_figure_may_be_wrong_each_way_out_is_listed(
    small: Callable[..., Said], market: RawFolder
) -> None:
    told = paragraphs(small("explain", id_of(market, "budget_lines_sum_to_heads")).out)
    assert "It cannot be told; one of these:" in told["WHICH FIGURE IS WRONG"]
    ways = told["IT WOULD HOLD IF"]
    assert "in 2 ways:\n    • 350 (1) were printed as 200 … 201\n    • 200,5 (2) were" in ways


def test_figures_that_are_wrong_together_are_told_as_one_way(
    small: Callable[..., Said], raw: RawFolder
) -> None:
    for line, printed in ((2, "60"), (ACTIVE, "48")):
        reprint(raw, BOOK, line, printed)
    told = paragraphs(small("explain", id_of(raw, SUM)).out)["IT WOULD HOLD IF"]
    ways = [way.split("; and ") for way in told.replace("\n", " ").split("•")[1:]]
    assert {len(way) for way in ways} == {2}
    assert all("were printed as" in change for way in ways for change in way)


def test_what_cannot_be_decided_says_what_is_missing_and_what_it_would_be(
    small: Callable[..., Said], market: RawFolder
) -> None:
    told = paragraphs(small("explain", id_of(market, "printed_changes")).out)
    assert "?  2016-12-31: not printed\n       the others leave 346\n" in told["THE FIGURES"]
    assert "There is no contradiction" in told["WHICH FIGURE IS WRONG"]
    assert "nothing to decide" in told["DECISION"]
    assert "difference" not in told["THE EQUATION"]


def test_a_notice_convicts_nobody_and_may_be_waived(
    small: Callable[..., Said], market: RawFolder
) -> None:
    told = small("explain", id_of(market, "cooperatives_have_seven_members")).out
    assert told.startswith("NOTICE")
    assert "asked of periods that end before 2024-07-01" in told
    assert "A notice convicts no figure" in told
    assert "A notice stops no merge" in told
    assert "IT WOULD HOLD IF" not in told


def test_citations_are_told_with_what_is_printed_of_them(
    small: Callable[..., Said], market: RawFolder
) -> None:
    told = paragraphs(small("explain", id_of(market, "cited_dates_agree")).out)
    assert "dated: 31/2/2016" in told["THE FIGURES"]
    assert "legal_documents.csv:6" in told["THE FIGURES"]
    assert "31/2/2016 (le-lang-2017 p3)" in re.sub(r"\s+", " ", told["WHAT IS PRINTED"])
    beside = told["WHAT ELSE IS ASKED OF THESE FIGURES"]
    assert "pass  cited_dates_exist\n          The date of a citation exists\n" in beside
    assert "31/2/2016, a day that does not exist" in beside


def test_the_beginning_of_an_id_will_do(small: Callable[..., Said], market: RawFolder) -> None:
    whole = id_of(market, SHARE)
    assert small("explain", whole[:6]).out == small("explain", whole).out


def test_an_id_that_begins_several_lists_them(
    small: Callable[..., Said], market: RawFolder
) -> None:
    said = small("explain", "f")
    assert said.code == 2
    assert "f begins the ids of 9 findings: " in said.err
    assert said.err.rstrip().endswith("…")
    assert len(findings_of(market)) == 9


def test_an_unknown_id_is_a_wrong_call_and_near_ones_are_offered(
    small: Callable[..., Said], market: RawFolder
) -> None:
    near = id_of(market, SHARE)
    said = small("explain", near[:-1] + ("0" if near[-1] != "0" else "1"))
    assert said.code == 2
    assert f"near it: {near}" in said.err
    assert "there is no zzz; htx check --all" in small("explain", "zzz").err
    assert "không có zzz" in small("explain", "zzz", "--lang", "vi").err
    assert small("explain").code == 2


@pytest.mark.usefixtures("market")
def test_a_stale_waiver_is_no_finding(small: Callable[..., Said]) -> None:
    assert small("explain", GONE).code == 2


def test_a_figure_is_told_with_every_rule_and_what_it_implies(
    small: Callable[..., Said], market: RawFolder
) -> None:
    start = market.cell(BOOK, 10, "start")
    said = small("explain", f"{NOTEBOOK}:{start}")
    assert said.code == 0
    told = paragraphs(said.out)
    assert "  −36\n" in told[""]
    assert "members, cooperative, change, Lai Châu, 2017-12-31, against 2016-12-31" in told[""]
    assert f"data/raw/{BOOK}:10" in told[""]
    assert "1 unverifiable\n  unverifiable  printed_changes" in told["WHAT IS ASKED OF IT"]
    implied = told["WHAT IS IMPLIED WITH IT"]
    assert "  members, cooperative, Lai Châu, 2016-12-31: 346\n" in implied
    assert "by printed_changes: " in implied


def test_a_figure_that_is_corrected_says_how_it_is_read_and_why(
    small: Callable[..., Said], market: RawFolder
) -> None:
    line = market.line(BOOK, "2,415")
    told = small("explain", f"{NOTEBOOK}:{market.cell(BOOK, line, 'start')}").out
    assert "a correction reads it as 2.415: the keeper writes decimals with a comma" in told
    assert "stands for 2,4145 … 2,4155 billion VND" in told
    assert "no rule\n" in told


def test_a_figure_with_a_note_is_told_with_it(
    small: Callable[..., Said], market: RawFolder
) -> None:
    line = market.line(BOOK, "21")
    told = small("explain", f"{NOTEBOOK}:{market.cell(BOOK, line, 'start')}").out
    assert "note: told by the cooperative, not counted" in told
    assert "htx-suoi-tre" in told


def test_the_two_ends_of_a_range_are_one_figure(
    small: Callable[..., Said], market: RawFolder
) -> None:
    line = market.line(BOOK, "8")
    low, high = (f"{NOTEBOOK}:{market.cell(BOOK, n, 'start')}" for n in (line - 1, line))
    told = small("explain", high).out
    assert "  3 - 8\n" in told
    assert f"{low}, {high}" in told
    assert "stands for 3 … 8 classes" in told


def test_an_approximate_figure_bounds_nothing(
    small: Callable[..., Said], market: RawFolder
) -> None:
    line = market.line(BOOK, "120")
    told = small("explain", f"{NOTEBOOK}:{market.cell(BOOK, line, 'start')}").out
    assert "target; approximately; bounds no value" in told


def test_a_citation_is_told_by_its_id(small: Callable[..., Said], market: RawFolder) -> None:
    start = market.cell("le-lang-2017/legal_documents.csv", 6, "start")
    told = small("explain", f"le-lang-2017:{start}").out
    assert "1 pass" not in told
    assert "fail  cited_dates_exist" in told


def test_an_unknown_figure_is_a_wrong_call_and_near_ones_are_offered(
    small: Callable[..., Said], market: RawFolder
) -> None:
    start = market.cell(BOOK, ACTIVE, "start")
    said = small("explain", f"{NOTEBOOK}:{start}9")
    assert said.code == 2
    assert f"{NOTEBOOK}:{start}" in said.err


def test_a_story_in_vietnamese_holds_no_english(
    small: Callable[..., Said], market: RawFolder
) -> None:
    english = re.compile(
        r"\b(the|of|is|which|would|printed|figure|figures|fail|pass|waived|source|relation|"
        r"severity|actual|active|stopped|all|note|percent|cooperatives?)\b",
        re.IGNORECASE,
    )
    for name, finding in findings_of(market).items():
        told = small("explain", finding.id, "--lang", "vi").out.replace(REASON, "")
        words = re.sub(r"[a-z]+(_[a-z]+)+|htx \S+|--\S+|\S+\.csv|\S+\.yml", "", told)
        assert not english.findall(words), (name, english.findall(words))
        assert "CÁC SỐ LIỆU" in told


def test_stories_follow_the_locale(
    small: Callable[..., Said], market: RawFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    assert "HỎI GÌ" in small("explain", id_of(market, SHARE)).out


def test_input_that_cannot_be_read_is_told_as_such(
    small: Callable[..., Said], market: RawFolder
) -> None:
    market.write("waivers.yml", waiver("f1", "x", {}))
    assert small("explain", "f").code == 3


@cache
def own() -> Confronted:
    """The repository's own data, confronted once."""
    return confronted(REPOSITORY / "data")


@cache
def own_stories(language: Language) -> list[tuple[Finding, str]]:
    return [
        (finding, click.unstyle("\n".join(of_finding(finding, own(), language))))
        for finding in own().ledger.findings
    ]


def test_the_capital_of_the_environment_sector_is_told_as_convicted() -> None:
    told = [text for _, text in own_stories("en") if "implied_values_agree" in text[:60]]
    (one,) = [text for text in told if "charter capital" in text.splitlines()[2]]
    suspects = paragraphs(one)["WHICH FIGURE IS WRONG"]
    assert "Probably wrong, as nothing else does:" in suspects
    assert re.search(
        r"→ \(\d+\) 14\.640: would need to be printed as 11\.\d{3} … 12\.\d{3}, the same", suspects
    )
    assert "lai-chau-2024-plan P1.I.2.7" in suspects
    assert "not printed; implied by sectors_sum_to_total from (1), (2)" in one
    assert "not printed; implied by shares_of_sectors from" in one


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_finding_of_the_repository_has_a_whole_story(language: Language) -> None:
    for finding, told in own_stories(language):
        assert told.count("\n\n") >= 5
        for number in range(1, len(finding.evaluation.operands) + 1):
            assert told.count(f"({number})") >= 2
        width = max(len(line) for line in told.splitlines() if "data/" not in line)
        assert width <= 120, finding.id


def test_figures_of_the_repository_have_a_story() -> None:
    for row in own().corpus.rows[::30]:
        assert list(of_figure(row["figure_id"], own(), "en"))
