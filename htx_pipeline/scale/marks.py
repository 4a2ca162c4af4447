"""Which contradictions figures take part in, for many figures at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow
from pyarrow import compute

from htx_pipeline.model import Outcome, Severity

if TYPE_CHECKING:
    from numpy.typing import NDArray

TEXTS = pyarrow.list_(pyarrow.field("element", pyarrow.string(), nullable=False))
"""The type of lists of identifiers."""


class Marks(Mapping[str, Sequence[str]]):
    """The findings of each figure: contradictions, waived ones included, notices not.

    A figure that is in none has none.
    """

    def __init__(self, findings: pyarrow.Table) -> None:
        found: dict[str, set[str]] = defaultdict(set)
        names = ("finding_id", "figure_ids", "outcome", "severity")
        for name, figure_ids, outcome, severity in zip(
            *(findings[column].to_pylist() for column in names), strict=True
        ):
            if outcome == Outcome.FAIL.value and severity != Severity.NOTICE.value:
                for figure_id in figure_ids:
                    found[figure_id].add(name)
        self._of = {figure_id: sorted(names) for figure_id, names in found.items()}
        self._marked = pyarrow.array(list(self._of), pyarrow.string())

    def __getitem__(self, figure_id: str) -> Sequence[str]:
        return self._of.get(figure_id, ())

    def __iter__(self) -> Any:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)

    def lists(
        self, count: int, rows: NDArray[np.int64], figures: pyarrow.Array
    ) -> pyarrow.ListArray:
        """The findings of ``count`` rows, sorted, where ``figures[n]`` belongs to ``rows[n]``."""
        places = compute.index_in(figures, value_set=self._marked)
        pairs = {
            (int(rows[place]), finding)
            for place in np.flatnonzero(compute.is_valid(places).to_numpy(zero_copy_only=False))
            for finding in self._of[figures[int(place)].as_py()]
        }
        ordered = sorted(pairs)
        held = np.array([row for row, _ in ordered], dtype=np.int64)
        return listed(count, held, pyarrow.array([one for _, one in ordered], pyarrow.string()))


def listed(count: int, rows: NDArray[np.int64], texts: pyarrow.Array) -> pyarrow.ListArray:
    """Lists for ``count`` rows of texts, of which ``texts[n]`` belongs to ``rows[n]``; these rise.

    The texts of a row keep their order.
    """
    offsets = np.searchsorted(rows, np.arange(count + 1)).astype(np.int32)
    return pyarrow.ListArray.from_arrays(pyarrow.array(offsets), texts, type=TEXTS)


def distinct(count: int, rows: NDArray[np.int64], texts: pyarrow.Array) -> pyarrow.ListArray:
    """Lists for ``count`` rows of the different texts that belong to each, sorted."""
    encoded = texts.dictionary_encode()
    order = compute.sort_indices(encoded.dictionary)
    sorted_texts = encoded.dictionary.take(order)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order.to_numpy()] = np.arange(len(order))
    size = max(len(order), 1)
    pairs = np.unique(rows * size + rank[encoded.indices.to_numpy()])
    return listed(count, pairs // size, sorted_texts.take(pyarrow.array(pairs % size)))
