"""Spider ``backfill``: the back catalog of a site, by all its sitemaps, archives and lists, walked to their end.

The crawl of every day looks at what is new, this one at everything since a day. It may take many runs. Each goes on
with the one before: what of its sources and lists was read since the backfill began is read again from the captures,
which asks nobody, so that a run knows what all runs before it knew, whatever ended them.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from scrapy.exceptions import DontCloseSpider
from scrapy.http import Request, Response

from newsarchive.crawling.failures import classify
from newsarchive.crawling.frontier import Frontier
from newsarchive.crawling.list_walks import End, Listed, ListWalk, ListWalks
from newsarchive.crawling.patience import patiently
from newsarchive.crawling.plan import AFTER_UNTIL, BEFORE_SINCE, published_in
from newsarchive.crawling.politeness.resting import HostRestsError
from newsarchive.crawling.politeness.spending import GONE, DayIsSpentError
from newsarchive.crawling.revisits.announcements import announced_at
from newsarchive.crawling.revisits.conditional import FROM_CAPTURE, VISIT
from newsarchive.crawling.revisits.known import Look
from newsarchive.crawling.spider import request_of
from newsarchive.discovery.address_dates import (
    DateArchive,
    Period,
    missing_archives,
    published_in_address,
    sitemap_period,
)
from newsarchive.discovery.links import PageLink, PageLinks
from newsarchive.discovery.lists import ListKind, list_kind
from newsarchive.discovery.sitemaps import SitemapChild, is_named_for_news
from newsarchive.model.crawl_run import BACKFILL, LedgerEntry, Outcome, ResourceKind
from newsarchive.model.visit import Visit
from newsarchive.urls import identity_url, same_site
from spiders.site import SiteSpider

SITEMAPS_AT_ONCE = 2
"""Sitemaps that are read before the pages they name are asked for: a hundred thousand addresses at most, by their
protocol. What waits is in memory, a kilobyte each."""
PAGES_AT_ONCE = 500
"""Pages that are asked for before lists are gone on with."""
LISTS_AT_ONCE = 20
"""Lists of one kind that are begun before those are walked to their end."""
ARCHIVES_AT_ONCE = 10
"""Archive pages no page links to that are asked for at once; if none of them gives anything, no more are."""
EARLIEST = date(1990, 1, 1)
"""Archives of earlier days are not looked for if no day is given: the web is not older."""
NO_HOME_PAGE = "no-home-page"
"""Reason of a run that asked for nothing more because the home page could not be read."""
A_DAY = timedelta(days=1)
"""By so much a date in an address may be off: it is that of the newsroom's clock."""


