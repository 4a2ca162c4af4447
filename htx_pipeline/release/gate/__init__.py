"""The gate: a last, independent look at the files of a release before readers see them.

The Parquet files are read by another way than they were written, and great_expectations expects of
them what the contracts promise. It takes seconds to import, so only what is called here does so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from htx_pipeline.contracts import without_pyspark
from htx_pipeline.release.gate.quiet import quiet
from htx_pipeline.release.gate.verdict import (
    Failure,
    RefusedError,
    Verdict,
    refuse,
    verdict_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from htx_pipeline.contracts import Contract
    from htx_pipeline.release.changelog import Shrinkage

Check = Callable[..., Verdict]
"""A way to ask the gate: what ``check`` is given, in this process or in another."""
__all__ = ["Check", "Failure", "RefusedError", "Verdict", "check", "refuse"]


def check(
    folder: Path,
    contracts: Sequence[Contract],
    *,
    previous: Mapping[str, int] | None = None,
    shrinkages: Sequence[Shrinkage] = (),
) -> Verdict:
    """Whether ``folder/<table>.parquet`` is, for each contract, what the contract promises.

    ``previous`` gives the rows of each table in the release that is replaced; a table may have
    fewer only where one of ``shrinkages`` says so. Raises nothing for an expectation that is not
    met.
    """
    with quiet(), without_pyspark():
        from htx_pipeline.release.gate import suites, validation  # noqa: PLC0415 (start-up counts)

    asked, unreadable = suites.suites(folder, contracts, previous or {}, shrinkages)
    with validation.ephemeral() as context:
        outcomes = {suite.table: validation.validate(context, suite) for suite in asked}
    return verdict_of(outcomes, unreadable, validation.VERSION)
