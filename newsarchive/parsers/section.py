"""The section an article stands in: one value a reader would recognize, like "International"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from newsarchive.parsers.found import Found
from newsarchive.parsers.headline.choice import headline_position
from newsarchive.parsers.headline.claims import site_names
from newsarchive.parsers.metadata import article_node, strings
from newsarchive.parsers.page import Page
from newsarchive.parsers.structured import as_list, types_of
from newsarchive.parsers.text import letters, one_line

MAX_SECTION_CHARS = 60
MAX_LABEL_CHARS = 30
"""A longer line above the headline is a kicker."""
MAX_TRAIL_CHARS = 300
PIECES_ABOVE = 8
"""How far above the headline its breadcrumb is looked for."""
_TRAIL_MARK = re.compile(r"[>›»→]\s*$")
"""What stands before each step of a breadcrumb but the first."""
SECTION_META = (
    "article:section",
    "og:article:section",
    "section",
    "parsely-section",
    "article.section",
    "sailthru.vertical",
    "cxenseparse:section",
    "cxenseparse:recs:category",
    "dcsext.section",
    "category",
)
# What content management systems say when nobody chose a section, and names of the front page.
_NO_SECTION = frozenset(
    {
        "uncategorized",
        "uncategorised",
        "allgemein",
        "unkategorisiert",
        "nonclassé",
        "nonclasse",
        "sincategoría",
        "default",
    }
    | {
        "home",
        "homepage",
        "startseite",
        "start",
        "accueil",
        "inicio",
        "index",
        "frontpage",
        "főoldal",
        "anasayfa",
        "hjem",
        "etusivu",
        "stronagłówna",
        "главная",
        "головна",
        "αρχική",
        "الرئيسية",
        "首页",
        "首頁",
        "主页",
        "ホーム",
        "トップ",
        "トップページ",
        "accueildusite",
        "홈",
        "trangchủ",
        "ahabanza",
        "nyumbani",
    }
    | {
        "article",
        "articles",
        "artikel",
        "post",
        "posts",
        "story",
        "stories",
        "none",
        "null",
        "undefined",
        "other",
        "main",
    }
)
# Path segments that say how the site files its pages, not where the article stands.
_NO_PATH_SECTION = _NO_SECTION | frozenset(
    {
        "news",
        "newsarticle",
        "content",
        "contents",
        "amp",
        "node",
        "view",
        "detail",
        "details",
        "page",
        "pages",
        "blog",
        "web",
    }
    | {
        "archive",
        "archives",
        "archiv",
        "item",
        "read",
        "p",
        "a",
        "id",
        "doc",
        "docs",
        "video",
        "videos",
        "live",
        "aktuell",
        "nota",
    }
    | {
        "site",
        "public",
        "www",
        "cms",
        "de",
        "en",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "ru",
        "ar",
        "zh",
        "ja",
        "ko",
        "tr",
        "uk",
        "us",
    }
    | {
        "author",
        "authors",
        "autor",
        "autoren",
        "user",
        "users",
        "tag",
        "tags",
        "search",
        "category",
        "kategorie",
        "noticia",
    }
    | {
        "noticias",
        "nachrichten",
        "uutiset",
        "haber",
        "haberler",
        "wiki",
        "wp",
        "release",
        "releases",
        "forum",
        "t",
        "s",
        "c",
    }
)
_LISTED = re.compile(r"[,;|>]|\s/\s")
_SLUG = re.compile(r"[^\W\d_]{3,20}(?:[-_][^\W\d_]{2,20}){0,3}")


def find_section(page: Page, headline: str | None = None) -> Found[str] | None:
    """The article's section; ``headline`` is its headline, which ends many a breadcrumb. None if nothing names one."""
    trail = _breadcrumb(page, headline)
    for value, source in _stated(page, trail):
        section = _recognizable(value, trail)
        if section:
            return Found(section, source)
    for value, source in _shown(page, headline):
        section = _recognizable(value, trail)
        if section:
            return Found(section, source)
    for hints in page.capture.hints:
        if hints.article_section and (section := _recognizable(hints.article_section, trail)):
            return Found(section, hints.source.value)
    segments = [unquote(segment) for segment in urlsplit(page.url).path.split("/") if segment]
    for segment in segments[:-1]:
        if _SLUG.fullmatch(segment) and letters(segment) not in _NO_PATH_SECTION:
            return Found(_spelled(segment), "url")
    return None


