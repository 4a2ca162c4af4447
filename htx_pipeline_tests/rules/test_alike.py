"""Regions that print the same cells, confronted together: they tell what each tells alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htx_pipeline.curation.findings import as_arrow
from htx_pipeline.figures import READINGS
from htx_pipeline.model import Outcome
from htx_pipeline.rules import RULES, Evaluation, confront_all, find
from htx_pipeline.rules.alike import Confronter
from htx_pipeline.rules.alike.patterns import Pattern
from htx_pipeline.rules.localisation import localise
from htx_pipeline_tests.building import LATER, Report, figures, printed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from htx_pipeline.rules import AnyEvaluation

AREAS = ("VN-01/xã A", "VN-01/xã B", "VN-01/xã C")
SECTORS = ("agriculture", "non_agriculture")
STATUSES = ("active", "stopped")
NAMED = ("2020-12-31", "2021-12-31", "2021", "2021-S1", "2021-S2", "2021-06-30")

Cell = tuple[str, str]


def table(described: Iterable[dict[str, Any]]) -> pyarrow.Table:
    return READINGS.to_arrow(figures(*described))


def counted(evaluations: Iterable[AnyEvaluation]) -> Counter[tuple[str, str]]:
    return Counter((e.rule.name, e.outcome.value) for e in evaluations)


def of_figures(evaluations: Iterable[AnyEvaluation]) -> list[Evaluation]:
    return [e for e in evaluations if isinstance(e, Evaluation)]


def told(rows: pyarrow.Table, *, all_of_it: bool = False) -> tuple[Any, ...]:
    """Counts and findings of a table by its shapes, and by exact arithmetic where they tell none;
    the last is how many figures that were."""
    found = Confronter(RULES).tell(rows, NAMED)
    left = confront_all(found.left.to_pylist()).evaluations
    evaluations = [*found.evaluations, *left]
    puzzles = [*found.puzzles, *localise(of_figures(left))]
    every = of_figures(confront_all(rows.to_pylist()).evaluations)
    prints = {o.figure_id: o for e in every for o in e.operands}
    ledger = find(evaluations, puzzles=puzzles, beside=lambda _: prints.values())
    passed = Counter({(name, "pass"): count for name, count in found.passed.items() if count})
    if all_of_it:
        assert found.left.num_rows == 0
    return counted(evaluations) + passed, as_arrow(ledger)


def exactly(rows: pyarrow.Table) -> tuple[Any, ...]:
    evaluations = confront_all(rows.to_pylist()).evaluations
    return counted(evaluations), as_arrow(find(evaluations))


def crossing(
    area: str, values: dict[Cell, int], indicator: str = "employees", **codes: Any
) -> list[dict[str, Any]]:
    """Two sectors by two statuses with all their sums; ``values`` are the four cells, and what is
    printed instead of a sum."""
    cells = dict(values)
    for status in STATUSES:
        cells.setdefault(("_T", status), sum(values[one, status] for one in SECTORS))
    for sector in (*SECTORS, "_T"):
        cells.setdefault((sector, "_T"), sum(cells[sector, one] for one in STATUSES))
    return [
        printed(str(count), indicator, sector=sector, status=status, area_code=area, **codes)
        for (sector, status), count in cells.items()
    ]


SOUND = {(sector, status): 20 for sector in SECTORS for status in STATUSES}


def test_an_error_that_crossing_sums_convict_is_named_in_each_region() -> None:
    rows = table(
        one
        for number, area in enumerate(AREAS)
        for one in crossing(area, {**SOUND, ("_T", "active"): 40, ("_T", "_T"): 80 + number})
    )
    found = told(rows, all_of_it=True)
    assert found == exactly(rows)
    assert found[0]["sectors_sum_to_total", "fail"] == 2
    named = dict(
        zip(
            found[1]["area_code"].to_pylist(),
            zip(found[1]["convicted"].to_pylist(), found[1]["suspects"].to_pylist(), strict=True),
            strict=True,
        )
    )
    assert named.keys() == {"VN-01/xã B", "VN-01/xã C"}
    for convicted, suspects in named.values():
        assert [one["figure_id"] for one in suspects] == convicted
        assert suspects[0]["would_need_low"] == suspects[0]["would_need_high"] == 80


def test_all_that_explain_it_equally_well_are_told() -> None:
    parts = [printed(str(n), sector=one, area_code=AREAS[0]) for n, one in enumerate(SECTORS, 4)]
    rows = table([*parts, printed("10", area_code=AREAS[0])])
    counts, findings = told(rows, all_of_it=True)
    assert (counts, findings) == exactly(rows)
    (suspects,) = findings["suspects"].to_pylist()
    assert sorted(one["would_need_low"] for one in suspects) == [5.0, 6.0, 9.0]
    assert findings["convicted"].to_pylist() == [[]]


def test_two_errors_that_share_no_sum_are_explained_each_by_itself() -> None:
    employed = crossing(AREAS[0], {**SOUND, ("agriculture", "_T"): 41})
    days = {"period": "2020-12-31", "report": Report("bao-cao-2020")}
    members = crossing(AREAS[0], {**SOUND, ("non_agriculture", "_T"): 43}, **days)
    rows = table([*employed, *members])
    found = told(rows, all_of_it=True)
    assert found == exactly(rows)
    convicted = {one for ids in found[1]["convicted"].to_pylist() for one in ids}
    assert {one.partition(":")[0] for one in convicted} == {"bao-cao-2020", "bao-cao-2021"}
    assert all(found[1]["convicted"].to_pylist())


def test_a_count_is_a_whole_number_and_never_negative() -> None:
    # 7 members for each cooperative: no whole number of members fits beside these totals
    rows = table(crossing(AREAS[0], {**SOUND, ("agriculture", "active"): 90, ("_T", "active"): 40}))
    assert told(rows) == exactly(rows)


@pytest.mark.parametrize(
    "other",
    [
        printed("9", "revenue_mean"),
        printed("10", report=LATER),
        printed("5", relation="change", printed_base="2019"),
        printed("5", qualifier="more_than", sector="credit"),
        printed("100", relation="share", status="active", share_of="status"),
        printed("12,5", "charter_capital", sector="agriculture", unit="billion_vnd"),
    ],
    ids=["a mean", "printed twice", "a named base", "bounds only", "a share", "rounded money"],
)
def test_what_arrays_cannot_tell_is_left_to_exact_arithmetic(other: dict[str, Any]) -> None:
    area = {"area_code": AREAS[0]}
    rows = table([*crossing(AREAS[0], {**SOUND, ("_T", "_T"): 81}, "cooperatives"), other | area])
    assert told(rows) == exactly(rows)


def test_shapes_are_told_apart_by_cells_and_not_by_values_areas_or_days() -> None:
    days = ("2021-02-28", "2021-03-31", "2021-04-30")
    described = [
        one | {"period": day}
        for area, day in zip(AREAS, days, strict=True)
        for one in crossing(area, SOUND)
    ]
    confronter = Confronter(RULES)
    with patch.object(Pattern, "of", wraps=Pattern.of) as made:
        assert confronter.tell(table(described), NAMED).left.num_rows == 0
        assert made.call_count == 1
        assert confronter.tell(table(described[:9]), NAMED).left.num_rows == 0
        assert made.call_count == 1
        assert confronter.tell(table(described[:8]), NAMED).left.num_rows == 8
        assert made.call_count == 2


numbers = st.integers(0, 30)
cells = st.fixed_dictionaries({(one, other): numbers for one in SECTORS for other in STATUSES})


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What some areas print: the same cells, some of which are wrong."""
    indicators = draw(
        st.sets(st.sampled_from(["cooperatives", "members", "employees"]), min_size=1)
    )
    days = draw(st.sets(st.sampled_from(["2021-12-31", "2020-12-31", "2021-03-31"]), min_size=1))
    flows = draw(st.booleans())
    capital = draw(st.booleans())
    omitted = draw(st.sets(st.integers(0, 60), max_size=4))
    found: list[dict[str, Any]] = []
    for area in AREAS[: draw(st.integers(1, 3))]:
        own: list[dict[str, Any]] = []
        for indicator in sorted(indicators):
            for day in sorted(days):
                of = {"period": day, "report": Report(f"bao-cao-{day}")}
                own += crossing(area, draw(cells), indicator, **of)
        if flows:
            for flow in ("cooperatives_new", "cooperatives_dissolved"):
                own.append(printed(str(draw(numbers)), flow, area_code=area, period="2021"))
        if capital:
            one, other = draw(numbers) + 1, draw(numbers) + 1
            for sector, amount in (("agriculture", one), ("non_agriculture", other)):
                about = {"sector": sector, "area_code": area}
                own.append(printed(f"{amount},5", "charter_capital", **about))
                share = round(100 * amount / (one + other))
                own.append(printed(f"{share},0", "charter_capital", relation="share", **about))
            own.append(printed(f"{one + other + 1}", "charter_capital", area_code=area))
        kept = [one for number, one in enumerate(own) if number not in omitted]
        for place in draw(st.lists(st.integers(0, len(kept) - 1), max_size=4)) if kept else []:
            kept[place] = kept[place] | {"printed": str(draw(st.integers(0, 200)))}
        found += kept
    return found


@settings(max_examples=60, deadline=None)
@given(tables())
def test_whatever_regions_print_they_tell_what_exact_arithmetic_does(
    described: Sequence[dict[str, Any]],
) -> None:
    rows = table(described)
    assert told(rows) == exactly(rows)
    assert Outcome.ERROR.value not in {outcome for _, outcome in told(rows)[0]}
