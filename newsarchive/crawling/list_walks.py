"""Walking lists to their end: whether the page after the one just read is asked for. Pure.

A list (a section, a tag, the archive of a month) is followed from page to page, in order. It ends with

- its last page: none follows, or what follows was read as a page of another list;
- a page that names no article it had not named before: pages that repeat, or that answer whatever their number;
- a page whose articles are all from before the days that are wanted, as far as their dates are known, unless the list
  goes from old to new;
- the budget of its form of address (``politeness/budgets.py``): first pages have to name what no list had named,
  further ones articles. So a list of invented addresses ends, and so do tags, of which there are ever
  more, that name nothing new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from newsarchive.crawling.plan import BEFORE_SINCE
from newsarchive.crawling.politeness.budgets import PatternBudgets
from newsarchive.discovery.address_dates import DateArchive
from newsarchive.discovery.links import PageLink
from newsarchive.urls import identity_url


class End(StrEnum):
    """Why a list is not followed any further; the ledger's reasons."""

    NOTHING_NEW = "nothing-new"
    BEFORE_SINCE = BEFORE_SINCE
    BUDGET = "budget"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An article's address on a page of a list, and what is known of it."""

    url: str
    published_at: datetime | None
    """None: not known."""
    is_old: bool
    """Whether it is from before the days that are wanted."""
    is_article: bool | None
    """Whether a page was read there and is an article; None: nobody has asked yet."""


@dataclass(slots=True, kw_only=True)
class ListWalk:
    """One list, and how far it has been followed."""

    url: str
    """Of the page that was read last."""
    archive: DateArchive | None = None
    """What the list's address tells of its days, if it goes by dates."""
    number: int = 0
    """How many pages were read."""
    fresh: list[PageLink] = field(default_factory=list)
    """Links of the last page that no page before it had, in page order."""
    following: str | None = None
    """The page that follows, by the links of the last one."""
    _seen: set[str] = field(default_factory=set)

    def turn(self, url: str, links: Iterable[PageLink], following: str | None) -> None:
        """Note what the next page of the list names."""
        self.url, self.following = url, following
        self.number += 1
        self.fresh = []
        for link in links:
            identity = identity_url(link.url)
            if identity not in self._seen:
                self._seen.add(identity)
                self.fresh.append(link)


class ListWalks:
    """What all lists of one crawl have given, and whether one goes on."""

    def __init__(self) -> None:
        self._budgets = PatternBudgets()
        self._listed: set[str] = set()
        self._rated: set[str] = set()

    def why_not(self, url: str) -> str | None:
        """Why no more pages of this form are asked for, as a sentence; None: they may be."""
        return self._budgets.why_not(url)

    def gave_nothing(self, url: str) -> None:
        """Note that a page of a list is not there."""
        self._budgets.gave_nothing(url)

    def rate(self, walk: ListWalk, listed: Sequence[Listed]) -> bool:
        """Note what the last page of a list gave: of ``listed``, its fresh articles; whether it gave anything."""
        urls = {entry.url for entry in listed}
        unknown = urls - self._listed
        self._listed |= urls
        gave = any(entry.is_article is not False and (walk.number > 1 or entry.url in unknown) for entry in listed)
        if walk.url not in self._rated:
            self._rated.add(walk.url)
            if gave:
                self._budgets.gave_text(walk.url, walk.url)
            else:
                self._budgets.gave_nothing(walk.url)
        return gave

    def end_of(self, walk: ListWalk, listed: Sequence[Listed]) -> End | None:
        """Why a list ends behind the page that was read last, if it does."""
        if not listed:
            return End.NOTHING_NEW
        if _is_behind(listed):
            return End.BEFORE_SINCE
        if walk.following is not None and self.why_not(walk.following) is not None:
            return End.BUDGET
        return None


def _is_behind(listed: Sequence[Listed]) -> bool:
    """Whether all that is known to have a date is too old, and the list does not rise from old to new."""
    dated = [entry for entry in listed if entry.is_old or entry.published_at is not None]
    if not dated or not all(entry.is_old for entry in dated):
        return False
    times = [entry.published_at for entry in dated if entry.published_at is not None]
    return not (len(set(times)) > 1 and all(earlier <= later for earlier, later in pairwise(times)))
