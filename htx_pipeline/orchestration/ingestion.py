"""Reports one by one, then all of them together: ``data/raw`` → reports, figures as read.

A report is a partition: it is read strictly, on its own, and staged. What reading means is decided
in ``figures``, what contradicts itself in ``rules``.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow.parquet
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)

from htx_pipeline import figures as reading
from htx_pipeline import release, rules
from htx_pipeline.contracts import Contract
from htx_pipeline.curation import documents, reports
from htx_pipeline.errors import InputError, UsageError, together
from htx_pipeline.figures import Corpus
from htx_pipeline.folder import DataFolder
from htx_pipeline.model import Label
from htx_pipeline.orchestration.resources import Data
from htx_pipeline.orchestration.shown import checks, failures, specs, tables
from htx_pipeline.orchestration.sources import (
    DATA_VERSION,
    RAW_REPORTS,
    RAW_TAG,
    REPORT,
    short,
)
from htx_pipeline.orchestration.staged import (
    ONE_RUN,
    READS,
    Result,
    contract_checks,
    made_from,
    stage,
)
from htx_pipeline.orchestration.unstable import accepted
from htx_pipeline.release import Inputs

REPORT_READINGS = "report_readings"
READABLE = "readable"
ADDS_UP = "adds_up_within"
KEPT = "no_report_removed"
COLLECTED: Sequence[Contract] = (
    reports.REPORTS,
    reports.NAMED_ENTITIES,
    documents.CONTRACT,
    reading.READINGS,
)
"""The tables that reading gives: of one report a part of each, of all reports the whole."""


_SAME_IN_A_REPORT = (
    *("figure_id", "report_id", "report_kind", "issued_on", "start", "end", "page"),
    *("area_code", "area", "year", "as_of", "organization", "entity"),
)
"""What a preview of the figures of one report leaves out, to show what differs in it."""


def part_of(report: str) -> str:
    """Where the parts of one report are staged."""
    return f"report/{report}"


with accepted():
    _OF_REPORT = [
        dg.AssetCheckSpec(
            READABLE,
            asset=REPORT_READINGS,
            partitions_def=REPORT,
            description="Each file of the report keeps its form, and every numeral of the document "
            "is accounted for.",
        ),
        dg.AssetCheckSpec(
            ADDS_UP,
            asset=REPORT_READINGS,
            partitions_def=REPORT,
            description="The figures of the report do not contradict each other, or each "
            "contradiction is waived. What contradicts other reports is told by the checks of "
            "table findings.",
        ),
    ]


@dg.multi_asset(
    name="read_report",
    specs=[
        dg.AssetSpec(
            REPORT_READINGS,
            deps=[RAW_REPORTS, "corrections"],
            group_name="reports",
            description="One report, read strictly: every numeral as an exact interval or as none "
            "of the figures. Each report is a partition; nothing of a report is taken over that "
            "cannot be read as a whole.\n\nMột báo cáo, đọc chặt chẽ; mỗi báo cáo là một phân "
            "vùng.",
            owners=specs.OWNERS,
            kinds={"pandas", "parquet"},
            tags={"published": "no"},
            code_version=specs.code_version(
                "".join(contract.version for contract in COLLECTED), READS
            ),
            metadata=specs.links(reading.READINGS),
        )
    ],
    check_specs=_OF_REPORT,
    partitions_def=REPORT,
    backfill_policy=ONE_RUN,
    can_subset=True,
)
def read_report(context: dg.AssetExecutionContext, data: Data) -> Iterator[Any]:
    """``data/raw/<report_id>`` → the parts of a report, or of several."""
    folder = data.folder
    inputs = Inputs.under(folder.raw)
    context.instance.add_run_tags(context.run.run_id, {RAW_TAG: short(inputs.raw_fingerprint)})
    is_staged = dg.AssetKey(REPORT_READINGS) in context.selected_asset_keys
    if not is_staged:  # checks that are asked alone are asked of all reports, and stage nothing
        asked = list(inputs.report_ids)
    elif context.has_partition_key or context.has_partition_key_range:
        asked = list(context.partition_keys)
    else:
        raise failures.told(_none_named())
    missing = sorted(set(asked) - set(inputs.report_ids))
    if missing:
        raise failures.told(_removed(missing))
    told = _Teller(context, single=is_staged and context.has_partition_key)
    try:
        corpus, waivers, *_ = together(
            lambda: reading.read_corpus(folder.raw, asked),
            lambda: rules.read_waivers(folder.raw),
            lambda: release.read_dataset(folder.raw),
            lambda: release.read_changelog(folder.raw),
        )
    except InputError as failure:
        for report in asked:
            yield from told.check(_unreadable(report, failure))
        raise failures.unreadable(failure) from failure
    found = {report: corpus.of(report) for report in asked}
    if is_staged:
        yield from told.materialised(
            {report: _stage_parts(report, one, folder, inputs) for report, one in found.items()}
        )
    for one in found.values():
        yield from told.check(_readable(one))
        yield from told.check(_adds_up(one, waivers))


@dataclass(frozen=True, slots=True)
class _Staged:
    """One report as it was staged."""

    version: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells Dagster of each report, whether a run reads one or many.

    For a run of many partitions Dagster writes one version of the data on all of them, and puts no
    partition on a check. What each report is by itself is therefore told beside that.
    """

    context: dg.AssetExecutionContext
    single: bool

    def materialised(self, staged: Mapping[str, _Staged]) -> Iterator[Any]:
        """That reports were staged."""
        key = dg.AssetKey(REPORT_READINGS)
        if self.single:
            (one,) = staged.values()
            yield dg.MaterializeResult(
                asset_key=key,
                data_version=dg.DataVersion(one.version),
                metadata=one.metadata,
            )
            return
        yield dg.MaterializeResult(asset_key=key, metadata={"reports": len(staged)})
        (last,) = self.context.instance.fetch_materializations(key, limit=1).records
        tags = (last.asset_materialization.tags if last.asset_materialization else None) or {}
        for report, one in staged.items():
            yield dg.AssetMaterialization(
                key,
                partition=report,
                metadata=one.metadata,
                tags={**tags, DATA_VERSION: one.version},
            )

    def check(self, result: tuple[str, Mapping[str, Any]]) -> Iterator[Any]:
        """That a check was made of a report."""
        report, arguments = result
        if self.single:
            yield dg.AssetCheckResult(**arguments)
        else:
            yield dg.AssetCheckEvaluation(
                partition=report, target_materialization_data=self._last(report), **arguments
            )

    def _last(self, report: str) -> AssetCheckEvaluationTargetMaterializationData | None:
        """The materialisation that a check is of; without it the UI takes the check as missing."""
        of_report = dg.AssetRecordsFilter(dg.AssetKey(REPORT_READINGS), asset_partitions=[report])
        for record in self.context.instance.fetch_materializations(of_report, limit=1).records:
            return AssetCheckEvaluationTargetMaterializationData(
                storage_id=record.storage_id, run_id=record.run_id, timestamp=record.timestamp
            )
        return None


