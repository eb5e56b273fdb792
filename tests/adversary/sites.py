"""Whole sites: a healthy one of 200 articles, a hostile one whose sources are traps, an endless one of spaces of pages.

All are functions from a path to an answer. The latter two answer whatever they are asked, the endless one with links to
ever more.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from answers import MB, PARAGRAPHS, Stream, bomb, entities_of_entities, moved, packed, page, whole
from answers import endless as drip

HEALTHY, HOSTILE, RESTING, ENDLESS = "127.0.2.1", "127.0.2.2", "127.0.2.3", "127.0.2.4"
ARTICLES = 200
XML = "application/xml"

SOURCES: dict[str, tuple[str, str | None]] = {
    "/bomb.xml.gz": ("failed", "too-large"),
    "/itself.xml": ("read", "empty"),
    "/large.xml": ("read", None),
    "/no-sitemap.xml": ("failed", "not-a-sitemap"),
    "/entities.xml": ("read", None),
    "/laughs.xml": ("read", None),
    "/twice.xml.gz": ("read", None),
    "/loopback.xml": ("read", None),
    "/moves.xml": ("failed", "redirect-loop"),
    "/drips.xml": ("failed", "timeout"),
    "/xxe.rss": ("read", None),
    "/large.rss": ("refused", "too-large"),
    "/dates.rss": ("read", None),
    "/base.atom": ("read", None),
    "/pages.rss": ("read", None),
    "/laughs.rss": ("read", "empty"),
}
"""Sitemaps and feeds of the hostile site, and how each must end."""

SPACES = ("calendar", "facets", "sessions", "deeper", "parameters", "replies", "words", "numbers", "paging")
"""Endless spaces of pages."""


def healthy(path: str, port: int) -> bytes:
    """A site of 200 articles, with a sitemap, a section of ten pages and a rule in robots.txt."""
    base = f"http://{HEALTHY}:{port}"
    if path == "/robots.txt":
        return whole(f"User-agent: *\nDisallow: /private/\nSitemap: {base}/sitemap.xml\n".encode(), kind="text/plain")
    if path == "/sitemap.xml":
        entries = "".join(f"<url><loc>{base}{_article(n)}</loc></url>" for n in range(ARTICLES // 2))
        return whole(
            f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>".encode(), kind=XML
        )
    if (found := re.fullmatch(r"/news/2026/05/the-council-of-the-lake-met-on-day-(\d+)", path)) and int(
        found[1]
    ) < ARTICLES:
        return whole(page(f"day {found[1]} of the year"))
    if path == "/" or (found := re.fullmatch(r"/harbor/(\d+)", path)):
        number = 0 if path == "/" else int(found[1])
        links = [
            (_article(n), f"The council of the lake met on day {n} of the year")
            for n in range(number * 20, number * 20 + 20)
        ]
        more = [
            ("/harbor/1", "Harbor"),
            ("/private/drafts", "Drafts"),
            ("/private/the-council-of-the-lake-meets-in-secret", "Secret"),
        ]
        following = f"<a rel=next href=/harbor/{number + 1}>older</a>" if 0 < number < 9 else ""
        teasers = "".join(f'<h2><a href="{url}">{text}</a></h2>' for url, text in links)
        menu = "".join(f'<a href="{url}">{text}</a>' for url, text in more)
        return whole(
            f"<!doctype html><title>The Lake</title><nav>{menu}</nav><main>{teasers}</main>{following}".encode()
        )
    return whole(b"nothing here", "404 Not Found")


def _article(number: int) -> str:
    return f"/news/2026/05/the-council-of-the-lake-met-on-day-{number}"


def hostile(path: str, port: int, canary: int) -> bytes | Stream:
    """The other one."""
    base = f"http://{HOSTILE}:{port}"
    if path == "/robots.txt":
        named = [name for name in SOURCES if not name.endswith((".rss", ".atom"))]
        lines = ["User-agent: *", "Disallow: /honeypot", *(f"Sitemap: {base}{name}" for name in named)]
        return whole("\n".join([*lines, f"Sitemap: http://127.0.0.1:{canary}/sitemap.xml"]).encode(), kind="text/plain")
    source = _SOURCES.get(urlsplit(path).path)
    if source is not None:
        return source(path, base, canary)
    feeds = (name for name in SOURCES if name.endswith((".rss", ".atom")))
    head = "".join(f'<link rel="alternate" type="application/rss+xml" href="{name}">' for name in feeds)
    return whole(_soft_404(head, f'<a href="http://127.0.0.1:{canary}/">home</a>'))


def endless(path: str, canary: int) -> bytes:
    """Whatever it is asked, it has links to more."""
    if path == "/robots.txt":
        return whole(b"User-agent: *\nDisallow: /honeypot", kind="text/plain")
    dice = random.Random(path)  # the same for the same path
    honey = f'<a href="http://127.0.0.1:{canary}/">a</a><a href="/honeypot/the-council-of-the-lake-met-today">honey</a>'
    links = "".join(
        f'<li><a href="{url}">The council of the lake met on day {n} and spoke of {space}</a></li>'
        for space in SPACES
        for n, url in enumerate(_links(space, path, dice))
    )
    if path.startswith("/s-"):  # always the same article
        text = f"<article><h1>The council of the lake met today</h1>{PARAGRAPHS}</article>"
        return whole(f"<!doctype html><title>Today</title><nav>{honey}{links}</nav>{text}".encode())
    following = (
        f'<a rel="next" href="/paging/{int(path.rpartition("/")[2]) + 1}">older</a>'
        if path.startswith("/paging/")
        else ""
    )
    return whole(_soft_404("", f"{honey}<a href=/paging/1>Older news</a><ul>{links}</ul>{following}"))


def _soft_404(head: str, body: str) -> bytes:
    title = "Page not found"
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}</body>".encode()


def _urlset(*urls: str, head: str = "") -> bytes:
    entries = "".join(f"<url><loc>{url}</loc><lastmod>2999-99-99</lastmod></url>" for url in urls)
    return f"{head}<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>".encode()


def _rss(*items: str, head: str = "") -> bytes:
    return whole(
        f"{head}<rss version='2.0'><channel><title>Lake</title>{''.join(items)}</channel></rss>".encode(),
        kind="application/rss+xml",
    )


def _item(url: str, date: str = "Fri, 01 May 2026 10:00:00 GMT") -> str:
    return f"<item><title>The council met</title><link>{url}</link><pubDate>{date}</pubDate></item>"


def _pages_of_a_feed(path: str, base: str, _: int) -> bytes:
    number = int(path.partition("=")[2] or 0)
    link = f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='next' href='{base}/pages.rss?page={number + 1}'/>"
    return _rss(link, *(_item(f"{base}/pages-of-a-feed/the-council-of-the-lake-met-{number}-{n}") for n in range(5)))


_DTD = "<!DOCTYPE x [<!ENTITY e SYSTEM '{}'><!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
_Source = Callable[[str, str, int], "bytes | Stream"]
_SOURCES: dict[str, _Source] = {
    "/bomb.xml.gz": lambda *_: whole(bomb("gzip"), kind="application/gzip"),
    "/itself.xml": lambda _, base, __: whole(
        f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>{base}/itself.xml</loc></sitemap>"
        f"<sitemap><loc>{base}/itself.xml#again</loc></sitemap></sitemapindex>".encode(),
        kind=XML,
    ),
    "/large.xml": lambda _, base, __: whole(
        _urlset(*(f"{base}/in-large-sitemap/the-council-of-the-lake-met-{n}" for n in range(20_000))), kind=XML
    ),
    "/no-sitemap.xml": lambda *_: whole(b"\x00\x01\x02 this is none", kind=XML),
    "/entities.xml": lambda _, __, canary: whole(
        _urlset("&e;", "&f;", head=_DTD.format(f"http://127.0.0.1:{canary}/dtd")), kind=XML
    ),
    "/laughs.xml": lambda *_: whole(entities_of_entities("urlset", "<url><loc>{}</loc></url>"), kind=XML),
    "/twice.xml.gz": lambda _, base, __: whole(packed(_urlset(f"{base}/twice"), 2), kind="application/gzip"),
    "/loopback.xml": lambda _, base, canary: whole(
        _urlset(
            f"http://127.0.0.1:{canary}/the-council-met-today",
            f"http://[::1]:{canary}/x",
            "file:///etc/passwd",
            f"{base}/honeypot/the-council-met-today",
        ),
        kind=XML,
    ),
    "/moves.xml": lambda *_: moved("/moves.xml"),
    "/drips.xml": lambda *_: drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"<", 0.2),
    "/xxe.rss": lambda _, __, canary: _rss(_item("&e;&f;"), head=_DTD.format(f"http://127.0.0.1:{canary}/dtd")),
    "/large.rss": lambda *_: _rss("x" * 50 * MB),
    "/dates.rss": lambda _, base, __: _rss(
        *(
            _item(f"{base}/dates/{n}", date)
            for n, date in enumerate(["31 Feb 2026", "9" * 5000, "", "Thu, 01 Jan 1970 00:00:00 GMT", "in 3026"])
        )
    ),
    "/base.atom": lambda _, base, canary: whole(
        f"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://127.0.0.1:{canary}/'><title>x</title>"
        f"<entry><title>The council met</title><link href='the-council-met-today'/><id>1</id></entry></feed>".encode(),
        kind="application/atom+xml",
    ),
    "/pages.rss": _pages_of_a_feed,
    "/laughs.rss": lambda *_: whole(
        entities_of_entities("rss", "<channel><title>{}</title></channel>"), kind="application/rss+xml"
    ),
}


def _links(space: str, path: str, dice: random.Random) -> list[str]:
    number = dice.randrange
    word = lambda: "".join(dice.choices("abcdefghijklmnoprstuvwz", k=8))  # noqa: E731
    make: dict[str, Callable[[], str]] = {
        "calendar": lambda: f"/calendar/{number(1990, 2099)}/{number(1, 13):02}/{number(1, 29):02}",
        "facets": lambda: (
            "/facets?"
            + "&".join(
                f"{name}={word()}"
                for name in dice.sample(["color", "size", "sort", "brand", "kind", "place", "price", "page"], 4)
            )
        ),
        "sessions": lambda: f"/s-{number(10**9):09x}{number(10**9)}/the-council-of-the-lake-met-today",
        "deeper": lambda: f"{urlsplit(path).path.rstrip('/') if path.startswith('/deeper') else '/deeper'}/{word()}",
        "parameters": lambda: f"/parameters?{word()}={word()}",
        "replies": lambda: f"/replies/the-council-of-the-lake-met-today?replytocomment={number(10**6)}",
        "words": lambda: f"/{word()}/{word()}/{word()}",
        "numbers": lambda: f"/numbers/{number(10**9)}",
        "paging": lambda: f"/paged/the-council-of-the-lake-met-{number(10**9)}",
    }
    return [make[space]() for _ in range(8)] if space in make else []


def space_of(path: str) -> str:
    """Which endless space a path belongs to; empty: none."""
    first = path.strip("/").partition("/")[0].partition("?")[0]
    if path.startswith(("/s-", "/paged/", "/paging/")):
        return "sessions" if path.startswith("/s-") else "paging"
    return first if first in SPACES else "words" if path.count("/") >= 3 else ""
