"""When an article was published and last changed: which of a page's many dates it is.

Machine-readable statements come first, in the order of how often they are right; then ``<time>``, a date printed near
the headline, the feed or sitemap, and the date in the address. Never a date from the running text, never the crawl's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from newsarchive.model.article import DatePrecision
from newsarchive.model.capture import HintSource
from newsarchive.parsers.dates.evidence import day_first_on, in_local_time, is_ambiguous, is_midnight, with_a_clock
from newsarchive.parsers.dates.marks import address_dates, marked_elements, time_elements
from newsarchive.parsers.dates.printed import dated_lines, near_lines
from newsarchive.parsers.dates.reading import MAX_DATE_CHARS, DateContext, ReadDate, is_future, primary, read_date
from newsarchive.parsers.dates.relative import tells_ago
from newsarchive.parsers.found import Found
from newsarchive.parsers.metadata import article_node, page_node
from newsarchive.parsers.page import Page
from newsarchive.parsers.structured import types_of
from newsarchive.parsers.text import element_line

EXACT_META = ("article:published_time", "og:article:published_time", "og:published_time", "article:published")
"""``<meta>`` names that the protocols define for publication."""
PUBLISHED_META = (
    "datepublished",
    "parsely-pub-date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "cxenseparse:recs:published_time",
    "cxenseparse:pw:publishtime",
    "sailthru.date",
    "shareaholic:article_published_time",
    "bt:pubdate",
    "ob:date",
    "og:pubdate",
    "dcterms.issued",
    "dcterms:issued",
    "dc.date.issued",
    "dc:date.issued",
    "dc.date.published",
    "publish-date",
    "publish_date",
    "publishdate",
    "publisheddate",
    "published-date",
    "published_date",
    "published_time",
    "published_at",
    "published",
    "publication_date",
    "publication-date",
    "pub_date",
    "pub-date",
    "pubdate",
    "article.published",
    "article:pubdate",
    "article_date_original",
    "originalpublicationdate",
    "displaydate",
    "citation_publication_date",
    "citation_online_date",
)
"""``<meta>`` names of content systems and trackers that can only mean publication."""
LOOSE_META = (
    "dcterms.date",
    "dc.date",
    "dc:date",
    "dcterms.created",
    "dcterms:created",
    "dc.date.created",
    "date",
    "datecreated",
    "citation_date",
    "article.created",
    "created",
    "created_at",
    "creation_date",
    "release_date",
    "uploaddate",
)
"""``<meta>`` names that mean publication on most sites, and the last change or the delivery on others."""
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

MIN_PRINTED_SCORE = -0.6
"""Measured: nine of ten dates taken are right, as they are down to here."""
SURE_PRINTED_SCORE = 2.5
"""A printed dateline this clear beats a ``<meta>`` that may mean something else."""
LOCAL_PRINTED_SCORE = 2.5
"""A printed dateline this clear may tell the local day of a moment stated in UTC."""
EARLIEST_PRINTED_YEAR = 1990
"""The web is no older; a printed date before that is what the article is about."""
MAX_PRINTED = 25
"""How many printed dates are read before giving up."""
MAX_NODES = 100
MAX_SHOWN_TIMES = 3
_YEAR = re.compile(r"\d{4}")
# What has a date of its own and is no article: dateless pages carry them along.
_OTHER_TYPES = ("Object", "Comment", "Review", "Answer", "Question", "Person", "Event", "Product", "Clip", "Episode")


@dataclass(frozen=True, slots=True)
class PublishedDate:
    """A publication date as far as it could be read."""

    raw: str
    """The date as written; of a moment in UTC that the page also writes in local time on another day, the latter."""
    value: datetime | None
    """Aware, UTC. None if ``raw`` could not be read or lies in the future."""
    precision: DatePrecision | None


def find_published(page: Page, context: DateContext) -> Found[PublishedDate] | None:
    """When the article was first published; None if neither page nor feed nor address says so.

    The first readable date wins. If there is none, the first unreadable or future one is kept raw, and its source says
    so: ``json-ld (future)``. Where another place tells the local day, the source names both: ``json-ld+text``.
    """
    fallback: Found[PublishedDate] | None = None
    for raw, source in _published(page, context):
        found = published_from(raw, source, _informed(page, raw, context))
        if found.value.value is not None:
            return _completed(page, found, context)
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
        read = read_date(raw, _informed(page, raw, context), machine=True)
        if read is not None and not is_future(read.value, context.fetched_at):
            return Found(_utc(read), source)
    return None


def _published(page: Page, context: DateContext) -> Iterator[tuple[str, str]]:
    """All that may be the date of publication, the most trusted first."""
    yield from _for_machines(page)
    later: list[str] = []
    for raw, is_sure in time_elements(page):
        if is_sure and not _is_relative(raw, context):
            yield raw, "time"
        else:
            later.append(raw)
    for raw in marked_elements(page):
        yield raw, "microdata"
    printed = _printed(page, context)
    if printed and printed[1] >= SURE_PRINTED_SCORE:
        yield printed[0], "text"
    for name in LOOSE_META:
        for raw in page.meta.get(name, ())[:1]:
            yield raw, "meta"
    for raw in later:
        if not _is_relative(raw, context):
            yield raw, "time"
    if printed:
        yield printed[0], "text"
    for raw in later:
        yield raw, "time"
    for hints in page.capture.hints:
        if hints.date_published_raw and hints.source != HintSource.SITEMAP:
            yield hints.date_published_raw, hints.source.value
    for raw in address_dates(page):
        yield raw, "url"


def _for_machines(page: Page) -> Iterator[tuple[str, str]]:
    node, whole = page.once(article_node), page.once(page_node)
    if node is not None:
        yield from _stated(node.get("datePublished"), "json-ld")
    for name in EXACT_META:
        for raw in page.meta.get(name, ())[:1]:
            yield raw, "meta"
    if whole is not None:
        yield from _stated(whole.get("datePublished"), "json-ld")
    for name in PUBLISHED_META:
        for raw in page.meta.get(name, ())[:1]:
            yield raw, "meta"
    if node is not None:
        yield from _stated(node.get("dateCreated"), "json-ld")
    if node is None and whole is None:
        yield from _other_nodes(page)


def _other_nodes(page: Page) -> Iterator[tuple[str, str]]:
    """The date of the only other thing that has one: a recipe, a creative work, a video if the page is about it."""
    dates: dict[str, None] = {}
    for node in page.json_ld[:MAX_NODES]:
        names = types_of(node)
        key = "uploadDate" if "VideoObject" in names else "datePublished"
        if "VideoObject" in names or not any(name.endswith(_OTHER_TYPES) for name in names):
            dates.update(dict.fromkeys(raw for raw, _ in _stated(node.get(key), "json-ld")))
    if len(dates) == 1:
        yield next(iter(dates)), "json-ld"


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


def _printed(page: Page, context: DateContext) -> tuple[str, float] | None:
    """The date printed for readers and how clear it is: a short text of its own, not in the running text."""
    for line in page.once(dated_lines)[:MAX_PRINTED]:
        if line.score < MIN_PRINTED_SCORE:
            break
        read = read_date(line.raw, _informed(page, line.raw, context))
        if (
            read is not None
            and not is_future(read.value, context.fetched_at)
            and read.value.year >= EARLIEST_PRINTED_YEAR
        ):
            return line.raw, line.score
    return None


def _is_relative(raw: str, context: DateContext) -> bool:
    return _YEAR.search(raw) is None and tells_ago(raw, primary(context.language))


def _informed(page: Page, raw: str, context: DateContext) -> DateContext:
    """The context with what the page's other dates tell of the order of day and month, if ``raw`` leaves it open."""
    if context.day_first is not None or not is_ambiguous(raw):
        return context
    stated = (read_date(text, context, machine=True) for text, _ in _modified(page) if not is_ambiguous(text))
    moments = [read.value for read in stated if read is not None]
    return replace(context, day_first=day_first_on(page, moments))


