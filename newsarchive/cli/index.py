"""``newsarchive index``: the full-text index that follows the archive."""

from __future__ import annotations

import dataclasses

import typer

from newsarchive.cli import terminal
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from

app = typer.Typer(help="The full-text index; it follows the archive by itself.", no_args_is_help=True)


@app.command("status")
def status(context: typer.Context, json: Json = False) -> None:
    """Show how far the index has followed the archive. It does not catch up for that."""
    from newsarchive.api import Archive
    from newsarchive.search.index.folder import SearchIndex
    from newsarchive.search.index.status import index_status

    config = config_from(context)
    with Archive.of(config) as archive, SearchIndex.open(config.index_path) as index:
        found = index_status(index, archive.reader)
    if json:
        terminal.print_json(dataclasses.asdict(found))
        return
    out = terminal.out()
    out.print(f"documents  {found.documents:,}")
    out.print(f"watermark  {found.watermark:,}")
    out.print(f"behind     {found.behind:,} revisions{'; the next search catches up' if found.behind else ''}")
    out.print(f"format     {found.format}")
    out.print(f"on disk    {found.bytes / 1e6:.1f} MB")


@app.command("rebuild")
def rebuild(context: typer.Context) -> None:
    """Make the index anew from the archive. Nothing is lost: it holds only what the archive holds."""
    from newsarchive.api import Archive
    from newsarchive.search.index.folder import SearchIndex

    config = config_from(context)
    with Archive.of(config) as archive, terminal.progress() as progress:
        task = progress.add_task("index", total=archive.reader.counts().articles)
        indexed = SearchIndex.rebuild(
            config.index_path, archive.reader, progress=lambda n: progress.update(task, completed=n)
        )
    terminal.notes().print(f"{indexed:,} articles indexed")
