"""The sample site's content: ``site.toml`` and one readable text file an article, read into typed values.

These files are the only source of the sample's truth: pages are rendered from them, and what a crawl should find is
told from them (:mod:`newsarchive.demo.truth`) without any parser. The format is described in ``data/sample/README.md``.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

FENCE = "+++"
"""Stands alone on the line before and after an article's TOML head."""

_INLINE = re.compile(
    r"\[(?P<anchor>[^\]\n]+)\]\((?P<target>[^)\s]+)\)|\*\*(?P<bold>[^*\n]+)\*\*|\*(?P<italic>[^*\n]+)\*"
)
_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<file>[^)\s]+)\)(?P<rest>.*)")
_ENTRY = re.compile(r"@ (?P<clock>\d\d:\d\d) (?P<heading>.+)")


class Span(NamedTuple):
    """A run of text in one style; a paragraph is a tuple of them."""

    text: str
    style: str = ""
    """``b``, ``i`` or empty."""
    target: str | None = None
    """What it links to: an article's slug, a path of the site or an absolute address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image of an article."""

    file: str
    alt: str = ""
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What stands between two blank lines of an article's file."""

    kind: str
    """``paragraph``, ``heading``, ``quote``, ``list``, ``table``, ``picture``, ``related`` or ``entry``."""
    spans: tuple[Span, ...] = ()
    items: tuple[tuple[Span, ...], ...] = ()
    """Of a list."""
    rows: tuple[tuple[str, ...], ...] = ()
    """Of a table, the header first."""
    picture: Picture | None = None
    label: str = ""
    """Of a related line, what stands before the link (``Related:``); of a live-blog entry, its clock time."""
    pasted: bool = False
    """A paragraph that was pasted from elsewhere and brought markup of its own."""

    @property
    def text(self) -> str:
        """The words of a paragraph, heading, quote, related line or entry."""
        return plain(self.spans)


class Comment(NamedTuple):
    """What a reader wrote under an article."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleArticle:
    """One article as its newsroom holds it."""

    slug: str
    """The file's name without ``.md``."""
    path: str
    """Path and query it is served at: its identity."""
    markup: str
    """Which system of the house renders it: a table of ``site.toml`` and a template."""
    headline: str
    section: str
    pieces: tuple[Piece, ...]
    language: str = "en"
    authors: tuple[str, ...] = ()
    agency: str = ""
    """Of a byline like "Hope Karenzi, Lake News Agency": the part that is no person."""
    role: str = ""
    """Of the author, as a byline prints it: "Business editor"."""
    bio: str = ""
    """Some lines about the author under the text."""
    published: date | None = None
    """An aware ``datetime``, or a plain ``date`` where only the day is known. None if the newsroom never said."""
    date_from: str | None = None
    """``feed`` or ``news-sitemap`` if only that tells the date; None if the markup's usual place does."""
    modified: datetime | None = None
    kicker: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    free: bool | None = None
    """What the page says of access; None if nothing."""
    image: Picture | None = None
    more: tuple[str, ...] = ()
    """Slugs of the articles in its "Related stories" box."""
    comments: tuple[Comment, ...] = ()
    amp: bool = False
    translations: Mapping[str, str] = field(default_factory=dict)
    """Language code to slug."""
    found_in: tuple[str, ...] = ("listing", "sitemap")
    """Any of ``home``, ``listing``, ``feed``, ``sitemap`` and ``news-sitemap``."""

    @property
    def printed_date(self) -> date | None:
        """The date its page may show; None if only a feed or sitemap tells it."""
        return self.published if self.date_from is None else None

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All its images, the main one first."""
        main = (self.image,) if self.image else ()
        return (*main, *(piece.picture for piece in self.pieces if piece.picture))


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything the sample site is rendered from."""

    folder: Path
    site: Mapping[str, Any]
    """``site.toml`` as it is."""
    articles: tuple[SampleArticle, ...]
    """Newest first; those without a date last, then by slug."""

    def article(self, slug: str) -> SampleArticle:
        """The article of that slug. KeyError if there is none."""
        for article in self.articles:
            if article.slug == slug:
                return article
        raise KeyError(slug)

    def href(self, target: str) -> str:
        """What a link in a text points at: an article's slug becomes its path, everything else stays.

        KeyError if a slug has no article.
        """
        return target if target.startswith(("/", "http:", "https:")) else self.article(target).path

    def found_in(self, place: str, sections: Iterable[str] | None = None) -> list[SampleArticle]:
        """The articles that stand in ``place`` (see ``SampleArticle.found_in``), of these sections or of all."""
        wanted = None if sections is None else set(sections)
        return [a for a in self.articles if place in a.found_in and (wanted is None or a.section in wanted)]


