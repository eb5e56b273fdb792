"""``newsarchive export``: a data set out of the archive."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.settings import config_from
from newsarchive.export.write import Format, write_export


def export(
    context: typer.Context,
    query: Annotated[
        list[str] | None, typer.Argument(metavar="QUERY", help="Only what this query finds; default: everything.")
    ] = None,
    format: Annotated[Format | None, typer.Option(help="Default: by the file's ending, else jsonl.")] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="- is stdout; a file is replaced when all is written.")
    ] = "-",
    formulas: Annotated[
        bool, typer.Option("--formulas", help="CSV: leave cells that a spreadsheet would run as formulas as they are.")
    ] = False,
    bom: Annotated[bool, typer.Option("--bom", help="CSV: begin with a byte order mark, which Excel needs.")] = False,
) -> None:
    """Write articles as JSONL or CSV, all of them or what a query finds.

    The fields: docs/data-dictionary.md.
    """
    from newsarchive.api import Archive

    chosen = format or (Format.CSV if output.endswith(".csv") else Format.JSONL)
    with Archive.of(config_from(context)) as archive, terminal.progress() as progress:
        task = progress.add_task("export", total=None)
        written = write_export(
            archive.latest(" ".join(query or ())),
            chosen,
            sys.stdout.buffer if output == "-" else Path(output),
            defuse=not formulas,
            bom=bom,
            progress=lambda count: progress.update(task, completed=count),
        )
    terminal.notes().print(f"{written:,} articles{'' if output == '-' else f' in {output}'}")
