"""Which address is an article's: learnt from the site itself.

Sites give their articles addresses of a few forms. An address known to be an article's (a feed names it, its page
declares itself one, the parser found one there) speaks for all of its form, one known to be none against them. Four
patterns of each address are counted, from general to exact (`url_shape`), and the estimate of each is the prior of
the next: a chain of beta distributions. Without any evidence it rests on what addresses of news sites are like in
general (`url_prior`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from newsarchive.discovery.links import LinkPlace
from newsarchive.discovery.url_prior import Reason, article_prior
from newsarchive.discovery.url_shape import part_of, shape_of
from newsarchive.model.capture import HintSource

FORMAT = 1
"""Version of what `ArticleUrlModel.to_dict` gives."""
MAX_SAVED_PATTERNS = 5_000
"""Patterns kept when a model is saved: the ones with the most evidence. A site has some dozens."""

_LEVELS: tuple[tuple[str, float, float], ...] = (
    ("general", 4, 4),
    ("loose", 3, 6),
    ("form", 2, math.inf),
    ("exact", 1, math.inf),
)
"""Of each pattern in turn: how much evidence weighs as much as what is held so far, and how much counts at most.
What is known of others of a similar form says something, but never everything; the exact pattern is the address itself
for a section's page, so a single observation must count there."""


class Evidence(StrEnum):
    """How it is known what an address is. Names what may be passed to `ArticleUrlModel.learn`."""

    PARSED = "parsed"
    """The parser stored an article from it, or found a page of another kind. A soft 404, a bot wall or a parser's
    failure says nothing of the address and is not to be learnt."""
    DECLARED = "declared"
    """The page's JSON-LD or og:type says that it is an article, or something else."""
    FEED = "feed"
    """A feed names it."""
    NEWS_SITEMAP = "news-sitemap"
    """A news sitemap names it."""
    NAVIGATION = "navigation"
    """A menu leads to it. Says something of this address only, and nothing if it looks like an article's: menus show
    articles, too."""


