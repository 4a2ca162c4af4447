"""What people write into ``data/raw``, as Dagster sees it: reports as partitions, shared files.

Nothing here is materialised: these are observed, and the version of each is a hash of its bytes, so
that the UI knows what is out of date before anything runs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import dagster as dg

from htx_pipeline.orchestration.resources import Data
from htx_pipeline.orchestration.unstable import accepted
from htx_pipeline.release import Inputs

REPORT = dg.DynamicPartitionsDefinition(name="report")
RAW_REPORTS = "raw_reports"
SHARED: Mapping[str, str] = {
    "corrections": "How an ambiguous print is read: data/raw/corrections.yml.",
    "waivers": "Contradictions that stay as printed, with their reasons: data/raw/waivers.yml.",
    "dataset": "What the dataset is called, its licence and authors: data/raw/dataset.yml.",
    "changelog": "Why a table may have fewer rows than before: data/raw/changelog.yml.",
}
"""The assets that stand for the files that all reports share, and what these hold."""

DATA_VERSION = "dagster/data_version"
RAW_TAG = "htx/raw"
RELEASE_TAG = "htx/release"
_RANGE_START = "dagster/asset_partition_range_start"
_RANGE_END = "dagster/asset_partition_range_end"
_GROUP = "raw"


def version_of(inputs: Inputs, name: str) -> str:
    """The version of a file that all reports share, by the name of its asset."""
    return inputs.version(f"raw/{name}.yml")


def short(digest: str) -> str:
    """A hash as tags and messages show it."""
    return digest[:12]


with accepted():

    @dg.observable_source_asset(
        name=RAW_REPORTS,
        partitions_def=REPORT,
        group_name=_GROUP,
        description="The folders of data/raw: one report each, with every numeral of its document. "
        "Observing them registers new folders as partitions.",
        tags={"written_by": "people"},
    )
    def raw_reports(context: dg.OpExecutionContext, data: Data) -> dg.DataVersionsByPartition:
        """The folder of each report, by the hash of its files."""
        inputs = Inputs.under(data.folder.raw)
        context.instance.add_dynamic_partitions(str(REPORT.name), inputs.report_ids)
        return dg.DataVersionsByPartition(
            {report: inputs.version(f"raw/{report}") for report in inputs.report_ids}
        )

    @dg.multi_observable_source_asset(  # type: ignore[untyped-decorator]
        name="shared_files",
        specs=[
            dg.AssetSpec(
                name,
                description=said,
                group_name=_GROUP,
                kinds={"yaml"},
                tags={"written_by": "people"},
            )
            for name, said in SHARED.items()
        ],
    )
    def shared_files(data: Data) -> Iterator[dg.ObserveResult]:
        """The files that all reports share, each by the hash of its bytes."""
        inputs = Inputs.under(data.folder.raw)
        for name in SHARED:
            yield dg.ObserveResult(
                asset_key=name, data_version=dg.DataVersion(version_of(inputs, name))
            )


SOURCES = [raw_reports, shared_files]


def all_of(reports: Sequence[str]) -> dict[str, str]:
    """The tags of one run over all reports, which are in the order in which Dagster knows them."""
    return {_RANGE_START: reports[0], _RANGE_END: reports[-1]} if reports else {}


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at ``data/raw`` finds, beside what was known of it."""

    inputs: Inputs
    kept: Sequence[str]
    """Reports that were known and are still there, in the order in which Dagster knows them."""
    new: Sequence[str]
    removed: Sequence[str]
    changed: Sequence[str]
    """Reports and shared files that were known, and have other bytes now."""

    @property
    def observations(self) -> Iterator[dg.AssetObservation]:
        """What Dagster is told of all that is new, changed or removed."""
        for report in (*self.new, *self.removed, *self.changed):
            if report in SHARED:
                yield _observed(report, version_of(self.inputs, report))
            else:
                yield _observed(RAW_REPORTS, self.inputs.version(f"raw/{report}"), report)

    def __str__(self) -> str:
        told = [
            f"{word}: {', '.join(names)}"
            for word, names in (
                ("new", self.new),
                ("changed", self.changed),
                ("removed", self.removed),
            )
            if names
        ]
        return "; ".join(told) or "nothing has changed"


def look(instance: dg.DagsterInstance, inputs: Inputs) -> Look:
    """Compare ``data/raw`` with the reports and versions that an instance was last told of."""
    listed = instance.get_dynamic_partitions(str(REPORT.name))
    known = set(listed)
    reports = set(inputs.report_ids)
    now = {name: version_of(inputs, name) for name in SHARED}
    now |= {report: inputs.version(f"raw/{report}") for report in reports & known}
    return Look(
        inputs,
        kept=[report for report in listed if report in reports],
        new=sorted(reports - known),
        removed=sorted(known - reports),
        changed=sorted(name for name, version in now.items() if _told(instance, name) != version),
    )


def _told(instance: dg.DagsterInstance, name: str) -> str | None:
    """The version of a report or a shared file that an instance was last told of."""
    if name in SHARED:
        records = dg.AssetRecordsFilter(dg.AssetKey(name))
    else:
        records = dg.AssetRecordsFilter(dg.AssetKey(RAW_REPORTS), asset_partitions=[name])
    for record in instance.fetch_observations(records, limit=1).records:
        if record.asset_observation is not None:
            return (record.asset_observation.tags or {}).get(DATA_VERSION)
    return None


def _observed(asset: str, version: str, report: str | None = None) -> dg.AssetObservation:
    return dg.AssetObservation(asset, partition=report, tags={DATA_VERSION: version})
