"""All that is found in a raw folder, as bytes: ``python -m … FOLDER`` writes them.

It imports no more than that needs, because it is run in processes of its own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from htx_pipeline.figures import read_corpus
from htx_pipeline.rules import confront_all, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from htx_pipeline.rules import Accused


def bytes_of(rows: Any, citations: Iterable[Mapping[str, Any]]) -> bytes:
    """All that is found, as JSON."""
    confrontation = confront_all(rows, citations)
    found = [
        {
            "id": finding.id,
            "message": [finding.message.vi, finding.message.en],
            "explanations": [
                [_accused(one) for one in explanation] for explanation in finding.explanations
            ],
            "convicted": [accused.figure.figure_id for accused in finding.convicted],
            "conflicts": sorted(map(sorted, finding.puzzle.conflicts)) if finding.puzzle else [],
        }
        for finding in find(confrontation.evaluations).findings
    ]
    implied = [
        [one.report_id, sorted(one.member.cell.items()), str(one.interval)]
        for one in confrontation.implied
    ]
    return json.dumps([found, implied], ensure_ascii=False).encode()


def _accused(accused: Accused) -> list[Any]:
    need = accused.suspect.need
    evidence = [
        [one.code, one.figure.figure_id if one.figure else None] for one in accused.evidence
    ]
    return [accused.figure.figure_id, str(need.low), str(need.high), evidence]


def _main(raw: Path) -> None:
    corpus = read_corpus(raw)
    sys.stdout.buffer.write(bytes_of(corpus.rows, corpus.citations))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
