"""Who is measured by ``extraction.py``: our parser, and each peer as its own documentation calls it.

A contestant has two halves: ``read`` is timed and ends with everything the contestant has to say about the page,
``predict`` only puts that into the words of the benchmark. Peers are imported when they are asked for
(``make peers`` installs them). They get the text decoded with the encoding that the truth file states, so decoding,
which our parser has to do itself, is not on their time.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import lxml.html
from lxml import etree

from newsarchive.model.article import Article, NotArticle
from newsarchive.model.capture import Capture
from newsarchive.parsers.normalize import normalize
from newsarchive.parsers.publisher import Publisher
from newsarchive.version import __version__

UNKNOWN_FETCH = datetime(2026, 11, 1, tzinfo=UTC)
"""When a page was fetched whose truth does not say: after all of them."""
OURS = "newsarchive"
BARE = "lxml parse"

_LINES = frozenset(
    ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "td", "th", "dt", "dd", "div", "tr", "br")
)
"""Elements that begin and end a line of text in readability's HTML."""
_BREAK = "\u2028"
"""Unicode's line separator: a line feed in HTML source is only a space."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page to be read: its row of the truth file, its bytes, and its text as that row says it is encoded."""

    row: dict[str, Any]
    body: bytes
    text: str

    @property
    def url(self) -> str:
        """The page's address; a few truth files have blanks around it."""
        return str(self.row["url"]).strip()


@dataclass(frozen=True, slots=True)
class Contestant:
    """One way to read a page."""

    name: str
    version: str
    read: Callable[[Sheet], Any]
    """What is timed. May raise: the page then counts as read empty."""
    predict: Callable[[Any], dict[str, Any]]
    """The result in the keys of the benchmark's predictions, without ``id``; keys it has no opinion on are left out."""


def load(name: str) -> Contestant:
    """A peer by its name in ``PEERS``. ImportError if it is not installed, KeyError for another name."""
    distribution, make = PEERS[name]
    read, predict = make()
    return Contestant(name, importlib.metadata.version(distribution), read, predict)


def bare_parse() -> Contestant:
    """What lxml alone takes to parse the bytes, the yardstick of all speed goals; freeing the tree is included."""

    def read(sheet: Sheet) -> None:
        lxml.html.document_fromstring(sheet.body or b"<p>")

    return Contestant(BARE, importlib.metadata.version("lxml"), read, lambda _: {})


def ours() -> Contestant:
    """Our parser with the generic rules alone, from bytes to the normalized article."""

    def read(sheet: Sheet) -> Article | NotArticle:
        found = Publisher().read(capture_of(sheet))
        return normalize(found) if isinstance(found, Article) else found

    def predict(result: Article | NotArticle) -> dict[str, Any]:
        return article_prediction(result) if isinstance(result, Article) else {}

    return Contestant(OURS, __version__, read, predict)


def capture_of(sheet: Sheet) -> Capture:
    """The page as a crawl would have captured it."""
    day = sheet.row.get("crawl_date")
    fetched_at = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else UNKNOWN_FETCH
    headers = {"content-type": "text/html"}
    return Capture(
        requested_url=sheet.url, url=sheet.url, fetched_at=fetched_at, status=200, headers=headers, body=sheet.body
    )


def article_prediction(article: Article) -> dict[str, Any]:
    """Our article in the benchmark's words."""
    return {
        "headline": article.headline,
        "authors": list(article.authors),
        "published": _published(article),
        "section": article.article_section,
        "topics": list(article.keywords),
        "paragraphs": [block.text for block in article.blocks],
        "images": [image.url for image in article.images],
        "lead_image": next((image.url for image in article.images if image.is_main), None),
        "lang": article.in_language,
    }


def _published(article: Article) -> str | None:
    """The moment as its page wrote it where that is ISO, for the scorer to compare local days; else in UTC."""
    if article.date_published is None:
        return None
    try:
        written = datetime.fromisoformat((article.date_published_raw or "").strip())
    except ValueError:
        return article.date_published.isoformat()
    return written.isoformat()


Halves = tuple[Callable[[Sheet], Any], Callable[[Any], dict[str, Any]]]


def _trafilatura(*, favor_precision: bool = False) -> Halves:
    extract = importlib.import_module("trafilatura").bare_extraction

    def read(sheet: Sheet) -> Any:  # noqa: ANN401 (its Document; None if it finds nothing)
        return extract(
            sheet.text, url=sheet.url, with_metadata=True, include_comments=False, favor_precision=favor_precision
        )

    def predict(document: Any) -> dict[str, Any]:  # noqa: ANN401
        if document is None:
            return {}
        return {
            "headline": document.title,
            "authors": [name.strip() for name in (document.author or "").split(";") if name.strip()],
            "published": document.date,
            "topics": [*(document.categories or ()), *(document.tags or ())],
            "paragraphs": _lines(document.text),
            "lead_image": document.image,
        }

    return read, predict


