"""Candidate: an address some source named, with what the source said of it."""

from __future__ import annotations

from dataclasses import dataclass

from newsarchive.model.capture import Hints


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An address that may be an article's."""

    url: str
    """Absolute, http or https, without a fragment; tracking parameters still on it."""
    hints: Hints | None
    """What a feed or sitemap said of it; None for a plain link."""
    found_on: str
    """The address of the feed, sitemap or page that named it."""
