"""A few recent article pages of a site, found and fetched as a crawl would, and kept nowhere.

One request at a time: the page the user names; if that is no article, its feeds, sitemaps and links; then articles.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import scrapy
from scrapy import Request
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from newsarchive.config import Config
from newsarchive.crawling.failures import classify, classify_status
from newsarchive.crawling.frontier import Frontier
from newsarchive.crawling.politeness.resting import RESTS
from newsarchive.crawling.politeness.robots import RobotsMiddleware
from newsarchive.crawling.process import crawl_settings, remembered_rests, run_crawler
from newsarchive.crawling.responses import capture_of
from newsarchive.discovery.article_urls import ArticleUrlModel
from newsarchive.discovery.candidate import Candidate
from newsarchive.discovery.feeds import read_feed
from newsarchive.discovery.links import PageLink, PageLinks, read_links
from newsarchive.discovery.robots import sitemap_urls
from newsarchive.discovery.sitemaps import Sitemap, read_sitemap
from newsarchive.discovery.usual_places import usual_feeds, usual_sitemaps
from newsarchive.errors import DiscoveryError, FetchError, ParseError
from newsarchive.inspection.sample import Sample, read_sample, unread_sample
from newsarchive.model.article import Article
from newsarchive.model.capture import Capture, HintSource
from newsarchive.parsers.sandbox import Sandbox
from newsarchive.urls import identity_url, same_site

MAX_FEEDS = 3
"""Feeds that are read; the first a home page announces is nearly always that of all articles."""
MAX_SITEMAPS = 3
"""Sitemap files that are read, indexes included, where feeds name too few articles."""
MAX_CANDIDATES = 500
"""Addresses taken from one sitemap, the latest changed first."""
EXTRA_TRIES = 5
"""Pages that are fetched beyond the wanted ones because some held no article."""
MAX_MISSES = 10
"""Pages that cannot be had, after which no more are tried."""

_SAID_OF_THE_PAGE = ("json-ld", "meta", "og")
"""Rules whose date is the page's own; a visible one may be that of a list's first entry."""

Result = TypeVar("Result")
_Named = tuple[Candidate, PageLink | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A page that could not be fetched."""

    url: str
    reason: str
    """The ledger's, like ``http-404``."""
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """The pages that were found."""

    home_url: str
    """The page whose feeds and links were followed; the named page itself if it is an article's."""
    captures: tuple[Capture, ...]
    samples: tuple[Sample, ...]
    """What was read of each capture."""
    misses: tuple[Miss, ...]
    article_urls: tuple[str, ...]
    """Addresses that feeds and news sitemaps named."""
    sources: tuple[str, ...]
    """Feeds and sitemaps that named any."""


def fetch_samples(
    config: Config,
    url: str,
    pages: int,
    *,
    publisher: str | None = None,
    alone: bool = True,
    on_page: Callable[[str, int], None] = lambda url, articles: None,
    log_level: str = "CRITICAL",
) -> Sampling:
    """Fetch up to ``pages`` articles, beginning at any page of a site, and read them with its rules.

    An article's page is taken ``alone``, or with others of its site. ``on_page`` is told each address before it is
    asked for, and how many articles there are so far. A process can call this once, like all of ``crawling.process``.
    Raises FetchError if the named page cannot be had or leads to no other; with the reason ``retry-after`` if its host
    asked an earlier crawl to be left alone until later.
    """
    rests = remembered_rests(config)
    process = AsyncCrawlerProcess(crawl_settings(config, log_level=log_level))
    crawler = process.create_crawler(_Samples)
    arguments = {"url": url, "pages": pages, "publisher": publisher, "alone": alone, "on_page": on_page, RESTS: rests}
    run_crawler(process, crawler, {**arguments, "folder": str(config.publishers) if config.publishers else None})
    spider = crawler.spider
    assert isinstance(spider, _Samples)
    if spider.error is not None:
        raise spider.error
    if spider.result is None:
        raise KeyboardInterrupt  # Scrapy ended it in order
    return spider.result


