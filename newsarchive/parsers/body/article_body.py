"""The article's own text: which pieces of the page are body, in order, and what kind of block each is.

Rules alone cannot tell a closing paragraph from a teaser, so the pieces are judged by a small classifier, trained on
pages of many publishers (``benchmarks/train_body.py``; its weights are in ``model.json``). Rules do the certain: the
headline is no paragraph, "Related:" lines are links, a list is body as a whole or not at all. Where a page holds its
text only for its scripts, that is taken.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from newsarchive.model.article import Block, BlockKind
from newsarchive.parsers.body.boosted_trees import BoostedTrees, packaged_model
from newsarchive.parsers.body.embedded import paragraphs_of, scripted_outline, told_text
from newsarchive.parsers.body.features import NAMES, Context, context_of, features, overlap
from newsarchive.parsers.body.layout import HEADINGS, SENTENCE_END, Layout, layout_of, squeezed
from newsarchive.parsers.outline.pieces import Box, Outline, Piece
from newsarchive.parsers.page import Page
from newsarchive.parsers.structured import as_list
from newsarchive.parsers.vocabulary.markup_words import BIT
from newsarchive.parsers.vocabulary.related_phrases import is_phrase, without_phrase

MODEL_FILE = "model.json"
THRESHOLD = 0.5
"""A piece with at least this probability is body."""
LOW_THRESHOLDS = (0.35, 0.25, 0.15)
"""Tried in turn on a page where most of the running text stays below THRESHOLD: its markup is unlike any known."""
MIN_SHARE = 0.3
"""Share of the main box's running text that the body holds on an ordinary page."""
MIN_ROWS = 3
"""A list or table of at least so many rows is judged as a whole."""
MIN_LIST = 0.1
"""What an item of a list between two paragraphs must reach for the list to be taken with them."""
MAX_SIGN_UP_PIECES = 4
MAX_SIGN_UP_CHARS = 250
"""A larger box, or a longer text in it, may be a newsletter itself."""
MIN_JSON_CHARS = 400
"""A shorter JSON-LD articleBody is never taken for the whole text."""
JSON_RATIO = 2.5
"""How many times longer than the text found in the page a JSON-LD articleBody must be to be preferred."""
SCANT_CHARS = 200
"""A page that shows less text than this may carry it in a script."""
COPY_CHARS = 600
"""A piece longer than this may be a hidden copy of the whole text in one element."""
MAX_CAPTION_CHARS = 300
"""A longer text beside a picture in one box is no caption."""
MIN_PARAGRAPH_CHARS = 60
"""A shorter line before a line break is one of an address, a poem or a list, not a paragraph."""
MIN_ARTICLE_CHARS = 400
"""An article with less text of its own may go on in others of the page."""
SAME_HEADLINE = 0.7
"""How much of a heading must be the beginning of the headline, or the other way round, for it to be the headline."""
_HEAD_CHARS = 60


@dataclass(frozen=True, slots=True)
class Body:
    """What was found to be the article's text, and what :mod:`images` and :mod:`related` need to know of it."""

    blocks: tuple[Block, ...]
    source: str
    """``dom``, ``json-ld`` or ``script``; ``none`` if no text was found."""
    outline: Outline
    chosen: tuple[int, ...] = ()
    """Indices of the outline's pieces the blocks were made of, ascending."""
    main: Box | None = None
    """The box that holds most of the page's running text; None on a page without any."""
    local_words: dict[int, int] = field(default_factory=dict)
    """Meanings of the boxes around a piece, see :class:`newsarchive.parsers.body.layout.Layout`."""


