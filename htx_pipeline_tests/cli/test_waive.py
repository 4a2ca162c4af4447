from __future__ import annotations

import datetime as dt
import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from htx_pipeline.errors import UsageError
from htx_pipeline.rules import Waiver, ledger_file, read_waivers
from htx_pipeline_tests.cli.conftest import findings_of, waiver

if TYPE_CHECKING:
    from collections.abc import Callable

    from htx_pipeline_tests.cli.conftest import Said
    from htx_pipeline_tests.conftest import RawFolder

SUM, SHARE, DATES = "active_and_stopped_sum_to_total", "shares_by_status", "cited_dates_agree"
A_DAY = dt.date(2018, 4, 1)
WRITTEN = "waivers.yml"


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A day, and a git without a user, whatever this machine has."""
    monkeypatch.setattr(import_module("htx_pipeline.cli.waive"), "today", lambda: A_DAY)
    nothing = tmp_path / "gitconfig"
    nothing.write_text("")
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, str(nothing))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("USER", "keeper")


def id_of(raw: RawFolder, rule: str) -> str:
    return findings_of(raw)[rule].id


def last(raw: RawFolder) -> Waiver:
    return read_waivers(raw.path)[-1]


def test_the_entry_holds_everything_and_the_check_calls_the_finding_waived(
    small: Callable[..., Said], market: RawFolder
) -> None:
    finding = findings_of(market)[SHARE]
    before = small("check").out
    said = small("waive", finding.id, "--reason", "The keeper counted at dusk.")
    assert said.code == 0
    assert last(market) == Waiver(
        finding=finding.id,
        rule=SHARE,
        printed={figure.figure_id: figure.printed for figure in finding.evaluation.operands},
        reason="The keeper counted at dusk.",
        decided_on=A_DAY,
        decided_by="keeper",
    )
    after = small("check").out
    assert "5 open, 1 waived" in before
    assert "4 open, 2 waived" in after
    assert "The keeper counted at dusk." in after


def test_what_was_written_and_what_remains_is_told(
    small: Callable[..., Said], market: RawFolder
) -> None:
    said = small("waive", id_of(market, SHARE), "--reason", "dusk")
    assert f"Written to data/raw/waivers.yml: the waiver of {id_of(market, SHARE)}" in said.out
    assert "4 contradictions remain open." in said.out
    assert "1 waiver is stale; see htx check." in said.out
    said = small("waive", id_of(market, SUM), "--reason", "tối", "--lang", "vi")
    assert f"Đã ghi vào data/raw/waivers.yml: miễn trừ {id_of(market, SUM)}" in said.out
    assert "Còn 3 mâu thuẫn chưa quyết định." in said.out
    assert "1 miễn trừ hết hiệu lực" in said.out


def test_comments_and_all_other_bytes_stay(small: Callable[..., Said], market: RawFolder) -> None:
    market.write(WRITTEN, market.text(WRITTEN) + "\n# what follows was decided later\n")
    before = market.text(WRITTEN)
    small("waive", id_of(market, SHARE), "--reason", "dusk")
    after = market.text(WRITTEN)
    assert after.startswith(before + f"- finding: {id_of(market, SHARE)}\n")
    assert after.endswith("  decided_on: 2018-04-01\n  decided_by: keeper\n")


def test_a_file_that_does_not_end_its_last_line_is_added_to(
    small: Callable[..., Said], market: RawFolder
) -> None:
    before = market.text(WRITTEN).rstrip("\n")
    market.write(WRITTEN, before)
    assert small("waive", id_of(market, SHARE), "--reason", "dusk").code == 0
    assert market.text(WRITTEN).startswith(before + "\n- finding: ")


def test_entries_that_are_indented_are_joined_by_one_that_is(
    small: Callable[..., Said], market: RawFolder
) -> None:
    lines = market.text(WRITTEN).splitlines()
    market.write(WRITTEN, "".join(f"  {line}\n" for line in lines))
    assert small("waive", id_of(market, SHARE), "--reason", "at dusk\nor at dawn").code == 0
    assert last(market).reason == "at dusk\nor at dawn"


def test_a_file_that_is_not_there_is_made_with_its_head(
    small: Callable[..., Said], market: RawFolder
) -> None:
    (market.path / WRITTEN).unlink()
    assert small("waive", id_of(market, SHARE), "--reason", "dusk").code == 0
    text = market.text(WRITTEN)
    assert text.startswith("# Reviewed decisions")
    assert text.count("- finding:") == 1
    assert len(read_waivers(market.path)) == 1


def test_a_file_of_comments_alone_is_an_empty_list(
    small: Callable[..., Said], market: RawFolder
) -> None:
    market.write(WRITTEN, "# nothing yet\n")
    assert small("waive", id_of(market, SHARE), "--reason", "dusk").code == 0
    assert market.text(WRITTEN).startswith("# nothing yet\n- finding: ")


@pytest.mark.parametrize("form", ["[]\n", "{}...\n"], ids=["brackets", "an end"])
def test_a_file_that_cannot_be_added_to_stays_as_it_was(
    small: Callable[..., Said], market: RawFolder, form: str
) -> None:
    before = form.replace("{}", market.text(WRITTEN))
    market.write(WRITTEN, before)
    said = small("waive", id_of(market, SHARE), "--reason", "dusk")
    assert said.code == 2
    assert "nothing can be added at its end" in said.err
    assert market.text(WRITTEN) == before
    assert not [path for path in market.path.iterdir() if path.name.startswith(".")]


def test_a_file_whose_replacement_fails_stays_as_it_was(
    small: Callable[..., Said], market: RawFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "waivers.yml")

    before = market.text(WRITTEN)
    finding = id_of(market, SHARE)
    monkeypatch.setattr(Path, "replace", full)
    said = small("waive", finding, "--reason", "dusk")
    assert said.code == 4
    assert "No space left" in said.err
    assert market.text(WRITTEN) == before
    assert not [path for path in market.path.iterdir() if path.name.startswith(".")]


def test_the_permissions_of_the_file_stay(small: Callable[..., Said], market: RawFolder) -> None:
    path = market.path / WRITTEN
    path.chmod(0o640)
    small("waive", id_of(market, SHARE), "--reason", "dusk")
    assert path.stat().st_mode & 0o777 == 0o640


REASONS = [
    "Người giữ sổ đếm lúc chập tối; số in là 48, lẽ ra 47 — “để nguyên”.",
    "- a list: {of, things} # and 'no' comment: \"quoted\" & *no alias | > %tag @at `tick`",
    "yes",
    "2018-04-01",
    "> folded? | literal?",
    "--- \n...",
    "🌾 " * 60 + "end",
    "one\ntwo\n\nfour: after an empty line",
    "một dòng rất dài " * 40 + "hết",
    "well-known co-operative-of-the-market " * 12 + "end",
    "x" * 300,
    "back\\slash and tab\tand nbsp\u00a0here",
]


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_survives_whatever_it_holds(market: RawFolder, reason: str) -> None:
    entry = waiver_with(reason)
    ledger_file.append(entry, market.path)
    assert last(market) == entry
    assert entry.reason == "\n".join(" ".join(line.split()) for line in reason.split("\n"))
    written = market.text(WRITTEN).partition(entry.finding)[2].splitlines()
    assert all(len(line) <= 92 or " " not in line.strip() for line in written)


def waiver_with(reason: str, **other: str) -> Waiver:
    return Waiver(
        finding="fabcdefabcdef",
        rule=other.get("rule", SHARE),
        printed={"so-tay-2017:1": other.get("printed", "1.204,5")},
        reason=ledger_file.cleaned(reason),
        decided_on=A_DAY,
        decided_by=other.get("by", "keeper"),
    )


@pytest.mark.parametrize("by", ["Nguyễn Văn A", "O'Neil: #1", "yes", "null", "42", "- x", "🌾"])
def test_a_name_survives_whatever_it_holds(market: RawFolder, by: str) -> None:
    ledger_file.append(waiver_with("dusk", by=by, printed='7 "x" \\ 🌾: #'), market.path)
    assert last(market).decided_by == by
    assert last(market).printed == {"so-tay-2017:1": '7 "x" \\ 🌾: #'}


def test_decomposed_letters_are_composed(small: Callable[..., Said], market: RawFolder) -> None:
    small("waive", id_of(market, SHARE), "--reason", "e\u0302\u0301m", "--by", "Le\u0302")
    assert last(market).reason == "ếm"
    assert last(market).decided_by == "Lê"


def test_control_characters_are_refused() -> None:
    with pytest.raises(UsageError, match="control character"):
        ledger_file.cleaned("dusk\x07")


def test_the_beginning_of_an_id_will_do(small: Callable[..., Said], market: RawFolder) -> None:
    whole = id_of(market, DATES)
    assert small("waive", whole[:6], "--reason", "two days").code == 0
    assert last(market).finding == whole
    assert set(last(market).printed.values()) == {"7/2016/LL-ST"}


def test_a_notice_may_be_waived(small: Callable[..., Said], market: RawFolder) -> None:
    notice = id_of(market, "cooperatives_have_seven_members")
    assert small("waive", notice, "--reason", "true").code == 0
    assert "0 notices" in small("check").out


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("printed_changes", "is no contradiction: there is nothing to waive"),
        ("budget_lines_sum_to_heads", "was waived by readers on 2018-03-01 already"),
    ],
)
def test_what_cannot_be_waived_is_refused_and_nothing_written(
    small: Callable[..., Said], market: RawFolder, rule: str, said: str
) -> None:
    before = market.text(WRITTEN)
    told = small("waive", id_of(market, rule), "--reason", "dusk")
    assert told.code == 2
    assert said in told.err
    assert market.text(WRITTEN) == before


def test_a_finding_with_an_entry_that_does_not_match_is_refused(
    small: Callable[..., Said], market: RawFolder
) -> None:
    finding = id_of(market, SHARE)
    market.write(WRITTEN, waiver(finding, SHARE, {"so-tay-2017:1": "1"}))
    told = small("waive", finding, "--reason", "dusk")
    assert told.code == 2
    assert f"has an entry of {finding} that does not match; remove it first" in told.err


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("reason", ["", "  \n\t"])
def test_a_reason_is_asked_for(small: Callable[..., Said], reason: str) -> None:
    told = small("waive", "f0", "--reason", reason)
    assert told.code == 2
    assert "a reason is needed" in told.err


@pytest.mark.usefixtures("market")
def test_wrong_calls_are_told_apart(small: Callable[..., Said]) -> None:
    assert small("waive", "f0").code == 2
    assert "there is no zzz" in small("waive", "zzz", "--reason", "dusk").err
    assert "không có zzz" in small("waive", "zzz", "--reason", "tối", "--lang", "vi").err
    assert small("waive", "f0", "--reason", "dusk", "--date", "yesterday").code == 2


def test_day_and_name_can_be_given(small: Callable[..., Said], market: RawFolder) -> None:
    finding = id_of(market, SHARE)
    small("waive", finding, "--reason", "dusk", "--by", "two readers", "--date", "2018-05-06")
    assert last(market).decided_on == dt.date(2018, 5, 6)
    assert last(market).decided_by == "two readers"


def test_the_user_of_git_decides_before_the_user_of_the_machine(
    small: Callable[..., Said], market: RawFolder
) -> None:
    config = Path(os.environ["GIT_CONFIG_GLOBAL"])
    config.write_text("[user]\n\tname = Người giữ sổ\n", encoding="utf-8")
    small("waive", id_of(market, SHARE), "--reason", "dusk")
    assert last(market).decided_by == "Người giữ sổ"


def test_where_nobody_is_known_to_decide_a_name_is_asked_for(
    small: Callable[..., Said], market: RawFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("USER")
    monkeypatch.setenv("PATH", "")
    told = small("waive", id_of(market, SHARE), "--reason", "dusk")
    assert told.code == 2
    assert "say it with --by" in told.err