def _newspaper4k() -> Halves:
    article_class = importlib.import_module("newspaper").Article

    def read(sheet: Sheet) -> Any:  # noqa: ANN401
        article = article_class(sheet.url, fetch_images=False)
        article.download(input_html=sheet.text)
        article.parse()
        return article

    def predict(article: Any) -> dict[str, Any]:  # noqa: ANN401
        return {
            "headline": article.title,
            "authors": list(article.authors or ()),
            "published": str(article.publish_date) if article.publish_date else None,
            "topics": [*(article.meta_keywords or ()), *sorted(article.tags or ())],
            "paragraphs": _lines(article.text),
            "images": [str(url) for url in article.images or ()],
            "lead_image": article.top_image or None,
            "lang": article.meta_lang or None,
        }

    return read, predict


def _readability_lxml() -> Halves:
    document_class = importlib.import_module("readability").Document

    def read(sheet: Sheet) -> tuple[str, str]:
        document = document_class(sheet.text, url=sheet.url)
        return document.short_title(), document.summary()

    def predict(result: tuple[str, str]) -> dict[str, Any]:
        headline, summary = result
        return {"headline": headline, "paragraphs": html_lines(summary)}

    return read, predict


def _htmldate() -> Halves:
    find_date = importlib.import_module("htmldate").find_date

    def read(sheet: Sheet) -> str | None:
        # original_date: of publication; its default is the last change
        found: str | None = find_date(sheet.text, url=sheet.url, original_date=True)
        return found

    return read, lambda date: {"published": date}


def _news_please() -> Halves:
    from_html = importlib.import_module("newsplease").NewsPlease.from_html

    def read(sheet: Sheet) -> Any:  # noqa: ANN401
        return from_html(sheet.text, url=sheet.url, fetch_images=False)

    def predict(article: Any) -> dict[str, Any]:  # noqa: ANN401
        return {
            "headline": article.title,
            "authors": list(article.authors or ()),
            "published": str(article.date_publish) if article.date_publish else None,
            "paragraphs": _lines(article.maintext),
            "lead_image": article.image_url,
            "lang": article.language,
        }

    return read, predict


def _goose3() -> Halves:
    goose = importlib.import_module("goose3").Goose()

    def read(sheet: Sheet) -> Any:  # noqa: ANN401
        return goose.extract(raw_html=sheet.text)

    def predict(article: Any) -> dict[str, Any]:  # noqa: ANN401
        published = article.publish_datetime_utc or article.publish_date
        return {
            "headline": article.title,
            "authors": list(article.authors or ()),
            "published": str(published) if published else None,
            "topics": sorted(article.tags or ()),
            "paragraphs": _lines(article.cleaned_text),
            # it finds a top image itself only where it may fetch images
            "lead_image": article.top_image.src
            if article.top_image
            else _first((article.opengraph or {}).get("image")),
            "lang": article.meta_lang,
        }

    return read, predict


PEERS: dict[str, tuple[str, Callable[[], Halves]]] = {
    "trafilatura": ("trafilatura", _trafilatura),
    "trafilatura-precision": ("trafilatura", lambda: _trafilatura(favor_precision=True)),
    "newspaper4k": ("newspaper4k", _newspaper4k),
    "readability-lxml": ("readability-lxml", _readability_lxml),
    "htmldate": ("htmldate", _htmldate),
    "news-please": ("news-please", _news_please),
    "goose3": ("goose3", _goose3),
}
"""The distribution whose version is reported, and what makes the two halves, by the name ``--peer`` takes."""


def html_lines(markup: str) -> list[str]:
    r"""The lines a reader sees of an extractor's HTML: block elements and ``<br>`` begin one.

    >>> html_lines("<div><p>One <b>line</b>\nof text.</p><ul><li>Two<br>three</li></ul></div>")
    ['One line of text.', 'Two', 'three']
    """
    try:
        root = lxml.html.document_fromstring(markup, parser=lxml.html.HTMLParser(remove_comments=True, remove_pis=True))
    except etree.ParserError:  # there is nothing in it
        return []
    text: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag in _LINES:
            text.append(_BREAK)
        text.append((element.text if event == "start" else element.tail) or "")
    lines = (" ".join(line.split()) for line in "".join(text).split(_BREAK))
    return [line for line in lines if line]


def _first(value: Any) -> str | None:  # noqa: ANN401 (a text, or several where the page says it several times)
    found = next(iter(value), None) if isinstance(value, list) else value
    return found if isinstance(found, str) else None


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").split("\n") if line.strip()]
