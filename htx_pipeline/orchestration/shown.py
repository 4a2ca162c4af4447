"""What people see of the assets in Dagster's UI: columns, checks, problems, releases.

Nothing is read, built or evaluated here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dagster as dg

from htx_pipeline import release, rules
from htx_pipeline.contracts import Contract, Field
from htx_pipeline.curation import findings
from htx_pipeline.errors import InputError
from htx_pipeline.model import Outcome, Severity


def column_schema(contract: Contract) -> dg.TableSchema:
    """The columns of a table with types, units and descriptions."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=field.name,
                type=str(field.arrow.type),
                description=_described(field),
                constraints=dg.TableColumnConstraints(
                    nullable=field.nullable, unique=contract.key == (field.name,)
                ),
            )
            for field in contract.fields
        ]
    )


def _described(field: Field) -> str:
    unit = f" Unit: {field.unit}." if field.unit else ""
    return f"{field.title.en}. {field.description.en}{unit}"


def unreadable(failure: InputError) -> dg.Failure:
    """All problems of the raw data as a table that the UI shows."""
    total = len(failure.problems)
    columns = ("where", "code", "found", "expected", "remedy")
    records = [
        dg.TableRecord(
            {
                "where": problem.where,
                "code": problem.code,
                "found": problem.found,
                "expected": problem.expected.en,
                "remedy": problem.remedy.en,
            }
        )
        for problem in failure.problems
    ]
    return dg.Failure(
        description=f"{total} problem{'s' * (total > 1)} in data/raw; nothing was changed. "
        f"{failure.problems[0].text()}",
        metadata={
            "problems": dg.MetadataValue.table(
                records, schema=dg.TableSchema([dg.TableColumn(name) for name in columns])
            )
        },
        allow_retries=False,
    )


def rule_check(
    rule: rules.Rule, counts: dict[Outcome, int], ledger: rules.Ledger
) -> dg.AssetCheckResult:
    """A rule passes when it broke nowhere and every contradiction is waived."""
    found = [
        finding
        for finding in ledger.findings
        if finding.evaluation.rule.name == rule.name and finding.is_contradiction
    ]
    unwaived = [finding for finding in found if finding.waiver is None]
    broken = [
        finding.evaluation.broken
        for finding in ledger.findings
        if finding.evaluation.rule.name == rule.name and finding.evaluation.broken
    ]
    if broken:
        description: str | None = f"The rule itself is broken, not the data: {broken[0]}"
    elif unwaived:
        description = unwaived[0].message.en
    else:
        description = None if counts else "The rule met no group of figures."
    grave = rule.severity in {Severity.BLOCK, Severity.ERROR}
    return dg.AssetCheckResult(
        asset_key=findings.FINDINGS.name,
        check_name=rule.name,
        passed=not unwaived and not broken,
        severity=dg.AssetCheckSeverity.ERROR if grave else dg.AssetCheckSeverity.WARN,
        description=description,
        metadata={
            **{outcome.value: counts.get(outcome, 0) for outcome in Outcome},
            "waived": len(found) - len(unwaived),
            "contradictions": _as_table(found),
        },
    )


def _as_table(found: list[rules.Finding]) -> dg.TableMetadataValue:
    columns = ("finding", "waived", "message")
    return dg.MetadataValue.table(
        records=[
            dg.TableRecord(
                {
                    "finding": finding.id,
                    "waived": finding.waiver.reason if finding.waiver else "",
                    "message": finding.message.en,
                }
            )
            for finding in found
        ],
        schema=dg.TableSchema(columns=[dg.TableColumn(name) for name in columns]),
    )


def refused(failure: release.RefusedError) -> dg.Failure:
    """What the gate found as a table that the UI shows."""
    return dg.Failure(
        description=str(failure),
        metadata={
            "failures": dg.MetadataValue.table(
                [
                    dg.TableRecord(
                        {
                            "table": one.table,
                            "column": one.column,
                            "expectation": one.expectation,
                            "found": one.told.en,
                        }
                    )
                    for one in failure.failures
                ],
                schema=dg.TableSchema(
                    [dg.TableColumn(name) for name in ("table", "column", "expectation", "found")]
                ),
            )
        },
        allow_retries=False,
    )


def released(published: release.Published, curated: Path) -> dict[str, Any]:
    """What the release holds, and what the gate found of it."""
    verdict = published.verdict
    found = {one["table"]: one for one in json.loads(verdict.result)["tables"]}
    tables = published.manifest["tables"]
    return {
        "release": str(published.manifest["release"]),
        "known_until": str(published.manifest["known_until"]),
        "folder": dg.MetadataValue.path(curated),
        "tables": len(tables),
        "changed": published.changed,
        "expectations": verdict.evaluated,
        "expectations_met": verdict.successful,
        "validation": dg.MetadataValue.table(
            [
                dg.TableRecord(
                    {
                        "table": name,
                        "rows": about["rows"],
                        "expectations": found[name]["evaluated"],
                        "met": found[name]["successful"],
                        "content_sha256": about["content_sha256"],
                    }
                )
                for name, about in tables.items()
            ]
        ),
        **{
            name: f"{one['successful']} of {one['evaluated']} expectations met"
            for name, one in found.items()
            if name not in tables
        },
    }
