"""What is rare in tables comes out alike in every engine, as exact arithmetic has it."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import polars as pl
import pyarrow
import pyarrow.parquet
import pytest

from htx_pipeline.curation.findings import as_arrow
from htx_pipeline.figures import READINGS
from htx_pipeline.rules import RULES, confront_all, find
from htx_pipeline.scale.check import Checked, check_table
from htx_pipeline.scale.engines import opened
from htx_pipeline_tests.building import figures, printed
from htx_pipeline_tests.scale.conftest import installed

pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.PerformanceWarning")
BOUNDS = ("value", "value_low", "value_high")


def table(*descriptions: dict[str, Any], area: str = "xã Suối", **cells: Any) -> pyarrow.Table:
    """Figures of one area; ``cells`` replaces columns, by one value or one for each figure."""
    rows = READINGS.to_arrow(figures(*descriptions)).to_pylist()
    for name, cell in ({"area_code": f"VN-01/{area}"} | cells).items():
        each = cell if isinstance(cell, list) else [cell] * len(rows)
        for row, one in zip(rows, each, strict=True):
            row[name] = one
    for place, row in enumerate(rows):
        row["figure_id"] = f"{area}:{place}"
    return pyarrow.Table.from_pylist(rows, READINGS.arrow)


def counted(total: str, active: str, stopped: str, **codes: Any) -> list[dict[str, Any]]:
    parts = {"_T": total, "active": active, "stopped": stopped}
    return [printed(numeral, status=status, **codes) for status, numeral in parts.items()]


def of_capital(total: str, *parts: str) -> list[dict[str, Any]]:
    sectors = ("_T", "agriculture", "non_agriculture")
    return [
        printed(numeral, "charter_capital", sector=sector)
        for sector, numeral in zip(sectors, (total, *parts), strict=True)
    ]


RIGHT, WRONG = counted("10", "6", "4"), counted("10", "6", "3")
NFC, NFD = (unicodedata.normalize(form, "xã Đồi Chè") for form in ("NFC", "NFD"))
OLD = {"period": "1899-12-31", "as_of": dt.date(1899, 12, 31), "issued_on": dt.date(1900, 1, 5)}
ODD = {
    "a bound is missing": table(*RIGHT, area="null", value_low=[10.0, None, 4.0]),
    "no bounds at all": table(*RIGHT, area="nulls", value_low=None, value_high=None),
    "NaN below": table(*RIGHT, area="NaN below", value_low=[float("nan"), 6.0, 4.0]),
    "NaN above": table(*WRONG, area="NaN above", value_high=[10.0, 6.0, float("nan")]),
    "decimals": table(*of_capital("0,3", "0,1", "0,2"), area="decimals"),
    "wrong decimals": table(*of_capital("0,5", "0,1", "0,2"), area="wrong decimals"),
    "composed": table(*WRONG, area=NFC),
    "decomposed": table(*RIGHT, area=NFD),
    "trailing space": table(*WRONG, area="Suối Tre "),
    "no trailing space": table(*RIGHT, area="Suối Tre"),
    "quotes": table(
        *counted("10", "6", "3", organization="named"), area="quotes", entity='HTX "Ổi" O\'Tre; --'
    ),
    "minus zero": table(*counted("0", "0", "0"), area="minus zero", value_low=[-0.0, 0.0, -0.0]),
    "before 1900": table(*WRONG, area="old", year=1899, **OLD),
    "long": table(*WRONG, area="long", place="P1." + "ơ" * 100_000, note="ư" * 1_000_000),
}


def whole(of: pyarrow.DataType, *numerals: str) -> pyarrow.Table:
    """Bounds as whole numbers of a type."""
    found = table(*RIGHT, area="whole")
    for name in BOUNDS:
        cells = pyarrow.array([int(one) for one in numerals], of)
        found = found.set_column(found.schema.get_field_index(name), name, cells)
    return found


TYPED = {
    "32 bits": whole(pyarrow.int32(), "2000000000", "1000000000", "1000000000"),
    "64 bits": whole(pyarrow.int64(), "9007199254740995", "9007199254740992", "3"),
    "far beyond doubles": whole(pyarrow.int64(), "9007199254750993", "9007199254740993", "9000"),
    "empty": READINGS.arrow.empty_table(),
}
"""Tables that cannot be one with others."""
TOGETHER = {"all of them": pyarrow.concat_tables(ODD.values())}

ENGINES: dict[str, Callable[[pyarrow.Table], Any]] = {
    "pandas": lambda arrow: arrow.to_pandas(),
    "pyarrow": lambda arrow: arrow,
    "polars": pl.from_arrow,
    "duckdb": lambda arrow: duckdb.connect().from_arrow(arrow),
}


@pytest.fixture(scope="module")
def in_spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[pyarrow.Table], Any]]:
    """Tables as frames of one session."""
    installed()
    folder = tmp_path_factory.mktemp("edges")

    def written(arrow: pyarrow.Table) -> str:
        path = folder / f"{len(list(folder.iterdir()))}.parquet"
        pyarrow.parquet.write_table(arrow, path)
        return str(path)

    with opened(written(table(*RIGHT)), "spark", spark_url="local[2]") as frame:
        yield lambda arrow: frame.sparkSession.read.parquet(written(arrow))


def exactly(arrow: pyarrow.Table) -> tuple[Counter[tuple[str, str]], list[dict[str, Any]]]:
    """How many groups came out how, and the findings, row by row."""
    evaluations = confront_all(arrow.to_pylist()).evaluations
    counts = Counter((one.rule.name, str(one.outcome)) for one in evaluations)
    return counts, as_arrow(find(evaluations)).to_pylist()


def said(checked: Checked) -> tuple[Counter[tuple[str, str]], list[dict[str, Any]]]:
    counts = {
        (rule, str(outcome)): count
        for rule, of in checked.counts.items()
        for outcome, count in of.items()
        if count
    }
    return Counter(counts), checked.findings.to_pylist()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("what", [*ODD, *TYPED])
def test_what_is_rare_comes_out_alike(what: str, engine: str) -> None:
    arrow = (ODD | TYPED)[what]
    assert said(check_table(ENGINES[engine](arrow))) == exactly(arrow)


@pytest.mark.parametrize("what", [*TOGETHER, *TYPED])
def test_and_on_spark(what: str, in_spark: Callable[[pyarrow.Table], Any]) -> None:
    arrow = (TOGETHER | TYPED)[what]
    assert said(check_table(in_spark(arrow))) == exactly(arrow)


def test_rules_say_something_of_what_is_rare() -> None:
    counts, findings = exactly(TOGETHER["all of them"])
    assert {outcome for _, outcome in counts} == {"pass", "fail", "unverifiable"}
    assert len(findings) > 5
    assert len({rule.name for rule in RULES}) > len({rule for rule, _ in counts})
