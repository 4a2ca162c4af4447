"""Reading a release: what ``import htx_pipeline`` offers. Imports nothing heavy.

A release is found (``places``), opened and checked against its manifest (``release``), and its
tables are loaded in a form of choice (``loading``), described (``dictionary``), traced to the
prints (``provenance``) and cited (``citation``). ``sheets``, ``workbook`` and ``comma_separated``
put it into files for spreadsheets.
"""

from htx_pipeline.reader.citation import cite
from htx_pipeline.reader.dictionary import describe, tables
from htx_pipeline.reader.loading import load
from htx_pipeline.reader.provenance import Printed, where_printed
from htx_pipeline.reader.release import Release, open_release

__all__ = [
    "Printed",
    "Release",
    "cite",
    "describe",
    "load",
    "open_release",
    "tables",
    "where_printed",
]
