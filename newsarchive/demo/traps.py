"""Which addresses of the sample look like articles to a careless crawler and are none, and why.

A crawl of the sample must end with every article exactly once and with none of these.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from newsarchive.demo.addresses import amp_path, author_path, print_path, tag_path
from newsarchive.demo.content import Content, SampleArticle

IGNORED_PARAMETERS = frozenset({"utm_source", "utm_medium", "utm_campaign", "fbclid", "sid", "view", "replytocom"})
"""Query parameters that lead to the same page as without them: tracking, a session, a view of it. Pages whose
addresses they are hung on say so themselves, in ``rel=canonical`` or ``og:url``, where one cannot know."""

PDF_PATH = "/static/harbor-report-2024.pdf"
MISSING_PATH = "/news/this-page-was-never-there"
SEARCH_PATH = "/search?q=ferry"
CALENDAR_PATH = "/calendar?month=2026-11"


class Trap(NamedTuple):
    """An address that is no article of its own."""

    path: str
    kind: str
    """``page``, ``soft-404``, ``tag``, ``author``, ``print``, ``amp``, ``redirect``, ``file``, ``missing``,
    ``search`` or ``calendar``."""
    why: str
    same_as: str | None = None
    """The path of the article it shows or leads to; None if it shows none."""


def traps(content: Content) -> tuple[Trap, ...]:
    """All traps of the sample but the addresses with ignored parameters, which are too many to list."""
    return (
        *(Trap(page["path"], page.get("kind", "page"), page["why"]) for page in content.site["trap"]),
        *(Trap(tag_path(tag), "tag", "lists the articles of a keyword") for tag in tagged(content)),
        *(Trap(author_path(name), "author", "lists the articles of an author") for name in signed(content)),
        *(Trap(print_path(a), "print", "the same article for paper", a.path) for a in printable(content)),
        *(Trap(amp_path(a), "amp", "the same article as AMP", a.path) for a in content.articles if a.amp),
        *(
            Trap(redirect["path"], "redirect", "an old address", content.href(redirect["to"]))
            for redirect in content.site["redirect"]
        ),
        Trap(PDF_PATH, "file", "a PDF"),
        Trap(MISSING_PATH, "missing", "404"),
        Trap(SEARCH_PATH, "search", "search results; robots.txt forbids them"),
        Trap(CALENDAR_PATH, "calendar", "a calendar without an end"),
    )


def tagged(content: Content) -> dict[str, list[SampleArticle]]:
    """The keywords that have a page, with their articles: those of the system that links its tags."""
    return _grouped((tag, a) for a in content.articles if a.markup == "wordpress" for tag in a.keywords)


def signed(content: Content) -> dict[str, list[SampleArticle]]:
    """The authors that have a page, with their articles: those of the systems that link bylines."""
    linking = {"wordpress", "semantic"}
    return _grouped((name, a) for a in content.articles if a.markup in linking for name in a.authors)


def printable(content: Content) -> list[SampleArticle]:
    """The articles that have a print view."""
    return [article for article in content.articles if article.markup in {"wordpress", "opengraph"}]


def _grouped(pairs: Iterable[tuple[str, SampleArticle]]) -> dict[str, list[SampleArticle]]:
    groups: dict[str, list[SampleArticle]] = {}
    for name, article in pairs:
        groups.setdefault(name, []).append(article)
    return groups