def _stage_parts(report: str, corpus: Corpus, folder: DataFolder, inputs: Inputs) -> _Staged:
    versions = {
        name: inputs.version(name) for name in (f"raw/{report}", "raw/corrections.yml", *READS)
    }
    rows: Sequence[Iterable[Mapping[str, Any]]] = (
        reports.report_rows(corpus),
        reports.named_entity_rows(corpus),
        documents.rows(corpus),
        corpus.rows,
    )
    digest = hashlib.sha256()
    for contract, own in zip(COLLECTED, rows, strict=True):
        receipt = release.stage_part(
            contract, own, folder.staging, part_of(report), inputs=versions
        )
        digest.update(receipt.content.encode())
    return _Staged(digest.hexdigest(), _about(corpus))


def _about(corpus: Corpus) -> dict[str, Any]:
    (raw,) = corpus.reports
    return {
        "title": raw.report.title.vi,
        "kind": raw.report.kind,
        "issued_on": f"{raw.report.issued_on.date} ({raw.report.issued_on.precision})",
        "issuer": raw.report.issuer.vi,
        **_counts(corpus),
        **tables.by_status(row["obs_status"] for row in corpus.rows),
        "preview": tables.preview(reading.READINGS, corpus.rows, but=_SAME_IN_A_REPORT),
    }


def _counts(corpus: Corpus) -> dict[str, int]:
    (raw,) = corpus.reports
    return {
        "numerals": raw.report.document.numerals,
        "figures": len(raw.figures),
        "other numerals": len(raw.others),
        "named entities": len(raw.entities),
        "legal documents": len(raw.citations),
    }


def _readable(corpus: Corpus) -> tuple[str, dict[str, Any]]:
    (raw,) = corpus.reports
    return raw.report.id, {
        "asset_key": dg.AssetKey(REPORT_READINGS),
        "check_name": READABLE,
        "passed": True,
        "metadata": {"problems": 0, **_counts(corpus)},
    }


def _unreadable(report: str, failure: InputError) -> tuple[str, dict[str, Any]]:
    """What cannot be read of a report; it passes where only others have problems."""
    own = [one for one in failure.problems if f"/{report}/" in f"/{one.path}"]
    return report, {
        "asset_key": dg.AssetKey(REPORT_READINGS),
        "check_name": READABLE,
        "passed": not own,
        "description": own[0].text() if own else None,
        "metadata": {
            "problems": len(own),
            **({"table": failures.problems(own)} if own else {}),
        },
    }


