"""Spider ``site``: from a registered site's home page to its articles, by feeds, sitemaps, sections and links."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Request, Response

from newsarchive.crawling.announcements import announced_at, reaches_back_to
from newsarchive.crawling.failures import classify
from newsarchive.crawling.frontier import Frontier
from newsarchive.crawling.ledger import queued_url
from newsarchive.crawling.responses import capture_of
from newsarchive.crawling.robots import RobotsMiddleware
from newsarchive.crawling.spider import ArchiveSpider, request_of
from newsarchive.discovery.candidate import Candidate
from newsarchive.discovery.feeds import read_feed
from newsarchive.discovery.links import LinkPlace, PageLink, PageLinks, read_links
from newsarchive.discovery.robots import sitemap_urls
from newsarchive.discovery.sitemaps import read_sitemap
from newsarchive.discovery.usual_places import usual_feeds, usual_sitemaps
from newsarchive.errors import ConfigError, DiscoveryError, ParseError
from newsarchive.model.capture import HintSource
from newsarchive.model.crawl_run import Outcome, ResourceKind, RunOutcome
from newsarchive.model.site import Source
from newsarchive.parsers.date_text import DateContext, read_date
from newsarchive.parsers.walls import MAX_BARE_LINKS
from newsarchive.urls import identity_url, same_site

MAX_SECTIONS = 100
"""Section pages (not counting their further pages) that are searched for articles in one crawl."""
MAX_SECTION_PAGES = 200
"""Pages of one section; a page without an address not seen before ends it earlier."""
MAX_FEED_PAGES = 50
"""Pages of one paged feed."""
MAX_SITEMAPS = 2_000
"""Sitemap files in one crawl."""
SITEMAPS_BEFORE_PAGES = 50
"""Sitemap files that are waited for before the first page is fetched; a site with more need not be waited for."""

_SOURCES_FIRST = 100
"""Priority of feeds and sitemaps: what they say of a page should be known before the page is read."""
_SECTIONS_SECOND = 50


class SiteSpider(ArchiveSpider):
    """``scrapy crawl site -a site=NAME [-a since=DATE] [-a until=DATE] [-a max_pages=N]``."""

    name = "site"

    def __init__(self, name: str | None = None, **arguments: Any) -> None:  # noqa: ANN401 (whatever -a gives)
        super().__init__(name, **arguments)
        if self.plan.site is None:
            raise ConfigError("the spider site needs the name of a registered site: -a site=NAME")
        self._pages = 0
        self._sections: set[str] = set()
        self._listed: set[str] = set()
        self._sitemaps = 0
        self._is_inventoried = False
        self._open_sources: set[str] = set()
        self._held: list[tuple[str, str]] = []
        """Pages that wait until the feeds and sitemaps have said what they know of them."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SiteSpider:  # noqa: ANN401
        """Made by Scrapy."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._idle, signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Begin with the home page, and the feeds and sitemaps known from earlier crawls."""
        site = next(site for site in self.session.sites if site.name == self.session.site)
        self.home_url = site.home_url
        self.frontier = Frontier(site.home_url, self.session.url_model)
        self._is_continued = self.session.last_outcome is RunOutcome.FINISHED
        self.session.on_read = self.frontier.confirm
        self.session.on_canonical = self._ask_named
        self.session.on_next_page = self._ask_named
        yield self.request(site.home_url, self.read_home, kind=ResourceKind.HOME, priority=_SOURCES_FIRST + 1)
        for source in site.sources:
            # one without a reading stands in a list its user gave
            if (source.entries or source.last_read_at is None) and not self.plan.survey:
                if source.kind is ResourceKind.FEED:
                    for request in self._feed(source.url, None):
                        yield request
                elif source.kind is ResourceKind.SITEMAP:
                    for request in self._sitemap(source.url, None):
                        yield request

    # home page and sections

    async def read_home(self, response: Response) -> AsyncIterator[Any]:
        """Find feeds and sitemaps, then sections and articles."""
        links = await self._links(response)
        if links is None:
            return
        if len(links.links) <= MAX_BARE_LINKS and (wall := await self.wall(response)):
            self.finish(response, Outcome.BLOCKED, reason="bot-wall", detail=wall)
            return
        self.finish(response, Outcome.READ, detail=f"{len(links.links)} links")
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        rules = await robots.rules_of(response.url) if robots is not None else None
        named = sitemap_urls(rules.text.encode(), urljoin(response.url, "/robots.txt")) if rules else ()
        sitemaps = [url for url in (*named, *links.sitemaps) if same_site(self.home_url, url)]
        for request in self._first_of(sitemaps, usual_sitemaps(response.url), self._sitemap, response.url):
            yield request
        for request in self._first_of(list(links.feeds), usual_feeds(response.url), self._feed, response.url):
            yield request
        for request in self._read_list(links):
            yield request

    async def read_section(self, response: Response, number: int) -> AsyncIterator[Any]:
        """Find articles on page ``number`` of a section, and the next page if there may be more of them."""
        links = await self._links(response)
        if links is None:
            return
        addresses = {identity_url(link.url) for link in links.links}
        articles = {url for url in addresses if self.session.url_model.judge(url).is_article}
        self.finish(response, Outcome.READ, detail=f"{len(articles)} articles listed")
        self._remember(response, ResourceKind.SECTION, entries=len(articles))
        for request in self._read_list(links):
            yield request
        following = links.next_url
        if following and number < MAX_SECTION_PAGES and same_site(self.home_url, following) and self._goes_on(articles):
            for request in self._section(following, response.url, number + 1):
                yield request

    def _goes_on(self, articles: set[str]) -> bool:
        """Whether the pages after the one that lists these articles may list anything unknown.

        Not if earlier pages listed them all. And not if all were archived by earlier crawls, the last of which came
        to its end: what is on the pages behind is older.
        """
        unlisted = articles - self._listed
        self._listed |= articles
        if not self._is_continued or not unlisted:
            return bool(unlisted)
        return len(self.session.reader.archived(unlisted)) < len(unlisted)

    def _read_list(self, links: PageLinks) -> Iterator[Request]:
        """Requests for what a home or section page names: sections in its menus, articles anywhere."""
        if not links.is_nofollow:
            for link in links.links:
                if not link.is_nofollow:
                    yield from self._offer(Candidate(url=link.url, hints=None, found_on=links.url), link)
            for link in links.sections:
                if len(self._sections) < MAX_SECTIONS and self._is_section(link):
                    yield from self._section(link.url, links.url, 1)

    def _is_section(self, link: PageLink) -> bool:
        judgement = self.session.url_model.judge(link.url, place=LinkPlace.NAVIGATION, text=link.text)
        return not judgement.is_article and not link.is_nofollow

    def _section(self, url: str, found_on: str, number: int) -> Iterator[Request]:
        if self.frontier.exclude(url):
            if number == 1:
                self._sections.add(url)
            request = self.request(
                url, self.read_section, kind=ResourceKind.SECTION, found_on=found_on, priority=_SECTIONS_SECOND
            )
            request.cb_kwargs["number"] = number
            yield request

    # feeds and sitemaps

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
                url, self.read_feed, kind=ResourceKind.FEED, found_on=found_on, priority=_SOURCES_FIRST
            )
            request.cb_kwargs["number"] = number
            yield self._opened(request, guesses, self._feed)

    def _sitemap(self, url: str, found_on: str | None, *, guesses: tuple[str, ...] | None = None) -> Iterator[Request]:
        if self._sitemaps < MAX_SITEMAPS and self.frontier.exclude(url):
            self._sitemaps += 1
            request = self.request(
                url, self.read_sitemap, kind=ResourceKind.SITEMAP, found_on=found_on, priority=_SOURCES_FIRST
            )
            yield self._opened(request, guesses, self._sitemap)

    def _opened(self, request: Request, guesses: tuple[str, ...] | None, ask: Any) -> Request:  # noqa: ANN401
        """Hold back pages until this source is read. ``guesses``: places to ask if it is a usual one and not there."""
        self._open_sources.add(request.url)
        if guesses is not None:
            request.meta["guesses"] = (guesses, ask)
        return request.replace(errback=self._source_failed)

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
        for candidate in feed.candidates:
            for request in self._offer(candidate):
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
            changed = self._date(child.lastmod_raw)
            if changed is None or self.plan.since is None or changed >= self.plan.since:
                for request in self._sitemap(child.url, response.url):
                    yield request
        for candidate in sitemap.candidates:
            for request in self._offer(candidate):
                yield request
        for request in self._closed(asked, was_there=True):
            yield request

    async def _source(self, response: Response, read: Any, *more: object) -> Any:  # noqa: ANN401 (a feed or a sitemap)
        """Read a feed or sitemap in the sandbox; None, with the reason in the ledger, for one that is none."""
        try:
            return await self.in_sandbox(read, response.body, response.url, *more)
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

    # pages

    async def read_page(self, response: Response) -> AsyncIterator[Any]:
        """Hand the page to the pipelines; on a site without sitemaps, follow its links to further articles."""
        url = queued_url(request_of(response))
        capture = replace(capture_of(response), requested_url=url, hints=self.frontier.hints_of(url))
        yield capture
        if not self._is_inventoried:
            try:
                links = await self.in_sandbox(read_links, capture)
            except ParseError:
                return  # the same page ends the parser, which says so in the ledger
            for request in self._articles_on(links):
                yield request

    def _articles_on(self, links: PageLinks) -> Iterator[Request]:
        if not links.is_nofollow:
            for link in links.links:
                if not link.is_nofollow:
                    yield from self._offer(Candidate(url=link.url, hints=None, found_on=links.url), link)

    def _offer(self, candidate: Candidate, link: PageLink | None = None) -> Iterator[Request]:
        url = self.frontier.offer(candidate, link)
        if url is not None:
            yield from self._page(url, candidate.found_on)

    def _page(self, url: str, found_on: str) -> Iterator[Request]:
        if self._is_holding():
            self._held.append((url, found_on))
        else:
            yield from self._ask(url, found_on)

    def _release(self) -> Iterator[Request]:
        held, self._held = self._held, []
        for url, found_on in held:
            yield from self._ask(url, found_on)

    def _ask(self, url: str, found_on: str) -> Iterator[Request]:
        """Ask for an article, unless the user does not want it; that is entered in the ledger, too."""
        if self.plan.survey:
            return
        unwanted = self._unwanted(url)
        announced = announced_at(self.frontier.hints_of(url), self.session.clock())
        if unwanted is not None:
            self.session.ledger.queue(url, ResourceKind.PAGE, found_on=found_on, announced_at=announced)
            self.session.ledger.finish(url, Outcome.SKIPPED, reason=unwanted)
            return
        self._pages += 1
        request = self.request(url, self.read_page, kind=ResourceKind.PAGE, found_on=found_on)
        request.meta["announced_at"] = announced
        yield request.replace(errback=self._page_failed)

    def _page_failed(self, failure: Any) -> Iterator[Request]:  # noqa: ANN401 (Twisted's Failure)
        """Where nothing is without the tracking parameters, ask once more as the source spelled the address."""
        request: Request = failure.request
        spelled = self.frontier.spelling_of(queued_url(request))
        if spelled is None or "spelled" in request.meta or classify(failure.value)[1] not in ("http-404", "http-410"):
            self.failed(failure)
        else:
            yield request.replace(url=spelled, meta={**request.meta, "spelled": True})

    def _unwanted(self, url: str) -> str | None:
        for hints in self.frontier.hints_of(url):
            reason = self.plan.wants(self._date(hints.date_published_raw))
            if reason is not None:
                return reason
            # a page that was last changed before a day was not published after it
            if hints.source is HintSource.SITEMAP and self.plan.since is not None:
                changed = self._date(hints.date_modified_raw)
                if changed is not None and changed < self.plan.since:
                    return "before-since"
        if self.plan.max_pages is not None and self._pages >= self.plan.max_pages:
            self.session.stopped_early = "max-pages"
            return "max-pages"
        return None

    def _date(self, raw: str | None) -> datetime | None:
        read = read_date(raw, DateContext(fetched_at=self.session.clock()), machine=True) if raw else None
        return read.value if read else None

    def _ask_named(self, url: str, found_on: str) -> None:
        """Ask for an address that a page names as its own other or its next part, whatever it looks like."""
        if self.frontier.exclude(url):
            for request in self._page(url, found_on):
                self.crawler.engine.crawl(request)

    def _idle(self) -> None:
        """When nothing is left to fetch, settle what was doubtful; the crawl goes on if that gives anything."""
        if self.plan.survey or not hasattr(self, "frontier"):
            return
        self._open_sources.clear()  # what Scrapy dropped never came to an end
        requests = list(self._release())
        if not requests:
            requests = [request for url, found_on in self.frontier.settle() for request in self._page(url, found_on)]
        if not requests:
            requests = [
                self.request(orphan.requested_url, self.read_page, kind=ResourceKind.PAGE).replace(dont_filter=True)
                for orphan in self.session.variants.orphans()
            ]
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    # shared

    async def _links(self, response: Response) -> PageLinks | None:
        try:
            return await self.in_sandbox(read_links, capture_of(response))
        except ParseError as error:
            self.finish(response, Outcome.FAILED, reason=error.reason, detail=str(error))
            return None

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
