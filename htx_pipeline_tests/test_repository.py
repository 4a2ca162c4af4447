"""What the repository promises about itself."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from htx_pipeline.curation import CONTRACTS
from htx_pipeline.release.changelog import read_changelog

ROOT = Path(__file__).parents[1]


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_the_lock_pins_every_package_by_hash_and_names_no_registry() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9._-]+(?:\[[^\]]+\])?==\S+", lock, flags=re.MULTILINE)
    blocks = re.split(r"\n(?=\S)", lock)
    assert len(pins) > 100
    assert all("--hash=sha256:" in block for block in blocks if block.strip())
    assert "://" not in lock


def test_the_lock_holds_what_the_package_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()
    extras = project["optional-dependencies"]
    for requirement in [*project["dependencies"], *extras["test"], *extras["dev"]]:
        name = re.match(r"[A-Za-z0-9._-]+", requirement)
        assert name is not None
        if name[0] != "htx_pipeline":
            wanted = name[0].lower().replace("_", "-")
            assert re.search(rf"^{re.escape(wanted)}==", lock, flags=re.MULTILINE), wanted


def test_the_integrations_that_pull_dagster_back_are_not_installed() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "dagster-pandera" not in lock
    assert "dagster-ge" not in lock


@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_the_readme_names_every_table_and_both_commands(name: str) -> None:
    readme = (ROOT / name).read_text(encoding="utf-8")
    for contract in CONTRACTS:
        assert f"| `{contract.name}` |" in readme
    assert "make data" in readme
    assert "make test" in readme


def test_every_link_between_documents_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_no_table_ever_shrank_without_an_entry_in_the_changelog() -> None:
    """In all commits: the gate of one build compares with what lay in the folder before it."""
    manifest = "data/curated/manifest.json"

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments],  # noqa: S607
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.skip("not a git checkout")
        return done.stdout

    def rows(text: str) -> dict[str, int]:
        return {name: told["rows"] for name, told in json.loads(text)["tables"].items()}

    commits = git("log", "--first-parent", "--reverse", "--format=%H", "--", manifest).split()
    releases = [rows(git("show", f"{commit}:{manifest}")) for commit in commits]
    releases.append(rows((ROOT / manifest).read_text(encoding="utf-8")))
    allowed = {
        (one.table, one.rows.from_, one.rows.to) for one in read_changelog(ROOT / "data" / "raw")
    }
    for before, after in pairwise(releases):
        for name in before.keys() & after.keys():
            shrank = (name, before[name], after[name])
            assert after[name] >= before[name] or shrank in allowed, shrank


def test_text_files_are_utf8_with_unix_line_ends() -> None:
    for path in tracked():
        if path.suffix != ".parquet":
            data = path.read_bytes()
            data.decode("utf-8")
            assert b"\r" not in data, path


@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_the_recipes_of_the_readme_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    readme = (ROOT / name).read_text(encoding="utf-8")
    recipes = re.findall(r"```python\n(.*?)```", readme, flags=re.DOTALL)
    assert recipes
    for recipe in recipes:
        *statements, last = recipe.strip().splitlines()
        names: dict[str, object] = {}
        exec("\n".join(statements), names)  # noqa: S102 (the README's own lines)
        value = eval(last, names)  # noqa: S307
        expected = re.search(r"# (\d+)$", last)
        if expected is not None:
            assert int(expected[1]) == int(value)
    for recipe in re.findall(r"```sql\n(.*?)```", readme, flags=re.DOTALL):
        assert duckdb.sql(recipe).fetchall()
