"""``data/raw`` → figures: strict reading of numerals, codes and places into exact intervals.

Problems of form are found here, all of them in one run. Whether the figures agree with each other
is asked later, in ``rules``.
"""

from htx_pipeline.figures.contract import READINGS
from htx_pipeline.figures.read import Corpus, RawReport, read_corpus
from htx_pipeline.figures.verify import Verified, verify_documents

__all__ = ["READINGS", "Corpus", "RawReport", "Verified", "read_corpus", "verify_documents"]
