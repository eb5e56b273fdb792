"""Typed links out of the article: ``related`` (the newsroom points at another article) and ``inline`` (running text).

Left out are links to tags, authors, sections and sharing services, to the page itself, and to files of pictures.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from newsarchive.model.article import Link, LinkRel
from newsarchive.parsers.body.article_body import Body
from newsarchive.parsers.outline.pieces import Anchor, Box, Piece
from newsarchive.parsers.page import Page
from newsarchive.parsers.vocabulary.markup_words import BIT
from newsarchive.parsers.vocabulary.related_phrases import NAVIGATION_LABEL, is_phrase, label_of, without_phrase
from newsarchive.urls import identity_url

MAX_LINKS = 200
"""Links kept of one article."""
MAX_TEXT_CHARS = 500
PIECES_AFTER = 60
"""How far below the body a box of related articles is looked for."""
MIN_TITLE_CHARS = 12
"""A shorter anchor below the body is no article's title."""

MAX_LABEL_CHARS = 40
"""A piece between related links that is no link, like a date or a section, is no longer than this."""
MAX_LEVELS = 4
"""How many boxes around a label or a link are asked what they are."""
MAX_NAMES_CHARS = 300
MAX_REMEMBERED = 10_000
"""Names of boxes whose meaning is kept: the pages of a site repeat the same few hundred."""

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_RELATED_NAMES = re.compile(
    r"relat(?:ed|es?)(?![a-z])|relacionad|verwandt|read[-_]?(?:also|more)|see[-_]?(?:also|more)|also[-_]?read|"
    r"correlat[ei]|similar|further[-_]?reading|ilgili|lire[-_]?aussi"
)
_NAVIGATION_NAMES = re.compile(
    r"popular|most[-_]?(?:read|viewed|shared)|trending|recent|latest|sidebar|widget|navig|menu|foot|sponsor|outbrain|"
    r"taboola"
)
_ADVERT = re.compile(r"\bad(?:s|vert\w*)?\b")
# Each begins with letters, and is asked of names in lower case: so it is found in a third of the time.

# Paths that lead to a tag, a person or a list, not to an article.
_NOT_ARTICLE = re.compile(
    r"/(?:tags?|topics?|topic-tags|thema|themen|temas?|etiquetas?|keywords?|schlagwort|sujet|categor(?:y|ies|ia|ias)|"
    r"authors?|autor(?:en|es|e|i)?|auteurs?|profiles?|people|staff|search|suche|buscar|feeds?|rss|newsletters?|"
    r"subscribe|login|account|register|share)(?:/|$)",
    re.IGNORECASE,
)
_SHARING = re.compile(
    r"(?:^|\.)(?:addtoany\.com|addthis\.com|wa\.me|api\.whatsapp\.com|t\.me|telegram\.me|reddit\.com/submit|getpocket\.com)$",
    re.IGNORECASE,
)
_SHARE_PATH = re.compile(
    r"/(?:sharer?|intent/(?:tweet|post)|share(?:article)?|sharer\.php|pin/create|submit)(?:[/?.]|$)", re.I
)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|mp4|mp3)$", re.IGNORECASE)


def find_links(page: Page, body: Body) -> tuple[Link, ...]:
    """The article's typed links in page order, each address once of either kind. Never raises.

    Links are ``related`` in a line that begins with a phrase ("Read also: …"), in the box such a phrase is the heading
    of, and in a box inside or right below the text whose markup says so. Lists of what others read are navigation.
    """
    pieces = body.outline.pieces
    if not pieces or not body.chosen:
        return ()
    collector = _Links(page)
    names = _Names()
    chosen = set(body.chosen)
    first, last = body.chosen[0], body.chosen[-1]
    group: _Group | None = None
    for index in range(first, min(last + 1 + PIECES_AFTER, len(pieces))):
        piece = pieces[index]
        anchors = piece.anchors
        if index in chosen:
            group = None
            for anchor in anchors:
                collector.add(anchor, anchor.text, LinkRel.INLINE)
        elif label := label_of(piece.text):
            is_navigation = label & NAVIGATION_LABEL != 0
            group = _Group.under(piece, body.chosen, is_related=not is_navigation)
            for anchor in () if is_navigation else anchors:  # "Read also", linked itself
                if without_phrase(anchor.text):
                    collector.add(anchor, anchor.text, LinkRel.RELATED)
        elif anchors and without_phrase(piece.text) is not None:
            for anchor in anchors:
                if not is_phrase(anchor.text):
                    collector.add(anchor, without_phrase(anchor.text) or anchor.text, LinkRel.RELATED)
        elif group is not None and group.holds(piece):
            if group.is_related and _is_linked(piece):
                for anchor in anchors:
                    if len(anchor.text) >= MIN_TITLE_CHARS:
                        collector.add(anchor, anchor.text, LinkRel.RELATED)
        else:
            group = None
            if index > last + PIECES_AFTER // 2 or not _is_linked(piece):
                continue
            titled = [anchor for anchor in anchors if len(anchor.text) >= 2 * MIN_TITLE_CHARS]
            if not titled:
                continue
            hint = index < last and bool(body.local_words.get(id(piece.box), 0) & BIT["related"])
            if names.say_related(piece.box, hint=hint):
                for anchor in titled:
                    collector.add(anchor, anchor.text, LinkRel.RELATED)
    return tuple(collector.links)


