"""``newsarchive status``: what the archive holds, at a glance."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from newsarchive.cli import terminal
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from
from newsarchive.config import Config


def status(context: typer.Context, json: Json = False) -> None:
    """Show how much the archive holds and where, and who works on it."""
    print_status(config_from(context), json=json)


def print_status(config: Config, *, json: bool = False) -> None:
    """Print what the archive of a configuration holds."""
    from newsarchive.api import Archive
    from newsarchive.archive.workers import WorkerStore
    from newsarchive.monitoring.workers import health_of_workers, is_running

    now = datetime.now(UTC)
    with Archive.of(config) as archive:
        counts = archive.reader.counts()
        runs = len(archive.reader.runs())
        database, archive_bytes = archive.database.name, archive.database.size_bytes()
        workers = sum(is_running(worker, now) for worker in WorkerStore(archive.database).all())
        trouble = [finding.message for finding in health_of_workers(archive.database, now).findings]
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
        "workers": workers,
    }
    if json:
        terminal.print_json({**facts, "bytes": sizes})
        return
    out = terminal.out()
    for name, value in facts.items():
        out.print(f"{name:10} {value:,}" if isinstance(value, int) else f"{name:10} {value}")
    on_disk = "  ".join(f"{name} {size / 1e6:.1f} MB" for name, size in sizes.items())
    out.print(f"{'on disk':10} {on_disk}")
    for message in trouble:
        terminal.notes().print(f"{message} (newsarchive health)")
