"""Known pages: which of the addresses a crawl meets it asks for, by what the archive knows of them.

Looked up some hundred at a time, when their sources have said what they know; nothing of a site is held as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from newsarchive.archive.chunks import chunks
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.runs.resuming import KNOWN_FOR, Ended, Unfinished
from newsarchive.crawling.patience import patiently
from newsarchive.crawling.revisits.policy import Revisit, RevisitPolicy
from newsarchive.model.crawl_run import Outcome
from newsarchive.model.visit import Visit

_PASSING = frozenset(
    (
        *("dns", "timeout", "unreachable", "connection-refused", "connection-failed", "connection-lost"),
        *("truncated-body", "robots-unreachable", "capture", "error"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An address, and whether to ask for it."""

    url: str
    found_on: str | None
    visit: Visit | None
    """Its last answer; None if it never answered."""
    is_due: bool
    ended: Ended | None = None
    """How it ended in the crawls this one goes on from; None if it did not."""


class KnownPages:
    """What the archive knows of a site's addresses, as far as this crawl has to decide over them."""

    def __init__(
        self, reader: ArchiveReader, policy: RevisitPolicy, earlier: Unfinished, clock: Callable[[], datetime]
    ) -> None:
        """``earlier``: the runs this crawl goes on from."""
        self._reader = reader
        self._policy = policy
        self._cut_off = earlier.cut_off
        self._begun_at = earlier.begun_at
        self._clock = clock

    @property
    def goes_on(self) -> bool:
        """Whether this crawl goes on where another was cut off."""
        return bool(self._cut_off)

    def was_read(self, visit: Visit | None) -> bool:
        """Whether this is the answer of an address since the backfill began that this crawl goes on with."""
        return visit is not None and self._begun_at is not None and visit.asked_at >= self._begun_at

    def visit_to(self, url: str) -> Visit | None:
        """The last answer of one address."""
        return patiently(partial(self._reader.visits, [url])).get(url)

    def look_at(
        self, pages: Iterable[tuple[str, str | None]], claims_of: Callable[[str], tuple[str, ...]]
    ) -> Iterator[Look]:
        """Decide over addresses, each given with where it was found, in their order."""
        for chunk in chunks(pages):
            urls = [url for url, _ in chunk]
            now = self._clock()
            visits = patiently(partial(self._reader.visits, urls))
            done = self._done(urls, now)
            for url, found_on in chunk:
                visit = visits.get(url)
                is_due = url not in done if visit is None else self._policy.is_due(visit, now, claims_of(url))
                if visit is not None and self._policy.mode is Revisit.ALL:
                    is_due = url not in done
                yield Look(url=url, found_on=found_on, visit=visit, is_due=is_due, ended=done.get(url))

    def _done(self, urls: list[str], now: datetime) -> Mapping[str, Ended]:
        """What had its outcome in the crawls this one goes on from.

        What those were not to fetch counts only in a backfill, which goes on with the same days.
        """
        if not self._cut_off:
            return {}
        since = self._begun_at or now - KNOWN_FOR
        ended = patiently(partial(self._reader.ended_in, self._cut_off, urls, since))
        if self._begun_at is not None:
            return {url: end for url, end in ended.items() if not _may_pass(end)}
        return {url: end for url, end in ended.items() if end.outcome is not Outcome.SKIPPED}


def _may_pass(ended: Ended) -> bool:
    """Whether another day an address may end otherwise: its host was not to be reached, or had trouble."""
    reason = ended.reason or ""
    return ended.outcome in (Outcome.FAILED, Outcome.REFUSED) and (reason in _PASSING or reason.startswith("http-5"))
