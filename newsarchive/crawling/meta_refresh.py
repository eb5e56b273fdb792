"""A downloader middleware that follows ``<meta http-equiv="refresh">``: Scrapy's own, asked only where there is one."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware as ScrapyMetaRefreshMiddleware
from scrapy.http import Response

_LOOKED_AT = 4 * 4096
"""Bytes in which Scrapy's 4,096 characters are found, in any encoding."""


class MetaRefreshMiddleware(ScrapyMetaRefreshMiddleware):
    """Passes on a page without the word at its beginning; Scrapy's would decode all of each page first."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Hand the response on, or ask for the address it leads to."""
        if b"refresh" not in response.body[:_LOOKED_AT].replace(b"\0", b"").lower():  # UTF-16 has every letter with a 0
            return response
        return super().process_response(request, response)
