"""When an article was published and last changed: which of a page's many dates it is.

Machine-readable statements come first, in the order of how often they are right; then ``<time>``, a date printed near
the headline, the feed or sitemap, and the date in the address. Never a date from the running text, never the crawl's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import lxml.html

from newsarchive.model.article import DatePrecision
from newsarchive.model.capture import HintSource
from newsarchive.parsers.date_text import MAX_DATE_CHARS, DateContext, ReadDate, is_future, read_date
from newsarchive.parsers.found import Found
from newsarchive.parsers.metadata import article_node, page_node
from newsarchive.parsers.page import Page
from newsarchive.parsers.text import element_line

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
_DATED_CLASS = re.compile(
    r"date|datum|datum|fecha|data\b|time|publi|posted|created|veroeffent|stamp|byline|meta|info|tarih|jour|ngay",
    re.IGNORECASE,
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
MAX_PRINTED = 60
"""How many printed dates of a page are weighed."""


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
    node = article_node(page)
    if node is not None:
        yield from _stated(node.get("datePublished"), "json-ld")
    for name in PUBLISHED_META[:4]:
        for raw in page.meta.get(name, ())[:1]:
            yield raw, "meta"
    whole = page_node(page)
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
    for node in (article_node(page), page_node(page)):
        if node is not None:
            yield from _stated(node.get("dateModified"), "json-ld")
    for name in MODIFIED_META:
        for raw in page.meta.get(name, ())[:1]:
            yield raw, "meta"
    for element in page.elements("time"):
        if element.get("itemprop") == "dateModified" or "updated" in (element.get("class") or "").split():
            yield element.get("datetime") or element_line(element), "time"
    for hints in page.capture.hints:
        # A plain sitemap's lastmod moves with every change of the template.
        if hints.date_modified_raw and hints.source != HintSource.SITEMAP:
            yield hints.date_modified_raw, hints.source.value


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
    """The date printed for readers beside the headline: short text of its own, not in the running text."""
    heading = page.elements("h1")[0] if page.elements("h1") else None
    best: tuple[float, str] | None = None
    seen = position = 0
    heading_at: int | None = None
    for element in page.tree.iter():
        position += 1
        if element is heading:
            heading_at = position
        for text in (element.text, element.tail):
            if not text or not 6 <= len(text) <= 400:
                continue
            line = " ".join(text.split())
            if not 6 <= len(line) <= MAX_DATE_CHARS or not _PRINTED.search(line):
                continue
            holder = element if text is element.text else element.getparent()
            score = _printed_score(holder, line) if holder is not None else None
            if score is None:
                continue
            if heading_at is not None:
                distance = position - heading_at
                score += 1.5 if distance < 40 else 0.5 if distance < 150 else 0.0
            if best is None or score > best[0]:
                read = read_date(line, context)
                if read is not None and not is_future(read.value, context.fetched_at) and read.value.year >= 1990:
                    best = (score, line)
            seen += 1
            if seen == MAX_PRINTED:
                return best[1] if best and best[0] > 0 else None
    return best[1] if best and best[0] > 0 else None


def _printed_score(holder: lxml.html.HtmlElement, line: str) -> float | None:
    """How much a short text with a date looks like the article's dateline; None if it cannot be."""
    score = 0.0
    for near, ancestor in enumerate((holder, *holder.iterancestors())):
        tag = ancestor.tag
        if tag in _ELSEWHERE_TAGS:
            return None
        if tag == "a" and near < 3:
            score -= 1.0
        if tag == "li" and near < 4:
            score -= 0.5
        names = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"
        if near < 4 and names != " ":
            if _DATED_CLASS.search(names):
                score += 1.5 if near == 0 else 0.7
            if _ELSEWHERE_CLASS.search(names):
                score -= 1.5
        if tag in {"article", "main", "header"}:
            score += 0.3
    digits = _PRINTED.search(line)
    rest = len(line) - (len(digits.group()) if digits else 0)
    score += 1.0 if rest < 12 else 0.3 if rest < 40 else -0.8
    if _PUBLISHED_WORDS.search(line):
        score += 0.7
    if _MODIFIED_WORDS.search(line):
        score -= 0.4
    if "©" in line or "copyright" in line.lower():
        return None
    return score


def _is_elsewhere(element: lxml.html.HtmlElement) -> bool:
    return element.tag in _ELSEWHERE_TAGS or bool(_ELSEWHERE_CLASS.search(element.get("class") or ""))


def _utc(read: ReadDate) -> datetime:
    return read.value.replace(tzinfo=UTC) if read.precision is DatePrecision.DAY else read.value.astimezone(UTC)
