from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from htx_pipeline_tests.cli.conftest import Said

DOCUMENTS = os.environ.get("HTX_DOCUMENTS", "")


def test_documents_must_be_named(htx: Callable[..., Said]) -> None:
    said = htx("verify")
    assert said.code == 2
    assert "--documents" in said.err


def test_a_folder_that_is_not_there_is_a_wrong_call(htx: Callable[..., Said]) -> None:
    said = htx("verify", "--documents", "nowhere")
    assert said.code == 2
    assert "nowhere: no such folder" in said.err


def test_every_missing_document_is_told(htx: Callable[..., Said], tmp_path: Path) -> None:
    said = htx("verify", "--documents", str(tmp_path))
    assert said.code == 3
    assert said.err.count("[missing-document]") == 5


@pytest.mark.skipif(not DOCUMENTS, reason="the documents are not here: set HTX_DOCUMENTS")
def test_the_raw_data_is_what_the_documents_print(htx: Callable[..., Said]) -> None:
    said = htx("verify", "--documents", DOCUMENTS)
    assert said.code == 0
    assert said.out == "5 documents, 827 numerals: as data/raw says\n"


def test_one_report_may_be_verified_alone(htx: Callable[..., Said], tmp_path: Path) -> None:
    said = htx("verify", "--documents", str(tmp_path), "--report", "lai-chau-2023-news")
    assert said.code == 3
    assert "lai-chau-2023-news.txt" in said.err
    assert said.err.count("[missing-document]") == 1


def test_a_report_that_is_not_registered_is_a_wrong_call(
    htx: Callable[..., Said], tmp_path: Path
) -> None:
    said = htx("verify", "--documents", str(tmp_path), "--report", "nope")
    assert said.code == 2
    assert "no report nope in data/raw" in said.err
