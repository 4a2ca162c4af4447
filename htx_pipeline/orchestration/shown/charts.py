"""Pictures in the metadata of an asset: bars as SVG, which need no library and no network.

The UI shows an image in Markdown, and nothing else that it shows draws bars of one run.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape

import dagster as dg

_COLOURS = ("#0b6e8a", "#e08e2b", "#5b8c3a", "#6c4f9c", "#8a8f98")
_BAR, _GAP, _LABEL, _WIDTH, _LEGEND = 14, 8, 300, 360, 26


def grouped(
    title: str, series: Sequence[str], rows: Mapping[str, Sequence[float | None]]
) -> dg.MarkdownMetadataValue:
    """Bars beside each other: for each row a bar of each series; nothing where there is none."""
    height = _LEGEND + len(rows) * (_BAR * len(series) + _GAP)
    most = _most(value for values in rows.values() for value in values)
    colours = [_COLOURS[place % len(_COLOURS)] for place in range(len(series))]
    drawn = [_legend(series, colours)]
    top = _LEGEND
    for label, values in rows.items():
        drawn.append(_text(_LABEL - 6, top + _BAR * len(series) / 2 + 4, label, anchor="end"))
        for place, value in enumerate(values):
            y = top + place * _BAR
            if value is None:
                drawn.append(_text(_LABEL + 4, y + 11, "–"))
                continue
            width = _WIDTH * value / most
            drawn.append(_rect(_LABEL, y, width, colours[place]))
            drawn.append(_text(_LABEL + width + 4, y + 11, f"{value:,.0f}".replace(",", ".")))
        top += _BAR * len(series) + _GAP
    return _shown(title, drawn, height)


def stacked(
    title: str, series: Mapping[str, str], rows: Mapping[str, Sequence[float]]
) -> dg.MarkdownMetadataValue:
    """Bars end to end: for each row one bar that is made of all series, each in its colour."""
    colours = list(series.values())
    height = _LEGEND + len(rows) * (_BAR + _GAP)
    most = _most(sum(values) for values in rows.values())
    drawn = [_legend(list(series), colours)]
    for number, (label, values) in enumerate(rows.items()):
        y = _LEGEND + number * (_BAR + _GAP)
        drawn.append(_text(_LABEL - 6, y + 11, label, anchor="end"))
        left = float(_LABEL)
        for place, value in enumerate(values):
            drawn.append(_rect(left, y, _WIDTH * value / most, colours[place]))
            left += _WIDTH * value / most
        drawn.append(_text(left + 4, y + 11, " + ".join(f"{v:.0f}" for v in values if v)))
    return _shown(title, drawn, height)


def _most(values: object) -> float:
    return max((v for v in values if v is not None), default=0) or 1  # type: ignore[attr-defined]


def _legend(series: Sequence[str], colours: Sequence[str]) -> str:
    drawn = []
    left = 4.0
    for name, colour in zip(series, colours, strict=True):
        drawn += [_rect(left, 4, 12, colour, height=12), _text(left + 17, 14, name)]
        left += 34 + 7 * len(name)
    return "".join(drawn)


def _rect(x: float, y: float, width: float, fill: str, *, height: int = _BAR - 2) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height}" fill="{fill}"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _shown(title: str, drawn: Sequence[str], height: int) -> dg.MarkdownMetadataValue:
    # the UI has a dark theme too: a white ground keeps the words readable there
    width = _LABEL + _WIDTH + 80
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(drawn)}</svg>'
    )
    data = base64.b64encode(svg.encode()).decode()
    return dg.MetadataValue.md(f"![{title}](data:image/svg+xml;base64,{data})")
