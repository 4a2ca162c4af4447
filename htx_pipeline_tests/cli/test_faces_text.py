from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from htx_pipeline import rules
from htx_pipeline.cli.faces.run import Status, prints, run_of, status
from htx_pipeline.cli.faces.text import face
from htx_pipeline.model import Interval, Label, Severity
from htx_pipeline.rules import Rule, confront_all, find
from htx_pipeline.rules.model import Equation, Form, Term
from htx_pipeline_tests.building import figures, printed
from htx_pipeline_tests.cli.conftest import GONE, REASON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from htx_pipeline.cli.faces.run import Run
    from htx_pipeline.model import Language


_OPEN = """\
FAIL  shares_by_status  ID
  The share of the active or the stopped is their number in percent of all
  cooperatives, cooperative, Lai Châu, 2017-12-31

            90,4  active share  data/raw/so-tay-2017/figures.csv:5  p1
  → ≠ 100 ×   48  active        data/raw/so-tay-2017/figures.csv:3  p1
          /   52  all           data/raw/so-tay-2017/figures.csv:2  p1

  90,4 ≠ 100 × 48 / 52; the right side is 92,3077; difference -1,9077; rounding allows ±0,05; of the
    sum of the parts: 90,566, does not

  → Probably wrong: 48 (so-tay-2017 p1, figures.csv:3), would need to be printed as 47, one digit
    away from what is needed

    misread?     mend figures.csv
    printed so?  htx waive ID --reason "..."
    more?        htx explain ID"""


def shown(run: Run, language: Language = "en") -> str:
    return click.unstyle(face(run, language))


def block(run: Run, rule: str, language: Language = "en") -> list[str]:
    """The lines that tell of the first finding of a rule; without the id."""
    lines = shown(run, language).splitlines()
    first = next(n for n, line in enumerate(lines) if f"  {rule}  f" in line)
    length = next(
        (n for n, line in enumerate(lines[first + 1 :], 1) if line and not line.startswith(" ")),
        len(lines) - first,
    )
    head, *rest = lines[first : first + length]
    while rest and not rest[-1]:
        rest.pop()
    name = head.split()[-1]
    return [line.replace(name, "ID") for line in (head, *rest)]


def test_an_open_contradiction_is_laid_out_with_its_verdict_and_what_to_do(run: Run) -> None:
    assert "\n".join(block(run, "shares_by_status")) == _OPEN


def test_what_is_waived_is_told_in_short_with_the_reason(run: Run) -> None:
    assert block(run, "budget_lines_sum_to_heads") == [
        "WAIVED  budget_lines_sum_to_heads  ID",
        "  Budget lines add up to their head",
        "  budget need, cooperative, million VND, Lai Châu, 2018",
        "  data/raw/loi-hen-2018/figures.csv:4  p2",
        "  350 ≠ 200,5; the right side is 200,5 ±0,05; difference +149,5; rounding allows ±0,55",
        f"  ✓ {REASON}",
    ]


def test_what_is_waived_is_laid_out_when_everything_is_asked_for(everything: Run) -> None:
    lines = block(everything, "budget_lines_sum_to_heads")
    assert lines[4:6] == [
        "        350  all needs     data/raw/loi-hen-2018/figures.csv:4  p2",
        "    ≠ 200,5  local budget  data/raw/loi-hen-2018/figures.csv:5  p2",
    ]
    assert lines[-1] == f"  ✓ {REASON}"


def test_suspects_of_whom_none_is_convicted_stand_one_below_the_other(everything: Run) -> None:
    lines = block(everything, "budget_lines_sum_to_heads")
    assert lines[-4:-1] == [
        "  → It cannot be told which is wrong; one of:",
        "    • 350 (loi-hen-2018 p2, figures.csv:4), would need to be printed as 200 … 201",
        "    • 200,5 (loi-hen-2018 p2, figures.csv:5), would need to be printed as 349,5 … 350,5",
    ]


def test_a_notice_has_no_verdict_and_no_waiver_to_write(run: Run) -> None:
    assert block(run, "cooperatives_have_seven_members") == [
        "NOTICE  cooperatives_have_seven_members  ID",
        "  Each cooperative has at least 7 members",
        "  cooperative, Lai Châu, 2017-12-31",
        "",
        "          310  members       data/raw/so-tay-2017/figures.csv:9  p3",
        "    < 7 ×  52  cooperatives  data/raw/so-tay-2017/figures.csv:2  p1",
        "",
        "  310 < 7 × 52; the right side is 364; difference -54",
    ]


