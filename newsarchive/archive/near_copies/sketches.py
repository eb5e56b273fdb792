"""Which texts are nearly the same: a sketch of each, small enough to keep a million of them at hand. Pure.

The classic way, all at once in numpy: a text is the set of its shingles (all runs of four words), the likeness of two
texts is the share of shingles they have in common (Jaccard), and a sketch estimates it without the texts.

1. **Words**: in lower case, accents as they are; a word is a run of letters, marks and digits, or one character of a
   script that sets no space between words. A word's hash is a polynomial over its characters, taken from running sums
   over the whole text, so that no word costs a step of Python.
2. **Shingles**: 64-bit hashes of all runs of :data:`SHINGLE_WORDS` words.
3. **Minima** (one-permutation MinHash; Li, Owen and Zhang, 2012): the upper bits of a hash name one of
   :data:`BINS` bins, of each bin the lowest hash is kept. A bin that stays empty borrows from another, in an order that
   is the same for all texts (Shrivastava's optimal densification, 2017). Two texts agree in a bin with the probability
   of their likeness, and eight bits of each minimum are enough to see it.
4. **Bands**: :data:`BANDS` of the minima are the keys that a sketch is looked up by. A phrase that many texts have may
   be such a minimum; therefore a key goes with four minima more, its witnesses, one of which has to agree. Texts of a
   likeness of 0.5 have a key with a witness in common almost surely (99.4%), those of 0.3 in nine of ten cases, others
   hardly ever, however many there are. Two minima to a key would need twice the keys for that, and each key is a page
   of the database that is written for an article.

>>> words = [f"word{number}" for number in range(300)]
>>> text, copy = " ".join(words), "A lead in front. " + " ".join(words[:270])
>>> likeness(text, copy) > 0.8, likeness(text, "Another text. " * 40) < 0.1
(True, True)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from struct import Struct

import numpy as np
import numpy.typing as npt

SHINGLE_WORDS = 4
"""Of three words, a million articles that have nothing to do with each other have too many in common; of five, changes
add up too fast: each changed word takes as many shingles along."""
BINS = 128
BANDS = 8
MIN_WORDS = 25
"""Texts of fewer words get no sketch: a caption or "Subscribe to read on" says too little to call two articles one."""
MAX_CHARACTERS = 100_000
"""Of a text; what stands behind them (in live blogs of a day) is not looked at."""
SIMILAR = 0.3
"""Estimated likeness from which two texts are near-copies. Every twentieth word changed leaves 0.7 of the shingles in
common, a lead, a cut end and swapped paragraphs on top of that about 0.5; two articles on one event seldom reach 0.1.
The estimate's standard error is 0.04."""

_Hashes = npt.NDArray[np.uint64]

_BIN_SHIFT = np.uint64(64 - BINS.bit_length() + 1)
_WITNESSES = Struct(f"<{BANDS}i")
_NONE = np.uint64(2**64 - 1)
_CHANCE = 1 / 256
"""How often two different minima have the same eight bits."""
# Odd constants with their bits well mixed: of splitmix64, and what Pelle Evensen found for xor-shift mixers.
_CHARACTER_BASE = 0x9E3779B97F4A7C15
_SHINGLE_BASE = 0xD1B54A32D192ED03
_MIX = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
_UNSPACED_SCRIPTS = (  # Thai, Lao; Myanmar; Khmer; Kana; Han; compatibility Han. Hangul sets spaces.
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
)
_BASIC = 0x10000
"""Characters beyond count as the same one-character word: rare Han, and signs."""
_UNSPACED = np.uint64(1 << 32)
"""Marks a character that is a word by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What of a text its near-copies are recognized by."""

    minima: bytes
    """The lowest eight bits of each bin's minimum."""
    bands: tuple[int, ...]
    """:data:`BANDS` keys, numbers of 32 bits with a sign; fewer if a text of few different words has one twice."""
    witnesses: tuple[int, ...]
    """For each key eight bits of four other minima, as such a number."""


def sketch(text: str) -> Sketch | None:
    """The sketch of a text; None if it has fewer than :data:`MIN_WORDS` words."""
    words = _word_hashes(text)
    if len(words) < MIN_WORDS:
        return None
    minima = _minima(_shingle_hashes(words))
    ends = minima.astype(np.uint8).tobytes()
    keys = minima[:BANDS].astype(np.uint32).view(np.int32).tolist()
    witnesses = dict(zip(keys, _WITNESSES.unpack_from(ends, BANDS), strict=True))
    return Sketch(minima=ends, bands=tuple(witnesses), witnesses=tuple(witnesses.values()))


def bears_out(witness: int, other: int) -> bool:
    """Whether two texts that have a key in common agree in one of its four witnesses."""
    difference = witness ^ other
    # Which byte of it is 0? https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord
    return (difference - 0x01010101) & ~difference & 0x80808080 != 0


