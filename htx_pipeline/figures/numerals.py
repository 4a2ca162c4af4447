"""Vietnamese numerals, read strictly: a dot groups thousands, a comma marks decimals.

A print that could be read in two ways is refused, never guessed; a reviewed correction settles it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from htx_pipeline.model import Label

NUMERAL = re.compile(r"\d+(?:[.,]\d+)*", re.ASCII)
"""What counts as a numeral in a document."""

_MAX_DIGITS = 14
"""A double tells 15 significant digits apart; the bounds of a rounded print need one more."""

_MAX_DECIMALS = 20


@dataclass(frozen=True, slots=True)
class Numeral:
    """A printed number: its exact value and how many decimals were printed."""

    value: Decimal
    decimals: int


class NumeralError(ValueError):
    """A print that is no unambiguous Vietnamese numeral; says what was expected instead."""

    def __init__(self, code: str, expected: Label, remedy: Label) -> None:
        self.code = code
        self.expected = expected
        self.remedy = remedy
        super().__init__(expected.en)


_CORRECT_IT = Label(
    vi="Nếu in đúng như vậy, hãy ghi cách đọc vào data/raw/corrections.yml; nếu chép sai, hãy sửa.",
    en="If it is printed so, settle the reading in data/raw/corrections.yml; if mistyped, mend it.",
)


DECIMAL, GROUP = ",", "."
"""The symbols of Vietnamese numerals, as CLDR has them (a test compares; reading does not wait)."""

_WELL_FORMED = re.compile(
    rf"(?P<whole>\d+|[1-9]\d{{0,2}}(?:{re.escape(GROUP)}\d{{3}})+)"
    rf"(?:{re.escape(DECIMAL)}(?P<fraction>\d+))?",
    re.ASCII,
)
_AMBIGUOUS = re.compile(rf"[1-9]\d{{0,2}}{re.escape(DECIMAL)}\d{{3}}", re.ASCII)


def read_numeral(printed: str) -> Numeral:
    """The value of a printed numeral: ``1.335`` is 1335, ``41,5`` is 41.5, ``05`` is 5.

    Raises ``NumeralError`` for what is ambiguous (``1,234`` may be a thousand in the English
    manner) or malformed (``1.23``, ``1,2,3``), and for more digits than a file can hold.
    """
    if _AMBIGUOUS.fullmatch(printed):
        raise NumeralError(
            "ambiguous-numeral",
            Label(
                vi="một số chỉ có một cách đọc (dấu phẩy rồi đúng ba chữ số có thể là phần thập "
                "phân hoặc hàng nghìn)",
                en="a numeral with one reading (a comma and three digits may be decimals or "
                "thousands)",
            ),
            _CORRECT_IT,
        )
    match = _WELL_FORMED.fullmatch(printed)
    if match is None:
        raise NumeralError(
            "malformed-numeral",
            Label(
                vi="số theo cách viết tiếng Việt, như 1.335 hoặc 41,5",
                en="a numeral in Vietnamese notation, such as 1.335 or 41,5",
            ),
            _CORRECT_IT,
        )
    whole = match["whole"].replace(GROUP, "")
    fraction = match["fraction"] or ""
    numeral = Numeral(Decimal(f"{whole}.{fraction or 0}"), len(fraction))
    if not _fits_a_double(whole, fraction):
        raise NumeralError(
            "too-many-digits",
            Label(
                vi=f"nhiều nhất {_MAX_DIGITS} chữ số có nghĩa, {_MAX_DECIMALS} chữ số thập phân",
                en=f"at most {_MAX_DIGITS} significant digits, {_MAX_DECIMALS} decimals",
            ),
            _CORRECT_IT,
        )
    return numeral


def read_plain(text: str) -> Numeral:
    """A number in plain notation (``63.407``), as reviewed decisions give it.

    Raises ``ValueError`` for anything else.
    """
    if not re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        raise ValueError(f"a plain decimal number such as 63.407, not {text!r}")
    whole, _, fraction = text.partition(".")
    if not _fits_a_double(whole, fraction):
        raise ValueError(
            f"at most {_MAX_DIGITS} significant digits, {_MAX_DECIMALS} decimals, not {text!r}"
        )
    return Numeral(Decimal(text), len(fraction))


def _fits_a_double(whole: str, fraction: str) -> bool:
    return len((whole + fraction).lstrip("0")) <= _MAX_DIGITS and len(fraction) <= _MAX_DECIMALS
