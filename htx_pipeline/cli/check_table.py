"""``htx check --figures``: the rules on a table of figures of any size."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from htx_pipeline.cli.options import OPEN, OUR_FAULT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow

    from htx_pipeline.model import Language
    from htx_pipeline.scale.check import Checked, Progress

_SHOWN = 10
"""So many contradictions are told where no file is named for all of them."""


@dataclass(frozen=True, slots=True)
class Before:
    """The figures as they were when they were checked, and the findings of that check."""

    location: str
    findings: Path


def check_table(
    location: str,
    opening: Mapping[str, Any],
    output: Path | None,
    language: Language,
    *,
    before: Before | None = None,
) -> int:
    """Tell what the rules say of the figures at ``location``; gives the exit code.

    ``opening`` says how they are ``opened``.
    """
    from htx_pipeline.model import Outcome  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.scale import check, incremental  # noqa: PLC0415
    from htx_pipeline.scale.engines import opened  # noqa: PLC0415

    earlier = None if before is None else incremental.read_findings(before.findings)
    with (
        _progress(location, language, compared=before is not None) as progress,
        opened(location, **opening) as figures,
    ):
        if before is None or earlier is None:
            checked = check.check_table(figures, progress=progress)
        else:
            with opened(before.location, **opening) as then:
                found = incremental.check_changes(figures, then, earlier, progress=progress)
            checked = found.checked
            click.echo(_of_areas(len(found.changed), language))
        if output is not None:
            _write(incremental.with_counts(checked, incremental.figures_in(figures)), output)
    for line in _told(checked, output, language):
        click.echo(line)
    if any(counts[Outcome.ERROR] for counts in checked.counts.values()):
        return OUR_FAULT
    return 0 if checked.is_clean else OPEN


@contextmanager
def _progress(location: str, language: Language, *, compared: bool) -> Iterator[Progress]:
    """What is done meanwhile, and how much of it, on the terminal."""
    from rich.console import Console  # noqa: PLC0415 (start-up counts)

    told = {"en": "reading and comparing", "vi": "đang đọc và đối chiếu"}[language]
    open_regions = {"en": "looking closely: {} of {}", "vi": "đang xem kỹ: {} / {}"}[language]
    if compared:
        open_regions = {
            "en": "comparing: {} of {} figures",
            "vi": "đang so sánh: {} / {} số liệu",
        }[language]
    with Console(stderr=True).status(f"{location}: {told}") as status:
        yield lambda done, of: status.update(f"{location}: {open_regions.format(done, of)}")


def _of_areas(changed: int, language: Language) -> str:
    return {
        "en": f"areas with other figures than before, examined again: {changed}",
        "vi": f"địa bàn có số liệu khác trước, được xem lại: {changed}",
    }[language]


def _write(findings: pyarrow.Table, output: Path) -> None:
    """All findings as Parquet, whole or not at all."""
    import pyarrow.parquet  # noqa: PLC0415

    output.parent.mkdir(parents=True, exist_ok=True)
    unfinished = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        pyarrow.parquet.write_table(findings, unfinished, compression="zstd")
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
    named = ("finding_id", "outcome", "severity", f"message_{language}")
    found = list(zip(*(checked.findings[one].to_pylist() for one in named), strict=True))
    failed = [one for one in found if one[1] == Outcome.FAIL.value]
    wrong = [one for one in failed if one[2] != Severity.NOTICE.value]
    if output is None:
        for finding_id, _, _, message in wrong[:_SHOWN]:
            yield f"{finding_id} {message}"
        if len(wrong) > _SHOWN:
            more = {"en": "… all of them with --output FILE", "vi": "… tất cả: --output FILE"}
            yield more[language]
    notices = len(failed) - len(wrong)
    undecided = len(found) - len(failed)
    total = sum(sum(counts.values()) for counts in checked.counts.values())
    where = "" if output is None else f": {output}"
    yield {
        "en": f"{total} evaluations, {len(found)} findings ({len(wrong)} contradictions, {notices} "
        f"notices, {undecided} that cannot be decided){where}",
        "vi": f"{total} lần kiểm tra, {len(found)} phát hiện ({len(wrong)} mâu thuẫn, {notices} "
        f"lưu ý, {undecided} không kiểm tra được){where}",
    }[language]
