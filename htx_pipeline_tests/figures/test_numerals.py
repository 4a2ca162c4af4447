"""Vietnamese numerals: what is read, and what is refused instead of guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import get_decimal_symbol, get_group_symbol
from hypothesis import assume, given
from hypothesis import strategies as st

from htx_pipeline.figures.numerals import (
    DECIMAL,
    GROUP,
    NUMERAL,
    Numeral,
    NumeralError,
    read_numeral,
    read_plain,
)

FOURTEEN_NINES = 10**14 - 1


def grouped(whole: int) -> str:
    """An integer as Vietnamese texts print it: ``1335`` is ``1.335``."""
    return f"{whole:,}".replace(",", ".")


def test_the_symbols_are_those_of_the_locale() -> None:
    assert (get_decimal_symbol("vi"), get_group_symbol("vi")) == (DECIMAL, GROUP)


@pytest.mark.parametrize(
    ("printed", "value", "decimals"),
    [
        ("0", "0", 0),
        ("7", "7", 0),
        ("157", "157", 0),
        ("1335", "1335", 0),
        ("1.335", "1335", 0),
        ("342.530", "342530", 0),
        ("12.345.678", "12345678", 0),
        ("41,5", "41.5", 1),
        ("19,46", "19.46", 2),
        ("41,50", "41.50", 2),
        ("1.204,5", "1204.5", 1),
        ("1.234,567", "1234.567", 3),
        ("1234,567", "1234.567", 3),
        ("0,125", "0.125", 3),
        ("1,2345", "1.2345", 4),
    ],
)
def test_a_dot_groups_thousands_and_a_comma_marks_decimals(
    printed: str, value: str, decimals: int
) -> None:
    assert read_numeral(printed) == Numeral(Decimal(value), decimals)


@pytest.mark.parametrize(
    ("printed", "value"), [("05", 5), ("00", 0), ("007", 7), ("01,5", Decimal("1.5"))]
)
def test_leading_zeros_do_not_count(printed: str, value: Decimal) -> None:
    assert read_numeral(printed).value == value


def test_printed_decimals_count_even_where_they_are_zeros() -> None:
    assert read_numeral("41,50").decimals == 2
    assert read_numeral("41,0").decimals == 1


@pytest.mark.parametrize("printed", ["1,234", "63,407", "999,000"])
def test_a_comma_and_three_digits_is_ambiguous_and_the_remedy_is_a_correction(
    printed: str,
) -> None:
    with pytest.raises(NumeralError) as caught:
        read_numeral(printed)
    assert caught.value.code == "ambiguous-numeral"
    assert "may be decimals or thousands" in caught.value.expected.en
    assert "phần thập phân hoặc hàng nghìn" in caught.value.expected.vi
    assert "corrections.yml" in caught.value.remedy.en
    assert "corrections.yml" in caught.value.remedy.vi


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "1.23",
        "1.2345",
        "1,2,3",
        "1,234,567",
        "1.234.56",
        "12345.678",
        "0.123",
        "01.234",
        "1,5.000",
        "1.234,",
        ",5",
        "1..234",
        "-5",
        "+5",
        " 5",
        "5\n",
        "5e3",
        "１２",
        "năm",
    ],
)
def test_what_is_no_vietnamese_numeral_is_malformed(printed: str) -> None:
    with pytest.raises(NumeralError) as caught:
        read_numeral(printed)
    assert caught.value.code == "malformed-numeral"
    assert "1.335 or 41,5" in caught.value.expected.en
    assert "1.335 hoặc 41,5" in caught.value.expected.vi


@pytest.mark.parametrize(
    "printed",
    ["9" * 15, "123.456.789.012.345", "1234567890,12345", "0,123456789012345", f"0,{20 * '0'}1"],
)
def test_more_digits_than_a_file_can_hold_are_refused(printed: str) -> None:
    with pytest.raises(NumeralError) as caught:
        read_numeral(printed)
    assert caught.value.code == "too-many-digits"
    assert "at most 14 significant digits" in caught.value.expected.en
    assert "nhiều nhất 14 chữ số" in caught.value.expected.vi


@pytest.mark.parametrize("printed", ["9" * 14, "0" * 20 + "9" * 14, "0,0012345678901234"])
def test_zeros_in_front_do_not_use_up_digits(printed: str) -> None:
    assert read_numeral(printed).value == Decimal(printed.replace(",", "."))


@given(st.integers(min_value=0, max_value=FOURTEEN_NINES))
def test_an_integer_is_read_back_from_either_notation(whole: int) -> None:
    assert read_numeral(grouped(whole)) == Numeral(Decimal(whole), 0)
    assert read_numeral(str(whole)) == Numeral(Decimal(whole), 0)


@given(
    st.integers(min_value=0, max_value=10**8 - 1),
    st.text("0123456789", min_size=1, max_size=6),
    st.booleans(),
)
def test_a_decimal_is_read_back_from_either_notation(
    whole: int, fraction: str, in_groups: bool
) -> None:
    assume(len(fraction) != 3 or not 1 <= whole <= 999)
    printed = f"{grouped(whole) if in_groups else whole},{fraction}"
    assert read_numeral(printed) == Numeral(Decimal(f"{whole}.{fraction}"), len(fraction))


@given(st.integers(min_value=1, max_value=999), st.text("0123456789", min_size=3, max_size=3))
def test_every_ambiguous_form_is_refused(whole: int, digits: str) -> None:
    with pytest.raises(NumeralError) as caught:
        read_numeral(f"{whole},{digits}")
    assert caught.value.code == "ambiguous-numeral"


@given(
    st.lists(st.text("0123456789", min_size=1, max_size=5), min_size=1, max_size=5),
    st.lists(st.sampled_from(".,"), min_size=4, max_size=4),
)
def test_every_numeral_of_a_document_is_read_or_refused_with_a_reason(
    groups: list[str], separators: list[str]
) -> None:
    printed = groups[0] + "".join(s + g for s, g in zip(separators, groups[1:], strict=False))
    assert NUMERAL.fullmatch(printed)
    digits = printed.replace(".", "").replace(",", "")
    try:
        numeral = read_numeral(printed)
    except NumeralError as failure:
        refused = failure.code
    else:
        refused = None
        assert numeral.value * 10**numeral.decimals == int(digits)
    assert refused in {None, "ambiguous-numeral", "malformed-numeral", "too-many-digits"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ngày 31/12/2021.", ["31", "12", "2021"]),
        ("đạt 1.204,5 triệu, hơn 3.", ["1.204,5", "3"]),
        ("Kt1 m2 COVID-19", ["1", "2", "19"]),
        ("１２ và ²", []),
    ],
)
def test_what_counts_as_a_numeral_in_a_document(text: str, found: list[str]) -> None:
    assert NUMERAL.findall(text) == found


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [("63.407", "63.407", 3), ("63407", "63407", 0), ("0.5", "0.5", 1), ("2.40", "2.40", 2)],
)
def test_a_correction_gives_a_plain_decimal(text: str, value: str, decimals: int) -> None:
    assert read_plain(text) == Numeral(Decimal(value), decimals)


@pytest.mark.parametrize("text", ["", "63,407", "1.2.3", ".5", "5.", "-1", "1e3", " 1", "１"])
def test_a_correction_in_any_other_notation_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a plain decimal number"):
        read_plain(text)
