from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsarchive.inspection.address_pattern import address_pattern
from newsarchive.urls import resolve

A = "https://courier.example"


@pytest.mark.parametrize(
    ("urls", "others", "not_these"),
    [
        (["/news/17", "/news/1042"], ["/news/9", "/news/123456?page=2"], ["/", "/news", "/news/sport", "/tag/17"]),
        (
            ["/2024/05/17/lake-rises", "/2023/11/02/ferry-sails-again/"],
            ["/2026/1/3/one-two"],
            ["/2024/05", "/2024/05/17", "/about"],
        ),
        (
            ["/sport/2024/05/a-b-c.html", "/lake/2024/06/c-d.html"],
            ["/town/2026/01/x-y.html"],
            ["/sport/2024/05", "/about.html"],
        ),
        (["/post?s=a--b_1", "/post?s=c--d_2&x=1"], ["/post?x=1&s=e"], ["/post", "/post?s=", "/section?s=a"]),
        (["/post?s=ab"], ["/post?x=1&s=c"], ["/section?s=ab", "/post?x=1"]),
        (["/post?s=ab", "/post?s=cd", "/n/17", "/n/18"], ["/post?s=a-c#x", "/n/19#x"], ["/post?s=", "/n/a", "/post"]),
        (["/?p=17", "/?p=18"], ["/?p=1900"], ["/", "/?cat=3"]),
        (["/lake-rises-again", "/ferry-sails"], ["/one-two-three"], ["/", "/about", "/sport/lake-rises"]),
        (["/news/17", "/news/18", "/video/lake-film", "/video/ferry-film"], ["/video/a-b"], ["/video/17/18", "/x/17"]),
    ],
)
def test_addresses_of_the_same_form_match_and_others_do_not(urls, others, not_these):
    pattern = address_pattern(A + path for path in urls)
    assert pattern is not None
    assert all(re.search(pattern, A + path) for path in [*urls, *others])
    assert not any(re.search(pattern, A + path) for path in not_these)


@pytest.mark.parametrize(
    "paths",
    [[], ["/"], ["/about"], ["/a/b", "/c/d"], [f"/{'x/' * depth}{depth}-{depth}" for depth in range(1, 6)]],
)
def test_no_pattern_where_it_would_match_anything_or_there_are_too_many_forms(paths):
    assert address_pattern(A + path for path in paths) is None


def test_an_exception_among_many_addresses_does_not_count():
    urls = [f"{A}/news/{number}" for number in range(20)]
    assert address_pattern([*urls, f"{A}/special/lake/film-of-the-day"]) == address_pattern(urls)


_paths = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20), min_size=1, max_size=4)


@example([["0", "\\"]])
@given(st.lists(_paths, min_size=1, max_size=5))
def test_whatever_the_addresses_it_is_a_regular_expression_that_some_of_them_match(paths):
    urls = [url for parts in paths if (url := resolve(f"{A}/", "/" + "/".join(parts)))]
    pattern = address_pattern(urls)
    assert pattern is None or any(re.search(pattern, url) for url in urls)
    assert pattern is None or '"' not in pattern


def test_a_long_address_that_nearly_matches_is_refused_at_once():
    pattern = address_pattern([f"{A}/a-b-c/d-e-f/g-h", f"{A}/a-c/d-g/g-i"])
    assert pattern is not None
    assert re.search(pattern, f"{A}/{'a-' * 50_000}!") is None
