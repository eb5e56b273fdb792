import itertools
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.search.hits import facets as facets_module
from newsarchive.search.hits.facets import FACETS, Facet, FacetValue, facets
from newsarchive.search.language.query import parse_query

COUNTER = itertools.count()
NAMES = st.sampled_from(["Sports", "sports", "Arts & Culture", "北京", "Été"])
ARTICLES = st.lists(
    st.fixed_dictionaries(
        {
            "site": st.sampled_from(["example", "great-lakes"]),
            "article_section": st.none() | NAMES,
            "authors": st.lists(NAMES, max_size=3).map(tuple),
            "in_language": st.sampled_from([None, "en", "en-GB", "zh-Hant"]),
            "date_published": st.none()
            | st.builds(lambda year, month: datetime(year, month, 1, tzinfo=UTC), st.integers(1962, 2030), st.just(5)),
        }
    ),
    min_size=1,
    max_size=10,
)


def brute_force(name, articles):
    values = {
        "site": lambda a: [a["site"]],
        "section": lambda a: [a["article_section"]],
        "author": lambda a: set(a["authors"]) or [None],
        "language": lambda a: [a["in_language"]],
        "month": lambda a: [a["date_published"] and f"{a['date_published']:%Y-%m}"],
    }[name]
    return Counter(value for article in articles for value in values(article))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(articles=ARTICLES, size=st.integers(0, 4), listed=st.sampled_from([1, 2, 1000]))
def test_facets_are_exact(room, articles, size, listed):
    word = f"word{next(COUNTER)}"
    for number, article in enumerate(articles):
        room.store(f"{word}-{number}", word, **article)
        if number == len(articles) // 2:
            room.index.catch_up(room.reader)  # so that there are several segments
    room.index.catch_up(room.reader)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facets_module, "LISTED_VALUES", listed)
        found = facets(room.index, parse_query(word), size=size)
    assert [facet.name for facet in found] == list(FACETS)
    for facet in found:
        expected = brute_force(facet.name, articles)
        assert facet.missing == expected.pop(None, 0)
        for value in facet.values:
            assert expected[value.value] == value.count
        shown = {value.value for value in facet.values}
        assert facet.other_count == sum(count for value, count in expected.items() if value not in shown)
        if listed > 10:
            most = sorted(expected.items(), key=lambda item: (-item[1], item[0]))
            assert [(value.value, value.count) for value in facet.values] == most[:size]
            assert facet.other_values == len(most[size:])
        elif facet.other_values is None:
            assert len(expected) > listed
        else:
            assert facet.other_values == len(expected) - len(facet.values)


def test_facets_count_articles_without_a_value_apart(room):
    room.store("a", "word", article_section="News")
    room.store("b", "word")
    room.index.catch_up(room.reader)
    (section,) = facets(room.index, parse_query("word"), ["section"])
    news = FacetValue(value="News", count=1)
    assert section == Facet(name="section", values=(news,), missing=1, other_values=0, other_count=0)


def test_facets_of_nothing_are_empty(room):
    for facet in facets(room.index, parse_query("nothing")):
        assert (facet.values, facet.missing, facet.other_values, facet.other_count) == ((), 0, 0, 0)
    assert facets(room.index, parse_query(""), ()) == ()


def test_unknown_facet_is_an_error_that_names_them(room):
    with pytest.raises(
        ValueError, match="no facet is called 'color': there are site, section, author, language, month"
    ):
        facets(room.index, parse_query(""), ["color"])
    with pytest.raises(ValueError, match="size -1"):
        facets(room.index, parse_query(""), size=-1)
