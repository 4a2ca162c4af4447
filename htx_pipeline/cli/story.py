"""A finding, or a figure, told from beginning to end, in Vietnamese or English.

What is told is what the rules found; nothing is decided here. Figures of a finding are numbered,
so that later paragraphs can name them shortly.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING

import click

from htx_pipeline import codelists
from htx_pipeline.cli.confronted import unknown
from htx_pipeline.figures.operands import Operand, join_ranges, operands
from htx_pipeline.model import Label, Outcome, Severity
from htx_pipeline.rules import Evaluation, messages
from htx_pipeline.rules.description import equation_text, equations, in_force, source
from htx_pipeline.rules.documents import Citation
from htx_pipeline.rules.documents import read as read_citations
from htx_pipeline.rules.evaluation import solved
from htx_pipeline.rules.model import Form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from htx_pipeline.cli.confronted import Confronted
    from htx_pipeline.model import Language
    from htx_pipeline.rules import Accused, AnyEvaluation, Finding, Implied, Member, Rule
    from htx_pipeline.rules.localisation import Puzzle, Suspect

    Printed = Operand | Citation

_WIDTH = 100

_ASKED = Label("HỎI GÌ", "WHAT IS ASKED")
_FIGURES = Label("CÁC SỐ LIỆU", "THE FIGURES")
_EQUATION = Label("PHƯƠNG TRÌNH", "THE EQUATION")
_SAID = Label("VĂN BẢN GHI", "WHAT IS PRINTED")
_SUSPECTS = Label("SỐ NÀO SAI", "WHICH FIGURE IS WRONG")
_BESIDE = Label("CÁC QUY TẮC KHÁC VỀ NHỮNG SỐ NÀY", "WHAT ELSE IS ASKED OF THESE FIGURES")
_TOGETHER = Label("CÙNG MỘT LỜI GIẢI", "EXPLAINED TOGETHER")
_IF = Label("SẼ KHỚP NẾU", "IT WOULD HOLD IF")
_DECISION = Label("QUYẾT ĐỊNH", "DECISION")
_OF_IT = Label("CÁC QUY TẮC", "WHAT IS ASKED OF IT")
_IMPLIED = Label("SUY RA TỪ SỐ NÀY", "WHAT IS IMPLIED WITH IT")


def of_finding(finding: Finding, case: Confronted, language: Language) -> Iterator[str]:
    """The story of a finding."""
    evaluation = finding.evaluation
    state = click.style(_state(finding, language).upper(), bold=True)
    yield f"{state}  {click.style(evaluation.rule.name, bold=True)}  {finding.id}"
    yield from _wrapped(evaluation.rule.title.text(language), "  ")
    yield from _wrapped(messages.subject(evaluation, language), "  ")
    yield from _heading(_ASKED, language)
    yield from _what_is_asked(evaluation, language)
    yield from _heading(_FIGURES, language)
    yield from _figures(evaluation, case, language)
    yield from _heading(_EQUATION if isinstance(evaluation, Evaluation) else _SAID, language)
    yield from _what_came_out(evaluation, language)
    yield from _heading(_SUSPECTS, language)
    yield from _who_is_wrong(finding, language)
    yield from _heading(_BESIDE, language)
    yield from _beside(finding, case, language)
    if finding.puzzle is not None:
        yield from _puzzle(finding, finding.puzzle, case, language)
    yield from _heading(_DECISION, language)
    yield from _decision(finding, case, language)


def of_figure(figure_id: str, case: Confronted, language: Language) -> Iterator[str]:
    """The story of one figure or citation.

    Raises ``UsageError`` if no report has it.
    """
    figures = _figures_of(figure_id, case)
    if not figures:
        known = [row["figure_id"] for row in case.corpus.rows]
        raise unknown(figure_id, [*known, *(one["citation_id"] for one in case.corpus.citations)])
    yield click.style(figure_id, bold=True)
    for figure in figures:
        if isinstance(figure, Operand):
            yield from _wrapped(_quantity(figure.cell, language), "  ")
        yield from _figure("", figure, "", case, language)
    yield from _heading(_OF_IT, language)
    asked = _asked_of(figure_id, case)
    yield from _tally(asked, language, "  ")
    for evaluation in asked:
        yield from _outcome(evaluation, case, language, "  ")
    yield from _heading(_IMPLIED, language)
    implied = [
        one
        for one in case.confrontation.implied
        if any(figure_id in figure.figure_ids for figure in one.sources)
    ]
    for one in implied:
        yield from _implied(one, language)
    if not implied:
        yield f"  {Label('không có gì', 'nothing').text(language)}"


def _figures_of(figure_id: str, case: Confronted) -> list[Printed]:
    printed: list[Printed] = [*join_ranges(operands(case.corpus.rows))]
    printed += read_citations(case.corpus.citations)
    return [figure for figure in printed if figure_id in figure.figure_ids]


def _state(finding: Finding, language: Language) -> str:
    if finding.waiver is not None:
        return Label("được miễn trừ", "waived").text(language)
    if finding.is_contradiction and finding.severity is Severity.NOTICE:
        return codelists.label("severity", finding.severity).text(language)
    return codelists.label("outcome", finding.evaluation.outcome).text(language)


def _heading(text: Label, language: Language) -> Iterator[str]:
    yield ""
    yield click.style(text.text(language), bold=True)


def _what_is_asked(evaluation: AnyEvaluation, language: Language) -> Iterator[str]:
    rule = evaluation.rule
    for line in _equations(evaluation, rule, language):
        yield from _wrapped(line, "  ")
    facts = {
        Label("quan hệ", "relation"): codelists.label("rule_relation", rule.relation),
        Label("mức độ", "severity"): codelists.label("severity", rule.severity),
    }
    said = [f"{name.text(language)}: {value.text(language)}" for name, value in facts.items()]
    if in_force(rule, language):
        said.append(f"{Label('áp dụng cho', 'asked of').text(language)} {in_force(rule, language)}")
    yield from _wrapped("; ".join(said), "  ")
    why = Label("căn cứ", "source").text(language)
    yield from _wrapped(f"{why}: {source(rule, language)}", "  ")
    yield from _wrapped(rule.help.text(language), "  ")


def _equations(evaluation: AnyEvaluation, rule: Rule, language: Language) -> list[str]:
    """The equation of the catalogue that was asked, or all that the rule asks."""
    if isinstance(evaluation, Evaluation) and isinstance(rule.equations, tuple):
        return [equation_text(evaluation.equation, language)]
    return equations(rule, language)


def _figures(evaluation: AnyEvaluation, case: Confronted, language: Language) -> Iterator[str]:
    numbers = _numbers(evaluation)
    if not isinstance(evaluation, Evaluation):
        for figure in evaluation.operands:
            yield from _figure(numbers[figure.figure_id], figure, "", case, language)
        return
    told: set[str] = set()
    for member in evaluation.members:
        name = messages.member_name(member, evaluation, language)
        if member.operand is None:
            yield from _missing(evaluation, member, name, language)
            continue
        if member.is_implied:
            yield from _of_implied(member.operand, name, case, numbers, language)
        for figure in member.operand.sources:
            if figure.figure_id not in told:
                told.add(figure.figure_id)
                about = _quantity(figure.cell, language) if member.is_implied else name
                yield from _figure(numbers[figure.figure_id], figure, about, case, language)


def _numbers(evaluation: AnyEvaluation) -> dict[str, str]:
    """What each printed figure is called in the paragraphs that follow."""
    return {figure.figure_id: f"({number})" for number, figure in enumerate(evaluation.operands, 1)}


def _missing(
    evaluation: Evaluation, member: Member, name: str, language: Language
) -> Iterator[str]:
    yield from _wrapped(f"?  {name}: {Label('không in', 'not printed').text(language)}", "  ")
    if len(evaluation.missing) == 1:
        left = evaluation.needed or solved(evaluation, member)
        if left is not None:
            word = Label("các số kia cho", "the others leave").text(language)
            yield f"       {word} {messages.interval(left, language)}"


def _of_implied(
    operand: Operand, name: str, case: Confronted, numbers: Mapping[str, str], language: Language
) -> Iterator[str]:
    """An operand that is not printed, and the relations and figures that it follows from."""
    sources = {figure.figure_id for figure in operand.implied_by}
    ways = {
        way.evaluation.rule.name
        for one in case.confrontation.implied
        if one.member.cell == operand.cell
        for way in one.derivations
        if {figure.figure_id for figure in way.sources} <= sources
    }
    value = f"{messages.printed(operand, language)}  {name}".rstrip()
    by = Label("không in; suy ra theo", "not printed; implied by").text(language)
    from_ = Label("từ", "from").text(language)
    listed = ", ".join(numbers[figure.figure_id] for figure in operand.implied_by)
    yield from _wrapped(f"{value}: {by} {', '.join(sorted(ways))} {from_} {listed}", "  ")


def _figure(
    number: str, figure: Printed, about: str, case: Confronted, language: Language
) -> Iterator[str]:
    """A printed figure: the print, its place, what it stands for, and how it was read."""
    head = f"{number:<5}" if number else ""
    indent = "  " + " " * len(head)
    if isinstance(figure, Citation):
        yield f"  {head}{figure.printed}".rstrip()
        yield f"{indent}{_where(figure, case)}  {figure.place}  {figure.figure_id}"
        yield from _wrapped("; ".join(_of_citation(figure, language)), indent)
    else:
        print_ = click.style(messages.printed(figure, language), bold=True)
        yield f"  {head}{print_}  {about}".rstrip()
        yield f"{indent}{_where(figure, case)}  {figure.place}  {', '.join(figure.figure_ids)}"
        yield from _wrapped(_reading(figure, language), indent)
    for figure_id in figure.figure_ids:
        yield from _remarks(figure_id, case, language, indent)


def _of_citation(citation: Citation, language: Language) -> Iterator[str]:
    told = {
        Label("số", "number"): citation.number,
        Label("ngày", "dated"): citation.dated,
        Label("chương trình", "programme"): citation.programme.replace("/", "-"),
        Label("giai đoạn", "phase"): citation.phase.replace("/", "-"),
        Label("văn bản", "document"): citation.document,
    }
    for name, value in told.items():
        if value:
            yield f"{name.text(language)}: {value}"


def _reading(figure: Operand, language: Language) -> str:
    """Role, word of distance, and every value that would be printed so."""
    role = codelists.label("role", figure.role).text(language)
    qualifier = codelists.label("qualifier", figure.qualifier).text(language)
    unit = codelists.label("unit", figure.unit).text(language)
    known = figure.interval
    if known is None:
        values = Label("không giới hạn giá trị nào", "bounds no value").text(language)
        return f"{role}; {qualifier}; {values}"
    stands_for = Label("nghĩa là", "stands for").text(language)
    values = messages.span(known.scaled(1 / figure.scale), language)
    return f"{role}; {qualifier}; {stands_for} {values} {unit}"


def _remarks(figure_id: str, case: Confronted, language: Language, indent: str) -> Iterator[str]:
    """The note of the raw line, and the correction that settles how it is read."""
    row = next(
        (
            row
            for row in [*case.corpus.rows, *case.corpus.citations]
            if row.get("figure_id", row.get("citation_id")) == figure_id
        ),
        None,
    )
    if row is None:
        return
    if row["note"]:
        yield from _wrapped(f"{Label('ghi chú', 'note').text(language)}: {row['note']}", indent)
    if row.get("corrected"):
        yield from _correction(figure_id, case, language, indent)


def _correction(figure_id: str, case: Confronted, language: Language, indent: str) -> Iterator[str]:
    from htx_pipeline.figures.files import RawFile  # noqa: PLC0415 (few figures are corrected)
    from htx_pipeline.figures.reports import Corrections  # noqa: PLC0415
    from htx_pipeline.figures.yaml_files import read_yaml  # noqa: PLC0415

    read = read_yaml(RawFile.under(case.raw / "corrections.yml"), Corrections, [])
    for entry in read.root if read else ():
        if entry.figure == figure_id:
            said = Label("hiệu chỉnh cách đọc", "a correction reads it as").text(language)
            yield from _wrapped(f"{said} {entry.read_as}: {entry.reason}", indent)


def _where(figure: Printed, case: Confronted) -> str:
    return f"{case.shown}/{figure.report_id}/{figure.file}:{figure.line}"


def _quantity(cell: Mapping[str, str], language: Language) -> str:
    """What a figure measures, in words."""
    words = [codelists.label("indicator", cell["indicator"])]
    words += [
        codelists.label(name, cell[name])
        for name in ("organization", "sector", "status")
        if cell[name] not in {"_T", "_Z", ""}
    ]
    if cell["entity"]:
        words.append(Label(cell["entity"], cell["entity"]))
    if cell["side"] != "observed":
        words.append(codelists.label("role", cell["side"]))
    if cell["relation"] != "value":
        words.append(codelists.label("relation", cell["relation"]))
    words += [codelists.area(cell["area_code"]), Label(cell["period"], cell["period"])]
    said = ", ".join(word.text(language) for word in words)
    if cell["base_period"]:
        against = Label("so với", "against").text(language)
        return f"{said}, {against} {cell['base_period']}"
    return said


def _what_came_out(evaluation: AnyEvaluation, language: Language) -> Iterator[str]:
    said = messages.equation(evaluation, language)
    if not isinstance(evaluation, Evaluation) or evaluation.outcome is Outcome.ERROR:
        yield from _wrapped(said, "  ")
        return
    yield from _wrapped(said.partition("; ")[0], "  ")
    for name, value in _numbers_of(evaluation, language):
        yield from _wrapped(f"{name}: {value}", "    ")


def _numbers_of(evaluation: Evaluation, language: Language) -> Iterator[tuple[str, str]]:
    """Right side, residual and what rounding allows, as far as each can be told."""
    yield (
        Label("vế phải", "right side").text(language),
        messages.interval(evaluation.computed, language),
    )
    if evaluation.residual is not None and evaluation.slack is not None:
        signed = f"{'+' if evaluation.residual > 0 else ''}{messages.number(evaluation.residual)}"
        yield Label("chênh lệch", "difference").text(language), signed
    if evaluation.slack is not None:
        allowed = f"±{messages.number(evaluation.slack)}"
        yield Label("làm tròn cho phép", "rounding allows").text(language), allowed
    if evaluation.gap:
        yield (
            Label("hai vế cách nhau ít nhất", "the sides are apart by at least").text(language),
            messages.number(evaluation.gap),
        )
    if evaluation.needed is not None:
        said = Label("không có số nguyên nào như vậy", "no whole number is").text(language)
        name = messages.member_name(evaluation.missing[0], evaluation, language)
        yield name, f"{messages.interval(evaluation.needed, language)}; {said}"
    if evaluation.outcome is Outcome.FAIL and evaluation.equation.form is not Form.SAME:
        holds = Label("khớp", "it holds") if evaluation.holds_if_truncated else _NOT
        cut = Label("nếu chữ số bị cắt bớt, không làm tròn", "if digits were cut off, not rounded")
        yield cut.text(language), holds.text(language)
    for other in evaluation.alternatives:
        holds = Label("khớp", "it holds") if other.holds else _NOT
        computed = messages.interval(other.computed, language)
        yield other.what.text(language), f"{computed}; {holds.text(language)}"


_NOT = Label("không khớp", "it does not hold")


def _who_is_wrong(finding: Finding, language: Language) -> Iterator[str]:
    if not finding.is_contradiction:
        said = Label(
            "Chưa có mâu thuẫn: thiếu số để kiểm tra.",
            "There is no contradiction: something that it takes is not printed.",
        )
        yield from _wrapped(said.text(language), "  ")
    elif finding.severity is Severity.NOTICE:
        said = Label(
            "Lưu ý không quy lỗi cho số nào: quy tắc này có thể sai với số liệu thật.",
            "A notice convicts no figure: what it asks may not hold of true ones.",
        )
        yield from _wrapped(said.text(language), "  ")
    elif not isinstance(finding.evaluation, Evaluation):
        said = Label(
            "Không tính ra được: chỉ có thể so với chính văn bản.",
            "Arithmetic cannot tell: only the documents themselves can.",
        )
        yield from _wrapped(said.text(language), "  ")
    elif not finding.suspects:
        yield from _wrapped(messages.verdict(finding).text(language), "  ")
    else:
        yield from _suspects(finding, language)


def _suspects(finding: Finding, language: Language) -> Iterator[str]:
    numbers = _numbers(finding.evaluation)
    wrong = {one.figure.figure_id for one in finding.convicted}
    said = Label("Không thể biết; một trong các số sau:", "It cannot be told; one of these:")
    if len(finding.explanations) == 1:
        said = Label("Có lẽ sai, vì chỉ có cách này:", "Probably wrong, as nothing else does:")
    elif wrong:
        said = Label("Có lẽ sai là số có dấu →:", "Probably wrong is what has an arrow:")
    yield f"  {said.text(language)}"
    for one in finding.suspects:
        figure = one.figure.figure_id
        mark = "  → " if figure in wrong else "    "
        yield from _wrapped(
            f"{numbers.get(figure, '')} {messages.printed(one.figure, language)}: "
            f"{', '.join(_against(one, language))}",
            mark,
        )


def _against(one: Accused, language: Language) -> Iterator[str]:
    """What a suspect would need to be, and what speaks for it."""
    yield _need(one.suspect, language)
    for found in one.evidence:
        said = codelists.label("evidence", found.code).text(language)
        if found.figure is not None:
            said += f" ({messages.place(found.figure, language)})"
        yield said


def _need(suspect: Suspect, language: Language) -> str:
    need = suspect.need_as_printed
    if need.low is None and need.high is None:
        said = Label(
            "phải là số khác, các số kia không cho biết số nào",
            "would need to be another number; which, the others do not tell",
        )
        return said.text(language)
    word = Label("cần in là", "would need to be printed as").text(language)
    return f"{word} {messages.span(need, language)}"


def _beside(finding: Finding, case: Confronted, language: Language) -> Iterator[str]:
    numbers = _numbers(finding.evaluation)
    told: dict[int, str] = {}
    for figure in finding.evaluation.operands:
        number = numbers[figure.figure_id]
        asked = {
            id(evaluation): evaluation
            for figure_id in figure.figure_ids
            for evaluation in _asked_of(figure_id, case)
            if evaluation is not finding.evaluation
        }
        yield from _tally(
            list(asked.values()), language, f"  {number} {_print(figure, language)}  "
        )
        for key, evaluation in asked.items():
            yield from _outcome(evaluation, case, language, "      ", told.get(key, ""))
            told.setdefault(key, number)


def _print(figure: Printed, language: Language) -> str:
    return figure.printed if isinstance(figure, Citation) else messages.printed(figure, language)


def _asked_of(figure_id: str, case: Confronted) -> list[AnyEvaluation]:
    """The evaluations that a figure takes part in, by itself or through what it implies."""
    return [
        evaluation
        for evaluation in case.confrontation.evaluations
        if any(figure_id in figure.figure_ids for figure in evaluation.operands)
    ]


def _tally(asked: Sequence[AnyEvaluation], language: Language, head: str) -> Iterator[str]:
    counts = Counter(evaluation.outcome for evaluation in asked)
    said = ", ".join(
        f"{counts[outcome]} {codelists.label('outcome', outcome).text(language)}"
        for outcome in Outcome
        if counts[outcome]
    )
    yield f"{head}{said or Label('không có quy tắc nào', 'no rule').text(language)}"


def _outcome(
    evaluation: AnyEvaluation, case: Confronted, language: Language, indent: str, told_at: str = ""
) -> Iterator[str]:
    """One evaluation: outcome, rule, the finding if it is one; its equation, if not told yet."""
    said = [
        codelists.label("outcome", evaluation.outcome).text(language),
        evaluation.rule.name,
        *(finding.id for finding in case.ledger.findings if finding.evaluation is evaluation),
    ]
    if told_at:
        said.append(f"{Label('như ở', 'as at').text(language)} {told_at}")
    yield f"{indent}{'  '.join(said)}"
    if not told_at:
        yield from _wrapped(_in_short(evaluation, language), f"{indent}    ")


def _in_short(evaluation: AnyEvaluation, language: Language) -> str:
    if isinstance(evaluation, Evaluation) or evaluation.outcome is not Outcome.PASS:
        return messages.equation(evaluation, language)
    return evaluation.rule.title.text(language)


def _puzzle(
    finding: Finding, puzzle: Puzzle, case: Confronted, language: Language
) -> Iterator[str]:
    others = [f for f in case.ledger.findings if f.puzzle is puzzle and f is not finding]
    if others:
        yield from _heading(_TOGETHER, language)
        said = Label(
            "Các mâu thuẫn sau có chung số liệu với mâu thuẫn này và được giải cùng nhau.",
            "These contradictions share figures with this one, and are explained with it.",
        )
        yield from _wrapped(said.text(language), "  ")
        for other in others:
            yield f"    {_state(other, language)}  {other.evaluation.rule.name}  {other.id}"
            yield from _wrapped(_in_short(other.evaluation, language), "        ")
    yield from _heading(_IF, language)
    if not puzzle.explanations:
        said = Label("Có quá nhiều khả năng để liệt kê.", "There are too many ways to list.")
        yield f"  {said.text(language)}"
        return
    said = Label(
        f"Mọi mâu thuẫn ở đây sẽ hết với ít số bị sửa nhất, theo {len(puzzle.explanations)} cách:",
        "All contradictions here would be gone with the fewest figures changed, in "
        f"{len(puzzle.explanations)} way{'s' * (len(puzzle.explanations) != 1)}:",
    )
    yield from _wrapped(said.text(language), "  ")
    numbers = _numbers(finding.evaluation)
    for explanation in puzzle.explanations:
        changes = (_changed(suspect, numbers, language) for suspect in explanation)
        yield from _wrapped(f"• {Label('; và ', '; and ').text(language).join(changes)}", "    ")


def _changed(suspect: Suspect, numbers: Mapping[str, str], language: Language) -> str:
    """One figure of an explanation, and the print with which everything would hold."""
    figure = suspect.figure
    where = numbers.get(figure.figure_id) or f"({messages.place(figure, language)})"
    need = suspect.need_as_printed
    print_ = messages.printed(figure, language)
    if need.low is None and need.high is None:
        said = Label("là một số khác", "were another number")
        return f"{print_} {where} {said.text(language)}"
    said = Label("được in là", "were printed as")
    return f"{print_} {where} {said.text(language)} {messages.span(need, language)}"


def _implied(one: Implied, language: Language) -> Iterator[str]:
    """A value that follows from the figure, and by which relations."""
    value = (
        Label("các cách suy ra loại trừ nhau", "its derivations exclude each other").text(language)
        if one.interval is None
        else messages.interval(one.interval, language)
    )
    yield from _wrapped(f"{_quantity(one.member.cell, language)}: {value}", "  ")
    names = sorted({way.evaluation.rule.name for way in one.derivations})
    by = Label("theo", "by").text(language)
    prints = ", ".join(f"{figure.printed} ({messages.place(figure)})" for figure in one.sources)
    yield from _wrapped(f"{by} {', '.join(names)}: {prints}", "      ")


def _decision(finding: Finding, case: Confronted, language: Language) -> Iterator[str]:
    waiver = finding.waiver
    if waiver is not None:
        said = Label(
            f"Được miễn trừ ngày {waiver.decided_on.isoformat()}, người quyết định: "
            f"{waiver.decided_by}.",
            f"Waived on {waiver.decided_on.isoformat()} by {waiver.decided_by}.",
        )
        yield from _wrapped(said.text(language), "  ")
        yield from _wrapped(waiver.reason, "    ")
        return
    if finding.evaluation.outcome is Outcome.ERROR:
        said = Label("Cần sửa quy tắc, không phải dữ liệu.", "Mend the rule, not the data.")
        yield f"  {said.text(language)}"
        return
    if not finding.is_contradiction:
        said = Label("Không có gì để quyết định.", "There is nothing to decide.")
        yield f"  {said.text(language)}"
        return
    if not finding.is_open:
        said = Label(
            "Lưu ý không chặn việc hợp nhất; có thể miễn trừ để ghi lại lý do.",
            "A notice stops no merge; it may be waived, to keep the reason.",
        )
        yield from _wrapped(said.text(language), "  ")
    file = f"{case.shown}/{finding.evaluation.operands[0].report_id}"
    file += f"/{finding.evaluation.operands[0].file}"
    said = Label(f"Nếu đọc sai, sửa {file}.", f"If it was misread, mend {file}.")
    yield from _wrapped(said.text(language), "  ")
    said = Label("Nếu văn bản in đúng như vậy:", "If it is printed so:")
    yield f"  {said.text(language)}"
    yield f'    htx waive {finding.id}{case.data_option} --reason "..."'


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=" " * len(indent) + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
