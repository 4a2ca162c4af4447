"""Entries of BibTeX."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LITERALLY = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {sign: f"\\{sign}" for sign in "{}&%$#_"}


def entry(name: str, fields: Mapping[str, str]) -> str:
    """A ``@misc`` entry of this name; fields without text are left out."""
    lines = [f"  {field} = {{{text}}}," for field, text in fields.items() if text]
    return "\n".join([f"@misc{{{name},", *lines, "}"])


def plain(text: str) -> str:
    """``text`` as BibTeX takes it literally."""
    return re.sub(r"[\\{}&%$#_~^]", lambda found: _LITERALLY[found[0]], text)
