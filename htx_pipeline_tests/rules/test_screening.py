"""Rules as expressions over tables: they never let pass what exact arithmetic would not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htx_pipeline.figures import READINGS
from htx_pipeline.model import Outcome
from htx_pipeline.rules import RULES, evaluate
from htx_pipeline.rules.catalogue import plans, sectors, status
from htx_pipeline.rules.screening import confront_table, outcomes, screen
from htx_pipeline_tests.building import figures, own_corpus, printed

FEW = (*status.RULES, *sectors.RULES[:1], plans.PLAN_ATTAINMENTS)
CLEAN = (printed("10"), printed("6", status="active"), printed("4", status="stopped"))
WRONG = (printed("10"), printed("6", status="active"), printed("3", status="stopped"))


def elsewhere(*descriptions: dict[str, Any], area: str = "VN-01/huyện Đồi Chè") -> list[Any]:
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


def counted(told: list[tuple[str, dict[str, str]]]) -> Counter[tuple[str, str]]:
    return Counter(
        (name.partition("__")[0], said) for _, group in told for name, said in group.items()
    )


def test_on_the_own_data_what_passes_passes_exactly_and_what_fails_is_flagged() -> None:
    screened = counted(outcomes(pl.from_arrow(as_arrow(own_corpus().readings))))
    exact = Counter(
        (e.rule.name, e.outcome.value)
        for e in evaluate(own_corpus().readings)
        if not any(member.is_implied for member in getattr(e, "members", ()))
    )
    for rule in RULES:
        if not isinstance(rule.equations, tuple):
            continue
        said = {name: screened[rule.name, name] for name in ("pass", "unverifiable", "look")}
        told = {name: exact[rule.name, name] for name in ("pass", "unverifiable", "fail")}
        assert sum(said.values()) == sum(told.values()), rule.name
        assert said["look"] >= told["fail"], rule.name
        assert said["pass"] <= told["pass"], rule.name
        assert said["unverifiable"] <= told["unverifiable"], rule.name


@pytest.mark.filterwarnings("ignore::pandas.errors.PerformanceWarning")
@pytest.mark.parametrize("engine", ENGINES)
def test_each_engine_says_the_same(engine: str) -> None:
    frame = figures(
        *CLEAN,
        *elsewhere(*WRONG),
        *elsewhere(printed("10"), printed("6", status="active"), area="VN-01/xã Suối Tre"),
        printed("1,2", "charter_capital", unit="billion_vnd"),
        printed("700", "charter_capital", sector="agriculture"),
        printed("500", "charter_capital", sector="non_agriculture"),
    )
    told = counted(outcomes(ENGINES[engine](frame), FEW))
    assert told == {
        ("active_and_stopped_sum_to_total", "pass"): 1,
        ("active_and_stopped_sum_to_total", "unverifiable"): 1,
        ("active_and_stopped_sum_to_total", "look"): 1,
        ("sectors_sum_to_total", "pass"): 1,
    }


def test_only_areas_in_doubt_are_evaluated_exactly() -> None:
    frame = figures(*CLEAN, *elsewhere(*WRONG))
    screened, exact = confront_table(pl.from_arrow(as_arrow(frame)), FEW)
    assert screened.areas == ("VN-01/huyện Đồi Chè",)
    assert screened.passed == {"active_and_stopped_sum_to_total": 1}
    (evaluation,) = exact.evaluations
    assert (evaluation.outcome, evaluation.area_code) == (Outcome.FAIL, screened.areas[0])


def test_an_area_with_two_prints_of_one_cell_is_evaluated_exactly() -> None:
    assert screen(as_arrow(figures(printed("10"), printed("10")))).areas == ("VN-01",)


def test_a_plan_that_no_whole_number_fits_is_flagged() -> None:
    attained = printed("75", relation="attainment", period="2021-12-31")
    told = counted(outcomes(as_arrow(figures(printed("20"), attained)), FEW))
    assert told == {("plan_attainments", "look"): 1}


def test_an_empty_table_has_nothing_to_say() -> None:
    screened = screen(as_arrow(figures()), FEW)
    assert (screened.areas, screened.passed) == ((), {})


counts = st.integers(0, 2000)


@settings(max_examples=25)
@given(total=counts, active=counts, stopped=counts | st.none(), share=st.integers(0, 1000))
def test_what_exact_arithmetic_refuses_never_passes(
    total: int, active: int, stopped: int | None, share: int
) -> None:
    described = [printed(str(total)), printed(str(active), status="active")]
    if stopped is not None:
        described.append(printed(str(stopped), status="stopped"))
    decimal = f"{share // 10},{share % 10}"
    described.append(
        printed(decimal, status="active", relation="share", share_of="status", unit="percent")
    )
    frame = figures(*described)
    exact = Counter((e.rule.name, e.outcome.value) for e in evaluate(frame, FEW))
    screened = counted(outcomes(as_arrow(frame), FEW))
    for rule in FEW:
        assert screened[rule.name, "pass"] <= exact[rule.name, "pass"]
        assert screened[rule.name, "look"] >= exact[rule.name, "fail"]
