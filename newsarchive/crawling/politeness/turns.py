"""Fair turns: the scheduler's queue, which lets no host take more than its share and passes over hosts that rest.

Scrapy's own prefers hosts that have little going on, but counts only what waits for the network: a host that is slow
to give its robots.txt could have all of a crawl's requests wait for it, and so could one that asked for a rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface

from newsarchive.crawling.politeness.throttle import forget_host

MAX_A_HOST = 4
"""Requests of one host that are under way at once. One is on the wire, one being kept; the others are for hosts
without a delay, that they need not wait for the scheduler."""


class FairTurns(DownloaderAwarePriorityQueue):
    """A priority queue a host; the host that has least under way comes first. Empty while none has room."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 (Scrapy's)
        super().__init__(*arguments, **options)
        self._downloader_interface = _HostsWithRoom(self.crawler)

    def push(self, request: Request) -> None:
        """Take a request; one that was redirected waits for its new host."""
        forget_host(request)
        super().push(request)


class _HostsWithRoom(DownloaderInterface):
    def stats(self, possible_slots: Iterable[str]) -> list[tuple[int, str]]:
        """How much is under way to each host that may be asked."""
        under_way = Counter(map(self.downloader.get_slot_key, self.downloader.active))
        now = monotonic()
        return [
            (under_way[host], host)
            for host in possible_slots
            if under_way[host] < MAX_A_HOST and not self._rests(host, now)
        ]

    def _rests(self, host: str, now: float) -> bool:
        slot = self.downloader.slots.get(host)
        return slot is not None and slot.lastseen > now
