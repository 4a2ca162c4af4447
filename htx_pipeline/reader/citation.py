"""How to cite the dataset, and a single figure of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from htx_pipeline import codelists
from htx_pipeline.bibtex import entry, plain
from htx_pipeline.errors import ReleaseError
from htx_pipeline.model import Label, Language
from htx_pipeline.reader.days import AsOf, day_of
from htx_pipeline.reader.provenance import Printed, printed
from htx_pipeline.reader.release import Location, Release, one_of, reading

if TYPE_CHECKING:
    import datetime as dt

    import pyarrow

Form = Literal["text", "bibtex"]
FORMS: tuple[Form, ...] = ("text", "bibtex")
_DESCRIPTION = "datapackage.json"


def cite(
    figure_id: str | None = None,
    *,
    as_of: AsOf | None = None,
    lang: Language = "en",
    form: Form = "text",
    release: Release | Location | None = None,
) -> str:
    """How to cite the dataset, or with ``figure_id`` one figure, as a sentence or as BibTeX.

    The dataset is cited by authors, title, version, release, the day until which reports are in it,
    and licence: the release's id stands for its exact content. The year is that of this day; a
    release has no clock. A figure is cited by its report, and through the dataset. ``as_of`` is as
    in ``load``: what is cited is the release as known on that day, which the citation names.

    Raises ``UsageError`` for an unknown figure, language or form, or a day before the first report;
    ``ReleaseError`` if the release is not what its manifest says.
    """
    one_of(lang, ("vi", "en"), Label(vi="ngôn ngữ", en="language"))
    one_of(form, FORMS, Label(vi="dạng trích dẫn", en="form of citation"))
    day = None if as_of is None else day_of(as_of)

    def look(found: Release) -> str:
        cited = _cited(found, day)
        if form == "text":
            return _sentence(cited, figure_id, lang)
        entries = [_dataset_entry(cited, lang)]
        if figure_id is not None:
            entries.insert(0, _figure_entry(cited, figure_id, lang))
        return "\n\n".join(entries)

    return reading(release, look)


@dataclass(frozen=True, slots=True)
class _Cited:
    """A release, or what was known of it on a day: ``until`` is when its latest report was issued.

    ``tables`` reads a table when it is looked up.
    """

    release: Release
    day: dt.date | None
    tables: Mapping[str, pyarrow.Table]
    until: dt.date

    @property
    def about(self) -> Mapping[str, Any]:
        """What the manifest says of the dataset."""
        found: Mapping[str, Any] = self.release.manifest["dataset"]
        return found

    @property
    def name(self) -> str:
        """What the BibTeX entry is called."""
        known = f"-{self.day}" if self.day else ""
        return f"{self.about['id']}-{self.release.id}{known}"

    def version(self, lang: Language) -> str:
        """The release, the day that it is as known on, and how far its reports reach."""
        release, known, until = {
            "en": ("release", "as known on", "reports issued until"),
            "vi": ("bản phát hành", "như được biết đến ngày", "gồm các báo cáo ban hành đến"),
        }[lang]
        as_known = f"{known} {self.day}, " if self.day else ""
        return f"{release} {self.release.id}, {as_known}{until} {self.until}"


def _cited(release: Release, day: dt.date | None) -> _Cited:
    if day is None:
        return _Cited(release, None, release.tables(), release.known_until)
    tables = release.known_on(day)
    return _Cited(release, day, tables, max(tables["reports"]["issued_on"].to_pylist()))


def authors(release: Release) -> tuple[str, ...]:
    """Who answers for the dataset, as ``datapackage.json`` of the release names them."""
    try:
        package = json.loads(release.document(_DESCRIPTION))
        return tuple(str(one["title"]) for one in package["contributors"])
    except (KeyError, TypeError, ValueError) as failure:
        raise ReleaseError(
            Label(
                vi=f"{release}: {_DESCRIPTION} không nêu tác giả",
                en=f"{release}: {_DESCRIPTION} names no authors",
            )
        ) from failure


def _sentence(cited: _Cited, figure_id: str | None, lang: Language) -> str:
    dataset = _dataset_sentence(cited, lang)
    if figure_id is None:
        return dataset
    figure = printed(cited.tables, figure_id)
    report = _report(cited, figure.report_id)
    number = {"vi": f", số {report['number']}", "en": f", no. {report['number']}"}[lang]
    return (
        f"{report[f'issuer_{lang}']}: {report[f'title_{lang}']}"
        f"{number if report['number'] else ''}, {_print(figure, lang)}. "
        + {"vi": "Số liệu", "en": "Figure"}[lang]
        + f" {figure_id}. "
        + {"vi": "Trong", "en": "In"}[lang]
        + f": {dataset}"
    )


def _print(figure: Printed, lang: Language) -> str:
    """When the report was issued, where in it the figure stands, and how it is printed."""
    precision = codelists.label("date_precision", figure.issued_on_precision).text(lang)
    page = {"vi": "trang", "en": "page"}[lang]
    where = figure.place + (f", {page} {figure.page}" if figure.page is not None else "")
    unit = f" {figure.printed_unit}" if figure.printed_unit else ""
    return f"{figure.issued_on} ({precision}), {where}: “{figure.printed}{unit}”"


def _dataset_sentence(cited: _Cited, lang: Language) -> str:
    told = {
        "en": "{authors}: {title}. Version {number}, {version}. Data set, {licence}.",
        "vi": "{authors}: {title}. Phiên bản {number}, {version}. Bộ dữ liệu, {licence}.",
    }[lang]
    return told.format(
        authors="; ".join(authors(cited.release)),
        title=cited.about["title"][lang],
        number=cited.about["version"],
        version=cited.version(lang),
        licence=cited.about["licence"],
    )


def _dataset_entry(cited: _Cited, lang: Language) -> str:
    about = cited.about
    return entry(
        cited.name,
        {
            "author": " and ".join(f"{{{plain(name)}}}" for name in authors(cited.release)),
            "title": f"{{{plain(about['title'][lang])}}}",
            "year": str(cited.until.year),
            "version": plain(about["version"]),
            "note": plain(f"{cited.version(lang)}, {about['licence']}"),
        },
    )


def _figure_entry(cited: _Cited, figure_id: str, lang: Language) -> str:
    figure = printed(cited.tables, figure_id)
    report = _report(cited, figure.report_id)
    fields = {
        "author": f"{{{plain(report[f'issuer_{lang}'])}}}",
        "title": f"{{{plain(report[f'title_{lang}'])}}}",
        "year": str(figure.issued_on.year),
        "number": plain(report["number"] or ""),
        "note": plain(f"{_print(figure, lang)}, {figure_id}"),
        "crossref": cited.name,
    }
    return entry(re.sub(r"[^a-z0-9-]", "-", figure_id), fields)


def _report(cited: _Cited, report_id: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(
        row for row in cited.tables["reports"].to_pylist() if row["report_id"] == report_id
    )
    return found
