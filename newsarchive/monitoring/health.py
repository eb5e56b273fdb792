"""The health of a site: all rules asked, the worst finding first. Pure: a history and a clock in, findings out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from newsarchive.monitoring.crawls import blocked, failing, no_crawl, unreadable
from newsarchive.monitoring.finding import Finding, Severity, SiteHealth, Verdict
from newsarchive.monitoring.history import SiteHistory
from newsarchive.monitoring.layout import layout
from newsarchive.monitoring.sources import sources
from newsarchive.monitoring.volume import stale, volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule, and the kinds of findings it may make."""

    topic: str
    judge: Callable[[SiteHistory, datetime], Verdict]
    kinds: frozenset[str]


RULES = (
    Rule(topic="crawls", judge=no_crawl, kinds=frozenset({"no-crawl", "crawls-failing"})),
    Rule(topic="new articles", judge=stale, kinds=frozenset({"stale"})),
    Rule(topic="volume", judge=volume, kinds=frozenset({"few-articles", "many-articles"})),
    Rule(topic="fields", judge=layout, kinds=frozenset({"field-gone", "field-rarer", "text-shorter"})),
    Rule(topic="feeds", judge=sources, kinds=frozenset({"dead-feed", "dead-sitemap"})),
    Rule(topic="blocked", judge=blocked, kinds=frozenset({"blocked"})),
    Rule(topic="unreadable", judge=unreadable, kinds=frozenset({"unreadable"})),
    Rule(topic="failing", judge=failing, kinds=frozenset({"failing"})),
)
"""In the order in which their findings are told."""


def health_of(history: SiteHistory, now: datetime) -> SiteHealth:
    """What the rules say of a site at a moment."""
    verdicts = [(rule, rule.judge(history, now)) for rule in RULES]
    found = [finding for _, verdict in verdicts for finding in verdict.findings]
    crawls, *others = RULES
    if any(finding.kind in crawls.kinds for finding in found):
        # without crawls there is nothing new to say of what they bring
        unjudged = frozenset[str]().union(*(rule.kinds for rule in others))
        found = [finding for finding in found if finding.kind in crawls.kinds]
    else:
        unjudged = frozenset[str]().union(*(rule.kinds for rule, verdict in verdicts if verdict.lacking))
    lacking = [f"{rule.topic}: too little history, {v.lacking} wanted" for rule, v in verdicts if v.lacking]
    return SiteHealth(site=history.site, findings=worst_first(found), lacking=tuple(lacking), unjudged=unjudged)


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order in which a person should look at them."""
    return tuple(sorted(findings, key=lambda finding: list(Severity).index(finding.severity)))
