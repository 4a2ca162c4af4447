"""``htx check``: which figures contradict each other."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import click

from htx_pipeline.cli.options import OPEN, OUR_FAULT, data_option, language_option, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from htx_pipeline.model import Language
    from htx_pipeline.rules import Evaluation, Finding, Ledger, Member, Waiver

_COLUMN = 20


@click.command()
@data_option
@language_option
@click.option("--all", "everything", is_flag=True, help="List what cannot be decided, too.")
@click.pass_context
def check(
    context: click.Context, data: Path | None, language: Language, *, everything: bool
) -> None:
    """Confront the figures of data/raw with every rule; print findings and denominators.

    Exits with 1 when a contradiction is neither corrected nor waived, or when a waiver in
    data/raw/waivers.yml no longer matches a contradiction.
    """
    from htx_pipeline import rules  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.errors import both  # noqa: PLC0415
    from htx_pipeline.figures import read_corpus  # noqa: PLC0415
    from htx_pipeline.model import Outcome  # noqa: PLC0415
    from htx_pipeline.release import DataFolder, locate  # noqa: PLC0415

    raw = DataFolder(locate(data)).raw
    corpus, waivers = both(lambda: read_corpus(raw), lambda: rules.read_waivers(raw))
    evaluations = rules.evaluate(corpus.readings)
    ledger = rules.find(evaluations, waivers)
    for finding in _in_order(ledger):
        if everything or finding.evaluation.outcome is not Outcome.UNVERIFIABLE:
            click.echo("\n".join(_finding(finding, shown(raw), language)) + "\n")
    for waiver in ledger.stale:
        click.echo(_stale(waiver, shown(raw), language) + "\n")
    click.echo("\n".join(_denominators(evaluations, language)))
    click.echo(_verdict(ledger, language))
    if any(evaluation.outcome is Outcome.ERROR for evaluation in evaluations):
        context.exit(OUR_FAULT)
    if not ledger.is_clean:
        context.exit(OPEN)


def _in_order(ledger: Ledger) -> list[Finding]:
    """What must be decided first, then what is waived, then what cannot be decided."""
    return sorted(
        ledger.findings, key=lambda finding: (not finding.is_open, not finding.is_contradiction)
    )


def _finding(finding: Finding, raw: str, language: Language) -> Iterator[str]:
    from htx_pipeline import codelists  # noqa: PLC0415
    from htx_pipeline.rules.messages import subject, verdict  # noqa: PLC0415

    evaluation = finding.evaluation
    outcome = codelists.label("outcome", evaluation.outcome).text(language).upper()
    if finding.waiver is not None:
        outcome = {"vi": "ĐƯỢC MIỄN TRỪ", "en": "WAIVED"}[language]
    yield click.style(f"{outcome}  {evaluation.rule.name}  {finding.id}", bold=True)
    yield f"  {evaluation.rule.title.text(language)}: {subject(evaluation, language)}"
    if isinstance(evaluation.whole, Fraction):
        yield f"      {evaluation.whole}"
    else:
        yield _line(" ", evaluation.whole, evaluation, raw, language)
    for position, part in enumerate(evaluation.parts):
        sign = "−" if part.sign < 0 else ("=" if position == 0 else "+")
        yield _line(sign, part, evaluation, raw, language)
    yield f"  {verdict(evaluation, language)}"
    if finding.waiver is not None:
        yield f"  {finding.waiver.reason}"
    elif finding.is_open:
        yield from _how_to_waive(finding, raw, language)


def _how_to_waive(finding: Finding, raw: str, language: Language) -> Iterator[str]:
    """The entry that leaves a contradiction as printed, but for the reason."""
    yield {
        "vi": f"  Nếu đọc sai, hãy sửa figures.csv. Nếu văn bản in đúng như vậy, ghi vào "
        f"{raw}/waivers.yml:",
        "en": f"  If misread, mend figures.csv. If it is printed so, add to {raw}/waivers.yml:",
    }[language]
    yield f"    - finding: {finding.id}"
    yield f"      rule: {finding.evaluation.rule.name}"
    yield "      printed:"
    for figure in finding.evaluation.operands:
        yield f'        "{figure.figure_id}": "{figure.printed}"'
    yield "      reason: ..."
    yield "      decided_on: ..."
    yield "      decided_by: ..."


def _line(sign: str, member: Member, evaluation: Evaluation, raw: str, language: Language) -> str:
    from htx_pipeline.rules.messages import member_name, printed  # noqa: PLC0415

    name = member_name(member, evaluation, language)
    if member.operand is None:
        nothing = {"vi": "văn bản không nêu", "en": "not printed"}[language]
        return f"    {sign} {'?':>12}  {name}  ({nothing})"
    figure = member.operand
    where = f"{raw}/{figure.report_id}/figures.csv:{figure.line}"
    return f"    {sign} {printed(figure, language):>12}  {name}  {where}  {figure.place}"


def _stale(waiver: Waiver, raw: str, language: Language) -> str:
    said = {
        "vi": f"{raw}/waivers.yml: miễn trừ {waiver.finding} ({waiver.rule}) không còn khớp với "
        "mâu thuẫn nào: số in đã đổi, hoặc mâu thuẫn đã hết. Hãy bỏ hoặc xem lại miễn trừ này.",
        "en": f"{raw}/waivers.yml: the waiver of {waiver.finding} ({waiver.rule}) matches no "
        "contradiction: its prints have changed, or it is gone. Remove the waiver, or review it.",
    }
    return click.style("STALE  ", bold=True) + said[language]


def _denominators(evaluations: list[Evaluation], language: Language) -> Iterator[str]:
    from htx_pipeline import codelists, rules  # noqa: PLC0415
    from htx_pipeline.model import Outcome  # noqa: PLC0415

    counts = rules.denominators(evaluations)
    width = max(len(rule.name) for rule in rules.RULES)
    names = [codelists.label("outcome", outcome).text(language) for outcome in Outcome]
    heads = "".join(f"{name:>{_COLUMN}}" for name in names)
    word = {"vi": "quy tắc", "en": "rule"}[language]
    yield f"{word:{width}}{heads}"
    for rule in rules.RULES:
        of_rule = counts.get(rule.name)
        if of_rule is None:
            nothing = {"vi": "không gặp nhóm nào", "en": "met no group of figures"}[language]
            yield f"{rule.name:{width}}  {nothing}"
        else:
            yield f"{rule.name:{width}}" + "".join(f"{of_rule[o]:>{_COLUMN}}" for o in Outcome)


def _verdict(ledger: Ledger, language: Language) -> str:
    contradictions = [finding for finding in ledger.findings if finding.is_contradiction]
    opened = sum(finding.is_open for finding in contradictions)
    undecided = sum(finding.evaluation.outcome == "unverifiable" for finding in ledger.findings)
    stale = len(ledger.stale)
    said = {
        "vi": f"{len(contradictions)} mâu thuẫn, {opened} còn mở; {stale} miễn trừ hết "
        f"hiệu lực; {undecided} nhóm không kiểm tra được (--all để liệt kê)",
        "en": f"{len(contradictions)} contradiction{'s' * (len(contradictions) != 1)}, {opened} "
        f"open; {stale} stale waiver{'s' * (stale != 1)}; {undecided} groups that cannot be "
        "decided (--all lists them)",
    }
    return said[language]
