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
from tqdm.std import tqdm  # type: ignore[import-untyped]

from htx_pipeline.release.gate.expectations import DECLARED, KEYS
from htx_pipeline.release.gate.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.data_context.data_context.abstract_data_context import (
        AbstractDataContext,
    )

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


def batch_of(context: AbstractDataContext, suite: Suite) -> BatchDefinition[Any]:
    """The one batch of a suite's frame."""
    source = context.data_sources.add_or_update_pandas(suite.table)
    asset = source.add_dataframe_asset(
        suite.table, batch_metadata={DECLARED: dict(suite.declared), KEYS: dict(suite.keys)}
    )
    return asset.add_batch_definition_whole_dataframe("published")


def expected(suite: Suite) -> gx.ExpectationSuite:
    """The suite as great_expectations has it; each expectation knows its place in ``asked``."""
    for place, asked in enumerate(suite.asked):
        asked.expectation.meta = {"place": place}
    return gx.ExpectationSuite(
        name=suite.table, expectations=[asked.expectation for asked in suite.asked]
    )


def validate(context: AbstractDataContext, suite: Suite) -> list[Outcome]:
    """What comes of each expectation of a suite, in its order."""
    batch = batch_of(context, suite).get_batch(batch_parameters={"dataframe": suite.frame})
    return outcomes(suite, batch.validate(expected(suite), result_format=_FORMAT))


def record(context: AbstractDataContext, suite: Suite, language: Language) -> list[Outcome]:
    """What ``validate`` gives; the context keeps the suite and its results for Data Docs.

    The pages say in words of ``language`` what each expectation asks.
    """
    for asked in suite.asked:
        asked.expectation.description = asked.words.text(language)
    definition = gx.ValidationDefinition(
        name=suite.table,
        data=batch_of(context, suite),
        suite=context.suites.add(expected(suite)),
    )
    result = context.validation_definitions.add(definition).run(
        batch_parameters={"dataframe": suite.frame}, result_format=_FORMAT
    )
    return outcomes(suite, result)


def outcomes(suite: Suite, result: ExpectationSuiteValidationResult) -> list[Outcome]:
    """The results of a suite, in the order of what it asks, each exactly once."""
    by_place = {}
    for one in result.results:
        found: Any = one.to_json_dict()
        by_place[found["expectation_config"]["meta"]["place"]] = found
    return [_outcome(asked, by_place[place]) for place, asked in enumerate(suite.asked)]


def _outcome(asked: Asked, found: Any) -> Outcome:
    told = found["result"]
    return Outcome(
        asked=asked,
        success=bool(found["success"]),
        unexpected=told.get("unexpected_count", 0 if found["success"] else 1),
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
