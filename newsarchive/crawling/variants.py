"""Variants: one article under several addresses (a print view, AMP, a session's link) is stored once a crawl.

A page that names another address of its site as the canonical one gives way to that: otherwise the state that is
stored would depend on which of them was fetched first, and each crawl might see an edit that nobody made. Only if the
canonical page turns out to hold no article is the variant stored after all.
"""

from __future__ import annotations

from enum import StrEnum

from newsarchive.urls import identity_url

MAX_WAITING = 10_000
"""Variants remembered at once; further ones are stored as they come."""


class Choice(StrEnum):
    """What to do with a page that holds an article."""

    STORE = "store"
    ASK_CANONICAL = "ask-canonical"
    """Leave it, and see to it that its canonical address is fetched."""
    LEAVE = "leave"
    """Leave it: the article is stored, or its canonical address waits for its turn."""


class Variants:
    """The articles of one crawl by their canonical addresses."""

    def __init__(self) -> None:
        self._stored: set[str] = set()
        self._waiting: dict[str, str] = {}
        """Canonical address -> the first variant that named it."""
        self._broken: set[str] = set()

    def choose(self, url: str, canonical_url: str) -> Choice:
        """Decide over the article read from ``url``; after STORE, it counts as stored."""
        if canonical_url in self._stored:
            return Choice.LEAVE
        is_variant = identity_url(url) != canonical_url and canonical_url not in self._broken
        if is_variant and canonical_url in self._waiting:
            return Choice.LEAVE
        if is_variant and len(self._waiting) < MAX_WAITING:
            self._waiting[canonical_url] = url
            return Choice.ASK_CANONICAL
        self._stored.add(canonical_url)
        self._waiting.pop(canonical_url, None)
        return Choice.STORE

    def orphans(self) -> list[str]:
        """Variants whose canonical page was not stored, to be fetched again at the end and stored then."""
        orphans = list(self._waiting.values())
        self._broken.update(self._waiting)
        self._waiting.clear()
        return orphans
