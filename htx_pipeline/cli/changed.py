"""Which figures differ between a git revision and the working tree.

Lines of the raw files are compared by what they hold, not by their numbers: a line that moves has
not changed. Whatever the revision holds is read leniently; it is the working tree that has to be
right.
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from htx_pipeline.figures.operands import DIMENSIONS
from htx_pipeline.git import commit_of, git
from htx_pipeline.model import Label
from htx_pipeline.rules.evaluation import Evaluation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from htx_pipeline.rules import AnyEvaluation

    Cells = frozenset[tuple[str, str]]
    Cell = tuple[str, ...]

_LINES = ("figures.csv", "legal_documents.csv")
_CELL = tuple(name for name in DIMENSIONS if name != "unit")
"""What a line stands for, whatever unit it is printed in."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What is new since a revision.

    ``figures`` are the ids of figures and citations whose line, description of the report or
    correction is another; ``findings`` those that ``waivers.yml`` decides otherwise; ``left`` the
    cells that no line of the same report states any more: what is missing can break a relation,
    too.
    """

    revision: str
    figures: frozenset[str] = frozenset()
    findings: frozenset[str] = frozenset()
    left: frozenset[Cell] = frozenset()

    def takes_part_in(self, evaluation: AnyEvaluation) -> bool:
        """Whether a changed figure, or one that is gone, takes part."""
        if any(name in self.figures for one in evaluation.operands for name in one.figure_ids):
            return True
        return isinstance(evaluation, Evaluation) and any(
            tuple(member.cell[name] for name in _CELL) in self.left
            for member in evaluation.members
            if self.left
        )


def changed_since(revision: str, raw: Path) -> Changed:
    """What differs under ``raw`` between ``revision`` and the working tree.

    Raises ``UsageError`` if ``raw`` is not in a git checkout or has no such revision.
    """
    commit = commit_of(revision, raw, asked=Label(vi="--changed", en="--changed"))
    listed = git(
        raw, "diff-index", "--name-only", "-z", "--no-renames", "--relative", commit, "--", "."
    )
    unknown = git(raw, "ls-files", "--others", "-z", "--", ".")
    paths = sorted({os.fsdecode(name) for name in (listed + unknown).split(b"\0") if name})
    wanted = [path for path in paths if _matters(PurePosixPath(path))]
    found = _Found()
    for path, old in zip(wanted, _at(commit, wanted, raw), strict=True):
        file = raw / path
        found.add(file, old, file.read_bytes() if file.is_file() else b"")
    return Changed(
        revision, frozenset(found.figures), frozenset(found.findings), frozenset(found.left)
    )


def _matters(path: PurePosixPath) -> bool:
    if len(path.parts) == 1:
        return path.name in {"corrections.yml", "waivers.yml"}
    return len(path.parts) == 2 and path.name in {"report.yml", *_LINES}  # noqa: PLR2004


@dataclass
class _Found:
    """The changes of one file after the other."""

    figures: set[str] = field(default_factory=set)
    findings: set[str] = field(default_factory=set)
    left: set[Cell] = field(default_factory=set)

    def add(self, file: Path, old: bytes, new: bytes) -> None:
        """Take in what differs between two versions of a raw file."""
        report = file.parent.name
        if file.name == "waivers.yml":
            self.findings |= _differing(old, new, "finding")
        elif file.name == "corrections.yml":
            self.figures |= _differing(old, new, "figure")
        elif file.name == "report.yml":
            beside = [file.with_name(name) for name in _LINES]
            lines = [one for path in beside if path.is_file() for one in _rows(path.read_bytes())]
            self.figures |= {_id(report, line) for line in lines if old != new}
        else:
            before, after = _rows(old), _rows(new)
            self.figures |= {_id(report, line) for line in after - before}
            if file.name == "figures.csv":
                self.left |= set(map(_cell, before - after)) - set(map(_cell, after))


def _id(report: str, line: Cells) -> str:
    return f"{report}:{dict(line).get('start', '')}"


def _rows(data: bytes) -> set[Cells]:
    """The lines of a CSV file as sets of the cells that are filled in."""
    lines = data.decode("utf-8", errors="replace").split("\n")
    try:
        rows = list(csv.DictReader(lines, restkey="", restval=""))
    except csv.Error:
        return set()
    return {frozenset((name, cell) for name, cell in row.items() if name and cell) for row in rows}


def _cell(line: Cells) -> Cell:
    cells = dict(line)
    role = cells.get("role", "")
    meant = cells | {
        "area_code": cells.get("area", ""),
        "side": "observed" if role in {"actual", "estimate"} else role,
    }
    return tuple(meant.get(name, "") for name in _CELL)


def _differing(old: bytes, new: bytes, key: str) -> set[str]:
    """What the entries name that stand in one version of a list of decisions only."""
    before, after = _entries(old), _entries(new)
    return {
        str(entry[key])
        for text, entry in {**before, **after}.items()
        if key in entry and (text in before) != (text in after)
    }


def _entries(data: bytes) -> dict[str, Mapping[str, Any]]:
    import yaml  # noqa: PLC0415 (start-up counts)

    try:
        read = yaml.safe_load(data)
    except (yaml.YAMLError, ValueError):
        return {}
    listed = read if isinstance(read, list) else []
    return {str(entry): entry for entry in listed if isinstance(entry, dict)}


def _at(commit: str, paths: Sequence[str], raw: Path) -> list[bytes]:
    """The contents of files at a commit; empty where there is no such file."""
    asked = b"".join(f"{commit}:./".encode() + os.fsencode(path) + b"\n" for path in paths)
    answer = git(raw, "cat-file", "--batch", given=asked)
    contents = []
    for _ in paths:
        head, _, answer = answer.partition(b"\n")
        kind, size = b"", b""
        if not head.endswith(b" missing"):
            _, kind, size = head.split(b" ")
        length = int(size or 0)
        contents.append(answer[:length] if kind == b"blob" else b"")
        answer = answer[length + 1 :] if kind else answer
    return contents
