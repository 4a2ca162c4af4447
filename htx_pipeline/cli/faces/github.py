"""``--format github``: workflow commands, which GitHub shows as annotations on the lines.

What is waived or cannot be decided has no annotation. GitHub shows ten of a kind for a step; the
summary line tells how many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from htx_pipeline.cli.faces.run import Status, pointed_at, status
from htx_pipeline.cli.faces.text import stale_message, summary
from htx_pipeline.rules.messages import message, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from htx_pipeline.cli.faces.run import Run
    from htx_pipeline.model import Language

_COMMANDS = {Status.BROKEN: "error", Status.OPEN: "error", Status.NOTICE: "notice"}
_IN_MESSAGES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES = _IN_MESSAGES | {":": "%3A", ",": "%2C"}


def face(run: Run, language: Language) -> str:
    """One command a line, and the summary."""
    return "\n".join([*_commands(run, language), summary(run, language)]) + "\n"


def _commands(run: Run, language: Language) -> Iterator[str]:
    for finding in run.findings:
        command = _COMMANDS.get(status(finding))
        if command is not None:
            figure = pointed_at(finding)
            title = finding.evaluation.rule.title.text(language)
            said = [
                message(finding.evaluation).text(language).removeprefix(title).lstrip(),
                verdict(finding).text(language),
                f"{finding.evaluation.rule.name} {finding.id}",
            ]
            told = "\n".join(filter(None, said))
            yield _command(command, run.path(figure), figure.line, title, told)
    for stale in run.stale:
        title = {"vi": "Miễn trừ hết hiệu lực", "en": "Stale waiver"}[language]
        told = f"{stale_message(language)}\n{stale.waiver.rule} {stale.waiver.finding}"
        yield _command("error", run.waivers, stale.line, title, told)


def _command(command: str, file: str, line: int, title: str, told: str) -> str:
    properties = {"file": file, "line": str(line), "title": title}
    listed = ",".join(f"{name}={_escaped(v, _IN_PROPERTIES)}" for name, v in properties.items())
    return f"::{command} {listed}::{_escaped(told, _IN_MESSAGES)}"


def _escaped(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(character, character) for character in text)
