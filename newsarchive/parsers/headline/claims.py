"""Everything on a page that may be its headline, and the wordings that come of it.

A claim is a place (the first ``<h1>``, ``og:title``, …) and its text. Each stands for its own wording, and for what is
left of it without a kicker in front or a site's name behind. Wordings with the same letters are one candidate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from newsarchive.parsers.metadata import article_node, find_publisher, strings
from newsarchive.parsers.page import Page
from newsarchive.parsers.text import Element, element_line, letters, one_line

MAX_HEADINGS = 12
"""How many ``<h1>`` are looked at, and how many headings below it."""
MAX_HEADLINE_CHARS = 500
MAX_PART_CHARS = 300
"""A longer claim is not taken apart."""
MIN_LETTERS = 2
MIN_PART_CHARS = 10
MAX_CHILDREN = 8
"""Elements a heading may consist of to be taken apart at their edges."""

# Between headline and site name, kicker and headline. A colon or hyphen counts only with space beside it, a bare
# hyphen or underscore also between ideographs.
_SEPARATOR = re.compile(
    r"\s[|\-–—·•»«:/~]{1,2}\s|\s?[|｜ㅣ]\s?|\s?：\s?|:\s|--|__|\s\.\s|(?<=[！？」』”\u3040-\u9fff])[-_](?=[\u3040-\u9fff])"
)
_MARK = re.compile(r"[|\-–—·•»«:/~｜ㅣ：_.]")
MAX_MARKS = 12
"""Separators of a claim that are looked at."""
HEADINGS = ("h1", "h1-later", "h2")
STATED = ("json-ld", "itemprop", "meta", "og", "twitter")
RANK = (*HEADINGS, *STATED, "title")
"""All places, in the order in which the spelling is taken of those that say the same."""
_RANKS = {source: rank for rank, source in enumerate(RANK)}
_META = (
    ("itemprop", ("headline",)),
    ("meta", ("dc.title", "parsely-title", "sailthru.title", "cxenseparse:title", "title")),
    ("og", ("og:title",)),
    ("twitter", ("twitter:title",)),
)


class Claim(NamedTuple):
    """One place and what it says."""

    text: str
    source: str
    """One of ``RANK``."""
    key: str
    """The text's letters."""
    element: Element | None = None
    """The heading; None for what only machines see."""


@dataclass(slots=True, eq=False)
class Candidate:
    """One wording and who stands for it."""

    key: str
    text: str
    rank: int
    source: str
    votes: set[str] = field(default_factory=set)
    """Places that say just this, and ``<kind>-front``, ``<kind>-back``, ``heading-inner`` where it is a part of one."""
    claims: list[Claim] = field(default_factory=list)
    """The headings among the places that say just this."""


def claims_of(page: Page) -> tuple[Claim, ...]:
    """Each place that may hold the headline; headings first, in document order."""
    claims: list[Claim] = []
    keys: dict[str, str] = {}  # most places say the same
    for text, source, element in _told(page):
        if len(text) <= 4 * MAX_HEADLINE_CHARS:
            key = keys.get(text)
            if key is None:
                key = keys[text] = letters(text)
            if len(key) >= MIN_LETTERS:
                claims.append(Claim(text, source, key, element))
    return tuple(claims)


def _told(page: Page) -> Iterator[tuple[str, str, Element | None]]:
    first = True
    for element in page.elements("h1")[:MAX_HEADINGS]:
        text = element_line(element)
        if text:
            yield text, "h1" if first else "h1-later", element
            first = False
    lower = page.elements("h2") if not first else page.elements("h2") + page.elements("h3")
    for element in lower[:MAX_HEADINGS]:
        yield element_line(element), "h2", element
    node = page.once(article_node)
    if node is not None:
        for text in strings(node.get("headline") or node.get("name")):
            yield text, "json-ld", None
            break
    for source, names in _META:
        value = page.meta_first(*names)
        if value:
            yield one_line(value), source, None
    if page.title:
        yield one_line(page.title), "title", None


