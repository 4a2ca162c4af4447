"""``htx waive``: decide that one exact contradiction stays as printed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from htx_pipeline.cli.confronted import confronted
from htx_pipeline.cli.options import data_option, language_option

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from htx_pipeline.cli.confronted import Confronted
    from htx_pipeline.model import Label, Language
    from htx_pipeline.rules import Finding


def today() -> dt.date:
    """The day on which a decision is taken, where it is not said: the only look at the clock."""
    import datetime as dt  # noqa: PLC0415 (start-up counts)

    return dt.datetime.now().astimezone().date()


@click.command()
@data_option
@language_option
@click.option("--reason", required=True, help="Why it stays as printed; it is published.")
@click.option(
    "--by",
    metavar="NAME",
    help="Who decides (default: the user.name of git, else the user of this machine).",
)
@click.option(
    "--date",
    "on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day of the decision (default: today).",
)
@click.argument("given", metavar="FINDING_ID")
def waive(
    data: Path | None,
    language: Language,
    given: str,
    *,
    reason: str,
    by: str | None,
    on: dt.datetime | None,
) -> None:
    """Leave a contradiction as printed, and say why.

    Writes an entry at the end of data/raw/waivers.yml with everything but the reason filled in: the
    finding, its rule, the prints that the decision is pinned to, the day and who decides. Once any
    of these prints changes, `htx check` calls the waiver stale. The beginning of the finding's id
    will do, as long as it is the only one.
    """
    from htx_pipeline.rules import Waiver, ledger_file  # noqa: PLC0415 (start-up counts)

    why = ledger_file.cleaned(reason)
    if not why:
        raise _refused(vi="--reason: cần nêu lý do", en="--reason: a reason is needed")
    case = confronted(data)
    finding = case.finding(given)
    _refuse(finding, case)
    waiver = Waiver(
        finding=finding.id,
        rule=finding.evaluation.rule.name,
        printed={figure.figure_id: figure.printed for figure in finding.evaluation.operands},
        reason=why,
        decided_on=on.date() if on is not None else today(),
        decided_by=_who(by, case.raw),
    )
    ledger_file.append(waiver, case.raw)
    click.echo(_told(finding, case, language))


def _refuse(finding: Finding, case: Confronted) -> None:
    """Raise ``UsageError`` for what cannot be waived."""
    if not finding.is_contradiction:
        raise _refused(
            vi=f"{finding.id} không phải mâu thuẫn: không có gì để miễn trừ",
            en=f"{finding.id} is no contradiction: there is nothing to waive",
        )
    if finding.waiver is not None:
        raise _refused(
            vi=f"{finding.id} đã được {finding.waiver.decided_by} miễn trừ ngày "
            f"{finding.waiver.decided_on.isoformat()}",
            en=f"{finding.id} was waived by {finding.waiver.decided_by} on "
            f"{finding.waiver.decided_on.isoformat()} already",
        )
    if any(waiver.finding == finding.id for waiver in case.waivers):
        raise _refused(
            vi=f"{case.shown}/waivers.yml đã có một mục của {finding.id} nhưng không khớp; hãy bỏ "
            "mục đó trước",
            en=f"{case.shown}/waivers.yml has an entry of {finding.id} that does not match; remove "
            "it first",
        )


def _who(given: str | None, raw: Path) -> str:
    """Who decides: as given, else as git or this machine calls the user.

    Raises ``UsageError`` if nobody does.
    """
    from htx_pipeline.rules.ledger_file import cleaned  # noqa: PLC0415 (start-up counts)

    for name in (given, _git_user(raw), os.environ.get("USER")):
        if name and cleaned(name):
            return " ".join(cleaned(name).split())
    raise _refused(
        vi="không biết ai quyết định; hãy nêu bằng --by",
        en="it is not known who decides; say it with --by",
    )


def _git_user(raw: Path) -> str:
    import subprocess  # noqa: PLC0415 (start-up counts)

    try:
        told = subprocess.run(
            ["git", "config", "user.name"],  # noqa: S607 (the git of this user)
            cwd=raw,
            capture_output=True,
            check=False,
        )
    except OSError:  # no git here
        return ""
    return told.stdout.decode("utf-8", errors="replace").strip()


def _refused(*, vi: str, en: str) -> Exception:
    from htx_pipeline.errors import UsageError  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.model import Label  # noqa: PLC0415

    said: Label = Label(vi=vi, en=en)
    return UsageError(said)


def _told(finding: Finding, case: Confronted, language: Language) -> str:
    """What was written, and what remains."""
    left = sum(other.is_open for other in case.ledger.findings if other is not finding)
    file = f"{case.shown}/waivers.yml"
    rule = finding.evaluation.rule
    stale = len(case.ledger.stale)
    if language == "vi":
        lines = [
            f"Đã ghi vào {file}: miễn trừ {finding.id} ({rule.title.vi}).",
            f"Còn {left} mâu thuẫn chưa quyết định." if left else "Không còn mâu thuẫn nào mở.",
        ]
        if stale:
            lines.append(f"{stale} miễn trừ hết hiệu lực; xem htx check{case.data_option}.")
        return "\n".join(lines)
    lines = [
        f"Written to {file}: the waiver of {finding.id} ({rule.title.en}).",
        f"{left} contradiction{'s' * (left != 1)} remain{'s' * (left == 1)} open."
        if left
        else "No contradiction remains open.",
    ]
    if stale:
        lines.append(
            f"{stale} waiver{'s are' if stale != 1 else ' is'} stale; see htx "
            f"check{case.data_option}."
        )
    return "\n".join(lines)
