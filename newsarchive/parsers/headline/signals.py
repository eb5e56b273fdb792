"""What speaks for and against each wording that may be a page's headline: named signals for the model that chooses.

Nothing here is about a host or a language: who says it, who says something else, whether readers see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

from newsarchive.parsers.headline.claims import STATED, Candidate, Claim, claims_of
from newsarchive.parsers.page import Page
from newsarchive.parsers.text import letters

SHORT_CHARS = 25
"""Shorter wordings are the less likely a headline the shorter they are."""
MAX_ADDRESS_WORDS = 15
MAX_HEAD_LINES = 8
"""Lines of one piece among which a headline is looked for."""
_MAIN = ("h1", "json-ld", "og")
"""The places most newsrooms fill with care; who of them agrees with whom is what tells most."""
_COMPARED = (*_MAIN, "title")
_FULL = frozenset({"h1", "h1-later", "h2", *STATED})
_HEADED = frozenset({"h1", "h1-later", "h2", "heading-front", "heading-back", "heading-inner"})
_LOWER = frozenset({"h1-later", "h2"})
_IN_TITLE = frozenset({"title", "title-front", "title-back"})
SHOWN = "shown"
"""The signal of :func:`longest_shown`."""
_ADDRESS_WORD = re.compile(r"[^\W\d_]{4,}")

Signals = dict[str, float]
"""Strength by name, between 0 and 1; a signal that is not there is 0."""


def signals_of(page: Page, candidates: Sequence[Candidate]) -> list[Signals]:
    """The signals of each candidate, in the same order; the caller adds the one of :func:`longest_shown`."""
    said = {claim.source: claim.key for claim in reversed(page.once(claims_of)) if claim.source in _COMPARED}
    sources = frozenset(said)
    own = urlsplit(page.url)
    words = _address_words(own)
    longest = max((len(candidate.text) for candidate in candidates), default=1)
    found = []
    for candidate in candidates:
        key, votes, chars = candidate.key, candidate.votes, len(candidate.text)
        signals = dict(_by_places(frozenset(votes), sources))
        for source, other in said.items():
            if source in votes:
                continue
            if key in other:
                signals[f"in-{source}"] = 1.0
                if other.endswith(key):
                    signals[f"ends-{source}"] = 1.0
            elif other in key:
                signals[f"holds-{source}"] = 1.0
        if words:
            signals["address"] = sum([word in key for word in words]) / len(words)
        signals["share-of-longest"] = chars / longest
        if chars < SHORT_CHARS:
            signals["short"] = 1 - chars / SHORT_CHARS
        for claim in candidate.claims:
            if target := _link(page, claim, own):
                signals[f"link-{target}"] = 1.0
                if target == "home" and claim.source == "h1":
                    signals["h1-link-home"] = 1.0
        found.append(signals)
    return found


def is_headed(candidate: Candidate) -> bool:
    """Whether a heading says it, or a part of one."""
    return not candidate.votes.isdisjoint(_HEADED)


def longest_shown(page: Page, candidates: Iterable[Candidate]) -> Candidate | None:
    """Of the wordings that no heading says the longest that readers see on a line of its own; None without one.

    It has the signal :data:`SHOWN`.

    Pages of the years before style sheets have no headings at all, and others set their headline in a ``<div>``. The
    shorter ones are the site's name in the page's header, or a kicker.
    """
    unheaded = {candidate.key: candidate for candidate in candidates if not is_headed(candidate)}
    if not unheaded:
        return None
    # Compatibility forms have other lengths.
    least, most = min(map(len, unheaded)) // 2, 2 * max(map(len, unheaded)) + 40
    starts = {key[0] for key in unheaded}
    longest = ""
    for piece in page.outline.pieces:
        text = piece.text
        if not least <= len(text) <= MAX_HEAD_LINES * most:
            continue
        for line in text.split("\n")[:MAX_HEAD_LINES] if "\n" in text else (text,):
            first = line[0].lower()  # asked first because it is cheap, and refuses most lines
            if (first in starts or not (first.isascii() and first.isalnum())) and least <= len(line) <= most:
                key = letters(line)
                if len(key) > len(longest) and key in unheaded:
                    longest, least = key, len(key) // 2
    return unheaded.get(longest)


@lru_cache(maxsize=1024)
def _by_places(votes: frozenset[str], said: frozenset[str]) -> Mapping[str, float]:
    """The signals that depend on nothing but who stands for a wording, and who of the main places says anything."""
    signals: Signals = dict.fromkeys(sorted(votes), 1.0)
    agreeing = [source for source in _MAIN if source in votes]
    against = [source for source in _MAIN if source in said and source not in votes]
    if agreeing:
        signals[f"says {' '.join(agreeing)}"] = 1.0
        if against:
            signals[f"says {' '.join(agreeing)} not {' '.join(against)}"] = 1.0
    is_stated = not votes.isdisjoint(STATED)
    is_seen = not votes.isdisjoint(_HEADED)
    if is_stated:
        if "title" not in votes:
            signals["stated-not-title"] = 1.0  # <title> is the version for search engines where a page has two
        if not votes.isdisjoint(_LOWER):  # a lower heading that metadata call the headline: the one readers see
            is_in_title = not votes.isdisjoint(_IN_TITLE)
            signals["lower-stated-in-title" if is_in_title else "lower-stated"] = 1.0
        for name in ("heading-back", "heading-inner", "h1"):
            if name in votes:
                signals[f"{name}-stated"] = 1.0
    if not is_seen:
        signals["unseen"] = 1.0
    elif "title-front" in votes:
        signals["title-front-seen"] = 1.0
    if votes.isdisjoint(_FULL):
        signals["only-part"] = 1.0
    return signals


def _link(page: Page, claim: Claim, own: SplitResult) -> str:
    """Where a heading that is a link leads: ``home``, ``own`` (the page itself), ``other``; else empty."""
    element = claim.element
    if element is None:
        return ""
    parent = element.getparent()
    anchor = parent if parent is not None and parent.tag == "a" else next(element.iter("a"), None)
    href = anchor.get("href") if anchor is not None else None
    if not href or href.startswith("#"):
        return ""
    # Only the path matters: what is absolute already need not be made so.
    is_plain = href.startswith(("http://", "https://")) or (href.startswith("/") and not href.startswith("//"))
    address = href if is_plain else page.resolve(href)
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return ""
    if not address:
        return ""
    if parts.path.rstrip("/") == own.path.rstrip("/") and parts.query == own.query:
        return "own"
    return "home" if parts.path in ("", "/") and not parts.query else "other"


def _address_words(own: SplitResult) -> list[str]:
    """Words of the address's last path segments, which newsrooms make of the headline."""
    address = f"{own.path}/{own.query}"
    pieces = [piece for piece in (unquote(address) if "%" in address else address).split("/") if piece]
    best = max((_ADDRESS_WORD.findall(piece) for piece in pieces[-4:]), key=len, default=[])
    return [letters(word) for word in best[:MAX_ADDRESS_WORDS]] if len(best) >= 3 else []
