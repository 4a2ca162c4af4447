"""Figures from short descriptions, for the tests of rules and tables.

``figures(printed("348"), printed("157", sector="agriculture"))`` is a frame that keeps the contract
``READINGS``: what a description leaves out is filled in as a report would mostly have it. ``read``
gives the same as plain rows, which is faster.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from htx_pipeline import codelists
from htx_pipeline.curation import FIGURE_TABLES, Facts, lineage
from htx_pipeline.curation import documents as documents_table
from htx_pipeline.curation import figures as figures_table
from htx_pipeline.curation import findings as findings_table
from htx_pipeline.curation import reports as reports_tables
from htx_pipeline.figures import READINGS, read_corpus
from htx_pipeline.figures.meaning import interval_of, obs_status_of, value_of
from htx_pipeline.figures.numerals import read_numeral
from htx_pipeline.figures.periods import period_ends, read_day
from htx_pipeline.model import Label
from htx_pipeline.rules import (
    RULES,
    CitationEvaluation,
    Evaluation,
    Rule,
    confront_all,
    evaluate,
    find,
    read_waivers,
)
from htx_pipeline.rules.model import Equation, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from htx_pipeline.curation import Built, FigureTable
    from htx_pipeline.figures import Corpus
    from htx_pipeline.model import Outcome
    from htx_pipeline.rules import AnyEvaluation, Ledger, Waiver

OWN_RAW = Path(__file__).parents[1] / "data" / "raw"
"""The repository's own raw folder."""


@dataclass(frozen=True)
class Report:
    """Who prints a figure, as far as rules and tables ask."""

    id: str
    kind: str = "report"
    issued_on: dt.date = dt.date(2022, 1, 15)


REPORT = Report("bao-cao-2021")
LATER = Report("bao-cao-2022", issued_on=dt.date(2023, 1, 15))
PLAN = Report("ke-hoach-2022", "plan", dt.date(2022, 2, 1))
NEWS = Report("tin-2023", "news", dt.date(2023, 6, 1))


def printed(
    numeral: str, indicator: str = "cooperatives", *, report: Report = REPORT, **codes: Any
) -> dict[str, Any]:
    """One figure: by default an exact value of all cooperatives at the end of 2021, or in 2021."""
    about = codelists.rows("indicator")[indicator]
    relation = codes.get("relation", "value")
    is_stock = about["kind"] in {"stock", "ratio"}
    is_statistic = about["topic"] == "statistic"
    row = {
        "report": report,
        "printed": numeral,
        "indicator": indicator,
        "place": "P1.I",
        "printed_unit": None,
        "organization": _organization(indicator, about["topic"]),
        "entity": None,
        "sector": "_T" if is_statistic else "_Z",
        "status": "_T" if is_statistic and is_stock else "_Z",
        "area_code": "VN-01",
        "period": "2021-12-31" if is_stock else "2021",
        "base_period": None,
        "printed_base": None,
        "share_of": "sector" if relation == "share" else None,
        "role": "estimate" if codes.get("qualifier") == "estimated" else "actual",
        "relation": relation,
        "direction": "up" if relation in {"change", "plan_gap"} else None,
        "qualifier": "exact",
        "unit": "percent" if relation in {"share", "attainment"} else about["units"].split()[0],
        "note": None,
    } | codes
    if relation == "change" and row["base_period"] is None:
        row["base_period"] = f"{int(row['period'][:4]) - 1}{row['period'][4:]}"
    return row


def _organization(indicator: str, topic: str) -> str:
    if topic == "context":
        return "province"
    if topic == "budget":
        return "collective_economy"
    first = indicator.partition("_")[0]
    return {"groups": "group", "unions": "union"}.get(first, "cooperative")


