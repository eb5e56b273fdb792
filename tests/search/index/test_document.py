"""Columns of an index that are no text."""

from datetime import UTC, datetime

from newsarchive.search.index.document import language_keys, published_key


def day(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_published_key_rises_with_time_then_id():
    moments = [day(1, 1, 1), day(1697, 1, 1), day(1969, 12, 31, 23, 59, 59), day(1970, 1, 1), day(2023, 1, 1)]
    keys = [published_key(moment, article_id) for moment in moments[1:] for article_id in (0, 1, 2**29 - 1)]
    assert keys == sorted(set(keys))
    assert all(-(2**63) <= key < 2**63 for key in (*keys, published_key(day(1, 1, 1)), published_key(day(9999, 1, 1))))
    assert published_key(day(2023, 1, 1), 2**29 + 5) == published_key(day(2023, 1, 1), 5)


def test_language_is_found_by_what_it_is_a_kind_of():
    assert list(language_keys("pt-BR")) == ["pt", "pt-br"]
    assert list(language_keys("")) == []
