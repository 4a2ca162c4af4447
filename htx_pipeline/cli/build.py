"""``htx build``: materialise every asset and release the tables."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from htx_pipeline.cli.options import data_option, language_option, shown

if TYPE_CHECKING:
    import logging
    from pathlib import Path

    from htx_pipeline.folder import DataFolder
    from htx_pipeline.model import Language


@click.command()
@data_option
@language_option
@click.option("--log", is_flag=True, help="Show Dagster's own log on standard error.")
def build(data: Path | None, language: Language, *, log: bool) -> None:
    """Turn data/raw into the tables of data/curated, through Dagster, in this process.

    Contradictions do not stop a build: they are published in the table findings, and `htx check`
    stops at them. What cannot be read does, and what the gate refuses; then data/curated stays as
    it was.
    """
    from rich.console import Console  # noqa: PLC0415 (start-up counts)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    from htx_pipeline.folder import DataFolder, locate  # noqa: PLC0415

    folder = DataFolder(locate(data))
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as progress:
        task = progress.add_task("Dagster", total=None)
        from htx_pipeline.release.gate.apart import GATEKEEPER  # noqa: PLC0415

        GATEKEEPER.get_ready()  # which takes longer than to import Dagster, so first
        from htx_pipeline.orchestration.in_process import build_in_process, steps  # noqa: PLC0415

        progress.update(task, total=steps())
        build_in_process(
            folder.root,
            on_step=lambda step: progress.update(task, description=step, advance=1),
            log=_log() if log else None,
        )
    click.echo("\n".join(_summary(folder, language)))


def _log() -> logging.Handler:
    import logging  # noqa: PLC0415

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return handler


def _summary(folder: DataFolder, language: Language) -> list[str]:
    """What the release holds, told from its files."""
    from htx_pipeline import codelists  # noqa: PLC0415
    from htx_pipeline.curation import CONTRACTS  # noqa: PLC0415
    from htx_pipeline.model import Outcome, Severity  # noqa: PLC0415
    from htx_pipeline.release import read_table  # noqa: PLC0415
    from htx_pipeline.release.manifest import read_manifest  # noqa: PLC0415

    by_name = {contract.name: contract for contract in CONTRACTS}
    reports, rules, findings = (
        read_table(by_name[name], folder.curated) for name in ("reports", "rules", "findings")
    )
    counts = {outcome: int(rules[f"{outcome}_count"].sum()) for outcome in Outcome}
    outcomes = ", ".join(
        f"{count} {codelists.label('outcome', outcome).text(language)}"
        for outcome, count in counts.items()
    )
    failed = findings[findings["outcome"] == Outcome.FAIL]
    contradictions = failed[failed["severity"] != Severity.NOTICE]
    waived = int(contradictions["waiver_id"].notna().sum())
    numbers = {
        "reports": len(reports),
        "numerals": int(reports["numerals_count"].sum()),
        "figures": int(reports["figures_count"].sum()),
        "tables": len(CONTRACTS),
        "where": shown(folder.curated),
        "release": read_manifest(folder.curated)["release"],
        "evaluations": sum(counts.values()),
        "outcomes": outcomes,
        "findings": len(findings),
        "contradictions": len(contradictions),
        "waived": waived,
        "open": len(contradictions) - waived,
        "notices": len(failed) - len(contradictions),
        "undecided": counts[Outcome.UNVERIFIABLE],
    }
    said = {
        "en": (
            "{reports} reports, {numerals} numerals, all accounted for: {figures} figures\n"
            "{evaluations} evaluations: {outcomes}\n"
            "{findings} findings: {contradictions} contradictions ({waived} waived, {open} open), "
            "{notices} notices, {undecided} that cannot be decided\n"
            "{tables} tables in {where}/*.parquet: release {release}"
        ),
        "vi": (
            "{reports} báo cáo, {numerals} con số, tất cả đã được phân loại: {figures} số liệu\n"
            "{evaluations} lần kiểm tra: {outcomes}\n"
            "{findings} phát hiện: {contradictions} mâu thuẫn ({waived} được miễn trừ, {open} còn "
            "mở), {notices} lưu ý, {undecided} không kiểm tra được\n"
            "{tables} bảng trong {where}/*.parquet: bản phát hành {release}"
        ),
    }
    lines = said[language].format(**numbers).splitlines()
    if numbers["open"]:
        lines.append({"en": "see: htx check", "vi": "xem: htx check"}[language])
    return lines
