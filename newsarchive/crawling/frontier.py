"""The frontier: which of the addresses a site names are fetched as articles now, which later, which never.

Feeds and news sitemaps name articles, so those are fetched. Links and plain sitemaps name anything: their addresses are
judged by the site's model (``discovery.article_urls``). No form of address is trusted far before a page of it has
turned out to be an article, so that a calendar or a tag cloud costs some pages and not the crawl; and of forms that
look like nothing known, a few are tried, for that is how a site with ``/a/12345`` is learnt.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from newsarchive.discovery.article_urls import ArticleUrlModel, Evidence, Judgement, pattern_of
from newsarchive.discovery.candidate import Candidate
from newsarchive.discovery.links import PageLink
from newsarchive.model.capture import Hints, HintSource
from newsarchive.urls import identity_url, same_site

UNCONFIRMED_LIMIT = 10
"""Addresses of one form that are fetched before the first of them has turned out to be an article."""
TRIAL_LIMIT = 3
"""Addresses of one form that are fetched although they do not look like articles."""
TRIALS_A_CRAWL = 30
"""Such addresses in all."""
MIN_TRIAL_SCORE = 0.15
"""What is less likely an article than this is never tried."""

_EVIDENCE = {HintSource.FEED: Evidence.FEED, HintSource.NEWS_SITEMAP: Evidence.NEWS_SITEMAP}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doubtful:
    """An address that waits until more is known of its form."""

    candidate: Candidate
    link: PageLink | None
    pattern: str


class Frontier:
    """The addresses of one crawl of one site; each is given out at most once, in its identity form.

    The order in which sources are read changes when an address is fetched, hardly whether.
    """

    def __init__(self, home_url: str, model: ArticleUrlModel, *, unconfirmed_limit: float = UNCONFIRMED_LIMIT) -> None:
        self._home_url = home_url
        self._model = model
        self._unconfirmed_limit = unconfirmed_limit
        self._seen = {hash(identity_url(home_url))}
        """Digests of 8 bytes, of those that were given out. That two of a million addresses share one has a chance of
        one in thirty million."""
        self._forgotten: set[int] = set()
        """Digests of those that were dealt with since; of them nothing is kept."""
        self._hints: dict[str, tuple[Hints, ...]] = {}
        self._spellings: dict[str, str] = {}
        self._doubtful: dict[str, _Doubtful] = {}
        self._confirmed: set[str] = set()
        self._unconfirmed: Counter[str] = Counter()
        self._trials: Counter[str] = Counter()

    def exclude(self, url: str) -> bool:
        """Note that an address is used for something else (a section, a feed); False if it was given out before."""
        url = identity_url(url)
        self._doubtful.pop(url, None)
        if self._was_given(url):
            return False
        self._seen.add(hash(url))
        return True

    def offer(self, candidate: Candidate, link: PageLink | None = None) -> str | None:
        """Take an address a source named: the address to fetch now, or None.

        None also for addresses of other sites, ones given out before, and ones that wait for :meth:`settle`.
        """
        try:
            url = identity_url(candidate.url)
        except ValueError:
            return None
        if not same_site(self._home_url, url):
            return None
        spelled, _, _ = candidate.url.partition("#")
        if spelled != url and not self._was_given(url):
            self._spellings.setdefault(url, spelled)
        hints = candidate.hints
        if hints is not None:
            if hash(url) not in self._forgotten:
                self._hints[url] = (*self._hints.get(url, ()), hints)
            evidence = _EVIDENCE.get(hints.source)
            if evidence is not None:
                self._model.learn(url, is_article=True, evidence=evidence)
                self._doubtful.pop(url, None)
                return self._give(url)
        if self._was_given(url) or url in self._doubtful:
            return None
        pattern = pattern_of(url)
        judgement = self._judge(url, candidate, link)
        if judgement.is_article and self._may_fetch(pattern):
            return self._give(url)
        if judgement.score >= MIN_TRIAL_SCORE:
            self._doubtful[url] = _Doubtful(candidate=candidate, link=link, pattern=pattern)
        return None

    def known_as(self, url: str) -> str:
        """The address under which another spelling was given out; the same if it is none that can be."""
        try:
            return identity_url(url)
        except ValueError:
            return url

    def hints_of(self, url: str) -> tuple[Hints, ...]:
        """What feeds and sitemaps have said of an address so far, a feed's word first."""
        order = list(HintSource)
        return tuple(sorted(self._hints.get(url, ()), key=lambda hints: order.index(hints.source)))

    def forget(self, url: str) -> None:
        """Drop what sources said of an address that was dealt with, and may say yet; it is not given out again."""
        self._seen.discard(hash(url))
        self._forgotten.add(hash(url))
        self._hints.pop(url, None)
        self._spellings.pop(url, None)

    def spelling_of(self, url: str) -> str | None:
        """How the source that named it first spelled an address, tracking and all; None if just so."""
        return self._spellings.get(url)

    def confirm(self, url: str, is_article: bool) -> None:
        """Learn what a page turned out to be, in this crawl or, if it is left alone in this one, before."""
        self._model.learn(url, is_article=is_article, evidence=Evidence.PARSED)
        if is_article:
            self._confirmed.add(pattern_of(url))

    def settle(self) -> list[tuple[str, str]]:
        """Judge again what waited, when nothing else is left to fetch: addresses, each with where it was found.

        An empty list ends the crawl.
        """
        chosen: list[tuple[str, str]] = []
        waiting = sorted(
            (
                (self._judge(url, doubtful.candidate, doubtful.link), url, doubtful)
                for url, doubtful in self._doubtful.items()
            ),
            key=lambda entry: (-entry[0].score, entry[1]),
        )
        for judgement, url, doubtful in waiting:
            pattern = doubtful.pattern
            if judgement.is_article:
                wanted = self._may_fetch(pattern)
            elif judgement.score < MIN_TRIAL_SCORE or pattern in self._confirmed:
                del self._doubtful[url]
                continue
            else:
                wanted = self._trials[pattern] < TRIAL_LIMIT and self._trials.total() < TRIALS_A_CRAWL
                self._trials[pattern] += wanted
            if wanted:
                del self._doubtful[url]
                self._seen.add(hash(url))
                chosen.append((url, doubtful.candidate.found_on))
        return chosen

    def _judge(self, url: str, candidate: Candidate, link: PageLink | None) -> Judgement:
        named_by = candidate.hints.source if candidate.hints is not None else None
        place, text = (link.place, link.text) if link is not None else (None, None)
        return self._model.judge(url, place=place, text=text, named_by=named_by)

    def _may_fetch(self, pattern: str) -> bool:
        if pattern in self._confirmed:
            return True
        self._unconfirmed[pattern] += 1
        return self._unconfirmed[pattern] <= self._unconfirmed_limit

    def _was_given(self, url: str) -> bool:
        return hash(url) in self._seen or hash(url) in self._forgotten

    def _give(self, url: str) -> str | None:
        if self._was_given(url):
            return None
        self._seen.add(hash(url))
        return url
