"""``htx``: the command line. Each command is a module of this folder.

Exit codes: 0 all is well; 1 what was asked does not hold (a contradiction is open, a waiver is
stale, a release is not what it says); 2 the call is wrong; 3 raw data, documents or a release
cannot be read as they stand, or the gate refuses a release; 4 our own fault, or the disk's; 130
stopped.

The modules import click and nothing heavy; what a command needs is imported when it runs, so that
``htx --help`` answers at once.
"""

from __future__ import annotations

import atexit
import gc
import sys

import click

from htx_pipeline.__about__ import __version__
from htx_pipeline.cli.build import build
from htx_pipeline.cli.check import check
from htx_pipeline.cli.cite import cite
from htx_pipeline.cli.dictionary import dictionary
from htx_pipeline.cli.diff import diff
from htx_pipeline.cli.explain import explain
from htx_pipeline.cli.export import export
from htx_pipeline.cli.options import OUR_FAULT, STOPPED, language_of_call
from htx_pipeline.cli.quality_docs import quality_docs
from htx_pipeline.cli.rules import rules
from htx_pipeline.cli.tables import tables
from htx_pipeline.cli.verify import verify
from htx_pipeline.cli.waive import waive
from htx_pipeline.errors import HtxError, InputError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="htx")
def htx() -> None:
    """Figures of Vietnamese cooperatives: read, confronted with each other, published.

    Exit codes: 0 all is well, 1 what was asked does not hold (an open contradiction, a stale
    waiver, a release that is not what it says), 2 the call is wrong, 3 the input cannot be read or
    the gate refuses the release, 4 our own fault, 130 stopped.
    """


for command in (
    build,
    check,
    cite,
    dictionary,
    diff,
    explain,
    export,
    quality_docs,
    rules,
    tables,
    verify,
    waive,
):
    htx.add_command(command)


def _leave_garbage() -> None:
    """Do not look for garbage in a process that ends, except for DuckDB: it would complain."""
    if "duckdb" not in sys.modules:
        gc.freeze()


def main() -> None:
    """Run ``htx`` and exit with its documented code."""
    # what is imported stays: looking for garbage in it, then and at the end, takes up to a third
    gc.set_threshold(100_000)
    atexit.register(_leave_garbage)
    try:
        code = htx(standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("htx: đã dừng" if language_of_call() == "vi" else "htx: stopped", err=True)
        sys.exit(STOPPED)
    except click.ClickException as failure:
        failure.show()
        sys.exit(failure.exit_code)
    except InputError as failure:
        language = language_of_call()
        for problem in failure.problems:
            click.echo(problem.text(language), err=True)
        total = len(failure.problems)
        said = {
            "vi": f"htx: {total} lỗi trong dữ liệu đầu vào; không có gì thay đổi",
            "en": f"htx: {total} problem{'s' * (total > 1)} in the input; nothing was changed",
        }
        click.echo(said[language], err=True)
        sys.exit(failure.exit_code)
    except HtxError as failure:
        click.echo(f"htx: {failure.told.text(language_of_call())}", err=True)
        sys.exit(failure.exit_code)
    except OSError as failure:
        click.echo(f"htx: {failure.filename or ''}: {failure.strerror}", err=True)
        sys.exit(OUR_FAULT)
    except Exception:  # noqa: BLE001 (the last resort: a documented exit code instead of 1)
        import traceback  # noqa: PLC0415 (start-up counts)

        traceback.print_exc()
        click.echo("htx: this is a fault of htx itself, not of your data", err=True)
        sys.exit(OUR_FAULT)
    sys.exit(code)
