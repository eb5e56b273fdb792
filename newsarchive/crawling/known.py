"""Known pages: which of the addresses a crawl meets it asks for, by what the archive knows of them.

Looked up some hundred at a time, when their sources have said what they know; nothing of a site is held as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from newsarchive.archive.chunks import chunks
from newsarchive.archive.reader import ArchiveReader
from newsarchive.archive.resuming import KNOWN_FOR
from newsarchive.crawling.patience import patiently
from newsarchive.crawling.revisits import Revisit, RevisitPolicy
from newsarchive.model.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An address, and whether to ask for it."""

    url: str
    found_on: str | None
    visit: Visit | None
    """Its last answer; None if it never answered."""
    is_due: bool


class KnownPages:
    """What the archive knows of a site's addresses, as far as this crawl has to decide over them."""

    def __init__(
        self, reader: ArchiveReader, policy: RevisitPolicy, cut_off: Sequence[int], clock: Callable[[], datetime]
    ) -> None:
        """``cut_off``: the runs this crawl goes on from."""
        self._reader = reader
        self._policy = policy
        self._cut_off = cut_off
        self._clock = clock

    @property
    def goes_on(self) -> bool:
        """Whether this crawl goes on where another was cut off."""
        return bool(self._cut_off)

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
                yield Look(url=url, found_on=found_on, visit=visit, is_due=is_due)

    def _done(self, urls: list[str], now: datetime) -> frozenset[str]:
        """What had its outcome in the crawls this one goes on from."""
        if not self._cut_off:
            return frozenset()
        return patiently(partial(self._reader.with_outcome, self._cut_off, urls, now - KNOWN_FOR))
