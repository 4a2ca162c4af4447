"""Data Docs: what the gate asks and finds, as great_expectations' static pages.

The pages carry the time at which they were made and are no part of a release. They load styles and
scripts from the network; without it they stay readable, but their own index stays empty, so there
is one of ours, and their logo, which told its host who looks, is taken from the pages themselves.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import ExitStack
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from htx_pipeline.errors import UsageError
from htx_pipeline.model import Label
from htx_pipeline.release.gate.quiet import quiet
from htx_pipeline.release.gate.verdict import Verdict, verdict_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from htx_pipeline.contracts import Contract
    from htx_pipeline.model import Language
    from htx_pipeline.release.gate.validation import Outcome

_SITE = Path("gx", "uncommitted", "data_docs", "local_site")
_LOGO = Path("static", "images", "logo-long.png")
_LOGO_ELSEWHERE = re.compile(r"https://great-expectations-web-assets\.[^\s\"')]+")
_THEIR_INDEX = "data_docs.html"
_SECTOR_SUMS = Label(vi="Tổng của các lĩnh vực", en="Sums of sectors")
_WORDS = {
    "title": Label(
        vi="Kiểm tra chất lượng các tệp đã công bố", en="Quality of the published files"
    ),
    "table": Label(vi="Bảng", en="Table"),
    "asked": Label(vi="Kỳ vọng", en="Expectations"),
    "met": Label(vi="Đạt", en="Met"),
    "theirs": Label(
        vi="Trang của Great Expectations (cần mạng)",
        en="Great Expectations' page (needs a network)",
    ),
}


def write_docs(
    folder: Path, contracts: Sequence[Contract], output: Path, language: Language = "en"
) -> Verdict:
    """Put the suites to the files in ``folder`` and write the pages to ``output``.

    ``output`` is replaced whole, or stays as it was. Raises ``UsageError`` if something else than
    such pages is there.
    """
    output = output.resolve()
    _refuse_what_is_no_site(output)
    with quiet():
        from htx_pipeline.release.gate import suites, validation  # noqa: PLC0415 (start-up counts)

    asked, unreadable = suites.suites(folder, contracts, {}, ())
    with tempfile.TemporaryDirectory(prefix="htx-quality-docs-") as workshop:
        with validation.in_folder(workshop) as context:
            outcomes = {suite.table: validation.record(context, suite, language) for suite in asked}
            context.build_data_docs()
        site = Path(workshop) / _SITE
        _keep_to_itself(site)
        (site / "index.html").rename(site / _THEIR_INDEX)
        titles = {contract.name: contract.title for contract in contracts}
        (site / "index.html").write_text(
            _index(site, titles, outcomes, unreadable, language), encoding="utf-8", newline="\n"
        )
        _replace(output, site)
    return verdict_of(outcomes, unreadable, validation.VERSION)


def _refuse_what_is_no_site(output: Path) -> None:
    empty = not output.exists() or (output.is_dir() and not any(output.iterdir()))
    if not empty and not (output / _THEIR_INDEX).is_file():
        raise UsageError(
            Label(
                vi=f"{output.name}: không phải là thư mục Data Docs, nên không ghi đè",
                en=f"{output.name}: is no folder of Data Docs, so it is not replaced",
            )
        )


def _keep_to_itself(site: Path) -> None:
    for page in [*site.rglob("*.html"), *site.rglob("*.css")]:
        logo = Path(os.path.relpath(site / _LOGO, page.parent)).as_posix()
        text = page.read_text(encoding="utf-8")
        page.write_text(_LOGO_ELSEWHERE.sub(logo, text), encoding="utf-8", newline="\n")


def _index(
    site: Path,
    titles: Mapping[str, Label],
    outcomes: Mapping[str, Sequence[Outcome]],
    unreadable: Mapping[str, str],
    language: Language,
) -> str:
    """A page that needs nothing but itself: each table, what was asked of it and what was met."""
    words = {name: escape(label.text(language)) for name, label in _WORDS.items()}
    rows = []
    for table, found in outcomes.items():
        (page,) = (site / "validations" / table).rglob("*.html")
        title = escape(titles.get(table, _SECTOR_SUMS).text(language))
        met = sum(outcome.success for outcome in found)
        state = "met" if met == len(found) else "unmet"
        rows.append(
            f'<tr class="{state}"><td><a href="{page.relative_to(site).as_posix()}">{table}</a> '
            f"{title}</td><td>{len(found)}</td><td>{met}</td></tr>"
        )
    rows += [
        f'<tr class="unmet"><td>{table}</td><td colspan="2">{escape(why)}</td></tr>'
        for table, why in unreadable.items()
    ]
    listed = "\n".join(rows)
    return f"""\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{words["title"]}</title>
<style>
body {{ font: 16px/1.5 sans-serif; margin: 2em auto; max-width: 48em; padding: 0 1em }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ border-bottom: 1px solid #ccc; padding: .3em .6em; text-align: right }}
td:first-child, th:first-child {{ text-align: left }}
.unmet {{ background: #fde2e0 }}
</style>
</head>
<body>
<h1>{words["title"]}</h1>
<table>
<tr><th>{words["table"]}</th><th>{words["asked"]}</th><th>{words["met"]}</th></tr>
{listed}
</table>
<p><a href="{_THEIR_INDEX}">{words["theirs"]}</a></p>
</body>
</html>
"""


def _replace(output: Path, site: Path) -> None:
    """Exchange what is in ``output``, which may be the folder that the caller stands in."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{output.name}-", dir=output.parent) as beside:
        fresh, old = Path(beside, "new"), Path(beside, "old")
        shutil.copytree(site, fresh)
        old.mkdir()
        output.mkdir(exist_ok=True)
        with ExitStack() as undo:
            for source, target in ((output, old), (fresh, output)):
                for path in sorted(source.iterdir()):
                    undo.callback(path.rename(target / path.name).rename, path)
            undo.pop_all()
