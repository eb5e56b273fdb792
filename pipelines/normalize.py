"""Step 3, normalize: one form for text, addresses and dates, whatever rule they came from.

Of a page with very much text in a child process, as parsing is: repairing megabytes of mojibake takes seconds, in which
nothing would be fetched. For any other the way there and back would cost twice the work.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler

from newsarchive.crawling.sandboxed import in_sandbox
from newsarchive.crawling.session import CrawlSession
from newsarchive.model.reading import Reading
from newsarchive.parsers.normalize import normalize, text_chars

MAX_INLINE_CHARS = 20_000
"""Text that is normalized at once: more than most articles have, and a tenth of a second at the worst."""


class NormalizePipeline:
    """Reading in, Reading out."""

    def __init__(self, session: CrawlSession) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Find the open session."""
        return cls(CrawlSession.of(crawler))

    async def process_item(self, reading: Reading) -> Reading:
        """Normalize the article and note the site it was crawled for.

        Raises DropItem once a failure is in the ledger.
        """
        article = replace(reading.article, site=reading.capture.site)
        if text_chars(article) <= MAX_INLINE_CHARS:
            return replace(reading, article=normalize(article))
        return replace(reading, article=await in_sandbox(self._session, reading.capture, normalize, article))
