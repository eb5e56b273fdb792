"""What the body classifier is told of each text piece of a page: some ninety numbers, none of them about the host.

A piece alone says little ("He agreed." is body, "Read more." is not), so most numbers are about where it stands: the
box that holds most of the page's running text, the pieces before and after, how its siblings look, and whether other
parts of the page (headline, description, JSON-LD) say the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log1p

from newsarchive.parsers.layout import HEAD_CHARS, HEADINGS, SENTENCE_END, Frames, Layout, squeezed, sums_of
from newsarchive.parsers.markup_words import BIT
from newsarchive.parsers.outline import Box, Outline, Piece
from newsarchive.parsers.text_words import MEANINGS as TEXT_MEANINGS
from newsarchive.parsers.text_words import meanings_of, words_in

_DIGITS = re.compile(r"\d")
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}\b|\b(?:19|20)\d{2}\b")
_OPENING_QUOTES = frozenset('"“„«‘「»‹')
_OPENING_MARKS = frozenset("([*-–—•>|#@")
_CASE_CHARS = 40
"""Characters of a piece whose case is looked at."""
_DIGIT_CHARS = 120
"""Characters of a piece whose digits are counted."""
TOPIC_CHARS = 5
"""A word of the headline that has so many characters says what the article is about."""
_NEAR = 3
"""Neighbors on each side that count for the local averages."""
_RUNNING = 60
"""From this much running text a piece is a paragraph to its neighbors."""

LOCAL_NAMES = (
    "related", "comments", "side", "picture", "caption", "player", "box", "factbox", "standfirst", "byline", "date",
    "tools", "topics", "signup", "ad", "hidden", "share", "menu", "footer", "consent", "live",
)  # fmt: skip
"""Meanings of the boxes around a piece (below those that hold most of the text) that tell something."""
OWN_NAMES = ("text", "paragraph", "quote", "box", "factbox", "standfirst", "picture", "caption", "related", "side")
"""Meanings of the piece's own box and the next one around it that tell something."""
_LOCAL_BITS = tuple(BIT[name] for name in LOCAL_NAMES)
_OWN_BITS = tuple(BIT[name] for name in OWN_NAMES)
_ALL_LOCAL = sum(_LOCAL_BITS)
_ALL_OWN = sum(_OWN_BITS)
_TEXT_BITS = tuple(1 << number for number in range(len(TEXT_MEANINGS)))
_TAG_NUMBER = {
    "p": 1,
    "div": 2,
    "li": 3,
    "td": 4,
    "tr": 4,
    "blockquote": 5,
    "figcaption": 6,
    "section": 7,
    "article": 7,
}


@dataclass(slots=True)
class Context:
    """What the rest of the page says about its text, squeezed to letters and digits (see :func:`layout.squeezed`)."""

    headline: str = ""
    description: str = ""
    article_body: str = ""
    """JSON-LD articleBody; empty if the page has none."""
    authors: tuple[str, ...] = ()
    headline_words: frozenset[str] = frozenset()
    topic_words: frozenset[str] = frozenset()
    """Words of headline and description."""


NAMES: tuple[str, ...] = (
    # The piece itself.
    "size", "words", "lines", "stops", "link_share", "stressed_share", "digit_share", "upper_share", "ends_sentence",
    "starts_upper", "clock", "tag", "heading", "running", "copies", "in_description", "in_article_body", "is_author",
    # Its characters and words.
    "has_at", "has_address", "exclamations", "separators", "questions", "opens_marked", "opens_quoted", "commas",
    "headline_words", "topic_words", "topic_share", "meanings", *(f"says_{name}" for name in TEXT_MEANINGS),
    # Where it stands.
    "in_main", "place_in_main", "depth_below_main", "distance_to_main", "after_headline", "since_headline",
    "same_article", "heads_before", "since_picture", "running_before", "running_after", "running_after_share",
    "since_running", "until_running", "near_before", "near_after",
    # What stands beside it and what looks like it.
    "previous_size", "next_size", "previous_link_share", "next_link_share", "siblings_running", "siblings_link_share",
    "siblings_count", "alike_running", "alike_count", "alike_in_main", "parent_size", "parent_link_share",
    "parent_running", "outer_running", "is_alt",
    # What stands around it.
    "in_article", "in_aside", "in_head_or_foot", "in_list", "in_table", "in_quote",
    # The page.
    "page_running", "main_share",
    # What the boxes around it are named for.
    *(f"local_{name}" for name in LOCAL_NAMES), *(f"own_{name}" for name in OWN_NAMES),
)  # fmt: skip


@dataclass(slots=True)
class _Group:
    """Sums over pieces that stand together or look alike."""

    running: float = 0.0
    link_chars: int = 0
    chars: int = 0
    count: int = 0
    in_main: int = 0


