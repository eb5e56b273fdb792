"""The article's pictures: where they lie, what is written under them, who took them, which one is the main one.

Pages rarely say it in ``src``: pictures are loaded late (``data-src``), in many sizes (``srcset``, ``<picture>``) or
stand in ``<noscript>``. Pictures of menus, teasers, authors and counters are not the article's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from newsarchive.model.article import Image
from newsarchive.parsers.body.article_body import Body
from newsarchive.parsers.headline.choice import headline_position
from newsarchive.parsers.images.addresses import is_counter, is_decoration, picture_address, picture_key
from newsarchive.parsers.outline.pieces import Box, Element, Picture
from newsarchive.parsers.page import Page
from newsarchive.parsers.structured import as_list
from newsarchive.parsers.text import elements_in, whole_text
from newsarchive.parsers.vocabulary.markup_words import BIT

MAX_IMAGES = 100
"""Pictures kept of one article; the longest galleries have some dozens."""
MIN_SIDE_PX = 100
"""A picture stated to be smaller is an icon, an avatar or a counter."""
PIECES_BEFORE = 12
"""How many text pieces above the first paragraph the lead picture may stand."""
MAX_CAPTION_CHARS = 1_000
MAX_FRAME_PIECES = 3
"""Text pieces (caption, credit, agency) a box around a picture holds at most to be its frame."""
MAX_FRAME_TAGS = 40
MAX_GALLERY_PIECES = 300
"""Pieces of a gallery that are asked whether they are captions or links."""
MAX_NAMES_CHARS = 300
MIN_MAIN_PX = 150
"""A picture stated to be narrower is not the main one, unless the page says so."""
MAX_FRAME_BOXES = 4
MAX_BYLINE_PIECES = 8
"""Text pieces of a box that is a byline or an appeal; a box of more is the article's."""

_NOT_PICTURES = BIT["related"] | BIT["comments"] | BIT["share"] | BIT["menu"] | BIT["side"] | BIT["footer"] | BIT["ad"]
_NO_FRAMES = BIT["byline"] | BIT["signup"]
_CAPTION_TAGS = frozenset(("figcaption", "div", "span", "p", "cite", "small"))
_COUNTER_TAGS = frozenset(("span", "div", "p", "small", "b", "strong"))
# "wp-caption-text", "photo-legend", "pic-cap"
_CAPTION_NAME = re.compile(r"caption|legend|bildtext|bildunterschrift|didascalia|leyenda|(?<![a-z])cap(?![a-z])")
_CREDIT_NAME = re.compile(r"credit|copyright|photographer|author|source|rights|attribution")
_COUNTER = re.compile(r"\(?\d{1,3}\s?(?:/|of|von|sur|de|di|van|из)\s?\d{1,3}\)?", re.IGNORECASE)
_CREDIT_WORDS = (
    r"(?:photos?|pictures?|images?|(?:image|photo|picture) credits?|credits?|photograph|fotos?|bild(?:er)?|bildquelle|"
    r"quelle|photographie|crédits?(?:\s+photos?)?|créditos?|imagen|fotograf(?:ía|ia|o|e)|fotó|kuva|zdj\.?|fot\.?|фото|"
    r"fotograaf|snímek|valokuva|φωτογραφία|φωτο|снимка|світлина|fotoğraf|ifoto|picha|sawir|ảnh|gambar|चित्र|फोटो|ছবি|ภาพ|"
    r"צילום|الصورة|صورة|تصوير|عکس|照片|图片来源|图片|图|圖|圖片|摄影|攝影|撮影|摄|写真|사진)(?:\s+(?:by|von|de|par|di|av|door))?\s*[:：/]\s*"
)
"""How a credit begins in the newsrooms' languages: "Photo:", "Foto von:", "© "."""
_CREDIT_START = rf"(?:{_CREDIT_WORDS}|[©Ⓒ]\s*|\(c\)\s*|(?:photo|picture|image|photograph) by\s+)"
_CREDIT = re.compile(rf"(?:^|[\s(\[|.,;–—-]){_CREDIT_START}(?P<name>[^|\n]{{2,120}})$", re.IGNORECASE)
_CREDIT_MARKS = (":", "：", "/", "©", "ⓒ", "(c)", " by ")
MAX_CREDIT_CHARS = 240
"""More than :data:`_CREDIT` spans."""
_CREDIT_PREFIX = re.compile(rf"^{_CREDIT_START}", re.IGNORECASE)


