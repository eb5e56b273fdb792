"""Words as they are written: what ``=word`` compares, and what stemmers read.

The index holds folded terms. Beside them it keeps, of each article, the words that are written in another way than
their term: ``rwanda`` with ``Rwanda``. A term that is also written as it is, in an article that writes it otherwise
too, is kept alone. So any word can be found as it is written, and what most words cost is nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, filterfalse

import regex

from newsarchive.search.terms.analysis import (
    PART,
    TERM_LENGTH,
    fold,
    has_paired,
    is_paired,
    spaced,
    terms,
    without_acronym_dots,
    without_paired,
    without_typography,
)

SEPARATOR = "\x1f"
"""Between a term and how it is written; in no term."""

_RUNS = bytes(code if code in (32, ord(PART)) else ord("x") for code in range(256))
"""From bytes of spaced text to runs of one letter."""
_LONG = b"x" * (TERM_LENGTH + 1)
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_FORMAT = regex.compile(r"\p{Cf}")  # soft hyphens, joiners: no term has them


@dataclass(frozen=True, slots=True)
class WrittenWords:
    """The different words of a text or several."""

    ascii: set[str] = field(default_factory=set)
    """Cut to the length of a term."""
    others: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[str]:
        return chain(self.ascii, self.others)


def read_texts(texts: Sequence[str]) -> tuple[list[str], WrittenWords]:
    """Of each text its :func:`terms`, parted by blanks, and of all the words as they are written.

    That is all an index needs of an article: each text is read once for both, and all together as far as they are
    written in the same way, for a paragraph is too short to be worth so many calls.
    """
    plain = without_typography(PART.join(texts)).split(PART)
    if len(plain) != len(texts):  # a text holds the sign itself
        plain = list(texts := [text.replace(PART, " ") for text in texts])
    words = WrittenWords()
    found: dict[int, str] = {}
    for is_ascii in (True, False):
        places = [place for place, text in enumerate(plain) if text.isascii() is is_ascii]
        if places:
            found.update(zip(places, _read([plain[place] for place in places], words), strict=True))
    return [found[place] for place in range(len(texts))], words


def _read(texts: Sequence[str], words: WrittenWords) -> list[str]:
    """Terms of each text; all words are added to ``words``."""
    together = PART.join(texts)
    split = spaced(without_acronym_dots(together))
    if not _has_long_word(split):
        if split.isascii():
            words.ascii.update(split.split())  # also between the texts
            return split.lower().split(PART)
        own = set(split.split())
        if "".join(own).isalnum() and unicodedata.is_normalized("NFC", split):
            folded = spaced(without_acronym_dots(fold(together)))
            if not has_paired(split) and not has_paired(folded) and not _has_long_word(folded):
                words.ascii.update(filter(str.isascii, own))
                words.others.update(filterfalse(str.isascii, own))
                return folded.split(PART)
    if len(texts) > 1:  # it may be but one of them that has to be read slowly
        return [found for text in texts for found in _read([text], words)]
    _add_words(together, words)
    return [" ".join(terms(together))]


def _has_long_word(text: str) -> bool:
    """Whether a text out of :func:`spaced` may have one of more than :data:`TERM_LENGTH` characters.

    It has one of as many bytes. Ten times as fast as looking at each word.
    """
    return _LONG in text.encode("utf-8", "surrogatepass").translate(_RUNS)


def written_words(text: str) -> WrittenWords:
    """The different words of a text, in Unicode's composed form, without the dots of ``U.S.``.

    Not those of scripts that are indexed in pairs: they know neither case nor accents.
    """
    words = WrittenWords()
    _add_words(text, words)
    return words


def _add_words(text: str, words: WrittenWords) -> None:
    text = spaced(without_acronym_dots(without_paired(without_typography(text))))
    own = set(text.split())
    words.ascii.update(word[:TERM_LENGTH] for word in filter(str.isascii, own))
    for word in filterfalse(str.isascii, own):
        for part in _WORD.findall(_FORMAT.sub("", unicodedata.normalize("NFC", word))):
            if part.isascii():
                words.ascii.add(part[:TERM_LENGTH])
            else:
                words.others.add(part)


def written_terms(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each word's term and the word.

    >>> sorted(written_terms(["US", "été", "½"]))
    [('ete', 'été'), ('us', 'US')]
    """
    for word in words:
        term = word.lower() if word.isascii() else _term_of(word)
        if term is not None:
            yield term[:TERM_LENGTH], word[:TERM_LENGTH]


def exact_entries(words: WrittenWords) -> set[str]:
    r"""What the index keeps of an article's words.

    >>> sorted(exact_entries(written_words("US, us, Rwanda, talks")))
    ['rwanda\x1fRwanda', 'us', 'us\x1fUS']
    """
    capitals = list(filterfalse(str.isdigit, filterfalse(str.islower, words.ascii)))
    own_terms = " ".join(capitals).lower().split()
    entries = set(map(SEPARATOR.join, zip(own_terms, capitals, strict=True)))
    entries.update(words.ascii.intersection(own_terms))
    for term, entry in filter(None, map(_entry, words.others)):
        entries.add(entry)
        if term in words.ascii or term in words.others:
            entries.add(term)
    return entries


@lru_cache(maxsize=65536)
def _entry(word: str) -> tuple[str, str] | None:
    """A word's term, and what is kept if it is written otherwise; else None."""
    for term, written in written_terms((word,)):
        if term != written:
            return term, f"{term}{SEPARATOR}{written}"
    return None


@lru_cache(maxsize=32768)
def _term_of(word: str) -> str | None:
    found = terms(word)
    return found[0] if len(found) == 1 and not is_paired(found[0]) else None
