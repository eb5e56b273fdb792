from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.errors import CursorError, QueryError
from newsarchive.search.hits.searcher import Copy, Searcher


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


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.one_of(st.lists(PIECES, max_size=12).map(" ".join), st.text(max_size=30)))
def test_any_text_gives_results_or_a_query_error(searcher, text):
    try:
        result = searcher.search(text)
    except QueryError:
        return
    assert result.total == len(result.hits) <= 2
    assert len(list(searcher.article_ids(text))) == result.total


def test_collapsed_search_names_copies_and_the_earliest_known(room):
    first = room.store("first", "The lake rose again.", site="great-lakes", date_published=day(2024, 1, 1))
    second = room.store("second", "The lake rose again. Again the lake.", date_published=day(2024, 1, 2))
    alone = room.store("alone", "A lake.", date_published=day(2024, 1, 3))
    room.set_clusters({second: first})
    searcher = Searcher(room.reader, room.index)

    result = searcher.search("lake", order="newest", collapse=True)
    assert result.total == 2
    single, copied = result.hits
    assert (single.revision.article_id, single.copies, single.earliest) == (alone, 1, None)
    assert (copied.revision.article_id, copied.copies) == (second, 2)
    assert copied.earliest == Copy(
        article_id=first,
        url="https://great-lakes.test/first",
        site="great-lakes",
        date_published=day(2024, 1, 1),
    )
    # Also where the query does not find it.
    (copied,) = searcher.search("lake site:example -alone", collapse=True, limit=1).hits
    assert (copied.copies, copied.earliest.article_id) == (1, first)
    # The first needs no naming.
    (copied,) = searcher.search("lake site:great-lakes", collapse=True).hits
    assert (copied.copies, copied.earliest) == (1, None)
    assert [(hit.copies, hit.earliest) for hit in searcher.search("lake").hits] == [(None, None)] * 3

    assert list(searcher.article_ids("lake", collapse=True)) == [first, alone]


def test_pages_by_cursor(searcher):
    page = searcher.search("kigali", limit=1, order="oldest")
    assert page.total == 2
    rest = searcher.search("kigali", limit=1, order="oldest", after=page.next_cursor)
    assert [hit.revision.article.headline for hit in rest.hits] == ["Peace talks"]
    assert (rest.total, rest.next_cursor) == (2, None)
    with pytest.raises(CursorError):
        searcher.search("peace", after=page.next_cursor)


def test_forms_of_a_stem_are_marked(room):
    room.store("Elections held", "They elected an electric president.", in_language="en")
    room.index.catch_up(room.reader)
    (hit,) = Searcher(room.reader, room.index).search("stem:election").hits
    assert hit.headline_highlights == ((0, 9),)
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.highlights] == ["elected"]
