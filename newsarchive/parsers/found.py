"""Found: a field's value and the rule that gave it, which is what every field rule returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value read off a page. A rule that finds nothing returns None instead.

    >>> Found("Peace at last", "h1")
    Found(value='Peace at last', source='h1')
    """

    value: T
    source: str
    """Short name of the place it stood in, as it goes into ``Article.field_sources``: ``json-ld``, ``og``, ``h1`` …"""
