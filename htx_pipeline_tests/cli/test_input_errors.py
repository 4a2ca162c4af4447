"""What a person who saved a raw file badly sees, and what stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from htx_pipeline_tests.cli.conftest import Data, Said

REPORT = "raw/lai-chau-2021-report/figures.csv"
PLAN = "raw/lai-chau-2024-plan/figures.csv"
SHOWN = "data/raw/lai-chau-2021-report/figures.csv"


@pytest.fixture(params=["check", "build"])
def command(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def spoil_code(data: Data) -> str:
    line = data.replace(REPORT, ",group,,groups,_T,_T,", ",group,,grups,_T,_T,")
    return f"{SHOWN}:{line}:"


def spoil_numeral(data: Data) -> str:
    line = data.replace(REPORT, ",2.010,", ',"2,010",')
    return f"{SHOWN}:{line}:"


def spoil_by_duplicate(data: Data) -> str:
    path = data.root / REPORT
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:5], lines[4], *lines[5:]]), encoding="utf-8", newline="\n")
    return f"{SHOWN}:6:1:"


def spoil_header(data: Data) -> str:
    path = data.root / REPORT
    rows = [line.split(",", 1)[1] for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")
    return f"{SHOWN}:1:1:"


def spoil_encoding(data: Data) -> str:
    path = data.root / REPORT
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-16")
    return f"{SHOWN}:1:1:"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (spoil_code, "unknown-code"),
        (spoil_numeral, "ambiguous-numeral"),
        (spoil_by_duplicate, "duplicate"),
        (spoil_header, "wrong-header"),
        (spoil_encoding, "byte-order-mark"),
    ],
)
def test_a_spoilt_file_is_told_with_its_place_and_nothing_changes(
    htx: Callable[..., Said],
    data: Data,
    command: str,
    spoil: Callable[[Data], str],
    code: str,
) -> None:
    before = data.hashes()
    where = spoil(data)
    said = htx(command)
    assert said.code == 3
    assert any(line.startswith(where) and f"[{code}]" in line for line in said.err.splitlines()), (
        said.err
    )
    assert "nothing was changed" in said.err
    assert data.hashes() == before


def test_all_problems_of_all_files_are_told_in_one_run(
    htx: Callable[..., Said], data: Data
) -> None:
    spoil_code(data)
    data.replace(PLAN, "2023-06-30", "2023-06-31")
    data.replace("raw/lai-chau-2023-news/report.yml", "kind: news", "kind: novel")
    said = htx("check")
    assert said.code == 3
    assert "[unknown-code]" in said.err
    assert "[not-a-period]" in said.err
    assert "data/raw/lai-chau-2023-news/report.yml:2:7: [wrong-value]" in said.err
    assert "3 problems in the input" in said.err


def test_problems_are_told_in_vietnamese_when_asked(htx: Callable[..., Said], data: Data) -> None:
    spoil_code(data)
    said = htx("check", "--lang", "vi")
    assert "cần một mã của danh mục indicator, có lẽ 'groups'" in said.err
    assert "không có gì thay đổi" in said.err


def test_broken_waivers_cannot_be_read(htx: Callable[..., Said], data: Data) -> None:
    line = data.replace("raw/waivers.yml", "rule: sectors_sum_to_total", "rules: sectors")
    said = htx("check")
    assert said.code == 3
    assert f"data/raw/waivers.yml:{line}:" in said.err
