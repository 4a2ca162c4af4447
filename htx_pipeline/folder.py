"""Where the project's data lies."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from htx_pipeline.errors import UsageError
from htx_pipeline.model import Label


@dataclass(frozen=True, slots=True)
class DataFolder:
    """A data folder: ``raw`` goes in, ``curated`` comes out, ``staging`` is what lies between."""

    root: Path
    staging_name: str = "staging"

    @property
    def raw(self) -> Path:
        """One folder per report, and the reviewed decisions."""
        return self.root / "raw"

    @property
    def curated(self) -> Path:
        """The released tables: what readers use."""
        return self.root / "curated"

    @property
    def staging(self) -> Path:
        """Tables of a build that is not released yet."""
        return self.root / self.staging_name


def locate(given: str | Path | None = None) -> Path:
    """The data folder: ``given``, else ``HTX_DATA``, else ``./data``, else the checkout's.

    Raises ``UsageError`` if there is no ``raw`` in it.
    """
    wanted = given or os.environ.get("HTX_DATA")
    here = [Path("data"), Path(__file__).parents[1] / "data"]
    candidates = [Path(wanted)] if wanted else here
    for candidate in candidates:
        if (candidate / "raw").is_dir():
            return candidate.resolve()
    raise UsageError(
        Label(
            vi=f"{candidates[0]}: không có thư mục raw; hãy chạy htx trong kho mã, hoặc chỉ "
            "thư mục dữ liệu bằng --data hay HTX_DATA",
            en=f"{candidates[0]}: no folder raw in it; call htx in a checkout, or name the data "
            "folder with --data or HTX_DATA",
        )
    )
