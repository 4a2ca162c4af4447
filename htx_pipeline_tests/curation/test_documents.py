"""Table ``legal_documents``."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from htx_pipeline import contracts as c
from htx_pipeline.curation.documents import CONTRACT, build
from htx_pipeline.errors import ContractError
from htx_pipeline.figures import read_corpus
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from pathlib import Path

    from htx_pipeline_tests.conftest import RawFolder

CUSTOMS = "le-lang-2017"


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows with ``None`` for what is missing."""
    found = CONTRACT.to_arrow(table).to_pylist()
    assert all(set(row) == {column.name for column in CONTRACT.fields} for row in found)
    return found


def test_each_citation_has_a_row_in_the_order_of_the_text(citing: RawFolder) -> None:
    corpus = read_corpus(citing.path)
    found = rows(build(corpus))
    assert [row["citation_id"] for row in found] == [
        citation["citation_id"] for citation in corpus.citations
    ]
    assert [row["start"] for row in found] == sorted(row["start"] for row in found)


def test_a_row_tells_what_was_read(citing: RawFolder) -> None:
    corpus = read_corpus(citing.path)
    for row, citation in zip(rows(build(corpus)), corpus.citations, strict=True):
        assert row == {name: citation[name] for name in row.keys() - {"area"}} | {
            "area": "Lai Châu"
        }


def test_a_date_that_does_not_exist_is_told_as_printed_and_names_no_day(citing: RawFolder) -> None:
    by_date = {row["dated"]: row["date"] for row in rows(build(read_corpus(citing.path)))}
    assert by_date == {
        "29/2/2016": dt.date(2016, 2, 29),
        "30 tháng 11 năm 2016": dt.date(2016, 11, 30),
        "31/2/2016": None,
        None: None,
    }


def test_a_corpus_that_cites_nothing_makes_an_empty_table(raw: RawFolder) -> None:
    table = build(read_corpus(raw.path))
    assert len(table) == 0
    assert list(table.columns) == [column.name for column in CONTRACT.fields]


def test_the_repositorys_own_citations_are_a_table_that_survives_its_file(own_raw: Path) -> None:
    table = build(read_corpus(own_raw))
    assert len(table) == 59
    pd.testing.assert_frame_equal(CONTRACT.from_arrow(CONTRACT.to_arrow(table)), table)


def test_two_citations_do_not_share_an_id(own_raw: Path) -> None:
    citation = read_corpus(own_raw).citations[0]
    with pytest.raises(ContractError, match="citation_id"):
        CONTRACT.frame([{**citation, "area": "Lai Châu"}] * 2)


@pytest.mark.parametrize("name", ["report_id", "document", "kind", "printed", "place"])
def test_what_every_citation_has_is_not_left_out(own_raw: Path, name: str) -> None:
    citation = read_corpus(own_raw).citations[0]
    with pytest.raises(ContractError, match=name):
        CONTRACT.frame([{**citation, "area": "Lai Châu", name: None}])


def test_only_a_nullable_day_may_be_missing() -> None:
    def contract(*, nullable: bool) -> c.Contract:
        return c.Contract(
            name="days",
            title=Label(vi="Ngày", en="Days"),
            description=Label("Ngày.", "Days."),
            key=("name",),
            fields=(
                c.text("name", "tên", "Name", Label("Tên.", "Its name.")),
                c.day("day", "ngày", "Day", Label("Ngày.", "The day."), nullable=nullable),
            ),
        )

    given = [{"name": "a", "day": None}, {"name": "b", "day": dt.date(2020, 2, 29)}]
    open_to_gaps = contract(nullable=True)
    assert open_to_gaps.to_arrow(open_to_gaps.frame(given)).to_pylist() == given
    assert open_to_gaps.arrow.field("day").nullable
    with pytest.raises(ContractError, match="day"):
        contract(nullable=False).frame(given)
