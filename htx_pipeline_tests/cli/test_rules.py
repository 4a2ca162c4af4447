from __future__ import annotations

import json
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from htx_pipeline.cli import main, options
from htx_pipeline.model import Interval
from htx_pipeline.rules import RULES, TOPICS, description
from htx_pipeline.rules.catalogue.legal import RULES as LEGAL
from htx_pipeline.rules.catalogue.none import NO_RULES
from htx_pipeline.rules.catalogue.sectors import SECTORS_SUM_TO_TOTAL, SHARES_OF_SECTORS
from htx_pipeline.rules.model import END, MIDDLE, YEAR, At, Compare, Equation, Form, Term
from htx_pipeline_tests.cli.conftest import Said

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


@pytest.fixture
def htx(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Run ``htx`` in an empty folder: the catalogue needs no data."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(options, "chosen", {})

    def run(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["htx", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        said = capsys.readouterr()
        return Said(int(stop.value.code or 0), said.out, said.err)

    return run


def test_the_list_names_every_rule_under_its_topic(htx: Callable[..., Said]) -> None:
    said = htx("rules")
    assert said.code == 0
    places = [said.out.index(f"  {rule.name}  (") for rule in RULES]
    assert places == sorted(places)
    assert said.out.index("Breakdowns by sector\n") < places[0]
    for entry in NO_RULES:
        assert f"\n  {entry.name}\n" in said.out
    assert f"{len(RULES)} rules, {len(NO_RULES)} entries without one" in said.out


def test_the_list_is_told_in_vietnamese(htx: Callable[..., Said]) -> None:
    said = htx("rules", "--lang", "vi").out
    assert "Cộng các lĩnh vực bằng tổng số" in said
    assert "sectors_sum_to_total  (tổng đại số, lỗi)" in said
    for english in ("arithmetic", "Breakdowns", "No rule", "rules,"):
        assert english not in said


def test_a_rule_is_told_in_full(htx: Callable[..., Said]) -> None:
    said = htx("rules", "cooperatives_have_seven_members").out
    assert "topic: What the law asks" in said
    assert "severity: notice" in said
    assert "source: Law on Cooperatives 23/2012/QH13, article 3.1" in said
    assert "asked of: periods that end before 2024-07-01" in said
    assert "organization: cooperative\n" in said
    assert "members ≥ 7 × cooperatives\n" in said
    assert "When it fails\n" in said


def test_several_rules_and_reasons_can_be_asked_for(htx: Callable[..., Said]) -> None:
    said = htx("rules", "plan_attainments", "years_of_periods", "parts_within_whole").out
    assert "plan attainment (achieved) = 100 × value (achieved) / value (planned)" in said
    assert "implied values: take part, too" in said
    assert "cooperatives_by_sector.year" in said
    assert "sectors_sum_to_total" not in said


def test_a_name_that_is_none_is_a_wrong_call_and_near_ones_are_offered(
    htx: Callable[..., Said],
) -> None:
    said = htx("rules", "sectors_sum_to_totals")
    assert said.code == 2
    assert "no rule is called sectors_sum_to_totals; near it: sectors_sum_to_total" in said.err
    assert "near it: shares_of_sectors, shares_of_a_whole" in htx("rules", "shares_of").err
    assert "không có quy tắc zzz; htx rules" in htx("rules", "zzz", "--lang", "vi").err


def test_programs_get_codes_and_both_languages(htx: Callable[..., Said]) -> None:
    told = json.loads(htx("rules", "--format", "json").out)
    assert [rule["name"] for rule in told["rules"]] == [rule.name for rule in RULES]
    assert [entry["name"] for entry in told["no_rules"]] == [entry.name for entry in NO_RULES]
    first = told["rules"][0]
    assert first["topic"] == next(iter(TOPICS))
    assert first["applies_to"] == {"kind": ["flow", "stock"], "relation": ["value"]}
    assert first["equations"]["vi"][1] == "tất cả lĩnh vực = nông nghiệp + phi nông nghiệp"
    assert first["since"] is None
    only = json.loads(htx("rules", "--format", "json", "years_of_periods").out)
    assert only["rules"] == []
    assert len(only["no_rules"]) == 1


def test_the_page_of_the_documentation_is_what_the_command_prints(
    htx: Callable[..., Said],
) -> None:
    said = htx("rules", "--format", "markdown").out
    assert said == PAGE.read_text(encoding="utf-8"), "make it again as its third line says"
    assert "htx rules --format markdown > docs/rules.md" in said.splitlines()[2]


def test_the_page_is_the_same_whatever_the_language(htx: Callable[..., Said]) -> None:
    vietnamese = htx("rules", "--format", "markdown", "--lang", "vi").out
    assert vietnamese == htx("rules", "--format", "markdown", "--lang", "en").out


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_rule_says_what_it_asks(language: str) -> None:
    for rule in RULES:
        lines = description.equations(rule, language)  # type: ignore[arg-type]
        assert lines
        assert len(lines) == len(set(lines)), rule.name
        assert all(line.strip() for line in lines)


def test_equations_that_differ_in_one_sector_are_one_line() -> None:
    (line,) = description.equations(SHARES_OF_SECTORS, "en")
    assert line.startswith("share (X) = 100 × value (X) / value (all sectors), where X is: agri")
    assert len(description.equations(SECTORS_SUM_TO_TOTAL, "en")) == 3


def term(factor: int = 1, **fixes: str | At) -> Term:
    return Term(factor, fixes)


LATER = (
    "change (end of the year, 2 years after) = "
    "100 × value (end of the year) / value (end of the year, 3 years before) − 100"
)


@pytest.mark.parametrize(
    ("equation", "said"),
    [
        (
            Equation(
                whole=term(period=At(END)),
                parts=(term(period=At(MIDDLE)), term(-1, period=At(YEAR, 1))),
            ),
            "value (end of the year) = value (middle of the year) − value (the year before)",
        ),
        (
            Equation(
                whole=term(indicator="members"),
                parts=(term(3, indicator="cooperatives"),),
                compare=Compare.AT_MOST,
            ),
            "members ≤ 3 × cooperatives",
        ),
        (
            Equation(
                whole=term(side="target"),
                parts=(term(side="observed"),),
                band=(Fraction(1, 3), Fraction(3)),
            ),
            "value (planned) ∈ [1/3 … 3] × value (achieved)",
        ),
        (
            Equation(whole=term(relation="share"), parts=(), plus=Interval(Fraction(1), None)),
            "share ∈ [1 … no limit]",
        ),
        (
            Equation(
                whole=term(period=At(END, -2), relation="change"),
                parts=(term(period=At(END)), term(period=At(END, 3))),
                form=Form.PERCENT_CHANGE,
            ),
            LATER,
        ),
        (
            Equation(
                whole=term(sector="_T"),
                parts=(term(sector="trade"), term(sector="credit")),
                form=Form.SAME,
            ),
            "value (all sectors) = value (trade and commercial services) = value (credit)",
        ),
        (Equation(whole=Fraction(100), parts=(term(status="active"),)), "100 = active"),
    ],
)
def test_an_equation_is_written_by_what_tells_its_cells_apart(
    equation: Equation, said: str
) -> None:
    assert description.equation_text(equation, "en") == said


def test_a_source_without_translation_is_told_as_it_is() -> None:
    rule = replace(LEGAL[0], source="a law of next year")
    assert description.source(rule, "vi") == "a law of next year"
