"""Staged tables become the release, all of them at once, or nothing changes.

The new release is written beside the old one: tables, descriptions, the result of the gate, the
manifest. It is read back and checked, and only then takes the place of the old one. Whatever fails
before that, and whatever is killed at any moment, leaves the old release as it was.
"""

from __future__ import annotations

import filecmp
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow
import pyarrow.parquet

from htx_pipeline.errors import HtxError, ReleaseError, UsageError
from htx_pipeline.manifest import FileHash
from htx_pipeline.model import Label, Outcome
from htx_pipeline.parquet import read_arrow
from htx_pipeline.release import gate, manifest
from htx_pipeline.release.changelog import read_changelog
from htx_pipeline.release.dataset import read_dataset
from htx_pipeline.release.descriptors import DESCRIPTIONS
from htx_pipeline.release.draft import Draft
from htx_pipeline.release.inputs import Inputs
from htx_pipeline.release.staging import Receipt, current
from htx_pipeline.release.verify import Deviation, deviations
from htx_pipeline.switch import alone, switch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from htx_pipeline.contracts import Contract
    from htx_pipeline.folder import DataFolder

VALIDATION = "validation.json"


@dataclass(frozen=True, slots=True)
class Published:
    """A release in place, whether it differs from the one before, and what the gate said."""

    manifest: Mapping[str, Any]
    changed: bool
    verdict: gate.Verdict


def publish(
    contracts: Sequence[Contract], folder: DataFolder, check: gate.Check | None = None
) -> Published:
    """Make the staged tables the release in ``folder.curated``.

    The gate is asked in this process, or as ``check`` asks it.

    Raises ``UsageError`` if a table is not staged or was built from anything else than what
    ``folder.raw`` and the staging folder hold now, ``ContractError`` if a staged file has other
    columns than its contract, ``HtxError`` if a rule broke, ``InputError`` if the dataset is not
    described, ``RefusedError`` if the gate refuses the release.
    """
    folder.root.mkdir(parents=True, exist_ok=True)
    with alone(folder.curated) as fresh:
        inputs = Inputs.under(folder.raw)
        names = [contract.name for contract in contracts]
        _take(current(names, folder.staging, inputs, contracts), folder, fresh)
        draft = _draft(contracts, folder.raw, fresh)
        _refuse_broken_rules(draft.tables["findings"])
        for name, described in DESCRIPTIONS.items():
            (fresh / name).write_bytes(described(draft))
        verdict = (check or gate.check)(
            fresh,
            contracts,
            previous=_rows(folder.curated),
            shrinkages=read_changelog(folder.raw),
        )
        if not verdict.passed:
            raise gate.refuse(verdict)
        (fresh / VALIDATION).write_bytes(verdict.result)
        files = {path.name: FileHash.of(path) for path in fresh.iterdir()}
        found = manifest.manifest(draft, inputs, files)
        manifest.write_manifest(found, fresh)
        wrong = deviations(fresh)
        if wrong:
            raise _unsound(wrong)
        if Inputs.under(folder.raw) != inputs:
            raise _other_inputs(folder)
        changed = not _same(fresh, folder.curated)
        if changed:
            switch(fresh, folder.curated)
    return Published(found, changed, verdict)


def _take(receipts: Mapping[str, Receipt], folder: DataFolder, fresh: Path) -> None:
    """Copy the staged tables that belong to the receipts."""
    for name, receipt in receipts.items():
        path = fresh / f"{name}.parquet"
        shutil.copyfile(folder.staging / path.name, path)
        if FileHash.of(path).sha256 != receipt.file:
            raise _other_inputs(folder)


def _draft(contracts: Sequence[Contract], raw: Path, fresh: Path) -> Draft:
    tables = {contract.name: read_arrow(contract, fresh) for contract in contracts}
    for contract in contracts:
        contract.recognise(tables[contract.name])
    files = {
        contract.name: FileHash.of(fresh / f"{contract.name}.parquet") for contract in contracts
    }
    return Draft(read_dataset(raw), contracts, tables, files)


def _refuse_broken_rules(findings: pyarrow.Table) -> None:
    """A rule that broke may have left a contradiction unseen: such a release is not published."""
    broken = [row for row in findings.to_pylist() if row["outcome"] == Outcome.ERROR]
    if broken:
        rules = ", ".join(sorted({row["rule"] for row in broken}))
        first = Label(vi=broken[0]["message_vi"], en=broken[0]["message_en"])
        raise HtxError(
            Label(
                vi=f"quy tắc bị lỗi, không phải dữ liệu: {rules} ({len(broken)} nhóm); không phát "
                f"hành gì. {first.vi}",
                en=f"rules are broken, not the data: {rules} ({len(broken)} groups); nothing is "
                f"released. {first.en}",
            )
        )


def _rows(curated: Path) -> dict[str, int] | None:
    """How many rows each table of the release before has; ``None`` if there is none.

    Tables without a manifest that tells are counted: a release does not escape comparison so.
    """
    try:
        tables = manifest.read_manifest(curated)["tables"]
    except ReleaseError:
        counted = {path.stem: _rows_of(path) for path in sorted(curated.glob("*.parquet"))}
        return {name: rows for name, rows in counted.items() if rows is not None} or None
    return {name: told["rows"] for name, told in tables.items()}


def _rows_of(path: Path) -> int | None:
    """The rows of a Parquet file; ``None`` where it is none."""
    try:
        return int(pyarrow.parquet.read_metadata(path).num_rows)
    except (OSError, pyarrow.ArrowException):
        return None


def _same(fresh: Path, curated: Path) -> bool:
    if not curated.is_dir():
        return False
    names = sorted(path.name for path in fresh.iterdir())
    if sorted(path.name for path in curated.iterdir()) != names:
        return False
    return not any(filecmp.cmpfiles(fresh, curated, names, shallow=False)[1:])


def _unsound(wrong: Sequence[Deviation]) -> HtxError:
    told = {"vi": "\n".join(one.text("vi") for one in wrong)}
    told["en"] = "\n".join(one.text("en") for one in wrong)
    return HtxError(
        Label(
            vi=f"bản phát hành vừa viết không như manifest.json ghi:\n{told['vi']}",
            en=f"the release just written is not as its manifest.json says:\n{told['en']}",
        )
    )


def _other_inputs(folder: DataFolder) -> UsageError:
    return UsageError(
        Label(
            vi=f"{folder.raw} hoặc các bảng đã thay đổi trong lúc phát hành; hãy materialise lại",
            en=f"{folder.raw} or the tables changed while they were released; materialise again",
        )
    )
