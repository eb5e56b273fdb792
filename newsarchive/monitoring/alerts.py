"""Alerts: each finding is told once to each channel, and once more when it is over.

What was told stands in the archive (``told.py``), so that of all the workers and cron jobs of an archive one tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from newsarchive.errors import AlertError
from newsarchive.monitoring.finding import Finding, SiteHealth

MAX_AT_ONCE = 100
"""Alerts of one look; the others are told at the next. When a machine was down for a week, every site has a finding."""

Channel = Callable[[bytes], object]
"""Tells one alert, as JSON. Raises AlertError."""
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A finding that somebody was told of."""

    record: Mapping[str, Any]
    """The finding as it was told first."""
    channels: frozenset[str]
    """Who was told that it is there."""
    over: frozenset[str] = field(default=frozenset())
    """Who was told that it is over; empty while it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something to tell one channel."""

    key: Key
    channel: str
    event: str
    """``new`` or ``resolved``."""
    record: Mapping[str, Any]

    def payload(self, at: datetime) -> bytes:
        """As JSON. ``text`` is all of it in a line, which chat programs' webhooks show as it is."""
        record = self.record
        mark = "resolved: " if self.event == "resolved" else ""
        text = f"{mark}{record['site']}: {record['message']}"
        return orjson.dumps({"event": self.event, "at": at, "text": text, **record}, option=orjson.OPT_UTC_Z)


def alert_record(finding: Finding) -> dict[str, Any]:
    """A finding as alerts and their memory have it: everything as text."""
    return {
        "site": finding.site,
        "state": str(finding.severity),
        "kind": finding.kind,
        "subject": finding.subject,
        "message": finding.message,
        "next_step": finding.next_step,
        "url": finding.url,
        "last_good_url": finding.last_good_url,
        "since": None if finding.since is None else finding.since.isoformat(),
    }


def alerts_due(told: Mapping[Key, Told], found: Sequence[SiteHealth], channels: Sequence[str]) -> tuple[Alert, ...]:
    """What has to be told to whom, what is new first.

    A finding is over when its site was looked at, the rule could judge, and did not find it any more.
    """
    now = {finding.key: finding for health in found for finding in health.findings}
    new = [
        Alert(key=key, channel=channel, event="new", record=alert_record(finding))
        for key, finding in now.items()
        for channel in channels
        if key not in told or channel not in told[key].channels or channel in told[key].over
    ]
    unjudged = {health.site: health.unjudged for health in found}
    over = [
        Alert(key=key, channel=channel, event="resolved", record=memory.record)
        for key, memory in told.items()
        if key not in now and key[0] in unjudged and key[1] not in unjudged[key[0]]
        for channel in channels
        if channel in memory.channels and channel not in memory.over
    ]
    return (*new, *over)


def after(told: Mapping[Key, Told], alert: Alert) -> dict[Key, Told]:
    """The memory after an alert was told; a finding that is over for all who knew of it is forgotten."""
    memory = told.get(alert.key) or Told(record=alert.record, channels=frozenset())
    if alert.event == "new":
        changed = Told(
            record=memory.record, channels=memory.channels | {alert.channel}, over=memory.over - {alert.channel}
        )
    else:
        changed = Told(record=memory.record, channels=memory.channels, over=memory.over | {alert.channel})
    rest = {key: value for key, value in told.items() if key != alert.key}
    return rest if changed.over >= changed.channels else {**rest, alert.key: changed}


def tell(
    told: Mapping[Key, Told],
    found: Sequence[SiteHealth],
    channels: Mapping[str, Channel],
    at: datetime,
    *,
    save: Callable[[Key, Told | None], object],
    may_go_on: Callable[[], bool] = lambda: True,
) -> tuple[int, tuple[AlertError, ...]]:
    """Tell all channels what is new to them; how many alerts were told, and why others were not: those come again.

    ``told`` is what was told before. ``save`` is given what each alert changes of it (None: to be forgotten) before the
    next is told: who is told must not be told again because we were killed. A channel that fails is not tried again in
    this look. ``may_go_on`` is asked before each alert.
    """
    done, errors, broken = 0, list[AlertError](), set[str]()
    for alert in alerts_due(told, found, tuple(channels))[:MAX_AT_ONCE]:
        if alert.channel in broken:
            continue
        if not may_go_on():
            break
        try:
            channels[alert.channel](alert.payload(at))
        except AlertError as error:
            errors.append(error)
            broken.add(alert.channel)
            continue
        told = after(told, alert)
        save(alert.key, told.get(alert.key))
        done += 1
    return done, tuple(errors)
