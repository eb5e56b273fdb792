"""The headline: chosen among everything that claims to be it, by what independent places agree on.

The first ``<h1>`` is right on three pages of four and so is each of JSON-LD, ``og:title`` and ``<title>``, but on
different ones: an ``<h1>`` may be the logo, ``og:title`` a version for search engines or with the site's name
behind it, JSON-LD a shorter one. Each claim votes for itself and for what is left of it without a kicker in front or a
site's name behind. What most of the weight goes to is the headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from newsarchive.parsers.found import Found
from newsarchive.parsers.metadata import article_node, find_publisher, strings
from newsarchive.parsers.page import Page
from newsarchive.parsers.text import element_line, letters, one_line

MAX_HEAD_LINES = 8
"""Lines of one piece among which a headline is looked for."""
MAX_HEADINGS = 12
"""How many ``<h1>`` and ``<h2>`` each are looked at."""
MAX_HEADLINE_CHARS = 500
MIN_LETTERS = 2

# Between headline and site name, kicker and headline. A colon or hyphen counts only with space beside it.
_SEPARATOR = re.compile(r"\s+[|\-–—·•»«:/~]{1,2}\s+|\s*[|｜ㅣ]\s*|\s*[：]\s*|:\s+|--|__|\s+\.\s+")
_WEIGHTS = {
    "h1": 0.6,
    "h1-later": 0.8,
    "h1-part": 0.3,
    "h2": 0.0,
    "h2-part": -0.3,
    "json-ld": 1.3,
    "json-ld-part": -0.6,
    "og": 1.0,
    "og-part": 1.2,
    "itemprop": 0.2,
    "itemprop-part": 1.0,
    "meta": -0.1,
    "meta-part": 0.4,
    "twitter": -1.0,
    "twitter-part": -0.3,
    "title": 0.4,
    "title-part": 0.6,
}
"""How much each claim counts for a wording; ``-part`` is what is left of a claim without kicker or site name.

These and the terms of :attr:`_Candidate.score` are a conditional logit over the candidates of a page, fitted on 716
pages with a known headline and rounded. Fitted on the one half of the publishers it is right on 84 to 94% of the other
half's pages, by source; the rest are pages that show readers one headline and machines another.
"""
_VISIBLE = frozenset({"h2", "h2-part", "h1-later"})
_STATED = frozenset({"json-ld", "og", "itemprop", "twitter", "meta"})
_HEADED = frozenset({"h1", "h1-later", "h1-part", "h2", "h2-part"})
_FULL = frozenset({"h1", "json-ld", "og", "itemprop", "twitter", "meta"})
SHORT_CHARS = 25
_RANK = ("h1", "h1-later", "h2", "json-ld", "itemprop", "og", "meta", "twitter", "title")
"""Whose spelling is taken of those that say the same."""


@dataclass(slots=True)
class _Candidate:
    """One wording and who stands for it."""

    text: str
    rank: int
    source: str
    votes: set[str] = field(default_factory=set)
    similarity: float = 0.0
    """Share of the address's words that it has."""

    @property
    def score(self) -> float:
        """How likely it is the headline, in the units of a logit."""
        votes = self.votes
        score = sum(_WEIGHTS[vote] for vote in votes) + 2.2 * self.similarity
        if votes & _STATED:
            is_in_title = bool(votes & {"title", "title-part"})
            if "title" not in votes:
                score += 1.1  # <title> is the version for search engines where a page has two
            if votes & _VISIBLE:  # a second heading that metadata call the headline: the one readers see
                score += 1.0 if is_in_title else 2.0
        if votes >= {"h1", "og"}:
            score += 1.1
        if votes >= {"json-ld", "og"}:
            score += 0.2
        if not votes & _HEADED:
            score -= 1.0
        if not votes & _FULL:
            score -= 1.7
        return score - 1.4 * max(0.0, 1 - len(self.text) / SHORT_CHARS)


def find_headline(page: Page) -> Found[str] | None:
    """The headline a reader sees, without kicker and site name; None if the page has none."""
    candidates = _candidates(page)
    if candidates:
        best = max(candidates, key=lambda candidate: candidate.score)
        return Found(best.text, best.source)
    for hints in page.capture.hints:
        if hints.headline and one_line(hints.headline):
            return Found(one_line(hints.headline), hints.source.value)
    return None


def headline_position(page: Page) -> int | None:
    """The index of the outline's piece that is the headline, else of the first ``<h1>``; None if there is neither.

    On a page without ``<h1>`` it may also be a piece one of whose lines is the headline.
    """
    headline = page.once(find_headline)
    key = letters(headline.value) if headline else ""
    pieces = page.outline.pieces
    if key:
        for piece in pieces:
            if len(piece.text) < 2 * len(key) + 40 and letters(piece.text) == key:
                return piece.index
    for piece in pieces:
        if piece.box.tag == "h1":
            return piece.index
    for piece in pieces:
        if key and "\n" in piece.text and any(letters(line) == key for line in piece.text.split("\n")[:MAX_HEAD_LINES]):
            return piece.index
    return None


