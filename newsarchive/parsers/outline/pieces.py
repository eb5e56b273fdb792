"""Outline: a page as text pieces, pictures and the boxes they stand in, each in reading order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Element = Any
"""An lxml element; lxml's stubs are incomplete, so it is Any at this edge."""


@dataclass(slots=True, eq=False)
class Box:
    """A block-level element: what kind it is by tag and by the words of its class, id and roles."""

    element: Element
    tag: str
    parent: Box | None
    depth: int
    name: str | None
    """Its ``class``; None if it has none."""
    words: int
    """Bits of markup_words: of its own attributes."""
    first: int
    """Index of the first piece inside it."""
    end: int = 0
    """Index after the last piece inside it."""


@dataclass(slots=True, eq=False)
class Anchor:
    """A link inside a piece."""

    element: Element
    text: str
    before: str
    """What the piece says between the link before and this one."""


@dataclass(slots=True, eq=False)
class Piece:
    """A run of text between two block-level edges or blank lines."""

    index: int
    text: str
    """White space collapsed; a single ``<br>`` is a newline. Never empty."""
    box: Box
    """The innermost block-level element around it."""
    link_chars: int
    """How many of its characters are inside links."""
    stressed_chars: int
    """How many of its characters are bold or italic."""
    anchors: tuple[Anchor, ...] = ()


@dataclass(slots=True, eq=False)
class Picture:
    """An image element and where it stands."""

    element: Element
    box: Box
    position: int
    """Index of the piece that follows it."""
    link: Element | None
    """The ``<a>`` around it."""


@dataclass(slots=True, eq=False)
class Outline:
    """A page as pieces, pictures and boxes, each in document order."""

    pieces: list[Piece] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
