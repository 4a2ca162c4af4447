from __future__ import annotations

import sys
from pathlib import Path

import pytest

from htx_pipeline import codelists
from htx_pipeline import contracts as c
from htx_pipeline.cli import main, options
from htx_pipeline.curation import CONTRACTS
from htx_pipeline.model import Label
from htx_pipeline.release.descriptors import dictionary
from htx_pipeline.release.descriptors.about import codelists_of

PAGE = Path(__file__).parents[2] / "docs" / "dictionary.md"


def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(sys, "argv", ["htx", "dictionary"])
    monkeypatch.setattr(options, "chosen", {})
    with pytest.raises(SystemExit) as stop:
        main()
    assert not stop.value.code
    return capsys.readouterr().out


def test_the_page_of_the_documentation_is_what_the_command_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert printed(monkeypatch, capsys) == page, "make it again as its third line says"
    assert "htx dictionary > docs/dictionary.md" in page.splitlines()[2]


def test_every_table_column_and_code_is_told_in_both_languages() -> None:
    told = dictionary()
    for contract in CONTRACTS:
        assert f"\n### {contract.name}\n" in told
        assert f"\n{contract.description.vi}\n" in told
        for field in contract.fields:
            assert f"**{field.title.en}.** {field.description.en}".replace("|", "\\|") in told
            assert f"**{field.title.vi}.** {field.description.vi}".replace("|", "\\|") in told
    for name in codelists_of(CONTRACTS):
        assert f"\n### {name}\n" in told
        for code, row in codelists.rows(name).items():
            assert f"| `{code}` | {row['en']} | {row['vi']} |" in told


def test_no_heading_stands_twice() -> None:
    headings = [line for line in dictionary().splitlines() if line.startswith("#")]
    assert len(headings) == len(set(headings))


def test_a_column_is_told_with_type_unit_and_what_it_refers_to() -> None:
    words = Label(vi="Chữ | nghĩa.", en="Words | meaning.")
    contract = c.Contract(
        name="baskets",
        title=Label(vi="Giỏ", en="Baskets"),
        description=words,
        key=("basket",),
        fields=(
            c.text("basket", "giỏ", "Basket", words, refers_to="markets.basket"),
            c.count("eggs_count", "trứng", "Eggs", words, unit="product"),
            c.code("colour", "màu", "Colour", words, codelist="status", nullable=True),
            c.texts("marks", "dấu", "Marks", words, may_be_empty=False, refers_to=("a.b", "c.d")),
            c.records("prices", "giá", "Prices", words, {"price": "number", "by": "texts"}),
        ),
    )
    lines = dictionary([contract]).splitlines()
    told = {line.split("`")[1]: line for line in lines if line.startswith("| `")}
    assert (
        "| `basket` | text → `markets.basket` |  | **Basket.** Words \\| meaning. |"
        in told["basket"]
    )
    assert "| integer ≥ 0, null | products · sản phẩm |" in told["eggs_count"]
    assert "| [status](#status), null |" in told["colour"]
    assert "| list of texts → `a.b`, `c.d`, never empty |" in told["marks"]
    assert "| list of records: `price` number, `by` list of texts |" in told["prices"]
    assert "`active`" in dictionary([contract])
    assert "### sector" not in lines
