"""What assets, checks and sensors are given: the data folder, and the day on which they run."""

from __future__ import annotations

import datetime as dt
from typing import Any

import dagster as dg

from htx_pipeline.folder import DataFolder, locate


class Data(dg.ConfigurableResource[Any]):
    """The data folder that the assets read and write."""

    root: str = ""
    staging: str = "staging"

    @property
    def folder(self) -> DataFolder:
        """Where it lies; found anew at each use, so that loading the code location needs none."""
        return DataFolder(locate(self.root or None), self.staging)


class Calendar(dg.ConfigurableResource[Any]):
    """The day on which something is asked; ``today`` (``YYYY-MM-DD``) stands in for the clock."""

    today: str = ""

    @property
    def day(self) -> dt.date:
        """That day."""
        # the day of the machine is the day of the people who work at it
        return dt.date.fromisoformat(self.today) if self.today else dt.date.today()  # noqa: DTZ011
