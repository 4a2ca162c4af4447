"""``report.yml``, ``corrections.yml``: what each holds."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from htx_pipeline import codelists
from htx_pipeline.figures.numerals import read_plain
from htx_pipeline.figures.periods import period_ends
from htx_pipeline.model import Label


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class ExpectedError(ValueError):
    """A value that is not what it should be; says what, in both languages."""

    def __init__(self, expected: Label) -> None:
        self.expected = expected
        super().__init__(expected.en)


def _period(text: str) -> str:
    try:
        period_ends(text)
    except ValueError:
        raise ExpectedError(
            Label(vi="một thời kỳ, như 2021 hoặc 2021/2025", en="a period, such as 2021/2025")
        ) from None
    return text


def _area(text: str) -> str:
    if text not in codelists.rows("area"):
        raise ExpectedError(Label(vi="một mã của danh mục area", en="a code of the list area"))
    return text


def _plain(text: str) -> str:
    try:
        read_plain(text)
    except ValueError as failure:
        raise ExpectedError(
            Label(vi="số viết thường như 63.407, nhiều nhất 14 chữ số", en=str(failure))
        ) from None
    return text


Text = Annotated[str, Field(min_length=1)]
Sha256 = Annotated[str, Field(pattern=re.compile("^[0-9a-f]{64}$"))]
ReportId = Annotated[str, Field(pattern=re.compile("^[a-z0-9]+(-[a-z0-9]+)*$"))]


Item = TypeVar("Item")
NoneIsEmpty = Annotated[list[Item], BeforeValidator(lambda found: [] if found is None else found)]
"""A list; a file that holds nothing but comments is an empty one."""


class Words(_Strict):
    """One text in both languages."""

    vi: Text
    en: Text


class IssuedOn(_Strict):
    """When the document was issued, as far as it can be told."""

    date: dt.date
    precision: Literal["day", "month", "year", "estimated"]
    evidence: Text


class Document(_Strict):
    """What identifies the document and its text, which stay outside the repository."""

    format: Literal["txt"]
    sha256: Sha256
    text_sha256: Sha256
    text_length: Annotated[int, Field(gt=0, lt=10**9)]
    numerals: Annotated[int, Field(ge=0, lt=10**9)]


class Report(_Strict):
    """One registered document: ``data/raw/<id>/report.yml``."""

    id: ReportId
    kind: Literal["report", "plan", "strategy", "news"]
    title: Words
    issuer: Words
    number: Text | None
    issued_on: IssuedOn
    covers: Annotated[list[Annotated[str, AfterValidator(_period)]], Field(min_length=1)]
    area: Annotated[str, AfterValidator(_area)]
    language: Literal["vi", "en"]
    address: Text | None
    document: Document


class Correction(_Strict):
    """A reviewed decision how one print is read: ``data/raw/corrections.yml``."""

    figure: Annotated[str, Field(pattern=re.compile(r"^[a-z0-9-]+:\d+$"))]
    expect: Text
    read_as: Annotated[str, AfterValidator(_plain)]
    reason: Text
    decided_on: dt.date
    decided_by: Text


class Corrections(RootModel[NoneIsEmpty[Correction]]):
    """All corrections."""
