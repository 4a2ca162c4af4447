"""Figures as all communes of the country would print them, with errors of which it is known where.

Every month each of 3,321 communes and 34 provinces reports cooperatives, members and employees by
sector and status, and the charter capital by sector with its shares; in June and December also what
was founded and dissolved. All of it keeps every rule, but for the planted errors: figures that are
too large by a tenth (and 100), every ``--every``-th of those that a sum holds. The same call gives
the same rows.
"""  # noqa: INP001 (a script, not a package)

from __future__ import annotations

import time
from pathlib import Path

import click
import duckdb

from htx_pipeline.rules.catalogue.sectors import SECTORS

AREAS = 3321 + 34
PER_MONTH = 87
PER_HALF = 16

_FIGURES = """
with reports as (
    select area, month, last_day(date '1995-12-01' + to_months(month::int)) as as_of
    from range({months}) t(month), range({areas}) u(area)
),
sectors as (select unnest(range({count})) as s, unnest({sectors}) as sector),
-- what there is at the end of a month: it grows slowly, so that nothing jumps
base as (
    select area, month, as_of, s, sector,
        30 + (hash(area * 7 + s) % 90)::bigint + month // 6 as active,
        10 + (hash(area * 7 + s + 99991) % 20)::bigint as stopped
    from reports, sectors
),
by_status as (
    select area, month, as_of, s, sector, 0 as t, 'active' as status, active as cooperatives,
        active * (11 + (s = 6)::int * 30) as members, active * 3 + 7 as employees
    from base
    union all by name
    select area, month, as_of, s, sector, 1 as t, 'stopped' as status, stopped as cooperatives,
        stopped * (12 + (s = 6)::int * 30) as members, stopped * 2 as employees
    from base
),
cells as (
    select area, month, any_value(as_of) as as_of,
        case when grouping(s) = 1 then 7 else s end as s,
        case when grouping(s) = 1 then '_T' else any_value(sector) end as sector,
        case when grouping(t) = 1 then 2 else t end as t,
        case when grouping(t) = 1 then '_T' else any_value(status) end as status,
        sum(cooperatives)::bigint as cooperatives, sum(members)::bigint as members,
        sum(employees)::bigint as employees
    from by_status
    group by area, month, cube(s, t)
),
-- tenths of a million, so that all of it is whole numbers here
capital as (
    select area, month, as_of, s, sector,
        cooperatives * 1237 + 11 * (hash(area * 31 + s) % 97)::bigint * (s < 7)::bigint as tenths
    from cells where t = 2 and s < 7
),
capitals as (
    select area, month, as_of, s, sector, tenths from capital
    union all by name
    select area, month, any_value(as_of) as as_of, 7 as s, '_T' as sector,
        sum(tenths)::bigint as tenths
    from capital group by area, month
),
told as (
    select area, month, as_of, s, t, sector, status, 0 as i, 'cooperatives' as indicator,
        'cooperative' as unit, cooperatives * 10 as tenths from cells
    union all by name
    select area, month, as_of, s, t, sector, status, 1 as i, 'members' as indicator,
        'person' as unit, members * 10 as tenths from cells
    union all by name
    select area, month, as_of, s, t, sector, status, 2 as i, 'employees' as indicator,
        'person' as unit, employees * 10 as tenths from cells
    union all by name
    select area, month, as_of, s, 2 as t, sector, '_T' as status, 3 as i,
        'charter_capital' as indicator, 'million_vnd' as unit, tenths from capitals
    union all by name
    select area, month, as_of, s, 2 as t, sector, '_T' as status, 4 as i,
        'charter_capital' as indicator, 'percent' as unit,
        (2000 * one.tenths // every.tenths + 1) // 2 as tenths
    from capitals one join (
        select area, month, tenths from capitals where s = 7
    ) every using (area, month) where s < 7
    union all by name
    -- one a half year is founded in each sector and none dissolved, as ``base`` has it
    select area, month, as_of, s, 0 as t, sector, '_Z' as status, 5 as i,
        'cooperatives_new' as indicator, 'cooperative' as unit,
        case when s = 7 then 7 else 1 end * 10 as tenths
    from cells where month % 6 = 0 and month > 0 and t = 2
    union all by name
    select area, month, as_of, s, 0 as t, sector, '_Z' as status, 6 as i,
        'cooperatives_dissolved' as indicator, 'cooperative' as unit, 0 as tenths
    from cells where month % 6 = 0 and month > 0 and t = 2
),
numbered as (
    select *, row_number() over (partition by area, month order by i, s, t) as line,
        row_number() over (order by month, area, i, s, t) as number,
        format('bao-cao-{{:04d}}-{{}}', area, strftime(as_of, '%Y-%m')) as report_id,
        format('VN-{{:02d}}', area % 34 + 1)
            || case when area < 34 then '' else format('/xã {{:03d}}', area // 34) end as area_code,
        case when area < 34 then format('VN-{{:02d}}', area + 1)
            else format('xã {{:03d}}', area // 34) end as area_name
    from told
),
-- a figure that a sum of the same report holds
slipped as (
    select *, {every} > 0 and number % {every} = {every} // 2 and i < 3 as is_wrong from numbered
),
valued as (
    select *, case when i in (3, 4) then 1 else 0 end as digits,
        tenths + case when is_wrong then (tenths // 100) * 10 + 1000 else 0 end as printed_tenths,
        printed_tenths / 10.0 as printed_value
    from slipped
)
select report_id || ':' || line * 10 as figure_id, report_id, 'report' as report_kind,
    as_of + 10 as issued_on, line::bigint as line, line::bigint * 10 as start,
    line::bigint * 10 + 6 as "end", null::bigint as page, 'P1.' || line as place,
    case when digits = 1 then replace(format('{{:.1f}}', printed_value), '.', ',')
        else printed_value::bigint::varchar end as printed,
    null::varchar as printed_unit, 'cooperative' as organization, null::varchar as entity,
    indicator, sector, status, area_code, area_name as area,
    case when i in (5, 6)
        then strftime(as_of, '%Y') || case when month(as_of) = 6 then '-S1' else '-S2' end
        else strftime(as_of, '%Y-%m-%d') end as period,
    year(as_of)::bigint as year, as_of, null::varchar as base_period,
    null::varchar as printed_base, case when i = 4 then 'sector' end as share_of,
    'actual' as role, case when i = 4 then 'share' else 'value' end as relation,
    null::varchar as direction, 'exact' as qualifier, unit, printed_value::double as value,
    digits::bigint as decimals,
    ((printed_tenths * 10 - digits * 5) / 100.0)::double as value_low,
    ((printed_tenths * 10 + digits * 5) / 100.0)::double as value_high,
    true as low_inclusive, true as high_inclusive, false as corrected, 'A' as obs_status,
    null::varchar as note
from valued
order by month, area, line
"""


def months(figures: int) -> int:
    """How many months of reports hold at least so many figures."""
    return max(1, -(-figures // (AREAS * PER_MONTH + AREAS * PER_HALF // 6)))


def write(path: Path, figures: int, every: int) -> int:
    """Write at least so many figures as Parquet, and say how many there are."""
    query = _FIGURES.format(
        months=months(figures),
        areas=AREAS,
        count=len(SECTORS),
        sectors=list(SECTORS),
        every=every,
    )
    with duckdb.connect() as connection:
        connection.execute(f"copy ({query}) to '{path}' (format parquet, compression zstd)")
        count = connection.read_parquet(str(path)).count("*").fetchall()[0][0]
    return int(count)


@click.command()
@click.argument("figures", type=float)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--every", default=100_000, show_default=True, help="One error in so many figures.")
def main(figures: float, path: Path, every: int) -> None:
    """Write FIGURES figures to PATH."""
    begun = time.perf_counter()
    count = write(path, int(figures), every)
    click.echo(f"{count} figures in {path}, {time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main()
