from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.errors import QueryError
from newsarchive.search.searcher import Searcher


def day(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.fixture
def searcher(store, index, reader):
    store(
        "Rwanda’s mindset, a gem",
        "The symposium in Kigali.",
        "Gen Kazura said peacekeeping and PEACE are one. François Bozizé left.",
        date_published=day(2023, 5, 17),
    )
    store("Peace talks", "In Kigali again.", date_published=day(2023, 5, 18))
    index.catch_up(reader)
    return Searcher(reader, index)


def test_hit_is_an_article_with_its_best_passage(searcher):
    result = searcher.search("kazura peace* -tariff")
    assert result.total == 1
    (hit,) = result.hits
    assert hit.revision.article.headline == "Rwanda’s mindset, a gem"
    assert hit.score > 0
    assert hit.headline_highlights == ()
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.highlights] == ["Kazura", "peacekeeping", "PEACE"]


def test_headline_field_is_highlighted_in_the_headline_only(searcher):
    (hit,) = searcher.search("headline:peace kigali").hits
    assert hit.headline_highlights == ((0, 5),)
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.highlights] == ["Kigali"]


def test_other_fields_are_not_highlighted(searcher):
    for hit in searcher.search("site:example since:2023").hits:
        assert (hit.headline_highlights, hit.snippet.highlights, hit.score) == ((), (), 0.0)


def test_total_counts_beyond_the_page(searcher):
    result = searcher.search("kigali", limit=1, offset=1, order="oldest")
    assert (result.total, [hit.revision.article.headline for hit in result.hits]) == (2, ["Peace talks"])
    assert searcher.search("kigali", limit=0).total == 2


def test_article_without_headline_or_text_is_a_hit(store, index, reader, searcher):
    store("empty", headline=None, article_section="Nowhere")
    index.catch_up(reader)
    (hit,) = searcher.search("section:nowhere").hits
    assert (hit.headline_highlights, hit.snippet.text) == ((), "")


def test_bad_query_is_an_error_before_anything_is_asked(searcher):
    with pytest.raises(QueryError):
        searcher.search("(a")
    with pytest.raises(QueryError):
        searcher.article_ids("(a")


def test_article_ids_are_those_of_the_hits(searcher):
    for query in ("kigali", "peace", "since:2023-05-18", ""):
        hits = searcher.search(query).hits
        assert list(searcher.article_ids(query)) == sorted(hit.revision.article_id for hit in hits)


# Words of our language, and of the one tantivy would read.
PIECES = st.sampled_from(
    [
        *(
            "AND",
            "OR",
            "NOT",
            "-",
            "(",
            ")",
            '"',
            "*",
            "kigali",
            "peace*",
            "é",
            "京",
            "foo-bar*",
            "site:example",
            "author:k*",
        ),
        *(
            "lang:e",
            "keyword:k",
            "headline:k",
            "section:“a”",
            "url:http://x/y",
            "since:2023",
            "until:2023-05",
            "a:b",
            "&",
        ),
        *("^", "~2", "[a", "TO", "b]", "/.*/", "\\", "+a", "{", "IN:", "\ud800", "\0"),
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(st.one_of(st.lists(PIECES, max_size=12).map(" ".join), st.text(max_size=30)))
def test_any_text_gives_results_or_a_query_error(searcher, text):
    try:
        result = searcher.search(text)
    except QueryError:
        return
    assert result.total == len(result.hits) <= 2
    assert len(list(searcher.article_ids(text))) == result.total
