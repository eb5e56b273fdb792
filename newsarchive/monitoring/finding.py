"""Finding: something about a site that is not as its own history says it should be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is, if it is true."""

    WRONG = "wrong"
    """Articles, or parts of all of them, are being lost now."""
    LOOK = "look"
    """Unusual; a person should look whether it is the site or us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look at."""

    site: str
    """Its short name; ``(workers)`` where it is none of a site."""
    kind: str
    """A short code: ``no-crawl``, ``crawls-failing``, ``stale``, ``few-articles``, ``many-articles``, ``field-gone``,
    ``field-rarer``, ``text-shorter``, ``dead-feed``, ``dead-sitemap``, ``unreadable``, ``blocked``, ``failing``,
    ``no-worker``, ``worker-lost``."""
    subject: str | None = None
    """The field or feed it is about; None for the site as a whole."""
    severity: Severity
    message: str
    """One line for a person, with the figures that it rests on."""
    next_step: str
    """What to do about it."""
    url: str | None = None
    """A page or feed that shows it."""
    last_good_url: str | None = None
    """The last page that did not show it yet."""
    since: datetime | None = None
    """When it began, as far as that can be told."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same finding the next time, however its figures have changed."""
        return self.site, self.kind, self.subject or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one rule says of a site."""

    findings: tuple[Finding, ...] = ()
    lacking: str | None = None
    """What the rule would need to judge, like ``4 weeks of articles``; None if it could."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteHealth:
    """What all rules say of a site."""

    site: str
    findings: tuple[Finding, ...]
    """The worst first."""
    lacking: tuple[str, ...]
    """What could not be judged yet, and what for."""
    unjudged: frozenset[str] = frozenset()
    """Kinds of findings of which nothing can be said now, so that an earlier one is neither confirmed nor over."""

    @property
    def state(self) -> str:
        """``wrong``, ``look``, ``young`` (nothing found, but something could not be judged yet) or ``ok``."""
        if self.findings:
            return str(self.findings[0].severity)
        return "young" if self.lacking else "ok"
