from __future__ import annotations

from htx_pipeline.bibtex import entry, plain


def test_signs_of_bibtex_are_taken_literally() -> None:
    assert plain("50 % of a_b & {c} #1 $2") == r"50 \% of a\_b \& \{c\} \#1 \$2"
    assert plain("~^\\") == r"\textasciitilde{}\textasciicircum{}\textbackslash{}"


def test_an_entry_leaves_out_fields_without_text() -> None:
    assert entry("x-1", {"title": "A", "number": "", "year": "2021"}) == (
        "@misc{x-1,\n  title = {A},\n  year = {2021},\n}"
    )
