"""Is this page an article at all? Each refusal has a reason; in doubt the page is kept.

Refusing a real article loses it from the archive (its capture stays), keeping a list page only adds a poor record, so
every rule here needs two signs that have nothing to do with each other.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from newsarchive.model.article import NotArticle
from newsarchive.parsers.metadata import article_node
from newsarchive.parsers.page import Page
from newsarchive.parsers.structured import types_of

SHORT_TEXT_CHARS = 1_200
"""Body text below which a page may be an error page, a wall or a form."""
MANY_TEASERS = 10
"""Headings that are links, from which a page may be a list."""

_HTML_TYPES = frozenset({"", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream"})
_XML_TYPES = frozenset({"text/xml", "application/xml"})
_MAGIC = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x00\x00\x00",
    b"ID3",
    b"OggS",
)
_FEED_ROOT = re.compile(r"<(?:rss|feed|urlset|sitemapindex|rdf:RDF)[\s>]")
_HTML_MARK = re.compile(
    r"<(?:!doctype html|html|head|body|div|p|title|meta|article|table|h1|span|a|script)[\s>/]", re.IGNORECASE
)

_WALL = re.compile(
    "|".join(
        (
            r"just a moment|attention required|access denied|access to this page has been denied",
            r"are you (?:a )?(?:robot|human)|verify you are|verifying you are|human verification|security check",
            r"captcha|unusual traffic|checking your browser|bot protection|pardon our interruption",
            r"enable javascript and cookies|request unsuccessful|you have been blocked|request blocked",
            r"zugriff verweigert|accès refusé|acceso denegado|acesso negado|доступ ограничен|访问被拒绝|安全验证",
        )
    ),
    re.IGNORECASE,
)
_MISSING = re.compile(
    "|".join(
        (
            r"\b404\b|\b410\b|not found|(?:doesn['’]t|does not|no longer) exist|no longer available|can['’]t be found",
            r"nicht gefunden|nicht vorhanden|existiert nicht|introuvable|non trouvée|inexistante|n['’]existe plus",
            r"no encontrad[ao]|no existe|non trovata|non esiste|não encontrad[ao]|não existe|niet gevonden",
            r"bestaat niet|hittades inte|finns inte|ikke funnet|ikke fundet|ei löyt|nie znaleziono|nie istnieje",
            r"nenalezena|neexistuje|nem található|не найдена|не существует|не знайдено|bulunamadı|tidak ditemukan",
            r"không tìm thấy|δεν βρέθηκε",
            r"页面不存在|找不到|見つかりません|찾을 수 없|غير موجودة|לא נמצא|یافت نشد|नहीं मिला|ไม่พบ",
        )
    ),
    re.IGNORECASE,
)
"""Only ever matched against the title and headline of a page with little text and no date."""
_LIST_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage", "ItemList"})
_LIST_PATH = re.compile(
    r"/(?:tags?|topics?|themen?|author|authors|autor|autoren|auteurs?|category|categories|kategorie|rubrik|search|suche|recherche"
    r"|archives?|page/\d{1,4})(?:/[^/]*){0,2}/?$",
    re.IGNORECASE,
)


def verdict_on_document(page: Page) -> NotArticle | None:
    """Why the document cannot hold an article, before any field is read; None if it may."""
    capture = page.capture
    body = capture.body
    if not body or body.isspace():
        return NotArticle(url=page.url, reason="empty", detail="the document has no content")
    media_type = capture.content_type
    if body.startswith(_MAGIC) or (media_type not in _HTML_TYPES | _XML_TYPES):
        return NotArticle(url=page.url, reason="not-html", detail=media_type or f"begins with {body[:8]!r}")
    head = page.html[:5_000]
    if _FEED_ROOT.search(head[:1_000]) and "<html" not in head.lower():
        return NotArticle(url=page.url, reason="not-html", detail="a feed or sitemap")
    if not _HTML_MARK.search(page.html[:100_000]):
        return NotArticle(url=page.url, reason="not-html", detail="no HTML markup in it")
    if head.count("\ufffd") + sum(map(head.count, "\x01\x02\x03\x04\x05\x06")) > len(head) / 20:
        return NotArticle(url=page.url, reason="not-html", detail="bytes that are no text in any encoding")
    return None


def verdict_on_article(page: Page, headline: str | None, text: str) -> NotArticle | None:
    """Why the page holds no article, given the headline and body text found; None if it does."""
    is_short = len(text) < SHORT_TEXT_CHARS
    says = " ".join(filter(None, (page.title, headline)))
    if is_short and (match := _WALL.search(says)):
        return NotArticle(url=page.url, reason="bot-wall", detail=match.group())
    if is_short and (match := _MISSING.search(says)) and (page.capture.status >= 400 or not _has_article_date(page)):
        return NotArticle(url=page.url, reason="soft-404", detail=match.group())
    if is_short and not text.strip() and _asks_for_password(page):
        return NotArticle(url=page.url, reason="password-form", detail="a password field and no text")
    if is_list(page, text):
        return NotArticle(url=page.url, reason="section-page", detail="a list of other pages")
    if headline is None:
        return NotArticle(url=page.url, reason="no-headline", detail="no heading, title or metadata names one")
    if not text.strip():
        return NotArticle(url=page.url, reason="no-body", detail="no running text found")
    return None


def is_list(page: Page, text: str) -> bool:
    """Whether the page lists other pages (home, section, tag, author, search) instead of being one."""
    if page.once(article_node) is not None or "article:published_time" in page.meta:
        return False
    path = urlsplit(page.url).path
    declared = any(_LIST_TYPES.intersection(types_of(node)) for node in page.json_ld) or (
        page.meta_first("og:type") in ("website", "profile")
    )
    is_home = path in ("", "/") and not urlsplit(page.url).query
    by_address = is_home or bool(_LIST_PATH.search(path))
    if not declared and not by_address:
        return False
    if declared and not by_address and len(text) >= SHORT_TEXT_CHARS:
        return False
    teasers = 0
    for element in page.tree.iter("h2", "h3", "h4"):
        parent = element.getparent()
        if element.find(".//a") is not None or (parent is not None and parent.tag == "a"):
            teasers += 1
            if teasers == MANY_TEASERS:
                return True
    return False


def _has_article_date(page: Page) -> bool:
    node = page.once(article_node)
    return "article:published_time" in page.meta or (node is not None and bool(node.get("datePublished")))


def _asks_for_password(page: Page) -> bool:
    return any((element.get("type") or "").lower() == "password" for element in page.tree.iter("input"))
