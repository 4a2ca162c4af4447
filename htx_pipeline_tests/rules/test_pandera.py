"""The rules as pandera checks: a notebook flags what ``htx check`` flags."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pandera.pandas as pa
import pytest

from htx_pipeline.errors import HtxError
from htx_pipeline.model import Outcome
from htx_pipeline.rules import RULES, TOPICS, evaluate
from htx_pipeline.rules.catalogue.prints import REPEATED_PRINTS_AGREE
from htx_pipeline.rules.catalogue.status import ACTIVE_AND_STOPPED_SUM_TO_TOTAL
from htx_pipeline.rules.pandera import check, schema
from htx_pipeline_tests.building import broken_rule, figures, own_release, printed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from htx_pipeline.rules import Rule

FEW = (ACTIVE_AND_STOPPED_SUM_TO_TOTAL, REPEATED_PRINTS_AGREE)
GOOD = (printed("10"), printed("6", status="active"), printed("4", status="stopped"))
BAD = (
    printed("20", period="2020-12-31"),
    printed("6", period="2020-12-31", status="active"),
    printed("4", period="2020-12-31", status="stopped"),
    printed("77", "members"),
    printed("78", "members"),
)
CITATIONS = {rule.name for rule in TOPICS["citations"]}
"""Rules of which a frame of figures knows nothing."""


def flagged(frame: pd.DataFrame, rules: Sequence[Rule] = RULES) -> dict[str, set[str]]:
    """For each check that fails, the figures that it flags."""
    with pytest.raises(pa.errors.SchemaErrors) as caught:
        schema(rules).validate(frame, lazy=True)
    found: dict[str, set[str]] = defaultdict(set)
    cases = caught.value.failure_cases
    for name, index in zip(cases["check"], cases["index"], strict=True):
        found[name].add(frame.loc[index, "figure_id"])
    return dict(found)


def contradicted(frame: pd.DataFrame, rules: Sequence[Rule] = RULES) -> dict[str, set[str]]:
    """For each rule that fails, the figures that take part."""
    found: dict[str, set[str]] = defaultdict(set)
    for evaluation in evaluate(frame, rules):
        if evaluation.outcome is Outcome.FAIL:
            ids = {i for figure in evaluation.operands for i in figure.figure_ids}
            found[evaluation.rule.name] |= ids
    return dict(found)


def test_each_rule_is_a_check_of_its_name() -> None:
    assert [found.name for found in schema().checks] == [rule.name for rule in RULES]
    assert [check(rule).title for rule in RULES] == [rule.title.en for rule in RULES]


def test_good_figures_pass_unchanged() -> None:
    frame = figures(*GOOD)
    assert schema().validate(frame, lazy=True).equals(frame)


def test_bad_figures_are_flagged_by_their_rules_and_no_others() -> None:
    assert flagged(figures(*GOOD, *BAD)) == {
        "active_and_stopped_sum_to_total": {f"bao-cao-2021:{n}" for n in (40, 50, 60)},
        "repeated_prints_agree": {"bao-cao-2021:70", "bao-cao-2021:80"},
    }


def test_both_ends_of_a_range_are_flagged() -> None:
    ends = (printed("5", qualifier="range_low"), printed("8", qualifier="range_high"))
    assert flagged(figures(*ends, printed("9")), [REPEATED_PRINTS_AGREE]) == {
        "repeated_prints_agree": {f"bao-cao-2021:{n}" for n in (10, 20, 30)}
    }


def test_what_cannot_be_decided_is_not_flagged() -> None:
    frame = figures(printed("10"), printed("6", status="active"))
    schema([ACTIVE_AND_STOPPED_SUM_TO_TOTAL]).validate(frame, lazy=True)


def test_rows_are_named_by_the_index_that_the_frame_has() -> None:
    frame = figures(*GOOD, *BAD)
    frame.index = [f"row {n}" for n in range(len(frame))]
    assert flagged(frame, FEW) == contradicted(frame, FEW)


def test_the_repository_s_own_contradictions_are_flagged_though_waived() -> None:
    frame = own_release().tables["figures"]
    failed = {e.rule.name for e in own_release().evaluations if e.outcome is Outcome.FAIL}
    found = flagged(frame, [rule for rule in RULES if rule.name in failed])
    assert found == contradicted(frame)
    assert set(found) == failed - CITATIONS
    assert len(found["sectors_sum_to_total"]) == 38


def test_what_only_implied_values_contradict_is_flagged_too() -> None:
    shares = [
        printed(numeral, "charter_capital", relation="share", sector=sector)
        for numeral, sector in (("60", "agriculture"), ("20", "trade"))
    ]
    capital = [
        printed(numeral, "charter_capital", sector=sector)
        for numeral, sector in (("600", "agriculture"), ("100", "trade"))
    ]
    managers = (
        printed("1.124", "managers"),
        printed("35", "managers_university"),
        printed("2,4", "managers_college_university", relation="share", share_of="managers"),
    )
    frame = figures(*shares, *capital, *managers)
    found = flagged(frame)
    assert found == contradicted(frame)
    assert set(found) == {"implied_values_agree", "university_within_college_and_university"}


def test_the_columns_that_are_not_asked_for_may_be_anything() -> None:
    frame = figures(*GOOD).assign(mine="a remark")
    assert "mine" in schema([ACTIVE_AND_STOPPED_SUM_TO_TOTAL]).validate(frame, lazy=True)


def test_a_figure_that_stands_twice_is_refused() -> None:
    frame = figures(*GOOD).iloc[[0, 0, 1, 2]].reset_index(drop=True)
    with pytest.raises(pa.errors.SchemaErrors, match="figure_id"):
        schema([]).validate(frame, lazy=True)


def test_a_schema_of_one_rule_asks_that_rule_alone() -> None:
    frame = figures(printed("77", "members"), printed("78", "members"), *GOOD)
    schema([ACTIVE_AND_STOPPED_SUM_TO_TOTAL]).validate(frame, lazy=True)
    with pytest.raises(pa.errors.SchemaErrors, match="repeated_prints_agree"):
        schema(FEW).validate(frame, lazy=True)


def test_a_broken_rule_does_not_let_figures_pass() -> None:
    with pytest.raises((pa.errors.SchemaErrors, HtxError), match="is broken"):
        schema([broken_rule()]).validate(figures(*GOOD), lazy=True)


@pytest.mark.parametrize("how", [{}, {"dtype_backend": "pyarrow"}], ids=["numpy", "arrow"])
def test_the_published_file_is_judged_as_a_notebook_reads_it(how: dict[str, str]) -> None:
    import pandas as pd  # noqa: PLC0415 (as in a notebook)

    path = Path(__file__).parents[2] / "data" / "curated"
    findings = pd.read_parquet(path / "findings.parquet")
    failed = findings.query("outcome == 'fail' and rule not in @CITATIONS")
    wrong = {i for ids in failed["figure_ids"] for i in ids}
    found = flagged(pd.read_parquet(path / "figures.parquet", **how))
    assert set.union(*found.values()) == wrong
