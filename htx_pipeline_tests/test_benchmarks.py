"""The benchmarks run and count what they say they count; nothing here is about time."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from htx_pipeline.scale.check import check_table

FOLDER = Path(__file__).parents[1] / "benchmarks"


def script(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    found = importlib.util.spec_from_file_location(f"benchmark_{name}", FOLDER / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    monkeypatch.setitem(sys.modules, module.__name__, module)  # dataclasses look themselves up
    monkeypatch.syspath_prepend(FOLDER)
    found.loader.exec_module(module)
    for helper in FOLDER.glob("*.py"):
        sys.modules.pop(helper.stem, None)  # their names are common
    return module


@pytest.fixture(scope="module")
def mutations() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield script("mutations", monkeypatch)


@pytest.fixture
def startup(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return script("startup", monkeypatch)


@pytest.fixture
def national(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return script("national", monkeypatch)


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return script("tables", monkeypatch)


def test_planted_errors_are_what_the_query_by_hand_and_the_check_find(
    national: ModuleType, tables: ModuleType, tmp_path: Path
) -> None:
    path = tmp_path / "figures.parquet"
    assert national.write(path, 1, 30_000) > 200_000
    with duckdb.connect() as connection:
        by_hand = {row[:2] for row in connection.execute(tables.hand_written(path)).fetchall()}
        checked = check_table(connection.read_parquet(str(path)))
    found = zip(
        *(checked.findings[name].to_pylist() for name in ("area_code", "period")), strict=True
    )
    assert set(found) == by_hand
    assert len(by_hand) > 5


def one(mutations: ModuleType, **wanted: str) -> str:
    """The id of the first figure that is so."""
    rows = mutations.bench_of().rows
    return str(next(r["figure_id"] for r in rows if all(r[n] == v for n, v in wanted.items())))


def prints(
    mutations: ModuleType, printed: str, neighbour: str | None = None
) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for kind, slip in mutations.slips_of(printed, neighbour):
        found.setdefault(kind.name, set()).add(slip)
    return found


def test_every_kind_of_slip_is_planted(mutations: ModuleType) -> None:
    assert prints(mutations, "26,8", "41") == {
        "CHANGED": {"36,8", "76,8", "27,8", "21,8", "26,9", "26,3"},
        "DROPPED": {"6,8", "2,8"},
        "DOUBLED": {"226,8", "266,8", "26,88"},
        "SWAPPED": {"62,8", "28,6"},
        "TIMES_1000": {"26.800"},
        "OVER_1000": {"0,0268"},
        "NEIGHBOUR": {"41"},
    }


def test_a_number_with_a_digit_more_or_less_is_grouped_anew(mutations: ModuleType) -> None:
    found = prints(mutations, "1.035")
    assert found["DROPPED"] == {"1.35", "1.05", "1.03"}  # a numeral begins with a digit
    assert found["REGROUPED"] == {"135", "105", "103", "11.035", "10.035", "10.335", "10.355"}
    assert found["TIMES_1000"] == {"1.035.000"}
    assert found["OVER_1000"] == {"1,035"}
    assert prints(mutations, "826.000")["OVER_1000"] == {"826"}


def test_what_reading_refuses_is_told_by_its_code(mutations: ModuleType) -> None:
    bench = mutations.bench_of()
    count = one(mutations, unit="cooperative")
    assert bench.read(count, "1,234") == "ambiguous-numeral"
    assert bench.read(count, "1.23") == "malformed-numeral"
    assert bench.read(count, "12,5") == "count-with-decimals"
    assert bench.read(one(mutations, qualifier="range_low"), "99999") == "range-turned-round"
    assert mutations.judged(mutations.Slip(count, mutations.Kind.CHANGED, "1.23")).refused


def test_a_figure_with_its_own_print_is_read_as_it_is(mutations: ModuleType) -> None:
    bench = mutations.bench_of()
    assert all(bench.read(row["figure_id"], row["printed"]) == row for row in bench.rows)


def test_no_slip_leaves_a_figure_as_it_is_or_is_planted_twice(mutations: ModuleType) -> None:
    bench = mutations.bench_of()
    values = {row["figure_id"]: row["value"] for row in bench.rows}
    planted = [(slip.figure_id, slip.printed) for slip in bench.slips]
    assert len(planted) == len(set(planted))
    for slip in bench.slips[::25]:
        read = bench.read(slip.figure_id, slip.printed)
        assert isinstance(read, str) or read["value"] != values[slip.figure_id]


def test_a_slip_in_a_sum_is_caught_and_one_in_a_figure_that_nothing_confirms_is_not(
    mutations: ModuleType,
) -> None:
    part = one(mutations, organization="cooperative", indicator="cooperatives", sector="transport")
    row = mutations.bench_of().by_id[part]
    caught = mutations.judged(mutations.Slip(part, mutations.Kind.DOUBLED, row["printed"] * 2))
    assert (caught.refused, caught.trouble) == ("", "")
    assert (caught.is_caught, caught.is_new, caught.is_suspected) == (True, True, True)
    assert caught.smallest >= 1
    loose = one(mutations, indicator="revenue_mean", relation="attainment")
    missed = mutations.judged(mutations.Slip(loose, mutations.Kind.CHANGED, "77"))
    assert (missed.refused, missed.is_noticed, missed.is_suspected) == ("", False, False)
    lines = list(mutations.told(mutations.bench_of(), [caught, missed]))
    assert "| all | 2 | 0 | 1 | 1 | 1 | 1 |" in "\n".join(lines)
    assert "Faults of the engine: 0." in "\n".join(lines)


def test_commands_take_turns_and_are_told_as_medians_and_ratios(startup: ModuleType) -> None:
    measured = startup.rounds(1, {"nothing": (sys.executable, "-c", "pass")})
    assert [len(times) for times in measured.values()] == [1]
    one, other = startup.RATIOS[0]
    times = {
        one: [startup.Took(2.0, 1.0), startup.Took(3.0, 1.0), startup.Took(9.0, 1.0)],
        other: [startup.Took(1.0, 2.0), startup.Took(2.0, 2.0), startup.Took(3.0, 2.0)],
    }
    lines = list(startup.told(times))
    assert f"| `{one}` | 3000 ms | 2000 ms | 9000 ms | 1000 ms |" in lines
    assert f"| `{one}` / `{other}` | 2.00 | 1.50 | 0.50 |" in lines


def test_a_command_that_breaks_is_no_measurement(startup: ModuleType) -> None:
    with pytest.raises(startup.click.ClickException, match="exited with 3"):
        startup.took((sys.executable, "-c", "raise SystemExit(3)"))


@pytest.fixture
def materialise(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return script("materialise", monkeypatch)


def test_as_many_empty_assets_are_materialised_as_ours_are(
    materialise: ModuleType, tmp_path: Path
) -> None:
    location, ours = materialise.ours(tmp_path)
    assets = ours.asset_layer.executable_asset_keys
    assert len(materialise.empty(3).asset_layer.executable_asset_keys) == 3
    hollow = materialise.like(location)
    assert {key.path[-1] for key in hollow.asset_layer.executable_asset_keys} == {
        key.path[-1] for key in assets
    }
    of_assets = set(location.resolve_asset_graph().asset_check_keys)
    asked_alone = {key for key in of_assets if key.name == "annual_reports_arrived"}
    asked = hollow.asset_layer.asset_graph.asset_check_keys
    hollow_checks = {(key.asset_key.path[-1], key.name) for key in asked}
    assert hollow_checks == {(key.asset_key.path[-1], key.name) for key in of_assets - asked_alone}
    assert materialise.run(materialise.empty(2)) > 0


def test_ratios_of_materialisations_are_told_where_both_were_measured(
    materialise: ModuleType,
) -> None:
    measured = {materialise.FLOOR: [1.0, 2.0], materialise.LIKE: [2.0, 2.0]}
    measured[materialise.FRESH] = [4.0, 6.0]
    *_, first, second = materialise.told(measured)
    assert first == f"| {materialise.FRESH} / {materialise.FLOOR} | 3.50 |"
    assert second == f"| {materialise.FRESH} / {materialise.LIKE} | 2.50 |"
