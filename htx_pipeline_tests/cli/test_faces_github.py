from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from htx_pipeline.cli.faces.github import face
from htx_pipeline_tests.cli.conftest import GONE

if TYPE_CHECKING:
    from htx_pipeline.cli.faces.run import Run
    from htx_pipeline.model import Language

_COMMAND = re.compile(r"::(error|notice) file=([^,:]+),line=(\d+),title=([^,:]+)::(.*)")


def commands(run: Run, language: Language = "en") -> list[tuple[str, ...]]:
    """Kind, file, line, title and message of each command, as a runner reads them."""
    *lines, _ = face(run, language).splitlines()
    found = [_COMMAND.fullmatch(line) for line in lines]
    assert all(found)
    return [tuple(map(unquote, one.groups())) for one in found if one is not None]


def about(run: Run, title: str) -> tuple[str, ...]:
    return next(one for one in commands(run) if one[3].startswith(title))


def test_an_annotation_stands_at_the_figure_that_is_probably_wrong(run: Run) -> None:
    kind, file, line, _, message = about(run, "The share of the active or the stopped")
    assert (kind, file, line) == ("error", "data/raw/so-tay-2017/figures.csv", "3")
    equation, verdict, name = message.split("\n")
    assert "90,4 [active share, so-tay-2017 p1, figures.csv:5] ≠ 100 × 48" in equation
    assert verdict.startswith("Probably wrong: 48 ")
    assert name.startswith("shares_by_status f")


def test_an_annotation_stands_at_the_stated_figure_where_none_is_convicted(run: Run) -> None:
    kind, file, line, *_ = about(run, "A legal document is cited with one date")
    assert (kind, file, line) == ("error", "data/raw/le-lang-2017/legal_documents.csv", "2")


def test_a_notice_is_a_notice(run: Run) -> None:
    assert about(run, "Each cooperative has at least 7 members")[0] == "notice"


def test_what_is_waived_or_undecided_has_no_annotation(run: Run, everything: Run) -> None:
    titles = [title for *_, title, _ in commands(run)]
    assert len(titles) == 7
    assert "Budget lines add up to their head" not in titles
    assert commands(run) == commands(everything)


def test_a_stale_waiver_is_an_error_at_its_line(run: Run) -> None:
    kind, file, line, _, message = about(run, "Stale waiver")
    assert (kind, file, line) == ("error", "data/raw/waivers.yml", "8")
    assert GONE in message


def test_the_last_line_is_the_summary(run: Run) -> None:
    assert face(run, "vi").splitlines()[-1].startswith("7 mâu thuẫn: 5 còn mở")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_text_breaks_out_of_its_command(run: Run, language: Language) -> None:
    evil = replace(run, raw="a,b:c%0A\n::error::d")
    assert len(face(evil, language).splitlines()) == len(face(run, language).splitlines())
    files = {file for _, file, *_ in commands(evil, language)}
    assert "a,b:c%0A\n::error::d/so-tay-2017/figures.csv" in files