def find_images(page: Page, body: Body) -> tuple[Image, ...]:
    """The article's pictures in page order, each once; the first one that is the main one marked. Never raises."""
    told = _told(page)
    told_keys = [picture_key(image.url) for image in told]
    found: list[Image] = []
    keys: dict[str, int] = {}
    above: list[int] = []
    first_text = body.chosen[0] if body.chosen else 0
    heading = page.once(headline_position)
    start = first_text - PIECES_BEFORE if heading is None else min(heading, first_text - PIECES_BEFORE)
    for picture in body.outline.pictures if body.chosen else ():
        if picture.position < start:
            continue  # the page's header
        if len(found) >= MAX_IMAGES:
            break
        is_near = _is_near(picture, body)
        if not is_near and not (picture.position <= first_text and _may_lead(picture, body)):
            continue
        image = _image(picture, page, body)
        if image is None:
            continue
        key = picture_key(image.url)
        if not is_near and key not in told_keys and picture.box.tag != "figure" and not _in(picture.box, "figure"):
            continue
        if key in keys:
            known = found[keys[key]]
            if known.caption is None and image.caption is not None:
                found[keys[key]] = image
            continue
        keys[key] = len(found)
        if picture.position <= first_text and (key in told_keys or _leads(picture, image, body)):
            above.append(len(found))
        found.append(image)
    return _with_main(found, told, [keys.get(key) for key in told_keys], above)


def _with_main(found: list[Image], told: list[Image], places: list[int | None], above: list[int]) -> tuple[Image, ...]:
    """Mark the main picture: the one of the article that the page tells a teaser to show, else the one above the text.

    Newsrooms show another picture to teasers than to readers about once in ten pages; the readers' is the article's.
    Of several that the page tells, one above the text is meant before one within it. ``places`` are the told pictures'
    indices among the found, None for one that the article does not show.
    """
    shown = [(place not in above, number, place) for number, place in enumerate(places) if place is not None]
    if shown:
        _, number, place = min(shown)
        found[place] = _marked(found[place], told[number])
        return tuple(found)
    if above:
        found[above[0]] = _marked(found[above[0]], found[above[0]])
        return tuple(found)
    if told:
        return (_marked(told[0], told[0]), *found)
    if found:
        found[0] = _marked(found[0], found[0])
    return tuple(found)


def _marked(image: Image, other: Image) -> Image:
    return Image(
        url=image.url,
        caption=image.caption or other.caption,
        credit=image.credit or other.credit,
        alt=image.alt or other.alt,
        width_px=image.width_px or other.width_px,
        height_px=image.height_px or other.height_px,
        is_main=True,
    )


def _told(page: Page) -> list[Image]:
    """What the page itself names as its picture: Open Graph, Twitter, JSON-LD, in this order."""
    found: list[Image] = []
    known: dict[str, str | None] = {}
    width = _pixels(page.meta_first("og:image:width"))
    height = _pixels(page.meta_first("og:image:height"))
    alt = page.meta_first("og:image:alt", "twitter:image:alt")
    for name in ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"):
        for content in page.meta.get(name, ())[:1]:
            url = _told_address(content, page, known)
            if url:
                found.append(Image(url=url, alt=alt, width_px=width, height_px=height))
    for node in page.json_ld:
        if "headline" in node or "articleBody" in node:
            found.extend(_json_images(node.get("image"), page, known))
    return found


