"""``htx cite``, and that CITATION.cff says the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import htx_pipeline
from htx_pipeline.cli import htx
from htx_pipeline.cli.options import chosen
from htx_pipeline.errors import UsageError
from htx_pipeline.release.dataset import read_dataset
from htx_pipeline_tests.reader.releases import write_release

ROOT = Path(__file__).parents[2]
MEMBERS = "lai-chau-2021-report:1335"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_release(tmp_path_factory.mktemp("released") / "curated"))


def said(*arguments: str) -> str:
    chosen.clear()
    result = CliRunner().invoke(htx, ["cite", *arguments], standalone_mode=False)
    chosen.clear()
    if result.exception is not None:
        raise result.exception
    return result.stdout


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("form", ["text", "bibtex"])
@pytest.mark.parametrize("figure", [None, MEMBERS])
@pytest.mark.parametrize("as_of", [None, "2022-06-30"])
def test_the_command_says_what_the_library_says(
    lang: str, form: str, figure: str | None, as_of: str | None, released: str
) -> None:
    arguments = [*([figure] if figure else []), "--lang", lang, "--format", form]
    arguments += ["--as-of", as_of] if as_of else []
    expected = htx_pipeline.cite(
        figure,
        as_of=as_of,
        lang="vi" if lang == "vi" else "en",
        form="text" if form == "text" else "bibtex",
        release=released,
    )
    assert said(*arguments, "--release", released) == expected + "\n"


def test_an_unknown_figure_is_a_wrong_call(released: str) -> None:
    with pytest.raises(UsageError, match="table figures has no row 'x:1'"):
        said("x:1", "--release", released)


def test_citation_cff_says_what_the_dataset_and_the_package_say() -> None:
    found = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    dataset = read_dataset(ROOT / "data" / "raw")
    assert (found["cff-version"], found["type"]) == ("1.2.0", "dataset")
    assert found["title"] == dataset.title.en
    assert found["abstract"].strip() == dataset.description.en.strip()
    assert found["version"] == dataset.version
    assert found["license"] == dataset.licence
    assert found["authors"] == [{"name": name} for name in dataset.authors]
    assert found["keywords"] == dataset.keywords
    (software,) = found["references"]
    assert (software["type"], software["title"]) == ("software", "htx_pipeline")
    assert software["version"] == htx_pipeline.__version__
    assert software["license"] == "Apache-2.0"
    assert software["authors"] == found["authors"]
    assert {"doi", "url", "repository", "date-released"} & found.keys() == set()