def similarity(minima: bytes, others: bytes) -> float:
    """Estimated share of shingles that two texts have in common, 0 to 1, from their sketches' minima."""
    return similarities(minima, [others])[0]


def likeness(text: str, other: str) -> float:
    """:func:`similarity` of two texts; two with too few words for a sketch are alike only if they are the same."""
    one, two = sketch(text), sketch(other)
    if one is None or two is None:
        return float(text == other)
    return similarity(one.minima, two.minima)


def similarities(minima: bytes, others: Sequence[bytes]) -> list[float]:
    """:func:`similarity` to each of the others."""
    rows = np.frombuffer(b"".join(others), dtype=np.uint8).reshape(-1, BINS)
    agreeing = np.count_nonzero(rows == np.frombuffer(minima, dtype=np.uint8), axis=1) / BINS
    shares: list[float] = np.maximum((agreeing - _CHANCE) / (1 - _CHANCE), 0.0).tolist()
    return shares


def _word_hashes(text: str) -> _Hashes:
    """A hash of each word, in order."""
    powers = _powers()
    codes = np.frombuffer(f" {text[:MAX_CHARACTERS]} ".encode("utf-32-le", "replace"), dtype=np.uint32)
    letters = _letters().take(codes, mode="clip")
    is_letter = letters != 0
    changes = is_letter[1:] != is_letter[:-1]
    unspaced = letters >= _UNSPACED
    has_unspaced = unspaced.any()
    if has_unspaced:
        changes |= unspaced[1:] | unspaced[:-1]
    before = np.flatnonzero(changes)  # the last character before each word or gap
    letters *= powers[: len(letters)]
    sums = np.add.accumulate(letters)[before]
    if has_unspaced:
        is_word = is_letter[before[:-1] + 1]
        words, before = (sums[1:] - sums[:-1])[is_word], before[:-1][is_word]
    else:
        words, before = sums[1::2] - sums[0::2], before[0::2]
    # The same word anywhere in the text: its sum is moved up to the highest power.
    return _mixed(words * powers[-1 - before])


def _shingle_hashes(words: _Hashes) -> _Hashes:
    count = len(words) - SHINGLE_WORDS + 1
    hashes = words[:count]
    for place in range(1, SHINGLE_WORDS):
        hashes = hashes * np.uint64(_SHINGLE_BASE) + words[place : place + count]
    return _mixed(hashes)


def _minima(hashes: _Hashes) -> _Hashes:
    """The lowest hash of each bin."""
    minima = np.full(BINS, _NONE, dtype=np.uint64)
    np.minimum.at(minima, (hashes >> _BIN_SHIFT).astype(np.intp), hashes)
    is_empty = minima == _NONE
    empty = np.flatnonzero(is_empty)
    if len(empty):
        lenders = _lenders()[empty]
        first = np.argmin(is_empty[lenders], axis=1)
        minima[empty] = minima[lenders[np.arange(len(empty)), first]]
    return minima


def _mixed(hashes: _Hashes) -> _Hashes:
    """Every bit of the input in every bit of the output."""
    hashes = hashes ^ (hashes >> _HALF)
    hashes *= _MIX
    hashes ^= hashes >> _HALF
    hashes *= _MIX
    hashes ^= hashes >> _HALF
    return hashes


@lru_cache(maxsize=1)
def _letters() -> _Hashes:
    """Each character of the Basic Multilingual Plane in lower case, 0 for one that is no part of a word.

    Unspaced ones are marked. The last entry stands for all characters beyond.
    """
    letters = np.zeros(_BASIC + 1, dtype=np.uint64)
    for code in range(_BASIC):
        if unicodedata.category(chr(code))[0] in "LMN":
            lower = chr(code).lower()
            letters[code] = ord(lower) if len(lower) == 1 else code
    for first, last in _UNSPACED_SCRIPTS:
        block = letters[first : last + 1]
        block[block != 0] += _UNSPACED
    letters[_BASIC] = _UNSPACED
    return letters


@lru_cache(maxsize=1)
def _powers() -> _Hashes:
    """Of :data:`_CHARACTER_BASE`, one for each character that is looked at."""
    return np.cumprod(np.full(MAX_CHARACTERS + 2, _CHARACTER_BASE, dtype=np.uint64), dtype=np.uint64)


@lru_cache(maxsize=1)
def _lenders() -> npt.NDArray[np.intp]:
    """For each bin all bins, in the order it borrows from."""
    order = _mixed(np.arange(1, BINS * BINS + 1, dtype=np.uint64) * np.uint64(_SHINGLE_BASE)).reshape(BINS, BINS)
    return np.argsort(order, axis=1)