def headline_claims(page: Page) -> Iterator[tuple[str, str]]:
    """Each place that may hold the headline, as its text and its source's name; headings in document order."""
    for number, element in enumerate(page.elements("h1")[:MAX_HEADINGS]):
        yield element_line(element), "h1" if number == 0 else "h1-later"
    lower = page.elements("h2") if page.elements("h1") else page.elements("h2") + page.elements("h3")
    for element in lower[:MAX_HEADINGS]:
        yield element_line(element), "h2"
    node = page.once(article_node)
    if node is not None:
        for text in strings(node.get("headline") or node.get("name")):
            yield text, "json-ld"
            break
    for source, names in (
        ("itemprop", ("headline",)),
        ("meta", ("dc.title", "parsely-title", "sailthru.title", "cxenseparse:title", "title")),
        ("og", ("og:title",)),
        ("twitter", ("twitter:title",)),
    ):
        value = page.meta_first(*names)
        if value:
            yield one_line(value), source
    if page.title:
        yield one_line(page.title), "title"


def _candidates(page: Page) -> list[_Candidate]:
    claims = [(text, source) for text, source in headline_claims(page) if len(letters(text)) >= MIN_LETTERS]
    names = page.once(site_names)
    found: dict[str, _Candidate] = {}

    def vote(text: str, source: str, weight_name: str) -> None:
        key = letters(text)
        if len(key) < MIN_LETTERS or len(text) > MAX_HEADLINE_CHARS:
            return
        rank = _RANK.index(source) + (0 if weight_name == source else len(_RANK))
        candidate = found.get(key)
        if candidate is None:
            candidate = found[key] = _Candidate(text, rank, source)
        elif rank < candidate.rank:
            candidate.text, candidate.rank, candidate.source = text, rank, source
        candidate.votes.add(weight_name)

    heading_keys: list[tuple[str, str]] = []
    for text, source in claims:
        text = text if source in ("h1", "h1-later", "h2") else _without_site_name(text, names)
        if letters(text) in names:
            continue
        vote(text, source, source)
        base = source.removesuffix("-later")
        for part in _parts(text):
            if letters(part) not in names:
                vote(part, source, f"{base}-part")
        if base in ("h1", "h2"):
            heading_keys.append((base, letters(text)))
    # A heading whose markup sets the kicker off by nothing but an element: "Premier League Liverpool lose".
    for key, candidate in found.items():
        if len(key) >= 12 and candidate.rank < len(_RANK):
            for base, heading in heading_keys:
                if heading != key and heading.endswith(key):
                    candidate.votes.add(f"{base}-part")
    words = _address_words(page)
    if words:
        for key, candidate in found.items():
            candidate.similarity = sum(word in key for word in words) / len(words)
    return list(found.values())


def site_names(page: Page) -> frozenset[str]:
    """What the site calls itself, and the parts of its host's name, as letters."""
    host = (urlsplit(page.url).hostname or "").removeprefix("www.")
    labels = {letters(host), *(letters(label) for label in host.split(".")[:-1] if len(label) > 2)}
    return frozenset(page.once(publisher_names) | labels) - {""}


def publisher_names(page: Page) -> frozenset[str]:
    """What the site and its publisher call themselves, as letters."""
    names = {letters(value) for name in ("og:site_name", "application-name") for value in page.meta.get(name, ())}
    publisher = page.once(find_publisher)
    if publisher:
        names.add(letters(publisher.value))
    return frozenset(names) - {""}


def _without_site_name(text: str, names: frozenset[str]) -> str:
    """``text`` without a site's name behind or in front: "Peace at last - The Eye"."""
    while True:
        marks = list(_SEPARATOR.finditer(text))
        if not marks:
            return text
        first, last = marks[0], marks[-1]
        if letters(text[last.end() :]) in names:
            text = text[: last.start()]
        elif letters(text[: first.start()]) in names:
            text = text[first.end() :]
        else:
            return text


def _parts(text: str) -> Iterator[str]:
    """What stands before and behind each separator."""
    for mark in _SEPARATOR.finditer(text):
        for part in (text[: mark.start()], text[mark.end() :]):
            if len(part) >= 10:
                yield part


def _address_words(page: Page) -> list[str]:
    """Words of the address's last path segments, which newsrooms make of the headline."""
    parts = urlsplit(page.url)
    pieces = [piece for piece in unquote(f"{parts.path}/{parts.query}").split("/") if piece]
    best = max((re.findall(r"[^\W\d_]{4,}", piece) for piece in pieces[-4:]), key=len, default=[])
    return [letters(word) for word in best[:15]] if len(best) >= 3 else []