def features(outline: Outline, layout: Layout, context: Context) -> tuple[list[int], list[list[float]]]:
    """The pieces that may be body, ascending, and a row of numbers for each in the order of ``NAMES``.

    Left out are links among links and text among other text that shares neither box nor look with running text: most
    of a page, at the cost of next to no body text.
    """
    pieces, sizes, running, sums, main = outline.pieces, layout.sizes, layout.running, layout.sums, layout.main
    if not pieces:
        return [], []
    total = sums[-1] or 1.0
    little = 0.002 * total
    main_total = (sums[main.end] - sums[main.first]) or 1.0
    main_count = max(main.end - main.first, 1)
    link_shares = [piece.link_chars / len(piece.text) if piece.link_chars else 0.0 for piece in pieces]
    link_sums = sums_of([float(piece.link_chars) for piece in pieces])
    char_sums = sums_of([float(len(piece.text)) for piece in pieces])
    siblings, looks = _groups(pieces, running, main)
    is_running = [score > _RUNNING for score in running]
    since_running = _since(is_running)
    until_running = _since(is_running[::-1])[::-1]
    pictured = {picture.position for picture in outline.pictures}
    since_picture = _since([index in pictured for index in range(len(pieces))])
    alts = _alternative_texts(outline)
    surroundings = Frames(main)
    best = max(range(main.first, main.end), key=running.__getitem__, default=0)
    main_article = surroundings.of(pieces[best].box)[0]
    headline_at = _headline_at(pieces, layout, context)
    page = (log1p(total), main_total / total)
    frames: dict[int, tuple[tuple[float, ...], tuple[float, ...]]] = {}
    heads = 0
    last = len(pieces) - 1
    indices: list[int] = []
    rows: list[list[float]] = []
    for index, piece in enumerate(pieces):
        box = piece.box
        tag = box.tag
        heading = int(tag[1]) if tag in HEADINGS else 0
        if 0 < heading <= 2 and index >= main.first:
            heads += 1
        parent = box.parent or box
        group = siblings[id(parent)]
        like = looks[index]
        if link_shares[index] > 0.9 and group.link_chars > 0.8 * group.chars:
            continue
        if not heading and group.running < little and like.running < little:
            continue
        known = frames.get(id(box))
        if known is None:
            outer = parent.parent or parent
            parent_chars = char_sums[parent.end] - char_sums[parent.first] or 1.0
            own = box.words | (parent.words if layout.local_words[id(parent)] else 0)
            article, levels, *elements = surroundings.of(box)
            known = frames[id(box)] = (
                (box.depth - main.depth, levels, article == main_article),
                (
                    parent_chars,
                    (link_sums[parent.end] - link_sums[parent.first]) / parent_chars,
                    (sums[parent.end] - sums[parent.first]) / total,
                    (sums[outer.end] - sums[outer.first]) / total,
                    *elements,
                    *page,
                    *_bits(layout.local_words[id(box)] & _ALL_LOCAL, _LOCAL_BITS),
                    *_bits(own & _ALL_OWN, _OWN_BITS),
                ),
            )
        place, around = known
        head = layout.heads[index]
        before, after = sums[index] - sums[main.first], sums[main.end] - sums[index + 1]
        previous, following = max(index - 1, 0), min(index + 1, last)
        indices.append(index)
        rows.append(
            [
                sizes[index],
                *_of_text(piece, layout.stops[index], link_shares[index]),
                _TAG_NUMBER.get(tag, 0),
                heading,
                running[index],
                layout.copies[head],
                _inside(head, context.description),
                _inside(head, context.article_body) if context.article_body else -1.0,
                any(author in head for author in context.authors) if len(piece.text) < HEAD_CHARS else 0,
                *_of_words(piece.text, context),
                main.first <= index < main.end,
                (index - main.first) / main_count,
                place[0],
                place[1],
                index > headline_at,
                min(abs(index - headline_at), 50),
                place[2],
                heads,
                min(since_picture[index], 10),
                log1p(before) if before > 0 else 0.0,
                log1p(after) if after > 0 else 0.0,
                after / main_total,
                min(since_running[index], 20),
                min(until_running[index], 20),
                sums[index] - sums[max(0, index - _NEAR)],
                sums[min(index + 1 + _NEAR, last + 1)] - sums[index + 1],
                sizes[previous],
                sizes[following],
                link_shares[previous],
                link_shares[following],
                group.running / total,
                group.link_chars / group.chars,
                group.count,
                like.running / total,
                like.count,
                like.in_main / like.count,
                *around[:4],
                bool(alts) and head in alts,
                *around[4:],
            ]
        )
    return indices, rows


