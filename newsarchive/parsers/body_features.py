"""What the body classifier is told of each text piece of a page: some forty numbers, none of them about the host.

A piece alone says little ("He agreed." is body, "Read more." is not), so most numbers are about where it stands: the
box that holds most of the page's running text, the pieces before and after, how its siblings look, and whether other
parts of the page (headline, description, JSON-LD) say the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import log1p

from newsarchive.parsers.markup_words import BIT, MEANINGS
from newsarchive.parsers.outline import Box, Outline, Piece
from newsarchive.parsers.related_phrases import is_phrase

_SENTENCE_END = frozenset(".!?…。！？।؟۔።։။៕”\"»“’')」』）:")
_STOPS = re.compile(r"[.!?。！？।؟۔。](?:\s|$)|[。！？।؟۔]")
_COMMAS = re.compile(r"[,;،、，؛]")
_DIGITS = re.compile(r"\d")
_WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_NOT_LETTERS = re.compile(r"[\W_]+")
_SIGNS = re.compile(r"[©®@|›»→▶•]|https?:|www\.")
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}\b|\b(?:19|20)\d{2}\b")
_LABEL = re.compile(r"^[^.!?]{2,40}[:：]")

_NEAR = 3
"""Neighbors on each side that count for the local averages."""

LOCAL_WORDS = tuple(name for name in MEANINGS if name not in ("text",))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
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
    """What the rest of the page says about its text, squeezed to letters and digits (see :func:`squeezed`)."""

    headline: str = ""
    description: str = ""
    article_body: str = ""
    """JSON-LD articleBody; empty if the page has none."""
    authors: tuple[str, ...] = ()


def squeezed(text: str) -> str:
    """Lower-case letters and digits only, so that quotes, dashes and spaces do not hide that two texts are equal."""
    return _NOT_LETTERS.sub("", text).lower()


def text_size(text: str) -> int:
    """Length in characters of an alphabet: a Chinese, Korean or Thai character says more than a Latin letter."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def running_text(piece: Piece, size: int) -> float:
    """How much the piece alone looks like running text: characters outside links, none for what is mostly link."""
    plain = 1 - piece.link_chars / len(piece.text) if piece.link_chars else 1.0
    if plain < 0.5 or size < 20:
        return 0.0
    score = min(size, 800) * plain * plain
    if not _STOPS.search(piece.text):
        score *= 0.25
    tag = piece.box.tag
    if tag == "p":
        score *= 1.2
    elif tag in HEADINGS or tag == "figcaption":
        score *= 0.1
    elif tag == "li":
        score *= 0.5
    return score


@dataclass(slots=True)
class Layout:
    """The page's running text and where it is."""

    sizes: list[int]
    running: list[float]
    """:func:`running_text` of each piece, less what stands in boxes of comments, menus and the like."""
    sums: list[float]
    """Sums of ``running`` before each piece, and the total at the end."""
    local_words: dict[int, int]
    """By ``id`` of the box: meanings of it and of the boxes around it that do not hold most of the text."""
    main: Box
    """The box that holds the running text and little else."""
    squeezed: list[str]
    """Each piece's first characters, squeezed."""
    copies: Counter[str]


_NEVER_WRAPS = BIT["comments"] | BIT["consent"]
"""Meanings that a box keeps even if it holds most of the page's text."""
_AGAINST = (
    BIT["consent"]
    | BIT["comments"]
    | BIT["related"]
    | BIT["share"]
    | BIT["menu"]
    | BIT["side"]
    | BIT["footer"]
    | BIT["signup"]
    | BIT["hidden"]
)
_SQUEEZED_CHARS = 90


