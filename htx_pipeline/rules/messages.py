"""What an evaluation says, in Vietnamese and in English.

Numbers are written in the notation of the reports in both languages, so that a computed sum can be
laid beside the print.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from babel.numbers import format_decimal

from htx_pipeline import codelists
from htx_pipeline.model import Label, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from htx_pipeline.figures.operands import Operand
    from htx_pipeline.model import Interval, Language
    from htx_pipeline.rules.evaluation import Evaluation, Member

    Show = Callable[[Member, Evaluation, Language], str]

_NAMED = ("indicator", "sector", "status", "entity")
"""Dimensions by which the members of an equation are told apart, in the order of naming."""

_TOTALS = {"_T", "_Z", ""}


def message(evaluation: Evaluation) -> Label:
    """The equation with the printed numbers and where they stand, and what is wrong with it."""
    return Label(vi=_message(evaluation, "vi"), en=_message(evaluation, "en"))


def subject(evaluation: Evaluation, language: Language) -> str:
    """What the equation is about: indicator, organization, area, period."""
    common = evaluation.common
    named = [
        codelists.label(name, common[name]).text(language)
        for name in ("indicator", "organization", "sector", "status")
        if common.get(name, "") not in _TOTALS
    ]
    unit = common.get("unit", "")
    if unit and codelists.rows("unit")[unit]["family"] != "count":
        named.append(codelists.label("unit", unit).text(language))
    area = codelists.area(evaluation.area_code).text(language)
    return ", ".join([*named, area, evaluation.period])


def number(value: Decimal | Fraction) -> str:
    """A number in the notation of the reports: 1335 is ``1.335``, 41.5 is ``41,5``."""
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    return str(format_decimal(value, locale="vi", decimal_quantization=False))


def member_name(member: Member, evaluation: Evaluation, language: Language) -> str:
    """What tells a member from the others of its equation."""
    words = []
    for name in _NAMED:
        code = member.cell[name]
        if name in evaluation.common or code == "_Z":
            continue
        if name == "entity":
            words.append(_budget_line(code, language))
        else:
            words.append(codelists.label(name, code).text(language))
    if "period" not in evaluation.common:
        words.append(member.cell["period"])
    if "relation" not in evaluation.common and member.cell["relation"] != "value":
        words.append(codelists.label("relation", member.cell["relation"]).text(language))
    return " ".join(words)


def _budget_line(code: str, language: Language) -> str:
    if not code:
        return "tổng nhu cầu" if language == "vi" else "all needs"
    if code in codelists.rows("budget_line"):
        return codelists.label("budget_line", code).text(language)
    return code


def verdict(evaluation: Evaluation, language: Language) -> str:
    """The equation in printed numbers alone, and what is wrong with it: one short line."""
    if evaluation.outcome is Outcome.ERROR:
        said = {
            "vi": f"quy tắc bị lỗi, không phải dữ liệu: {evaluation.broken}",
            "en": f"the rule itself is broken, not the data: {evaluation.broken}",
        }
        return said[language]
    return _equation(evaluation, language, _bare)


def _message(evaluation: Evaluation, language: Language) -> str:
    head = f"{evaluation.rule.title.text(language)} ({subject(evaluation, language)})"
    if evaluation.outcome is Outcome.ERROR:
        return f"{head}: {verdict(evaluation, language)}"
    return f"{head}: {_equation(evaluation, language, _placed)}"


def _equation(evaluation: Evaluation, language: Language, show: Show) -> str:
    if isinstance(evaluation.whole, Fraction):
        whole = number(evaluation.whole)
    else:
        whole = show(evaluation.whole, evaluation, language)
    parts = ""
    for part in evaluation.parts:
        sign = "+" if part.sign > 0 else "−"
        shown = show(part, evaluation, language)
        parts += f" {sign} {shown}" if parts or part.sign < 0 else shown
    sign = "≠" if evaluation.outcome is Outcome.FAIL else "="
    said = f"{whole} {sign} {parts.strip()}"
    if evaluation.outcome is Outcome.UNVERIFIABLE:
        return f"{said}; {_what_is_missing(evaluation, language)}"
    if evaluation.outcome is Outcome.FAIL:
        return f"{said}; {_difference(evaluation, language)}"
    return said


def _bare(member: Member, _evaluation: Evaluation, language: Language) -> str:
    return "?" if member.operand is None else printed(member.operand, language)


def _placed(member: Member, evaluation: Evaluation, language: Language) -> str:
    name = member_name(member, evaluation, language)
    if member.operand is None:
        return f"? [{name}]"
    about = ", ".join(filter(None, (name, place(member.operand))))
    return f"{printed(member.operand, language)} [{about}]"


def printed(figure: Operand, language: Language) -> str:
    """The print with its word of distance and, for a decrease, its sign."""
    if figure.upper is not None:
        sign = "−" if figure.value.is_signed() else ""
        return f"{sign}{figure.printed} - {sign}{figure.upper.printed}"
    words = "" if figure.qualifier in {"exact", "estimated"} else f"{_qualifier(figure, language)} "
    sign = "−" if figure.value < 0 else ""
    return f"{words}{sign}{figure.printed}"


def _qualifier(figure: Operand, language: Language) -> str:
    return codelists.label("qualifier", figure.qualifier).text(language)


def place(figure: Operand) -> str:
    """Where a figure is printed and which line of the data holds it."""
    return f"{figure.report_id} {figure.place}, figures.csv:{figure.line}"


def _what_is_missing(evaluation: Evaluation, language: Language) -> str:
    missing = [
        member_name(m, evaluation, language) for m in evaluation.members if m.operand is None
    ]
    vague = [
        printed(m.operand, language)
        for m in evaluation.members
        if m.operand is not None and m.operand.interval is None
    ]
    said = []
    if missing:
        word = "văn bản không nêu" if language == "vi" else "not printed"
        said.append(f"{word}: {', '.join(missing)}")
    if vague:
        word = "chỉ nêu áng chừng" if language == "vi" else "only approximate"
        said.append(f"{word}: {', '.join(vague)}")
    return "; ".join(said)


def _difference(evaluation: Evaluation, language: Language) -> str:
    computed = _interval(evaluation.computed, language)
    said = [f"{'vế phải bằng' if language == 'vi' else 'the right side is'} {computed}"]
    if evaluation.residual is not None and evaluation.slack is not None:
        signed = f"{'+' if evaluation.residual > 0 else ''}{number(evaluation.residual)}"
        said.append(f"{'chênh lệch' if language == 'vi' else 'difference'} {signed}")
    if evaluation.gap and evaluation.slack is None:
        gap = number(evaluation.gap)
        said.append(
            f"cách nhau từ {gap} trở lên" if language == "vi" else f"apart by {gap} or more"
        )
    if evaluation.slack:
        said.append(
            f"{'làm tròn chỉ cho phép' if language == 'vi' else 'rounding allows'} "
            f"±{number(evaluation.slack)}"
        )
    missing = _what_is_missing(evaluation, language)
    if missing:
        said.append(missing)
    if evaluation.holds_if_truncated:
        said.append(
            "khớp nếu số in bị cắt bớt chữ số"
            if language == "vi"
            else "it holds if digits were cut off instead of rounded"
        )
    return "; ".join(said)


def _interval(interval: Interval, language: Language) -> str:
    low, high = interval.low, interval.high
    if low is not None and high is not None:
        if low == high:
            return number(low)
        middle = (low + high) / 2
        return f"{number(middle)} ±{number((high - low) / 2)}"
    if low is not None:
        word = "at_least" if interval.low_closed else "more_than"
        return f"{codelists.label('qualifier', word).text(language)} {number(low)}"
    if high is not None:
        word = "up_to" if interval.high_closed else "less_than"
        return f"{codelists.label('qualifier', word).text(language)} {number(high)}"
    return "không xác định" if language == "vi" else "not determined"


def denominators(evaluations: Iterable[Evaluation]) -> dict[str, dict[Outcome, int]]:
    """For each rule name, how many groups came out how."""
    counts: dict[str, dict[Outcome, int]] = {}
    for evaluation in evaluations:
        of_rule = counts.setdefault(evaluation.rule.name, dict.fromkeys(Outcome, 0))
        of_rule[evaluation.outcome] += 1
    return counts
