"""Rules as expressions over tables: what comes out is what exact arithmetic says of every group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htx_pipeline.figures import READINGS
from htx_pipeline.model import Outcome
from htx_pipeline.rules import RULES, confront_all
from htx_pipeline.rules.findings import finding_id
from htx_pipeline.rules.model import Means, Tree
from htx_pipeline.rules.screening import Region, in_regions, screen
from htx_pipeline_tests.building import LATER, PLAN, REPORT, figures, own_corpus, printed

if TYPE_CHECKING:
    from htx_pipeline.rules import AnyEvaluation, Rule

SCREENED = [rule for rule in RULES if not isinstance(rule.equations, Tree | Means)]
"""The rules that do not ask for whole areas."""
CLEAN = (printed("10"), printed("6", status="active"), printed("4", status="stopped"))
WRONG = (printed("10"), printed("6", status="active"), printed("3", status="stopped"))
ELSEWHERE = "VN-01/huyện Đồi Chè"


def elsewhere(*descriptions: dict[str, Any], area: str = ELSEWHERE) -> list[Any]:
    return [description | {"area_code": area} for description in descriptions]


def as_arrow(frame: pd.DataFrame) -> pyarrow.Table:
    return READINGS.to_arrow(frame)


def in_duckdb(frame: pd.DataFrame) -> duckdb.DuckDBPyRelation:
    return duckdb.connect().from_arrow(as_arrow(frame))


ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "polars": lambda frame: pl.from_arrow(as_arrow(frame)),
    "pyarrow": as_arrow,
    "duckdb": in_duckdb,
}


def outcomes(evaluations: Iterable[AnyEvaluation]) -> Counter[tuple[str, str, str]]:
    """What did not pass, by its fingerprint, and how many groups of each rule did."""
    return Counter(
        (e.rule.name, str(e.outcome), "" if e.outcome is Outcome.PASS else finding_id(e))
        for e in evaluations
    )


def confront_table(
    table: Any, rules: Sequence[Rule] = RULES
) -> tuple[Counter[str], Sequence[AnyEvaluation]]:
    """How many groups surely pass outside of regions, and all those inside."""
    found = screen(table, rules)
    if not found.regions:
        return Counter(found.passed), []
    rows = in_regions(nw.from_native(table).lazy().collect("pyarrow").to_native(), found)
    inside = screen(rows, rules).passed
    evaluations = confront_all(rows.to_pylist(), rules=rules).evaluations
    return Counter(found.passed) - Counter(inside), evaluations


def screened(table: Any, rules: Sequence[Rule] = SCREENED) -> Counter[tuple[str, str, str]]:
    """The same, of a table."""
    passed, exact = confront_table(table, rules)
    return outcomes(exact) + Counter({(name, "pass", ""): count for name, count in passed.items()})


def exactly(frame: pd.DataFrame, rules: Sequence[Rule] = SCREENED) -> Counter[tuple[str, str, str]]:
    return outcomes(confront_all(frame, rules=rules).evaluations)


@pytest.mark.filterwarnings("ignore::pandas.errors.PerformanceWarning")
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("rules", [SCREENED, RULES], ids=["screened", "all"])
def test_on_the_own_data_every_engine_tells_what_exact_arithmetic_does(
    engine: str, rules: Sequence[Rule]
) -> None:
    readings = own_corpus().readings
    assert screened(ENGINES[engine](readings), rules) == exactly(readings, rules)


def test_most_of_what_passes_needs_no_exact_look() -> None:
    described = [
        one for number in range(40) for one in elsewhere(*CLEAN, area=f"VN-01/xã {number}")
    ]
    passed, exact = confront_table(as_arrow(figures(*described)))
    assert passed == {"active_and_stopped_sum_to_total": 40}
    assert not exact


@pytest.mark.parametrize("engine", ENGINES)
def test_only_regions_in_doubt_are_evaluated_exactly(engine: str) -> None:
    frame = figures(*CLEAN, *elsewhere(*WRONG), *elsewhere(*CLEAN, area="VN-01/xã Suối Tre"))
    found = screen(ENGINES[engine](frame))
    assert found.regions == (Region(ELSEWHERE, ""),)
    assert found.passed == {"active_and_stopped_sum_to_total": 2}
    assert screened(ENGINES[engine](frame)) == exactly(frame)


def test_a_period_that_no_rule_names_is_a_region_of_its_own() -> None:
    wrong = [one | {"period": "2021-03-31"} for one in WRONG]
    later = [one | {"period": "2021-04-30"} for one in CLEAN]
    found = screen(as_arrow(figures(*CLEAN, *wrong, *later)))
    assert found.regions == (Region("VN-01", "2021-03-31"),)


def test_an_area_with_means_is_a_region_as_a_whole() -> None:
    frame = figures(printed("9", "revenue_mean"), *elsewhere(*CLEAN))
    assert screen(as_arrow(frame)).regions == (Region("VN-01", "*"),)


@pytest.mark.parametrize("report", [REPORT, LATER])
def test_two_prints_of_one_cell_are_evaluated_exactly(report: Any) -> None:
    frame = figures(printed("10"), printed("10", report=report))
    assert screen(as_arrow(frame)).regions == (Region("VN-01", ""),)


def test_a_plan_that_no_whole_number_fits_is_told() -> None:
    attained = printed("75", relation="attainment", period="2021-12-31")
    frame = figures(printed("20"), attained)
    assert screened(as_arrow(frame)) == exactly(frame)
    assert any(outcome == "fail" for _, outcome, _ in screened(as_arrow(frame)))


def test_a_share_beyond_100_is_told() -> None:
    frame = figures(printed("100,4", relation="share", status="active", share_of="status"))
    assert screened(as_arrow(frame)) == exactly(frame)
    assert sum(screened(as_arrow(frame)).values()) == 1


def half_year(stock: str, of: str, *, report: Any = REPORT) -> list[dict[str, Any]]:
    """Two new ones, none dissolved, and a stock at the end of half a year."""
    span, day = {"first": ("2021-S1", "2021-06-30"), "second": ("2021-S2", "2021-12-31")}[of]
    return [
        printed(stock, period=day, report=report),
        printed("2", "cooperatives_new", period=span, report=report),
        printed("0", "cooperatives_dissolved", period=span, report=report),
    ]


def test_an_estimate_of_another_report_does_not_make_an_equation_complete() -> None:
    # elsewhere the same term is the stated one, and of its own report
    before = printed("8", period="2020-12-31")
    frame = figures(
        printed("10", period="2021-06-30", qualifier="estimated"),
        *half_year("12", "second", report=LATER),
        *elsewhere(before, *half_year("10", "first")),
    )
    assert screened(as_arrow(frame)) == exactly(frame)
    assert ("opening_and_flows_give_closing", "unverifiable") in {
        (rule, outcome) for rule, outcome, _ in exactly(frame)
    }


def test_an_empty_table_has_nothing_to_say() -> None:
    found = screen(as_arrow(figures()))
    assert (found.regions, found.passed) == ((), {})


def _numeral(value: int, decimals: int) -> str:
    if not decimals:
        return str(value)
    return f"{value // 10**decimals},{value % 10**decimals:0{decimals}d}"


counts = st.builds(_numeral, st.sampled_from([0, 1, 2, 4, 6, 7, 10, 20, 40, 60, 100]), st.just(0))
amounts = st.builds(_numeral, st.integers(0, 300), st.sampled_from([0, 1]))
shares = st.builds(_numeral, st.integers(0, 1100), st.just(1))
sectors = st.sampled_from(["_T", "agriculture", "non_agriculture", "credit", "non_credit", "trade"])
statuses = st.sampled_from(["_T", "active", "stopped"])
days = st.sampled_from(["2020-12-31", "2021-06-30", "2021-12-31", "2021-03-31", "2022-12-31"])
spans = st.sampled_from(["2020", "2021", "2021-S1", "2021-S2"])
reports = st.sampled_from([REPORT, LATER, PLAN])
qualifiers = st.sampled_from(["exact", "exact", "exact", "estimated", "more_than", "approx"])
stocks = st.sampled_from(["cooperatives", "members", "employees"])


def _described(
    draw: st.DrawFn, numeral: st.SearchStrategy[str], indicator: str, **codes: Any
) -> dict[str, Any]:
    drawn = {
        name: draw(code) if isinstance(code, st.SearchStrategy) else code
        for name, code in codes.items()
    }
    return printed(draw(numeral), indicator, **drawn)


@st.composite
def described(draw: st.DrawFn) -> dict[str, Any]:
    return draw(in_one_area()) | {"area_code": draw(st.sampled_from(["VN-01", ELSEWHERE]))}


@st.composite
def in_one_area(draw: st.DrawFn) -> dict[str, Any]:
    common = {"report": reports, "sector": sectors, "qualifier": qualifiers}
    match draw(st.integers(0, 7)):
        case 0 | 1 | 2:
            return _described(draw, counts, draw(stocks), status=statuses, period=days, **common)
        case 3:
            unit = st.sampled_from(["million_vnd", "billion_vnd"])
            return _described(draw, amounts, "charter_capital", period=days, unit=unit, **common)
        case 4:
            return _described(
                draw, shares, "charter_capital", relation="share", period=days, **common
            )
        case 5:
            flow = draw(st.sampled_from(["cooperatives_new", "cooperatives_dissolved"]))
            return _described(draw, counts, flow, period=spans, **common)
        case 6:
            role = st.sampled_from(["target", "actual"])
            return _described(draw, counts, "cooperatives", role=role, period=days, report=reports)
        case _:
            change = {"relation": "change", "period": "2021-12-31", "base_period": "2020-12-31"}
            change["printed_base"] = draw(st.sampled_from([None, "2020", "2021"]))
            return _described(draw, counts, draw(stocks), report=reports, **change)


@settings(max_examples=60)
@given(st.lists(described(), min_size=1, max_size=25))
def test_whatever_is_printed_a_table_tells_what_exact_arithmetic_does(
    descriptions: list[dict[str, Any]],
) -> None:
    frame = figures(*descriptions)
    assert screened(as_arrow(frame)) == exactly(frame)


@pytest.mark.filterwarnings("ignore::pandas.errors.PerformanceWarning")
@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
@settings(max_examples=6)
@given(descriptions=st.lists(described(), min_size=1, max_size=25))
def test_every_engine_screens_alike(engine: str, descriptions: list[dict[str, Any]]) -> None:
    frame = figures(*descriptions)
    assert screen(ENGINES[engine](frame)) == screen(as_arrow(frame))
