"""The rules in VTL, by vtlengine on DuckDB: one script, one persistent result per rule.

All sums and joins are in the language itself. What is given to it is the figures with year, month
and half year as identifiers, and no other column (it refuses more), so that a file is made of them,
by DuckDB, in the same process. That a cell is printed once cannot be stated: identifiers are unique
in VTL, and a data set that repeats them is refused as a whole. It runs on all processors.
"""  # noqa: INP001 (a script, not a package)

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import duckdb
import places
import vtlengine

_CODES = ("area_code", "report_id", "period", "indicator", "relation", "sector", "status")
_TIMES = ("year", "month", "half")
_FIGURES = """
select area_code, report_id, period, indicator, relation, sector, status,
    year(as_of) as year, month(as_of) as month, year(as_of) * 2 + month(as_of) // 12 as half,
    value_low as low, value_high as high
from read_parquet('{path}')
"""
_SCRIPT = """
VALUES_ := FIGURES [filter relation = "value" and status <> "_Z"];

BY_SECTOR := VALUES_
    [calc measure residual := if sector = "_T" then - (low + high) else low + high,
        measure width := high - low]
    [aggr measure residual := sum(residual), measure width := sum(width)
        group by area_code, report_id, period, indicator, status];
SECTORS <- BY_SECTOR [filter abs(residual) > width + 0.000001];

BY_STATUS := VALUES_ [filter indicator <> "charter_capital"]
    [calc measure residual := if status = "_T" then - (low + high) else low + high,
        measure width := high - low]
    [aggr measure residual := sum(residual), measure width := sum(width)
        group by area_code, report_id, period, indicator, sector];
STATUSES <- BY_STATUS [filter abs(residual) > width + 0.000001];

CAPITAL := FIGURES [filter indicator = "charter_capital"];
PRINTED := CAPITAL [filter relation = "share"]
    [aggr measure share_low := sum(low), measure share_high := sum(high)
        group by area_code, report_id, period, sector];
PARTS := CAPITAL [filter relation = "value"]
    [aggr measure part_low := sum(low), measure part_high := sum(high)
        group by area_code, report_id, period, sector];
WHOLES := CAPITAL [filter relation = "value" and sector = "_T"]
    [aggr measure whole_low := sum(low), measure whole_high := sum(high)
        group by area_code, report_id, period];
SHARES <- inner_join(PRINTED, PARTS, WHOLES
    filter 100 * part_low > share_high * whole_high + 0.000001
        or 100 * part_high < share_low * whole_low - 0.000001);

PERCENTS := PRINTED [calc measure middle := (share_low + share_high) / 2]
    [aggr measure percent := sum(middle) group by area_code, report_id, period];
HUNDREDS <- PERCENTS [filter abs(percent - 100) > 0.35];

MEMBERS := VALUES_ [filter indicator = "cooperatives" or indicator = "members"]
    [calc measure lacking := if indicator = "members" then - high
        else if sector = "credit" then 30 * low else 7 * low]
    [aggr measure lacking := sum(lacking), measure indicators := count()
        group by area_code, report_id, period, sector, status];
MINIMA <- MEMBERS [filter lacking > 0 and indicators > 1];

ENDS := FIGURES [filter month = 6 or month = 12];
STOCKS := ENDS [filter indicator = "cooperatives" and status = "_T"]
    [aggr measure stock := sum(low) group by area_code, sector, half];
OPENINGS := STOCKS [calc identifier next_half := half + 1]
    [aggr measure opening := sum(stock) group by area_code, sector, next_half]
    [rename next_half to half];
NET := ENDS [filter indicator = "cooperatives_new" or indicator = "cooperatives_dissolved"]
    [calc measure net := if indicator = "cooperatives_new" then low else - low]
    [aggr measure net := sum(net) group by area_code, sector, half, period];
FLOWS <- inner_join(NET, STOCKS, OPENINGS filter opening + net <> stock);

COMPARED := ENDS [filter relation = "value" and status <> "_Z"]
    [aggr measure low := sum(low), measure high := sum(high)
        group by area_code, indicator, sector, status, year, period];
CLOSING := VALUES_ [filter month = 12];
AFTER_ONE := CLOSING [calc identifier later := year + 1]
    [aggr measure before_low := sum(low), measure before_high := sum(high)
        group by area_code, indicator, sector, status, later] [rename later to year];
AFTER_TWO := CLOSING [calc identifier later := year + 2]
    [aggr measure before_low := sum(low), measure before_high := sum(high)
        group by area_code, indicator, sector, status, later] [rename later to year];
JUMPS_ONE <- inner_join(COMPARED, AFTER_ONE
    filter high < before_low / 2 or low > before_high * 2);
JUMPS_TWO <- inner_join(COMPARED, AFTER_TWO
    filter high < before_low / 2 or low > before_high * 2);
"""


def _structure() -> dict[str, object]:
    def component(name: str, role: str, kind: str) -> dict[str, object]:
        return {"name": name, "role": role, "type": kind, "nullable": role != "Identifier"}

    components = [
        *(component(name, "Identifier", "String") for name in _CODES),
        *(component(name, "Identifier", "Integer") for name in _TIMES),
        *(component(name, "Measure", "Number") for name in ("low", "high")),
    ]
    return {"datasets": [{"name": "FIGURES", "DataStructure": components}]}


def found_in(path: Path) -> set[places.Place]:
    """The places of what the script keeps."""
    os.environ.setdefault("VTL_THREADS", str(os.cpu_count() or 1))  # vtlengine's default is one
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        points = Path(folder) / "FIGURES.parquet"
        connection.execute(f"copy ({_FIGURES.format(path=path)}) to '{points}' (format parquet)")
        results = vtlengine.run(_SCRIPT, _structure(), {"FIGURES": points}, use_duckdb=True)
    found: set[places.Place] = set()
    for kept in results.values():
        found.update(zip(kept.data["area_code"], kept.data["period"], strict=True))
    return found


if __name__ == "__main__":
    places.write(found_in(Path(sys.argv[1])), Path(sys.argv[2]))
