"""``--format text``: for a person at a terminal.

Each finding is laid out like a sum on paper, one printed number a line with the place that it
stands at; then what is wrong in one line, then the verdict. What is waived has been read before
and is told in short, unless everything is asked for.
"""

from __future__ import annotations

import textwrap
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import click

from htx_pipeline import codelists
from htx_pipeline.cli.faces.run import Status, pointed_at, status
from htx_pipeline.model import Outcome
from htx_pipeline.rules import Citation, Evaluation
from htx_pipeline.rules.messages import (
    accused,
    equation,
    member_name,
    number,
    printed,
    right_side,
    subject,
    verdict,
)
from htx_pipeline.rules.model import Compare, Documents, Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from htx_pipeline.cli.faces.run import Run, Stale
    from htx_pipeline.figures.operands import Operand
    from htx_pipeline.model import Language
    from htx_pipeline.rules import CitationEvaluation, Finding, Member

_WIDTH = 100
"""Sentences are wrapped at it, whatever the terminal: two runs look the same."""
_WIDEST = 118
"""Where a line of an equation would be longer, the place goes to a line of its own."""
_MARK = "\0"

_SIGNS = {
    Compare.EQUAL: ("=", "≠"),
    Compare.AT_MOST: ("≤", ">"),
    Compare.AT_LEAST: ("≥", "<"),
}
_COLOURS = {
    Status.BROKEN: "red",
    Status.OPEN: "red",
    Status.NOTICE: "yellow",
    Status.WAIVED: "green",
    Status.UNDECIDED: "cyan",
}


class _Line(NamedTuple):
    """One line of an equation that is laid out; ``is_accused`` if its figure is probably wrong."""

    sign: str
    number: str
    name: str
    where: str
    is_accused: bool = False


