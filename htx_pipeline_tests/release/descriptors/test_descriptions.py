"""What holds of every file that describes a release."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from htx_pipeline.bibtex import plain
from htx_pipeline.curation import CONTRACTS
from htx_pipeline.manifest import FileHash
from htx_pipeline.release.descriptors import DESCRIPTIONS
from htx_pipeline.release.descriptors import about as shared
from htx_pipeline_tests.building import OWN_RAW

if TYPE_CHECKING:
    from htx_pipeline.release.draft import Draft

each_description = pytest.mark.parametrize("name", DESCRIPTIONS)
each_json = pytest.mark.parametrize("name", [n for n in DESCRIPTIONS if not n.endswith(".csv")])


def without_rows(draft: Draft) -> Draft:
    empty = {contract.name: contract.arrow.empty_table() for contract in CONTRACTS}
    return replace(draft, tables=empty)


@each_description
def test_a_description_is_text_in_utf_8_that_ends_its_last_line(described: Any, name: str) -> None:
    told = DESCRIPTIONS[name](described.draft)
    assert told.decode().endswith("\n")
    assert b"\r" not in told
    assert b"\\u" not in told


@each_json
def test_json_is_written_as_everywhere(described: Any, name: str) -> None:
    told = (described.folder / name).read_text(encoding="utf-8")
    assert told == json.dumps(json.loads(told), ensure_ascii=False, indent=2) + "\n"


_HASHES = """
import hashlib, sys
from pathlib import Path
from htx_pipeline.release.dataset import read_dataset
from htx_pipeline.release.descriptors import DESCRIPTIONS
from htx_pipeline.manifest import FileHash
from htx_pipeline.release.draft import Draft
from htx_pipeline.parquet import read_table
from htx_pipeline.curation import CONTRACTS
folder, raw = map(Path, sys.argv[1:])
draft = Draft(
    read_dataset(raw),
    CONTRACTS,
    {one.name: one.to_arrow(read_table(one, folder)) for one in CONTRACTS},
    {one.name: FileHash.of(folder / f"{one.name}.parquet") for one in CONTRACTS},
)
for name, describe in DESCRIPTIONS.items():
    print(name, hashlib.sha256(describe(draft)).hexdigest())
"""


def test_descriptions_do_not_depend_on_hash_seed_locale_or_time_zone(described: Any) -> None:
    surroundings = {"PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Asia/Ho_Chi_Minh"}
    said = subprocess.run(
        [sys.executable, "-c", _HASHES, str(described.folder), str(OWN_RAW)],
        env=os.environ | surroundings,
        capture_output=True,
        check=True,
        text=True,
    )
    found = dict(line.split() for line in said.stdout.splitlines())
    assert found == {name: FileHash.of(described.folder / name).sha256 for name in DESCRIPTIONS}


@each_description
def test_a_release_without_rows_can_be_described(described: Any, name: str) -> None:
    assert DESCRIPTIONS[name](without_rows(described.draft)).endswith(b"\n")


def test_what_is_shared_is_taken_from_the_tables(described: Any) -> None:
    draft = described.draft
    issued = [report["issued_on"] for report in described.rows("reports")]
    assert shared.known_until(draft) == max(issued)
    as_of = [figure["as_of"] for figure in described.rows("figures")]
    first, last = shared.covers(draft) or (None, None)
    assert last == max(as_of)
    assert first is not None
    assert first <= min(as_of)
    assert ("VN-01", "Lai Châu") in shared.areas(draft)
    assert shared.known_until(without_rows(draft)) is None
    assert shared.covers(without_rows(draft)) is None


def test_the_citation_names_title_authors_version_and_latest_day(described: Any) -> None:
    cited = shared.citation(described.draft)
    dataset = described.draft.dataset
    assert cited.startswith(f"@misc{{{dataset.id},\n")
    assert f"title = {{{{{plain(dataset.title.en)}}}}}" in cited
    assert all(plain(author) in cited for author in dataset.authors)
    assert f"version = {{{dataset.version}}}" in cited
    assert f"reports issued until {shared.known_until(described.draft)}" in cited
    assert "htx\\_pipeline" in cited
