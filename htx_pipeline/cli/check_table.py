"""``htx check --figures``: the rules on a table of figures of any size."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from htx_pipeline.cli.options import OPEN, OUR_FAULT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from htx_pipeline.model import Language
    from htx_pipeline.rules.tables import Checked

_SHOWN = 10
"""So many contradictions are told where no file is named for all of them."""


def check_table(
    location: str, engine: str, memory: str, output: Path | None, language: Language
) -> int:
    """Tell what the rules say of the figures at ``location``; gives the exit code."""
    from rich.console import Console  # noqa: PLC0415 (start-up counts)

    from htx_pipeline.rules import tables  # noqa: PLC0415
    from htx_pipeline.rules.engines import opened  # noqa: PLC0415

    told = {"en": "reading and comparing", "vi": "đang đọc và đối chiếu"}[language]
    with (
        Console(stderr=True).status(f"{location}: {told}"),
        opened(location, engine, memory=memory) as figures,
    ):
        checked = tables.check_table(figures)
        if output is not None:
            _write(checked, output)
    for line in _told(checked, output, language):
        click.echo(line)
    outcomes = {one.evaluation.outcome.value for one in checked.ledger.findings}
    if "error" in outcomes:
        return OUR_FAULT
    return 0 if checked.ledger.is_clean else OPEN


def _write(checked: Checked, output: Path) -> None:
    """All findings as Parquet, whole or not at all."""
    import pyarrow.parquet  # noqa: PLC0415

    from htx_pipeline.curation import findings  # noqa: PLC0415

    table = findings.as_arrow(checked.ledger)
    output.parent.mkdir(parents=True, exist_ok=True)
    unfinished = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        pyarrow.parquet.write_table(table, unfinished, compression="zstd")
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)


def _told(checked: Checked, output: Path | None, language: Language) -> Iterator[str]:
    """Denominators by rule, contradictions where no file holds them, and the sum of it."""
    from htx_pipeline import codelists  # noqa: PLC0415
    from htx_pipeline.model import Outcome, Severity  # noqa: PLC0415

    name = {one: codelists.label("outcome", one).text(language) for one in Outcome}
    for rule, counts in checked.counts.items():
        said = ", ".join(f"{count} {name[one]}" for one, count in counts.items() if count)
        yield f"{rule}: {said}"
    found = checked.ledger.findings
    wrong = [one for one in found if one.is_contradiction and one.severity is not Severity.NOTICE]
    if output is None:
        for one in wrong[:_SHOWN]:
            yield f"{one.id} {one.message.text(language)}"
        if len(wrong) > _SHOWN:
            more = {"en": "… all of them with --output FILE", "vi": "… tất cả: --output FILE"}
            yield more[language]
    notices = sum(one.is_contradiction for one in found) - len(wrong)
    undecided = len(found) - len(wrong) - notices
    total = sum(sum(counts.values()) for counts in checked.counts.values())
    where = "" if output is None else f": {output}"
    yield {
        "en": f"{total} evaluations, {len(found)} findings ({len(wrong)} contradictions, {notices} "
        f"notices, {undecided} that cannot be decided){where}",
        "vi": f"{total} lần kiểm tra, {len(found)} phát hiện ({len(wrong)} mâu thuẫn, {notices} "
        f"lưu ý, {undecided} không kiểm tra được){where}",
    }[language]
