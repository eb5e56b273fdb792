"""Variants: one article under several addresses (a print view, AMP, a session's link) is stored once a crawl.

A page that names another address of its site as the canonical one gives way to that: otherwise the state that is
stored would depend on which of them was fetched first, and each crawl might see an edit that nobody made. Only if the
canonical page turns out to hold no article is the variant fetched again and stored after all.
"""

from __future__ import annotations

from enum import StrEnum

from newsarchive.model.capture import Capture
from newsarchive.urls import identity_url

MAX_WAITING = 1_000
"""Variants that wait for their canonical pages at once; further ones are stored as they come."""


class Choice(StrEnum):
    """What to do with a page that holds an article."""

    STORE = "store"
    WAIT = "wait"
    """See to it that the canonical address is fetched; what becomes of the page depends on that."""
    LEAVE = "leave"
    """Leave it: the article is stored, or another variant of it waits."""


class Variants:
    """The articles of one crawl by their canonical addresses."""

    def __init__(self) -> None:
        self._stored: set[str] = set()
        self._waiting: dict[str, Capture] = {}
        self._broken: set[str] = set()

    def choose(self, capture: Capture, canonical_url: str) -> Choice:
        """Decide over the article read from a capture; after STORE, it counts as stored."""
        if canonical_url in self._stored:
            return Choice.LEAVE
        if identity_url(capture.url) != canonical_url and canonical_url not in self._broken:
            if canonical_url in self._waiting:
                return Choice.LEAVE
            if len(self._waiting) < MAX_WAITING:
                self._waiting[canonical_url] = capture
                return Choice.WAIT
        self._stored.add(canonical_url)
        return Choice.STORE

    def settled(self, canonical_url: str) -> Capture | None:
        """Note that the archive has the article as it is now; the variant that waited for its page, None if none did.

        For pages that were not fetched, or had not changed.
        """
        self._stored.add(canonical_url)
        return self._waiting.pop(canonical_url, None)

    def superseded(self, canonical_url: str) -> Capture | None:
        """The variant that waited for a page that is now being stored; None if none did."""
        return self._waiting.pop(canonical_url, None)

    def orphans(self) -> list[Capture]:
        """Variants whose canonical page was not stored, to be fetched again at the end and stored then."""
        orphans = list(self._waiting.values())
        self._broken.update(self._waiting)
        self._waiting.clear()
        return orphans
