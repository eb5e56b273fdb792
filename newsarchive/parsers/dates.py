"""When an article was published and last changed: which of a page's many dates it is.

Machine-readable statements come first, in the order of how often they are right; then ``<time>``, a date printed near
the headline, the feed or sitemap, and the date in the address. Never a date from the running text, never the crawl's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from newsarchive.model.article import DatePrecision
from newsarchive.model.capture import HintSource
from newsarchive.parsers.date_text import MAX_DATE_CHARS, DateContext, ReadDate, is_future, read_date
from newsarchive.parsers.found import Found
from newsarchive.parsers.headline import find_headline, headline_position
from newsarchive.parsers.markup_words import BIT
from newsarchive.parsers.metadata import article_node, page_node
from newsarchive.parsers.outline import Box, Piece
from newsarchive.parsers.page import Page
from newsarchive.parsers.text import Element, element_line, letters

PUBLISHED_META = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "parsely-pub-date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "cxenseparse:recs:published_time",
    "sailthru.date",
    "shareaholic:article_published_time",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.date",
    "dc.date",
    "dcterms.created",
    "dcterms:created",
    "dc.date.created",
    "publish-date",
    "publish_date",
    "publishdate",
    "publisheddate",
    "published_time",
    "published_at",
    "publication_date",
    "pub_date",
    "pubdate",
    "article.published",
    "article_date_original",
    "originalpublicationdate",
    "date",
    "datecreated",
    "citation_publication_date",
    "citation_date",
    "article.created",
    "created",
    "creation_date",
    "release_date",
)
"""``<meta>`` names that state publication, the exact ones first."""
MODIFIED_META = (
    "article:modified_time",
    "og:article:modified_time",
    "og:modified_time",
    "og:updated_time",
    "datemodified",
    "article:modified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
    "last_updated_date",
    "revision_date",
    "cxenseparse:recs:moddate",
    "shareaholic:article_modified_time",
)

# /2024/05/17/, /2024-05-17-, /20240517/, /17-05-2024/: day included, else it is no date.
_IN_ADDRESS = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([-/_.]?)(0[1-9]|1[0-2]|(?<=[-/_.])[1-9])\2(0[1-9]|[12]\d|3[01]|(?<=[-/_.])[1-9])(?!\d)"
)
_ELSEWHERE_CLASS = re.compile(
    r"foot|sidebar|related|teaser|comment|widget|copyright|navi|menu|recent|popular|recommend|archive|calendar|event",
    re.IGNORECASE,
)
_ELSEWHERE_TAGS = frozenset({"footer", "aside", "nav", "select", "option", "form", "button", "script", "style"})
_PRINTED = re.compile(
    r"(?<!\d)\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:\d{4}|\d\d)(?!\d)|(?<!\d)\d{4}\s?[-/.年년]\s?\d{1,2}\s?[-/.月월]\s?\d{1,2}"
    r"|\d{1,2}[^\n\d]{2,25}(?:19|20|25)\d\d(?!\d)|[^\s\d]{3,12}\s?\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d\.?\s[^\s\d]{3,15}\s\d{1,2}(?!\d)"
)
_PUBLISHED_WORDS = re.compile(
    r"publi|posted|created|veröffentl|erschienen|vom |stand|datum|date|fecha|opubl|опубл|le |发布|公開|입력|등록",
    re.IGNORECASE,
)
_MODIFIED_WORDS = re.compile(
    r"updat|modif|aktualis|geändert|mis à jour|mise à jour|actualiz|atualiz|aggiorn|bijgewerkt|обновл|оновл|更新|수정",
    re.IGNORECASE,
)
_DATELINE_MARK = re.compile(r"[|·•]|(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
MAX_PRINTED = 60
"""How many printed dates of a page are weighed."""
MIN_PRINTED_CHARS = 6
MAX_PRINTED_CHARS = 240
"""A longer text is running text."""
MIN_PRINTED_SCORE = -0.6
"""Measured: nine of ten dates taken are right, as they are down to here."""
EARLIEST_PRINTED_YEAR = 1990
"""The web is no older; a printed date before that is what the article is about."""
_DATED = BIT["date"] | BIT["byline"]
_ELSEWHERE = BIT["related"] | BIT["footer"] | BIT["caption"] | BIT["side"] | BIT["comments"]


@dataclass(frozen=True, slots=True)
class PublishedDate:
    """A publication date as far as it could be read."""

    raw: str
    value: datetime | None
    """Aware, UTC. None if ``raw`` could not be read or lies in the future."""
    precision: DatePrecision | None


def find_published(page: Page, context: DateContext) -> Found[PublishedDate] | None:
    """When the article was first published; None if neither page nor feed nor address says so.

    The first readable date wins. If there is none, the first unreadable or future one is kept raw, and its source says
    so: ``json-ld (future)``.
    """
    fallback: Found[PublishedDate] | None = None
    for raw, source in _published(page, context):
        found = published_from(raw, source, context)
        if found.value.value is not None:
            return found
        fallback = fallback or found
    return fallback


def published_from(raw: str, source: str, context: DateContext) -> Found[PublishedDate]:
    """What one string says of the publication, even if nothing: then only its raw form, and the source says why."""
    read = read_date(raw, context, machine=source != "text")
    if read is None or is_future(read.value, context.fetched_at):
        flag = "unreadable" if read is None else "future"
        return Found(PublishedDate(raw, None, None), f"{source} ({flag})")
    return Found(PublishedDate(raw, _utc(read), read.precision), source)


def find_modified(page: Page, context: DateContext) -> Found[datetime] | None:
    """When the article was last changed, aware, UTC, as page or feed states it; None if they do not."""
    for raw, source in _modified(page):
        read = read_date(raw, context, machine=True)
        if read is not None and not is_future(read.value, context.fetched_at):
            return Found(_utc(read), source)
    return None


def _published(page: Page, context: DateContext) -> Iterator[tuple[str, str]]:
    node = page.once(article_node)
    if node is not None:
        yield from _stated(node.get("datePublished"), "json-ld")
    for name in PUBLISHED_META[:4]:
        for raw in page.meta.get(name, ())[:1]:
            yield raw, "meta"
    whole = page.once(page_node)
    if whole is not None:
        yield from _stated(whole.get("datePublished"), "json-ld")
    for name in PUBLISHED_META[4:]:
        for raw in page.meta.get(name, ())[:1]:
            yield raw, "meta"
    if node is not None:
        yield from _stated(node.get("dateCreated"), "json-ld")
    yield from _time_elements(page)
    printed = _printed(page, context)
    if printed:
        yield printed, "text"
    for hints in page.capture.hints:
        if hints.date_published_raw and hints.source != HintSource.SITEMAP:
            yield hints.date_published_raw, hints.source.value
    match = _IN_ADDRESS.search(page.url.split("//", 1)[-1].partition("/")[2])
    if match:
        yield f"{match[1]}-{int(match[3]):02d}-{int(match[4]):02d}", "url"


def _modified(page: Page) -> Iterator[tuple[str, str]]:
    for node in (page.once(article_node), page.once(page_node)):
        if node is not None:
            yield from _stated(node.get("dateModified"), "json-ld")
    for name in MODIFIED_META:
        for raw in page.meta.get(name, ())[:1]:
            yield raw, "meta"
    for element in page.elements("time"):
        if element.get("itemprop") == "dateModified" or "updated" in (element.get("class") or "").split():
            yield element.get("datetime") or element_line(element), "time"
    for hints in page.capture.hints:
        # A plain sitemap's lastmod moves with every change of the template; Atom wants "updated" of every entry.
        told = hints.date_modified_raw
        if told and told != hints.date_published_raw and hints.source != HintSource.SITEMAP:
            yield told, hints.source.value


def _stated(value: object, source: str) -> Iterator[tuple[str, str]]:
    values = value if isinstance(value, list) else [value]
    for item in values[:1]:
        text = item.get("@value") if isinstance(item, dict) else item
        if isinstance(text, (str, int)) and not isinstance(text, bool) and str(text).strip():
            yield str(text).strip()[: 2 * MAX_DATE_CHARS], source


def _time_elements(page: Page) -> Iterator[tuple[str, str]]:
    """``<time>`` elements: those marked as publication first, none that is marked as something else."""
    ranked: list[tuple[int, str]] = []
    for element in page.elements("time")[:20]:
        raw = element.get("datetime") or element_line(element)
        names = f"{element.get('itemprop') or ''} {element.get('class') or ''}".lower()
        if not raw or "modified" in names or "updated" in names.split():
            continue
        rank = 0 if element.get("pubdate") is not None or "publish" in names else 1
        if rank and any(_is_elsewhere(ancestor) for ancestor in element.iterancestors()):
            rank = 2
        ranked.append((rank, raw.strip()))
    for _, raw in sorted(ranked, key=lambda item: item[0]):
        yield raw, "time"


def _printed(page: Page, context: DateContext) -> str | None:
    """The date printed for readers beside the headline: a short text of its own, not in the running text."""
    heading = page.once(headline_position)
    ranked: list[tuple[float, int, str]] = []
    for piece, text in _short_texts(page, heading):
        match = _PRINTED.search(text)
        if match is None:
            continue
        score = _printed_score(piece, text, match)
        if score is None:
            continue
        distance = abs(piece.index - heading) if heading is not None else piece.index
        if heading is not None:
            score += 2.0 if distance <= 6 else 1.0 if distance <= 15 else 0.4 if piece.index > heading else 0.0
        ranked.append((score, -distance, text if len(text) <= MAX_DATE_CHARS else match.group()))
        if len(ranked) == MAX_PRINTED:
            break
    for score, _, text in sorted(ranked, reverse=True)[:10]:
        if score < MIN_PRINTED_SCORE:
            break
        read = read_date(text, context)
        if (
            read is not None
            and not is_future(read.value, context.fetched_at)
            and read.value.year >= EARLIEST_PRINTED_YEAR
        ):
            return text
    return None


def _short_texts(page: Page, heading: int | None) -> Iterator[tuple[Piece, str]]:
    """The pieces short enough for a dateline, and the lines of the headline's piece: old pages only break lines."""
    known = page.once(find_headline)
    key = letters(known.value) if known else ""
    for piece in page.outline.pieces:
        texts = [piece.text]
        if piece.index == heading:
            texts = piece.text.split("\n") if "\n" in piece.text else []
        for line in texts:
            if MIN_PRINTED_CHARS <= len(line) <= MAX_PRINTED_CHARS and (piece.index != heading or letters(line) != key):
                yield piece, line


