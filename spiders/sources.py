"""Feeds and sitemaps: asking for those a site names, or for the usual places, and reading what they list."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime
from typing import Any

from scrapy.http import Request, Response

from newsarchive.crawling.connections.decoding import LIMIT
from newsarchive.crawling.failures import classify
from newsarchive.crawling.frontier import Frontier
from newsarchive.crawling.ledger import queued_url
from newsarchive.crawling.responses import capture_of
from newsarchive.crawling.revisits.announcements import reaches_back_to
from newsarchive.crawling.revisits.conditional import VISIT
from newsarchive.crawling.spider import ArchiveSpider, request_of
from newsarchive.discovery.candidate import Candidate
from newsarchive.discovery.feeds import read_feed
from newsarchive.discovery.links import PageLink
from newsarchive.discovery.sitemaps import MAX_SITEMAP_BYTES, SitemapChild, read_sitemap
from newsarchive.errors import DiscoveryError, ParseError
from newsarchive.model.crawl_run import Outcome, ResourceKind
from newsarchive.model.site import Source
from newsarchive.parsers.dates.reading import DateContext, read_date
from newsarchive.urls import identity_url, same_site

MAX_FEED_PAGES = 50
"""Pages of one paged feed."""
MAX_SITEMAPS = 2_000
"""Sitemap files in one crawl."""
SITEMAPS_BEFORE_PAGES = 50
"""Sitemap files that are waited for before the first page is fetched; a site with more need not be waited for."""

SOURCES_FIRST = 100
"""Priority of feeds and sitemaps: what they say of a page should be known before the page is read."""


class SourceSpider(ArchiveSpider):
    """The part of a site's spider that reads feeds and sitemaps. What they list goes to :meth:`_offer`."""

    home_url: str
    frontier: Frontier
    max_sitemaps = MAX_SITEMAPS

    def __init__(self, name: str | None = None, **arguments: Any) -> None:  # noqa: ANN401 (whatever -a gives)
        super().__init__(name, **arguments)
        self._sitemaps = 0
        self._is_inventoried = False
        self._open_sources: set[str] = set()

    @abstractmethod
    def _offer(self, candidates: Iterable[tuple[Candidate, PageLink | None]]) -> Iterator[Request]:
        """Requests for what of the addresses that a source names is to be fetched now."""

    @abstractmethod
    def _release(self) -> Iterator[Request]:
        """Requests for the pages that waited until all sources were read."""

    def _first_of(self, named: list[str], usual: Iterable[str], ask: Any, found_on: str) -> Iterator[Request]:  # noqa: ANN401
        """Ask for the named ones; where none is named, for the usual places, one after the other until one is there."""
        if named:
            for url in named:
                yield from ask(url, found_on)
            return
        places = list(usual)
        if places:
            yield from ask(places[0], None, guesses=tuple(places[1:]))

    def _feed(
        self, url: str, found_on: str | None, *, number: int = 1, guesses: tuple[str, ...] | None = None
    ) -> Iterator[Request]:
        if self.frontier.exclude(url):
            request = self.request(
                url, self.read_feed, kind=ResourceKind.FEED, found_on=found_on, priority=SOURCES_FIRST
            )
            request.cb_kwargs["number"] = number
            yield self._opened(request, guesses, self._feed)

    def _sitemap(self, url: str, found_on: str | None, *, guesses: tuple[str, ...] | None = None) -> Iterator[Request]:
        if self._sitemaps < self.max_sitemaps and self.frontier.exclude(url):
            self._sitemaps += 1
            request = self.request(
                url, self.read_sitemap, kind=ResourceKind.SITEMAP, found_on=found_on, priority=SOURCES_FIRST
            )
            request.meta[LIMIT] = MAX_SITEMAP_BYTES
            yield self._opened(request, guesses, self._sitemap)

    def _further_sitemap(self, url: str, found_on: str | None) -> Iterator[Request]:
        """Ask for a sitemap of an index, or of an earlier crawl, of which a site may have thousands."""
        yield from self._sitemap(url, found_on)

    def _opened(self, request: Request, guesses: tuple[str, ...] | None, ask: Any) -> Request:  # noqa: ANN401
        """Hold back pages until this source is read. ``guesses``: places to ask if it is a usual one and not there."""
        self._open_sources.add(request.url)
        if guesses is not None:
            request.meta["guesses"] = (guesses, ask)
        return self._conditional(request.replace(errback=self._source_failed))

    def _conditional(self, request: Request) -> Request:
        """Ask for a source as one that is known, if it is."""
        request.meta[VISIT] = self.session.known.visit_to(request.url)
        return request

    def _source_failed(self, failure: Any) -> Iterator[Request]:  # noqa: ANN401 (Twisted's Failure)
        _, reason, _ = classify(failure.value)
        if "guesses" in failure.request.meta and reason in ("http-404", "http-410"):
            self.finish(failure.value.response, Outcome.READ, reason="not-there", detail="a usual place, tried")
        else:
            self.failed(failure)
        yield from self._closed(failure.request, was_there=False)

    def _closed(self, asked: Request, *, was_there: bool) -> Iterator[Request]:
        """After a source: the next place to ask if this one was a wrong guess, and the pages that waited for it."""
        guesses, ask = asked.meta.get("guesses", ((), None))
        if guesses and not was_there:
            yield from ask(guesses[0], None, guesses=guesses[1:])
        self._open_sources.discard(queued_url(asked))
        if not self._is_holding():
            yield from self._release()

    def _is_holding(self) -> bool:
        return bool(self._open_sources) and self._sitemaps <= SITEMAPS_BEFORE_PAGES

    async def read_feed(self, response: Response, number: int) -> AsyncIterator[Any]:
        """Find articles in a feed."""
        asked = request_of(response)
        feed = await self._source(response, read_feed, capture_of(response).headers.get("content-type", ""))
        if feed is None:
            for request in self._closed(asked, was_there=False):
                yield request
            return
        self._finish_source(response, len(feed.candidates), feed.candidates)
        self._remember(response, ResourceKind.FEED, entries=len(feed.candidates), title=feed.title)
        for request in self._offer((candidate, None) for candidate in feed.candidates):
            yield request
        if feed.next_url and number < MAX_FEED_PAGES and feed.candidates and same_site(self.home_url, feed.next_url):
            for request in self._feed(feed.next_url, response.url, number=number + 1):
                yield request
        for request in self._closed(asked, was_there=True):
            yield request

    async def read_sitemap(self, response: Response) -> AsyncIterator[Any]:
        """Find articles in a sitemap, and the sitemaps of an index."""
        asked = request_of(response)
        sitemap = await self._source(response, read_sitemap)
        if sitemap is None:
            for request in self._closed(asked, was_there=False):
                yield request
            return
        entries = len(sitemap.children) if sitemap.is_index else len(sitemap.candidates)
        self._finish_source(response, entries, sitemap.candidates)
        self._remember(response, ResourceKind.SITEMAP, entries=entries, title=sitemap.publication_name)
        self._is_inventoried = self._is_inventoried or bool(sitemap.candidates)
        for child in sitemap.children:
            if self._wants_sitemap(child):
                for request in self._further_sitemap(child.url, response.url):
                    yield request
        for request in self._offer((candidate, None) for candidate in sitemap.candidates):
            yield request
        for request in self._closed(asked, was_there=True):
            yield request

    def _wants_sitemap(self, child: SitemapChild) -> bool:
        changed = self._date(child.lastmod_raw)
        return changed is None or self.plan.since is None or changed >= self.plan.since

    async def _source(self, response: Response, read: Any, *more: object) -> Any:  # noqa: ANN401 (a feed or a sitemap)
        """Read a feed or sitemap in the sandbox; None, with the reason in the ledger, for one that is none."""
        try:
            limit = request_of(response).meta.get(LIMIT)  # what is read of a sitemap is about as long as itself
            return await self.in_sandbox(read, response.body, response.url, *more, answer_bytes=limit)
        except (DiscoveryError, ParseError) as error:
            if wall := await self.wall(response):
                self.finish(response, Outcome.BLOCKED, reason="bot-wall", detail=wall)
            elif "guesses" in response.meta:
                self.finish(response, Outcome.READ, reason="not-there", detail="a usual place, tried")
            else:
                self.finish(response, Outcome.FAILED, reason=error.reason, detail=str(error))
            return None

    def _finish_source(self, response: Response, entries: int, candidates: tuple[Candidate, ...]) -> None:
        self.finish(
            response,
            Outcome.READ,
            reason=None if entries else "empty",
            detail=f"{entries} entries",
            reaches_back_to=reaches_back_to(candidates, self.session.clock()),
        )

    def _date(self, raw: str | None) -> datetime | None:
        read = read_date(raw, DateContext(fetched_at=self.session.clock()), machine=True) if raw else None
        return read.value if read else None

    def _remember(self, response: Response, kind: ResourceKind, *, entries: int, title: str | None = None) -> None:
        url = identity_url(response.url)
        self.session.sources[url] = Source(
            url=url,
            kind=kind,
            title=title,
            entries=entries,
            last_read_at=self.session.clock(),
            last_status=response.status,
        )
