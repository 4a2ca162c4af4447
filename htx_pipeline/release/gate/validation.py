"""Suites put to frames by great_expectations, in a context that leaves nothing behind.

Importing this imports great_expectations.
"""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import great_expectations as gx
from great_expectations.core.batch import Batch
from great_expectations.core.id_dict import IDDict
from great_expectations.data_context.data_context.context_factory import project_manager
from great_expectations.data_context.data_context.ephemeral_data_context import (
    EphemeralDataContext,
)
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.exceptions.exceptions import DataContextRequiredError
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.validator.validator import Validator
from tqdm.std import tqdm  # type: ignore[import-untyped]

from htx_pipeline.release.gate.expectations import DECLARED, KEYS
from htx_pipeline.release.gate.quiet import quiet
from htx_pipeline.release.gate.together import together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from great_expectations.core import ExpectationValidationResult
    from great_expectations.data_context.data_context.abstract_data_context import (
        AbstractDataContext,
    )
    from great_expectations.expectations.expectation import Expectation

    from htx_pipeline.model import Language
    from htx_pipeline.release.gate.suites import Asked, Suite

EXAMPLES = 5
"""Unexpected values that are kept of each expectation."""

_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": EXAMPLES}
VERSION = str(gx.__version__)
_ANALYTICS = "GX_ANALYTICS_ENABLED"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one expectation.

    ``unexpected`` counts the values (or rows) that do not meet it and ``examples`` shows a few;
    ``observed`` is what was found of a whole column or table; ``broken`` says why it could not be
    evaluated at all.
    """

    asked: Asked
    success: bool
    unexpected: int
    examples: tuple[Any, ...]
    observed: Any
    broken: str


@contextmanager
def ephemeral() -> Iterator[EphemeralDataContext]:
    """A context in memory: no files, no analytics, no progress bars."""
    with _kept():
        context = EphemeralDataContext(
            project_config=DataContextConfig(
                store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
                analytics_enabled=False,
                progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
            )
        )
        project_manager.set_project(context)
        yield context


@contextmanager
def in_folder(folder: str) -> Iterator[AbstractDataContext]:
    """A context that keeps its files, Data Docs among them, in ``folder``."""
    with _kept():
        context = gx.get_context(mode="file", project_root_dir=folder)
        context.enable_analytics(enable=False)
        context.variables.progress_bars = ProgressBarsConfig(
            globally=False, metric_calculations=False
        )
        yield context


@contextmanager
def _kept() -> Iterator[None]:
    """Analytics off by the environment; afterwards the process is as it was before."""
    analytics = os.environ.get(_ANALYTICS)
    log = logging.getLogger("great_expectations")
    level = log.level
    try:
        project = project_manager.get_current_project()
    except DataContextRequiredError:
        project = None
    # a progress bar starts a thread that watches it, even one that is not shown
    watched, tqdm.monitor_interval = tqdm.monitor_interval, 0
    os.environ[_ANALYTICS] = "false"
    log.setLevel(logging.CRITICAL)
    try:
        with quiet():
            yield
    finally:
        project_manager.set_project(project)
        tqdm.monitor_interval = watched
        log.setLevel(level)
        if analytics is None:
            del os.environ[_ANALYTICS]
        else:
            os.environ[_ANALYTICS] = analytics


class _Batch(Batch):
    """A suite's frame, and what a batch knows beside it."""

    def __init__(self, suite: Suite) -> None:
        super().__init__(suite.frame, batch_definition=IDDict(table=suite.table))  # type: ignore[arg-type]
        self.metadata = _metadata(suite)


def _metadata(suite: Suite) -> dict[str, Any]:
    return {DECLARED: dict(suite.declared), KEYS: dict(suite.keys)}


def validate(context: AbstractDataContext, suite: Suite) -> list[Outcome]:
    """What comes of each expectation of a suite, in its order.

    They are put to the frame together, and each that is not met so by itself, to tell what is
    wrong. What is not met together, though each is by itself, is told after them.
    """
    validator = Validator(PandasExecutionEngine(), data_context=context, batches=[_Batch(suite)])
    outcomes: dict[int, Outcome] = {}
    unexplained = []
    groups = together(suite.asked)
    for group, outcome in zip(
        groups, _evaluate(validator, [group.asked for group in groups]), strict=True
    ):
        outcomes |= {place: _met(suite.asked[place]) for place in group.places}
        if outcome.success:
            continue
        unmet = group.unmet(outcome)
        alone = _evaluate(validator, [suite.asked[place] for place in unmet])
        outcomes |= dict(zip(unmet, alone, strict=True))
        if all(one.success for one in alone):
            unexplained.append(outcome)
    return [*(outcomes[place] for place in range(len(suite.asked))), *unexplained]


def _evaluate(validator: Validator, asked: Sequence[Asked]) -> list[Outcome]:
    configurations = [one.configuration for one in _placed(asked)]
    return _outcomes(asked, validator.graph_validate(configurations, {"result_format": _FORMAT}))


def _placed(asked: Sequence[Asked]) -> list[Expectation]:
    """The expectations, each of which knows its place: results come in another order."""
    for place, one in enumerate(asked):
        one.expectation.meta = {"place": place}
    return [one.expectation for one in asked]


def record(context: AbstractDataContext, suite: Suite, language: Language) -> list[Outcome]:
    """What ``validate`` gives; the context keeps the suite and its results for Data Docs.

    The pages say in words of ``language`` what each expectation asks.
    """
    for asked in suite.asked:
        asked.expectation.description = asked.words.text(language)
    source = context.data_sources.add_or_update_pandas(suite.table)
    table = source.add_dataframe_asset(suite.table, batch_metadata=_metadata(suite))
    definition = gx.ValidationDefinition(
        name=suite.table,
        data=table.add_batch_definition_whole_dataframe("published"),
        suite=context.suites.add(
            gx.ExpectationSuite(name=suite.table, expectations=_placed(suite.asked))
        ),
    )
    result = context.validation_definitions.add(definition).run(
        batch_parameters={"dataframe": suite.frame}, result_format=_FORMAT
    )
    return _outcomes(suite.asked, result.results)


def _outcomes(
    asked: Sequence[Asked], results: Iterable[ExpectationValidationResult]
) -> list[Outcome]:
    """The results in the order of what is asked, each exactly once."""
    by_place: dict[int, Any] = {}
    for found in results:
        configuration: Any = found.expectation_config
        by_place[configuration.meta["place"]] = found
    return [
        _met(one) if by_place[place].success else _unmet(one, by_place[place].to_json_dict())
        for place, one in enumerate(asked)
    ]


def _met(asked: Asked) -> Outcome:
    return Outcome(asked, success=True, unexpected=0, examples=(), observed=None, broken="")


def _unmet(asked: Asked, found: Any) -> Outcome:
    told = found["result"]
    return Outcome(
        asked=asked,
        success=False,
        unexpected=told.get("unexpected_count", 1),
        examples=tuple(told.get("partial_unexpected_list", ())[:EXAMPLES]),
        observed=told.get("observed_value"),
        broken=_broken(found["exception_info"]),
    )


def _broken(info: Any) -> str:
    """The first sentence of what was raised, if anything was; traces name paths of a machine."""
    if "raised_exception" in info:
        info = {"": info}
    messages = sorted(
        str(one["exception_message"]) for one in info.values() if one["raised_exception"]
    )
    return messages[0].partition("\n")[0][:200] if messages else ""
