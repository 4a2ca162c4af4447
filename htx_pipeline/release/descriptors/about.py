"""What all descriptions say of a dataset as a whole, and how they are written down."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from htx_pipeline.bibtex import entry, plain
from htx_pipeline.figures.periods import period_ends, period_starts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from htx_pipeline.contracts import Contract
    from htx_pipeline.release.draft import Draft

PARQUET = "application/vnd.apache.parquet"
"""The registered media type of Parquet files."""


class InBothLanguages(Protocol):
    """A text in Vietnamese and in English: a label, or words of ``dataset.yml``."""

    @property
    def vi(self) -> str:
        """In Vietnamese."""

    @property
    def en(self) -> str:
        """In English."""


def as_json(document: Mapping[str, Any]) -> bytes:
    """``document`` as the release writes JSON: UTF-8, indented, keys in the order given."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def file_of(contract: Contract) -> str:
    """The name of the file that holds a table."""
    return f"{contract.name}.parquet"


def codelists_of(contracts: Iterable[Contract]) -> list[str]:
    """The names of the code lists that the columns of ``contracts`` use, in alphabetical order."""
    return sorted({f.codelist for c in contracts for f in c.fields if f.codelist is not None})


def reports(draft: Draft) -> list[dict[str, Any]]:
    """The reports that the release rests on, as rows of table ``reports``."""
    rows: list[dict[str, Any]] = draft.tables["reports"].to_pylist()
    return rows


def known_until(draft: Draft) -> dt.date | None:
    """The day on which the latest report was issued; ``None`` without reports."""
    return max((report["issued_on"] for report in reports(draft)), default=None)


def covers(draft: Draft) -> tuple[dt.date, dt.date] | None:
    """The first and the last day of all periods that figures speak of, plans included."""
    periods = draft.tables["figures"]["period"].unique().to_pylist()
    if not periods:
        return None
    return min(map(period_starts, periods)), max(map(period_ends, periods))


def areas(draft: Draft) -> list[tuple[str, str]]:
    """Code and printed name of each area that figures speak of, in the order of the codes."""
    figures = draft.tables["figures"]
    return sorted(
        dict(zip(*(figures[n].to_pylist() for n in ("area_code", "area")), strict=True)).items()
    )


def citation(draft: Draft) -> str:
    """How the dataset is cited, as a BibTeX entry."""
    dataset, until = draft.dataset, known_until(draft)
    return entry(
        dataset.id,
        {
            "author": " and ".join(f"{{{plain(author)}}}" for author in dataset.authors),
            "title": f"{{{plain(dataset.title.en)}}}",
            "year": str(until.year) if until else "",
            "version": plain(dataset.version),
            "note": f"reports issued until {until}, {plain(dataset.licence)}" if until else "",
            "url": dataset.address or "",
        },
    )