def sample_path() -> Path:
    """The folder of the bundled sample: ``data/sample`` of a checkout, else the copy inside the installed package."""
    checkout = Path(__file__).parents[2] / "data" / "sample"
    return checkout if checkout.is_dir() else Path(__file__).parent / "sample"


def load_content(folder: Path | None = None) -> Content:
    """Read the sample of ``folder``, by default the bundled one. ValueError names the file that is not as it should."""
    folder = folder or sample_path()
    site = tomllib.loads((folder / "site.toml").read_text("utf-8"))
    articles = []
    for path in sorted(folder.glob("articles/*.md")):
        try:
            articles.append(read_article(path.stem, path.read_text("utf-8")))
        except (TypeError, KeyError, ValueError) as error:
            raise ValueError(f"{path}: {error}") from error
    articles.sort(key=lambda article: moment(article.published or date.min), reverse=True)
    return Content(folder=folder, site=site, articles=tuple(articles))


def read_article(slug: str, source: str) -> SampleArticle:
    """Read one article's file: a TOML head between two fences, then the body.

    TypeError names a field that is missing or unknown, ValueError what else is wrong.
    """
    before, head, body = source.split(FENCE + "\n", 2)
    if before:
        raise ValueError(f"the file must begin with {FENCE}")
    fields: dict[str, Any] = tomllib.loads(head)
    image = fields.pop("image", None)
    published = fields.get("published")
    if isinstance(published, datetime) and published.tzinfo is None:
        raise ValueError("a date with a time needs its UTC offset")
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    fields["image"] = Picture(**image) if image else None
    fields["comments"] = tuple(Comment(*comment) for comment in fields.get("comments", ()))
    return SampleArticle(slug=slug, pieces=read_body(body), **fields)


def read_body(body: str) -> tuple[Piece, ...]:
    r"""Read a body: pieces between blank lines, each told by how it begins.

    >>> [piece.kind for piece in read_body("One.\n\n## Two\n\n- three\n- four\n\n=> Related: [five](six)")]
    ['paragraph', 'heading', 'list', 'related']
    """
    chunks = re.split(r"\n(?:[ \t]*\n)+", html.unescape(body).strip("\n"))
    return tuple(_read_piece(chunk) for chunk in chunks if chunk)


def plain(spans: Iterable[Span]) -> str:
    """The words of a text without their styles and links."""
    return "".join(span.text for span in spans)


def moment(when: date) -> datetime:
    """The instant of an aware datetime, or of a day: its midnight in UTC."""
    return when if isinstance(when, datetime) else datetime.combine(when, time(), UTC)


def _read_piece(chunk: str) -> Piece:
    lines = chunk.split("\n")
    if chunk.startswith("## "):
        return Piece(kind="heading", spans=_read_spans(chunk[3:]))
    if chunk.startswith("> "):
        return Piece(kind="quote", spans=_read_spans(chunk[2:]))
    if chunk.startswith("- "):
        return Piece(kind="list", items=tuple(_read_spans(line.removeprefix("- ")) for line in lines))
    if chunk.startswith("| "):
        rows = (tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines)
        return Piece(kind="table", rows=tuple(rows))
    if chunk.startswith("=> "):
        label, link = chunk[3:].split("[", 1)
        return Piece(kind="related", label=label.strip(), spans=_read_spans("[" + link))
    if entry := _ENTRY.fullmatch(chunk):
        return Piece(kind="entry", label=entry["clock"], spans=_read_spans(entry["heading"]))
    if picture := _PICTURE.fullmatch(chunk):
        caption, _, credit = picture["rest"].partition("|")
        shown = Picture(file=picture["file"], alt=picture["alt"], caption=caption.strip(), credit=credit.strip())
        return Piece(kind="picture", picture=shown)
    if chunk.startswith("% "):
        return Piece(kind="paragraph", spans=_read_spans(chunk[2:]), pasted=True)
    return Piece(kind="paragraph", spans=_read_spans(chunk))


def _read_spans(text: str) -> tuple[Span, ...]:
    spans, end = [], 0
    for match in _INLINE.finditer(text):
        if match.start() > end:
            spans.append(Span(text[end : match.start()]))
        if match["target"]:
            spans.append(Span(match["anchor"], target=match["target"]))
        elif match["bold"]:
            spans.append(Span(match["bold"], style="b"))
        else:
            spans.append(Span(match["italic"], style="i"))
        end = match.end()
    if end < len(text):
        spans.append(Span(text[end:]))
    return tuple(spans)
