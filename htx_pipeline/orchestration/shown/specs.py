"""What the UI says of an asset before anything has run: words, columns, owners, links."""

from __future__ import annotations

import hashlib
import inspect
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from htx_pipeline.contracts import Contract, Field
from htx_pipeline.orchestration.unstable import accepted
from htx_pipeline.release import code_versions

OWNERS = ["team:maintainers"]
_ROOT = Path(__file__).parents[3]
_DICTIONARY = _ROOT / "docs" / "dictionary.md"
SOURCE_URL = "HTX_SOURCE_URL"
"""The environment variable with the address at which the repository's files can be read."""


def table(
    contract: Contract,
    *,
    group: str,
    deps: Iterable[str],
    code: Iterable[str],
    published: bool = True,
) -> dg.AssetSpec:
    """The asset of a table. ``code`` names the code that it is a function of, see ``Inputs``."""
    return dg.AssetSpec(
        contract.name,
        deps=list(deps),
        group_name=group,
        description=described(contract),
        owners=OWNERS,
        kinds={"pandas", "parquet"},
        tags={"published": "yes" if published else "no"},
        code_version=code_version(contract.version, code),
        metadata={
            "dagster/column_schema": column_schema(contract),
            "key": ", ".join(contract.key),
            **links(contract),
        },
    )


def described(contract: Contract) -> str:
    """A table in both languages, and what a row of it is."""
    said = contract.description
    return f"{said.en}\n\n{contract.title.vi}: {said.vi}"


def code_version(own: str, code: Iterable[str]) -> str:
    """Changes when ``own`` does, or code of one of these names: rules, code lists, software."""
    versions = code_versions()
    told = repr([own, *(versions[name] for name in sorted(code))])
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def column_schema(contract: Contract) -> dg.TableSchema:
    """The columns of a table with types, units and descriptions."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=field.name,
                type=str(field.arrow.type),
                description=_column(field),
                tags={"unit": field.unit.replace(" ", "-")} if field.unit else {},
                constraints=dg.TableColumnConstraints(
                    nullable=field.nullable, unique=contract.key == (field.name,)
                ),
            )
            for field in contract.fields
        ]
    )


def _column(field: Field) -> str:
    unit = f" Unit: {field.unit}." if field.unit else ""
    codes = f" Codes: {field.codelist}." if field.codelist else ""
    return f"{field.title.en} ({field.title.vi}). {field.description.en}{unit}{codes}"


def links(contract: Contract) -> dict[str, Any]:
    """Where the table is declared in the source, and described in the data dictionary."""
    with accepted():
        found = [
            *_lines(_module_of(contract), f'name="{contract.name}"', "contract"),
            *_lines(_DICTIONARY, f"### {contract.name}", "dictionary"),
        ]
        return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=found)}


def _module_of(contract: Contract) -> Path:
    """The module that declares a contract."""
    for name, module in sorted(sys.modules.items()):
        if name.startswith(("htx_pipeline.curation.", "htx_pipeline.figures.")) and any(
            one is contract or getattr(one, "contract", None) is contract
            for one in vars(module).values()
        ):
            return Path(inspect.getfile(module))
    raise LookupError(contract.name)


def _lines(
    path: Path, text: str, label: str
) -> Iterator[dg.LocalFileCodeReference | dg.UrlCodeReference]:
    """A link to the first line of a file that begins with ``text``; none in an installed package
    without documents."""
    if not path.is_file():
        return
    listed: Sequence[str] = path.read_text(encoding="utf-8").splitlines()
    line = next((n for n, one in enumerate(listed, 1) if one.strip().startswith(text)), 1)
    address = os.environ.get(SOURCE_URL)
    if address:
        where = path.relative_to(_ROOT).as_posix()
        yield dg.UrlCodeReference(url=f"{address.rstrip('/')}/{where}#L{line}", label=label)
    else:
        yield dg.LocalFileCodeReference(file_path=str(path), line_number=line, label=label)