@dataclass(frozen=True, slots=True)
class _Group:
    """What stands under a label like "Related stories" or "Most read"."""

    box: Box
    """The smallest box that holds more than the label."""
    is_related: bool
    is_own: bool
    """Whether the box holds nothing of the article's text: then all of it is the group, teasers and dates as well."""

    @classmethod
    def under(cls, label: Piece, chosen: tuple[int, ...], *, is_related: bool) -> _Group:
        """The group whose heading is ``label``; ``chosen`` are the indices of the article's text, ascending."""
        box = label.box
        for _ in range(MAX_LEVELS):
            if box.end > label.index + 1 or box.parent is None:
                break
            box = box.parent
        is_own = bisect_left(chosen, box.first) == bisect_left(chosen, box.end)
        return cls(box, is_related, is_own)

    def holds(self, piece: Piece) -> bool:
        """Whether the piece, which comes after the label, still belongs to it: until another heading or other text."""
        if not self.box.first <= piece.index < self.box.end:
            return False
        if _is_linked(piece):
            return True
        if piece.box.tag in _HEADINGS:
            return False
        return self.is_own or len(piece.text) <= MAX_LABEL_CHARS


def _is_linked(piece: Piece) -> bool:
    return piece.link_chars >= 0.5 * len(piece.text)


class _Names:
    """What the boxes of a page say by their names. Links that stand together share the boxes around them."""

    def __init__(self) -> None:
        self.told: dict[int, bool | None] = {}
        """What each box asked so far says, by its ``id``."""

    def say_related(self, box: Box, *, hint: bool) -> bool:
        """Whether a piece's box or one near around it says by its names that it points at related articles.

        ``hint``: the box stands in the midst of the text and looks like a teaser; then it is enough that none says
        else.
        """
        current: Box | None = box
        for _ in range(MAX_LEVELS):
            if current is None or current.tag in ("body", "main", "article"):
                return hint
            known = id(current)
            if known not in self.told:
                element = current.element
                self.told[known] = _told_by(f"{element.get('class') or ''} {element.get('id') or ''}"[:MAX_NAMES_CHARS])
            told = self.told[known]
            if told is not None:
                return told
            current = current.parent
        return hint


@lru_cache(MAX_REMEMBERED)
def _told_by(names: str) -> bool | None:
    """True for names of a box of related articles, False for those of navigation, None for any others."""
    lower = names.lower()
    if _NAVIGATION_NAMES.search(lower) or ("ad" in lower and _ADVERT.search(lower)):
        return False
    return True if _RELATED_NAMES.search(lower) else None


class _Links:
    """Links gathered so far."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.links: list[Link] = []
        own = _identity(page.url)
        self.seen = {(own, rel) for rel in LinkRel}

    def add(self, anchor: Anchor, text: str, rel: LinkRel) -> None:
        """Keep the link, unless it leads nowhere an article could be or is known already."""
        element = anchor.element
        href = element.get("href")
        if not href or href.startswith("#") or not text or len(self.links) >= MAX_LINKS:
            return
        relation = (element.get("rel") or "").lower()
        if "tag" in relation.split() or "author" in relation.split():
            return
        url = self.page.resolve(href)
        if url is None:
            return
        site, path, query = _parts(url)
        if _is_sharing(site) or _SHARE_PATH.search(path) or _FILE.search(path[-6:]) or _NOT_ARTICLE.search(path):
            return
        if path in ("", "/") and not query and rel is LinkRel.RELATED:
            return
        key = (_identity(url), rel)
        if key in self.seen:
            return
        self.seen.add(key)
        self.links.append(Link(url=url, text=text[:MAX_TEXT_CHARS], rel=rel))


def _parts(url: str) -> tuple[str, str, str]:
    """Host, path and query of an address that :meth:`Page.resolve` gave; ``urlsplit`` takes ten times as long."""
    address, _, query = url.partition("#")[0].partition("?")
    site, slash, path = address.partition("://")[2].partition("/")
    return site.partition(":")[0], slash + path, query


@lru_cache(MAX_REMEMBERED)
def _is_sharing(site: str) -> bool:
    return _SHARING.search(site) is not None


def _identity(url: str) -> str:
    try:
        return identity_url(url)
    except ValueError:
        return url
