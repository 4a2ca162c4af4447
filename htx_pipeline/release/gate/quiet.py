"""What great_expectations warns of is its makers' business, and what it filters is not the
caller's."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def quiet() -> Iterator[None]:
    """While great_expectations is imported or works; the filters of before are back afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        # a group in a pattern is one: only whether it matches is asked
        warnings.filterwarnings("ignore", "This pattern is interpreted as", UserWarning)
        yield