def find_body(page: Page, headline: str | None, model: BoostedTrees | None = None) -> Body:
    """The body of the page; ``headline`` as found by the headline rule, None if there is none. Never raises.

    ``model`` stands in for the packaged classifier where one is trained or compared.
    """
    outline = page.outline
    told = told_text(page)
    context = page_context(page, headline, told)
    model = model or packaged_model(MODEL_FILE, NAMES)
    body = _judged(outline, context, model, "dom")
    chars = sum(len(block.text) for block in body.blocks)
    if len(told) >= MIN_JSON_CHARS and len(told) > JSON_RATIO * chars:
        blocks = tuple(
            Block(kind=BlockKind.PARAGRAPH, text=text) for text in paragraphs_of(told) if not is_phrase(text)
        )
        return Body(blocks, "json-ld", outline, (), body.main, body.local_words)
    if chars < SCANT_CHARS:
        scripted = scripted_outline(page)
        if scripted is not None:
            hidden = _judged(scripted, context, model, "script")
            if sum(len(block.text) for block in hidden.blocks) > 2 * chars:
                return hidden
    return body


def page_context(page: Page, headline: str | None, told: str) -> Context:
    """What the page says about its text outside it; ``told`` is its JSON-LD articleBody or empty."""
    authors = [
        author if isinstance(author, str) else author.get("name")
        for node in page.json_ld
        for author in as_list(node.get("author"))
        if isinstance(author, (str, dict))
    ]
    values = {
        "headline": headline,
        "description": page.meta_first("og:description", "description"),
        "article_body": told,
    }
    return context_of(values, tuple(name for name in authors if isinstance(name, str)))


def _judged(outline: Outline, context: Context, model: BoostedTrees, source: str) -> Body:
    """The body among the outline's pieces."""
    if not outline.pieces:
        return Body((), "none", outline)
    layout = layout_of(outline)
    indices, rows = features(outline, layout, context, model.asked)
    judged = {index: model.probability(row) for index, row in zip(indices, rows, strict=True)}
    _level_rows(outline.pieces, judged)
    chosen = _with_lists_between(_chosen(judged, layout), judged, outline.pieces)
    chosen = [index for index in chosen if not _is_pointer(outline.pieces[index])]
    chosen = _without_other_articles(chosen, outline, layout, context)
    chosen = _without_captions(chosen, outline)
    chosen = _without_link_lists(chosen, outline.pieces)
    chosen = [index for index in chosen if not _is_sign_up(outline.pieces[index])]
    chosen = _without_standfirst(chosen, outline.pieces, context)
    chosen = _without_headline(chosen, outline.pieces, layout, context)
    chosen = _without_copies(chosen, outline.pieces, layout)
    blocks = tuple(
        Block(kind=_kind(outline.pieces[index].box), text=text)
        for index in chosen
        for text in _paragraphs(outline.pieces[index].text)
    )
    return Body(blocks, source if blocks else "none", outline, tuple(chosen), layout.main, layout.local_words)


def _paragraphs(text: str) -> list[str]:
    """A piece's text, cut at its line breaks if each line is a long one that ends a sentence."""
    if "\n" not in text:
        return [text]
    lines = text.split("\n")
    are_paragraphs = all(len(line) >= MIN_PARAGRAPH_CHARS and line[-1] in SENTENCE_END for line in lines)
    return lines if are_paragraphs else [text]


def _level_rows(pieces: list[Piece], judged: dict[int, float]) -> None:
    """Give the rows of one list or table the mean of their probabilities, weighted by length."""
    for members in _lists(judged, pieces):
        if len(members) >= MIN_ROWS:
            weights = [min(len(pieces[index].text), 200) for index in members]
            mean = sum(judged[index] * weight for index, weight in zip(members, weights, strict=True)) / sum(weights)
            judged.update(dict.fromkeys(members, mean))


