import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import QueryError
from newsarchive.search.language.meaning import in_words
from newsarchive.search.language.query import parse_query


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("", "of any kind"),
        ("ferry", "with “ferry” in headline, description or text"),
        ("body:ferr*", "with a word that begins with “ferr” in the text"),
        (
            '"free trade"~5',
            "with the words “free trade” with up to 5 others between them in headline, description or text",
        ),
        ("=US", "with “US”, in this case and with these accents, in headline, description or text"),
        ("stem:vote", "with any form of the word “vote” in headline, description or text"),
        ("cluster:4", "of the cluster 4 of near-copies"),
        ("-has:image", "not with an image"),
        ("is:revised OR has:related", "changed since it was first seen; or with links to related articles"),
        ("since:2024", "published from 2024-01-01 on, in UTC"),
        ("until:2024-02", "published before 2024-03-01, in UTC"),
        (
            "keyword:a -(author:b OR lang:fr)",
            "with “a” in a keyword; and not (with “b” in the name of an author; or with “fr” as the language)",
        ),
    ],
)
def test_query_is_told_in_words(query, meaning):
    assert in_words(parse_query(query)) == meaning


@given(st.text(alphabet='ab"()*~=: -ORNDT5é渡', max_size=40))
def test_whatever_can_be_read_can_be_told(query):
    try:
        tree = parse_query(query)
    except QueryError:
        return
    assert in_words(tree)
