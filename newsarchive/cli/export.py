"""``newsarchive export``: a data set out of the archive."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.package import Creators, Description, Force, License, PackageFolder, Title, export_package
from newsarchive.cli.settings import config_from
from newsarchive.errors import ExportError
from newsarchive.export.selection import Body, Selection
from newsarchive.export.write import Format, format_of


def export(
    context: typer.Context,
    query: Annotated[
        list[str] | None, typer.Argument(metavar="QUERY", help="Only what this query finds; default: everything.")
    ] = None,
    format: Annotated[Format | None, typer.Option(help="Default: by the file's ending, else jsonl.")] = None,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="- is stdout; a file is replaced when all is written, and compressed if it ends in .gz.",
        ),
    ] = "-",
    fields: Annotated[
        str,
        typer.Option(metavar="A,B,C", help="These fields only, in this order; default: all."),
    ] = "",
    body: Annotated[Body, typer.Option(help="The article's own text: as one text, as blocks, both or neither.")] = (
        Body.BOTH
    ),
    no_text: Annotated[
        bool, typer.Option("--no-text", help="No text of the publisher at all: body, description and images stay out.")
    ] = False,
    revisions: Annotated[
        bool, typer.Option("--revisions", help="Every state of each article instead of the latest.")
    ] = False,
    collapse: Annotated[
        bool, typer.Option("--collapse", help="Of near-copies of each other only the earliest known.")
    ] = False,
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=1, metavar="N", help="So many at most.")] = None,
    formulas: Annotated[
        bool, typer.Option("--formulas", help="CSV: leave cells that a spreadsheet would run as formulas as they are.")
    ] = False,
    bom: Annotated[bool, typer.Option("--bom", help="CSV: begin with a byte order mark, which Excel needs.")] = False,
    package: PackageFolder = None,
    title: Title = None,
    description: Description = None,
    creator: Creators = None,
    license: License = None,
    force: Force = False,
) -> None:
    """Write articles as JSONL, CSV, Parquet or JSON-LD. All of them, or what a query finds.

    Ordered by article, then revision. The fields: docs/data-dictionary.md. Parquet needs pyarrow:
    pip install 'newsarchive[parquet]'.
    """
    from newsarchive.api import Archive

    try:
        selection = Selection.of(
            query=" ".join(query or ()),
            fields=[name.strip() for name in fields.split(",") if name.strip()],
            body=body,
            text=not no_text,
            every_revision=revisions,
            collapse=collapse,
            limit=limit,
        )
    except ExportError as error:
        raise typer.BadParameter(str(error), param_hint="'--fields'") from error
    if package is not None:
        if output != "-" or bom:
            raise typer.BadParameter("a package is a folder of its own: leave --output and --bom out")
        export_package(
            config_from(context),
            selection,
            package,
            format=format,
            title=title,
            description=description,
            creators=creator,
            license=license,
            formulas=formulas,
            force=force,
        )
        return
    if force or creator or any(text is not None for text in (title, description, license)):
        raise typer.BadParameter("--title, --description, --creator, --license and --force belong to --package DIR")
    with Archive.of(config_from(context)) as archive, terminal.progress() as progress:
        task = progress.add_task("export", total=limit)
        written = archive.export(
            selection,
            format or format_of(output) or Format.JSONL,
            sys.stdout.buffer if output == "-" else Path(output),
            defuse=not formulas,
            bom=bom,
            progress=lambda count: progress.update(task, completed=count),
        )
    what = "revisions" if revisions else "articles"
    terminal.notes().print(f"{written:,} {what}{'' if output == '-' else f' in {output}'}")
