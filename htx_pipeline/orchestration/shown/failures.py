"""What the UI says when a run fails: what is wrong, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import dagster as dg

from htx_pipeline import release
from htx_pipeline.errors import (
    ContractError,
    HtxError,
    InputError,
    Problem,
    ReleaseError,
    UsageError,
)
from htx_pipeline.orchestration.shown import tables

_PROBLEM = ("where", "code", "found", "expected", "remedy", "vi")

_BUILD = (
    "build everything (in the UI: Lineage, Materialize all, All, Launch backfill; or turn the "
    "sensor watch_raw on)"
)

_WHAT_TO_DO: Mapping[type[HtxError], str] = {
    InputError: "Files of data/raw cannot be read as they stand. The failed step lists every "
    "problem in its metadata, with file, line and column, what was expected and what to do. Mend "
    f"them; then materialise the report again, or {_BUILD}.",
    release.RefusedError: "The gate found that the tables are not fit to be published; the failed "
    "step lists what it found. Where rows went on purpose, say so in data/raw/changelog.yml "
    f"(CONTRIBUTING.md shows an entry); else mend data/raw. Then {_BUILD}.",
    UsageError: "Tables or reports are not built, or were built from other inputs than the rest. "
    f"To make all of them, in order, {_BUILD}.",
    ContractError: "A table does not keep its own contract. This is a fault of the code, not of "
    "the data: give the maintainers the message and the id of this run.",
    ReleaseError: "The release in data/curated is not what its manifest says. Restore it from the "
    f"repository, or move it away, and {_BUILD}.",
}
_ELSE = (
    "This was not foreseen. Read the log of the failed step; where the cause has passed (a full "
    f"disk, a killed process), {_BUILD}; else give the maintainers the message "
    "and the id of this run."
)

NO_PARTITIONS = (
    "this run names no reports; launch it with partitions of report_readings (All for all of them)"
)
_ASKED_BY_DAGSTER = "Cannot access partition_key for a non-partitioned run"


def what_to_do(names: Iterable[str], message: str = "") -> str:
    """Advice on an error; ``names`` are the names of its class and of those that caused it."""
    if _ASKED_BY_DAGSTER in message:
        return f"{NO_PARTITIONS[0].upper()}{NO_PARTITIONS[1:]}."
    found = {kind.__name__: told for kind, told in _WHAT_TO_DO.items()}
    told = next((found[name] for name in names if name in found), _ELSE)
    return f"{told} The release in data/curated is as it was."


def unreadable(failure: InputError) -> dg.Failure:
    """All problems of the raw data as a table that the UI shows."""
    total = len(failure.problems)
    return dg.Failure(
        description=f"{total} problem{'s' * (total > 1)} in data/raw; nothing was changed. "
        f"{failure.problems[0].text()}",
        metadata={"problems": problems(failure.problems)},
        allow_retries=False,
    )


def problems(found: Sequence[Problem]) -> dg.TableMetadataValue:
    """What cannot be read, line by line."""
    return tables.listed(
        _PROBLEM,
        (
            (
                *(one.where, one.code, one.found, one.expected.en, one.remedy.en),
                f"cần {one.expected.vi}. {one.remedy.vi}",
            )
            for one in found
        ),
    )


def refused(failure: release.RefusedError) -> dg.Failure:
    """What the gate found as a table that the UI shows."""
    return dg.Failure(
        description=str(failure),
        metadata={
            "failures": tables.listed(
                ("table", "column", "expectation", "found"),
                ((one.table, one.column, one.expectation, one.told.en) for one in failure.failures),
            )
        },
        allow_retries=False,
    )


def told(failure: HtxError) -> dg.Failure:
    """An error that says in one sentence what is wrong."""
    return dg.Failure(
        description=f"{failure.told.en}\n\n{failure.told.vi}",
        metadata={"what to do": what_to_do(_names(failure))},
        allow_retries=False,
    )


def _names(failure: BaseException) -> Iterator[str]:
    return (kind.__name__ for kind in type(failure).__mro__)
