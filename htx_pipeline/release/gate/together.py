"""All that a table is asked, put to it at once.

great_expectations is busy with itself for milliseconds over each expectation, and with the cells
for a tenth of that. Here expectations that are alike become one, which has great_expectations find
for each of them what that one would have it find: the rows that do not meet its condition.

Importing this imports great_expectations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import (
    BatchExpectation,
    ColumnMapExpectation,
    MulticolumnMapExpectation,
)
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validator import ValidationDependencies

from htx_pipeline.model import Label
from htx_pipeline.release.gate.expectations import DECLARED, METADATA, ExpectColumnToBeDeclared
from htx_pipeline.release.gate.suites import Asked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from great_expectations.execution_engine.execution_engine import ExecutionEngine
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    from htx_pipeline.release.gate.validation import Outcome

UNDECLARED, UNMET = "table.undeclared", "table.unmet"
_ALL = Label(
    vi="mọi kỳ vọng được hỏi cùng lúc phải đạt", en="all that is asked together must be met"
)


@dataclass(frozen=True, slots=True)
class Together:
    """One expectation in place of those at several places of a list."""

    asked: Asked
    places: Sequence[int]

    def unmet(self, outcome: Outcome) -> Sequence[int]:
        """Which of them are not met, all of them where that cannot be said."""
        if outcome.broken or not isinstance(self.asked.expectation, ExpectAllToBeMet):
            return self.places
        return [self.places[each] for each in outcome.observed]


def together(asked: Sequence[Asked]) -> list[Together]:
    """A few expectations that are met only where all that are asked are met.

    What is neither a declaration nor a condition on each row stays by itself.
    """
    found, declarations, conditions = [], {}, {}
    for place, one in enumerate(asked):
        match one.expectation:
            case ExpectColumnToBeDeclared():
                declarations[place] = _declaration(one.expectation)
            case ColumnMapExpectation(mostly=1) | MulticolumnMapExpectation(mostly=1):
                conditions[place] = _condition(one.expectation)
            case _:
                found.append(Together(one, [place]))
    for metric, several in ((UNDECLARED, declarations), (UNMET, conditions)):
        if several:
            every = ExpectAllToBeMet(metric=metric, asked=list(several.values()))
            found.append(Together(Asked("", _ALL, every), list(several)))
    return found


def _declaration(expectation: Any) -> tuple[str, str]:
    """A column, and what the file is to declare of it."""
    return expectation.column, expectation.declared


def _condition(expectation: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The metric of a condition, the cells that it speaks of, and what it is told."""
    of, told = (
        {name: getattr(expectation, name) for name in names if name not in {"batch_id", "mostly"}}
        for names in (expectation.domain_keys, expectation.success_keys)
    )
    return f"{expectation.map_metric}.condition", of, told


class ExpectAllToBeMet(BatchExpectation):
    """Expect ``metric`` to find the place of none of several things that are asked.

    It says itself what it depends on; asked for that, great_expectations would describe the whole
    expectation forty times.
    """

    metric: str
    asked: list[Any]

    success_keys = ("metric", "asked")

    def get_validation_dependencies(
        self,
        execution_engine: ExecutionEngine[Any] | None = None,  # noqa: ARG002
        runtime_configuration: dict[str, Any] | None = None,
    ) -> ValidationDependencies:
        """The one metric."""
        unmet = MetricConfiguration(self.metric, {"batch_id": self.batch_id}, {"asked": self.asked})
        return ValidationDependencies(
            {"unmet": unmet}, (runtime_configuration or {}).get("result_format", {})
        )

    def _validate(
        self,
        metrics: Mapping[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002
        execution_engine: ExecutionEngine[Any] | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        return {"success": not metrics["unmet"], "result": {"observed_value": metrics["unmet"]}}


class _Places(TableMetricProvider):
    """The places of those things asked of a table that are not so."""

    value_keys = ("asked",)

    @classmethod
    def _get_evaluation_dependencies(
        cls,
        metric: MetricConfiguration,
        configuration: ExpectationConfiguration | None = None,  # noqa: ARG003
        execution_engine: ExecutionEngine[Any] | None = None,  # noqa: ARG003
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG003
    ) -> dict[str, MetricConfiguration]:
        return _needed(metric.metric_domain_kwargs)


def _needed(of: Mapping[str, Any]) -> dict[str, MetricConfiguration]:
    """What is known of a table beside its cells."""
    return {name: MetricConfiguration(name, dict(of)) for name in ("table.columns", METADATA)}


class Undeclared(_Places):
    """Columns of which the file declares something else."""

    metric_name = UNDECLARED

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(cls, metric_value_kwargs: Any, metrics: Any, **_: Any) -> list[int]:  # noqa: N805
        declared = metrics[METADATA][DECLARED]
        return [
            place
            for place, (column, told) in enumerate(metric_value_kwargs["asked"])
            if declared.get(column) != told
        ]


class Unmet(_Places):
    """Conditions that some row does not meet.

    They are metrics of great_expectations' and ours, found by its engine as for any expectation.
    """

    metric_name = UNMET

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: Any,
        metric_value_kwargs: Any,
        metrics: Any,
        runtime_configuration: Any,
    ) -> list[int]:
        needed = _needed(metric_domain_kwargs)
        conditions = []
        for name, of, told in metric_value_kwargs["asked"]:
            condition = MetricConfiguration(name, {**metric_domain_kwargs, **of}, told)
            condition.metric_dependencies = needed
            conditions.append(condition)
        found = execution_engine.resolve_metrics(
            conditions,
            {one.id: metrics[name] for name, one in needed.items()},
            runtime_configuration,
        )
        unmet = [found[condition.id][0] for condition in conditions]
        return [place for place, rows in enumerate(unmet) if np.count_nonzero(rows)]
