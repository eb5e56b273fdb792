"""robots.txt: its Sitemap lines. Who may fetch what is decided by Scrapy's robots.txt middleware, not here."""

from __future__ import annotations

import re
from urllib.parse import urldefrag

from newsarchive.urls import resolve

MAX_ROBOTS_BYTES = 500 * 1024
"""What RFC 9309, 2.5 asks a crawler to read at least; lines beyond it are ignored."""
MAX_SITEMAPS = 1_000
"""Sitemaps taken from one robots.txt."""

# Not in the RFC's grammar ("sitemap" is among the "other records"), so as lenient as it wants all records to be read:
# any case, white space around, the colon forgotten.
_SITEMAP = re.compile(r"[ \t]*site-?map[ \t]*(?::|[ \t](?=https?:))[ \t]*(\S+)", re.IGNORECASE)


def sitemap_urls(body: bytes, url: str) -> tuple[str, ...]:
    """The sitemaps a robots.txt fetched from ``url`` names, in its order, each once.

    Empty for anything that has no such line, an HTML page say: robots.txt has no form it could violate.
    """
    text = body[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace")
    found: dict[str, None] = {}
    for line in re.split(r"[\r\n]+", text):
        named = _SITEMAP.match(line)
        address = resolve(url, named.group(1)) if named else None
        if address is not None:
            found.setdefault(urldefrag(address).url)  # also cuts off a comment
        if len(found) >= MAX_SITEMAPS:
            break
    return tuple(found)