def _completed(page: Page, found: Found[PublishedDate], context: DateContext) -> Found[PublishedDate]:
    """The date with the time another place gives for a mere midnight, and as written on its local day."""
    read = read_date(found.value.raw, context, machine=True)
    if read is None or found.source not in ("json-ld", "meta", "time", "microdata"):
        return found
    if is_midnight(read):
        for raw, source in with_a_clock(_for_machines(page), read.value, context):
            return _completed(page, published_from(raw, source, context), context)
        return found
    if read.precision is DatePrecision.DAY or read.is_local or read.value.utcoffset() != timedelta(0):
        return found
    local = in_local_time(read.value, _restated(page), context)
    if local is None:
        return found
    raw, source = local
    joined = found.source if source == found.source else f"{found.source}+{source}"
    return Found(replace(found.value, raw=raw), joined)


def _restated(page: Page) -> Iterator[tuple[str, str]]:
    """What may tell a moment's local day, the most exact first."""
    for raw, source in _for_machines(page):
        if "T00:00:00" not in raw:
            yield raw, source
    for node in page.json_ld[:MAX_NODES]:
        yield from _stated(node.get("datePublished"), "json-ld")
    times = page.elements("time")[:MAX_SHOWN_TIMES]
    for element in times:
        if stated := element.get("datetime"):
            yield stated, "time"
    for name in LOOSE_META:
        for raw in page.meta.get(name, ())[:1]:
            yield raw, "meta"
    for raw in address_dates(page):
        yield raw, "url"
    for element in times:
        if element.get("datetime"):
            yield element_line(element), "text"
    for line in page.once(near_lines):
        is_clear = line.score >= LOCAL_PRINTED_SCORE or (":" in line.raw and line.distance > 0)
        if is_clear and not line.is_modified:
            yield line.raw, "text"


def _utc(read: ReadDate) -> datetime:
    return read.value.replace(tzinfo=UTC) if read.precision is DatePrecision.DAY else read.value.astimezone(UTC)
