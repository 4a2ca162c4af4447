"""``data/raw`` → rows: all reports, figures, entities and citations, or all problems in one run.

Reading needs no frames, and whoever only reads does not wait for pandas to be imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from htx_pipeline import codelists
from htx_pipeline.errors import InputError, Problem, UsageError
from htx_pipeline.figures.arrangement import (
    beyond_the_text,
    duplicates,
    not_over_yet,
    numerals_not_listed,
    overlaps,
    ranges,
)
from htx_pipeline.figures.checks import (
    CITATION_COLUMNS,
    ENTITY_COLUMNS,
    FIGURE_COLUMNS,
    OTHER_COLUMNS,
    check_citation,
    check_code,
    check_entity,
    check_figure,
    check_printed,
    check_span,
)
from htx_pipeline.figures.files import RawFile, Row, read_csv
from htx_pipeline.figures.meaning import interval_of, obs_status_of, value_of
from htx_pipeline.figures.numerals import (
    NUMERAL,
    Numeral,
    NumeralError,
    read_numeral,
    read_plain,
)
from htx_pipeline.figures.periods import period_ends, read_day
from htx_pipeline.figures.reports import Correction, Corrections, Report
from htx_pipeline.figures.yaml_files import place_in_yaml, read_yaml
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd


@dataclass(frozen=True, slots=True)
class RawReport:
    """The raw folder of one report: its description and its checked lines."""

    report: Report
    figures: tuple[Row, ...]
    others: tuple[Row, ...]
    entities: tuple[Row, ...]
    citations: tuple[Row, ...]


@dataclass(frozen=True)
class Corpus:
    """All of ``data/raw``: the reports in the order of their ids, and the figures as read.

    ``rows`` are the figures in the order of the contract ``READINGS``, with its columns as keys:
    days are dates, what is missing is ``None``. ``citations`` are the legal documents that the
    reports cite, in the order of the text: ``dated`` is the date as printed, ``date`` the day that
    it names, ``date_exists`` whether there is one; all three are ``None`` where none is printed.
    """

    reports: tuple[RawReport, ...]
    rows: tuple[Mapping[str, Any], ...]
    citations: tuple[Mapping[str, Any], ...]

    def of(self, report_id: str) -> Corpus:
        """The same of one report."""
        return Corpus(
            tuple(raw for raw in self.reports if raw.report.id == report_id),
            tuple(row for row in self.rows if row["report_id"] == report_id),
            tuple(row for row in self.citations if row["report_id"] == report_id),
        )

    @cached_property
    def readings(self) -> pd.DataFrame:
        """``rows`` as a frame that keeps the contract ``READINGS``; made when first asked for."""
        from htx_pipeline.figures.contract import READINGS  # noqa: PLC0415 (reading needs no pandas)

        return READINGS.frame(self.rows)


def read_corpus(raw: Path, report_ids: Collection[str] | None = None) -> Corpus:
    """Read every report under ``raw``, or those named, strictly.

    Raises ``InputError`` with all problems of all files, ``UsageError`` if there is no such folder.
    """
    if not raw.is_dir():
        raise _no_reports(raw)
    problems: list[Problem] = []
    corrections = _read_corrections(raw, problems)
    reports: list[RawReport] = []
    read: list[tuple[str, Row, Numeral | None]] = []
    half_read: set[str] = set()
    there = sorted(
        path for path in raw.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))
    )
    folders = [path for path in there if report_ids is None or path.name in report_ids]
    passed_over = {path.name for path in there} - {path.name for path in folders}
    for folder in folders:
        before = len(problems)
        found = _read_report(folder, problems)
        if found.report is None or len(problems) > before:
            half_read.add(folder.name)
        else:
            reports.append(RawReport(found.report, *map(tuple, found.rows)))
        for row in found.rows[0]:
            figure_id = f"{folder.name}:{row['start']}"
            read.append((figure_id, row, _numeral(figure_id, row, corrections, problems)))
    if not folders:
        raise _no_reports(raw)
    seen = {figure_id for figure_id, _, _ in read}
    problems += [
        _stale(raw, position, correction)
        for position, correction in enumerate((corrections or {}).values())
        if correction.figure not in seen
        and correction.figure.partition(":")[0] not in half_read | passed_over
    ]
    if problems:
        raise InputError(problems)
    by_id = {raw_report.report.id: raw_report.report for raw_report in reports}
    bases = {figure_id: base for raw_report in reports for figure_id, base in _bases(raw_report)}
    figures = (
        _figure(
            by_id[figure_id.partition(":")[0]],
            row,
            numeral,
            corrected=figure_id in (corrections or {}),
            printed_base=bases.get(figure_id),
        )
        for figure_id, row, numeral in read
        if numeral is not None
    )
    return Corpus(
        tuple(reports),
        tuple(sorted(figures, key=lambda figure: (figure["report_id"], figure["start"]))),
        tuple(_citation(raw.report, row) for raw in reports for row in raw.citations),
    )


_BESIDE = 40
"""A year within so many characters after a change, with no figure between, is its base."""


def _bases(raw: RawReport) -> Iterator[tuple[str, str]]:
    """For each change the year that is printed right after it, as it stands there."""
    numerals = sorted(
        [(int(row["start"]), row, True) for row in raw.figures]
        + [(int(row["start"]), row, row["kind"] != "period") for row in raw.others],
        key=lambda numeral: numeral[0],
    )
    for (_, row, is_figure), (start, after, is_other) in pairwise(numerals):
        is_change = is_figure and row.cells.get("relation") == "change"
        if is_change and not is_other and start - int(row["end"]) <= _BESIDE:
            yield f"{raw.report.id}:{row['start']}", after["printed"]


def _no_reports(raw: Path) -> UsageError:
    return UsageError(
        Label(
            vi=f"{raw}: không có báo cáo nào; cần một thư mục cho mỗi báo cáo, có report.yml",
            en=f"{raw}: no reports; expected one folder for each, with its report.yml",
        )
    )


def _read_corrections(raw: Path, problems: list[Problem]) -> dict[str, Correction] | None:
    """The corrections by figure; ``None`` if there are some that cannot be read."""
    path = raw / "corrections.yml"
    if not path.exists():
        return {}
    file = RawFile.under(path)
    read = read_yaml(file, Corrections, problems)
    if read is None:
        return None
    found: dict[str, Correction] = {}
    for position, entry in enumerate(read.root):
        if entry.figure in found:
            problems.append(
                file.problem(
                    "duplicate-correction",
                    found=Label(
                        vi=f"hiệu chỉnh thứ hai của {entry.figure}",
                        en=f"a second correction of {entry.figure}",
                    ),
                    expected=Label(vi="mỗi số liệu một hiệu chỉnh", en="one for each figure"),
                    remedy=Label(vi="Hãy bỏ một trong hai.", en="Remove one of the two."),
                    **place_in_yaml(file, [position, "figure"]),
                )
            )
        found[entry.figure] = entry
    return found


def _stale(raw: Path, position: int, correction: Correction) -> Problem:
    file = RawFile.under(raw / "corrections.yml")
    return file.problem(
        "stale-correction",
        found=Label(
            vi=f"hiệu chỉnh của {correction.figure}", en=f"a correction of {correction.figure}"
        ),
        expected=Label(
            vi="một số liệu đang có trong figures.csv", en="a figure that figures.csv holds"
        ),
        remedy=Label(
            vi="Hãy sửa mã số liệu hoặc bỏ hiệu chỉnh này.",
            en="Mend the figure's id, or remove the correction.",
        ),
        **place_in_yaml(file, [position, "figure"]),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What could be read of a report's folder: figures, other numerals, entities, citations."""

    report: Report | None
    rows: tuple[list[Row], list[Row], list[Row], list[Row]]


