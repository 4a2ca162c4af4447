"""The gate on the repository's own release: every column of every table is looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from htx_pipeline.curation import CONTRACTS
from htx_pipeline.release.gate import check, sectors

if TYPE_CHECKING:
    from htx_pipeline.release.gate import Verdict

CURATED = Path(__file__).parents[2] / "data" / "curated"


@pytest.fixture(scope="module")
def verdict() -> Verdict:
    return check(CURATED, CONTRACTS)


def test_it_passes(verdict: Verdict) -> None:
    assert [one.told.en for one in verdict.failures] == []
    assert verdict.passed
    assert verdict.evaluated == verdict.successful


def test_all_that_contracts_promise_is_asked_and_nothing_else(verdict: Verdict) -> None:
    of_fields = [
        (
            True,
            not field.nullable,
            field.kind == "number",
            field.kind == "texts",
            field.minimum is not None,
            field.pattern is not None,
            field.codelist is not None,
            bool(field.refers_to),
        )
        for contract in CONTRACTS
        for field in contract.fields
    ]
    orders_and_keys = 2 * len(CONTRACTS)
    sums = len(sectors.measures(CONTRACTS))
    assert verdict.evaluated == sum(map(sum, of_fields)) + orders_and_keys + sums


def test_each_column_is_under_its_type_and_its_nulls(verdict: Verdict) -> None:
    asked = {
        (table["table"], one["kwargs"].get("column"), one["expectation"])
        for table in json.loads(verdict.result)["tables"]
        for one in table["expectations"]
    }
    fields = [(contract.name, field) for contract in CONTRACTS for field in contract.fields]
    assert len(fields) > 300
    for table, field in fields:
        assert (table, field.name, "expect_column_to_be_declared") in asked
        not_null = (table, field.name, "expect_column_values_to_not_be_null") in asked
        assert not_null is not field.nullable


def test_the_types_that_are_expected_tell_nulls_from_none(verdict: Verdict) -> None:
    for table, contract in zip(json.loads(verdict.result)["tables"], CONTRACTS, strict=False):
        declared = {
            one["kwargs"]["column"]: one["kwargs"]["declared"]
            for one in table["expectations"]
            if one["expectation"] == "expect_column_to_be_declared"
        }
        for field in contract.fields:
            assert declared[field.name].endswith(" not null") is not field.nullable


def test_sectors_are_compared_with_totals_in_every_measure(verdict: Verdict) -> None:
    last = json.loads(verdict.result)["tables"][-1]
    assert last["table"] == "sector_sums"
    assert last["successful"] == last["evaluated"] == 8


def test_the_result_is_json_as_the_repository_writes_it(verdict: Verdict) -> None:
    told = json.loads(verdict.result)
    assert verdict.result == (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
    assert str(CURATED) not in verdict.result.decode()
    assert (told["evaluated"], told["successful"]) == (verdict.evaluated, verdict.successful)
    assert sum(table["evaluated"] for table in told["tables"]) == told["evaluated"]
    assert told["evaluated"] == sum(len(table["expectations"]) for table in told["tables"])
