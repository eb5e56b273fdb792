"""The base of spiders whose captures go into the archive: how they ask, and how they report what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any, TypeVar

import scrapy
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from newsarchive.crawling.failures import CHALLENGE_STATUS, classify
from newsarchive.crawling.ledger import queued_url
from newsarchive.crawling.plan import CrawlPlan
from newsarchive.crawling.responses import capture_of, reference_of
from newsarchive.crawling.revisits.conditional import NOT_MODIFIED_FLAG
from newsarchive.crawling.session import CrawlSession
from newsarchive.errors import ParseError
from newsarchive.model.capture import Hints
from newsarchive.model.crawl_run import Outcome, ResourceKind
from newsarchive.parsers.walls.signs import wall_on

Result = TypeVar("Result")


def request_of(response: Response) -> Request:
    """Give the request behind a response that came from a crawl."""
    assert response.request is not None
    return response.request


class ArchiveSpider(scrapy.Spider):
    """A spider with a plan: its requests are in the ledger, the Captures it yields are read and stored."""

    def __init__(self, name: str | None = None, **arguments: Any) -> None:  # noqa: ANN401 (whatever -a gives)
        super().__init__(name)
        self.plan = CrawlPlan.from_arguments(arguments)
        """Its arguments, checked. Raises ConfigError."""

    @property
    def session(self) -> CrawlSession:
        """The open archive, ledger and parser processes of this crawl."""
        return CrawlSession.of(self.crawler)

    def request(
        self,
        url: str,
        callback: Callable[..., Any],
        *,
        kind: ResourceKind,
        found_on: str | None = None,
        hints: tuple[Hints, ...] = (),
        priority: int = 0,
    ) -> Request:
        """Ask for an address; what becomes of it is entered in the ledger whatever happens."""
        meta = {"kind": kind, "found_on": found_on, "hints": hints}
        return Request(url, callback=callback, errback=self.failed, meta=meta, priority=priority)

    async def read_page(self, response: Response) -> AsyncIterator[Any]:
        """Hand a page that may be an article to the pipelines, which give it its outcome."""
        yield capture_of(response)

    def finish(
        self,
        response: Response,
        outcome: Outcome,
        *,
        reason: str | None = None,
        detail: str | None = None,
        reaches_back_to: datetime | None = None,
    ) -> None:
        """Give the address of a feed, sitemap or section page its outcome."""
        if reason is None and NOT_MODIFIED_FLAG in response.flags:
            reason = "not-modified"
        self.session.ledger.finish(
            queued_url(request_of(response)),
            outcome,
            reason=reason,
            detail=detail,
            capture=reference_of(response),
            reaches_back_to=reaches_back_to,
        )

    async def wall(self, response: Response) -> str | None:
        """What shows that a page in the place of a feed, sitemap or home page turns robots away; None: nothing."""
        if response.status == CHALLENGE_STATUS:
            return "202 Accepted, as challenges have it"
        try:
            return await self.in_sandbox(wall_on, capture_of(response))
        except ParseError:
            return None

    def failed(self, failure: Failure) -> None:
        """Errback of all requests: name what went wrong in the ledger."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        response: Response | None = getattr(failure.value, "response", None)
        outcome, reason, detail = classify(failure.value)
        self.session.ledger.finish(
            queued_url(request),
            outcome,
            reason=reason,
            detail=detail,
            capture=reference_of(response) if response is not None else None,
        )

    async def in_sandbox(
        self, function: Callable[..., Result], *arguments: object, answer_bytes: int | None = None
    ) -> Result:
        """Run a pure function over hostile bytes in a limited child process. Raises what it raises, or ParseError."""
        future = self.session.sandbox.submit(function, *arguments, answer_bytes=answer_bytes)
        return await asyncio.wrap_future(future)
