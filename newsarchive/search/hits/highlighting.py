"""What of a hit is marked: the words the query asks for, in its headline and in a piece of its text."""

from __future__ import annotations

from collections.abc import Iterable

from newsarchive.model.article import Article
from newsarchive.search.hits.snippet import Range, Snippet, highlights, snippet
from newsarchive.search.language.patterns import pattern_of
from newsarchive.search.language.syntax_tree import Field, Query, Stem, Words, wanted
from newsarchive.search.terms.analysis import Pattern


class Highlighter:
    """Marks in one article after the other what a query wants to be there."""

    def __init__(self, query: Query) -> None:
        parts = [part for part in wanted(query) if isinstance(part, Words | Stem)]
        self._in_headline = [part for part in parts if _is_in(part, Field.HEADLINE)]
        self._in_text = [part for part in parts if _is_in(part, Field.BODY)]
        self._patterns: dict[str | None, tuple[tuple[Pattern, ...], tuple[Pattern, ...]]] = {}
        """By language, because the forms of a word are found by it: those of the headline, those of the text."""

    def shown(self, article: Article) -> tuple[tuple[Range, ...], Snippet]:
        """The ranges to mark in the headline, and the snippet."""
        language = article.in_language
        patterns = self._patterns.get(language)
        if patterns is None:
            patterns = self._patterns[language] = (
                _patterns(self._in_headline, language),
                _patterns(self._in_text, language),
            )
        in_headline, in_text = patterns
        return highlights(article.headline or "", in_headline), snippet(article, in_text)


def _is_in(part: Words | Stem, field: Field) -> bool:
    return isinstance(part, Stem) or part.field in (None, field)


def _patterns(parts: Iterable[Words | Stem], language: str | None) -> tuple[Pattern, ...]:
    """What is wanted in a text of this language, each pattern once."""
    found = (pattern_of(part, language) for part in parts)
    return tuple(dict.fromkeys(pattern for pattern in found if pattern is not None))
