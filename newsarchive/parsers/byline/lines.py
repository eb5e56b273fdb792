"""Bylines by their words alone: a line that begins with "By", a name beside the date, a name right above the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsarchive.parsers.byline.names import PARTICLES, is_person, looks_like_name, names_in
from newsarchive.parsers.headline.choice import headline_position
from newsarchive.parsers.language import declared_language
from newsarchive.parsers.outline.pieces import Piece
from newsarchive.parsers.page import Page
from newsarchive.parsers.text import letters
from newsarchive.parsers.vocabulary.markup_words import BIT

MAX_BYLINE_CHARS = 160
MAX_BY_DISTANCE = 10
"""How many pieces of the outline below the headline a line that begins with "By" counts as its byline."""
MAX_NAME_DISTANCE = 7
"""The same for a line that is nothing but a name."""
MIN_TEXT_CHARS = 120
"""What follows a bare name is text if it has so many characters."""
MAX_LABELED_PIECES = 400
MIN_PUBLISHER_LETTERS = 4
"""A publisher's name of fewer letters may begin anybody's."""
_BY_LINE = re.compile(
    r"(?:(?:written |reported |story |words |posted |published |publié |publicado |veröffentlicht |geschrieben |"
    r"verfasst |eingestellt |gespeichert |(?:ein|eine) \w{4,12} )?(?:by|von|vom|par|por)|door|av|af|przez|oleh|yazan|"
    r"text|texte|texto|author|auteur|автор|yanditswe na|imeandikwa na|بقلم|كتبت?|מאת)\b\s?[\s:：]",
    re.IGNORECASE,
)
_BY_STARTS = frozenset(
    "wr re st wo po pu ve ge ei by vo pa do av af pr ol te au ав ya im بق كت מא".split()  # noqa: SIM905
)
"""How the words of :data:`_BY_LINE` begin."""
_LABELED = re.compile(
    r"(?:^|[\s|·])(?:记者|記者|作者|撰文|文|통신원|기자)\s?[:：]\s?(?P<names>[^\s:：|·\d][^:：|·\d\n]{1,60}?)"
    r"\s*(?=[|·\d\n]|\s\S{1,6}[:：]|$)"
)
"""A label and a colon anywhere in a line: "发布时间：2024年5月8日 记者：王若琳"."""
_ROLE = re.compile(
    r"(?:autorin/autor|autor(?:in|en|es|a|e|i)?|authors?|auteurs?|автор|作者|penulis|yazar|text)\s?(?:[:：]\s?|\s(?=[^\W\d_]))"
    r"(?P<names>[^\n]{3,120})$",
    re.IGNORECASE | re.MULTILINE,
)
"""A line that says who the author is, anywhere below the headline: "Autorin/Autor Jane Doe", "Text: Jane Doe"."""
_ROLE_STARTS = frozenset("aAаАpPtTyY作")
_EDITED = re.compile(
    r"(?:责编|責編|责任编辑|責任編輯|编辑|編輯)\s?[:：]\s?(?P<names>[\u4e00-\u9fff]{2,4}(?:[、，,\s]\s?[\u4e00-\u9fff]{2,4}){0,3})"
)
"""Chinese newsrooms name the editor in charge below the text, often nobody else."""
_DATE = re.compile(
    r"\d{1,2}[./-]\s?\d{1,2}[./-]\s?(?:19|20)?\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}"
    r"|\d{1,2}\.?\s[^\W\d_]{3,10}\.?,?\s(?:19|20)\d\d|[^\W\d_]{3,10}\.?\s\d{1,2},?\s(?:19|20)\d\d"
)
_DIGIT = re.compile(r"\d")
_INNER_MARKS = re.compile(r"[-’'.]")
_TWO_CAPITALS = ("Mc", "Mac", "De", "Di", "Du", "Le", "La", "Fitz")
"""Names that go on with a second capital: "McDonald"."""
_NO_PERSON = re.compile(
    r"(?:read|min|minutes?|minuten|lesedauer|lesezeit|lecture|lectura|uhr|güncelleme|güncellenme|update|aktualisiert|"
    r"stand|seite|page|foto|photo|image|bild|video|the|die|das|der|ein|eine|bei|in|im|an|am|auf|by|for|and)\.?",
    re.IGNORECASE,
)
_BY_WORDS = (("na ", "sw"),)
"""Words for "by" that names have in other languages, and the code of the language in which they are one."""
_NOT_HEAD = (
    BIT["menu"] | BIT["related"] | BIT["comments"] | BIT["share"] | BIT["caption"] | BIT["topics"] | BIT["footer"]
)


def without_by(line: str, page: Page) -> str:
    """The line without the page's language's own word for "by", where it is one that names have in other languages."""
    for word, language in _BY_WORDS:
        if line[: len(word)].lower() == word and (page.once(declared_language) or "").split("-")[0] == language:
            return line[len(word) :].lstrip()
    return line


def by_lines(page: Page, publishers: frozenset[str]) -> list[str]:
    """A line of its own that names people, whatever its markup says: the surest kind of line first; none without."""
    heading = page.once(headline_position)
    if heading is None:
        return []
    pieces = page.outline.pieces
    head = pieces[max(0, heading - 2) : heading + MAX_BY_DISTANCE + 1]
    below = pieces[heading : heading + MAX_LABELED_PIECES]
    own = tuple(name for name in publishers if len(name) >= MIN_PUBLISHER_LETTERS)
    for lines, is_sure in (
        (_by(head, page), True),
        (_beside_date(head), False),
        (_labeled(below), True),
        (_bare(pieces, heading), False),
        (_edited(below), True),
    ):
        for line in lines:
            names = names_in(line)
            if not names or not all(looks_like_name(name) and is_person(name, publishers) for name in names):
                continue
            if own and letters(names[0]).startswith(own):
                continue  # "The Daily TimesNovember 21, 2025"
            if is_sure or all(map(_is_proper, names)):
                return [line]
    return []


def _is_proper(name: str) -> bool:
    """Whether a name looks like a person's without any word that introduces it."""
    words = [word for word in name.split() if word.lower() not in PARTICLES]
    return len(words) >= 2 and all(map(_is_proper_word, words))


