"""Progress of a crawl on stderr, for a person who waits: how far, what came of it so far."""

from __future__ import annotations

import sys
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from newsarchive.crawling.session import CrawlSession
from newsarchive.model.crawl_run import Outcome

INTERVAL_S = 0.2


class CrawlProgress:
    """A bar that fills as queued addresses get their outcomes. Off unless NEWSARCHIVE_PROGRESS is set."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("NEWSARCHIVE_PROGRESS") or not sys.stderr.isatty():
            raise NotConfigured
        self._crawler = crawler
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed}/{task.total} addresses  {task.fields[counts]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._timer = create_looping_call(self._update)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Show from the spider's opening to its closing."""
        progress = cls(crawler)
        crawler.signals.connect(progress._start, signals.spider_opened)
        crawler.signals.connect(progress._stop, signals.spider_closed)
        return progress

    def _start(self) -> None:
        self._session = CrawlSession.of(self._crawler)
        if self._session.run_id is None:
            return
        self._task = self._progress.add_task(self._session.site or "addresses", total=None, counts="")
        self._progress.start()
        self._timer.start(INTERVAL_S)

    def _stop(self) -> None:
        if self._timer.running:
            self._timer.stop()
            self._progress.stop()

    def _update(self) -> None:
        ledger = self._session.ledger
        done = ledger.counts.total()
        shown = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.REFUSED, Outcome.BLOCKED, Outcome.FAILED)
        self._progress.update(
            self._task,
            completed=done,
            total=done + ledger.waiting,
            counts="  ".join(f"{ledger.counts[outcome]} {outcome}" for outcome in shown if ledger.counts[outcome]),
        )