def _read_report(folder: Path, problems: list[Problem]) -> _Found:
    description = RawFile.under(folder / "report.yml")
    report = read_yaml(description, Report, problems)
    if report is not None and report.id != folder.name:
        problems.append(
            description.problem(
                "id-and-folder-differ",
                found=Label(
                    vi=f"id {report.id!r} trong thư mục {folder.name!r}",
                    en=f"id {report.id!r} in folder {folder.name!r}",
                ),
                expected=Label(vi=f"id {folder.name!r}", en=f"id {folder.name!r}"),
                remedy=Label(
                    vi="Hãy đổi id hoặc tên thư mục.", en="Rename the folder, or mend the id."
                ),
            )
        )
    before = len(problems)
    figures = read_csv(RawFile.under(folder / "figures.csv"), FIGURE_COLUMNS, problems)
    others = read_csv(RawFile.under(folder / "other_numerals.csv"), OTHER_COLUMNS, problems)
    all_lines_read = len(problems) == before
    entities = _read_if_there(folder / "named_entities.csv", ENTITY_COLUMNS, problems)
    citations = _read_if_there(folder / "legal_documents.csv", CITATION_COLUMNS, problems)
    known = {row["entity"] for row in entities}
    for row in figures:
        problems += [*check_span(row), *check_printed(row), *check_figure(row, known)]
    for row in others:
        problems += [*check_span(row), *check_printed(row)]
        problems += check_code(row, "kind", "other_numeral")
    for row in entities:
        problems += check_entity(row)
    sound = []
    for row in citations:
        found = list(check_citation(row))
        problems += found
        if not found:
            sound.append(row)
    if all_lines_read:
        problems += numerals_not_listed(sound, others)
    problems += overlaps(citations)
    problems += duplicates(entities, "entity")
    problems += ranges(figures)
    problems += overlaps([*figures, *others])
    if report is not None:
        problems += beyond_the_text(
            [*figures, *others, *entities, *citations], length=report.document.text_length
        )
        problems += beyond_the_text(citations, length=report.document.text_length, end="dated_end")
        problems += not_over_yet(figures, issued_on=report.issued_on.date)
    numerals = len(figures) + len(others)
    if report is not None and all_lines_read and numerals != report.document.numerals:
        problems.append(
            description.problem(
                "numerals-not-accounted-for",
                found=Label(
                    vi=f"document.numerals = {report.document.numerals}, nhưng có "
                    f"{len(figures)} số liệu và {len(others)} số khác",
                    en=f"document.numerals = {report.document.numerals}, but {len(figures)} "
                    f"figures and {len(others)} other numerals",
                ),
                expected=Label(
                    vi=f"tổng cộng {report.document.numerals}",
                    en=f"{report.document.numerals} together",
                ),
                remedy=Label(
                    vi="Hãy thêm số còn thiếu vào figures.csv hoặc other_numerals.csv.",
                    en="Add what is missing to figures.csv or other_numerals.csv.",
                ),
            )
        )
    return _Found(report, (figures, others, entities, citations))