def test_citations_are_laid_out_with_what_is_asked_of_them(run: Run) -> None:
    assert block(run, "cited_dates_agree")[3:5] == [
        "    29/2/2016  7/2016/LL-ST  data/raw/le-lang-2017/legal_documents.csv:2  p2",
        "    31/2/2016  7/2016/LL-ST  data/raw/le-lang-2017/legal_documents.csv:6  p3",
    ]
    phases = block(run, "phases_lie_within_programmes")
    assert phases[3] == (
        "    2015-2017  sổ giao kèo  data/raw/le-lang-2017/legal_documents.csv:5  p2"
    )
    assert "    misread?     mend legal_documents.csv" in phases


def test_a_stale_waiver_is_told_with_its_line(run: Run) -> None:
    lines = shown(run).splitlines()
    stale = lines.index(f"STALE WAIVER  sectors_sum_to_total  {GONE}")
    assert lines[stale + 1] == "  data/raw/waivers.yml:8"


def test_what_must_be_decided_first_stands_first(everything: Run) -> None:
    words = ("FAIL", "STALE WAIVER", "NOTICE", "WAIVED", "UNVERIFIABLE")
    heads = [
        next(word for word in words if line.startswith(word))
        for line in shown(everything).splitlines()
        if line.startswith(words)
    ]
    assert heads == sorted(heads, key=words.index)
    assert set(heads) == set(words)


def test_what_cannot_be_decided_is_counted_and_listed_on_request(run: Run, everything: Run) -> None:
    assert "UNVERIFIABLE" not in shown(run)
    assert shown(run).endswith("2 groups that cannot be decided (--all lists them)\n")
    assert shown(everything).endswith("2 groups that cannot be decided\n")
    assert shown(everything).count("UNVERIFIABLE") == 2
    assert "(not printed)" in shown(everything)


def test_the_last_line_counts_and_no_line_runs_on(run: Run) -> None:
    *lines, last = shown(run).splitlines()
    assert last == (
        "7 contradictions: 5 open, 1 waived, 1 notice; 1 stale waiver; 2 groups that cannot be "
        "decided (--all lists them)"
    )
    assert max(map(len, lines)) <= 118


def test_each_rule_tells_its_denominators_or_that_it_met_nothing(run: Run) -> None:
    text = shown(run)
    table, nothing = text[text.index("\nrule ") :].split("met no group of figures: ")
    assert "\nactive_and_stopped_sum_to_total       ·       1             ·       ·\n" in table
    for rule in run.rules:
        assert (f"\n{rule.name} " in table) == (rule.name in run.denominators)
        assert (rule.name in nothing) == (rule.name not in run.denominators)


def test_it_is_all_in_vietnamese_when_asked(run: Run) -> None:
    lines = block(run, "active_and_stopped_sum_to_total", "vi")
    assert lines[0] == "KHÔNG ĐẠT  active_and_stopped_sum_to_total  ID"
    assert lines[-3:] == [
        "    đọc sai?          sửa figures.csv",
        '    in đúng như vậy?  htx waive ID --reason "..."',
        "    xem thêm?         htx explain ID",
    ]
    text = shown(run, "vi")
    for word in ("FAIL", "WAIVED", "NOTICE", "STALE", "Probably", "misread"):
        assert word not in text
    assert text.splitlines()[-1].startswith("7 mâu thuẫn: 5 còn mở, 1 được miễn trừ, 1 lưu ý;")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_print_of_every_finding_stands_on_a_line_with_its_place(
    own_run: Run, language: Language
) -> None:
    for finding in own_run.findings:
        alone = replace(own_run, findings=(finding,), stale=())
        text = shown(alone, language)
        for figure in finding.evaluation.operands:
            where = f"{own_run.path(figure)}:{figure.line}  {figure.place}"
            assert [line for line in text.splitlines() if where in line], (finding.id, where)
        assert status(finding) is not Status.BROKEN


def _rule(equation: Equation, **applies_to: str) -> Rule:
    return Rule(
        name="planted",
        title=Label(vi="Quy tắc thử", en="A planted rule"),
        relation="linear",
        source="arithmetic",
        help=Label(vi="Thử.", en="Try."),
        applies_to={name: frozenset(codes.split()) for name, codes in applies_to.items()},
        equations=(equation,),
        severity=Severity.NOTICE,
    )