_PLACES = {LinkPlace.TEASER: 0.7, LinkPlace.NAVIGATION: -1.0, LinkPlace.FOOTER: -1.5}
_WEIGHTS = {
    Evidence.PARSED: 4,
    Evidence.DECLARED: 3,
    Evidence.FEED: 2,
    Evidence.NEWS_SITEMAP: 2,
    Evidence.NAVIGATION: 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether an address is held for an article's, and why."""

    is_article: bool
    score: float
    """0 to 1, an article from 0.5 on. Reads like a probability; it is not calibrated."""
    reasons: tuple[str, ...]
    """For a person, the weightiest first."""


class ArticleUrlModel:
    """What one site's addresses teach.

    Deterministic, and independent of the order in which it learns. What it has learnt from is not saved with it: in
    a later run the same feed counts again.

    >>> model = ArticleUrlModel()
    >>> model.judge("https://example.com/x/1042").is_article
    False
    >>> for number in range(1001, 1005):
    ...     model.learn(f"https://example.com/x/{number}", is_article=True, evidence=Evidence.FEED)
    >>> model.judge("https://example.com/x/1042").is_article
    True
    """

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, int]] = {}
        self._learnt: set[tuple[str, bool, Evidence]] = set()

    def learn(self, url: str, *, is_article: bool, evidence: Evidence) -> None:
        """Take note that an address is an article's, or is not.

        Each pair of address and evidence counts once; what is no http(s) address is ignored.
        """
        if (url, is_article, evidence) in self._learnt:
            return
        try:
            shape = shape_of(url)
        except ValueError:
            return
        self._learnt.add((url, is_article, evidence))
        patterns = shape.patterns()
        forms = set(patterns)
        if evidence is Evidence.NAVIGATION:
            if article_prior(shape)[0] > 0 or patterns.exact == patterns.form:
                return
            forms = {patterns.exact}
        weight = _WEIGHTS[evidence]
        for pattern in forms:
            articles, others = self._counts.get(pattern, (0, 0))
            self._counts[pattern] = (articles + weight, others) if is_article else (articles, others + weight)

    def judge(
        self,
        url: str,
        *,
        place: LinkPlace | None = None,
        text: str | None = None,
        named_by: HintSource | None = None,
    ) -> Judgement:
        """Say whether an address is an article's.

        ``place`` and ``text`` are those of a link to it, ``named_by`` the kind of source that names it, if one does.
        What is no http(s) address is no article; never raises.
        """
        try:
            shape = shape_of(url)
        except ValueError:
            return Judgement(is_article=False, score=0.0, reasons=("no http(s) address",))
        points, why = article_prior(shape)
        score = _probability(points)
        reasons = [(abs(value), f"{value:+.1f} {reason}") for value, reason in why]
        patterns = shape.patterns()
        seen: set[str] = set()
        for level, strength, most in _LEVELS:
            pattern = getattr(patterns, level)
            articles, others = self._counts.get(pattern, (0, 0))
            if pattern in seen or not articles + others:
                continue
            seen.add(pattern)
            weight = min(1.0, most / (articles + others))
            score = (articles * weight + strength * score) / ((articles + others) * weight + strength)
            reasons.append((20.0 + len(seen), f"{pattern}: evidence {articles} for, {others} against an article"))
        total = _points(score)
        for value, reason in _circumstances(place, text, named_by):
            total += value
            reasons.append((abs(value), f"{value:+.1f} {reason}"))
        reasons.sort(key=lambda reason: -reason[0])
        score = _probability(total)
        return Judgement(is_article=score >= 0.5, score=round(score, 4), reasons=tuple(text for _, text in reasons))

    def to_dict(self) -> dict[str, Any]:
        """The model in JSON's types, to be kept with the site. Equal models give equal dicts."""
        kept = sorted(self._counts.items(), key=lambda item: (-sum(item[1]), item[0]))[:MAX_SAVED_PATTERNS]
        return {"format": FORMAT, "patterns": {pattern: list(counts) for pattern, counts in sorted(kept)}}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """The model that `to_dict` gave. Raises ValueError for anything else."""
        model = cls()
        patterns = saved.get("patterns")
        if saved.get("format") != FORMAT or not isinstance(patterns, Mapping):
            raise ValueError(f"not a saved model of addresses in format {FORMAT}")
        for pattern, counts in patterns.items():
            match counts:
                case [int(articles), int(others)] if articles >= 0 and others >= 0:
                    model._counts[str(pattern)] = (articles, others)
                case _:
                    raise ValueError(f"evidence of {pattern!r} is not two counts")
        return model


def pattern_of(url: str) -> str:
    """The form of an address, the same for all pages of a calendar, a tag cloud or a paged list.

    For budgets: an endless space of pages is endless in few patterns. Raises ValueError for what is no http(s) address.

    >>> pattern_of("https://example.com/calendar?month=2023-05"), pattern_of("https://example.com/tag/floods")
    ('example.com/calendar?month={date}', 'example.com/tag/{word}')
    """
    return shape_of(url).patterns().form


def _circumstances(place: LinkPlace | None, text: str | None, named_by: HintSource | None) -> list[Reason]:
    """What speaks for or against this one address besides its form."""
    found: list[Reason] = []
    if named_by in (HintSource.FEED, HintSource.NEWS_SITEMAP):
        found.append((4.0, f"named by a {named_by.value.replace('-', ' ')}"))
    if place in _PLACES:
        found.append((_PLACES[place], f"linked from: {place.value}"))
    words = part_of(text).words if text else 0
    if words >= 5:
        found.append((1.0, "its link reads like a headline"))
    elif 1 <= words <= 2:
        found.append((-0.7, "its link is a word or two"))
    return found


def _probability(points: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, points))))


def _points(probability: float) -> float:
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))