def layout_of(outline: Outline) -> Layout:
    """Find where the running text is."""
    pieces = outline.pieces
    sizes = [text_size(piece.text) for piece in pieces]
    running = [running_text(piece, size) for piece, size in zip(pieces, sizes, strict=True)]
    sums = _sums(running)
    wide = 0.5 * sums[-1]
    local_words: dict[int, int] = {}
    for box in outline.boxes:
        parent = box.parent
        if parent is None or box.tag == "body":
            local_words[id(box)] = 0
        elif sums[box.end] - sums[box.first] > wide:
            local_words[id(box)] = local_words[id(parent)] | (box.words & _NEVER_WRAPS if box.tag != "article" else 0)
        else:
            local_words[id(box)] = local_words[id(parent)] | box.words
    for index, piece in enumerate(pieces):
        if local_words[id(piece.box)] & _AGAINST:
            running[index] *= 0.02 if local_words[id(piece.box)] & _NEVER_WRAPS else 0.3
    sums = _sums(running)
    worth = _sums(
        [
            score if score > 0 else -12.0 - 0.2 * min(piece.link_chars, 100)
            for piece, score in zip(pieces, running, strict=True)
        ]
    )
    main = max(outline.boxes, key=lambda box: (worth[box.end] - worth[box.first], box.depth))
    heads = [squeezed(piece.text[:_SQUEEZED_CHARS]) for piece in pieces]
    return Layout(sizes, running, sums, local_words, main, heads, Counter(heads))


def _since(flags: list[bool]) -> list[int]:
    """How many pieces ago the flag was last set; 99 if it never was."""
    counts: list[int] = []
    count = 99
    for flag in flags:
        count = 0 if flag else min(count + 1, 99)
        counts.append(count)
    return counts


def _sums(values: list[float]) -> list[float]:
    total = 0.0
    sums = [0.0]
    for value in values:
        total += value
        sums.append(total)
    return sums


NAMES: tuple[str, ...] = (
    "size",
    "words",
    "link_share",
    "stressed_share",
    "anchors",
    "stops",
    "commas",
    "ends_sentence",
    "starts_upper",
    "digit_share",
    "signs",
    "clock",
    "label",
    "lines",
    "tag",
    "heading",
    "running",
    "in_main",
    "depth_below_main",
    "distance_to_main",
    "place_in_main",
    "running_before",
    "running_after",
    "running_after_share",
    "near_before",
    "near_after",
    "previous_size",
    "next_size",
    "previous_link_share",
    "next_link_share",
    "previous_heading",
    "next_heading",
    "siblings_running",
    "siblings_link_share",
    "siblings_count",
    "alike_running",
    "alike_count",
    "alike_in_main",
    "parent_size",
    "parent_link_share",
    "in_article",
    "in_aside",
    "in_head_or_foot",
    "in_figure",
    "in_list",
    "in_table",
    "in_form",
    "in_quote",
    "in_section",
    "in_link",
    "copies",
    "is_headline",
    "in_description",
    "in_article_body",
    "is_author",
    "own_words_text",
    "page_running",
    "main_share",
    "since_running",
    "until_running",
    "upper_share",
    "same_article",
    "after_headline",
    "since_headline",
    "since_phrase",
    "since_picture",
    "since_heading",
    "heads_before",
    *(f"local_{name}" for name in LOCAL_WORDS),
    *(f"own_{name}" for name in LOCAL_WORDS),
)


