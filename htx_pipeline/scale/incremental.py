"""The check of a table of figures of which an earlier state has been checked.

Rules tie no two areas, and what speaks for a suspect is of its own area. So the findings of an area
are a function of its figures, and only areas in which a figure was added, removed or changed are
examined again; the findings of all others are those that there were. What comes out is, to the
byte, what a check of the whole table gives, with its denominators: those of the changed areas as
they were are taken off, those as they are now added.

An area is unchanged if both tables hold the same figures of it, compared cell by cell in all
columns that a check reads (``figures.operands.COLUMNS``), not by hashes.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np
import pyarrow
import pyarrow.parquet
from pyarrow import compute

from htx_pipeline.curation.findings import FINDINGS
from htx_pipeline.errors import UsageError
from htx_pipeline.figures.contract import READINGS
from htx_pipeline.figures.operands import COLUMNS
from htx_pipeline.model import Label, Outcome
from htx_pipeline.rules.catalogue import RULES
from htx_pipeline.rules.screening.columns import one_of
from htx_pipeline.rules.versions import code_now
from htx_pipeline.scale.batches import AT_ONCE, Frame, Held, Stretch, counted, cut
from htx_pipeline.scale.check import Checked, Counts, check_table

if TYPE_CHECKING:
    from pathlib import Path

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from htx_pipeline.rules.model import Rule

COUNTS = b"htx_pipeline.counts"
"""The key in the metadata of a file of findings under which its denominators stand."""

_SCHEMA = pyarrow.schema([pyarrow.field(name, READINGS.arrow.field(name).type) for name in COLUMNS])
_ORDER = ("area_code", "report_id", "start")

Progress = Callable[[int, int], None]
"""Told how many figures have been compared, and of how many."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a check has said of a table: findings, denominators, and how many figures it had."""

    findings: pyarrow.Table
    counts: Counts
    figures: int


@dataclass(frozen=True, slots=True)
class Incremental:
    """What the rules say of the table as it is now, and which areas had to be examined for it."""

    checked: Checked
    changed: tuple[str, ...]


def figures_in(figures: IntoFrame) -> int:
    """How many there are."""
    counted_all = nw.from_native(figures).lazy().select(count=nw.len()).collect().to_arrow()
    return int(counted_all["count"][0].as_py())


def with_counts(checked: Checked, figures: int) -> pyarrow.Table:
    """The findings as they are written: with the denominators, and what they were made by."""
    document = {
        "figures": figures,
        "made_by": _made_by(),
        "counts": {
            rule: {outcome.value: count for outcome, count in counts.items()}
            for rule, counts in checked.counts.items()
        },
    }
    about = {**(FINDINGS.arrow.metadata or {}), COUNTS: json.dumps(document).encode()}
    return checked.findings.replace_schema_metadata(about).combine_chunks()


def read_findings(path: Path) -> Earlier:
    """The findings that a check has written.

    Raises ``UsageError`` if the file is none, or was written by other rules, code lists or another
    version: then all has to be checked.
    """
    try:
        table = pyarrow.parquet.ParquetFile(path).read(use_threads=False)
    except (OSError, pyarrow.ArrowException) as failure:
        raise _unreadable(path, str(failure).partition("\n")[0]) from failure
    told = (table.schema.metadata or {}).get(COUNTS)
    if told is None or not table.schema.equals(FINDINGS.arrow):
        raise _unreadable(path, "htx_pipeline.counts")
    document = json.loads(told)
    if document["made_by"] != _made_by():
        raise UsageError(
            Label(
                vi=f"--findings {path}: do quy tắc, danh mục mã hoặc phiên bản khác tạo ra; hãy "
                "kiểm tra lại toàn bộ (không có --before)",
                en=f"--findings {path}: made by other rules, code lists or another version; check "
                "the whole table (without --before)",
            )
        )
    counts = {
        rule: {outcome: int(found[outcome.value]) for outcome in Outcome}
        for rule, found in document["counts"].items()
    }
    plain = table.replace_schema_metadata(FINDINGS.arrow.metadata)
    return Earlier(plain, counts, int(document["figures"]))


def check_changes(
    figures: IntoFrame,
    before: IntoFrame,
    earlier: Earlier,
    rules: Sequence[Rule] = RULES,
    *,
    progress: Progress | None = None,
) -> Incremental:
    """What ``check_table`` says of ``figures``, where ``earlier`` is what it said of ``before``.

    Raises ``UsageError`` if ``earlier`` cannot be of ``before``.
    """
    now, then = (nw.from_native(one).lazy() for one in (figures, before))
    found = changed_areas(now, then, progress=progress)
    if found.then != earlier.figures:
        raise _of_other_figures()
    is_kept = _without(earlier.findings["area_code"], found.areas)
    findings = earlier.findings.filter(is_kept)
    counts: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for name, of in earlier.counts.items():
        counts[name].update(of)
    if found.areas:
        with _only(then, found.areas) as some:
            old = check_table(some, rules)
        if not old.findings.equals(earlier.findings.filter(compute.invert(is_kept))):
            raise _of_other_figures()
        for name, of in old.counts.items():
            counts[name].subtract(of)
        with _only(now, found.areas) as some:
            new = check_table(some, rules)
        for name, of in new.counts.items():
            counts[name].update(of)
        order = [(name, "ascending") for name in FINDINGS.order]
        findings = pyarrow.concat_tables([findings, new.findings]).sort_by(order)
    told = {
        rule.name: {outcome: counts[rule.name][outcome] for outcome in Outcome}
        for rule in rules
        if any(counts[rule.name].values())
    }
    return Incremental(Checked(told, findings), found.areas)


