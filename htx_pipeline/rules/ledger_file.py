"""Writing ``data/raw/waivers.yml``: one entry more at its end, and not a byte of the rest changed.

A waiver is written in the form in which people write them by hand, read back, and put in place in
one step: either the file is the old one, or it holds the entry and is understood.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import textwrap
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from htx_pipeline.errors import HtxError, InputError, UsageError
from htx_pipeline.model import Label
from htx_pipeline.rules.findings import read_waivers

if TYPE_CHECKING:
    from htx_pipeline.rules.findings import Waiver

HEAD = """\
# Reviewed decisions that one exact contradiction stays as printed. The figures are not changed.
# An entry that no longer matches a contradiction is an error. How to add one: CONTRIBUTING.md.
"""
_WIDTH = 92
_ALL_IN_ONE_LINE = 10**6


def cleaned(text: str) -> str:
    """A text as the file holds it: composed letters, single spaces, no empty lines at its ends.

    Line ends stay: each begins a paragraph. Raises ``UsageError`` for characters that YAML has no
    place for.
    """
    composed = unicodedata.normalize("NFC", text)
    lines = [" ".join(line.split()) for line in composed.split("\n")]
    found = "\n".join(lines).strip("\n")
    wrong = yaml.reader.Reader.NON_PRINTABLE.search(found)
    if wrong is not None:
        raise UsageError(
            Label(
                vi=f"ký tự điều khiển {wrong[0]!r} không ghi được vào waivers.yml",
                en=f"the control character {wrong[0]!r} cannot be written into waivers.yml",
            )
        )
    return found


def append(waiver: Waiver, raw: Path) -> None:
    """Write ``waiver`` at the end of ``raw/waivers.yml``, which is made if there is none.

    Raises ``UsageError`` if the file lists its entries in a way that cannot be added to,
    ``InputError`` if it cannot be read to begin with; in both cases it stays as it was.
    """
    path = (raw / "waivers.yml").resolve()
    before = read_waivers(raw)
    old = path.read_bytes() if path.exists() else HEAD.encode()
    added = textwrap.indent(entry(waiver), " " * _indent(old.decode("utf-8")))
    separator = b"" if not old or old.endswith(b"\n") else b"\n"
    with tempfile.TemporaryDirectory(prefix=".waivers-", dir=path.parent) as folder:
        new = Path(folder) / "waivers.yml"
        with new.open("wb") as file:
            file.write(old + separator + added.encode())
            file.flush()
            os.fsync(file.fileno())
        try:
            understood = read_waivers(Path(folder))
        except InputError as failure:
            raise _cannot_be_added_to(path) from failure
        if understood != (*before, waiver):
            raise _cannot_be_added_to(path)
        if path.exists():
            shutil.copymode(path, new)
        new.replace(path)


def _cannot_be_added_to(path: Path) -> HtxError:
    return UsageError(
        Label(
            vi=f"{path.name}: không thêm được vào cuối tệp (danh sách phải bắt đầu mỗi mục bằng "
            "một dòng có dấu -); tệp không thay đổi",
            en=f"{path.name}: nothing can be added at its end (each entry of the list has to begin "
            "with a line that has a -); it was not changed",
        )
    )


def _indent(text: str) -> int:
    """The column in which the entries of the file begin."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    return 0 if root is None else int(root.start_mark.column)


def entry(waiver: Waiver) -> str:
    """The entry of a waiver, as it stands in the file."""
    printed = [
        f"    {_quoted(figure_id)}: {_quoted(text)}" for figure_id, text in waiver.printed.items()
    ]
    lines = [
        f"- finding: {waiver.finding}",
        f"  {_scalar('rule', waiver.rule)}",
        "  printed:",
        *printed,
        "  reason: >-",
        *_folded(waiver.reason),
        f"  decided_on: {waiver.decided_on.isoformat()}",
        f"  {_scalar('decided_by', waiver.decided_by)}",
    ]
    return "\n".join(lines) + "\n"


def _folded(text: str) -> list[str]:
    """A cleaned text as the lines of a folded scalar: an empty line stands for a line end."""
    lines: list[str] = []
    for number, paragraph in enumerate(text.split("\n")):
        if number:
            lines.append("")
        wrapped = textwrap.wrap(
            paragraph,
            _WIDTH,
            initial_indent="    ",
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        lines += wrapped
    return lines


def _quoted(text: str) -> str:
    return _dumped(text, default_style='"')


def _scalar(key: str, text: str) -> str:
    """A key and a text, which is quoted where YAML would take it for something else."""
    return _dumped({key: text})


def _dumped(value: Any, **style: Any) -> str:
    told: str = yaml.safe_dump(value, allow_unicode=True, width=_ALL_IN_ONE_LINE, **style)
    return told.rstrip("\n")
