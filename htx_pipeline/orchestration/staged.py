"""How every asset stages its table: built, checked by its contract, written, told of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import pandas as pd

from htx_pipeline import release
from htx_pipeline.contracts import Contract
from htx_pipeline.errors import ContractError
from htx_pipeline.folder import DataFolder
from htx_pipeline.orchestration.shown import tables
from htx_pipeline.release import Inputs

CONTRACT_CHECK = "contract"
READS = ("codelists", "software")
"""The code that a table is a function of when no rule is asked."""
EVALUATES = (*READS, "rules")
ONE_RUN = dg.BackfillPolicy.single_run()
"""Of every asset, partitioned or not: a range of partitions is then one run from any command."""
Result = dg.MaterializeResult[Any] | dg.AssetCheckResult


def contract_checks(*contracts: Contract) -> list[dg.AssetCheckSpec]:
    """That a table keeps its contract, as a check of its asset."""
    return [
        dg.AssetCheckSpec(
            CONTRACT_CHECK,
            asset=contract.name,
            description="Types, nulls, codes, ranges and key are as the contract says.",
        )
        for contract in contracts
    ]


def made_from(
    folder: DataFolder,
    tables: Iterable[Contract] = (),
    *,
    raw: Iterable[str] = (),
    code: Iterable[str] = READS,
    parts: Iterable[str] = (),
) -> dict[str, str]:
    """The versions of what a table is about to be built from, as they are now.

    ``raw`` names folders and files of ``data/raw``, ``code`` what reads them, ``parts`` staged
    parts of tables. Raises ``UsageError`` if a table is not staged.
    """
    names = [*(table.name for table in tables), *parts]
    staged = release.receipts_of(names, folder.staging)
    versions = {name: receipt.content for name, receipt in staged.items()}
    wanted = [f"raw/{name}" for name in raw]
    if wanted:
        inputs = Inputs.under(folder.raw)
        versions |= {name: inputs.version(name) for name in wanted}
    own = release.code_versions()
    return versions | {name: own[name] for name in code}


def stage(
    contract: Contract,
    build: Callable[[], pd.DataFrame],
    folder: DataFolder,
    inputs: Mapping[str, str],
    *,
    sources: Sequence[Contract] = (),
    cells: Iterable[str] = (),
    about: Callable[[pd.DataFrame], Mapping[str, Any]] = lambda _: {},
) -> Iterator[Result]:
    """Build one table, check its contract, stage it; a table that breaks its contract is not.

    The version of what comes out is a hash of what it holds. ``sources`` and ``cells`` say where
    its columns come from, see ``tables.materialised``; ``about`` tells more of it.
    """
    try:
        frame = build()
        receipt = release.stage(contract, frame, folder.staging, inputs=inputs)
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
        data_version=dg.DataVersion(receipt.content),
        metadata={
            **about(frame),
            **tables.materialised(
                contract,
                frame,
                path=folder.staging / f"{contract.name}.parquet",
                sources=sources,
                cells=cells,
            ),
        },
        check_results=[
            dg.AssetCheckResult(check_name=CONTRACT_CHECK, asset_key=contract.name, passed=True)
        ],
    )
