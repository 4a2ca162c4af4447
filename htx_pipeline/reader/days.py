"""Days as callers name them."""

from __future__ import annotations

import datetime as dt

from htx_pipeline.errors import UsageError
from htx_pipeline.model import Label

AsOf = dt.date | str
"""A date, a datetime or pandas Timestamp (its date is taken), or text such as ``2022-06-30``."""


def day_of(given: AsOf) -> dt.date:
    """The day that ``given`` names. Raises ``UsageError`` if it names none."""
    try:
        if isinstance(given, dt.date):
            return dt.date(given.year, given.month, given.day)
        return dt.datetime.strptime(given, "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no zone)
    except (TypeError, ValueError):
        raise UsageError(
            Label(
                vi=f"{given!r} không phải một ngày; hãy viết như 2022-06-30",
                en=f"{given!r} is no day; write it as 2022-06-30",
            )
        ) from None
