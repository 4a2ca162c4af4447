"""Tables → files: deterministic Parquet, and one switch from the old release to the new."""

from htx_pipeline.release.folder import DataFolder, locate
from htx_pipeline.release.parquet import read_table, write_table
from htx_pipeline.release.publish import publish

__all__ = ["DataFolder", "locate", "publish", "read_table", "write_table"]
