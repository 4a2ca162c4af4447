"""From figures as read to the release: rules and findings, the tables, their lineage.

An asset calls the core, stages its table as Parquet and says what came out. What belongs to
reading, rules or tables does not belong here, and how things look in the UI is said in ``shown``.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import dagster as dg

from htx_pipeline import curation, release, rules
from htx_pipeline import figures as reading
from htx_pipeline.contracts import Contract
from htx_pipeline.curation import documents, figures, findings, lineage
from htx_pipeline.errors import HtxError
from htx_pipeline.orchestration.ingestion import collect_reports, read_report
from htx_pipeline.orchestration.resources import Data, Gate
from htx_pipeline.orchestration.shown import checks, failures, specs, tables
from htx_pipeline.orchestration.sources import RAW_TAG, RELEASE_TAG, short
from htx_pipeline.orchestration.staged import (
    EVALUATES,
    ONE_RUN,
    READS,
    Result,
    contract_checks,
    made_from,
    stage,
)
from htx_pipeline.release import Inputs

WAIVERS_CHECK = "waivers_match"
_WAIVERS = "waivers.yml"


@dg.multi_asset(
    name="confront",
    specs=[
        specs.table(
            contract,
            group="rules",
            deps=[reading.READINGS.name, documents.CONTRACT.name, "waivers"],
            code=EVALUATES,
        )
        for contract in (findings.RULES, findings.FINDINGS)
    ],
    check_specs=[
        *contract_checks(findings.RULES, findings.FINDINGS),
        *(
            dg.AssetCheckSpec(
                rule.name,
                asset=findings.FINDINGS.name,
                description=f"{rule.title.en}.\n\n*{rule.title.vi}.*\n\n{rule.help.en}",
                metadata={"severity": rule.severity.value, "relation": rule.relation},
            )
            for rule in rules.RULES
        ),
        dg.AssetCheckSpec(
            WAIVERS_CHECK,
            asset=findings.FINDINGS.name,
            description="Every waiver in data/raw/waivers.yml matches a contradiction.",
        ),
    ],
    backfill_policy=ONE_RUN,
    description="Apply every rule to every group of figures; one check per rule.",
)
def confront(data: Data) -> Iterator[Result]:
    """Figures as read → rules with their denominators, and findings."""
    folder = data.folder
    made = made_from(folder, [reading.READINGS, documents.CONTRACT], raw=[_WAIVERS], code=EVALUATES)
    readings = release.read_staged(reading.READINGS, folder.staging)
    cited = release.read_staged(documents.CONTRACT, folder.staging)
    citations = documents.CONTRACT.to_arrow(cited).to_pylist()
    evaluations = rules.confront_all(readings, citations).evaluations
    ledger = rules.find(evaluations, rules.read_waivers(folder.raw))
    yield from stage(
        findings.RULES, lambda: findings.build_rules(rules.RULES, evaluations), folder, made
    )
    yield from stage(
        findings.FINDINGS,
        lambda: findings.build_findings(ledger),
        folder,
        made,
        sources=[reading.READINGS],
        about=lambda _: {
            "contradictions found": sum(one.is_contradiction for one in ledger.findings),
            "open": sum(one.is_open for one in ledger.findings),
            **checks.by_rule(ledger),
        },
    )
    counts = rules.denominators(evaluations)
    for rule in rules.RULES:
        yield checks.of_rule(rule, findings.FINDINGS.name, counts.get(rule.name, {}), ledger)
    yield checks.of_waivers(findings.FINDINGS.name, WAIVERS_CHECK, ledger)


@dg.multi_asset(
    name="mark_figures",
    specs=[
        specs.table(
            figures.CONTRACT,
            group="figures",
            deps=[reading.READINGS.name, findings.FINDINGS.name],
            code=READS,
        )
    ],
    check_specs=contract_checks(figures.CONTRACT),
    backfill_policy=ONE_RUN,
    description="Mark each figure with the contradictions that it takes part in.",
)
def mark_figures(data: Data) -> Iterator[Result]:
    """Figures as read and findings → the audit trail."""
    folder = data.folder
    sources = [reading.READINGS, findings.FINDINGS]
    yield from stage(
        figures.CONTRACT,
        lambda: figures.build(*(release.read_staged(one, folder.staging) for one in sources)),
        folder,
        made_from(folder, sources),
        sources=sources,
        about=tables.counted,
    )


# Inputs and outputs are named by the key of their asset, but Dagster reserves the name "context".
def _out(spec: dg.AssetSpec) -> dict[str, dg.AssetOut]:
    return {f"{spec.key.to_user_string()}_asset": dg.AssetOut.from_spec(spec)}


def _ins(*contracts: Contract) -> dict[str, dg.AssetIn]:
    return {
        f"{contract.name}_table": dg.AssetIn(contract.name, dagster_type=dg.Nothing)
        for contract in contracts
    }


@lru_cache(maxsize=1)
def _facts(staging: Path, _content: str) -> curation.Facts:
    """The staged figures; every table of a run in one process is built from the same ones."""
    return curation.Facts.of(release.read_staged(figures.CONTRACT, staging))


def _part_of(table: Contract) -> str:
    return f"lineage_of/{table.name}"


def _table_asset(table: curation.FigureTable) -> dg.AssetsDefinition:
    spec = specs.table(table.contract, group="tables", deps=[], code=EVALUATES)

    @dg.multi_asset(
        name=f"build_{table.contract.name}",
        outs=_out(spec),
        deps=[figures.CONTRACT.name],
        check_specs=contract_checks(table.contract),
        backfill_policy=ONE_RUN,
        description=table.contract.description.en,
    )
    def build_table(data: Data) -> Iterator[Result]:
        folder = data.folder
        made = made_from(folder, [figures.CONTRACT], code=EVALUATES)
        built = table.build(_facts(folder.staging, made[figures.CONTRACT.name]))
        release.stage_part(
            lineage.CONTRACT,
            lineage.rows(table.contract.name, built),
            folder.staging,
            _part_of(table.contract),
            inputs=made,
        )
        yield from stage(
            table.contract,
            lambda: table.contract.frame(built.rows),
            folder,
            made,
            sources=[figures.CONTRACT],
            cells={source.column for source in built.sources},
            about=tables.pictures(table.contract),
        )

    return build_table


TABLE_ASSETS = [_table_asset(table) for table in curation.FIGURE_TABLES]


@dg.multi_asset(
    name="trace",
    outs=_out(specs.table(lineage.CONTRACT, group="tables", deps=[], code=READS)),
    # a table may hold the same as before while its cells come from other figures
    ins=_ins(figures.CONTRACT, *(table.contract for table in curation.FIGURE_TABLES)),
    check_specs=contract_checks(lineage.CONTRACT),
    backfill_policy=ONE_RUN,
    description="Put together which figures each cell of each table comes from.",
)
def trace(data: Data) -> Iterator[Result]:
    """The sources of every table → one table of lineage."""
    folder = data.folder
    parts = [_part_of(table.contract) for table in curation.FIGURE_TABLES]
    yield from stage(
        lineage.CONTRACT,
        lambda: release.join_staged(lineage.CONTRACT, folder.staging, parts),
        folder,
        made_from(folder, parts=[release.name_of(lineage.CONTRACT, part) for part in parts]),
        sources=[figures.CONTRACT],
    )


_RELEASE = dg.AssetSpec(
    "release",
    group_name="release",
    kinds={"parquet"},
    owners=specs.OWNERS,
    tags={"published": "yes"},
    code_version=specs.code_version(
        "".join(contract.version for contract in curation.CONTRACTS), EVALUATES
    ),
    description="The release in data/curated: the tables, what describes them, and a manifest that "
    "names each by its hash. The staged tables are checked as files and take the place of the "
    "release before all at once, or not at all.\n\nBản phát hành trong data/curated.",
)


@dg.multi_asset(
    name="publish",
    outs=_out(_RELEASE),
    ins={
        **_ins(*curation.CONTRACTS),
        **{name: dg.AssetIn(name, dagster_type=dg.Nothing) for name in ("dataset", "changelog")},
    },
    backfill_policy=ONE_RUN,
)
def publish_release(
    context: dg.AssetExecutionContext, data: Data, gate: Gate
) -> dg.MaterializeResult[Any]:
    """Staged tables → ``data/curated``."""
    folder = data.folder
    try:
        published = release.publish(curation.CONTRACTS, folder, gate.check)
    except release.RefusedError as failure:
        raise failures.refused(failure) from failure
    except HtxError as failure:
        raise failures.told(failure) from failure
    name = str(published.manifest["release"])
    raw = Inputs.under(folder.raw).raw_fingerprint
    tags: Mapping[str, str] = {RELEASE_TAG: name, RAW_TAG: short(raw)}
    context.instance.add_run_tags(context.run.run_id, tags)
    return dg.MaterializeResult(
        data_version=dg.DataVersion(name),
        metadata=tables.released(published, folder.curated),
    )


ASSETS = [
    *(read_report, collect_reports, confront, mark_figures),
    *(*TABLE_ASSETS, trace, publish_release),
]
