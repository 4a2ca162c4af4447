"""What is expected of each file: the contracts in the words of great_expectations.

Importing this imports great_expectations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from great_expectations.expectations.core.expect_column_values_to_be_between import (
    ExpectColumnValuesToBeBetween,
)
from great_expectations.expectations.core.expect_column_values_to_be_in_set import (
    ExpectColumnValuesToBeInSet,
)
from great_expectations.expectations.core.expect_column_values_to_be_unique import (
    ExpectColumnValuesToBeUnique,
)
from great_expectations.expectations.core.expect_column_values_to_match_regex import (
    ExpectColumnValuesToMatchRegex,
)
from great_expectations.expectations.core.expect_column_values_to_not_be_null import (
    ExpectColumnValuesToNotBeNull,
)
from great_expectations.expectations.core.expect_compound_columns_to_be_unique import (
    ExpectCompoundColumnsToBeUnique,
)
from great_expectations.expectations.core.expect_table_columns_to_match_ordered_list import (
    ExpectTableColumnsToMatchOrderedList,
)
from great_expectations.expectations.core.expect_table_row_count_to_be_between import (
    ExpectTableRowCountToBeBetween,
)

from htx_pipeline import codelists
from htx_pipeline.model import Label
from htx_pipeline.release.gate import expectations as own
from htx_pipeline.release.gate import sectors
from htx_pipeline.release.gate.published import declared, keys, read_published

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from great_expectations.expectations.expectation import Expectation

    from htx_pipeline.contracts import Contract, Field
    from htx_pipeline.release.changelog import Shrinkage
    from htx_pipeline.release.gate.published import Published


@dataclass(frozen=True, slots=True)
class Asked:
    """One expectation, and in words what it asks.

    ``compares`` says that it speaks of the release that is replaced, too.
    """

    of: str
    words: Label
    expectation: Expectation
    compares: bool = False

    @property
    def name(self) -> str:
        """great_expectations' name of the expectation."""
        return self.expectation.expectation_type

    @property
    def kwargs(self) -> dict[str, Any]:
        """What the expectation is told."""
        return dict(sorted(self.expectation.configuration.kwargs.items()))


@dataclass(frozen=True, slots=True)
class Suite:
    """All that is expected of one frame.

    ``declared`` is what the file says of its columns; ``keys`` holds, by ``table.column``, the keys
    that columns refer to.
    """

    table: str
    frame: pd.DataFrame
    declared: Mapping[str, str]
    asked: Sequence[Asked]
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)


def suites(
    folder: Path,
    contracts: Sequence[Contract],
    previous: Mapping[str, int],
    shrinkages: Sequence[Shrinkage],
) -> tuple[list[Suite], dict[str, str]]:
    """A suite for each file of a release and one for the sums of sectors.

    Beside them, by table, why a suite cannot be put to anything.
    """
    published, unreadable = read_published(folder, [contract.name for contract in contracts])
    made = [
        _suite_of(contract, published, previous.get(contract.name), shrinkages)
        for contract in contracts
        if contract.name in published
    ]
    measures = sectors.measures(contracts)
    if measures and all(
        name in published and _is_as_declared(published[name], contract)
        for contract in contracts
        if (name := contract.name) in sectors.NEEDED
    ):
        made.append(_suite_of_sectors(measures, sectors.sector_sums(published, measures)))
    elif measures:
        unreadable[sectors.NAME] = "its tables are not as their contracts declare them"
    return made, unreadable


def _is_as_declared(table: Published, contract: Contract) -> bool:
    return dict(table.declared) == {
        column.name: declared(column.arrow) for column in contract.fields
    }


def _suite_of(
    contract: Contract,
    published: Mapping[str, Published],
    previous: int | None,
    shrinkages: Sequence[Shrinkage],
) -> Suite:
    asked = [*_of_table(contract)]
    for column in contract.fields:
        asked += _of_field(column)
    if previous is not None:
        rows = len(published[contract.name].frame)
        asked.append(_not_fewer_rows(contract.name, rows, previous, shrinkages))
    places = {place for column in contract.fields for place in column.refers_to}
    table = published[contract.name]
    return Suite(
        contract.name,
        table.frame,
        table.declared,
        asked,
        {place: keys(published, place) for place in sorted(places)},
    )


