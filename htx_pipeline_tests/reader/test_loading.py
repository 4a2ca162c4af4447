from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import polars as pl
import pytest
from pandas.testing import assert_frame_equal

import htx_pipeline as htx
from htx_pipeline import codelists
from htx_pipeline.curation import CONTRACTS
from htx_pipeline.errors import UsageError
from htx_pipeline_tests.building import own_release
from htx_pipeline_tests.reader.releases import own_tables

if TYPE_CHECKING:
    from htx_pipeline.reader import Release

NAMES = [contract.name for contract in CONTRACTS]
EARLY = "2022-06-30"


@pytest.mark.parametrize("name", NAMES)
def test_pandas_has_the_types_of_the_contract(name: str, release: Release) -> None:
    assert_frame_equal(htx.load(name, release=release), own_release().tables[name])


def test_a_missing_count_stays_missing_and_a_whole_number_whole(release: Release) -> None:
    loaded = htx.load("cooperatives", release=release)
    active = loaded.set_index("as_of")["cooperatives_active_count"]
    assert active.dtype == pd.Int64Dtype()
    assert active[pd.Timestamp("2022-12-31")] is pd.NA
    assert active[pd.Timestamp("2021-12-31")] == 265


@pytest.mark.parametrize("name", NAMES)
def test_polars_and_duckdb_have_every_cell_and_type(name: str, release: Release) -> None:
    rows = own_tables()[name].to_pylist()
    frame = htx.load(name, backend="polars", release=release)
    assert isinstance(frame, pl.DataFrame)
    assert frame.to_dicts() == rows
    relation = htx.load(name, backend="duckdb", release=release)
    assert isinstance(relation, duckdb.DuckDBPyRelation)
    assert relation.columns == own_tables()[name].column_names
    found = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    assert found == rows


def test_arrow_is_the_table_with_its_descriptions(release: Release) -> None:
    loaded = htx.load("groups", backend="arrow", release=release)
    assert loaded.schema.equals(own_tables()["groups"].schema, check_metadata=True)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_labels_take_the_place_of_codes_and_of_nothing_else(lang: Any, release: Release) -> None:
    codes = htx.load("targets", backend="arrow", release=release)
    labels = htx.load("targets", backend="arrow", lang=lang, release=release)
    assert labels.column_names == codes.column_names
    for field in codes.schema:
        listed = (field.metadata or {}).get(b"codelist")
        before, after = codes[field.name].to_pylist(), labels[field.name].to_pylist()
        if listed is None:
            assert before == after
        else:
            rows = codelists.rows(listed.decode())
            assert after == [None if code is None else rows[code][lang] for code in before]
            assert b"codelist" not in labels.schema.field(field.name).metadata


def test_a_table_without_rows_has_its_columns_and_types(release: Release) -> None:
    empty = htx.load("groups", as_of="2021-04-28", lang="vi", release=release)
    assert empty.empty
    assert list(empty.dtypes) == list(htx.load("groups", release=release).dtypes)


def test_unknown_codes_stay(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {"agriculture": codelists.rows("sector")["agriculture"]}
    monkeypatch.setattr(codelists, "rows", lambda _name: rows)
    loaded = htx.load("cooperatives_by_sector", lang="vi", release=release)
    assert {"nông nghiệp", "transport"} <= set(loaded["sector"].str.lower())


@pytest.mark.parametrize(
    "day",
    [
        EARLY,
        dt.date(2022, 6, 30),
        dt.datetime(2022, 6, 30, 23, 59, tzinfo=dt.UTC),
        pd.Timestamp(EARLY),
    ],
)
def test_a_day_can_be_given_in_many_forms(day: Any, release: Release) -> None:
    loaded = htx.load("reports", as_of=day, backend="arrow", release=release)
    assert loaded["report_id"].to_pylist() == ["lai-chau-2021-report", "lai-chau-2021-strategy"]


def test_the_early_reading_knows_nothing_of_the_later_plan(release: Release) -> None:
    for name in NAMES:
        early = str(htx.load(name, as_of=EARLY, backend="arrow", release=release).to_pylist())
        assert "lai-chau-2024-plan" not in early, name
    now = htx.load("targets", release=release)
    assert "lai-chau-2024-plan" in set(now["report_id"])
    assert 2024 in set(now["year"])
    assert 2024 not in set(htx.load("targets", as_of=EARLY, release=release)["year"])


def test_on_the_day_of_the_last_report_everything_is_known(release: Release) -> None:
    for day in (release.known_until, dt.date(2999, 1, 1)):
        assert htx.load("findings", as_of=day, backend="arrow", release=release).equals(
            own_tables()["findings"]
        )


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"as_of": "2020-01-01"}, "the first report was issued on 2021-04-28"),
        ({"as_of": "30/6/2022"}, "'30/6/2022' is no day; write it as 2022-06-30"),
        ({"as_of": pd.NaT}, "NaT is no day; write it as 2022-06-30"),
        ({"lang": "fr"}, "no language 'fr'; there are: vi, en"),
        ({"backend": "panda"}, "the nearest is pandas; there are: pandas, arrow, polars, duckdb"),
    ],
)
def test_a_wrong_call_says_what_would_be_right(
    call: dict[str, Any], said: str, release: Release
) -> None:
    with pytest.raises(UsageError, match=said):
        htx.load("reports", **call, release=release)


def test_a_library_that_is_missing_is_named(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(UsageError, match="polars is not installed; run: pip install polars"):
        htx.load("reports", backend="polars", release=release)
