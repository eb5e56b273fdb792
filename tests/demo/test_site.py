"""How the site is put together from content and templates."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.demo.content import Content, load_content
from newsarchive.demo.site import Site


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content()


@pytest.fixture(scope="module")
def site(content: Content) -> Site:
    return Site(content, "http://127.0.0.1:8765")


def test_the_same_content_makes_the_same_bytes(content: Content, site: Site) -> None:
    again = Site(content, site.base_url)
    assert again.paths == site.paths
    assert all(again.answer(path) == site.answer(path) for path in site.paths)


def test_pages_name_the_address_they_are_served_at(content: Content) -> None:
    elsewhere = Site(content, "http://127.0.0.1:9999")
    for path in elsewhere.paths:
        assert b"127.0.0.1:8765" not in elsewhere.answer(path).body


def test_two_pages_at_one_address_are_refused(content: Content) -> None:
    first, second, *rest = content.articles
    twins = (first, replace(second, path=first.path), *rest)
    with pytest.raises(ValueError, match="two pages of the sample are at"):
        Site(replace(content, articles=twins), "http://127.0.0.1:8765")


def test_an_article_of_no_listed_section_is_refused(content: Content) -> None:
    odd = (replace(content.articles[0], section="Gossip"), *content.articles[1:])
    with pytest.raises(KeyError, match="Gossip"):
        Site(replace(content, articles=odd), "http://127.0.0.1:8765")


@given(
    st.one_of(
        st.text().map("/".__add__),
        st.text().map("/calendar?month=".__add__),
        st.text().map("/search?q=".__add__),
        st.text().map("/post?s=".__add__),
        st.from_regex(r"/calendar\?month=[0-9]{4}-[0-9]{2}", fullmatch=True),
    )
)
def test_whatever_is_asked_for_is_answered(site: Site, target: str) -> None:
    assert site.answer(target).status in {200, 301, 302, 404}
