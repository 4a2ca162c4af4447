"""Tables → files: deterministic Parquet, staged with its source, released by one switch."""

from htx_pipeline.release.parquet import read_table, write_table
from htx_pipeline.release.publish import publish
from htx_pipeline.release.staging import fingerprint, read_staged, source_of, stage

__all__ = [
    "fingerprint",
    "publish",
    "read_staged",
    "read_table",
    "source_of",
    "stage",
    "write_table",
]
