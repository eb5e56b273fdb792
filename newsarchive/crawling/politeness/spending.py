"""A downloader middleware that refuses what is beyond the budgets (``budgets.py``).

A host's day is counted where requests leave (``crawling/connections/handler.py``, and the browser that renders), one by
one as they are sent: what robots.txt, redirects and second tries cost is in it, and what is refused on the way there is
not.
"""

from __future__ import annotations

from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from newsarchive.crawling.addon import config_of
from newsarchive.crawling.ledger import queued_url
from newsarchive.crawling.politeness.budgets import DailyBudget, PatternBudgets
from newsarchive.crawling.session import CrawlSession
from newsarchive.errors import FetchError
from newsarchive.model.crawl_run import LedgerEntry, Outcome, ResourceKind

REASON = "budget"
"""The ledger's reason, and that of a crawl that ended early because the day's requests were spent."""

_SAYS_NOTHING = frozenset(("bot-wall", "consent-wall", "password-form"))
GONE = frozenset(("http-404", "http-410"))


class BudgetSpentError(FetchError, IgnoreRequest):
    """Nothing is left for addresses of this form, or for this host today."""


class DayIsSpentError(BudgetSpentError):
    """Nothing is left for this host today: the address can be had another day."""


class BudgetMiddleware:
    """Counts what hosts are asked and what pages give."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._patterns = PatternBudgets()
        self._daily: DailyBudget | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware._opened, signal=signals.spider_opened)
        return middleware

    def process_request(self, request: Request) -> None:
        """Raise BudgetSpentError for what is beyond a budget already, so that nothing more is asked on its account."""
        session = self._crawler.get_extension(CrawlSession)
        if self._daily is None or session is None:
            return
        why = self._daily.why_not(_host(request), session.clock().date())
        if why is not None:
            raise self._day_is_spent(request, session, why)
        if request.meta.get("kind") is ResourceKind.PAGE and session.plan.site is not None:
            # a list of addresses is the user's choice
            why = self._patterns.why_not(queued_url(request))
        if why is not None:
            raise BudgetSpentError(f"{request.url}: {why}", url=request.url, reason=REASON)

    def send(self, request: Request) -> None:
        """Count a request that is about to be sent. Raises DayIsSpentError if nothing is left for it."""
        session = self._crawler.get_extension(CrawlSession)
        why = self._spend(_host(request))
        if why is not None and session is not None:
            raise self._day_is_spent(request, session, why)

    def may_spend(self, host: str) -> bool:
        """Count a request that does not come through Scrapy, as those of a rendered page do; False: none is left."""
        return self._spend(host) is None

    def _spend(self, host: str) -> str | None:
        session = self._crawler.get_extension(CrawlSession)
        if self._daily is None or session is None:
            return None
        today = session.clock().date()
        why = self._daily.spend(host, today)
        if why is None:
            session.remember_request(host, today)
        return why

    def _day_is_spent(self, request: Request, session: CrawlSession, why: str) -> DayIsSpentError:
        session.stopped_early = session.stopped_early or REASON
        return DayIsSpentError(f"{request.url}: {why}", url=request.url, reason=REASON)

    def _opened(self) -> None:
        session = self._crawler.get_extension(CrawlSession)
        if session is None or session.run_id is None:  # a spider that archives nothing
            return
        today = session.clock().date()
        most = config_of(self._crawler.settings).daily_budget
        self._daily = DailyBudget(most, today, session.reader.asked_on(today))
        if session.plan.site is not None:
            session.ledger.watchers.append(self._finished)

    def _finished(self, entry: LedgerEntry, text: str | None) -> None:
        """Called by the ledger with each outcome, and the digest of the text that was stored."""
        if entry.kind is not ResourceKind.PAGE:
            return
        if text is not None:
            self._patterns.gave_text(entry.url, text)
        elif (
            entry.outcome is Outcome.DUPLICATE
            or (entry.outcome is Outcome.NOT_ARTICLE and entry.reason not in _SAYS_NOTHING)
            or (entry.outcome is Outcome.FAILED and entry.reason in GONE)
        ):
            self._patterns.gave_nothing(entry.url)


def _host(request: Request) -> str:
    return urlparse_cached(request).hostname or ""
