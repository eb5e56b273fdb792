"""Findings to the user's command and webhook: for ``newsarchive health --notify`` and workers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newsarchive.cli import terminal
from newsarchive.config import Config
from newsarchive.errors import AlertError, ConfigError

if TYPE_CHECKING:
    from newsarchive.monitoring.alerts import Channel
    from newsarchive.monitoring.finding import SiteHealth


def notify_of(config: Config, found: Sequence[SiteHealth]) -> None:
    """Tell what is new and what is over.

    Raises ConfigError if there is nobody to tell, AlertError if a channel failed: what it was not told comes again.
    """
    from newsarchive.archive.database import Database
    from newsarchive.monitoring.alerts import tell
    from newsarchive.monitoring.told import read_told, save_told, telling_when_free

    channels = channels_of(config)
    if not channels:
        raise ConfigError("--notify needs alert_command or alert_webhook in newsarchive.toml (docs/operations.md)")
    with Database.open(config.database) as database, telling_when_free(database):
        told, errors = tell(
            read_told(database),
            found,
            channels,
            datetime.now(UTC),
            save=lambda key, memory: save_told(database, key, memory),
        )
    terminal.notes().print(f"{told} alerts told")
    for error in errors[:-1]:
        terminal.notes().print(str(error))
    if errors:
        raise AlertError(f"{errors[-1]}; what was not told is told at the next look")


def channels_of(config: Config) -> dict[str, Channel]:
    """Who is told, by name."""
    from newsarchive.crawling.connections.addresses import AddressGuard
    from newsarchive.monitoring.hook_command import run_hook
    from newsarchive.monitoring.webhook import post

    channels: dict[str, Channel] = {}
    if config.alert_command:
        channels["command"] = lambda payload: run_hook(config.alert_command, payload)
    url = config.alert_webhook
    if url is not None:
        guard = AddressGuard(config.allow_addresses)
        channels["webhook"] = lambda payload: post(url, payload, check=guard.check_connection, ca_file=config.ca_file)
    return channels
