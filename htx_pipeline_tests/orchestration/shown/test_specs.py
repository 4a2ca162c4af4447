from __future__ import annotations

import pytest

from htx_pipeline import release
from htx_pipeline.curation.groups import GROUPS
from htx_pipeline.orchestration.shown import specs


def test_links_lead_to_the_repository_where_its_address_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTX_SOURCE_URL", "https://example.org/htx/blob/main/")
    references = specs.links(GROUPS.contract)["dagster/code_references"].code_references
    declared, described = (one.url for one in references)
    assert declared.startswith(
        "https://example.org/htx/blob/main/htx_pipeline/curation/groups.py#L"
    )
    assert described.startswith("https://example.org/htx/blob/main/docs/dictionary.md#L")


def test_the_version_of_code_changes_with_the_contract_and_with_the_code_that_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = specs.code_version("contract", ["codelists", "software"])
    assert specs.code_version("contract", ["software", "codelists"]) == before
    assert specs.code_version("other", ["codelists", "software"]) != before
    rules = dict(release.code_versions()) | {"rules": "others"}
    monkeypatch.setattr(specs, "code_versions", lambda: rules)
    assert specs.code_version("contract", ["codelists", "software"]) == before
    assert specs.code_version("contract", ["codelists", "rules"]) != before