def features(outline: Outline, layout: Layout, context: Context) -> list[list[float]]:
    """One row of numbers for each piece, in the order of ``NAMES``."""
    pieces = outline.pieces
    if not pieces:
        return []
    sizes, running, sums = layout.sizes, layout.running, layout.sums
    main = layout.main
    total = sums[-1] or 1.0
    main_total = (sums[main.end] - sums[main.first]) or 1.0
    main_count = max(main.end - main.first, 1)
    link_shares = [piece.link_chars / len(piece.text) for piece in pieces]
    headings = [1.0 if piece.box.tag in HEADINGS else 0.0 for piece in pieces]
    link_sums = _sums([float(piece.link_chars) for piece in pieces])
    char_sums = _sums([float(len(piece.text)) for piece in pieces])
    main_line: set[int] = set()
    box: Box | None = main
    while box is not None:
        main_line.add(id(box))
        box = box.parent

    siblings: dict[int, list[float]] = {}
    alike: dict[tuple[object, ...], list[float]] = {}
    keys: list[tuple[object, ...]] = []
    classes: dict[int, tuple[object, ...]] = {}
    for index, piece in enumerate(pieces):
        box = piece.box
        parent = box.parent or box
        known = classes.get(id(box))
        if known is None:
            known = classes[id(box)] = (box.tag, box.element.get("class"), parent.tag, parent.element.get("class"))
        keys.append(known)
        in_main = main.first <= index < main.end
        group = siblings.setdefault(id(parent), [0.0, 0.0, 0.0, 0.0])
        group[0] += running[index]
        group[1] += piece.link_chars
        group[2] += len(piece.text)
        group[3] += 1
        group = alike.setdefault(known, [0.0, 0.0, 0.0])
        group[0] += running[index]
        group[1] += 1
        group[2] += in_main

    last = len(pieces) - 1
    frames: dict[int, tuple[float, ...]] = {}
    # How many pieces ago, and in how many, there is running text of some size.
    since: list[float] = []
    count = 20.0
    for score in running:
        count = 0.0 if score > 60 else min(count + 1, 20.0)
        since.append(count)
    until: list[float] = []
    count = 20.0
    for score in reversed(running):
        count = 0.0 if score > 60 else min(count + 1, 20.0)
        until.append(count)
    until.reverse()

    articles: dict[int, int] = {}
    for box in outline.boxes:
        articles[id(box)] = id(box) if box.tag == "article" or box.parent is None else articles[id(box.parent)]
    best = max(range(main.first, main.end), key=running.__getitem__) if main.end > main.first else 0
    main_article = articles[id(pieces[best].box)]
    headline_at = next(
        (
            index
            for index, piece in enumerate(pieces)
            if headings[index] and context.headline and _overlap(layout.squeezed[index], context.headline) > 0.7
        ),
        main.first - 1,
    )
    since_phrase = _since([len(piece.text) < 60 and is_phrase(piece.text) for piece in pieces])
    pictured = {picture.position for picture in outline.pictures}
    since_picture = _since([index in pictured for index in range(len(pieces))])
    since_heading = _since([bool(value) for value in headings])
    big_heads: list[int] = []
    big = 0
    for index, piece in enumerate(pieces):
        if index >= main.first and piece.box.tag in ("h1", "h2"):
            big += 1
        big_heads.append(big)

    rows: list[list[float]] = []
    for index, piece in enumerate(pieces):
        text = piece.text
        length = len(text)
        box = piece.box
        parent = box.parent or box
        frame = frames.get(id(box))
        if frame is None:
            frame = frames[id(box)] = _frame(box, main, main_line)
        group = siblings[id(parent)]
        like = alike[keys[index]]
        local = layout.local_words[id(box)]
        own = box.words | (parent.words if layout.local_words[id(parent)] else 0)
        head = layout.squeezed[index]
        before = sums[index] - sums[main.first]
        after = sums[main.end] - sums[index + 1]
        previous_index = max(index - 1, 0)
        next_index = min(index + 1, last)
        parent_chars = char_sums[parent.end] - char_sums[parent.first] or 1.0
        rows.append(
            [
                float(sizes[index]),
                float(text.count(" ") + 1),
                link_shares[index],
                piece.stressed_chars / length,
                float(len(piece.anchors)),
                float(len(_STOPS.findall(text))),
                float(len(_COMMAS.findall(text))),
                1.0 if text[-1] in _SENTENCE_END else 0.0,
                1.0 if text[0].isupper() else 0.0,
                len(_DIGITS.findall(text)) / length,
                1.0 if _SIGNS.search(text) else 0.0,
                1.0 if length < 120 and _CLOCK.search(text) else 0.0,
                1.0 if _LABEL.match(text) else 0.0,
                float(text.count("\n")),
                float(_TAG_NUMBER.get(box.tag, 0)),
                headings[index] * (ord(box.tag[1]) - 48 if headings[index] else 1),
                running[index],
                1.0 if main.first <= index < main.end else 0.0,
                frame[0],
                frame[1],
                (index - main.first) / main_count,
                log1p(max(before, 0.0)),
                log1p(max(after, 0.0)),
                after / main_total,
                sum(running[max(0, index - _NEAR) : index]),
                sum(running[index + 1 : index + 1 + _NEAR]),
                float(sizes[previous_index]),
                float(sizes[next_index]),
                link_shares[previous_index],
                link_shares[next_index],
                headings[previous_index],
                headings[next_index],
                group[0] / total,
                group[1] / group[2],
                group[3],
                like[0] / total,
                like[1],
                like[2] / like[1],
                parent_chars,
                (link_sums[parent.end] - link_sums[parent.first]) / parent_chars,
                *frame[2:],
                float(layout.copies[head]),
                _overlap(head, context.headline),
                _inside(head, context.description),
                _inside(head, context.article_body) if context.article_body else -1.0,
                1.0 if head and length < 90 and any(author in head for author in context.authors) else 0.0,
                1.0 if own & BIT["text"] else 0.0,
                log1p(total),
                main_total / total,
                since[index],
                until[index],
                sum(map(str.isupper, text[:60])) / min(length, 60),
                1.0 if articles[id(box)] == main_article else 0.0,
                1.0 if index > headline_at else 0.0,
                float(min(abs(index - headline_at), 50)),
                float(min(since_phrase[index], 20)),
                float(min(since_picture[index], 10)),
                float(min(since_heading[index], 20)),
                float(big_heads[index]),
                *[1.0 if local & bit else 0.0 for bit in _LOCAL_BITS],
                *[1.0 if own & bit else 0.0 for bit in _LOCAL_BITS],
            ]
        )
    return rows


