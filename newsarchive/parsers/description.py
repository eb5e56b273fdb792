"""The summary a page gives for itself, and what else it says besides the headline: kicker or second headline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsarchive.parsers.found import Found
from newsarchive.parsers.headline.choice import headline_claims
from newsarchive.parsers.metadata import article_node, strings
from newsarchive.parsers.page import Page
from newsarchive.parsers.text import letters, one_line

MIN_DESCRIPTION_CHARS = 10
MAX_DESCRIPTION_CHARS = 3_000
BEGINNING_LETTERS = 60
"""So many letters tell which paragraph a summary was cut from."""
_CUT = re.compile(r"\s?(?:…|\.\.\.|[\[(]\s?(?:…|\.\.\.)\s?[\])])\s*$")


def find_description(page: Page) -> Found[str] | None:
    """The standfirst or summary as page or feed states it, never one made from the body; None if there is none."""
    for text, source in _claims(page):
        if MIN_DESCRIPTION_CHARS <= len(text) <= MAX_DESCRIPTION_CHARS:
            return Found(text, source)
    return None


def find_alternative_headline(page: Page, headline: str | None) -> Found[str] | None:
    """A different headline the page gives for itself; None if all its headlines say the same.

    That is ``alternativeHeadline``, else what JSON-LD or ``og:title`` say instead of what readers see.
    """
    if headline is None:
        return None
    known = letters(headline)
    node = page.once(article_node)
    if node is not None:
        for text in strings(node.get("alternativeHeadline")):
            if letters(text) != known:
                return Found(text, "json-ld")
    for text, source in headline_claims(page):
        if source in ("json-ld", "og"):
            key = letters(text)
            # "The headline | The site" and a headline cut short are no other headline.
            if key and known not in key and key not in known:
                return Found(text, source)
    return None


def _is_cut_from_text(summary: str, page: Page) -> bool:
    """Whether a feed's summary is only the beginning of a paragraph that was cut: "In the hills of […]"."""
    cut = _CUT.search(summary)
    if cut is None:
        return False
    beginning = letters(summary[: cut.start()])[:BEGINNING_LETTERS]
    return any(letters(piece.text).startswith(beginning) for piece in page.outline.pieces)


def _claims(page: Page) -> Iterator[tuple[str, str]]:
    node = page.once(article_node)
    if node is not None:
        for text in strings(node.get("description")):
            yield text, "json-ld"
    for name, source in (
        ("og:description", "og"),
        ("description", "meta"),
        ("twitter:description", "twitter"),
        ("dc.description", "meta"),
        ("sailthru.description", "meta"),
    ):
        value = page.meta_first(name)
        if value:
            yield one_line(value), source
    for hints in page.capture.hints:
        if hints.description and not _is_cut_from_text(one_line(hints.description), page):
            yield one_line(hints.description), hints.source.value