@dataclass(frozen=True, slots=True)
class Changed:
    """The areas whose figures differ between two tables, sorted, and how many figures each has."""

    areas: tuple[str, ...]
    now: int
    then: int


def changed_areas(
    now: Frame, then: Frame, *, at_once: int = AT_ONCE, progress: Progress | None = None
) -> Changed:
    """The areas of which two tables do not hold the same figures, in whatever order.

    Where the numbers of figures of an area differ, it has changed. Of the others the figures are
    put in the order of area, report and place, and compared one by one: if all are equal, the same
    figures are there. (Figures that stand twice at one place may be taken for changed.)
    """
    counts_now, counts_then = (dict(counted(one, "area_code")) for one in (now, then))
    areas = counts_now.keys() | counts_then.keys()
    changed = {area for area in areas if counts_now.get(area) != counts_then.get(area)}
    same = sorted((area, count) for area, count in counts_now.items() if area not in changed)
    total, done = sum(count for _, count in same), 0
    for stretch in cut("area_code", same, at_once):
        changed |= _differing(_rows(now, stretch, changed), _rows(then, stretch, changed))
        done += stretch.figures
        if progress is not None:
            progress(done, total)
    return Changed(tuple(sorted(changed)), sum(counts_now.values()), sum(counts_then.values()))


def _rows(figures: Frame, stretch: Stretch, but: Iterable[str]) -> pyarrow.Table:
    """The figures of a stretch, but for some areas, with the types of the contract."""
    found = figures.filter(stretch.condition).select(*COLUMNS).collect().to_arrow()
    found = found.cast(_SCHEMA)
    without = [area for area in but if stretch.first <= area <= stretch.last]
    return found.filter(_without(found["area_code"], without)) if without else found


def _without(cells: pyarrow.ChunkedArray, those: Sequence[str]) -> pyarrow.ChunkedArray:
    return compute.invert(compute.is_in(cells, pyarrow.array(those, pyarrow.string())))


def _differing(now: pyarrow.Table, then: pyarrow.Table) -> set[str]:
    """The areas that differ, where each has as many figures in both."""
    places = [_places(now, then, name) for name in _ORDER]
    ours, theirs = (np.lexsort([one[side] for one in reversed(places)]) for side in (0, 1))
    beside = np.empty_like(ours)
    beside[ours] = theirs
    if not np.array_equal(beside, np.arange(len(beside))):
        then = then.combine_chunks().take(pyarrow.array(beside))
    differ = np.zeros(now.num_rows, dtype=bool)
    for name in COLUMNS:
        differ |= ~_equal(now[name], then[name])
    return set(now["area_code"].filter(pyarrow.array(differ)).unique().to_pylist())


def _places(
    now: pyarrow.Table, then: pyarrow.Table, name: str
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers that order the cells of a column, the same ones in both tables."""
    if pyarrow.types.is_integer(now[name].type):
        return now[name].to_numpy(), then[name].to_numpy()
    both = pyarrow.chunked_array([*now[name].chunks, *then[name].chunks], now[name].type)
    encoded = both.combine_chunks().dictionary_encode()
    rank = np.empty(len(encoded.dictionary), dtype=np.int64)
    rank[compute.sort_indices(encoded.dictionary).to_numpy()] = np.arange(len(rank))
    numbers = rank[encoded.indices.to_numpy()]
    return numbers[: now.num_rows], numbers[now.num_rows :]


def _equal(one: pyarrow.ChunkedArray, other: pyarrow.ChunkedArray) -> NDArray[np.bool_]:
    """Whether cells are the same; a missing one is as another."""
    missing = [compute.is_null(cells, nan_is_null=True) for cells in (one, other)]
    alike = compute.and_(*missing)
    same = compute.fill_null(compute.equal(one, other), fill_value=False)
    found: NDArray[np.bool_] = compute.or_(alike, same).to_numpy()
    return found


@contextmanager
def _only(figures: Frame, areas: Sequence[str]) -> Iterator[IntoFrame]:
    """The figures of some areas: in memory, if they are not too many for it."""
    chosen = figures.filter(one_of(nw.col("area_code"), areas))
    if figures_in(chosen.to_native()) > AT_ONCE:
        yield chosen.to_native()
        return
    with Held(chosen, COLUMNS) as some:
        yield some


def _made_by() -> dict[str, str]:
    rules, lists, software = code_now()
    return {"rules": rules["sha256"], "codelists": lists["sha256"], **software}


def _unreadable(path: Path, why: str) -> UsageError:
    return UsageError(
        Label(
            vi=f"--findings {path}: không phải tệp do htx check --figures … --output ghi ({why})",
            en=f"--findings {path}: not a file that htx check --figures … --output wrote ({why})",
        )
    )


def _of_other_figures() -> UsageError:
    return UsageError(
        Label(
            vi="--findings không phải phát hiện của các số liệu --before",
            en="--findings are not the findings of the figures --before",
        )
    )
