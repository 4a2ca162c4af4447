"""What the gate says of a release."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from htx_pipeline.errors import ReleaseError
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from htx_pipeline.release.gate.validation import Outcome

SHOWN = 20
"""Failures that a refusal tells one by one."""

READABLE = "expect_file_to_be_readable"
"""Our name for what must hold before great_expectations is asked at all."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that a published file does not meet.

    ``column`` is empty where the whole table is meant; ``expectation`` is great_expectations' name
    of it, ``told`` a sentence with what was expected and what was found.
    """

    table: str
    column: str
    expectation: str
    told: Label


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of all expectations.

    ``result`` is JSON on the release by itself: the same bytes for the same files. Comparisons with
    the release that is replaced are counted in ``compared``, ``evaluated`` and ``successful`` and
    told in ``failures``, and do not stand in ``result``.
    """

    result: bytes
    failures: tuple[Failure, ...]
    evaluated: int
    successful: int
    compared: int

    @property
    def passed(self) -> bool:
        """Whether every expectation is met."""
        return not self.failures


class RefusedError(ReleaseError):
    """A release that does not pass the gate, with all that it found."""

    def __init__(self, told: Label, failures: Sequence[Failure]) -> None:
        self.failures = tuple(failures)
        super().__init__(told)


def refuse(verdict: Verdict) -> RefusedError:
    """The error that tells why a release is not put in place: the first failures, one a line."""
    total = len(verdict.failures)
    rest = total - SHOWN
    vi = [f"bản phát hành không qua được cửa kiểm tra: {total} kỳ vọng không đạt"]
    en = [f"the release does not pass the gate: {total} expectation{'s' * (total > 1)} failed"]
    for failure in verdict.failures[:SHOWN]:
        vi.append(f"  {failure.told.vi}")
        en.append(f"  {failure.told.en}")
    if rest > 0:
        vi.append(f"  … và {rest} kỳ vọng khác")
        en.append(f"  … and {rest} more")
    return RefusedError(Label(vi="\n".join(vi), en="\n".join(en)), verdict.failures)


def verdict_of(
    outcomes: Mapping[str, Sequence[Outcome]], unreadable: Mapping[str, str], version: str
) -> Verdict:
    """The verdict on what came of the suite of each table.

    ``unreadable`` says, by table, why a suite was put to nothing: each is one more expectation,
    which failed. ``version`` is great_expectations'.
    """
    every = [(table, outcome) for table, found in outcomes.items() for outcome in found]
    alone = [outcome for _, outcome in every if not outcome.asked.compares]
    passed = sum(outcome.success for outcome in alone)
    told = {
        "great_expectations": version,
        "success": passed == len(alone) and not unreadable,
        "evaluated": len(alone) + len(unreadable),
        "successful": passed,
        "tables": [
            *({"table": table, **_told_of(found)} for table, found in outcomes.items()),
            *({"table": table, "unreadable": why} for table, why in unreadable.items()),
        ],
    }
    return Verdict(
        result=(json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode(),
        failures=(
            *(_unreadable(table, why) for table, why in unreadable.items()),
            *(_failure(table, outcome) for table, outcome in every if not outcome.success),
        ),
        evaluated=len(every) + len(unreadable),
        successful=sum(outcome.success for _, outcome in every),
        compared=sum(outcome.asked.compares for _, outcome in every),
    )


def _told_of(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    alone = [outcome for outcome in outcomes if not outcome.asked.compares]
    return {
        "evaluated": len(alone),
        "successful": sum(outcome.success for outcome in alone),
        "expectations": [_as_json(outcome) for outcome in alone],
    }


def _as_json(outcome: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {
        "expectation": outcome.asked.name,
        "kwargs": outcome.asked.kwargs,
        "success": outcome.success,
        "unexpected_count": outcome.unexpected,
    }
    if not outcome.success:
        told["unexpected"] = [_plain(one) for one in outcome.examples]
        told["observed"] = _plain(outcome.observed)
        told["broken"] = outcome.broken
    return told


def _plain(value: Any) -> Any:
    """A value of a frame as JSON has it; what JSON has no form for as it is written."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float) and isfinite(value):
        return value
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    return str(value)


def _unreadable(table: str, why: str) -> Failure:
    return Failure(
        table,
        "",
        READABLE,
        Label(
            vi=f"{table}: không đọc được nên không kiểm tra được ({why})",
            en=f"{table}: cannot be read, so nothing of it was checked ({why})",
        ),
    )


def _failure(table: str, outcome: Outcome) -> Failure:
    asked = outcome.asked
    place = f"{table}.{asked.of}" if asked.of else table
    found = _found(outcome)
    return Failure(
        table,
        asked.of,
        asked.name,
        Label(
            vi=f"{place}: {asked.words.vi}; {found.vi}", en=f"{place}: {asked.words.en}; {found.en}"
        ),
    )


def _found(outcome: Outcome) -> Label:
    if outcome.broken:
        return Label(
            vi=f"không kiểm tra được: {outcome.broken}",
            en=f"could not be evaluated: {outcome.broken}",
        )
    if outcome.observed is not None or not outcome.examples:
        observed = json.dumps(_plain(outcome.observed), ensure_ascii=False)
        return Label(vi=f"gặp {observed}", en=f"found {observed}")
    count = outcome.unexpected
    shown = ", ".join(json.dumps(_plain(one), ensure_ascii=False) for one in outcome.examples)
    shown += ", …" if count > len(outcome.examples) else ""
    return Label(
        vi=f"{count} giá trị không đạt: {shown}",
        en=f"{count} {'values are' if count > 1 else 'value is'} not so: {shown}",
    )
