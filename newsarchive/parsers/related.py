"""Typed links out of the article: ``related`` (the newsroom points at another article) and ``inline`` (running text).

Left out are links to tags, authors, sections and sharing services, to the page itself, and to files of pictures.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from newsarchive.model.article import Link, LinkRel
from newsarchive.parsers.body import Body
from newsarchive.parsers.markup_words import BIT
from newsarchive.parsers.outline import Anchor, Box, Piece
from newsarchive.parsers.page import Page
from newsarchive.parsers.related_phrases import is_phrase, without_phrase
from newsarchive.urls import identity_url

MAX_LINKS = 200
"""Links kept of one article."""
MAX_TEXT_CHARS = 500
PIECES_AFTER = 60
"""How far below the body a box of related articles is looked for."""
MIN_TITLE_CHARS = 12
"""A shorter anchor below the body is no article's title."""

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
    """The article's typed links in page order, each address once. Never raises."""
    pieces = body.outline.pieces
    if not pieces or not body.chosen:
        return ()
    collector = _Links(page)
    chosen = set(body.chosen)
    first, last = body.chosen[0], body.chosen[-1]
    heading: Box | None = None
    heading_index = -1
    for index in range(first, min(last + 1 + PIECES_AFTER, len(pieces))):
        piece = pieces[index]
        if index in chosen:
            heading = None
            for anchor in piece.anchors:
                collector.add(anchor, anchor.text, LinkRel.INLINE)
            continue
        if is_phrase(piece.text):
            heading, heading_index = piece.box, index
            for anchor in piece.anchors:  # "Read also", linked itself
                if without_phrase(anchor.text):
                    collector.add(anchor, anchor.text, LinkRel.RELATED)
            continue
        rest = without_phrase(piece.text)
        if rest is not None and piece.anchors:
            for anchor in piece.anchors:
                if not is_phrase(anchor.text):
                    collector.add(anchor, without_phrase(anchor.text) or anchor.text, LinkRel.RELATED)
            continue
        if heading is not None and _belongs(piece, heading, index - heading_index):
            for anchor in piece.anchors:
                if len(anchor.text) >= MIN_TITLE_CHARS:
                    collector.add(anchor, anchor.text, LinkRel.RELATED)
            continue
        if piece.link_chars > 0.5 * len(piece.text) and body.local_words.get(id(piece.box), 0) & BIT["related"]:
            if index <= last + PIECES_AFTER // 2:
                for anchor in piece.anchors:
                    if len(anchor.text) >= 2 * MIN_TITLE_CHARS:
                        collector.add(anchor, anchor.text, LinkRel.RELATED)
            continue
        if piece.link_chars < 0.5 * len(piece.text) and len(piece.text) > 80:
            heading = None
    return tuple(collector.links)


def _belongs(piece: Piece, heading: Box, distance: int) -> bool:
    """Whether the piece stands in the box the phrase is the heading of: within a few levels, before any other text."""
    if piece.link_chars < 0.5 * len(piece.text) or distance > 30:
        return False
    box: Box | None = heading
    for _ in range(4):
        if box is None:
            return False
        if box.first <= piece.index < box.end:
            return True
        box = box.parent
    return False


class _Links:
    """Links gathered so far."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.links: list[Link] = []
        self.seen = {_identity(page.url)}

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
        parts = urlsplit(url)
        if _SHARING.search(parts.hostname or "") or _SHARE_PATH.search(parts.path):
            return
        if _FILE.search(parts.path) or _NOT_ARTICLE.search(parts.path):
            return
        if parts.path in ("", "/") and not parts.query and rel is LinkRel.RELATED:
            return
        identity = _identity(url)
        if identity in self.seen:
            return
        self.seen.add(identity)
        self.links.append(Link(url=url, text=text[:MAX_TEXT_CHARS], rel=rel))


def _identity(url: str) -> str:
    try:
        return identity_url(url)
    except ValueError:
        return url