def _laid_out(rule: Rule, *descriptions: Mapping[str, Any]) -> list[str]:
    """Signs, numbers and names of the equation, without the places."""
    told = confront_all(figures(*descriptions), (), [rule]).evaluations
    run = run_of(
        told,
        find(told),
        raw=Path("data/raw"),
        shown="data/raw",
        reports=["bao-cao-2021"],
        topics={"planted": [rule]},
        everything=True,
    )
    lines = block(run, "planted")
    first = lines.index("") + 1
    return [
        line.partition("  data/raw/")[0].rstrip() for line in lines[first : lines.index("", first)]
    ]


def _status(code: str, factor: int = 1) -> Term:
    return Term(factor, {"status": code})


def test_a_missing_member_is_a_question_mark() -> None:
    equation = Equation(whole=_status("_T"), parts=(_status("active"), _status("stopped")))
    assert _laid_out(_rule(equation), printed("5"), printed("9", status="active")) == [
        "      5  all",
        "    ≠ 9  active",
        "    + ?  stopped  (not printed)",
    ]


def test_a_constant_stands_without_a_place() -> None:
    equation = Equation(
        whole=Fraction(100), parts=(_status("active"), _status("stopped", -1)), needs_parts=2
    )
    descriptions = (printed("9", status="active"), printed("3", status="stopped"))
    assert _laid_out(_rule(equation), *descriptions) == [
        "      100",
        "    ≠   9  active",
        "    −   3  stopped",
    ]


def test_a_change_in_percent_keeps_its_last_term() -> None:
    equation = Equation(
        whole=_status("_T"),
        parts=(_status("active"), _status("stopped")),
        form=Form.PERCENT_CHANGE,
    )
    descriptions = (
        printed("5"),
        printed("9", status="active"),
        printed("3", status="stopped"),
    )
    assert _laid_out(_rule(equation), *descriptions) == [
        "            5  all",
        "    ≠ 100 × 9  active",
        "          / 3  stopped",
        "               − 100",
    ]


def test_a_jump_shows_its_band() -> None:
    equation = Equation(
        whole=_status("_T"), parts=(_status("active"),), band=(Fraction(1, 2), Fraction(2))
    )
    assert _laid_out(_rule(equation), printed("50"), printed("9", status="active")) == [
        "              50  all",
        "    ≠ 0,5…2 ×  9  active",
    ]


def test_a_range_shows_its_ends() -> None:
    equation = Equation(whole=_status("_T"), parts=(), plus=Interval(Fraction(1), Fraction(4)))
    assert _laid_out(_rule(equation), printed("50"))[0].strip() == "50"
    assert _laid_out(_rule(equation), printed("50"))[1].strip() == "≠ between 1 … 4"


def test_a_mean_lays_out_each_value_and_weight_once_and_the_divisor_at_the_end() -> None:
    equation = Equation(
        whole=Term(1, {"status": "_T", "indicator": "cooperatives"}),
        parts=tuple(
            Term(1, {"status": code, "indicator": indicator})
            for code in ("active", "stopped")
            for indicator in ("cooperatives", "members")
        ),
        form=Form.MEAN,
    )
    assert _laid_out(
        _rule(equation, relation="value"),
        printed("50"),
        printed("9", status="active"),
        printed("4", status="stopped"),
        printed("31", "members", status="active", unit="cooperative"),
        printed("7", "members", status="stopped", unit="cooperative"),
    ) == [
        "        50  cooperatives all",
        "    ≠ (  9  cooperatives active",
        "      × 31  members active",
        "      +  4  cooperatives stopped",
        "      ×  7  members stopped",
        "            ) / (31 + 7)",
    ]


def test_each_way_in_which_a_quantity_is_implied_names_what_implies_it(own_run: Run) -> None:
    lines = block(own_run, "implied_values_agree")
    implied = [line for line in lines if line.endswith("(implied by)")]
    assert len(implied) > 2
    assert [line.split()[0] for line in implied[1:]] == ["≠"] * (len(implied) - 1)
    sources = [line for line in lines if " · " in line]
    (finding,) = (
        f
        for f in own_run.findings
        if f.evaluation.rule.name == "implied_values_agree" and f.is_contradiction
    )
    assert len(sources) >= len(list(prints(finding.evaluation)))


def test_every_rule_of_the_catalogue_has_a_topic(run: Run) -> None:
    assert [rule.name for rule in run.rules] == [rule.name for rule in rules.RULES]
    assert set(run.topics) == {rule.name for rule in rules.RULES}
