"""``htx verify``: does everything hold what it says: the release, its raw data, their documents?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from htx_pipeline.cli.options import OPEN, data_option, language_option, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from htx_pipeline.folder import DataFolder
    from htx_pipeline.model import Language
    from htx_pipeline.release.verify import Deviation


@click.command()
@data_option
@language_option
@click.option(
    "--release",
    type=click.Path(path_type=Path, file_okay=False),
    help="Check this folder on its own: a release, wherever it came from. Nothing is built.",
)
@click.option(
    "--documents",
    type=click.Path(path_type=Path),
    help="Compare data/raw with the documents instead: the folder with <report_id>.txt for each.",
)
@click.option(
    "--report",
    "only",
    multiple=True,
    metavar="ID",
    help="With --documents: only this report; may be repeated.",
)
@click.pass_context
def verify(
    context: click.Context,
    data: Path | None,
    language: Language,
    *,
    release: Path | None,
    documents: Path | None,
    only: tuple[str, ...],
) -> None:
    """Rebuild the release from data/raw in a temporary folder and compare it with data/curated.

    Files, contents, keys and references of the release are checked by its own manifest first.
    Exits with 1 if anything differs; nothing is changed. Other bytes of the same content, by other
    versions of the libraries that write and check the files, are told and do not count.
    """
    from htx_pipeline.errors import UsageError  # noqa: PLC0415 (start-up counts)
    from htx_pipeline.folder import DataFolder, locate  # noqa: PLC0415
    from htx_pipeline.model import Label  # noqa: PLC0415

    if release is not None and documents is not None:
        raise UsageError(
            Label(
                vi="--release và --documents không đi cùng nhau",
                en="--release and --documents do not go together",
            )
        )
    if only and documents is None:
        raise UsageError(Label(vi="--report cần --documents", en="--report needs --documents"))
    if documents is not None:
        _documents(DataFolder(locate(data)), documents, only, language)
    elif release is not None:
        _tell(context, release, _of_release(release), language)
    else:
        folder = DataFolder(locate(data))
        _tell(context, folder.curated, _of_build(folder), language, built=True)


def _documents(
    folder: DataFolder, documents: Path, only: tuple[str, ...], language: Language
) -> None:
    from htx_pipeline.figures import read_corpus, verify_documents  # noqa: PLC0415

    found = verify_documents(read_corpus(folder.raw), documents, only)
    said = {
        "vi": f"{found.documents} văn bản, {found.numerals} con số: khớp với data/raw",
        "en": f"{found.documents} documents, {found.numerals} numerals: as data/raw says",
    }
    click.echo(said[language])


def _of_release(folder: Path) -> Sequence[Deviation]:
    from htx_pipeline.release.verify import deviations  # noqa: PLC0415

    return deviations(folder)


def _of_build(folder: DataFolder) -> Sequence[Deviation]:
    """In what the release is not sound, or else not what a build gives now."""
    import shutil  # noqa: PLC0415 (start-up counts)
    import tempfile  # noqa: PLC0415

    from htx_pipeline.release.verify import differences  # noqa: PLC0415

    found = _of_release(folder.curated)
    if found:
        return found
    with tempfile.TemporaryDirectory(prefix="htx-verify-") as place:
        from htx_pipeline.folder import DataFolder  # noqa: PLC0415
        from htx_pipeline.orchestration.in_process import build_in_process  # noqa: PLC0415

        rebuilt = DataFolder(Path(place))
        shutil.copytree(folder.raw, rebuilt.raw)
        build_in_process(rebuilt.root, on_step=lambda _step: None)
        return differences(folder.curated, rebuilt.curated)


def _tell(
    context: click.Context,
    folder: Path,
    found: Sequence[Deviation],
    language: Language,
    *,
    built: bool = False,
) -> None:
    for deviation in found:
        click.echo(deviation.text(language), err=True)
    total = sum(not deviation.is_note for deviation in found)
    if total:
        said = {
            "vi": f"htx: {shown(folder)}: {total} chỗ không đúng như bản phát hành ghi",
            "en": f"htx: {shown(folder)}: {total} thing{'s' * (total > 1)} "
            f"{'differ' if total > 1 else 'differs'} from what the release says",
        }
        if built:
            said["vi"] += " hoặc như data/raw cho ra; make data rồi htx diff HEAD nói khác ở đâu"
            said["en"] += " or data/raw gives; make data, then htx diff HEAD tells where"
        click.echo(said[language], err=True)
        context.exit(OPEN)
    from htx_pipeline.release.manifest import read_manifest  # noqa: PLC0415 (start-up counts)

    sound = read_manifest(folder)
    counts = len(sound["tables"]), len(sound["files"]), len(sound["raw"])
    said = {
        "vi": f"{shown(folder)}: bản phát hành {sound['release']}, {counts[0]} bảng, {counts[1]} "
        "tệp: đúng như manifest.json ghi",
        "en": f"{shown(folder)}: release {sound['release']}, {counts[0]} tables, {counts[1]} "
        "files: as manifest.json says",
    }
    if built:
        said["vi"] += f", và đúng như {counts[2]} tệp của data/raw cho ra"
        said["en"] += f", and as the {counts[2]} files of data/raw give"
    click.echo(said[language])