def candidates_of(page: Page) -> list[Candidate]:
    """The wordings of all claims but the site's own name."""
    names = page.once(site_names)
    found: dict[str, Candidate] = {}

    def vote(text: str, key: str, claim: Claim, kind: str) -> None:
        if len(key) < MIN_LETTERS or len(text) > MAX_HEADLINE_CHARS or key in names:
            return
        rank = _RANKS[claim.source] + (0 if kind == claim.source else len(RANK))
        candidate = found.get(key)
        if candidate is None:
            candidate = found[key] = Candidate(key, text, rank, claim.source)
        elif rank < candidate.rank:
            candidate.text, candidate.rank, candidate.source = text, rank, claim.source
        candidate.votes.add(kind)
        if claim.element is not None and kind == claim.source:
            candidate.claims.append(claim)

    def take(claim: Claim, kind: str) -> str:
        text = claim.text if claim.element is not None else _without_site_name(claim.text, names)
        vote(text, claim.key if text == claim.text else letters(text), claim, claim.source)
        if claim.key not in names and len(text) <= MAX_PART_CHARS:
            for part, key, side in _parts(text):
                vote(part, key, claim, f"{kind}-{side}")
        return text

    headings: list[tuple[Claim, Element]] = []
    for claim in page.once(claims_of):
        if claim.element is not None:
            headings.append((claim, claim.element))
        else:
            take(claim, "title" if claim.source == "title" else "stated")
    stated = tuple(found)
    for claim, element in headings:
        # Of a lower heading only a part that a statement repeats is looked for: "Sport" + "Liverpool lose".
        if claim.source == "h2" and not any(key in claim.key for key in stated):
            vote(claim.text, claim.key, claim, "h2")
            continue
        text = take(claim, "heading")
        if len(element) and claim.key not in names and len(text) <= MAX_PART_CHARS:
            for part in _inner(element):
                key = letters(part)
                if part != text and (claim.source != "h2" or any(key in other for other in stated)):
                    vote(part, key, claim, "heading-inner")
    return list(found.values())


@lru_cache(maxsize=64)
def _parts(text: str) -> tuple[tuple[str, str, str], ...]:
    """What stands before and behind each separator, with its letters and its side; what is too short left out.

    Cached because most places of a page say the same.
    """
    found: list[tuple[str, str, str]] = []
    for start, end in _marks(text)[:6]:
        for part, side in ((text[:start].rstrip(), "front"), (text[end:].lstrip(), "back")):
            if len(part) >= MIN_PART_CHARS:
                found.append((part, letters(part), side))
    return tuple(found)


@lru_cache(maxsize=64)
def _marks(text: str) -> tuple[tuple[int, int], ...]:
    """Where the first separators begin and end."""
    found: list[tuple[int, int]] = []
    end = at = 0
    # Each has one of these characters, first or behind a space; the whole expression at each letter takes long.
    while len(found) < MAX_MARKS and (mark := _MARK.search(text, at)):
        place = mark.start()
        cut = (_SEPARATOR.match(text, place - 1) if place > end else None) or _SEPARATOR.match(text, place)
        if cut is None:
            at = place + 1
        else:
            found.append(cut.span())
            end = at = cut.end()
    return tuple(found)


def _inner(heading: Element) -> Iterator[str]:
    """A heading without its first or its last element: ``<h1><span>Sport</span> Liverpool lose</h1>``."""
    box = heading
    while len(box) == 1 and not (box.text or "").strip() and not (box[0].tail or "").strip():
        box = box[0]
    if not 1 <= len(box) <= MAX_CHILDREN:
        return
    runs: list[str] = [one_line(box.text or "")]
    for child in box:
        runs.append(element_line(child) if isinstance(child.tag, str) and child.tag not in ("script", "style") else "")
        runs.append(one_line(child.tail or ""))
    runs = [run for run in runs if run]
    if len(runs) > 1:
        for part in (" ".join(runs[1:]), " ".join(runs[:-1]), runs[-1], runs[0]):
            if len(part) >= MIN_PART_CHARS:
                yield part


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


@lru_cache(maxsize=64)
def _without_site_name(text: str, names: frozenset[str]) -> str:
    """``text`` without a site's name behind or in front: "Peace at last - The Eye"."""
    for _ in range(4):
        marks = _marks(text)
        if not marks:
            return text
        first, last = marks[0], marks[-1]
        if letters(text[last[1] :]) in names:
            text = text[: last[0]].rstrip()
        elif letters(text[: first[0]]) in names:
            text = text[first[1] :].lstrip()
        else:
            return text
    return text
