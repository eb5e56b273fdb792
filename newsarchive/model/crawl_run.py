"""CrawlRun and LedgerEntry: what a crawl did, and what became of every address it queued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

BACKFILL = "backfill"
"""The spider whose runs go on from each other alone: what they leave open is not for the crawl of every day."""


class Outcome(StrEnum):
    """What became of a queued address. Every one ends with exactly one of these."""

    NEW = "new"
    """An article the archive did not have."""
    CHANGED = "changed"
    """A known article with another text: a new revision."""
    UNCHANGED = "unchanged"
    """A known article with the same text: only its last-seen moved."""
    READ = "read"
    """A feed, sitemap, robots.txt or section page that was fetched and searched for addresses."""
    NOT_ARTICLE = "not-article"
    """Fetched, but the page holds no article; the reason says why."""
    DUPLICATE = "duplicate"
    """The same address was already queued in this run (a redirect led to it, or it is another spelling of it)."""
    REFUSED = "refused"
    """Not asked for, or broken off, by our own rules: robots.txt, forbidden address, size limit, depth, off-site."""
    SKIPPED = "skipped"
    """Not asked for because of what the user wanted: since, until, max_pages."""
    BLOCKED = "blocked"
    """The server turned us away: 401, 403, 429, 451, a bot wall."""
    FAILED = "failed"
    """It could not be had or read: DNS, connection, time-out, 4xx and 5xx, a broken body, a parser that was killed."""
    INTERRUPTED = "interrupted"
    """The crawl ended before this address had its turn."""


class ResourceKind(StrEnum):
    """What an address was queued as."""

    PAGE = "page"
    """A page that may be an article."""
    HOME = "home"
    SECTION = "section"
    FEED = "feed"
    SITEMAP = "sitemap"
    ROBOTS = "robots"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One queued address and what became of it."""

    run_id: int
    url: str
    """As it was queued."""
    kind: ResourceKind
    queued_at: datetime
    found_on: str | None = None
    """The address of the feed, sitemap or page that named it; None for a start address."""
    outcome: Outcome | None = None
    """None while it waits."""
    reason: str | None = None
    """A short code, like ``robots-txt``, ``http-404``, ``dns``, ``no-body``; None where the outcome says all."""
    detail: str | None = None
    """What was seen, for a person."""
    status: int | None = None
    """HTTP status of the last answer; None if there was none."""
    finished_at: datetime | None = None
    warc_file: str | None = None
    warc_offset: int | None = None
    digest: str | None = None
    announced_at: datetime | None = None
    """Of a page: when it was published, as feeds or news sitemaps said before it was asked for; None: none said it."""
    reaches_back_to: datetime | None = None
    """Of a feed or news sitemap: since when it names all that was published, see
    ``crawling.revisits.announcements``; None: that cannot be told."""


class RunOutcome(StrEnum):
    """How a crawl ended."""

    FINISHED = "finished"
    STOPPED = "stopped"
    """Ended early on request: Ctrl-C, or a limit the user set."""
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """Its process died; found by the next run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlRun:
    """One crawl: when, what, outcome, counts."""

    id: int
    site: str | None
    spider: str
    arguments: Mapping[str, str]
    started_at: datetime
    finished_at: datetime | None = None
    """None while it runs."""
    outcome: RunOutcome | None = None
    """None while it runs."""
    reason: str | None = None
    counts: Mapping[str, int]
    """Ledger entries by outcome."""
    not_due: int | None = None
    """How many known pages were named again and not asked for, because they were not due to be looked at; None: not
    counted."""
