"""A downloader middleware that undoes Content-Encoding, in place of Scrapy's HttpCompressionMiddleware.

Scrapy's takes a body cut short for a whole one. This one uses the very function that reads captures back from a WARC,
so that a page parsed while it is fetched and the same page parsed ten years later are the same bytes.
"""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes

from newsarchive.captures.content_encoding import ACCEPTED, EncodedBodyError, decode_content
from newsarchive.errors import FetchError

LIMIT = "download_maxsize"
"""Key of ``request.meta``, Scrapy's own: the largest body, in bytes, where that is not DOWNLOAD_MAXSIZE."""


class DecodingMiddleware:
    """Asks for the codings it can undo, and undoes them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take DOWNLOAD_MAXSIZE as the limit of a document, in bytes."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        """Name the codings."""
        request.headers.setdefault(b"Accept-Encoding", ", ".join(ACCEPTED).encode())

    def process_response(self, request: Request, response: Response) -> Response:
        """The response with its document as body. Raises FetchError if the coding cannot be undone."""
        codings = b", ".join(response.headers.getlist(b"Content-Encoding")).decode("latin-1")
        if not codings or request.method == "HEAD":
            return response
        try:
            body = decode_content(response.body, codings, limit=request.meta.get(LIMIT, self._limit))
        except EncodedBodyError as error:
            raise FetchError(f"{response.url}: {error}", url=response.url, reason=error.reason) from error
        headers = response.headers.copy()
        del headers[b"Content-Encoding"]
        # Only now can Scrapy see what kind of document it is.
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        if issubclass(kind, TextResponse):
            return response.replace(cls=kind, headers=headers, body=body, encoding=None)
        return response.replace(cls=kind, headers=headers, body=body)
