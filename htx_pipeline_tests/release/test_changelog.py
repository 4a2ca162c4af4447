from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from htx_pipeline.errors import InputError
from htx_pipeline.release.changelog import read_changelog

if TYPE_CHECKING:
    from pathlib import Path

    from htx_pipeline.errors import Problem

ENTRY = """\
- table: unions
  rows: {from: 3, to: 2}
  reason: one union was read from a heading
  decided_on: 2026-11-22
  decided_by: maintainers
"""


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "raw"
    folder.mkdir(parents=True)
    return folder


def write(raw: Path, text: str) -> None:
    (raw / "changelog.yml").write_text(text, encoding="utf-8", newline="\n")


def problems(raw: Path, text: str) -> tuple[Problem, ...]:
    write(raw, text)
    with pytest.raises(InputError) as failure:
        read_changelog(raw)
    return failure.value.problems


def test_there_need_be_no_changelog(raw: Path) -> None:
    assert read_changelog(raw) == ()


def test_a_changelog_of_comments_holds_nothing(raw: Path) -> None:
    write(raw, "# nothing has shrunk yet\n")
    assert read_changelog(raw) == ()


def test_an_entry_says_what_shrank_and_why(raw: Path) -> None:
    write(raw, ENTRY)
    (entry,) = read_changelog(raw)
    assert (entry.table, entry.rows.from_, entry.rows.to) == ("unions", 3, 2)
    assert entry.reason == "one union was read from a heading"
    assert (entry.decided_on, entry.decided_by) == (dt.date(2026, 11, 22), "maintainers")


def test_all_problems_are_told_with_their_places(raw: Path) -> None:
    found = problems(
        raw, ENTRY.replace("unions", "villages") + ENTRY.replace("from: 3", "from: 2") + ENTRY
    )
    assert [(one.code, one.where) for one in found] == [
        ("unknown-table", "data/raw/changelog.yml:1:10"),
        ("not-a-shrinkage", "data/raw/changelog.yml:7:9"),
    ]
    assert "villages" in found[0].text("en")
    assert "unions" in found[0].expected.en
    assert "from 2 to 2" in found[1].text("en")
    assert "từ 2 đến 2" in found[1].text("vi")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("from: 3", "from: three", "2:16"),
        ("from: 3", "from: -3", "2:16"),
        ("from: 3, to: 2", "from: 3", "2:9"),
        ("  reason: one union was read from a heading\n", "", "1:3"),
        ("decided_on: 2026-11-22", "decided_on: soon", "4:15"),
        ("decided_by: maintainers", "decided_by: maintainers\n  because: x", "6:12"),
    ],
)
def test_an_entry_of_another_form_is_told_with_its_place(
    raw: Path, old: str, new: str, place: str
) -> None:
    assert old in ENTRY
    (found,) = problems(raw, ENTRY.replace(old, new))
    assert found.where == f"data/raw/changelog.yml:{place}"
