"""Retry-After: how long a server asks to be left alone, and how much of that one crawl waits for.

A host is never asked earlier than it said, by whichever crawl. What it says too long, or too often, is not waited for:
the host is left to a crawl after its rest. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

STATUSES = frozenset((429, 503))
"""Answers whose Retry-After is meant for the next request, whatever it asks for (RFC 6585, 4; RFC 9110, 15.6.4)."""

MIN_WAIT_S = 1.0
"""What "at once" is taken for: a server that has just refused is not asked again in the same second."""
MAX_WAIT_S = 600.0
"""The longest single wait. Servers that limit rates ask for seconds to minutes; what is longer is an outage or a
ban, and a crawl that sits through it holds its site's turn for nothing."""
MAX_WAITS_S = 1800.0
"""Waits for one host in one crawl, all together: a server that always says "in a minute" would hold it for ever."""
MAX_REST_S = 7 * 86400.0
"""The longest rest that later crawls keep. A server that asks for more, as with a date in 2099, is asked once a week
whether it still does: who set that by mistake has no other way to tell us."""
MAX_TURNS = 3
"""How often one address is put back."""

_SECONDS = re.compile(r"\d+(?:\.\d*)?", re.ASCII)  # "120"; some servers give fractions


def read_retry_after(value: str, now: datetime) -> float | None:
    """Seconds from ``now`` that a Retry-After field asks for: 0 for a date that is past, None for no such field.

    ``now`` is the server's own clock (its Date field) where that is known.

    >>> read_retry_after("120", datetime(2026, 5, 1, tzinfo=UTC))
    120.0
    >>> read_retry_after("Fri, 01 May 2026 00:01:00 GMT", datetime(2026, 5, 1, tzinfo=UTC))
    60.0
    """
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return float(value)  # a number of a thousand digits is infinity
    date = read_http_date(value)
    return None if date is None else max(0.0, (date - now).total_seconds())


def read_http_date(value: str) -> datetime | None:
    """A date in any of the three forms of RFC 9110, 5.6.7, in UTC; None for anything else."""
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


class Patience:
    """How long the hosts of one crawl have made it wait, and which of them it leaves. Times are a clock's seconds."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._waited: dict[str, float] = {}
        self._left: dict[str, str] = {}

    def recall(self, host: str, rests_until: datetime, at: datetime, now: float) -> float:
        """Note a rest that a host asked an earlier crawl for; when it may be asked again. Infinity: not in this crawl.

        ``at`` and ``now`` are the same moment, by the calendar and by the clock of this crawl.
        """
        until = self.asked(host, (rests_until - at).total_seconds(), now)
        if math.isinf(until):
            self.leave(host, rests_until)
            self._left[host] += f"; a crawl waits {MAX_WAIT_S:.0f} s"
        return until

    def leave(self, host: str, rests_until: datetime) -> None:
        """Note a rest that a host asked an earlier crawl for, and that nobody is to wait for."""
        end = f"{rests_until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        self._left[host] = f"{host} asked an earlier crawl for a rest until {end}"

    def asked(self, host: str, seconds: float, now: float) -> float:
        """Note that a host asked for a rest; when it may be asked again. Infinity: not in this crawl."""
        seconds = max(seconds, MIN_WAIT_S)
        until = max(now + seconds, self._until.get(host, now))
        waited = self._waited.get(host, 0.0) + until - max(self._until.get(host, now), now)
        if host in self._left:
            return math.inf
        if seconds > MAX_WAIT_S:
            self._left[host] = f"asks for a rest of {seconds:.0f} s; a crawl waits {MAX_WAIT_S:.0f} s"
            return math.inf
        if waited > MAX_WAITS_S:
            self._left[host] = f"has had the crawl wait {self._waited.get(host, 0.0):.0f} s and asks for more"
            return math.inf
        self._until[host], self._waited[host] = until, waited
        return until

    def why_left(self, host: str) -> str | None:
        """Why a host is not asked any more; None: it may be, once it has rested."""
        return self._left.get(host)
