"""Site: a news site the user registered, and where its articles are announced."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from newsarchive.model.crawl_run import ResourceKind

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_site_name(text: str) -> bool:
    """Whether a site may have this name: up to 64 lower-case letters and digits, with single hyphens between them."""
    return len(text) <= 64 and _NAME.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place on a site that names articles: a feed, a sitemap or a section page."""

    url: str
    kind: ResourceKind
    title: str | None = None
    entries: int | None = None
    """How many article addresses it named when last read; None if it was never read."""
    last_read_at: datetime | None = None
    last_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A registered site."""

    name: str
    """Short, unique, lower-case letters, digits and hyphens, like ``thegreatlakeseye``."""
    home_url: str
    title: str | None = None
    """The publisher's title as its pages give it, like "The Great Lakes Eye"; None until a page did."""
    publisher: str | None = None
    """Name of the publisher class that reads its pages; None: the one registered for the host, else the generic one."""
    added_at: datetime
    is_rendered: bool = False
    """Whether its pages go through a browser, because their text comes from scripts."""
    sources: tuple[Source, ...] = ()
