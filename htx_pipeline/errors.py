"""The exceptions of the project and the problems that they report.

::

    HtxError                 anything that the project raises on purpose
    ├── UsageError           the call is wrong                            exit code 2
    ├── InputError           raw data cannot be read; lists all problems  exit code 3
    ├── ReleaseError         a release cannot be read, or is not what
    │                        its manifest says                            exit code 3
    └── ContractError        a table breaks its own contract: our fault   exit code 4

A failed rule is a finding, not an exception: ``htx check`` exits with 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from htx_pipeline.model import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from htx_pipeline.model import Language


class HtxError(Exception):
    """Anything that the project raises on purpose; told in both languages where it is a Label."""

    exit_code = 4

    def __init__(self, told: str | Label) -> None:
        self.told = told if isinstance(told, Label) else Label(vi=told, en=told)
        super().__init__(self.told.en)


class UsageError(HtxError):
    """The call is wrong: a folder that is not there, an option that does not apply."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one place of an input file.

    ``line`` and ``column`` count from 1, in characters; ``None`` where the whole file or the whole
    line is meant. ``found`` is what stands there, ``expected`` what should, ``remedy`` what to do.
    ``found_vi`` is for what cannot be said by showing it.
    """

    code: str
    path: str
    line: int | None
    column: int | None
    found: str
    expected: Label
    remedy: Label
    found_vi: str = ""

    @property
    def where(self) -> str:
        """File, line and column, as editors understand them."""
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part)

    def text(self, language: Language = "en") -> str:
        """Where, what was found, what was expected, what to do: one line."""
        if language == "vi":
            found = self.found_vi or self.found
            return (
                f"{self.where}: [{self.code}] gặp {found}; cần {self.expected.vi}. {self.remedy.vi}"
            )
        return (
            f"{self.where}: [{self.code}] found {self.found}; expected {self.expected.en}. "
            f"{self.remedy.en}"
        )


class InputError(HtxError):
    """Raw data, reviewed decisions or documents that cannot be read as they stand."""

    exit_code = 3

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(
            sorted(problems, key=lambda p: (p.path, p.line or 0, p.column or 0, p.code))
        )
        super().__init__("\n".join(problem.text() for problem in self.problems))


class ReleaseError(HtxError):
    """A release that is not there, or that is not what its manifest says."""

    exit_code = 3


class ContractError(HtxError):
    """A table that the project built breaks its own contract; nothing is published."""

    def __init__(self, table: str, failures: str) -> None:
        self.table = table
        super().__init__(f"table {table} breaks its contract:\n{failures}")


def together(*readings: Callable[[], Any]) -> tuple[Any, ...]:
    """The results of several readings; if any raise ``InputError``, one with all their problems."""
    problems: list[Problem] = []
    results: list[Any] = []
    for read in readings:
        try:
            results.append(read())
        except InputError as failure:
            problems += failure.problems
    if problems:
        raise InputError(problems)
    return tuple(results)