def _read_if_there(path: Path, columns: Sequence[str], problems: list[Problem]) -> list[Row]:
    """The rows of a file that a report may do without."""
    return read_csv(RawFile.under(path), columns, problems) if path.exists() else []


def _numeral(
    figure_id: str,
    row: Row,
    corrections: Mapping[str, Correction] | None,
    problems: list[Problem],
) -> Numeral | None:
    """The number in a line, as a correction or else the notation says; ``None`` if it has none."""
    correction = (corrections or {}).get(figure_id)
    if correction is None:
        try:
            numeral = read_numeral(row["printed"])
        except NumeralError as failure:
            # corrections that cannot be read may settle it: no problem of its own then
            if NUMERAL.fullmatch(row["printed"]) and corrections is not None:
                problems.append(
                    row.problem(
                        "printed",
                        failure.code,
                        expected=failure.expected,
                        remedy=Label(
                            vi=f"{failure.remedy.vi} Mã số liệu: {figure_id}.",
                            en=f"{failure.remedy.en} Its figure id is {figure_id}.",
                        ),
                    )
                )
            return None
    else:
        numeral = read_plain(correction.read_as)
        if correction.expect != row["printed"]:
            problems.append(
                row.problem(
                    "printed",
                    "stale-correction",
                    expected=Label(
                        vi=f"{correction.expect!r}, như corrections.yml đã ghi",
                        en=f"{correction.expect!r}, as corrections.yml says",
                    ),
                    remedy=Label(
                        vi="Hãy xem lại hiệu chỉnh: số in đã đổi.",
                        en="Review the correction: the print has changed.",
                    ),
                )
            )
    unit = codelists.rows("unit").get(row["unit"])
    if numeral.decimals and unit is not None and unit["family"] == "count":
        problems.append(
            row.problem(
                "printed",
                "count-with-decimals",
                expected=Label(
                    vi=f"số nguyên, vì {row['unit']} là số đếm",
                    en=f"a whole number, because {row['unit']} is counted",
                ),
                remedy=Label(vi="Hãy sửa đơn vị.", en="Mend the unit."),
            )
        )
    return numeral


