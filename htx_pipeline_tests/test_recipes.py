"""The recipes of docs/recipes.md, run as they stand there, with the output that stands there."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "recipes.md"
FLAGS = doctest.ELLIPSIS


@dataclass(frozen=True)
class Block:
    """A block of code of the page and the line that it begins at."""

    language: str
    line: int
    text: str


def blocks() -> list[Block]:
    page = PAGE.read_text(encoding="utf-8")
    return [
        Block(found[1], page[: found.start(2)].count("\n") + 1, found[2])
        for found in re.finditer(r"^```(\w*)\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
    ]


def of(language: str) -> list[object]:
    return [
        pytest.param(block, id=f"line-{block.line}")
        for block in blocks()
        if block.language == language
    ]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which data/curated lies, as in a checkout, and which a recipe may write into."""
    folder = tmp_path_factory.mktemp("recipes")
    shutil.copytree(ROOT / "data" / "curated", folder / "data" / "curated")
    return folder


@pytest.fixture(autouse=True)
def there(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(checkout)
    monkeypatch.setenv("HTX_RELEASE", str(checkout / "data" / "curated"))
    with pd.option_context("display.width", 100, "display.max_columns", 20):
        yield


@pytest.fixture(scope="module")
def exported(checkout: Path) -> Path:
    """The folder after the console blocks, each of which told what stands there."""
    environment = os.environ | {
        "HTX_RELEASE": str(checkout / "data" / "curated"),
        "LC_ALL": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    for block in blocks():
        if block.language != "console":
            continue
        for call in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", block.text, flags=re.MULTILINE):
            command, expected = call
            program, *arguments = command.split()
            done = subprocess.run(
                [shutil.which(program, path=environment["PATH"]) or program, *arguments],
                cwd=checkout,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            same = doctest.OutputChecker().check_output(expected, done.stdout, FLAGS)
            assert same, f"{command}\n{done.stdout}{done.stderr}"
    return checkout


def test_the_page_has_recipes_for_every_tool_and_nothing_else() -> None:
    languages = [block.language for block in blocks()]
    assert set(languages) == {"python", "sql", "r", "console"}
    text = PAGE.read_text(encoding="utf-8")
    assert text.count("```") == 2 * len(languages)


@pytest.mark.parametrize("block", of("python"))
def test_a_python_recipe_gives_what_stands_there(block: Block, exported: Path) -> None:
    assert (exported / "htx-csv" / "sources.csv").is_file()
    recipe = doctest.DocTestParser().get_doctest(
        block.text, {}, f"recipes.md:{block.line}", str(PAGE), block.line
    )
    assert recipe.examples
    assert any(example.want for example in recipe.examples)
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
    result = runner.run(recipe, out=told.append)
    assert result.failed == 0, "".join(told)


@pytest.mark.parametrize("block", of("sql"))
def test_an_sql_recipe_gives_what_stands_there(block: Block) -> None:
    expected = re.findall(r"^-- (.*)$", block.text, flags=re.MULTILINE)
    rows = duckdb.connect().sql(block.text).fetchall()
    told = [" | ".join("NULL" if cell is None else str(cell) for cell in row) for row in rows]
    assert told == expected
    assert told


@pytest.mark.parametrize("block", of("r"))
def test_an_r_recipe_gives_what_stands_there(block: Block) -> None:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("Rscript is not here: the recipe for R is not run")
    asked = "quit(status = !all(sapply(c('arrow', 'dplyr'), requireNamespace, quietly = TRUE)))"
    if subprocess.run([program, "-e", asked], check=False, timeout=60).returncode:
        pytest.skip("R has no packages arrow and dplyr: the recipe for R is not run")
    done = subprocess.run(
        [program, "-e", block.text], capture_output=True, text=True, check=True, timeout=60
    )
    (expected,) = re.findall(r"# (\d+)$", block.text, flags=re.MULTILINE)
    assert expected in done.stdout.split()