class BackfillSpider(SiteSpider):
    """``scrapy crawl backfill -a site=NAME [-a since=DATE] [-a until=DATE] [-a max_pages=N]``."""

    name = BACKFILL
    max_sitemaps = 50_000

    def __init__(self, name: str | None = None, **arguments: Any) -> None:  # noqa: ANN401 (whatever -a gives)
        super().__init__(name, **{**arguments, "backfill": "yes"})
        self._waiting: deque[Look] = deque()
        """Pages in the ledger that have not been asked for."""
        self._news_sitemaps: deque[Request] = deque()
        self._sitemaps_to_read: deque[Request] = deque()
        """Sitemaps that wait in the ledger until the pages of those before them were asked for; those of news first,
        for what they say of a page must be known before it is read."""
        self._lists: dict[ListKind, deque[Request]] = {kind: deque() for kind in ListKind}
        """Lists that have not been begun."""
        self._walks: list[ListWalk] = []
        """Lists of which a page was read, and nothing decided since."""
        self._stalled: list[ListWalk] = []
        """Lists that name nothing new by what is known now of the site's addresses; that may change."""
        self._lists_given = ListWalks()
        self._archives: dict[str, dict[str, DateArchive]] = {}
        """Pages of archives that go by dates, by form and address."""
        self._given_by_form: Counter[str] = Counter()
        """How many pages of archives gave something."""
        self._guessed_at: dict[str, int] = {}
        """How many had when pages of that form were asked for that nothing links to."""
        self._too_old: dict[str, datetime | None] = {}
        """Pages that turned out to be from before the days that are wanted, and when they were published, if known."""
        self._ended: set[str] = set()
        """Pages of lists that are not asked for, for the list ended before them."""

    async def start(self) -> AsyncIterator[Any]:
        """Begin as the crawl of every day does."""
        self.plan = self.session.plan
        since, until = self.plan.since, self.plan.until
        last = self.session.clock().date()
        self._within = Period(
            since.date() if since is not None else EARLIEST,
            min(last, (until - A_DAY).date()) if until is not None else last,
        )
        self.session.ledger.watchers.append(self._ended_as)
        async for request in super().start():
            yield request

    def _new_frontier(self) -> Frontier:
        """Without the limit on what is not confirmed: what a list names that is not read again must not be lost."""
        return Frontier(self.home_url, self.session.url_model, unconfirmed_limit=float("inf"))

    # sources

    def _conditional(self, request: Request) -> Request:
        """Ask for a source as one that is known, or read what it answered since the backfill began."""
        request = super()._conditional(request)
        visit: Visit | None = request.meta[VISIT]
        is_kept = visit is not None and visit.warc_file is not None and self.session.known.was_read(visit)
        if not is_kept or request.meta["kind"] not in (ResourceKind.SITEMAP, ResourceKind.SECTION):
            return request
        meta = {FROM_CAPTURE: True, "queued_url": request.url, "dont_obey_robotstxt": True}
        lost = partial(self._capture_lost, errback=request.errback)
        return request.replace(meta={**request.meta, **meta}, errback=lost, dont_filter=True)

    def _capture_lost(self, failure: Any, errback: Any) -> Iterator[Request]:  # noqa: ANN401 (Twisted's Failure)
        asked: Request = failure.request
        own = (VISIT, FROM_CAPTURE, "queued_url", "dont_obey_robotstxt")
        meta = {name: value for name, value in asked.meta.items() if name not in own}
        yield asked.replace(meta=meta, errback=errback)

    def _further_sitemap(self, url: str, found_on: str | None) -> Iterator[Request]:
        """Let it wait in the ledger until the pages of those before it were asked for."""
        for request in self._sitemap(url, found_on):
            self._open_sources.discard(request.url)
            if not request.meta.get(FROM_CAPTURE):
                self.session.ledger.queue(request.url, ResourceKind.SITEMAP, found_on=found_on)
            waiting = self._news_sitemaps if is_named_for_news(url) else self._sitemaps_to_read
            waiting.append(request)
        yield from ()

    def _next_sitemaps(self) -> list[Request]:
        waiting = self._news_sitemaps or self._sitemaps_to_read
        requests = [waiting.popleft() for _ in range(min(SITEMAPS_AT_ONCE, len(waiting)))]
        self._open_sources.update(request.url for request in requests)
        return requests

    def _wants_sitemap(self, child: SitemapChild) -> bool:
        period = sitemap_period(child.url)
        return self._unwanted_days(period) is None and super()._wants_sitemap(child)

    def _remember(self, response: Response, kind: ResourceKind, *, entries: int, title: str | None = None) -> None:
        if not request_of(response).meta.get(FROM_CAPTURE):
            super()._remember(response, kind, entries=entries, title=title)

    # lists

    def _read_list(self, links: PageLinks) -> Iterator[Request]:
        """Take the home page for the first page of a list."""
        yield from self._articles_on(links)
        self._turn(ListWalk(url=links.url), links)

    def _articles_on(self, links: PageLinks) -> Iterator[Request]:
        """Addresses of articles that a page names, and of further lists."""
        yield from super()._articles_on(links)
        if not links.is_nofollow:
            for link in links.links:
                self._note_list(link, links.url)

    def _note_list(self, link: PageLink, found_on: str) -> None:
        found = list_kind(link, self._within)
        if found is None or (link.is_in_menu and found[1] is None and not self._is_section(link)):
            return
        kind, archive = found
        if archive is not None:
            self._archives.setdefault(archive.form, {})[archive.url] = archive
        if self.frontier.exclude(link.url):
            self._lists[kind].append(self._page(link.url, found_on, ListWalk(url=link.url, archive=archive)))

    def _page(self, url: str, found_on: str | None, walk: ListWalk) -> Request:
        """A request for a page of a list; it waits in the ledger from now on."""
        request = self.request(url, self.read_list, kind=ResourceKind.SECTION, found_on=found_on)
        request.cb_kwargs["walk"] = walk
        request = self._conditional(request.replace(dont_filter=True))
        if not request.meta.get(FROM_CAPTURE):
            self.session.ledger.queue(url, ResourceKind.SECTION, found_on=found_on)
        return request

    async def read_list(self, response: Response, walk: ListWalk) -> AsyncIterator[Any]:
        """Find articles and further lists on a page of a list; whether it goes on is decided when those were read."""
        links = await self._links(response)
        if links is None:
            return
        for request in self._articles_on(links):
            yield request
        self._turn(walk, links)
        self.finish(
            response, Outcome.READ, detail=f"page {walk.number} of a list, {len(walk.fresh)} links not on those before"
        )
        if walk.number == 1 and walk.archive is None:
            self._remember(response, ResourceKind.SECTION, entries=len(walk.fresh))

    def _turn(self, walk: ListWalk, links: PageLinks) -> None:
        following = links.next_url
        if following is not None and not same_site(self.home_url, following):
            following = None
        walk.turn(links.url, (link for link in links.links if not link.is_nofollow), following)
        self._walks.append(walk)

    def _next_of(self, walk: ListWalk) -> Request | None:
        """The page of a list after the one that was read last; None if the list ends there, or stalls."""
        listed = self._listed_on(walk)
        if self._lists_given.rate(walk, listed) and walk.archive is not None and walk.number == 1:
            self._given_by_form[walk.archive.form] += 1
        if walk.following is None:
            return None
        end = self._lists_given.end_of(walk, listed)
        if end is End.NOTHING_NEW:
            self._stalled.append(walk)
        elif end is not None:
            self._ended.add(walk.following)
        elif self.frontier.exclude(walk.following):
            return self._page(walk.following, walk.url, walk)
        return None

    def _listed_on(self, walk: ListWalk) -> list[Listed]:
        """The articles on the last page of a list that were on none before it, by what is known of them by now."""
        judge = self.session.url_model.judge
        urls = [
            identity_url(link.url)
            for link in walk.fresh
            if judge(link.url, place=link.place, text=link.text).is_article
        ]
        visits = patiently(partial(self.session.reader.visits, urls))
        return [self._known_of(url, visits.get(url)) for url in urls]

    def _known_of(self, url: str, visit: Visit | None) -> Listed:
        period = published_in_address(url)
        published = visit.published_at if visit is not None else self._too_old.get(url)
        published = published or self._published_by_sources(url)
        if published is None and period is not None and period.first == period.last:
            published = datetime.combine(period.first, time(), UTC)
        is_old = (
            url in self._too_old
            or self._unwanted_days(period) == BEFORE_SINCE
            or self.plan.wants(published) == BEFORE_SINCE
        )
        is_article: bool | None = None
        if is_old or (visit is not None and (visit.is_article or visit.outcome is Outcome.DUPLICATE)):
            is_article = True
        elif visit is not None or url in self._resting or self.session.ledger.knows(url):
            is_article = None if self.session.ledger.is_open(url) else False
        return Listed(url=url, published_at=published, is_old=is_old, is_article=is_article)

    def _published_by_sources(self, url: str) -> datetime | None:
        dates = (self._date(hints.date_published_raw) for hints in self.frontier.hints_of(url))
        return next((date for date in dates if date is not None), None)

    # pages

    def _pages(self, pages: Iterable[tuple[str, str | None]]) -> Iterator[Request]:
        """Let pages wait in the ledger; nothing is asked for while sources and lists are read."""
        ledger, clock = self.session.ledger, self.session.clock
        for look in self.session.known.look_at(pages, self._claims_of):
            if look.is_due:
                announced = announced_at(self.frontier.hints_of(look.url), clock())
                ledger.queue(look.url, ResourceKind.PAGE, found_on=look.found_on, announced_at=announced)
                self._waiting.append(look)
            else:
                if look.ended is not None and look.ended.reason == BEFORE_SINCE:
                    self._too_old[look.url] = published_in(look.ended.detail)
                yield from self._leave(look)
        self.session.not_due = len(self._resting)

    def _unwanted(self, url: str) -> str | None:
        return self._unwanted_days(published_in_address(url)) or super()._unwanted(url)

    def _unwanted_days(self, period: Period | None) -> str | None:
        """Why what was published on these days, by its address, is not wanted; None: it may be."""
        if period is None:
            return None
        if self.plan.since is not None and period.last < self._within.first - A_DAY:
            return BEFORE_SINCE
        if self.plan.until is not None and period.first > (self.plan.until + A_DAY).date():
            return AFTER_UNTIL
        return None

    def failed(self, failure: Any) -> None:  # noqa: ANN401 (Twisted's Failure)
        """Name what went wrong; what can be had another day keeps waiting, for the run that goes on with this one."""
        if isinstance(failure.value, DayIsSpentError | HostRestsError):
            return
        super().failed(failure)
        request: Request = failure.request
        if request.meta.get("kind") is ResourceKind.SECTION and classify(failure.value)[1] in GONE:
            self._lists_given.gave_nothing(request.url)

    def _ended_as(self, entry: LedgerEntry, _: str | None) -> None:
        """Called by the ledger with each outcome."""
        if entry.outcome is Outcome.SKIPPED and entry.reason == BEFORE_SINCE:
            self._too_old[entry.url] = published_in(entry.detail) or self._published_by_sources(entry.url)
        if entry.kind is ResourceKind.PAGE:
            self.frontier.forget(entry.url)
        if entry.kind is ResourceKind.HOME and entry.outcome is not Outcome.READ:
            # the site is not to be had: all that is open stays open
            self.session.stopped_early = self.session.stopped_early or NO_HOME_PAGE

    # what is next

    def _idle(self) -> None:
        """When nothing is under way, decide what is next; the crawl ends when nothing is."""
        if not hasattr(self, "frontier"):
            return
        self._open_sources.clear()  # what Scrapy dropped never came to an end
        requests = list(self._next())
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider
        if self.session.stopped_early is not None:
            for walk in self._walks:
                if walk.following is not None and self.frontier.exclude(walk.following):
                    self._page(walk.following, walk.url, walk)

    def _next(self) -> list[Request]:
        """Pages that wait first, so that a list goes on only when it is known what its last page named."""
        if self.session.stopped_early is None and not self._is_inventoried and (sitemaps := self._next_sitemaps()):
            return sitemaps  # one that names pages is read before any page
        steps = (
            list,
            self._next_sitemaps,
            self._further_pages,
            self._new_lists,
            self._unlinked_archives,
            self._carried,
            self._next_sitemaps,  # of those that were carried over
            self._settled,
        )
        for step in (*steps, self._stalled_lists, self._orphans):
            if self.session.stopped_early is not None:
                break
            if requests := [*step(), *self._next_pages()]:
                return requests
        return []

    def _next_pages(self) -> list[Request]:
        requests: list[Request] = []
        while self._waiting and len(requests) < PAGES_AT_ONCE:
            if self.plan.max_pages is not None and self._pages_asked >= self.plan.max_pages:
                self.session.stopped_early = "max-pages"
                break
            requests += self._ask(self._waiting.popleft())
        return requests

    def _further_pages(self) -> list[Request]:
        walks, self._walks = self._walks, []
        return [request for walk in walks if (request := self._next_of(walk)) is not None]

    def _new_lists(self) -> list[Request]:
        requests: list[Request] = []
        for waiting in self._lists.values():
            while waiting and len(requests) < LISTS_AT_ONCE:
                request = waiting.popleft()
                why = self._lists_given.why_not(request.url)
                if why is None:
                    requests.append(request)
                else:
                    self.session.ledger.finish(request.url, Outcome.REFUSED, reason=End.BUDGET, detail=why)
            if requests:
                break
        return requests

    def _unlinked_archives(self) -> list[Request]:
        """Archive pages that no page links to, of forms of which the site links to some that gave something.

        No more of a form if the last ones that were asked for gave nothing.
        """
        for form, archives in sorted(self._archives.items(), key=lambda item: next(iter(item[1].values())).unit):
            if self._guessed_at.get(form, 0) == self._given_by_form[form]:
                continue
            found_on = next(iter(archives))
            requests: list[Request] = []
            for archive in missing_archives(list(archives.values()), self._within):
                if len(requests) == ARCHIVES_AT_ONCE:
                    break
                archives[archive.url] = archive
                if self.frontier.exclude(archive.url):
                    requests.append(self._page(archive.url, found_on, ListWalk(url=archive.url, archive=archive)))
            self._guessed_at[form] = self._given_by_form[form]
            if requests:
                return requests
        return []

    def _settled(self) -> list[Request]:
        requests: list[Request] = []
        while not requests and not self._waiting and (settled := self.frontier.settle()):
            requests += self._pages(settled)
        return requests

    def _stalled_lists(self) -> list[Request]:
        self._walks, self._stalled = self._stalled, []
        requests = self._further_pages()
        self._ended.update(walk.following for walk in self._stalled if walk.following is not None)
        return requests

    def _orphans(self) -> list[Request]:
        return [
            self.request(orphan.requested_url, self.read_page, kind=ResourceKind.PAGE).replace(dont_filter=True)
            for orphan in self.session.variants.orphans()
        ]

    def _carry_on(self, entry: LedgerEntry) -> Iterator[Request]:
        """Take up what an earlier run left and this one has not met, or close it."""
        requests: list[Request] = []
        if entry.kind is ResourceKind.PAGE:
            if self.frontier.exclude(entry.url):
                requests += self._pages([(entry.url, entry.found_on)])
        elif entry.kind is ResourceKind.SECTION:
            if entry.url not in self._ended and self.frontier.exclude(entry.url):
                requests.append(self._page(entry.url, entry.found_on, ListWalk(url=entry.url)))
        elif entry.kind is ResourceKind.SITEMAP:
            requests += self._further_sitemap(entry.url, entry.found_on)
        else:
            requests += super()._carry_on(entry)
            yield from requests
            return
        if not self.session.ledger.is_open(entry.url):
            self.session.ledger.close(entry, Outcome.SKIPPED, reason="known")
        yield from requests
