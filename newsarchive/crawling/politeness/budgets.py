"""Budgets: how much of a crawl a form of address may cost, by what it has given so far; and a host, in one day.

An endless space of pages (a calendar, combinations of facets, addresses with a session's id) is endless in few forms of
address (``discovery.url_shape``). A page that gives an article the crawl did not have yet pays for the next ones of its
form; one that gives none, or the same text again, costs. So forms that give articles go on for as long as they do,
and others end after some pages. Pages that fail (time-outs, 5xx, walls) cost nothing: they say nothing of their form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from newsarchive.discovery.article_urls import pattern_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many barren pages something may cost."""

    start: int
    refill: int
    """What a page with an article adds."""
    most: int


FORM = Allowance(start=20, refill=10, most=500)
"""Of one form. One article in eleven pages is enough to go on; an old sitemap may name 500 deleted ones in a row."""
PARAMETERS = Allowance(start=50, refill=10, most=1000)
"""Of all addresses of one path that have parameters, whichever: facets combine to ever new forms."""
OTHERS = Allowance(start=1000, refill=10, most=10_000)
"""Of all forms together that have given nothing: random words make ever new forms, too."""


class Purse:
    """One allowance and what is left of it."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self.left = allowance.start

    def pay(self) -> None:
        """A page gave nothing."""
        self.left = max(0, self.left - 1)

    def earn(self) -> None:
        """A page gave an article."""
        self.left = min(self._allowance.most, self.left + self._allowance.refill)


class PatternBudgets:
    """The budgets of one crawl. An address may be asked for while every purse it would be paid from holds something."""

    def __init__(self) -> None:
        self._forms: dict[str, Purse] = {}
        self._paths: dict[str, Purse] = {}
        self._others = Purse(OTHERS)
        self._fruitful: set[str] = set()
        self._texts: set[str] = set()

    def why_not(self, url: str) -> str | None:
        """Why an address is not to be asked for any more, as a sentence; None: it may be."""
        form, path = _form_and_path(url)
        if form in self._forms and not self._forms[form].left:
            return f"the last pages like {form} gave no new article"
        if path is not None and path in self._paths and not self._paths[path].left:
            return f"the last pages like {path} gave no new article, whatever their parameters"
        if form not in self._fruitful and not self._others.left:
            return f"{OTHERS.start} pages of unknown forms gave no article"
        return None

    def gave_text(self, url: str, digest: str) -> None:
        """A page gave the article with that digest of its text; the same text under another address is barren."""
        if digest in self._texts:
            self.gave_nothing(url)
            return
        self._texts.add(digest)
        form, path = _form_and_path(url)
        self._fruitful.add(form)
        for purse in self._purses(form, path):
            purse.earn()
        self._others.earn()

    def gave_nothing(self, url: str) -> None:
        """A page gave no article, or one that the crawl has under another address."""
        form, path = _form_and_path(url)
        for purse in self._purses(form, path):
            purse.pay()
        if form not in self._fruitful:
            self._others.pay()

    def _purses(self, form: str, path: str | None) -> list[Purse]:
        purses = [self._forms.setdefault(form, Purse(FORM))]
        if path is not None:
            purses.append(self._paths.setdefault(path, Purse(PARAMETERS)))
        return purses


def _form_and_path(url: str) -> tuple[str, str | None]:
    """The form of an address, and that of its path alone if it has parameters."""
    try:
        form = pattern_of(url)
        return form, pattern_of(urlsplit(url)._replace(query="").geturl()) + "?…" if "?" in form else None
    except ValueError:  # too long to have one
        return "…", None


class DailyBudget:
    """How many requests each host may still have today. Days are UTC's.

    Of other crawls it knows what it was begun with: not what they ask at the same time, nor on a day that begins later.
    """

    def __init__(self, most: int, today: date, spent: Mapping[str, int]) -> None:
        """``spent`` is what earlier crawls asked of each host on the day ``today``."""
        self._most = most
        self._day = today
        self._spent = Counter(spent)

    def spend(self, host: str, today: date) -> str | None:
        """Count a request that is about to be sent; why it must not be, as a sentence, if nothing is left for it."""
        why = self.why_not(host, today)
        if why is None:
            if today != self._day:
                self._day, self._spent = today, Counter()
            self._spent[host] += 1
        return why

    def why_not(self, host: str, today: date) -> str | None:
        """Why a host is not to be asked any more today, as a sentence; None: it may be."""
        if today != self._day or self._spent[host] < self._most:
            return None
        return f"{self._spent[host]} requests to {host} today; the setting daily_budget allows {self._most}"
