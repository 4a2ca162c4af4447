"""Tables on their way to a release, each with a receipt that says what it was made from.

A table is staged under its name, below the folder of what it is a part of where it is one part of
several (``report/<report_id>/readings``). Its receipt names the version of each input: staged
tables by what they hold; raw files, code lists, rules, software by hashes (``Inputs.versions``).
So it can be told at any time which tables are out of date, and what comes out the same as before
makes nothing out of date that is built from it. A receipt also names the hash of the file beside
it: a half-written pair, or one of two builds at once, counts as not built.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from htx_pipeline.errors import UsageError
from htx_pipeline.figures.contract import READINGS
from htx_pipeline.manifest import FileHash
from htx_pipeline.model import Label
from htx_pipeline.parquet import read_arrow, read_table, write_arrow
from htx_pipeline.release.content import content_hash
from htx_pipeline.release.inputs import ABSENT, Inputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import pandas as pd
    import pyarrow

    from htx_pipeline.contracts import Contract

_RECEIPT = ".receipt.json"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a staged table is: the hash of its file and of what it holds, and of its inputs."""

    file: str
    content: str
    inputs: Mapping[str, str]


def stage(
    contract: Contract, frame: pd.DataFrame, folder: Path, *, inputs: Mapping[str, str]
) -> Receipt:
    """Write a table that was built from ``inputs``.

    ``frame`` is one that the contract has validated (``Contract.frame``, ``Contract.joined``).
    """
    return _stage(contract, contract.to_arrow(frame), folder, inputs)


def stage_part(
    contract: Contract,
    rows: Iterable[Mapping[str, Any]],
    folder: Path,
    part: str,
    *,
    inputs: Mapping[str, str],
) -> Receipt:
    """Write some rows of a table, which were built from ``inputs``.

    Raises ``ContractError`` if a cell is not of the type of its column; everything else that the
    contract promises is checked when the parts are put together.
    """
    return _stage(contract, contract.part(rows), folder / part, inputs)


def _stage(
    contract: Contract, table: pyarrow.Table, folder: Path, inputs: Mapping[str, str]
) -> Receipt:
    path = write_arrow(contract, table, folder)
    made_from = {**inputs, _contract(contract): contract.version}
    receipt = Receipt(FileHash.of(path).sha256, content_hash(table), made_from)
    beside = _beside(path)
    unfinished = path.parent / f".{beside.name}.{os.getpid()}"
    try:
        unfinished.write_text(json.dumps(asdict(receipt), indent=2) + "\n", encoding="utf-8")
        unfinished.replace(beside)
    finally:
        unfinished.unlink(missing_ok=True)
    return receipt


def receipt_of(name: str, folder: Path) -> Receipt | None:
    """The receipt of a staged table; ``None`` if it is not there or belongs to another file."""
    path = _path(folder, name)
    try:
        receipt = Receipt(**json.loads(_beside(path).read_bytes()))
        return receipt if receipt.file == FileHash.of(path).sha256 else None
    except (FileNotFoundError, TypeError, ValueError):
        return None


def receipts_of(names: Iterable[str], folder: Path) -> dict[str, Receipt]:
    """The receipts of staged tables by name. Raises ``UsageError`` naming those not staged."""
    found = {name: receipt_of(name, folder) for name in names}
    missing = [name for name, receipt in found.items() if receipt is None]
    if missing:
        told = ", ".join(missing)
        raise UsageError(
            Label(
                vi=f"{folder}: chưa tạo: {told}; hãy materialise trước",
                en=f"{folder}: not built yet: {told}; materialise first",
            )
        )
    return {name: receipt for name, receipt in found.items() if receipt is not None}


def read_staged(contract: Contract, folder: Path) -> pd.DataFrame:
    """A staged table. Raises ``UsageError`` if it is not staged.

    Its rows were validated when it was staged, and its receipt says that the file is still that
    one: they are not validated again.
    """
    receipts_of([contract.name], folder)
    return read_table(contract, folder, validated=True)


def join_staged(contract: Contract, folder: Path, parts: Iterable[str]) -> pd.DataFrame:
    """All parts of a table as one. Raises ``UsageError`` if one is not staged, ``ContractError`` if
    together they do not keep the contract."""
    listed = list(parts)
    receipts_of((name_of(contract, part) for part in listed), folder)
    return contract.joined(read_arrow(contract, folder / part) for part in listed)


def name_of(contract: Contract, part: str = "") -> str:
    """What a table, or one part of it, is called in receipts."""
    return f"{part}/{contract.name}" if part else contract.name


def current(
    names: Iterable[str], folder: Path, inputs: Inputs, contracts: Iterable[Contract]
) -> Mapping[str, Receipt]:
    """The receipts of staged tables by name, if all that they come from is as it is now.

    ``contracts`` are those of all tables that may be staged. Raises ``UsageError`` that names each
    table that is not built, or built from other inputs than ``inputs`` or the tables staged now,
    and what has changed.
    """
    wanted = list(names)
    found = outdated(wanted, folder, inputs, contracts)
    if found:
        told = "; ".join(
            f"{name} ({', '.join(why)})" if why else name for name, why in sorted(found.items())
        )
        raise UsageError(
            Label(
                vi=f"{folder}: chưa tạo, hoặc tạo từ dữ liệu khác: {told}; hãy materialise lại",
                en=f"{folder}: not built, or built from other inputs: {told}; materialise again",
            )
        )
    return receipts_of(wanted, folder)


def outdated(
    names: Iterable[str], folder: Path, inputs: Inputs, contracts: Iterable[Contract]
) -> dict[str, list[str]]:
    """The staged tables that are not built or out of date, those that ``names`` are made from
    included, each with the inputs that have changed (none if it is not built)."""
    promised = {_contract(contract): contract.version for contract in (*contracts, READINGS)}
    versions = {**inputs.versions, **promised}
    seen: dict[str, Receipt | None] = {}
    return {one: why for name in names for one, why in _outdated(name, folder, versions, seen)}


def _outdated(
    name: str, folder: Path, versions: Mapping[str, str], seen: dict[str, Receipt | None]
) -> Iterator[tuple[str, list[str]]]:
    """``name`` and what it is built from, as far as they are out of date, and why."""
    if name in seen:
        return
    receipt = seen[name] = receipt_of(name, folder)
    if receipt is None:
        yield name, []
        return
    changed = []
    for one, version in receipt.inputs.items():
        if one in versions or one.startswith(("raw/", "contract/")):
            now = versions.get(one, ABSENT)
        else:
            yield from _outdated(one, folder, versions, seen)
            staged = seen[one]
            now = ABSENT if staged is None else staged.content
        if now != version:
            changed.append(one)
    if changed:
        yield name, changed


def _contract(contract: Contract) -> str:
    return f"contract/{contract.name}"


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.parquet"


def _beside(path: Path) -> Path:
    return path.with_suffix(_RECEIPT)
