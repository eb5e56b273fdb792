"""From the syntax tree to a query of the index, built of objects: no text of the user's is ever parsed by the index."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import tantivy

from newsarchive.search.analysis import Pattern
from newsarchive.search.document import TEXT_FIELDS, key, published_key
from newsarchive.search.syntax_tree import And, Everything, Field, Not, Or, Published, Query, Words

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
    Field.KEYWORD: "keyword",
    Field.URL: "url",
}
_KEY_FIELDS = (Field.SITE, Field.LANG)


def index_query(schema: tantivy.Schema, query: Query) -> tantivy.Query:
    """The index's query of the same meaning.

    Words without a field and of the headline count for the score; what restricts (site, date …) does not.
    """
    match query:
        case Everything():
            return tantivy.Query.all_query()
        case Words():
            return _words(schema, query)
        case Published(since, until):
            return unscored(_published(schema, since, until))
        case Or(operands):
            return _boolean((_SHOULD, index_query(schema, operand)) for operand in operands)
        case And(operands):
            clauses = [
                (_MUST_NOT, index_query(schema, operand.operand))
                if isinstance(operand, Not)
                else (_MUST, index_query(schema, operand))
                for operand in operands
            ]
            if all(isinstance(operand, Not) for operand in operands):
                clauses.append((_MUST, tantivy.Query.all_query()))
            return _boolean(clauses)
        case Not(operand):
            return _boolean([(_MUST, tantivy.Query.all_query()), (_MUST_NOT, index_query(schema, operand))])


def unscored(query: tantivy.Query) -> tantivy.Query:
    """The query, adding nothing to the score."""
    return tantivy.Query.const_score_query(query, 0.0)


def _published(schema: tantivy.Schema, since: datetime | None, until: datetime | None) -> tantivy.Query:
    if since is None and until is None:
        return tantivy.Query.exists_query("published")
    return tantivy.Query.range_query(
        schema,
        "published",
        tantivy.FieldType.Integer,
        lower_bound=None if since is None else published_key(since),
        upper_bound=None if until is None else published_key(until) - 1,
    )


def _words(schema: tantivy.Schema, words: Words) -> tantivy.Query:
    if words.field in _KEY_FIELDS:
        return unscored(_pattern(schema, _FIELDS[words.field], Pattern((key(words.text),), is_prefix=words.is_prefix)))
    pattern = Pattern.of(words.text, is_prefix=words.is_prefix)
    if pattern is None:  # the parser makes no such words
        return tantivy.Query.empty_query()
    match words.field:
        case None:
            return _boolean(
                (
                    _SHOULD,
                    tantivy.Query.boost_query(_pattern(schema, name, pattern), _HEADLINE_BOOST)
                    if name == "headline"
                    else _pattern(schema, name, pattern),
                )
                for name in TEXT_FIELDS
            )
        case Field.HEADLINE:
            return _pattern(schema, "headline", pattern)
        case field:
            return unscored(_pattern(schema, _FIELDS[field], pattern))


def _pattern(schema: tantivy.Schema, field: str, pattern: Pattern) -> tantivy.Query:
    *first, last = pattern.terms
    if pattern.is_prefix:
        if not first:
            return tantivy.Query.fuzzy_term_query(schema, field, last, distance=0, prefix=True)
        # Terms hold letters, marks and digits only: as regular expressions they match themselves.
        return tantivy.Query.regex_phrase_query(schema, field, [*first, f"{last}.*"])
    if not first:
        return tantivy.Query.term_query(schema, field, last)
    return tantivy.Query.phrase_query(schema, field, list(pattern.terms))


def _boolean(clauses: Iterable[tuple[tantivy.Occur, tantivy.Query]]) -> tantivy.Query:
    return tantivy.Query.boolean_query(list(clauses))
