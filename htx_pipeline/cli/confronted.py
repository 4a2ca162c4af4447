"""What ``htx explain`` and ``htx waive`` start from: the figures confronted with every rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from htx_pipeline.cli.options import raw_folder, shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from htx_pipeline.errors import UsageError
    from htx_pipeline.figures import Corpus
    from htx_pipeline.model import Label
    from htx_pipeline.rules import Confrontation, Finding, Ledger, Waiver

_MANY = 5
"""So many ids are offered where one is not known."""


@dataclass(frozen=True, slots=True)
class Confronted:
    """A raw folder, and everything that the rules say of it."""

    raw: Path
    corpus: Corpus
    waivers: tuple[Waiver, ...]
    confrontation: Confrontation
    ledger: Ledger
    data_option: str = ""
    """What a suggested command needs to find the same data: ``--data …``, if it was given."""

    @property
    def shown(self) -> str:
        """The raw folder as a person at this prompt would write it."""
        return shown(self.raw)

    def finding(self, given: str) -> Finding:
        """The finding that ``given`` is the id of, or the only one whose id begins so.

        Raises ``UsageError`` if there is none, or more than one.
        """
        found = [finding for finding in self.ledger.findings if finding.id == given]
        found = found or [f for f in self.ledger.findings if given and f.id.startswith(given)]
        if len(found) == 1:
            return found[0]
        if found:
            raise _ambiguous(given, sorted(finding.id for finding in found))
        raise unknown(given, (finding.id for finding in self.ledger.findings))


def confronted(data: Path | None) -> Confronted:
    """The data folder that ``data`` names, or the one that is found, confronted with every rule."""
    import shlex  # noqa: PLC0415 (start-up counts)

    from htx_pipeline import rules  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.errors import together  # noqa: PLC0415
    from htx_pipeline.figures import read_corpus  # noqa: PLC0415

    raw = raw_folder(data)
    corpus, waivers = together(lambda: read_corpus(raw), lambda: rules.read_waivers(raw))
    confrontation = rules.confront_all(corpus.rows, corpus.citations)
    return Confronted(
        raw,
        corpus,
        waivers,
        confrontation,
        rules.find(confrontation.evaluations, waivers),
        "" if data is None else f" --data {shlex.quote(str(data))}",
    )


def unknown(given: str, known: Iterable[str]) -> UsageError:
    """That there is no such id, with those that are near it."""
    from difflib import get_close_matches  # noqa: PLC0415 (start-up counts)

    near = get_close_matches(given, sorted(known), n=_MANY, cutoff=0.5)
    return _usage_error(
        vi=f"không có {given}" + (f"; gần giống: {', '.join(near)}" if near else "")
        + "; htx check --all liệt kê các phát hiện",
        en=f"there is no {given}" + (f"; near it: {', '.join(near)}" if near else "")
        + "; htx check --all lists the findings",
    )  # fmt: skip


def _ambiguous(given: str, ids: list[str]) -> UsageError:
    listed = ", ".join(ids[:_MANY]) + (" …" if len(ids) > _MANY else "")
    return _usage_error(
        vi=f"{given} là đầu mã của {len(ids)} phát hiện: {listed}",
        en=f"{given} begins the ids of {len(ids)} findings: {listed}",
    )


def _usage_error(*, vi: str, en: str) -> UsageError:
    from htx_pipeline.errors import UsageError  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.model import Label  # noqa: PLC0415

    said: Label = Label(vi=vi, en=en)
    return UsageError(said)