def _figure(
    report: Report, row: Row, numeral: Numeral, *, corrected: bool, printed_base: str | None
) -> Mapping[str, Any]:
    direction = row["direction"] or None
    interval = interval_of(
        numeral, qualifier=row["qualifier"], unit=row["unit"], direction=direction
    )
    ends = period_ends(row["period"])
    return {
        "figure_id": f"{report.id}:{row['start']}",
        "report_id": report.id,
        "report_kind": report.kind,
        "issued_on": report.issued_on.date,
        "line": row.line,
        "start": int(row["start"]),
        "end": int(row["end"]),
        "page": int(row["page"]) if row["page"] else None,
        "place": row["place"],
        "printed": row["printed"],
        "printed_unit": row["printed_unit"] or None,
        "organization": row["organization"],
        "entity": row["entity"] or None,
        "indicator": row["indicator"],
        "sector": row["sector"],
        "status": row["status"],
        "area_code": row["area"],
        "area": codelists.area(row["area"]).vi,
        "period": row["period"],
        "year": ends.year,
        "as_of": ends,
        "base_period": row["base_period"] or None,
        "printed_base": printed_base,
        "share_of": row["share_of"] or None,
        "role": row["role"],
        "relation": row["relation"],
        "direction": direction,
        "qualifier": row["qualifier"],
        "unit": row["unit"],
        "value": float(value_of(numeral, direction)),
        "decimals": numeral.decimals,
        "value_low": _bound(interval.low if interval else None),
        "value_high": _bound(interval.high if interval else None),
        "low_inclusive": interval.low_closed if interval and interval.low is not None else None,
        "high_inclusive": interval.high_closed if interval and interval.high is not None else None,
        "corrected": corrected,
        "obs_status": obs_status_of(
            role=row["role"],
            qualifier=row["qualifier"],
            period_ends=ends,
            issued_on=report.issued_on.date,
        ),
        "note": row["note"] or None,
    }


def _citation(report: Report, row: Row) -> Mapping[str, Any]:
    dated = row["dated"] or None
    date = None if dated is None else read_day(dated)
    return {
        "citation_id": f"{report.id}:{row['start']}",
        "report_id": report.id,
        "issued_on": report.issued_on.date,
        "area_code": report.area,
        "line": row.line,
        "start": int(row["start"]),
        "end": int(row["end"]),
        "place": row["place"],
        "printed": row["printed"],
        "document": row["document"],
        "kind": row["kind"],
        "number": row["number"] or None,
        "dated": dated,
        "date": date,
        "date_exists": None if dated is None else date is not None,
        "programme": row["programme"] or None,
        "phase": row["phase"] or None,
        "note": row["note"] or None,
    }


def _bound(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
