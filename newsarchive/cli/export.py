"""``newsarchive export``: a data set out of the archive."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.settings import config_from


class Format(StrEnum):
    """How a data set is written."""

    JSONL = "jsonl"
    CSV = "csv"


def export(
    context: typer.Context,
    query: Annotated[list[str] | None, typer.Argument(help="Only what this query finds; default: everything.")] = None,
    format: Annotated[  # noqa: A002 (the option's name)
        Format | None, typer.Option(help="Default: by the file's ending, else jsonl.")
    ] = None,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="- is stdout.")] = "-",
    formulas: Annotated[
        bool, typer.Option("--formulas", help="CSV: leave cells that a spreadsheet would run as formulas as they are.")
    ] = False,
) -> None:
    """Write articles as JSONL or CSV; the fields: docs/data-dictionary.md."""
    from rich.progress import Progress

    from newsarchive.api import Archive
    from newsarchive.export.write import write_export

    chosen = format or (Format.CSV if output.endswith(".csv") else Format.JSONL)
    with Archive.of(config_from(context)) as archive:
        with Progress(console=terminal.notes(), transient=True) as progress:
            revisions = progress.track(archive.latest(" ".join(query or ())), description="export", total=None)
            destination = sys.stdout.buffer if output == "-" else Path(output)
            written = write_export(revisions, chosen.value, destination, defuse=not formulas)
    terminal.notes().print(f"{written:,} articles{'' if output == '-' else f' in {output}'}")
