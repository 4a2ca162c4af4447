from __future__ import annotations

from dataclasses import replace
from typing import Any

import dagster as dg

from htx_pipeline import rules
from htx_pipeline.figures import read_corpus
from htx_pipeline.model import Outcome
from htx_pipeline.orchestration.shown import checks
from htx_pipeline_tests.building import OWN_RAW, printed, read

RULES = {rule.name: rule for rule in rules.RULES}
SUM = RULES["sectors_sum_to_total"]


def of(rule: rules.Rule, *rows: Any, waivers: tuple[rules.Waiver, ...] = ()) -> Any:
    evaluations = rules.confront_all(read(*rows)).evaluations
    ledger = rules.find(evaluations, waivers)
    counts = rules.denominators(evaluations).get(rule.name, {})
    return checks.of_rule(rule, "findings", counts, ledger)


def table(result: dg.AssetCheckResult, name: str) -> list[dict[str, Any]]:
    return [dict(record.data) for record in result.metadata[name].records]  # type: ignore[union-attr]


SECTORS = ("agriculture", "industry", "construction", "trade", "transport", "environment", "credit")


def sectors(total: str, first: str = "10") -> list[Any]:
    parts = [printed(first, sector=SECTORS[0]), *(printed("5", sector=s) for s in SECTORS[1:])]
    return [printed(total), *parts]


def test_an_open_contradiction_fails_with_its_equation_in_both_languages() -> None:
    result = of(SUM, *sectors("41"))
    assert not result.passed
    assert result.severity is dg.AssetCheckSeverity.ERROR
    told = str(result.description)
    assert "41 " in told
    assert "Cộng các lĩnh vực" in told
    (contradiction,) = table(result, "contradictions")
    assert told.endswith(f"htx explain {contradiction['finding']}")
    assert contradiction["state"] == "open"
    assert result.metadata["explain"].value == f"htx explain {contradiction['finding']}"  # type: ignore[union-attr]
    assert result.metadata["reproduce"].value == f"htx check --all; htx rules {SUM.name}"  # type: ignore[union-attr]
    assert contradiction["equation"].startswith("41 ≠ 10 + 5 + 5")
    assert result.metadata["fail"].value == 1  # type: ignore[union-attr]


def test_every_figure_stands_with_its_place_its_line_and_what_it_would_need() -> None:
    result = of(SUM, *sectors("41"))
    figures = table(result, "figures")
    assert len(figures) == 1 + len(SECTORS)
    total, agriculture, *_ = figures
    assert total["printed"] == "41"
    assert total["of"] == "cooperatives, cooperative, 2021-12-31"
    assert total["place"] == "bao-cao-2021 P1.I"
    assert total["line"].startswith("figures.csv:")
    assert "would need 40" in total["suspect"]
    assert agriculture["of"] == "cooperatives, cooperative, agriculture, 2021-12-31"
    assert "would need 11" in agriculture["suspect"]


def test_what_adds_up_shows_its_counts_and_no_table() -> None:
    result = of(SUM, *sectors("40"))
    assert result.passed
    assert result.description is None
    assert result.metadata["pass"].value == 1  # type: ignore[union-attr]
    assert "contradictions" not in result.metadata


def test_a_rule_that_met_nothing_says_so() -> None:
    result = of(SUM, printed("3,5", "poverty_rate"))
    assert result.passed
    assert result.description == "The rule met no group of figures."


def test_a_long_table_says_how_much_it_leaves_out() -> None:
    rows = [
        one | {"report": one["report"]}
        for year in range(2000, 2015)
        for one in (
            printed("99", period=f"{year}-12-31"),
            *(printed("5", sector=s, period=f"{year}-12-31") for s in SECTORS),
        )
    ]
    result = of(SUM, *rows)
    shown = table(result, "figures")
    assert len(shown) + result.metadata["figures not shown"].value == 15 * 8  # type: ignore[union-attr]


def test_the_copied_capital_of_the_environment_sector_is_shown_with_place_and_evidence() -> None:
    corpus = read_corpus(OWN_RAW)
    evaluations = rules.confront_all(corpus.rows, corpus.citations).evaluations
    ledger = rules.find(evaluations, rules.read_waivers(OWN_RAW))
    shown = checks.by_rule(ledger)
    (capital,) = (
        one
        for one in (dict(record.data) for record in shown["suspects"].records)
        if one["printed"] == "14.640"
        and "charter capital" in one["of"]
        and "environmental sanitation" in one["of"]
    )
    assert capital["place"] == "lai-chau-2024-plan P1.I.2.6"
    assert capital["suspect"] == "probably wrong: would need 11.092 … 12.086"
    assert "the same number stands elsewhere in the report" in capital["evidence"]
    (told,) = (
        dict(record.data)
        for record in shown["contradictions"].records
        if record.data["finding"] == capital["finding"]
    )
    assert told["rule"] == "implied_values_agree"
    assert told["state"] == "waived"
    assert "credit funds" in told["reason"]
    assert "environmental sanitation" in told["probably wrong"]
    assert "findings by rule" in shown


def test_a_broken_rule_never_looks_like_bad_data() -> None:
    evaluations = rules.confront_all(read(*sectors("40"))).evaluations
    broken = [
        replace(one, outcome=Outcome.ERROR, broken="ZeroDivisionError")
        if one.rule.name == SUM.name
        else one
        for one in evaluations
    ]
    result = checks.of_rule(SUM, "findings", {Outcome.ERROR: 1}, rules.find(broken))
    assert not result.passed
    assert "The rule itself is broken, not the data: ZeroDivisionError" in str(result.description)
