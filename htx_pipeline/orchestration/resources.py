"""What assets, checks and sensors are given: the data folder, the day, and the gate."""

from __future__ import annotations

import datetime as dt
from typing import Any

import dagster as dg

from htx_pipeline.folder import DataFolder, locate
from htx_pipeline.release import Check
from htx_pipeline.release.gate.apart import GATEKEEPER


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


class Gate(dg.ConfigurableResource[Any]):
    """What a release is checked by. A run that will need it gets it ready at its beginning.

    Unless ``ahead`` is false: then it starts when it is asked, which is slower and takes no memory
    and no second processor before that.
    """

    ahead: bool = True

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        """Have it get ready while the run does something else."""
        if self.ahead:
            GATEKEEPER.get_ready()

    @property
    def check(self) -> Check:
        """How to ask it."""
        return GATEKEEPER.check


def resources(
    data: Data | None = None, calendar: Calendar | None = None
) -> dict[str, dg.ConfigurableResource[Any]]:
    """All of them, by the names that assets know them by."""
    return {"data": data or Data(), "calendar": calendar or Calendar(), "gate": Gate()}
