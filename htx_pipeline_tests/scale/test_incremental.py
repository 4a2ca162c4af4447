"""A check of what has changed says, to the byte, what a check of everything says."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandas as pd
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from htx_pipeline.errors import UsageError
from htx_pipeline.figures import READINGS
from htx_pipeline.figures.operands import COLUMNS
from htx_pipeline.scale import incremental
from htx_pipeline.scale.check import check_table
from htx_pipeline.scale.incremental import (
    Earlier,
    changed_areas,
    check_changes,
    read_findings,
    with_counts,
)
from htx_pipeline_tests.building import figures, printed
from htx_pipeline_tests.scale import random_figures
from htx_pipeline_tests.scale.random_figures import AREAS, ENGINES

if TYPE_CHECKING:
    from pathlib import Path

quiet = pytest.mark.filterwarnings("ignore::pandas.errors.PerformanceWarning")


def earlier_of(frame: pd.DataFrame, made: Any) -> Earlier:
    checked = check_table(made)
    return Earlier(checked.findings, checked.counts, len(frame))


def as_bytes(table: pyarrow.Table) -> bytes:
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(table, sink)
    return bytes(sink.getvalue())


def joined(*parts: pd.DataFrame) -> pd.DataFrame:
    tables = [READINGS.to_arrow(part) for part in parts]
    return READINGS.from_arrow(pyarrow.concat_tables(tables), validated=True)


@st.composite
def changes(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Figures of three areas before and after some of them are dropped, added or made others."""
    parts = [draw(random_figures.tables(most=6, areas=[area])) for area in AREAS]
    parts = [_of_own_reports(part, number) for number, part in enumerate(parts)]
    later = list(parts)
    for number in draw(st.sets(st.sampled_from(range(len(AREAS))), max_size=2)):
        old = parts[number]
        match draw(st.integers(0, 3)):
            case 0:
                later[number] = _of_own_reports(
                    draw(random_figures.tables(most=6, areas=[AREAS[number]])), number
                )
            case 1 if len(old):
                later[number] = old.drop(index=draw(st.sampled_from(list(old.index))))
            case 2 if len(old):
                place, name = draw(st.sampled_from(list(old.index))), "place"
                later[number] = old.copy()
                later[number].loc[place, name] = "P9.IX"
            case _ if len(old):
                later[number] = old.copy()
                for name in ("value", "value_low", "value_high"):
                    later[number][name] += 1
            case _:
                pass
    return joined(*parts), joined(*later)


def _of_own_reports(frame: pd.DataFrame, number: int) -> pd.DataFrame:
    """The same figures, of reports that no other area has."""
    reports = frame["report_id"] + f"-{number}"
    ids = reports + ":" + frame["start"].astype("str")
    return frame.assign(report_id=reports, figure_id=ids)


@quiet
@pytest.mark.parametrize("engine", ["duckdb", "pandas"])
@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(tables=changes())
def test_what_has_changed_tells_the_same_as_everything(
    engine: str, tables: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    before, after = tables
    then, now = (ENGINES[engine](one) for one in tables)
    found = check_changes(now, then, earlier_of(before, then))
    full = check_table(now)
    assert found.checked.counts == full.counts
    assert list(found.checked.counts) == list(full.counts)
    number = len(after)
    assert as_bytes(with_counts(found.checked, number)) == as_bytes(with_counts(full, number))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(tables=changes(), at_once=st.sampled_from([1, 8, 1000]), seed=st.integers(0, 9))
def test_an_area_has_changed_if_it_holds_other_figures(
    tables: tuple[pd.DataFrame, pd.DataFrame], at_once: int, seed: int
) -> None:
    before, after = tables
    turned = after.sample(frac=1, random_state=seed)
    lazily = [nw.from_native(random_figures.as_arrow(one)).lazy() for one in (turned, before)]
    found = changed_areas(*lazily, at_once=at_once)
    assert (found.now, found.then) == (len(after), len(before))
    assert set(found.areas) == {area for area in AREAS if _rows(before, area) != _rows(after, area)}


def _rows(frame: pd.DataFrame, area: str) -> list[str]:
    rows = READINGS.to_arrow(frame[frame["area_code"] == area]).select([*COLUMNS]).to_pylist()
    return sorted(map(repr, rows))


@pytest.mark.parametrize("column", COLUMNS)
def test_no_change_of_a_column_that_a_check_reads_is_missed(column: str) -> None:
    rows = READINGS.to_arrow(
        figures(printed("10"), printed("3", area_code=AREAS[1]), printed("4", area_code=AREAS[2]))
    )
    cells = rows[column].to_pylist()
    places = rows["area_code"].to_pylist()
    place = places.index(AREAS[2])
    for other in (None, *_others(rows.schema.field(column).type, cells[place])):
        if other is None and column in {"area_code", "report_id", "start"}:
            continue
        changed = [*cells[:place], other, *cells[place + 1 :]]
        if changed == cells:
            continue
        column_now = pyarrow.array(changed, rows.schema.field(column).type)
        now = rows.set_column(rows.schema.get_field_index(column), column, column_now)
        lazily = [nw.from_native(one).lazy() for one in (now, rows)]
        assert AREAS[2] in changed_areas(*lazily).areas


def _others(type_: pyarrow.DataType, cell: Any) -> list[Any]:
    if pyarrow.types.is_string(type_):
        return ["VN-01/xã khác"]
    if pyarrow.types.is_boolean(type_):
        return [not cell]
    if pyarrow.types.is_date(type_):
        return [cell.replace(year=1999)]
    return [cell + 1]


SOME = (printed("10"), printed("6", status="active"), printed("3", status="stopped"))


def written(path: Path, **changed: Any) -> Path:
    checked = check_table(random_figures.as_arrow(figures(*SOME)))
    table = with_counts(dataclasses.replace(checked, **changed), len(SOME))
    pyarrow.parquet.write_table(table, path)
    return path


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    checked = check_table(random_figures.as_arrow(figures(*SOME)))
    found = read_findings(written(tmp_path / "findings.parquet"))
    assert (found.counts, found.figures) == (checked.counts, 3)
    assert found.findings.equals(checked.findings, check_metadata=True)


def test_findings_of_other_rules_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "findings.parquet")
    made_by = incremental._made_by() | {"rules": "0" * 64}  # noqa: SLF001 (what it was made by)
    monkeypatch.setattr(incremental, "_made_by", lambda: made_by)
    with pytest.raises(UsageError, match="made by other rules"):
        read_findings(path)


def test_a_file_that_no_check_has_written_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "findings.parquet"
    with pytest.raises(UsageError, match="not a file that htx check"):
        read_findings(path)
    pyarrow.parquet.write_table(pyarrow.table({"finding_id": ["f"]}), path)
    with pytest.raises(UsageError, match="not a file that htx check"):
        read_findings(path)


def test_findings_of_other_figures_are_refused(tmp_path: Path) -> None:
    earlier = read_findings(written(tmp_path / "findings.parquet"))
    sound = (printed("10"), printed("6", status="active"), printed("4", status="stopped"))
    now, others, fewer = (
        random_figures.as_arrow(figures(*those)) for those in (SOME[:2], sound, SOME[:1])
    )
    for before in (others, fewer):
        with pytest.raises(UsageError, match="not the findings of the figures"):
            check_changes(now, before, earlier)
