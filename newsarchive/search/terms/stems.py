"""Stems of words, by the Snowball stemmers: what the inflected forms of a word have in common in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

import Stemmer

from newsarchive.search.terms.analysis import fold
from newsarchive.search.terms.written import WrittenWords, written_terms, written_words

LANGUAGES: Mapping[str, str] = MappingProxyType(
    {
        "ar": "arabic",
        "ca": "catalan",
        "cs": "czech",
        "da": "danish",
        "de": "german",
        "el": "greek",
        "en": "english",
        "eo": "esperanto",
        "es": "spanish",
        "et": "estonian",
        "eu": "basque",
        "fa": "persian",
        "fi": "finnish",
        "fr": "french",
        "ga": "irish",
        "hi": "hindi",
        "hu": "hungarian",
        "hy": "armenian",
        "id": "indonesian",
        "it": "italian",
        "lt": "lithuanian",
        "nb": "norwegian",
        "ne": "nepali",
        "nl": "dutch",
        "nn": "norwegian",
        "no": "norwegian",
        "pl": "polish",
        "pt": "portuguese",
        "ro": "romanian",
        "ru": "russian",
        "sr": "serbian",
        "sv": "swedish",
        "ta": "tamil",
        "tr": "turkish",
        "yi": "yiddish",
    }
)
"""Snowball's name of the stemmer for a language, by the first part of its code."""

_CHANGING_BEGINNINGS = frozenset({"ar", "fa", "ga", "id", "nl", "ta", "yi"})
"""Languages whose stemmers take off prefixes or undo changes of the first letters."""
_ENDING = 2  # letters at the end of a stem that the word itself may have otherwise: happy, happi


def stems(language: str, words: Iterable[str]) -> list[str]:
    """The folded stems of words in a language of :data:`LANGUAGES`; accents count before the stem is taken."""
    # A stemmer is made in less than a microsecond, and no two threads may share one.
    stemmer = Stemmer.Stemmer(LANGUAGES[language], 0)
    return [fold(stem) for stem in stemmer.stemWords([word.casefold() for word in words])]


def stem_entries(language: str, words: WrittenWords) -> Iterator[str]:
    """What the index keeps of an article's words, as they are written, to find them by their stems.

    Only what cannot be told from the term: where accents make another stem, and all stems of languages whose words
    change at their beginning. The rest is found among the terms of the index that begin like the stem, at no cost to
    it.
    """
    if language not in LANGUAGES:
        return
    for word in words if language in _CHANGING_BEGINNINGS else words.others:
        yield from _entries(language, word)


@lru_cache(maxsize=65536)
def _entries(language: str, word: str) -> tuple[str, ...]:
    """What is kept of one word."""
    entries: list[str] = []
    for term, written in written_terms((word,)):
        if term == word and language not in _CHANGING_BEGINNINGS:
            continue
        of_written, of_term = stems(language, (written, term))
        begins_otherwise = not term.startswith(beginning(of_term))
        kept = {stem for stem in (of_written, of_term) if stem and (stem != of_term or begins_otherwise)}
        entries.extend(entry(language, stem) for stem in kept)
    return tuple(entries)


def wanted_stems(language: str, word: str) -> frozenset[str]:
    """The stems that forms of a query's word may have, read with and without its accents; empty if it is no word."""
    forms = {form for pair in written_terms(written_words(word)) for form in pair}
    return frozenset(stem for stem in stems(language, forms) if stem)


def entry(language: str, stem: str) -> str:
    """A stem in the index."""
    return f"{language}:{stem}"


def beginning(stem: str) -> str:
    """How all words of a stem begin.

    >>> beginning("elect"), beginning("go")
    ('ele', 'go')
    """
    return stem[: max(len(stem) - _ENDING, 2)]
