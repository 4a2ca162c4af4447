"""One asset for each stage and table, in the order in which the data flows.

An asset calls the core, stages its table as Parquet and says what came out. What belongs to
reading, rules or tables does not belong here, and how things look in the UI is said in ``shown``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from htx_pipeline import curation, release, rules
from htx_pipeline import figures as reading
from htx_pipeline.contracts import Contract
from htx_pipeline.curation import documents, figures, findings, lineage, reports
from htx_pipeline.errors import ContractError, InputError, together
from htx_pipeline.folder import DataFolder, locate
from htx_pipeline.orchestration import shown

CONTRACT_CHECK = "contract"
WAIVERS_CHECK = "waivers_match"
_KINDS = {"pandas", "parquet"}
_LINEAGE = "lineage"
Result = dg.MaterializeResult[Any] | dg.AssetCheckResult


class Data(dg.ConfigurableResource[Any]):
    """The data folder that the assets read and write."""

    root: str = ""
    staging: str = "staging"

    @property
    def folder(self) -> DataFolder:
        """Where it lies; found anew at each use, so that loading the code location needs none."""
        return DataFolder(locate(self.root or None), self.staging)


def _spec(contract: Contract, group: str, deps: list[str]) -> dg.AssetSpec:
    return dg.AssetSpec(
        contract.name,
        deps=deps,
        group_name=group,
        description=contract.description.en,
        kinds=_KINDS,
        metadata={"dagster/column_schema": shown.column_schema(contract)},
    )


def _contract_checks(*contracts: Contract) -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(
            CONTRACT_CHECK,
            asset=contract.name,
            description="Types, nulls, codes, ranges and key are as the contract says.",
        )
        for contract in contracts
    ]


def _stage(
    contract: Contract,
    build: Callable[[], pd.DataFrame],
    staging: Path,
    *,
    source: str,
    **metadata: Any,
) -> Iterator[Result]:
    """Build one table, check its contract, stage it; a table that breaks its contract is not."""
    try:
        frame = build()
        path = release.stage(contract, frame, staging, source=source)
    except ContractError as failure:
        yield dg.AssetCheckResult(
            asset_key=contract.name,
            check_name=CONTRACT_CHECK,
            passed=False,
            description=str(failure),
        )
        raise
    yield dg.MaterializeResult(
        asset_key=contract.name,
        metadata={
            "dagster/row_count": len(frame),
            "columns": len(contract.columns),
            "staged": dg.MetadataValue.path(path),
            **metadata,
        },
        check_results=[
            dg.AssetCheckResult(check_name=CONTRACT_CHECK, asset_key=contract.name, passed=True)
        ],
    )


@dg.multi_asset(
    name="read_raw",
    specs=[
        _spec(reports.REPORTS, "figures", []),
        _spec(reports.NAMED_ENTITIES, "figures", []),
        _spec(documents.CONTRACT, "figures", []),
        _spec(reading.READINGS, "figures", []),
    ],
    check_specs=_contract_checks(
        reports.REPORTS, reports.NAMED_ENTITIES, documents.CONTRACT, reading.READINGS
    ),
    description="Read every report of data/raw, strictly; all problems are reported at once.",
)
def read_raw(data: Data) -> Iterator[Result]:
    """``data/raw`` → reports, named entities, legal documents and figures as read."""
    folder = data.folder
    source = release.Inputs.under(folder.raw).fingerprint
    try:
        corpus, *_ = together(
            lambda: reading.read_corpus(folder.raw),
            lambda: rules.read_waivers(folder.raw),
            lambda: release.read_dataset(folder.raw),
            lambda: release.read_changelog(folder.raw),
        )
    except InputError as failure:
        raise shown.unreadable(failure) from failure
    numerals = sum(raw.report.document.numerals for raw in corpus.reports)
    yield from _stage(
        reports.REPORTS,
        lambda: reports.build_reports(corpus),
        folder.staging,
        source=source,
        numerals=numerals,
    )
    yield from _stage(
        reports.NAMED_ENTITIES,
        lambda: reports.build_named_entities(corpus),
        folder.staging,
        source=source,
    )
    yield from _stage(
        documents.CONTRACT, lambda: documents.build(corpus), folder.staging, source=source
    )
    yield from _stage(reading.READINGS, lambda: corpus.readings, folder.staging, source=source)


@dg.multi_asset(
    name="confront",
    specs=[
        _spec(findings.RULES, "rules", [reading.READINGS.name, documents.CONTRACT.name]),
        _spec(findings.FINDINGS, "rules", [reading.READINGS.name, documents.CONTRACT.name]),
    ],
    check_specs=[
        *_contract_checks(findings.RULES, findings.FINDINGS),
        *(
            dg.AssetCheckSpec(
                rule.name,
                asset=findings.FINDINGS.name,
                description=f"{rule.title.en}. {rule.title.vi}.",
            )
            for rule in rules.RULES
        ),
        dg.AssetCheckSpec(
            WAIVERS_CHECK,
            asset=findings.FINDINGS.name,
            description="Every waiver in data/raw/waivers.yml matches a contradiction.",
        ),
    ],
    description="Apply every rule to every group of figures; one check per rule.",
)
def confront(data: Data) -> Iterator[Result]:
    """Figures as read → rules with their denominators, and findings."""
    folder = data.folder
    source = release.source_of([reading.READINGS, documents.CONTRACT], folder.staging)
    readings = release.read_staged(reading.READINGS, folder.staging)
    cited = release.read_staged(documents.CONTRACT, folder.staging)
    citations = documents.CONTRACT.to_arrow(cited).to_pylist()
    evaluations = rules.confront_all(readings, citations).evaluations
    ledger = rules.find(evaluations, rules.read_waivers(folder.raw))
    yield from _stage(
        findings.RULES,
        lambda: findings.build_rules(rules.RULES, evaluations),
        folder.staging,
        source=source,
    )
    yield from _stage(
        findings.FINDINGS,
        lambda: findings.build_findings(ledger),
        folder.staging,
        source=source,
        contradictions=sum(finding.is_contradiction for finding in ledger.findings),
        open=sum(finding.is_open for finding in ledger.findings),
    )
    counts = rules.denominators(evaluations)
    for rule in rules.RULES:
        yield shown.rule_check(rule, counts.get(rule.name, {}), ledger)
    yield dg.AssetCheckResult(
        asset_key=findings.FINDINGS.name,
        check_name=WAIVERS_CHECK,
        passed=not ledger.stale,
        description="; ".join(f"{w.finding} ({w.rule}) is stale" for w in ledger.stale) or None,
        metadata={"stale": len(ledger.stale)},
    )


@dg.multi_asset(
    name="mark_figures",
    specs=[_spec(figures.CONTRACT, "figures", [reading.READINGS.name, findings.FINDINGS.name])],
    check_specs=_contract_checks(figures.CONTRACT),
    description="Mark each figure with the contradictions that it takes part in.",
)
def mark_figures(data: Data) -> Iterator[Result]:
    """Figures as read and findings → the audit trail."""
    staging = data.folder.staging
    yield from _stage(
        figures.CONTRACT,
        lambda: figures.build(
            release.read_staged(reading.READINGS, staging),
            release.read_staged(findings.FINDINGS, staging),
        ),
        staging,
        source=release.source_of([reading.READINGS, findings.FINDINGS], staging),
    )


# Inputs and outputs are named by the key of their asset, but Dagster reserves the name "context".
def _outs(contract: Contract) -> dict[str, dg.AssetOut]:
    return {f"{contract.name}_table": dg.AssetOut.from_spec(_spec(contract, "tables", []))}


def _ins(*contracts: Contract) -> dict[str, dg.AssetIn]:
    return {
        f"{contract.name}_table": dg.AssetIn(contract.name, dagster_type=dg.Nothing)
        for contract in contracts
    }


def _table_asset(table: curation.FigureTable) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=f"build_{table.contract.name}",
        outs=_outs(table.contract),
        deps=[figures.CONTRACT.name],
        check_specs=_contract_checks(table.contract),
        description=table.contract.description.en,
    )
    def build_table(data: Data) -> Iterator[Result]:
        staging = data.folder.staging
        source = release.source_of([figures.CONTRACT], staging)
        built = table.build(curation.Facts.of(release.read_staged(figures.CONTRACT, staging)))
        release.stage(
            lineage.CONTRACT,
            lineage.build({table.contract.name: built}),
            staging / _LINEAGE / table.contract.name,
            source=source,
        )
        yield from _stage(
            table.contract, lambda: table.contract.frame(built.rows), staging, source=source
        )

    return build_table


TABLE_ASSETS = [_table_asset(table) for table in curation.FIGURE_TABLES]


@dg.multi_asset(
    name="trace",
    outs=_outs(lineage.CONTRACT),
    ins=_ins(*(table.contract for table in curation.FIGURE_TABLES)),
    check_specs=_contract_checks(lineage.CONTRACT),
    description="Put together which figures each cell of each table comes from.",
)
def trace(data: Data) -> Iterator[Result]:
    """The sources of every table → one table of lineage."""
    staging = data.folder.staging
    yield from _stage(
        lineage.CONTRACT,
        lambda: pd.concat(
            [
                release.read_staged(lineage.CONTRACT, staging / _LINEAGE / table.contract.name)
                for table in curation.FIGURE_TABLES
            ]
        ).sort_values(list(lineage.CONTRACT.key), ignore_index=True),
        staging,
        source=release.source_of((table.contract for table in curation.FIGURE_TABLES), staging),
    )


@dg.asset(
    name="release",
    ins=_ins(*curation.CONTRACTS),
    group_name="release",
    kinds={"parquet"},
    description="Check the staged tables as files and make them data/curated, all at once.",
)
def publish_release(data: Data) -> dg.MaterializeResult[Any]:
    """Staged tables → ``data/curated``."""
    folder = data.folder
    try:
        published = release.publish(curation.CONTRACTS, folder)
    except release.RefusedError as failure:
        raise shown.refused(failure) from failure
    return dg.MaterializeResult(metadata=shown.released(published, folder.curated))


ASSETS = [read_raw, confront, mark_figures, *TABLE_ASSETS, trace, publish_release]