def _with_lists_between(chosen: list[int], judged: dict[int, float], pieces: list[Piece]) -> list[int]:
    """Take lists that stand between two chosen pieces of the box they stand in: they are part of what is told there."""
    taken = set(chosen)
    for members in _lists(judged, pieces):
        holder = pieces[members[0]].box.parent
        if holder is None or holder.parent is None or members[0] in taken or pieces[members[0]].box.tag != "li":
            continue
        around = holder.parent
        before = bisect_left(chosen, holder.first)
        after = bisect_left(chosen, holder.end)
        if not 0 < before <= after < len(chosen):
            continue
        if pieces[chosen[before - 1]].box.parent is around and pieces[chosen[after]].box.parent is around:
            chars = sum(len(pieces[index].text) for index in members)
            links = sum(pieces[index].link_chars for index in members)
            if links <= 0.5 * chars and max(judged[index] for index in members) >= MIN_LIST:
                taken.update(members)
    return sorted(taken)


def _lists(indices: Iterable[int], pieces: list[Piece]) -> list[list[int]]:
    """The pieces that are rows, by the list or table they stand in."""
    groups: dict[tuple[int, str], list[int]] = {}
    for index in indices:
        box = pieces[index].box
        if box.tag in ("li", "tr", "td", "dd") and box.parent is not None:
            groups.setdefault((id(box.parent), box.tag), []).append(index)
    return list(groups.values())


def _without_link_lists(chosen: list[int], pieces: list[Piece]) -> list[int]:
    """Leave out lists that are next to nothing but links: tables of contents, other stories."""
    dropped: set[int] = set()
    for members in _lists(chosen, pieces):
        chars = sum(len(pieces[index].text) for index in members)
        if sum(pieces[index].link_chars for index in members) > 0.9 * chars:
            dropped.update(members)
    return [index for index in chosen if index not in dropped]


def _without_standfirst(chosen: list[int], pieces: list[Piece], context: Context) -> list[int]:
    """Leave out the page's own description above the text, if it does not look like the paragraphs below it."""
    if len(chosen) < 2 or not context.description:
        return chosen
    first, second = pieces[chosen[0]], pieces[chosen[1]]
    if squeezed(first.text) != context.description or _look(first) == _look(second):
        return chosen
    return chosen[1:] if first.box.words & BIT["standfirst"] else chosen


def _look(piece: Piece) -> tuple[object, ...]:
    box = piece.box
    return (box.tag, box.name, id(box.parent))


def _without_other_articles(chosen: list[int], outline: Outline, layout: Layout, context: Context) -> list[int]:
    """Leave out other whole articles of the page, as endless scrolling appends them.

    Each stands in an ``<article>`` of its own, with a main heading of its own, beside the one with the headline.
    """
    titles = [piece for piece in outline.pieces if piece.box.tag == "h1"]
    if len(titles) < 2 or not context.headline:
        return chosen
    own: Box | None = None
    others: list[Box] = []
    for piece in titles:
        article = _article_around(piece.box)
        if article is None:
            continue
        if overlap(layout.heads[piece.index], context.headline) > SAME_HEADLINE:
            own = own or article
        else:
            others.append(article)
    if own is None:
        return chosen
    text_chars = sum(len(outline.pieces[index].text) for index in chosen if own.first <= index < own.end)
    if text_chars < MIN_ARTICLE_CHARS:  # the pictures of a gallery, each an article to its markup
        return chosen
    for other in others:
        if other.end <= own.first or own.end <= other.first:
            chosen = [index for index in chosen if not other.first <= index < other.end]
    return chosen


def _article_around(box: Box) -> Box | None:
    current: Box | None = box
    while current is not None and current.tag != "article":
        current = current.parent
    return current


def _without_captions(chosen: list[int], outline: Outline) -> list[int]:
    """Leave out captions: in a ``<figcaption>``, or the only text of a box that is there for a picture."""
    pictured = {id(picture.box) for picture in outline.pictures}
    kept: list[int] = []
    for index in chosen:
        piece = outline.pieces[index]
        box = piece.box
        if _in(box, "figcaption"):
            continue
        alone = box.end == box.first + 1 and box.tag in ("div", "figure", "center", "section")
        if alone and id(box) in pictured and len(piece.text) <= MAX_CAPTION_CHARS:
            continue
        kept.append(index)
    # A gallery may tell its story under its pictures: then that is the text.
    return kept or [index for index in chosen if len(outline.pieces[index].text) > MAX_CAPTION_CHARS]


