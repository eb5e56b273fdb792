"""Step 1, capture: every response is in a WARC before anything reads it.

A downloader middleware, the one next to the network, and not an item pipeline: robots.txt, feeds, redirects and error
pages are evidence too, and a spider that fails over a page must not lose it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response

from newsarchive.captures.exchange import Exchange
from newsarchive.captures.exchange import Headers as ExchangeHeaders
from newsarchive.captures.warc_writer import new_record_id, utc_now
from newsarchive.crawling.responses import Kept, remember
from newsarchive.crawling.revisits.conditional import FROM_CAPTURE, refers_to
from newsarchive.crawling.session import CrawlSession
from newsarchive.errors import CaptureError

logger = logging.getLogger(__name__)

_ARRIVED = "newsarchive_arrived"


class CaptureMiddleware:
    """Writes exchanges to the session's WARC; without one, as in ``scrapy shell``, only notes when they came."""

    def __init__(self, crawler: Crawler, clock: Callable[[], datetime] = utc_now) -> None:
        self._crawler = crawler
        self._clock = clock

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware._headers_received, signal=signals.headers_received)
        return middleware

    async def process_response(self, request: Request, response: Response) -> Response:
        """Keep the response. If that fails, raises CaptureError and ends the crawl: nothing after it could be kept."""
        session = self._crawler.get_extension(CrawlSession)
        if request.meta.get(FROM_CAPTURE):  # kept long ago
            return response
        fetched_at: datetime = request.meta.pop(_ARRIVED, None) or self._clock()
        if session is None or session.warc is None:
            remember(request, Kept(url=response.url, fetched_at=fetched_at))
            return response
        try:
            # In a thread: compressing a page would hold up the event loop for a millisecond.
            record_id = new_record_id()
            exchange = _exchange(request, response, fetched_at)
            reference = await asyncio.to_thread(session.warc.write, exchange, record_id=record_id)
        except CaptureError as error:
            self._end_crawl(session, error)
            raise
        kept = Kept(
            url=response.url,
            fetched_at=fetched_at,
            reference=reference,
            record_id=record_id,
            run_id=session.run_id,
            site=session.site,
        )
        remember(request, kept)
        return response

    def _headers_received(self, request: Request) -> None:
        request.meta[_ARRIVED] = self._clock()

    def _end_crawl(self, session: CrawlSession, error: CaptureError) -> None:
        if session.error is None:
            session.error = error
            logger.error("%s", error)
            asyncio.get_running_loop().create_task(self._crawler.engine.close_spider_async(reason="capture-failed"))


def _exchange(request: Request, response: Response, fetched_at: datetime) -> Exchange:
    return Exchange(
        url=response.url,
        fetched_at=fetched_at.astimezone(UTC),
        method=request.method,
        request_headers=_pairs(request.headers),
        status=response.status,
        response_headers=_pairs(response.headers),
        body=response.body,
        refers_to=refers_to(request, response),
        protocol=response.protocol or "HTTP/1.1",
        ip_address=str(response.ip_address) if response.ip_address is not None else None,
    )


def _pairs(headers: Headers) -> ExchangeHeaders:
    return tuple((name, value) for name, values in headers.items() for value in values)
