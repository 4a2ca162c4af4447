"""Tables → a release: deterministic Parquet, described, checked, switched into place at once."""

from htx_pipeline.parquet import read_table, write_table
from htx_pipeline.release.changelog import read_changelog
from htx_pipeline.release.dataset import read_dataset
from htx_pipeline.release.gate import Check, RefusedError
from htx_pipeline.release.inputs import Inputs, code_versions
from htx_pipeline.release.publish import Published, publish
from htx_pipeline.release.staging import (
    Receipt,
    join_staged,
    name_of,
    outdated,
    read_staged,
    receipts_of,
    stage,
    stage_part,
)

__all__ = [
    "Check",
    "Inputs",
    "Published",
    "Receipt",
    "RefusedError",
    "code_versions",
    "join_staged",
    "name_of",
    "outdated",
    "publish",
    "read_changelog",
    "read_dataset",
    "read_staged",
    "read_table",
    "receipts_of",
    "stage",
    "stage_part",
    "write_table",
]
