"""What an evaluation says, in Vietnamese and in English.

Numbers are written in the notation of the reports in both languages, so that a computed sum can be
laid beside the print.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from htx_pipeline import codelists
from htx_pipeline.figures.numerals import DECIMAL, GROUP
from htx_pipeline.model import UNKNOWN, Label, Outcome, Severity
from htx_pipeline.rules.documents import CitationEvaluation
from htx_pipeline.rules.model import Compare, Form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from htx_pipeline.figures.operands import Operand
    from htx_pipeline.model import Interval, Language
    from htx_pipeline.rules.evaluate import AnyEvaluation
    from htx_pipeline.rules.evaluation import Evaluation, Member
    from htx_pipeline.rules.evidence import Evidence
    from htx_pipeline.rules.findings import Accused, Finding

    Show = Callable[[Member, Evaluation, Language], str]

_NAMED = ("indicator", "sector", "status", "entity")
"""Dimensions by which the members of an equation are told apart, in the order of naming."""

_TOTALS = {"_T", "_Z", ""}


def message(evaluation: AnyEvaluation) -> Label:
    """The equation with the printed numbers and where they stand, and what is wrong with it."""
    return Label(vi=_message(evaluation, "vi"), en=_message(evaluation, "en"))


def subject(evaluation: AnyEvaluation, language: Language) -> str:
    """What the equation is about: indicator, organization, area, period."""
    if isinstance(evaluation, CitationEvaluation):
        first = evaluation.operands[0]
        return f"{first.report_id} {first.place}, {first.file}:{first.line}"
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


_SHOWN_DECIMALS = 4
_VIETNAMESE = str.maketrans(",.", GROUP + DECIMAL)


def number(value: Decimal | Fraction) -> str:
    """A number in the notation of the reports: 1335 is ``1.335``, 41.5 is ``41,5``.

    What has no end is rounded to four decimals, which decides nothing.
    """
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    if -int(value.as_tuple().exponent) > _SHOWN_DECIMALS:
        value = value.quantize(Decimal(1).scaleb(-_SHOWN_DECIMALS))
    text = f"{value:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("0" if text == "-0" else text).translate(_VIETNAMESE)


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
    if "side" not in evaluation.common and member.cell["side"] == "target":
        words.append(codelists.label("role", "target").text(language))
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


def equation(evaluation: AnyEvaluation, language: Language) -> str:
    """The equation in printed numbers alone, and what is wrong with it: one short line."""
    if evaluation.outcome is Outcome.ERROR:
        said = {
            "vi": f"quy tắc bị lỗi, không phải dữ liệu: {evaluation.broken}",
            "en": f"the rule itself is broken, not the data: {evaluation.broken}",
        }
        return said[language]
    if isinstance(evaluation, CitationEvaluation):
        return evaluation.said.text(language)
    return _equation(evaluation, language, _bare)


def verdict(finding: Finding) -> Label:
    """Which figure is probably wrong and why, or that it cannot be told; empty for the rest."""
    if not finding.is_contradiction or finding.severity is Severity.NOTICE:
        return Label("", "")
    return Label(vi=_verdict(finding, "vi"), en=_verdict(finding, "en"))


def _verdict(finding: Finding, language: Language) -> str:
    convicted = finding.convicted
    if convicted:
        others = len(finding.explanations) - 1
        also = {
            "vi": f"; cũng có thể giải thích bằng {others} cách khác",
            "en": f"; {others} other explanation{'s' * (others > 1)} would do, too",
        }
        wrong = {"vi": "Có lẽ sai: ", "en": "Probably wrong: "}[language]
        and_ = {"vi": "; và ", "en": "; and "}[language]
        listed = and_.join(accused(one, language) for one in convicted)
        return f"{wrong}{listed}{also[language] if others else ''}"
    if finding.suspects:
        listed = "; ".join(accused(one, language) for one in finding.suspects)
        unknown = {
            "vi": "Không thể biết số nào sai, một trong các số sau: ",
            "en": "It cannot be told which is wrong; one of: ",
        }
        return f"{unknown[language]}{listed}"
    if finding.puzzle is not None:
        return {
            "vi": "Không thể biết số nào sai: có quá nhiều khả năng",
            "en": "It cannot be told which is wrong: there are too many possibilities",
        }[language]
    return ""


def accused(one: Accused, language: Language) -> str:
    """A suspect: its print, the values that it would need to have, what speaks for it."""
    figure = one.figure
    said = f"{printed(figure, language)} ({place(figure, language)})"
    need = one.suspect.need_as_printed
    if need.low is not None or need.high is not None:
        word = {"vi": "cần in là", "en": "would need to be printed as"}[language]
        said = f"{said}, {word} {span(need, language)}"
    return ", ".join([said, *(evidence(found, language) for found in one.evidence)])


def evidence(found: Evidence, language: Language) -> str:
    """What speaks for a suspect, and where that is printed."""
    what = codelists.label("evidence", found.code).text(language)
    where = f" ({place(found.figure, language)})" if found.figure is not None else ""
    return f"{what}{where}"


def span(values: Interval, language: Language) -> str:
    """An interval by its two ends."""
    low, high = values.low, values.high
    if low is not None and high is not None and low != high:
        return f"{number(low)} … {number(high)}"
    return interval(values, language)


def _message(evaluation: AnyEvaluation, language: Language) -> str:
    head = f"{evaluation.rule.title.text(language)} ({subject(evaluation, language)})"
    if isinstance(evaluation, CitationEvaluation) or evaluation.outcome is Outcome.ERROR:
        return f"{head}: {equation(evaluation, language)}"
    return f"{head}: {_equation(evaluation, language, _placed)}"


_SIGNS = {Compare.EQUAL: "=", Compare.AT_MOST: "≤", Compare.AT_LEAST: "≥"}
_BROKEN = {Compare.EQUAL: "≠", Compare.AT_MOST: ">", Compare.AT_LEAST: "<"}


def _equation(evaluation: Evaluation, language: Language, show: Show) -> str:
    if isinstance(evaluation.whole, Fraction):
        whole = number(evaluation.whole)
    else:
        whole = show(evaluation.whole, evaluation, language)
    broken = evaluation.outcome is Outcome.FAIL and evaluation.needed is None
    sign = (_BROKEN if broken else _SIGNS)[evaluation.equation.compare]
    if evaluation.equation.band or evaluation.equation.plus:
        sign = "∉" if broken else "∈"
    said = f"{whole} {sign} {right_side(evaluation, language, show)}"
    if evaluation.outcome is Outcome.UNVERIFIABLE:
        said = f"{said}; {_what_is_missing(evaluation, language)}"
    is_range = evaluation.equation.plus is not None
    if evaluation.outcome is Outcome.FAIL and not is_range:
        said = f"{said}; {_difference(evaluation, language)}"
    return "; ".join([said, *_alternatives(evaluation, language)])


def right_side(evaluation: Evaluation, language: Language, show: Show) -> str:
    """The right side of the equation, with each part as ``show`` has it."""
    equation = evaluation.equation
    shown = [show(part, evaluation, language) for part in evaluation.parts]
    match equation.form:
        case Form.PERCENT | Form.PERCENT_CHANGE:
            less = " − 100" if equation.form is Form.PERCENT_CHANGE else ""
            return f"100 × {shown[0]} / {shown[1]}{less}"
        case Form.MEAN:
            pairs = zip(shown[::2], shown[1::2], strict=True)
            total = " + ".join(shown[1::2])
            return f"({' + '.join(f'{value} × {weight}' for value, weight in pairs)}) / ({total})"
        case Form.SAME:
            return "; ".join(shown)
        case Form.SUM:
            return _sum(evaluation, shown, language)


def _sum(evaluation: Evaluation, shown: Sequence[str], language: Language) -> str:
    equation = evaluation.equation
    parts = ""
    for part, text in zip(evaluation.parts, shown, strict=True):
        factor = abs(Fraction(part.factor))
        times = "" if factor == 1 else f"{number(factor)} × "
        sign = "+" if part.factor > 0 else "−"
        parts += f" {sign} {times}{text}" if parts or part.factor < 0 else f"{times}{text}"
    parts = parts.strip()
    if equation.band is not None:
        least, most = (number(factor) for factor in equation.band)
        return f"{least}…{most} × {parts}" if len(shown) == 1 else f"{least}…{most} × ({parts})"
    if equation.plus is not None and not parts:
        low, high = equation.plus.low, equation.plus.high
        between = {"vi": "trong khoảng", "en": "between"}[language]
        return f"{between} {number(low or Fraction(0))} … {number(high or Fraction(0))}"
    return parts


def _bare(member: Member, _evaluation: Evaluation, language: Language) -> str:
    return "?" if member.operand is None else printed(member.operand, language)


def _placed(member: Member, evaluation: Evaluation, language: Language) -> str:
    name = member_name(member, evaluation, language)
    if member.operand is None:
        return f"? [{name}]"
    about = ", ".join(filter(None, (name, place(member.operand, language))))
    return f"{printed(member.operand, language)} [{about}]"


def printed(figure: Operand, language: Language) -> str:
    """The print with its word of distance and, for a decrease, its sign; the interval of what is
    implied."""
    if figure.implied_by:
        return interval(figure.interval or UNKNOWN, language)
    if figure.upper is not None:
        sign = "−" if figure.value.is_signed() else ""
        return f"{sign}{figure.printed} - {sign}{figure.upper.printed}"
    words = "" if figure.qualifier in {"exact", "estimated"} else f"{_qualifier(figure, language)} "
    sign = "−" if figure.value < 0 else ""
    scaled = figure.scale != 1 and f" {codelists.label('unit', figure.unit).text(language)}"
    return f"{words}{sign}{figure.printed}{scaled or ''}"


def _qualifier(figure: Operand, language: Language) -> str:
    return codelists.label("qualifier", figure.qualifier).text(language)


def place(figure: Operand, language: Language = "en") -> str:
    """Where a figure is printed and which line of the data holds it, or what implies it."""
    if figure.implied_by:
        word = "suy ra từ" if language == "vi" else "implied by"
        sources = (f"{one.printed} ({place(one)})" for one in figure.implied_by)
        return f"{word} {', '.join(sources)}"
    return f"{figure.report_id} {figure.place}, {figure.file}:{figure.line}"


def _alternatives(evaluation: Evaluation, language: Language) -> Iterator[str]:
    """Other right sides that could be meant, and which of them give what is stated."""
    gives = {"vi": "khớp", "en": "gives it"}[language]
    not_it = {"vi": "không khớp", "en": "does not"}[language]
    for other in evaluation.alternatives:
        value = interval(other.computed, language)
        yield f"{other.what.text(language)}: {value}, {gives if other.holds else not_it}"


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
    if evaluation.needed is not None:
        needed = interval(evaluation.needed, language)
        name = member_name(evaluation.missing[0], evaluation, language)
        return {
            "vi": f"{name} phải là {needed}, không có số nguyên nào như vậy",
            "en": f"{name} would have to be {needed}, and no whole number is",
        }[language]
    if evaluation.equation.form is Form.SAME:
        return {"vi": "các cách suy ra loại trừ nhau", "en": "these exclude each other"}[language]
    if evaluation.equation.band is not None:
        between = span(evaluation.computed, language)
        return {"vi": f"vế phải bằng {between}", "en": f"the right side is {between}"}[language]
    computed = interval(evaluation.computed, language)
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


def interval(values: Interval, language: Language) -> str:
    """An interval as a print would have it: a number, and how far it may be off."""
    low, high = values.low, values.high
    if low is not None and high is not None:
        if low == high:
            return number(low)
        middle = (low + high) / 2
        return f"{number(middle)} ±{number((high - low) / 2)}"
    if low is not None:
        word = "at_least" if values.low_closed else "more_than"
        return f"{codelists.label('qualifier', word).text(language)} {number(low)}"
    if high is not None:
        word = "up_to" if values.high_closed else "less_than"
        return f"{codelists.label('qualifier', word).text(language)} {number(high)}"
    return "không xác định" if language == "vi" else "not determined"


def denominators(evaluations: Iterable[AnyEvaluation]) -> dict[str, dict[Outcome, int]]:
    """For each rule name, how many groups came out how."""
    counts: dict[str, dict[Outcome, int]] = {}
    for evaluation in evaluations:
        of_rule = counts.setdefault(evaluation.rule.name, dict.fromkeys(Outcome, 0))
        of_rule[evaluation.outcome] += 1
    return counts
