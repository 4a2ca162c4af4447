"""Which figures are probably wrong, judged by trying all that could be.

Small tables of true numbers are printed with errors in them. What explains the contradictions is
compared with all sets of figures without which some table could have been printed so.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from htx_pipeline.figures.operands import operands
from htx_pipeline.model import UNKNOWN, Interval, Outcome, Severity
from htx_pipeline.rules import Evaluation, Finding, confront_all, find
from htx_pipeline.rules.localisation import Puzzle, Suspect, localise
from htx_pipeline.rules.simplex import Constraint, tableau
from htx_pipeline_tests.building import LATER, NEWS, own_release, printed, read
from htx_pipeline_tests.rules.small_tables import (
    BASE,
    GREATEST,
    SECTORS,
    Cell,
    Description,
    Said,
    Table,
    Told,
    number,
    tables,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Tables of counts.


@st.composite
def misprinted(draw: st.DrawFn, errors: int) -> tuple[Table, set[int]]:
    """A table with errors in it, and where they are."""
    table = draw(tables())
    wrong = draw(st.sets(st.integers(0, len(table) - 1), min_size=errors, max_size=errors))
    for position in sorted(wrong):
        if table[position].share_of:
            slip = number(draw(st.integers(0, 1000).map(lambda n: Fraction(n, 10))), 1)
        else:
            slip = str(draw(st.integers(0, GREATEST)))
        assume(slip != table[position].numeral)
        table[position] = replace(table[position], numeral=slip)
    return table, wrong


def evaluations_of(figures: Iterable[Description]) -> list[Evaluation]:
    found = confront_all(read(*figures)).evaluations
    return [e for e in found if isinstance(e, Evaluation)]


def evaluated(table: Table, left_out: Iterable[int] = ()) -> list[Evaluation]:
    """What the catalogue says of a table of which some figures are left out."""
    gone = set(left_out)
    return evaluations_of(
        told.description() | {"start": 10 * (position + 1)}
        for position, told in enumerate(table)
        if position not in gone
    )


def contradictions(evaluations: Iterable[Evaluation]) -> list[Evaluation]:
    return [
        e
        for e in evaluations
        if e.outcome is Outcome.FAIL and e.rule.severity is not Severity.NOTICE
    ]


def positions(suspects: Iterable[Suspect]) -> frozenset[int]:
    """Where in the table suspects are; the builder gives them offsets in tens."""
    return frozenset(suspect.figure.start // 10 - 1 for suspect in suspects)


def explained(puzzles: Iterable[Puzzle]) -> list[set[frozenset[int]]]:
    return [{positions(one) for one in puzzle.explanations} for puzzle in puzzles]


def could_be(kept: Sequence[Said]) -> bool:
    """Whether some table of counts could have been printed so."""
    sums = [one for one in kept if not one.of]
    ratios = [one for one in kept if one.of]
    told = {one.parts[0]: one.within.low for one in sums if len(one.parts) == 1}
    choices = []
    for cell in BASE:
        value = told.get(cell)
        choices.append(range(GREATEST + 1) if value is None else [int(value)])
    for numbers in product(*choices):
        values = dict(zip(BASE, numbers, strict=True))
        if all(one.holds(values) for one in sums) and all(one.holds(values) for one in ratios):
            return True
    return False


def smallest_sets(table: Table) -> set[frozenset[int]]:
    """All smallest sets of figures without which the table could have been printed so."""
    told = [figure.said() for figure in table]
    for size in range(len(table)):
        found = {
            frozenset(left_out)
            for left_out in combinations(range(len(table)), size)
            if could_be([one for position, one in enumerate(told) if position not in left_out])
        }
        if found:
            return found
    return set()


@given(misprinted(errors=1))
@settings(max_examples=60)
def test_the_figure_that_was_misprinted_alone_explains_all_that_does_not_add_up(
    misprint: tuple[Table, set[int]],
) -> None:
    table, wrong = misprint
    evaluations = evaluated(table)
    puzzles = localise(evaluations)
    if not contradictions(evaluations):
        assert puzzles == []
        return
    (explanations,) = explained(puzzles)
    assert frozenset(wrong) in explanations


@given(misprinted(errors=1))
@settings(max_examples=60)
def test_the_explanations_of_one_error_are_all_single_figures_that_could_be_it(
    misprint: tuple[Table, set[int]],
) -> None:
    table, _ = misprint
    evaluations = evaluated(table)
    if contradictions(evaluations):
        assert explained(localise(evaluations)) == [smallest_sets(table)]


@given(misprinted(errors=2))
@settings(max_examples=25)
def test_two_errors_are_explained_by_all_smallest_sets_that_could_be_them(
    misprint: tuple[Table, set[int]],
) -> None:
    table, _ = misprint
    found = explained(localise(evaluated(table)))
    together = {frozenset().union(*chosen) for chosen in product(*found)}
    if found:
        assert together == smallest_sets(table)


@given(st.integers(1, 2).flatmap(lambda errors: misprinted(errors=errors)))
@settings(max_examples=40)
def test_without_the_figures_of_an_explanation_nothing_contradicts_itself(
    misprint: tuple[Table, set[int]],
) -> None:
    table, _ = misprint
    found = explained(localise(evaluated(table)))
    for chosen in product(*found):
        left_out = frozenset().union(*chosen)
        assert contradictions(evaluated(table, left_out)) == []


@given(tables())
@settings(max_examples=20)
def test_a_table_that_is_true_leaves_nothing_to_explain(table: Table) -> None:
    evaluations = evaluated(table)
    assert contradictions(evaluations) == []
    assert localise(evaluations) == []


@given(misprinted(errors=1))
@settings(max_examples=40)
def test_no_count_outside_what_is_needed_would_do(
    misprint: tuple[Table, set[int]],
) -> None:
    table, _ = misprint
    for puzzle in localise(evaluated(table)):
        for (suspect,) in puzzle.explanations:
            (position,) = positions([suspect])
            if table[position].share_of:
                continue
            rest = [figure.said() for n, figure in enumerate(table) if n != position]
            parts = table[position].said().parts
            values = [
                value
                for value in range(GREATEST + 1)
                if could_be([*rest, Said(parts, (), Interval.exactly(value))])
            ]
            assert values
            assert all(value in suspect.need for value in values)
            low, high = suspect.need.low, suspect.need.high
            if low is not None and low == high:
                assert values == [low]


# Tables of amounts, which may be any number that rounds to its print.


@st.composite
def amounts(draw: st.DrawFn) -> tuple[Table, int]:
    """A table of amounts with shares of the sectors, and where its one error is."""
    values = {
        sector: draw(st.fractions(min_value=20, max_value=900, max_denominator=10))
        for sector in SECTORS
    }
    values["_T"] = sum(values.values(), Fraction(0))
    decimals = draw(st.integers(0, 1))
    capital = "charter_capital"
    table = [
        Told((sector, "_T"), number(value, decimals), indicator=capital)
        for sector, value in values.items()
    ]
    for sector in SECTORS:
        of_all = number(100 * values[sector] / values["_T"], 1)
        table.append(Told((sector, "_T"), of_all, "sector", capital))
    wrong = draw(st.integers(0, len(table) - 1))
    if table[wrong].share_of:
        slip = number(draw(st.integers(1, 999).map(lambda n: Fraction(n, 10))), 1)
    else:
        slip = number(draw(st.integers(10, 2000)), decimals)
    table[wrong] = replace(table[wrong], numeral=slip)
    return table, wrong


def amounts_could_be(kept: Iterable[Said]) -> bool:
    positive = [
        Constraint({cell: Fraction(1)}, Interval(Fraction(0), None), frozenset()) for cell in BASE
    ]
    constraints = [constraint for one in kept for constraint in one.constraints()]
    simplex, _, conflict = tableau([*positive, *constraints])
    return conflict is None and simplex.solve() is None


@given(amounts())
@settings(max_examples=60)
def test_what_an_amount_or_a_share_would_need_to_be_is_exactly_what_would_do(
    misprint: tuple[Table, int],
) -> None:
    table, wrong = misprint
    evaluations = evaluated(table)
    told = [figure.said() for figure in table]
    puzzles = localise(evaluations)
    assume(puzzles)
    (puzzle,) = puzzles
    assert frozenset({wrong}) in {positions(one) for one in puzzle.explanations}
    for (suspect,) in puzzle.explanations:
        (position,) = positions([suspect])
        rest = [one for n, one in enumerate(told) if n != position]
        of_it = told[position]
        assert amounts_could_be(rest)
        for value, expected in around(suspect.need):
            exactly = replace(of_it, within=Interval.exactly(value))
            assert amounts_could_be([*rest, exactly]) is expected, (value, suspect.need)
    alone = {n for n in range(len(table)) if amounts_could_be(told[:n] + told[n + 1 :])}
    assert {positions(one) for one in puzzle.explanations} == {frozenset({n}) for n in alone}


def around(need: Interval) -> list[tuple[Fraction, bool]]:
    """Values at, within and just beyond the ends of an interval, and whether they are in it."""
    step = Fraction(1, 1000)
    values = []
    if need.low is not None:
        values += [need.low, need.low - step]
    if need.high is not None:
        values += [need.high, need.high + step]
    if need.low is not None and need.high is not None:
        values.append((need.low + need.high) / 2)
    return [(value, value in need) for value in values if value >= 0]


# What a figure would need to be, as its print could say it.


def suspect_of(description: Description, need: Interval) -> Suspect:
    (figure,) = operands(read(description))
    return Suspect(figure, need)


@pytest.mark.parametrize(
    ("numeral", "need", "expected"),
    [
        ("14.640", ("11092.3", "12085.7"), ("11092", "12086")),
        ("14.640", ("11092.6", "12085.4"), ("11093", "12085")),
        ("14.640", ("11092.5", "12085.5"), ("11092", "12086")),
        ("21,9", ("21.6346", "21.6346"), ("21.6", "21.6")),
        ("21,9", ("21.65", "21.65"), ("21.6", "21.7")),
        ("21,9", ("21.60", "21.79"), ("21.6", "21.8")),
    ],
)
def test_a_need_is_told_by_the_prints_that_round_to_it(
    numeral: str, need: tuple[str, str], expected: tuple[str, str]
) -> None:
    suspect = suspect_of(
        printed(numeral, "charter_capital"), Interval(Fraction(need[0]), Fraction(need[1]))
    )
    assert suspect.need_as_printed == Interval(Fraction(expected[0]), Fraction(expected[1]))


@given(
    st.fractions(min_value=0, max_value=50, max_denominator=40),
    st.fractions(min_value=0, max_value=5, max_denominator=40),
    st.sampled_from(["7", "7,0", "7,00"]),
)
@settings(max_examples=50)
def test_a_print_is_among_the_needed_ones_if_what_it_stands_for_is_needed(
    low: Fraction, width: Fraction, numeral: str
) -> None:
    suspect = suspect_of(printed(numeral, "charter_capital"), Interval(low, low + width))
    step = Fraction(1, 10**suspect.figure.decimals)
    needed = suspect.need_as_printed
    for steps in range(int(low / step) - 2, int((low + width) / step) + 3):
        stands_for = Interval.around(steps * step, step / 2)
        if stands_for.intersects(suspect.need):
            assert steps * step in needed
        else:
            assert steps * step not in needed or needed == suspect.need


def test_a_need_is_told_in_the_unit_of_the_print() -> None:
    (figure,) = operands(read(printed("10", "charter_capital", unit="billion_vnd")))
    suspect = Suspect(figure.in_base_unit(), Interval(Fraction(11300), Fraction(12800)))
    assert suspect.need_as_printed == Interval(Fraction(11), Fraction(13))


def test_a_count_needs_a_whole_number() -> None:
    suspect = suspect_of(printed("90"), Interval(Fraction("90.9"), Fraction("91.3")))
    assert suspect.need_as_printed == Interval.exactly(91)


# Chosen contradictions.


def share(cell: Cell, numeral: str, share_of: str) -> Description:
    return Told(cell, numeral, share_of).description()


def suspects_of(*figures: Description) -> dict[str, Interval]:
    """The single figures that explain what does not add up, with what they would need."""
    (puzzle,) = localise(evaluations_of(figures))
    assert all(len(one) == 1 for one in puzzle.explanations)
    return {suspect.figure.printed: suspect.need for (suspect,) in puzzle.explanations}


def test_750_is_not_200_less_125() -> None:
    found = suspects_of(
        printed("200"),
        printed("125", period="2020-12-31"),
        printed("750", relation="change"),
    )
    # 125 would have to be less than nothing.
    assert found == {"200": Interval.exactly(875), "750": Interval.exactly(75)}


def test_750_is_not_200_less_125_in_amounts_either() -> None:
    found = suspects_of(
        printed("200", "charter_capital"),
        printed("125", "charter_capital", period="2020-12-31"),
        printed("750", "charter_capital", relation="change"),
    )
    assert found == {
        "200": Interval(Fraction(874), Fraction(876)),
        "750": Interval(Fraction(74), Fraction(76)),
    }


def test_sums_and_shares_convict_together_what_neither_could_alone() -> None:
    found = (
        printed("416"),
        printed("90", status="stopped"),
        share(("_T", "stopped"), "21,9", "status"),
    )
    assert set(suspects_of(*found)) == {"416", "90", "21,9"}
    parts = [
        printed(numeral, sector=sector, status="stopped")
        for numeral, sector in (("27", "agriculture"), ("64", "non_agriculture"))
    ]
    assert suspects_of(*found, *parts) == {"90": Interval.exactly(91)}


def test_a_share_needs_what_its_part_is_of_its_whole() -> None:
    found = suspects_of(
        printed("348"),
        printed("265", status="active"),
        printed("83", status="stopped"),
        share(("_T", "stopped"), "23,8", "status"),
    )
    assert found == {"23,8": Interval.exactly(Fraction(8300, 348))}


def test_a_rate_needs_what_its_households_give() -> None:
    found = suspects_of(
        printed("19,47", "poverty_rate"),
        printed("20.961", "poor_households"),
        printed("107.710", "households"),
    )
    assert found["19,47"] == Interval.exactly(Fraction(2096100, 107710))
    assert found["20.961"] == Interval(Fraction(20966), Fraction(20976))
    assert set(found) == {"19,47", "20.961", "107.710"}


def test_a_change_in_percent_needs_what_both_values_give() -> None:
    found = suspects_of(
        printed("348"),
        printed("336", period="2020-12-31"),
        printed("3,5", relation="change", unit="percent"),
    )
    assert found == {"3,5": Interval.exactly(Fraction(34800, 336) - 100)}


def test_contradictions_that_share_no_figure_are_explained_apart() -> None:
    figures = []
    for period in ("2021-12-31", "2020-12-31"):
        figures += [
            printed(numeral, status=status, period=period)
            for numeral, status in (("10", "_T"), ("6", "active"), ("5", "stopped"))
        ]
    puzzles = localise(evaluations_of(figures))
    assert [len(puzzle.conflicts) for puzzle in puzzles] == [1, 1]
    assert [puzzle.figure_ids for puzzle in puzzles] == [
        {f"bao-cao-2021:{n}" for n in (10, 20, 30)},
        {f"bao-cao-2021:{n}" for n in (40, 50, 60)},
    ]
    assert all(len(puzzle.explanations) == 3 for puzzle in puzzles)


def test_two_prints_of_one_quantity_may_both_be_wrong() -> None:
    assert suspects_of(printed("348"), printed("347")) == {
        "348": Interval.exactly(347),
        "347": Interval.exactly(348),
    }


def test_of_three_prints_the_one_that_stands_alone_is_convicted() -> None:
    found = (printed("83"), printed("83", report=LATER), printed("84", report=NEWS))
    assert suspects_of(*found) == {"84": Interval.exactly(83)}


def test_a_notice_convicts_nobody() -> None:
    figures = (printed("349"), printed("17", period="2020-12-31"))
    evaluations = evaluations_of(figures)
    assert [e.outcome for e in evaluations] == [Outcome.FAIL]
    assert localise(evaluations) == []
    (finding,) = find(evaluations).findings
    assert finding.explanations == ()
    assert finding.puzzle is None


def test_a_relation_that_is_only_a_notice_does_not_bound_what_a_suspect_needs() -> None:
    figures = (
        printed("10"),
        printed("60", status="active"),
        printed("50", status="stopped"),
        printed("10", period="2020-12-31"),
    )
    assert suspects_of(*figures)["10"] == Interval.exactly(110)


@pytest.mark.parametrize(
    "hedged",
    [
        {"qualifier": "more_than", "printed": "0"},
        {"qualifier": "up_to", "printed": "0"},
    ],
    ids=["more than nothing", "nothing at most"],
)
def test_a_share_that_is_bounded_by_nothing_can_be_reckoned_with(hedged: dict[str, str]) -> None:
    figures = (
        *(printed("100"), printed("20", sector="agriculture")),
        share(("agriculture", "_T"), "0", "sector") | hedged,
        printed("19", sector="agriculture"),
    )
    (puzzle, *_) = localise(evaluations_of(figures))
    assert puzzle.explanations


def test_a_range_is_convicted_as_one_figure() -> None:
    figures = (
        *(printed("100"), printed("20", sector="agriculture")),
        share(("agriculture", "_T"), "0", "sector") | {"qualifier": "range_low"},
        share(("agriculture", "_T"), "5", "sector") | {"qualifier": "range_high"},
    )
    assert suspects_of(*figures)["0"] == Interval.exactly(20)


def test_what_is_too_hard_to_tell_is_told_to_be_so() -> None:
    figures: list[Description] = []
    for period in range(2000, 2012):  # twelve contradictions that share the figure of each other
        figures += [
            printed("10", period=f"{period}-12-31", area_code="VN-01"),
            printed("6", period=f"{period}-12-31", status="active"),
            printed("5", period=f"{period}-12-31", status="stopped"),
            printed("7", relation="change", period=f"{period + 1}-12-31"),
        ]
    puzzles = localise(evaluations_of(figures))
    assert puzzles
    for puzzle in puzzles:
        assert puzzle.explanations == ()
        assert puzzle.conflicts


# The repository's own contradictions.


@cache
def own_findings() -> list[Finding]:
    return [
        finding
        for finding in own_release().ledger.findings
        if finding.is_contradiction and isinstance(finding.evaluation, Evaluation)
    ]


def own_finding(rule: str, first: str) -> Finding:
    """The contradiction of a rule that has a figure of that id."""
    (found,) = (
        finding
        for finding in own_findings()
        if finding.evaluation.rule.name == rule
        and first in {figure.figure_id for figure in finding.evaluation.operands}
    )
    return found


def test_the_capital_of_environment_in_the_plan_is_the_only_smallest_explanation() -> None:
    finding = own_finding("implied_values_agree", "lai-chau-2024-plan:5560")
    ((accused,),) = finding.explanations
    assert accused.figure.figure_id == "lai-chau-2024-plan:5560"
    assert accused.figure.printed == "14.640"
    assert accused.suspect.need_as_printed == Interval(Fraction(11092), Fraction(12086))
    assert accused.suspect.need.is_within(Interval(Fraction(11091), Fraction(12087)))
    assert accused.evidence[0].code == "copied"
    assert accused.evidence[0].figure is not None
    assert accused.evidence[0].figure.figure_id == "lai-chau-2024-plan:6009"
    assert finding.convicted == (accused,)


@pytest.mark.parametrize(
    ("total", "needed", "suspects"),
    [
        (
            "lai-chau-2021-report:1335",
            {"3.042": 3035, "1.335": 1342, "149": 156, "554": 561, "284": 291, "46": 53},
            8,
        ),
        ("lai-chau-2021-report:1356", {"2.851": 2862, "20": 9, "1.466": 1455, "37": 26}, 8),
    ],
    ids=["members", "employees"],
)
def test_the_members_and_employees_of_2021_could_be_wrong_anywhere(
    total: str, needed: dict[str, int], suspects: int
) -> None:
    finding = own_finding("sectors_sum_to_total", total)
    assert all(len(one) == 1 for one in finding.explanations)
    need = {a.figure.printed: a.suspect.need for a in finding.suspects}
    assert len(need) == suspects
    for numeral, value in needed.items():
        assert need[numeral] == Interval.exactly(value)


def test_the_capital_of_2021_cannot_be_told_but_the_cut_off_headline_is_likeliest() -> None:
    finding = own_finding("sectors_sum_to_total", "lai-chau-2021-report:1253")
    assert finding.convicted == ()
    first = finding.suspects[0]
    assert first.figure.figure_id == "lai-chau-2021-report:1253"
    assert "cut_off" in {e.code for e in first.evidence}
    assert finding.puzzle is not None
    assert {len(one) for one in finding.puzzle.explanations} == {3}


def test_the_stopped_cooperatives_of_2023_are_91() -> None:
    for rule in ("sectors_sum_to_total", "shares_by_status"):
        finding = own_finding(rule, "lai-chau-2024-plan:18234")
        ((accused,),) = finding.explanations
        assert accused.figure.figure_id == "lai-chau-2024-plan:18234"
        assert accused.suspect.need == Interval.exactly(91)


def test_every_own_contradiction_of_an_error_rule_has_an_explanation() -> None:
    for finding in own_findings():
        if finding.severity is Severity.NOTICE:
            assert finding.explanations == ()
        else:
            assert finding.explanations, finding.message.en
            own = {figure.figure_id for figure in finding.evaluation.operands}
            for explanation in finding.explanations:
                assert {accused.figure.figure_id for accused in explanation} <= own


def test_without_the_figures_of_own_explanations_nothing_contradicts_itself() -> None:
    puzzles = {id(f.puzzle): f.puzzle for f in own_findings() if f.puzzle is not None}
    left_out = {
        suspect.figure.figure_id
        for puzzle in puzzles.values()
        for suspect in puzzle.explanations[0]
    }
    frame = own_release().readings
    rest = frame[~frame["figure_id"].isin(left_out)]
    evaluations = [e for e in confront_all(rest).evaluations if isinstance(e, Evaluation)]
    assert contradictions(evaluations) == []


def test_unknown_is_not_told_as_a_need() -> None:
    finding = own_finding("plan_attainments", "lai-chau-2024-plan:1250")
    ((accused,),) = finding.explanations
    assert accused.figure.printed == "75"
    assert accused.suspect.need == UNKNOWN