def _of_text(piece: Piece, stops: int, link_share: float) -> tuple[float, ...]:
    """From ``words`` to ``clock``."""
    text = piece.text
    length = len(text)
    start = text[:_CASE_CHARS]
    digits = text[:_DIGIT_CHARS]
    return (
        text.count(" ") + 1,
        text.count("\n"),
        stops,
        link_share,
        piece.stressed_chars / length,
        len(_DIGITS.findall(digits)) / len(digits),
        sum(map(str.isupper, start)) / len(start),
        text[-1] in SENTENCE_END,
        start[0].isupper(),
        length < _DIGIT_CHARS and _CLOCK.search(text) is not None,
    )


def _of_words(text: str, context: Context) -> tuple[float, ...]:
    """From ``has_at`` to the last ``says_``."""
    words = words_in(text)
    meanings = meanings_of(text, words)
    topic = len(words & context.topic_words)
    return (
        "@" in text,
        "http" in text or "www." in text,
        text.count("!"),
        text.count("|") + text.count("·") + text.count("•"),
        text.count("?"),
        text[0] in _OPENING_MARKS,
        text[0] in _OPENING_QUOTES,
        text.count(",") / len(text),
        len(words & context.headline_words),
        topic,
        topic / (len(words) or 1),
        meanings.bit_count(),
        *_bits(meanings, _TEXT_BITS),
    )


@lru_cache(4096)
def _bits(found: int, bits: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(1 if found & bit else 0 for bit in bits)


def _since(flags: list[bool]) -> list[int]:
    """How many pieces ago the flag was last set; 99 if it never was."""
    counts: list[int] = []
    count = 99
    for flag in flags:
        count = 0 if flag else min(count + 1, 99)
        counts.append(count)
    return counts


def _groups(pieces: list[Piece], running: list[float], main: Box) -> tuple[dict[int, _Group], list[_Group]]:
    """By ``id`` of a box: the pieces of the boxes right below it; by piece: those of its look (tags and classes)."""
    siblings: dict[int, _Group] = {}
    alike: dict[tuple[object, ...], _Group] = {}
    looks: list[_Group] = []
    known: dict[int, tuple[_Group, _Group]] = {}
    for index, piece in enumerate(pieces):
        box = piece.box
        groups = known.get(id(box))
        if groups is None:
            parent = box.parent or box
            look = (box.tag, box.name, parent.tag, parent.name)
            group, like = siblings.get(id(parent)), alike.get(look)
            if group is None:
                group = siblings[id(parent)] = _Group()
            if like is None:
                like = alike[look] = _Group()
            groups = known[id(box)] = (group, like)
        looks.append(groups[1])
        score, link_chars, chars = running[index], piece.link_chars, len(piece.text)
        in_main = main.first <= index < main.end
        for group in groups:
            group.running += score
            group.link_chars += link_chars
            group.chars += chars
            group.count += 1
            group.in_main += in_main
    return siblings, looks


def _alternative_texts(outline: Outline) -> set[str]:
    """What the page's pictures are described by, squeezed: a piece that says the same is a caption."""
    texts = (picture.element.get("alt") for picture in outline.pictures)
    return {squeezed(text[:HEAD_CHARS]) for text in texts if text and len(text) > 20}


def _headline_at(pieces: list[Piece], layout: Layout, context: Context) -> int:
    """Index of the piece that is the headline; just above the main box if none is."""
    if context.headline:
        for index, piece in enumerate(pieces):
            if piece.box.tag in HEADINGS and overlap(layout.heads[index], context.headline) > 0.7:
                return index
    return layout.main.first - 1


def _inside(head: str, whole: str) -> float:
    return 1.0 if len(head) > 12 and whole and (head in whole or whole in head) else 0.0


def overlap(head: str, headline: str) -> float:
    """How much of the longer of two squeezed texts the shorter one is, if it is its beginning; else 0."""
    if not head or not headline:
        return 0.0
    if head == headline[: len(head)] or headline == head[: len(headline)]:
        return min(len(head), len(headline)) / max(len(head), len(headline))
    return 0.0


def context_of(values: Mapping[str, str | None], authors: tuple[str, ...] = ()) -> Context:
    """A context of plain texts: ``headline``, ``description``, ``article_body``."""
    headline, description = values.get("headline") or "", values.get("description") or ""
    headline_words = frozenset(word for word in words_in(headline) if len(word) >= TOPIC_CHARS)
    described = frozenset(word for word in words_in(description) if len(word) >= TOPIC_CHARS)
    return Context(
        squeezed(headline)[:HEAD_CHARS],
        squeezed(description),
        squeezed(values.get("article_body") or ""),
        tuple(name for name in (squeezed(author) for author in authors) if len(name) > 4),
        headline_words,
        headline_words | described,
    )
