"""The Great Lakes Eye (https://thegreatlakeseye.com): news of Rwanda and the region, with hardly any metadata.

A page shows a section label, the headline, a picture, then paragraphs in whatever markup the editor left: some hold
only a no-break space, a quotation and the paragraph after it may share one element with line breaks between them. A
"Related:" line stands inside the text, "Comments" ends it. Neither date nor author is shown. The address carries the
headline: ``post?s=Future--of--peacekeeping--operations%3B--…_1038``.

BeautifulSoup, because the text has to be followed across elements rather than picked from known ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from bs4.element import NavigableString, PreformattedString, Tag

from newsarchive.model.article import Block, BlockKind, Image, Link, LinkRel
from newsarchive.parsers.body.article_body import Body
from newsarchive.parsers.found import Found
from newsarchive.parsers.page import Page
from newsarchive.parsers.publisher import OWN_RULE, Publisher
from newsarchive.parsers.text import letters, one_line

_TAGLINE = letters("A Reliable Source of News")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(
    (*_HEADINGS, "p", "div", "blockquote", "li", "td", "section", "article", "main", "center", "body", "q")
)
_NOT_TEXT = frozenset(
    (
        "script",
        "style",
        "noscript",
        "nav",
        "footer",
        "aside",
        "form",
        "button",
        "figure",
        "figcaption",
        "select",
        "iframe",
    )
)
_RELATED = re.compile(r"(?:related|read also|also read|see also)\s*:\s*", re.IGNORECASE)
_END = re.compile(
    r"(?:\d+\s+)?comments?(?:\s*\(\d+\))?|leave a (?:comment|reply)|share this|related (?:posts|news)", re.IGNORECASE
)
_MAX_LABEL_CHARS = 40
_MIN_PICTURE_PX = 100


@dataclass(frozen=True, slots=True)
class _Run:
    """Text that stands together, and the links in it."""

    text: str
    kind: BlockKind
    links: tuple[tuple[str, str], ...]
    """Address as written and text of each ``<a>``."""
    is_link: bool
    """Whether all of it is one link."""


class TheGreatLakesEye(Publisher):
    """Reads ``/post?s=…``."""

    name = "thegreatlakeseye"
    version = 1
    title = "The Great Lakes Eye"
    hosts: ClassVar[tuple[str, ...]] = ("thegreatlakeseye.com",)
    url_pattern = r"/post/?\?(?:[^#]*&)?s=[^&#]"
    timezone = "Africa/Kigali"

    def headline(self, page: Page) -> Found[str] | None:
        """The heading that says what the address says."""
        heading = _heading(page)
        return Found(_text(heading), OWN_RULE) if heading else super().headline(page)

    def article_section(self, page: Page, headline: str | None) -> Found[str] | None:
        """The label right above the headline."""
        heading = _heading(page)
        for string in heading.find_all_previous(string=True) if heading else ():
            text = one_line(string)
            if not text or isinstance(string, PreformattedString) or _is_inside(string, ("script", "style", "head")):
                continue
            key = letters(text)
            if key and key != _TAGLINE and key != letters(self.title or "") and len(text) <= _MAX_LABEL_CHARS:
                return Found(text, OWN_RULE)
            break
        return super().article_section(page, headline)

    def blocks(self, page: Page, body: Body) -> Found[tuple[Block, ...]]:
        """All text from the headline to "Comments" but the "Related:" lines."""
        heading = _heading(page)
        if heading is None:
            return super().blocks(page, body)
        runs = [run for run in _runs(heading) if not _RELATED.match(run.text) and not run.is_link]
        return Found(tuple(Block(kind=run.kind, text=run.text) for run in runs), OWN_RULE)

    def related_links(self, page: Page, body: Body) -> tuple[Link, ...]:
        """The links of "Related:" lines, and those in the running text."""
        heading = _heading(page)
        if heading is None:
            return super().related_links(page, body)
        found: list[Link] = []
        for run in _runs(heading):
            label = _RELATED.match(run.text)
            if run.is_link and not label:
                continue
            for href, text in run.links:
                url = page.resolve(href)
                text = _RELATED.sub("", text, count=1) if label else text
                if url and text:
                    found.append(Link(url=url, text=text, rel=LinkRel.RELATED if label else LinkRel.INLINE))
        return tuple(found)

    def images(self, page: Page, body: Body) -> tuple[Image, ...]:
        """The pictures between headline and "Comments"; the first is the main one."""
        heading = _heading(page)
        if heading is None:
            return super().images(page, body)
        found: list[Image] = []
        for node in heading.next_elements:
            if isinstance(node, NavigableString) and _END.fullmatch(one_line(node)):
                break
            if isinstance(node, Tag) and node.name == "img" and not _is_inside(node, _NOT_TEXT - {"figure"}):
                image = _image(page, node, is_main=not found)
                if image and all(image.url != other.url for other in found):
                    found.append(image)
        return tuple(found)


def _heading(page: Page) -> Tag | None:
    """The heading with the words of the address; None if no heading has them."""
    slug = next(iter(parse_qs(urlsplit(page.url).query).get("s", ())), "")
    key = letters(re.sub(r"_\d+$", "", slug))
    headings = (tag for tag in page.soup.find_all(_HEADINGS) if isinstance(tag, Tag))
    return next((heading for heading in headings if key and letters(_text(heading)) == key), None)


def _runs(heading: Tag) -> Iterator[_Run]:
    """The pieces of text after the headline up to "Comments", in order."""
    pieces: list[NavigableString] = []
    breaks = 0
    block: Tag | None = None
    for node in heading.next_elements:
        if isinstance(node, Tag):
            breaks += node.name == "br"
            continue
        if not isinstance(node, NavigableString) or isinstance(node, PreformattedString):
            continue
        if heading in node.parents or _is_inside(node, _NOT_TEXT) or not one_line(node):
            continue
        holder = next((parent for parent in node.parents if parent.name in _BLOCKS), None)
        if pieces and (holder is not block or breaks >= 2):
            run = _run(pieces, block)
            if _END.fullmatch(run.text):
                return
            yield run
            pieces = []
        elif pieces and breaks:
            pieces.append(NavigableString("\n"))
        pieces.append(node)
        block, breaks = holder, 0
    if pieces:
        run = _run(pieces, block)
        if not _END.fullmatch(run.text):
            yield run


def _run(pieces: list[NavigableString], block: Tag | None) -> _Run:
    text = "\n".join(filter(None, map(one_line, "".join(pieces).split("\n"))))
    anchors: dict[int, tuple[str, list[str]]] = {}
    for piece in pieces:
        anchor = piece.find_parent("a", href=True)
        if anchor is not None:
            anchors.setdefault(id(anchor), (str(anchor["href"]), []))[1].append(piece)
    links = tuple((href, one_line("".join(texts))) for href, texts in anchors.values())
    return _Run(text, _kind(block), links, len(links) == 1 and links[0][1] == text)


def _kind(block: Tag | None) -> BlockKind:
    around = [block, *block.parents] if block is not None else []
    if any(tag.name in ("blockquote", "q") for tag in around):
        return BlockKind.QUOTE
    if block is not None and block.name in _HEADINGS:
        return BlockKind.HEADING
    return BlockKind.LIST_ITEM if block is not None and block.name == "li" else BlockKind.PARAGRAPH


def _image(page: Page, tag: Tag, *, is_main: bool) -> Image | None:
    url = page.resolve(str(tag.get("data-src") or tag.get("src") or ""))
    width, height = _px(tag.get("width")), _px(tag.get("height"))
    if url is None or any(size is not None and size < _MIN_PICTURE_PX for size in (width, height)):
        return None
    figure = tag.find_parent("figure")
    caption = figure.find("figcaption") if figure else None
    return Image(
        url=url,
        caption=(_text(caption) or None) if isinstance(caption, Tag) else None,
        alt=one_line(str(tag.get("alt") or "")) or None,
        width_px=width,
        height_px=height,
        is_main=is_main,
    )


def _px(value: object) -> int | None:
    match = re.fullmatch(r"\s*(\d{1,5})(?:px)?\s*", str(value))
    return int(match.group(1)) if match else None


def _text(tag: Tag) -> str:
    return one_line(tag.get_text(" "))


def _is_inside(node: NavigableString | Tag, names: frozenset[str] | tuple[str, ...]) -> bool:
    return any(parent.name in names for parent in node.parents)
