"""Columns of an Arrow table as numbers, to group and to choose rows by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Bits = np.ndarray[Any, np.dtype[np.bool_]]


class Coded:
    """Columns of a table as arrays of numbers, each made once."""

    def __init__(self, figures: pyarrow.Table) -> None:
        self._figures = figures
        self._codes: dict[str, tuple[Numbers, list[Any]]] = {}

    def codes(self, name: str) -> tuple[Numbers, list[Any]]:
        """A column as places in the list of its values; nothing is ``""``."""
        if name not in self._codes:
            column = self._figures[name].combine_chunks()
            told = column.dictionary_encode() if hasattr(column, "dictionary_encode") else column
            values = ["" if one is None else one for one in told.dictionary.to_pylist()]
            codes = told.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
            self._codes[name] = codes.astype(np.int64), [*values, ""]
        return self._codes[name]

    def numbers(self, name: str) -> Floats:
        """A column as doubles; nothing is not a number."""
        numbers: Floats = self._figures[name].to_numpy().astype(np.float64)
        return numbers

    def among(self, names: Sequence[str], wanted: Iterable[Sequence[Any]]) -> Bits:
        """Which rows have one of some combinations in these columns."""
        columns = [self.codes(name) for name in names]
        places: list[Mapping[Any, int]] = [
            {value: place for place, value in enumerate(values[:-1])} for _, values in columns
        ]
        sizes = [len(values) for _, values in columns]
        keys = [
            _key(sizes, [at[value] for at, value in zip(places, one, strict=True)])
            for one in wanted
            if all(value in at for at, value in zip(places, one, strict=True))
        ]
        own = _key(sizes, [codes for codes, _ in columns])
        found: Bits = np.isin(own, np.array(sorted(set(keys)), np.int64))
        return found


def _key(sizes: Sequence[int], places: Sequence[Any]) -> Any:
    """One number for a place in each of some lists."""
    key: Any = 0
    for size, place in zip(sizes, places, strict=True):
        key = key * size + place
    return key


def numbered(*columns: Any) -> Numbers:
    """One number for each combination that there is."""
    found = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        _, codes = np.unique(column, return_inverse=True)
        _, found = np.unique(found * (codes.max(initial=0) + 1) + codes, return_inverse=True)
    return found.astype(np.int64)
