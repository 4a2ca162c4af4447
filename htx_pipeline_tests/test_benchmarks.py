"""The benchmarks run and count what they say they count; nothing here is about time."""

from __future__ import annotations

import importlib.util
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import duckdb
import narwhals as nw
import pyarrow
import pytest

from htx_pipeline.figures import READINGS
from htx_pipeline.scale.check import check_table
from htx_pipeline.scale.incremental import changed_areas
from htx_pipeline_tests.building import figures, printed

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
def curated(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return script("curated", monkeypatch)


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


@pytest.fixture
def broken(national: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two communes through thirty months, where each rule is broken once, each elsewhere."""
    whole, path = tmp_path / "whole.parquet", tmp_path / "figures.parquet"
    monkeypatch.setattr(national, "AREAS", 34 + 2)
    national.write(whole, 30 * (34 + 2) * 90, 0)
    with duckdb.connect() as connection:
        connection.read_parquet(str(whole)).filter("area_code like '%/%'").create("figures")
        for where, low, high in BROKEN.values():
            changed = f"value_low = {low}, value = {low}, value_high = {high}"
            connection.execute(f"update figures set {changed} where {where}")  # noqa: S608 (ours)
        connection.table("figures").write_parquet(str(path))
    return path


@pytest.fixture
def repeated(broken: Path) -> Path:
    """The same figures, of which one is there twice."""
    path = broken.with_name("repeated.parquet")
    with duckdb.connect() as connection:
        figures = connection.read_parquet(str(broken))
        figures.union(figures.filter(REPEATED)).write_parquet(str(path))
    return path


COMMUNE, NEXT = "VN-01/xã 001", "VN-02/xã 001"
ONE, OTHER = (f"area_code = '{area}' and period" for area in (COMMUNE, NEXT))
IN_USE = "status in ('active', '_T')"
CREDIT, TRADE = "sector in ('credit', '_T')", "sector in ('trade', '_T')"
REPEATED = f"{OTHER} = '1997-S1' and indicator = 'cooperatives_dissolved' and sector = 'credit'"
BROKEN = {
    "sectors": (
        f"{ONE} = '1996-02-29' and indicator = 'members' and sector = 'trade' and {IN_USE}",
        "value_low + 100",
        "value_high + 100",
    ),
    "statuses": (
        f"{OTHER} = '1996-02-29' and indicator = 'employees' and {TRADE} and status = 'active'",
        "value_low + 100",
        "value_high + 100",
    ),
    "a share": (
        f"{ONE} = '1996-03-31' and relation = 'share' and sector in ('trade', 'credit')",
        "value_low + case sector when 'trade' then 5 else -5 end",
        "value_high + case sector when 'trade' then 5 else -5 end",
    ),
    "the sum of shares": (
        f"{OTHER} = '1996-03-31' and relation = 'share'",
        "value_low - 1",
        "value_high + 1.2",
    ),
    "members": (
        f"{ONE} = '1996-04-30' and indicator = 'members'",
        "value_low / 10",
        "value_high / 10",
    ),
    "members of credit funds": (
        f"{OTHER} = '1996-04-30' and indicator = 'members' and {CREDIT} and {IN_USE}",
        "value_low - 900",
        "value_high - 900",
    ),
    "flows": (
        f"{ONE} = '1996-S2' and indicator = 'cooperatives_new' and {TRADE}",
        "value_low + 1",
        "value_high + 1",
    ),
    "jump": (
        f"{OTHER} = '1997-12-31' and indicator = 'employees'",
        "value_low * 3",
        "value_high * 3",
    ),
}
PLACES = {
    (COMMUNE, "1996-02-29"),
    (NEXT, "1996-02-29"),
    (COMMUNE, "1996-03-31"),
    (NEXT, "1996-03-31"),
    (COMMUNE, "1996-04-30"),
    (NEXT, "1996-04-30"),
    (COMMUNE, "1996-S2"),
    (NEXT, "1997-12-31"),
    (NEXT, "1998-06-30"),
}
REPEATED_AT = (NEXT, "1997-S1")


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return script("peers", monkeypatch)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return script("processes", monkeypatch)


def test_the_query_by_hand_finds_each_broken_rule_and_a_cell_that_is_there_twice(
    tables: ModuleType, repeated: Path
) -> None:
    with duckdb.connect() as connection:
        rows = connection.execute(tables.hand_written(repeated)).fetchall()
    assert {row[:2] for row in rows} == PLACES | {REPEATED_AT}


@pytest.mark.filterwarnings("ignore")  # what a peer warns of is its own
@pytest.mark.parametrize(
    "name", ["pandera-pandas", "pandera-polars", "pointblank", "great_expectations"]
)
def test_a_peer_finds_each_broken_rule_and_a_cell_that_is_there_twice(
    name: str, peers: ModuleType, repeated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = peers.PEERS[name]
    if not peer.is_installed():
        pytest.skip(f"{name} is not installed: {peer.install}")
    found = script(peer.script, monkeypatch).found_in(repeated)
    assert found == PLACES | {REPEATED_AT}


@pytest.mark.filterwarnings("ignore")
def test_vtl_finds_each_broken_rule(
    peers: ModuleType, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = peers.PEERS["vtlengine"]
    if not peer.is_installed():
        pytest.skip(f"vtlengine is not installed: {peer.install}")
    assert script(peer.script, monkeypatch).found_in(broken) == PLACES


def test_peers_are_compared_place_by_place(peers: ModuleType) -> None:
    found = {"htx check": PLACES, "same": set(PLACES), "other": {*PLACES, REPEATED_AT}}
    assert list(peers.differences(found)) == [
        "other and htx check: 1 only by other: VN-02/xã 001 1997-S1"
    ]
    found["other"] = set()
    told = list(peers.differences(found))
    assert told[0].startswith("other and htx check: 9 only by htx check: VN-01/xã 001 1996-02-29, ")


def test_what_one_finds_and_another_does_not_is_an_error(peers: ModuleType, broken: Path) -> None:
    limits = peers.Limits(seconds=600, memory=1e12)
    lines = peers.compare(broken, {}, 1, limits)
    # printed to whole per cents, these shares may be 100: the query by hand takes them for tenths
    only = f"only by DuckDB SQL by hand: {NEXT} 1996-03-31"
    with pytest.raises(peers.click.ClickException, match=only):
        list(lines)


def test_a_process_over_its_limits_is_ended_and_not_run_again(processes: ModuleType) -> None:
    for_ever = [sys.executable, "-c", "import time; time.sleep(600)"]
    late = processes.Command(for_ever, limits=processes.Limits(seconds=0, memory=1e12))
    done = processes.Command([sys.executable, "-c", "print('first'); print('last')"])
    found = processes.in_turn({"late": late, "done": done}, rounds=2)
    assert [one.over for one in found["late"]] == ["more than 0 s"]
    assert [(one.over, one.said) for one in found["done"]] == [("", "last")] * 2
    lines = list(processes.told(found))
    assert lines[2].startswith("| late | more than 0 s | | | ")
    assert lines[3].endswith(" | last |")
    assert processes.ratio(found["done"], found["done"]) == 1


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is told by /proc")
def test_a_process_that_takes_more_memory_than_it_may_is_ended(processes: ModuleType) -> None:
    for_ever = [sys.executable, "-c", "import time; time.sleep(600)"]
    large = processes.Command(for_ever, limits=processes.Limits(seconds=600, memory=0))
    assert processes.took(large).over == "more than 0 GB"


def test_a_process_that_breaks_is_no_measurement(processes: ModuleType) -> None:
    command = processes.Command([sys.executable, "-c", "raise SystemExit('what was wrong')"])
    with pytest.raises(processes.click.ClickException, match="what was wrong"):
        processes.took(command)


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


@pytest.fixture
def localisation(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    return script("localisation", monkeypatch)


def crossing_groups() -> pyarrow.Table:
    """Some communes that print two sectors by two statuses with all sums, without an error."""
    return READINGS.to_arrow(
        figures(
            *(
                printed(
                    str((20 + area) * (1 + (sector == "_T")) * (1 + (status == "_T"))),
                    "employees",
                    sector=sector,
                    status=status,
                    period="2021-03-31",
                    area_code=f"VN-01/xã {area}",
                )
                for area in range(30)
                for sector in ("agriculture", "non_agriculture", "_T")
                for status in ("active", "stopped", "_T")
            )
        )
    )


def test_slips_are_other_counts_that_a_typist_could_print(localisation: ModuleType) -> None:
    chance = random.Random(7)  # noqa: S311 (nothing is secret here)
    slips = {localisation.slip("405", chance) for _ in range(200)}
    assert "405" not in slips
    assert {"4405", "45", "450", "5"} <= slips
    assert all(slip == str(int(slip)) for slip in slips)


def test_planted_slips_are_searched_for_and_named(localisation: ModuleType) -> None:
    clean = crossing_groups()
    crossing, values = localisation.crossing_of(clean)
    assert localisation.search(crossing, values).contradicting == 0
    wrong, planted = localisation.slipped(clean, 0.02, 3)
    found = localisation.search(*localisation.crossing_of(wrong))
    assert 0 < found.contradicting <= len(planted)
    assert found.by_one + found.by_several + found.untold == found.contradicting
    named = localisation.named(wrong, planted, 100)
    assert named["named first"] == sum(named.values()) == found.contradicting
    head, _, line = localisation.lines(clean, [0.02], 2, 100)
    assert head.count("|") == line.count("|")


def test_the_figures_that_change_are_those_of_some_areas(
    national: ModuleType, curated: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "figures.parquet"
    monkeypatch.setattr(national, "AREAS", 34 + 16)
    national.write(path, 1, 0)
    curated.prepare(path, 10.0)
    before, after = (
        nw.from_native(duckdb.read_parquet(str(p))).lazy() for p in curated.beside(path)
    )
    found = changed_areas(after, before)
    assert len(found.areas) == 5
    assert found.now == found.then
    assert all(area.startswith("VN-01/tỉnh ") for area in found.areas)