def _told_address(content: str, page: Page, known: dict[str, str | None]) -> str | None:
    """The absolute address, None for decoration; ``known`` are those resolved before, for pages repeat them."""
    if content not in known:
        url = page.resolve(content)
        known[content] = None if url is None or is_decoration(url) else url
    return known[content]


def _json_images(value: Any, page: Page, known: dict[str, str | None]) -> Iterable[Image]:  # noqa: ANN401 (a JSON value)
    for item in as_list(value)[:5]:
        address = item.get("url") or item.get("contentUrl") if isinstance(item, dict) else item
        url = _told_address(address, page, known) if isinstance(address, str) else None
        if not url:
            continue
        if not isinstance(item, dict):
            yield Image(url=url)
            continue
        caption = item.get("caption")
        yield Image(
            url=url,
            caption=_line(caption) if isinstance(caption, str) else None,
            width_px=_pixels(item.get("width")),
            height_px=_pixels(item.get("height")),
        )


def _is_near(picture: Picture, body: Body) -> bool:
    """Whether the picture stands in or right above the body, and in no box of something else."""
    if body.main is None or body.local_words.get(id(picture.box), 0) & _NOT_PICTURES:
        return False
    first, last = body.chosen[0], body.chosen[-1]
    if first < picture.position <= last:
        return True
    if first - PIECES_BEFORE <= picture.position <= first:
        return not _in(picture.box, "footer", "aside") and not _is_of_a_person(picture)
    if picture.position == last + 1 and _contains(body.main, picture):
        return True
    return picture.position > last and _is_in_gallery(picture, body)


def _leads(picture: Picture, image: Image, body: Body) -> bool:
    """Whether a picture above the text is the lead by itself: of some size, and framed or in the article's box."""
    if image.width_px is not None and image.width_px < MIN_MAIN_PX:
        return False
    return image.caption is not None or _in(picture.box, "figure") or _in_main(picture, body)


def _may_lead(picture: Picture, body: Body) -> bool:
    """Whether a picture between headline and text that :func:`_is_near` refuses may be the lead: it is unlinked.

    Its box may be named like a teaser's, and the text may begin late; the caller asks for more evidence.
    """
    if picture.link is not None or _is_of_a_person(picture) or _in(picture.box, "footer", "aside"):
        return False
    words = body.local_words.get(id(picture.box), picture.box.words) & _NOT_PICTURES
    return not words & ~BIT["related"]


def _is_of_a_person(picture: Picture) -> bool:
    """Whether it stands in the byline, or in a box that asks readers to subscribe."""
    box: Box | None = picture.box
    for _ in range(MAX_FRAME_BOXES):
        if (
            box is None
            or box.tag == "figure"
            or box.end - box.first > MAX_BYLINE_PIECES
            or box.tag in ("article", "main", "body")
        ):
            return False
        if box.words & _NO_FRAMES and not box.words & BIT["caption"]:
            return True
        box = box.parent
    return False


def _is_in_gallery(picture: Picture, body: Body) -> bool:
    """Whether the picture stands in a box named for pictures that begins right where the text ends."""
    box: Box | None = picture.box
    while box is not None and box.first > body.chosen[-1]:
        if box.words & _NOT_PICTURES:
            return False
        if box.words & BIT["picture"] and box.tag != "figure" and box.first == body.chosen[-1] + 1:
            texts = body.outline.pieces[box.first : min(box.end, box.first + MAX_GALLERY_PIECES)]
            return sum(piece.link_chars for piece in texts) <= 0.5 * sum(len(piece.text) for piece in texts)
        box = box.parent
    return False


def _in_main(picture: Picture, body: Body) -> bool:
    return body.main is not None and _contains(body.main, picture)


def _contains(box: Box, picture: Picture) -> bool:
    current: Box | None = picture.box
    while current is not None:
        if current is box:
            return True
        current = current.parent
    return False


