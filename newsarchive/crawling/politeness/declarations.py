"""Downloader middlewares for what pages declare (``permissions.py``): recorded always, obeyed as configured.

Recorded in the ledger's detail, where it can be counted and exported; the captures hold the words themselves. What is
obeyed is refused before the capture is written: a page that asks not to be archived is in no WARC either.
"""

from __future__ import annotations

import asyncio
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from newsarchive.captures.content_encoding import EncodedBodyError, decode_content
from newsarchive.captures.http_message import header_text
from newsarchive.crawling.addon import config_of
from newsarchive.crawling.ledger import queued_url
from newsarchive.crawling.politeness.permissions import REASONS, TDM, Permissions, declared, read_tdmrep, reserves
from newsarchive.crawling.session import CrawlSession
from newsarchive.errors import FetchError
from newsarchive.model.crawl_run import ResourceKind

TDMREP_PATH = "/.well-known/tdmrep.json"

_Rules = tuple[tuple[str, bool], ...]


class RefusedByOwnerError(FetchError, IgnoreRequest):
    """The page, or its site, declares what the user has chosen to obey."""


class RecordingMiddleware:
    """Notes in the ledger what a page declares."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Hand the response on as it is."""
        session = self._crawler.get_extension(CrawlSession)
        if session is not None and session.run_id is not None and _is_page(request, response):
            note = str(_declared(response, response.body))
            if note:
                session.ledger.note(queued_url(request), note)
        return response


class ObeyingMiddleware:
    """Refuses pages that declare what ``Config.obey`` names. It stands between the network and the captures."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._obeyed = config_of(crawler.settings).obey
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._sites: dict[str, asyncio.Task[_Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise RefusedByOwnerError for a page that the site reserves, if reservations are obeyed."""
        if TDM not in self._obeyed or request.meta.get("kind") is not ResourceKind.PAGE:
            return
        parts = urlsplit(request.url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._sites:
            self._sites[site] = asyncio.ensure_future(self._ask(f"{site}{TDMREP_PATH}"))
        if reserves(await asyncio.shield(self._sites[site]), request.url):
            raise RefusedByOwnerError(
                f"{request.url}: reserved by {site}{TDMREP_PATH}", url=request.url, reason=REASONS[TDM]
            )

    def process_response(self, request: Request, response: Response) -> Response:
        """Hand the response on; raise RefusedByOwnerError for one that declares what is obeyed."""
        if not self._obeyed or not _is_page(request, response):
            return response
        codings = b", ".join(response.headers.getlist(b"Content-Encoding")).decode("latin-1")
        try:
            body = decode_content(response.body, codings, limit=self._limit)
        except EncodedBodyError:
            body = b""  # the next middleware says what is wrong with it; its headers count
        permissions = _declared(response, body)
        word = permissions.forbidden_by(self._obeyed)
        if word is not None:
            raise RefusedByOwnerError(f"{request.url}: {permissions}", url=request.url, reason=REASONS[word])
        return response

    async def _ask(self, url: str) -> _Rules:
        request = Request(url, callback=NO_CALLBACK, priority=100)
        try:
            response: Response = await self._crawler.engine.download_async(request)
        except Exception:  # noqa: BLE001 (a site without the file reserves nothing by it)
            return ()
        return read_tdmrep(response.body) if response.status == 200 else ()


def _is_page(request: Request, response: Response) -> bool:
    return request.meta.get("kind") is ResourceKind.PAGE and response.status == 200


def _declared(response: Response, body: bytes) -> Permissions:
    return declared(header_text((name, value) for name, values in response.headers.items() for value in values), body)
