"""``htx dictionary``: what every table, column and code means."""

from __future__ import annotations

import click


@click.command()
def dictionary() -> None:
    """Print the data dictionary, in both languages, as Markdown.

    Its output is docs/dictionary.md.
    """
    from htx_pipeline.release.descriptors.dictionary import (  # noqa: PLC0415 (start-up counts)
        dictionary as told,
    )

    click.echo(told().encode(), nl=False)