def _in(box: Box, *tags: str) -> bool:
    current: Box | None = box
    while current is not None:
        if current.tag in tags:
            return True
        current = current.parent
    return False


def _image(picture: Picture, page: Page, body: Body) -> Image | None:
    element = picture.element
    get = element.get
    width, height = _pixels(get("width")), _pixels(get("height"))
    if (width is not None and width < MIN_SIDE_PX) or (height is not None and height < MIN_SIDE_PX // 2):
        return None
    url = picture_address(element, page)
    if url is None or is_counter(url):
        return None
    caption, credit = _caption(picture, body)
    alt = _line(get("alt"))
    return Image(url=url, caption=caption, credit=credit, alt=alt, width_px=width, height_px=height)


def _caption(picture: Picture, body: Body) -> tuple[str | None, str | None]:
    """Caption and credit: of the figure around the picture, or of a box beside it that is named for it."""
    box: Box | None = picture.box
    for _ in range(5):
        if box is None:
            break
        if box.tag == "figure" or box.words & BIT["caption"]:
            return _figure_texts(box.element)
        if box.first < box.end:
            return _figure_texts(box.element) if _is_frame(box, body) else (None, None)
        box = box.parent
    return None, None


def _is_frame(box: Box, body: Body) -> bool:
    """Whether a box that is no ``<figure>`` holds one picture, and text that is named for it and is not the body's."""
    if box.end - box.first > MAX_FRAME_PIECES or any(index in body.chosen for index in range(box.first, box.end)):
        return False
    element = box.element
    if sum(1 for _ in islice(element.iter("img", "amp-img"), 2)) > 1:
        return False
    return any(
        _CAPTION_NAME.search(_names(child)) for child in islice(elements_in(element, _CAPTION_TAGS), MAX_FRAME_TAGS)
    )


def _figure_texts(figure: Element) -> tuple[str | None, str | None]:
    text = credit = None
    for element in elements_in(figure, _CAPTION_TAGS):
        names = _names(element)
        if credit is None and _CREDIT_NAME.search(names):
            credit = _line(whole_text(element))
        elif text is None and (element.tag == "figcaption" or _CAPTION_NAME.search(names)):
            text = _line(_without_counter(element))
    if text and credit and text.endswith(credit) and text != credit:
        text = _line(text[: -len(credit)].rstrip(" |([（–—-•/,"))
    elif text and credit is None and (match := _credit_in(text)):
        credit = match["name"].strip(" .)]）")
        text = _line(text[: match.start()].rstrip(" |([（–—-•/,"))
    if text is not None and text == credit:
        text = None
    if credit:
        credit = _line(_CREDIT_PREFIX.sub("", credit).strip(" ()[]（）|."))
    return text, credit


def _credit_in(text: str) -> re.Match[str] | None:
    """The credit a text ends with."""
    lower = text.lower()
    # The expression takes long: asked only where a mark of a credit is, and of the end of the text.
    if any(mark in lower for mark in _CREDIT_MARKS):
        return _CREDIT.search(text, max(0, len(text) - MAX_CREDIT_CHARS))
    return None


def _without_counter(caption: Element) -> str:
    """The text of a caption without the "3 / 7" a gallery puts in an element of its own."""
    text = whole_text(caption)
    for child in elements_in(caption, _COUNTER_TAGS):
        counter = (child.text or "").strip()
        if len(child) == 0 and _COUNTER.fullmatch(counter) and text.strip().startswith(counter):
            return text.strip()[len(counter) :]
    return text


def _names(element: Element) -> str:
    return f"{element.get('class') or ''} {element.get('itemprop') or ''}"[:MAX_NAMES_CHARS].lower()


def _line(text: str | None) -> str | None:
    return " ".join(text.split())[:MAX_CAPTION_CHARS] or None if text else None


def _pixels(value: object) -> int | None:
    """A stated size in pixels; None for percentages and nonsense."""
    text = str(value).strip().removesuffix("px") if value is not None else ""
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) < 100_000 else None
