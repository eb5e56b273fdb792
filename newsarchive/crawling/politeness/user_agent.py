"""Who we say we are: an honest name, a version, and how to reach the person who runs the crawl."""

from __future__ import annotations

from newsarchive.version import __version__

PRODUCT_TOKEN = "newsarchive"  # noqa: S105 (the word robots.txt calls a product token, RFC 9309, 2.2.1)
"""The name that a ``User-agent:`` line of robots.txt means us by."""


def user_agent(contact: str | None) -> str:
    """The User-Agent field.

    >>> user_agent("https://archive.example/about")
    'newsarchive/0.1.0 (+https://archive.example/about)'
    """
    name = f"{PRODUCT_TOKEN}/{__version__}"
    return f"{name} (+{contact})" if contact else name
