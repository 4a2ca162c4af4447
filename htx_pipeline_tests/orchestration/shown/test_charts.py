from __future__ import annotations

import base64
import xml.etree.ElementTree as ET

import dagster as dg

from htx_pipeline.orchestration.shown.charts import grouped, stacked

_SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: dg.MarkdownMetadataValue) -> ET.Element:
    said, _, data = str(chart.md_str).partition("](data:image/svg+xml;base64,")
    assert said.startswith("![")
    return ET.fromstring(base64.b64decode(data.removesuffix(")")))  # noqa: S314 (our own)


def texts(svg: ET.Element) -> list[str]:
    return [str(one.text) for one in svg.iter(f"{_SVG}text")]


def widths(svg: ET.Element, top: float) -> list[float]:
    """The bars below the legend, from top to bottom and left to right."""
    bars = [one.attrib for one in svg.iter(f"{_SVG}rect") if "x" in one.attrib]
    return [float(one["width"]) for one in bars if float(one["y"]) >= top]


def test_bars_beside_each_other_are_as_long_as_their_values() -> None:
    svg = drawn(grouped("Số HTX", ["2021", "2023"], {"a & b": [100, 50], "c": [None, 1234]}))
    assert texts(svg) == ["2021", "2023", "a & b", "100", "50", "c", "–", "1.234"]
    hundred, fifty, most = widths(svg, 20)
    assert hundred == 2 * fifty or abs(hundred - 2 * fifty) <= 0.1
    assert most == max(hundred, fifty, most) == 360
    assert abs(hundred / most - 100 / 1234) < 0.001


def test_stacked_bars_lie_end_to_end() -> None:
    svg = drawn(
        stacked(
            "Findings", {"open": "#b23a48", "waived": "#0b6e8a"}, {"one": [1, 3], "other": [0, 2]}
        )
    )
    bars = [one.attrib for one in svg.iter(f"{_SVG}rect") if float(one.get("y", 0)) >= 20]
    first, second = bars[:2]
    assert float(first["x"]) + float(first["width"]) == float(second["x"])
    assert float(second["width"]) == 3 * float(first["width"])
    assert texts(svg)[-3:] == ["1 + 3", "other", "2"]


def test_nothing_at_all_is_drawn_as_nothing() -> None:
    assert widths(drawn(grouped("none", ["2021"], {"a": [None]})), 20) == []
    assert widths(drawn(stacked("none", {"open": "#b23a48"}, {"a": [0]})), 20) == [0.0]
    assert texts(drawn(stacked("none", {"open": "#b23a48"}, {}))) == ["open"]