def _stated(page: Page, trail: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    node = page.once(article_node)
    if node is not None:
        for value in strings(node.get("articleSection")):
            yield value, "json-ld"
    for name in SECTION_META:
        for value in page.meta.get(name, ()):
            yield one_line(value), "meta"
    for value in trail:
        yield value, "breadcrumb"
    for piece in page.outline.pieces if any("category" in rel for rel in page.rels) else ():
        for anchor in piece.anchors:
            rel = anchor.element.get("rel")
            if rel is not None and "category" in rel:
                yield anchor.text, "category-link"


def _shown(page: Page, headline: str | None) -> Iterator[tuple[str, str]]:
    """What readers see above the headline: a trail "Home > World > Article", or a line of the headline's own piece."""
    heading = page.once(headline_position)
    if heading is None:
        return
    ignored = {*page.once(site_names), letters(headline or ""), ""}
    pieces = page.outline.pieces
    for piece in pieces[max(0, heading - PIECES_ABOVE) : heading]:
        if len(piece.text) <= MAX_TRAIL_CHARS and any(_TRAIL_MARK.search(anchor.before) for anchor in piece.anchors):
            for anchor in piece.anchors:
                address = page.resolve(anchor.element.get("href") or "") or page.url
                is_front = urlsplit(address).path in ("", "/") and not urlsplit(address).query
                if not is_front and letters(anchor.text) not in ignored and not anchor.text.startswith(("<", "«", "‹")):
                    yield anchor.text, "breadcrumb"
    lines = pieces[heading].text.split("\n")
    for above, line in pairwise(lines):
        if letters(line) == letters(headline or "") and len(above) <= MAX_LABEL_CHARS and letters(above) not in ignored:
            yield above, "label"


def _breadcrumb(page: Page, headline: str | None) -> tuple[str, ...]:
    """The names of the breadcrumb from the top down, without the front page, the site and the article."""
    ignored: frozenset[str] | None = None
    for node in page.json_ld:
        if "BreadcrumbList" not in types_of(node):
            continue
        if ignored is None:
            ignored = page.once(site_names) | {letters(headline or ""), letters(page.title or "")}
        names: list[str] = []
        for item in as_list(node.get("itemListElement"))[:10]:
            if isinstance(item, dict):
                names.extend(list(strings(item.get("name")) or strings(item.get("item")))[:1])
        kept = tuple(name for name in names if letters(name) not in ignored and letters(name) not in _NO_SECTION)
        if kept:
            return kept
    return ()


def _recognizable(value: str, trail: tuple[str, ...]) -> str | None:
    """A section's name as a reader knows it; None for codes and fillers."""
    text = next((piece.strip() for piece in _LISTED.split(value) if piece.strip()), "")
    if "/" in text:  # "sport/football"
        text = text.strip("/").rpartition("/")[2]
    key = letters(text)
    if not key or key in _NO_SECTION or len(text) > MAX_SECTION_CHARS or not any(map(str.isalpha, text)) or ":" in text:
        return None
    if sum(map(str.isdigit, text)) > len(text) / 2:
        return None
    if text.islower() or "_" in text:
        spelled = next((name for name in trail if letters(name) == key), None)
        return spelled or (_spelled(text) if _SLUG.fullmatch(text) else text)
    return text


def _spelled(slug: str) -> str:
    """A path segment as words: ``world-news`` is "World news"."""
    words = slug.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]
