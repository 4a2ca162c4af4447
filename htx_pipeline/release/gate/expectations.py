"""Expectations that great_expectations does not have.

Importing this imports great_expectations; its metaclasses enter each class in its own registry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow
import pyarrow.compute
from great_expectations.execution_engine.execution_engine import ExecutionEngine
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import (
    BatchExpectation,
    ColumnMapExpectation,
    MulticolumnMapExpectation,
)
from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
    column_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.column_map_metric_provider import (
    ColumnMapMetricProvider,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (  # noqa: E501
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (  # noqa: E501
    MulticolumnMapMetricProvider,
)
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

DECLARED, KEYS = "declared", "keys"
"""What a batch knows beside its frame: what the file declares of each column, and the keys in the
columns that its own refer to, by ``table.column``."""

METADATA = "table.metadata"
"""The metric that gives both."""


class Metadata(TableMetricProvider):
    """What a batch knows beside its frame."""

    metric_name = METADATA

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(cls, execution_engine: Any, **_: Any) -> dict[str, Any]:  # noqa: N805
        found: dict[str, Any] = execution_engine.batch_manager.active_batch.metadata
        return found


class ExpectColumnToBeDeclared(BatchExpectation):
    """Expect the file to declare exactly this type and nullability of a column.

    great_expectations' own expectations on types see Python's (``int`` for any whole number,
    ``list`` for a list of anything) and know no nullability.
    """

    column: str
    declared: str

    metric_dependencies = (METADATA,)
    success_keys = ("column", "declared")
    args_keys = ("column", "declared")

    def _validate(
        self,
        metrics: Mapping[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002
        execution_engine: ExecutionEngine[Any] | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        observed = metrics[METADATA][DECLARED].get(self.column)
        return {"success": observed == self.declared, "result": {"observed_value": observed}}


class Finite(ColumnMapMetricProvider):
    """Neither NaN nor infinite; pandas takes a NaN for a missing value, a file does not."""

    condition_metric_name = "column_values.finite"
    filter_column_isnull = False

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series[Any], **_: Any) -> pd.Series[bool]:  # noqa: N805
        finite = pyarrow.compute.is_finite(pyarrow.array(column.array))
        return pd.Series(finite.fill_null(True).to_numpy(zero_copy_only=False), column.index)


class ExpectColumnValuesToBeFinite(ColumnMapExpectation):
    """Expect each number to be one: what is missing is null, never NaN."""

    map_metric = "column_values.finite"


class SortedAndDistinct(ColumnMapMetricProvider):
    """Lists of different texts in the order of their code points."""

    condition_metric_name = "column_values.sorted_and_distinct"
    condition_value_keys = ("may_be_empty",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series[Any], may_be_empty: bool, **_: Any) -> pd.Series[bool]:  # noqa: N805
        def holds(cell: Any) -> bool:
            found = list(cell)
            return (
                all(isinstance(item, str) for item in found)
                and found == sorted(set(found))
                and (may_be_empty or bool(found))
            )

        return _of_each(column, holds)


class ExpectColumnListsToBeSortedAndDistinct(ColumnMapExpectation):
    """Expect each list to be sorted, without repetition, and not empty unless it may be."""

    may_be_empty: bool

    map_metric = "column_values.sorted_and_distinct"
    success_keys = ("may_be_empty", "mostly")
    args_keys = ("column", "may_be_empty")


class References(ColumnMapMetricProvider):
    """Keys, or lists of keys, that stand in the columns which they refer to.

    The keys are in the batch's metadata: great_expectations copies what an expectation is told
    dozens of times, and shows all of it.
    """

    condition_metric_name = "column_values.references"
    condition_value_keys = ("refers_to",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805
        column: pd.Series[Any],
        refers_to: list[str],
        _metrics: Mapping[str, Any],
        **_: Any,
    ) -> pd.Series[bool]:
        known = {key for place in refers_to for key in _metrics[METADATA][KEYS][place]}
        return _of_each(
            column, lambda cell: known.issuperset([cell] if isinstance(cell, str) else cell)
        )

    @classmethod
    def _get_evaluation_dependencies(
        cls,
        metric: MetricConfiguration,
        configuration: ExpectationConfiguration | None = None,
        execution_engine: ExecutionEngine[Any] | None = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> dict[str, MetricConfiguration]:
        needed: dict[str, MetricConfiguration] = super()._get_evaluation_dependencies(
            metric, configuration, execution_engine, runtime_configuration
        )
        of_table = {
            name: told for name, told in metric.metric_domain_kwargs.items() if name != "column"
        }
        needed[METADATA] = MetricConfiguration(METADATA, of_table)
        return needed


class ExpectColumnReferencesToExist(ColumnMapExpectation):
    """Expect each key, in a list each element, to stand in one of the columns ``refers_to``."""

    refers_to: list[str]

    map_metric = "column_values.references"
    success_keys = ("refers_to", "mostly")
    args_keys = ("column", "refers_to")


class SectorsSumToTotal(MulticolumnMapMetricProvider):
    """The sum of the sectors is the total, or does not exceed it where a sector has no value.

    A contradiction is right where a finding publishes it: it is in the documents.
    """

    condition_metric_name = "multicolumn_values.sectors_sum_to_total"
    condition_domain_keys = (
        "batch_id",
        "table",
        "column_list",
        "row_condition",
        "condition_parser",
        "ignore_row_if",
    )

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **_: Any) -> pd.Series[bool]:  # noqa: N805
        def holds(total: Any, sectors: Any, gaps: Any, finding: Any) -> bool:
            if total is None or sectors is None or finding is not None:
                return True
            return bool(sectors <= total if gaps else sectors == total)

        found = [holds(*row) for row in column_list.itertuples(index=False, name=None)]
        return pd.Series(found, column_list.index, dtype=bool)


class ExpectSectorsToSumToTotal(MulticolumnMapExpectation):
    """Expect total, sum of the sectors, number of gaps and finding to go together in each row."""

    map_metric = "multicolumn_values.sectors_sum_to_total"


def _of_each(column: pd.Series[Any], holds: Callable[[Any], bool]) -> pd.Series[bool]:
    return pd.Series([holds(cell) for cell in column], column.index, dtype=bool)
