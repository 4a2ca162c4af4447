"""The tables as they were known on a day: what the reports issued by then give.

Nothing is looked up in what was known later: rules are evaluated anew on the figures of that day,
so that no finding, target or implied value speaks of a report that did not exist. Only reviewed
decisions (corrections, waivers) are ours and of today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from htx_pipeline import rules
from htx_pipeline.curation import (
    CONTRACTS,
    FIGURE_TABLES,
    Facts,
    documents,
    figures,
    findings,
    lineage,
    reports,
)
from htx_pipeline.figures.contract import READINGS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import pandas as pd
    import pyarrow


def known_on(day: dt.date, released: Mapping[str, pyarrow.Table]) -> dict[str, pyarrow.Table]:
    """Every table as known on ``day``, out of those of a release.

    ``released`` holds at least ``reports``, ``named_entities``, ``legal_documents``, ``figures``
    and ``findings``, with the columns of their contracts.
    """
    by_then = {
        row["report_id"] for row in released["reports"].to_pylist() if row["issued_on"] <= day
    }

    def of_then(table: str) -> list[dict[str, object]]:
        return [row for row in released[table].to_pylist() if row["report_id"] in by_then]

    names = {field.name for field in READINGS.fields}
    readings = READINGS.frame(
        {name: cell for name, cell in row.items() if name in names} for row in of_then("figures")
    )
    citations = of_then(documents.CONTRACT.name)
    evaluations = rules.confront_all(readings, citations).evaluations
    found = _as_decided(
        findings.build_findings(rules.find(evaluations)), released[findings.FINDINGS.name]
    )
    marked = figures.build(readings, found)
    facts = Facts.of(marked)
    built = {table.contract.name: table.build(facts) for table in FIGURE_TABLES}
    frames = {
        reports.REPORTS.name: reports.REPORTS.frame(of_then(reports.REPORTS.name)),
        reports.NAMED_ENTITIES.name: reports.NAMED_ENTITIES.frame(
            of_then(reports.NAMED_ENTITIES.name)
        ),
        documents.CONTRACT.name: documents.CONTRACT.frame(citations),
        figures.CONTRACT.name: marked,
        **{
            table.contract.name: table.contract.frame(built[table.contract.name].rows)
            for table in FIGURE_TABLES
        },
        findings.RULES.name: findings.build_rules(rules.RULES, evaluations),
        findings.FINDINGS.name: found,
        lineage.CONTRACT.name: lineage.build(built),
    }
    return {contract.name: contract.to_arrow(frames[contract.name]) for contract in CONTRACTS}


def _as_decided(found: pd.DataFrame, released: pyarrow.Table) -> pd.DataFrame:
    """``found`` with the waivers of the released findings that are the same."""
    decided = {
        row["finding_id"]: row for row in released.to_pylist() if row["waiver_id"] is not None
    }
    return findings.FINDINGS.frame(
        row
        | {
            name: decided.get(row["finding_id"], {}).get(name)
            for name in ("waiver_id", "waiver_reason")
        }
        for row in findings.FINDINGS.to_arrow(found).to_pylist()
    )