def _printed_score(piece: Piece, text: str, match: re.Match[str]) -> float | None:
    """How much a short text with a date looks like the article's dateline; None if it cannot be."""
    box = piece.box
    if "©" in text or "copyright" in text.lower():
        return None
    around = _words_around(box)
    score = 1.5 if box.words & _DATED else 0.7 if around & _DATED else 0.0
    if around & _ELSEWHERE:
        score -= 1.5
    if piece.link_chars > len(piece.text) / 2:
        score -= 1.5
    if box.tag in ("li", "td") and text == piece.text:
        score -= 0.5
    rest = len(text) - len(match.group())
    score += 1.0 if rest < 12 else 0.3 if rest < 40 else -0.8
    if _DATELINE_MARK.search(text, match.end()):  # "25.04.24 | 14:07"
        score += 0.6
    if _PUBLISHED_WORDS.search(text):
        score += 0.7
    if _MODIFIED_WORDS.search(text):
        score -= 0.4
    return score


def _words_around(box: Box) -> int:
    """Meanings of the box and of all boxes around it below ``<body>``."""
    words = 0
    current: Box | None = box
    while current is not None and current.tag not in ("body", "html"):
        words |= current.words
        current = current.parent
    return words


def _is_elsewhere(element: Element) -> bool:
    return element.tag in _ELSEWHERE_TAGS or bool(_ELSEWHERE_CLASS.search(element.get("class") or ""))


def _utc(read: ReadDate) -> datetime:
    return read.value.replace(tzinfo=UTC) if read.precision is DatePrecision.DAY else read.value.astimezone(UTC)
