from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import htx_pipeline as htx
from htx_pipeline import codelists
from htx_pipeline.curation import CONTRACTS
from htx_pipeline.errors import UsageError
from htx_pipeline_tests.reader.releases import own_tables

if TYPE_CHECKING:
    from htx_pipeline.contracts import Contract
    from htx_pipeline.reader import Release


def test_the_tables_are_listed_with_titles_and_rows(release: Release) -> None:
    listed = htx.tables(release=release)
    assert list(listed) == [contract.name for contract in CONTRACTS]
    for contract in CONTRACTS:
        assert listed[contract.name].title == contract.title
        assert listed[contract.name].rows == own_tables()[contract.name].num_rows
    shown = repr(listed).splitlines()
    assert shown[0] == f"{len(CONTRACTS)} tables of release {release.id}, with rows"
    assert len(shown) == len(CONTRACTS) + 1
    assert any(line.split()[:2] == ["figures", "351"] for line in shown)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_a_description_says_what_the_contract_says(
    contract: Contract, lang: Any, release: Release
) -> None:
    about = htx.describe(contract.name, lang, release=release)
    assert (about.title, about.description) == (
        contract.title.text(lang),
        contract.description.text(lang),
    )
    assert about.key == contract.key
    assert about.release_id == release.id
    for column, field in zip(about.columns, contract.fields, strict=True):
        assert column.name == field.name
        assert column.kind == field.kind
        assert column.title == field.title.text(lang)
        assert column.description == field.description.text(lang)
        assert (column.unit, column.nullable) == (field.unit, field.nullable)
        assert (column.codelist, column.refers_to) == (field.codelist, field.refers_to)
        rows = codelists.rows(field.codelist) if field.codelist else {}
        assert column.codes == {code: row[lang] for code, row in rows.items()}


def test_a_description_is_a_page_to_read(release: Release) -> None:
    page = str(htx.describe("cooperatives_by_sector", "vi", release=release))
    assert page.startswith("cooperatives_by_sector: Hợp tác xã theo lĩnh vực\n")
    assert "khóa: area_code, as_of, sector; dòng: 21; bản phát hành: r" in page
    assert "\nsector (text)\n" in page
    assert "mã của sector: agriculture " in page
    assert "trỏ đến findings.finding_id" in page
    assert max(map(len, page.splitlines())) <= 110


def test_a_column_is_looked_up_by_its_name(release: Release) -> None:
    about = htx.describe("cooperatives", release=release)
    assert about["members_persons"].unit == "person"
    with pytest.raises(UsageError, match="no column 'member_persons'; the nearest is members_pers"):
        about["member_persons"]


def test_an_unknown_table_or_language_is_a_wrong_call(release: Release) -> None:
    with pytest.raises(UsageError, match="no table 'unit'"):
        htx.describe("unit", release=release)
    lang: Any = "fr"
    with pytest.raises(UsageError, match="no language 'fr'"):
        htx.describe("units", lang, release=release)
