"""Figures as operands: exact intervals, in one unit, and which figure of a cell goes first."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from htx_pipeline.figures import READINGS, read_corpus
from htx_pipeline.figures.meaning import interval_of, value_of
from htx_pipeline.figures.numerals import read_numeral, read_plain
from htx_pipeline.figures.operands import (
    DIMENSIONS,
    Operand,
    join_ranges,
    operands,
    preferred,
)
from htx_pipeline.model import Interval

if TYPE_CHECKING:
    from pathlib import Path

    from htx_pipeline_tests.conftest import RawFolder

NOTEBOOK = "so-tay-2017"
PROMISE = "loi-hen-2018"

FIGURE = Operand(
    figure_id="cho-que-2017:10",
    report_id="cho-que-2017",
    report_kind="report",
    issued_on=dt.date(2018, 1, 15),
    line=2,
    start=10,
    place="p1",
    printed="41,5",
    printed_unit="%",
    role="actual",
    qualifier="exact",
    obs_status="A",
    decimals=1,
    value=Decimal("41.5"),
    interval=Interval(Fraction("41.45"), Fraction("41.55")),
    cell=MappingProxyType({"unit": "percent"}),
)
PRINTED_904: dict[str, Any] = {
    "printed": "90,4",
    "value": Decimal("90.4"),
    "interval": Interval(Fraction("90.35"), Fraction("90.45")),
}


def of_report(raw: RawFolder, report: str = NOTEBOOK) -> dict[str, Operand]:
    """The operands of one report by their prints."""
    found = operands(read_corpus(raw.path).readings)
    return {operand.printed: operand for operand in found if operand.report_id == report}


def exact(low: str | None, high: str | None, **ends: bool) -> Interval:
    return Interval(
        None if low is None else Fraction(low), None if high is None else Fraction(high), **ends
    )


@pytest.mark.parametrize(
    ("report", "printed", "interval"),
    [
        (NOTEBOOK, "52", exact("52", "52")),
        (NOTEBOOK, "90,4", exact("90.35", "90.45")),
        (NOTEBOOK, "18.250", exact("18249.5", "18250.5")),
        (NOTEBOOK, "1.204,5", exact("1204.45", "1204.55")),
        (NOTEBOOK, "2,415", exact("2.4145", "2.4155")),
        (NOTEBOOK, "36", exact("-36", "-36")),
        (NOTEBOOK, "3", exact("3", None)),
        (NOTEBOOK, "8", exact(None, "8")),
        (PROMISE, "60", exact("60", None, low_closed=False)),
    ],
)
def test_a_row_of_the_frame_has_its_exact_interval_again(
    raw: RawFolder, report: str, printed: str, interval: Interval
) -> None:
    assert of_report(raw, report)[printed].interval == interval


def test_an_approximate_print_has_a_value_but_no_interval(raw: RawFolder) -> None:
    operand = of_report(raw)["120"]
    assert operand.qualifier == "approx"
    assert operand.interval is None
    assert operand.if_truncated is None
    assert operand.value == 120


def test_values_are_exact_and_signed(raw: RawFolder) -> None:
    found = of_report(raw)
    assert found["1.204,5"].value == Decimal("1204.5")
    assert found["36"].value == Decimal(-36)


def test_operands_keep_the_order_of_the_frame_and_the_place_of_each_figure(
    raw: RawFolder,
) -> None:
    readings = read_corpus(raw.path).readings
    found = operands(readings)
    assert [operand.figure_id for operand in found] == list(readings["figure_id"])
    first = found[4]
    assert (first.printed, first.line, first.place, first.printed_unit) == ("52", 2, "p1", "HTX")
    assert first.issued_on == dt.date(2018, 1, 15)


def test_a_cell_is_all_dimensions_with_empty_text_where_there_is_none(raw: RawFolder) -> None:
    cell = of_report(raw)["36"].cell
    assert set(cell) == set(DIMENSIONS)
    assert dict(cell) == {
        "organization": "cooperative",
        "entity": "",
        "indicator": "members",
        "sector": "_T",
        "status": "_T",
        "area_code": "VN-01",
        "period": "2017-12-31",
        "base_period": "2016-12-31",
        "share_of": "",
        "relation": "change",
        "unit": "person",
        "side": "observed",
    }


def test_actuals_and_estimates_are_one_side_and_targets_another(raw: RawFolder) -> None:
    found = of_report(raw)
    assert found["52"].cell["side"] == "observed"
    assert found["1.204,5"].role == "estimate"
    assert found["1.204,5"].cell["side"] == "observed"
    assert found["3"].cell["side"] == "target"
    raw.change(f"{NOTEBOOK}/figures.csv", 2, role="threshold")
    assert of_report(raw)["52"].cell["side"] == "threshold"


def test_an_actual_and_an_estimate_of_one_thing_share_their_cell(raw: RawFolder) -> None:
    file = f"{NOTEBOOK}/figures.csv"
    raw.change(file, 3, status="_T", role="estimate")
    found = of_report(raw)
    assert found["47"].cell == found["52"].cell
    assert found["5"].cell != found["52"].cell


def test_a_cell_cannot_be_changed_through_an_operand(raw: RawFolder) -> None:
    with pytest.raises(TypeError):
        of_report(raw)["52"].cell["sector"] = "credit"  # type: ignore[index]


@pytest.mark.parametrize(
    ("printed", "truncated"),
    [
        ("90,4", exact("90.4", "90.5", high_closed=False)),
        ("18.250", exact("18250", "18251", high_closed=False)),
        ("1.204,5", exact("1204.5", "1204.6", high_closed=False)),
    ],
)
def test_a_rounded_print_may_have_been_cut_off_instead(
    raw: RawFolder, printed: str, truncated: Interval
) -> None:
    operand = of_report(raw)[printed]
    assert operand.is_rounded
    assert operand.if_truncated == truncated


@pytest.mark.parametrize("printed", ["52", "36", "3", "8", "120"])
def test_a_count_or_a_bound_is_never_cut_off(raw: RawFolder, printed: str) -> None:
    operand = of_report(raw)[printed]
    assert not operand.is_rounded
    assert operand.if_truncated == operand.interval


def test_a_decrease_that_was_cut_off_reaches_away_from_zero(raw: RawFolder) -> None:
    file = f"{NOTEBOOK}/figures.csv"
    raw.change(file, raw.line(file, "36"), unit="percent")
    operand = of_report(raw)["36"]
    assert operand.interval == exact("-36.5", "-35.5")
    assert operand.if_truncated == exact("-37", "-36", low_closed=False)


def test_a_decrease_of_zero_that_was_cut_off_is_still_a_decrease(raw: RawFolder) -> None:
    file = f"{NOTEBOOK}/figures.csv"
    raw.change(file, raw.line(file, "36"), unit="percent", printed="00")
    assert of_report(raw)["00"].if_truncated == exact("-1", "0", low_closed=False)


def test_rows_give_the_same_operands_as_their_frame(raw: RawFolder) -> None:
    corpus = read_corpus(raw.path)
    assert operands(corpus.rows) == operands(corpus.readings)


# Units of one family.


@pytest.mark.parametrize(
    ("unit", "interval", "truncated"),
    [
        ("million_vnd", exact("90.35", "90.45"), exact("90.4", "90.5", high_closed=False)),
        ("billion_vnd", exact("90350", "90450"), exact("90400", "90500", high_closed=False)),
        (
            "vnd",
            exact("9035/100000000", "9045/100000000"),
            exact("904/10000000", "905/10000000", high_closed=False),
        ),
    ],
)
def test_an_amount_is_compared_in_the_base_unit_of_its_family(
    unit: str, interval: Interval, truncated: Interval
) -> None:
    printed = replace(FIGURE, **PRINTED_904, cell=MappingProxyType({"unit": unit}))
    told = printed.in_base_unit()
    assert told.interval == interval
    assert told.if_truncated == truncated
    assert told.cell["unit"] == "million_vnd"
    assert told.unit == unit
    assert told.value_as_printed == Decimal("90.4")
    assert (told.printed, told.decimals) == ("90,4", 1)


def test_what_is_in_its_base_unit_stays_as_it_is(raw: RawFolder) -> None:
    for operand in of_report(raw).values():
        if operand.cell["unit"] in {"cooperative", "person", "million_vnd", "percent"}:
            assert operand.in_base_unit() is operand
            assert operand.unit == operand.cell["unit"]
            assert operand.value_as_printed == operand.value


def test_an_approximate_amount_has_no_interval_in_any_unit() -> None:
    about = replace(FIGURE, interval=None, cell=MappingProxyType({"unit": "billion_vnd"}))
    assert about.in_base_unit().interval is None
    assert about.in_base_unit().value == 41500


def test_both_ends_of_a_range_are_brought_into_the_base_unit(raw: RawFolder) -> None:
    file = f"{NOTEBOOK}/figures.csv"
    for numeral in ("3", "8"):
        raw.change(file, raw.line(file, numeral), indicator="budget_need", unit="billion_vnd")
    joined = join_ranges(operands(read_corpus(raw.path).rows))
    (between,) = (figure.in_base_unit() for figure in joined if figure.upper is not None)
    assert between.interval == exact("3000", "8000")
    assert between.upper is not None
    assert between.upper.cell["unit"] == "million_vnd"
    assert len(between.figure_ids) == 2


# What a figure stands for.


def test_a_printed_figure_stands_for_itself() -> None:
    assert FIGURE.sources == (FIGURE,)
    assert FIGURE.figure_ids == ("cho-que-2017:10",)
    assert FIGURE.file == "figures.csv"


def test_what_is_implied_stands_for_the_figures_that_it_follows_from() -> None:
    other = replace(FIGURE, figure_id="cho-que-2017:20", upper=replace(FIGURE, figure_id="c:30"))
    implied = replace(FIGURE, figure_id="cho-que-2017:implied", implied_by=(FIGURE, other))
    assert implied.sources == (FIGURE, other)
    assert implied.figure_ids == ("cho-que-2017:10", "cho-que-2017:20", "c:30")


def test_the_frame_gives_the_same_operands_after_arrow(raw: RawFolder) -> None:
    readings = read_corpus(raw.path).readings
    assert operands(READINGS.from_arrow(READINGS.to_arrow(readings))) == operands(readings)


def test_the_repositorys_own_figures_are_exact_in_the_frame(own_raw: Path) -> None:
    corpus = read_corpus(own_raw)
    found = operands(corpus.readings)
    assert len(found) == len(corpus.readings) > 300
    corrected = set(corpus.readings.query("corrected")["figure_id"])
    for operand, direction in zip(found, corpus.readings["direction"], strict=True):
        numeral = (
            read_plain(str(abs(operand.value)))
            if operand.figure_id in corrected
            else read_numeral(operand.printed)
        )
        side = direction if isinstance(direction, str) else None
        assert operand.value == value_of(numeral, side)
        assert operand.interval == interval_of(
            numeral, qualifier=operand.qualifier, unit=operand.cell["unit"], direction=side
        )


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param({"role": "actual"}, {"role": "estimate"}, id="actual before estimate"),
        pytest.param(
            {"report_kind": "plan"}, {"report_kind": "news"}, id="administration before news"
        ),
        pytest.param(
            {"issued_on": dt.date(2018, 1, 16)},
            {"issued_on": dt.date(2018, 1, 15)},
            id="later report before earlier",
        ),
        pytest.param({"decimals": 2}, {"decimals": 1}, id="finer print before coarser"),
        pytest.param({"report_id": "a"}, {"report_id": "b"}, id="reports by their id"),
        pytest.param({"start": 9}, {"start": 10}, id="the order of the text"),
        pytest.param(
            {"role": "actual", "report_kind": "news"},
            {"role": "estimate", "report_kind": "report"},
            id="the role counts more than the kind of report",
        ),
        pytest.param(
            {"report_kind": "report", "issued_on": dt.date(2018, 1, 15)},
            {"report_kind": "news", "issued_on": dt.date(2019, 1, 15)},
            id="the kind of report counts more than the day",
        ),
        pytest.param(
            {"issued_on": dt.date(2019, 1, 15), "decimals": 0},
            {"issued_on": dt.date(2018, 1, 15), "decimals": 2},
            id="the day counts more than the decimals",
        ),
        pytest.param(
            {"decimals": 2, "report_id": "b", "start": 99},
            {"decimals": 0, "report_id": "a", "start": 1},
            id="the decimals count more than the order of the text",
        ),
    ],
)
def test_the_figure_to_take_comes_first(first: dict[str, Any], then: dict[str, Any]) -> None:
    better, worse = replace(FIGURE, **first), replace(FIGURE, **then)
    assert preferred([better, worse]) == [better, worse]
    assert preferred([worse, better]) == [better, worse]


@given(st.permutations(range(6)))
def test_what_is_preferred_does_not_depend_on_the_order_that_is_given(order: list[int]) -> None:
    candidates = [
        replace(FIGURE, start=number, role="actual" if number % 2 else "estimate")
        for number in range(6)
    ]
    assert [operand.start for operand in preferred(candidates[number] for number in order)] == [
        *(1, 3, 5),
        *(0, 2, 4),
    ]