_LOCAL_BITS = tuple(BIT[name] for name in LOCAL_WORDS)


def _frame(box: Box, main: Box, main_line: set[int]) -> tuple[float, ...]:
    """Depth below the main box, levels up to the first box shared with it, and the elements around the piece."""
    depth = box.depth - main.depth
    levels = 0
    article = aside = edge = figure = listed = table = form = quote = section = 0.0
    current: Box | None = box
    inside = True
    while current is not None:
        tag = current.tag
        if inside and id(current) in main_line:
            inside = False
        if inside:
            levels += 1
            if tag == "aside":
                aside = 1.0
            elif tag in ("header", "footer"):
                edge = 1.0 if tag == "header" else 2.0
            elif tag in ("figure", "figcaption"):
                figure = 1.0
            elif tag in ("ul", "ol", "dl"):
                listed = 1.0
            elif tag == "table":
                table = 1.0
            elif tag == "form":
                form = 1.0
            elif tag == "blockquote":
                quote = 1.0
            elif tag == "section":
                section = 1.0
            elif tag == "article":
                article = 2.0
        elif tag == "article" and not article:
            article = 1.0
        current = current.parent
    return (float(depth), float(levels), article, aside, edge, figure, listed, table, form, quote, section, 0.0)


def _inside(head: str, whole: str) -> float:
    return 1.0 if len(head) > 12 and whole and (head in whole or whole in head) else 0.0


def _overlap(head: str, headline: str) -> float:
    if not head or not headline:
        return 0.0
    if head == headline[: len(head)] or headline == head[: len(headline)]:
        return min(len(head), len(headline)) / max(len(head), len(headline))
    return 0.0


def context_of(values: Mapping[str, str | None], authors: tuple[str, ...] = ()) -> Context:
    """A context of plain texts: ``headline``, ``description``, ``article_body``."""
    return Context(
        squeezed(values.get("headline") or "")[:_SQUEEZED_CHARS],
        squeezed(values.get("description") or ""),
        squeezed(values.get("article_body") or ""),
        tuple(name for name in (squeezed(author) for author in authors) if len(name) > 4),
    )
