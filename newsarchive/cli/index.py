"""``newsarchive index``: the full-text index that follows the archive."""

from __future__ import annotations

import typer

from newsarchive.cli import terminal
from newsarchive.cli.settings import config_from

app = typer.Typer(help="The full-text index; it follows the archive by itself.", no_args_is_help=True)


@app.command("rebuild")
def rebuild(context: typer.Context) -> None:
    """Make the index anew from the archive. Nothing is lost: it holds only what the archive holds."""
    from newsarchive.api import Archive
    from newsarchive.search.index import SearchIndex

    config = config_from(context)
    with Archive.of(config) as archive, terminal.progress() as progress:
        task = progress.add_task("index", total=archive.reader.counts().articles)
        indexed = SearchIndex.rebuild(
            config.index_path, archive.reader, progress=lambda n: progress.update(task, completed=n)
        )
    terminal.notes().print(f"{indexed:,} articles indexed")
