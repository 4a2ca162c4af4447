"""Tables → a release: deterministic Parquet, described, checked, switched into place at once."""

from htx_pipeline.release.changelog import read_changelog
from htx_pipeline.release.dataset import read_dataset
from htx_pipeline.release.gate import RefusedError
from htx_pipeline.release.inputs import Inputs
from htx_pipeline.release.parquet import read_table, write_table
from htx_pipeline.release.publish import Published, publish
from htx_pipeline.release.staging import read_staged, source_of, stage

__all__ = [
    "Inputs",
    "Published",
    "RefusedError",
    "publish",
    "read_changelog",
    "read_dataset",
    "read_staged",
    "read_table",
    "source_of",
    "stage",
    "write_table",
]
