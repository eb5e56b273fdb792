"""Conditional requests: known addresses are asked whether anything has changed (RFC 9110, 13).

A spider that knows an address puts its Visit into ``request.meta``. To a 304 for a feed, sitemap or list of links the
body kept at the visit is read again, so that the crawl finds all it names; a page's 304 reaches the spider as it is.
What an answer says for the next time goes to the ledger, which keeps it together with the outcome.
"""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from newsarchive.captures.content_encoding import MAX_DOCUMENT_BYTES
from newsarchive.captures.warc_reader import read_capture
from newsarchive.crawling.connections.decoding import LIMIT
from newsarchive.crawling.ledger import queued_url
from newsarchive.crawling.responses import reference_of_answer
from newsarchive.crawling.session import CrawlSession
from newsarchive.errors import CaptureError
from newsarchive.model.crawl_run import Outcome, ResourceKind
from newsarchive.model.visit import Visit

VISIT = "visit"
"""Key of ``request.meta``: the address's last Visit, for which nothing has to be fetched again."""
CLAIMED_MODIFIED = "claimed_modified"
"""Key of ``request.meta``: when the page was changed, in the words of its sources."""
FROM_CAPTURE = "from_capture"
"""Key of ``request.meta``: read the body kept at the visit, without asking anybody."""
NOT_MODIFIED = 304
NOT_MODIFIED_FLAG = "not-modified"
"""Flag of a response whose body was read back from an earlier capture."""
FULL_AFTER = timedelta(days=30)
"""After this time a body is fetched again, whatever its server says of ETags: some say "not modified" of everything."""

_TELLING = frozenset((200, 301, 302, 303, 307, 308, NOT_MODIFIED))
"""Statuses of an answer to remember: a document, or where it is."""
_CONDITIONS = (b"If-None-Match", b"If-Modified-Since")
_PLAIN = re.compile(r"[\x20-\x7e]{1,500}")
"""A validator that is sent back. Longer ones, or with other characters, no server needs."""


def refers_to(request: Request, response: Response) -> datetime | None:
    """When the body was fetched that a 304 says is still good; None for any other response."""
    visit = _visit_asked_for(request)
    return visit.fetched_at if visit is not None and response.status == NOT_MODIFIED else None


def unmodified(response: Response) -> Visit | None:
    """The visit that still holds, if a page answered 304; None for any other response."""
    request = response.request
    return _visit_asked_for(request) if request is not None and response.status == NOT_MODIFIED else None


class ConditionalMiddleware:
    """Sends the conditions, and makes good for what a 304 leaves out."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        """Name what is known of the address; of one that a redirect led to, nothing.

        Gives the kept response where only that is wanted. Raises IgnoreRequest if it cannot be read.
        """
        if request.meta.get(FROM_CAPTURE):
            session = CrawlSession.of(self._crawler)
            try:
                return await asyncio.to_thread(_kept, session, request.meta[VISIT], request)
            except CaptureError as error:
                raise IgnoreRequest(str(error)) from error
        for name in _CONDITIONS:
            request.headers.pop(name, None)
        visit = _visit_asked_for(request)
        if visit is not None:
            if visit.etag is not None:
                request.headers[b"If-None-Match"] = visit.etag
            if visit.last_modified is not None:
                request.headers[b"If-Modified-Since"] = visit.last_modified
        return None

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        """The response, or for the 304 of a source the one it stands for; the request again if that is lost."""
        session = self._crawler.get_extension(CrawlSession)
        if session is None or session.run_id is None or request.meta.get(FROM_CAPTURE):
            return response
        visit = _visit_asked_for(request)
        if response.status != NOT_MODIFIED or visit is None:
            self._note(session, request, response, visit)
            return response
        if request.meta.get("kind", ResourceKind.PAGE) is ResourceKind.PAGE:
            self._note(session, request, response, visit)
            request.meta["handle_httpstatus_list"] = [NOT_MODIFIED]
            return response
        try:
            kept = await asyncio.to_thread(_kept, session, visit, request)
        except CaptureError:
            meta = {name: value for name, value in request.meta.items() if name != VISIT}
            return request.replace(meta=meta, dont_filter=True)
        self._note(session, request, response, visit)
        return kept

    def _note(self, session: CrawlSession, request: Request, response: Response, visit: Visit | None) -> None:
        reference = reference_of_answer(request, response)
        if reference is None or response.status not in _TELLING:
            return
        url, at = queued_url(request), reference.fetched_at
        holds = visit if response.status == NOT_MODIFIED else None
        is_own = response.url == url and response.status in (HTTPStatus.OK, NOT_MODIFIED)
        session.ledger.note_answer(
            Visit(
                url=url,
                outcome=holds.outcome if holds else Outcome.READ,
                first_asked_at=at,
                asked_at=at,
                published_at=holds.published_at if holds else None,
                claimed_modified=request.meta.get(CLAIMED_MODIFIED) or (holds.claimed_modified if holds else None),
                etag=(_plain(response.headers, b"ETag") or (holds.etag if holds else None)) if is_own else None,
                last_modified=(_plain(response.headers, b"Last-Modified") or (holds.last_modified if holds else None))
                if is_own
                else None,
                fetched_at=(holds.fetched_at if holds else at) if is_own else None,
                warc_file=(holds or reference).warc_file if is_own else None,
                warc_offset=(holds or reference).warc_offset if is_own else None,
            )
        )


def _visit_asked_for(request: Request) -> Visit | None:
    """The visit of the very address that is asked, if it may be asked conditionally."""
    visit: Visit | None = request.meta.get(VISIT)
    if visit is None or visit.url != request.url or (visit.etag is None and visit.last_modified is None):
        return None
    if visit.fetched_at is None or visit.asked_at - visit.fetched_at > FULL_AFTER:
        return None
    return visit


def _kept(session: CrawlSession, visit: Visit, request: Request) -> Response:
    """The response of a visit, read back from its WARC. Raises CaptureError."""
    url, limit = request.url, request.meta.get(LIMIT, MAX_DOCUMENT_BYTES)
    if session.config is None or visit.warc_file is None or visit.warc_offset is None:
        raise CaptureError(f"{visit.url}: it is not said where its capture is")
    capture = read_capture(session.config.captures_path, visit.warc_file, visit.warc_offset, limit=limit)
    headers = Headers({name: value for name, value in capture.headers.items() if name != "content-length"})
    kind = responsetypes.from_args(headers=headers, url=url, body=capture.body)
    return kind(url, status=capture.status, headers=headers, body=capture.body, flags=[NOT_MODIFIED_FLAG])


def _plain(headers: Headers, name: bytes) -> str | None:
    value = (headers.get(name) or b"").decode("latin-1").strip()
    return value if _PLAIN.fullmatch(value) else None
