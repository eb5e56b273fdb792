"""The part of ``newsarchive export`` that writes a data package: its options, and what they do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.config import Config
from newsarchive.export.selection import Selection
from newsarchive.export.write import Format

if TYPE_CHECKING:
    from newsarchive.export.package.contents import Contents

PackageFolder = Annotated[
    Path | None,
    typer.Option("--package", metavar="DIR", help="Write a data package into this new folder: docs/data-sets.md."),
]
Force = Annotated[bool, typer.Option("--force", help="Package: replace the one that is in DIR.")]
Title = Annotated[str | None, typer.Option(metavar="TEXT", help="Package: its title, for citations.")]
Description = Annotated[str | None, typer.Option(metavar="TEXT", help="Package: why it was made and what it holds.")]
Creators = Annotated[
    list[str] | None,
    typer.Option("--creator", metavar="NAME", help="Package: 'Family, Given' or an organization; repeatable."),
]
License = Annotated[
    str | None, typer.Option(metavar="NAME", help="Package: its license, by SPDX name (CC-BY-4.0) or address.")
]


def export_package(
    config: Config,
    selection: Selection,
    folder: Path,
    *,
    format: Format | None,
    title: str | None,
    description: str | None,
    creators: list[str] | None,
    license: str | None,
    formulas: bool,
    force: bool,
) -> None:
    """Write a data package and say how to cite it. Its table is CSV unless ``format`` is Parquet, or JSONL: none."""
    from newsarchive.api import Archive
    from newsarchive.export.package.about import About

    if format is Format.JSONLD:
        raise typer.BadParameter(
            "a data package has its table as csv or parquet; jsonl: no table", param_hint="'--format'"
        )
    about = About.of(title=title, description=description, creators=tuple(creators or ()), license=license)
    with Archive.of(config) as archive, terminal.progress() as progress:
        task = progress.add_task("package", total=selection.limit)
        contents = archive.package(
            selection,
            folder,
            about=about,
            table=None if format is Format.JSONL else format or Format.CSV,
            defuse=not formulas,
            force=force,
            progress=lambda count: progress.update(task, completed=count),
        )
    _report(contents, folder)


def _report(contents: Contents, folder: Path) -> None:
    from newsarchive.export.package.citation import plain_citation

    notes = terminal.notes()
    what = "revisions" if contents.selection.every_revision else "articles"
    notes.print(f"{contents.facts.records:,} {what} in {folder}, version {contents.version}")
    notes.print(f"cite: {plain_citation(contents)}")
    notes.print(f"what is in it, how it came about and what it lacks: {folder / 'datasheet.md'}")
