"""Chromium, fenced in: one page at a time gets a context of its own, a way out, and an end.

It is used openly: our user agent, ``navigator.webdriver`` true, nothing disguised. What fences it in:

- the network: ``crawling/browser/proxy.py``, and no resolver, QUIC or WebRTC beside it;
- requests: what no text comes from (images, fonts, media) is not loaded, nor what robots.txt forbids; the page itself
  is not fetched a second time but given as it was fetched, and it cannot lead the browser away to another one;
- state: no cookies, storage, cache, service workers, downloads or permissions are left for the next page;
- size and time: see the constants.

Only what renders imports this module: it needs the extra ``rendering``.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    Dialog,
    Error,
    Page,
    Playwright,
    Route,
    async_playwright,
)
from playwright.async_api import Request as BrowserRequest

from newsarchive.captures.content_encoding import MAX_DOCUMENT_BYTES
from newsarchive.crawling.browser.memory import end_large_processes
from newsarchive.crawling.browser.proxy import MAX_RECEIVED_BYTES, PageProxy
from newsarchive.crawling.connections.addresses import AddressGuard
from newsarchive.crawling.connections.proxy_address import ProxyAddress
from newsarchive.errors import ConfigError, FetchError
from newsarchive.urls import same_site

logger = logging.getLogger(__name__)

PAGES_AT_ONCE = 2
"""Each takes a core and some 200 MB while it loads."""
PAGES_A_BROWSER = 100
"""Then a fresh one is started: what browsers leak is given back."""
PAGE_S = 40.0
"""Seconds a page has from its first request to its text; less than DOWNLOAD_TIMEOUT, which the fetch has."""
QUIET_S = 10.0
"""Seconds for the network to become quiet (nothing under way for half a second). Pages that never are, such as those
with live tickers, are taken as they are then."""
MAX_REQUESTS = 300
"""What a page may ask for. News pages ask for 30 to 150 scripts and answers, images not counted."""
CLOSE_S = 5.0
"""Seconds for a page to go away before the browser is ended with it."""

_UNNEEDED = frozenset(("image", "font", "media", "texttrack", "manifest", "ping", "cspviolationreport", "eventsource"))
"""Kinds of requests that bring no text, or only report."""
_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
_SWITCHES = (
    # Nothing is connected to but by the proxy: names resolve nowhere, and there is no UDP.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--dns-prefetch-disable",
    "--no-pings",
    "--deny-permission-prompts",
    "--js-flags=--max-old-space-size=512",  # MiB; a script that takes more ends its page
)
_NOWHERE = "http://127.0.0.1:1"
"""The proxy of whatever belongs to no page, such as a browser's own updates: nobody listens there."""
_SERIALIZE = """(limit => {
    const root = document.documentElement;
    const text = root === null ? "" : root.outerHTML;
    return text.length > limit ? null : text;
})(%d)"""
_FIELDS_OF_TRANSFER = frozenset(("content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSource:
    """A page as it was fetched."""

    url: str
    headers: Mapping[str, str]
    """Of the response, names in lower case."""
    body: bytes
    """Its Content-Encoding undone."""
    guard: AddressGuard
    """Where the page may connect to."""


class RenderingBrowser:
    """Renders pages. Started with the first of them, and again after a crash."""

    def __init__(
        self,
        *,
        executable: Path,
        user_agent: str,
        allows: Callable[[str], Awaitable[bool]],
        upstream: ProxyAddress | None = None,
        page_s: float = PAGE_S,
        max_received: int = MAX_RECEIVED_BYTES,
    ) -> None:
        """``allows`` says whether robots.txt lets an address be fetched; ``upstream`` is the user's own proxy."""
        self._executable = executable
        self._user_agent = user_agent
        self._allows = allows
        self._upstream = upstream
        self._page_s = page_s
        self._max_received = max_received
        self._slots = asyncio.Semaphore(PAGES_AT_ONCE)
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._watch: asyncio.Task[None] | None = None
        self._pages_left = 0
        self._open = 0

    async def render(self, source: PageSource) -> str:
        """The page's document as its scripts left it, as HTML.

        Raises FetchError with the reason ``browser-crash``, ``timeout``, ``too-large`` or ``rendering``; ConfigError
        if the browser does not start.
        """
        async with self._slots:
            browser = await self._started()
            self._open += 1
            try:
                async with PageProxy(source.guard, upstream=self._upstream, max_received=self._max_received) as proxy:
                    return await self._render(browser, source, proxy)
            finally:
                self._open -= 1

    async def close(self) -> None:
        """End the browser. May be called again."""
        browser, self._browser = self._browser, None
        playwright, self._playwright = self._playwright, None
        if self._watch is not None:
            self._watch.cancel()
        with suppress(Error, TimeoutError):
            if browser is not None:
                await asyncio.wait_for(browser.close(), CLOSE_S)
        if playwright is not None:
            with suppress(Error, TimeoutError):
                await asyncio.wait_for(playwright.stop(), CLOSE_S)  # ends the browser, too, if it did not

    async def _started(self) -> Browser:
        async with self._starting:
            if self._browser is not None and self._browser.is_connected() and (self._pages_left > 0 or self._open):
                self._pages_left -= 1
                return self._browser
            await self.close()
            is_root = os.geteuid() == 0
            if is_root:
                logger.warning("Chromium runs without its sandbox, for it has none for root; crawl as another user")
            try:
                self._playwright = await async_playwright().start()
                self._browser = await self._playwright.chromium.launch(
                    executable_path=self._executable,
                    args=list(_SWITCHES),
                    chromium_sandbox=not is_root,
                    proxy={"server": _NOWHERE, "bypass": "<-loopback>"},
                    env={name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ},
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                )
            except (Error, OSError) as error:
                await self.close()
                why = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
                raise ConfigError(
                    f"{self._executable} does not start: {why[:300]}; try it with --headless, "
                    "or name another browser with NEWSARCHIVE_BROWSER"
                ) from error
            self._watch = asyncio.ensure_future(end_large_processes(self._browser))
            self._pages_left = PAGES_A_BROWSER - 1
            return self._browser

    async def _render(self, browser: Browser, source: PageSource, proxy: PageProxy) -> str:
        context: BrowserContext | None = None
        try:
            async with asyncio.timeout(self._page_s):
                context = await browser.new_context(
                    # without loopback's usual exception from proxies
                    proxy={"server": proxy.address, "bypass": "<-loopback>"},
                    user_agent=self._user_agent,
                    accept_downloads=False,
                    service_workers="block",
                    permissions=[],
                    timezone_id="UTC",
                )
                text = await _PageLoad(context, source, self._allows).text()
        except TimeoutError as error:
            raise FetchError(
                f"{source.url}: not rendered within {self._page_s:g} s", url=source.url, reason="timeout"
            ) from error
        except Error as error:
            if not browser.is_connected() or "crash" in str(error).lower():
                raise _crashed(source.url) from error
            why = str(error).splitlines()[0]
            raise FetchError(f"{source.url}: not rendered: {why}", url=source.url, reason="rendering") from error
        finally:
            await self._end(context)
        if proxy.is_exhausted:
            raise _too_large(source.url, "its scripts load more than a page may")
        return text

    async def _end(self, context: BrowserContext | None) -> None:
        """Close a page's context; a browser that cannot is ended."""
        try:
            if context is not None:
                await asyncio.wait_for(context.close(), CLOSE_S)
        except TimeoutError:
            await self.close()
        except Error:
            pass  # the browser is gone, and the context with it


class _PageLoad:
    """One page in a context of its own."""

    def __init__(self, context: BrowserContext, source: PageSource, allows: Callable[[str], Awaitable[bool]]) -> None:
        self._context = context
        self._source = source
        self._allows = allows
        self._page: Page | None = None
        self._is_given = False
        self._requests = 0

    async def text(self) -> str:
        """Load the page, wait until it is quiet, and serialize it. Raises FetchError, or Playwright's Error."""
        await self._context.route("**/*", self._route)
        self._context.on("dialog", _dismiss)
        self._page = page = await self._context.new_page()
        self._context.on("page", _close)  # what the page opens
        crashed = asyncio.Event()
        page.on("crash", lambda _: crashed.set())
        load, crash = asyncio.ensure_future(self._load(page)), asyncio.ensure_future(crashed.wait())
        try:
            await asyncio.wait((load, crash), return_when=asyncio.FIRST_COMPLETED)
            if crashed.is_set():
                raise _crashed(self._source.url)
            return load.result()
        finally:
            load.cancel()
            crash.cancel()
            await asyncio.gather(load, crash, return_exceptions=True)

    async def _load(self, page: Page) -> str:
        # The time a page has is the caller's: 0 is no limit here.
        # A page that tries to lead away while it is parsed is said never to be parsed: its beginning is waited for.
        await page.goto(self._source.url, wait_until="commit", timeout=0)
        with suppress(TimeoutError, Error):
            async with asyncio.timeout(QUIET_S):
                await page.wait_for_load_state("networkidle", timeout=0)
        return await self._serialized(page)

    async def _serialized(self, page: Page) -> str:
        # In a world of its own, where the page cannot have changed what outerHTML is.
        session = await self._context.new_cdp_session(page)
        tree = await session.send("Page.getFrameTree")
        world = await session.send(
            "Page.createIsolatedWorld", {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "newsarchive"}
        )
        answer: dict[str, Any] = await session.send(
            "Runtime.evaluate",
            {
                "expression": _SERIALIZE % MAX_DOCUMENT_BYTES,
                "contextId": world["executionContextId"],
                "returnByValue": True,
            },
        )
        text = answer["result"].get("value")
        if not isinstance(text, str) or len(text.encode("utf-8", "replace")) > MAX_DOCUMENT_BYTES:
            raise _too_large(self._source.url, f"more than {MAX_DOCUMENT_BYTES} bytes when rendered")
        return f"<!DOCTYPE html>\n{text}"

    async def _route(self, route: Route) -> None:
        with suppress(Error):  # of a page that is gone
            request = route.request
            if self._is_page_itself(request):
                if self._is_given:
                    await route.abort("aborted")  # and the page stays, where "blocked" would put an error page
                else:
                    self._is_given = True
                    await route.fulfill(status=200, headers=_headers_of(self._source), body=self._source.body)
            elif await self._is_wanted(request):
                await route.continue_()
            else:
                await route.abort("blockedbyclient")

    def _is_page_itself(self, request: BrowserRequest) -> bool:
        if not request.is_navigation_request():
            return False
        try:
            frame = request.frame
        except Error:  # of a window that the page is about to open
            return True
        return frame.parent_frame is None

    async def _is_wanted(self, request: BrowserRequest) -> bool:
        self._requests += 1
        if self._requests > MAX_REQUESTS or request.resource_type in _UNNEEDED:
            return False
        if urlsplit(request.url).scheme not in ("http", "https"):
            return request.url.startswith(("data:", "blob:"))
        if request.method not in _METHODS and not same_site(self._source.url, request.url):
            return False  # what is sent to others reports, or acts
        return await self._allows(request.url)


def _headers_of(source: PageSource) -> dict[str, str]:
    return {name: value for name, value in source.headers.items() if name not in _FIELDS_OF_TRANSFER}


async def _dismiss(dialog: Dialog) -> None:
    with suppress(Error):
        await dialog.dismiss()


async def _close(page: Page) -> None:
    with suppress(Error):
        await page.close()


def _crashed(url: str) -> FetchError:
    return FetchError(f"{url}: the browser ended while it rendered the page", url=url, reason="browser-crash")


def _too_large(url: str, why: str) -> FetchError:
    return FetchError(f"{url}: {why}", url=url, reason="too-large")