class _Samples(scrapy.Spider):
    name = "samples"

    def __init__(
        self,
        url: str,
        pages: int,
        publisher: str | None,
        folder: str | None,
        alone: bool,
        on_page: Callable[[str, int], None],
        rests: Mapping[str, datetime],
    ) -> None:
        super().__init__()
        self.rests = rests
        self.url, self.pages, self.alone = url, pages, alone
        self.result: Sampling | None = None
        self.error: Exception | None = None
        self._rules = publisher, folder
        self._on_page = on_page
        self._read: dict[str, tuple[Capture, Sample]] = {}
        self._misses: list[Miss] = []
        self._model = ArticleUrlModel()
        self._article_urls: dict[str, None] = {}
        self._sources: list[str] = []

    async def start(self) -> AsyncIterator[Any]:
        try:
            with Sandbox(workers=1, preload=("newsarchive.publishers.registry",)) as self._sandbox:
                self.result = await self._collected()
        except Exception as error:  # noqa: BLE001 (raised where the crawl is awaited)
            self.error = error
        return
        yield

    async def _collected(self) -> Sampling:
        first = await self._fetched(self.url)
        sample = await self._sample(first)
        home = first
        if self._is_article(sample):
            self._keep(first, sample)
            if not self.alone and self.pages > 1:
                with suppress(FetchError):  # then there is this page at least
                    home = await self._fetched(urljoin(first.url, "/"))
        if home is not first or not self._read:
            await self._follow(home)
        if not self._read:
            raise self._nothing(home.url)
        captures, samples = zip(*self._read.values(), strict=True)
        return Sampling(
            home_url=home.url,
            captures=captures,
            samples=samples,
            misses=tuple(self._misses),
            article_urls=tuple(self._article_urls),
            sources=tuple(self._sources),
        )

    def _is_article(self, sample: Sample) -> bool:
        """Whether the page the user named is an article. The parser keeps in doubt; a list of articles is none."""
        if not isinstance(sample.result, Article):
            return False
        address = urlsplit(sample.url)
        if address.path in ("", "/") and not address.query:
            return False
        dated_by = sample.result.field_sources.get("date_published", "")
        return self._model.judge(sample.url).is_article or dated_by.startswith(_SAID_OF_THE_PAGE)

    def _keep(self, capture: Capture, sample: Sample) -> None:
        self._read.setdefault(identity_url(capture.url), (capture, sample))

    def _nothing(self, home_url: str) -> FetchError:
        if self._misses:
            miss = self._misses[0]
            why = f"none of {len(self._misses)} pages could be had, {miss.url} for one: {miss.detail or miss.reason}"
            return FetchError(f"{home_url}: {why}", url=home_url, reason=miss.reason)
        return FetchError(
            f"{home_url} is no article and names none that can be found; give the address of an article of the site",
            url=home_url,
            reason="no-articles",
        )

    # from a page to articles

    async def _follow(self, home: Capture) -> None:
        try:
            links = await self._in_sandbox(read_links, home)
        except ParseError:
            links = PageLinks(
                url=home.url, canonical_url=None, feeds=(), sitemaps=(), next_url=None, is_nofollow=True, links=()
            )
        frontier = Frontier(home.url, self._model)
        linked: list[_Named] = [
            (Candidate(url=link.url, hints=None, found_on=links.url), link)
            for link in links.links
            if not (links.is_nofollow or link.is_nofollow)
        ]
        is_section = urlsplit(home.url).path not in ("", "/")
        named = [linked, await self._named(links)] if is_section else [await self._named(links), linked]
        wanted = [url for group in named for candidate, link in group if (url := frontier.offer(candidate, link))]
        tries = self.pages + EXTRA_TRIES
        while tries > 0 and self._articles() < self.pages and len(self._misses) < MAX_MISSES:
            if not wanted:
                wanted = [url for url, _ in frontier.settle()]
            if not wanted:
                return
            url = wanted.pop(0)
            try:
                capture = replace(await self._fetched(url), requested_url=url, hints=frontier.hints_of(url))
            except FetchError as error:
                self._misses.append(Miss(url=url, reason=error.reason, detail=str(error)))
                continue
            if identity_url(capture.url) in self._read:
                continue  # a redirect to a page there is already
            tries -= 1
            sample = await self._sample(capture)
            frontier.confirm(url, isinstance(sample.result, Article))
            self._keep(capture, sample)

    def _articles(self) -> int:
        return sum(isinstance(sample.result, Article) for _, sample in self._read.values())

    async def _named(self, links: PageLinks) -> list[_Named]:
        """What feeds name, by turns one of each feed; where that is too little, what sitemaps name."""
        feeds = list(links.feeds[:MAX_FEEDS]) or usual_feeds(links.url)
        found = await self._until_enough(feeds, self._feed, all_of_them=bool(links.feeds))
        if sum(map(len, found)) < self.pages:
            robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
            rules = await robots.rules_of(links.url) if robots is not None else None
            told = sitemap_urls(rules.text.encode(), urljoin(links.url, "/robots.txt")) if rules else ()
            sitemaps = [url for url in dict.fromkeys((*told, *links.sitemaps)) if same_site(links.url, url)]
            sitemaps.sort(key=lambda url: "news" not in url)
            places = sitemaps[:MAX_SITEMAPS] or usual_sitemaps(links.url)
            found += await self._until_enough(places, self._sitemap, all_of_them=bool(sitemaps))
        return [(candidate, None) for candidate in _by_turns(found)]

    async def _until_enough(self, urls: Iterable[str], ask: Any, *, all_of_them: bool) -> list[list[Candidate]]:  # noqa: ANN401
        """What these sources name: all of them, or the first of the usual places that is there."""
        found: list[list[Candidate]] = []
        for url in urls:
            try:
                candidates = await ask(await self._fetched(url))
            except (FetchError, DiscoveryError, ParseError):
                continue
            if candidates:
                self._sources.append(url)
                found.append(candidates)
                named = (HintSource.FEED, HintSource.NEWS_SITEMAP)
                self._article_urls.update(
                    (c.url, None) for c in candidates if c.hints and c.hints.source in named and same_site(url, c.url)
                )
                if not all_of_them:
                    break
        return found

    async def _feed(self, capture: Capture) -> list[Candidate]:
        feed = await self._in_sandbox(read_feed, capture.body, capture.url, capture.headers.get("content-type", ""))
        return list(feed.candidates)

    async def _sitemap(self, capture: Capture) -> list[Candidate]:
        """The latest pages of a sitemap; of an index those of its latest sitemap."""
        sitemap: Sitemap = await self._in_sandbox(read_sitemap, capture.body, capture.url)
        children = sorted(sitemap.children, key=lambda child: child.lastmod_raw or "", reverse=True)
        children.sort(key=lambda child: "news" not in child.url)
        for child in children[: MAX_SITEMAPS - 1]:
            found = await self._in_sandbox(read_sitemap, (await self._fetched(child.url)).body, child.url)
            if found.candidates:
                sitemap = found
                break
        return sorted(sitemap.candidates, key=_changed, reverse=True)[:MAX_CANDIDATES]

    # one page

    async def _fetched(self, url: str) -> Capture:
        """One page; a FetchError for an answer that is none."""
        self._on_page(url, self._articles())
        try:
            response: Response = await self.crawler.engine.download_async(Request(url))
        except Exception as error:
            _, reason, detail = classify(error)
            raise FetchError(f"{url} cannot be fetched: {detail or reason}", url=url, reason=reason) from error
        if not 200 <= response.status < 300:
            _, reason, detail = classify_status(response.status)
            what = f"HTTP {response.status}{f' {detail}' if detail else ''}"
            raise FetchError(f"{url} cannot be fetched: {what}", url=url, reason=reason)
        return capture_of(response)

    async def _sample(self, capture: Capture) -> Sample:
        try:
            return await self._in_sandbox(read_sample, capture, *self._rules)
        except ParseError as error:
            return unread_sample(capture, error)

    async def _in_sandbox(self, function: Callable[..., Result], *arguments: object) -> Result:
        return await asyncio.wrap_future(self._sandbox.submit(function, *arguments))


def _changed(candidate: Candidate) -> str:
    hints = candidate.hints
    return (hints.date_published_raw or hints.date_modified_raw or "") if hints else ""


def _by_turns(groups: list[list[Candidate]]) -> Iterator[Candidate]:
    for number in range(max(map(len, groups), default=0)):
        yield from (group[number] for group in groups if number < len(group))
