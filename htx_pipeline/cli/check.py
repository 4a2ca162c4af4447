"""``htx check``: which figures contradict each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from htx_pipeline.cli.confronted import confronted
from htx_pipeline.cli.faces import FORMATS, face
from htx_pipeline.cli.options import (
    OPEN,
    OUR_FAULT,
    data_option,
    language_option,
    raw_folder,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from htx_pipeline.cli.faces.run import Run
    from htx_pipeline.model import Language


@click.command()
@data_option
@language_option
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    help="How it is told (default: text). What github and sarif point at is named relative to the "
    "folder that htx is called in.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to this file, and only the summary to standard output.",
)
@click.option(
    "--changed",
    "revision",
    metavar="REV",
    help="Tell only what figures take part in that differ from this git revision.",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="List what cannot be decided, too, and lay out what is waived.",
)
@click.option(
    "--figures",
    metavar="LOCATION",
    help="Check a table of figures instead, of any size: a Parquet file, a glob, a folder or an "
    "address (s3://…) with the columns of the table figures. --output then names a Parquet file "
    "for the findings.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "duckdb", "pandas", "polars", "spark"]),
    help="What reads and screens the table of --figures (default: auto, which is duckdb).",
)
@click.option(
    "--memory",
    metavar="SIZE",
    help="What duckdb may take of the memory for it (default: four times the files, from 800MB to "
    "4GB); the rest goes to disk.",
)
@click.option(
    "--before",
    metavar="LOCATION",
    help="The table of --figures as it was when --findings were written: only areas whose figures "
    "have changed are examined again.",
)
@click.option(
    "--findings",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="What --output held when the table of --before was checked, by the same rules.",
)
@click.option(
    "--spark-url",
    metavar="URL",
    help="Where --engine spark runs: a master (spark://host:7077, yarn, local[2]) or Spark Connect "
    "(sc://host:15002); default: local[*].",
)
@click.pass_context
def check(  # noqa: PLR0917 (click gives all of them by name)
    context: click.Context,
    data: Path | None,
    language: Language,
    form: str,
    output: Path | None,
    revision: str | None,
    figures: str | None,
    engine: str | None,
    memory: str | None,
    before: str | None,
    findings: Path | None,
    spark_url: str | None,
    *,
    everything: bool,
) -> None:
    """Confront the figures of data/raw with every rule; tell findings and denominators.

    Exits with 1 when a contradiction is neither corrected nor waived, or when a waiver in
    data/raw/waivers.yml no longer matches a contradiction; with 3 when the input cannot be read;
    with 4 when a rule is broken.
    """
    of_tables: dict[str, object] = {"--engine": engine, "--memory": memory}
    of_tables |= {"--spark-url": spark_url, "--before": before, "--findings": findings}
    _refuse(figures is None, of_tables, without=True)
    _refuse(engine != "spark", {"--spark-url": spark_url}, without=True, what="--engine spark")
    if figures is not None:
        from htx_pipeline.cli.check_table import Before, check_table  # noqa: PLC0415 (start-up)

        _refuse(findings is None, {"--before": before}, without=True, what="--findings")
        _refuse(before is None, {"--findings": findings}, without=True, what="--before")

        others = {"--data": data, "--changed": revision, "--all": everything or None}
        others["--format"] = None if form == "text" else form
        _refuse(True, others, without=False)
        was = None if before is None or findings is None else Before(before, findings)
        opening = {"engine": engine or "auto", "memory": memory or "", "spark_url": spark_url}
        code = check_table(figures, opening, output, language, before=was)
        context.exit(code)
    run = told(data, revision, everything=everything)
    document = face(form)(run, language)
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(click.unstyle(document), encoding="utf-8", newline="\n")
        from htx_pipeline.cli.faces.text import summary  # noqa: PLC0415 (start-up counts)

        click.echo(summary(run, language))
    elif form == "text":
        click.echo(document, nl=False)
    else:
        click.echo(document.encode(), nl=False)
    if run.is_broken:
        context.exit(OUR_FAULT)
    if not run.is_clean:
        context.exit(OPEN)


def _refuse(
    applies: bool, options: Mapping[str, object], *, without: bool, what: str = "--figures"
) -> None:
    """Options that say nothing with, or without, another are not passed over."""
    given = [name for name, value in options.items() if value is not None]
    if applies and given:
        from htx_pipeline.errors import UsageError  # noqa: PLC0415 (start-up counts)
        from htx_pipeline.model import Label  # noqa: PLC0415

        named = ", ".join(given)
        vi = "chỉ dùng được cùng" if without else "không dùng được cùng"
        en = "only together with" if without else "not together with"
        raise UsageError(Label(vi=f"{named}: {vi} {what}", en=f"{named}: {en} {what}"))


def told(data: Path | None = None, revision: str | None = None, *, everything: bool = False) -> Run:
    """What all faces tell of a data folder, or of what differs in it from a git revision."""
    from htx_pipeline import rules  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.cli.faces.run import run_of  # noqa: PLC0415

    changed = None
    if revision is not None:
        from htx_pipeline.cli.changed import changed_since  # noqa: PLC0415

        changed = changed_since(revision, raw_folder(data))
    case = confronted(data)
    return run_of(
        case.confrontation.evaluations,
        case.ledger,
        raw=case.raw,
        shown=case.shown,
        reports=[report.report.id for report in case.corpus.reports],
        topics=rules.TOPICS,
        everything=everything,
        changed=changed,
        data_option=case.data_option,
    )
