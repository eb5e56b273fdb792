"""Step 5, store: the article and its ledger row reach the disk in one transaction, with others of the same moment."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler

from newsarchive.crawling.session import CrawlSession
from newsarchive.model.revision import Candidate


class StorePipeline:
    """Candidate in and out. Scrapy counts it as scraped only once it is on disk."""

    def __init__(self, session: CrawlSession) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Find the open session."""
        return cls(CrawlSession.of(crawler))

    async def process_item(self, candidate: Candidate) -> Candidate:
        """Wait until the batch that holds the article is committed. Raises what kept it from that."""
        session = self._session
        await session.ledger.store(candidate)
        if candidate.article.publisher is not None:
            session.titles[candidate.article.publisher] += 1
        return candidate
