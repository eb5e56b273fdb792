"""robots.txt, by RFC 9309: fetched before anything else of a host; where it cannot be had, the answer is no.

Scrapy's middleware, whose place this takes, goes ahead when robots.txt fails. The rules are read by the same parser
(protego). https://www.rfc-editor.org/rfc/rfc9309
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from newsarchive.crawling.failures import classify
from newsarchive.crawling.politeness.spending import DayIsSpentError
from newsarchive.crawling.politeness.throttle import CRAWL_DELAY, forget_host
from newsarchive.crawling.politeness.user_agent import PRODUCT_TOKEN
from newsarchive.errors import FetchError, ForbiddenAddressError

MAX_ROBOTS_BYTES = 500 * 1024
"""What comes after is not read (RFC 9309, 2.5)."""

MAX_AGE_S = 24 * 3600
"""How long an answer is good for (RFC 9309, 2.4)."""

MAX_CRAWL_DELAY_S = 60.0
"""A longer Crawl-delay is cut to this: beyond it a site could not be kept up with at all."""

_PRIORITY = 1000
_SAME_FOR_PAGE = frozenset(("dns", "connection-refused", "tls", "retry-after"))
"""What keeps robots.txt from us keeps the page from us too, and says more than that there is no robots.txt."""


class RefusedByRobotsError(FetchError, IgnoreRequest):
    """robots.txt forbids the address, or could not be had. Scrapy takes it for a request to ignore, not for a bug."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRules:
    """What a host's robots.txt says to us."""

    text: str = ""
    """The file, up to MAX_ROBOTS_BYTES, as text; empty where there is none. Its ``Sitemap:`` lines are in it."""
    refusal: tuple[str, str] | None = None
    """Why nothing may be fetched: the ledger's reason and a sentence. None: the text decides."""
    parser: Protego | None = None

    def allows(self, url: str) -> bool:
        """Whether we may fetch an address of the host."""
        return self.refusal is None and (self.parser is None or bool(self.parser.can_fetch(url, PRODUCT_TOKEN)))

    @property
    def crawl_delay_s(self) -> float | None:
        """Seconds between two requests, at most MAX_CRAWL_DELAY_S; None where the file does not say."""
        delay = self.parser.crawl_delay(PRODUCT_TOKEN) if self.parser is not None else None
        return None if delay is None else min(max(float(delay), 0.0), MAX_CRAWL_DELAY_S)


def read_robots(status: int, body: bytes, url: str = "/robots.txt") -> RobotsRules:
    """The rules in an answer to the request for ``url``.

    2xx: what the file says. 4xx: there is none, all is allowed; but 429 asks for less, not for more. Anything else,
    a server error or a redirect that leads nowhere: nothing may be fetched.
    """
    if 200 <= status < 300:
        return _rules(body)
    if 400 <= status < 500 and status != 429:
        return RobotsRules()
    return RobotsRules(refusal=("robots-unreachable", f"{url} answers {status}"))


class RobotsMiddleware:
    """Refuses what robots.txt refuses; hosts are asked once a day."""

    def __init__(self, crawler: Crawler, clock: Callable[[], float] = monotonic) -> None:
        self._crawler = crawler
        self._clock = clock
        self._asked: dict[str, tuple[float, asyncio.Task[RobotsRules]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise RefusedByRobotsError (or ForbiddenAddressError) for what may not be fetched.

        Raises DayIsSpentError where robots.txt can be had another day.
        """
        forget_host(request)
        if request.meta.get("dont_obey_robotstxt") or not request.url.startswith(("http:", "https:")):
            return
        rules = await self.rules_of(request.url)
        if rules.refusal is not None:
            reason, why = rules.refusal
            kind = ForbiddenAddressError if reason == "forbidden-address" else RefusedByRobotsError
            raise kind(f"{request.url}: {why}", url=request.url, reason=reason)
        if not rules.allows(request.url):
            raise RefusedByRobotsError(f"{request.url}: forbidden by robots.txt", url=request.url, reason="robots-txt")
        if rules.crawl_delay_s is not None:
            request.meta[CRAWL_DELAY] = rules.crawl_delay_s

    async def rules_of(self, url: str) -> RobotsRules:
        """The rules of the address's host, asked for if they are not known yet.

        Raises DayIsSpentError if the host may be asked nothing more today; then it is asked anew the next time.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        asked = self._asked.get(origin)
        if asked is None or self._clock() - asked[0] > MAX_AGE_S:
            asked = self._clock(), asyncio.ensure_future(self._ask(origin))
            self._asked[origin] = asked
        # Many requests wait for one answer; one of them being cancelled must not take it from the others.
        return await asyncio.shield(asked[1])

    async def _ask(self, origin: str) -> RobotsRules:
        url = f"{origin}/robots.txt"
        request = Request(url, priority=_PRIORITY, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK)
        try:
            response: Response = await self._crawler.engine.download_async(request)
        except DayIsSpentError:  # that says nothing of robots.txt
            self._asked.pop(origin, None)
            raise
        except Exception as error:  # noqa: BLE001 (whatever it is, the answer is no, and the reason is kept)
            _, reason, detail = classify(error)
            if reason == "forbidden-address" or reason in _SAME_FOR_PAGE:
                return RobotsRules(refusal=(reason, detail or reason))
            return RobotsRules(refusal=("robots-unreachable", f"{url} cannot be had ({reason}): {detail or reason}"))
        return read_robots(response.status, response.body, url)


def _rules(body: bytes) -> RobotsRules:
    if len(body) > MAX_ROBOTS_BYTES:
        body = body[:MAX_ROBOTS_BYTES].rpartition(b"\n")[0]  # half a rule may mean another one
    text = body.decode("utf-8-sig", errors="replace")
    return RobotsRules(text=text, parser=Protego.parse(text))