def _is_proper_word(word: str) -> bool:
    parts = [part for part in _INNER_MARKS.split(word) if part]
    return (
        bool(parts)
        and not _NO_PERSON.fullmatch(word)
        and all(part[0].isupper() for part in parts)
        and all(sum(map(str.isupper, part[1:])) <= part.startswith(_TWO_CAPITALS) for part in parts)
        and any(len(part) > 1 or word.endswith(".") for part in parts)
    )


def _by(pieces: list[Piece], page: Page) -> Iterator[str]:
    for piece in pieces:
        for line in piece.text.split("\n"):
            if len(line) > MAX_BYLINE_CHARS:
                continue
            label = _LABELED.search(line) if not line.isascii() and (":" in line or "：" in line) else None
            signed = label["names"] if label else without_by(line, page)
            if label or signed != line or (line[:2].lower() in _BY_STARTS and _BY_LINE.match(line)):
                yield signed


def _beside_date(pieces: list[Piece]) -> Iterator[str]:
    """Lines of a name and a date: "Jane Doe | 05.04.2025", "11.12.2019 - Jane Doe"."""
    for piece in pieces:
        text = piece.text
        if len(text) <= 90 and _DIGIT.search(text) and _DATE.search(text) and not piece.box.words & _NOT_HEAD:
            yield text


def _labeled(pieces: list[Piece]) -> Iterator[str]:
    for piece in pieces:
        text = piece.text
        if text[0] not in _ROLE_STARTS or len(text) > 2 * MAX_BYLINE_CHARS:
            continue
        if (label := _ROLE.match(text)) and not _is_aside(piece):
            yield label["names"]


def _bare(pieces: list[Piece], heading: int) -> Iterator[str]:
    """A name, alone on its line, that a paragraph of text or the date follows."""
    for piece in pieces[heading + 1 : heading + 1 + MAX_NAME_DISTANCE]:
        text = piece.text
        if not 5 <= len(text) <= 60 or piece.index + 1 >= len(pieces) or piece.link_chars or _is_aside(piece):
            continue
        if piece.box.tag in ("h1", "h2", "h3", "h4", "figcaption") or not 2 <= len(text.split()) <= 6:
            continue
        if any(len(above.text) >= MIN_TEXT_CHARS for above in pieces[heading + 1 : piece.index]):
            return  # the article has begun: a subheading
        after = pieces[piece.index + 1].text
        if len(after) >= MIN_TEXT_CHARS and letters(text) != letters(pieces[heading].text):
            yield text


def _edited(pieces: list[Piece]) -> Iterator[str]:
    for piece in pieces:
        text = piece.text
        if not text.isascii() and len(text) <= MAX_BYLINE_CHARS and (match := _EDITED.search(text)):
            yield "、".join(re.findall(r"[\u4e00-\u9fff]{2,4}", match["names"]))


def _is_aside(piece: Piece) -> bool:
    box = piece.box
    parent = box.parent
    return bool((box.words | (parent.words if parent is not None else 0)) & _NOT_HEAD)
