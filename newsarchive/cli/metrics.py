"""``newsarchive metrics``: figures of the archive in Prometheus' text format, printed or served."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.settings import config_from
from newsarchive.errors import ConfigError, SearchIndexError

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry


def metrics(
    context: typer.Context,
    listen: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT", help="Serve them there until Ctrl-C, like 127.0.0.1:9464; default: print once."
        ),
    ] = None,
) -> None:
    """Show figures for Prometheus, once, or serve them. Articles, last crawls, schedules, index."""
    from prometheus_client import generate_latest

    from newsarchive.api import Archive
    from newsarchive.monitoring.figures import registry_of
    from newsarchive.search.index.folder import SearchIndex

    config = config_from(context)
    with Archive.of(config) as archive:

        def index_lag() -> int | None:
            try:
                with SearchIndex.open(config.index_path) as index:
                    return archive.reader.count_revisions_after(index.watermark)
            except SearchIndexError:
                return None

        registry = registry_of(archive.database, lambda: datetime.now(UTC), index_lag)
        if listen is None:
            sys.stdout.write(generate_latest(registry).decode())
        else:
            _serve(registry, *_place(listen))


def _place(listen: str) -> tuple[str, int]:
    """Raises ConfigError. A port alone is one of loopback."""
    host, _, port = listen.rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ConfigError(f"{listen!r} is not HOST:PORT, like 127.0.0.1:9464")
    return host.strip("[]") or "127.0.0.1", int(port)


def _serve(registry: CollectorRegistry, host: str, port: int) -> None:
    from prometheus_client import start_http_server

    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        raise ConfigError(f"{host}:{port} cannot be used: {error.strerror or error}; choose another") from None
    terminal.notes().print(f"http://{host}:{server.server_port}/metrics, Ctrl-C ends it")
    try:
        thread.join()
    finally:
        server.shutdown()
        server.server_close()
