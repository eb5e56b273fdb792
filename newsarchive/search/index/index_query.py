"""From the syntax tree to a query of the index, built of objects: no text of the user's is ever parsed by the index."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

import tantivy

from newsarchive.errors import SearchIndexError
from newsarchive.search.index.document import TEXT_FIELDS, key, published_key
from newsarchive.search.language.patterns import pattern_of
from newsarchive.search.language.syntax_tree import (
    And,
    Everything,
    Field,
    Has,
    InCluster,
    Not,
    Or,
    Published,
    Query,
    Stem,
    Undated,
    Words,
)
from newsarchive.search.terms.analysis import Pattern
from newsarchive.search.terms.near import slop
from newsarchive.search.terms.stems import LANGUAGES, beginning, entry, stems, wanted_stems
from newsarchive.search.terms.written import SEPARATOR, written_terms, written_words

CANDIDATE_COUNT = 200_000
"""Words of the index that are looked at for one stem in one language; more begin alike only with a letter or two."""

_HEADLINE_BOOST = 2.0
_MUST = tantivy.Occur.Must
_SHOULD = tantivy.Occur.Should
_MUST_NOT = tantivy.Occur.MustNot
_FIELDS = {
    Field.SITE: "site",
    Field.SECTION: "section",
    Field.AUTHOR: "author",
    Field.LANG: "language",
    Field.HEADLINE: "headline",
    Field.BODY: "body",
    Field.KEYWORD: "keyword",
    Field.URL: "url",
}
_KEY_FIELDS = (Field.SITE, Field.LANG)


def index_query(schema: tantivy.Schema, query: Query, searcher: tantivy.Searcher) -> tantivy.Query:
    """The index's query of the same meaning, for this state of the index.

    Words without a field, of the headline and of the body count for the score; what restricts (site, date …) does not.
    Raises SearchIndexError if a part of it stands for too many words.
    """
    return _Translation(schema, searcher).of(query)


def unscored(query: tantivy.Query) -> tantivy.Query:
    """The query, adding nothing to the score."""
    return tantivy.Query.const_score_query(query, 0.0)


class _Translation:
    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def of(self, query: Query) -> tantivy.Query:
        match query:
            case Everything():
                return tantivy.Query.all_query()
            case Words():
                return self._words(query)
            case Or(operands):
                return _boolean((_SHOULD, self.of(operand)) for operand in operands)
            case And(operands):
                clauses = [
                    (_MUST_NOT, self.of(operand.operand)) if isinstance(operand, Not) else (_MUST, self.of(operand))
                    for operand in operands
                ]
                if all(isinstance(operand, Not) for operand in operands):
                    clauses.append((_MUST, tantivy.Query.all_query()))
                return _boolean(clauses)
            case Not(operand):
                return _but_not(tantivy.Query.all_query(), self.of(operand))
            case Stem(word):
                return unscored(self._stem(word))
            case InCluster(cluster_id):
                return unscored(self._term("cluster", cluster_id))
            case Has(feature):
                return unscored(self._term("has", str(feature)))
            case Undated():
                return unscored(_but_not(tantivy.Query.all_query(), tantivy.Query.exists_query("published")))
            case Published(since, until):
                return unscored(self._published(since, until))

    def _published(self, since: datetime | None, until: datetime | None) -> tantivy.Query:
        if since is None and until is None:
            return tantivy.Query.exists_query("published")
        return tantivy.Query.range_query(
            self._schema,
            "published",
            tantivy.FieldType.Integer,
            lower_bound=None if since is None else published_key(since),
            upper_bound=None if until is None else published_key(until) - 1,
        )

    def _words(self, words: Words) -> tantivy.Query:
        if words.field in _KEY_FIELDS:
            whole = Pattern((key(words.text),), is_prefix=words.is_prefix)
            return unscored(self._pattern(_FIELDS[words.field], whole))
        match words.field:
            case None:
                found = _boolean(
                    (
                        _SHOULD,
                        tantivy.Query.boost_query(self._in(name, words), _HEADLINE_BOOST)
                        if name == "headline"
                        else self._in(name, words),
                    )
                    for name in TEXT_FIELDS
                )
                return self._as_written(found, words.text) if words.is_exact else found
            case Field.HEADLINE | Field.BODY:
                return self._in(_FIELDS[words.field], words)
            case field:
                return unscored(self._in(_FIELDS[field], words))

    def _in(self, name: str, words: Words) -> tantivy.Query:
        """Words in one field of the index."""
        pattern = pattern_of(words)
        if pattern is None:  # the parser makes no such words
            return tantivy.Query.empty_query()
        if pattern.distance is not None:
            return self._near(name, pattern.terms, pattern.distance)
        return self._pattern(name, pattern)

    def _pattern(self, name: str, pattern: Pattern) -> tantivy.Query:
        *first, last = pattern.terms
        if pattern.is_prefix:
            if not first:
                return self._beginning(name, last)
            # Terms hold letters, marks and digits only: as regular expressions they match themselves.
            return tantivy.Query.regex_phrase_query(self._schema, name, [*first, f"{last}.*"])
        if not first:
            return self._term(name, last)
        return tantivy.Query.phrase_query(self._schema, name, list(pattern.terms))

    def _near(self, name: str, terms: Sequence[str], distance: int) -> tantivy.Query:
        # The index's slop is right for two terms in order only: of three it misses places (it takes the nearest of each
        # and does not look back), and two in the other order it counts farther apart.
        between = slop(len(terms), distance)
        pairs = [
            _boolean(
                (_SHOULD, tantivy.Query.phrase_query(self._schema, name, list(order), slop=between))
                for order in ((first, second), (second, first))
            )
            for first, second in itertools.combinations(terms, 2)
        ]
        if len(pairs) == 1:
            return pairs[0]
        # Each pair would add to the score; the words themselves count as in any query.
        return _boolean(
            [*((_MUST, unscored(pair)) for pair in pairs), *((_MUST, self._term(name, term)) for term in terms)]
        )

    def _as_written(self, found: tantivy.Query, text: str) -> tantivy.Query:
        """What is found, where each word of the text stands as it is written."""
        clauses = [(_MUST, found)]
        for term, word in written_terms(written_words(text)):
            if word != term:
                clauses.append((_MUST, unscored(self._term("exact", f"{term}{SEPARATOR}{word}"))))
            else:
                otherwise = self._beginning("exact", f"{term}{SEPARATOR}")
                only_so = _but_not(tantivy.Query.all_query(), otherwise)
                clauses.append((_MUST, unscored(_boolean([(_SHOULD, self._term("exact", term)), (_SHOULD, only_so)]))))
        return _boolean(clauses)

    def _stem(self, text: str) -> tantivy.Query:
        return _boolean(
            (_SHOULD, self._stem_in(language, wanted_stems(language, text)))
            for language, _ in self._searcher.terms_with_prefix("language", "")
            if language in LANGUAGES
        )

    def _stem_in(self, language: str, wanted: Collection[str]) -> tantivy.Query:
        """Words of these stems in articles of a language."""
        clauses = [
            (_SHOULD, tantivy.Query.term_set_query(self._schema, name, found))
            for name in TEXT_FIELDS
            if (found := [term for stem in wanted for term in self._terms_of(name, language, stem)])
        ]
        clauses.extend((_SHOULD, self._term("stem", entry(language, stem))) for stem in wanted)
        return _boolean([(_MUST, self._term("language", language)), (_MUST, _boolean(clauses))])

    def _terms_of(self, name: str, language: str, stem: str) -> Iterator[str]:
        """The terms of a field of the index that begin like a stem and have it."""
        found = self._searcher.terms_with_prefix(name, beginning(stem), limit=CANDIDATE_COUNT)
        if len(found) == CANDIDATE_COUNT:
            raise SearchIndexError(f"too many words begin like the stem {stem!r}: ask for the words you mean with OR")
        candidates = [term for term, _ in found]
        for term, own in zip(candidates, stems(language, candidates), strict=True):
            if own == stem:
                yield term

    def _term(self, name: str, value: str | int) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, name, value)

    def _beginning(self, name: str, prefix: str) -> tantivy.Query:
        return tantivy.Query.fuzzy_term_query(self._schema, name, prefix, distance=0, prefix=True)


def _but_not(query: tantivy.Query, excluded: tantivy.Query) -> tantivy.Query:
    return _boolean([(_MUST, query), (_MUST_NOT, excluded)])


def _boolean(clauses: Iterable[tuple[tantivy.Occur, tantivy.Query]]) -> tantivy.Query:
    return tantivy.Query.boolean_query(list(clauses))
