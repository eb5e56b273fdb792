"""Words as they are written: what ``=word`` compares, and what stemmers read.

The index holds folded terms. Beside them it keeps, of each article, the words that are written in another way than
their term: ``rwanda`` with ``Rwanda``. A term that is also written as it is, in an article that writes it otherwise
too, is kept alone. So any word can be found as it is written, and what most words cost is nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import regex

from newsarchive.search.analysis import (
    TERM_LENGTH,
    is_paired,
    runs,
    spaced,
    terms,
    without_acronym_dots,
    without_typography,
)

SEPARATOR = "\x1f"
"""Between a term and how it is written; in no term."""

_FORMAT = regex.compile(r"\p{Cf}")  # soft hyphens, joiners: no term has them


def written_words(text: str) -> set[str]:
    """The different words of a text, in Unicode's composed form, without the dots of ``U.S.``."""
    text = without_acronym_dots(without_typography(text))
    if text.isascii():
        return set(spaced(text).split())
    chunks = set(text.split())
    plain = [chunk for chunk in chunks if chunk.isascii()]
    words = set(spaced(" ".join(plain)).split())
    for chunk in chunks.difference(plain):
        words.update(_words_of_chunk(chunk))
    return words


def written_terms(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each word's term and the word; not those of scripts that know neither case nor accents and are indexed in pairs.

    >>> sorted(written_terms({"US", "été", "北京"}))
    [('ete', 'été'), ('us', 'US')]
    """
    for word in words:
        term = word.lower() if word.isascii() else _term_of(word)
        if term is not None:
            yield term[:TERM_LENGTH], word[:TERM_LENGTH]


def exact_entries(words: set[str]) -> set[str]:
    r"""What the index keeps of an article's words.

    >>> sorted(exact_entries({"us", "US", "Rwanda", "talks"}))
    ['rwanda\x1fRwanda', 'us', 'us\x1fUS']
    """
    entries = set()
    for term, word in written_terms(word for word in words if not (word.islower() and word.isascii())):
        if term != word:
            entries.add(f"{term}{SEPARATOR}{word}")
            if term in words:
                entries.add(term)
    return entries


@lru_cache(maxsize=16384)
def _words_of_chunk(chunk: str) -> tuple[str, ...]:
    """Words of a piece without white space."""
    return tuple(runs(_FORMAT.sub("", unicodedata.normalize("NFC", chunk))))


@lru_cache(maxsize=16384)
def _term_of(word: str) -> str | None:
    found = terms(word)
    return found[0] if len(found) == 1 and not is_paired(found[0]) else None
