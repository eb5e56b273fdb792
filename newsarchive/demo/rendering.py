"""How the sample's templates are rendered: a Jinja2 environment with the few filters they share."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from datetime import date
from email.utils import format_datetime
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from newsarchive.demo.addresses import amp_path, author_path, image_path, listing_path, print_path, tag_path
from newsarchive.demo.content import Content, SampleArticle, Span, moment

TEASER_CHARACTERS = 160
"""Longest teaser on a page that lists articles."""

_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


class Renderer:
    """Renders the templates of one sample for one address it is served at."""

    def __init__(self, content: Content, base_url: str) -> None:
        """``base_url`` is scheme, host and port without a final slash, like ``http://127.0.0.1:8765``."""
        self.content = content
        self.base_url = base_url
        self._environment = environment = Environment(
            loader=FileSystemLoader(content.folder / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
        )
        environment.globals |= {
            "site": content.site,
            "absolute": self.absolute,
            "href": content.href,
            "href_headline": lambda slug: content.article(slug).headline,
            "amp_path": amp_path,
            "author_path": author_path,
            "listing_path": listing_path,
            "print_path": print_path,
            "tag_path": tag_path,
            "session": session,
        }
        environment.filters |= {
            "image": lambda picture: image_path(content, picture),
            "inline": self._inline,
            "iso": lambda when: when.isoformat(),
            "iso_moment": lambda when: moment(when).isoformat(),
            "long_date": self._long_date,
            "rfc822": lambda when: format_datetime(moment(when)),
            "teaser": teaser,
        }

    def render(self, template: str, **context: object) -> str:
        """The page of that template. Names it uses but does not get raise ``jinja2.UndefinedError``."""
        page = self._environment.get_template(template).render(**context)
        return _BLANK_LINES.sub("\n", page).strip() + "\n"

    def absolute(self, path: str) -> str:
        """The absolute address of a path of the site."""
        return self.base_url + path

    def words(self, language: str) -> Mapping[str, Any]:
        """What the furniture of a page says in that language; English where the site has no words for it."""
        words: Mapping[str, Mapping[str, Any]] = self.content.site["words"]
        return words.get(language, words["en"])

    def _inline(self, spans: Iterable[Span]) -> Markup:
        return Markup("").join(self._span(span) for span in spans)

    def _span(self, span: Span) -> Markup:
        text = escape(span.text).replace("\xa0", Markup("&nbsp;")).replace("\n", Markup("<br>\n"))
        if span.target:
            return Markup('<a href="{}">{}</a>').format(self.content.href(span.target), text)
        if span.style:
            tag = {"b": "strong", "i": "em"}[span.style]
            return Markup("<{0}>{1}</{0}>").format(tag, text)
        return text

    def _long_date(self, when: date, language: str) -> str:
        words = self.words(language)
        return str(words["date"]).format(day=when.day, month=words["months"][when.month - 1], year=when.year)


def teaser(article: SampleArticle) -> str:
    """What a page that lists articles says of one: its description, else the beginning of its text."""
    text = article.description or next(piece.text for piece in article.pieces if piece.kind == "paragraph")
    return text if len(text) <= TEASER_CHARACTERS else text[:TEASER_CHARACTERS].rsplit(" ", 1)[0] + " …"


def session(seed: str) -> str:
    """A session or click id as trackers make them; the same for the same seed."""
    return f"{zlib.crc32(seed.encode()):08x}"
