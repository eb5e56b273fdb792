"""In which order an index gives what it finds, and in which pieces."""

import itertools
from datetime import UTC, datetime

import pytest

from newsarchive.search.index import view as view_module
from newsarchive.search.language.query import parse_query


def day(*parts):
    return datetime(*parts, tzinfo=UTC)


def ids(index, query):
    return list(index.article_ids(parse_query(query)))


def test_order_by_date_puts_articles_without_one_last(find_news):
    assert find_news("", "newest") == ["été", "trade", "peace", "old", "北京"]
    assert find_news("", "oldest") == ["old", "peace", "trade", "été", "北京"]
    assert find_news("site:example", "relevance") == ["trade", "peace", "old", "北京"]


def test_articles_of_one_second_have_an_order(store, find):
    for slug in "abcdef":
        store(slug, "same", date_published=day(2024, 1, 1))
    assert find("same", "newest") == ["f", "e", "d", "c", "b", "a"]
    assert find("same", "oldest") == ["a", "b", "c", "d", "e", "f"]


def test_headline_weighs_more_than_text(store, find):
    store("storm in town", "Nothing else of it is said here.")
    store("weather", "A storm came.")
    assert find("storm", "relevance") == ["storm in town", "weather"]


def test_pages_join_to_the_whole(store, reader, index):
    for number in range(7):
        store(f"n{number}", "word " * (number + 1), date_published=day(2024, 1, number + 1))
    index.catch_up(reader)
    query = parse_query("word")
    for order in ("relevance", "newest", "oldest"):
        whole = index.find(query, order=order).matches
        assert len(whole) == 7
        paged = [index.find(query, limit=3, offset=offset, order=order) for offset in (0, 3, 6, 9)]
        assert tuple(itertools.chain.from_iterable(page.matches for page in paged)) == whole
        assert {page.total for page in paged} == {7}


def test_odd_pages(store, reader, index):
    store("a")
    index.catch_up(reader)
    query = parse_query("")
    assert index.find(query, limit=0) == index.find(query, offset=10**18)
    assert (index.find(query, limit=0).total, index.find(query, limit=0).matches) == (1, ())
    assert index.find(query, limit=10**9).total == 1
    for wrong in ({"limit": -1}, {"offset": -1}, {"order": "random"}):
        with pytest.raises(ValueError):
            index.find(query, **wrong)


def test_all_ids_stream_in_order(store, reader, index, monkeypatch):
    monkeypatch.setattr(view_module, "PAGE", 3)
    stored = [store(f"n{number}", "word" if number % 2 else "other") for number in range(9)]
    index.catch_up(reader)
    assert ids(index, "") == sorted(stored)
    assert ids(index, "word") == sorted(stored[1::2])
    assert ids(index, "nothing") == []
