"""What every command needs from the command line's global options: the configuration and the open archive."""

from __future__ import annotations

import os
from typing import Any

import typer

from newsarchive.config import Config


def config_from(context: typer.Context, **options: Any) -> Config:  # noqa: ANN401 (options of any type)
    """Settings from the options given, the environment and the home's settings file. Raises ConfigError."""
    return Config.load(os.environ, home=context.obj["home"], database=context.obj["database"], **options)


def log_level_from(context: typer.Context) -> str:
    """How much of Scrapy's log is shown: only what went badly wrong, or all with ``--verbose`` or as JSON."""
    return "INFO" if context.obj["verbose"] or os.environ.get("NEWSARCHIVE_LOG") == "json" else "CRITICAL"
