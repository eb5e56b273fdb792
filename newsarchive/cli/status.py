"""``newsarchive status``: what the archive holds, at a glance."""

from __future__ import annotations

import typer

from newsarchive.cli import terminal
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from
from newsarchive.config import Config


def status(context: typer.Context, json: Json = False) -> None:
    """Show how much the archive holds and where."""
    print_status(config_from(context), json=json)


def print_status(config: Config, *, json: bool = False) -> None:
    """Print what the archive of a configuration holds."""
    from newsarchive.api import Archive

    with Archive.of(config) as archive:
        counts = archive.reader.counts()
        runs = len(archive.reader.runs())
        database, archive_bytes = archive.database.name, archive.database.size_bytes()
    sizes = {
        "archive": archive_bytes,
        "captures": sum(file.stat().st_size for file in config.captures_path.rglob("*") if file.is_file()),
        "index": sum(file.stat().st_size for file in config.index_path.rglob("*") if file.is_file()),
    }
    facts = {
        "home": str(config.home.resolve()),
        "database": database,
        "sites": counts.sites,
        "articles": counts.articles,
        "revisions": counts.revisions,
        "runs": runs,
    }
    if json:
        terminal.print_json({**facts, "bytes": sizes})
        return
    out = terminal.out()
    for name, value in facts.items():
        out.print(f"{name:10} {value:,}" if isinstance(value, int) else f"{name:10} {value}")
    on_disk = "  ".join(f"{name} {size / 1e6:.1f} MB" for name, size in sizes.items())
    out.print(f"{'on disk':10} {on_disk}")