def _chosen(judged: dict[int, float], layout: Layout) -> list[int]:
    """Indices of the pieces that are probable enough."""
    main = layout.main
    in_main = {index: layout.running[index] for index in judged if main.first <= index < main.end}
    total = sum(in_main.values())

    def share(threshold: float) -> float:
        return sum(running for index, running in in_main.items() if judged[index] >= threshold) / total

    threshold = THRESHOLD
    if total and share(THRESHOLD) < MIN_SHARE:
        threshold = next((low for low in LOW_THRESHOLDS if share(low) >= 0.5), THRESHOLD)
    return [index for index, probability in judged.items() if probability >= threshold]


def _is_pointer(piece: Piece) -> bool:
    """Whether the piece only points at another article: "Related: …", or a line that is all link."""
    if is_phrase(piece.text):
        return True
    if len(piece.anchors) > 1 and piece.link_chars > 0.75 * len(piece.text) and "\n" in piece.text:
        return True  # a column of links
    if piece.link_chars > 0.95 * len(piece.text):
        return not _in(piece.box, "li", "tr", "td", "dd", *HEADINGS)
    rest = without_phrase(piece.text)
    if rest is None:
        return False
    if piece.anchors:
        return piece.link_chars >= 0.6 * len(rest)
    return len(piece.text) < 200


def _is_sign_up(piece: Piece) -> bool:
    """Whether the piece stands in a small box that is named for a newsletter."""
    box = piece.box
    for _ in range(2):
        if box.name and "newsletter" in box.name.lower() and box.end - box.first <= MAX_SIGN_UP_PIECES:
            return len(piece.text) <= MAX_SIGN_UP_CHARS
        if box.parent is None:
            break
        box = box.parent
    return False


def _without_headline(chosen: list[int], pieces: list[Piece], layout: Layout, context: Context) -> list[int]:
    """Leave out pieces that only repeat the headline."""
    if not context.headline:
        return chosen
    return [
        index
        for index in chosen
        if layout.heads[index] != context.headline or len(pieces[index].text) > 2 * len(context.headline) + 20
    ]


def _without_copies(chosen: list[int], pieces: list[Piece], layout: Layout) -> list[int]:
    """Leave out long pieces that hold the text of the others once more, as hidden copies for scripts do."""
    copies: set[int] = set()
    for index in chosen:
        text = pieces[index].text
        if len(text) > COPY_CHARS:
            whole = squeezed(text)
            repeated = sum(
                len(pieces[other].text)
                for other in chosen
                if other != index and len(head := layout.heads[other][:_HEAD_CHARS]) > 20 and head in whole
            )
            if repeated > 0.6 * len(text):
                copies.add(index)
    return [index for index in chosen if index not in copies]


def _in(box: Box, *tags: str) -> bool:
    """Whether the box or one of the two around it is one of these elements."""
    current: Box | None = box
    for _ in range(3):
        if current is None:
            return False
        if current.tag in tags:
            return True
        current = current.parent
    return False


_KINDS = {
    **dict.fromkeys(HEADINGS, BlockKind.HEADING),
    **dict.fromkeys(("li", "dd", "dt"), BlockKind.LIST_ITEM),
    "blockquote": BlockKind.QUOTE,
}
_KIND_LEVELS = 4


def _kind(box: Box) -> BlockKind:
    """The kind of a piece by the nearest telling element within some levels; a ``tr`` only if the piece is the row."""
    if box.tag == "tr":
        return BlockKind.TABLE_ROW
    current: Box | None = box
    for _ in range(_KIND_LEVELS):
        if current is None:
            break
        if current.tag in _KINDS:
            return _KINDS[current.tag]
        current = current.parent
    return BlockKind.PARAGRAPH
