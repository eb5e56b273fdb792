"""The crawl ledger: every address that was queued, and what became of it.

An address enters when Scrapy schedules its first request and leaves with exactly one outcome: from the spider
(a feed was read), a pipeline (an article is new), the errback (the host did not answer) or the end of the crawl.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from scrapy.http import Request

from newsarchive.crawling.batches import BatchWriter
from newsarchive.model.capture import CaptureReference
from newsarchive.model.crawl_run import LedgerEntry, Outcome, ResourceKind
from newsarchive.model.revision import Candidate
from newsarchive.model.visit import Visit

_LASTING = frozenset((Outcome.UNCHANGED, Outcome.READ, Outcome.NOT_ARTICLE, Outcome.DUPLICATE))
"""After these an address is known; after any other it is asked in the next crawl as if it were new."""

Watch = Callable[[LedgerEntry, str | None], object]
"""Takes an entry with its outcome, and the digest of the text that was stored; None if none was."""


class CrawlLedger:
    """The ledger of one run. Addresses are told apart as they were queued; redirects keep their first one."""

    def __init__(self, run_id: int, batches: BatchWriter, clock: Callable[[], datetime]) -> None:
        self.counts: Counter[Outcome] = Counter()
        """Addresses by outcome so far."""
        self.watchers: list[Watch] = []
        """Told of each outcome."""
        self._run_id = run_id
        self._batches = batches
        self._clock = clock
        self._known: set[int] = set()
        """Digests of 8 bytes."""
        self._open: dict[str, LedgerEntry] = {}
        self._answers: dict[str, Visit] = {}
        """What addresses answered that have no outcome yet."""

    @property
    def waiting(self) -> int:
        """How many queued addresses have no outcome yet."""
        return len(self._open)

    def knows(self, url: str) -> bool:
        """Whether the address was queued in this run, finished or not."""
        return hash(url) in self._known

    def is_open(self, url: str) -> bool:
        """Whether the address was queued in this run and has no outcome yet."""
        return url in self._open

    def close(self, entry: LedgerEntry, outcome: Outcome, *, reason: str) -> None:
        """Give an entry its outcome that waits in this run since before it began; one that has its outcome keeps it."""
        self._batches.add_finished(replace(entry, outcome=outcome, reason=reason, finished_at=self._clock()))

    def queue(
        self, url: str, kind: ResourceKind, *, found_on: str | None = None, announced_at: datetime | None = None
    ) -> None:
        """Enter an address; one that was entered before is left as it is."""
        if hash(url) in self._known:
            return
        self._known.add(hash(url))
        entry = LedgerEntry(
            run_id=self._run_id,
            url=url,
            kind=kind,
            queued_at=self._clock(),
            found_on=found_on,
            announced_at=announced_at,
        )
        self._open[url] = entry
        self._batches.add_queued(entry)

    def note_answer(self, visit: Visit) -> None:
        """Keep what an address answered until it has its outcome; the visit is written together with that."""
        if visit.url in self._open:
            self._answers[visit.url] = visit

    def note(self, url: str, detail: str) -> None:
        """Say something of an address that has no outcome yet; it stays if its outcome brings no detail of its own."""
        entry = self._open.get(url)
        if entry is not None:
            self._open[url] = replace(entry, detail=detail)

    def finish(
        self,
        url: str,
        outcome: Outcome,
        *,
        reason: str | None = None,
        detail: str | None = None,
        capture: CaptureReference | None = None,
        status: int | None = None,
        reaches_back_to: datetime | None = None,
    ) -> None:
        """Give an address its outcome. The first one counts: a later one for the same address is ignored."""
        entry = self._open.pop(url, None)
        if entry is None:
            return
        self.counts[outcome] += 1
        entry = replace(
            entry,
            outcome=outcome,
            reason=reason,
            detail=detail or entry.detail,
            status=capture.status if capture is not None else status,
            finished_at=self._clock(),
            warc_file=capture.warc_file if capture else None,
            warc_offset=capture.warc_offset if capture else None,
            digest=capture.digest if capture else None,
            reaches_back_to=reaches_back_to,
        )
        self._tell(entry, None)
        answer = self._answers.pop(url, None)
        self._batches.add_finished(
            entry,
            replace(answer, outcome=outcome) if answer is not None and outcome in _LASTING else None,
        )

    async def store(self, candidate: Candidate) -> Outcome:
        """Store an article together with the outcome of its address; returns when both are on disk."""
        entry = self._open.pop(candidate.requested_url, None)
        if entry is None:  # a spider of the user's yielded a second article for one address
            self._known.discard(hash(candidate.requested_url))
            self.queue(candidate.requested_url, ResourceKind.PAGE)
            entry = self._open.pop(candidate.requested_url)
        capture = candidate.capture
        answer = self._answers.pop(candidate.requested_url, None)
        if answer is not None:
            answer = replace(answer, published_at=candidate.article.date_published)
        outcome = await self._batches.add_page(
            candidate,
            replace(
                entry,
                status=capture.status,
                finished_at=self._clock(),
                warc_file=capture.warc_file,
                warc_offset=capture.warc_offset,
                digest=capture.digest,
            ),
            answer,
        )
        self.counts[outcome] += 1
        self._tell(replace(entry, outcome=outcome), candidate.content_digest)
        return outcome

    def _tell(self, entry: LedgerEntry, text: str | None) -> None:
        for watch in self.watchers:
            watch(entry, text)


def queued_url(request: Request) -> str:
    """The address under which the ledger knows a request: the one before all redirects."""
    return str(request.meta.get("queued_url", request.url))
