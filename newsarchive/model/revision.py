"""Revision: one state of an article, and what became of a page when it was compared with the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsarchive.model.article import Article
from newsarchive.model.capture import CaptureReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One state of an article as the archive holds it."""

    article_id: int
    """Of the archive: the same for all revisions of one canonical URL."""
    number: int
    """1 for the first state seen, then 2, 3 …"""
    seen_at: datetime
    """Aware, UTC: fetched_at of the capture that first showed this state."""
    content_digest: str
    """``sha256:`` and 64 hex digits over the normalized headline and blocks: equal means the same text."""
    capture: CaptureReference
    article: Article
    run_id: int | None
    first_seen_at: datetime
    """When any state of the article was first seen."""
    last_seen_at: datetime
    """When the article was last fetched, changed or not."""
    revision_count: int
    """How many states of the article the archive holds."""
    cluster_id: int
    """The lowest article id among its near-copies: the same for all of them, its own if there is no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A read and normalized page on its way into the archive."""

    article: Article
    content_digest: str
    capture: CaptureReference
    requested_url: str
    run_id: int | None
