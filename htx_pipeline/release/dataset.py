"""``data/raw/dataset.yml``: what the dataset is called, who answers for it, how it may be used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from htx_pipeline.errors import InputError, Problem
from htx_pipeline.figures.files import RawFile
from htx_pipeline.figures.reports import Text, Words
from htx_pipeline.figures.yaml_files import read_yaml
from htx_pipeline.model import Label

if TYPE_CHECKING:
    from pathlib import Path

LICENCES = {
    "CC-BY-4.0": (
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "CC0-1.0": (
        "Creative Commons Zero 1.0 Universal",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
}
"""Title and address of each licence (SPDX) that data may have."""


class Dataset(BaseModel):
    """What is said of the dataset as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=re.compile("^[a-z0-9]+(-[a-z0-9]+)*$"))]
    title: Words
    description: Words
    version: Annotated[str, Field(pattern=re.compile(r"^\d+\.\d+\.\d+$"))]
    licence: Literal["CC-BY-4.0", "CC0-1.0"]
    authors: Annotated[list[Text], Field(min_length=1)]
    address: Annotated[str, Field(pattern=re.compile("^https://"))] | None
    keywords: list[Text]


def read_dataset(raw: Path) -> Dataset:
    """What ``raw/dataset.yml`` says.

    Raises ``InputError`` if it is not there or is not what it should be.
    """
    file = RawFile.under(raw / "dataset.yml")
    problems: list[Problem] = []
    found = read_yaml(file, Dataset, problems) if file.path.is_file() else None
    if found is not None:
        return found
    raise InputError(problems or [_missing(file)])


def _missing(file: RawFile) -> Problem:
    return file.problem(
        "missing-file",
        found=Label(vi="không có tệp này", en="no such file"),
        expected=Label(
            vi="tên, mô tả, phiên bản, giấy phép và tác giả của bộ dữ liệu",
            en="title, description, version, licence and authors of the dataset",
        ),
        remedy=Label(
            vi="Hãy tạo tệp này theo mẫu của kho mã (xem CONTRIBUTING.md).",
            en="Make it after the one of the repository (see CONTRIBUTING.md).",
        ),
    )
