"""``newsarchive site set``: change how a registered site is crawled."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.settings import config_from
from newsarchive.errors import ConfigError


def set_site(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Short name of the site.")],
    rendered: Annotated[
        bool | None,
        typer.Option("--rendered/--plain", help="Whether its pages go through Chromium, for text that scripts make."),
    ] = None,
) -> None:
    """Change how a site is crawled, from its next crawl on."""
    from newsarchive.api import Archive
    from newsarchive.crawling.browser.path import browser_path

    if rendered is None:
        raise ConfigError("say what to change: --rendered or --plain")
    config = config_from(context)
    if rendered:
        browser_path(config)
    with Archive.of(config) as archive:
        archive.writer.update_site(replace(archive.reader.site(name), is_rendered=rendered))
    terminal.out().print(f"{name} is {'rendered' if rendered else 'fetched plainly'} from its next crawl on")
