"""Originals and edited copies of them for ``benchmarks/clusters.py``: what newsrooms do to an agency's text.

Originals are real bodies, of a truth file of ``benchmarks/extraction.py``, as far as they go; the others are mixed of
runs of one to four of their words (see ``synthetic_articles``). Texts that share a tenth of their runs of five words
with one before, because the file has a page twice, are left out: originals are different.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from random import Random
from zlib import crc32

import numpy as np
from synthetic_articles import articles, made_up_words, real_words

MIN_WORDS = 60
"""Of an original: real bodies below are stubs."""
LEAD_WORDS = (20, 50)
"""Least and most words of a lead that is put in front."""
CUT = (0.7, 0.95)
"""Least and greatest part of its paragraphs that a text keeps when its end is cut."""
CHANGED = 0.05
"""Part of the words that are replaced by others."""
_ALIKE = 0.1
_SAMPLED = 8  # one of so many runs of words is looked at to find the same page twice


class Level(StrEnum):
    """What is done to a copy."""

    NONE = "none"
    LEAD_AND_CUT = "lead added, end cut"
    SWAPPED = "paragraphs swapped"
    CHANGED = "5% of words changed"
    ALL = "all of these"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of the benchmark."""

    original: int
    """Number of the original that it is, or is a copy of."""
    level: Level | None
    """None for an original."""
    body: str


def texts(originals: int, copies: int, truth: Path | None, seed: int) -> list[Text]:
    """So many originals and, behind them, copies of every level in turn, each of an original drawn at random."""
    rng = Random(seed)
    words = made_up_words(np.random.default_rng(seed)) if truth is None else real_words(truth)
    bodies = list(_different(_bodies(originals, truth, words, seed), originals))
    if len(bodies) < originals:
        sys.exit(f"{truth}: its words make only {len(bodies)} different texts; give a file with more, or none")
    found = [Text(original=number, level=None, body=body) for number, body in enumerate(bodies)]
    levels = list(Level)
    for number in range(copies):
        original, level = rng.randrange(len(bodies)), levels[number % len(levels)]
        found.append(Text(original=original, level=level, body=edited(bodies[original], level, words, rng)))
    return found


def edited(body: str, level: Level, words: Sequence[str], rng: Random) -> str:
    """A copy of the text, edited at that level."""
    paragraphs = body.split("\n\n")
    if level in (Level.LEAD_AND_CUT, Level.ALL):
        kept = max(1, round(len(paragraphs) * rng.uniform(*CUT)))
        paragraphs = [" ".join(rng.choices(words, k=rng.randint(*LEAD_WORDS))), *paragraphs[:kept]]
    if level in (Level.SWAPPED, Level.ALL):
        rng.shuffle(paragraphs)
    if level in (Level.CHANGED, Level.ALL):
        paragraphs = [
            " ".join(rng.choice(words) if rng.random() < CHANGED else word for word in paragraph.split())
            for paragraph in paragraphs
        ]
    return "\n\n".join(paragraphs)


def _bodies(count: int, truth: Path | None, words: list[str], seed: int) -> Iterator[str]:
    if truth is not None:
        with truth.open(encoding="utf-8") as lines:
            yield from filter(None, (json.loads(line).get("body") for line in lines))
    for article, _ in articles(2 * count, words, seed=seed):  # some are copies of the one before
        yield article.article_body


def _different(bodies: Iterator[str], count: int) -> Iterator[str]:
    """The first ``count`` bodies that are long enough and like none before."""
    seen: dict[int, int] = {}
    found = 0
    for body in bodies:
        words = body.lower().split()
        runs = {crc32(" ".join(words[start : start + 5]).encode()) for start in range(len(words) - 4)}
        sampled = [run for run in runs if run % _SAMPLED == 0]
        common = Counter(seen[run] for run in sampled if run in seen)
        if len(words) >= MIN_WORDS and max(common.values(), default=0) <= _ALIKE * len(sampled):
            seen.update(dict.fromkeys(sampled, found))
            found += 1
            yield body
            if found == count:
                return
