"""RevisitTimes: how long to wait before a known page is looked at again, by its age; as the user may set it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Self

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_MAX_STEPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitTimes:
    """Steps for young pages, then a growth.

    >>> RevisitTimes.parse("1d:1h 7d:1d 30d:7d +50%") == RevisitTimes()
    True
    """

    steps: tuple[tuple[timedelta, timedelta], ...] = (
        (timedelta(days=1), timedelta(hours=1)),
        (timedelta(days=7), timedelta(days=1)),
        (timedelta(days=30), timedelta(days=7)),
    )
    """Up to which age, how often; both rise."""
    growth: float = 0.5
    """After the last step: by which part of its age a page has to grow older."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``AGE:EVERY … +PERCENT%``, with ages and times like ``30m``, ``1h``, ``7d`` or ``2w``.

        Raises ValueError that says what it should look like.
        """
        *parts, last = text.split() or [""]
        growth = re.fullmatch(r"\+([0-9]{1,4})%", last)
        steps = [re.fullmatch(r"([0-9]{1,4})([mhdw]):([0-9]{1,4})([mhdw])", part) for part in parts]
        if growth is None or None in steps or len(steps) > _MAX_STEPS:
            raise ValueError(f"{text!r} is not like 1d:1h 7d:1d 30d:7d +50%")
        read = tuple((_time(*step.group(1, 2)), _time(*step.group(3, 4))) for step in steps if step is not None)
        if any(earlier[0] >= later[0] or earlier[1] > later[1] for earlier, later in pairwise(read)):
            raise ValueError(f"{text!r}: ages and times have to rise, as in 1d:1h 7d:1d 30d:7d +50%")
        return cls(steps=read, growth=int(growth.group(1)) / 100)


def _time(number: str, unit: str) -> timedelta:
    return int(number) * _UNITS[unit]
