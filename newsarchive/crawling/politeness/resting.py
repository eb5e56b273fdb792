"""A downloader middleware that keeps Retry-After: the host rests, its requests go back in line, other hosts go on.

A resting host is one whose download slot was last used in the future; the scheduler's queue (``turns.py``)
passes such hosts over. Rests are kept in the archive, too: the next crawl, or another worker's, keeps them as this one.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Self

from scrapy import Request, signals
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from newsarchive.archive.runs.resuming import RESTING
from newsarchive.crawling.politeness.retry_after import (
    MAX_REST_S,
    MAX_TURNS,
    MIN_WAIT_S,
    STATUSES,
    Patience,
    read_http_date,
    read_retry_after,
)
from newsarchive.crawling.session import CrawlSession
from newsarchive.errors import FetchError

_TURNS = "retry_after_turns"
RESTS = "rests"
"""Attribute of a spider that archives nothing: hosts that rest, each with the end of its rest. Where somebody looks at
a page and waits for it, a rest is not waited for but told."""


class HostRestsError(FetchError, IgnoreRequest):
    """The host asks for a longer rest than the crawl waits for."""

    def __init__(self, message: str, *, url: str, response: Response | None = None) -> None:
        super().__init__(message, url=url, reason=RESTING)
        self.response = response
        """What it said so with, for the ledger; None where it was not asked again."""


class _SentBackError(Exception):
    """The host began to rest while the request waited for its turn."""


class RetryAfterMiddleware:
    """Reads Retry-After of 429 and 503 answers, to robots.txt, feeds and pages alike."""

    def __init__(self, crawler: Crawler, clock: Callable[[], float] = monotonic) -> None:
        self._crawler = crawler
        self._clock = clock
        self._patience = Patience()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        middleware = cls(crawler)
        # Before the slot's next request is sent: process_response comes after that.
        crawler.signals.connect(middleware._downloaded, signal=signals.response_downloaded)
        crawler.signals.connect(middleware._opened, signal=signals.spider_opened)
        return middleware

    def process_request(self, request: Request) -> None:
        """Raise HostRestsError for a host that is left to a later crawl."""
        why = self._patience.why_left(_host(request))
        if why is not None:
            self._end_early()
            raise HostRestsError(f"{request.url}: the host {why}", url=request.url)

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """Put the request back, to be sent when the host has rested. Raises HostRestsError if that is too long."""
        if asked_wait(response) is None:
            return response
        response.request = request
        why = self._patience.why_left(_host(request))
        if why is not None:
            raise HostRestsError(
                f"{request.url}: {response.status}, the host {why}", url=request.url, response=response
            )
        turns = request.meta.get(_TURNS, 0) + 1
        if turns > MAX_TURNS:
            raise HostRestsError(
                f"{request.url}: {response.status} after {turns} waits", url=request.url, response=response
            )
        again = request.replace(dont_filter=True)
        again.meta[_TURNS] = turns
        return again

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Put requests back that waited for their turn when the host began to rest."""
        return request.replace(dont_filter=True) if isinstance(exception, _SentBackError) else None

    def _downloaded(self, response: Response, request: Request) -> None:
        seconds = asked_wait(response)
        slot = self._crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
        if seconds is None or slot is None:
            return
        host, now = _host(request), self._clock()
        until = self._patience.asked(host, seconds, now)
        session = self._crawler.get_extension(CrawlSession)
        if session is not None and session.run_id is not None:  # else of a spider that archives nothing
            session.remember_rest(host, session.clock() + timedelta(seconds=min(max(seconds, MIN_WAIT_S), MAX_REST_S)))
        if math.isinf(until):
            self._end_early()
        else:
            self._rest(slot, until)
        _send_back(slot)

    def _opened(self) -> None:
        session = self._crawler.get_extension(CrawlSession)
        if session is None or session.run_id is None:  # a spider that archives nothing
            for host, rests_until in getattr(self._crawler.spider, RESTS, {}).items():
                self._patience.leave(host, rests_until)
            return
        at, now = session.clock(), self._clock()
        for host, rests_until in session.reader.resting_hosts(at).items():
            until = self._patience.recall(host, rests_until, at, now)
            if not math.isinf(until):
                to_host = Request("http://host/", meta={Downloader.DOWNLOAD_SLOT: host})
                _, slot = self._crawler.engine.downloader._get_slot(to_host)  # made now: hosts have none before
                self._rest(slot, until)

    def _end_early(self) -> None:
        session = self._crawler.get_extension(CrawlSession)
        if session is not None:
            session.stopped_early = RESTING

    def _rest(self, slot: Slot, until: float) -> None:
        slot.lastseen = until
        asyncio.get_running_loop().call_later(until - self._clock(), self._wake)

    def _wake(self) -> None:
        """Have the scheduler asked when a host has rested; Scrapy would do so only every five seconds."""
        slot = self._crawler.engine._slot if self._crawler.engine is not None else None
        if slot is not None:
            slot.nextcall.schedule()


def asked_wait(response: Response) -> float | None:
    """Seconds for which an answer asks to be left alone; None if it does not."""
    value = response.headers.get(b"Retry-After")
    if response.status not in STATUSES or value is None:
        return None
    date = response.headers.get(b"Date")
    now = (read_http_date(date.decode("latin-1")) if date else None) or datetime.now(UTC)
    return read_retry_after(value.decode("latin-1"), now)


def _host(request: Request) -> str:
    return urlparse_cached(request).hostname or ""


def _send_back(slot: Slot) -> None:
    waiting = list(slot.queue)
    slot.queue.clear()
    for _, answer in waiting:
        answer.errback(Failure(_SentBackError()))  # type: ignore[no-untyped-call]
