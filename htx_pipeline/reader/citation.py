"""How to cite the dataset, and a single figure of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Literal

from htx_pipeline import codelists
from htx_pipeline.errors import ReleaseError
from htx_pipeline.model import Label, Language
from htx_pipeline.reader.provenance import printed
from htx_pipeline.reader.release import Location, Release, one_of, reading

Form = Literal["text", "bibtex"]
FORMS: tuple[Form, ...] = ("text", "bibtex")
_DESCRIPTION = "datapackage.json"


def cite(
    figure_id: str | None = None,
    *,
    lang: Language = "en",
    form: Form = "text",
    release: Release | Location | None = None,
) -> str:
    """How to cite the dataset, or with ``figure_id`` one figure, as a sentence or as BibTeX.

    The dataset is cited by authors, title, version, release, the day until which reports are in it,
    and licence: the release's id stands for its exact content. The year is that of this day; a
    release has no clock. A figure is cited by its report, and through the dataset.

    Raises ``UsageError`` for an unknown figure, language or form, ``ReleaseError`` if the release
    is not what its manifest says.
    """
    one_of(lang, ("vi", "en"), Label(vi="ngôn ngữ", en="language"))
    one_of(form, FORMS, Label(vi="dạng trích dẫn", en="form of citation"))

    def look(found: Release) -> str:
        if form == "text":
            return _sentence(found, figure_id, lang)
        entries = [_dataset_entry(found, lang)]
        if figure_id is not None:
            entries.insert(0, _figure_entry(found, figure_id, lang))
        return "\n\n".join(entries)

    return reading(release, look)


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


def _sentence(release: Release, figure_id: str | None, lang: Language) -> str:
    dataset = _dataset_sentence(release, lang)
    if figure_id is None:
        return dataset
    figure = printed(release.tables(), figure_id)
    report = _report(release, figure.report_id)
    unit = f" {figure.printed_unit}" if figure.printed_unit else ""
    page = {"vi": "trang", "en": "page"}[lang]
    where = figure.place + (f", {page} {figure.page}" if figure.page is not None else "")
    precision = codelists.label("date_precision", figure.issued_on_precision).text(lang)
    number = {"vi": f", số {report['number']}", "en": f", no. {report['number']}"}[lang]
    return (
        f"{report[f'issuer_{lang}']}: {report[f'title_{lang}']}"
        f"{number if report['number'] else ''}, {figure.issued_on} ({precision}), {where}: "
        f"“{figure.printed}{unit}”. "
        + {"vi": "Số liệu", "en": "Figure"}[lang]
        + f" {figure_id}. "
        + {"vi": "Trong", "en": "In"}[lang]
        + f": {dataset}"
    )


def _dataset_sentence(release: Release, lang: Language) -> str:
    about = release.manifest["dataset"]
    told = {
        "en": "{authors}: {title}. Version {version}, release {release}, reports issued until "
        "{until}. Data set, {licence}.",
        "vi": "{authors}: {title}. Phiên bản {version}, bản phát hành {release}, gồm các báo cáo "
        "ban hành đến {until}. Bộ dữ liệu, {licence}.",
    }[lang]
    return told.format(
        authors="; ".join(authors(release)),
        title=about["title"][lang],
        version=about["version"],
        release=release.id,
        until=release.known_until,
        licence=about["licence"],
    )


def _dataset_entry(release: Release, lang: Language) -> str:
    about = release.manifest["dataset"]
    until = {"en": "reports issued until", "vi": "các báo cáo ban hành đến"}[lang]
    named = {"en": "release", "vi": "bản phát hành"}[lang]
    return _entry(
        f"{about['id']}-{release.id}",
        {
            "author": " and ".join(f"{{{_plain(name)}}}" for name in authors(release)),
            "title": f"{{{_plain(about['title'][lang])}}}",
            "year": str(release.known_until.year),
            "version": _plain(about["version"]),
            "note": _plain(
                f"{named} {release.id}, {until} {release.known_until}, {about['licence']}"
            ),
        },
    )


def _figure_entry(release: Release, figure_id: str, lang: Language) -> str:
    figure = printed(release.tables(), figure_id)
    report = _report(release, figure.report_id)
    about = release.manifest["dataset"]
    unit = f" {figure.printed_unit}" if figure.printed_unit else ""
    page = {"vi": "trang", "en": "page"}[lang]
    place = figure.place + (f", {page} {figure.page}" if figure.page is not None else "")
    precision = codelists.label("date_precision", figure.issued_on_precision).text(lang)
    fields = {
        "author": f"{{{_plain(report[f'issuer_{lang}'])}}}",
        "title": f"{{{_plain(report[f'title_{lang}'])}}}",
        "year": str(figure.issued_on.year),
        "number": _plain(report["number"] or ""),
        "note": _plain(
            f"{figure.issued_on} ({precision}), {place}: “{figure.printed}{unit}”, {figure_id}"
        ),
        "crossref": f"{about['id']}-{release.id}",
    }
    return _entry(re.sub(r"[^a-z0-9-]", "-", figure_id), fields)


def _entry(name: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {field} = {{{text}}}," for field, text in fields.items() if text]
    return "\n".join([f"@misc{{{name},", *lines, "}"])


def _plain(text: str) -> str:
    """``text`` as BibTeX takes it literally."""
    return re.sub(r"[\\{}&%$#_~^]", lambda found: _LITERALLY[found[0]], text)


_LITERALLY = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {sign: f"\\{sign}" for sign in "{}&%$#_"}


def _report(release: Release, report_id: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(
        row for row in release.table("reports").to_pylist() if row["report_id"] == report_id
    )
    return found