def _suite_of_sectors(measures: Sequence[str], frame: pd.DataFrame) -> Suite:
    asked = [
        Asked(
            measure,
            Label(
                vi="tổng các lĩnh vực phải bằng tổng số, trừ khi đã công bố mâu thuẫn trong "
                "bảng findings",
                en="the sectors must sum to the total, unless table findings publishes the "
                "contradiction",
            ),
            own.ExpectSectorsToSumToTotal(
                column_list=sectors.columns_of(measure), ignore_row_if="never"
            ),
        )
        for measure in measures
    ]
    return Suite(sectors.NAME, frame, {}, asked)


def _of_table(contract: Contract) -> Iterator[Asked]:
    names = [column.name for column in contract.fields]
    yield Asked(
        "",
        Label(
            vi="các cột phải đúng như giao ước, theo đúng thứ tự",
            en="the columns must be those of the contract, in its order",
        ),
        ExpectTableColumnsToMatchOrderedList(column_list=names),
    )
    key = list(contract.key)
    words = Label(vi="khóa không được lặp lại", en="the key must not repeat")
    if len(key) == 1:
        yield Asked(key[0], words, ExpectColumnValuesToBeUnique(column=key[0]))
    else:
        yield Asked(", ".join(key), words, ExpectCompoundColumnsToBeUnique(column_list=key))


def _of_field(column: Field) -> Iterator[Asked]:
    name, told = column.name, declared(column.arrow)
    yield _asked(
        name,
        f"tệp phải khai báo cột là {told}",
        f"the file must declare the column as {told}",
        own.ExpectColumnToBeDeclared(column=name, declared=told),
    )
    if not column.nullable:
        yield _asked(
            name,
            "không được trống",
            "must not be null",
            ExpectColumnValuesToNotBeNull(column=name),
        )
    if column.kind == "number":
        yield _asked(
            name,
            "phải là số hữu hạn, chỗ thiếu phải để trống",
            "must be a finite number, null where it is missing",
            own.ExpectColumnValuesToBeFinite(column=name),
        )
    if column.minimum is not None:
        yield _asked(
            name,
            f"không được nhỏ hơn {column.minimum:g}",
            f"must be at least {column.minimum:g}",
            ExpectColumnValuesToBeBetween(column=name, min_value=column.minimum),
        )
    if column.pattern is not None:
        yield _asked(
            name,
            f"phải đúng mẫu {column.pattern}",
            f"must match {column.pattern}",
            ExpectColumnValuesToMatchRegex(column=name, regex=_to_the_end(column.pattern)),
        )
    if column.kind == "texts":
        yield _asked(
            name,
            "danh sách phải được sắp xếp và không lặp lại",
            "lists must be sorted and without repetition",
            own.ExpectColumnListsToBeSortedAndDistinct(
                column=name, may_be_empty=column.may_be_empty
            ),
        )
    if column.codelist is not None:
        yield _asked(
            name,
            f"phải là mã của danh mục {column.codelist}",
            f"must be a code of the list {column.codelist}",
            ExpectColumnValuesToBeInSet(
                column=name, value_set=list(codelists.codes(column.codelist))
            ),
        )
    if column.refers_to:
        places = list(column.refers_to)
        yield _asked(
            name,
            f"phải có trong {', '.join(places)}",
            f"must stand in {', '.join(places)}",
            own.ExpectColumnReferencesToExist(column=name, refers_to=places),
        )


def _not_fewer_rows(table: str, rows: int, previous: int, shrinkages: Sequence[Shrinkage]) -> Asked:
    """Not fewer rows than before, or as many as the changelog says that they came down to."""
    allowed = {
        one.rows.to for one in shrinkages if one.table == table and one.rows.from_ == previous
    }
    least = rows if rows in allowed else previous
    return Asked(
        "",
        Label(
            vi=f"không được ít hơn {least} dòng (bản trước có {previous}) mà không có mục trong "
            "data/raw/changelog.yml (dòng chưa từng được commit: git restore data/curated trước)",
            en=f"must not have fewer than {least} rows (the release before has {previous}) without "
            "an entry in data/raw/changelog.yml (rows that were never committed: git restore "
            "data/curated first)",
        ),
        ExpectTableRowCountToBeBetween(min_value=least),
        compares=True,
    )


def _asked(of: str, vi: str, en: str, expectation: Expectation) -> Asked:
    return Asked(of, Label(vi, en), expectation)


def _to_the_end(pattern: str) -> str:
    """A pattern whose ``$`` is the end and nothing else: it would let a last line end pass."""
    return pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern
