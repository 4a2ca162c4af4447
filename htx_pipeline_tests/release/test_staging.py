from __future__ import annotations

from pathlib import Path

import pytest

from htx_pipeline import contracts as c
from htx_pipeline.errors import ContractError, UsageError
from htx_pipeline.manifest import FileHash
from htx_pipeline.model import Label
from htx_pipeline.release import (
    Inputs,
    join_staged,
    name_of,
    outdated,
    read_staged,
    receipts_of,
    stage,
    stage_part,
)
from htx_pipeline.release.staging import current


def contract(name: str, *, logic: int = 1) -> c.Contract:
    said = Label(vi=name, en=name)
    return c.Contract(
        name=name,
        title=said,
        description=said,
        key=("id",),
        fields=(c.text("id", "mã", "Id", said),),
        logic=logic,
    )


LEAVES, TREE, FRUIT = contract("leaves"), contract("tree"), contract("fruit")
ALL = (LEAVES, TREE, FRUIT)


def inputs(**raw: str) -> Inputs:
    files = {
        name.replace("__", "/"): FileHash(bytes=1, sha256=digest) for name, digest in raw.items()
    }
    return Inputs(files, {"sha256": "1"}, {"sha256": "1"}, {"htx_pipeline": "1"})


NOW = inputs(report__figures="a", waivers="b")


def grow(
    folder: Path, made: c.Contract, *ids: str, now: Inputs = NOW, part: str = "", of: str = ""
) -> None:
    """Stage a table from another one, or from a raw report."""
    if of:
        versions = {of: receipts_of([of], folder)[of].content}
    else:
        versions = {"raw/report": now.version("raw/report")}
    if part:
        stage_part(made, ({"id": i} for i in ids), folder, part, inputs=versions)
    else:
        stage(made, made.frame({"id": i} for i in ids), folder, inputs=versions)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    grow(tmp_path, LEAVES, "l", part="report/one")
    grow(tmp_path, TREE, "t", of="report/one/leaves")
    grow(tmp_path, FRUIT, "f", of="tree")
    return tmp_path


def behind(folder: Path, now: Inputs = NOW) -> dict[str, list[str]]:
    return outdated(["fruit"], folder, now, ALL)


def test_nothing_is_out_of_date_while_no_input_changes(folder: Path) -> None:
    assert behind(folder) == {}
    assert current(["fruit"], folder, NOW, ALL).keys() == {"fruit"}
    assert list(read_staged(TREE, folder)["id"]) == ["t"]


def test_parts_are_put_together_sorted_and_keep_the_contract_together(folder: Path) -> None:
    grow(folder, LEAVES, "n", "k", part="report/two")
    parts = ["report/one", "report/two"]
    assert list(join_staged(LEAVES, folder, parts)["id"]) == ["k", "l", "n"]
    grow(folder, LEAVES, "l", part="report/two")
    with pytest.raises(ContractError, match="leaves"):
        join_staged(LEAVES, folder, parts)
    with pytest.raises(UsageError, match="not built yet: report/three/leaves;"):
        join_staged(LEAVES, folder, ["report/three"])


def test_a_part_has_the_types_of_its_columns(folder: Path) -> None:
    with pytest.raises(ContractError, match="leaves"):
        stage_part(LEAVES, [{"id": 1.5}], folder, "report/two", inputs={})
    assert not (folder / "report" / "two").exists()


def test_a_table_is_out_of_date_when_a_raw_file_that_it_was_read_from_changes(folder: Path) -> None:
    later = inputs(report__figures="another", waivers="b")
    assert behind(folder, later) == {"report/one/leaves": ["raw/report"]}
    assert behind(folder, inputs(waivers="b")) == {"report/one/leaves": ["raw/report"]}


def test_a_raw_file_that_a_table_does_not_come_from_changes_nothing(folder: Path) -> None:
    assert behind(folder, inputs(report__figures="a", waivers="another")) == {}


def test_what_comes_out_the_same_makes_nothing_out_of_date(folder: Path) -> None:
    grow(folder, TREE, "t", of="report/one/leaves")
    assert behind(folder) == {}


def test_what_comes_out_otherwise_makes_the_next_table_out_of_date_and_no_further(
    folder: Path,
) -> None:
    grow(folder, LEAVES, "l", "m", part="report/one")
    assert behind(folder) == {"tree": ["report/one/leaves"]}
    grow(folder, TREE, "t", "u", of="report/one/leaves")
    assert behind(folder) == {"fruit": ["tree"]}
    grow(folder, FRUIT, "f", of="tree")
    assert behind(folder) == {}


def test_another_contract_or_logic_makes_its_table_out_of_date(folder: Path) -> None:
    other = (LEAVES, contract("tree", logic=2), FRUIT)
    assert outdated(["fruit"], folder, NOW, other) == {"tree": ["contract/tree"]}


def test_a_table_that_is_gone_or_was_changed_by_hand_counts_as_not_built(folder: Path) -> None:
    (folder / "tree.parquet").write_bytes((folder / "fruit.parquet").read_bytes())
    assert behind(folder) == {"tree": [], "fruit": ["tree"]}
    (folder / "fruit.receipt.json").write_text("{", encoding="utf-8")
    assert behind(folder) == {"fruit": []}
    with pytest.raises(UsageError, match="not built yet: fruit, seeds;"):
        receipts_of(["fruit", "seeds"], folder)


def test_the_error_names_each_table_and_what_has_changed(folder: Path) -> None:
    grow(folder, LEAVES, "m", part="report/one")
    (folder / "fruit.parquet").unlink()
    with pytest.raises(UsageError) as told:
        current(["fruit", "tree"], folder, NOW, ALL)
    assert str(told.value).endswith(
        "not built, or built from other inputs: fruit; tree (report/one/leaves); materialise again"
    )
    assert "hãy materialise lại" in told.value.told.vi


def test_staging_leaves_no_half_written_files(folder: Path) -> None:
    assert name_of(LEAVES, "report/one") == "report/one/leaves"
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*")) == [
        "fruit.parquet",
        "fruit.receipt.json",
        "report/one/leaves.parquet",
        "report/one/leaves.receipt.json",
        "tree.parquet",
        "tree.receipt.json",
    ]
