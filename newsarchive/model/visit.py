"""Visit: what an address answered last, so that it need be asked again only when that is due, and briefly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsarchive.model.crawl_run import Outcome

ARTICLE_OUTCOMES = frozenset((Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED))
"""With these an address led to an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The last answer of an address, over all crawls. Addresses that only failed have none."""

    url: str
    """As it was queued."""
    outcome: Outcome
    """What the last answer turned out to be; after a 304 that stands for the same page as before."""
    first_asked_at: datetime
    asked_at: datetime
    """When it answered last, 304 included."""
    published_at: datetime | None = None
    """Of an article, if known."""
    changed_at: datetime | None = None
    """When a new revision of a known article was fetched last; None: never."""
    claimed_modified: str | None = None
    """When the page was changed, in the words of the feed or sitemap that named it then; None if none said so."""
    etag: str | None = None
    last_modified: str | None = None
    """As the server sent them with the body; None if it did not, or if another address answered, after a redirect."""
    fetched_at: datetime | None = None
    """When the body came that still holds, with the place where it is kept; None if not from this very address."""
    warc_file: str | None = None
    warc_offset: int | None = None

    @property
    def is_article(self) -> bool:
        """Whether the address led to an article."""
        return self.outcome in ARTICLE_OUTCOMES

    @property
    def is_unmodified(self) -> bool:
        """Whether the last answer was that nothing has changed since the body came."""
        return self.fetched_at is not None and self.asked_at > self.fetched_at
