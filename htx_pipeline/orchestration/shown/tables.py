"""What the UI says of a table after it was built, and of a release after it was published."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from htx_pipeline import codelists, release
from htx_pipeline.contracts import Contract
from htx_pipeline.curation.cooperatives import COOPERATIVES_BY_SECTOR
from htx_pipeline.orchestration.shown import charts

_ROWS = 10
_COLUMNS = 10


def materialised(
    contract: Contract,
    frame: pd.DataFrame,
    *,
    path: Path,
    sources: Sequence[Contract] = (),
    cells: Iterable[str] = (),
) -> dict[str, Any]:
    """Rows, columns, a preview, and which columns of ``sources`` each column comes from.

    ``cells`` are the columns whose cells come from single figures.
    """
    return {
        "dagster/row_count": len(frame),
        "dagster/column_lineage": _column_lineage(contract, sources, set(cells)),
        "columns": len(contract.fields),
        "preview": preview(contract, contract.to_arrow(frame.head(_ROWS)).to_pylist()),
        "staged": dg.MetadataValue.path(path),
    }


def preview(
    contract: Contract, rows: Iterable[Mapping[str, Any]], *, but: Collection[str] = ()
) -> dg.TableMetadataValue:
    """The first rows, of the columns that hold one value each, without those in ``but``."""
    fields = [
        field
        for field in contract.fields
        if field.kind not in {"texts", "records"} and field.name not in but
    ]
    shown = fields[:_COLUMNS]
    return dg.MetadataValue.table(
        records=[
            dg.TableRecord({field.name: _cell(row[field.name]) for field in shown})
            for row in islice(rows, _ROWS)
        ],
        schema=dg.TableSchema(
            [dg.TableColumn(field.name, type=str(field.arrow.type)) for field in shown]
        ),
    )


def listed(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> dg.TableMetadataValue:
    """Rows of words under the names of their columns."""
    return dg.MetadataValue.table(
        records=[dg.TableRecord(dict(zip(columns, row, strict=True))) for row in rows],
        schema=dg.TableSchema([dg.TableColumn(name) for name in columns]),
    )


def _cell(value: Any) -> str | int | float | bool:
    if value is None:
        return "–"
    return value if isinstance(value, str | int | float | bool) else str(value)


def _column_lineage(
    contract: Contract, sources: Sequence[Contract], cells: set[str]
) -> dg.TableColumnLineage:
    """A column comes from the figures of its cells, from the column that it refers to, or from the
    column of the same name."""
    offered = {(source.name, field.name) for source in sources for field in source.fields}
    value = [one for one in offered if one[1] == "value" and one[0] in {"figures", "readings"}]
    found: dict[str, list[dg.TableColumnDep]] = {}
    for field in contract.fields:
        if field.name in cells:
            deps = value
        else:
            named = {tuple(one.split(".")) for one in field.refers_to}
            deps = sorted(one for one in offered if one in named or one[1] == field.name)
        found[field.name] = [
            dg.TableColumnDep(asset_key=table, column_name=column) for table, column in deps
        ]
    return dg.TableColumnLineage({name: deps for name, deps in found.items() if deps})


def counted(frame: pd.DataFrame) -> dict[str, int]:
    """Figures by observation status, and how many take part in a contradiction."""
    found = by_status(frame["obs_status"])
    if "finding_ids" in frame:
        found["figures in contradictions"] = int(frame["finding_ids"].map(bool).sum())
    return found


def by_status(codes: Iterable[str]) -> dict[str, int]:
    """How many figures have which observation status."""
    counts = Counter(codes)
    return {
        f"figures {codelists.label('obs_status', code).en}": counts[code]
        for code in ("A", "E", "F")
    }


def pictures(contract: Contract) -> Callable[[pd.DataFrame], dict[str, Any]]:
    """What draws the table, where a picture says more than its rows."""
    return _sectors if contract is COOPERATIVES_BY_SECTOR.contract else lambda _: {}


def _sectors(frame: pd.DataFrame) -> dict[str, Any]:
    """Cooperatives by sector and date, as a picture."""
    told = frame.dropna(subset=["cooperatives_count"])
    days = sorted(told["as_of"].unique())
    counts = {
        (row["sector"], row["as_of"]): int(row["cooperatives_count"])
        for row in told.to_dict("records")
    }
    rows = {
        codelists.label("sector", sector).vi: [counts.get((sector, day)) for day in days]
        for sector in codelists.codes("sector")
        if any((sector, day) in counts for day in days)
    }
    return {
        "cooperatives by sector": charts.grouped(
            "Cooperatives by sector and date", [f"{day:%Y-%m-%d}" for day in days], rows
        )
    }


def released(published: release.Published, curated: Path) -> dict[str, Any]:
    """What the release holds, and what the gate found of it."""
    verdict = published.verdict
    found: Mapping[str, Any] = {one["table"]: one for one in json.loads(verdict.result)["tables"]}
    tables = published.manifest["tables"]
    return {
        "release": str(published.manifest["release"]),
        "known_until": str(published.manifest["known_until"]),
        "folder": dg.MetadataValue.path(curated),
        "tables": len(tables),
        "changed": published.changed,
        "expectations": verdict.evaluated,
        "expectations_met": verdict.successful,
        "validation": dg.MetadataValue.table(
            [
                dg.TableRecord(
                    {
                        "table": name,
                        "rows": about["rows"],
                        "expectations": found[name]["evaluated"],
                        "met": found[name]["successful"],
                        "content": about["content_sha256"][:12],
                    }
                )
                for name, about in tables.items()
            ]
        ),
        **{
            name: f"{one['successful']} of {one['evaluated']} expectations met"
            for name, one in found.items()
            if name not in tables
        },
    }
