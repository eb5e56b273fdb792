"""What a part of a query looks for in a text: the pattern of its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsarchive.search.language.syntax_tree import Stem, Words
from newsarchive.search.terms.analysis import Pattern, terms
from newsarchive.search.terms.stems import LANGUAGES, stems, wanted_stems


@dataclass(frozen=True, slots=True)
class StemPattern(Pattern):
    """Words with one of these stems; its only term is empty, because that is how all words begin."""

    wanted: frozenset[str] = frozenset()
    language: str = ""

    def places(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """Ranges of one position each."""
        own = stems(self.language, words)
        return [(i, i + 1) for i, stem in enumerate(own) if stem in self.wanted]


def pattern_of(part: Words | Stem, language: str | None = None) -> Pattern | None:
    """What a part of a query looks for; None if it cannot stand in a text.

    ``language`` is the code of the text's language. Words with a stem are found in a language that has a stemmer, and
    those whose accents alone tell the stem are not.
    """
    if isinstance(part, Words):
        if part.distance is not None:
            return Pattern.near(part.text, part.distance)
        return Pattern.of(part.text, is_prefix=part.is_prefix)
    code = next(iter(terms(language or "")), "")
    wanted = wanted_stems(code, part.word) if code in LANGUAGES else frozenset()
    if not wanted:
        return None
    return StemPattern(("",), is_prefix=True, wanted=wanted, language=code)
