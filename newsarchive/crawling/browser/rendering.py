"""Rendering: pages of sites marked so go through Chromium after they were fetched, and are read as it shows them.

A page is fetched like any other first: the same robots.txt, delay, address guard, limits, Retry-After and redirects,
and its bytes are in the WARC as they came. Then the browser is given those bytes, runs the page's scripts
(``chromium.py``), and what it made of the page is kept as a ``conversion`` of the record. So nothing is asked for
twice, and what was read can be made again from what is kept.

A crawl of sites that are not rendered has none of this: the middleware takes itself out.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response

from newsarchive.captures.http_message import header_text
from newsarchive.captures.warc_writer import utc_now
from newsarchive.crawling.addon import config_of
from newsarchive.crawling.browser.path import browser_path
from newsarchive.crawling.browser.proxy import system_addresses
from newsarchive.crawling.connections.addresses import AddressGuard, is_public
from newsarchive.crawling.connections.proxy_address import ProxyAddress
from newsarchive.crawling.politeness.robots import RobotsMiddleware
from newsarchive.crawling.politeness.spending import BudgetMiddleware, DayIsSpentError
from newsarchive.crawling.responses import Kept, kept_of, remember
from newsarchive.crawling.session import CrawlSession
from newsarchive.errors import CaptureError, ConfigError, ForbiddenAddressError
from newsarchive.model.crawl_run import ResourceKind
from newsarchive.model.site import Site
from newsarchive.urls import same_site

if TYPE_CHECKING:
    from newsarchive.crawling.browser.chromium import RenderingBrowser

logger = logging.getLogger(__name__)

CONTENT_TYPE = "text/html; charset=utf-8"
"""Of a rendered page."""
ROBOTS_S = 10.0
"""Seconds for the robots.txt of a host that a page's scripts ask; a page does not wait longer for what is beside it."""

_RENDERED_KINDS = frozenset((ResourceKind.HOME, ResourceKind.SECTION, ResourceKind.PAGE))
_NOT_KEPT = (b"Content-Type", b"Content-Length", b"Content-Language")
"""Header fields that a rendered page has not: the record of it has no place for them, so they must not be read now
and missing when the page is read again."""


class RenderingMiddleware:
    """Renders what the crawl's plain fetching gave, between the decoding of a page and its reader."""

    def __init__(self, crawler: Crawler, session: CrawlSession, sites: tuple[Site, ...]) -> None:
        self._crawler = crawler
        self._session = session
        self._sites = sites
        self._config = config_of(crawler.settings)
        self._browser: RenderingBrowser | None = None
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy, which goes on without it if this raises NotConfigured: nothing is to be rendered."""
        session = crawler.get_extension(CrawlSession)
        if session is None or session.run_id is None:
            raise NotConfigured
        of_crawl = [site for site in session.sites if session.site in (None, site.name)]
        sites = tuple(site for site in of_crawl if site.is_rendered)
        if not sites:
            raise NotConfigured
        return cls(crawler, session, sites)

    async def process_response(self, request: Request, response: Response) -> Response:
        """The page as its scripts left it; anything but a whole HTML page of a rendered site as it came.

        Raises FetchError if it cannot be rendered. Without a browser the crawl ends.
        """
        if not self._is_rendered(request, response):
            return response
        from newsarchive.crawling.browser.chromium import PageSource

        try:
            browser = self._opened()
            text = await browser.render(
                PageSource(
                    url=response.url,
                    headers=header_text((name, value) for name, values in response.headers.items() for value in values),
                    body=response.body,
                    guard=await self._guard(response),
                )
            )
            return await self._kept(request, response, text.encode("utf-8", "replace"))
        except (ConfigError, CaptureError) as error:
            self._end_crawl(error)
            raise

    def _is_rendered(self, request: Request, response: Response) -> bool:
        return (
            response.status == 200
            and request.meta.get("kind") in _RENDERED_KINDS
            and isinstance(response, HtmlResponse)
            and (self._session.site is not None or any(same_site(s.home_url, response.url) for s in self._sites))
        )

    def _opened(self) -> RenderingBrowser:
        if self._browser is None:
            from newsarchive.crawling.browser.chromium import RenderingBrowser

            self._browser = RenderingBrowser(
                executable=browser_path(self._config),
                user_agent=str(self._crawler.settings["USER_AGENT"]),
                allows=self._allows,
                upstream=ProxyAddress.of(self._config.proxy) if self._config.proxy else None,
            )
        return self._browser

    async def _allows(self, url: str) -> bool:
        """Whether robots.txt and the day's budget let a page's scripts have an address.

        Where robots.txt cannot be had in time, no. What may be had is counted.
        """
        robots = self._robots()
        try:
            if not (await asyncio.wait_for(robots.rules_of(url), ROBOTS_S)).allows(url):
                return False
        except (TimeoutError, DayIsSpentError):
            return False
        budget = self._crawler.get_downloader_middleware(BudgetMiddleware)
        return budget is None or budget.may_spend(urlsplit(url).hostname or "")

    def _robots(self) -> RobotsMiddleware:
        found = self._crawler.get_downloader_middleware(RobotsMiddleware)
        if found is None:
            raise ConfigError(f"{RobotsMiddleware.__name__} is missing from DOWNLOADER_MIDDLEWARES")
        return found

    async def _guard(self, response: Response) -> AddressGuard:
        """Where a page may connect to; a page of the internet to the internet only.

        Scripts of strangers have no business at the addresses of this network that the user allowed.
        """
        return AddressGuard(() if await self._is_of_internet(response) else self._config.allow_addresses)

    async def _is_of_internet(self, response: Response) -> bool:
        if response.ip_address is not None:
            return is_public(response.ip_address)
        try:
            AddressGuard().check_url(response.url)
        except ForbiddenAddressError:
            return False
        if self._config.proxy is not None:
            return True  # the user's proxy knows its address, we do not
        parts = urlsplit(response.url)
        try:
            addresses = await system_addresses(parts.hostname or "", parts.port or 443)
            return all(is_public(ipaddress.ip_address(address)) for address in addresses)
        except (OSError, ValueError):
            return True

    async def _kept(self, request: Request, response: Response, body: bytes) -> Response:
        """The rendered page as response, once it is in the WARC."""
        before = kept_of(request, response)
        session = self._session
        if session.warc is not None and before is not None:
            reference = await asyncio.to_thread(
                session.warc.write_conversion,
                body,
                url=response.url,
                content_type=CONTENT_TYPE,
                of=before.record_id,
                at=utc_now(),
            )
            kept = Kept(
                url=response.url,
                fetched_at=reference.fetched_at,
                reference=reference,
                run_id=session.run_id,
                site=session.site,
            )
            remember(request, kept)
        headers = response.headers.copy()
        for name in _NOT_KEPT:
            headers.pop(name, None)
        headers[b"Content-Type"] = CONTENT_TYPE
        return response.replace(
            cls=HtmlResponse, headers=headers, body=body, encoding="utf-8", flags=[*response.flags, "rendered"]
        )

    def _end_crawl(self, error: Exception) -> None:
        if self._session.error is None:
            self._session.error = error
            logger.error("%s", error)
            asyncio.get_running_loop().create_task(self._crawler.engine.close_spider_async(reason="rendering-failed"))

    async def _close(self) -> None:
        if self._browser is not None:
            await self._browser.close()
