"""The catalogue asked about itself: ours is sound, and each way of spoiling it is found."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from htx_pipeline.curation import CONTRACTS, FIGURE_TABLES
from htx_pipeline.model import Interval, Label, Severity
from htx_pipeline.rules import RULES, coherence, coverage, selfcheck
from htx_pipeline.rules.catalogue.flows import FLOWS_GIVE_CHANGE, OPENING_AND_FLOWS_GIVE_CLOSING
from htx_pipeline.rules.catalogue.means import HEADLINE_MEANS_PER_COOPERATIVE
from htx_pipeline.rules.catalogue.none import NO_RULES
from htx_pipeline.rules.catalogue.parts import PARTS_WITHIN_WHOLE
from htx_pipeline.rules.catalogue.plans import PLAN_ATTAINMENTS
from htx_pipeline.rules.catalogue.prints import IMPLIED_VALUES_AGREE, REPEATED_PRINTS_AGREE
from htx_pipeline.rules.catalogue.ranges import SHARES_WITHIN_100
from htx_pipeline.rules.catalogue.sectors import (
    SECTOR_SHARES_SUM_TO_100,
    SECTORS_SUM_TO_TOTAL,
    SHARES_OF_SECTORS,
)
from htx_pipeline.rules.catalogue.status import ACTIVE_AND_STOPPED_SUM_TO_TOTAL
from htx_pipeline.rules.model import (
    END,
    At,
    Compare,
    Equation,
    Form,
    Means,
    NoRule,
    Rule,
    Term,
    Tree,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

SUM = ACTIVE_AND_STOPPED_SUM_TO_TOTAL


def found(*rules: Rule, no_rules: Sequence[NoRule] = ()) -> list[str]:
    """What is wrong with a catalogue of these rules, of which no number is published."""
    return selfcheck.problems(rules, no_rules, (), ())


def fixing(**fixes: str | At) -> Rule:
    """A rule with an equation in which one cell is fixed so."""
    return replace(
        SUM, equations=(Equation(whole=Term(+1, fixes), parts=(Term(+1, {"status": "active"}),)),)
    )


def test_the_catalogue_of_the_project_is_sound() -> None:
    assert selfcheck.problems(RULES, NO_RULES, CONTRACTS, FIGURE_TABLES) == []


@pytest.mark.parametrize(
    ("spoiled", "problem"),
    [
        ({"name": "Sums"}, "not a name in snake_case"),
        ({"name": "sums__twice"}, "not a name in snake_case"),
        ({"name": "sums-up"}, "not a name in snake_case"),
        ({"name": "s" * 61}, "longer than 60 characters"),
        ({"title": Label("", "A title")}, "no title in Vietnamese"),
        ({"title": Label("Tên", " ")}, "no title in English"),
        ({"title": Label("Tên.", "Title")}, "the title ends in a full stop"),
        ({"title": Label("Same", "Same")}, "the title is the same in both languages"),
        ({"title": Label("Quy tă\u0301c", "Title")}, "decomposed letters"),
        ({"help": Label("Xem lại", "")}, "no help in English"),
        ({"source": " "}, "no source"),
        ({"relation": "sum"}, "no such relation: sum"),
        (
            {"since": dt.date(2024, 1, 1), "until": dt.date(2024, 1, 1)},
            "it ends before it begins",
        ),
        ({"applies_to": {"status": frozenset()}}, "applies to no status"),
        ({"applies_to": {"kind": frozenset({"stok"})}}, "no such kind: stok"),
        ({"applies_to": {"topic": frozenset({"money"})}}, "no such topic: money"),
        ({"applies_to": {"side": frozenset({"actual"})}}, "no such side: actual"),
        ({"applies_to": {"unit": frozenset({"coop"})}}, "no such unit: coop"),
        ({"applies_to": {"organization": frozenset({"bank"})}}, "no such organization: bank"),
        ({"applies_to": {"area_code": frozenset({"VN-99"})}}, "no such area_code: VN-99"),
        ({"equations": ()}, "no equations"),
        ({"equations": Tree("sector")}, "sector is no dimension of paths"),
        (
            {"equations": Means(sectors=("farming",), weights=(("cooperatives", "_T"),))},
            "no such sector: farming",
        ),
        (
            {"equations": Means(sectors=("trade",), weights=(("heads", "asleep"),))},
            "no such indicator: heads",
        ),
    ],
)
def test_a_spoiled_rule_is_named_with_what_is_wrong(spoiled: dict[str, Any], problem: str) -> None:
    rule = replace(SUM, **spoiled)
    told = found(rule)
    assert any(problem in line and line.startswith(rule.name) for line in told), told


@pytest.mark.parametrize(
    ("fixes", "problem"),
    [
        ({"indicator": "coops"}, "no such indicator: coops"),
        ({"sector": "farming"}, "no such sector: farming"),
        ({"status": "asleep"}, "no such status: asleep"),
        ({"relation": "part"}, "no such relation: part"),
        ({"share_of": "everything"}, "no such share_of: everything"),
        ({"entity": "local/nothing"}, "no such entity: local/nothing"),
        ({"period": "2021"}, "no such period: 2021"),
        ({"period": At("{year}-13-31")}, "no period of a year"),
        ({"period": At("always")}, "no period of a year"),
        ({"period": At("{year}-({year}")}, "no period of a year"),
        ({"status": At(END)}, "status is fixed to a period"),
    ],
)
def test_a_cell_that_cannot_be_is_found(fixes: dict[str, str | At], problem: str) -> None:
    assert any(problem in line for line in found(fixing(**fixes)))


def test_more_parts_than_an_equation_has_are_too_many() -> None:
    equation = SUM.equations[0]  # type: ignore[index]
    rule = replace(SUM, equations=(replace(equation, needs_parts=3),))
    assert found(rule) == [f"{SUM.name}: an equation of 2 parts needs 3"]


def test_a_name_stands_once_among_rules_and_reasons() -> None:
    reason = NoRule(name=SUM.name, because=Label("Vì thế", "Therefore"), columns=())
    problem = f"{SUM.name}: the name stands 2 times"
    assert found(SUM, SUM) == [problem]
    assert found(SUM, no_rules=[reason]) == [problem]


def test_a_reason_is_told_in_both_languages() -> None:
    reason = NoRule(name="nothing", because=Label("", "Therefore"), columns=())
    assert found(no_rules=[reason]) == ["nothing: no reason in Vietnamese"]


def rule(name: str, *equations: Equation, **about: Any) -> Rule:
    return replace(SUM, name=name, equations=equations, **about)


def status(code: str, factor: int = 1) -> Term:
    return Term(factor, {"status": code})


TOTAL, ACTIVE, STOPPED = status("_T"), status("active"), status("stopped")


@pytest.mark.parametrize(
    "equation",
    [
        Equation(whole=ACTIVE, parts=(TOTAL, STOPPED)),
        Equation(whole=TOTAL, parts=(ACTIVE,), compare=Compare.AT_MOST),
        Equation(whole=TOTAL, parts=(ACTIVE,), band=(Fraction(1, 2), Fraction(1))),
        Equation(whole=TOTAL, parts=(ACTIVE, status("stopped", -1))),
    ],
    ids=["sum", "bound", "band", "sign"],
)
def test_rules_that_no_figures_can_keep_are_named_together(equation: Equation) -> None:
    other = rule("other", equation)
    assert found(other) == []
    assert found(SUM, PLAN_ATTAINMENTS, other) == [
        f"no figures can keep these together: {SUM.name}, other"
    ]


def test_a_rule_that_no_figures_can_keep_is_named_alone() -> None:
    nothing = rule("nothing", Equation(whole=Fraction(0), parts=(STOPPED,)))
    assert found(SUM, nothing) == ["no figures can keep these together: nothing"]


def test_a_ratio_contradicts_a_sum_where_its_part_is_more_than_its_whole() -> None:
    share = Term(+1, {"status": "stopped", "relation": "share"})
    ratio = Equation(whole=share, parts=(TOTAL, STOPPED), form=Form.PERCENT)
    told = coherence.contradictions([SUM, rule("upside_down", ratio, applies_to={})])
    assert told == [(SUM.name, "upside_down")]


def test_a_range_that_nothing_lies_in_contradicts_itself() -> None:
    nothing = Equation(
        whole=Term(+1, {"indicator": "poverty_rate"}),
        parts=(),
        plus=Interval(Fraction(-5), Fraction(0)),
    )
    assert coherence.contradictions([rule("below_nothing", nothing, applies_to={})]) == [
        ("below_nothing",)
    ]


def test_flows_and_printed_changes_are_the_same_values() -> None:
    opposite = replace(
        FLOWS_GIVE_CHANGE,
        name="opposite",
        equations=tuple(
            replace(
                equation,
                parts=(
                    replace(equation.parts[0], factor=1),
                    replace(equation.parts[1], factor=1),
                ),
            )
            for equation in FLOWS_GIVE_CHANGE.equations  # type: ignore[union-attr]
        ),
    )
    assert coherence.contradictions([FLOWS_GIVE_CHANGE, OPENING_AND_FLOWS_GIVE_CLOSING]) == []
    told = coherence.contradictions([OPENING_AND_FLOWS_GIVE_CLOSING, opposite])
    assert told == [(OPENING_AND_FLOWS_GIVE_CLOSING.name, "opposite")]


def test_shares_that_sum_to_more_than_their_ranges_allow_contradict_them() -> None:
    whole = replace(SECTOR_SHARES_SUM_TO_100.equations[1], whole=Fraction(300))  # type: ignore[index]
    thrice = replace(SECTOR_SHARES_SUM_TO_100, name="thrice", equations=(whole,))
    assert coherence.contradictions([SHARES_WITHIN_100, thrice]) == [
        (SHARES_WITHIN_100.name, "thrice")
    ]


def test_a_notice_contradicts_nothing() -> None:
    other = rule("other", Equation(whole=ACTIVE, parts=(TOTAL, STOPPED)), severity=Severity.NOTICE)
    assert found(SUM, other) == []


def test_two_contradictions_are_both_told() -> None:
    one = rule("one", Equation(whole=Fraction(0), parts=(STOPPED,)))
    other = rule("other", Equation(whole=Fraction(0), parts=(ACTIVE,)))
    assert coherence.contradictions([one, other]) == [("one",), ("other",)]


def column(name: str, kind: str = "integer") -> Any:
    return SimpleNamespace(name=name, kind=kind)


def contract(table: str, *columns: Any) -> Any:
    return SimpleNamespace(name=table, fields=columns)


COUNTED = column("counted_count")
COUNTS = contract("counts", column("area", "text"), COUNTED)


def counts(indicator: str, unit: str, **picks: str) -> Any:
    """A wide table with one measure."""
    codes = {"indicator": indicator, "sector": "_Z", "status": "_Z", "unit": unit} | picks
    measure = SimpleNamespace(
        column=COUNTED, picks={name: frozenset({code}) for name, code in codes.items()}
    )
    return SimpleNamespace(
        contract=COUNTS, organization="cooperative", measures=(measure,), sectors=()
    )


def left_out(*rules: Rule, table: Any, no_rules: Sequence[NoRule] = ()) -> list[str]:
    return list(coverage.problems(rules, no_rules, [COUNTS], [table]))


def reason(*columns: str, name: str = "why_not") -> NoRule:
    return NoRule(name=name, because=Label("Vì thế", "Therefore"), columns=columns)


def test_a_column_under_no_rule_needs_a_reason() -> None:
    fairs = counts("fairs", "fair")
    assert left_out(SUM, table=fairs) == [
        "counts.counted_count is under no rule, and no entry says why"
    ]
    assert left_out(SUM, table=fairs, no_rules=[reason("counts.counted_count")]) == []
    assert left_out(SUM, table=fairs, no_rules=[reason("counts.*")]) == []


def test_a_column_that_a_rule_singles_out_needs_no_reason() -> None:
    active = counts("cooperatives", "cooperative", status="active")
    assert left_out(SUM, table=active) == []
    assert left_out(SUM, table=active, no_rules=[reason("counts.*")]) == [
        f"why_not: counts.counted_count is under a rule: {SUM.name}"
    ]


@pytest.mark.parametrize(
    ("of", "rules", "is_under"),
    [
        (("cooperatives", "cooperative", "active"), [SUM], True),
        (("cooperatives", "cooperative", "_Z"), [SUM], False),
        (("revenue_mean", "million_vnd_per_year", "_T"), [SUM], False),
        (("revenue_mean", "million_vnd_per_year", "_Z"), [HEADLINE_MEANS_PER_COOPERATIVE], True),
        (("cooperatives", "cooperative", "_T"), [HEADLINE_MEANS_PER_COOPERATIVE], True),
        (("members", "person", "_T"), [HEADLINE_MEANS_PER_COOPERATIVE], False),
        (("managers", "person", "_T"), [PARTS_WITHIN_WHOLE], True),
        (("charter_capital", "billion_vnd", "_T"), [PARTS_WITHIN_WHOLE], False),
        (("members", "person", "_T"), [REPEATED_PRINTS_AGREE, IMPLIED_VALUES_AGREE], False),
        (("members", "person", "_T"), [PLAN_ATTAINMENTS], False),
        (("members", "person", "_Z"), [SECTORS_SUM_TO_TOTAL, SHARES_OF_SECTORS], False),
    ],
)
def test_what_can_only_be_compared_where_it_is_printed_twice_is_under_no_rule(
    of: tuple[str, str, str], rules: list[Rule], is_under: bool
) -> None:
    indicator, unit, status_ = of
    assert (left_out(*rules, table=counts(indicator, unit, status=status_)) == []) is is_under


def test_a_number_of_a_long_table_is_asked_for_by_indicator() -> None:
    long = contract(
        "context", column("value", "number"), column("value_low", "number"), column("year")
    )
    told = list(coverage.problems([PARTS_WITHIN_WHOLE], [], [long], []))
    assert "context.value[registration_fee] is under no rule, and no entry says why" in told
    assert not any("context.value[poor_households]" in line for line in told)
    assert not any("value_low" in line for line in told)
    assert "context.year is under no rule, and no entry says why" in told


def test_targets_are_under_the_rules_on_plans() -> None:
    targets = contract("targets", column("value", "number"))
    assert list(coverage.problems([PLAN_ATTAINMENTS], [], [targets], [])) == []
    assert list(coverage.problems([PARTS_WITHIN_WHOLE], [], [targets], [])) != []


def test_implied_values_are_under_the_comparison_of_derivations() -> None:
    implied = contract("implied_values", column("value", "number"))
    assert list(coverage.problems([IMPLIED_VALUES_AGREE], [], [implied], [])) == []
    assert list(coverage.problems([SUM], [], [implied], [])) != []


def test_a_reason_speaks_of_columns_that_exist_and_of_each_once() -> None:
    fairs = counts("fairs", "fair")
    listed = [reason("counts.*"), reason("counts.counted_count", "nowhere.x", name="again")]
    assert left_out(table=fairs, no_rules=listed) == [
        "again: counts.counted_count is listed by why_not, too",
        "again: no published number is called nowhere.x",
    ]
