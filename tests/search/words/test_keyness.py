"""Keyness, by numbers worked out by hand, and what is counted for it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.search.words.keyness import MIN_ARTICLES, g2, keys, log_ratio

# A word in 30 of 100 articles, and in 40 of 400 others. Expected: 14 and 56 with it, 86 and 344 without.
# G2 = 2 (30 ln 30/14 + 70 ln 70/86 + 40 ln 40/56 + 360 ln 360/344) = 2 (22.8642 - 14.4096 - 13.4589 + 16.3664)
BY_HAND = 22.7242


def test_g2_is_that_of_the_table_by_hand():
    assert g2(30, 100, 40, 400) == pytest.approx(BY_HAND, abs=0.001)


def test_the_log_ratio_is_that_by_hand():
    assert log_ratio(30, 100, 40, 400) == pytest.approx(math.log2(3))
    assert log_ratio(8, 100, 0, 400) == pytest.approx(math.log2(0.08 / (0.5 / 400)))


def test_what_is_as_frequent_on_both_sides_is_no_surprise():
    assert g2(10, 100, 40, 400) == pytest.approx(0)
    assert log_ratio(10, 100, 40, 400) == pytest.approx(0)


def test_keys_are_the_surest_first_and_only_what_is_more_frequent():
    counts = {"the": 100, "ferry": 30, "harbor": 60, "rare": 2, "absent": 5, "same": 10}
    rest = {"the": 400, "ferry": 40, "harbor": 40, "absent": 300, "same": 40}
    found = keys(counts, 100, rest, 400, limit=10)
    assert [key.name for key in found] == ["harbor", "ferry"]
    assert found[1].g2 == pytest.approx(BY_HAND, abs=0.001)
    assert found[1].expected == pytest.approx(14)
    assert (found[1].articles, found[1].size, found[1].rest_articles, found[1].rest_size) == (30, 100, 40, 400)
    assert keys(counts, 100, rest, 400, limit=1) == found[:1]


def test_what_is_in_few_articles_is_not_told():
    counts = {"few": MIN_ARTICLES - 1, "enough": MIN_ARTICLES}
    assert [key.name for key in keys(counts, 3, {}, 10_000, limit=10)] == ["enough"]


def test_nothing_is_typical_without_something_to_compare_with():
    assert keys({"ferry": 5}, 5, {}, 0, limit=10) == ()
    assert keys({}, 0, {"ferry": 5}, 5, limit=10) == ()


def test_equals_are_in_order_of_their_names():
    assert [key.name for key in keys({"b": 9, "a": 9}, 9, {}, 90, limit=2)] == ["a", "b"]


@given(st.integers(1, 10_000), st.integers(1, 10_000), st.data())
def test_g2_is_never_negative_and_the_same_from_both_sides(size, rest_size, data):
    count, rest_count = data.draw(st.integers(0, size)), data.draw(st.integers(0, rest_size))
    value = g2(count, size, rest_count, rest_size)
    assert value >= -1e-6 * (size + rest_size)
    assert value == pytest.approx(g2(rest_count, rest_size, count, size), abs=1e-6)
    assert value == pytest.approx(g2(size - count, size, rest_size - rest_count, rest_size), abs=1e-6)
