"""Spider ``site``: from a registered site's home page to its articles, by feeds, sitemaps, sections and links."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urljoin

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Request, Response

from newsarchive.crawling.failures import classify
from newsarchive.crawling.frontier import Frontier
from newsarchive.crawling.ledger import queued_url
from newsarchive.crawling.patience import patiently
from newsarchive.crawling.plan import BEFORE_SINCE
from newsarchive.crawling.politeness.robots import RobotsMiddleware
from newsarchive.crawling.responses import capture_of, reference_to
from newsarchive.crawling.revisits.announcements import announced_at
from newsarchive.crawling.revisits.conditional import CLAIMED_MODIFIED, FROM_CAPTURE, VISIT, unmodified
from newsarchive.crawling.revisits.known import Look
from newsarchive.crawling.spider import request_of
from newsarchive.crawling.whole_page import read_with_links
from newsarchive.discovery.candidate import Candidate
from newsarchive.discovery.links import LinkPlace, PageLink, PageLinks, read_links
from newsarchive.discovery.robots import sitemap_urls
from newsarchive.discovery.usual_places import usual_feeds, usual_sitemaps
from newsarchive.errors import ConfigError, ParseError
from newsarchive.model.capture import Capture, HintSource
from newsarchive.model.crawl_run import BACKFILL, LedgerEntry, Outcome, ResourceKind, RunOutcome
from newsarchive.model.reading import ReadPage
from newsarchive.model.visit import Visit
from newsarchive.parsers.walls.signs import MAX_BARE_LINKS
from newsarchive.urls import identity_url, same_site
from spiders.sources import SOURCES_FIRST, SourceSpider

MAX_SECTIONS = 100
"""Section pages (not counting their further pages) that are searched for articles in one crawl."""
MAX_SECTION_PAGES = 200
"""Pages of one section; a page without an address not seen before ends it earlier."""
CARRIED_AT_ONCE = 500
"""Addresses of an earlier crawl that are taken up at once."""
_SECTIONS_SECOND = 50


class SiteSpider(SourceSpider):
    """``scrapy crawl site -a site=NAME [-a since=DATE] [-a until=DATE] [-a max_pages=N]``."""

    name = "site"

    def __init__(self, name: str | None = None, **arguments: Any) -> None:  # noqa: ANN401 (whatever -a gives)
        super().__init__(name, **arguments)
        if self.plan.site is None:
            raise ConfigError("the spider site needs the name of a registered site: -a site=NAME")
        if self.plan.backfill and self.name != BACKFILL:
            raise ConfigError(f"the spider {self.name} does no backfill: scrapy crawl {BACKFILL} -a site=NAME")
        self._pages_asked = 0
        self._sections: set[str] = set()
        self._listed: set[str] = set()
        self._held: list[tuple[str, str | None]] = []
        """Pages that wait until the feeds and sitemaps have said what they know of them."""
        self._resting: set[str] = set()
        """Known pages that are left alone, for they are not due."""
        self._carried_row = 0
        """Row of the ledger up to which what an earlier crawl left has been taken up."""

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
        self.frontier = self._new_frontier()
        self._is_continued = self.session.last_outcome is RunOutcome.FINISHED
        self.session.on_read = self.frontier.confirm
        self.session.on_canonical = self._ask_named
        self.session.on_next_page = self._ask_named
        home = self.request(site.home_url, self.read_home, kind=ResourceKind.HOME, priority=SOURCES_FIRST + 1)
        yield self._conditional(home)
        for source in site.sources:
            # one without a reading stands in a list its user gave
            if (source.entries or source.last_read_at is None) and not self.plan.survey:
                if source.kind is ResourceKind.FEED:
                    for request in self._feed(source.url, None):
                        yield request
                elif source.kind is ResourceKind.SITEMAP:
                    for request in self._further_sitemap(source.url, None):
                        yield request

    def _new_frontier(self) -> Frontier:
        return Frontier(self.home_url, self.session.url_model)

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
        yield from self._articles_on(links)
        if not links.is_nofollow:
            for link in links.sections:
                if len(self._sections) < MAX_SECTIONS and self._is_section(link):
                    yield from self._section(link.url, links.url, 1)

    def _is_section(self, link: PageLink) -> bool:
        judgement = self.session.url_model.judge(link.url, place=LinkPlace.NAVIGATION, text=link.text)
        return not judgement.is_article and not link.is_nofollow

    def _section(self, url: str, found_on: str | None, number: int) -> Iterator[Request]:
        if self.frontier.exclude(url):
            if number == 1:
                self._sections.add(url)
            request = self.request(
                url, self.read_section, kind=ResourceKind.SECTION, found_on=found_on, priority=_SECTIONS_SECOND
            )
            request.cb_kwargs["number"] = number
            yield self._conditional(request)

    # pages

    async def read_page(self, response: Response) -> AsyncIterator[Any]:
        """Hand the page to the pipelines; on a site without sitemaps, follow its links to further articles.

        The links first: once the page has its outcome, a crawl that goes on from here does not read it again.
        """
        url = queued_url(request_of(response))
        capture = replace(capture_of(response), requested_url=url, hints=self.frontier.hints_of(url))
        visit = unmodified(response)
        if visit is not None:
            if not self._is_inventoried:
                yield self._from_capture(visit)
            self._settle(visit)
            outcome = Outcome.UNCHANGED if visit.is_article else visit.outcome
            self.finish(response, outcome, reason="not-modified")
        elif self._is_inventoried:
            yield capture
        else:
            page, links = await self._read_with_links(capture)
            for request in self._articles_on(links) if links is not None else ():
                yield request
            yield page

    async def _read_with_links(self, capture: Capture) -> tuple[Capture | ReadPage, PageLinks | None]:
        """A page and its links, read in one call to the sandbox.

        If that fails the page is left to the parse pipeline, which says in the ledger what is wrong with it; its links
        alone may be read all the same.
        """
        try:
            result, links = await self.in_sandbox(read_with_links, capture, *self.session.rules_for(capture))
        except ParseError:
            with suppress(ParseError):
                return capture, await self.in_sandbox(read_links, capture)
            return capture, None
        return ReadPage(capture=capture, result=result), links

    async def read_again(self, response: Response) -> AsyncIterator[Any]:
        """Follow the links of a page that was kept earlier and has not been asked for."""
        with suppress(ParseError):
            links = await self.in_sandbox(read_links, capture_of(response))
            for request in self._articles_on(links):
                yield request

    def _from_capture(self, visit: Visit) -> Request:
        """A request that nobody is asked: its response is read from the WARC. It is not in the ledger."""
        meta = {VISIT: visit, FROM_CAPTURE: True, "queued_url": visit.url, "dont_obey_robotstxt": True}
        return Request(visit.url, callback=self.read_again, errback=lambda _: None, meta=meta, dont_filter=True)

    def _articles_on(self, links: PageLinks) -> Iterator[Request]:
        if not links.is_nofollow:
            yield from self._offer(
                (Candidate(url=link.url, hints=None, found_on=links.url), link)
                for link in links.links
                if not link.is_nofollow
            )

    def _offer(self, candidates: Iterable[tuple[Candidate, PageLink | None]]) -> Iterator[Request]:
        given: list[tuple[str, str | None]] = []
        for candidate, link in candidates:
            url = self.frontier.offer(candidate, link)
            if url is None and candidate.hints is not None and candidate.hints.date_modified_raw:
                url = self.frontier.known_as(candidate.url)
                if url not in self._resting:
                    continue
                self._resting.discard(url)  # it was left alone before this source spoke of it
            if url is not None:
                given.append((url, candidate.found_on))
        yield from self._pages(given)

    def _pages(self, pages: Iterable[tuple[str, str | None]]) -> Iterator[Request]:
        if self.plan.survey:
            return
        if self._is_holding():
            self._held += pages
            return
        for look in self.session.known.look_at(pages, self._claims_of):
            yield from self._ask(look) if look.is_due else self._leave(look)
        self.session.not_due = len(self._resting)

    def _claims_of(self, url: str) -> tuple[str, ...]:
        """When a page was changed, in the words of the sources that name it."""
        return tuple(hints.date_modified_raw for hints in self.frontier.hints_of(url) if hints.date_modified_raw)

    def _release(self) -> Iterator[Request]:
        held, self._held = self._held, []
        yield from self._pages(held)

    def _leave(self, look: Look) -> Iterator[Request]:
        """Leave a known page alone; where links are all there is, what it names is still to be found."""
        self._resting.add(look.url)
        if look.visit is not None:
            self._settle(look.visit)
            if self.session.known.goes_on and not self._is_inventoried and look.visit.warc_file is not None:
                yield self._from_capture(look.visit)

    def _settle(self, visit: Visit) -> None:
        """Take an article as it is in the archive for what a fetch of it would have given."""
        if not visit.is_article:
            return
        self.frontier.confirm(visit.url, is_article=True)
        variant = self.session.variants.settled(visit.url)
        if variant is not None:
            self.session.ledger.finish(
                variant.requested_url,
                Outcome.DUPLICATE,
                reason="canonical",
                detail=f"of {visit.url}",
                capture=reference_to(variant),
            )

    def _ask(self, look: Look) -> Iterator[Request]:
        """Ask for an article, unless the user does not want it; that is entered in the ledger, too."""
        url, found_on = look.url, look.found_on
        unwanted = self._unwanted(url)
        announced = announced_at(self.frontier.hints_of(url), self.session.clock())
        if unwanted is not None:
            self.session.ledger.queue(url, ResourceKind.PAGE, found_on=found_on, announced_at=announced)
            self.session.ledger.finish(url, Outcome.SKIPPED, reason=unwanted)
            return
        self._pages_asked += 1
        request = self.request(url, self.read_page, kind=ResourceKind.PAGE, found_on=found_on)
        claims = self._claims_of(url)
        request.meta.update(
            {"announced_at": announced, VISIT: look.visit, CLAIMED_MODIFIED: claims[0] if claims else None}
        )
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
                    return BEFORE_SINCE
        if self.plan.max_pages is not None and self._pages_asked >= self.plan.max_pages:
            self.session.stopped_early = "max-pages"
            return "max-pages"
        return None

    def _ask_named(self, url: str, found_on: str) -> None:
        """Ask for an address that a page names as its own other or its next part, whatever it looks like."""
        if self.frontier.exclude(url):
            for request in self._pages([(url, found_on)]):
                self.crawler.engine.crawl(request)

    def _idle(self) -> None:
        """When nothing is left to fetch, settle what was doubtful; the crawl goes on if that gives anything."""
        if self.plan.survey or not hasattr(self, "frontier"):
            return
        self._open_sources.clear()  # what Scrapy dropped never came to an end
        requests = list(self._release())
        if not requests:
            requests = self._carried()
        # What is settled may be known already: then that tells of its form what a fetch would, and more can be settled.
        while not requests and (settled := list(self.frontier.settle())):
            requests = list(self._pages(settled))
        if not requests:
            requests = [
                self.request(orphan.requested_url, self.read_page, kind=ResourceKind.PAGE).replace(dont_filter=True)
                for orphan in self.session.variants.orphans()
            ]
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def _carried(self) -> list[Request]:
        """What is left of the crawl this one goes on from and no source has named again, some hundred at a time."""
        session = self.session
        assert session.run_id is not None
        run_id, requests = session.run_id, list[Request]()
        while not requests:
            rows = patiently(partial(session.reader.waiting_after, run_id, self._carried_row, CARRIED_AT_ONCE))
            if not rows:
                break
            self._carried_row = rows[-1][0]
            for _, entry in rows:
                if not session.ledger.is_open(entry.url):
                    requests += self._carry_on(entry)
        return requests

    def _carry_on(self, entry: LedgerEntry) -> Iterator[Request]:
        """Ask for what an earlier crawl left, or close it if this one has dealt with the address already."""
        ask = {ResourceKind.SITEMAP: self._sitemap, ResourceKind.FEED: self._feed}.get(entry.kind)
        requests: list[Request] = []
        if ask is not None:
            requests += ask(entry.url, entry.found_on)
        elif entry.kind is ResourceKind.SECTION:
            requests += self._section(entry.url, entry.found_on, 2)
        elif entry.kind is ResourceKind.PAGE and self.frontier.exclude(entry.url):
            requests += self._pages([(entry.url, entry.found_on)])
        if not requests and self.session.stopped_early is None:
            self.session.ledger.close(entry, Outcome.SKIPPED, reason="known")
        yield from requests

    # shared

    async def _links(self, response: Response) -> PageLinks | None:
        try:
            return await self.in_sandbox(read_links, capture_of(response))
        except ParseError as error:
            self.finish(response, Outcome.FAILED, reason=error.reason, detail=str(error))
            return None
