"""Options that several commands have, and the language that messages are written in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from htx_pipeline.model import Language

OPEN, OUR_FAULT, STOPPED = 1, 4, 130
"""Exit codes beside those of the exceptions (see ``errors``)."""

_LANGUAGE = "htx_pipeline.language"


def _language_of_locale() -> Language:
    locale = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)),
        "",
    )
    return "vi" if locale.startswith("vi") else "en"


chosen: dict[str, Language] = {}
"""The language that this call asked for; kept here so that errors are told in it too."""


def language_of_call() -> Language:
    """The language of ``--lang``, else of the locale."""
    return chosen.get(_LANGUAGE) or _language_of_locale()


def _keep(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Language:
    if value is not None:
        chosen[_LANGUAGE] = cast("Language", value)
    return language_of_call()


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--data``: the data folder."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path),
        help="The folder that holds raw/ and curated/ (default: HTX_DATA, else ./data, "
        "else the data of the checkout that htx is installed from).",
    )(command)


def language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--lang``: the language of messages."""
    return click.option(
        "--lang",
        "language",
        type=click.Choice(["vi", "en"]),
        callback=_keep,
        help="Language of messages (default: the locale's, else en).",
    )(command)


def raw_folder(data: Path | None) -> Path:
    """``raw`` of the data folder that ``--data`` names, or of the one that is found without."""
    from htx_pipeline.folder import DataFolder, locate  # noqa: PLC0415 (start-up counts)

    return DataFolder(locate(data)).raw


def shown(path: Path) -> str:
    """A path as a person at this prompt would write it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
