"""Expectations that are put to a table together: few, and never less than each by itself."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow
import pyarrow.parquet
import pytest

from htx_pipeline import contracts as c
from htx_pipeline.curation import CONTRACTS
from htx_pipeline.model import Label
from htx_pipeline.release.gate import check

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

CURATED = Path(__file__).parents[2] / "data" / "curated"
ABOUT = Label(vi="Bảng thử.", en="A table of the tests.")
PADDIES = c.Contract(
    name="paddies",
    title=ABOUT,
    description=ABOUT,
    key=("paddy_id",),
    fields=(
        c.text("paddy_id", "mã", "Id", ABOUT, pattern="^p[0-9]$"),
        c.count("members_persons", "thành viên", "Members", ABOUT, unit="person"),
    ),
)
IN_WORDS = "all that is asked together must be met"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [{"paddy_id": "p1", "members_persons": 4}, {"paddy_id": "p2", "members_persons": None}]
    table = pyarrow.Table.from_pylist(rows, schema=PADDIES.arrow)
    pyarrow.parquet.write_table(table, tmp_path / "paddies.parquet")
    assert check(tmp_path, [PADDIES]).passed
    return tmp_path


def of_the_gate(name: str) -> ModuleType:
    """One of its modules that only a check imports, because they import great_expectations."""
    return sys.modules[f"htx_pipeline.release.gate.{name}"]


def test_a_table_is_asked_four_things_in_which_each_expectation_stands_once(folder: Path) -> None:
    assert check(folder, [PADDIES]).evaluated == 7
    rows = {contract.name: 1 for contract in CONTRACTS}
    made, _ = of_the_gate("suites").suites(CURATED, CONTRACTS, rows, ())
    assert sum(len(suite.asked) for suite in made) > 800
    for suite in made:
        found = of_the_gate("together").together(suite.asked)
        assert len(found) == (1 if suite.table == "sector_sums" else 4)
        assert sorted(place for one in found for place in one.places) == [*range(len(suite.asked))]


@pytest.mark.parametrize(
    ("metric", "asked", "found"),
    [
        ("table.undeclared", [("nothing", "string")], "found [0]"),
        (
            "table.unmet",
            [("column_values.nonnull.condition", {"column": "nothing"}, {})],
            'could not be evaluated: Error: The column "nothing" in BatchData does not exist.',
        ),
    ],
)
def test_what_is_met_one_by_one_and_not_together_is_a_failure(
    folder: Path, monkeypatch: pytest.MonkeyPatch, metric: str, asked: Any, found: str
) -> None:
    grouping = of_the_gate("together")

    def wrongly(suite: Sequence[Any]) -> Any:
        *others, last = grouping.together(suite)
        never = grouping.ExpectAllToBeMet(metric=metric, asked=asked)
        return [*others, replace(last, asked=replace(last.asked, expectation=never))]

    monkeypatch.setattr(of_the_gate("validation"), "together", wrongly)
    verdict = check(folder, [PADDIES])
    (failure,) = verdict.failures
    assert (failure.table, failure.expectation) == ("paddies", "expect_all_to_be_met")
    assert failure.told.en == f"paddies: {IN_WORDS}; {found}"
    assert (verdict.evaluated, verdict.successful) == (8, 7)