def _adds_up(corpus: Corpus, waivers: Sequence[rules.Waiver]) -> tuple[str, dict[str, Any]]:
    (raw,) = corpus.reports
    evaluations = rules.confront_all(corpus.rows, corpus.citations).evaluations
    total: dict[Any, int] = {}
    for counts in rules.denominators(evaluations).values():
        for outcome, count in counts.items():
            total[outcome] = total.get(outcome, 0) + count
    ledger = rules.find(evaluations, waivers, puzzles=())
    if any(one.is_open for one in ledger.findings):
        ledger = rules.find(evaluations, waivers)
    return raw.report.id, checks.of_report(REPORT_READINGS, ADDS_UP, total, ledger)


def _none_named() -> UsageError:
    return UsageError(
        Label(
            vi="lần chạy này không nêu báo cáo nào; hãy chọn phân vùng (All cho tất cả)",
            en=failures.NO_PARTITIONS,
        )
    )


def _removed(missing: Sequence[str]) -> UsageError:
    told = ", ".join(missing)
    return UsageError(
        Label(
            vi=f"không còn thư mục trong data/raw: {told}; hãy xóa phân vùng này (hoặc bật "
            "watch_raw), hoặc khôi phục thư mục",
            en=f"no folder in data/raw any more: {told}; delete these partitions (the sensor "
            "watch_raw does), or restore the folders",
        )
    )


@dg.multi_asset(
    name="collect_reports",
    specs=[
        specs.table(
            contract,
            group="figures",
            deps=[REPORT_READINGS],
            code=READS,
            published=contract is not reading.READINGS,
        )
        for contract in COLLECTED
    ],
    check_specs=[
        *contract_checks(*COLLECTED),
        dg.AssetCheckSpec(
            KEPT,
            asset=reports.REPORTS.name,
            description="Each report of the last release is still in data/raw, or "
            "data/raw/changelog.yml says why the table of reports has fewer rows.",
        ),
    ],
    backfill_policy=ONE_RUN,
    description="Put the reports together; all of data/raw, as it is now, must have been read.",
)
def collect_reports(data: Data) -> Iterator[Result]:
    """The parts of all reports → reports, named entities, legal documents and figures as read."""
    folder = data.folder
    inputs = Inputs.under(folder.raw)
    names = {
        contract.name: [release.name_of(contract, part_of(report)) for report in inputs.report_ids]
        for contract in COLLECTED
    }
    behind = release.outdated(
        (part for parts in names.values() for part in parts), folder.staging, inputs, COLLECTED
    )
    if behind:
        raise failures.told(_not_read(sorted({name.split("/")[1] for name in behind})))

    parts = [part_of(report) for report in inputs.report_ids]
    for contract in COLLECTED:
        yield from stage(
            contract,
            partial(release.join_staged, contract, folder.staging, parts),
            folder,
            {**made_from(folder, parts=names[contract.name]), "raw": inputs.version("raw")},
            about=tables.counted if contract is reading.READINGS else lambda _: {},
        )
    yield _kept(inputs.report_ids, folder)


def _not_read(reports_behind: Sequence[str]) -> UsageError:
    told = ", ".join(reports_behind)
    return UsageError(
        Label(
            vi=f"có trong data/raw nhưng chưa đọc từ khi thay đổi: {told}; hãy materialise các "
            f"phân vùng này của {REPORT_READINGS}",
            en=f"in data/raw, but not read since they changed: {told}; materialise these "
            f"partitions of {REPORT_READINGS} (where one is not listed, turn the sensor watch_raw "
            f"on or observe {RAW_REPORTS})",
        )
    )


def _released(curated: Path) -> list[str]:
    """The reports of the last release; none if there is none."""
    path = curated / f"{reports.REPORTS.name}.parquet"
    if not path.is_file():
        return []
    table = pyarrow.parquet.ParquetFile(path).read(columns=["report_id"], use_threads=False)
    return [str(one) for one in table["report_id"].to_pylist()]


def _kept(there: Sequence[str], folder: DataFolder) -> dg.AssetCheckResult:
    """Whether reports of the last release are gone, and whether the changelog says why."""
    released = _released(folder.curated)
    gone = sorted(set(released) - set(there))
    decided = [
        one.reason
        for one in release.read_changelog(folder.raw)
        if one.table == reports.REPORTS.name
        and (one.rows.from_, one.rows.to) == (len(released), len(there))
    ]
    return dg.AssetCheckResult(
        asset_key=reports.REPORTS.name,
        check_name=KEPT,
        passed=not gone or bool(decided),
        description=None
        if not gone
        else f"Removed from data/raw since the last release: {', '.join(gone)}. "
        + (
            f"Decided: {decided[0]}"
            if decided
            else "The release will be refused until data/raw/changelog.yml says why (table "
            f"reports, from {len(released)} to {len(there)} rows), or the folders are restored."
        ),
        metadata={"removed": len(gone), "reports": len(there)},
    )
