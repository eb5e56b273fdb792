"""Many values in lists of bounded length, as statements and memory want them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

CHUNK = 500
"""Values in one IN list: below the 999 variables that SQLite before 3.32 allowed a statement."""

_T = TypeVar("_T")


def chunks(values: Iterable[_T], size: int = CHUNK) -> Iterator[list[_T]]:
    """Lists of at most ``size`` values, in order."""
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk
