"""What a site sends in an article's place: bot walls, consent walls, password forms, pages that say "not found".

Each is told by signs that have nothing to do with each other, because every single one of them stands on real
articles, too: newsrooms write about captchas, load the scripts of their bot defense everywhere, and have a login form
in the page's head. An article's own metadata speaks against all of them.
"""

from __future__ import annotations

import re

from newsarchive.model.capture import Capture
from newsarchive.parsers.metadata import article_node
from newsarchive.parsers.page import Page
from newsarchive.parsers.walls.words import (
    BOT_MARKS,
    BOT_WORDS,
    CONSENT_TITLE,
    CONSENT_WORDS,
    MISSING_WORDS,
    PASSWORD_WORDS,
    SCRIPT_WORDS,
)

MAX_BARE_LINKS = 15
"""A page with more links has a site's menus, which walls do not show."""
MAX_BARE_CHARS = 3_000
"""Text beyond which a page is no wall, whatever it says."""
MAX_STUB_CHARS = 700
"""Text beyond which a page with a password form shows more than the form's explanation."""
MAX_MARKUP_CHARS = 400_000
"""Markup that is searched for marks."""
MIN_CONSENT_WORDS = 4
"""Different words of consent dialogs in one short text."""

_PASSWORD_FORM = re.compile(r"name=[\"']?post_password")
_ERROR_CLASS = re.compile(
    r"(?:^|[\s_-])(?:error-?404|(?:page|status|http)-?404|404|not-?found)(?:$|[\s_-])", re.IGNORECASE
)


def wall_on(capture: Capture) -> str | None:
    """What shows that a capture of whatever should have been there is a bot wall, None if it is none."""
    page = Page(capture)
    return bot_wall(page, page.title or "")


def bot_wall(page: Page, says: str) -> str | None:
    """What shows that the page is a bot wall, None if it is none; ``says`` are its title and headline.

    A wall's mark in the markup of a page without menus, or its words in the title of one.
    """
    if has_article_metadata(page):
        return None
    words = BOT_WORDS.search(says)
    if not words and not is_bare(page):
        return None  # whatever marks it has; looking for them takes longest
    mark = _bot_mark(page.html[:MAX_MARKUP_CHARS])
    if mark and words:
        return f"{words.group()!r} and {mark!r}"
    if (mark or words) and (is_bare(page) or (words and page.capture.status >= 400)):
        return mark or (words.group() if words else None)
    return None


def _bot_mark(html: str) -> str | None:
    return next((marks[0] for marks in BOT_MARKS if all(mark in html for mark in marks)), None)


def consent_wall(page: Page, says: str, text: str) -> str | None:
    """What shows that the page only asks for consent; None if it does not. Its words, and nothing beside them."""
    if has_article_metadata(page) or not is_bare(page):
        return None
    shown = text or " ".join(piece.text for piece in page.outline.pieces[:50])
    words = {match.group().casefold() for match in CONSENT_WORDS.finditer(shown[:MAX_BARE_CHARS])}
    title = CONSENT_TITLE.search(says)
    if len(words) >= (MIN_CONSENT_WORDS - 2 if title else MIN_CONSENT_WORDS):
        return ", ".join(sorted(words)[:5])
    return None


def password_stub(page: Page, says: str, text: str) -> str | None:
    """What shows that the article is locked by a password; None if it is not.

    WordPress's form, whose class and field are the same in all languages, or any password field, with words for it
    and next to no other text.
    """
    if len(text) > MAX_STUB_CHARS:
        return None
    words = PASSWORD_WORDS.search(f"{says}\n{text}")
    if "post_password" in page.html and _PASSWORD_FORM.search(page.html):
        if words or not text.strip():
            return "a post's password form"
        return None
    if not any((element.get("type") or "").lower() == "password" for element in page.tree.iter("input")):
        return None
    if not text.strip():
        return "a password field and no text"
    return words.group() if words and is_bare(page) else None


def missing_page(page: Page, says: str, text: str) -> str | None:
    """What shows that the page only says that there is none; None if there is."""
    stated = page.capture.status >= 400
    if has_article_date(page) and not stated:
        return None
    match = MISSING_WORDS.search(says)
    if match:
        return match.group()[:60]
    if stated or _is_error_template(page):
        match = MISSING_WORDS.search(text[:500])
        return match.group()[:60] if match else None
    return None


def asks_for_scripts(page: Page, text: str) -> bool:
    """Whether a page's few words only ask for JavaScript."""
    return len(text) <= MAX_STUB_CHARS // 2 and is_bare(page) and SCRIPT_WORDS.search(text) is not None


def is_bare(page: Page) -> bool:
    """Whether the page has neither menus nor much text: no site around whatever it says."""
    if len(page.elements("a")) > MAX_BARE_LINKS:
        return False
    return sum(len(piece.text) for piece in page.outline.pieces) <= MAX_BARE_CHARS


def has_article_metadata(page: Page) -> bool:
    """Whether the page calls itself an article in its metadata."""
    return (
        page.once(article_node) is not None
        or "article:published_time" in page.meta
        or (page.meta_first("og:type") or "").strip().lower() == "article"
    )


def has_article_date(page: Page) -> bool:
    """Whether the metadata say when the article was published."""
    node = page.once(article_node)
    return "article:published_time" in page.meta or (node is not None and bool(node.get("datePublished")))


def _is_error_template(page: Page) -> bool:
    """Whether the page's own markup calls it an error page: WordPress writes ``<body class="error404">``."""
    body = page.tree.find("body")
    name = f"{body.get('class') or ''} {body.get('id') or ''}" if body is not None else ""
    robots = (page.meta_first("robots") or "").lower()
    return bool(_ERROR_CLASS.search(name[:1_000])) or "noindex" in robots