def face(run: Run, language: Language) -> str:
    """Findings, the table of rules, and the summary in the last line."""
    by_status: dict[Status, list[str]] = {one: [] for one in Status}
    for finding in run.findings:
        found = status(finding)
        if found is not Status.UNDECIDED or run.everything:
            by_status[found].append("\n".join(_finding(finding, run, language)))
    blocks = [
        *by_status[Status.BROKEN],
        *by_status[Status.OPEN],
        *(_stale(stale, run, language) for stale in run.stale),
        *by_status[Status.NOTICE],
        *by_status[Status.WAIVED],
        *by_status[Status.UNDECIDED],
        "\n".join(_rules(run, language)),
        "\n".join(_changed(run, language)),
        click.style(summary(run, language), bold=True, fg=None if run.is_clean else "red"),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def summary(run: Run, language: Language) -> str:
    """How many findings have which status, in one line."""
    counts = run.counts
    listed = "" if run.everything or not counts["undecided"] else "--all"
    if language == "vi":
        return (
            "{contradictions} mâu thuẫn: {open} còn mở, {waived} được miễn trừ, {notices} lưu ý; "
            "{stale} miễn trừ hết hiệu lực; {undecided} nhóm không kiểm tra được"
        ).format(**counts) + (f" ({listed} để liệt kê)" if listed else "")
    return (
        "{contradictions} contradiction{s}: {open} open, {waived} waived, {notices} notice{s2}; "
        "{stale} stale waiver{s3}; {undecided} group{s4} that cannot be decided"
    ).format(
        **counts,
        s="s" * (counts["contradictions"] != 1),
        s2="s" * (counts["notices"] != 1),
        s3="s" * (counts["stale"] != 1),
        s4="s" * (counts["undecided"] != 1),
    ) + (f" ({listed} lists them)" if listed else "")


def _finding(finding: Finding, run: Run, language: Language) -> Iterator[str]:
    evaluation = finding.evaluation
    found = status(finding)
    word = click.style(_word(found, language), bold=True, fg=_COLOURS[found])
    yield f"{word}  {click.style(evaluation.rule.name, bold=True)}  {finding.id}"
    yield f"  {evaluation.rule.title.text(language)}"
    if isinstance(evaluation, Evaluation):
        yield f"  {subject(evaluation, language)}"
    in_short = found is Status.BROKEN or (found is Status.WAIVED and not run.everything)
    if in_short:
        yield f"  {_where(pointed_at(finding), run)}"
    else:
        yield ""
        yield from _columns(_laid_out(finding, run, language))
        yield ""
    yield from _wrapped(equation(evaluation, language))
    if not in_short:
        yield from _verdict(finding, language)
    if finding.waiver is not None:
        yield from _wrapped(finding.waiver.reason, first="  ✓ ")
    if found is Status.OPEN:
        yield from _what_to_do(finding, run, language)


def _word(found: Status, language: Language) -> str:
    said = {
        Status.BROKEN: codelists.label("outcome", Outcome.ERROR).text(language),
        Status.OPEN: codelists.label("outcome", Outcome.FAIL).text(language),
        Status.NOTICE: codelists.label("severity", "notice").text(language),
        Status.WAIVED: {"vi": "được miễn trừ", "en": "waived"}[language],
        Status.UNDECIDED: codelists.label("outcome", Outcome.UNVERIFIABLE).text(language),
    }
    return said[found].upper()


def _laid_out(finding: Finding, run: Run, language: Language) -> list[_Line]:
    evaluation = finding.evaluation
    if not isinstance(evaluation, Evaluation):
        return _citations(evaluation, run, language)
    wrong = {one.figure.figure_id for one in finding.convicted}
    return list(_equation(evaluation, wrong, run, language))


def _equation(
    evaluation: Evaluation, wrong: AbstractSet[str], run: Run, language: Language
) -> Iterator[_Line]:
    """The stated side, then each member of the other side with the sign that stands before it.

    ``right_side`` says what stands between the members: each is given a token that shows where.
    """
    parts = evaluation.parts
    laid = right_side(evaluation, language, lambda part, *_: _token(parts, part))
    before, *pieces = laid.split(_MARK)
    is_broken = evaluation.outcome is Outcome.FAIL and evaluation.needed is None
    compared = _SIGNS[evaluation.equation.compare][is_broken]
    if isinstance(evaluation.whole, Fraction):
        yield _Line("", number(evaluation.whole), "", "")
    else:
        yield from _member(
            "", evaluation.whole, evaluation, wrong=wrong, run=run, language=language
        )
    sign = f"{compared} {before}"
    told: set[str] = set()
    while pieces and pieces[0] not in told:
        index, after, *pieces = pieces
        told.add(index)
        part = parts[int(index)]
        yield from _member(sign.strip(), part, evaluation, wrong=wrong, run=run, language=language)
        sign = compared if evaluation.equation.form is Form.SAME else after
    if evaluation.equation.form is not Form.SAME and (pieces or sign.strip()):
        again = [_bare(parts[int(i)], language) if n % 2 == 0 else i for n, i in enumerate(pieces)]
        yield _Line("", "", "".join([sign.lstrip(), *again]).rstrip(), "")


def _token(parts: Iterable[Member], part: Member) -> str:
    index = next(number for number, one in enumerate(parts) if one is part)
    return f"{_MARK}{index}{_MARK}"


def _bare(member: Member, language: Language) -> str:
    return "?" if member.operand is None else printed(member.operand, language)


def _member(
    sign: str,
    member: Member,
    evaluation: Evaluation,
    *,
    wrong: AbstractSet[str],
    run: Run,
    language: Language,
) -> Iterator[_Line]:
    name = member_name(member, evaluation, language)
    figure = member.operand
    if figure is None:
        where = {"vi": "(văn bản không nêu)", "en": "(not printed)"}[language]
        yield _Line(sign, _bare(member, language), name, where)
    elif figure.implied_by:
        where = {"vi": "(suy ra từ)", "en": "(implied by)"}[language]
        yield _Line(sign, _bare(member, language), name, where)
        for source in figure.implied_by:
            is_wrong = source.figure_id in wrong
            said = f"· {printed(source, language)}"
            yield _Line("", "", said, _where(source, run), is_wrong)
    else:
        is_wrong = figure.figure_id in wrong
        yield _Line(sign, _bare(member, language), name, _where(figure, run), is_wrong)


def _citations(evaluation: CitationEvaluation, run: Run, language: Language) -> list[_Line]:
    asked = evaluation.rule.equations
    of_phases = isinstance(asked, Documents) and asked.question == "phase_within"
    lines = []
    for one in evaluation.operands:
        if isinstance(one, Citation):
            said = one.phase.replace("/", "-") if of_phases else one.dated
            lines.append(_Line("", said, one.printed, _where(one, run)))
        else:
            lines.append(_Line("", printed(one, language), "", _where(one, run)))
    return lines


def _where(figure: Operand | Citation, run: Run) -> str:
    return f"{run.path(figure)}:{figure.line}  {figure.place}"


def _columns(listed: list[_Line]) -> Iterator[str]:
    """Signs and numbers flush right, then names and places, each below the other."""
    signs = max(len(line.sign) for line in listed)
    numbers = max(len(line.number) for line in listed)
    left = 4 + signs + bool(signs) + numbers + 2
    longest = max(len(line.where) for line in listed)
    fitting = [len(line.name) for line in listed if left + len(line.name) + 2 + longest <= _WIDEST]
    names = max(fitting, default=0)
    for line in listed:
        margin = "  → " if line.is_accused else "    "
        sign = f"{line.sign:>{signs}} " if signs else ""
        said = f"{margin}{sign}{line.number:>{numbers}}  "
        if len(line.name) <= names or not line.where:
            text = [f"{said}{line.name:<{names}}{'  ' * bool(names)}{line.where}".rstrip()]
        else:
            text = [f"{said}{line.name}", f"{'':{left + names}}  {line.where}"]
        yield from (click.style(one, bold=True) if line.is_accused else one for one in text)


def _verdict(finding: Finding, language: Language) -> Iterator[str]:
    """The verdict, with one line for each figure that could be the wrong one."""
    told = verdict(finding).text(language)
    if not told:
        return
    listed = [accused(one, language) for one in finding.suspects]
    head, found, tail = told.partition("; ".join(listed))
    if finding.convicted or not found:
        lines = _wrapped(told, first="  → ")
    else:
        lines = [
            *_wrapped(head, first="  → "),
            *(line for one in listed for line in _wrapped(one, first="    • ")),
            *_wrapped(tail, first="    "),
        ]
    yield ""
    yield from (click.style(line, bold=True) for line in lines)


def _what_to_do(finding: Finding, run: Run, language: Language) -> Iterator[str]:
    file = finding.evaluation.operands[0].file
    waive = f'htx waive {finding.id}{run.data_option} --reason "..."'
    explain = f"htx explain {finding.id}{run.data_option}"
    yield ""
    if language == "vi":
        yield f"    đọc sai?          sửa {file}"
        yield f"    in đúng như vậy?  {waive}"
        yield f"    xem thêm?         {explain}"
    else:
        yield f"    misread?     mend {file}"
        yield f"    printed so?  {waive}"
        yield f"    more?        {explain}"


def _stale(stale: Stale, run: Run, language: Language) -> str:
    word = {"vi": "MIỄN TRỪ HẾT HIỆU LỰC", "en": "STALE WAIVER"}[language]
    rule = click.style(stale.waiver.rule, bold=True)
    return "\n".join(
        [
            f"{click.style(word, bold=True, fg='red')}  {rule}  {stale.waiver.finding}",
            f"  {run.waivers}:{stale.line}",
            *_wrapped(stale_message(language)),
        ]
    )


def stale_message(language: Language) -> str:
    """What is wrong with a waiver that matches nothing, and what to do."""
    if language == "vi":
        return (
            "Miễn trừ này không còn khớp với mâu thuẫn nào: số in đã đổi, hoặc mâu thuẫn đã hết. "
            "Hãy bỏ hoặc xem lại miễn trừ."
        )
    return (
        "This waiver matches no contradiction: its prints have changed, or it is gone. Remove the "
        "waiver, or review it."
    )


def _wrapped(text: str, first: str = "  ") -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=" " * max(len(first), 4),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _rules(run: Run, language: Language) -> Iterator[str]:
    """How many groups of figures each rule was applied to, and how they came out."""
    counts = run.denominators
    word = {"vi": "quy tắc", "en": "rule"}[language]
    width = max(map(len, (word, *counts)))
    heads = [f"{codelists.label('outcome', one).text(language):>6}" for one in Outcome]
    if counts:
        yield "  ".join([f"{word:{width}}", *heads])
    for rule in run.rules:
        if rule.name in counts:
            of_rule = counts[rule.name]
            cells = zip((of_rule[one] or "·" for one in Outcome), map(len, heads), strict=True)
            yield "  ".join([f"{rule.name:{width}}", *(f"{cell:>{size}}" for cell, size in cells)])
    met_nothing = [rule.name for rule in run.rules if rule.name not in counts]
    if met_nothing and run.changed is None:
        nothing = {"vi": "không gặp nhóm số liệu nào", "en": "met no group of figures"}[language]
        yield from _wrapped(f"{nothing}: {', '.join(met_nothing)}", first="")


def _changed(run: Run, language: Language) -> Iterator[str]:
    if run.changed is None:
        return
    figures, revision = len(run.changed.figures), run.changed.revision
    if language == "vi":
        yield f"{figures} số liệu khác với {revision}; chỉ nêu những gì có chúng tham gia."
    elif figures == 1:
        yield f"1 figure differs from {revision}; only what it takes part in is told."
    else:
        yield f"{figures} figures differ from {revision}; only what they take part in is told."
