"""``data/raw/changelog.yml``: reviewed decisions that a table holds fewer rows than before."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel

from htx_pipeline.curation import CONTRACTS
from htx_pipeline.errors import InputError, Problem
from htx_pipeline.figures.files import RawFile
from htx_pipeline.figures.reports import NoneIsEmpty, Text
from htx_pipeline.figures.yaml_files import place_in_yaml, read_yaml
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_Count = Annotated[int, Field(ge=0, lt=10**12)]


class Rows(BaseModel):
    """How many rows a table had, and how many it has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_: Annotated[_Count, Field(alias="from")]
    to: _Count


class Shrinkage(BaseModel):
    """A reviewed decision that a table came down from so many rows to so many."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: Text
    rows: Rows
    reason: Text
    decided_on: dt.date
    decided_by: Text


class _Changelog(RootModel[NoneIsEmpty[Shrinkage]]):
    """All entries."""


def read_changelog(raw: Path) -> tuple[Shrinkage, ...]:
    """The entries of ``raw/changelog.yml``; none if there is no such file.

    Raises ``InputError`` with every problem: the form of the file, a table that does not exist, a
    table that did not shrink.
    """
    file = RawFile.under(raw / "changelog.yml")
    if not file.path.exists():
        return ()
    problems: list[Problem] = []
    changelog = read_yaml(file, _Changelog, problems)
    entries = () if changelog is None else tuple(changelog.root)
    for place, entry in enumerate(entries):
        problems += _problems(file, place, entry)
    if problems:
        raise InputError(problems)
    return entries


def _problems(file: RawFile, place: int, entry: Shrinkage) -> Iterator[Problem]:
    tables = [contract.name for contract in CONTRACTS]
    if entry.table not in tables:
        yield file.problem(
            "unknown-table",
            found=f"table = {entry.table!r}",
            expected=Label(vi=f"một trong {', '.join(tables)}", en=f"one of {', '.join(tables)}"),
            remedy=Label(vi="Hãy viết đúng tên bảng.", en="Write the name of a table."),
            **place_in_yaml(file, (place, "table")),
        )
    if entry.rows.to >= entry.rows.from_:
        before, after = entry.rows.from_, entry.rows.to
        yield file.problem(
            "not-a-shrinkage",
            found=Label(vi=f"từ {before} đến {after}", en=f"from {before} to {after}"),
            expected=Label(vi="số dòng giảm đi", en="fewer rows than before"),
            remedy=Label(
                vi="Hãy sửa hai số, hoặc bỏ mục này: bảng thêm dòng thì không cần ghi.",
                en="Mend the numbers, or remove the entry: a table that grows needs none.",
            ),
            **place_in_yaml(file, (place, "rows")),
        )
