"""What a table promises: one pandera schema, from which everything else that describes it comes.

Here are the words in which contracts are written (columns of a few kinds, each with title and
description in two languages, unit, and the column that it refers to) and what can be done with any
contract: build a frame, validate it, turn it into Arrow and back. The contracts themselves stand
beside the builders of their tables; ``fields`` is a contract as those see it who describe it in
other forms.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal

import pyarrow

from htx_pipeline import codelists
from htx_pipeline.errors import ContractError
from htx_pipeline.model import Label

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

Row = Mapping[str, Any]
Kind = Literal["text", "integer", "number", "boolean", "day", "texts", "records"]

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


@dataclass(frozen=True, slots=True)
class Field:
    """What a contract says of one column, apart from how that is checked.

    ``refers_to`` names the columns (``table.column``) in one of which every value stands, for a
    list every element; ``elements`` gives the kind of each field of a record by its name.
    """

    name: str
    kind: Kind
    title: Label
    description: Label
    nullable: bool
    unit: str | None = None
    codelist: str | None = None
    minimum: float | None = None
    pattern: str | None = None
    refers_to: tuple[str, ...] = ()
    may_be_empty: bool = True
    elements: tuple[tuple[str, Kind], ...] = ()

    @property
    def arrow(self) -> pyarrow.Field:
        """The Arrow field: type, nullability, and as metadata what says what is in it."""
        about = {
            "title": self.title.en,
            "title_vi": self.title.vi,
            "description": self.description.en,
            "description_vi": self.description.vi,
            "unit": self.unit,
            "codelist": self.codelist,
            "refers_to": ",".join(self.refers_to),
        }
        told = {key: text for key, text in about.items() if text}
        return pyarrow.field(self.name, self._arrow_type, self.nullable, told)

    @property
    def _arrow_type(self) -> pyarrow.DataType:
        if self.kind != "records":
            return _ARROW[self.kind]
        record = pyarrow.struct([(name, _ARROW[kind]) for name, kind in self.elements])
        return pyarrow.list_(pyarrow.field("element", record, nullable=False))


def _named(name: str) -> dict[str, Any]:
    """The name of a check, also where failures are told (pandera tells a built-in by its code)."""
    return {"name": name, "error": name}


@contextmanager
def without_pyspark() -> Iterator[None]:
    """Import what would import PySpark, too, as if that were not installed.

    pandera and great_expectations do; then it warns of pandas 3, takes twice as long, and binds
    every Spark driver of the process to this machine.
    """
    names, address = ("pyspark", "pyspark.pandas"), "SPARK_LOCAL_IP"
    before, bound = {name: sys.modules.get(name) for name in names}, os.environ.get(address)
    for name in names:
        sys.modules[name] = None  # type: ignore[assignment]  # an import of it fails
    try:
        yield
    finally:
        for name, module in before.items():
            del sys.modules[name]
            if module is not None:
                sys.modules[name] = module
        if bound is None:
            os.environ.pop(address, None)


def _as_pandera(field: Field) -> pa.Column:
    """A column as pandera checks it: all that the field says of its cells."""
    with without_pyspark():
        import pandera.pandas as pa  # noqa: PLC0415 (as long to import as a check of figures)

    checks = []
    if field.pattern is not None:
        checks.append(pa.Check.str_matches(field.pattern, **_named("pattern")))
    if field.codelist is not None:
        known = codelists.codes(field.codelist)
        checks.append(pa.Check.isin(known, **_named(f"code_of_{field.codelist}")))
    if field.minimum is not None:
        name = "not_negative" if field.kind == "integer" else "minimum"
        checks.append(pa.Check.ge(field.minimum, **_named(name)))
    match field.kind:
        case "day":
            whole = pa.Check(lambda cells: cells == cells.dt.normalize(), **_named("whole_day"))
            checks.append(whole)
        case "texts":
            lists = pa.Check(
                lambda cells: cells.map(partial(_is_sorted_and_distinct, field=field)).astype(bool),
                **_named("sorted_distinct_texts"),
            )
            checks.append(lists)
        case "records":
            lists = pa.Check(
                lambda cells: cells.map(partial(_has_these_fields, field=field)).astype(bool),
                **_named("records_of_these_fields"),
            )
            checks.append(lists)
    return pa.Column(
        _PANDAS[field.kind],
        checks,
        name=field.name,
        title=field.title.en,
        description=field.description.en,
        nullable=field.nullable,
        metadata={"field": field},
    )


def _is_sorted_and_distinct(cell: Any, *, field: Field) -> bool:
    return (
        isinstance(cell, list)
        and all(isinstance(item, str) for item in cell)
        and cell == sorted(set(cell))
        and (field.may_be_empty or bool(cell))
    )


def _has_these_fields(cell: Any, *, field: Field) -> bool:
    names = [name for name, _ in field.elements]
    return isinstance(cell, list) and all(list(record) == names for record in cell)


def text(
    name: str,
    vi: str,
    en: str,
    description: Label,
    *,
    nullable: bool = False,
    pattern: str = "",
    refers_to: str = "",
) -> Field:
    """Free text, or an identifier where ``pattern`` says which or it refers to a key."""
    return Field(
        name,
        "text",
        Label(vi, en),
        description,
        nullable,
        pattern=pattern or None,
        refers_to=(refers_to,) if refers_to else (),
    )


def code(
    name: str,
    vi: str,
    en: str,
    description: Label,
    *,
    codelist: str | None = None,
    nullable: bool = False,
) -> Field:
    """A code of the list ``codelist`` (by default the list that is named as the column)."""
    return Field(name, "text", Label(vi, en), description, nullable, codelist=codelist or name)


def count(
    name: str, vi: str, en: str, description: Label, *, unit: str, nullable: bool = True
) -> Field:
    """A whole number that is not negative. Missing is null, never zero."""
    return Field(name, "integer", Label(vi, en), description, nullable, unit=unit, minimum=0)


def number(
    name: str,
    vi: str,
    en: str,
    description: Label,
    *,
    unit: str | None = None,
    nullable: bool = True,
    minimum: float | None = None,
) -> Field:
    """A printed decimal number as the nearest double; its shortest form is the printed one."""
    return Field(name, "number", Label(vi, en), description, nullable, unit=unit, minimum=minimum)


def boolean(name: str, vi: str, en: str, description: Label, *, nullable: bool = False) -> Field:
    """True or false."""
    return Field(name, "boolean", Label(vi, en), description, nullable)


def day(name: str, vi: str, en: str, description: Label, *, nullable: bool = False) -> Field:
    """A calendar day, without time."""
    return Field(name, "day", Label(vi, en), description, nullable)


def texts(
    name: str,
    vi: str,
    en: str,
    description: Label,
    *,
    may_be_empty: bool = True,
    refers_to: Sequence[str] = (),
) -> Field:
    """A sorted list of distinct identifiers; never null."""
    return Field(
        name,
        "texts",
        Label(vi, en),
        description,
        nullable=False,
        may_be_empty=may_be_empty,
        refers_to=tuple(refers_to),
    )


def records(name: str, vi: str, en: str, description: Label, elements: Mapping[str, Kind]) -> Field:
    """A list of records; never null. ``elements`` gives the kind of each field by its name."""
    return Field(
        name,
        "records",
        Label(vi, en),
        description,
        nullable=False,
        elements=tuple(elements.items()),
    )


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What one table holds and promises.

    ``fields`` are its columns, in their order. ``key`` names those that identify a row; rows are
    sorted by ``order`` (the key, unless said otherwise). ``logic`` is raised by hand when the same
    inputs give other rows than before.
    """

    name: str
    title: Label
    description: Label
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    order: tuple[str, ...] = ()
    logic: int = 1

    @cached_property
    def version(self) -> str:
        """What the table promises and how its rows come about, as twelve hexadecimal digits."""
        told = (
            *(self.name, self.title, self.description),
            *(self.fields, self.key, self.order, self.logic),
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()[:12]

    @cached_property
    def schema(self) -> pa.DataFrameSchema:
        """The promise as pandera checks it: exactly these columns in this order, a unique key."""
        with without_pyspark():
            import pandera.pandas as pa  # noqa: PLC0415 (see ``_as_pandera``)

        return pa.DataFrameSchema(
            {field.name: _as_pandera(field) for field in self.fields},
            name=self.name,
            title=self.title.en,
            description=self.description.en,
            strict=True,
            ordered=True,
            unique=list(self.key),
            metadata={"title_vi": self.title.vi, "key": list(self.key)},
        )

    @cached_property
    def arrow(self) -> pyarrow.Schema:
        """The Arrow schema: types, nullability, and per column what says what is in it."""
        return pyarrow.schema(
            [field.arrow for field in self.fields],
            metadata={
                "name": self.name,
                "title": self.title.en,
                "title_vi": self.title.vi,
                "description": self.description.en,
                "description_vi": self.description.vi,
                "primary_key": ",".join(self.key),
            },
        )

    def frame(self, rows: Iterable[Row]) -> pd.DataFrame:
        """A sorted, validated frame of ``rows``.

        Raises ``ContractError`` if a row does not keep the contract.
        """
        return self.validate(self._assembled(rows))

    def _assembled(self, rows: Iterable[Row]) -> pd.DataFrame:
        import pandas as pd  # noqa: PLC0415 (what is written as Arrow needs no frame)

        listed = list(rows)
        data = {}
        for field in self.fields:
            name, kind = field.name, field.kind
            try:
                cells = [row[name] for row in listed]
                data[name] = pd.Series(
                    cells if kind in {"texts", "records"} else pd.array(cells, dtype=_PANDAS[kind]),
                    dtype=_PANDAS[kind],
                )
            except (KeyError, OverflowError, TypeError, ValueError) as failure:
                raise ContractError(self.name, f"{name}: {failure!r}") from failure
        return self._sorted(pd.DataFrame(data))

    def part(self, rows: Iterable[Row]) -> pyarrow.Table:
        """Some rows as Arrow, sorted: types are checked, and all else when they are ``joined``.

        Raises ``ContractError`` if a cell is not of the type of its column.
        """
        order = self.order or self.key
        listed = sorted(rows, key=lambda row: tuple(row[name] for name in order))
        try:
            return pyarrow.Table.from_pylist(listed, schema=self.arrow)
        except (pyarrow.ArrowException, TypeError) as failure:
            raise ContractError(self.name, str(failure)) from failure

    def joined(self, parts: Iterable[pyarrow.Table]) -> pd.DataFrame:
        """The rows of several parts as a frame that keeps the contract.

        Raises ``ContractError`` if they do not, such as where two hold the same key.
        """
        return self.from_arrow(pyarrow.concat_tables(list(parts)))

    def _sorted(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.sort_values(list(self.order or self.key), kind="stable", ignore_index=True)

    def validate(self, frame: pd.DataFrame) -> pd.DataFrame:
        """``frame`` itself, if it keeps the contract; else ``ContractError`` with all failures."""
        with without_pyspark():
            from pandera.errors import SchemaErrors  # noqa: PLC0415 (see ``_as_pandera``)

        try:
            return self.schema.validate(frame, lazy=True)
        except SchemaErrors as failure:
            shown = failure.failure_cases[["column", "check", "failure_case", "index"]]
            raise ContractError(self.name, shown.head(20).to_string(index=False)) from failure

    def to_arrow(self, frame: pd.DataFrame) -> pyarrow.Table:
        """The rows as Arrow: explicit types, nulls for missing cells, no pandas metadata."""
        arrays = [
            pyarrow.array(frame[field.name], type=field.type, from_pandas=True)
            for field in self.arrow
        ]
        return pyarrow.Table.from_arrays(arrays, schema=self.arrow)

    def from_arrow(self, table: pyarrow.Table, *, validated: bool = False) -> pd.DataFrame:
        """The frame that ``to_arrow`` was given; ``validated`` if its rows are known to be sound.

        Raises ``ContractError`` if columns, types or descriptions are not exactly the contract's,
        or if a row does not keep it.
        """
        self.recognise(table)
        frame = self._assembled(table.to_pylist())
        return frame if validated else self.validate(frame)

    def recognise(self, table: pyarrow.Table) -> None:
        """Raise ``ContractError`` if columns, types or descriptions are not the contract's."""
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
