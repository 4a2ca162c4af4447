"""A part and the whole that it is of, where no breakdown lists all parts."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from htx_pipeline import codelists
from htx_pipeline.model import Interval, Outcome, Severity
from htx_pipeline.rules import Evaluation, confront_all
from htx_pipeline.rules.catalogue.parts import (
    CREDIT_FUNDS_ARE_CREDIT_COOPERATIVES,
    MEMBERS_AND_EMPLOYEES_WITHIN_ALL,
    OWNERS_HAVE_PRODUCTS,
    PARTS_WITHIN_WHOLE,
    SHARES_OF_A_WHOLE,
    UNIVERSITY_WITHIN_COLLEGE_AND_UNIVERSITY,
)
from htx_pipeline_tests.building import LATER, evaluated, outcomes, printed, read
from htx_pipeline_tests.rules.cases import Case

PASS, FAIL, UNVERIFIABLE = Outcome.PASS, Outcome.FAIL, Outcome.UNVERIFIABLE

MANAGERS = printed("1.124", "managers")


def managers(numeral: str, which: str, **codes: Any) -> dict[str, Any]:
    return printed(numeral, f"managers_{which}", **codes)


def share(numeral: str, indicator: str, of: str, **codes: Any) -> dict[str, Any]:
    return printed(numeral, indicator, relation="share", share_of=of, **codes)


def products(numeral: str, sector: str = "_T", **codes: Any) -> dict[str, Any]:
    return printed(numeral, "ocop_products", sector=sector, **codes)


def owners(numeral: str, sector: str = "_T", **codes: Any) -> dict[str, Any]:
    return printed(numeral, "cooperatives_with_ocop_products", sector=sector, **codes)


def together(numeral: str, **codes: Any) -> dict[str, Any]:
    return printed(numeral, "members_and_employees", organization="collective_economy", **codes)


def funds(numeral: str, **codes: Any) -> dict[str, Any]:
    return printed(numeral, "credit_funds", organization="credit_fund", sector="credit", **codes)


CASES = {
    "parts_within_whole": Case(
        valid=(MANAGERS, managers("340", "elementary_intermediate")),
        invalid=(MANAGERS, managers("1.125", "elementary_intermediate")),
        undecided=(MANAGERS, managers("300", "elementary_intermediate", qualifier="approx")),
        not_asked=(MANAGERS,),
    ),
    "shares_of_a_whole": Case(
        valid=(
            MANAGERS,
            managers("27", "college_university"),
            share("2,4", "managers_college_university", "managers"),
        ),
        invalid=(
            MANAGERS,
            managers("35", "college_university"),
            share("2,4", "managers_college_university", "managers"),
        ),
        undecided=(MANAGERS, share("2,4", "managers_college_university", "managers")),
    ),
    "university_within_college_and_university": Case(
        valid=(managers("35", "university"), managers("40", "college_university")),
        invalid=(managers("35", "university"), managers("27", "college_university")),
        undecided=(
            managers("35", "university"),
            managers("30", "college_university", qualifier="approx"),
        ),
        not_asked=(managers("35", "university"),),
    ),
    "owners_have_products": Case(
        valid=(products("34"), owners("18")),
        invalid=(products("17"), owners("18")),
        undecided=(products("34"), owners("18", qualifier="approx")),
        not_asked=(products("34"),),
    ),
    "members_and_employees_within_all": Case(
        valid=(together("6.000"), printed("3.042", "members"), printed("2.851", "employees")),
        invalid=(together("5.000"), printed("3.042", "members"), printed("2.851", "employees")),
        undecided=(
            together("5.000", qualifier="approx"),
            printed("3.042", "members"),
            printed("2.851", "employees"),
        ),
        not_asked=(together("6.000"), printed("3.042", "members")),
    ),
    "credit_funds_are_credit_cooperatives": Case(
        valid=(funds("2"), printed("02", sector="credit")),
        invalid=(funds("2"), printed("03", sector="credit")),
        undecided=(funds("2", qualifier="approx"), printed("02", sector="credit")),
        not_asked=(funds("2"),),
    ),
}

# Parts and wholes, as the list of indicators has them.


@pytest.mark.parametrize(
    "indicator",
    [
        code
        for code, row in codelists.rows("indicator").items()
        if row["part_of"] != "none" and row["kind"] == "stock"
    ],
)
@pytest.mark.parametrize(("part", "expected"), [("8", PASS), ("10", FAIL)])
def test_each_part_of_the_list_is_within_its_whole(
    indicator: str, part: str, expected: Outcome
) -> None:
    listed = codelists.rows("indicator")
    whole = listed[indicator]["part_of"]
    common = {"status": "_Z", "sector": "_Z", "organization": "cooperative"}
    found = (printed("8", whole, **common), printed(part, indicator, **common))
    assert outcomes(PARTS_WITHIN_WHOLE, *found) == [expected]


def test_what_is_new_in_a_year_is_within_the_stock_at_its_end() -> None:
    new = {"indicator": "cooperatives_new"}
    for numeral, expected in (("348", PASS), ("349", FAIL)):
        found = (printed("348"), printed(numeral, **new))
        assert outcomes(PARTS_WITHIN_WHOLE, *found) == [expected]
    elsewhere = printed("1", period="2020-12-31")
    assert outcomes(PARTS_WITHIN_WHOLE, elsewhere, printed("41", **new)) == []


@pytest.mark.parametrize(
    ("whole", "part", "expected"),
    [("50", "50,5", PASS), ("50", "50,6", FAIL), ("50,4", "50", PASS), ("50,4", "51", FAIL)],
)
def test_rounding_is_allowed_to_both(whole: str, part: str, expected: Outcome) -> None:
    # The mean profit lies within the mean revenue.
    found = (printed(whole, "revenue_mean"), printed(part, "profit_mean"))
    assert outcomes(PARTS_WITHIN_WHOLE, *found) == [expected]


def test_part_and_whole_are_of_one_report_sector_and_day() -> None:
    part = managers("2.000", "university")
    for other in ({"report": LATER}, {"sector": "trade"}, {"period": "2020-12-31"}):
        assert outcomes(PARTS_WITHIN_WHOLE, MANAGERS, part | other) == []


def test_a_target_is_no_part_of_what_there_is() -> None:
    assert (
        outcomes(PARTS_WITHIN_WHOLE, MANAGERS, managers("2.000", "university", role="target")) == []
    )


def test_a_part_that_is_only_implied_is_within_its_whole_too() -> None:
    rows = read(
        printed("107.000", "households"),
        printed("19,46", "poverty_rate"),
        printed("200.000", "poor_households"),
    )
    found = confront_all(rows).evaluations
    assert [e.outcome for e in found if e.rule is PARTS_WITHIN_WHOLE] == [FAIL]
    implied = confront_all(
        read(printed("21.000", "poor_households"), printed("19,46", "poverty_rate"))
    ).evaluations
    (asked,) = (e for e in implied if e.rule is PARTS_WITHIN_WHOLE)
    assert asked.outcome is PASS
    assert isinstance(asked, Evaluation)
    assert asked.parts[0].is_implied


@pytest.mark.parametrize(("square_metres", "expected"), [("20.000", PASS), ("30.000", FAIL)])
def test_land_is_compared_in_one_unit(square_metres: str, expected: Outcome) -> None:
    found = (
        printed("2", "land_allocated"),
        printed(square_metres, "land_certified", unit="square_metre"),
    )
    assert outcomes(PARTS_WITHIN_WHOLE, *found) == [expected]


# Shares of a whole that is another indicator.


def test_a_share_of_managers_is_of_all_managers() -> None:
    for numeral, expected in (("2,4", PASS), ("2,5", FAIL)):
        found = (
            MANAGERS,
            managers("27", "college_university"),
            share(numeral, "managers_college_university", "managers"),
        )
        assert outcomes(SHARES_OF_A_WHOLE, *found) == [expected]


def test_a_share_of_something_else_is_not_asked() -> None:
    found = (
        MANAGERS,
        managers("27", "college_university"),
        share("90", "managers_college_university", "sector"),
    )
    assert outcomes(SHARES_OF_A_WHOLE, *found) == []


def test_a_count_that_no_whole_number_can_be_contradicts_its_share() -> None:
    evaluation = evaluated(
        SHARES_OF_A_WHOLE,
        printed("7", "managers"),
        share("20", "managers_college_university", "managers"),
    )
    assert evaluation.outcome is FAIL
    assert evaluation.needed == Interval(Fraction(273, 200), Fraction(287, 200))


# Managers by what they have learned.


def test_university_within_college_and_university_is_asked_of_a_share_s_number_too() -> None:
    rows = read(
        MANAGERS,
        managers("35", "university"),
        share("2,4", "managers_college_university", "managers"),
    )
    (asked,) = (
        e
        for e in confront_all(rows).evaluations
        if e.rule is UNIVERSITY_WITHIN_COLLEGE_AND_UNIVERSITY
    )
    assert asked.outcome is FAIL  # 2.4 % of 1124 are 27
    assert asked.rule.severity is Severity.NOTICE


# Owners and their products.


@pytest.mark.parametrize(("numeral", "expected"), [("18", PASS), ("17", FAIL), ("40", PASS)])
def test_each_owner_has_at_least_one_product(numeral: str, expected: Outcome) -> None:
    assert outcomes(OWNERS_HAVE_PRODUCTS, products(numeral), owners("18")) == [expected]


@pytest.mark.parametrize(
    ("total", "expected"),
    [("34", [FAIL, PASS, PASS]), ("35", [PASS, PASS, PASS]), ("36", [PASS, PASS, PASS])],
)
def test_the_owners_outside_a_sector_have_products_outside_it(
    total: str, expected: list[Outcome]
) -> None:
    farming = (products("34", "agriculture"), owners("17", "agriculture"))
    found = (products(total), owners("18"), *farming)
    assert sorted(outcomes(OWNERS_HAVE_PRODUCTS, *found)) == sorted(expected)


def test_owners_outside_a_sector_are_asked_for_only_if_all_four_numbers_are_told() -> None:
    farming = (products("34", "agriculture"), owners("17", "agriculture"))
    found = [products("34"), owners("18"), *farming]
    for missing in range(4):
        rest = [figure for position, figure in enumerate(found) if position != missing]
        assert FAIL not in outcomes(OWNERS_HAVE_PRODUCTS, *rest)


# Members and employees of cooperatives, and of all.


@pytest.mark.parametrize(
    ("numeral", "qualifier", "expected"),
    [
        ("5.893", "exact", PASS),
        ("5.892", "exact", FAIL),
        ("5.000", "more_than", PASS),
        ("5.892", "up_to", FAIL),
        ("5.893", "less_than", FAIL),
    ],
)
def test_members_and_employees_are_within_those_of_the_collective_economy(
    numeral: str, qualifier: str, expected: Outcome
) -> None:
    found = (
        together(numeral, qualifier=qualifier),
        printed("3.042", "members"),
        printed("2.851", "employees"),
    )
    assert outcomes(MEMBERS_AND_EMPLOYEES_WITHIN_ALL, *found) == [expected]


def test_members_alone_that_are_more_than_all_contradict_them() -> None:
    found = (together("3.000"), printed("3.042", "members"))
    assert outcomes(MEMBERS_AND_EMPLOYEES_WITHIN_ALL, *found) == [FAIL]


# Credit funds are the cooperatives of the credit sector.


@pytest.mark.parametrize(("numeral", "expected"), [("02", PASS), ("2", PASS), ("3", FAIL)])
def test_credit_funds_are_as_many_as_credit_cooperatives(numeral: str, expected: Outcome) -> None:
    found = (funds("2"), printed(numeral, sector="credit"))
    assert outcomes(CREDIT_FUNDS_ARE_CREDIT_COOPERATIVES, *found) == [expected]


def test_active_credit_cooperatives_and_other_sectors_are_not_the_funds() -> None:
    active = printed("1", sector="credit", status="active")
    trade = printed("51", sector="trade")
    assert outcomes(CREDIT_FUNDS_ARE_CREDIT_COOPERATIVES, funds("2"), active, trade) == []
