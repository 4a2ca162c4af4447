"""What a table promises: one pandera schema, from which everything else that describes it comes.

Here are the words in which contracts are written (columns of a few kinds, each with title in two
languages, description and unit) and what can be done with any contract: build a frame, validate
it, turn it into Arrow and back. The contracts themselves stand beside the builders of their
tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd
import pandera.pandas as pa
import pyarrow

from htx_pipeline import codelists
from htx_pipeline.errors import ContractError
from htx_pipeline.model import Label

Row = Mapping[str, Any]

_ARROW = {
    "text": pyarrow.string(),
    "integer": pyarrow.int64(),
    "number": pyarrow.float64(),
    "boolean": pyarrow.bool_(),
    "day": pyarrow.date32(),
    "texts": pyarrow.list_(pyarrow.field("element", pyarrow.string(), nullable=False)),
}
_PANDAS: dict[str, Any] = {
    "text": "str",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "day": "datetime64[s]",
    "texts": object,
    "records": object,
}


def _column(
    kind: str,
    name: str,
    title: Label,
    description: str,
    *,
    unit: str | None = None,
    codelist: str | None = None,
    checks: Sequence[pa.Check] = (),
    nullable: bool = False,
) -> pa.Column:
    return pa.Column(
        _PANDAS[kind],
        list(checks),
        name=name,
        title=title.en,
        description=description,
        nullable=nullable,
        metadata={"kind": kind, "title_vi": title.vi, "unit": unit, "codelist": codelist},
    )


def _named(name: str) -> dict[str, Any]:
    """The name of a check, also where failures are told (pandera tells a built-in by its code)."""
    return {"name": name, "error": name}


def text(
    name: str, vi: str, en: str, description: str, *, nullable: bool = False, pattern: str = ""
) -> pa.Column:
    """Free text, or an identifier where ``pattern`` says which."""
    checks = [pa.Check.str_matches(pattern, **_named("pattern"))] if pattern else []
    return _column("text", name, Label(vi, en), description, checks=checks, nullable=nullable)


def code(
    name: str,
    vi: str,
    en: str,
    description: str,
    *,
    codelist: str | None = None,
    nullable: bool = False,
) -> pa.Column:
    """A code of the list ``codelist`` (by default the list that is named as the column)."""
    codelist = codelist or name
    known = pa.Check.isin(codelists.codes(codelist), **_named(f"code_of_{codelist}"))
    return _column(
        "text",
        name,
        Label(vi, en),
        description,
        codelist=codelist,
        checks=[known],
        nullable=nullable,
    )


def count(
    name: str, vi: str, en: str, description: str, *, unit: str, nullable: bool = True
) -> pa.Column:
    """A whole number that is not negative. Missing is null, never zero."""
    return _column(
        "integer",
        name,
        Label(vi, en),
        description,
        unit=unit,
        checks=[pa.Check.ge(0, **_named("not_negative"))],
        nullable=nullable,
    )


def number(
    name: str,
    vi: str,
    en: str,
    description: str,
    *,
    unit: str | None = None,
    nullable: bool = True,
    minimum: float | None = None,
) -> pa.Column:
    """A printed decimal number as the nearest double; its shortest form is the printed one."""
    checks = [] if minimum is None else [pa.Check.ge(minimum, **_named("minimum"))]
    return _column(
        "number", name, Label(vi, en), description, unit=unit, checks=checks, nullable=nullable
    )


def boolean(name: str, vi: str, en: str, description: str, *, nullable: bool = False) -> pa.Column:
    """True or false."""
    return _column("boolean", name, Label(vi, en), description, nullable=nullable)


def day(name: str, vi: str, en: str, description: str, *, nullable: bool = False) -> pa.Column:
    """A calendar day, without time."""
    whole = pa.Check(lambda cells: cells == cells.dt.normalize(), **_named("whole_day"))
    return _column("day", name, Label(vi, en), description, checks=[whole], nullable=nullable)


def texts(name: str, vi: str, en: str, description: str, *, may_be_empty: bool = True) -> pa.Column:
    """A sorted list of distinct identifiers; never null."""

    def sorted_and_distinct(cells: pd.Series[Any]) -> pd.Series[bool]:
        def holds(cell: Any) -> bool:
            return (
                isinstance(cell, list)
                and all(isinstance(item, str) for item in cell)
                and cell == sorted(set(cell))
                and (may_be_empty or bool(cell))
            )

        return cells.map(holds).astype(bool)

    check = pa.Check(sorted_and_distinct, **_named("sorted_distinct_texts"))
    return _column("texts", name, Label(vi, en), description, checks=[check])


def records(name: str, vi: str, en: str, description: str, fields: Mapping[str, str]) -> pa.Column:
    """A list of records; never null. ``fields`` gives the kind of each field by its name."""

    def of_these_fields(cells: pd.Series[Any]) -> pd.Series[bool]:
        def holds(cell: Any) -> bool:
            return isinstance(cell, list) and all(list(record) == list(fields) for record in cell)

        return cells.map(holds).astype(bool)

    check = pa.Check(of_these_fields, **_named("records_of_these_fields"))
    column = _column("records", name, Label(vi, en), description, checks=[check])
    column.metadata["fields"] = dict(fields)
    return column


def arrow_type(column: pa.Column) -> pyarrow.DataType:
    """The Arrow type of a column."""
    about = column.metadata
    if about["kind"] != "records":
        return _ARROW[about["kind"]]
    record = pyarrow.struct([(name, _ARROW[kind]) for name, kind in about["fields"].items()])
    return pyarrow.list_(pyarrow.field("element", record, nullable=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What one table holds and promises.

    ``key`` names the columns that identify a row; rows are sorted by ``order`` (the key, unless
    said otherwise).
    """

    name: str
    title: Label
    description: str
    key: tuple[str, ...]
    columns: tuple[pa.Column, ...]
    order: tuple[str, ...] = ()

    @property
    def schema(self) -> pa.DataFrameSchema:
        """The promise as pandera checks it: exactly these columns in this order, a unique key."""
        return pa.DataFrameSchema(
            {cast("str", column.name): column for column in self.columns},
            name=self.name,
            title=self.title.en,
            description=self.description,
            strict=True,
            ordered=True,
            unique=list(self.key),
            metadata={"title_vi": self.title.vi, "key": list(self.key)},
        )

    @property
    def arrow(self) -> pyarrow.Schema:
        """The Arrow schema: types, nullability, and per column title, description and unit."""
        fields = []
        for column in self.columns:
            about = column.metadata
            metadata = {
                "title": column.title,
                "title_vi": about["title_vi"],
                "description": column.description,
                **{key: about[key] for key in ("unit", "codelist") if about[key]},
            }
            fields.append(pyarrow.field(column.name, arrow_type(column), column.nullable, metadata))
        return pyarrow.schema(
            fields,
            metadata={
                "name": self.name,
                "title": self.title.en,
                "title_vi": self.title.vi,
                "description": self.description,
                "primary_key": ",".join(self.key),
            },
        )

    def frame(self, rows: Iterable[Row]) -> pd.DataFrame:
        """A sorted, validated frame of ``rows``.

        Raises ``ContractError`` if a row does not keep the contract.
        """
        listed = list(rows)
        data = {}
        for column in self.columns:
            name, kind = cast("str", column.name), column.metadata["kind"]
            try:
                cells = [row[name] for row in listed]
                data[name] = pd.Series(
                    cells if kind in {"texts", "records"} else pd.array(cells, dtype=_PANDAS[kind]),
                    dtype=_PANDAS[kind],
                )
            except (KeyError, OverflowError, TypeError, ValueError) as failure:
                raise ContractError(self.name, f"{name}: {failure!r}") from failure
        frame = pd.DataFrame(data).sort_values(
            list(self.order or self.key), kind="stable", ignore_index=True
        )
        return self.validate(frame)

    def validate(self, frame: pd.DataFrame) -> pd.DataFrame:
        """``frame`` itself, if it keeps the contract; else ``ContractError`` with all failures."""
        try:
            return self.schema.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as failure:
            shown = failure.failure_cases[["column", "check", "failure_case", "index"]]
            raise ContractError(self.name, shown.head(20).to_string(index=False)) from failure

    def to_arrow(self, frame: pd.DataFrame) -> pyarrow.Table:
        """The rows as Arrow: explicit types, nulls for missing cells, no pandas metadata."""
        arrays = [
            pyarrow.array(frame[field.name], type=field.type, from_pandas=True)
            for field in self.arrow
        ]
        return pyarrow.Table.from_arrays(arrays, schema=self.arrow)

    def from_arrow(self, table: pyarrow.Table) -> pd.DataFrame:
        """The frame that ``to_arrow`` was given.

        Raises ``ContractError`` if columns, types or descriptions are not exactly the contract's.
        """
        if not table.schema.equals(self.arrow, check_metadata=True):
            theirs = {field.name: field for field in table.schema}
            wrong = [
                field.name
                for field in self.arrow
                if field.name not in theirs
                or not field.equals(theirs.pop(field.name), check_metadata=True)
            ]
            raise ContractError(
                self.name,
                "its file has other columns, types or descriptions: "
                + (", ".join([*wrong, *theirs]) or "those of the table, or their order"),
            )
        return self.frame(table.to_pylist())
