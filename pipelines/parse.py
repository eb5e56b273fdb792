"""Step 2, parse: a Capture becomes a Reading, in a child process with limits. A page without an article ends here.

A spider that reads more of a page than the article has it read together with that, and yields a ReadPage.
"""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newsarchive.crawling.failures import classify_unread
from newsarchive.crawling.responses import reference_to
from newsarchive.crawling.sandboxed import in_sandbox
from newsarchive.crawling.session import CrawlSession
from newsarchive.model.article import NotArticle
from newsarchive.model.capture import Capture
from newsarchive.model.reading import Reading, ReadPage
from newsarchive.publishers.registry import read

TELLING_REASONS = frozenset({"no-headline", "no-body", "section-page"})
"""With these a page says what its address is for; an error page or a bot wall says nothing of the kind."""


class ParsePipeline:
    """Capture or ReadPage in, Reading out. What a page turned out to be teaches the site's model of addresses."""

    def __init__(self, session: CrawlSession) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Find the open session."""
        return cls(CrawlSession.of(crawler))

    async def process_item(self, page: Capture | ReadPage) -> Reading:
        """Read the page with its publisher's rules. Raises DropItem once its outcome is in the ledger."""
        session = self._session
        if isinstance(page, ReadPage):
            capture, result = page.capture, page.result
        else:
            capture = page
            result = await in_sandbox(session, capture, read, capture, *session.rules_for(capture))
        if not isinstance(result, NotArticle):
            session.on_read(capture.requested_url, True)
            if result.next_page_url is not None and session.on_next_page is not None:
                session.on_next_page(result.next_page_url, capture.url)
        if isinstance(result, NotArticle):
            outcome, reason = classify_unread(result.reason, capture.status)
            if reason in TELLING_REASONS:
                session.on_read(capture.requested_url, False)
            session.ledger.finish(
                capture.requested_url,
                outcome,
                reason=reason,
                detail=result.detail or None,
                capture=reference_to(capture),
            )
            raise DropItem(f"{capture.url}: {result.reason}", log_level="DEBUG")
        return Reading(capture=capture, article=result)
