from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

import htx_pipeline as htx
from htx_pipeline.errors import ReleaseError, UsageError
from htx_pipeline.reader.citation import authors
from htx_pipeline.release.dataset import read_dataset
from htx_pipeline_tests.building import OWN_RAW

if TYPE_CHECKING:
    from htx_pipeline.reader import Release

MEMBERS = "lai-chau-2021-report:1335"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_dataset_is_cited_by_what_dataset_yml_and_the_manifest_say(
    lang: Any, release: Release
) -> None:
    dataset = read_dataset(OWN_RAW)
    for form in ("text", "bibtex"):
        told = htx.cite(lang=lang, form=form, release=release).replace("\\_", "_")
        facts = [
            *dataset.authors,
            getattr(dataset.title, lang),
            dataset.version,
            release.id,
            release.known_until.isoformat(),
            dataset.licence,
        ]
        for fact in facts:
            assert fact in told, (form, fact)
        assert "doi" not in told.lower()
        assert "://" not in told


def test_a_figure_is_cited_by_its_report_and_through_the_dataset(release: Release) -> None:
    told = htx.cite(MEMBERS, release=release)
    assert told.startswith(
        "Steering board for the collective economy of Lai Châu province: Report on the collective "
        "economy and cooperatives in 2021, with tasks and measures for 2022, 2021-12-31 (estimated)"
        f", P1.I.2.1: “3.042 thành viên”. Figure {MEMBERS}. In: "
    )
    assert told.endswith(htx.cite(release=release))
    vi = htx.cite(MEMBERS, lang="vi", release=release)
    assert vi.startswith("Ban Chỉ đạo phát triển Kinh tế tập thể tỉnh Lai Châu: Báo cáo tình hình")
    assert vi.endswith(htx.cite(lang="vi", release=release))


def test_bibtex_of_a_figure_refers_to_the_entry_of_the_dataset(release: Release) -> None:
    told = htx.cite(MEMBERS, form="bibtex", release=release)
    names = re.findall(r"@misc\{([^,]+),", told)
    assert len(names) == 2
    assert f"crossref = {{{names[1]}}}" in told
    assert told.endswith(htx.cite(form="bibtex", release=release))


def test_bibtex_is_balanced_and_holds_no_bare_sign(release: Release) -> None:
    for row in htx.load("figures", release=release).drop_duplicates("report_id").to_dict("records"):
        for lang in ("vi", "en"):
            told = htx.cite(row["figure_id"], lang=lang, form="bibtex", release=release)
            bare = re.sub(r"\\[\\{}&%$#_]", "", told)
            assert bare.count("{") == bare.count("}")
            values = re.findall(r"^  (?!crossref)\w+ = \{(.*)\},$", bare, flags=re.MULTILINE)
            assert not re.search(r"[&%$#_~^]", "".join(values))


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "as known on 2022-06-30, reports issued until 2021-12-31"),
        ("vi", "như được biết đến ngày 2022-06-30, gồm các báo cáo ban hành đến 2021-12-31"),
    ],
)
def test_what_was_known_on_a_day_is_cited_as_such(lang: Any, told: str, release: Release) -> None:
    for figure in (None, MEMBERS):
        assert told in htx.cite(figure, as_of="2022-06-30", lang=lang, release=release)
        bibtex = htx.cite(figure, as_of="2022-06-30", lang=lang, form="bibtex", release=release)
        assert told in bibtex
        assert f"{release.id}-2022-06-30,\n" in bibtex
        assert bibtex.count("year = {2021}") == bibtex.count("@misc")
    assert "2022-06-30" not in htx.cite(lang=lang, release=release)


def test_a_figure_that_was_not_known_on_the_day_is_not_cited(release: Release) -> None:
    later = next(
        row["figure_id"]
        for row in release.table("figures").to_pylist()
        if row["issued_on"].year > 2022
    )
    assert later in htx.cite(later, release=release)
    with pytest.raises(UsageError, match="table figures has no row"):
        htx.cite(later, as_of="2022-06-30", release=release)
    with pytest.raises(UsageError, match="nothing is known on 2020-01-01"):
        htx.cite(as_of="2020-01-01", release=release)


def test_an_unknown_figure_is_told_with_near_ones(release: Release) -> None:
    with pytest.raises(UsageError, match="no row 'lai-chau-2021-report:1336'") as caught:
        htx.cite("lai-chau-2021-report:1336", release=release)
    assert "the nearest: lai-chau-2021-report:" in caught.value.told.en


def test_authors_who_are_not_told_are_not_invented(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(release), "document", lambda _self, _name: b"{}")
    with pytest.raises(ReleaseError, match=r"datapackage\.json names no authors"):
        authors(release)
