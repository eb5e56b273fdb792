"""More like this: a query made of the words that tell an article from the others.

A word tells much if it stands often in the article and in few others. tantivy has a query of this kind, but it reads
stored text, and the index stores none.
"""

from __future__ import annotations

import math
from collections import Counter

import tantivy

from newsarchive.model.article import Article
from newsarchive.search.index.document import TEXT_FIELDS
from newsarchive.search.index.view import View, either, without
from newsarchive.search.terms.analysis import terms

TERM_COUNT = 25
"""Words of an article that are looked for, as many as in Lucene's MoreLikeThis."""
TEXT_LENGTH = 20_000
"""Characters of an article that are read for them: what it is about stands in the beginning."""

_HEADLINE_WEIGHT = 3  # a word of the headline counts as if the text had it so often more
_RARE = 2  # articles that have a word at least: the article itself and one to be found
_FREQUENT_SHARE = 0.1  # of all articles; a word that more of them have tells nothing
_FREQUENT = 10  # but in a small archive so many may have it
_SHARED = 5  # one of so many words must be in an article for it to be like this one


def telling_terms(view: View, article: Article) -> list[tuple[str, float]]:
    """The terms that tell an article from others, and how much each does, the most telling first."""
    text = "\n".join([article.description or "", *(block.text for block in article.blocks)])
    counts = Counter(terms(text[:TEXT_LENGTH]))
    for term in terms(article.headline or ""):
        counts[term] += _HEADLINE_WEIGHT
    total = view.searcher.num_docs
    most = max(_FREQUENT, int(total * _FREQUENT_SHARE))
    weights: dict[str, float] = {}
    for term, count in counts.items():
        frequency = max(view.searcher.doc_freq(field, term) for field in TEXT_FIELDS) if len(term) > 1 else 0
        if _RARE <= frequency <= most:
            weights[term] = (1 + math.log(count)) * math.log(1 + total / frequency)
    return sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:TERM_COUNT]


def similar_query(view: View, article: Article, article_id: int, *, without_cluster: int | None) -> tantivy.Query:
    """What finds the articles like this one, and not itself, nor those of the cluster if one is named."""
    found = telling_terms(view, article)
    if not found:
        return tantivy.Query.empty_query()
    clauses = [
        (
            tantivy.Occur.Should,
            tantivy.Query.boost_query(
                either(*(tantivy.Query.term_query(view.schema, field, term) for field in TEXT_FIELDS)), weight
            ),
        )
        for term, weight in found
    ]
    like = tantivy.Query.boolean_query(clauses, minimum_number_should_match=math.ceil(len(clauses) / _SHARED))
    like = without(like, view.any_of("article_id", [article_id]))
    return like if without_cluster is None else without(like, view.any_of("cluster", [without_cluster]))