def read(*descriptions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """These figures as rows, which stand in each report in the order in which they are given.

    A description may say ``start`` and ``line`` itself.
    """
    counted: dict[str, int] = {}
    rows = []
    for description in descriptions:
        report = description["report"]
        position = counted[report.id] = counted.get(report.id, 0) + 1
        rows.append(_row(description, report, position))
    return sorted(rows, key=lambda row: (row["report_id"], row["start"]))


def figures(*descriptions: Mapping[str, Any]) -> pd.DataFrame:
    """The frame of these figures.

    It has the types and codes of the contract by construction: asking pandera at every call would
    take most of the tests' time.
    """
    rows = read(*descriptions)
    columns = {field.name: [row[field.name] for row in rows] for field in READINGS.fields}
    for field in READINGS.fields:
        if field.codelist:
            unknown = {*columns[field.name]} - {None, *codelists.codes(field.codelist)}
            assert not unknown, f"{field.name}: {unknown}"
    return pd.DataFrame(
        {name: pd.array(found, dtype=_types()[name]) for name, found in columns.items()}
    )


@cache
def _types() -> Mapping[Any, Any]:
    return READINGS.frame([]).dtypes.to_dict()


def _row(description: Mapping[str, Any], report: Report, position: int) -> dict[str, Any]:
    numeral = read_numeral(description["printed"])
    direction, qualifier = description["direction"], description["qualifier"]
    interval = interval_of(
        numeral, qualifier=qualifier, unit=description["unit"], direction=direction
    )
    low, high = (interval.low, interval.high) if interval else (None, None)
    ends = period_ends(description["period"])
    province, slash, lower = description["area_code"].partition("/")
    start = description.get("start", 10 * position)
    row = {name: cell for name, cell in description.items() if name != "report"}
    return row | {
        "figure_id": f"{report.id}:{start}",
        "report_id": report.id,
        "report_kind": report.kind,
        "issued_on": report.issued_on,
        "line": description.get("line", position + 1),
        "start": start,
        "end": start + len(description["printed"]),
        "page": None,
        "area": lower if slash else codelists.label("area", province).vi,
        "year": ends.year,
        "as_of": ends,
        "value": float(value_of(numeral, direction)),
        "decimals": numeral.decimals,
        "value_low": None if low is None else float(low),
        "value_high": None if high is None else float(high),
        "low_inclusive": interval.low_closed if interval and interval.low is not None else None,
        "high_inclusive": interval.high_closed if interval and interval.high is not None else None,
        "corrected": False,
        "obs_status": obs_status_of(
            role=description["role"],
            qualifier=qualifier,
            period_ends=ends,
            issued_on=report.issued_on,
        ),
    }


def evaluations(rule: Rule, *descriptions: Mapping[str, Any]) -> list[Evaluation]:
    """What the rule says of each group that it finds in these figures."""
    return [e for e in evaluate(read(*descriptions), [rule]) if isinstance(e, Evaluation)]


def evaluated(rule: Rule, *descriptions: Mapping[str, Any], parts: int | None = None) -> Evaluation:
    """What the rule says of the one group that it finds in these figures.

    ``parts`` leaves those of the rule's equations that have so many.
    """
    (evaluation,) = (
        evaluation
        for evaluation in evaluations(rule, *descriptions)
        if parts is None or len(evaluation.parts) == parts
    )
    return evaluation


def outcomes(rule: Rule, *descriptions: Mapping[str, Any]) -> list[Outcome]:
    """The outcome of each group that the rule finds in these figures."""
    return [evaluation.outcome for evaluation in evaluations(rule, *descriptions)]


def cited(document: str, *, report: Report = REPORT, **cells: Any) -> dict[str, Any]:
    """One mention of a legal document: by default without a date, a programme or a phase."""
    return {
        "report": report,
        "document": document,
        "printed": document,
        "number": document,
        "place": "P1.I",
        "dated": None,
        "programme": None,
        "phase": None,
    } | cells


def citations(*descriptions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """These mentions as rows of ``legal_documents``, in the order in which they are given."""
    rows = []
    for position, description in enumerate(descriptions, start=1):
        report = description["report"]
        start = description.get("start", 10 * position)
        row = {name: cell for name, cell in description.items() if name != "report"}
        dated = row["dated"]
        date = None if dated is None else read_day(dated)
        rows.append(
            row
            | {
                "citation_id": f"{report.id}:{start}",
                "report_id": report.id,
                "issued_on": report.issued_on,
                "area_code": "VN-01",
                "line": row.get("line", position + 1),
                "start": start,
                "end": start + len(row["printed"]),
                "date": date,
                "date_exists": None if dated is None else date is not None,
                "kind": "decree",
                "note": None,
            }
        )
    return rows


def asked(rule: Rule, *descriptions: Mapping[str, Any]) -> list[CitationEvaluation]:
    """What the rule says of these mentions of legal documents."""
    found = confront_all((), citations(*descriptions), [rule]).evaluations
    return [e for e in found if isinstance(e, CitationEvaluation)]


def broken_rule() -> Rule:
    """A rule with a factor that is none."""
    factor: Any = "plus"
    return Rule(
        name="broken",
        title=Label(vi="Quy tắc hỏng", en="A broken rule"),
        relation="linear",
        source="arithmetic",
        help=Label(vi="Sửa quy tắc.", en="Mend the rule."),
        applies_to={"relation": frozenset({"value"})},
        equations=(
            Equation(
                whole=Term(+1, {"status": "_T"}),
                parts=(Term(factor, {"status": "active"}), Term(factor, {"status": "stopped"})),
            ),
        ),
    )


def facts(*descriptions: Mapping[str, Any]) -> Facts:
    """These figures as tables take them, of which no rule has been asked."""
    frame = figures(*descriptions)
    return Facts.of(frame.assign(finding_ids=[[] for _ in range(len(frame))]))


def rows(table: FigureTable, *descriptions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table that is built from these figures, in the order of its contract.

    They are not confronted with the contract, which takes far longer than to build them.
    """
    contract = table.contract
    names = [str(column.name) for column in contract.fields]
    found = [{name: row[name] for name in names} for row in table.build(facts(*descriptions)).rows]
    return sorted(found, key=lambda row: [row[name] for name in contract.order or contract.key])


def row(table: FigureTable, *descriptions: Mapping[str, Any]) -> dict[str, Any]:
    """The only row of a table that is built from these figures."""
    (only,) = rows(table, *descriptions)
    return only


def cells(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame; missing cells are ``None``."""
    missing = frame.isna()
    return [
        {str(name): None if missing.loc[index, name] else cell for name, cell in found.items()}
        for index, found in zip(frame.index, frame.to_dict("records"), strict=True)
    ]


@dataclass(frozen=True)
class Release:
    """All that follows from readings and citations: findings, and every table as a frame."""

    readings: pd.DataFrame
    evaluations: Sequence[AnyEvaluation]
    ledger: Ledger
    facts: Facts
    built: dict[str, Built]
    tables: dict[str, pd.DataFrame]


def marked(*descriptions: Mapping[str, Any]) -> tuple[Ledger, pd.DataFrame]:
    """What the rules find in these figures, and the table ``figures``."""
    readings = figures(*descriptions)
    ledger = find(evaluate(readings))
    return ledger, figures_table.build(readings, findings_table.build_findings(ledger))


def release(
    readings: pd.DataFrame,
    waivers: Iterable[Waiver] = (),
    citations: Iterable[Mapping[str, Any]] = (),
) -> Release:
    """Everything that the stages make of ``readings`` and ``citations``."""
    told = confront_all(readings, citations).evaluations
    ledger = find(told, tuple(waivers))
    findings = findings_table.build_findings(ledger)
    audited = figures_table.build(readings, findings)
    known = Facts.of(audited)
    built = {table.contract.name: table.build(known) for table in FIGURE_TABLES}
    tables = {"figures": audited, "findings": findings, "lineage": lineage.build(built)} | {
        table.contract.name: table.contract.frame(built[table.contract.name].rows)
        for table in FIGURE_TABLES
    }
    return Release(readings, told, ledger, known, built, tables)


@cache
def own_corpus() -> Corpus:
    """The repository's own reports and figures, read once."""
    return read_corpus(OWN_RAW)


@cache
def own_release() -> Release:
    """Everything that the stages make of the repository's own data."""
    corpus = own_corpus()
    made = release(corpus.readings, read_waivers(OWN_RAW), corpus.citations)
    made.tables["reports"] = reports_tables.build_reports(corpus)
    made.tables["named_entities"] = reports_tables.build_named_entities(corpus)
    made.tables["legal_documents"] = documents_table.build(corpus)
    made.tables["rules"] = findings_table.build_rules(RULES, made.evaluations)
    return made
