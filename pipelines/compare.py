"""Step 4, compare: whether the article is wanted, and by which digest the archive will know its text again.

Whether it is new, changed or unchanged is decided where nothing can come between: in the transaction that stores it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.crawling.plan import published_detail
from newsarchive.crawling.responses import reference_to
from newsarchive.crawling.session import CrawlSession
from newsarchive.crawling.variants import Choice
from newsarchive.model.capture import Capture
from newsarchive.model.crawl_run import Outcome
from newsarchive.model.reading import Reading
from newsarchive.model.revision import Candidate


class ComparePipeline:
    """Reading in, Candidate out."""

    def __init__(self, session: CrawlSession) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Find the open session."""
        return cls(CrawlSession.of(crawler))

    def process_item(self, reading: Reading) -> Candidate:
        """Take the digest. Raises DropItem for an article outside of the days the user asked for, or stored already."""
        capture, article = reading.capture, reading.article
        unwanted = self._session.plan.wants(article.date_published)
        if unwanted is not None:
            self._session.ledger.finish(
                capture.requested_url,
                Outcome.SKIPPED,
                reason=unwanted,
                detail=published_detail(article.date_published),
                capture=reference_to(capture),
            )
            raise DropItem(f"{capture.url}: {unwanted}", log_level="DEBUG")
        self._leave_variant(reading)
        return Candidate(
            article=article,
            content_digest=content_digest(article),
            capture=reference_to(capture),
            requested_url=capture.requested_url,
            run_id=capture.run_id,
        )

    def _leave_variant(self, reading: Reading) -> None:
        session, capture, canonical_url = self._session, reading.capture, reading.article.canonical_url
        ask = session.on_canonical
        # a list of addresses is the user's choice: its pages are stored as they come
        choice = session.variants.choose(capture if ask else replace(capture, url=canonical_url), canonical_url)
        if choice is Choice.STORE:
            superseded = session.variants.superseded(canonical_url)
            if superseded is not None:
                self._finish_duplicate(superseded, canonical_url)
            return
        if choice is Choice.LEAVE:
            self._finish_duplicate(capture, canonical_url)
        elif ask is not None:
            ask(canonical_url, capture.url)
        raise DropItem(f"{capture.url}: another address of {canonical_url}", log_level="DEBUG")

    def _finish_duplicate(self, capture: Capture, canonical_url: str) -> None:
        self._session.ledger.finish(
            capture.requested_url,
            Outcome.DUPLICATE,
            reason="canonical",
            detail=f"of {canonical_url}",
            capture=reference_to(capture),
        )
