"""``htx rules``: what is asked of the figures, and of which nothing is asked."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from htx_pipeline.cli.options import language_option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from htx_pipeline.model import Language
    from htx_pipeline.rules.model import NoRule, Rule

    Topics = Mapping[str, Sequence[Rule]]

_WIDTH = 100


@click.command()
@language_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="How it is told (default: text). json and markdown are in both languages.",
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
def rules(language: Language, form: str, names: tuple[str, ...]) -> None:
    """List the rules, and what is under none.

    With one NAME or several, tell the whole of these rules: which figures take part, the equations,
    and what to do where one fails. `--format markdown` is docs/rules.md.
    """
    from htx_pipeline.rules import TOPICS  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.rules.catalogue.none import NO_RULES  # noqa: PLC0415

    topics, no_rules = _chosen(names, TOPICS, NO_RULES)
    if form == "json":
        import json  # noqa: PLC0415 (start-up counts)

        from htx_pipeline.rules.description import document  # noqa: PLC0415

        told = json.dumps(document(topics, no_rules), ensure_ascii=False, indent=2) + "\n"
    elif form == "markdown":
        told = markdown(topics, no_rules)
    elif names:
        told = "\n".join(_in_full(topics, no_rules, language))
    else:
        told = "\n".join(_list(topics, no_rules, language))
    if form == "text":
        click.echo(told, nl=False)
    else:
        click.echo(told.encode(), nl=False)


def _chosen(
    names: Sequence[str], topics: Topics, no_rules: Sequence[NoRule]
) -> tuple[Topics, Sequence[NoRule]]:
    """Topics and entries with what ``names`` names only; all if it names nothing.

    Raises ``UsageError`` for a name that the catalogue does not have.
    """
    if not names:
        return topics, no_rules
    known = [rule.name for listed in topics.values() for rule in listed]
    known += [entry.name for entry in no_rules]
    for name in names:
        if name not in known:
            raise _unknown(name, known)
    chosen = {
        topic: [rule for rule in listed if rule.name in names] for topic, listed in topics.items()
    }
    return (
        {topic: listed for topic, listed in chosen.items() if listed},
        [entry for entry in no_rules if entry.name in names],
    )


def _unknown(name: str, known: Iterable[str]) -> Exception:
    from htx_pipeline.errors import UsageError  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.model import Label  # noqa: PLC0415

    listed = list(known)
    holding = [other for other in listed if name in other]
    from difflib import get_close_matches  # noqa: PLC0415 (start-up counts)

    near = ", ".join((holding or get_close_matches(name, listed, cutoff=0.5))[:5])
    return UsageError(
        Label(
            vi=f"không có quy tắc {name}"
            + (f"; gần giống: {near}" if near else "")
            + "; htx rules liệt kê tất cả",
            en=f"no rule is called {name}"
            + (f"; near it: {near}" if near else "")
            + "; htx rules lists all",
        )
    )


def _list(topics: Topics, no_rules: Sequence[NoRule], language: Language) -> Iterator[str]:
    from htx_pipeline import codelists  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.rules.description import source, topic_title  # noqa: PLC0415

    for topic, listed in topics.items():
        yield click.style(topic_title(topic).text(language), bold=True)
        for rule in listed:
            about = (
                codelists.label("rule_relation", rule.relation).text(language),
                codelists.label("severity", rule.severity).text(language),
            )
            yield f"  {click.style(rule.name, bold=True)}  ({', '.join(about)})"
            yield f"      {rule.title.text(language)}"
            yield from _wrapped(source(rule, language), "      ")
        yield ""
    yield click.style({"vi": "Không có quy tắc", "en": "No rule"}[language], bold=True)
    for entry in no_rules:
        yield f"  {entry.name}"
        yield from _wrapped(entry.because.text(language), "      ")
    yield ""
    total = sum(len(listed) for listed in topics.values())
    yield {
        "vi": f"{total} quy tắc, {len(no_rules)} mục không có quy tắc; htx rules NAME nói đầy đủ "
        "về một quy tắc",
        "en": f"{total} rules, {len(no_rules)} entries without one; htx rules NAME tells the whole "
        "of one",
    }[language]
    yield ""


def _in_full(topics: Topics, no_rules: Sequence[NoRule], language: Language) -> Iterator[str]:
    for topic, listed in topics.items():
        for rule in listed:
            yield from _rule(rule, topic, language)
            yield ""
    for entry in no_rules:
        yield click.style(entry.name, bold=True)
        yield from _wrapped(entry.because.text(language), "  ")
        yield from _wrapped(", ".join(entry.columns), "  ")
        yield ""


def _rule(rule: Rule, topic: str, language: Language) -> Iterator[str]:
    from htx_pipeline.rules import description  # noqa: PLC0415 (start-up counts)

    yield click.style(rule.name, bold=True)
    yield from _wrapped(rule.title.text(language), "  ")
    yield ""
    for head, value in _facts(rule, topic, language).items():
        yield from _wrapped(f"{head}: {value}", "  ")
    yield ""
    yield f"  {_HEADS['applies_to'][language]}"
    listed = description.applies_to(rule, language)
    for line in listed or [_HEADS["everything"][language]]:
        yield from _wrapped(line, "    ")
    yield f"  {_HEADS['equations'][language]}"
    for line in description.equations(rule, language):
        yield from _wrapped(line, "    ")
    yield f"  {_HEADS['help'][language]}"
    yield from _wrapped(rule.help.text(language), "    ")


_HEADS = {
    "applies_to": {"vi": "Số liệu tham gia", "en": "Figures that take part"},
    "everything": {"vi": "tất cả", "en": "all"},
    "equations": {"vi": "Phương trình", "en": "Equations"},
    "help": {"vi": "Khi không khớp", "en": "When it fails"},
}


def _facts(rule: Rule, topic: str, language: Language) -> dict[str, str]:
    """What a rule is, in a few words each."""
    from htx_pipeline import codelists  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.rules.description import in_force, source, topic_title  # noqa: PLC0415

    vi = language == "vi"
    facts = {
        "chủ đề" if vi else "topic": topic_title(topic).text(language),
        "quan hệ" if vi else "relation": codelists.label("rule_relation", rule.relation).text(
            language
        ),
        "mức độ" if vi else "severity": codelists.label("severity", rule.severity).text(language),
        "căn cứ" if vi else "source": source(rule, language),
    }
    when = in_force(rule, language)
    if when:
        facts["áp dụng cho" if vi else "asked of"] = when
    if rule.takes_implied:
        facts["giá trị suy ra" if vi else "implied values"] = (
            "cũng tham gia" if vi else "take part, too"
        )
    return facts


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def markdown(topics: Topics, no_rules: Sequence[NoRule]) -> str:
    """The dictionary page of the catalogue, in both languages."""
    return "\n".join(_page(topics, no_rules))


def _page(topics: Topics, no_rules: Sequence[NoRule]) -> Iterator[str]:
    from htx_pipeline.rules.description import topic_title  # noqa: PLC0415 (start-up counts)

    yield "# Rules · Quy tắc"
    yield ""
    yield "Made by `htx rules --format markdown > docs/rules.md`; not written by hand."
    yield "Trang này do lệnh `htx rules --format markdown > docs/rules.md` tạo ra, không sửa tay."
    yield ""
    yield (
        "A rule of severity `error` that fails has to be corrected or waived before a merge; a "
        "`notice` is worth a look. `htx rules NAME` tells one rule, `htx explain FINDING_ID` one "
        "finding."
    )
    yield (
        "Quy tắc mức `error` không đạt thì phải hiệu chỉnh hoặc miễn trừ trước khi hợp nhất; "
        "`notice` chỉ cần xem qua. `htx rules NAME` nói về một quy tắc, `htx explain FINDING_ID` "
        "về một phát hiện."
    )
    yield ""
    yield "| rule | asks | hỏi | severity |"
    yield "|---|---|---|---|"
    for listed in topics.values():
        for rule in listed:
            yield (
                f"| [`{rule.name}`](#{rule.name}) | {rule.title.en} | {rule.title.vi} "
                f"| `{rule.severity.value}` |"
            )
    yield ""
    for topic, listed in topics.items():
        title = topic_title(topic)
        yield f"## {title.en} · {title.vi}"
        yield ""
        for rule in listed:
            yield from _section(rule)
    yield "## No rule, because · Không có quy tắc, vì"
    yield ""
    yield (
        "A number is under a rule if the rule singles out figures of its kind, and does not only "
        "ask something where it happens to be printed twice (`htx_pipeline/rules/coverage.py`)."
    )
    yield (
        "Một số được coi là có quy tắc nếu quy tắc nói riêng về loại số liệu ấy, chứ không chỉ khi "
        "tình cờ được in hai lần."
    )
    yield ""
    for entry in no_rules:
        yield f"### `{entry.name}`"
        yield ""
        yield entry.because.en
        yield ""
        yield entry.because.vi
        yield ""
        if entry.columns:
            yield ", ".join(f"`{name}`" for name in entry.columns)
            yield ""


def _section(rule: Rule) -> Iterator[str]:
    from htx_pipeline.rules.description import equations, source  # noqa: PLC0415

    yield f"### `{rule.name}`"
    yield ""
    yield f"**{rule.title.en}** · {rule.title.vi}"
    yield ""
    yield f"- relation · quan hệ: `{rule.relation}`; severity · mức độ: `{rule.severity.value}`"
    yield f"- source · căn cứ: {source(rule, 'en')} · {source(rule, 'vi')}"
    yield from _fine_print(rule)
    for dimension, codes in rule.applies_to.items():
        listed = ", ".join(f"`{code}`" for code in sorted(codes))
        yield f"- `{dimension}`: {listed}"
    yield ""
    yield "```text"
    yield from equations(rule, "en")
    yield ""
    yield from equations(rule, "vi")
    yield "```"
    yield ""
    yield f"When it fails: {rule.help.en}"
    yield ""
    yield f"Khi không khớp: {rule.help.vi}"
    yield ""


def _fine_print(rule: Rule) -> Iterator[str]:
    from htx_pipeline.rules.description import in_force  # noqa: PLC0415 (start-up counts)

    if in_force(rule, "en"):
        yield f"- asked of {in_force(rule, 'en')} · áp dụng cho {in_force(rule, 'vi')}"
    if rule.takes_implied:
        yield "- values that are implied take part, too · giá trị suy ra cũng tham gia"
