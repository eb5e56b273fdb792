"""AutoThrottle that never goes below a host's Crawl-delay."""

from __future__ import annotations

from typing import Self

from scrapy import Request, Spider, signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

CRAWL_DELAY = "crawl_delay_s"
"""Key of ``request.meta``: the seconds robots.txt asks for between two requests to the request's host."""


def forget_host(request: Request) -> None:
    """Take from a request what it has from its former host.

    Scrapy hands a redirected request on with the slot, and so the delay, of the host that redirected it.
    """
    request.meta.pop("download_slot", None)
    request.meta.pop(CRAWL_DELAY, None)


class Throttle(AutoThrottle):
    """Scrapy's AutoThrottle with a floor for each host. Without jitter: the delay that was promised is the least."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        throttle = super().from_crawler(crawler)
        crawler.signals.connect(throttle._keep_floor, signal=signals.request_reached_downloader)
        return throttle

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        self._keep_floor(request, spider)

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        """Let a 304 shorten a delay, too: to Scrapy it is an error, so one slow answer would slow all that follow."""
        super()._adjust_delay(slot, latency, response.replace(status=200) if response.status == 304 else response)

    def _keep_floor(self, request: Request, spider: Spider) -> None:
        _, slot = self._get_slot(request, spider)
        floor = request.meta.get(CRAWL_DELAY)
        if slot is not None and floor is not None and slot.delay < floor:
            slot.delay = floor
