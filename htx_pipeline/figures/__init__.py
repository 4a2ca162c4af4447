"""``data/raw`` → figures: strict reading of numerals, codes and places into exact intervals.

Problems of form are found here, all of them in one run. Whether the figures agree with each other
is asked later, in ``rules``.
"""

from typing import TYPE_CHECKING, Any

from htx_pipeline.figures.read import Corpus, RawReport, read_corpus
from htx_pipeline.figures.verify import Verified, verify_documents

if TYPE_CHECKING:
    from htx_pipeline.figures.contract import READINGS
else:

    def __getattr__(name: str) -> Any:
        """``READINGS`` when it is asked for: a contract needs pandas, reading does not."""
        if name == "READINGS":
            from htx_pipeline.figures.contract import READINGS  # noqa: PLC0415 (see above)

            return READINGS
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["READINGS", "Corpus", "RawReport", "Verified", "read_corpus", "verify_documents"]
