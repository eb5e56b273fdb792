"""The sample site in memory: every path and query it answers, rendered from content and templates."""

from __future__ import annotations

import gzip
import mimetypes
from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from math import ceil
from typing import Any
from urllib.parse import parse_qsl, unquote

from newsarchive.demo.addresses import amp_path, author_path, image_path, listing_path, print_path, tag_path
from newsarchive.demo.content import Content, SampleArticle
from newsarchive.demo.rendering import Renderer
from newsarchive.demo.traps import IGNORED_PARAMETERS, printable, signed, tagged

Key = tuple[str, tuple[tuple[str, str], ...]]

SITEMAPS = ("/sitemap-pages.xml", "/sitemap-articles.xml", "/sitemap-archive.xml.gz")
CALENDAR_YEARS = range(1, 10_000)
"""The years the endless calendar knows: those of ``datetime.date``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server sends for one address."""

    body: bytes
    content_type: str
    modified: datetime
    """Aware: becomes Last-Modified."""
    status: int = 200
    location: str | None = None
    """Of a redirect."""


class Site:
    """All pages of the sample for one address it is served at. Building takes a fraction of a second."""

    def __init__(self, content: Content, base_url: str) -> None:
        """``base_url`` is scheme, host and port without a final slash."""
        self.content = content
        self.base_url = base_url
        self._renderer = Renderer(content, base_url)
        self._answers: dict[Key, Answer] = {}
        self._paths: list[str] = []
        self._add_articles()
        self._add_listings()
        self._add_traps()
        self._add_feeds_and_sitemaps()
        self._add_files()

    @property
    def paths(self) -> Sequence[str]:
        """Every path with its query that was built, in order. Months and searches are made when asked for."""
        return tuple(self._paths)

    def answer(self, target: str) -> Answer:
        """What is served for a path with its query; a 404 if nothing is."""
        key = _key(target)
        if key in self._answers:
            return self._answers[key]
        path, parameters = key
        kept = tuple(pair for pair in parameters if pair[0] not in IGNORED_PARAMETERS)
        if (path, kept) in self._answers:
            return self._answers[path, kept]
        if path == "/calendar":
            return self._calendar(dict(parameters).get("month", ""))
        if path == "/search":
            return self._search(dict(parameters).get("q", ""))
        return self._not_found()

    def replace(self, path: str, old: str, new: str, *, now: datetime) -> None:
        """Edit a page: put ``new`` in the place of ``old``, in the page's own encoding, modified at ``now``.

        ValueError if no such page was built or ``old`` is not in its source.
        """
        answer = self._answers.get(_key(path))
        if answer is None:
            raise ValueError(f"the sample has no page {path}")
        charset = next(
            (self._charset(article)[0] for article in self.content.articles if _key(article.path) == _key(path)),
            "utf-8",
        )
        source = answer.body.decode(charset)
        if old not in source:
            raise ValueError(f"{old!r} is not in the source of {path}")
        body = source.replace(old, new).encode(charset, "xmlcharrefreplace")
        self._answers[_key(path)] = replace(answer, body=body, modified=now)

    def listing_of(self, article: SampleArticle) -> Mapping[str, Any]:
        """The listing an article's section belongs to. KeyError if the site has none."""
        for listing in self.content.site["listing"]:
            if article.section in listing["sections"]:
                return listing  # type: ignore[no-any-return]
        raise KeyError(article.section)

    def _add(self, path: str, body: bytes | str, content_type: str, modified: datetime | None = None) -> None:
        data = body.encode() if isinstance(body, str) else body
        modified = modified or self.content.site["last_modified"]
        self._put(path, Answer(body=data, content_type=content_type, modified=modified))

    def _put(self, path: str, answer: Answer) -> None:
        if _key(path) in self._answers:
            raise ValueError(f"two pages of the sample are at {path}")
        self._answers[_key(path)] = answer
        self._paths.append(path)

    def _add_html(self, path: str, template: str, **context: object) -> None:
        self._add(path, self._renderer.render(template, **context), "text/html; charset=utf-8")

    def _charset(self, article: SampleArticle) -> tuple[str, str, bool]:
        """An article's true encoding, the one its page declares, whether the HTTP header names it too."""
        markup = self.content.site["markup"][article.markup]
        charset = markup.get("charset", "utf-8")
        return charset, markup.get("declared_charset", charset), markup.get("charset_in_header", True)

    def _add_articles(self) -> None:
        for article in self.content.articles:
            charset, declared, in_header = self._charset(article)
            html = self._article_html(article, article.markup, charset=declared)
            self._add(
                article.path,
                html.encode(charset, "xmlcharrefreplace"),
                f"text/html; charset={declared}" if in_header else "text/html",
                modified=article.modified or self._changed(article.printed_date),
            )

    def _article_html(self, article: SampleArticle, template: str, **more: object) -> str:
        markup = self.content.site["markup"].get(template, {})
        others = [other for other in self.content.found_in("home") if other is not article]
        siblings = [a for a in self.content.found_in("listing", [article.section]) if a is not article]
        return self._renderer.render(
            markup.get("template", f"{template}.html"),
            a=article,
            listing=self.listing_of(article),
            words=self._renderer.words(article.language),
            related=[self.content.article(slug) for slug in article.more],
            latest=others[:5],
            siblings=siblings,
            **more,
        )

    def _changed(self, published: date | None) -> datetime:
        last_modified: datetime = self.content.site["last_modified"]
        if published is None or isinstance(published, datetime):
            return published or last_modified
        return datetime.combine(published, time(12), last_modified.tzinfo)

    def _add_listings(self) -> None:
        blocks = []
        for listing in self.content.site["listing"]:
            articles = self.content.found_in("listing", listing["sections"])
            blocks.append({"listing": listing, "articles": articles[:3]})
            self._add_list(listing, articles)
        self._add_html("/", "home.html", top=self.content.found_in("home"), blocks=blocks)

    def _add_list(self, listing: Mapping[str, Any], articles: Sequence[SampleArticle]) -> None:
        markup = self.content.site["markup"][listing["markup"]]
        charset = markup.get("declared_charset", "utf-8")
        per_page = listing["per_page"]
        pages = max(1, ceil(len(articles) / per_page))
        for page in range(1, pages + 1):
            html = self._renderer.render(
                markup["listing"],
                listing=listing,
                articles=articles[(page - 1) * per_page : page * per_page],
                page=page,
                pages=pages,
                charset=charset,
            )
            body = html.encode(markup.get("charset", "utf-8"), "xmlcharrefreplace")
            self._add(listing_path(listing, page), body, f"text/html; charset={charset}")

    def _add_traps(self) -> None:
        for page in (*self.content.site["trap"], *self.content.site["disallowed"]):
            text = page.get("text", ["This text is not to be read by anybody yet."] if "form" not in page else [])
            self._add_html(page["path"], "page.html", title=page["title"], text=text, form=page.get("form"))
        listed = [(tag_path(tag), tag, articles) for tag, articles in tagged(self.content).items()]
        listed += [(author_path(name), name, articles) for name, articles in signed(self.content).items()]
        for path, name, articles in listed:
            listing = {"name": name, "path": path, "markup": "wordpress", "per_page": len(articles)}
            self._add_list(listing, articles)
        for article in printable(self.content):
            self._add(print_path(article), self._article_html(article, "print"), "text/html; charset=utf-8")
        for article in self.content.articles:
            if article.amp:
                self._add(amp_path(article), self._article_html(article, "amp"), "text/html; charset=utf-8")
        for redirect in self.content.site["redirect"]:
            location = self._renderer.absolute(self.content.href(redirect["to"]))
            answer = replace(self._made(""), status=redirect["status"], location=location)
            self._put(redirect["path"], answer)

    def _add_feeds_and_sitemaps(self) -> None:
        render = self._renderer.render
        for feed in self.content.site["feed"]:
            articles = [
                article
                for article in self.content.found_in("feed", feed.get("sections"))
                if article.language == feed["language"]
            ]
            listing = next((x for x in self.content.site["listing"] if x["name"] == feed["name"]), None)
            body = render(feed["template"], feed=feed, articles=articles, listing=listing)
            self._add(feed["path"], body, f"{feed['type']}; charset=utf-8")
        in_sitemap = self.content.found_in("sitemap")
        old = [article for article in in_sitemap if article.markup.startswith("tables2003")]
        pages = ["/", *(listing["path"] for listing in self.content.site["listing"]), "/about", "/contact"]
        recent = [article for article in in_sitemap if article not in old]
        for path, paths, articles in zip(SITEMAPS, (pages, [], []), ([], recent, old), strict=True):
            sitemap = render("sitemap.xml", paths=paths, articles=articles)
            if path.endswith(".gz"):
                self._add(path, gzip.compress(sitemap.encode(), mtime=0), "application/gzip")
            else:
                self._add(path, sitemap, "application/xml")
        self._add("/sitemap_index.xml", render("sitemap-index.xml", sitemaps=SITEMAPS), "application/xml")
        news = render("news-sitemap.xml", articles=self.content.found_in("news-sitemap"))
        self._add("/news-sitemap.xml", news, "application/xml")
        self._add("/robots.txt", render("robots.txt"), "text/plain; charset=utf-8")

    def _add_files(self) -> None:
        static = self.content.folder / "static"
        for file in sorted(static.iterdir()):
            media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            self._add(f"/static/{file.name}", file.read_bytes(), media_type)
        photo = (static / "photo.jpg").read_bytes()
        pictures = {image_path(self.content, picture) for a in self.content.articles for picture in a.pictures}
        for path in sorted(pictures):
            self._add(path, photo, "image/jpeg")

    def _calendar(self, month: str) -> Answer:
        try:
            first = date.fromisoformat(f"{month}-01")
        except ValueError:
            return self._not_found()
        ordinal = first.year * 12 + first.month - 1
        steps = [("Previous year", -12), ("Previous month", -1), ("Next month", 1), ("Next year", 12)]
        months = [(name, divmod(ordinal + step, 12)) for name, step in steps]
        html = self._renderer.render(
            "calendar.html",
            label=f"{self._renderer.words('en')['months'][first.month - 1]} {first.year}",
            steps=[(name, f"{year:04}-{index + 1:02}") for name, (year, index) in months if year in CALENDAR_YEARS],
            weeks=Calendar().monthdayscalendar(first.year, first.month),
        )
        return self._made(html)

    def _search(self, query: str) -> Answer:
        word = query.casefold()
        results = [article for article in self.content.articles if word and word in article.headline.casefold()]
        return self._made(self._renderer.render("search.html", query=query, results=results))

    def _not_found(self) -> Answer:
        html = self._renderer.render("page.html", title="Not found", text=["There is nothing here."], form=None)
        return self._made(html, status=404)

    def _made(self, html: str, status: int = 200) -> Answer:
        return Answer(
            body=html.encode(),
            content_type="text/html; charset=utf-8",
            modified=self.content.site["last_modified"],
            status=status,
        )


def _key(target: str) -> Key:
    """What makes two spellings of an address one: percent-encoding and the order of parameters do not matter."""
    path, _, query = target.partition("?")
    return unquote(path), tuple(sorted(parse_qsl(query, keep_blank_values=True)))
